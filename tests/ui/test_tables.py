"""Tables in the window: dropped, pasted, chosen or typed; looked at row by row, taken in whole; lists out."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QTableWidgetItem

from voucher_app.services import recipient
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.imports.preview import RowStatus
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id
from voucher_app.ui.clipboard import grid_html, grid_text
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.dialogs.table_import import TableImport

HEAD = "单位名称,统一社会信用代码,类别,属地代码\n"


def code(serial):
    return demonstration_code("enterprise", serial)


def good_rows(count, first=700):
    return "".join(f"太原第{n}公司,{code(first + n)},企业,140100\n" for n in range(count))


@pytest.fixture
def page(window, settled):
    """The page of recipients."""
    window.show_page("recipients")
    settled()
    return window.page("recipients")


def dialog_of(window):
    (found,) = [one for one in window.findChildren(TableImport) if one.isVisible()]
    return found


def drop(widget, file):
    """Drop a file by the events that a file manager sends."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    if enter.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(QPointF(9, 9), copy, data, left, none))
    return enter.isAccepted()


def saved_as(window, file):
    (asking,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
    asking.fileSelected.emit(str(file))
    asking.close()


def said(dialog):
    return [
        dialog.banner.itemAt(place).widget().findChildren(QLabel)[-1].text() for place in range(dialog.banner.count())
    ]


def test_a_dropped_file_is_looked_at_row_by_row_and_taken_in_whole(window, page, settled, desk, tmp_path, qtbot):
    file = tmp_path / "名单.csv"
    file.write_text(HEAD + good_rows(3) + "乙公司,91,学校,140100\n", encoding="gb18030")
    assert not drop(page, tmp_path / "照片.png"), "a picture is no table"
    assert drop(page, file)
    settled()
    dialog = dialog_of(window)
    assert [dialog.found.count(status) for status in RowStatus] == [3, 0, 1]
    assert dialog.rows.model.rowCount() == 1, "the rows to correct are shown first"
    assert dialog.rows.detail.text().splitlines()[0] == "第 5 行"
    assert len(dialog.rows.detail.text().splitlines()) == 3, "everything at once"
    QTest.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    settled()
    assert dialog.isVisible()
    assert "须先改正 1 行" in " ".join(said(dialog))
    assert desk.workspace.records().parties.find_recipient(code(700)) is None
    QTest.mouseClick(dialog.rejects_button, Qt.MouseButton.LeftButton)
    saved_as(window, tmp_path / "back.xlsx")
    settled()
    assert openpyxl.load_workbook(tmp_path / "back.xlsx").active["C2"].value == "乙公司"
    file.write_text(HEAD + good_rows(4), encoding="utf-8")
    assert drop(dialog, file)
    settled()
    assert dialog.import_button.text() == "导入 4 条"
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled()
    assert "已导入 4 条" in window.status.words.text()
    assert desk.workspace.records().parties.find_recipient(code(703)) is not None
    assert drop(page, file)
    settled()
    again = dialog_of(window)
    again.save()
    settled()
    assert again.isVisible()
    assert any("已于" in line for line in said(again)), "the same file goes in once"
    again.reject()


def test_a_block_of_a_spreadsheet_is_pasted_on_the_page_or_into_the_grid(window, page, settled, desk, qtbot):
    block = (HEAD + good_rows(2, 720)).replace(",", "\t")
    QGuiApplication.clipboard().setText("只是一个词")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.view.setFocus()
    QTest.keySequence(page.view, QKeySequence(QKeySequence.StandardKey.Paste))
    settled()
    assert not [one for one in window.findChildren(TableImport) if one.isVisible()], "a word is no table"
    QGuiApplication.clipboard().setText(block)
    QTest.keySequence(page.view, QKeySequence(QKeySequence.StandardKey.Paste))
    settled()
    dialog = dialog_of(window)
    assert (len(dialog.found.rows), dialog.found.is_good) == (2, True)
    dialog.reject()
    settled()
    QTest.mouseClick(page.tables.import_button, Qt.MouseButton.LeftButton)
    settled()
    dialog = dialog_of(window)
    dialog.save()
    assert "请先选择" in " ".join(said(dialog))
    QGuiApplication.clipboard().setText(block.partition("\n")[2])
    dialog.source.grid.setFocus()
    QTest.keySequence(dialog.source.grid, QKeySequence(QKeySequence.StandardKey.Paste))
    settled()
    assert dialog.stack.currentIndex() == 0
    assert dialog.source.grid.item(1, 0).text() == "太原第1公司"
    dialog.source.grid.setItem(2, 0, QTableWidgetItem("丙公司"))
    QTest.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    settled()
    assert [row.status.value for row in dialog.found.rows] == ["good", "good", "bad"]
    QTest.mouseClick(dialog.back_button, Qt.MouseButton.LeftButton)
    for place, text in enumerate(["丙公司", code(729), "企业", "140100"]):
        dialog.source.grid.setItem(2, place, QTableWidgetItem(text))
    dialog.save()
    settled()
    dialog.save()
    settled()
    assert desk.workspace.records().parties.find_recipient(code(729)) is not None


def test_columns_are_remembered_and_what_cannot_be_read_or_is_stopped_is_told(window, page, settled, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("甲,乙,丙,丁\n" + good_rows(1, 740), encoding="utf-8")
    drop(page, file)
    settled()
    dialog = dialog_of(window)
    assert set(dialog.found.missing) == {"name", "uscc", "kind", "region_code"}
    assert "请在左侧选择" in " ".join(said(dialog))
    for place, key in enumerate(("name", "uscc", "kind", "region_code")):
        box = dialog.rows.boxes[key]
        box.setCurrentIndex(place + 1)
        box.activated.emit(place + 1)
        settled()
    assert dialog.found.is_good
    dialog.reject()
    settled()
    drop(page, file)
    settled()
    assert dialog_of(window).found.is_good
    dialog_of(window).reject()
    settled()
    leave_a_column_out(window, page, settled, tmp_path)
    refuse_a_hostile_file(window, page, settled, tmp_path)
    stop_a_reading(window, settled, tmp_path)


def leave_a_column_out(window, page, settled, tmp_path):
    """That a column is not in the table is remembered like any other choice."""
    file = tmp_path / "b.csv"
    file.write_text("甲,乙,丙,丁,电话\n" + good_rows(1, 740).replace("\n", ",0351-1234567\n"), encoding="utf-8")
    for is_first in (True, False):
        drop(page, file)
        settled()
        dialog = dialog_of(window)
        assert ("phone" in dialog.found.columns.places) is is_first
        if is_first:
            dialog.rows.boxes["phone"].setCurrentIndex(0)
            dialog.rows.boxes["phone"].activated.emit(0)
            settled()
        assert dialog.found.is_good
        dialog.reject()
        settled()


def refuse_a_hostile_file(window, page, settled, tmp_path):
    """A sentence comes, and the dialog goes on."""
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"PK\x03\x04 and nothing more")
    drop(page, file)
    settled()
    dialog = dialog_of(window)
    assert "已损坏" in " ".join(said(dialog))
    assert dialog.stack.currentIndex() == 0
    dialog.reject()
    settled()


def stop_a_reading(window, settled, tmp_path):
    """Who stops it stays where they were."""
    file = tmp_path / "a.csv"
    file.write_text(HEAD + good_rows(2_000), encoding="utf-8")
    dialog = open_dialog("table_import", window.desk, window, kind="recipients", act="recipient.add")
    dialog.take_file(file)
    dialog.progress.stop()
    settled()
    assert dialog.found is None
    assert "已停止" in " ".join(said(dialog))
    dialog.reject()


def test_a_list_is_saved_as_it_is_shown_and_copied_as_the_same_grid(window, page, settled, tmp_path):
    page.search.setText("公司")
    page._filter_changed()
    settled()
    shown = page.model.rowCount()
    QTest.mouseClick(page.tables.export_button, Qt.MouseButton.LeftButton)
    saved_as(window, tmp_path / "out.xlsx")
    settled()
    book = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True)
    sheet = book["领用单位"]
    rows = [[cell.value for cell in row] for row in sheet]
    assert len(rows) == shown + 3, "head, an empty row, sums"
    held = [row[-1] for row in rows[1 : shown + 1]]
    assert all(isinstance(amount, int | float) for amount in held)
    assert rows[-1][-1] == pytest.approx(sum(held))
    assert {row[0].value: row[1].value for row in book["说明"]}["筛选"] == "公司"
    assert f"{shown}" in window.status.words.text()
    page.view.selectAll()
    QTest.keySequence(page.view, QKeySequence(QKeySequence.StandardKey.Copy))
    data = QGuiApplication.clipboard().mimeData()
    rows = [line.split("\t") for line in data.text().split("\n")]
    assert len(rows) == page.model.rowCount()
    assert rows[0][1] == page.model.row_at(0).uscc
    assert data.html().count("<tr>") == len(rows)


