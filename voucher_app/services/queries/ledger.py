"""Journal records, transfers, and the history of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voucher_app.domain.money import Money


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A journal record in a list."""

    seq: int
    recorded_at: str
    business_date: str
    operator_name: str
    action: str
    subject: str
    reason: str
    hash: str


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer in a list; accounts are named by kind and by what they belong to.

    Attributes:
        reverses: the entry that this one takes back; `reversed_by`: the one that took this one back; or None.
    """

    id: int
    business_date: str
    kind: str
    debit: str
    credit: str
    amount: Money
    operator_name: str
    journal_seq: int
    reverses: int | None = None
    reversed_by: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to a record."""

    business_date: str
    recorded_at: str
    operator_name: str
    action: str
    amount: Money | None
    note: str
    journal_seq: int
