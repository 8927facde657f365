"""Who is paid what, which redemptions are drawn, and what the bank's file is held against."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.errors import Violation, Weight
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Operator, Role
from voucher_app.domain.policy import OperatingModel, Period
from voucher_app.domain.settlement import (
    LINE_STEPS,
    PAYABLE,
    SETTLEMENT_STEPS,
    BankLine,
    LineCounts,
    LineStatus,
    PayeeAccount,
    Settlement,
    SettlementLine,
    SettlementStatus,
    check_cancellation,
    check_confirmation,
    check_disbursement,
    check_finance,
    check_line,
    check_line_step,
    check_sample,
    check_step,
    drawn,
    nothing_to_settle,
    payee,
    payment_notes,
    period_begins,
    period_is_in_order,
    province_part,
    reconcile,
    status_by_lines,
)

TODAY = date(2026, 3, 31)
PREPARER, REVIEWER, FINANCE = (
    Operator(key, name, role)
    for key, name, role in ((1, "张经办", Role.PREPARER), (2, "李复核", Role.REVIEWER), (3, "王财务", Role.FINANCE))
)
ACCOUNT = PayeeAccount("太原智算中心", "中国银行太原分行", "6222 0000 1111")
ONE = LineCounts(pending=1)


def settlement(status=SettlementStatus.DRAFT, **changes):
    told = {"prepared_by": 1, "reviewed_by": None if status is SettlementStatus.DRAFT else 2}
    return Settlement(
        7, 2026, date(2026, 1, 1), TODAY, "", status, **({"drafted_on": date(2026, 3, 30)} | told | changes)
    )


def line(key=1, fen=100, *, account=ACCOUNT, status=LineStatus.PAID, receipt="HD-1", **changes):
    made = SettlementLine(
        id=key,
        settlement_id=7,
        redemption_id=key,
        payee_id=2,
        amount=Money(fen),
        province=Money(fen // 2),
        account=account,
        is_sampled=False,
        sample_result="",
        status=status,
        receipt_number=receipt,
        paid_on=TODAY,
        failure_reason="",
        is_reconciled=False,
    )
    return replace(made, **changes)


def codes(violations):
    return [(one.rule, one.code) for one in violations]


# ------------------------------------------------------------------------------------------------ who gets how much


@pytest.mark.parametrize(
    ("model", "paid"), [("deduct", "provider"), ("pay-first", "recipient"), ("afterwards", "recipient")]
)
def test_the_provider_is_paid_for_what_it_deducted_and_the_recipient_for_what_it_paid(model, paid):
    keys = {"recipient": 11, "provider": 22}
    assert payee(OperatingModel(model), recipient_id=11, provider_id=22) == keys[paid]


@pytest.mark.parametrize(
    ("fen", "share", "province"),
    [
        (101, "0.5", 50),
        (1, "0.5", 0),
        (100, "1", 100),
        (100, "0", 0),
        (3, "0.333333", 0),
        (4, "0.333333", 1),
        (10**12, "0.7", 7 * 10**11),
    ],
)
def test_the_province_bears_its_share_truncated_to_the_fen(fen, share, province):
    assert province_part(Money(fen), Fraction(share)) == Money(province)


@given(st.integers(1, 5 * 10**9), st.integers(0, 10**6))
def test_province_and_city_make_the_whole(fen, millionths):
    share = Fraction(millionths, 10**6)
    one = line(fen=fen, province=province_part(Money(fen), share))
    assert one.province + one.city == one.amount
    assert 0 <= share * fen - one.province.fen < 1


@pytest.mark.parametrize(
    ("day", "period", "first"),
    [
        (date(2026, 3, 31), Period.QUARTER, date(2026, 1, 1)),
        (date(2026, 4, 1), Period.QUARTER, date(2026, 4, 1)),
        (date(2026, 12, 31), Period.QUARTER, date(2026, 10, 1)),
        (date(2026, 2, 28), Period.MONTH, date(2026, 2, 1)),
        (date(2026, 12, 31), Period.YEAR, date(2026, 1, 1)),
    ],
)
def test_a_period_begins_with_its_month_quarter_or_year(day, period, first):
    """R25."""
    assert period_begins(day, period) == first


def test_a_period_ends_no_day_before_it_begins():
    assert period_is_in_order(None, TODAY) is None
    assert period_is_in_order(TODAY, TODAY) is None
    refused = period_is_in_order(date(2026, 4, 1), TODAY)
    assert (refused.rule, refused.code, refused.found, refused.allowed) == (
        "R25", "period_reversed", "2026-04-01", "2026-03-31",
    )  # fmt: skip


def test_of_nothing_no_settlement_is_drafted():
    told = Violation("R25", "nothing_to_settle", found=0, allowed="verified redemptions", subject="2026-03-31")
    assert nothing_to_settle(TODAY) == told


# ------------------------------------------------------------------------------------------------ samples

TWENTY = [(key, Money(key)) for key in range(1, 21)]


def test_a_fen_above_the_limit_is_always_drawn_and_the_limit_itself_is_not():
    candidates = [(1, Money(100)), (2, Money(101))]
    assert drawn(candidates, above=Money(100), share=Fraction(0), seed="x") == {2}


@pytest.mark.parametrize(("share", "count"), [("0", 0), ("0.1", 2), ("0.11", 3), ("0.000001", 1), ("1", 20)])
def test_of_the_rest_a_share_is_drawn_rounded_up(share, count):
    assert len(drawn(TWENTY, above=Money(100), share=Fraction(share), seed="x")) == count


def test_the_same_seed_draws_the_same_ones_in_whatever_order_and_another_seed_others():
    first = drawn(TWENTY, above=Money(100), share=Fraction("0.2"), seed="a" * 64)
    assert drawn(TWENTY[::-1], above=Money(100), share=Fraction("0.2"), seed="a" * 64) == first
    assert any(drawn(TWENTY, above=Money(100), share=Fraction("0.2"), seed=str(n)) != first for n in range(5))


def test_everyone_may_be_drawn():
    met = {key for n in range(200) for key in drawn(TWENTY, above=Money(100), share=Fraction("0.05"), seed=str(n))}
    assert met == {key for key, _ in TWENTY}


# ------------------------------------------------------------------------------------------------ rules


@pytest.mark.parametrize(("act", "status"), list(product(("plan", "reconcile", "close", "sample"), SettlementStatus)))
def test_an_act_of_one_person_asks_for_its_status_only(act, status):
    found = check_step(settlement(status), act=act)
    assert codes(found) == ([] if act in SETTLEMENT_STEPS[status] else [("TRANSITION", "step_not_open")])


@pytest.mark.parametrize("status", SettlementStatus)
def test_a_draft_with_a_line_is_confirmed_by_another_person(status):
    opened = [] if status is SettlementStatus.DRAFT else [("TRANSITION", "step_not_open")]
    one = settlement(status)
    assert codes(check_confirmation(one, counts=ONE, decided_by=REVIEWER)) == opened
    assert codes(check_confirmation(one, counts=ONE, decided_by=PREPARER)) == [*opened, ("R23", "same_person")]
    assert codes(check_confirmation(one, counts=LineCounts(paid=1), decided_by=REVIEWER)) == [
        *opened, ("R25", "nothing_to_settle"),
    ]  # fmt: skip


def test_missing_accounts_and_open_samples_are_notes():
    found = payment_notes(settlement(), counts=LineCounts(pending=3, without_account=2, samples_open=1))
    assert [(one.rule, one.code, one.found, one.allowed, one.weight) for one in found] == [
        ("R21", "accounts_missing", 2, 0, Weight.NOTE),
        ("R29", "samples_open", 1, 0, Weight.NOTE),
    ]
    assert payment_notes(settlement(), counts=ONE) == []


@pytest.mark.parametrize("status", SettlementStatus)
def test_finance_is_a_third_person(status):
    opened = [] if "check" in SETTLEMENT_STEPS[status] else [("TRANSITION", "step_not_open")]
    one = settlement(status)
    same = ("R23", "same_person")
    assert codes(check_finance(one, decided_by=FINANCE)) == opened
    assert codes(check_finance(one, decided_by=PREPARER)) == [*opened, same]
    third = check_finance(one, decided_by=REVIEWER)
    assert codes(third) == [*opened, *([same] if one.reviewed_by else [])]
    for found in (third, check_finance(one, decided_by=PREPARER)):
        assert all(each.facts["noun"] == "settlement" for each in found), "what the number is the number of"


@pytest.mark.parametrize("status", SettlementStatus)
def test_another_person_pays_what_is_pending_in_a_confirmed_settlement(status):
    opened = [] if status in PAYABLE else [("TRANSITION", "step_not_open")]
    one = settlement(status)
    told = {"pending": 1, "paid_on": TODAY, "on": TODAY}
    assert codes(check_disbursement(one, **told, decided_by=REVIEWER)) == opened
    assert codes(check_disbursement(one, **told, decided_by=PREPARER)) == [*opened, ("R23", "same_person")]
    nothing = check_disbursement(one, **(told | {"pending": 0}), decided_by=FINANCE)
    assert codes(nothing[:-1]) == opened
    assert nothing[-1] == Violation("TRANSITION", "nothing_to_pay", found=0, allowed="pending lines", subject="7")


@pytest.mark.parametrize(
    ("day", "is_possible"),
    [(date(2026, 3, 29), False), (date(2026, 3, 30), True), (TODAY, True), (date(2026, 4, 1), False)],
)
def test_a_payment_is_dated_from_the_draft_to_today(day, is_possible):
    found = check_disbursement(
        settlement(SettlementStatus.CONFIRMED), pending=1, paid_on=day, on=TODAY, decided_by=FINANCE
    )
    assert codes(found) == ([] if is_possible else [("R25", "payment_date_outside")])


@pytest.mark.parametrize(("status", "paid"), list(product(SettlementStatus, (0, 1))))
def test_what_is_paid_in_part_is_not_cancelled(status, paid):
    found = check_cancellation(settlement(status), counts=replace(ONE, paid=paid) if paid else ONE)
    assert codes(found) == [
        *([] if "cancel" in SETTLEMENT_STEPS[status] else [("TRANSITION", "step_not_open")]),
        *([("TRANSITION", "lines_are_paid")] if paid else []),
    ]
    assert all((one.found, one.allowed) == (1, 0) for one in found if one.code == "lines_are_paid")


@pytest.mark.parametrize(("act", "status", "of_line"), list(product(("fail", "remove"), SettlementStatus, LineStatus)))
def test_an_act_on_a_line_asks_for_both_statuses(act, status, of_line):
    found = check_line(settlement(status), line(status=of_line), act=act)
    assert [one.facts["noun"] for one in found] == [
        *([] if act in SETTLEMENT_STEPS[status] else ["settlement"]),
        *([] if act in LINE_STEPS[of_line] else ["settlement-line"]),
    ]


@pytest.mark.parametrize("of_line", LineStatus)
def test_only_a_pending_line_is_paid(of_line):
    assert bool(check_line_step(line(status=of_line), act="pay")) == (of_line is not LineStatus.PENDING)


@pytest.mark.parametrize("status", SettlementStatus)
def test_a_result_is_recorded_of_a_line_that_was_drawn(status):
    opened = [] if "sample" in SETTLEMENT_STEPS[status] else [("TRANSITION", "step_not_open")]
    assert codes(check_sample(settlement(status), line(is_sampled=True))) == opened
    *closed, other = check_sample(settlement(status), line())
    assert codes(closed) == opened
    assert other == Violation("R29", "line_not_sampled", found=1, allowed="drawn lines", subject="1")


@pytest.mark.parametrize(("status", "pending", "paid"), list(product(SettlementStatus, (0, 1), (0, 1))))
def test_a_settlement_is_disbursed_once_nothing_is_left_to_pay(status, pending, paid):
    becomes = status_by_lines(status, counts=LineCounts(pending=pending, paid=paid))
    is_done = status in PAYABLE and paid and not pending
    assert becomes is (SettlementStatus.DISBURSED if is_done else status)


# ------------------------------------------------------------------------------------------------ the bank's file


def bank(number=2, fen=100, *, account="622200001111", receipt="HD-1", day=TODAY):
    return BankLine(number, receipt, Money(fen), account, day)


def test_what_the_bank_paid_is_what_we_paid_in_whatever_order():
    lines = [line(1, 100), line(2, 200), line(3, 100), line(4, 100, receipt="HD-2")]
    payments = [bank(2, 200), bank(3, 100), bank(4, 100, receipt="HD-2"), bank(5, 100)]
    assert reconcile(lines, payments) == []


def test_every_difference_is_told_at_once():
    lines = [
        line(1, 100),
        line(2, 200, account=replace(ACCOUNT, bank_account="B")),
        line(3, 300),
        line(4, 400, receipt="HD-9"),
    ]
    payments = [
        bank(2, 101),
        bank(3, 200, account="C"),
        bank(4, 300, day=date(2026, 3, 30)),
        bank(5, 55, account="D"),
        bank(6, 1, receipt="OTHER"),
    ]
    found = reconcile(lines, payments)
    assert [one.rule for one in found] == ["R25", "R21", *["R25"] * 4], "an account is a matter of whom was paid"
    assert [one.facts for one in found] == [
        {"receipt": "HD-1", "line": 2}, {"receipt": "HD-1", "line": 3}, {"receipt": "HD-1", "line": 4}, {"line": 5},
        {"receipt": "HD-9"}, {},
    ]  # fmt: skip
    assert [(one.code, one.subject, one.found, one.allowed, one.weight) for one in found] == [
        ("bank_amount_differs", "1", 101, 100, Weight.BLOCK),
        ("bank_account_differs", "2", "C", "B", Weight.BLOCK),
        ("bank_date_differs", "3", "2026-03-30", "2026-03-31", Weight.REASON),
        ("bank_line_surplus", "HD-1", 55, 0, Weight.BLOCK),
        ("payment_not_in_file", "4", 0, 400, Weight.BLOCK),
        ("bank_line_of_others", "OTHER", 1, "receipts of this settlement", Weight.NOTE),
    ]


def test_a_fen_less_or_more_at_the_bank_is_a_difference():
    for fen in (99, 101):
        assert [one.code for one in reconcile([line()], [bank(fen=fen)])] == ["bank_amount_differs"]


def test_a_line_without_an_account_is_compared_by_its_amount():
    without = line(account=replace(ACCOUNT, bank_account=""))
    assert reconcile([without], [bank(account="anything")]) == []
    assert [one.code for one in reconcile([without], [bank(fen=99)])] == ["payment_not_in_file", "bank_line_surplus"]


def test_a_payment_that_came_back_may_be_listed_or_not():
    failed = line(2, 200, status=LineStatus.FAILED)
    assert reconcile([line(), failed], [bank(), bank(3, 200)]) == []
    assert reconcile([line(), failed], [bank()]) == []


def test_a_payment_shown_before_need_not_be_shown_again():
    assert reconcile([line(is_reconciled=True), line(2, 200)], [bank(fen=200)]) == []


def test_a_payment_twice_in_the_file_is_a_surplus():
    assert [one.code for one in reconcile([line()], [bank(2), bank(3)])] == ["bank_line_surplus"]
