"""What the window shows first: the office, its people, its years, and how much of a year is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.office import OfficeFacts


@dataclass(frozen=True, slots=True)
class YearGlance:
    """Where a year's money is, and how many vouchers were issued; quick to read, however many there are."""

    money: YearMoney
    vouchers: int


class Glance(Protocol):
    """The read models that the window opens with: few, so that they are loaded at once."""

    def office(self) -> OfficeFacts:
        """Return the office."""

    def operators(self) -> list[Operator]:
        """Return the people at the desk."""

    def journal_hash(self, seq: int) -> str | None:
        """Return the hash of a journal record, or None when there is none."""

    def last_recorded_at(self) -> str:
        """Return the instant of the last journal record (UTC, ISO), or nothing."""

    def years(self) -> list[int]:
        """Return the budget years, newest first."""

    def year_glance(self, year: int) -> YearGlance:
        """Return where a year's money is.

        Raises:
            NotFound: when the year is not opened.
        """
