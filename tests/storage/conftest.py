"""An office with a row in every table and something in every state."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from datetime import date, timedelta

import pytest

from voucher_app import i18n
from voucher_app.domain.budget import CEILING
from voucher_app.domain.money import Money
from voucher_app.services import (
    application,
    attachment,
    calendar,
    certificate,
    document_number,
    office_key,
    policy,
    provider,
    recovery,
    settlement,
    year,
)
from voucher_app.services.ports.parties import Facility
from voucher_app.services.ports.unit_of_work import Act
from voucher_app.services.print_request import Request
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder

RAISED = Money.yuan(5)


def _play(desk):
    """Tell a small story: vouchers used in part, used up, voided, returned, frozen; claims open, refused, reversed."""
    facility = Facility("某数据中心", "太原", "140100", "某公司", 10, None, "1.5", "投产", "", "网页")
    provider.import_facilities(
        desk.workspace,
        facilities=[facility, dataclasses.replace(facility, name="另一数据中心", racks=None, pflops_fp16=3)],
        operator=desk.preparer,
        request_id=new_request_id(),
    )
    waiting = [desk.submit(Money.yuan(100 + 10 * place), holder=place % 4, seller=place % 2) for place in range(9)]
    desk.approve(*waiting[:8])
    application.refuse(
        desk.workspace,
        application_id=waiting[7].id,
        reason="合同未附清单",
        operator=desk.reviewer,
        request_id=new_request_id(),
    )
    issued = desk.issue(*waiting[:6])
    desk.on(desk.today + timedelta(days=1))
    desk.redeemed(issued[0].number, Money.yuan(40))
    desk.redeemed(issued[1].number, issued[1].face)
    desk.reverse(
        desk.verify(desk.claim(issued[2].number, Money.yuan(20), further=(desk.invoice_facts(Money.yuan(9)),)))
    )
    desk.end("void", issued[3].number)
    desk.end("return", issued[4].number)
    desk.end("freeze", issued[5].number)
    desk.claim(
        issued[0].number,
        Money.yuan(7),
        paid=Money.yuan(30),
        paid_on=desk.today,
        price_item="GPU 卡时",
        unit_price=Money.yuan(9),
        contract_from=desk.today,
        contract_until=desk.today + timedelta(days=90),
        supporting_services=Money(5),
        reason="服务商代收",
        further=(
            desk.invoice_facts(Money.yuan(8), service_from=desk.today, service_until=desk.today + timedelta(days=9)),
        ),
    )
    _give_passwords(desk)
    _govern(desk)
    _play_batches(desk)
    _register(desk, str(issued[0].number))
    _take_in(desk)
    return tuple(str(one.number) for one in issued)


def _register(desk, number):
    """Draw two document numbers, one of them void; print a certificate twice; propose a revocation and withdraw it."""

    def act(use_case, **facts):
        return use_case(desk.workspace, operator=desk.preparer, request_id=new_request_id(), **facts)

    for place in (1, 2):
        drawn = act(document_number.draw, kind="publicity-list", subject=f"batch:{place}", title="公示名单")
    act(document_number.void, number_id=drawn.id, reason="文种有误")
    i18n.use_folder(resources_folder() / "locale")  # paper is Chinese
    key = desk.queries.public_keys()[0].key_id
    act(office_key.revoke, key_id=key, reason="演练")
    act(office_key.keep, key_id=key, reason="演练结束")
    for place in (1, 2):
        certificate.print_separately(
            desk.workspace,
            numbers=[number],
            folder=desk.path.parent / "papers",
            request=Request(desk.preparer, new_request_id(), "补发" if place > 1 else ""),
        )


def _take_in(desk):
    """Record a file that was taken in, which no use case does yet in this story."""
    act = Act("recipient.import", desk.preparer, new_request_id())
    with desk.workspace.data_file.unit_of_work(act, desk.workspace.clock) as work:
        digest = hashlib.sha256("领用单位".encode()).hexdigest()
        key = work.import_files.add(
            sha256=digest, kind="recipient", file_name="领用单位.xlsx", rows=4, prepared_by=desk.preparer.id
        )
        work.commit([key])


def _give_passwords(desk):
    """Record two credentials, which a trial office has none of, as an upgraded office has them."""
    act = Act("operator.password", desk.preparer, new_request_id())
    with desk.workspace.data_file.unit_of_work(act, desk.workspace.clock) as work:
        for person, must_change in ((desk.preparer, False), (desk.reviewer, True)):
            work.credentials.set(person.id, f"$argon2id${person.id}", must_change=must_change, changed_on=desk.today)
        work.credentials.count_failure(desk.preparer.id, failures=2, failed_at="2026-03-03T01:00:00+00:00")
        work.commit([desk.preparer.id, desk.reviewer.id])


def _govern(desk):
    """Draft two policies, one of them published; suspend a provider twice, and file two prices."""

    def act(use_case, operator, **facts):
        return use_case(desk.workspace, operator=operator, request_id=new_request_id(), **facts)

    content = desk.queries.policies()[0].content
    act(policy.draft, desk.preparer, content=content)
    act(policy.publish, desk.second_reviewer, content=content)
    act(policy.draft, desk.preparer, content=content.replace('title = "', 'title = "修订的'))
    for uscc, item in zip(desk.providers, ("A800 卡时", "存储"), strict=True):
        act(provider.suspend, desk.second_reviewer, uscc=uscc, reason="核查")
        act(provider.price, desk.preparer, uscc=uscc, item=item, unit="卡时", amount=Money.yuan(12))
    act(provider.resume, desk.second_reviewer, uscc=desk.providers[0], reason="核查完毕")


def _settle(desk):
    """Settle twice, with a payment that came back; recover from two payments; ban, raise and propose."""
    number = desk.issue(desk.approved(Money.yuan(500), holder=1))[0].number
    paid = [desk.redeemed(number, Money.yuan(amount)) for amount in (11, 12, 13)]
    told = {"operator": desk.finance, "request_id": "settle"}
    (first,) = settlement.draft(desk.workspace, until=desk.today, operator=desk.preparer, request_id="draft-1")
    settlement.confirm(desk.workspace, settlement_id=first.id, operator=desk.reviewer, request_id="confirm-1")
    settlement.disburse(desk.workspace, settlement_id=first.id, receipt="HD-1", **told)
    lines = desk.queries.settlement_lines(first.id, ListFilter(sort="id", descending=False)).rows(0, 9)
    settlement.fail_line(
        desk.workspace, settlement_id=first.id, line_id=lines[0].id, reason="账户已销户", operator=desk.finance,
        request_id="fail-1",
    )  # fmt: skip
    settlement.draft(desk.workspace, until=desk.today, operator=desk.preparer, request_id="draft-2")
    for place, one in enumerate(paid[:2]):
        ban = recovery.BanFacts(years=place + 1)
        facts = recovery.RecoveryFacts(one.id, Money.yuan(5), "虚报用量", ban=ban)
        made = recovery.decide(desk.workspace, facts=facts, operator=desk.reviewer, request_id=f"recover-{place}")
        recovery.receive(
            desk.workspace, recovery_id=made.id, amount=Money.yuan(5 - place), receipt=f"HK-{place}",
            operator=desk.finance, request_id=f"receive-{place}",
        )  # fmt: skip
    desk.redeemed(number, Money.yuan(14))
    _raise(desk)


def _raise(desk):
    """Raise the year to its ceiling; a second proposal finds no room any more."""
    raises = [
        year.propose_raise(
            desk.workspace,
            year=2026,
            amount=RAISED,
            document="晋财〔2026〕9号",
            reason="追加",
            operator=desk.preparer,
            request_id=f"raise-{place}",
        )
        for place in (1, 2)
    ]
    first, second = (one.id for one in raises)
    year.decide_raise(desk.workspace, change_id=first, operator=desk.reviewer, request_id="decide-raise")
    year.refuse_raise(
        desk.workspace, change_id=second, reason="已到上限", operator=desk.reviewer, request_id="refuse-raise"
    )


def _play_batches(desk):
    """Two batches: one publicized with an objection open, one issued; papers, credit checks and days off."""
    calendar.import_days(
        desk.workspace,
        days=[calendar.CalendarDay(date(2026, 8, day), is_working=False, note="停电检修") for day in (3, 4)],
        operator=desk.preparer,
        request_id=new_request_id(),
    )
    desk.check_credit()
    first, second = desk.open_batch(), desk.open_batch(envelope=Money.yuan(90), allocation="pro-rata")
    applications = [desk.approved_in(one, Money.yuan(50 + one.id), holder=one.id % 4) for one in (first, second) * 2]
    desk.step("return", desk.submit(Money.yuan(4), batch_id=first.id, holder=1))
    desk.submit(Money.yuan(3), batch_id=first.id, holder=1)
    for place, kind in enumerate(("contract", "commitment")):
        paper = desk.path.with_name(f"{kind}.pdf")
        paper.write_bytes(f"paper {place}".encode())
        attachment.add(
            desk.workspace,
            subject=f"application:{applications[place].id}",
            file=paper,
            kind=kind,
            operator=desk.preparer,
            request_id=new_request_id(),
        )
    desk.close_batch(second)
    desk.publicize(second)
    desk.resolve(desk.object_to(applications[1]))
    desk.object_to(applications[3])


def _template(make_desk, folder, *stories, amount=CEILING):
    desk = make_desk(folder, amount=amount)
    numbers = _play(desk)
    for story in stories:
        story(desk)
    assert desk.verified() == []
    desk.close()
    return desk, numbers


def _copy(template, tmp_path):
    desk, numbers = template
    path = tmp_path / "office.db"
    shutil.copyfile(desk.path, path)
    copied = dataclasses.replace(desk, path=path, begun=desk.today)
    copied.numbers = numbers
    return copied


@pytest.fixture(scope="session")
def busy_template(make_desk, tmp_path_factory):
    return _template(make_desk, tmp_path_factory.mktemp("busy"), _settle, amount=CEILING - RAISED)


@pytest.fixture(scope="session")
def quiet_template(make_desk, tmp_path_factory):
    return _template(make_desk, tmp_path_factory.mktemp("quiet"))


@pytest.fixture
def busy(busy_template, tmp_path):
    """A copy of the busy office; `numbers` are its first vouchers, oldest first."""
    copied = _copy(busy_template, tmp_path)
    yield copied
    copied.close()


@pytest.fixture
def quiet(quiet_template, tmp_path):
    """The same office before anything was settled, small enough that a test can count all of it."""
    copied = _copy(quiet_template, tmp_path)
    yield copied
    copied.close()
