from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from voucher_app.domain.claim import Evidence
from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import Money
from voucher_app.domain.policy import DayCount, OperatingModel
from voucher_app.domain.redemption import REDEMPTION_RULES, Redemption, RedemptionStatus, check_redemption, payee_of
from voucher_app.domain.voucher import VoucherStatus


def only(case):
    (violation,) = check_redemption(case)
    return violation


def billed(case, **facts):
    return replace(case, invoice=replace(case.invoice, **facts))


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


# ------------------------------------------------------------------------------------------- several invoices

SECOND = Invoice("2" * 20, Money.yuan(1), date(2026, 3, 2))


def with_second(case, **facts):
    return replace(case, evidence=Evidence(further=(replace(SECOND, **facts),)))


def test_the_deadlines_hold_for_every_invoice(redemption_case):
    voucher = redemption_case.voucher
    late = replace(redemption_case, on=voucher.redeem_by)
    assert check_redemption(with_second(late, invoiced_on=voucher.use_by)) == []
    violation = only(with_second(late, invoiced_on=voucher.use_by + timedelta(days=1)))
    assert (violation.rule, violation.code, violation.found) == ("R7", "used_too_late", "2027-03-03")
    violation = only(with_second(redemption_case, invoiced_on=redemption_case.on + timedelta(days=1)))
    assert (violation.rule, violation.code, violation.subject) == ("R7", "invoice_in_future", SECOND.key)


def test_the_provider_was_in_the_register_for_every_invoice(redemption_case):
    first = date(2026, 1, 1)
    assert check_redemption(with_second(redemption_case, invoiced_on=first)) == []
    violation = only(with_second(redemption_case, invoiced_on=first - timedelta(days=1)))
    assert (violation.rule, violation.code, violation.found) == ("R12", "provider_not_admitted_service", "2025-12-31")


def test_every_invoice_lies_in_the_base_period_in_part(redemption_case):
    """The base period begins with the issue on 2 March; a day before it is outside, under DIFF to its end."""
    day = timedelta(days=1)
    begun = redemption_case.voucher.issued_on
    inside = with_second(redemption_case, service_from=begun - day, service_until=begun + day)
    assert check_redemption(inside) == []
    violation = only(with_second(redemption_case, service_from=begun - day * 2, service_until=begun - day))
    assert (violation.rule, violation.code, violation.subject) == ("R19", "outside_base_period", SECOND.key)
    assert (violation.found, violation.allowed) == (["2026-02-28", "2026-03-01"], ["2026-03-02", "2027-03-02"])


def test_one_day_of_overlap_is_no_day_by_difference_and_one_day_inclusive(redemption_case):
    """R31: the day itself is named, for it does lie in the base period."""
    begun = redemption_case.voucher.issued_on
    case = with_second(redemption_case, service_from=begun - timedelta(days=1), service_until=begun)
    violation = only(case)
    assert (violation.rule, violation.code, violation.subject) == ("R31", "no_day_counts", SECOND.key)
    assert violation.facts == {"day": "2026-03-02", "day_count": "DIFF"}
    policy = replace(case.policy, day_count=DayCount.INCLUSIVE)
    assert check_redemption(replace(case, policy=policy)) == []


def test_every_invoice_that_counts_no_day_is_told(redemption_case):
    begun, day = redemption_case.voucher.issued_on, timedelta(days=1)
    first = billed(redemption_case, service_from=begun - day, service_until=begun)
    case = with_second(first, service_from=begun - day * 2, service_until=begun - day)
    found = [(one.rule, one.code, one.subject) for one in check_redemption(case) if one.rule in {"R19", "R31"}]
    assert found == [("R31", "no_day_counts", first.invoice.key), ("R19", "outside_base_period", SECOND.key)]


def test_a_service_outside_the_contract_counts_nothing(redemption_case):
    contract = Evidence(contract_from=date(2026, 4, 1), contract_until=date(2026, 6, 30))
    case = billed(redemption_case, service_from=date(2026, 7, 1), service_until=date(2026, 7, 31))
    codes = [one.code for one in check_redemption(replace(case, evidence=contract))]
    assert codes == ["cost_ratio_exceeded", "outside_base_period"]


