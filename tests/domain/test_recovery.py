"""Taking back what was paid, to the fen and to the day (R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Operator, Role
from voucher_app.domain.recovery import (
    Ban,
    BannedUnit,
    Recovery,
    RecoveryStatus,
    ban_ends,
    ban_is_in_order,
    check_lifting,
    check_receipt,
    check_recovery,
    due_day,
    unit_is_not_banned,
)
from voucher_app.domain.redemption import REDEMPTION_STEPS, Redemption, RedemptionStatus

TODAY = date(2026, 7, 1)
PREPARER, REVIEWER = Operator(1, "张经办", Role.PREPARER), Operator(2, "李复核", Role.REVIEWER)
PAID = Redemption(
    5, 1, Money(1_000), Money(900), RedemptionStatus.DISBURSED, Invoice("1" * 20, Money(9_000), TODAY), TODAY, 1, 2
)
DECIDED = Recovery(3, 5, Money(900), Money(400), TODAY, date(2026, 7, 31), "", "x", RecoveryStatus.DECIDED, 1, 2)


def codes(violations):
    return [(one.rule, one.code) for one in violations]


def recover(redemption=PAID, amount=900, recovered=0, due_on=TODAY, decided_by=REVIEWER):
    return check_recovery(
        redemption, amount=Money(amount), recovered=Money(recovered), due_on=due_on, on=TODAY, decided_by=decided_by
    )


@pytest.mark.parametrize(
    ("amount", "recovered", "code"),
    [
        (900, 0, None), (901, 0, "recovery_exceeds_paid"), (500, 400, None), (501, 400, "recovery_exceeds_paid"),
        (1, 900, "recovery_exceeds_paid"), (0, 0, "recovery_empty"), (1, 0, None),
    ],
)  # fmt: skip
def test_no_fen_more_is_taken_back_than_was_paid_and_is_not_taken_back_yet(amount, recovered, code):
    found = recover(amount=amount, recovered=recovered)
    assert codes(found) == ([("R28", code)] if code else [])
    assert all((one.found, one.allowed) == (amount, 900 - recovered) for one in found)


@pytest.mark.parametrize("status", RedemptionStatus)
def test_what_is_paid_and_not_being_recovered_is_recovered_by_another_person(status):
    one = replace(PAID, status=status)
    opened = [] if "recover" in REDEMPTION_STEPS[status] else [("TRANSITION", "step_not_open")]
    assert codes(recover(one)) == opened
    same = recover(one, decided_by=PREPARER)
    assert codes(same) == [*opened, ("R23", "same_person")]
    assert {one.facts["noun"] for one in same} == {"redemption"}, "what the number is the number of"


def test_a_claim_never_approved_has_nothing_to_take_back():
    assert codes(recover(replace(PAID, approved=None), amount=1)) == [("R28", "recovery_exceeds_paid")]


def test_a_recovery_is_due_today_or_later():
    assert recover(due_on=TODAY) == []
    assert codes(recover(due_on=date(2026, 6, 30))) == [("R28", "due_day_passed")]
    assert due_day(TODAY) == date(2026, 7, 31)


@pytest.mark.parametrize(("status", "amount"), list(product(RecoveryStatus, (0, 1, 500, 501))))
def test_no_fen_more_comes_back_than_was_decided(status, amount):
    found = check_receipt(replace(DECIDED, status=status), amount=Money(amount), received_on=TODAY, on=TODAY)
    code = {0: "receipt_empty", 501: "receipt_exceeds_recovery"}.get(amount)
    assert codes(found) == [
        *([] if status is RecoveryStatus.DECIDED else [("TRANSITION", "step_not_open")]),
        *([("R28", code)] if code else []),
    ]
    told = {"step_not_open": {"noun": "recovery", "act": "receive"}, code: {"received_fen": DECIDED.received.fen}}
    assert all(one.facts == told[one.code] for one in found)
    assert DECIDED.open == Money(500)


@pytest.mark.parametrize(("day", "code"), [(30, "receipt_date_outside"), (1, None), (2, "receipt_date_outside")])
def test_money_comes_back_between_the_decision_and_today(day, code):
    on = date(2026, 6 if day == 30 else 7, day)
    found = check_receipt(DECIDED, amount=Money(1), received_on=on, on=TODAY)
    assert codes(found) == ([("R28", code)] if code else [])


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (date(2026, 7, 1), 3, date(2029, 6, 30)), (date(2026, 1, 1), 1, date(2026, 12, 31)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)), (date(2027, 3, 1), 1, date(2028, 2, 29)),
    ],
)  # fmt: skip
def test_a_ban_of_years_ends_the_day_before_its_anniversary(first, years, last):
    assert ban_ends(first, years) == last


def test_a_ban_ends_today_at_the_earliest():
    assert ban_is_in_order(until=TODAY, on=TODAY, name="甲") is None
    refused = ban_is_in_order(until=date(2026, 6, 30), on=TODAY, name="甲")
    assert (refused.rule, refused.code, refused.found, refused.allowed) == (
        "R28", "ban_reversed", "2026-06-30", "2026-07-01",
    )  # fmt: skip


def test_a_banned_unit_is_refused():
    assert unit_is_not_banned(until=None, on=TODAY, name="甲") is None
    refused = unit_is_not_banned(until=date(2029, 6, 30), on=TODAY, name="甲")
    assert (refused.rule, refused.code, refused.found, refused.allowed, refused.subject) == (
        "R28", "unit_banned", "2026-07-01", "2029-06-30", "甲",
    )  # fmt: skip


def test_a_ban_is_lifted_by_another_person_and_only_while_it_is_there():
    bans = [Ban(key, 9, TODAY, date(2029, 6, 30), "x", prepared_by=2) for key in (1, 2)]
    assert check_lifting(bans, name="甲", on=TODAY, decided_by=PREPARER) == []
    (same,) = check_lifting(bans, name="甲", on=TODAY, decided_by=REVIEWER)
    assert (same.rule, same.code, same.facts) == ("R23", "same_person", {"noun": "ban"})
    assert codes(check_lifting([], name="甲", on=TODAY, decided_by=PREPARER)) == [("R28", "not_banned")]


def test_whom_a_recovery_bans_is_written_as_in_every_data_file():
    assert [one.value for one in BannedUnit] == ["recipient", "provider", "both"]
