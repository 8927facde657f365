"""Dialogs that decide something: by keyboard and mouse, the effect before the click, nothing lost after a no."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QWidget,
)

from voucher_app import i18n
from voucher_app.app import make_backups
from voucher_app.domain.errors import Violation, Weight
from voucher_app.domain.money import Money
from voucher_app.domain.operators import ACTS
from voucher_app.services import application as application_use_case
from voucher_app.services import certificate, printing, recipient, settlement, voucher
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.print_request import Request
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.recipient import UnitFacts
from voucher_app.settings import resources_folder
from voucher_app.ui import theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs import DIALOGS, USE_CASES, open_dialog, use_case_of
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.pages.providers import describe_provider
from voucher_app.ui.widgets.effect_panel import Effect

PATIENCE_MS = 5000


def is_gone(dialog):
    """Return whether a dialog was closed; it is deleted then."""
    return not shiboken6.isValid(dialog) or not dialog.isVisible()


class Front:
    """A desk with dialogs open on it, and the person who uses them."""

    def __init__(self, office, qtbot, operator):
        self.office, self.qtbot = office, qtbot
        self.told, self.bugs, self.dialogs = [], [], []
        # A window without a parent is Python's own, and garbage collection may run on a worker's thread.
        self.window = QWidget()
        self.desk = Desk(
            office.workspace,
            read_facts(office.workspace),
            operator=operator,
            year=2026,
            make_backups=make_backups,
        )
        self.desk.notified.connect(self.told.append)
        self.desk.runner.failed.connect(self.bugs.append)

    def open(self, name, /, **context):
        dialog = open_dialog(name, self.desk, self.window, **context)
        self.dialogs.append(dialog)
        dialog.activateWindow()
        self.qtbot.waitUntil(dialog.isActiveWindow)
        self.rest()
        return dialog

    def leave(self):
        """Close what is still open, and end the threads."""
        for dialog in self.dialogs:
            if not is_gone(dialog):
                dialog.reject()
        self.desk.runner.close()
        shiboken6.delete(self.window)
        shiboken6.delete(self.desk)

    def rest(self):
        """Let typing rest and everything come home."""
        self.qtbot.wait(theme.QUIET_MS + 50)
        assert self.desk.runner.wait_idle(PATIENCE_MS)
        assert not self.bugs

    def type(self, edit, text):
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(edit, event)

    def click(self, dialog):
        self.qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)

    def press(self, dialog, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.qtbot.keyClick(dialog.focusWidget() or dialog, key, modifier)

    def count(self, noun, *statuses):
        return getattr(self.office.queries, noun)(ListFilter(statuses=statuses)).count()


@pytest.fixture
def front(desk, qtbot):
    made = Front(desk, qtbot, desk.preparer)
    yield made
    made.leave()


@pytest.fixture
def reviewing(desk, qtbot):
    made = Front(desk, qtbot, desk.reviewer)
    yield made
    made.leave()


@pytest.fixture
def strict(strict_desk, qtbot):
    made = Front(strict_desk, qtbot, strict_desk.preparer)
    yield made
    made.leave()


def words_in(widget):
    QApplication.sendPostedEvents()  # what was put into a layout just now is shown by an event of its own
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def fill(front, dialog, *, amount="10000", contract_amount="100000", number="HT-1", holder=0):
    """Fill the application form as far as typing goes."""
    queries = front.office.queries
    unit = queries.recipient(front.office.recipients[holder], 2026).recipient.organisation
    for field, text in ((dialog.asked.recipient, unit.name), (dialog.asked.provider, "智算中心1")):
        field.control.setFocus()
        front.type(field.edit, text)
        front.qtbot.waitUntil(lambda: bool(dialog.findChildren(QListWidget)), timeout=PATIENCE_MS)
        front.qtbot.keyClick(field.edit, Qt.Key.Key_Return)
        front.qtbot.waitUntil(lambda: not dialog.findChildren(QListWidget), timeout=PATIENCE_MS)
    for field, text in (
        (dialog.asked.contract, number),
        (dialog.asked.signed_on, "2026-03-01"),
        (dialog.asked.contract_amount, contract_amount),
        (dialog.asked.requested, amount),
    ):
        field.control.setFocus()
        front.qtbot.keyClicks(field.edit, text)
    front.rest()


# ---------------------------------------------------------------------------------------------------- entry


def test_an_application_is_submitted_with_the_keyboard_alone(front):
    dialog = front.open("application_submit")
    assert dialog.focusWidget() is dialog.asked.recipient.edit
    fill(front, dialog)
    front.press(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    front.rest()
    assert front.count("applications", "submitted") == 1
    assert front.told == ["申领 1 已提交：10,000.00 元"]


def test_the_largest_amount_that_is_allowed_is_filled_in_by_one_click(front):
    dialog = front.open("application_submit")
    fill(front, dialog, contract_amount="500000", amount="")
    asked = dialog.asked.requested
    assert asked.offer.text() == "填入上限 ¥500,000.00"
    front.qtbot.mouseClick(asked.offer, Qt.MouseButton.LeftButton)
    front.rest()
    assert asked.text() == "500,000.00"
    assert asked.offer.isHidden(), "it stands there"
    assert not [each for each in dialog.effect.effect.violations if each.rule in {"R3", "R4"}]
    front.qtbot.keyClicks(asked.edit, "0")
    assert not asked.offer.isHidden()
    front.press(dialog, Qt.Key.Key_Return)
    assert dialog.focusWidget() is not asked.offer, "Enter goes past it"


def test_enter_goes_to_the_next_field_and_at_last_to_the_button(front):
    dialog = front.open("year_open")
    assert dialog.focusWidget() is dialog.amount.edit
    front.press(dialog, Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.document.edit
    front.press(dialog, Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.act_button
    assert dialog.isVisible()


def test_save_goes_to_the_first_error(front):
    dialog = front.open("application_submit")
    dialog.asked.signed_on.set_text("昨天")
    front.click(dialog)
    assert dialog.focusWidget() is dialog.asked.recipient.edit
    assert dialog.asked.recipient.message.is_error
    assert dialog.asked.requested.message.is_error
    assert dialog.asked.signed_on.text() == "昨天"
    assert front.count("applications") == 0
    assert dialog.act_button.isEnabled()


def test_a_double_click_acts_once(front):
    dialog = front.open("application_submit")
    fill(front, dialog)
    front.qtbot.mouseDClick(dialog.act_button, Qt.MouseButton.LeftButton)
    front.qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    front.rest()
    assert front.count("applications") == 1
    assert len(front.told) == 1


def test_the_same_request_again_returns_the_first_result(front):
    dialog = front.open("application_submit")
    fill(front, dialog)
    first, second = dialog.act(), dialog.act()
    assert first().id == second().id
    assert front.count("applications") == 1


def test_escape_asks_once_before_it_discards(front):
    dialog = front.open("year_open")
    front.qtbot.keyClicks(dialog.amount.edit, "5")
    front.press(dialog, Qt.Key.Key_Escape)
    front.rest()
    assert dialog.isVisible()
    assert "再按一次 Esc" in words_in(dialog)
    front.press(dialog, Qt.Key.Key_Escape)
    assert is_gone(dialog)


def test_escape_closes_at_once_when_nothing_was_typed(front):
    dialog = front.open("year_open")
    front.press(dialog, Qt.Key.Key_Escape)
    assert is_gone(dialog)


def test_an_application_for_a_known_unit_begins_with_that_unit(front):
    dialog = front.open("application_submit", uscc=front.office.recipients[1])
    assert dialog.asked.recipient.text() == "汾河大学"
    assert dialog.asked.provider.text() == ""


def test_the_next_year_is_offered_when_the_one_looked_at_is_open(front):
    assert front.open("year_open").year.text() == "2027"


def test_what_is_still_missing_is_named(front):
    dialog = front.open("year_open")
    words = words_in(dialog.effect)
    assert "年度发放总额" in words
    assert "文号" in words


def test_a_recipient_created_from_the_look_up_is_chosen(front):
    dialog = front.open("application_submit")
    code = demonstration_code("enterprise", 900)
    front.type(dialog.asked.recipient.edit, code)
    front.qtbot.waitUntil(lambda: bool(dialog.findChildren(QListWidget)), timeout=PATIENCE_MS)
    front.qtbot.keyClick(dialog.asked.recipient.edit, Qt.Key.Key_Return)
    inner = next(each for each in dialog.findChildren(DecisionDialog) if each.isVisible())
    assert inner.unit.uscc.value() == code
    front.rest()
    front.type(inner.unit.name.edit, "新晋算力有限公司")
    front.rest()
    front.click(inner)
    front.rest()
    assert dialog.asked.recipient.value() == code
    assert dialog.asked.recipient.text() == "新晋算力有限公司"


# ---------------------------------------------------------------------------------------------------- the effect


def test_the_effect_on_the_money_is_told_while_typing(front):
    dialog = front.open("application_submit")
    fill(front, dialog, amount="60000000", contract_amount="60000000")
    assert dialog.effect.effect.sentence == (
        "已发 0.00 万元，本次 6,000.00 万元，剩余 −1,000.00 万元：超出年度上限；发放时才计入"
    )
    dialog.asked.requested.control.setFocus()
    dialog.asked.requested.edit.selectAll()
    front.qtbot.keyClicks(dialog.asked.requested.edit, "100000")
    front.rest()
    assert dialog.effect.effect.sentence == "已发 0.00 万元，本次 10.00 万元，剩余 4,990.00 万元；发放时才计入"


def test_every_broken_rule_is_named_before_the_click_and_the_met_ones_too(strict):
    dialog = strict.open("application_submit")
    fill(strict, dialog, amount="2000000", contract_amount="5000000")
    assert {violation.rule for violation in dialog.effect.effect.violations} == {"R3", "R4"}
    words = words_in(dialog.effect)
    assert "2 条不符合" in words
    assert "R12 服务商在库" in words
    assert "1,000,000.00" in words


def test_a_stale_answer_is_dropped(front):
    dialog = front.open("year_open")
    slow, fast = Effect(sentence="旧"), Effect(sentence="新")
    answers = iter([lambda: slow, lambda: fast])
    dialog.look = lambda: next(answers)
    dialog._look_now()
    dialog._look_now()
    front.rest()
    assert dialog.effect.effect is fast


def test_an_answer_that_comes_after_closing_hurts_nobody(front):
    dialog = front.open("year_open")
    dialog.amount.set_text("5")
    dialog._look_now()
    dialog.reject()
    front.rest()


def test_a_refused_issuance_shows_r1_with_found_and_allowed(front):
    office = front.office
    one = office.approved(Money.yuan(30_000_000))
    two = office.approved(Money.yuan(25_000_000), holder=1)
    dialog = front.open("voucher_issue", application_ids=[one.id, two.id])
    violation = next(each for each in dialog.effect.effect.violations if each.rule == "R1")
    assert (violation.found, violation.allowed) == (55_000_000_00, 50_000_000_00)
    front.click(dialog)
    front.rest()
    words = words_in(dialog)
    assert "55,000,000.00" in words
    assert "50,000,000.00" in words
    assert "未保存" in words
    assert front.count("vouchers") == 0
    assert dialog.isVisible()


def test_the_year_through_the_window_to_the_last_fen_and_not_one_further(front, reviewing):
    """Issue all there is, meet the cap with one fen, void, and issue exactly what that freed."""
    office = front.office
    whole = office.approved(Money.yuan(50_000_000))
    dialog = front.open("voucher_issue", application_ids=[whole.id])
    front.click(dialog)
    front.rest()
    assert office.money().unissued.fen == 0
    one_fen = office.approved(Money(1), holder=1)
    dialog = front.open("voucher_issue", application_ids=[one_fen.id])
    assert [each.rule for each in dialog.effect.effect.violations] == ["R1"]
    front.click(dialog)
    front.rest()
    assert front.count("vouchers") == 1
    dialog.reject()
    number = office.queries.vouchers(ListFilter()).rows(0, 1)[0].number
    ending = reviewing.open("voucher_end", number=number, act="void")
    ending.reason.set_text("合同解除")
    reviewing.rest()
    reviewing.click(ending)
    reviewing.rest()
    assert office.money().unissued == Money.yuan(50_000_000)
    dialog = front.open("voucher_issue", application_ids=[one_fen.id])
    front.click(dialog)
    front.rest()
    assert office.money().unissued.fen == 5_000_000_000 - 1


def test_issuing_all_approved_says_which_numbers(front):
    for holder in range(3):
        front.office.approved(Money.yuan(10_000), holder=holder)
    dialog = front.open("voucher_issue", application_ids=None)
    assert "30,000.00" in words_in(dialog)
    front.click(dialog)
    front.rest()
    assert front.count("vouchers") == 3
    assert "SX-2026-000001-4" in front.told[0]
    assert "30,000.00" in front.told[0]


def test_who_prepared_it_is_told_before_the_click_that_another_person_decides(front):
    one = front.office.submit(Money.yuan(10_000))
    dialog = front.open("application_decide", application_ids=[one.id], act="approve")
    assert {each.rule for each in dialog.effect.effect.violations} == {"R23"}
    front.click(dialog)
    front.rest()
    assert front.count("applications", "approved") == 0
    assert dialog.isVisible()


def test_another_person_approves_several_at_once(reviewing):
    ids = [reviewing.office.submit(Money.yuan(10_000), holder=holder).id for holder in range(3)]
    dialog = reviewing.open("application_decide", application_ids=ids, act="approve")
    assert not dialog.effect.effect.violations
    reviewing.click(dialog)
    reviewing.rest()
    assert reviewing.count("applications", "approved") == 3


def test_several_are_refused_with_one_reason(reviewing):
    ids = [reviewing.office.submit(Money.yuan(10_000), holder=holder).id for holder in range(2)]
    dialog = reviewing.open("application_decide", application_ids=ids, act="refuse")
    reviewing.click(dialog)
    assert dialog.focusWidget() is dialog.reason.edit
    reviewing.type(dialog.reason.edit, "合同与算力无关")
    reviewing.click(dialog)
    reviewing.rest()
    assert reviewing.count("applications", "refused") == 2


def test_a_rule_that_asks_for_a_reason_gets_one_that_is_recorded(strict):
    office = strict.office
    code = demonstration_code("enterprise", 901)
    recipient.add(
        office.workspace,
        unit=UnitFacts("同号有限公司", code, "140100", phone="0351-0000001"),
        kind="enterprise",
        operator=office.preparer,
        request_id="same-phone",
    )
    office.recipients = (*office.recipients, code)
    dialog = strict.open("application_submit")
    fill(strict, dialog, holder=4)
    assert dialog.reason.isVisible()
    strict.click(dialog)
    assert dialog.focusWidget() is dialog.reason.edit
    strict.type(dialog.reason.edit, "号码为园区总机")
    strict.click(dialog)
    strict.rest()
    assert office.queries.application(1).application.reason == "号码为园区总机"


def test_the_auditor_is_told_that_his_role_changes_nothing(desk, qtbot):
    front = Front(desk, qtbot, desk.auditor)
    one = desk.issued(Money.yuan(10_000))
    dialog = front.open("voucher_switch", number=str(one.number), act="freeze")
    assert {each.rule for each in dialog.effect.effect.violations} == {"ROLE"}
    front.leave()


def test_each_role_is_told_before_what_is_not_for_it(desk, qtbot):
    claim = desk.claim(desk.issued(Money.yuan(10_000)).number, Money.yuan(100))
    for person, name, context in (
        (desk.finance, "redemption_decide", {"redemption_id": claim.id, "act": "verify"}),
        (desk.finance, "voucher_end", {"number": "SX-2026-000001-4", "act": "void"}),
        (desk.reviewer, "redemption_claim", {"number": "SX-2026-000001-4"}),
    ):
        front = Front(desk, qtbot, person)
        dialog = front.open(name, **context)
        violations = dialog.effect.effect.violations if dialog.effect.effect else []
        assert [each.facts["action"] for each in violations if each.rule == "ROLE"] or name == "redemption_claim"
        assert front.desk.refusal(use_case_of(name, context)).code == "role_may_not_act"
        front.leave()


def test_in_a_small_office_a_role_stands_in_for_another(desk, qtbot):
    claim = desk.claim(desk.issued(Money.yuan(10_000)).number, Money.yuan(100))
    desk.declare_small_office()
    front = Front(desk, qtbot, desk.finance)
    dialog = front.open("redemption_decide", redemption_id=claim.id, act="verify")
    assert [each.rule for each in dialog.effect.effect.violations if each.rule == "ROLE"] == []
    front.leave()


def test_every_dialog_that_decides_names_its_use_case():
    reads = {"archive_pack", "certificate_preview", "certificate_verify", "document_preview", "settlement_statement"}
    reads |= {"backup_restore", "backup_seal", "diagnostics", "drafts", "manual", "retention"}  # these record nothing
    reads |= {"pdf_signature", "policy_compare", "policy_export", "policy_simulate"}
    assert set(DIALOGS) - reads - {"step", "table_import"} == set(USE_CASES)
    acts = {"approve", "suspend", "verify", "void", "freeze"}
    for name, use_case in USE_CASES.items():
        assert any(use_case_of(name, {"act": act}) in ACTS for act in acts), use_case


# ---------------------------------------------------------------------------------------------------- after a no


def test_nothing_typed_is_lost_when_the_disk_is_full(front, monkeypatch):
    def full(*_arguments, **_facts):
        raise StorageError("disk_full", "/data/office.db")

    monkeypatch.setattr(application_use_case, "submit", full)
    dialog = front.open("application_submit")
    fill(front, dialog)
    front.click(dialog)
    front.rest()
    assert "磁盘" in words_in(dialog)
    assert dialog.asked.contract.text() == "HT-1"
    assert dialog.asked.requested.text() == "10,000.00"
    assert dialog.act_button.text() == "提交"


def test_a_mistake_of_ours_is_told_by_the_window_and_nothing_is_lost(front, monkeypatch):
    def broken(*_arguments, **_facts):
        raise ZeroDivisionError

    dialog = front.open("application_submit")
    fill(front, dialog)
    monkeypatch.setattr(application_use_case, "submit", broken)
    front.click(dialog)
    front.qtbot.waitUntil(lambda: bool(front.bugs), timeout=PATIENCE_MS)
    assert isinstance(front.bugs[0], ZeroDivisionError)
    assert "仍在" in words_in(dialog)
    assert dialog.isVisible()


def test_notes_stay_beside_what_was_refused():
    note = Violation("R1", "cap_exceeded", found=1, allowed=0, weight=Weight.NOTE)
    no = Violation("R3", "recipient_cap_exceeded", found=1, allowed=0)
    assert Effect(violations=[note]).refused_with([no]).violations == [no, note]


# ---------------------------------------------------------------------------------------------------- each decision


def test_a_year_is_opened_within_the_ceiling_only(front):
    dialog = front.open("year_open")
    dialog.year.set_text("2027")
    dialog.amount.set_text("50000000.01")
    dialog.document.set_text("晋财建〔2027〕1号")
    front.rest()
    assert [each.code for each in dialog.effect.effect.violations] == ["ceiling_exceeded"]
    front.click(dialog)
    front.rest()
    assert 2027 not in front.office.queries.years()
    dialog.amount.set_text("50000000")
    front.rest()
    front.click(dialog)
    front.rest()
    assert front.office.queries.year_money(2027).appropriation == Money.yuan(50_000_000)


def test_a_recipient_is_classed_by_its_code_until_a_person_says_otherwise(front):
    dialog = front.open("recipient_add")
    dialog.unit.uscc.set_text(demonstration_code("university", 902))
    assert dialog.kind.value() == "university"
    dialog.unit.name.set_text("桑干河大学")
    front.rest()
    front.click(dialog)
    front.rest()
    assert front.told == ["领用单位已登记：桑干河大学"]


def provider_step(office, code, icon):
    """Return a step as the panel of the provider offers it, to whoever may take it."""
    acts = describe_provider(office.workspace, code, office.reviewer).acts
    return next(act.context["step"] for act in acts if act.icon == icon)


def test_a_provider_is_registered_by_one_and_admitted_by_another(desk, qtbot):
    first, second = Front(desk, qtbot, desk.preparer), Front(desk, qtbot, desk.reviewer)
    code = demonstration_code("provider", 903)
    dialog = first.open("provider_add", name="晋北智算", uscc=code, region_code="140200")
    first.click(dialog)
    first.rest()
    own = first.open("step", step=provider_step(desk, code, "admit"))
    assert {each.rule for each in own.effect.effect.violations} == {"R23"}
    own.reject()
    other = second.open("step", step=provider_step(desk, code, "admit"))
    other.answers["until"].set_text("2026-12-31")
    second.rest()
    second.click(other)
    second.rest()
    assert desk.queries.provider(code).provider.admitted_until == date(2026, 12, 31)
    for each in (first, second):
        each.leave()


def test_a_provider_is_suspended_with_a_reason(reviewing):
    code = reviewing.office.providers[0]
    dialog = reviewing.open("step", step=provider_step(reviewing.office, code, "suspend"))
    reviewing.type(dialog.answers["reason"].edit, "机房检修")
    reviewing.click(dialog)
    reviewing.rest()
    assert reviewing.office.queries.provider(code).provider.status == "suspended"


def test_voiding_tells_how_much_goes_back(reviewing):
    one = reviewing.office.issued(Money.yuan(300_000))
    dialog = reviewing.open("voucher_end", number=str(one.number), act="void")
    assert dialog.effect.effect.sentence == "30.00 万元退回本年度额度；退回后剩余可发放 5,000.00 万元"
    reviewing.type(dialog.reason.edit, "单位申请")
    reviewing.click(dialog)
    reviewing.rest()
    assert reviewing.office.voucher(one.number).status == "voided"


def test_a_voucher_is_returned_frozen_and_unfrozen(reviewing):
    office = reviewing.office
    numbers = [str(office.issued(Money.yuan(10_000), holder=holder).number) for holder in range(2)]
    for name, number, act, status in (
        ("voucher_end", numbers[0], "return", "returned"),
        ("voucher_switch", numbers[1], "freeze", "frozen"),
        ("voucher_switch", numbers[1], "unfreeze", "usable"),
    ):
        dialog = reviewing.open(name, number=number, act=act)
        reviewing.type(dialog.reason.edit, "书面确认")
        reviewing.click(dialog)
        reviewing.rest()
        assert office.voucher(number).status == status


def test_a_claim_shows_the_limit_it_is_held_against(strict):
    one = strict.office.issued(Money.yuan(100_000))
    dialog = strict.open("redemption_claim", number=str(one.number))
    dialog.invoice_number.set_text("26142000000000000001")
    dialog.invoiced_on.set_text("2026-03-02")
    dialog.invoice_amount.set_text("200000")
    strict.rest()
    assert dialog.amount.offer.text() == "填入上限 ¥40,000.00"
    dialog.amount.set_text("50000")
    strict.rest()
    (limit,) = [row for row in dialog.effect.effect.derivation if row.binds]
    assert (limit.name, limit.value) == ("上限：支持金额（取舍后）", "4.0000")
    assert {each.rule for each in dialog.effect.effect.violations if each.weight == "block"} == {"R4"}
    dialog.amount.set_text("40000")
    strict.rest()
    assert {each.code for each in dialog.effect.effect.violations} == {"payment_not_told"}
    strict.click(dialog)
    strict.rest()
    assert strict.count("redemptions", "claimed") == 1


def test_a_reviewer_may_approve_less_and_never_more(reviewing):
    office = reviewing.office
    one = office.issued(Money.yuan(100_000))
    claim = office.claim(one.number, Money.yuan(40_000))
    dialog = reviewing.open("redemption_decide", redemption_id=claim.id, act="verify")
    assert dialog.approved.text() == "40,000.00"
    dialog.approved.set_text("40000.01")
    reviewing.rest()
    assert "approved_above_claim" in {each.code for each in dialog.effect.effect.violations}
    dialog.approved.set_text("30000")
    reviewing.rest()
    assert dialog.approved.offer.text() == "填入上限 ¥40,000.00"
    reviewing.click(dialog)
    reviewing.rest()
    assert office.queries.redemption(claim.id).redemption.approved == Money.yuan(30_000)


@pytest.mark.parametrize(("act", "status"), [("refuse", "refused"), ("reverse", "reversed")])
def test_a_claim_is_refused_or_a_redemption_reversed_with_a_reason(reviewing, act, status):
    office = reviewing.office
    claim = office.claim(office.issued(Money.yuan(100_000)).number, Money.yuan(40_000))
    if act == "reverse":
        office.verify(claim)
    dialog = reviewing.open("redemption_decide", redemption_id=claim.id, act=act)
    reviewing.type(dialog.reason.edit, "发票红冲")
    reviewing.click(dialog)
    reviewing.rest()
    assert office.queries.redemption(claim.id).redemption.status == status


# ---------------------------------------------------------------------------------------------------- certificates


def test_the_preview_shows_each_page_and_saves_what_it_shows(front, tmp_path):
    numbers = [str(front.office.issued(Money.yuan(10_000), holder=holder).number) for holder in range(2)]
    dialog = front.open("certificate_preview", numbers=numbers)
    front.rest()
    assert dialog.view.pages == 2
    front.qtbot.keyClick(dialog.view, Qt.Key.Key_PageDown)
    front.rest()
    assert dialog.page_number.text() == "2"
    dialog.view.step_zoom(1)
    front.rest()
    dialog.save_to_folder(tmp_path)
    front.rest()
    assert sorted(file.stem for file in tmp_path.glob("*.pdf")) == sorted(numbers)
    assert is_gone(dialog)


def test_a_second_print_shows_which_it_is_and_asks_why(front, tmp_path):
    number = str(front.office.issued(Money.yuan(10_000)).number)
    first = front.open("certificate_preview", numbers=[number])
    front.rest()
    assert first.reason.isHidden()
    first.save_to_file(tmp_path / "one.pdf")
    front.rest()
    dialog = front.open("certificate_preview", numbers=[number])
    front.rest()
    assert not dialog.reason.isHidden()
    with pypdfium2.PdfDocument(dialog._file) as document:
        assert "第2次打印" in document[0].get_textpage().get_text_bounded()
    dialog.save_to_file(tmp_path / "two.pdf")
    front.rest()
    assert not (tmp_path / "two.pdf").exists()
    front.type(dialog.reason, "原件遗失")
    dialog.save_to_file(tmp_path / "two.pdf")
    front.rest()
    assert (tmp_path / "two.pdf").exists()
    prints = front.office.queries.copies("certificate", "voucher:1")
    assert [(one.copy, one.reason, one.printed_by) for one in prints] == [(2, "原件遗失", "张经办"), (1, "", "张经办")]


def test_the_preview_says_why_a_folder_cannot_be_written(front, tmp_path):
    number = str(front.office.issued(Money.yuan(10_000)).number)
    dialog = front.open("certificate_preview", numbers=[number])
    (tmp_path / "gone").write_text("a file where a folder should be")
    dialog.save_to_folder(tmp_path / "gone")
    front.rest()
    assert dialog.isVisible()
    assert "gone" in words_in(dialog)


def test_a_certificate_is_checked_by_its_text(front):
    number = str(front.office.issued(Money.yuan(10_000)).number)
    text = certificate.facts_of(front.office.workspace, [number])[0].qr_text
    dialog = front.open("certificate_verify")
    front.type(dialog.text, text)
    front.rest()
    assert number in words_in(dialog)
    assert "真实有效" in words_in(dialog)
    voucher.void(
        front.office.workspace, number=number, reason="核对", operator=front.office.reviewer, request_id="void-it"
    )
    dialog.check_text()
    front.rest()
    assert "作废" in words_in(dialog)
    dialog.text.setPlainText(text[:-3])
    front.rest()
    assert "无法识读" in words_in(dialog)


def test_a_file_without_a_code_is_told_as_such(front, tmp_path):
    picture = tmp_path / "leer.png"
    dialog = front.open("certificate_verify")
    assert dialog.grab().save(str(picture))
    dialog.check_file(picture)
    front.rest()
    assert "leer.png" in words_in(dialog)


def test_the_page_for_providers_is_saved_and_a_file_of_somebody_else_is_not_replaced(front, tmp_path):
    dialog = front.open("certificate_verify")
    dialog.write_verifier(tmp_path / "verify.html")
    front.rest()
    assert "Content-Security-Policy" in (tmp_path / "verify.html").read_text(encoding="utf-8")
    assert "未保存" not in words_in(dialog)
    (tmp_path / "notes.html").write_text("mine", encoding="utf-8")
    dialog.write_verifier(tmp_path / "notes.html")
    front.rest()
    assert "notes.html" in words_in(dialog)
    assert (tmp_path / "notes.html").read_text(encoding="utf-8") == "mine"


# ---------------------------------------------------------------------------------------------------- all of them


def a_step(number):
    """Return a step as pages declare it."""
    return Step(
        title="退券",
        purpose="未使用的券退回本年度",
        act=lambda workspace, operator, request_id, answers: voucher.return_voucher(
            workspace, number=number, reason=answers["reason"], operator=operator, request_id=request_id
        ),
        told=str,
        questions=(
            Question("day", "日期", Kind.DAY),
            Question("amount", "金额", Kind.AMOUNT, is_beside=True),
            Question("document", "文号", required=False),
            Question("choice", "方式", Kind.CHOICE, choices=(("a", "甲"), ("b", "乙"))),
            Question("reason", "原因", Kind.REASON),
        ),
    )


def contexts(office):
    one, two = office.issued(Money.yuan(10_000)), office.submit(Money.yuan(10_000), holder=1)
    office.redeemed(one.number, Money.yuan(500))
    (drafted,) = settlement.draft(office.workspace, until=office.today, operator=office.preparer, request_id="draft")
    claim = office.claim(one.number, Money.yuan(1_000))
    number = str(one.number)
    later = office.open_batch(model="C")
    returned = office.step("return", office.reimburse(Money.yuan(10_000), holder=2, batch_id=later.id))
    begun, _pages = printing.begin_on_printer(
        office.workspace,
        certificate.draw_of(office.workspace, [number]),
        printer="测试打印机",
        request=Request(office.preparer, "print"),
    )
    return {
        "application_correct": {"application_id": returned.id},
        "application_decide": {"application_ids": [two.id], "act": "approve"},
        "application_reimburse": {},
        "application_submit": {},
        "archive_pack": {"number": number},
        "certificate_preview": {"numbers": [number]},
        "certificate_verify": {},
        "document_preview": {"kind": "application-form", "subject": f"application:{two.id}"},
        "backup_restore": {"facts": make_backups().facts(office.workspace.data_file.path)},
        "backup_seal": {},
        "diagnostics": {},
        "retention": {},
        "drafts": {},
        "manual": {},
        "pdf_signature": {"file": Path("算力券.pdf")},
        "policy_compare": {"first": "policy:1"},
        "policy_draft": {},
        "policy_export": {"key": "policy:1"},
        "policy_simulate": {"key": "preset:qingyang-style"},
        "print_out": {"job_id": begun.id, "title": "打印 1"},
        "provider_add": {},
        "recipient_add": {},
        "recovery_decide": {},
        "redemption_claim": {"number": ""},
        "redemption_decide": {"redemption_id": claim.id, "act": "verify"},
        "settlement_draft": {},
        "settlement_reconcile": {"settlement_id": drafted.id},
        "settlement_statement": {"settlement_id": drafted.id},
        "step": {"step": a_step(number)},
        "table_import": {"kind": "recipients", "act": "recipient.add"},
        "voucher_end": {"number": number, "act": "void"},
        "voucher_issue": {"application_ids": None},
        "voucher_switch": {"number": number, "act": "freeze"},
        "year_open": {},
    }


def test_every_dialog_has_a_test_of_its_own(desk):
    assert contexts(desk).keys() == DIALOGS.keys()


@pytest.mark.parametrize("name", sorted(DIALOGS))
def test_every_dialog_opens_without_blocking_and_every_control_has_a_name(front, name):
    dialog = front.open(name, **contexts(front.office)[name])
    assert dialog.isVisible()
    assert dialog.windowTitle()
    for kind in (QLineEdit, QPlainTextEdit, QComboBox, QAbstractButton):
        for control in dialog.findChildren(kind):
            if control.isVisibleTo(dialog) and not isinstance(control.parent(), QComboBox | QAbstractScrollArea):
                named = control.accessibleName() or (isinstance(control, QAbstractButton) and control.text())
                assert named or isinstance(control.parent(), QLineEdit), control
    dialog.reject()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_every_dialog_can_be_drawn_in_both_languages_and_themes(front, qapp, language, dark):
    told = contexts(front.office)
    i18n.set_language(language)
    theme.apply(qapp, dark=dark, resources=resources_folder())
    for name in sorted(DIALOGS):
        dialog = open_dialog(name, front.desk, front.window, **told[name])
        front.desk.runner.wait_idle(PATIENCE_MS)
        assert not dialog.grab().isNull()
        dialog.reject()
    front.rest()
