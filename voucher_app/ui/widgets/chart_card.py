"""A card around a chart: its title, the same figures as a table, and a copy of them for a spreadsheet."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QStackedLayout, QToolButton, QWidget

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.clipboard import copy_grid
from voucher_app.ui.figures_out import save_figures
from voucher_app.ui.widgets.card import Card
from voucher_app.ui.widgets.figures_table import FiguresTable

if TYPE_CHECKING:
    from voucher_app.ui.widgets.charts import Chart


class ChartCard(Card):
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
        self.copy_button = self.add_tool("copy", _("Copy the figures, for a spreadsheet"))
        self.copy_button.clicked.connect(self.copy_figures)
        # One button for both: three of them leave the title its line in the smallest window.
        self.more_button = self.add_tool("export", _("Save as a table, or copy as a picture"))
        menu = QMenu(self.more_button)
        menu.addAction(theme.icon("export"), _("Save the figures as a table …"), self.save)
        menu.addAction(theme.icon("picture"), _("Copy as a picture"), self.copy_picture)
        self.more_button.setMenu(menu)
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @cached_property
    def table(self) -> FiguresTable:
        """The same figures as a table; made when it is first asked for."""
        table = FiguresTable(self.full_title)
        self._stack.addWidget(table)
        return table

    def copy_figures(self) -> None:
        """Put the figures on the clipboard as a grid."""
        figures = self.chart.table()
        copy_grid((figures.header, *figures.rows), figures.numeric)

    def save(self) -> None:
        """Save the figures as a table."""
        save_figures(self, self.full_title, self.chart.table())

    def refresh(self) -> None:
        """Take the chart's figures over into the table, where it is shown."""
        if self.as_table.isChecked():
            self.table.set_table(self.chart.table())

    def _switch(self, as_table: bool) -> None:  # noqa: FBT001 - Qt's signature
        self.refresh()
        self._stack.setCurrentWidget(self.table if as_table else self.chart)
        self.as_table.setToolTip(_("Show as a chart") if as_table else _("Show as a table"))
