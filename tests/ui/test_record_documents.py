"""文书 in the panels of records: looked at by one click, printed under the register, archived and checked again."""

from __future__ import annotations

import openpyxl
import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from voucher_app.services import archive, document, printing, settlement
from voucher_app.services.print_request import Request
from voucher_app.services.queries.lists import ListFilter
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.dialogs.archive_pack import ArchivePack
from voucher_app.ui.dialogs.certificate_check import BigVerdict, CertificateCheck
from voucher_app.ui.dialogs.documents import DocumentPreview
from voucher_app.ui.dialogs.print_out import PrintOut
from voucher_app.ui.pages.list_documents import ListDocuments
from voucher_app.ui.pages.settlements import SettlementList
from voucher_app.ui.widgets.effect_panel import SignedLine

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def look(window, rest):
    """Go to a record by page and key, as a link does; return the list with its panel."""

    def go(page, key):
        window.desk.go(page, key=key)
        rest()
        found = window.page(page.partition(".")[0])
        return found.current() if hasattr(found, "current") else found

    return go


def spot_of(body, words):
    """Return where a word of the facts stands, scrolled into view."""
    found = body.document().find(words)
    assert not found.isNull(), body.toPlainText()
    found.setPosition(found.selectionStart() + 1)
    body.setTextCursor(found)
    body.ensureCursorVisible()
    return body.cursorRect(found).center()


def click(qtbot, panel, words):
    """Click a link of the panel by the mouse."""
    at = spot_of(panel.body, words)
    assert panel.body.anchorAt(at), f"{words} leads nowhere"
    qtbot.mouseClick(panel.body.viewport(), _LEFT, pos=at)


def opened(window, kind):
    return next(one for one in window.findChildren(kind) if one.isVisible())


def text_of(file):
    with pypdfium2.PdfDocument(file) as read:
        return "".join(page.get_textpage().get_text_bounded() for page in read)


def push(qtbot, place, words):
    (button,) = [one for one in place.findChildren(QPushButton) if one.isVisible() and one.text().startswith(words)]
    qtbot.mouseClick(button, _LEFT)


def said(dialog):
    return " ".join(one.accessibleName() for one in dialog.findChildren(SignedLine) if one.isVisible())


def lines(panel):
    """Return the papers of a panel: words, how often printed or that it is not possible, and why."""
    return {one.value: (one.label, one.note) for one in panel.details.documents}


def test_a_paper_is_looked_at_by_one_click_saved_registered_and_asks_why_when_it_is_printed_again(
    window, busy_office, look, qtbot, rest, tmp_path
):
    application = busy_office["waiting"][0]
    page = look("applications", application.id)
    assert lines(page.panel)["申领申请表"] == ("未印", "")
    label, why = lines(page.panel)["受理通知书"]
    assert label == "暂不可印"
    assert "没有受理记录" in why
    assert not page.panel.body.anchorAt(spot_of(page.panel.body, "受理通知书"))
    click(qtbot, page.panel, "申领申请表")
    rest()
    preview = opened(window, DocumentPreview)
    assert application.contract.number in text_of(preview._file)
    assert document.possible(window.desk.workspace, f"application:{application.id}")[0].copies == 0, "only looked at"
    preview.save_to_file(tmp_path / "first.pdf")
    rest()
    assert lines(page.panel)["申领申请表"][0] == "已印 1 次"
    assert "第2次打印" not in text_of(tmp_path / "first.pdf").replace(" ", "")
    click(qtbot, page.panel, "申领申请表")
    rest()
    again = opened(window, DocumentPreview)
    again.save_to_file(tmp_path / "second.pdf")
    rest()
    assert again.reason.isVisible()
    assert not (tmp_path / "second.pdf").exists()
    assert "未打印：请填写重新打印的原因" in said(again)
    again.reason.setText("申请单位遗失")
    again.save_to_file(tmp_path / "second.pdf")
    rest()
    assert lines(page.panel)["申领申请表"][0] == "已印 2 次"
    assert "第2次打印" in text_of(tmp_path / "second.pdf").replace(" ", "")


