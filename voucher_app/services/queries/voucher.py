"""Vouchers in lists and in detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.application import Application
    from voucher_app.domain.money import Money
    from voucher_app.domain.parties import Provider, Recipient
    from voucher_app.domain.redemption import Redemption
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.ledger import HistoryEntry


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher in a list."""

    id: int
    number: str
    recipient_name: str
    provider_name: str
    face: Money
    remaining: Money
    status: str
    issued_on: str
    use_by: str
    redeem_by: str


@dataclass(frozen=True, slots=True)
class EndedVoucher:
    """A voucher that nothing can be redeemed on now: voided, returned, expired, used up or frozen, and since when."""

    number: str
    status: str
    ended_on: date


@dataclass(frozen=True, slots=True)
class VoucherDetails:
    """Everything the detail panel and the certificate say about a voucher."""

    voucher: Voucher
    application: Application
    recipient: Recipient
    provider: Provider
    policy: PublishedPolicy
    prepared_by: str
    reviewed_by: str
    journal_hash: str
    """Hash of the journal record of its issuance."""
    history: tuple[HistoryEntry, ...]
    redemptions: tuple[Redemption, ...]
    open_claims: Money
