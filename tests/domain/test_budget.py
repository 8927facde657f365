import pytest

from voucher_app.domain.budget import (
    CEILING,
    YearMoney,
    YearStatus,
    appropriation_is_in_ceiling,
    issuance_is_in_appropriation,
    parse_year,
    year_is_open,
)
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money


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
