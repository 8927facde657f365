"""Recoveries and bans as the use cases need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.money import Money
    from voucher_app.domain.recovery import Ban, Recovery


@dataclass(frozen=True, slots=True)
class NewRecovery:
    """A decision to be written."""

    redemption_id: int
    amount: Money
    due_on: date
    document: str
    reason: str
    prepared_by: int
    reviewed_by: int


class RecoveryRepository(Protocol):
    """Recoveries and what came back of them."""

    def add(self, decision: NewRecovery) -> int:
        """Record a decision of today; return its row."""

    def get(self, recovery_id: int) -> Recovery:
        """Return one recovery.

        Raises:
            NotFound: when there is none.
        """

    def decided(self, redemption_id: int) -> Money:
        """Return what all decisions take back of a redemption."""

    def receive(self, recovery_id: int, *, amount: Money, received_on: date, receipt_number: str) -> None:
        """Record money that came back; the very next ledger entry has to be its recovery."""


class BanRepository(Protocol):
    """Bans."""

    def add(self, *, organisation_id: int, until: date, reason: str, recovery_id: int | None, prepared_by: int) -> int:
        """Record a ban from today on; return its row."""

    def in_force(self, organisation_id: int, on: date) -> list[Ban]:
        """Return a unit's bans that are in force on a day."""

    def banned_until(self, organisation_id: int, on: date) -> date | None:
        """Return the last day of the longest ban in force on a day, or None when the unit is not banned."""

    def lift(self, ban_id: int, *, lifted_by: int) -> None:
        """End a ban today."""
