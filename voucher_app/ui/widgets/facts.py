"""A list of labelled facts in two columns; long values wrap, and can be selected and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from voucher_app.domain.money import ZERO
from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.money import Money

_MOST_LINES = 10


class FactsList(QWidget):
    """Labels left, values right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, theme.SPACE * 2)
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(theme.SPACE * 2)
        self._grid.setColumnStretch(1, 1)

    def set_facts(self, facts: Sequence[tuple[str, str]], *, numeric: bool = False) -> None:
        """Show these facts; numeric values line up at the right."""
        clear(self._grid)
        for line, (label, value) in enumerate(facts):
            name = QLabel(label)
            name.setTextFormat(Qt.TextFormat.PlainText)  # the name of a unit, where its amount is told
            theme.set_role(name, "soft")
            told = QLabel(value)
            told.setTextFormat(Qt.TextFormat.PlainText)
            told.setWordWrap(not numeric)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            told.setAccessibleName(f"{label}: {value}")
            if numeric:
                told.setAlignment(Qt.AlignmentFlag.AlignRight)
                name.setWordWrap(True)
            self._grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(told, line, 1)


def named_amounts(amounts: Sequence[tuple[str, Money]]) -> list[tuple[str, str]]:
    """Return names with their amounts in 元; of many, the first ones and how many more there are."""
    lines = [(name, amount.in_yuan()) for name, amount in amounts[:_MOST_LINES]]
    rest = amounts[_MOST_LINES:]
    if rest:
        lines.append(
            (_("and {count} more").format(count=len(rest)), sum((each for _name, each in rest), ZERO).in_yuan())
        )
    return lines
