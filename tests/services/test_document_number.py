"""Numbers of documents: gap-free for each kind and year, kept by their document, void for ever."""

from __future__ import annotations

from datetime import date

import pytest

from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.services import document_number
from voucher_app.services.workspace import new_request_id


def draw(desk, subject, kind="publicity-list", **changes):
    told = {"title": "公示名单", "operator": desk.preparer, "request_id": new_request_id()} | changes
    return document_number.draw(desk.workspace, kind=kind, subject=subject, **told)


def void(desk, number, reason="文种有误", request_id=""):
    return document_number.void(
        desk.workspace,
        number_id=number.id,
        reason=reason,
        operator=desk.reviewer,
        request_id=request_id or new_request_id(),
    )


def test_numbers_are_counted_for_each_kind_and_year(desk):
    drawn = [str(draw(desk, f"batch:{place}")) for place in (1, 2)]
    assert drawn == ["晋算券〔2026〕1号", "晋算券〔2026〕2号"]
    assert str(draw(desk, "batch:1", kind="issue-notice")) == "晋算券〔2026〕1号"
    assert str(draw(desk, "provider:1", kind="letter", prefix="晋算券函")) == "晋算券函〔2026〕1号"
    desk.on(date(2027, 1, 4))
    assert str(draw(desk, "batch:9")) == "晋算券〔2027〕1号"
    assert desk.verified() == []


def test_a_document_keeps_its_number_however_often_it_asks(desk):
    first = draw(desk, "batch:1")
    records = desk.workspace.data_file.verify().records
    assert draw(desk, "batch:1", title="另一标题") == first
    assert desk.workspace.data_file.verify().records == records, "nothing was recorded"
    assert draw(desk, "batch:2", request_id="two") == draw(desk, "batch:2", request_id="two")


def test_a_void_number_stays_and_is_never_given_again(desk):
    first = draw(desk, "batch:1")
    voided = void(desk, first, request_id="void")
    assert (voided.void_reason, voided.voided_by, voided.voided_on) == ("文种有误", desk.reviewer.id, desk.today)
    assert void(desk, first, request_id="void") == voided
    with pytest.raises(RulesViolated, match="NUMBER number_void"):
        void(desk, first)
    second = draw(desk, "batch:1")
    assert (str(second), second.subject) == ("晋算券〔2026〕2号", "batch:1")
    register = desk.workspace.records().document_numbers
    assert [(one.sequence, bool(one.void_reason)) for one in register.all("publicity-list", 2026)] == [
        (1, True),
        (2, False),
    ]
    assert register.all("issue-notice") == []
    assert len(register.all()) == 2


def test_what_cannot_be_numbered_is_told(desk):
    with pytest.raises(InvalidInput, match="document_kind"):
        draw(desk, "batch:1", kind="公示")
    with pytest.raises(InvalidInput, match="text_missing"):
        draw(desk, " ")
    with pytest.raises(InvalidInput, match="text_missing"):
        void(desk, draw(desk, "batch:1"), reason=" ")
    with pytest.raises(NotFound):
        document_number.void(
            desk.workspace, number_id=99, reason="x", operator=desk.preparer, request_id=new_request_id()
        )
