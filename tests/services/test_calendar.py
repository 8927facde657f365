"""Working days: as published, as the office corrected them, and never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from voucher_app.domain.calendar import STATUTORY
from voucher_app.domain.errors import InvalidInput
from voucher_app.services import calendar
from voucher_app.services.calendar import CalendarDay
from voucher_app.services.workspace import new_request_id


def works(desk, day):
    return calendar.working_days(desk.workspace.records())(day)


def told(desk, *days, request_id=None):
    return calendar.import_days(
        desk.workspace, days=days, operator=desk.preparer, request_id=request_id or new_request_id()
    )


def whole(year):
    return [CalendarDay(date(year, month, day), is_working=False, note="法定") for month, day in STATUTORY]


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 3, 2), True),
        (date(2026, 3, 7), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # a Saturday that is worked for the week off
    ],
)
def test_published_days_off_and_moved_working_days_are_known(desk, day, is_working):
    assert works(desk, day) is is_working


def test_the_office_corrects_a_day_and_corrects_it_again(desk):
    day = date(2026, 3, 3)
    assert told(desk, CalendarDay(day, is_working=False, note="停电")) == [day]
    assert works(desk, day) is False
    (shown,) = [one for one in calendar.month(desk.workspace, year=2026, number=3) if one.day == day]
    assert shown == CalendarDay(day, is_working=False, note="停电")
    told(desk, CalendarDay(day, is_working=True, note="恢复"))
    assert works(desk, day) is True
    assert desk.verified() == []


def test_a_year_that_nobody_told_about_is_refused_and_not_guessed(desk):
    with pytest.raises(InvalidInput) as refused:
        works(desk, date(2027, 3, 1))
    assert (refused.value.code, refused.value.found) == ("calendar_year_unknown", 2027)
    with pytest.raises(InvalidInput):
        calendar.month(desk.workspace, year=2027, number=3)


def test_an_imported_year_has_its_exceptions_and_is_otherwise_by_weekday(desk):
    days = [*whole(2027), CalendarDay(date(2027, 10, 9), is_working=True)]
    assert len(told(desk, *days, request_id="r")) == len(told(desk, *days, request_id="r")) == 6
    assert [works(desk, date(2027, 10, day)) for day in (1, 4, 8, 9, 10)] == [False, True, True, True, False]


def test_a_list_that_is_none_of_a_whole_year_is_refused(desk):
    with pytest.raises(InvalidInput) as refused:
        told(desk, *whole(2027)[1:])
    assert (refused.value.code, refused.value.facts) == ("calendar_year_incomplete", {"missing": "2027-01-01"})
    with pytest.raises(InvalidInput):
        works(desk, date(2027, 10, 1))
    told(desk, *whole(2027))
    told(desk, CalendarDay(date(2027, 5, 3), is_working=False))
    assert works(desk, date(2027, 5, 3)) is False


def test_a_note_is_one_line(desk):
    with pytest.raises(InvalidInput):
        told(desk, CalendarDay(date(2026, 3, 3), is_working=False, note="a\x00"))
