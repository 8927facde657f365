from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from voucher_app.domain.application import (
    APPLICATION_RULES,
    BATCH_STEPS,
    DIRECT_STEPS,
    Application,
    ApplicationStatus,
    Standing,
    check_application,
    credit_check_is_recorded,
    note_what_is_missing,
    second_reviewer_is_another,
    steps_of,
    support_limit,
)
from voucher_app.domain.contract import Contract
from voucher_app.domain.credit import CreditCheck, CreditResult
from voucher_app.domain.errors import Weight
from voucher_app.domain.money import Money, Rounding
from voucher_app.domain.parties import RecipientKind

TODAY = date(2026, 3, 2)


def test_an_application_walks_the_road_of_its_batch_and_is_worth_what_it_was_granted():
    told = {"policy_id": 1, "recipient_id": 1, "provider_id": 2, "contract": Contract("HT-1", Money(500), TODAY)}
    one = Application(
        7, 2026, **told, requested=Money(100), status=ApplicationStatus.SUBMITTED, submitted_on=TODAY, prepared_by=1
    )
    assert one.value == Money(100)
    assert replace(one, granted=Money(60)).value == Money(60)
    assert steps_of(batch_id=None) is DIRECT_STEPS
    assert steps_of(batch_id=3) is BATCH_STEPS


def only(case):
    (violation,) = check_application(case)
    return violation


def test_an_application_at_every_limit_passes(application_case):
    assert check_application(application_case) == []


def test_one_fen_above_the_cap_of_a_unit_is_refused(application_case):
    violation = only(replace(application_case, counted=application_case.counted + Money(1)))
    assert (violation.rule, violation.code) == ("R3", "recipient_cap_exceeded")
    assert (violation.found, violation.allowed) == (100_000_001, 100_000_000)
    assert violation.facts == {"counted_fen": 90_000_001}


def test_one_fen_above_the_ratio_is_refused(application_case):
    case = replace(application_case, requested=Money(10_000_001), counted=Money(0))
    violation = only(case)
    assert (violation.rule, violation.code) == ("R4", "ratio_exceeded")
    assert (violation.found, violation.allowed) == (10_000_001, 10_000_000)
    assert violation.facts == {"base_fen": 50_000_000, "ratio": "1/5"}


def test_the_limit_is_rounded_as_the_policy_says(policy):
    base = Money(1_234_567)
    facts = {"kind": "enterprise", "founded_on": None, "on": date(2026, 3, 2)}
    assert support_limit(policy, base=base, **facts) == Money(246_900)
    fine = replace(policy, rounding=Rounding.HALF_UP_FEN)
    assert support_limit(fine, base=base, **facts) == Money(246_913)


def test_a_young_unit_gets_its_own_ratio(application_case, with_unit):
    policy = replace(application_case.policy, young_ratio=Fraction(3, 5), young_years=1)
    young = with_unit(application_case.recipient, founded_on=application_case.on - timedelta(days=100))
    case = replace(application_case, policy=policy, counted=Money(0), requested=Money.yuan(300_000))
    assert check_application(replace(case, recipient=young)) == []
    assert only(case).rule == "R4"


def test_a_voucher_below_the_smallest_is_refused(application_case):
    assert check_application(replace(application_case, requested=Money(500_000))) == []
    violation = only(replace(application_case, requested=Money(499_999)))
    assert (violation.rule, violation.code, violation.found, violation.allowed) == (
        "R5",
        "voucher_too_small",
        499_999,
        500_000,
    )


def test_a_voucher_of_nothing_is_refused_even_without_a_smallest_amount(application_case):
    policy = replace(application_case.policy, smallest_voucher=Money(0))
    assert check_application(replace(application_case, policy=policy, requested=Money(1))) == []
    violation = only(replace(application_case, policy=policy, requested=Money(0)))
    assert (violation.rule, violation.found, violation.allowed) == ("R5", 0, 1)


def test_a_spending_below_the_smallest_is_refused(application_case):
    policy = replace(application_case.policy, smallest_spend=Money.yuan(500_000))
    assert check_application(replace(application_case, policy=policy)) == []
    policy = replace(policy, smallest_spend=Money(50_000_001))
    violation = only(replace(application_case, policy=policy))
    assert (violation.rule, violation.code, violation.found, violation.allowed, violation.subject) == (
        "R5",
        "spend_too_small",
        50_000_000,
        50_000_001,
        "HT-1",
    )


