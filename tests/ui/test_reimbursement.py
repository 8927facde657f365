"""后补助 through its dialog: one form applies and claims, with the derivation beside it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from voucher_app.domain.money import Money
from voucher_app.ui.dialogs.reimbursement import ApplicationReimburse
from voucher_app.ui.pages.applications import describe_application
from voucher_app.ui.pages.batches import describe_batch
from voucher_app.ui.widgets.look_up_field import Hit

from .conftest import settle


@pytest.fixture
def later(desk):
    desk.check_credit()
    return desk.open_batch(model="C", name="后补助第一批")


@pytest.fixture
def dialog(qtbot, desk, later, ui_desk):
    desk.open_batch(model="A", name="抵扣批")
    window = QWidget()
    qtbot.addWidget(window)
    made = ApplicationReimburse(ui_desk, window, uscc=desk.recipients[0], batch_id=later.id)
    made.show()
    settle(ui_desk)
    yield made
    window.close()  # kept until here: the dialog belongs to it


def fill(qtbot, dialog, ui_desk, desk, **changes):

    dialog.asked.provider.take(Hit("智算中心1", desk.providers[0], desk.providers[0]))
    told = {
        "contract": "HT-后补",
        "signed_on": "2026-01-05",
        "contract_amount": "500000",
        "requested": "100000",
        "invoice_number": "26140000000000000001",
        "invoiced_on": "2026-03-01",
        "invoice_amount": "500000",
        "service_from": "2026-01-10",
        "service_until": "2026-02-28",
    } | changes
    for name, text in told.items():
        getattr(dialog if hasattr(dialog, name) else dialog.asked, name).set_text(text)
    dialog.evidence.paid_on.set_text("2026-03-01")
    dialog.look_again()
    qtbot.wait(400)
    settle(ui_desk)


def words(details):
    return [fact.value for _head, facts in details.headed for fact in facts]


def test_only_batches_of_this_model_are_offered(dialog, later):
    box = dialog.asked.batch.box
    assert [box.itemData(place) for place in range(box.count())] == [str(later.id)]


def test_the_form_applies_and_claims_in_one_act(qtbot, dialog, desk, ui_desk):
    told = []
    ui_desk.notified.connect(told.append)
    fill(qtbot, dialog, ui_desk, desk)
    assert dialog.effect.effect.violations == []
    assert dialog.effect.effect.derivation
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert told == ["申领 1 连同兑付申请已提交：100,000.00 元"]
    made = desk.queries.application(1)
    assert made.claim.invoice.amount == Money.yuan(500_000)
    assert any("26140000000000000001" in text for text in words(describe_application(desk.workspace, 1, desk.reviewer)))


def test_what_a_rule_says_to_the_claim_is_told_before_the_click(qtbot, dialog, desk, ui_desk):
    fill(qtbot, dialog, ui_desk, desk, service_until="2026-03-31")
    assert [one.code for one in dialog.effect.effect.violations] == ["service_not_over"]


def test_a_batch_of_this_model_leads_to_the_form_and_another_does_not(desk, later):
    acts = {act.dialog: act for act in describe_batch(desk.workspace, later.id, desk.preparer).acts}
    assert acts["application_reimburse"].context == {"batch_id": later.id}
    assert acts["application_reimburse"].reasons == ()
    other = desk.open_batch(model="B")
    assert "application_reimburse" not in {
        act.dialog for act in describe_batch(desk.workspace, other.id, desk.preparer).acts
    }
    desk.close_batch(later)
    acts = {act.dialog: act for act in describe_batch(desk.workspace, later.id, desk.preparer).acts}
    assert acts["application_reimburse"].reasons
