"""Credit checks as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.credit import CreditCheck


class CreditRepository(Protocol):
    """Credit checks; another check is another row."""

    def add(self, *, organisation_id: int, checked_on: date, result: str, source: str, prepared_by: int) -> int:
        """Record a check; return its row."""

    def last(self, organisation_id: int) -> CreditCheck | None:
        """Return the last check of a unit, or None."""
