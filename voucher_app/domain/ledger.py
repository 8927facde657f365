"""The ledger (台账): accounts, and transfers between exactly two of them, so that no entry can be out of balance.

What is over-issued, redeemed twice or paid twice would make a balance negative; that is one rule, and the schema keeps
it for whoever writes. Account numbers are computed, not looked up: subject × 8 + the kind's code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from voucher_app.domain.money import Money

KINDS_PER_SUBJECT: Final = 8


class AccountKind(IntEnum):
    """What an account holds; the value is its code in the account number."""

    FUNDING = 0
    """Where the province's money comes from; the only account that may be negative. Subject: a budget year."""
    APPROPRIATION = 1
    """A year's unissued money. Subject: a budget year."""
    OUTSTANDING = 2
    """A voucher's remaining value. Subject: a voucher."""
    PAYABLE = 3
    """What a verified redemption is owed. Subject: a redemption."""
    DISBURSED = 4
    """What was paid out of a year. Subject: a budget year."""
    LAPSED = 5
    """What a closed year no longer issues. Subject: a budget year."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One account: its kind and the year, voucher or redemption that it belongs to."""

    kind: AccountKind
    subject: int

    @property
    def id(self) -> int:
        """The account's number."""
        return self.subject * KINDS_PER_SUBJECT + self.kind

    def __str__(self) -> str:
        return f"{self.kind.name.lower()}:{self.subject}"


class TransferKind(StrEnum):
    """Why money moves (design.md §2)."""

    APPROPRIATION = "appropriation"
    ISSUANCE = "issuance"
    REDEMPTION = "redemption"
    DISBURSEMENT = "disbursement"
    RETURN = "return"
    VOID = "void"
    EXPIRY = "expiry"
    LAPSE = "lapse"
    RECOVERY = "recovery"
    REVERSAL = "reversal"


_OF_A_YEAR = (AccountKind.FUNDING, AccountKind.APPROPRIATION, AccountKind.DISBURSED, AccountKind.LAPSED)
_POOLS = frozenset({AccountKind.APPROPRIATION, AccountKind.LAPSED})

ROADS: Final[dict[TransferKind, tuple[AccountKind, frozenset[AccountKind]]]] = {
    TransferKind.APPROPRIATION: (AccountKind.FUNDING, frozenset({AccountKind.APPROPRIATION})),
    TransferKind.ISSUANCE: (AccountKind.APPROPRIATION, frozenset({AccountKind.OUTSTANDING})),
    TransferKind.REDEMPTION: (AccountKind.OUTSTANDING, frozenset({AccountKind.PAYABLE})),
    TransferKind.DISBURSEMENT: (AccountKind.PAYABLE, frozenset({AccountKind.DISBURSED})),
    TransferKind.RETURN: (AccountKind.OUTSTANDING, _POOLS),
    TransferKind.VOID: (AccountKind.OUTSTANDING, _POOLS),
    TransferKind.EXPIRY: (AccountKind.OUTSTANDING, _POOLS),
    TransferKind.LAPSE: (AccountKind.APPROPRIATION, frozenset({AccountKind.LAPSED})),
    TransferKind.RECOVERY: (AccountKind.DISBURSED, _POOLS),
}
"""From which kind of account to which; a reversal takes its original's road backwards. The schema says the same."""

RECYCLING: Final = frozenset({TransferKind.RETURN, TransferKind.VOID, TransferKind.EXPIRY})
"""Transfers that end a voucher and count as recycled (R26)."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money going from one account to another: `debit` gives, `credit` takes.

    Attributes:
        year: the budget year whose money it is.
        reverses: the transfer it undoes, for a reversal.
    """

    kind: TransferKind
    year: int
    debit: Account
    credit: Account
    amount: Money
    reverses: int | None = None

    def __post_init__(self) -> None:
        assert self.amount.fen > 0, "a transfer moves money"
        assert self.debit != self.credit, "a transfer has two ends"
        if self.kind is not TransferKind.REVERSAL:
            gives, takes = ROADS[self.kind]
            assert self.debit.kind is gives, "the debit account fits the act"
            assert self.credit.kind in takes, "the credit account fits the act"

    def reversed_by(self, transfer_id: int) -> Transfer:
        """Return the entry that undoes this one; `transfer_id` is this entry's row."""
        return Transfer(TransferKind.REVERSAL, self.year, self.credit, self.debit, self.amount, transfer_id)


@cache
def accounts_of_a_year(year: int) -> dict[AccountKind, int]:
    """Return the numbers of the four accounts that a budget year has for itself, by kind."""
    return {kind: Account(kind, year).id for kind in _OF_A_YEAR}


def pool_of(year: int, *, recycles: bool, year_open: bool) -> Account:
    """Return where a voucher's value goes back to: the year's unissued money, or its lapsed money (R26)."""
    kind = AccountKind.APPROPRIATION if recycles and year_open else AccountKind.LAPSED
    return Account(kind, year)
