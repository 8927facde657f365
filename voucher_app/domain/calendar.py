"""Working days (工作日): counted on a calendar that somebody published, never guessed from the weekday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

IsWorking = Callable[[date], bool]
"""Whether the office works on a day; raises `InvalidInput` for a year that nobody told about."""

STATUTORY: Final = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
"""Months and days that are off every year: a list of exceptions without them is no list of a whole year."""

_LAST_WEEKDAY: Final = 4


def last_working_day(start: date, *, days: int, is_working: IsWorking) -> date:
    """Return the last of some working days that follow a day; the day itself does not count."""
    found = start
    while days > 0:
        found += timedelta(days=1)
        days -= is_working(found)
    return found


def is_weekday(day: date) -> bool:
    """Return whether a day lies between Monday and Friday."""
    return day.weekday() <= _LAST_WEEKDAY


def untold_days(year: int, days_off: Collection[date]) -> list[date]:
    """Return the statutory days off that a list of a year's exceptions leaves out."""
    return [day for day in (date(year, month, number) for month, number in STATUTORY) if day not in days_off]
