"""Invoices in the claim dialogs: dropped, chosen or scanned; compared field by field; told where they differ."""

from __future__ import annotations

import hashlib

import pytest
import shiboken6
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from tests.invoices_made import Made, locked_pdf, ofd, pdf, png, xml
from tests.ui.test_dialogs import Front, words_in
from voucher_app.domain.money import Money
from voucher_app.services import redemption
from voucher_app.services.invoice_file import read_file
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def front(desk, qtbot):
    made = Front(desk, qtbot, desk.preparer)
    yield made
    made.leave()


@pytest.fixture
def made(desk):
    """An invoice from the provider of the office's first voucher to its recipient."""
    buyer = desk.queries.recipient(desk.recipients[0], 2026).recipient.organisation
    seller = desk.queries.provider(desk.providers[0]).provider.organisation

    def make(serial=17, **changes):
        told = {
            "number": f"261420000000000000{serial:02d}", "day": desk.today.isoformat(), "buyer": buyer.name,
            "buyer_code": buyer.uscc, "seller": seller.name, "seller_code": seller.uscc,
        }  # fmt: skip
        return Made(**(told | changes))

    return make


@pytest.fixture
def claiming(front, desk):
    """The claim dialog on a fresh voucher."""
    number = str(desk.issued(Money.yuan(100_000)).number)
    dialog = front.open("redemption_claim", number=number)
    front.rest()
    return dialog


