"""Credit checks as the use cases need them."""

from datetime import date
from typing import Protocol

from voucher_app.domain.credit import CreditCheck


class CreditRepository(Protocol):
    """Credit checks; another check is another row."""

    def add(self, *, organisation_id: int, checked_on: date, result: str, source: str, prepared_by: int) -> int:
        """Record a check; return its row."""

    def last(self, organisation_id: int) -> CreditCheck | None:
        """Return the last check of a unit, or None."""
