"""Settlements: who may do what when, what is paid to whom, and what the ledger says after each act."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from voucher_app.domain.budget import CEILING
from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.domain.settlement import LINE_STEPS, SETTLEMENT_STEPS, BankLine, SettlementStatus, drawn
from voucher_app.services import recovery, settlement, year
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id

from .refusals import refusal

FREE = {
    'ratio = "0.20"': 'ratio = "1"',
    'smallest_voucher = "5000.00"': 'smallest_voucher = "0.00"',
    'rounding = "DOWN"': 'rounding = "HALF_UP"',
}
"""Changes of the default preset under which any amount may be redeemed."""


@pytest.fixture(autouse=True)
def small_office(request):
    """An office of few people, whose business roles stand in for one another; R23 holds all the same."""
    for name in ("desk", "strict_desk"):
        if name in request.fixturenames:
            request.getfixturevalue(name).declare_small_office()


def told(desk, operator, request_id=None):
    return {"operator": operator or desk.preparer, "request_id": request_id or new_request_id()}


def draft(desk, *, until=None, operator=None, request_id=None, **facts):
    return settlement.draft(desk.workspace, until=until or desk.today, **told(desk, operator, request_id), **facts)


def confirm(desk, one, operator=None):
    return settlement.confirm(desk.workspace, settlement_id=one.id, **told(desk, operator or desk.reviewer))


def disburse(desk, one, operator=None, receipt="HD-1", **facts):
    return settlement.disburse(
        desk.workspace, settlement_id=one.id, receipt=receipt, **told(desk, operator or desk.finance), **facts
    )


def fail_line(desk, one, line, operator=None, reason="账号有误退回"):
    return settlement.fail_line(
        desk.workspace, settlement_id=one.id, line_id=line.id, reason=reason, **told(desk, operator or desk.finance)
    )


def lines(desk, one):
    return desk.queries.settlement_lines(one.id, ListFilter(sort="id", descending=False)).rows(0, 99)


def status_of(desk, redemption):
    return desk.queries.redemption(redemption.id).redemption.status


@pytest.fixture
def owed(desk):
    """Three verified redemptions of 10, 20 and 30 yuan on two vouchers."""
    first, second = desk.issued(Money.yuan(100)).number, desk.issued(Money.yuan(100), holder=1, seller=1).number
    return [desk.redeemed(number, Money.yuan(amount)) for number, amount in ((first, 10), (second, 20), (first, 30))]


def test_the_road_from_draft_to_payment(desk, owed):
    (one,) = draft(desk)
    assert (one.status, one.year, str(one.period_from), one.period_until) == ("draft", 2026, "2026-01-01", desk.today)
    assert [status_of(desk, redemption) for redemption in owed] == ["settled"] * 3
    assert desk.money().payable == Money.yuan(60)

    assert confirm(desk, one).status == "confirmed"
    paid = disburse(desk, one)

    assert (paid.status, paid.disbursed_by) == ("disbursed", desk.finance.id)
    money = desk.money()
    assert (money.payable, money.disbursed) == (Money(0), Money.yuan(60))
    assert [status_of(desk, redemption) for redemption in owed] == ["disbursed"] * 3
    assert [(row.status, row.receipt_number, row.paid_on) for row in lines(desk, one)] == [
        ("paid", "HD-1", desk.today.isoformat())
    ] * 3
    assert desk.verified() == []


def test_a_payment_that_came_back_is_owed_again_and_paid_by_the_next_settlement(desk, owed):
    (one,) = draft(desk)
    confirm(desk, one)
    disburse(desk, one)
    second = lines(desk, one)[1]

    assert fail_line(desk, one, second).status == "disbursed"

    money = desk.money()
    assert (money.payable, money.disbursed) == (Money.yuan(20), Money.yuan(40))
    assert [status_of(desk, redemption) for redemption in owed] == ["disbursed", "verified", "disbursed"]
    (following,) = draft(desk)
    assert [row.redemption_id for row in lines(desk, following)] == [owed[1].id]
    confirm(desk, following)
    disburse(desk, following, receipt="HD-2")
    assert desk.money().disbursed == Money.yuan(60)
    assert refusal(draft, desk) == [("R25", "nothing_to_settle")]
    assert desk.verified() == []
    with pytest.raises(NotFound):
        fail_line(desk, following, second)


# ------------------------------------------------------------------------------------------- state × act


def bank_of(desk, one):
    return [
        BankLine(number, row.receipt_number, row.amount, row.bank_account, desk.today)
        for number, row in enumerate(lines(desk, one), start=2)
        if row.status == "paid"
    ]


def plainly(name):
    def act(desk, one, operator):
        return getattr(settlement, name)(desk.workspace, settlement_id=one.id, **told(desk, operator))

    return act


def on_a_line(name, **more):
    def act(desk, one, operator):
        line = next((row for row in lines(desk, one) if row.is_sampled), lines(desk, one)[0])
        return getattr(settlement, name)(
            desk.workspace, settlement_id=one.id, line_id=line.id, **more, **told(desk, operator)
        )

    return act


ACTS = {
    "confirm": plainly("confirm"),
    "plan": plainly("plan"),
    "check": plainly("check"),
    "disburse": disburse,
    "reconcile": lambda desk, one, operator: settlement.reconcile(
        desk.workspace, settlement_id=one.id, bank=bank_of(desk, one), **told(desk, operator)
    ),
    "close": plainly("close"),
    "cancel": lambda desk, one, operator: settlement.cancel(
        desk.workspace, settlement_id=one.id, reason="重做", **told(desk, operator)
    ),
    "remove": on_a_line("remove_line", reason="重复"),
    "fail": on_a_line("fail_line", reason="退回"),
    "sample": on_a_line("sample", result="无异常"),
}
ROADS = {
    "draft": (),
    "confirmed": ("confirm",),
    "planned": ("confirm", "plan"),
    "checked": ("confirm", "plan", "check"),
    "disbursed": ("confirm", "disburse"),
    "reconciled": ("confirm", "disburse", "reconcile"),
    "closed": ("confirm", "check", "disburse", "reconcile", "close"),
    "cancelled": ("cancel",),
}


def bring(desk, status):
    (one,) = draft(desk)
    for act in ROADS[status]:
        one = ACTS[act](desk, one, desk.reviewer if act == "confirm" else desk.finance)
    assert one.status == status
    return one


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("status", SettlementStatus)
def test_a_settlement_takes_the_steps_of_its_table_and_no_other(desk, owed, status, act):
    one = bring(desk, status.value)
    before = desk.verified(), desk.money(), desk.workspace.data_file.verify().records
    steps = SETTLEMENT_STEPS[status]
    if act in steps:
        assert ACTS[act](desk, one, desk.finance).status == steps[act]
    else:
        found = refusal(ACTS[act], desk, one, desk.finance)
        assert ("TRANSITION", "step_not_open") in found
        assert (desk.verified(), desk.money(), desk.workspace.data_file.verify().records) == before
    assert desk.verified() == []
    assert desk.money().appropriation == CEILING


def test_every_act_of_the_tables_is_tried():
    assert set(ACTS) == {act for steps in SETTLEMENT_STEPS.values() for act in steps}
    assert {act for steps in LINE_STEPS.values() for act in steps} - {"pay"} <= set(ACTS)


# ------------------------------------------------------------------------------------------- two people, once


@pytest.mark.parametrize("act", ["confirm", "check", "disburse"])
def test_nobody_decides_on_a_settlement_they_drafted(desk, owed, act):
    one = bring(desk, "draft" if act == "confirm" else "confirmed")
    assert refusal(ACTS[act], desk, one, desk.preparer) == [("R23", "same_person")]


def test_the_finance_check_is_a_third_look_and_payment_need_not_be(desk, owed):
    one = bring(desk, "confirmed")
    assert refusal(ACTS["check"], desk, one, desk.reviewer) == [("R23", "same_person")]
    assert disburse(desk, one, desk.reviewer).status == "disbursed"


def test_a_repeated_request_drafts_and_pays_once(desk, owed):
    assert draft(desk, request_id="d") == draft(desk, request_id="d")
    (one,) = draft(desk, request_id="d")
    confirm(desk, one)
    for _ in range(2):
        settlement.disburse(desk.workspace, settlement_id=one.id, receipt="HD-1", operator=desk.finance, request_id="p")
    assert desk.money().disbursed == Money.yuan(60)


def test_a_redemption_is_in_one_settlement_and_not_reversed_meanwhile(desk, owed):
    (one,) = draft(desk)
    assert refusal(draft, desk) == [("R25", "nothing_to_settle")]
    assert refusal(desk.reverse, owed[0]) == [("TRANSITION", "step_not_open")]
    first = lines(desk, one)[0]
    settlement.remove_line(
        desk.workspace, settlement_id=one.id, line_id=first.id, reason="待核", **told(desk, desk.preparer)
    )
    assert status_of(desk, owed[0]) == "verified"
    desk.reverse(owed[0])
    settlement.cancel(desk.workspace, settlement_id=one.id, reason="重做", **told(desk, desk.preparer))
    (again,) = draft(desk)
    assert [row.redemption_id for row in lines(desk, again)] == [owed[1].id, owed[2].id]
    assert desk.verified() == []


def test_a_draft_without_a_line_is_not_confirmed(desk, owed):
    (one,) = draft(desk)
    for row in lines(desk, one):
        settlement.remove_line(
            desk.workspace, settlement_id=one.id, line_id=row.id, reason="x", **told(desk, desk.preparer)
        )
    assert refusal(confirm, desk, one) == [("R25", "nothing_to_settle")]


# ------------------------------------------------------------------------------------------- what is taken up


def test_what_was_verified_up_to_the_day_is_taken_up_and_a_day_later_is_not(desk):
    number = desk.issued(Money.yuan(100)).number
    first = desk.today
    early = desk.redeemed(number, Money.yuan(10))
    desk.on(first + timedelta(days=1))
    late = desk.redeemed(number, Money.yuan(20))
    assert refusal(draft, desk, until=first - timedelta(days=1)) == [("R25", "nothing_to_settle")]
    (one,) = draft(desk, until=first)
    assert [row.redemption_id for row in lines(desk, one)] == [early.id]
    assert refusal(draft, desk, since=desk.today + timedelta(days=1), until=desk.today) == [("R25", "period_reversed")]
    (other,) = draft(desk, since=desk.today, until=desk.today)
    assert [row.redemption_id for row in lines(desk, other)] == [late.id]
    assert other.period_from == desk.today


def test_each_budget_year_has_a_settlement_of_its_own(desk):
    year.open_year(desk.workspace, year=2027, amount=Money.yuan(50), document="x", **told(desk, desk.preparer))
    for of_year in (2027, 2026):
        desk.redeemed(desk.issue(desk.approved(Money.yuan(10), year=of_year))[0].number, Money.yuan(10))
    previews, found = settlement.preview_draft(desk.workspace, until=desk.today)
    assert [(one.year, one.count, one.amount, one.province) for one in previews] == [
        (2026, 1, Money.yuan(10), Money.yuan(5)),
        (2027, 1, Money.yuan(10), Money.yuan(5)),
    ]
    assert found == []
    made = draft(desk, request_id="d")
    assert [one.year for one in made] == [2026, 2027]
    assert [entry.action for entry in desk.queries.settlement(made[1].id).history] == ["settlement.draft"]
    for one in made:
        confirm(desk, one)
        disburse(desk, one)
    assert [desk.money(of_year).disbursed for of_year in (2026, 2027)] == [Money.yuan(10)] * 2


def test_only_the_year_asked_for_is_taken_up(desk, owed):
    assert refusal(draft, desk, year=2027) == [("R25", "nothing_to_settle")]
    assert len(lines(desk, draft(desk, year=2026)[0])) == 3


@pytest.mark.parametrize(("model", "is_provider"), [("deduct", True), ("pay-first", False), ("afterwards", False)])
def test_the_payee_is_who_bore_the_bill(make_desk, tmp_path, model, is_provider):
    desk = make_desk(tmp_path, changes=FREE | {'operating_model = "deduct"': f'operating_model = "{model}"'})
    desk.redeemed(desk.issued(Money.yuan(100)).number, Money.yuan(10))
    (line,) = lines(desk, draft(desk)[0])
    assert line.payee_uscc == (desk.providers[0] if is_provider else desk.recipients[0])
    assert (line.province, line.city) == (Money.yuan(5), Money.yuan(5))
    desk.close()


def test_the_account_is_the_one_filed_and_kept_as_it_stood(desk, owed):
    desk.tamper("UPDATE organisation SET bank_account = '6222', bank_name = '中行' WHERE id = 1")
    (one,) = draft(desk)
    first, second = lines(desk, one)[:2]
    assert (first.account_name, first.bank_name, first.bank_account) == ("智算中心1", "中行", "6222")
    assert second.bank_account == ""
    notes = [(note.rule, note.code, note.found) for note in settlement.notes_on(desk.workspace, one.id)]
    assert notes == [("R21", "accounts_missing", 1), ("R29", "samples_open", 1)]
    assert [note.code for note in settlement.preview_confirmation(
        desk.workspace, settlement_id=one.id, operator=desk.preparer
    )] == ["same_person", "accounts_missing", "samples_open"]  # fmt: skip
    confirm(desk, one)


# ------------------------------------------------------------------------------------------- samples


def test_samples_are_drawn_by_the_journal_before_the_draft(make_desk, tmp_path):
    desk = make_desk(tmp_path, changes=FREE | {'sample_above = "500000.00"': 'sample_above = "10.00"'})
    number = desk.issued(Money.yuan(1_000)).number
    amounts = [Money.yuan(10) + Money(1), Money.yuan(10), *map(Money.yuan, range(1, 10))]
    for amount in amounts:
        desk.redeemed(number, amount)
    head = desk.workspace.data_file.verify().head
    (one,) = draft(desk)
    sampled = {row.redemption_id for row in lines(desk, one) if row.is_sampled}
    candidates = [(row.redemption_id, row.amount) for row in lines(desk, one)]
    assert sampled == drawn(candidates, above=Money.yuan(10), share=Fraction(1, 10), seed=head)
    assert len(sampled) == 2
    assert 1 in sampled
    line = next(row for row in lines(desk, one) if row.is_sampled)
    plain = next(row for row in lines(desk, one) if not row.is_sampled)
    record = {"settlement_id": one.id, "result": "第三方核查无异常"}
    settlement.sample(desk.workspace, line_id=line.id, **record, **told(desk, desk.preparer))
    assert refusal(settlement.sample, desk.workspace, line_id=plain.id, **record, **told(desk, desk.preparer)) == [
        ("R29", "line_not_sampled")
    ]
    assert desk.queries.settlement(one.id).samples_open == 1
    assert desk.verified() == []
    desk.close()


# ------------------------------------------------------------------------------------------- paying line by line


def test_lines_are_paid_one_by_one_each_under_its_receipt(desk, owed):
    one = bring(desk, "confirmed")
    first, second, third = lines(desk, one)
    assert disburse(desk, one, receipt="HD-1", line_id=first.id).status == "confirmed"
    assert refusal(disburse, desk, one, receipt="HD-1", line_id=first.id) == [("TRANSITION", "step_not_open")]
    assert refusal(settlement.cancel, desk.workspace, settlement_id=one.id, reason="x", **told(desk, desk.finance)) == [
        ("TRANSITION", "lines_are_paid")
    ]
    assert fail_line(desk, one, second).status == "confirmed"
    assert disburse(desk, one, receipt="HD-3").status == "disbursed"
    assert [(row.status, row.receipt_number) for row in lines(desk, one)] == [
        ("paid", "HD-1"), ("failed", ""), ("paid", "HD-3"),
    ]  # fmt: skip
    assert desk.queries.settlement(one.id).failed == Money.yuan(20)
    with pytest.raises(NotFound):
        disburse(desk, one, line_id=999)
    assert third.status == "pending"
    assert desk.verified() == []


def test_the_last_pending_line_that_fails_ends_the_payment(desk, owed):
    one = bring(desk, "confirmed")
    first, second, third = lines(desk, one)
    for line in (first, second):
        disburse(desk, one, line_id=line.id)
    assert fail_line(desk, one, third).status == "disbursed"


def test_when_every_line_failed_the_settlement_is_cancelled(desk, owed):
    one = bring(desk, "confirmed")
    for row in lines(desk, one):
        assert fail_line(desk, one, row).status == "confirmed"
    assert refusal(disburse, desk, one) == [("TRANSITION", "nothing_to_pay")]
    assert ACTS["cancel"](desk, one, desk.finance).status == "cancelled"
    assert len(lines(desk, draft(desk)[0])) == 3


@pytest.mark.parametrize(("days", "is_possible"), [(-1, False), (0, True), (1, False)])
def test_a_payment_is_dated_between_draft_and_today(desk, owed, days, is_possible):
    one = bring(desk, "confirmed")
    day = desk.today + timedelta(days=days)
    if is_possible:
        disburse(desk, one, paid_on=day)
    else:
        assert refusal(disburse, desk, one, paid_on=day) == [("R25", "payment_date_outside")]


def test_a_payment_being_recovered_does_not_come_back_as_failed(desk, owed):
    one = bring(desk, "disbursed")
    facts = recovery.RecoveryFacts(owed[0].id, Money.yuan(1), "x")
    recovery.decide(desk.workspace, facts=facts, **told(desk, desk.reviewer))
    assert refusal(fail_line, desk, one, lines(desk, one)[0]) == [("TRANSITION", "step_not_open")]


# ------------------------------------------------------------------------------------------- the bank's file


def test_differences_with_the_bank_are_told_at_once_and_a_day_needs_a_reason(desk, owed):
    one = bring(desk, "disbursed")
    right = bank_of(desk, one)

    def compare(bank, reason=""):
        return settlement.reconcile(
            desk.workspace, settlement_id=one.id, bank=bank, reason=reason, **told(desk, desk.finance)
        )

    wrong = [replace(right[0], amount=Money(1)), right[1]]
    assert {code for _, code in refusal(compare, wrong)} == {"payment_not_in_file", "bank_line_surplus"}
    assert not any(row.is_reconciled for row in lines(desk, one))
    later = [replace(payment, paid_on=desk.today + timedelta(days=1)) for payment in right]
    assert refusal(compare, later) == [("R25", "bank_date_differs")] * 3
    assert compare(later, "银行次日入账").status == "reconciled"
    assert all(row.is_reconciled for row in lines(desk, one))
    second = lines(desk, one)[1]
    assert fail_line(desk, one, second).status == "disbursed"
    assert compare([]).status == "reconciled"
    assert desk.verified() == []


def test_a_statement_tells_what_one_payee_gets(desk, owed):
    one = bring(desk, "confirmed")
    statement = desk.queries.payee_statement(one.id, desk.providers[0])
    assert (statement.payee.amount, statement.payee.line_count, statement.payee.paid) == (Money.yuan(40), 2, Money(0))
    assert [row.redemption_id for row in statement.lines] == [owed[0].id, owed[2].id]
    assert [payee.amount for payee in desk.queries.settlement(one.id).payees] == [Money.yuan(40), Money.yuan(20)]
    with pytest.raises(NotFound):
        desk.queries.payee_statement(one.id, desk.recipients[0])
    shown = desk.queries.settlements(ListFilter(text="智算中心1", statuses=("confirmed",), year=2026)).rows(0, 5)
    assert [(row.id, row.line_count, row.amount, row.paid) for row in shown] == [(one.id, 3, Money.yuan(60), Money(0))]
    found = desk.queries.settlement_lines(one.id, ListFilter(text="智算中心2", statuses=("pending",), sort="amount"))
    assert [row.redemption_id for row in found.rows(0, 5)] == [owed[1].id]
    assert desk.queries.settlement(one.id).prepared_by == "张经办"


def test_what_the_preview_says_is_what_the_payment_is_refused_for(desk, owed):
    one = bring(desk, "draft")
    seen = settlement.preview_disbursement(desk.workspace, settlement_id=one.id, operator=desk.preparer)
    assert [note.code for note in seen] == ["step_not_open", "same_person", "accounts_missing", "samples_open"]


def test_what_does_not_exist_is_named(desk):
    with pytest.raises(NotFound):
        desk.queries.settlement(7)


# ------------------------------------------------------------------------------------------- what can be done


def open_acts(desk, one, operator):
    possible = settlement.possible_acts(desk.workspace.records(), one.id, operator)
    return {each.act for each in possible if each.is_open}


def test_what_can_be_done_is_what_the_use_cases_let_through(desk, owed):
    (one,) = draft(desk)
    assert open_acts(desk, one, desk.preparer) == {"cancel"}, "who drafted it decides nothing"
    assert open_acts(desk, one, desk.reviewer) == {"confirm", "cancel"}
    confirm(desk, one)
    assert open_acts(desk, one, desk.reviewer) == {"plan", "disburse", "cancel"}, "who confirmed it checks it not"
    assert open_acts(desk, one, desk.finance) == {"plan", "check", "disburse", "cancel"}
    disburse(desk, one)
    assert open_acts(desk, one, desk.finance) == {"reconcile"}


def test_a_role_stands_in_the_way_where_nobody_stands_in_for_another(desk, owed):
    desk.declare_small_office(on=False)
    (one,) = draft(desk)
    confirm(desk, one)
    possible = {each.act: each for each in settlement.possible_acts(desk.workspace.records(), one.id, desk.reviewer)}
    assert [each.code for each in possible["disburse"].violations] == ["role_may_not_act"]


def test_what_can_be_done_with_a_line(desk, owed):
    (one,) = draft(desk)
    key = desk.queries.settlement_lines(one.id, ListFilter()).rows(0, 1)[0].id

    def lines(operator):
        possible = settlement.possible_line_acts(desk.workspace.records(), one.id, key, operator)
        return {each.act for each in possible if each.is_open} - {"sample"}

    assert lines(desk.finance) == {"remove"}
    confirm(desk, one)
    assert lines(desk.finance) == {"pay", "fail"}
    disburse(desk, one)
    assert lines(desk.finance) == {"fail"}


def test_a_bank_file_is_compared_before_it_is_taken(desk, owed):
    (one,) = draft(desk)
    confirm(desk, one)
    disburse(desk, one)
    found = settlement.preview_reconciliation(desk.workspace, settlement_id=one.id, bank=[])
    assert {each.code for each in found} == {"payment_not_in_file"}
    assert desk.queries.settlement(one.id).settlement.status == "disbursed"
