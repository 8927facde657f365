"""Taking back what was paid: in parts, to the pool or lapsed, with bans that end (R28)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.domain.recovery import BannedUnit
from voucher_app.domain.redemption import REDEMPTION_STEPS, RedemptionStatus
from voucher_app.services import provider, recipient, recovery, redemption, settlement, year
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id

from .refusals import refusal, violations

FREE = {'ratio = "0.20"': 'ratio = "1"', 'smallest_voucher = "5000.00"': 'smallest_voucher = "0.00"'}


@pytest.fixture(autouse=True)
def small_office(request):
    """An office of few people, whose business roles stand in for one another; R23 holds all the same."""
    for name in ("desk", "strict_desk"):
        if name in request.fixturenames:
            request.getfixturevalue(name).declare_small_office()


def by(operator, request_id=None):
    return {"operator": operator, "request_id": request_id or new_request_id()}


def pay(desk, receipt="HD-1"):
    (one,) = settlement.draft(desk.workspace, until=desk.today, **by(desk.preparer))
    settlement.confirm(desk.workspace, settlement_id=one.id, **by(desk.reviewer))
    return settlement.disburse(desk.workspace, settlement_id=one.id, receipt=receipt, **by(desk.finance))


def decide(desk, key, amount, operator=None, request_id=None, **facts):
    told = recovery.RecoveryFacts(key, amount, facts.pop("reason", "虚报用量"), **facts)
    return recovery.decide(desk.workspace, facts=told, **by(operator or desk.reviewer, request_id))


def receive(desk, one, amount, request_id=None, **facts):
    return recovery.receive(
        desk.workspace, recovery_id=one.id, amount=amount, receipt="HK-1", **by(desk.finance, request_id), **facts
    )


def status_of(desk, key):
    return desk.queries.redemption(key).redemption.status


@pytest.fixture
def paid(desk):
    """A redemption of 60 yuan that was paid."""
    one = desk.redeemed(desk.issued(Money.yuan(100)).number, Money.yuan(60))
    pay(desk)
    return one.id


def test_money_comes_back_in_parts_and_is_issued_anew(desk, paid):
    one = decide(desk, paid, Money.yuan(50), document="晋工信追〔2026〕1号")
    assert (one.status, one.open, one.due_on, one.reviewed_by) == (
        "decided", Money.yuan(50), desk.today + timedelta(days=30), desk.reviewer.id,
    )  # fmt: skip
    before = desk.money()
    assert status_of(desk, paid) == "recovering"
    part = receive(desk, one, Money.yuan(20))
    assert (part.status, part.open, status_of(desk, paid)) == ("decided", Money.yuan(30), "recovering")
    assert desk.money().unissued == before.unissued + Money.yuan(20)
    (refused,) = violations(receive, desk, one, Money.yuan(30) + Money(1))
    assert (refused.rule, refused.found, refused.allowed) == ("R28", 3_001, 3_000)
    whole = receive(desk, one, Money.yuan(30))
    assert (whole.status, whole.open, status_of(desk, paid)) == ("received", Money(0), "recovered")
    money = desk.money()
    assert (money.disbursed, money.appropriation) == (Money.yuan(10), before.appropriation)
    assert refusal(receive, desk, one, Money(1)) == [
        ("TRANSITION", "step_not_open"),
        ("R28", "receipt_exceeds_recovery"),
    ]
    assert desk.verified() == []


def test_no_fen_more_is_taken_back_than_was_paid_over_all_decisions(desk, paid):
    (refused,) = violations(decide, desk, paid, Money.yuan(60) + Money(1))
    assert (refused.rule, refused.found, refused.allowed) == ("R28", 6_001, 6_000)
    one = decide(desk, paid, Money.yuan(40))
    assert refusal(decide, desk, paid, Money.yuan(1)) == [("TRANSITION", "step_not_open")]
    receive(desk, one, Money.yuan(40))
    (refused,) = violations(decide, desk, paid, Money.yuan(20) + Money(1))
    assert (refused.allowed, refused.facts) == (2_000, {"recovered_fen": 4_000})
    receive(desk, decide(desk, paid, Money.yuan(20)), Money.yuan(20))
    assert desk.money().disbursed == Money(0)
    assert desk.verified() == []


def test_nobody_recovers_what_they_claimed(desk, paid):
    assert refusal(decide, desk, paid, Money.yuan(1), desk.preparer) == [("R23", "same_person")]


@pytest.mark.parametrize("status", RedemptionStatus)
@pytest.mark.parametrize("act", ["verify", "refuse", "reverse", "recover", "receive"])
def test_a_redemption_takes_the_steps_of_its_table_and_no_other(desk, status, act):
    """What settlements do to redemptions is tried with them; here everything else, in every status."""
    number = desk.issued(Money.yuan(100)).number
    claim = desk.claim(number, Money.yuan(10))
    of = None
    if status not in {"claimed", "refused"}:
        desk.verify(claim)
    if status == "refused":
        redemption.refuse(desk.workspace, redemption_id=claim.id, reason="x", **by(desk.reviewer))
    if status == "reversed":
        desk.reverse(claim)
    if status == "settled":
        settlement.draft(desk.workspace, until=desk.today, **by(desk.preparer))
    if status in {"disbursed", "recovering", "recovered"}:
        pay(desk)
    if status in {"recovering", "recovered"}:
        of = decide(desk, claim.id, Money.yuan(4))
    if status == "recovered":
        receive(desk, of, Money.yuan(4))
    assert status_of(desk, claim.id) == status
    acts = {
        "verify": lambda: desk.verify(claim),
        "refuse": lambda: redemption.refuse(desk.workspace, redemption_id=claim.id, reason="x", **by(desk.reviewer)),
        "reverse": lambda: desk.reverse(claim),
        "recover": lambda: decide(desk, claim.id, Money.yuan(2)),
        "receive": lambda: receive(desk, of, Money.yuan(4)),
    }
    if act in REDEMPTION_STEPS[status]:
        acts[act]()
        assert status_of(desk, claim.id) == REDEMPTION_STEPS[status][act]
    elif of is not None or act != "receive":
        assert ("TRANSITION", "step_not_open") in refusal(acts[act])
        assert status_of(desk, claim.id) == status
    assert desk.verified() == []


def test_a_repeated_request_acts_once(desk, paid):
    one = decide(desk, paid, Money.yuan(5), request_id="d")
    assert decide(desk, paid, Money.yuan(5), request_id="d") == one
    assert receive(desk, one, Money.yuan(5), request_id="r") == receive(desk, one, Money.yuan(5), request_id="r")
    assert desk.queries.recoveries(ListFilter()).count() == 1


def test_the_previews_say_what_the_acts_are_refused_for(desk, paid):
    facts = recovery.RecoveryFacts(
        paid, Money.yuan(61), "x", ban=recovery.BanFacts(until=desk.today - timedelta(days=1))
    )
    seen = recovery.preview(desk.workspace, facts=facts, operator=desk.preparer)
    assert [one.code for one in seen] == ["same_person", "recovery_exceeds_paid", "ban_reversed"]
    one = decide(desk, paid, Money.yuan(5))
    tomorrow = desk.today + timedelta(days=1)
    told = {"recovery_id": one.id, "amount": Money.yuan(6), "received_on": tomorrow}
    assert [seen.code for seen in recovery.preview_receipt(desk.workspace, **told)] == [
        "receipt_exceeds_recovery", "receipt_date_outside",
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------- where it goes


def test_what_comes_back_to_a_closed_year_lapses(desk, paid):
    one = decide(desk, paid, Money.yuan(50))
    receive(desk, one, Money.yuan(20))
    year.close_year(desk.workspace, year=2026, **by(desk.preparer))
    lapsed = desk.money().lapsed
    receive(desk, one, Money.yuan(30))
    money = desk.money()
    assert (money.unissued, money.lapsed) == (Money(0), lapsed + Money.yuan(30))
    told = desk.queries.year_statement(2026)
    assert (told.recovered, told.recovered_to_pool, told.paid) == (Money.yuan(50), Money.yuan(20), Money.yuan(60))
    assert desk.verified() == []


def test_what_the_policy_does_not_issue_anew_lapses(make_desk, tmp_path):
    desk = make_desk(tmp_path, changes=FREE | {"recovers_to_pool = true": "recovers_to_pool = false"})
    one = desk.redeemed(desk.issued(Money.yuan(100)).number, Money.yuan(60))
    pay(desk)
    before = desk.money().unissued
    receive(desk, decide(desk, one.id, Money.yuan(60)), Money.yuan(60))
    assert (desk.money().unissued, desk.money().lapsed) == (before, Money.yuan(60))
    desk.close()


# ------------------------------------------------------------------------------------------- bans


def banned(desk, unit, on=None):
    return desk.workspace.records().bans.banned_until(unit, on or desk.today)


@pytest.mark.parametrize(
    ("ban", "until"),
    [
        (recovery.BanFacts(), None),
        (recovery.BanFacts(is_fraud=True), date(2029, 3, 1)),
        (recovery.BanFacts(is_fraud=True, years=1), date(2027, 3, 1)),
        (recovery.BanFacts(years=0), None),
        (recovery.BanFacts(until=date(2026, 3, 2)), date(2026, 3, 2)),
    ],
)
def test_a_recovery_bans_as_it_is_told_and_for_fraud_as_the_policy_says(desk, paid, ban, until):
    decide(desk, paid, Money.yuan(1), ban=ban)
    holder = desk.workspace.records().parties.recipient(desk.recipients[0]).id
    assert banned(desk, holder) == until
    if until:
        assert banned(desk, holder, until + timedelta(days=1)) is None
        assert banned(desk, holder, desk.today - timedelta(days=1)) is None


@pytest.mark.parametrize("units", BannedUnit)
def test_who_is_banned_is_told(desk, paid, units):
    one = decide(desk, paid, Money.yuan(1), ban=recovery.BanFacts(years=1, units=units))
    names = {ban.uscc for ban in desk.queries.recovery(one.id).bans}
    assert (
        names
        == {
            BannedUnit.RECIPIENT: {desk.recipients[0]},
            BannedUnit.PROVIDER: {desk.providers[0]},
            BannedUnit.BOTH: {desk.recipients[0], desk.providers[0]},
        }[units]
    )


def test_a_ban_in_the_past_is_refused(desk, paid):
    yesterday = desk.today - timedelta(days=1)
    assert refusal(decide, desk, paid, Money.yuan(1), ban=recovery.BanFacts(until=yesterday)) == [
        ("R28", "ban_reversed")
    ]
    told = {"uscc": desk.recipients[0], "reason": "x"}
    assert refusal(recipient.ban, desk.workspace, until=yesterday, **told, **by(desk.preparer)) == [
        ("R28", "ban_reversed")
    ]


def test_a_banned_provider_is_neither_admitted_nor_renewed_until_the_ban_is_over(desk):
    told = {"uscc": desk.providers[0]}
    recipient.ban(desk.workspace, until=desk.today, reason="虚假证明", **told, **by(desk.preparer))
    term = {"until": desk.today + timedelta(days=2000)}
    (refused,) = violations(provider.admit, desk.workspace, **told, **term, **by(desk.reviewer))
    assert (refused.rule, refused.code, refused.allowed) == ("R28", "unit_banned", desk.today.isoformat())
    desk.on(desk.today + timedelta(days=1))
    provider.admit(desk.workspace, **told, **term, **by(desk.reviewer))


def test_a_ban_is_lifted_by_another_person_than_who_banned(desk):
    told = {"uscc": desk.recipients[0], "reason": "复议撤销"}
    holder = desk.workspace.records().parties.recipient(desk.recipients[0]).id
    assert refusal(recipient.unban, desk.workspace, **told, **by(desk.reviewer)) == [("R28", "not_banned")]
    for days in (5, 9):
        recipient.ban(desk.workspace, until=desk.today + timedelta(days=days), **told, **by(desk.preparer))
    assert banned(desk, holder) == desk.today + timedelta(days=9)
    assert refusal(recipient.unban, desk.workspace, **told, **by(desk.preparer)) == [("R23", "same_person")]
    recipient.unban(desk.workspace, **told, **by(desk.reviewer))
    assert banned(desk, holder) is None
    assert [(ban.prepared_by, ban.lifted_by) for ban in desk.queries.bans(desk.recipients[0])] == [
        ("张经办", "李复核")
    ] * 2
    assert desk.verified() == []
    with pytest.raises(NotFound):
        recipient.ban(desk.workspace, uscc="91140100MA0CMJRAM0", until=desk.today, reason="x", **by(desk.preparer))


# ------------------------------------------------------------------------------------------- looking


def test_a_recovery_shows_its_receipts_bans_and_history(desk, paid):
    one = decide(desk, paid, Money.yuan(5), ban=recovery.BanFacts(years=1))
    receive(desk, one, Money.yuan(2))
    details = desk.queries.recovery(one.id)
    assert (details.paid, details.prepared_by, details.reviewed_by) == (Money.yuan(60), "张经办", "李复核")
    assert [(row.amount, row.receipt_number, row.pool) for row in details.receipts] == [
        (Money.yuan(2), "HK-1", "appropriation")
    ]
    assert [entry.action for entry in details.history] == ["recovery.receive", "recovery.decide"]
    chosen = ListFilter(text="晋阳", statuses=("decided",), year=2026, sort="due")
    assert [(row.id, row.received, row.amount) for row in desk.queries.recoveries(chosen).rows(0, 5)] == [
        (one.id, Money.yuan(2), Money.yuan(5))
    ]
    with pytest.raises(NotFound):
        desk.queries.recovery(9)