def test_only_the_face_values_of_the_policy_are_issued_where_it_names_some(application_case):
    policy = replace(application_case.policy, tiers=(Money.yuan(50_000), Money.yuan(100_000)))
    assert check_application(replace(application_case, policy=policy)) == []
    violation = only(replace(application_case, policy=policy, requested=Money.yuan(60_000)))
    assert (violation.rule, violation.code) == ("R6", "not_a_tier")
    assert (violation.found, violation.allowed) == (6_000_000, [5_000_000, 10_000_000])


def test_a_contract_supports_one_application(application_case):
    violation = only(replace(application_case, contract_holder=41))
    assert (violation.rule, violation.code, violation.found) == ("R8", "contract_used", "HT-1")
    assert violation.facts == {"application": 41}


def test_a_contract_is_signed_by_the_day_of_the_act(application_case):
    tomorrow = application_case.on + timedelta(days=1)
    violation = only(replace(application_case, contract=Contract("HT-1", Money.yuan(500_000), tomorrow)))
    assert (violation.rule, violation.code) == ("R8", "contract_in_future")
    assert (violation.found, violation.allowed) == ("2026-03-03", "2026-03-02")


def test_a_shared_phone_asks_for_a_reason(application_case, with_unit):
    case = replace(
        application_case,
        recipient=with_unit(application_case.recipient, phone="0351-1"),
        provider=with_unit(application_case.provider, phone="0351-1"),
    )
    violation = only(case)
    assert (violation.rule, violation.weight) == ("R10", Weight.REASON)


def test_a_unit_that_sells_to_itself_breaks_two_rules(application_case, with_unit):
    case = replace(
        application_case,
        provider=with_unit(application_case.provider, uscc=application_case.recipient.organisation.uscc),
    )
    assert [(one.rule, one.code) for one in check_application(case)] == [("R10", "same_unit"), ("R11", "own_compute")]
    policy = replace(application_case.policy, excludes_own_compute=False)
    assert [one.rule for one in check_application(replace(case, policy=policy))] == ["R10"]


def test_the_provider_is_in_the_register_on_the_contract_date(application_case):
    early = replace(application_case, contract=Contract("HT-1", Money.yuan(500_000), date(2025, 12, 31)))
    violation = only(early)
    assert (violation.rule, violation.code, violation.found) == ("R12", "provider_not_admitted_contract", "2025-12-31")


def test_compute_outside_shanxi_is_not_supported(application_case, with_unit):
    violation = only(replace(application_case, provider=with_unit(application_case.provider, region_code="110100")))
    assert (violation.rule, violation.found) == ("R17", "110100")


def test_a_class_that_does_not_fit_the_code_is_noted_only(application_case):
    recipient = replace(application_case.recipient, kind=RecipientKind.UNIVERSITY)
    violation = only(replace(application_case, recipient=recipient))
    assert (violation.rule, violation.weight) == ("R2", Weight.NOTE)


def test_a_provider_of_the_year_is_no_recipient_unless_the_policy_allows_it(application_case):
    case = replace(application_case, standing=Standing(is_provider=True))
    assert (only(case).rule, only(case).code) == ("R13", "provider_receives")
    allowed = replace(case.policy, providers_may_not_receive=False)
    assert check_application(replace(case, policy=allowed)) == []


def test_units_of_a_group_share_one_cap_to_the_fen_and_beyond_it_a_reason_is_asked(application_case, with_unit):
    """900,000元 are held by the group, 100,000元 are asked for: exactly the cap of 1,000,000元."""
    grouped = with_unit(application_case.recipient, group_code="JT-1")
    case = replace(
        application_case,
        recipient=grouped,
        counted=Money.yuan(400_000),
        standing=Standing(group_counted=Money.yuan(500_000)),
    )
    assert check_application(case) == []
    above = replace(case, standing=Standing(group_counted=Money.yuan(500_000) + Money(1)))
    violation = only(above)
    assert (violation.rule, violation.code, violation.weight) == ("R14", "group_cap_exceeded", Weight.REASON)
    assert (violation.found, violation.allowed) == (100_000_001, 100_000_000)
    assert violation.facts == {"group": "JT-1", "counted_fen": 90_000_001}
    assert check_application(replace(above, policy=replace(case.policy, group_shares_cap=False))) == []
    assert check_application(replace(above, recipient=application_case.recipient)) == []


def test_a_contract_with_other_public_money_is_not_supported(application_case):
    violation = only(replace(application_case, other_support=Money(1)))
    assert (violation.rule, violation.code, violation.found, violation.allowed) == (
        "R15", "other_support_forbidden", 1, 0,
    )  # fmt: skip


