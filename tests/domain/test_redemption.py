from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.claim import eligible_cost, payable_of
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.invoice import Invoice, parse_invoice_number
from voucher_app.domain.money import Money, Rounding
from voucher_app.domain.payable import days_between, eligible_share
from voucher_app.domain.policy import DayCount
from voucher_app.domain.redemption import REDEMPTION_RULES, check_redemption
from voucher_app.domain.voucher import VoucherStatus


def only(case):
    (violation,) = check_redemption(case)
    return violation


def billed(case, **facts):
    return replace(case, invoice=replace(case.invoice, **facts))


# ------------------------------------------------------------------------------------------- invoices


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("26142000000000000001", "26142000000000000001"),
        (" 26142000000000000001 ", "26142000000000000001"),
        ("1400123456 12345678", "1400123456-12345678"),
        ("1400123456-12345678", "1400123456-12345678"),
        ("140012345612345678", "1400123456-12345678"),
        ("140012345678-12345678", "140012345678-12345678"),
    ],
)
def test_an_invoice_is_known_by_its_number_or_by_code_and_number(typed, key):
    assert parse_invoice_number(typed) == key


def test_a_code_of_twelve_digits_run_together_with_its_number_is_one_invoice_number():
    assert parse_invoice_number("14001234567812345678") == "14001234567812345678"


@pytest.mark.parametrize(
    "typed",
    ["", "2.6142E+19", "2614200000000000000", "261420000000000000011", "2614200000000000000a", "1400123456--12345678",
     "12345678", "140012345-12345678", "1400123456-1234567",
     "２６１４２０００００００００００００００1", "1400123456 - 12345678"],
)  # fmt: skip
def test_what_is_no_invoice_number_is_refused_and_never_repaired(typed):
    with pytest.raises(InvalidInput) as refused:
        parse_invoice_number(typed)
    assert (refused.value.code, refused.value.found) == ("invoice", typed)


# ------------------------------------------------------------------------------------------- arithmetic

OFFICIAL = {
    "service_from": date(2025, 1, 1),
    "service_until": date(2026, 12, 31),
    "base_from": date(2025, 3, 1),
    "base_until": date(2025, 12, 31),
}


@pytest.mark.parametrize(
    ("day_count", "rounding", "share", "wan"),
    [
        (DayCount.DIFF, Rounding.DOWN_WAN_4, Fraction(305, 729), "2.5102"),
        (DayCount.DIFF, None, Fraction(305, 729), "2.5103"),
        (DayCount.INCLUSIVE, Rounding.DOWN_WAN_4, Fraction(306, 730), "2.5150"),
    ],
)
def test_the_official_example_gives_its_published_amount(day_count, rounding, share, wan):
    """20万元 over 2025 and 2026, base period March to December 2025, 30 % (domain.md §3, R19)."""
    assert eligible_share(**OFFICIAL, day_count=day_count) == share
    exact_wan = share * 20 * Fraction(3, 10)
    units = exact_wan * 10_000
    rounded = int(units) if rounding else int(units + Fraction(1, 2))
    assert f"{rounded / 10_000:.4f}" == wan


def test_the_official_example_is_paid_to_the_truncated_ten_thousandth(redemption_case):
    policy = replace(
        redemption_case.policy,
        ratio=Fraction(3, 10),
        base_from=date(2025, 3, 1),
        base_until=date(2025, 12, 31),
    )
    invoice = Invoice("2" * 20, Money.yuan(200_000), date(2026, 3, 2), date(2025, 1, 1), date(2026, 12, 31))
    case = replace(redemption_case, policy=policy, invoice=invoice)
    assert payable_of(case).rounded.in_wan_yuan() == "2.5102"
    assert int(eligible_cost(case)) // 100 == 83_676
    inclusive = replace(case, policy=replace(policy, day_count=DayCount.INCLUSIVE))
    assert payable_of(inclusive).rounded.in_wan_yuan() == "2.515"
    half_up = replace(case, policy=replace(policy, rounding=Rounding.HALF_UP_FEN))
    assert payable_of(half_up).rounded == Money(2_510_288)


def test_days_are_counted_by_the_named_rule():
    assert days_between(date(2025, 3, 1), date(2025, 12, 31), DayCount.DIFF) == 305
    assert days_between(date(2025, 3, 1), date(2025, 12, 31), DayCount.INCLUSIVE) == 306


