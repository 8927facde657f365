"""Settlements: who may do what when, what is paid to whom, and what the ledger says after each act."""

import pytest

from voucher_app.domain.errors import NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import settlement
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id


def violations(call, *arguments, **options):
    with pytest.raises(RulesViolated) as refused:
        call(*arguments, **options)
    return refused.value.violations


def refusal(call, *arguments, **options):
    return [(one.rule, one.code) for one in violations(call, *arguments, **options)]


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