def test_where_other_support_is_allowed_all_of_it_stays_within_half_the_contract(application_case):
    """100,000元 are asked for, half of 500,000元 is 250,000元: 150,000元 may come from elsewhere."""
    policy = replace(application_case.policy, forbids_other_support=False)
    case = replace(application_case, policy=policy, other_support=Money.yuan(150_000))
    assert check_application(case) == []
    violation = only(replace(case, other_support=Money.yuan(150_000) + Money(1)))
    assert (violation.rule, violation.code) == ("R15", "support_share_exceeded")
    assert (violation.found, violation.allowed) == (25_000_001, 25_000_000)
    assert violation.facts == {"other_fen": 15_000_001, "ratio": "1/2"}


def test_supporting_services_are_at_most_their_share_to_the_fen(application_case):
    """R16: 30 % of 500,000元."""
    assert check_application(replace(application_case, supporting_services=Money.yuan(150_000))) == []
    violation = only(replace(application_case, supporting_services=Money.yuan(150_000) + Money(1)))
    assert (violation.rule, violation.code) == ("R16", "supporting_services_exceeded")
    assert (violation.found, violation.allowed, violation.facts) == (15_000_001, 15_000_000, {"ratio": "3/10"})


def test_bad_credit_stands_in_the_way_where_the_policy_asks_for_a_check(application_case):
    bad = Standing(credit=CreditCheck(application_case.on, CreditResult.DISHONEST))
    case = replace(application_case, standing=bad)
    assert (only(case).rule, only(case).code) == ("R22", "credit_dishonest")
    without = replace(case, policy=replace(case.policy, requires_credit_check=False))
    assert check_application(without) == credit_check_is_recorded(without) == []


def test_a_missing_check_is_asked_for_at_acceptance(application_case):
    assert [one.code for one in credit_check_is_recorded(application_case)] == ["credit_unchecked"]
    clear = Standing(credit=CreditCheck(application_case.on, CreditResult.CLEAR))
    assert credit_check_is_recorded(replace(application_case, standing=clear)) == []


def test_a_banned_unit_does_not_apply(application_case):
    violation = only(replace(application_case, standing=Standing(banned_until=date(2029, 3, 1))))
    assert (violation.rule, violation.code, violation.found, violation.allowed) == (
        "R28", "unit_banned", "2026-03-02", "2029-03-01",
    )  # fmt: skip


def test_what_an_application_comes_without_is_a_note():
    assert note_what_is_missing([], application_id=7) == []
    (violation,) = note_what_is_missing(["contract"], application_id=7)
    assert (violation.weight, violation.found) == (Weight.NOTE, ["contract"])
    assert (violation.rule, violation.code, violation.subject) == ("BATCH", "incomplete", "7")


@pytest.mark.parametrize(("first", "refused"), [(None, False), (5, False), (4, True)])
def test_who_made_the_first_review_decides_nothing_after_it(first, refused):
    found = second_reviewer_is_another(first_reviewed_by=first, decided_by=4, name="李", application_id=7)
    assert [(one.rule, one.code) for one in found] == ([("R23", "same_reviewer")] if refused else [])


def test_every_rule_that_is_broken_is_named_at_once(application_case, with_unit):
    policy = replace(
        application_case.policy,
        recipient_year_cap=Money(1),
        smallest_voucher=Money.yuan(9_000_000),
        smallest_spend=Money.yuan(9_000_000),
        tiers=(Money(7),),
    )
    provider = with_unit(
        application_case.provider, uscc=application_case.recipient.organisation.uscc, region_code="110100"
    )
    case = replace(
        application_case,
        policy=policy,
        provider=provider,
        recipient=replace(application_case.recipient, kind=RecipientKind.INSTITUTE),
        contract=Contract("HT-1", Money.yuan(10), date(2030, 1, 1)),
        contract_holder=3,
        standing=Standing(is_provider=True, banned_until=date(2030, 1, 1)),
        other_support=Money(1),
        supporting_services=Money.yuan(4),
    )
    assert [violation.rule for violation in check_application(case)] == [
        "R2", "R3", "R4", "R5", "R5", "R6", "R8", "R8", "R10", "R11", "R12", "R17", "R13", "R15",
        "R16", "R28",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", APPLICATION_RULES, ids=lambda rule: rule.__name__)
def test_every_rule_passes_a_sound_application(rule, application_case):
    assert rule(application_case) == []
