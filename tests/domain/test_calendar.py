"""Working days: counted, never guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.calendar import STATUTORY, is_weekday, last_working_day, untold_days

FRIDAY = date(2026, 3, 6)


@pytest.mark.parametrize(("days", "last"), [(0, FRIDAY), (1, date(2026, 3, 9)), (5, date(2026, 3, 13)),
                                            (6, date(2026, 3, 16))])  # fmt: skip
def test_the_first_day_does_not_count_and_days_off_are_passed_over(days, last):
    assert last_working_day(FRIDAY, days=days, is_working=is_weekday) == last


@given(st.dates(date(2024, 1, 1), date(2090, 1, 1)), st.integers(1, 60), st.sets(st.integers(1, 100)))
def test_exactly_as_many_working_days_follow(start, days, off):
    holidays = {start + timedelta(days=number) for number in off}
    last = last_working_day(start, days=days, is_working=lambda day: day not in holidays)
    between = [start + timedelta(days=number) for number in range(1, (last - start).days + 1)]
    assert sum(day not in holidays for day in between) == days
    assert last not in holidays


def test_a_list_of_a_year_names_the_statutory_days():
    whole = [date(2027, month, day) for month, day in STATUTORY]
    assert untold_days(2027, whole) == []
    assert untold_days(2027, whole[1:]) == [date(2027, 1, 1)]
    assert len(untold_days(2028, whole)) == len(STATUTORY)
