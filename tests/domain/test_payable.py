"""The redemption arithmetic: the official example, each limit, each step, and what holds for all numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.claim import Evidence, claim_cost, eligible_cost, payable_of
from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import ZERO, Money, Rounding
from voucher_app.domain.payable import (
    LIMITS,
    Limit,
    StepKind,
    Terms,
    cost_of,
    counted_days,
    days_between,
    derive_payable,
    read,
    written,
)
from voucher_app.domain.policy import DayCount, OperatingModel

# ------------------------------------------------------------------------------------------- the official example

TERM = {"service_from": date(2025, 1, 1), "service_until": date(2026, 12, 31)}
BASE = (date(2025, 3, 1), date(2025, 12, 31))


@pytest.fixture
def official(redemption_case):
    """20万元 settled over 2025 and 2026, base period March to December 2025, 30 % (domain.md §3, R19)."""
    policy = replace(redemption_case.policy, ratio=Fraction(3, 10), base_from=BASE[0], base_until=BASE[1])
    invoice = Invoice("2" * 20, Money.yuan(200_000), date(2026, 3, 2))
    evidence = Evidence(contract_from=date(2025, 1, 1), contract_until=date(2026, 12, 31))
    return replace(redemption_case, policy=policy, invoice=invoice, evidence=evidence)


OFFICIAL = [
    (Rounding.DOWN_WAN_4, DayCount.DIFF, 2_510_200, Fraction(305, 729)),
    (Rounding.HALF_UP_FEN, DayCount.DIFF, 2_510_288, Fraction(305, 729)),
    (Rounding.DOWN_WAN_4, DayCount.INCLUSIVE, 2_515_000, Fraction(306, 730)),
    (Rounding.HALF_UP_FEN, DayCount.INCLUSIVE, 2_515_068, Fraction(306, 730)),
]


@pytest.mark.parametrize(("rounding", "day_count", "fen", "share"), OFFICIAL)
def test_the_official_example_is_paid_to_the_fen(official, rounding, day_count, fen, share):
    case = replace(official, policy=replace(official.policy, rounding=rounding, day_count=day_count))
    found = payable_of(case)
    assert found.amount == found.rounded == Money(fen)
    assert found.eligible == eligible_cost(case) == share * 20_000_000


@pytest.mark.parametrize("how", ["contract", "service", "both", "the service lies in the base period"])
def test_the_official_example_is_the_same_however_its_period_is_told(official, how):
    invoice = official.invoice
    if how == "the service lies in the base period":
        case = replace(official, invoice=replace(invoice, service_from=BASE[0], service_until=BASE[1]))
    else:
        told = replace(invoice, **TERM) if how != "contract" else invoice
        evidence = official.evidence if how != "service" else Evidence()
        case = replace(official, invoice=told, evidence=evidence)
    assert payable_of(case).amount == Money(2_510_200)


def eligible_share(*, service_from, service_until, base_from, base_until, day_count):
    """Return which part of a service period lies in the base period, by day (R19)."""
    return counted_days((service_from, service_until), base_period=(base_from, base_until), day_count=day_count).share


def test_half_up_at_four_decimals_of_ten_thousand_yuan_would_have_given_a_ten_thousandth_more(official):
    ten_thousandths = payable_of(official).eligible * Fraction(3, 10) / 100
    assert int(ten_thousandths + Fraction(1, 2)) == 25_103


def test_a_service_shorter_than_the_contract_counts_only_its_own_days(official):
    """The amount covers the contract; of the base period, the service fills June alone: 29 of 729 days by DIFF."""
    invoice = replace(official.invoice, service_from=date(2025, 6, 1), service_until=date(2025, 6, 30))
    assert eligible_cost(replace(official, invoice=invoice)) == Fraction(29, 729) * 20_000_000


def test_days_are_counted_by_the_named_rule():
    assert days_between(date(2025, 3, 1), date(2025, 12, 31), DayCount.DIFF) == 305
    assert days_between(date(2025, 3, 1), date(2025, 12, 31), DayCount.INCLUSIVE) == 306


@pytest.mark.parametrize("day_count", DayCount)
def test_one_day_of_service_lies_in_the_base_period_or_outside(day_count):
    day = {"service_from": date(2025, 3, 1), "service_until": date(2025, 3, 1), "day_count": day_count}
    assert eligible_share(**day, base_from=date(2025, 3, 1), base_until=date(2025, 4, 1)) == 1
    assert eligible_share(**day, base_from=date(2025, 3, 2), base_until=date(2025, 4, 1)) == 0


def test_without_a_service_period_or_a_cut_the_whole_invoice_counts(redemption_case):
    def billed(case, **facts):
        return replace(case, invoice=replace(case.invoice, **facts))

    whole = Fraction(redemption_case.invoice.amount.fen)
    assert eligible_cost(redemption_case) == whole
    half_told = billed(redemption_case, service_from=date(2020, 1, 1))
    assert eligible_cost(half_told) == whole
    old = billed(redemption_case, service_from=date(2020, 1, 1), service_until=date(2020, 2, 1))
    assert eligible_cost(old) == 0
    uncut = replace(old, policy=replace(old.policy, cuts_to_base_period=False))
    assert eligible_cost(uncut) == whole


# ------------------------------------------------------------------------------------------- paid, deducted, in scope


def paid(case, settled, **changes):
    return replace(case, invoice=replace(case.invoice, paid=settled), **changes)


def test_only_what_was_paid_counts_where_the_unit_pays_first(redemption_case):
    case = paid(redemption_case, Money.yuan(400_000), model=OperatingModel.PAY_FIRST)
    assert eligible_cost(case) == Money.yuan(400_000).fen
    assert payable_of(case).rounded == Money.yuan(80_000)


def test_what_the_provider_deducted_counts_as_paid(redemption_case):
    """Model A: 400,000元 paid and 100,000元 taken off the bill of 500,000元 settle it; a fen less paid does not."""
    assert eligible_cost(paid(redemption_case, Money.yuan(400_000))) == Money.yuan(500_000).fen
    assert eligible_cost(paid(redemption_case, Money.yuan(400_000) - Money(1))) == Money.yuan(500_000).fen - 1
    assert eligible_cost(paid(redemption_case, Money.yuan(500_000))) == Money.yuan(500_000).fen


def test_a_reviewer_who_approves_less_changes_nothing_about_what_was_deducted(redemption_case):
    case = paid(redemption_case, Money.yuan(400_000), claimed=redemption_case.amount, amount=Money.yuan(1))
    assert eligible_cost(case) == Money.yuan(500_000).fen


def with_services(case, services):
    return replace(case, invoice=replace(case.invoice, supporting_services=services))


def test_supporting_services_count_up_to_their_share_of_the_base(redemption_case):
    """R16: 30 % of 500,000元 are 150,000元."""
    at_share = with_services(redemption_case, Money.yuan(150_000))
    assert eligible_cost(at_share) == Money.yuan(500_000).fen
    above = with_services(redemption_case, Money.yuan(150_000) + Money(1))
    assert eligible_cost(above) == Money.yuan(500_000).fen - 1
    assert claim_cost(above).supporting_counted == Money.yuan(150_000).fen


def test_supporting_services_are_weighed_over_all_invoices_together(redemption_case):
    storage = Invoice("3" * 20, Money.yuan(100_000), redemption_case.on, supporting_services=Money.yuan(100_000))
    case = replace(redemption_case, evidence=Evidence(further=(storage,)))
    assert eligible_cost(case) == Money.yuan(600_000).fen


def test_an_invoice_over_nothing_carries_nothing(redemption_case):
    empty = Invoice("3" * 20, ZERO, redemption_case.on, supporting_services=ZERO)
    assert eligible_cost(replace(redemption_case, evidence=Evidence(further=(empty,)))) == Money.yuan(500_000).fen


# ------------------------------------------------------------------------------------------- limits and steps


def kinds(found):
    return [step.kind for step in found.steps]


def binding(found):
    (kind,) = [step.kind for step in found.steps if step.binds]
    return kind


def test_the_smallest_limit_binds_and_is_the_payable_amount(redemption_case):
    """At every limit the support binds, being named first; a fen less of another limit and that one binds."""
    found = payable_of(redemption_case)
    assert (found.amount, binding(found)) == (Money.yuan(100_000), StepKind.ROUNDED)
    held = payable_of(replace(redemption_case, open_claims=Money(1)))
    assert (held.amount, binding(held)) == (Money.yuan(100_000) - Money(1), StepKind.VOUCHER)
    capped = payable_of(replace(redemption_case, redeemed_in_year=Money.yuan(900_000) + Money(2)))
    assert (capped.amount, binding(capped)) == (Money.yuan(100_000) - Money(2), StepKind.RECIPIENT)


def test_nothing_is_left_of_a_limit_that_is_overdrawn(redemption_case):
    found = payable_of(replace(redemption_case, redeemed_in_year=Money.yuan(2_000_000)))
    assert (found.amount, binding(found)) == (ZERO, StepKind.RECIPIENT)


def test_the_years_money_is_a_limit_where_it_is_named(redemption_case):
    limits = [Limit(StepKind.YEAR, Money.yuan(7))]
    found = derive_payable(redemption_case.invoices, contract=None, terms=redemption_case.terms, limits=limits)
    assert (found.amount, binding(found)) == (Money.yuan(7), StepKind.YEAR)


def test_an_invoice_of_nothing_pays_nothing_and_its_rules_can_still_be_told(redemption_case):
    """R16 refuses it; every rule is told at once, so the arithmetic is asked all the same."""
    empty = replace(redemption_case.invoice, amount=Money(0), supporting_services=Money(1))
    assert payable_of(replace(redemption_case, invoice=empty)).amount == Money(0)


def test_the_days_are_told_for_each_invoice_that_has_some_and_for_no_other(redemption_case):
    """Of three invoices the second tells no service; the first lies half outside, the third before the base period."""
    first = replace(redemption_case.invoice, service_from=date(2026, 2, 1), service_until=date(2026, 3, 31))
    second = replace(redemption_case.invoice, key="2")
    third = replace(first, key="3", service_from=date(2025, 2, 1), service_until=date(2025, 2, 1))
    case = replace(redemption_case, invoice=first, evidence=Evidence(further=(second, third)))
    begun, *days = [step for step in payable_of(case).steps if step.kind in {StepKind.BASE_PERIOD, StepKind.DAYS}]
    base = ["2026-03-02", "2027-03-02"]
    assert (begun.kind, begun.value, begun.facts) == (
        StepKind.BASE_PERIOD, 0, {"period": base, "day_count": case.policy.day_count.value},
    )  # fmt: skip
    inclusive = case.policy.day_count is DayCount.INCLUSIVE
    assert [(step.value, step.facts) for step in days] == [
        (0, {"key": first.key, "counted": 29 + inclusive, "whole": 58 + inclusive,
             "within": ["2026-03-02", "2026-03-31"], "covered": ["2026-02-01", "2026-03-31"]}),
        (0, {"key": "3", "counted": 0, "whole": 1, "within": [base[0], "2025-02-01"],
             "covered": ["2025-02-01", "2025-02-01"]}),
    ]  # fmt: skip
    assert payable_of(replace(case, invoice=second, evidence=Evidence())).steps[0].kind is StepKind.ELIGIBLE


def test_a_plain_claim_is_told_in_six_steps(redemption_case):
    assert kinds(payable_of(redemption_case)) == [
        StepKind.ELIGIBLE, StepKind.SUPPORT, StepKind.ROUNDED, StepKind.VOUCHER, StepKind.RECIPIENT, StepKind.PAYABLE,
    ]  # fmt: skip


def test_the_official_example_is_told_with_its_days(official):
    found = payable_of(official)
    assert kinds(found)[:3] == [StepKind.BASE_PERIOD, StepKind.DAYS, StepKind.ELIGIBLE]
    assert found.steps[0].facts == {"period": ["2025-03-01", "2025-12-31"], "day_count": "DIFF"}
    days, eligible = found.steps[1].facts, found.steps[2]
    assert (days["counted"], days["whole"]) == (305, 729)
    assert (days["within"], days["covered"]) == (["2025-03-01", "2025-12-31"], ["2025-01-01", "2026-12-31"])
    assert eligible.facts == {"key": "2" * 20, "of": 20_000_000, "counted": 305, "whole": 729}
    assert found.steps[3].facts == {"ratio": "3/10", "of": str(Fraction(305, 729) * 20_000_000)}


def test_every_invoice_is_told_and_their_sum(redemption_case):
    first = replace(redemption_case.invoice, service_from=date(2026, 3, 2), service_until=date(2026, 4, 1))
    case = replace(
        redemption_case, invoice=first, evidence=Evidence(further=(Invoice("3" * 20, Money(7), first.invoiced_on),))
    )
    found = payable_of(case)
    assert kinds(found)[:5] == [
        StepKind.BASE_PERIOD, StepKind.DAYS, StepKind.COST, StepKind.COST, StepKind.ELIGIBLE,
    ]  # fmt: skip
    assert found.steps[4].facts == {"sum": [50_000_000, 7]}


def test_payments_and_supporting_services_are_told(redemption_case):
    storage = Invoice("3" * 20, Money.yuan(100_000), redemption_case.on, supporting_services=Money.yuan(100_000))
    case = paid(with_services(redemption_case, Money.yuan(150_000)), Money.yuan(400_000))
    found = payable_of(replace(case, evidence=Evidence(further=(storage,))))
    assert kinds(found)[:7] == [
        StepKind.SETTLED, StepKind.COST, StepKind.COST, StepKind.BASE, StepKind.SUPPORTING, StepKind.SCOPE,
        StepKind.ELIGIBLE,
    ]  # fmt: skip
    assert found.steps[0].facts == {"key": case.invoice.key, "paid": 40_000_000, "deducted": 10_000_000}
    assert found.steps[4].facts == {"sum": [15_000_000, 10_000_000]}
    assert found.steps[5].value == Money.yuan(180_000).fen
    assert found.steps[6].value == Money.yuan(530_000).fen


def test_one_invoice_with_supporting_services_needs_no_sum(redemption_case):
    found = payable_of(with_services(redemption_case, Money(1)))
    assert kinds(found)[:4] == [StepKind.COST, StepKind.SUPPORTING, StepKind.SCOPE, StepKind.ELIGIBLE]


# ------------------------------------------------------------------------------------------- what holds for all numbers

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
periods = st.tuples(days, days).map(lambda pair: tuple(sorted(pair)))
amounts = st.one_of(st.integers(1, 10**6), st.integers(1, 10**10)).map(Money)
ratios = st.integers(1, 10**6).map(lambda parts: Fraction(parts, 10**6))
terms_of = st.builds(
    Terms,
    ratio=ratios,
    supporting_share=ratios,
    rounding=st.sampled_from(Rounding),
    day_count=st.sampled_from(DayCount),
    base_period=st.none() | periods,
)


@st.composite
def invoices(draw):
    amount = draw(amounts)
    service = draw(st.none() | periods)
    return Invoice(
        key=f"{draw(st.integers(0, 10**20 - 1)):020d}",
        amount=amount,
        invoiced_on=date(2026, 3, 2),
        service_from=service[0] if service else None,
        service_until=service[1] if service else None,
        supporting_services=Money(draw(st.integers(0, amount.fen))),
        paid=draw(st.none() | st.integers(0, amount.fen).map(Money)),
    )


claims = st.lists(invoices(), min_size=1, max_size=4)
contracts = st.none() | periods
deductions = st.integers(0, 10**8).map(Money)
limits_of = st.lists(
    st.builds(Limit, st.sampled_from(sorted(LIMITS - {StepKind.ROUNDED})), amounts, st.just(ZERO) | amounts), max_size=3
)


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


@given(periods, periods, st.none() | periods, st.sampled_from(DayCount))
def test_no_more_days_count_than_a_period_has(covered, base_period, service, day_count):
    found = counted_days(covered, base_period=base_period, day_count=day_count, service=service)
    assert 0 <= found.counted <= found.whole
    without = counted_days(covered, base_period=base_period, day_count=day_count)
    assert found.share <= without.share


@given(claims, contracts, terms_of, deductions)
def test_the_eligible_cost_never_exceeds_what_was_billed(billed, contract, terms, deducted):
    cost = cost_of(billed, contract=contract, terms=terms, deducted=deducted)
    assert 0 <= cost.eligible <= cost.base <= sum(invoice.amount.fen for invoice in billed)
    assert 0 <= cost.supporting_counted <= cost.supporting <= cost.base
    told = [invoice for invoice in billed if invoice.paid is not None]
    if len(told) == len(billed):
        assert cost.base <= sum(invoice.paid.fen for invoice in told) + deducted.fen


@given(claims, contracts, terms_of, limits_of, deductions)
def test_the_payable_amount_never_exceeds_any_of_its_limits(billed, contract, terms, limits, deducted):
    found = derive_payable(billed, contract=contract, terms=terms, limits=limits, deducted=deducted)
    assert found.amount.fen >= 0
    assert all(found.amount <= limit.left for limit in limits)
    exact = terms.ratio * found.eligible
    assert found.rounded.fen <= exact + Fraction(1, 2)
    if terms.rounding is Rounding.DOWN_WAN_4:
        assert found.amount.fen <= exact
    assert found.amount in [found.rounded, *(limit.left for limit in limits)]
    bound = [step for step in found.steps if step.kind in LIMITS]
    assert [step.binds for step in bound].count(True) == 1
    assert all(step.value >= found.amount.fen for step in bound)


@given(claims.flatmap(lambda one: st.tuples(st.just(one), st.permutations(one))), contracts, terms_of, deductions)
def test_the_order_of_the_invoices_does_not_matter(orders, contract, terms, deducted):
    one, other = orders
    told = {"contract": contract, "terms": terms, "deducted": deducted}
    assert cost_of(one, **told) == cost_of(other, **told)
    limits = [Limit(StepKind.VOUCHER, Money(10**9))]
    assert derive_payable(one, **told, limits=limits).amount == derive_payable(other, **told, limits=limits).amount


@given(claims, contracts, terms_of, deductions)
def test_more_supporting_services_or_less_payment_never_pay_more(billed, contract, terms, deducted):
    told = {"contract": contract, "terms": terms, "deducted": deducted}
    whole = cost_of([replace(one, supporting_services=ZERO, paid=None) for one in billed], **told).eligible
    assert cost_of([replace(one, paid=None) for one in billed], **told).eligible <= whole
    assert cost_of([replace(one, supporting_services=ZERO) for one in billed], **told).eligible <= whole


@st.composite
def splits(draw):
    """One invoice over a period, and the same billed in two parts, to the fen, that meet on a day inside it."""
    day_count = draw(st.sampled_from(DayCount))
    first = draw(days)
    length = draw(st.integers(3, 900))
    cut = draw(st.integers(1, length - 2))
    last, middle = first + timedelta(days=length), first + timedelta(days=cut)
    amount = draw(amounts)
    # Where both ends count, the second part begins on the next day.
    begins = middle + timedelta(days=1) if day_count is DayCount.INCLUSIVE else middle
    part = Money(amount.fen * days_between(first, middle, day_count) // days_between(first, last, day_count))
    whole = Invoice("1" * 20, amount, date(2026, 3, 2), first, last)
    halves = (
        Invoice("2" * 20, part, date(2026, 3, 2), first, middle),
        Invoice("3" * 20, amount - part, date(2026, 3, 2), begins, last),
    )
    return day_count, whole, halves


@given(splits(), terms_of, periods)
def test_a_period_billed_in_two_parts_carries_what_it_carries_in_one(split, terms, base_period):
    """Only the fen by which the parts' amounts were rounded may differ, and with it one step of the rounding."""
    day_count, whole, halves = split
    terms = replace(terms, day_count=day_count, base_period=base_period)
    told = {"contract": None, "terms": terms, "limits": []}
    in_one, in_two = derive_payable([whole], **told), derive_payable(halves, **told)
    assert abs(in_two.eligible - in_one.eligible) <= 1
    step = 100 if terms.rounding is Rounding.DOWN_WAN_4 else 1
    assert in_two.amount.fen <= in_one.amount.fen + step


