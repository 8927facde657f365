"""Vouchers as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.application import Application
    from voucher_app.domain.numbering import VoucherNumber
    from voucher_app.domain.voucher import Voucher


class VoucherRepository(Protocol):
    """Vouchers."""

    def next_sequence(self, year: int) -> int:
        """Return the next place in a year's numbering, gap-free from 1."""

    def add(
        self,
        *,
        number: VoucherNumber,
        application: Application,
        issued_on: date,
        use_by: date,
        redeem_by: date,
    ) -> Voucher:
        """Record an issued voucher; return it as it will stand once a transfer has brought its value."""

    def get(self, number: VoucherNumber) -> Voucher:
        """Return a voucher by its number.

        Raises:
            NotFound: when there is none.
        """

    def get_by_id(self, voucher_id: int) -> Voucher:
        """Return a voucher by its row."""

    def set_status(self, voucher_id: int, status: str, *, ended_by: int | None = None) -> None:
        """Record a new status; `ended_by` is who voided or returned it."""

    def past_deadline(self, on: date) -> list[int]:
        """Return the vouchers on the road whose last day to redeem lies before a day and that no claim holds back."""

    def held_past_deadline(self, on: date) -> list[int]:
        """Return the vouchers whose last day to redeem lies before a day and that a claim or a freeze holds back."""
