"""A card around a chart: its title, the same figures as a table, and a copy of them for a spreadsheet."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.widgets.figures_table import FiguresTable

if TYPE_CHECKING:
    from voucher_app.ui.widgets.charts import Chart


class Card(QFrame):
    """A surface with a title at the left and small tools at the right.

    Args:
        title: what it shows.
        unit: of its figures; it stands in a line of its own, so that a narrow card does not break its title.
    """

    def __init__(self, title: str, unit: str = "") -> None:
        super().__init__()
        self.full_title = _("{title} ({unit})").format(title=title, unit=unit) if unit else title
        self.setProperty("card", "true")
        # The grid alone decides on widths, so that cards of one row are equally wide.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        heading = QLabel(title)
        theme.set_role(heading, "section")
        self.setAccessibleName(self.full_title)
        heading.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(heading)
        if unit:
            below = QLabel(unit)
            theme.set_role(below, "label")
            words.addWidget(below)
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.SPACE)
        self.head.addLayout(words, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(theme.PADDING, theme.SPACE * 3, theme.PADDING, theme.PADDING)
        self.body.setSpacing(theme.SPACE * 3)
        self.body.addLayout(self.head)

    def add_tool(self, icon: str, words: str) -> QToolButton:
        """Add a small button to the head."""
        button = QToolButton()
        button.setIcon(theme.icon(icon, "ink_soft"))
        button.setIconSize(theme.icon_size())
        button.setToolTip(words)
        button.setAccessibleName(words)
        self.head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button


class ChartCard(Card):
    """A chart, or its table."""

    def __init__(self, title: str, chart: Chart, unit: str = "") -> None:
        super().__init__(title, unit)
        self.chart = chart
        self._stack = QStackedLayout()
        self._stack.addWidget(chart)
        holder = QWidget()
        holder.setLayout(self._stack)
        self.body.addWidget(holder, 1)
        self.as_table = self.add_tool("table", _("Show as a table"))
        self.as_table.setCheckable(True)
        self.as_table.toggled.connect(self._switch)
        self.copy_button = self.add_tool("copy", _("Copy the figures, for a spreadsheet"))
        self.copy_button.clicked.connect(self.copy_figures)

    @cached_property
    def table(self) -> FiguresTable:
        """The same figures as a table; made when it is first asked for."""
        table = FiguresTable(self.full_title)
        self._stack.addWidget(table)
        return table

    def copy_figures(self) -> None:
        """Put the figures on the clipboard as a grid."""
        QGuiApplication.clipboard().setText(self.chart.table().as_text())

    def refresh(self) -> None:
        """Take the chart's figures over into the table, where it is shown."""
        if self.as_table.isChecked():
            self.table.set_table(self.chart.table())

    def _switch(self, as_table: bool) -> None:  # noqa: FBT001 - Qt's signature
        self.refresh()
        self._stack.setCurrentWidget(self.table if as_table else self.chart)
        self.as_table.setToolTip(_("Show as a chart") if as_table else _("Show as a table"))
