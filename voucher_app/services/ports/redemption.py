"""Redemptions as the use cases need them."""

from collections.abc import Sequence
from typing import Protocol

from voucher_app.domain.money import Money
from voucher_app.domain.redemption import Invoice, Redemption


class RedemptionRepository(Protocol):
    """Redemptions."""

    def add(self, *, voucher_id: int, claimed: Money, invoice: Invoice, prepared_by: int) -> int:
        """Record a claim; return its row."""

    def get(self, redemption_id: int) -> Redemption:
        """Return one redemption.

        Raises:
            NotFound: when there is none.
        """

    def holder_of_invoice(self, key: str) -> int | None:
        """Return the claimed or verified redemption that uses an invoice (R9)."""

    def open_claims(self, voucher_id: int, *, besides: int | None = None) -> tuple[int, Money]:
        """Return number and sum of undecided claims on a voucher, one of them left out."""

    def decide(self, redemption_id: int, *, status: str, approved: Money | None, reviewed_by: int, reason: str) -> None:
        """Record a reviewer's decision."""

    def reverse(self, redemption_id: int, *, reversed_by: int, reason: str) -> None:
        """Record that a verified redemption was reversed."""

    def set_status(self, redemption_ids: Sequence[int], status: str) -> None:
        """Record where redemptions stand after a settlement or a recovery."""
