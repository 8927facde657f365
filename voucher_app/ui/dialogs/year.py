"""Budget years: opening one with its appropriation (年度发放总额)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.budget import CEILING, YearMoney, YearStatus, appropriation_is_in_ceiling, parse_year
from voucher_app.domain.errors import Violation
from voucher_app.domain.money import ZERO
from voucher_app.i18n import _
from voucher_app.services import year as use_case
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.effects import role_violations
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.effect_panel import Effect, Row, signed
from voucher_app.ui.widgets.field import LineField, TextField
from voucher_app.ui.widgets.money_bar import OVER, UNISSUED, Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.money import Money
    from voucher_app.ui.desk import Desk


class YearField(LineField):
    """A budget year."""

    def value(self) -> int:
        """Return the year."""
        return parse_year(self.text().strip())

    def is_unfinished(self) -> bool:
        """Return whether digits are still missing."""
        return len(self.text().strip()) < len("2026")


class YearOpen(DecisionDialog):
    """Open a budget year; its appropriation is the most that can ever be issued out of it."""

    def __init__(self, desk: Desk, parent: QWidget | None) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Open a budget year"),
            purpose=_("The appropriation is the most that can be issued in the year. A year is opened once."),
            action=_("Open the year"),
        )
        self.year = YearField(_("Budget year"), parse_year)
        self.amount = AmountField(_("Appropriation"))
        self.document = TextField(_("Document number"), name="document", example="晋财建〔2026〕1号")
        opened = desk.facts.years
        self.year.set_text(str(max(opened) + 1 if desk.year in opened else desk.year))
        self.add(self.year)
        self.add(self.amount)
        self.add(self.document)
        self.look_again()

    def look(self) -> Callable[[], Effect] | None:
        """Hold the appropriation against the province's ceiling."""
        if self.year.problem() or self.amount.problem():
            return None
        year, amount, workspace, operator = (
            self.year.value(),
            self.amount.value(),
            self.workspace,
            self.operator,
        )

        def foresee() -> Effect:
            violations = role_violations(operator)
            above = appropriation_is_in_ceiling(amount, year=year)
            violations += [above] if above else []
            existing = workspace.records().years.find(year)
            if existing is not None:
                violations.append(
                    Violation(
                        "R1",
                        "year_exists",
                        found=existing.appropriation.fen,
                        allowed="one opening a year",
                        subject=str(year),
                    )
                )
            over = max(amount - CEILING, ZERO)
            words = (
                _("{amount} of at most {ceiling} (10,000 yuan): above the province's ceiling")
                if over
                else _("{amount} of at most {ceiling} (10,000 yuan) can be issued in {year}")
            )
            return Effect(
                sentence=words.format(amount=signed(amount), ceiling=signed(CEILING), year=year),
                rules=("R1", "ROLE"),
                violations=violations,
                is_beyond=bool(over),
                parts=_ceiling_parts(amount),
                rows=[Row(UNISSUED, ZERO, amount)],
            )

        return foresee

    def act(self) -> Callable[[], YearMoney]:
        """Open the year."""
        year, amount, document = self.year.value(), self.amount.value(), self.document.value()
        workspace, operator, request_id = self.workspace, self.operator, self.request_id
        return lambda: use_case.open_year(
            workspace, year=year, amount=amount, document=document, operator=operator, request_id=request_id
        )

    def told(self, result: object) -> str:
        """Say what can be issued."""
        assert isinstance(result, YearMoney)
        assert result.status is YearStatus.OPEN
        return _("{year} is open: {amount} yuan can be issued").format(
            year=result.year, amount=result.appropriation.in_yuan()
        )


def _ceiling_parts(amount: Money) -> list[Part]:
    fits = min(amount, CEILING)
    return [
        Part(UNISSUED, fits, is_moved=True, name=_("Appropriation")),
        Part(UNISSUED, CEILING - fits, name=_("Up to the ceiling")),
        Part(OVER, amount - fits, is_moved=True),
    ]
