"""Papers in the window: looked at, searched, saved, sent to a printer, registered, and brought to an end."""

from __future__ import annotations

import threading

import pypdfium2
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog, QPushButton

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.domain.printing import PrintForm, PrintStatus
from voucher_app.services import certificate, print_ending, printing, reprinting
from voucher_app.services.print_request import Destination, Request
from voucher_app.ui import system_printer
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.dialogs.preview import PaperPreview
from voucher_app.ui.dialogs.print_out import PrintOut
from voucher_app.ui.system_printer import Offsets
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.page_search import find_in_pages
from voucher_app.ui.widgets.page_view import Fit

_LEFT, _CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
PRINTER = "测试打印机/甲"


@pytest.fixture
def paper(monkeypatch, tmp_path):
    """A printer whose paper is PDF files, one for each print."""
    files = []

    def open_printer(name):
        assert name == PRINTER
        made = QPrinter(QPrinter.PrinterMode.HighResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        files.append(tmp_path / f"paper-{len(files) + 1}.pdf")
        made.setOutputFileName(str(files[-1]))
        return made

    monkeypatch.setattr(system_printer, "open_printer", open_printer)
    monkeypatch.setattr(system_printer, "printer_names", lambda _settings: [PRINTER])
    return files


@pytest.fixture
def numbers(desk):
    return [str(desk.issued(Money.yuan(10_000), holder=holder).number) for holder in range(2)]


@pytest.fixture
def preview(window, numbers, rest):
    dialog = open_dialog("certificate_preview", window.desk, window, numbers=numbers)
    rest()
    dialog.activateWindow()
    return dialog


def test_a_preview_that_closes_while_it_is_drawn_tells_nobody_of_its_folder(window):
    begun, closed = threading.Event(), threading.Event()
    told = []
    window.desk.runner.failed.connect(told.append)

    def make_draw(_workspace):
        begun.set()
        closed.wait(10)
        raise FileNotFoundError(2, "No such file", "pages.pdf")

    dialog = PaperPreview(window.desk, window, title="预览", make_draw=make_draw, file_name="x")
    folder = dialog._file.parent
    dialog.show()
    assert begun.wait(10)
    shiboken6.delete(dialog)
    folder.mkdir()  # as it is for an instant, emptied and not removed yet
    closed.set()
    try:
        assert window.desk.runner.wait_idle(10_000)
        assert told == []
    finally:
        folder.rmdir()


def push(qtbot, place, words):
    (button,) = [one for one in place.findChildren(QPushButton) if one.isVisible() and one.text().startswith(words)]
    qtbot.mouseClick(button, _LEFT)


def jobs(desk):
    return desk.workspace.records().prints.open_jobs()


def opened(window, kind):
    return next(one for one in window.findChildren(kind) if one.isVisible())


def ink_of(file, page=0, *, scale=2.0):
    """Return the first column and row of a page that have ink, in millimetres."""
    with pypdfium2.PdfDocument(file) as document:
        picture = document[page].render(scale=scale, grayscale=True).to_pil().point(lambda dot: 255 * (dot < 128))
    left, top, _right, _bottom = picture.getbbox()
    return left / scale / 72 * 25.4, top / scale / 72 * 25.4


# ---------------------------------------------------------------------------------------------------- looking


def test_words_are_found_marked_and_gone_to(preview, qtbot, rest, numbers):
    preview.view.setFocus()
    qtbot.keyClick(preview, Qt.Key.Key_F, _CTRL)
    assert preview.search.edit.hasFocus()
    qtbot.keyClicks(preview.search.edit, numbers[1])
    before = preview.view._paper.pixmap().toImage()
    rest()
    assert preview.view.page == 1
    total = len(find_in_pages(preview._file, numbers[1]))
    assert total >= 1
    assert preview.search.count.text() == f"1/{total}"
    assert preview.view._paper.pixmap().toImage() != before
    preview.search.edit.selectAll()
    qtbot.keyClicks(preview.search.edit, "SHANXI-no-such-word")
    rest()
    assert preview.search.count.text() == "没有找到"
    qtbot.keyClick(preview.search.edit, Qt.Key.Key_Escape)
    rest()
    assert preview.search.count.text() == ""
    assert preview.isVisible()


def test_a_word_on_every_page_is_stepped_through_round_and_round(preview, qtbot, rest):
    preview.search.edit.setText("算力券")
    rest()
    hits = find_in_pages(preview._file, "算力券")
    assert {hit.page for hit in hits} == {0, 1}
    with pypdfium2.PdfDocument(preview._file) as document:
        text = document[hits[0].page].get_textpage()
        assert "算力券" in text.get_text_bounded(*hits[0].boxes[0])
    qtbot.keyClick(preview.search.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    rest()
    assert preview.search.count.text() == f"{len(hits)}/{len(hits)}"
    assert preview.view.page == 1
    qtbot.keyClick(preview.search.edit, Qt.Key.Key_Return)
    rest()
    assert (preview.search.count.text(), preview.view.page) == (f"1/{len(hits)}", 0)


def test_the_page_is_shown_whole_or_as_wide_as_the_window_or_as_on_paper(preview, qtbot, rest):
    whole = preview.view.scale_shown
    qtbot.keyClick(preview, Qt.Key.Key_2, _CTRL)
    rest()
    assert preview.view.zoom is Fit.WIDTH
    assert preview.zoom_box.currentText() == "适合宽度"
    assert preview.view.scale_shown >= whole
    qtbot.keyClick(preview, Qt.Key.Key_1, _CTRL)
    rest()
    assert preview.zoom_box.currentText() == "100 %"
    qtbot.keyClick(preview, Qt.Key.Key_0, _CTRL)
    rest()
    assert preview.view.scale_shown == pytest.approx(whole)


# ---------------------------------------------------------------------------------------------------- printing


def test_papers_go_to_the_printer_moved_by_its_shift_and_what_came_out_is_registered(
    preview, window, desk, paper, qtbot, rest, numbers, monkeypatch
):
    push(qtbot, preview, "打印")
    out = opened(window, PrintOut)
    out.right.edit.setText("3.5")
    out.down.edit.setText("-1.2")
    qtbot.mouseClick(out.send_button, _LEFT)
    rest()
    (job,) = jobs(desk)
    assert (job.form, job.target, job.items) == (PrintForm.PRINTER, PRINTER, 2)
    with pypdfium2.PdfDocument(paper[0]) as document:
        assert len(document) == 2
        assert document[0].get_size() == pytest.approx((841.89, 595.28), abs=0.5)
    put, meant = ink_of(paper[0]), ink_of(preview._file)
    assert put[0] - meant[0] == pytest.approx(3.5, abs=0.4)
    assert put[1] - meant[1] == pytest.approx(-1.2, abs=0.4)
    assert out.came_out.text() == "2"
    asked, finish = [], print_ending.finish
    monkeypatch.setattr(print_ending, "finish", lambda *given, **facts: (asked.append(1), finish(*given, **facts))[1])
    qtbot.mouseClick(out.tell_button, _LEFT)
    qtbot.mouseClick(out.tell_button, _LEFT)
    rest()
    assert len(asked) == 1, "a double click registers once"
    assert jobs(desk) == []
    copies = desk.queries.copies("certificate", desk.queries.print_job(job.id).papers[0].subject)
    assert [(one.copy, one.state) for one in copies] == [(1, "done")]
    assert system_printer.offsets_of(window.desk.settings, PRINTER) == Offsets(35, -12)
    assert not [one for one in window.findChildren(QDialog) if one.isVisible()]


def test_pages_that_jammed_are_sent_again_from_where_they_jammed(preview, window, desk, paper, qtbot, rest):
    push(qtbot, preview, "打印")
    out = opened(window, PrintOut)
    qtbot.mouseClick(out.send_button, _LEFT)
    rest()
    out.first.edit.setText("9")
    qtbot.mouseClick(out.send_button, _LEFT)
    rest()
    assert len(paper) == 1
    assert "1" in out.first.message.text()
    assert out.first.message.is_error
    out.first.edit.setText("2")
    qtbot.mouseClick(out.send_button, _LEFT)
    rest()
    with pypdfium2.PdfDocument(paper[1]) as document:
        assert len(document) == 1
    assert ink_of(paper[1]) == pytest.approx(ink_of(paper[0], 1), abs=0.2)
    out.came_out.edit.setText("1")
    qtbot.mouseClick(out.tell_button, _LEFT)
    rest()
    states = [one.state for one in desk.queries.print_job(1).papers]
    assert states == ["done", "spoilt"]


def test_printing_goes_by_keys_alone(preview, window, desk, paper, qtbot, rest):
    preview.view.setFocus()
    qtbot.keyClick(preview, Qt.Key.Key_P, _CTRL)
    out = opened(window, PrintOut)
    out.activateWindow()
    qtbot.waitUntil(out.isActiveWindow)
    out.printer.control.setFocus()
    qtbot.keyClick(out.printer.control, Qt.Key.Key_Return)
    assert out.focusWidget() is out.right.control, (out.focusWidget(), out.focusWidget().accessibleName())
    qtbot.keyClick(out.right.control, Qt.Key.Key_Return, _CTRL)
    rest()
    assert out.came_out.control.hasFocus()
    qtbot.keyClick(out.came_out.control, Qt.Key.Key_Return, _CTRL)
    rest()
    assert desk.queries.print_job(1).job.status is PrintStatus.DONE


def test_none_that_came_out_needs_a_reason_and_gives_the_print_up(preview, window, desk, paper, qtbot, rest):
    push(qtbot, preview, "打印")
    out = opened(window, PrintOut)
    qtbot.mouseClick(out.send_button, _LEFT)
    rest()
    out.came_out.edit.setText("0")
    qtbot.mouseClick(out.tell_button, _LEFT)
    rest()
    assert len(jobs(desk)) == 1
    out.why.set_text("打印机缺墨")
    qtbot.mouseClick(out.tell_button, _LEFT)
    rest()
    job = desk.queries.print_job(1).job
    assert (job.status, job.note) == (PrintStatus.CANCELLED, "打印机缺墨")


def test_a_stop_ends_the_pages_and_asks_what_came_out(preview, window, desk, paper, qtbot, rest):
    push(qtbot, preview, "打印")
    out = opened(window, PrintOut)
    out.print_now()
    out.reject()
    rest()
    assert out.isVisible()
    assert out.came_out.text() == "0"
    out.reject()
    rest()
    assert "打印登记" in window.status.words.text()
    assert [one.status for one in jobs(desk)] == [PrintStatus.BEGUN]


def test_of_papers_with_several_pages_a_stop_proposes_none_as_printed(
    window, busy_office, desk, paper, qtbot, rest, monkeypatch
):
    sheet = {"kind": "redemption-sheet", "subject": "redemption:1"}
    preview = open_dialog("document_preview", window.desk, window, **sheet)
    rest()
    assert (preview.view.pages, len(preview._drawing.papers)) == (2, 1)
    push(qtbot, preview, "打印")
    out = opened(window, PrintOut)
    put = system_printer.Spool.put

    def then_stop(spool, file, page):
        put(spool, file, page)
        out.progress._is_stopped = True

    monkeypatch.setattr(system_printer.Spool, "put", then_stop)
    qtbot.mouseClick(out.send_button, _LEFT)
    rest()
    assert out.came_out.text() == "0", "the first of two pages is no paper"


def test_the_test_page_is_measured_in_millimetres_and_registers_nothing(preview, window, desk, paper, qtbot, rest):
    push(qtbot, preview, "打印")
    out = opened(window, PrintOut)
    push(qtbot, out, "试印")
    rest()
    out.right.edit.setText("2")
    out.down.edit.setText("5")
    push(qtbot, out, "试印")
    rest()
    assert ink_of(paper[0], scale=8) == pytest.approx((10, 10), abs=0.2)
    assert ink_of(paper[1], scale=8) == pytest.approx((12, 15), abs=0.2)
    with pypdfium2.PdfDocument(paper[0]) as document:
        assert QPageSize(QPageSize.PageSizeId.A4).sizePoints().toTuple() == pytest.approx(document[0].get_size(), abs=1)
    assert desk.queries.copies("certificate", "voucher:1") == ()
    assert jobs(desk) == []


def test_a_shift_is_read_as_millimetres_or_refused(settings):
    assert [system_printer.parse_tenths(text) for text in ("1.5", "-0.3", "+2", "０．５", "20")] == [15, -3, 20, 5, 200]
    for text in ("", "1.25", "20.1", "abc", "1,5", "--1", "1e1"):
        with pytest.raises(InvalidInput):
            system_printer.parse_tenths(text)
    system_printer.keep_offsets(settings, PRINTER, Offsets(-5, 12))
    assert system_printer.offsets_of(settings, PRINTER) == Offsets(-5, 12)
    assert system_printer.offsets_of(settings, "another") == Offsets()
    assert [system_printer.in_millimetres(one) for one in (-5, 0, 12)] == ["-0.5", "0.0", "1.2"]


def test_without_a_printer_the_dialog_says_what_to_do(preview, window, qtbot, rest, monkeypatch):
    monkeypatch.setattr(system_printer, "printer_names", lambda _settings: [])
    push(qtbot, preview, "打印")
    out = opened(window, PrintOut)
    assert "没有打印机" in out.findChild(SignedLine).accessibleName()
    qtbot.mouseClick(out.send_button, _LEFT)
    rest()
    assert out.printer.message.is_error
    assert out._job_id is None


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_is_told_and_the_print_waits(
    preview, window, desk, paper, qtbot, rest, tmp_path, monkeypatch
):
    """The paper's folder is gone: the printer's own file cannot be written."""
    real = system_printer.open_printer

    def broken(name):
        made = real(name)
        made.setOutputFileName(str(tmp_path / "gone" / "paper.pdf"))
        return made

    monkeypatch.setattr(system_printer, "open_printer", broken)
    push(qtbot, preview, "打印")
    out = opened(window, PrintOut)
    with qtbot.captureExceptions() as bugs:
        qtbot.mouseClick(out.send_button, _LEFT)
        rest()
    assert bugs == []
    assert "不接受页面" in out.findChild(SignedLine).accessibleName()
    assert len(jobs(desk)) == 1


# ---------------------------------------------------------------------------------------------------- saving


def test_a_batch_that_is_stopped_leaves_neither_files_nor_a_print(preview, desk, tmp_path, rest):
    preview.save_to_folder(tmp_path)
    preview.progress.stop()
    rest()
    assert list(tmp_path.glob("*.pdf")) == []
    assert desk.queries.copies("certificate", "voucher:1") == ()
    assert "已停止" in preview.findChild(SignedLine).accessibleName()
    assert preview.isVisible()


def test_a_second_print_on_the_printer_asks_why_first(preview, window, desk, numbers, tmp_path, qtbot, rest):
    preview.save_to_folder(tmp_path)
    rest()
    again = open_dialog("certificate_preview", window.desk, window, numbers=numbers)
    rest()
    again.activateWindow()
    push(qtbot, again, "打印")
    assert again.reason.hasFocus()
    assert [one for one in window.findChildren(PrintOut) if one.isVisible()] == []


# ---------------------------------------------------------------------------------------------------- the register


def cut_short(desk, numbers, folder, monkeypatch):
    """Leave a print whose files have not got their names, as a crash does."""
    with monkeypatch.context() as crash:
        crash.setattr(printing, "publish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            certificate.print_separately(
                desk.workspace, numbers=numbers, folder=folder, request=Request(desk.preparer, "cut-short")
            )


def test_what_was_cut_short_is_offered_and_brought_to_its_end(
    window, desk, numbers, tmp_path, qtbot, rest, monkeypatch
):
    cut_short(desk, numbers, tmp_path, monkeypatch)
    other = str(desk.issued(Money.yuan(5_000), holder=2).number)
    dialog = open_dialog("certificate_preview", window.desk, window, numbers=[other])
    rest()
    dialog.activateWindow()
    push(qtbot, dialog, "去看看")
    rest()
    page = window.page("ledger")
    assert window.current_page() == "ledger"
    assert page.stack.currentWidget() is page.prints
    page.prints.view.select_position(0)
    rest()
    assert list(tmp_path.glob("*.pdf")) == []
    (button,) = [one for one in page.prints.panel.buttons() if one.text().startswith("续打")]
    qtbot.mouseClick(button, _LEFT)
    rest()
    assert list(tmp_path.glob("*.pdf")) == [], "a look at the effect touches no file"
    step = next(one for one in window.findChildren(QDialog) if one.isVisible())
    qtbot.mouseClick(step.act_button, _LEFT)
    rest()
    assert sorted(file.stem for file in tmp_path.glob("*.pdf")) == sorted(numbers)
    assert desk.queries.print_job(1).job.status is PrintStatus.DONE


def test_a_print_on_a_printer_goes_on_from_the_register(window, desk, numbers, paper, qtbot, rest):
    printing.begin_on_printer(
        desk.workspace,
        certificate.draw_of(desk.workspace, numbers),
        printer=PRINTER,
        request=Request(desk.preparer, "begin"),
    )
    window.desk.go("ledger.prints")
    rest()
    prints = window.page("ledger").prints
    prints.view.select_position(0)
    rest()
    qtbot.mouseClick(next(one for one in prints.panel.buttons() if one.text().startswith("登记打印结果")), _LEFT)
    rest()
    out = opened(window, PrintOut)
    assert (out.came_out.text(), out.printer.text()) == ("2", PRINTER)
    out.first.edit.setText("2")
    qtbot.mouseClick(out.send_button, _LEFT)
    rest()
    with pypdfium2.PdfDocument(paper[0]) as document:
        assert len(document) == 1
    out.came_out.edit.setText("2")
    qtbot.mouseClick(out.tell_button, _LEFT)
    rest()
    assert desk.queries.print_job(1).job.status is PrintStatus.DONE
    assert [one for one in window.findChildren(QDialog) if one.isVisible()] == []


def test_a_print_is_given_up_with_how_many_came_out_and_why(window, desk, numbers, paper, qtbot, rest):
    printing.begin_on_printer(
        desk.workspace,
        certificate.draw_of(desk.workspace, numbers),
        printer=PRINTER,
        request=Request(desk.preparer, "begin"),
    )
    spooled = reprinting.pages_of_job(desk.workspace, job_id=1)
    window.desk.go("ledger.prints")
    rest()
    prints = window.page("ledger").prints
    prints.view.select_position(0)
    rest()
    qtbot.mouseClick(next(one for one in prints.panel.buttons() if one.text().startswith("放弃")), _LEFT)
    rest()
    step = next(one for one in window.findChildren(QDialog) if one.isVisible())
    step.answers["printed"].set_text("3")
    step.answers["reason"].set_text("卡纸")
    rest()
    assert step.answers["printed"].problem()
    assert spooled.exists(), "a look at the effect touches no file"
    step.answers["printed"].set_text("1")
    rest()
    assert spooled.exists(), "a look at the effect touches no file"
    qtbot.mouseClick(step.act_button, _LEFT)
    rest()
    assert [one.state for one in desk.queries.print_job(1).papers] == ["done", "spoilt"]
    assert "卡纸" in [fact.value for group in prints.panel.details.facts for fact in group]


def test_the_register_tells_who_what_when_and_where(window, desk, numbers, tmp_path, rest):
    job = certificate.print_together(
        desk.workspace, numbers=numbers, file=tmp_path / "两张.pdf", request=Request(desk.preparer, "one")
    )
    window.desk.go("ledger.prints", key=job.id)
    rest()
    details = window.page("ledger").prints.panel.details
    said = " ".join(fact.value for group in details.facts for fact in group)
    assert all(words in said for words in ("张经办", "一个文件", str(tmp_path / "两张.pdf")))
    assert [fact.value.partition(" ")[0] for fact in details.headed[0][1]] == numbers
    reasons = {act.words: act.reasons for act in details.acts}
    assert all("已打印" in reasons[words][0] for words in ("续打…", "放弃…"))
    assert reasons["PDF 签名…"] == ()
    assert print_ending.files_of(desk.workspace, job) == [tmp_path / "两张.pdf"]


def test_the_auditor_looks_at_papers_and_is_told_that_others_print(window, desk, numbers, rest):
    window.desk.set_operator(desk.auditor)
    dialog = open_dialog("certificate_preview", window.desk, window, numbers=numbers)
    rest()
    assert dialog.view.pages == 2
    assert "岗位" in dialog.findChild(SignedLine).accessibleName()


def test_any_draw_is_previewed_with_copies_of_its_own(desk, numbers, tmp_path):
    draw = certificate.draw_of(desk.workspace, numbers)
    file = tmp_path / "look.pdf"
    assert printing.preview(desk.workspace, draw, file=file) == [1, 1]
    to = Destination(PrintForm.FILE, str(tmp_path / "out.pdf"))
    printing.print_papers(desk.workspace, draw, to=to, request=Request(desk.preparer, "out"))
    assert printing.preview(desk.workspace, draw, file=file) == [2, 2]
    with pypdfium2.PdfDocument(file) as document:
        assert "第2次打印" in document[1].get_textpage().get_text_bounded()
