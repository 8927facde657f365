"""后补助 through its dialog: one form applies and claims, with the derivation beside it."""

from __future__ import annotations

import threading
from dataclasses import fields
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from voucher_app.domain.money import Money
from voucher_app.services.claim import ClaimedFacts, InvoiceFacts
from voucher_app.ui.dialogs.reimbursement import ApplicationReimburse, ReimbursementCorrect
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


@pytest.fixture
def returned(desk, later):
    used = {"service_from": date(2026, 1, 10), "service_until": date(2026, 2, 28), "paid_on": date(2026, 3, 1)}
    billed = [desk.invoice_facts(Money.yuan(yuan), **used) for yuan in (300_000, 200_000)]
    made = desk.reimburse(
        Money.yuan(100_000), batch_id=later.id, invoices=billed, price_item="GPU 卡时", unit_price=Money.yuan(10),
        contract_from=date(2026, 1, 1), contract_until=date(2026, 12, 31), other_support=Money(0),
    )  # fmt: skip
    return desk.step("return", made, reason="第二张发票金额有误")


@pytest.fixture
def correcting(qtbot, desk, returned, ui_desk):
    window = QWidget()
    qtbot.addWidget(window)
    made = ReimbursementCorrect(ui_desk, window, application_id=returned.id)
    made.show()
    settle(ui_desk)
    yield made
    window.close()


def test_a_returned_claim_leads_to_its_own_form(desk, returned):
    acts = {act.words: act for act in describe_application(desk.workspace, returned.id, desk.preparer).acts}
    again = acts["重新提交…"]
    assert (again.dialog, again.context, again.reasons) == ("application_correct", {"application_id": returned.id}, ())


def test_the_form_holds_what_was_handed_in_and_hands_it_in_corrected(qtbot, correcting, desk, ui_desk, returned):
    assert correcting._corrections().claimed == ClaimedFacts(
        tuple(facts_of_invoice(one) for one in desk.queries.application(returned.id).claim.invoices),
        "GPU 卡时",
        Money.yuan(10),
    )
    told = []
    ui_desk.notified.connect(told.append)
    correcting.further[0].amount.set_text("250000")
    correcting.look_again()
    qtbot.wait(400)
    settle(ui_desk)
    assert correcting.effect.effect.violations == []
    assert correcting.effect.effect.derivation
    qtbot.mouseClick(correcting.act_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert told == [f"申领 {returned.id} 连同兑付申请已重新提交：100,000.00 元"]
    after = desk.queries.application(returned.id)
    assert [one.amount for one in after.claim.invoices] == [Money.yuan(300_000), Money.yuan(250_000)]
    assert (after.application.status, after.application.contract.begins_on) == ("submitted", date(2026, 1, 1))


def test_what_was_handed_in_comes_late_and_never_over_what_was_typed(qtbot, desk, ui_desk, returned):
    window, gate = QWidget(), threading.Event()
    qtbot.addWidget(window)
    ui_desk.runner.run(lambda: gate.wait(10), success=lambda _done: None)  # a long search holds the reading up
    made = ReimbursementCorrect(ui_desk, window, application_id=returned.id)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    contract = made.asked.contract
    contract.control.setFocus()
    qtbot.keyClicks(contract.control, "HT-9")
    gate.set()
    settle(ui_desk)
    assert contract.text() == "HT-9"
    assert made.asked.requested.text(), "what nobody typed is filled in"
    assert len(made.further) == 1
    made.close()
    window.close()


def facts_of_invoice(one):
    told = {item.name: getattr(one, item.name) for item in fields(one) if item.name != "key"}
    return InvoiceFacts(number=one.key, **told)


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
