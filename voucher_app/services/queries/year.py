"""A budget year's statement: where its money is and what became of it, now or at the end of any past day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.money import Money


@dataclass(frozen=True, slots=True)
class CapChangeRow:
    """A raise of a year's appropriation, as every later report shows it (design.md §2)."""

    id: int
    amount: Money
    document: str
    reason: str
    status: str
    proposed_on: str
    prepared_by: str
    decided_on: str
    reviewed_by: str


@dataclass(frozen=True, slots=True)
class YearStatement:
    """Where a year's money is, and what became of it up to a day.

    Attributes:
        as_of: the day; what happened on it counts. `seq`, `head`: the last journal record up to it.
        counts: vouchers by status, every status named.
        opened: the appropriation it was opened with; `changes`: what was proposed and decided since.
        issued: face value of all vouchers; `redeemed`: verified and not reversed; `recycled`: what ended vouchers gave
            back; `paid`: disbursed and not come back; `recovered`: of that, what was taken back; of which
            `recovered_to_pool` is there to be issued anew and the rest lapsed.
    """

    as_of: str
    seq: int
    head: str
    money: YearMoney
    counts: dict[str, int]
    opened: Money
    changes: tuple[CapChangeRow, ...]
    issued: Money
    redeemed: Money
    recycled: Money
    paid: Money
    recovered: Money
    recovered_to_pool: Money
