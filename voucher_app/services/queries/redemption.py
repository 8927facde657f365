"""Redemptions in lists and in detail."""

from dataclasses import dataclass

from voucher_app.domain.money import Money
from voucher_app.domain.parties import Provider, Recipient
from voucher_app.domain.redemption import Redemption
from voucher_app.domain.voucher import Voucher
from voucher_app.services.ports.policy import PublishedPolicy
from voucher_app.services.queries.ledger import HistoryEntry


@dataclass(frozen=True, slots=True)
class RedemptionRow:
    """A redemption in a list."""

    id: int
    voucher_number: str
    recipient_name: str
    invoice_key: str
    claimed: Money
    approved: Money | None
    status: str
    claimed_on: str
    prepared_by: str


@dataclass(frozen=True, slots=True)
class RedemptionDetails:
    """Everything the detail panel says about a redemption."""

    redemption: Redemption
    voucher: Voucher
    recipient: Recipient
    provider: Provider
    policy: PublishedPolicy
    prepared_by: str
    reviewed_by: str
    redeemed_in_year: Money
    open_claims: Money
    history: tuple[HistoryEntry, ...]
