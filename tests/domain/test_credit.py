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


def test_what_is_found_is_told_under_its_rule_with_its_days():
    """A check is relied on for a year; the data files of every release know the results by these words."""
    assert HOLDS_DAYS == 365
    assert [result.value for result in CreditResult] == ["clear", "dishonest", "penalised"]
    assert CreditCheck(TODAY, CreditResult.CLEAR).source == ""
    old = CreditCheck(TODAY - timedelta(days=366), CreditResult.CLEAR)
    missing, grown_old = (credit_was_checked(check, name="甲", on=TODAY) for check in (None, old))
    assert [(one.rule, one.found, one.subject) for one in (missing, grown_old)] == [
        ("R22", "", "甲"), ("R22", "2025-03-01", "甲"),
    ]  # fmt: skip
    early = check_is_past(TODAY + timedelta(days=1), on=TODAY, name="甲")
    assert (early.rule, early.found, early.allowed) == ("R22", "2026-03-03", "2026-03-02")


def test_a_check_is_not_made_tomorrow():
    assert check_is_past(TODAY, on=TODAY, name="甲") is None
    assert check_is_past(TODAY + timedelta(days=1), on=TODAY, name="甲").code == "credit_check_in_future"
