"""State × act, tried through the services, for the lives that no other module tries whole.

Applications are tried in `test_intake`, batches in `test_batch`, redemptions in `test_evidence` and `test_recovery`,
settlements and their lines in `test_settlement`, providers in `test_provider`, drafts of policies in `test_policy`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from voucher_app.domain.budget import CAP_CHANGE_STEPS, CapChangeStatus
from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.objection import OBJECTION_STEPS, ObjectionStatus
from voucher_app.domain.operators import OPERATOR_STEPS, OperatorStatus
from voucher_app.domain.recovery import RECOVERY_STEPS, RecoveryStatus
from voucher_app.domain.settlement import LINE_STEPS, LineStatus
from voucher_app.domain.voucher import VOUCHER_STEPS, VoucherStatus
from voucher_app.services import operator, provider, recovery, settlement, voucher, year
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id

YUAN = Money.yuan(100)


def by(person):
    return {"operator": person, "request_id": new_request_id()}


def tried(desk, act, *, is_open, standing):
    """Do what is open, or be refused with nothing written; return how it stands then."""
    before = standing(), desk.money(), desk.workspace.data_file.verify().records
    if is_open:
        act()
        assert desk.workspace.data_file.verify().records == before[2] + 1
    else:
        with pytest.raises(RulesViolated) as refused:
            act()
        assert "TRANSITION" in {one.rule for one in refused.value.violations}
        assert (standing(), desk.money(), desk.workspace.data_file.verify().records) == before
    assert desk.verified() == []
    return standing()


# ------------------------------------------------------------------------------------------- vouchers

AFTER = timedelta(days=800)


def voucher_in(desk, status):
    """Bring a voucher to a status; return its number."""
    number = desk.issued(YUAN).number
    if status in {"partly-used", "used-up"}:
        desk.redeemed(number, YUAN if status == "used-up" else Money.yuan(40))
    if status == "expired":
        desk.on(desk.today + AFTER)
        voucher.expire(desk.workspace, **by(desk.preparer))
    if status in {"returned", "voided", "frozen"}:
        desk.end({"returned": "return", "voided": "void", "frozen": "freeze"}[status], number)
    assert desk.voucher(number).status == status
    return number


@pytest.mark.parametrize("act", ["void", "return", "freeze", "unfreeze", "redeem"])
@pytest.mark.parametrize("status", VoucherStatus)
def test_a_voucher_takes_the_steps_of_its_table_and_no_other(desk, status, act):
    number = voucher_in(desk, status.value)
    acts = {"redeem": lambda: desk.claim(number, Money.yuan(1))}
    stands = tried(
        desk,
        acts.get(act) or (lambda: desk.end(act, number)),
        is_open=act in VOUCHER_STEPS[status],
        standing=lambda: desk.voucher(number).status,
    )
    if act not in VOUCHER_STEPS[status] or act == "redeem":
        assert stands == status  # a claim alone moves nothing
    else:
        assert stands == VOUCHER_STEPS[status][act]


@pytest.mark.parametrize("status", VoucherStatus)
def test_only_a_voucher_on_the_road_expires(desk, status):
    number = voucher_in(desk, status.value)
    desk.on(desk.today + AFTER)
    expired = [one.number for one in voucher.expire(desk.workspace, **by(desk.preparer))]
    assert expired == ([number] if "expire" in VOUCHER_STEPS[status] else [])
    assert desk.verified() == []


# ------------------------------------------------------------------------------------------- objections


@pytest.mark.parametrize("act", ["dismiss", "uphold"])
@pytest.mark.parametrize("status", ObjectionStatus)
@pytest.mark.parametrize("of", ["batch", "provider"])
def test_an_objection_is_decided_once(desk, of, status, act):
    if of == "batch":
        desk.check_credit()
        one = desk.open_batch()
        application = desk.approved_in(one, YUAN)
        desk.close_batch(one)
        desk.publicize(one)
        made = desk.object_to(application)

        def decide(how):
            desk.resolve(made, {"dismiss": "dismissed", "uphold": "upheld"}[how])

        def standing():
            return desk.queries.batch(one.id).objections[0].status

    else:
        uscc = desk.providers[0]
        desk.tamper(
            """UPDATE provider SET status = 'publicized', admitted_by = NULL, admitted_from = NULL,
               admitted_until = NULL, publicity_from = '2026-03-02', publicity_until = '2026-03-09',
               publicized_by = 2 WHERE id = 1"""
        )
        made = provider.object_to(
            desk.workspace, uscc=uscc, raised_by="某公司", content="数据不实", **by(desk.preparer)
        )

        def decide(how):
            provider.resolve(
                desk.workspace, objection_id=made.id, upheld=how == "uphold", reason="经核查", **by(desk.reviewer)
            )

        def standing():
            return desk.queries.provider(uscc).objections[0].objection.status

    if status != "open":
        decide({"dismissed": "dismiss", "upheld": "uphold"}[status])
    assert standing() == status
    records = desk.workspace.data_file.verify().records
    if act in OBJECTION_STEPS[status]:
        decide(act)
        assert standing() == OBJECTION_STEPS[status][act]
        return
    with pytest.raises(RulesViolated) as refused:
        decide(act)
    assert "TRANSITION" in {one.rule for one in refused.value.violations}
    assert (standing(), desk.workspace.data_file.verify().records) == (status, records)


# ------------------------------------------------------------------------------------------- accounts


@pytest.mark.parametrize("act", ["lock", "unlock"])
@pytest.mark.parametrize("status", OperatorStatus)
def test_an_account_takes_the_steps_of_its_table_and_no_other(desk, status, act):
    name = desk.preparer.name

    def step(how):
        facts = {"name": name, **by(desk.security_admin)}
        if how == "lock":
            operator.lock(desk.workspace, reason="调离", **facts)
        else:
            operator.unlock(desk.workspace, **facts)

    if status == "locked":
        step("lock")
    stands = tried(
        desk,
        lambda: step(act),
        is_open=act in OPERATOR_STEPS[status],
        standing=lambda: next(one.status for one in desk.queries.people() if one.name == name),
    )
    assert stands == OPERATOR_STEPS[status].get(act, status)


# ------------------------------------------------------------------------------------------- the year and its cap


def propose(desk):
    return year.propose_raise(
        desk.workspace, year=2026, amount=Money.yuan(1), document="晋财〔2026〕9号", reason="增补", **by(desk.preparer)
    )


@pytest.mark.parametrize("act", ["decide", "refuse"])
@pytest.mark.parametrize("status", CapChangeStatus)
def test_a_raise_is_decided_once(make_desk, tmp_path, status, act):
    desk = make_desk(tmp_path, amount=Money.yuan(1_000))
    change = propose(desk)

    def step(how):
        if how == "decide":
            year.decide_raise(desk.workspace, change_id=change.id, **by(desk.reviewer))
        else:
            year.refuse_raise(desk.workspace, change_id=change.id, reason="不增", **by(desk.reviewer))

    if status != "proposed":
        step({"decided": "decide", "refused": "refuse"}[status])
    stands = tried(
        desk,
        lambda: step(act),
        is_open=act in CAP_CHANGE_STEPS[status],
        standing=lambda: desk.workspace.records().years.cap_change(change.id).status,
    )
    assert stands == CAP_CHANGE_STEPS[status].get(act, status)
    desk.close()


def test_a_year_is_opened_once_closed_once_and_never_opened_again(desk):
    """A year's life is `open → closed`; what a closed one refuses is told by R1 and R26."""
    acts = {
        "open": lambda: year.open_year(desk.workspace, year=2026, amount=YUAN, document="x", **by(desk.preparer)),
        "raise": lambda: propose(desk),
        "close": lambda: year.close_year(desk.workspace, year=2026, **by(desk.preparer)),
        "issue": lambda: desk.issued(YUAN),
    }
    expected = {"open": ("R1", "year_exists"), "close": ("R26", "year_closed"), "raise": ("R26", "year_closed"),
                "issue": ("R26", "year_closed")}  # fmt: skip
    with pytest.raises(RulesViolated) as refused:
        acts["open"]()
    assert [(one.rule, one.code) for one in refused.value.violations] == [expected["open"]]
    acts["close"]()
    before = desk.money()
    for act, call in acts.items():
        with pytest.raises(RulesViolated) as refused:
            call()
        assert expected[act] in [(one.rule, one.code) for one in refused.value.violations], act
    assert desk.money() == before
    assert desk.verified() == []