@pytest.mark.parametrize("day_count", DayCount)
def test_one_day_of_service_lies_in_the_base_period_or_outside(day_count):
    day = {"service_from": date(2025, 3, 1), "service_until": date(2025, 3, 1), "day_count": day_count}
    assert eligible_share(**day, base_from=date(2025, 3, 1), base_until=date(2025, 4, 1)) == 1
    assert eligible_share(**day, base_from=date(2025, 3, 2), base_until=date(2025, 4, 1)) == 0


days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(days, days, days, days, st.sampled_from(DayCount))
def test_a_share_is_a_share_and_whole_inside_the_base_period(one, other, third, fourth, day_count):
    service_from, service_until = sorted((one, other))
    base_from, base_until = sorted((third, fourth))
    share = eligible_share(
        service_from=service_from,
        service_until=service_until,
        base_from=base_from,
        base_until=base_until,
        day_count=day_count,
    )
    assert 0 <= share <= 1
    if base_from <= service_from and service_until <= base_until:
        assert share == 1
    if service_until < base_from or base_until < service_from:
        assert share == 0


def test_without_a_service_period_or_a_cut_the_whole_invoice_counts(redemption_case):
    whole = Fraction(redemption_case.invoice.amount.fen)
    assert eligible_cost(redemption_case) == whole
    half_told = billed(redemption_case, service_from=date(2020, 1, 1))
    assert eligible_cost(half_told) == whole
    old = billed(redemption_case, service_from=date(2020, 1, 1), service_until=date(2020, 2, 1))
    assert eligible_cost(old) == 0
    uncut = replace(old, policy=replace(old.policy, cuts_to_base_period=False))
    assert eligible_cost(uncut) == whole


# ------------------------------------------------------------------------------------------- rules


def test_a_claim_at_every_limit_passes(redemption_case):
    assert check_redemption(redemption_case) == []


def test_a_claim_of_nothing_is_refused(redemption_case):
    violation = only(replace(redemption_case, amount=Money(0)))
    assert (violation.rule, violation.code, violation.found, violation.allowed) == ("R5", "claim_empty", 0, 1)
    assert check_redemption(replace(redemption_case, amount=Money(1))) == []


@pytest.mark.parametrize("status", VoucherStatus)
def test_only_a_voucher_on_the_road_is_redeemed(redemption_case, status):
    case = replace(redemption_case, voucher=replace(redemption_case.voucher, status=status))
    if status in {VoucherStatus.USABLE, VoucherStatus.PARTLY_USED}:
        assert check_redemption(case) == []
        return
    violation = only(case)
    assert (violation.rule, violation.code, violation.found) == ("TRANSITION", "step_not_open", status.value)
    assert violation.facts == {"noun": "voucher", "act": "redeem"}


def test_one_fen_above_the_remaining_value_is_refused(redemption_case):
    case = replace(redemption_case, open_claims=Money(1))
    violation = only(case)
    assert (violation.rule, violation.code) == ("R1", "remaining_exceeded")
    assert (violation.found, violation.allowed, violation.facts) == (10_000_000, 9_999_999, {"open_claims_fen": 1})
    assert check_redemption(replace(case, amount=Money(9_999_999))) == []


def test_what_is_left_is_never_told_as_less_than_nothing(redemption_case):
    assert only(replace(redemption_case, open_claims=Money.yuan(200_000))).allowed == 0


def test_one_fen_above_the_cap_of_a_unit_is_refused(redemption_case):
    violation = only(replace(redemption_case, redeemed_in_year=redemption_case.redeemed_in_year + Money(1)))
    assert (violation.rule, violation.code) == ("R3", "recipient_redeems_too_much")
    assert (violation.found, violation.allowed) == (100_000_001, 100_000_000)
    assert violation.facts == {"redeemed_fen": 90_000_001}


def test_one_fen_below_the_cost_behind_a_claim_is_refused(redemption_case):
    violation = only(billed(redemption_case, amount=Money(49_999_999)))
    assert (violation.rule, violation.code) == ("R4", "cost_ratio_exceeded")
    assert (violation.found, violation.allowed) == (10_000_000, 9_999_900)
    assert violation.facts == {"base_fen": 49_999_999, "ratio": "1/5"}


