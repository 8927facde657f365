"""How a payable amount comes about, line by line: every step, every limit, and the one that decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from voucher_app.domain.payable import LIMITS, StepKind
from voucher_app.i18n import _
from voucher_app.services.wording.derivation import BINDS, derivation_lines
from voucher_app.services.wording.policy import parameter_value
from voucher_app.ui import theme
from voucher_app.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.payable import Step
    from voucher_app.services.wording.derivation import DerivationLine


@dataclass(frozen=True, slots=True)
class DerivationRow:
    """A line as it is shown.

    Attributes:
        expression: how the value comes about; empty where the value says it all.
        is_limit: it bounds the payable amount; `binds`: it is the one that decides.
        is_result: it is the payable amount.
    """

    name: str
    value: str
    expression: str
    is_limit: bool = False
    binds: bool = False
    is_result: bool = False


def derivation_rows(steps: Sequence[Step]) -> list[DerivationRow]:
    """Return the lines of a derivation, with the policy's named rules in words instead of by their names."""
    return [
        DerivationRow(
            name=line.name,
            value="" if step.kind is StepKind.BASE_PERIOD else line.value,
            expression=_expression(step, line),
            is_limit=step.kind in LIMITS,
            binds=step.binds,
            is_result=step.kind is StepKind.PAYABLE,
        )
        for step, line in zip(steps, derivation_lines(steps), strict=True)
    ]


def _expression(step: Step, line: DerivationLine) -> str:
    told = line.expression.removesuffix(f" {BINDS}")
    if told == line.value:
        return ""
    if step.kind is StepKind.PAYABLE:
        return _("the smallest of the limits")
    for key, fact in (("arithmetic.rounding", "rounding"), ("arithmetic.day_count", "day_count")):
        if fact in step.facts:
            name = str(step.facts[fact])
            told = told.replace(f"({name})", _("({words})").format(words=parameter_value(key, name)))
    return told.replace("min(", _("the smaller of ("))


def row_text(row: DerivationRow) -> str:
    """Return a line as text, as the detail panel sets it; what decides says so."""
    told = row.expression or row.value
    return _("{expression}\ndecides").format(expression=told) if row.binds else told


class DerivationView(QWidget):
    """The lines of a derivation: the name and its value, and softly beneath how it comes about."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("How the amount comes about"))
        self.heading = QLabel(_("How the amount comes about (10,000 yuan)"))
        theme.set_role(self.heading, "section")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.SPACE * 2)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE * 2)
        column.addWidget(self.heading)
        column.addLayout(self._grid)

    def show_rows(self, rows: Sequence[DerivationRow]) -> None:
        """Show these lines."""
        clear(self._grid)
        place = 0
        for row in rows:
            strong = row.binds or row.is_result
            name = _label(row.name, "strong" if strong else "")
            name.setWordWrap(True)
            value = _label(row.value, "strong" if strong else "")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            value.setAccessibleName(f"{row.name}: {row.value}")
            self._grid.addWidget(name, place, 0)
            self._grid.addWidget(value, place, 1)
            place += 1
            if row.expression:
                told = _label(row.expression, "label")
                told.setWordWrap(True)
                self._grid.addWidget(told, place, 0, 1, 2)
                place += 1
            if row.binds:
                self._grid.addWidget(_decides(), place, 0, 1, 2)
                place += 1
            self._grid.setRowMinimumHeight(place, theme.SPACE)
            place += 1


def _decides() -> QWidget:
    """Return the mark of the limit that decides: a sign and words."""
    mark = QWidget()
    line = QHBoxLayout(mark)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.SPACE)
    sign = QLabel()
    sign.setPixmap(theme.icon("decides", "accent").pixmap(theme.icon_size()))
    line.addWidget(sign)
    line.addWidget(_label(_("this limit decides"), "accent"), 1)
    return mark


def _label(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        theme.set_role(label, role)
    return label
