"""R22: what was found of a unit, and when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from voucher_app.domain.credit import (
    HOLDS_DAYS,
    CreditCheck,
    CreditResult,
    check_is_past,
    credit_is_no_obstacle,
    credit_was_checked,
)

TODAY = date(2026, 3, 2)


def obstacle(result, checked_on, on=TODAY):
    found = credit_is_no_obstacle(CreditCheck(checked_on, result), name="甲", on=on)
    return found and (found.rule, found.code, found.weight)


def test_a_clear_check_or_none_is_no_obstacle():
    assert credit_is_no_obstacle(None, name="甲", on=TODAY) is None
    assert obstacle(CreditResult.CLEAR, TODAY) is None


def test_dishonesty_stands_until_a_later_check():
    assert obstacle(CreditResult.DISHONEST, date(2015, 1, 1)) == ("R22", "credit_dishonest", "block")


@pytest.mark.parametrize(("on", "stands"), [(date(2029, 3, 1), True), (date(2029, 3, 2), False)])
def test_a_serious_penalty_stands_for_three_years_to_the_day(on, stands):
    assert bool(obstacle(CreditResult.PENALISED, TODAY, on=on)) is stands


@pytest.mark.parametrize(("on", "stands"), [(date(2031, 2, 28), True), (date(2031, 3, 1), False)])
def test_three_years_from_the_29th_of_february_end_with_it(on, stands):
    assert bool(obstacle(CreditResult.PENALISED, date(2028, 2, 29), on=on)) is stands


def test_a_check_is_asked_for_and_grows_old_by_a_day():
    assert credit_was_checked(None, name="甲", on=TODAY).code == "credit_unchecked"
    check = CreditCheck(TODAY, CreditResult.CLEAR)
    last = TODAY + timedelta(days=HOLDS_DAYS)
    assert credit_was_checked(check, name="甲", on=last) is None
    old = credit_was_checked(check, name="甲", on=last + timedelta(days=1))
    assert (old.code, old.weight, old.found, old.allowed) == ("credit_check_old", "reason", "2026-03-02", "2026-03-03")


def test_a_check_is_not_made_tomorrow():
    assert check_is_past(TODAY, on=TODAY, name="甲") is None
    assert check_is_past(TODAY + timedelta(days=1), on=TODAY, name="甲").code == "credit_check_in_future"
