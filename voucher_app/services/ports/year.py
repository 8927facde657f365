"""Budget years as the use cases need them."""

from typing import Protocol

from voucher_app.domain.budget import YearMoney, YearStatus


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
