from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.money import Money
from voucher_app.domain.voucher import (
    ENDED,
    VOUCHER_STEPS,
    VoucherStatus,
    has_expired,
    no_claim_is_open,
    status_by_balance,
)


@given(st.integers(1, 10**10).flatmap(lambda face: st.tuples(st.just(face), st.integers(0, face))))
def test_the_balance_alone_says_how_far_a_voucher_on_the_road_is_used(amounts):
    face, remaining = amounts
    status = status_by_balance(face=Money(face), remaining=Money(remaining))
    assert (status is VoucherStatus.USABLE) is (remaining == face)
    assert (status is VoucherStatus.USED_UP) is (remaining == 0)
    assert (status is VoucherStatus.PARTLY_USED) is (0 < remaining < face)


def test_a_voucher_with_an_open_claim_does_not_end(voucher):
    assert no_claim_is_open(voucher, open_claims=0) is None
    violation = no_claim_is_open(voucher, open_claims=2)
    assert (violation.rule, violation.code, violation.found, violation.allowed) == ("R26", "claims_open", 2, 0)
    assert violation.subject == str(voucher.number)


@pytest.mark.parametrize("status", VoucherStatus)
def test_only_a_voucher_that_may_expire_expires_and_only_after_its_last_day(voucher, status):
    one = replace(voucher, status=status)
    assert not has_expired(one, on=voucher.redeem_by)
    assert has_expired(one, on=date(2027, 6, 1)) is (status in {VoucherStatus.USABLE, VoucherStatus.PARTLY_USED})


def test_what_ended_never_moves_again():
    assert all(VOUCHER_STEPS[status] == {} for status in ENDED)


def test_the_budget_year_is_the_one_in_the_number(voucher):
    assert voucher.year == 2026


def test_no_step_gives_a_voucher_to_anybody_else():
    """R18: there is no act that transfers, gives, sells, lends or cashes a voucher."""
    acts = {act for steps in VOUCHER_STEPS.values() for act in steps}
    assert acts == {"redeem", "void", "freeze", "expire", "return", "unfreeze"}


def test_the_data_files_of_every_release_know_a_status_by_its_word():
    assert {status.value for status in VoucherStatus} == {
        "usable", "partly-used", "used-up", "frozen", "returned", "voided", "expired",
    }  # fmt: skip
