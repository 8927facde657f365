"""Redemptions as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from fractions import Fraction

    from voucher_app.domain.claim import Evidence
    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.money import Money
    from voucher_app.domain.policy import OperatingModel
    from voucher_app.domain.redemption import Redemption


class RedemptionRepository(Protocol):
    """Redemptions."""

    def add(
        self, *, voucher_id: int, claimed: Money, invoice: Invoice, prepared_by: int, evidence: Evidence = ...
    ) -> int:
        """Record a claim with its evidence; return its row."""

    def get(self, redemption_id: int) -> Redemption:
        """Return one redemption.

        Raises:
            NotFound: when there is none.
        """

    def holder_of_invoice(self, key: str) -> int | None:
        """Return the redemption that uses an invoice, as its first or as a further one; ended ones left out (R9)."""

    def open_claims(self, voucher_id: int, *, besides: int | None = None) -> tuple[int, Money]:
        """Return number and sum of undecided claims on a voucher, one of them left out."""

    def model_of(self, application_id: int) -> OperatingModel | None:
        """Return the operating model of the batch that an application came with, or None outside of one."""

    def contract_support(self, application_id: int) -> tuple[Money, Money]:
        """Return the amount of an application's contract and the other public money declared on it (R15)."""

    def reference_price(self, *, provider_id: int, item: str, on: date, besides: int | None = None) -> Fraction | None:
        """Return the price that a provider filed for an item as of a day, else the median of earlier claims (R30)."""

    def decide(
        self,
        redemption_id: int,
        *,
        status: str,
        approved: Money | None,
        reviewed_by: int,
        reason: str,
        derivation: str = "",
    ) -> None:
        """Record a reviewer's decision, and the arithmetic behind an approval."""

    def reverse(self, redemption_id: int, *, reversed_by: int, reason: str) -> None:
        """Record that a verified redemption was reversed."""

    def set_status(self, redemption_ids: Sequence[int], status: str) -> None:
        """Record where redemptions stand after a settlement or a recovery."""

    def release_further(self, redemption_id: int) -> None:
        """Free the further invoices of a refused or reversed redemption for another claim (R9)."""

    def derivation_of(self, redemption_id: int) -> str:
        """Return the arithmetic as it was decided, or nothing before and after a refusal."""
