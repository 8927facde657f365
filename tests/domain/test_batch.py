"""Batches: intake, corrections, publicity by a day; allocation to the fen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.batch import (
    Batch,
    BatchStatus,
    Request,
    allocate,
    batch_takes_in,
    correction_is_in_time,
    corrections_are_left,
    everything_is_decided,
    intake_is_in_order,
    left_for,
    publicity_is_long_enough,
    publicity_is_over,
    something_is_granted,
)
from voucher_app.domain.budget import YearMoney, YearStatus
from voucher_app.domain.errors import Violation
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.objection import Objection, ObjectionStatus, objections_are_resolved
from voucher_app.domain.policy import Allocation, OperatingModel

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
FIRST_COME, PRO_RATA = Allocation.FIRST_COME, Allocation.PRO_RATA


@pytest.fixture
def batch():
    return Batch(
        id=3, year=2026, policy_id=1, name="第一批", model=OperatingModel.DEDUCT, allocation=FIRST_COME, envelope=None,
        intake_from=TODAY, intake_until=TODAY + 9 * DAY, document="", status=BatchStatus.OPEN, publicity_from=None,
        publicity_until=None, prepared_by=1,
    )  # fmt: skip


def codes(violations):
    return [(one.rule, one.code) for one in violations]


# ------------------------------------------------------------------------------------------- intake


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (TODAY, TODAY, []),
        (TODAY + DAY, TODAY, [("BATCH", "intake_reversed")]),
        (TODAY - 2 * DAY, TODAY - DAY, [("BATCH", "intake_past")]),
    ],
)
def test_an_intake_window_is_in_order_and_not_over(first, last, code):
    assert codes(intake_is_in_order(first=first, last=last, on=TODAY, name="x")) == code


@pytest.mark.parametrize(("on", "refused"), [(TODAY - DAY, True), (TODAY, False), (TODAY + 9 * DAY, False),
                                             (TODAY + 10 * DAY, True)])  # fmt: skip
def test_a_batch_takes_in_within_its_window_to_the_day(batch, policy, on, refused):
    found = batch_takes_in(batch, policy=policy, year=2026, on=on)
    assert codes(found) == ([("BATCH", "outside_intake")] if refused else [])


def test_a_closed_batch_and_one_of_another_year_take_in_nothing(batch, policy):
    closed = replace(batch, status=BatchStatus.CLOSED)
    assert codes(batch_takes_in(closed, policy=policy, year=2027, on=TODAY)) == [
        ("BATCH", "batch_of_another_year"),
        ("BATCH", "intake_closed"),
    ]


def test_a_policy_may_issue_in_batches_only(batch, policy):
    assert batch_takes_in(None, policy=policy, year=2026, on=TODAY) == []
    only = replace(policy, only_in_batches=True)
    told = Violation("BATCH", "batch_required", found="", allowed="a batch", subject=policy.title)
    assert batch_takes_in(None, policy=only, year=2026, on=TODAY) == [told]
    assert batch_takes_in(batch, policy=only, year=2026, on=TODAY) == []


# ------------------------------------------------------------------------------------------- corrections


def test_corrections_are_counted(policy):
    assert corrections_are_left(corrections=policy.correction_times - 1, policy=policy, subject="7") is None
    found = corrections_are_left(corrections=policy.correction_times, policy=policy, subject="7")
    assert (found.rule, found.code, found.found, found.allowed) == ("BATCH", "corrections_used_up", 2, 2)


@pytest.mark.parametrize(("correct_by", "refused"), [(None, False), (TODAY, False), (TODAY - DAY, True)])
def test_a_correction_comes_in_time_to_the_day(correct_by, refused):
    found = correction_is_in_time(correct_by=correct_by, on=TODAY, subject="7")
    told = Violation("BATCH", "correction_too_late", found="2026-03-02", allowed="2026-03-01", subject="7")
    assert found == (told if refused else None)


def test_a_batch_waits_for_what_is_undecided():
    assert everything_is_decided(undecided=0, batch_id=3) is None
    told = Violation("BATCH", "batch_undecided", found=1, allowed=0, subject="3")
    assert everything_is_decided(undecided=1, batch_id=3) == told


# ------------------------------------------------------------------------------------------- publicity


def test_publicity_is_as_long_as_the_policy_says_to_the_day():
    least = TODAY + 7 * DAY
    assert publicity_is_long_enough(least, least=least, days=5, batch_id=3) is None
    short = publicity_is_long_enough(least - DAY, least=least, days=5, batch_id=3)
    assert (short.rule, short.code, short.found, short.allowed, short.facts) == (
        "R24", "publicity_too_short", "2026-03-08", "2026-03-09", {"days": 5},
    )  # fmt: skip


@pytest.mark.parametrize(("until", "refused"), [(None, False), (TODAY, True), (TODAY - DAY, False)])
def test_publicity_is_over_the_day_after_its_last(batch, until, refused):
    found = publicity_is_over(replace(batch, publicity_until=until), on=TODAY)
    assert bool(found) is refused


def test_every_open_objection_is_named():
    one = Objection(4, "application:7", 3, TODAY, "某", "不实", ObjectionStatus.OPEN, 1)
    (found,) = objections_are_resolved([one])
    assert (found.rule, found.found, found.subject) == ("R24", 4, "7")


# ------------------------------------------------------------------------------------------- allocation


@pytest.mark.parametrize(
    ("status", "envelope", "committed", "left"),
    [
        (YearStatus.OPEN, None, 0, 1000),
        (YearStatus.OPEN, None, 400, 600),
        (YearStatus.OPEN, None, 1001, 0),
        (YearStatus.OPEN, 300, 400, 300),
        (YearStatus.CLOSED, None, 0, 0),
    ],
)
def test_a_batch_gives_what_its_year_and_its_envelope_leave(batch, status, envelope, committed, left):
    money = YearMoney(2026, status, "x", Money(1000), ZERO, ZERO, ZERO, ZERO)
    one = replace(batch, envelope=envelope and Money(envelope))
    assert left_for(one, money=money, committed=Money(committed)) == Money(left)


def given_to(amounts, available, method, smallest=0, tiers=()):
    requests = [Request(key, key, Money(fen)) for key, fen in enumerate(amounts)]
    granted = allocate(requests, available=Money(available), method=method, smallest=Money(smallest),
                       tiers=tuple(map(Money, tiers)))  # fmt: skip
    return [granted[key].fen for key in range(len(amounts))]


@pytest.mark.parametrize(
    ("amounts", "available", "smallest", "granted"),
    [
        ([50, 30, 20], 100, 0, [50, 30, 20]),
        ([50, 30, 20], 99, 0, [50, 30, 19]),
        ([50, 30, 20], 60, 0, [50, 10, 0]),
        ([50, 30, 20], 60, 11, [50, 0, 0]),
        ([50, 30, 20], 60, 10, [50, 10, 0]),
        ([50], 0, 0, [0]),
        ([], 10, 0, []),
    ],
)
def test_first_come_is_first_served_and_the_last_gets_what_is_left(amounts, available, smallest, granted):
    assert given_to(amounts, available, FIRST_COME, smallest) == granted


@pytest.mark.parametrize(
    ("amounts", "available", "smallest", "granted"),
    [
        ([50, 30, 20], 100, 0, [50, 30, 20]),
        ([50, 30, 20], 50, 0, [25, 15, 10]),
        ([1, 1, 1], 2, 0, [1, 1, 0]),
        ([100, 100, 100], 200, 0, [67, 67, 66]),
        ([50, 30, 20], 50, 10, [25, 15, 10]),
        ([50, 30, 20], 50, 11, [31, 19, 0]),
        ([100, 100], 120, 70, [100, 0]),
        ([5, 50], 100, 10, [0, 50]),
        ([50], 0, 0, [0]),
    ],
)
def test_pro_rata_gives_everybody_the_same_part_to_the_fen(amounts, available, smallest, granted):
    assert given_to(amounts, available, PRO_RATA, smallest) == granted


@pytest.mark.parametrize("method", Allocation)
def test_with_face_values_a_part_is_cut_to_one_of_them(method):
    granted = {FIRST_COME: [100, 20], PRO_RATA: [50, 50]}[method]
    assert given_to([100, 100], 130, method, 10, tiers=[20, 50, 100]) == granted
    assert given_to([100], 19, method, 10, tiers=[20, 50, 100]) == [0]


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 10**12)), max_size=30),
    st.integers(0, 10**13),
    st.integers(0, 10**6),
    st.sampled_from(Allocation),
    st.randoms(use_true_random=False),
)
def test_an_allocation_stays_in_what_is_left_and_in_every_request(told, available, smallest, method, random):
    requests = [Request(key, place, Money(fen)) for key, (place, fen) in enumerate(told)]
    granted = allocate(requests, available=Money(available), method=method, smallest=Money(smallest))
    assert sum(one.fen for one in granted.values()) <= available
    least = max(smallest, 1)
    assert all(granted[one.id] == ZERO or least <= granted[one.id].fen <= one.amount.fen for one in requests)
    shuffled = requests.copy()
    random.shuffle(shuffled)
    assert allocate(shuffled, available=Money(available), method=method, smallest=Money(smallest)) == granted


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=40), st.integers(1, 10**13))
def test_pro_rata_gives_exactly_what_is_left_or_asked(amounts, available):
    """Without a smallest voucher nobody steps back who would get a fen."""
    granted = given_to(amounts, available, PRO_RATA)
    if sum(amounts) <= available:
        assert granted == amounts
    else:
        kept = [(asked, got) for asked, got in zip(amounts, granted, strict=True) if got]
        asked = sum(one for one, _ in kept)
        assert sum(granted) == min(available, asked)
        if len(kept) == len(amounts):
            assert all(abs(got * asked - available * one) < asked for one, got in kept)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=40), st.integers(1, 10**10), st.integers(1, 10**6))
def test_who_gets_a_part_asked_for_no_less_than_who_does_not(amounts, available, smallest):
    granted = given_to(amounts, available, PRO_RATA, smallest)
    served = [asked for asked, got in zip(amounts, granted, strict=True) if got]
    left_out = [asked for asked, got in zip(amounts, granted, strict=True) if not got]
    assert not served or not left_out or min(served) >= max(left_out)


def test_an_allocation_that_leaves_somebody_out_is_one_and_one_that_leaves_everybody_out_is_none():
    """R32."""
    told = {"available": Money(499), "smallest": Money(500), "batch_id": 3}
    assert something_is_granted({1: Money(500), 2: ZERO}, **told) == []
    (violation,) = something_is_granted({1: ZERO, 2: ZERO}, **told)
    assert (violation.rule, violation.found, violation.allowed, violation.subject) == ("R32", 499, 500, "3")
    (violation,) = something_is_granted({1: ZERO}, **(told | {"available": ZERO, "smallest": ZERO}))
    assert (violation.found, violation.allowed) == (0, 1), "no voucher is of nothing"


@pytest.mark.parametrize("method", Allocation)
def test_the_smallest_tier_may_be_the_smallest_voucher(method):
    asked = [Request(1, 1, Money(799))]
    told = {"available": Money(10_000), "smallest": Money(500), "method": method}
    assert allocate(asked, tiers=(Money(500), Money(800)), **told) == {1: Money(500)}
    assert allocate(asked, tiers=(Money(499), Money(800)), **told) == {1: ZERO}
