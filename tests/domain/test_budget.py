from __future__ import annotations

from datetime import date

import pytest

from voucher_app.domain.budget import (
    CEILING,
    CapChange,
    CapChangeStatus,
    YearEnd,
    YearMoney,
    YearStatus,
    appropriation_is_in_ceiling,
    check_cap_change,
    check_closing,
    closing_notes,
    issuance_is_in_appropriation,
    parse_year,
    raise_is_in_ceiling,
    year_is_open,
)
from voucher_app.domain.errors import InvalidInput, Weight
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Operator, Role


def test_the_ceiling_is_fifty_million_yuan():
    assert Money.parse("50000000.00") == CEILING


def test_an_appropriation_up_to_the_ceiling_passes():
    assert appropriation_is_in_ceiling(CEILING, year=2026) is None
    assert appropriation_is_in_ceiling(Money(1), year=2026) is None


def test_one_fen_above_the_ceiling_is_refused():
    violation = appropriation_is_in_ceiling(CEILING + Money(1), year=2026)
    assert (violation.rule, violation.code) == ("R1", "ceiling_exceeded")
    assert (violation.found, violation.allowed, violation.subject) == (5_000_000_001, 5_000_000_000, "2026")


@pytest.mark.parametrize("fen", [0, -1])
def test_an_appropriation_of_nothing_is_refused(fen):
    violation = appropriation_is_in_ceiling(Money(fen), year=2026)
    assert (violation.rule, violation.code, violation.found) == ("R1", "appropriation_empty", fen)


def test_the_last_fen_is_issued_and_one_more_is_not():
    assert issuance_is_in_appropriation(issuing=Money(100), unissued=Money(100), year=2026) is None
    violation = issuance_is_in_appropriation(issuing=Money(101), unissued=Money(100), year=2026)
    assert (violation.rule, violation.code) == ("R1", "cap_exceeded")
    assert (violation.found, violation.allowed, violation.facts) == (101, 100, {"short_fen": 1})


def test_a_closed_year_issues_nothing():
    assert year_is_open(YearStatus.OPEN, year=2026) is None
    violation = year_is_open(YearStatus.CLOSED, year=2026)
    assert (violation.rule, violation.code, violation.found, violation.allowed) == (
        "R26",
        "year_closed",
        "closed",
        "open",
    )


def test_the_appropriation_is_where_all_of_it_went():
    parts = [Money(1), Money(20), Money(300), Money(4_000), Money(50_000)]
    assert YearMoney(2026, YearStatus.OPEN, "晋财", *parts).appropriation == Money(54_321)


def test_years_are_four_digits_this_program_knows():
    assert parse_year("2026") == 2026
    assert (parse_year("2024"), parse_year("2099")) == (2024, 2099)
    for text in ("", "26", "02026", "2023", "2100", "２０２６", "2026.0", "-2026", "²⁰²⁶"):
        with pytest.raises(InvalidInput) as refused:
            parse_year(text)
        assert (refused.value.code, refused.value.found, refused.value.facts) == (
            "year",
            text,
            {"first": 2024, "last": 2099},
        )


# ------------------------------------------------------------------------------------------- raising and closing

REVIEWER, PREPARER = Operator(2, "李复核", Role.REVIEWER), Operator(1, "张经办", Role.PREPARER)


def money(unissued=CEILING, status=YearStatus.OPEN):
    return YearMoney(2026, status, "x", unissued, *[Money(0)] * 4)


def codes(violations):
    return [(one.rule, one.code) for one in violations]


@pytest.mark.parametrize(("room", "fen", "code"), [
    (1, 1, None), (1, 2, "ceiling_exceeded"), (0, 1, "ceiling_exceeded"), (1, 0, "appropriation_empty"),
    (1, -1, "appropriation_empty"),
])  # fmt: skip
def test_a_year_is_raised_to_the_ceiling_and_no_fen_further(room, fen, code):
    found = raise_is_in_ceiling(money(CEILING - Money(room)), Money(fen))
    assert codes(found) == ([("R1", code)] if code else [])


def test_a_closed_year_is_not_raised():
    assert codes(raise_is_in_ceiling(money(Money(1), YearStatus.CLOSED), Money(1))) == [("R26", "year_closed")]


@pytest.mark.parametrize("status", CapChangeStatus)
@pytest.mark.parametrize("act", ["decide", "refuse"])
def test_a_raise_is_decided_once_by_another_person(status, act):
    change = CapChange(4, 2026, Money(1), "文号", "追加", status, prepared_by=1)
    opened = [] if status is CapChangeStatus.PROPOSED else [("TRANSITION", "step_not_open")]
    roomy = money(CEILING - Money(1))
    assert codes(check_cap_change(change, roomy, act=act, decided_by=REVIEWER)) == opened
    same = check_cap_change(change, roomy, act=act, decided_by=PREPARER)
    assert codes(same) == [*opened, ("R23", "same_person")]
    assert {one.facts["noun"] for one in same} == {"cap-change"}, "what the number in the sentence is the number of"
    full = [("R1", "ceiling_exceeded")] if act == "decide" else []
    assert codes(check_cap_change(change, money(), act=act, decided_by=REVIEWER)) == opened + full


def test_a_year_closes_when_no_batch_and_no_raise_is_in_hand():
    assert check_closing(money(), YearEnd(applications=1, claims=1, unpaid=1)) == []
    assert codes(check_closing(money(status=YearStatus.CLOSED), YearEnd(batches=1, raises=1))) == [
        ("R26", "year_closed"), ("R26", "batches_open"), ("R26", "raises_open"),
    ]  # fmt: skip


def test_what_waits_is_told_before_a_year_is_closed():
    found = closing_notes(money(), YearEnd(batches=9, applications=1, claims=2, unpaid=3), on=date(2026, 12, 31))
    assert [(one.code, one.found, one.weight) for one in found] == [
        ("applications_wait", 1, "note"), ("claims_wait", 2, "note"), ("payments_wait", 3, "note"),
    ]  # fmt: skip
    assert {(one.rule, one.allowed, one.subject) for one in found} == {("R26", 0, "2026")}
    stands = check_closing(money(), YearEnd(batches=1, raises=1))
    assert [(one.rule, one.code, one.found, one.allowed) for one in stands] == [
        ("R26", "batches_open", 1, 0), ("R26", "raises_open", 1, 0),
    ]  # fmt: skip
    assert closing_notes(money(), YearEnd(), on=date(2026, 12, 31)) == []


def test_whoever_closes_a_year_a_day_before_it_is_over_is_told():
    (note,) = closing_notes(money(), YearEnd(), on=date(2026, 12, 30))
    assert (note.rule, note.code, note.weight) == ("R26", "year_not_over", Weight.NOTE)
    assert (note.found, note.allowed) == ("2026-12-30", "2026-12-31")