@given(splits(), periods)
def test_parts_with_a_day_between_them_gain_at_most_that_days_cost(split, base_period):
    """DIFF counts no day between two parts that do not meet: what is billed for it counts as the days around it."""
    _, whole, halves = split
    middle = halves[0].service_until
    terms = Terms(Fraction(1), Fraction(1), Rounding.HALF_UP_FEN, DayCount.DIFF, base_period)
    apart = replace(halves[1], service_from=middle + timedelta(days=1))
    in_one = cost_of([whole], contract=None, terms=terms).eligible
    in_two = cost_of([halves[0], apart], contract=None, terms=terms).eligible
    days_of_parts = [days_between(*one.service, DayCount.DIFF) for one in (halves[0], apart)]
    daily = max(Fraction(one.amount.fen, length) for one, length in zip((halves[0], apart), days_of_parts, strict=True))
    assert in_two <= in_one + 2 * daily + 1


@given(claims, contracts, terms_of, limits_of, deductions)
def test_a_derivation_is_read_back_as_it_was_written(billed, contract, terms, limits, deducted):
    steps = derive_payable(billed, contract=contract, terms=terms, limits=limits, deducted=deducted).steps
    assert read(written(steps)) == steps


def test_the_words_of_a_derivation_never_change():
    """A decision keeps them in the data file; other words could not be read back."""
    assert [kind.value for kind in StepKind] == [
        "base-period", "days", "settled", "cost", "base", "supporting", "scope", "eligible", "support", "rounded",
        "voucher", "recipient", "year", "payable",
    ]  # fmt: skip


def test_every_step_names_what_it_was_made_of(redemption_case):
    first = replace(redemption_case.invoice, supporting_services=Money.yuan(250_000))
    case = replace(redemption_case, invoice=first, evidence=Evidence(further=(replace(first, key="3" * 20),)))
    names = {step.kind: set(step.facts) for step in payable_of(case).steps}
    assert names == {
        StepKind.COST: {"key", "of"},
        StepKind.BASE: {"sum"},
        StepKind.SUPPORTING: {"sum"},
        StepKind.SCOPE: {"supporting", "share", "of"},
        StepKind.ELIGIBLE: {"base", "supporting", "scope"},
        StepKind.SUPPORT: {"ratio", "of"},
        StepKind.ROUNDED: {"of", "rounding"},
        StepKind.VOUCHER: {"whole", "taken"},
        StepKind.RECIPIENT: {"whole", "taken"},
        StepKind.PAYABLE: {"of"},
    }
