"""Settlements in lists and in detail: lines, totals by payee, what one payee gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voucher_app.domain.money import Money
    from voucher_app.domain.settlement import Settlement
    from voucher_app.services.queries.ledger import HistoryEntry


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A settlement in a list; amounts are those of its live lines."""

    id: int
    year: int
    period_from: str
    period_until: str
    status: str
    line_count: int
    amount: Money
    paid: Money
    drafted_on: str
    prepared_by: str


@dataclass(frozen=True, slots=True)
class SettlementLineRow:
    """A line of a settlement; the city bears what the province does not."""

    id: int
    redemption_id: int
    voucher_number: str
    invoice_key: str
    payee_name: str
    payee_uscc: str
    account_name: str
    bank_name: str
    bank_account: str
    amount: Money
    province: Money
    city: Money
    status: str
    is_sampled: bool
    sample_result: str
    receipt_number: str
    paid_on: str
    failure_reason: str
    is_reconciled: bool


@dataclass(frozen=True, slots=True)
class PayeeShare:
    """What one payee gets of a settlement: a row of the allocation plan (资金分配方案); live lines only."""

    payee_id: int
    name: str
    uscc: str
    account_name: str
    bank_name: str
    bank_account: str
    line_count: int
    amount: Money
    province: Money
    city: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class SettlementDetails:
    """Everything the detail panel says about a settlement; its lines are a list of their own.

    Attributes:
        amount, province, city: of the live lines; `paid`: of those paid; `failed`: of those that failed.
        line_counts: lines by status, every status named.
        sampled: live lines drawn for a third party's check; `samples_open`: those without a result.
        payees: totals by payee, in the order of their first lines.
    """

    settlement: Settlement
    amount: Money
    province: Money
    city: Money
    paid: Money
    failed: Money
    line_counts: dict[str, int]
    sampled: int
    samples_open: int
    payees: tuple[PayeeShare, ...]
    prepared_by: str
    reviewed_by: str
    checked_by: str
    disbursed_by: str
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class PayeeStatement:
    """What one payee gets of one settlement, line by line (结算单)."""

    settlement: Settlement
    payee: PayeeShare
    lines: tuple[SettlementLineRow, ...]
