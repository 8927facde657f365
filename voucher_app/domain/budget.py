"""The budget year: its appropriation (年度发放总额), what is left of it, and the cap (R1)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from voucher_app.domain.errors import InvalidInput, Violation
from voucher_app.domain.money import Money

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
