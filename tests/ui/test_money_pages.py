"""Settlements, recoveries, claims with all their evidence, and the year's close, through the real window."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from voucher_app.domain.money import Money
from voucher_app.services import recovery, settlement, year
from voucher_app.services.imports.reading import Columns
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.queries.year import CapChangeRow
from voucher_app.ui import theme
from voucher_app.ui.dialogs.statement import statement_text as statement_of_a_payee
from voucher_app.ui.dialogs.table_import import TableImport
from voucher_app.ui.pages.settlement_lines import LinesOf
from voucher_app.ui.pages.settlements import SettlementList, SettlementsPage
from voucher_app.ui.pages.year_statement import statement_text

PATIENCE_MS = 10_000


class Hand:
    """The mouse and the keys of whoever works in the window."""

    def __init__(self, window, desk, qtbot, settled):
        self.window, self.desk, self.qtbot, self.settled = window, desk, qtbot, settled
        self.told = []
        window.desk.notified.connect(self.told.append)

    def rest(self):
        self.qtbot.wait(theme.QUIET_MS + 50)
        self.settled()

    def work_as(self, operator):
        place = [person.id for person in self.window.desk.facts.operators].index(operator.id)
        self.window.operators.setCurrentIndex(place)
        self.window.operators.activated.emit(place)
        self.settled()

    def front(self):
        """Bring the window to the front: a shortcut goes to the active window only."""
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)

    def page(self, tab="settlements-list"):
        """Go to 结算 by its key, and to one of its lists by its tab."""
        self.front()
        self.qtbot.keyClick(self.window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
        self.settled()
        page = self.window.page("settlements")
        assert isinstance(page, SettlementsPage)
        assert self.window.current_page() == "settlements"
        place = [one.name for one in page.lists].index(tab)
        self.qtbot.mouseClick(page.tabs, Qt.MouseButton.LeftButton, pos=page.tabs.tabRect(place).center())
        self.settled()
        return page.current()

    def choose(self, shown, key):
        shown.view.select_position(shown.model.position_of(key))
        self.settled()
        return shown.panel.details

    def press(self, shown, words):
        """Press a button of the panel; return the dialog that opens, if one does."""
        found = [one for one in shown.panel.buttons() if one.text().startswith(words)]
        assert found, [(act.words, act.reasons) for act in shown.panel.details.acts]
        (button,) = found[:1]
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.rest()
        return self.dialog()

    def dialog(self):
        opened = [one for one in self.window.findChildren(QDialog) if one.isVisible()]
        if not opened:
            return None
        opened[-1].activateWindow()
        self.rest()
        return opened[-1]

    def act(self, dialog):
        self.qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
        self.settled()
        self.rest()


@pytest.fixture
def hand(window, desk, qtbot, settled):
    return Hand(window, desk, qtbot, settled)


def words(panel):
    return panel.body.toPlainText()


def lines_of(desk, settlement_id):
    source = desk.queries.settlement_lines(settlement_id, ListFilter(sort="id", descending=False))
    return source.rows(0, source.count())


def paid_settlement(desk, *amounts, receipt="HD-1"):
    """Verify, settle and pay on one voucher of the second unit."""
    number = desk.issued(Money.yuan(200_000), holder=3).number
    for amount in amounts:
        desk.redeemed(number, Money.yuan(amount))
    (drafted,) = settlement.draft(desk.workspace, until=desk.today, operator=desk.preparer, request_id="d")
    settlement.confirm(desk.workspace, settlement_id=drafted.id, operator=desk.reviewer, request_id="c")
    settlement.disburse(
        desk.workspace, settlement_id=drafted.id, receipt=receipt, operator=desk.finance, request_id="p"
    )
    return drafted


# ---------------------------------------------------------------------------------------------------- settlements


def test_what_was_verified_is_drafted_confirmed_by_another_person_and_paid(hand, desk):
    desk.redeemed(desk.issued(Money.yuan(90_000), holder=3).number, Money.yuan(12_000))
    shown = hand.page()
    assert "还没有结算单" in shown.empty.sentence.text()
    hand.qtbot.mouseClick(shown.empty.button, Qt.MouseButton.LeftButton)
    hand.rest()
    dialog = hand.dialog()
    told = dict(dialog.effect.effect.facts)
    assert (told["明细"], told["金额（元）"]) == ("2", "42,000.00")
    assert Money.parse(told["省级承担（元）"]) + Money.parse(told["市级承担（元）"]) == Money.yuan(42_000)
    hand.act(dialog)
    assert hand.told[-1] == "已生成结算单 1"
    details = shown.panel.details
    assert (details.title, details.status, details.figure) == ("结算单 1", ("settlement", "draft"), "¥42,000.00")
    reasons = {act.words: act.reasons for act in details.acts}
    assert reasons["复核 …"], "who drafted it may not confirm it"
    assert hand.window.sidebar.buttons["settlements"].waiting == 1

    hand.work_as(desk.reviewer)
    dialog = hand.press(shown, "复核")
    assert "R23" in dialog.effect.effect.rules
    assert not dialog.effect.effect.is_refused
    hand.act(dialog)
    assert desk.queries.settlement(1).settlement.status == "confirmed"

    hand.work_as(desk.finance)
    before = desk.money()
    dialog = hand.press(shown, "拨付")
    dialog.answers["receipt"].set_text("HD-2026-1")
    hand.rest()
    moved = [row for row in dialog.effect.effect.rows if row.after != row.before]
    assert {row.name: (row.after - row.before).fen for row in moved} == {"已拨付": 4_200_000, "待拨付": -4_200_000}
    assert desk.money() == before
    hand.act(dialog)
    assert desk.money().disbursed == Money.yuan(42_000)
    assert shown.panel.details.status == ("settlement", "disbursed")
    assert hand.window.sidebar.buttons["settlements"].waiting == 0


def test_a_banks_file_with_other_heads_is_taken_in_column_by_column(hand, desk, tmp_path):
    paid = paid_settlement(desk, 1_000)
    rows = lines_of(desk, paid.id)
    listed = [f"HD-1,{one.amount.in_yuan().replace(',', '')},{one.bank_account},{desk.today}" for one in rows]
    strange = tmp_path / "strange.csv"
    strange.write_text("\n".join(["凭据,数额,户号,记账日", *listed, "HD-9,abc,1,2026-01-01"]), encoding="utf-8")
    hand.work_as(desk.finance)
    shown = hand.page()
    hand.choose(shown, paid.id)
    dialog = hand.press(shown, "对账")
    dropped(dialog, strange)
    hand.rest()
    (page,) = dialog.findChildren(TableImport)
    assert {one.key for one in page.kind.columns if one.is_needed} == set(page.found.missing)
    page._columns_chosen(Columns({"receipt": 0, "amount": 1, "account": 2, "date": 3}, has_head=True))
    hand.rest()
    page.save()
    assert page.isVisible(), "one row has to be corrected first"
    strange.write_text("\n".join(["凭据,数额,户号,记账日", *listed]), encoding="utf-8")
    page.take_file(strange)
    hand.rest()
    page.save()
    hand.rest()
    assert {row[-1] for row in dialog.table.figures.rows} == {"一致"}
    assert desk.queries.settlement(paid.id).settlement.status != "reconciled", "the dialog decides, not the page"
    hand.act(dialog)
    assert desk.queries.settlement(paid.id).settlement.status == "reconciled"


def test_a_failed_payment_is_in_the_next_settlement(hand, desk):
    first = paid_settlement(desk, 1_000, 2_000)
    failed = lines_of(desk, first.id)[1]
    hand.work_as(desk.finance)
    shown = hand.page()
    hand.choose(shown, first.id)
    assert hand.press(shown, "明细") is None
    page = hand.window.page("settlements")
    lines = page.current()
    assert isinstance(lines, LinesOf)
    assert page.tabs.tabText(1) == "结算单 1 的明细"
    assert [lines.model.row_at(place).id for place in range(3)] == [one.id for one in lines_of(desk, first.id)]
    assert lines.panel.details.title == "结算单 1", "with no line chosen it tells of the settlement"
    details = hand.choose(lines, failed.id)
    assert details.title == f"明细 {failed.id}"
    dialog = hand.press(lines, "拨付失败")
    dialog.answers["reason"].set_text("账户已销户")
    hand.rest()
    hand.act(dialog)
    assert lines.panel.details.status == ("settlement-line", "failed")
    assert lines.panel.body.toPlainText().startswith("账户已销户")

    shown = hand.page()
    hand.front()
    hand.qtbot.keyClick(hand.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    hand.rest()
    dialog = hand.dialog()
    assert dict(dialog.effect.effect.facts)["金额（元）"] == failed.amount.in_yuan()
    hand.act(dialog)
    assert isinstance(shown, SettlementList)
    assert [one.redemption_id for one in lines_of(desk, 2)] == [failed.redemption_id]
    assert hand.window.page("settlements").tabs.tabText(1) == "结算单 2 的明细"


def test_a_line_is_taken_out_and_a_sample_told(hand, desk):
    desk.redeemed(desk.issued(Money.yuan(90_000), holder=3).number, Money.yuan(12_000))
    (drafted,) = settlement.draft(desk.workspace, until=desk.today, operator=desk.preparer, request_id="d")
    sampled = next(one for one in lines_of(desk, drafted.id) if one.is_sampled)
    shown = hand.page()
    hand.choose(shown, drafted.id)
    lines = hand.page("lines")
    hand.choose(lines, sampled.id)
    dialog = hand.press(lines, "抽查结果")
    dialog.answers["result"].set_text("用量一致")
    hand.rest()
    hand.act(dialog)
    assert "用量一致" in words(lines.panel)
    dialog = hand.press(lines, "移出")
    dialog.answers["reason"].set_text("发票待核")
    hand.rest()
    hand.act(dialog)
    assert {one.id: one.status for one in lines_of(desk, drafted.id)}[sampled.id] == "removed"
    assert desk.queries.redemption(sampled.redemption_id).redemption.status == "verified"


def dropped(dialog, file):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    point, none = QPointF(20, 20), Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(point.toPoint(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(dialog, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(dialog, QDropEvent(point, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none))


def test_the_banks_file_is_dropped_and_its_differences_stand_line_by_line(hand, desk, tmp_path):
    paid = paid_settlement(desk, 1_000, 2_000)
    rows = lines_of(desk, paid.id)
    amounts = [one.amount.in_yuan().replace(",", "") for one in rows]
    listed = [f"HD-1,{amount},{one.bank_account},{desk.today}" for amount, one in zip(amounts, rows, strict=True)]
    head = "回单号,金额,账号,日期"
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_text("\n".join([head, *listed[:-1]]), encoding="utf-8")
    right.write_text("\n".join([head, *listed]), encoding="gb18030")
    hand.work_as(desk.finance)
    shown = hand.page()
    hand.choose(shown, paid.id)
    dialog = hand.press(shown, "对账")
    hand.qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    assert "请先选择银行文件" in dialog.file_words.text()
    dropped(dialog, wrong)
    hand.rest()
    assert [row[-1] for row in dialog.table.figures.rows].count("一致") == len(rows) - 1
    assert f"文件中缺少：明细 {rows[-1].id}" in dialog.table.figures.rows[0][-1], "what differs stands first"
    assert dialog.effect.effect.is_refused
    dropped(dialog, tmp_path / "missing.csv")
    hand.rest()
    assert "missing.csv" in dialog.file_words.text()
    dropped(dialog, right)
    hand.rest()
    assert {row[-1] for row in dialog.table.figures.rows} == {"一致"}
    hand.act(dialog)
    assert desk.queries.settlement(paid.id).settlement.status == "reconciled"
    dialog = hand.press(shown, "关闭")
    hand.act(dialog)
    assert desk.queries.settlement(paid.id).settlement.status == "closed"


def test_a_payees_statement_is_shown_and_copied_as_text(hand, desk):
    paid = paid_settlement(desk, 1_000)
    shown = hand.page()
    hand.choose(shown, paid.id)
    dialog = hand.press(shown, "各单位结算单")
    assert "智算中心1" in dialog.text.toPlainText()
    assert "叁万壹仟元整" in dialog.text.toPlainText()
    hand.qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "收款方：智算中心1" in copied
    assert "\t1,000.00\t" in copied
    dialog.reject()


def test_what_is_copied_as_text_is_no_formula_to_a_spreadsheet(desk):
    paid = paid_settlement(desk, 1_000)
    payee = desk.queries.settlement(paid.id).payees[0]
    told = desk.queries.payee_statement(paid.id, payee.uscc)
    evil = replace(told, lines=(replace(told.lines[0], receipt_number="=1+1"),))
    assert "\t'=1+1\t" in statement_of_a_payee(evil, "厅")
    raised = CapChangeRow(1, Money(1), "=1+1", "", "proposed", "2026-03-02", "甲", "", "")
    year = replace(desk.queries.year_statement(2026, None), changes=(raised,))
    assert "\t'=1+1\t" in statement_text(year, "厅", is_past=False)


def test_a_payee_in_the_panel_leads_to_its_lines(hand, desk):
    paid = paid_settlement(desk, 1_000)
    shown = hand.page()
    hand.choose(shown, paid.id)
    payee = desk.queries.settlement(paid.id).payees[0]
    shown.panel.link_wanted.emit("settlements.lines", payee.uscc)
    hand.rest()
    lines = hand.window.page("settlements").current()
    assert isinstance(lines, LinesOf)
    assert lines.search.text() == payee.uscc
    assert {lines.model.row_at(place).payee_name for place in range(lines.model.rowCount())} == {payee.name}


# ---------------------------------------------------------------------------------------------------- recoveries


def test_a_payment_is_taken_back_from_the_redemption_and_comes_back_in_parts(hand, desk):
    paid = paid_settlement(desk, 3_000)
    line = lines_of(desk, paid.id)[-1]
    hand.work_as(desk.reviewer)
    hand.window.desk.go("redemptions", key=line.redemption_id)
    hand.rest()
    shown = hand.window.page("redemptions")
    assert shown.panel.details.title == f"兑付申请 {line.redemption_id}"
    assert "结算单 1" in words(shown.panel)
    dialog = hand.press(shown, "追回")
    assert dialog.amount.text() == "3,000.00"
    dialog.amount.set_text("3000.01")
    dialog.reason.set_text("用量虚报")
    dialog.ban.choose("policy")
    hand.rest()
    assert "recovery_exceeds_paid" in {one.code for one in dialog.effect.effect.violations}
    dialog.amount.set_text("2000")
    hand.rest()
    assert not dialog.effect.effect.violations
    hand.act(dialog)
    assert desk.queries.redemption(line.redemption_id).redemption.status == "recovering"
    assert "2,000.00 元，已到账 0.00 元" in words(shown.panel)

    hand.work_as(desk.finance)
    shown = hand.page("recoveries")
    details = hand.choose(shown, 1)
    assert details.figure == "¥2,000.00"
    assert "云冈数字有限公司" in words(shown.panel), "the ban names whom it bans"
    for amount, status in (("500", "decided"), ("1500", "received")):
        dialog = hand.press(shown, "登记到账")
        dialog.answers["amount"].set_text(amount)
        dialog.answers["receipt"].set_text(f"HK-{amount}")
        hand.rest()
        hand.act(dialog)
        assert desk.queries.recovery(1).recovery.status == status
    assert shown.panel.details.status == ("recovery", "received")
    assert "HK-1500" in words(shown.panel)


def test_an_overdue_recovery_says_so(hand, desk):
    paid = paid_settlement(desk, 3_000)
    facts = recovery.RecoveryFacts(lines_of(desk, paid.id)[0].redemption_id, Money.yuan(5), "重复开票")
    recovery.decide(desk.workspace, facts=facts, operator=desk.reviewer, request_id="r")
    hand.window.desk.workspace = desk.workspace.on(desk.today + timedelta(days=60))
    shown = hand.page("recoveries")
    hand.choose(shown, 1)
    assert "逾期" in shown.panel.body.toPlainText()


def test_only_what_was_paid_can_be_looked_up_for_a_recovery(hand, desk):
    paid = paid_settlement(desk, 3_000)
    hand.work_as(desk.reviewer)
    shown = hand.page("recoveries")
    hand.qtbot.mouseClick(shown.empty.button, Qt.MouseButton.LeftButton)
    hand.rest()
    dialog = hand.dialog()
    dialog.redemption.control.setFocus()
    dialog.redemption.look_up()
    hand.rest()
    numbers = {str(one.redemption_id) for one in lines_of(desk, paid.id)}
    assert {
        dialog.redemption._list.item(place).data(Qt.ItemDataRole.UserRole).key
        for place in range(dialog.redemption._list.count())
    } == numbers
    dialog.reject()


# ---------------------------------------------------------------------------------------------------- claims


def fill(dialog):
    dialog.invoice_number.set_text("26142000000000000001")
    dialog.invoiced_on.set_text("2026-03-02")
    dialog.invoice_amount.set_text("20000")
    dialog.amount.set_text("10000")


def test_a_claim_with_further_invoices_shows_its_arithmetic_and_the_limit_that_decides(hand, desk, busy_office):
    hand.window.show_page("redemptions")
    hand.settled()
    page = hand.window.page("redemptions")
    hand.qtbot.mouseClick(page.main_button, Qt.MouseButton.LeftButton)
    hand.rest()
    dialog = hand.dialog()
    number = str(busy_office["part"].number)
    dialog.voucher.set_text(number)
    dialog.voucher.look_up()
    hand.rest()
    hand.qtbot.keyClick(dialog.voucher.edit, Qt.Key.Key_Return)
    fill(dialog)
    hand.rest()
    assert not dialog.more.is_open
    assert not dialog.payment.is_open, "what is rare is closed at first"
    alone = {row.name: row.value for row in dialog.effect.effect.derivation}
    hand.qtbot.mouseClick(dialog.more.header, Qt.MouseButton.LeftButton)
    hand.qtbot.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    (further,) = dialog.further
    assert further.number.control.hasFocus()
    further.number.set_text("26142000000000000002")
    further.invoiced_on.set_text("2026-03-02")
    further.amount.set_text("30000")
    hand.rest()
    both = {row.name: row for row in dialog.effect.effect.derivation}
    assert alone["合格费用"] == "2.0000"
    assert both["合格费用"].value == "5.0000"
    assert [row.name for row in both.values() if row.binds], "one limit decides"
    assert sum(row.is_limit for row in both.values()) >= 3, "every limit is told"
    assert both["可兑付金额"].expression == "取各上限中的最小值"
    shown = [label.text() for label in dialog.effect.derivation.findChildren(type(dialog.effect.sentence))]
    assert "以此上限为准" in shown
    hand.act(dialog)
    claimed = desk.queries.redemptions(ListFilter(sort="id")).rows(0, 1)[0]
    found = desk.queries.redemption(claimed.id)
    assert [one.amount for one in found.redemption.invoices] == [Money.yuan(20_000), Money.yuan(30_000)]
    told = words(page.panel)
    assert "26142000000000000002" in told
    assert "按当前数据的计算过程（万元）" in told


def test_a_further_invoice_is_left_out_again_and_the_keyboard_goes_through_what_is_there(hand, busy_office):
    hand.window.show_page("redemptions")
    hand.settled()
    page = hand.window.page("redemptions")
    page.open("redemption_claim", number=str(busy_office["part"].number))
    hand.rest()
    dialog = hand.dialog()
    fill(dialog)
    dialog.more.open()
    for _time in range(2):
        dialog.add_invoice()
    first, second = dialog.further
    assert second.place.text() == "发票 3"
    first.remove_button.click()
    first.remove_button.click()  # a double click, as a random hand did: the first one had taken it out
    hand.rest()
    assert dialog.further == [second]
    assert second.place.text() == "发票 2"
    assert dialog.more.summary.text() == "另有 1 张发票"
    second.number.control.setFocus()
    order = []
    for _time in range(6):
        hand.qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        order.append(dialog.focusWidget())
    assert order[:3] == [second.invoiced_on.control, second.amount.control, second.part.header]
    assert order[3] is dialog.add_button, "what is closed is passed over"
    dialog.reject()
    dialog.reject()


def test_a_rule_that_asks_for_a_reason_gets_its_field_and_the_reviewer_sees_the_answer(hand, desk, busy_office):
    page = hand.window.page("redemptions")
    hand.window.show_page("redemptions")
    hand.settled()
    page.open("redemption_claim", number=str(busy_office["part"].number))
    hand.rest()
    dialog = hand.dialog()
    fill(dialog)
    hand.rest()
    assert dialog.reason.isHidden()
    dialog.payment.open()
    dialog.evidence.payer.set_text("代付有限公司")
    dialog.payment.header.click()
    hand.rest()
    assert not dialog.payment.is_open
    assert "付款方" in dialog.payment.summary.text()
    assert not dialog.reason.isHidden()
    assert dialog.reason.label.text() == "理由"
    hand.act(dialog)
    assert dialog.isVisible(), "it is not taken without the reason"
    dialog.reason.set_text("集团财务公司代付，附代付协议")
    hand.rest()
    hand.act(dialog)
    claimed = desk.queries.redemptions(ListFilter(sort="id")).rows(0, 1)[0]
    hand.work_as(desk.reviewer)
    hand.choose(page, claimed.id)
    assert "集团财务公司代付" in words(page.panel)
    dialog = hand.press(page, "核销")
    assert dialog.reason.isHidden(), "the preparer answered it"
    assert [row.name for row in dialog.effect.effect.derivation if row.is_result] == ["可兑付金额"]
    hand.act(dialog)
    assert "核销时的计算过程（万元）" in words(page.panel)
    assert "已书面说明" in words(page.panel)


def test_a_fault_in_a_closed_part_opens_it(hand, busy_office):
    page = hand.window.page("redemptions")
    hand.window.show_page("redemptions")
    hand.settled()
    page.open("redemption_claim", number=str(busy_office["part"].number))
    hand.rest()
    dialog = hand.dialog()
    fill(dialog)
    dialog.evidence.paid.set_text("一千")
    hand.rest()
    hand.act(dialog)
    assert dialog.payment.is_open
    assert dialog.evidence.paid.control.hasFocus()
    assert dialog.evidence.paid.message.is_error
    dialog.reject()
    dialog.reject()


# ---------------------------------------------------------------------------------------------------- the year


@pytest.fixture
def statement(hand):
    page = hand.window.page("ledger")
    hand.window.show_page("ledger")
    hand.settled()
    hand.qtbot.mouseClick(page.tabs, Qt.MouseButton.LeftButton, pos=page.tabs.tabRect(2).center())
    hand.rest()
    return page.statement


def figures(table):
    return dict(table.figures.rows)


def test_the_year_is_told_now_and_as_it_was_and_saved_as_a_workbook(hand, desk, statement, tmp_path):
    assert figures(statement.where)["年度发放总额"] == "50,000,000.00"
    assert figures(statement.moved)["已核销"] == "30,000.00"
    statement.day.set_text((desk.today - timedelta(days=1)).isoformat())
    hand.rest()
    assert "尚未开启" in statement.words.text()
    assert not statement.copy_button.isEnabled()
    hand.qtbot.mouseClick(statement.today_button, Qt.MouseButton.LeftButton)
    hand.rest()
    hand.qtbot.mouseClick(statement.copy_button, Qt.MouseButton.LeftButton)
    assert "年度发放总额\t50,000,000.00" in QGuiApplication.clipboard().text()
    hand.qtbot.mouseClick(statement.save_button, Qt.MouseButton.LeftButton)
    (asking,) = [one for one in hand.window.findChildren(QFileDialog) if one.isVisible()]
    asking.fileSelected.emit(str(tmp_path / "s.xlsx"))
    asking.close()
    hand.settled()
    book = openpyxl.load_workbook(tmp_path / "s.xlsx", data_only=True)
    assert len(book.sheetnames) == 4
    assert {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}["已核销"] == 30_000


def test_a_past_day_is_told_by_the_journal(hand, desk, statement):
    first = desk.today
    later = first + timedelta(days=9)
    hand.window.desk.workspace = desk.on(later).workspace
    desk.issued(Money.yuan(40_000), holder=3)
    hand.window.desk.runner.changed.emit()
    statement.day.set_text(later.isoformat())
    hand.rest()
    assert figures(statement.moved)["已发放"] == "240,000.00"
    statement.day.set_text(first.isoformat())
    hand.rest()
    assert figures(statement.moved)["已发放"] == "200,000.00"
    assert "历史日期" in statement.words.text()


def test_a_year_is_closed_with_its_closing_statement(hand, desk, statement):
    raising = next(act for act in statement.panel.details.acts if act.words.startswith("追加"))
    assert raising.reasons == ("已达全省上限。",), "it tells of no fen that nobody typed"
    dialog = hand.press(statement, "关闭年度")
    effect = dialog.effect.effect
    assert {one.code for one in effect.violations} == {
        "year_not_over", "applications_wait", "claims_wait", "payments_wait",
    }  # fmt: skip
    assert not effect.is_refused
    hand.act(dialog)
    hand.rest()
    assert desk.money().status == "closed"
    assert statement.heading.text() == "2026 年度结账报表"
    assert figures(statement.where)["未发放"] == "0.00"
    assert next(act for act in statement.panel.details.acts if act.words.startswith("关闭")).reasons
    raising = next(act for act in statement.panel.details.acts if act.words.startswith("追加"))
    assert len(raising.reasons) == 2, "the year is closed, too"


def test_a_raise_is_proposed_by_one_and_decided_by_another(make_desk, tmp_path, qtbot, settings):
    from tests.ui.conftest import RESOURCES, settle
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.first_look import read_facts
    from voucher_app.ui.main_window import MainWindow

    office = make_desk(tmp_path, amount=Money.yuan(40_000_000))
    front = Desk(office.workspace, read_facts(office.workspace), operator=office.preparer, settings=settings)
    window = MainWindow(RESOURCES, settings, dark=False)
    qtbot.addWidget(window)
    window.begin(front)
    window.show()
    settle(front)
    hand = Hand(window, office, qtbot, lambda: settle(front))
    front.go("ledger.statement")
    hand.rest()
    view = window.page("ledger").statement
    dialog = hand.press(view, "追加总额")
    dialog.answers["amount"].set_text("10000000.01")
    dialog.answers["document"].set_text("晋财〔2026〕31号")
    dialog.answers["reason"].set_text("申领超出预期")
    hand.rest()
    assert {one.code for one in dialog.effect.effect.violations} == {"ceiling_exceeded"}
    dialog.answers["amount"].set_text("1000000")
    hand.rest()
    hand.act(dialog)
    assert "晋财〔2026〕31号" in words(view.panel)
    assert all(act.reasons for act in view.panel.details.acts if act.words.startswith("批准追加")), "R23"
    hand.work_as(office.reviewer)
    hand.rest()
    dialog = hand.press(view, "批准追加")
    hand.act(dialog)
    assert office.money().appropriation == Money.yuan(41_000_000)
    assert figures(view.moved)["年中追加"] == "1,000,000.00"
    proposed = year.propose_raise(
        office.workspace, year=2026, amount=Money.yuan(5), document="x", reason="y", operator=office.preparer,
        request_id="p",
    )  # fmt: skip
    front.runner.changed.emit()
    hand.rest()
    dialog = hand.press(view, "不予追加")
    dialog.answers["reason"].set_text("资金未到位")
    hand.rest()
    hand.act(dialog)
    assert office.queries.cap_changes(2026)[-1].status == "refused"
    assert proposed.id == office.queries.cap_changes(2026)[-1].id
    front.runner.wait_idle(PATIENCE_MS)
    front.runner.close()


ENGLISH = re.compile(r"[A-Za-z]{3,}")
CODES = re.compile(r"SX-\S+|HD-\S+|HT-\S+|[0-9A-Z]{12,}|[0-9a-f]{8,}|CSV")


@pytest.mark.parametrize("tab", ["settlements-list", "lines", "recoveries"])
def test_no_english_is_left_on_the_page_of_settlements(hand, desk, tab):
    paid = paid_settlement(desk, 3_000)
    facts = recovery.RecoveryFacts(lines_of(desk, paid.id)[0].redemption_id, Money.yuan(5), "重复开票")
    recovery.decide(desk.workspace, facts=facts, operator=desk.reviewer, request_id="r")
    hand.window.desk.runner.changed.emit()
    hand.choose(hand.page(), paid.id)
    shown = hand.page(tab)
    shown.view.select_position(0)
    hand.settled()
    said = [words(shown.panel), shown.panel.title.text(), shown.search.placeholderText(), shown.filters.count.text()]
    said += [column.header for column in shown.model.columns]
    said += [text for act in shown.panel.details.acts for text in (act.words, *act.reasons)]
    assert not [text for text in said if ENGLISH.search(CODES.sub("", text))]
