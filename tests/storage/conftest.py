"""An office with a row in every table and something in every state."""

import dataclasses
import shutil
from datetime import timedelta

import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.services import application, provider
from voucher_app.services.ports.parties import Facility
from voucher_app.services.workspace import new_request_id


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
    return tuple(str(one.number) for one in issued)


@pytest.fixture(scope="session")
def busy_template(make_desk, tmp_path_factory):
    desk = make_desk(tmp_path_factory.mktemp("busy"))
    numbers = _play(desk)
    assert desk.verified() == []
    desk.close()
    return desk, numbers


@pytest.fixture
def busy(busy_template, tmp_path):
    """A copy of the busy office; `numbers` are its vouchers, oldest first."""
    template, numbers = busy_template
    path = tmp_path / "office.db"
    shutil.copyfile(template.path, path)
    copied = dataclasses.replace(template, path=path, workspace=make_workspace(path, on=template.today))
    copied.numbers = numbers
    yield copied
    copied.close()