def drop(front, dialog, folder, **files):
    """Drop files on a dialog, as a mouse does, and let them be read."""
    data, paths = QMimeData(), []
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content)
        paths.append(path)
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    entered = QDragEnterEvent(QPoint(40, 40), COPY, data, LEFT, NONE)
    QApplication.sendEvent(dialog, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(dialog, QDropEvent(QPointF(40, 40), COPY, data, LEFT, NONE))
    front.rest()
    front.rest()  # what was read is looked at again
    return paths


def tick_all(front, dialog):
    for taken in dialog.reading.taken:
        for mark in taken.marks:
            if not mark.is_confirmed:
                front.qtbot.mouseClick(mark.tick, LEFT, pos=QPoint(8, mark.tick.height() // 2))
    front.rest()


def test_a_dropped_invoice_fills_the_claim_is_compared_field_by_field_and_kept(front, claiming, made, tmp_path):
    one = made()
    drop(front, claiming, tmp_path, a_xml=xml(one))
    assert claiming.invoice_number.value() == one.number
    assert claiming.invoiced_on.text() == one.day
    assert claiming.invoice_amount.value() == Money.yuan(212_000)
    shown = words_in(claiming.reading)
    for word in (
        "a.xml",
        "数电票 XML",
        "未联网查验",
        "212,000.00",
        "12,000.00",
        one.buyer_code,
        one.seller_code,
        "算力服务费",
    ):
        assert word in shown, word
    claiming.amount.set_text("10000")
    front.rest()
    front.click(claiming)
    front.rest()
    assert front.count("redemptions") == 0
    assert claiming.focusWidget() is claiming.reading.taken[0].marks[0].tick
    assert "核对" in words_in(claiming)
    tick_all(front, claiming)
    front.click(claiming)
    front.rest()
    (row,) = front.office.queries.redemptions(ListFilter()).rows(0, 9)
    details = front.office.queries.redemption(row.id)
    assert details.redemption.invoice.amount == Money.yuan(212_000)
    (paper,) = details.attachments
    assert (paper.file_name, paper.kind, paper.sha256) == ("a.xml", "invoice", hashlib.sha256(xml(one)).hexdigest())
    assert front.office.workspace.data_file.attachments.fault(sha256=paper.sha256, size_bytes=paper.size_bytes) == ""


def test_several_invoices_at_once_make_room_for_themselves_and_can_be_taken_out(front, claiming, made, tmp_path):
    drop(front, claiming, tmp_path, a_xml=xml(made(1)), b_ofd=ofd(made(2)), c_pdf=pdf(made(3)), d_png=png(made(4).qr))
    assert claiming.invoice_number.value().endswith("01")
    assert [one.number.value()[-2:] for one in claiming.further] == ["02", "03", "04"]
    assert len(claiming.reading.taken) == 4
    front.qtbot.mouseClick(claiming.further[1].remove_button, LEFT)
    assert [one.original.read.key[-2:] for one in claiming.reading.taken] == ["01", "02", "04"]
    front.qtbot.mouseClick(claiming.reading.taken[1].card.remove_button, LEFT)
    assert [one.original.read.key[-2:] for one in claiming.reading.taken] == ["01", "04"]
    assert claiming.further[0].number.value().endswith("02"), "what it filled in stays"
    drop(front, claiming, tmp_path, e_xml=xml(made(1)))
    assert "已读取" in words_in(claiming.reading)
    assert len(claiming.reading.taken) == 2


def test_what_was_typed_stays_and_the_difference_is_told_beside_the_field_and_by_the_rules(
    front, claiming, made, tmp_path
):
    claiming.invoice_amount.set_text("250000")
    claiming.amount.set_text("10000")
    drop(front, claiming, tmp_path, a_xml=xml(made()))
    assert claiming.invoice_amount.value() == Money.yuan(250_000)
    assert "与文件不同：文件载明 212,000.00" in words_in(claiming.invoice_amount)
    assert "填写的金额不得超过发票所载" in words_in(claiming.effect)
    claiming.invoice_amount.set_text("200000")
    front.rest()
    assert "填写其中的 200,000.00 元" in words_in(claiming.effect)
    mark = claiming.reading.taken[0].marks[2]
    assert mark.is_confirmed
    claiming.invoice_amount.set_text("212,000.00")
    assert not mark.is_confirmed, "what is the same again is compared again"


def test_a_foreign_invoice_a_used_one_and_a_bad_sum_are_told_at_once(front, claiming, desk, made, tmp_path):
    used = desk.claim(desk.issued(Money.yuan(100_000)).number, Money.yuan(10_000), invoice_number=made(5).number)
    drop(front, claiming, tmp_path, a_xml=xml(made(5, buyer_code=desk.recipients[1], tax="13000.00")))
    said = words_in(claiming.reading)
    assert f"第 {used.id} 号兑付" in said
    assert f"购买方为{made().buyer} {desk.recipients[1]}" in said
    assert "金额与税额之和为 213,000.00 元" in said
    claiming.amount.set_text("10000")
    front.rest()
    assert "购买方" in words_in(claiming.effect)
    assert claiming.reason.isVisibleTo(claiming)


def test_what_cannot_be_read_is_said_and_fills_nothing(front, claiming, made, tmp_path):
    drop(front, claiming, tmp_path, a_pdf=locked_pdf(made()), b_xml=b"<html/>", c_xml=xml(made(total="-1.00")))
    said = words_in(claiming.reading)
    for word in ("a.pdf 设有密码", "b.xml 不是可读取的发票", "红字发票"):
        assert word in said
    assert claiming.invoice_number.text() == ""
    assert claiming.reading.taken == []
    drop(front, claiming, tmp_path, **{f"n{place}_xml": b"<a/>" for place in range(21)})
    assert "发票文件有 21 个" in words_in(claiming.reading)
    drop(front, claiming, tmp_path, d_xml=xml(made()))
    assert "设有密码" not in words_in(claiming.reading)


def test_a_scanner_fills_the_invoice_from_the_number_field(front, claiming, made):
    claiming.invoice_number.control.setFocus()
    front.qtbot.keyClicks(claiming.invoice_number.edit, made().qr)
    assert not claiming.invoice_number.message.is_error
    front.press(claiming, Qt.Key.Key_Return)
    front.rest()
    assert claiming.invoice_number.value() == made().number
    assert claiming.invoice_amount.value() == Money.yuan(212_000)
    assert "二维码" in words_in(claiming.reading)
    claiming.amount.set_text("10000")
    front.rest()
    tick_all(front, claiming)
    front.click(claiming)
    front.rest()
    assert front.count("redemptions") == 1


def test_the_button_asks_for_files_and_no_line_takes_a_file_as_text(front, claiming, made, tmp_path):
    (tmp_path / "a.xml").write_bytes(xml(made()))
    front.qtbot.mouseClick(claiming.reading.button, LEFT)
    (asking,) = [one for one in claiming.findChildren(QFileDialog) if shiboken6.isValid(one)]
    assert asking.fileMode() is QFileDialog.FileMode.ExistingFiles
    asking.filesSelected.emit([str(tmp_path / "a.xml")])
    asking.reject()
    front.rest()
    assert claiming.invoice_number.value() == made().number
    assert not any(edit.acceptDrops() for edit in claiming.findChildren(QLineEdit) if edit.parent() is not None)


def test_the_reviewer_is_told_what_the_kept_originals_say_read_again(desk, qtbot, made, tmp_path):
    for place, (changes, word) in enumerate((
        ({}, "原件复读与申请一致：a0.xml"),
        ({"invoice_amount": Money.yuan(200_000)}, "填写其中的 200,000.00 元"),
    )):  # fmt: skip
        file = tmp_path / f"a{place}.xml"
        file.write_bytes(xml(made(60 + place)))
        told = {"invoice_number": made(60 + place).number, "invoice_amount": Money.yuan(212_000)} | changes
        claimed = redemption.claim(
            desk.workspace,
            facts=desk.claim_facts(desk.issued(Money.yuan(100_000)).number, Money.yuan(10_000), **told),
            operator=desk.preparer,
            request_id=new_request_id(),
            originals=[read_file(desk.workspace, file)],
        )
        reviewing = Front(desk, qtbot, desk.reviewer)
        dialog = reviewing.open("redemption_decide", redemption_id=claimed.id, act="verify")
        reviewing.rest()
        assert word in words_in(dialog)
        reviewing.leave()


def test_enter_goes_past_the_reading_and_from_a_filled_field_to_its_tick(front, claiming, made, tmp_path):
    claiming.voucher.control.setFocus()
    front.press(claiming, Qt.Key.Key_Return)
    assert claiming.focusWidget() is claiming.invoice_number.control
    drop(front, claiming, tmp_path, a_xml=xml(made()))
    ticks = [mark.tick for mark in claiming.reading.taken[0].marks]
    assert claiming.focusWidget() is ticks[0]
    for tick in ticks:
        front.press(claiming, Qt.Key.Key_Space)
        assert tick.isChecked()
        front.press(claiming, Qt.Key.Key_Return)
        front.press(claiming, Qt.Key.Key_Return)
    assert claiming.reading.first_to_compare() is None
    claiming.invoice_number.control.setFocus()
    front.press(claiming, Qt.Key.Key_Backtab)
    assert claiming.focusWidget() is not claiming.voucher.control, "who goes by Tab comes by the reading"


def test_model_c_keeps_the_originals_with_the_application(front, desk, made, tmp_path):
    dialog = front.open("application_reimburse")
    drop(front, dialog, tmp_path, a_xml=xml(made(7)))
    assert dialog.invoice_number.value() == made(7).number
    assert dialog.invoice_amount.value() == Money.yuan(212_000)
    assert [len(one.marks) for one in dialog.reading.taken] == [3]