def test_a_paper_is_come_to_and_opened_by_keys_alone(window, busy_office, look, qtbot, rest):
    page = look("redemptions", busy_office["claim"].id)
    page.panel.body.setFocus(Qt.FocusReason.TabFocusReason)
    for _step in range(20):
        qtbot.keyClick(page.panel.body, Qt.Key.Key_Tab)
        if page.panel.body.textCursor().selectedText() == "算力使用结算单":
            break
    qtbot.keyClick(page.panel.body, Qt.Key.Key_Return)
    rest()
    assert opened(window, DocumentPreview).windowTitle() == "算力使用结算单"


def test_every_panel_tells_the_papers_of_its_record(window, busy_office, desk, look, rest):
    (drafted,) = settlement.draft(desk.workspace, until=desk.today, operator=desk.preparer, request_id="draft")
    window.desk.runner.changed.emit()
    assert set(lines(look("vouchers", str(busy_office["part"].number)).panel)) == {"券面", "发放通知", "档案目录"}
    assert "核销单" in lines(look("redemptions", busy_office["claim"].id).panel)
    page = look("settlements", drafted.id)
    assert isinstance(page, SettlementList)
    assert lines(page.panel)["结算汇总表"][0] == "未印"
    assert lines(page.panel)["资金拨付表"][0] == "暂不可印"
    usccs = [row.uscc for row in desk.queries.providers(ListFilter()).rows(0, 1)]
    assert "移出服务商名录决定书" in lines(look("providers", usccs[0]).panel)
    ledger = look("ledger", "7")
    assert ledger.journal.panel.details.title == "日志 7", "a link to a record finds it by its number"
    assert lines(ledger.journal.panel)["封账凭证"][0] == "未印"
    window.desk.go("ledger.statement")
    rest()
    told = lines(ledger.statement.panel)
    assert {"算力券台账", "年度报告", "绩效自评表", "年度关账说明", "封账凭证", "季报 · 2026年第一季度"} <= set(told)
    assert told["年度关账说明"][0] == "暂不可印"


def test_the_statement_of_one_payee_is_looked_at_from_the_statements(window, busy_office, desk, qtbot, rest):
    (drafted,) = settlement.draft(desk.workspace, until=desk.today, operator=desk.preparer, request_id="draft")
    settlement.confirm(desk.workspace, settlement_id=drafted.id, operator=desk.reviewer, request_id="confirm")
    statements = open_dialog("settlement_statement", window.desk, window, settlement_id=drafted.id)
    rest()
    push(qtbot, statements, "预览打印")
    rest()
    text = text_of(opened(window, DocumentPreview)._file)
    assert str(busy_office["part"].number) in text
    assert "30,000.00" in text


def test_a_report_of_the_year_opens_from_the_years_panel_and_is_saved_as_a_workbook(window, qtbot, rest, tmp_path):
    window.desk.go("ledger.statement")
    rest()
    click(qtbot, window.page("ledger").statement.panel, "绩效自评表")
    rest()
    preview = opened(window, DocumentPreview)
    assert "绩效自评表" in text_of(preview._file)
    push(qtbot, preview, "另存为表格")
    (asking,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
    asking.fileSelected.emit(str(tmp_path / "t.xlsx"))
    asking.close()
    rest()
    book = openpyxl.load_workbook(tmp_path / "t.xlsx", data_only=True)
    assert book.sheetnames == ["绩效指标", "要点", "正文", "说明"]
    assert book["要点"]["B2"].value == 50_000_000
    assert window.desk.workspace.queries.prints(ListFilter()).count() == 0


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)  # said for every menu offscreen
def test_ledgers_of_a_page_stand_in_its_menu_with_how_often_they_were_printed(window, desk, qtbot, rest):
    window.show_page("providers")
    rest()
    page = window.page("providers")
    (button,) = page.findChildren(ListDocuments)
    qtbot.mouseClick(button, _LEFT)
    rest()
    told = [act.text() for act in button.menu_shown.actions()]
    assert told == ["服务商入库名单：未印", "服务商台账：未印"]
    qtbot.keyClick(button.menu_shown, Qt.Key.Key_Down)
    qtbot.keyClick(button.menu_shown, Qt.Key.Key_Return)
    rest()
    assert opened(window, DocumentPreview).windowTitle() == "服务商入库名单"


