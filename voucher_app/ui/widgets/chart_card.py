"""A card around a chart: its title, the same figures as a table, and a copy of them for a spreadsheet."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedLayout, QWidget

from voucher_app.i18n import _
from voucher_app.ui.widgets.figures_card import FiguresCard
from voucher_app.ui.widgets.figures_table import FiguresTable

if TYPE_CHECKING:
    from voucher_app.ui.widgets.charts import Chart, Table


class ChartCard(FiguresCard):
    """A chart, or its table."""

    def __init__(self, title: str, chart: Chart, unit: str = "") -> None:
        super().__init__(title, unit)
        self.chart = chart
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(chart)  # after its holder: a stack shows its first widget, as a window where it has none
        self.body.addWidget(holder, 1)
        self.as_table = self.add_tool("table", _("Show as a table"))
        self.as_table.setCheckable(True)
        self.as_table.toggled.connect(self._switch)
        self.add_ways_out()

    @cached_property
    def table(self) -> FiguresTable:
        """The same figures as a table; made when it is first asked for."""
        table = FiguresTable(self.full_title)
        self._stack.addWidget(table)
        return table

    def figures(self) -> Table:
        """Return the chart's figures."""
        return self.chart.table()

    def refresh(self) -> None:
        """Take the chart's figures over into the table, where it is shown."""
        if self.as_table.isChecked():
            self.table.set_table(self.chart.table())

    def _switch(self, as_table: bool) -> None:  # noqa: FBT001 - Qt's signature
        self.refresh()
        self._stack.setCurrentWidget(self.table if as_table else self.chart)
        self.as_table.setToolTip(_("Show as a chart") if as_table else _("Show as a table"))
