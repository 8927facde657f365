"""The budget year: its appropriation (年度发放总额), what is left of it, and the cap (R1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import InvalidInput, Violation, Weight
from voucher_app.domain.money import Money

if TYPE_CHECKING:
    from voucher_app.domain.operators import Operator

CEILING: Final = Money.yuan(50_000_000)
"""The province never gives more than 5000万元 a year (domain.md §1); no switch lifts it, the schema repeats it."""

FIRST_YEAR: Final = 2024
LAST_YEAR: Final = 2099


class YearStatus(StrEnum):
    """Whether a budget year still issues."""

    OPEN = "open"
    CLOSED = "closed"


class CapChangeStatus(StrEnum):
    """Where a raise of a year's appropriation stands; two people decide it (design.md §2)."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    REFUSED = "refused"


CAP_CHANGE_STEPS: Final[dict[str, dict[str, str]]] = {
    CapChangeStatus.PROPOSED: {"decide": CapChangeStatus.DECIDED, "refuse": CapChangeStatus.REFUSED},
    CapChangeStatus.DECIDED: {},
    CapChangeStatus.REFUSED: {},
}


@dataclass(frozen=True, slots=True)
class CapChange:
    """A raise of a year's appropriation: proposed by one person with document and reason, decided by another."""

    id: int
    year: int
    amount: Money
    document: str
    reason: str
    status: CapChangeStatus
    prepared_by: int
    reviewed_by: int | None = None


@dataclass(frozen=True, slots=True)
class YearEnd:
    """What is still open in a year that is to be closed.

    Attributes:
        batches: batches that are neither issued nor finished; `raises`: proposals not decided.
        applications: applications that wait for a decision or for their voucher.
        claims: undecided claims; `unpaid`: verified redemptions that are not paid.
    """

    batches: int = 0
    raises: int = 0
    applications: int = 0
    claims: int = 0
    unpaid: int = 0


@dataclass(frozen=True, slots=True)
class YearMoney:
    """Where a year's money is; every field is the balance of accounts, in fen."""

    year: int
    status: YearStatus
    document: str
    unissued: Money
    outstanding: Money
    payable: Money
    disbursed: Money
    lapsed: Money

    @property
    def appropriation(self) -> Money:
        """The money identity (domain.md §3): the appropriation is where all of it went, and nothing else."""
        return self.unissued + self.outstanding + self.payable + self.disbursed + self.lapsed


def parse_year(text: str) -> int:
    """Read a budget year.

    Raises:
        InvalidInput: when it is no year this program knows.
    """
    if not (text.isascii() and text.isdigit() and len(text) == len(str(FIRST_YEAR))):
        raise InvalidInput("year", found=text, first=FIRST_YEAR, last=LAST_YEAR)
    year = int(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput("year", found=text, first=FIRST_YEAR, last=LAST_YEAR)
    return year


def appropriation_is_in_ceiling(total: Money, *, year: int) -> Violation | None:
    """Refuse an appropriation above the province's ceiling, or of nothing (R1)."""
    if total > CEILING:
        return Violation("R1", "ceiling_exceeded", found=total.fen, allowed=CEILING.fen, subject=str(year))
    if total.fen <= 0:
        return Violation("R1", "appropriation_empty", found=total.fen, allowed=CEILING.fen, subject=str(year))
    return None


def issuance_is_in_appropriation(*, issuing: Money, unissued: Money, year: int) -> Violation | None:
    """Refuse an issuance that the year's unissued money does not cover (R1)."""
    if issuing <= unissued:
        return None
    return Violation(
        "R1",
        "cap_exceeded",
        found=issuing.fen,
        allowed=unissued.fen,
        subject=str(year),
        facts={"short_fen": (issuing - unissued).fen},
    )


def year_is_open(status: YearStatus, *, year: int) -> Violation | None:
    """Refuse to issue out of a closed year."""
    if status is YearStatus.OPEN:
        return None
    return Violation("R26", "year_closed", found=status.value, allowed=YearStatus.OPEN.value, subject=str(year))


def raise_is_in_ceiling(money: YearMoney, amount: Money) -> list[Violation]:
    """Return what stands against raising a year's appropriation: a closed year, nothing to add, the ceiling (R1)."""
    found = [year_is_open(money.status, year=money.year)]
    if amount.fen <= 0:
        found.append(appropriation_is_in_ceiling(amount, year=money.year))
    else:
        found.append(appropriation_is_in_ceiling(money.appropriation + amount, year=money.year))
    return [violation for violation in found if violation]


def check_cap_change(change: CapChange, money: YearMoney, *, act: str, decided_by: Operator) -> list[Violation]:
    """Return what stands against deciding or refusing a raise: its status, R23, and for the former R1 as it is now."""
    found = check_decision(
        CAP_CHANGE_STEPS,
        noun="cap-change",
        status=change.status,
        act=act,
        subject=str(change.id),
        prepared_by=change.prepared_by,
        decided_by=decided_by,
    )
    return found + (raise_is_in_ceiling(money, change.amount) if act == "decide" else [])


def check_closing(money: YearMoney, end: YearEnd) -> list[Violation]:
    """Return what stands against closing a year (R26), and what is only told.

    A batch in hand and a proposal to raise the year would hang in the air for ever, so they block. Applications,
    claims and payments do not: applications get no voucher any more, claims are decided and redemptions paid after the
    year as before, because vouchers on the road stay redeemable to their deadlines.
    """
    year = str(money.year)
    closed = year_is_open(money.status, year=money.year)
    found = [closed] if closed else []
    if end.batches:
        found.append(Violation("R26", "batches_open", found=end.batches, allowed=0, subject=year))
    if end.raises:
        found.append(Violation("R26", "raises_open", found=end.raises, allowed=0, subject=year))
    return found


def closing_notes(money: YearMoney, end: YearEnd, *, on: date) -> list[Violation]:
    """Return what an officer is told before a year is closed on a day."""
    year, note, found = str(money.year), Weight.NOTE, []
    last = date(money.year, 12, 31)
    if on < last:
        found.append(Violation("R26", "year_not_over", on.isoformat(), last.isoformat(), subject=year, weight=note))
    if end.applications:
        found.append(Violation("R26", "applications_wait", end.applications, 0, subject=year, weight=note))
    if end.claims:
        found.append(Violation("R26", "claims_wait", end.claims, 0, subject=year, weight=note))
    if end.unpaid:
        found.append(Violation("R26", "payments_wait", end.unpaid, 0, subject=year, weight=note))
    return found