def test_a_list_for_publicity_masks_personal_numbers_and_says_so(window, page, settled, desk, tmp_path):
    unit = (UnitFacts("王小明13903511234工作室", code(790), "140100"), "enterprise")
    recipient.add_all(desk.workspace, units=[unit], operator=desk.preparer, request_id=new_request_id())
    page.mark_stale()
    settled()
    names = {}
    for place, file in ((0, tmp_path / "whole.xlsx"), (2, tmp_path / "public.xlsx")):
        QTest.mouseClick(page.tables.export_button, Qt.MouseButton.LeftButton)
        (asking,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
        asking.selectNameFilter(asking.nameFilters()[place])
        saved_as(window, file)
        settled()
        book = openpyxl.load_workbook(file)
        names[place] = {row[0].value for row in book["领用单位"].iter_rows(min_row=2)}, book["说明"]
    assert "王小明13903511234工作室" in names[0][0]
    assert "王小明139****1234工作室" in names[2][0]
    assert names[0][0] - names[2][0] == {"王小明13903511234工作室"}, "everything else word for word"
    assert ("公示用", "个人号码已隐去。") in {(row[0].value, row[1].value) for row in names[2][1].iter_rows()}
    assert "公示用" not in {row[0].value for row in names[0][1].iter_rows()}


def test_copied_cells_stay_cells_and_text_stays_text():
    rows = [["=1+1", 'a"b', "一\t二", "三\n四"], ["25142000000012345678", "1,234.50", "<b>", "&"]]
    assert grid_text(rows) == '\'=1+1\t"a""b"\t"一\t二"\t"三\n四"\n25142000000012345678\t1,234.50\t<b>\t&'
    page = grid_html(rows, frozenset({1}))
    assert "<td style=\"mso-number-format:'\\@'\">25142000000012345678</td><td>1,234.50</td>" in page
    assert "&lt;b&gt;" in page
