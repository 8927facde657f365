"""At which rate a year's money goes and when it would run out, in whole fen and whole days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from voucher_app.domain.money import Money

if TYPE_CHECKING:
    from voucher_app.domain.budget import YearMoney
    from voucher_app.services.queries.overview import Share

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class RunRate:
    """The mean rate from the first month of issuance to a day.

    Attributes:
        per_month: what is issued in thirty days.
        exhausted_on: the day on which nothing would be left, or None when that is after the year's end.
        year_end_left: what would be left at the year's end; zero when it runs out before.
    """

    per_month: Money
    exhausted_on: date | None
    year_end_left: Money


def run_rate(money: YearMoney, by_month: tuple[Share, ...], on: date) -> RunRate | None:
    """Return the rate, or None while nothing was issued or the year is not the one that is running."""
    if not by_month or on.year != money.year:
        return None
    first = date(money.year, int(min(share.key for share in by_month)[5:7]), 1)
    days = (on - first).days + 1
    issued = sum(share.amount.fen for share in by_month)
    if days <= 0 or issued <= 0:
        return None
    year_end = date(money.year, 12, 31)
    days_left = (year_end - on).days
    enough_for = money.unissued.fen * days // issued
    exhausted_on = on + timedelta(days=enough_for) if enough_for < days_left else None
    return RunRate(
        per_month=Money(issued * 30 // days),
        exhausted_on=exhausted_on,
        year_end_left=Money(0 if exhausted_on else max(money.unissued.fen - issued * days_left // days, 0)),
    )


def cumulated(by_month: tuple[Share, ...], *, year: int, until: date) -> list[Money]:
    """Return what was issued up to the end of each month, from January to the month of a day."""
    amounts = {share.key: share.amount.fen for share in by_month}
    months = until.month if until.year == year else (_MONTHS if until.year > year else 0)
    total, line = 0, []
    for month in range(1, months + 1):
        total += amounts.get(f"{year}-{month:02d}", 0)
        line.append(Money(total))
    return line
