"""The most that may be applied for passes every rule, and one fen more breaks one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from voucher_app.domain.application import Standing, check_application
from voucher_app.domain.largest_request import largest_request
from voucher_app.domain.money import Money


def with_policy(case, **facts):
    return replace(case, policy=replace(case.policy, **facts))


def in_a_group(case, **facts):
    unit = replace(case.recipient.organisation, group_code="91140100MA0CMJRAM0")
    return replace(case, recipient=replace(case.recipient, organisation=unit), standing=Standing(**facts))


CASES = {
    "by the ratio": (lambda case: replace(case, counted=Money(0)), 10_000_000),
    "by the unit's cap": (lambda case: replace(case, counted=Money.yuan(950_000)), 5_000_000),
    "by its group": (
        lambda case: in_a_group(with_policy(case, group_shares_cap=True), group_counted=Money.yuan(60_000)), 4_000_000
    ),
    "a group that shares nothing": (
        lambda case: in_a_group(with_policy(case, group_shares_cap=False), group_counted=Money.yuan(60_000)), 10_000_000
    ),
    "beside other public money": (
        lambda case: replace(
            with_policy(case, forbids_other_support=False, largest_support_share=Fraction(3, 10)),
            other_support=Money.yuan(90_000),
        ),
        6_000_000,
    ),
    "of the face values there are": (
        lambda case: with_policy(case, tiers=(Money.yuan(50_000), Money.yuan(80_000), Money.yuan(200_000))), 8_000_000
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", CASES)
def test_the_most_passes_every_rule_and_a_fen_more_does_not(application_case, which):
    change, fen = CASES[which]
    case = change(application_case)
    most = largest_request(case)
    assert most == Money(fen)
    assert check_application(replace(case, requested=most)) == []
    assert check_application(replace(case, requested=most + Money(1))) != []


@pytest.mark.parametrize(
    "change",
    [
        lambda case: replace(case, counted=Money.yuan(1_000_000)),
        lambda case: with_policy(case, smallest_voucher=Money.yuan(100_001)),
        lambda case: with_policy(case, tiers=(Money.yuan(200_000),)),
        lambda case: replace(with_policy(case, forbids_other_support=True), other_support=Money(1)),
    ],
)
def test_where_nothing_may_be_applied_for_nothing_is_proposed(application_case, change):
    assert largest_request(change(application_case)) is None
