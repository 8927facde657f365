"""Recoveries in lists and in detail, and the bans of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voucher_app.domain.money import Money
    from voucher_app.domain.recovery import Recovery
    from voucher_app.services.queries.ledger import HistoryEntry


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """A recovery in a list."""

    id: int
    redemption_id: int
    voucher_number: str
    recipient_name: str
    amount: Money
    received: Money
    decided_on: str
    due_on: str
    status: str
    document: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """Money that came back; `pool` tells where it went: to be issued anew (`appropriation`) or `lapsed`."""

    id: int
    amount: Money
    received_on: str
    receipt_number: str
    pool: str


@dataclass(frozen=True, slots=True)
class BanRow:
    """A ban of a unit; `lifted_on` and `lifted_by` are empty while nobody has lifted it."""

    id: int
    unit_name: str
    uscc: str
    banned_from: str
    banned_until: str
    reason: str
    recovery_id: int | None
    prepared_by: str
    lifted_on: str
    lifted_by: str


@dataclass(frozen=True, slots=True)
class RecoveryDetails:
    """Everything the detail panel says about a recovery."""

    recovery: Recovery
    voucher_number: str
    recipient_name: str
    provider_name: str
    paid: Money
    prepared_by: str
    reviewed_by: str
    receipts: tuple[ReceiptRow, ...]
    bans: tuple[BanRow, ...]
    history: tuple[HistoryEntry, ...]
