"""Working days: the published calendar, corrected and continued by the office's own table.

The published one is the package `chinesecalendar` (2004 to 2026, with the days that the State Council moved). Later
years are imported as lists of exceptions; a year that nobody told about is refused, never guessed from weekdays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from voucher_app.domain.calendar import is_weekday, untold_days
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.text import parse_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.calendar import CalendarRepository
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day that a list tells about."""

    day: date
    is_working: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day on which the office does not do what it does on that day of every week; `is_own`: told by its own table."""

    day: date
    is_working: bool
    note: str
    is_own: bool


def published(day: date) -> bool | None:
    """Return what the published calendar says of a day, or None for a year that it does not have."""
    import chinese_calendar  # noqa: PLC0415 - most acts count no days

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def is_working(told: CalendarRepository, day: date) -> bool:
    """Return whether the office works on a day.

    Raises:
        InvalidInput: `calendar_year_unknown`, for a year that is neither published nor imported.
    """
    exception = told.find(day)
    if exception is not None:
        return exception
    known = published(day)
    if known is not None:
        return known
    if untold_days(day.year, told.days_off(day.year)):
        raise InvalidInput("calendar_year_unknown", found=day.year)
    return is_weekday(day)


def working_days(records: Records) -> Callable[[date], bool]:
    """Return the office's calendar, for counting on."""
    return partial(is_working, records.calendar)


def month(workspace: Workspace, *, year: int, number: int) -> list[CalendarDay]:
    """Return the days of a month, working or not, with the notes of the office's own table.

    Raises:
        InvalidInput: `calendar_year_unknown`.
    """
    records = workspace.records()
    works = working_days(records)
    day = date(year, number, 1)
    days = []
    while day.month == number:
        days.append(CalendarDay(day, works(day), records.calendar.note(day)))
        day += timedelta(days=1)
    return days


def special_days(workspace: Workspace, *, year: int) -> list[SpecialDay]:
    """Return a year's days off within the week and its worked weekends, and every day that the office's table tells."""
    told, found = workspace.records().calendar, []
    day = date(year, 1, 1)
    while day.year == year:
        own = told.find(day)
        works = published(day) if own is None else own
        if own is not None or (works is not None and works != is_weekday(day)):
            found.append(SpecialDay(day, bool(works), told.note(day) if own is not None else "", own is not None))
        day += timedelta(days=1)
    return found


def import_days(
    workspace: Workspace, *, days: Sequence[CalendarDay], operator: Operator, request_id: str
) -> list[date]:
    """Record exceptions to the calendar, or the list of a later year; a day told before is corrected.

    Raises:
        InvalidInput: `calendar_year_incomplete`, when the list of a year that is not published leaves out one of the
            statutory days off, so that it can be no list of the whole year.
    """
    told = [CalendarDay(one.day, one.is_working, _note(one.note)) for one in days]
    facts: dict[str, object] = {"days": [[one.day.isoformat(), one.is_working, one.note] for one in told]}
    with workspace.unit_of_work("calendar.import", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            keys = [work.calendar.set(one.day, is_working=one.is_working, note=one.note) for one in told]
            for year in sorted({one.day.year for one in told}):
                missing = untold_days(year, work.calendar.days_off(year))
                if missing and published(date(year, 1, 1)) is None:
                    raise InvalidInput(
                        "calendar_year_incomplete", found=year, missing=", ".join(day.isoformat() for day in missing)
                    )
            work.commit(keys)
        return [date(key // 10_000, key // 100 % 100, key % 100) for key in work.result]


def _note(text: str) -> str:
    return parse_line(text, field="note", required=False)
