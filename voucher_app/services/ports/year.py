"""Budget years as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voucher_app.domain.budget import CapChange, YearEnd, YearMoney, YearStatus
    from voucher_app.domain.money import Money


class YearRepository(Protocol):
    """Budget years."""

    def open(self, year: int, *, document: str) -> None:
        """Record a budget year."""

    def find(self, year: int) -> YearMoney | None:
        """Return where a year's money is, or None when the year was never opened."""

    def get(self, year: int) -> YearMoney:
        """Return where a year's money is.

        Raises:
            NotFound: when the year was never opened.
        """

    def set_status(self, year: int, status: YearStatus) -> None:
        """Open or close a year."""

    def end_of(self, year: int) -> YearEnd:
        """Return what is still open in a year."""

    def propose_raise(self, *, year: int, amount: Money, document: str, reason: str, prepared_by: int) -> int:
        """Record a proposal to raise a year's appropriation; return its row."""

    def cap_change(self, change_id: int) -> CapChange:
        """Return one raise.

        Raises:
            NotFound: when there is none.
        """

    def decide_raise(self, change_id: int, *, status: str, reviewed_by: int) -> None:
        """Record a decision on a raise."""
