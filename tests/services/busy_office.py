"""A year of an office with a record in every state, for papers about them; the amounts are odd on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.money import ZERO, Money
from voucher_app.services import (
    attachment,
    document,
    intake,
    office_key,
    provider,
    recovery,
    redemption,
    settlement,
    year,
)
from voucher_app.services.document import facts_of, order
from voucher_app.services.print_request import Request
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id

BATCH_DAY = date(2026, 3, 10)
PAY_DAY = date(2026, 5, 20)
RECOVERY_DAY = date(2026, 6, 3)
LAST_DAY = date(2026, 7, 20)
DEMANDING = {
    'ratio = "0.20"': 'ratio = "1"',
    'smallest_voucher = "5000.00"': 'smallest_voucher = "0.00"',
    'rounding = "DOWN"': 'rounding = "HALF_UP"',
    'recipient_year_cap = "1000000.00"': 'recipient_year_cap = "999999.99"',
    'province_share = "0.50"': 'province_share = "0.333333"',
}


@dataclass(frozen=True)
class _Row:
    """An application by its number alone."""

    id: int


def by(operator):
    return {"operator": operator, "request_id": new_request_id()}


@dataclass
class Busy:
    """The desk, and keys of its records by what state they are in."""

    desk: object
    applications: dict[str, int] = field(default_factory=dict)
    redemptions: dict[str, int] = field(default_factory=dict)
    batches: dict[str, int] = field(default_factory=dict)
    settlements: dict[str, int] = field(default_factory=dict)
    vouchers: dict[str, str] = field(default_factory=dict)
    recovery: int = 0


def build(desk, folder):
    """Play the year; every act is a use case of the program."""
    desk.declare_small_office()
    desk.check_credit()
    busy = Busy(desk)
    _batch(busy)
    _direct(busy)
    _redeem(busy, folder)
    _settle(busy)
    _recover(busy)
    _end(busy)
    _providers(busy)
    return busy


def _batch(busy):
    desk = busy.desk.on(BATCH_DAY)
    one = desk.open_batch(name="2026年第一批")
    keys = busy.applications
    keys["draft"] = _draft(desk, one).id
    names = ("accepted", "returned", "declined", "withdrawn", "refused", "issued", "cleared-then-issued", "upheld")
    asked = {
        name: desk.submit(Money(1_234_567 + place * 1_001), batch_id=one.id, holder=place % 4, seller=place % 2)
        for place, name in enumerate(names)
    }
    keys |= {name: application.id for name, application in asked.items()}
    desk.step("return", asked["returned"], reason="合同未载明服务期限。请补充协议。")
    desk.on(BATCH_DAY + timedelta(days=1)).step("resubmit", asked["returned"])
    desk.step("return", asked["returned"], reason="营业执照影印件不清晰")
    desk.step("decline", asked["declined"], reason="自建自用，不予支持")
    desk.step("withdraw", asked["withdrawn"])
    for name in ("accepted", "refused", "issued", "cleared-then-issued", "upheld"):
        desk.step("accept", asked[name])
    desk.step("review", asked["refused"], reason="材料齐全")
    desk.step("refuse", asked["refused"], reason="经复核，合同与事实不符")
    for name in ("issued", "cleared-then-issued", "upheld"):
        desk.step("review", asked[name], reason="材料齐全，合同真实")
        desk.step("approve", asked[name], reason="经复核，符合条件")
    desk.step("decline", asked["returned"], reason="逾期未补正")
    desk.step("refuse", asked["accepted"], reason="初审不符合条件")
    desk.step("withdraw", _Row(keys["draft"]))
    desk.close_batch(one)
    desk.allocate(one)
    desk.publicize(one)
    objected = desk.object_to(asked["upheld"])
    dismissed = desk.object_to(asked["cleared-then-issued"], raised_by="某个人")
    desk.resolve(objected, "upheld", operator=desk.second_reviewer)
    desk.resolve(dismissed, "dismissed")
    desk.on(BATCH_DAY + timedelta(days=14)).issue_batch(one)
    busy.batches["issued"] = one.id
    second = desk.open_batch(name="2026年第二批")
    busy.batches["open"] = second.id
    for name in ("submitted", "returned-now"):
        keys[name] = desk.submit(Money(765_432), batch_id=second.id, holder=2).id
    desk.step("return", _Row(keys["returned-now"]), reason="合同未载明服务期限。\n请补充协议。")
    keys["draft"] = _draft(desk, second).id
    keys["accepted-now"] = desk.submit(Money(700_001), batch_id=second.id, holder=3).id
    desk.step("accept", _Row(keys["accepted-now"]))


def _draft(desk, one):
    facts = desk.facts(Money(500_000), batch_id=one.id)
    return intake.draft(desk.workspace, facts=facts, operator=desk.preparer, request_id=new_request_id())


def _direct(busy):
    desk = busy.desk.on(date(2026, 4, 1))
    for place, name in enumerate(("used", "partly", "returned", "voided", "frozen", "paid", "fresh")):
        issued = desk.issued(Money(3_333_301 + place * 7), holder=place % 4, seller=place % 2, reason="长期合作")
        busy.vouchers[name] = str(issued.number)
        busy.applications[f"direct-{name}"] = desk.voucher(issued.number).application_id
    busy.applications["direct-refused"] = desk.submit(Money(100_000)).id
    desk.step("refuse", _Row(busy.applications["direct-refused"]), reason="不符合条件")
    busy.applications["direct-approved"] = desk.approved(Money(100_100)).id


def _redeem(busy, folder):
    desk = busy.desk.on(date(2026, 4, 20))
    keys, numbers = busy.redemptions, busy.vouchers
    keys["settled-1"] = desk.redeemed(numbers["used"], Money(3_333_301)).id
    # The service began on the voucher's day: nothing lies outside the base period.
    further = (desk.invoice_facts(Money(600_000), supporting_services=Money(1_001)),)
    keys["settled-2"] = desk.verify(
        desk.claim(
            numbers["partly"],
            Money(1_111_107),
            further=further,
            paid=Money(2_000_000),
            paid_on=date(2026, 4, 19),
            payer="汾河大学",
            payee="智算中心2",
            price_item="智能算力（FP16）",
            unit_price=Money(128_050),
            reason="首次按月结算",
            invoice_amount=Money(2_000_000),
        )
    ).id
    receipt = folder / "bank-receipt.pdf"
    receipt.write_bytes(b"%PDF-1.7 a receipt")
    attachment.add(
        desk.workspace,
        subject=f"redemption:{keys['settled-2']}",
        kind="payment-receipt",
        file=receipt,
        **by(desk.preparer),
    )
    keys["reversed"] = desk.redeemed(numbers["paid"], Money(500)).id
    desk.reverse(desk.queries.redemption(keys["reversed"]).redemption)
    keys["settled-3"] = desk.redeemed(numbers["paid"], Money(1_000_001)).id
    keys["refused"] = desk.claim(numbers["partly"], Money(700)).id
    redemption.refuse(desk.workspace, redemption_id=keys["refused"], reason="购买方不符", **by(desk.reviewer))
    busy.desk.on(date(2026, 5, 4))
    keys["claimed"] = desk.claim(numbers["partly"], Money(100)).id


def _settle(busy):
    desk = busy.desk.on(PAY_DAY)
    (one,) = settlement.draft(desk.workspace, until=PAY_DAY, document="晋财建〔2026〕45号", **by(desk.preparer))
    busy.settlements["paid"] = one.id
    settlement.confirm(desk.workspace, settlement_id=one.id, **by(desk.reviewer))
    settlement.plan(desk.workspace, settlement_id=one.id, document="晋财建〔2026〕45号", **by(desk.preparer))
    settlement.check(desk.workspace, settlement_id=one.id, **by(desk.finance))
    lines = desk.queries.settlement_lines(one.id, ListFilter(sort="id", descending=False)).rows(0, 99)
    for place, line in enumerate(lines):
        settlement.disburse(
            desk.workspace, settlement_id=one.id, receipt=f"HD-{place}", line_id=line.id, **by(desk.finance)
        )
    busy.redemptions["failed"] = lines[1].redemption_id
    settlement.fail_line(desk.workspace, settlement_id=one.id, line_id=lines[1].id, reason="退票", **by(desk.finance))
    (second,) = settlement.draft(desk.workspace, until=PAY_DAY, **by(desk.preparer))
    busy.settlements["draft"] = second.id
    busy.redemptions["verified"] = desk.redeemed(busy.vouchers["fresh"], Money(3)).id


def _recover(busy):
    desk = busy.desk.on(RECOVERY_DAY)
    facts = recovery.RecoveryFacts(busy.redemptions["settled-1"], Money(1_000_003), reason="虚报用量")
    one = recovery.decide(desk.workspace, facts=facts, **by(desk.reviewer))
    recovery.receive(desk.workspace, recovery_id=one.id, amount=Money(333_334), receipt="HK-1", **by(desk.finance))
    busy.recovery = one.id


def _end(busy):
    desk = busy.desk.on(date(2026, 6, 20))
    for act, name in (("return", "returned"), ("void", "voided"), ("freeze", "frozen")):
        desk.end(act, busy.vouchers[name])
    change = year.propose_raise(
        desk.workspace, year=2026, amount=Money(100), document="晋财建〔2026〕46号", reason="追加", **by(desk.preparer)
    )
    year.decide_raise(desk.workspace, change_id=change.id, **by(desk.reviewer))


def _providers(busy):
    desk = busy.desk.on(LAST_DAY)
    first, second = desk.providers
    provider.suspend(desk.workspace, uscc=first, reason="未按期交付", **by(desk.reviewer))
    provider.resume(desk.workspace, uscc=first, reason="整改完成", **by(desk.reviewer))
    provider.suspend(desk.workspace, uscc=first, reason="再次未按期交付", **by(desk.reviewer))
    provider.remove(desk.workspace, uscc=second, reason="弄虚作假", **by(desk.reviewer))
    office_key.new_key(desk.workspace, reason="到期更换", **by(desk.preparer))


# ------------------------------------------------------------------------------------------- asking for papers


def gathered(desk, kind, subject, stamp=None):
    return facts_of(desk.workspace, order(desk.workspace, kind, subject), stamp, made_by="张经办")


def total(facts, table, column):
    return sum((row[column] for row in facts.tables[table] if row[column] is not None), ZERO)


def refusal(desk, kind, subject):
    with pytest.raises(RulesViolated) as refused:
        gathered(desk, kind, subject)
    return [one.code for one in refused.value.violations]


def ask(desk, reason="", operator=None):
    return Request(operator or desk.preparer, new_request_id(), reason)


def print_one(desk, kind, subject, folder, **how):
    return document.print_separately(
        desk.workspace, orders=[order(desk.workspace, kind, subject)], folder=folder, request=ask(desk, **how)
    )