def test_the_last_days_of_use_and_of_redeeming_still_count(redemption_case):
    voucher = redemption_case.voucher
    case = replace(billed(redemption_case, invoiced_on=voucher.use_by), on=voucher.redeem_by)
    assert check_redemption(case) == []


def test_a_day_after_the_last_day_of_use_is_too_late(redemption_case):
    late = redemption_case.voucher.use_by + timedelta(days=1)
    violation = only(replace(billed(redemption_case, invoiced_on=late), on=late))
    assert (violation.rule, violation.code, violation.found, violation.allowed) == (
        "R7",
        "used_too_late",
        "2027-03-03",
        "2027-03-02",
    )


def test_a_day_after_the_last_day_to_redeem_is_too_late(redemption_case):
    violation = only(replace(redemption_case, on=redemption_case.voucher.redeem_by + timedelta(days=1)))
    assert (violation.rule, violation.code, violation.found, violation.allowed) == (
        "R7",
        "redeemed_too_late",
        "2027-06-01",
        "2027-05-31",
    )


def test_an_invoice_of_tomorrow_is_refused(redemption_case):
    violation = only(billed(redemption_case, invoiced_on=redemption_case.on + timedelta(days=1)))
    assert (violation.rule, violation.code, violation.found, violation.allowed) == (
        "R7",
        "invoice_in_future",
        "2026-03-03",
        "2026-03-02",
    )


def test_an_invoice_is_redeemed_once(redemption_case):
    violation = only(replace(redemption_case, invoice_holder=17))
    assert (violation.rule, violation.code, violation.found) == ("R9", "invoice_used", redemption_case.invoice.key)
    assert violation.facts == {"redemption": 17}


def test_the_provider_was_in_the_register_on_both_ends_of_the_service(redemption_case):
    case = billed(redemption_case, service_from=date(2025, 12, 31), service_until=date(2028, 1, 1))
    codes = [(one.rule, one.found) for one in check_redemption(case) if one.rule == "R12"]
    assert codes == [("R12", "2025-12-31"), ("R12", "2028-01-01")]


def test_without_service_dates_the_day_of_the_invoice_counts(redemption_case):
    case = billed(redemption_case, invoiced_on=date(2025, 12, 31))
    violation = only(case)
    assert (violation.rule, violation.code, violation.found) == ("R12", "provider_not_admitted_service", "2025-12-31")


def test_a_service_that_ends_before_it_begins_is_refused(redemption_case):
    case = billed(redemption_case, service_from=date(2026, 3, 2), service_until=date(2026, 3, 1))
    (violation,) = [one for one in check_redemption(case) if one.rule == "R19"]
    assert (violation.code, violation.found, violation.allowed) == (
        "service_period_reversed",
        "2026-03-02",
        "2026-03-01",
    )


def test_a_service_outside_the_base_period_is_refused(redemption_case):
    case = billed(redemption_case, service_from=date(2026, 1, 1), service_until=date(2026, 3, 1))
    violations = {one.rule: one for one in check_redemption(case)}
    assert set(violations) == {"R4", "R19"}
    assert violations["R19"].code == "outside_base_period"
    assert violations["R19"].found == ["2026-01-01", "2026-03-01"]
    assert violations["R19"].allowed == ["2026-03-02", "2027-03-02"]


def test_a_service_inside_the_base_period_passes(redemption_case):
    assert (
        check_redemption(billed(redemption_case, service_from=date(2026, 3, 2), service_until=date(2026, 4, 1))) == []
    )


def test_every_rule_that_is_broken_is_named_at_once(redemption_case):
    case = replace(
        redemption_case,
        voucher=replace(redemption_case.voucher, status=VoucherStatus.VOIDED, remaining=Money(0)),
        redeemed_in_year=Money.yuan(1_000_000),
        invoice=Invoice("2" * 20, Money(1), date(2029, 1, 1), date(2029, 1, 2), date(2029, 1, 1)),
        invoice_holder=3,
        on=date(2028, 6, 1),
    )
    assert [violation.rule for violation in check_redemption(case)] == [
        "TRANSITION", "R1", "R3", "R4", "R7", "R7", "R7", "R9", "R12", "R12", "R19",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", REDEMPTION_RULES, ids=lambda rule: rule.__name__)
def test_every_rule_passes_a_sound_claim(rule, redemption_case):
    assert rule(redemption_case) == []