# ------------------------------------------------------------------------------------------- recoveries and lines


def paid(desk):
    """Return a settlement with one paid line, and its redemption."""
    claim = desk.redeemed(desk.issued(YUAN).number, YUAN)
    (one,) = settlement.draft(desk.workspace, until=desk.today, **by(desk.preparer))
    settlement.confirm(desk.workspace, settlement_id=one.id, **by(desk.reviewer))
    settlement.disburse(desk.workspace, settlement_id=one.id, receipt="HD-1", **by(desk.finance))
    return one, claim


@pytest.mark.parametrize("status", RecoveryStatus)
def test_a_recovery_is_received_until_it_is_whole(desk, status):
    _, claim = paid(desk)
    one = recovery.decide(desk.workspace, facts=recovery.RecoveryFacts(claim.id, YUAN, "骗取"), **by(desk.reviewer))

    def receive(amount, receipt):
        recovery.receive(
            desk.workspace, recovery_id=one.id, amount=amount, receipt=receipt, received_on=desk.today,
            **by(desk.finance),
        )  # fmt: skip

    if status == "received":
        receive(YUAN, "HK-1")
    stands = tried(
        desk,
        lambda: receive(YUAN if status == "decided" else Money(1), "HK-2"),
        is_open="receive" in RECOVERY_STEPS[status],
        standing=lambda: desk.workspace.records().recoveries.get(one.id).status,
    )
    assert stands == RECOVERY_STEPS[status].get("receive", status)