# ---------------------------------------------------------------------------------------------------- archive packs


def packed(window, look, qtbot, rest, number, file):
    page = look("vouchers", number)
    push(qtbot, page.panel, "归档")
    rest()
    dialog = opened(window, ArchivePack)
    push(qtbot, dialog, "归档到文件")
    (asking,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
    asking.fileSelected.emit(str(file))
    asking.close()
    rest()


def checked(window, qtbot, rest, file):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F8)
    rest()
    check = opened(window, CertificateCheck)
    check.check_file(file)
    rest()
    (shown,) = [one for one in check.findChildren(BigVerdict) if one.isVisible()]
    check.done(0)
    return shown


def test_a_voucher_is_archived_from_its_panel_and_its_pack_checked_where_certificates_are(
    window, busy_office, look, qtbot, rest, tmp_path
):
    file = tmp_path / "卷.zip"
    packed(window, look, qtbot, rest, str(busy_office["part"].number), file)
    assert "已归档" in window.status.words.text()
    assert archive.verify(window.desk.workspace, file=file).code == "good"
    assert checked(window, qtbot, rest, file).word.text() == "完好"
    whole = file.read_bytes()
    changed = tmp_path / "changed.zip"
    place = whole.index("目录.xml".encode()) + 200
    changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    assert checked(window, qtbot, rest, changed).word.text() == "不符"


def test_a_pack_takes_the_place_of_no_other_file_and_a_stopped_one_leaves_nothing(
    window, busy_office, look, qtbot, rest, tmp_path, monkeypatch
):
    file = tmp_path / "卷.zip"
    file.write_bytes(b"somebody's")
    packed(window, look, qtbot, rest, str(busy_office["part"].number), file)
    dialog = opened(window, ArchivePack)
    assert "已经存在，不会覆盖" in said(dialog)
    assert file.read_bytes() == b"somebody's"
    monkeypatch.setattr(dialog.progress, "tell", lambda _done, _total: False)
    dialog.pack(tmp_path / "another.zip")
    rest()
    assert "已停止" in said(dialog)
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".zip"] == ["卷.zip"]


def test_the_year_is_archived_from_its_panel(window, qtbot, rest, tmp_path):
    window.desk.go("ledger.statement")
    rest()
    push(qtbot, window.page("ledger").statement.panel, "归档")
    rest()
    dialog = opened(window, ArchivePack)
    dialog.pack(tmp_path / "2026.zip")
    rest()
    assert archive.verify(window.desk.workspace, file=tmp_path / "2026.zip").volume.startswith("2026")


# ---------------------------------------------------------------------------------------------------- cut short


@pytest.mark.parametrize("way", ["to do", "status line"])
def test_a_print_without_an_end_is_told_at_the_start_and_led_to(window, busy_office, desk, qtbot, rest, way):
    assert not window.status.prints.isVisible()
    wanted = [document.order(desk.workspace, "application-form", f"application:{busy_office['waiting'][0].id}")]
    drawn = document.draw_of(desk.workspace, wanted)
    job, _pages = printing.begin_on_printer(desk.workspace, drawn, printer="甲", request=Request(desk.preparer, "cut"))
    window.desk.runner.changed.emit()
    window.show_page("overview")
    rest()
    if way == "to do":
        push(qtbot, window.page("overview").to_do, "待了结打印 1")
    else:
        qtbot.mouseClick(window.status.prints, _LEFT)
    rest()
    prints = window.page("ledger").prints
    assert prints.isVisible()
    assert [row.id for row in prints.source(ListFilter()).rows(0, 9)] == [job.id]
    prints.view.select_position(0)
    rest()
    push(qtbot, prints.panel, "登记打印结果")
    opened(window, PrintOut)
