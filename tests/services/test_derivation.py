"""The lines of a derivation: every kind of step in words and numbers a person can reckon after."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from voucher_app import i18n
from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import ZERO, Money, Rounding
from voucher_app.domain.payable import Limit, Step, StepKind, Terms, derive_payable
from voucher_app.domain.policy import DayCount
from voucher_app.services.wording.derivation import BINDS, derivation_lines, exact_percent, wan_yuan
from voucher_app.settings import resources_folder

BASE = (date(2025, 3, 1), date(2025, 12, 31))
TERMS = Terms(Fraction(3, 10), Fraction(3, 10), Rounding.DOWN_WAN_4, DayCount.DIFF, BASE)
FIRST = Invoice("1" * 20, Money.yuan(200_000), date(2026, 1, 15))
LIMITS = (Limit(StepKind.VOUCHER, Money.yuan(60_000), Money.yuan(1)), Limit(StepKind.RECIPIENT, Money.yuan(1_000_000)))


def lines(*invoices, contract=(date(2025, 1, 1), date(2026, 12, 31)), limits=LIMITS, deducted=ZERO):
    found = derive_payable(invoices, contract=contract, terms=TERMS, limits=limits, deducted=deducted)
    return {line.step: line.expression for line in derivation_lines(found.steps)}


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "0.0000"),
        (1, "0.000001"),
        (10, "0.00001"),
        (100, "0.0001"),
        (2_510_288, "2.510288"),
        (20_000_000, "20.0000"),
        (5_000_000_000, "5000.0000"),
        (Fraction(305, 729) * 20_000_000, "8.3676…"),
        (Fraction(1, 3), "0.0000…"),
    ],
)
def test_amounts_have_four_decimals_more_when_they_are_exact_and_dots_when_they_are_not(fen, said):
    assert wan_yuan(fen) == said


@pytest.mark.parametrize(
    ("ratio", "said"),
    [("0.20", "20%"), ("1", "100%"), ("0.333333", "33.3333%"), ("0.125", "12.5%")],
)
def test_a_ratio_is_told_to_its_last_digit(ratio, said):
    assert exact_percent(Fraction(ratio)) == said


def test_the_official_example_reads_as_it_was_published():
    assert lines(FIRST) == {
        "base period": "2025-03-01 – 2025-12-31 (DIFF)",
        "days of invoice " + FIRST.key:
            "(2025-03-01 – 2025-12-31 = 305) / (2025-01-01 – 2026-12-31 = 729) = 305/729",
        "eligible cost": "305/729 × 20.0000 = 8.3676…",
        "support amount": "30% × 8.3676… = 2.5102…",
        "limit: support, rounded": f"2.5102… → 2.5102 (DOWN) {BINDS}",
        "limit: remaining value of the voucher": "6.0000 − 0.0001 = 5.9999",
        "limit: rest of the unit's yearly cap": "100.0000",
        "payable amount": "min(2.5102, 5.9999, 100.0000) = 2.5102",
    }  # fmt: skip


def test_the_limit_that_decides_is_marked_and_no_other():
    found = lines(FIRST, limits=(Limit(StepKind.YEAR, Money(7)),))
    assert [step for step, said in found.items() if said.endswith(BINDS)] == ["limit: rest of the year's money"]


def test_an_invoice_outside_the_base_period_is_told_with_no_days():
    outside = Invoice("2" * 20, Money.yuan(1), date(2026, 1, 15), date(2026, 2, 1), date(2026, 3, 1))
    found = lines(outside, contract=None)
    assert found["days of invoice " + outside.key] == "0 / (2026-02-01 – 2026-03-01 = 28) = 0/28"
    assert found["eligible cost"] == "0/28 × 0.0001 = 0.0000"


def test_payments_sums_and_supporting_services_are_told():
    paid = Invoice("3" * 20, Money.yuan(30_000), date(2026, 1, 15), paid=Money.yuan(20_000))
    storage = Invoice("4" * 20, Money.yuan(10_000), date(2026, 1, 15), supporting_services=Money.yuan(10_000))
    found = lines(paid, storage, contract=None, deducted=Money.yuan(5_000))
    assert found["settled of invoice " + paid.key] == "2.0000 + 0.5000 = 2.5000"
    assert found["cost of invoice " + storage.key] == "1.0000"
    assert found["cost in the base period"] == "2.5000 + 1.0000 = 3.5000"
    assert found["supporting services in it"] == "1.0000"
    assert found["supporting services counted"] == "min(1.0000, 30% × 3.5000) = 1.0000"
    assert found["eligible cost"] == "3.5000 − 1.0000 + 1.0000 = 3.5000"
    assert lines(paid, contract=None)["settled of invoice " + paid.key] == "2.0000"
    assert lines(FIRST, paid, contract=None)["eligible cost"] == "20.0000 + 2.0000 = 22.0000"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_step_has_a_name(language, in_english):
    i18n.use_folder(resources_folder() / "locale")
    i18n.set_language(language)
    facts = {
        "period": ["a", "b"], "day_count": "DIFF", "covered": ["a", "b"], "within": ["a", "b"], "counted": 1,
        "whole": 2, "paid": 1, "deducted": 1, "of": 1, "sum": [1, 2], "supporting": 1, "share": "1/2", "ratio": "1/2",
        "taken": 1, "rounding": "DOWN", "key": "K",
    }  # fmt: skip
    for kind in StepKind:
        told = facts | {"of": [1, 2]} if kind is StepKind.PAYABLE else facts
        (line,) = derivation_lines([Step(kind, 1, told)])
        assert line.name
        assert line.expression
        assert line.value