@pytest.mark.parametrize("act", ["pay", "fail", "remove"])
@pytest.mark.parametrize("status", LineStatus)
def test_a_line_takes_the_steps_of_its_table_and_no_other(desk, status, act):
    """Its settlement is confirmed, or a draft where a line is taken out; a second line keeps it going."""
    for holder in (0, 1):
        desk.redeemed(desk.issued(YUAN, holder=holder, seller=holder).number, YUAN)
    (one,) = settlement.draft(desk.workspace, until=desk.today, **by(desk.preparer))
    first, second = desk.queries.settlement_lines(one.id, ListFilter(sort="id", descending=False)).rows(0, 9)

    def line_act(name, **facts):
        return lambda: getattr(settlement, name)(
            desk.workspace, settlement_id=one.id, line_id=first.id, **facts, **by(desk.finance)
        )

    def disburse(line, receipt):
        settlement.disburse(desk.workspace, settlement_id=one.id, line_id=line.id, receipt=receipt,
                            **by(desk.finance))  # fmt: skip

    acts = {
        "pay": lambda: disburse(first, "HD-1"),
        "fail": line_act("fail_line", reason="退回"),
        "remove": line_act("remove_line", reason="重复"),
    }
    if status == "removed":
        acts["remove"]()
    if not (act == "remove" and status in {"pending", "removed"}):
        settlement.confirm(desk.workspace, settlement_id=one.id, **by(desk.reviewer))
    if status == "paid":
        acts["pay"]()
    if status == "failed":
        acts["fail"]()
    stands = tried(
        desk,
        acts[act],
        is_open=act in LINE_STEPS[status],
        standing=lambda: next(
            row.status for row in desk.queries.settlement_lines(one.id, ListFilter()).rows(0, 9) if row.id == first.id
        ),
    )
    assert stands == LINE_STEPS[status].get(act, status)
    assert second.status == "pending"
