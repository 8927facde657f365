"""查验 in the window: at hand by a key, by scanner, clipboard and dropped files, with and without the records."""

from __future__ import annotations

import base64

import pypdfium2
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from voucher_app.app import make_signer
from voucher_app.domain.money import Money
from voucher_app.services import certificate, office_key, void_list, voucher
from voucher_app.services.print_request import Request
from voucher_app.services.workspace import new_request_id
from voucher_app.ui.dialogs.certificate_check import BigVerdict, CertificateCheck


@pytest.fixture
def number(desk):
    return str(desk.issued(Money.yuan(10_000)).number)


@pytest.fixture
def text(desk, number):
    return certificate.facts_of(desk.workspace, [number])[0].qr_text


@pytest.fixture
def check(window, number, qtbot, rest):
    """The check, opened by its key from another page."""
    window.show_page("recipients")
    rest()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    rest()
    dialog = window.findChild(CertificateCheck)
    dialog.activateWindow()
    yield dialog
    dialog.done(0)


@pytest.fixture
def pdf(desk, number, tmp_path):
    certificate.print_together(
        desk.workspace, numbers=[number], file=tmp_path / "券.pdf", request=Request(desk.preparer, "print")
    )
    return tmp_path / "券.pdf"


def verdict(check):
    shown = [one for one in check.findChildren(BigVerdict) if one.isVisible()]
    return shown[0].word.text() if shown else ""


def said(check):
    return " ".join(one.text() for one in check.findChildren(QLabel) if one.isVisible())


def test_the_scanner_types_at_once_and_the_next_scan_replaces_the_last(check, desk, text, number, qtbot, rest):
    assert check.text.hasFocus()
    assert not check.text.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    qtbot.keyClicks(check.text, text)
    qtbot.keyClick(check.text, Qt.Key.Key_Return)
    rest()
    assert verdict(check) == "有效"
    assert number in said(check)
    assert "壹万元整" in said(check)
    known = desk.workspace.queries.certificates([number])[0]
    assert known.recipient_name in said(check)
    assert known.provider_name in said(check)
    qtbot.keyClicks(check.text, text[:-2])
    qtbot.keyClick(check.text, Qt.Key.Key_Return)
    rest()
    assert verdict(check) == "无效"
    assert check.text.toPlainText() == text[:-2]
    assert [check.history.item(row).text().split()[-1] for row in range(2)] == ["无效", "有效"]
    check.history.itemActivated.emit(check.history.item(1))
    rest()
    assert verdict(check) == "有效"


def test_a_voided_voucher_is_told_large(check, desk, text, number, qtbot, rest):
    voucher.void(desk.workspace, number=number, reason="核对", operator=desk.reviewer, request_id="void")
    qtbot.keyClicks(check.text, text)
    rest()
    assert verdict(check) == "已作废"


def test_a_file_is_dropped_anywhere_and_a_picture_is_pasted(check, pdf, number, qtbot, rest):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(pdf))])
    event = QDropEvent(
        QPointF(40, 40), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    check.dropEvent(event)  # Qt hands drops only to where a drag was led before
    rest()
    assert verdict(check) == "有效"
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=3).to_pil().convert("RGBA")
    image = QImage(picture.tobytes(), *picture.size, QImage.Format.Format_RGBA8888).copy()
    QGuiApplication.clipboard().setImage(image)
    check.text.setFocus()
    qtbot.keyClick(check.text, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    rest()
    assert check.history.count() == 2
    assert verdict(check) == "有效"
    QGuiApplication.clipboard().setText("")


def test_without_the_records_the_list_of_void_numbers_decides(check, desk, text, number, tmp_path, qtbot, rest):
    check.text.setPlainText(text)
    rest()
    voucher.void(desk.workspace, number=number, reason="核对", operator=desk.reviewer, request_id="void")
    void_list.write(desk.workspace, file=tmp_path / "void.json")
    check.load_void_list(tmp_path / "void.json")
    rest()
    assert "脱离台账" in check.against.text()
    assert verdict(check) == "已作废"
    assert "作废名单" in said(check)
    check.use_records()
    rest()
    assert "本机关台账" in check.against.text()


def test_a_list_that_was_changed_is_not_loaded(check, desk, tmp_path, rest):
    file = tmp_path / "void.json"
    void_list.write(desk.workspace, file=file)
    file.write_text(file.read_text(encoding="utf-8").replace("2026", "2027", 1), encoding="utf-8")
    check.load_void_list(file)
    rest()
    assert "本机关台账" in check.against.text()
    assert check._list is None


def test_the_list_of_another_office_is_checked_against_that_offices_key(check, desk, text, tmp_path, qtbot, rest):
    """Here the other office is this one before it made another key: its list names a key that the records lack."""
    other = make_signer(tmp_path / "other.pem")
    key = other.make_key()
    inner = void_list.canonical(
        {
            "format": "SLV1", "office": "大同市算力办", "as_of": "2026-06-01", "journal_seq": 9, "keys": [],
            "ended": [[certificate.verify_text(desk.workspace, text).token.number, "voided", "2026-05-30"]],
        }
    )  # fmt: skip
    signed = base64.b64encode(other.sign_message(b"SLV1" + inner.encode())).decode()
    outer = {"format": "SLV1", "algorithm": key.algorithm, "key": key.key_id, "signature": signed, "list": inner}
    (tmp_path / "void.json").write_text(void_list.canonical(outer), encoding="utf-8")
    check.load_void_list(tmp_path / "void.json")
    rest()
    (offer,) = [one for one in check.findChildren(QPushButton) if one.text().startswith("这是其他机关的")]
    qtbot.mouseClick(offer, Qt.MouseButton.LeftButton)
    (asking,) = [one for one in check.findChildren(QFileDialog) if one.isVisible()]
    other.export_public_key(key, tmp_path / "other-public.pem")
    asking.fileSelected.emit(str(tmp_path / "other-public.pem"))
    asking.close()
    rest()
    assert "大同市算力办" in check.against.text()
    check.text.setPlainText(text)
    rest()
    assert verdict(check) == "无效", "this office's paper was not signed by the other one"


def test_a_paper_of_a_revoked_key_is_told_as_such(check, desk, text, qtbot, rest):
    (key,) = desk.queries.public_keys()
    for person in (desk.preparer, desk.reviewer):
        office_key.revoke(
            desk.workspace, key_id=key.key_id, reason="外泄", operator=person, request_id=new_request_id()
        )
    qtbot.keyClicks(check.text, text)
    rest()
    assert verdict(check) == "密钥已吊销"
