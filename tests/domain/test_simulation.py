"""A year played again under another policy, on rows made up here: each rule by a fen, and money that comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import Money
from voucher_app.domain.policy import Allocation, OperatingModel, parse_policy
from voucher_app.domain.simulation import (
    Asked,
    Holder,
    Redeemed,
    YearAsRecorded,
    evidence_limit,
    first_come,
    pro_rata,
    simulate,
    total,
    totals,
)

DAY = date(2026, 3, 2)
HOLDERS = {key: Holder(key, f"单位{key}", f"code-{key}", "enterprise", "140100", None) for key in (1, 2, 3)}


def yuan(amount):
    return Money.yuan(amount)


@pytest.fixture
def old(policy):
    """The policy that was in force: 20 %, at least 5,000元, at most 1,000,000元 a unit, whole yuan."""
    return policy


@pytest.fixture
def asked(old):
    """Return what makes applications, each issued in an act of its own, in the order of their numbers."""

    def make(key, requested, *, contract=None, recipient=1, **changes):
        told = {
            "id": key,
            "recipient_id": recipient,
            "policy": old,
            "contract_amount": contract or Money(requested.fen * 5),
            "requested": requested,
            "value": requested,
            "batch_id": None,
            "asked_on": DAY,
            "issued_seq": key * 10,
            "issued_on": DAY + timedelta(days=key),
            "voucher_id": key * 100,
        }
        return Asked(**(told | changes))

    return make


def year(*asked, appropriation=50_000_000, redeemed=(), ended=()):
    return YearAsRecorded(2026, yuan(appropriation), HOLDERS, asked, tuple(redeemed), tuple(ended))


def redeemed(key, voucher, approved, *, seq, cost=None, **changes):
    invoice = Invoice(f"{key:020d}", cost or Money(approved.fen * 5), DAY + timedelta(days=9))
    told = {
        "id": key,
        "voucher_id": voucher,
        "approved": approved,
        "claimed_on": DAY + timedelta(days=10),
        "invoices": (invoice,),
        "seq": seq,
    }
    return Redeemed(**(told | changes))


def issued(simulation):
    return [one.simulated_issued.fen // 100 for one in simulation.outcomes]


def paid(simulation):
    return [one.simulated_paid.fen // 100 for one in simulation.outcomes]


def rules(simulation):
    return [[(one.rule, one.code) for one in outcome.violations] for outcome in simulation.outcomes]


# ------------------------------------------------------------------------------------------- how much is asked


def test_the_policy_in_force_gives_exactly_what_was_issued_and_paid(old, asked):
    recorded = year(
        asked(1, yuan(500_000)),
        asked(2, yuan(500_000)),
        asked(3, yuan(7_001), contract=yuan(400_000), recipient=2),
        asked(4, yuan(500_000)),  # possible only because the first came back
        redeemed=[
            redeemed(1, 200, yuan(300_000), seq=21),
            redeemed(2, 200, yuan(200_000), seq=22, cost=yuan(9_000_000), reversed_seq=24),
            redeemed(3, 200, yuan(150_000), seq=25, cost=yuan(9_000_000)),
        ],
        ended=[(35, 100), (50, 200), (51, 200)],
    )
    found = simulate(old, recorded)
    assert issued(found) == [500_000, 500_000, 7_001, 500_000]
    assert paid(found) == [0, 450_000, 0, 0]
    assert [one.simulated_issued for one in found.outcomes] == [one.issued for one in found.outcomes]
    assert [one.simulated_paid for one in found.outcomes] == [one.paid for one in found.outcomes]
    assert (found.exhausted_on, found.recycled) == (None, yuan(550_000))
    assert found.unissued == yuan(50_000_000 - 1_507_001 + 550_000)


@pytest.mark.parametrize(
    ("requested", "wanted"),
    [
        (100_000, 150_000),  # 20 % of 500,000元: at its limit, so it asks for the new limit of 30 %
        (99_999, 99_999),  # a yuan below it: it wanted no more
    ],
)
def test_a_request_at_its_limit_asks_for_the_new_limit_and_no_other_does(old, asked, requested, wanted):
    recorded = year(asked(1, yuan(requested), contract=yuan(500_000)))
    assert issued(simulate(replace(old, ratio=Fraction(3, 10)), recorded)) == [wanted]


def test_a_smaller_ratio_cuts_every_request_to_its_limit(old, asked):
    recorded = year(asked(1, yuan(100_000)), asked(2, yuan(40_000), contract=yuan(500_000), recipient=2))
    assert issued(simulate(replace(old, ratio=Fraction(1, 10)), recorded)) == [50_000, 40_000]


def test_a_request_that_filled_the_cap_of_its_unit_fills_the_new_one(old, asked):
    recorded = year(asked(1, yuan(700_000)), asked(2, yuan(300_000), contract=yuan(5_000_000)))
    assert issued(simulate(replace(old, recipient_year_cap=yuan(1_500_000)), recorded)) == [700_000, 800_000]
    assert issued(simulate(replace(old, recipient_year_cap=yuan(800_000)), recorded)) == [700_000, 100_000]


def test_face_values_are_the_largest_that_fit(old, asked):
    tiers = (yuan(10_000), yuan(50_000), yuan(100_000))
    recorded = year(asked(1, yuan(99_999), contract=yuan(600_000)), asked(2, yuan(9_999), recipient=2))
    found = simulate(replace(old, tiers=tiers), recorded)
    assert issued(found) == [50_000, 0]
    assert rules(found)[1] == [("R6", "not_a_tier")]


# ------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(("smallest", "refused"), [(10_000, []), (10_001, [("R5", "voucher_too_small")])])
def test_a_voucher_below_the_smallest_by_a_yuan_is_refused(old, asked, smallest, refused):
    found = simulate(replace(old, smallest_voucher=yuan(smallest)), year(asked(1, yuan(10_000))))
    assert rules(found) == [refused]


def test_a_contract_below_the_smallest_spend_by_a_fen_is_refused_beside_what_else_is_wrong(old, asked):
    recorded = year(asked(1, yuan(10_000)))
    assert rules(simulate(replace(old, smallest_spend=yuan(50_000)), recorded)) == [[]]
    stricter = replace(old, smallest_spend=Money(5_000_001), smallest_voucher=yuan(10_001))
    assert rules(simulate(stricter, recorded)) == [[("R5", "spend_too_small"), ("R5", "voucher_too_small")]]


def test_a_unit_whose_cap_is_full_is_refused_until_something_comes_back(old, asked):
    recorded = year(asked(1, yuan(600_000)), asked(2, yuan(300_000), contract=yuan(9_000_000)))
    stricter = replace(old, recipient_year_cap=yuan(600_000))
    assert rules(simulate(stricter, recorded)) == [[], [("R3", "recipient_cap_exceeded")]]
    assert issued(simulate(stricter, replace(recorded, ended=((30, 100),)))) == [600_000, 300_000]


def test_money_that_runs_out_refuses_those_who_come_later_and_tells_the_day(old, asked):
    recorded = year(
        asked(1, yuan(100_000)), asked(2, yuan(100_000), recipient=2), asked(3, yuan(40_000), recipient=3),
        appropriation=240_000,
    )  # fmt: skip
    doubled = simulate(replace(old, ratio=Fraction(2, 5)), recorded)
    assert issued(doubled) == [200_000, 0, 0]
    (violation,) = doubled.outcomes[1].violations
    assert (violation.rule, violation.found, violation.allowed) == ("R1", 20_000_000, 4_000_000)
    assert doubled.exhausted_on == DAY + timedelta(days=2)
    assert doubled.unissued == yuan(40_000)


@pytest.mark.parametrize(("recycles", "wanted"), [(True, [100_000, 100_000]), (False, [100_000, 0])])
def test_what_comes_back_goes_to_those_who_wait_where_the_policy_recycles(old, asked, recycles, wanted):
    waiting = asked(2, yuan(100_000), recipient=2, issued_seq=None, issued_on=None, voucher_id=None)
    recorded = year(asked(1, yuan(100_000)), waiting, appropriation=100_000, ended=[(11, 100)])
    found = simulate(replace(old, recycles=recycles), recorded)
    assert issued(found) == wanted
    assert [one.waited for one in found.outcomes] == [False, True]


def test_those_who_wait_for_more_than_came_back_go_on_waiting(old, asked):
    recorded = year(
        asked(1, yuan(10_000)), asked(2, yuan(100_000), recipient=2), asked(3, yuan(10_000), recipient=3),
        appropriation=110_000, ended=[(35, 100)],
    )  # fmt: skip
    found = simulate(replace(old, ratio=Fraction(2, 5)), recorded)
    assert issued(found) == [20_000, 0, 20_000]
    assert rules(found) == [[], [("R1", "cap_exceeded")], []]


def test_an_application_that_found_no_money_is_issued_when_some_comes_back(old, asked):
    recorded = year(
        asked(1, yuan(100_000)), asked(2, yuan(100_000), recipient=2), appropriation=200_000, ended=[(25, 100)]
    )
    found = simulate(replace(old, ratio=Fraction(2, 5)), recorded)
    assert issued(found) == [200_000, 200_000]
    assert found.exhausted_on == DAY + timedelta(days=2)


# ------------------------------------------------------------------------------------------- pro rata


def test_a_policy_that_divides_pro_rata_gives_everybody_the_same_part_to_the_fen(old, asked):
    recorded = year(*(asked(key, yuan(100_000), recipient=key) for key in (1, 2, 3)), appropriation=200_000)
    found = simulate(replace(old, allocation=Allocation.PRO_RATA), recorded)
    assert [one.simulated_issued.fen for one in found.outcomes] == [6_666_667, 6_666_667, 6_666_666]
    assert found.unissued == Money(0)
    assert found.exhausted_on == DAY + timedelta(days=3)


def test_a_pro_rata_policy_divides_nothing_as_long_as_the_money_suffices(old, asked):
    recorded = year(*(asked(key, yuan(100_000), recipient=key) for key in (1, 2)), appropriation=200_000)
    assert issued(simulate(replace(old, allocation=Allocation.PRO_RATA), recorded)) == [100_000, 100_000]


def batch(asked, *values):
    """Return applications of one batch, issued in one act, each for 100,000元 and cut to a value."""
    return [
        asked(key, yuan(100_000), recipient=key, batch_id=7, issued_seq=10, value=yuan(value))
        for key, value in enumerate(values, start=1)
    ]


def test_a_batch_that_could_not_give_all_gives_what_it_gave(old, asked):
    recorded = year(*batch(asked, 60_000, 60_000))
    assert issued(simulate(old, recorded)) == [60_000, 60_000]
    assert issued(simulate(replace(old, ratio=Fraction(1, 10)), recorded)) == [50_000, 50_000]
    first = replace(old, ratio=Fraction(3, 25))
    assert issued(simulate(first, recorded)) == [60_000, 60_000]
    generous = replace(old, ratio=Fraction(3, 10), allocation=Allocation.PRO_RATA)
    assert issued(simulate(generous, recorded)) == [60_000, 60_000]
    first_served = simulate(replace(generous, allocation=Allocation.FIRST_COME), recorded)
    assert issued(first_served) == [120_000, 0]
    assert rules(first_served) == [[], [("R5", "voucher_too_small")]]


def test_what_a_batch_gave_does_not_come_out_of_what_others_divide(old, asked):
    alone = asked(3, yuan(100_000), recipient=3, issued_seq=20)
    recorded = year(*batch(asked, 60_000, 60_000), alone, appropriation=150_000)
    found = simulate(replace(old, allocation=Allocation.PRO_RATA), recorded)
    assert issued(found) == [60_000, 60_000, 30_000]


@given(st.lists(st.integers(0, 10**12), max_size=30), st.integers(0, 10**13))
def test_parts_sum_to_what_is_available_exactly_and_never_exceed_what_was_asked(amounts, available):
    parts = pro_rata(amounts, available)
    assert sum(parts) == min(sum(amounts), available)
    assert all(0 <= part <= amount for part, amount in zip(parts, amounts, strict=True))
    taken = first_come(amounts, available)
    assert sum(taken) == min(sum(amounts), available)
    assert sum(0 < part < amount for part, amount in zip(taken, amounts, strict=True)) <= 1


# ------------------------------------------------------------------------------------------- what is paid


@pytest.mark.parametrize(
    ("approved", "wanted"),
    [
        (40_000, 60_000),  # at its limit of 20 % of 200,000元
        (39_999, 39_999),
    ],
)
def test_a_claim_at_its_limit_becomes_the_new_limit_and_no_other_does(old, asked, approved, wanted):
    claim = redeemed(1, 100, yuan(approved), seq=11, cost=yuan(200_000))
    recorded = year(asked(1, yuan(100_000)), redeemed=[claim])
    assert paid(simulate(replace(old, ratio=Fraction(3, 10)), recorded)) == [wanted]
    assert paid(simulate(replace(old, ratio=Fraction(1, 10)), recorded)) == [20_000]


def test_nothing_is_paid_on_a_voucher_that_was_not_issued_nor_above_its_value(old, asked):
    claims = [redeemed(1, 100, yuan(60_000), seq=11, cost=yuan(900_000)), redeemed(2, 100, yuan(40_000), seq=12)]
    recorded = year(asked(1, yuan(100_000)), redeemed=claims)
    assert paid(simulate(replace(old, smallest_voucher=yuan(100_001)), recorded)) == [0]
    assert paid(simulate(replace(old, ratio=Fraction(1, 10)), recorded)) == [50_000]
    assert [one.paid for one in simulate(old, recorded).outcomes] == [yuan(100_000)]


def test_a_reversed_redemption_is_reversed_and_a_refused_one_was_never_paid(old, asked):
    claim = redeemed(1, 100, yuan(40_000), seq=11, reversed_seq=12)
    recorded = year(asked(1, yuan(100_000)), redeemed=[claim])
    assert paid(simulate(old, recorded)) == [0]
    none = simulate(replace(old, smallest_voucher=yuan(100_001)), recorded)
    assert (paid(none), none.outcomes[0].paid) == ([0], Money(0))


def test_a_voucher_that_ended_comes_back_with_what_is_left_of_it(old, asked):
    claim = redeemed(1, 100, yuan(40_000), seq=11)
    recorded = year(asked(1, yuan(100_000)), redeemed=[claim], ended=[(12, 100)])
    assert simulate(old, recorded).recycled == yuan(60_000)
    used_up = year(asked(1, yuan(100_000)), redeemed=[redeemed(1, 100, yuan(100_000), seq=11)], ended=[(12, 100)])
    assert simulate(old, used_up).recycled == Money(0)
    assert simulate(replace(old, smallest_voucher=yuan(100_001)), recorded).recycled == Money(0)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"use_days": 6, "redeem_days": 4}, [20_000]),  # issued on the 3rd, invoiced on the 11th, claimed on the 12th
        ({"use_days": 8, "redeem_days": 1}, [20_000]),
        ({"use_days": 7, "redeem_days": 9}, [0]),  # the invoice is a day late
        ({"use_days": 8, "redeem_days": 0}, [0]),  # the claim is a day late
    ],
)
def test_deadlines_of_the_new_policy_count_to_the_day(old, asked, changes, wanted):
    claim = redeemed(1, 100, yuan(20_000), seq=11)
    recorded = year(asked(1, yuan(100_000)), redeemed=[claim])
    if changes["use_days"] == 6:
        changes = {"use_days": 365, "redeem_days": 90}
    assert paid(simulate(replace(old, **changes), recorded)) == wanted


def test_cost_is_cut_to_the_base_period_of_the_new_policy(old, asked):
    """The official example: 305 of 729 days of 200,000元 at 30 % (domain.md §3)."""
    invoice = Invoice("1" * 20, yuan(200_000), DAY, date(2025, 1, 1), date(2026, 12, 31))
    claim = redeemed(1, 100, yuan(40_000), seq=11, invoices=(invoice,))
    free = replace(old, cuts_to_base_period=False)
    recorded = year(asked(1, yuan(100_000), policy=free), redeemed=[claim])
    new = replace(
        old, ratio=Fraction(3, 10), base_from=date(2025, 3, 1), base_until=date(2025, 12, 31), base_longest_months=12
    )
    assert paid(simulate(new, recorded)) == [25_102]
    assert paid(simulate(free, recorded)) == [40_000]


def test_the_cap_of_a_unit_counts_when_redeeming_too(old, asked):
    claims = [redeemed(1, 100, yuan(30_000), seq=11), redeemed(2, 200, yuan(30_000), seq=21)]
    recorded = year(asked(1, yuan(30_000)), asked(2, yuan(30_000)), redeemed=claims, ended=[(12, 100)])
    found = simulate(replace(old, recipient_year_cap=yuan(40_000)), recorded)
    assert issued(found) == [30_000, 10_000]
    assert paid(found) == [30_000, 10_000]


def test_what_was_accepted_under_the_same_arithmetic_stays_accepted(old, asked):
    """More than this module would compute: whoever verified it knew of evidence that the rows do not tell."""
    claim = redeemed(1, 100, yuan(50_000), seq=11, cost=yuan(100_000))
    assert paid(simulate(old, year(asked(1, yuan(100_000)), redeemed=[claim]))) == [50_000]


# ------------------------------------------------------------------------------------------- sums


def test_sums_are_told_by_any_key(old, asked):
    recorded = year(asked(1, yuan(100_000)), asked(2, yuan(40_000), contract=yuan(500_000), recipient=2))
    outcomes = simulate(replace(old, ratio=Fraction(3, 10)), recorded).outcomes
    first, second = totals(outcomes, lambda one: str(one.recipient_id))
    assert (first.key, first.issued_difference, second.issued_difference) == ("1", yuan(50_000), Money(0))
    every = total(outcomes)
    assert (every.vouchers, every.issued, every.simulated_issued) == (2, yuan(140_000), yuan(190_000))
    assert every.paid_difference == Money(0)
    assert total([]).vouchers == 0


def test_the_presets_can_be_run_over_each_other(presets, asked):
    recorded = year(asked(1, yuan(100_000)), asked(2, yuan(300_000), recipient=2))
    for text in presets.values():
        found = simulate(parse_policy(text), recorded)
        assert len(found.outcomes) == 2
        assert found.unissued.fen >= 0


# ------------------------------------------------------------------------------------------- the evidence


def evidence(approved=10_000, **changes):
    """A redemption of 10,000 yuan on an invoice of 50,000 yuan, changed by what else is told."""
    return redeemed(1, 100, yuan(approved), seq=21, **({"cost": yuan(50_000)} | changes))


def invoice(**facts):
    return Invoice("1" * 20, facts.pop("amount", yuan(50_000)), DAY + timedelta(days=9), **facts)


@pytest.mark.parametrize(
    ("told", "limit"),
    [
        ({}, 10_000),
        ({"invoices": (invoice(paid=yuan(25_000)),), "claimed": yuan(10_000)}, 7_000),  # paid, and deducted (model A)
        ({"invoices": (invoice(paid=yuan(25_000)),), "model": OperatingModel.PAY_FIRST}, 5_000),
        ({"invoices": (invoice(supporting_services=yuan(25_000)),)}, 8_000),  # R16: 30 % of 50,000 count
        ({"contract": (DAY - timedelta(days=364), DAY + timedelta(days=367))}, 4_993),
        ({"invoices": (invoice(), invoice(supporting_services=yuan(50_000)))}, 16_000),
    ],
)  # fmt: skip
def test_a_simulation_reckons_with_the_whole_evidence(old, told, limit):
    """The days of the term, what was paid, what is in scope: the arithmetic of a verification, and nothing else."""
    found = evidence_limit(old, HOLDERS[1], evidence(**told), year=2026, issued_on=DAY)
    assert found.fen // 100 == limit


def test_what_was_invoiced_after_the_last_day_of_use_carries_nothing(old):
    short = replace(old, use_days=8)
    assert evidence_limit(short, HOLDERS[1], evidence(), year=2026, issued_on=DAY) == Money(0)
    assert evidence_limit(replace(old, use_days=9), HOLDERS[1], evidence(), year=2026, issued_on=DAY) == yuan(10_000)


def test_a_claim_at_the_limit_of_its_evidence_follows_the_new_limit(old, asked):
    services = evidence(invoices=(invoice(supporting_services=yuan(25_000)),), approved=8_000)
    recorded = year(asked(1, yuan(20_000)), redeemed=[services])
    assert paid(simulate(old, recorded)) == [8_000]
    assert paid(simulate(replace(old, supporting_services_share=Fraction(1, 10)), recorded)) == [6_000]
    assert paid(simulate(replace(old, supporting_services_share=Fraction(1)), recorded)) == [10_000]


def test_other_public_money_is_looked_at_as_the_policy_says(old, asked):
    both = replace(old, forbids_other_support=False, largest_support_share=Fraction(3, 10))
    declared = asked(1, yuan(10_000), policy=both, other_support=yuan(5_000))
    assert issued(simulate(both, year(declared))) == [10_000]
    assert rules(simulate(old, year(declared))) == [[("R15", "other_support_forbidden")]]
    narrow = replace(both, largest_support_share=Fraction(1, 4))
    assert issued(simulate(narrow, year(declared))) == [7_500]


def test_supporting_services_above_the_share_get_no_voucher(old, asked):
    at_share = asked(1, yuan(10_000), supporting_services=yuan(15_000))
    above = replace(at_share, supporting_services=yuan(15_000) + Money(1))
    assert issued(simulate(old, year(at_share))) == [10_000]
    assert rules(simulate(old, year(above))) == [[("R16", "supporting_services_exceeded")]]