def test_a_contract_outside_the_base_period_is_refused_without_service_dates_too(redemption_case):
    case = replace(redemption_case, evidence=Evidence(contract_from=date(2025, 1, 1), contract_until=date(2026, 3, 1)))
    violation = next(one for one in check_redemption(case) if one.rule == "R19")
    assert violation.found == ["2025-01-01", "2026-03-01"]


def test_a_contract_told_backwards_is_named_once(redemption_case):
    case = replace(redemption_case, evidence=Evidence(contract_from=date(2026, 4, 2), contract_until=date(2026, 4, 1)))
    assert [one.code for one in check_redemption(case)] == ["cost_ratio_exceeded", "contract_term_reversed"]


def test_where_the_policy_does_not_cut_no_period_is_too_old(redemption_case):
    case = billed(redemption_case, service_from=date(2026, 1, 1), service_until=date(2026, 1, 31))
    uncut = replace(case, policy=replace(case.policy, cuts_to_base_period=False))
    assert check_redemption(uncut) == []
    assert "outside_base_period" in [one.code for one in check_redemption(case)]


# ------------------------------------------------------------------------------------------- a group, and who is paid


def in_group(case, redeemed, **policy):
    unit = replace(case.recipient.organisation, group_code="G7")
    recipient = replace(case.recipient, organisation=unit)
    return replace(case, recipient=recipient, redeemed_by_group=redeemed, policy=replace(case.policy, **policy))


def test_units_of_a_group_share_the_cap_and_the_officer_may_answer_for_more(redemption_case):
    case = replace(redemption_case, redeemed_in_year=Money(0))
    assert check_redemption(in_group(case, Money.yuan(900_000))) == []
    violation = only(in_group(case, Money.yuan(900_000) + Money(1)))
    assert (violation.rule, violation.code, violation.weight) == ("R14", "group_redeems_too_much", "reason")
    assert (violation.found, violation.allowed) == (100_000_001, 100_000_000)
    assert violation.facts == {"redeemed_fen": 90_000_001, "group": "G7"}


def test_where_the_policy_lets_them_units_of_a_group_have_caps_of_their_own(redemption_case):
    case = replace(redemption_case, redeemed_in_year=Money(0))
    assert check_redemption(in_group(case, Money.yuan(999_999), group_shares_cap=False)) == []


def test_who_deducted_the_voucher_is_paid_and_otherwise_who_paid_the_bill(voucher):
    assert payee_of(voucher, OperatingModel.DEDUCT) == voucher.provider_id
    assert payee_of(voucher, OperatingModel.PAY_FIRST) == voucher.recipient_id
    assert payee_of(voucher, OperatingModel.AFTERWARDS) == voucher.recipient_id


def test_a_redemption_names_its_invoices_the_first_one_first(redemption_case):
    redemption = Redemption(
        1, 1, Money(1), None, RedemptionStatus.CLAIMED, redemption_case.invoice, date(2026, 3, 2), 1,
        evidence=Evidence(further=(SECOND,)),
    )  # fmt: skip
    assert redemption.invoices == (redemption_case.invoice, SECOND)


@pytest.mark.parametrize(
    "first",
    [
        {"service_from": None, "service_until": None},
        {"service_from": date(2026, 3, 4), "service_until": date(2026, 3, 3)},
        {"service_from": date(2026, 3, 3), "service_until": date(2026, 3, 4)},
    ],
    ids=["tells no period", "reversed", "inside"],
)
def test_an_invoice_behind_another_is_looked_at_whatever_the_first_one_is(redemption_case, first):
    """Each invoice is held to the base period, also when the one before it is fine or is wrong in another way."""
    outside = replace(SECOND, service_from=date(2020, 1, 1), service_until=date(2020, 2, 1))
    case = replace(billed(redemption_case, **first), evidence=Evidence(further=(outside,)))
    assert ("outside_base_period", SECOND.key) in [(one.code, one.subject) for one in check_redemption(case)]


def test_a_day_outside_the_base_period_is_no_reversed_period(redemption_case):
    day = date(2020, 1, 1)
    codes = [one.code for one in check_redemption(billed(redemption_case, service_from=day, service_until=day))]
    assert "outside_base_period" in codes
    assert "service_period_reversed" not in codes
