"""A scanner's keys, sent to the window as the platform sends them: fast, ended by Enter, wherever the cursor is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from voucher_app.domain.invoice import parse_invoice_number
from voucher_app.domain.invoice_file import parse_qr
from voucher_app.domain.money import Money
from voucher_app.services.queries.lists import ListFilter
from voucher_app.ui import scanner
from voucher_app.ui.dialogs.certificate_check import CertificateCheck
from voucher_app.ui.dialogs.redemption import RedemptionClaim
from voucher_app.ui.scanner import Kind, recognised

RED = "01,10,144032109110,12345678,-1.00,20260305,66,AB"
INVOICE = "01,32,,26142000000123456789,12345.67,20260305,,AB12,"


@pytest.fixture
def hands(window, settled, monkeypatch):
    """Return what types into the window that has the focus, at a scanner's speed or a person's."""

    def type_keys(text, *, gap_ms=0, end=True):
        if not gap_ms:
            # As fast as it can: what that is in milliseconds depends on who else uses the processor.
            monkeypatch.setattr(scanner, "GAP_MS", 5_000)
            window.scanner._giving_up.setInterval(5_000)
        at = QApplication.focusWindow()
        assert at is not None, "no window is active: the keys would go nowhere"
        for key in [*text, Qt.Key.Key_Return] if end else text:
            QTest.keyClick(at, key)
            if gap_ms:
                QTest.qWait(gap_ms)
        QApplication.processEvents()
        settled()

    return type_keys


def shown(window, kind):
    return [one for one in window.findChildren(kind) if one.isVisible()]


def test_a_voucher_number_is_shown_wherever_the_focus_was(window, busy_office, hands, settled):
    number = str(busy_office["part"].number)
    window.show_page("recipients")
    settled()
    page = window.page("recipients")
    page.view.setFocus()
    assert page.view.hasFocus()
    hands(number)
    assert window.current_page() == "vouchers"
    assert window.page("vouchers")._selected_keys() == [number]

    window.show_page("recipients")
    page.search.setFocus()
    page.search.setText("太原")
    hands(number)
    assert window.current_page() == "vouchers"
    assert page.search.text() == "太原"


def test_a_certificate_is_checked_above_a_dialog_whose_text_stays_as_it_was(window, hands, settled, rest):
    window.show_page("recipients")
    settled()
    window.begin_new()
    settled()
    dialog = QApplication.activeModalWidget()
    dialog.activateWindow()
    dialog.unit.name.control.setFocus()
    QTest.keyClicks(dialog.unit.name.control, "Jin")
    dialog.unit.name.is_typed = False
    hands(scanner.CERTIFICATE + "6BF+70$.O" * 8)
    (check,) = shown(window, CertificateCheck)
    assert check.text.toPlainText().startswith(scanner.CERTIFICATE)
    assert check.history.count() == 1
    assert dialog.unit.name.text() == "Jin"
    assert not dialog.unit.name.is_typed
    hands(scanner.CERTIFICATE + "6BF+70$.P" * 8)  # the next paper, in the same dialog
    assert shown(window, CertificateCheck) == [check]
    assert check.history.count() == 2


def test_an_invoice_begins_its_claim_and_then_fills_the_next_place(window, hands, qtbot, settled, busy_office, desk):
    hands(INVOICE)
    (claim,) = shown(window, RedemptionClaim)
    assert claim.invoice_number.text() == "26142000000123456789"
    assert claim.invoiced_on.text() == "2026-03-05"
    assert claim.invoice_amount.value() == Money.parse("12345.67")
    claim.activateWindow()
    hands(str(busy_office["part"].number))
    assert claim.voucher.value() == str(busy_office["part"].number)
    hands(INVOICE)
    assert "已在" in claim.banner.itemAt(0).widget().accessibleName()
    claim.done(0)
    settled()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    row = desk.queries.redemptions(ListFilter(sort="id")).rows(0, 1)[0]
    number = desk.queries.redemption(row.id).redemption.invoice.key
    hands(f"01,32,,{number},1.00,20260305,,A,")
    assert window.current_page() == "redemptions"
    assert not shown(window, RedemptionClaim)


def test_an_input_method_that_commits_a_certificate_in_pieces_does_not_keep_it(window, qtbot, settled):
    window.show_page("recipients")
    settled()
    search = window.page("recipients").search
    search.setFocus()
    search.setText("甲")
    for piece in ("SLQ1：", "6BF+70$.O" * 4, "６BF+70$.O" * 4):
        typed = QInputMethodEvent()
        typed.setCommitString(piece)
        QApplication.sendEvent(search, typed)
    qtbot.waitUntil(lambda: bool(shown(window, CertificateCheck)))
    settled()
    (check,) = shown(window, CertificateCheck)
    assert check.text.toPlainText() == scanner.CERTIFICATE + "6BF+70$.O" * 8
    assert search.text() == "甲"


def test_what_a_person_types_goes_where_it_went_before(window, busy_office, hands, settled):
    number = str(busy_office["part"].number)
    window.show_page("recipients")
    settled()
    search = window.page("recipients").search
    search.setFocus()
    hands(number, gap_ms=scanner.GAP_MS + 25)  # first of all, while the real limit holds
    assert (search.text(), window.current_page()) == (number, "recipients")
    search.clear()
    hands("SX-2026", end=True)  # fast, but none of ours
    assert search.text() == "SX-2026"
    search.clear()
    hands(number, end=False)  # pasted by a macro, without an end
    assert search.text() == number


def test_letters_that_were_held_back_are_given_on(window, settled, qtbot, monkeypatch):
    window.show_page("recipients")
    settled()
    view = window.page("recipients").view
    view.setFocus()
    came = []
    monkeypatch.setattr(view, "keyPressEvent", lambda event: came.append(event.text()))
    for letter in "S0x":
        QTest.keyClick(QApplication.focusWindow(), letter)
    qtbot.waitUntil(lambda: came == ["S", "0", "x"])


def test_nothing_is_heard_while_nobody_is_logged_in(window, busy_office, hands, monkeypatch):
    monkeypatch.setattr(window, "login", window.status)
    before = window.current_page()
    hands(str(busy_office["part"].number))
    monkeypatch.undo()
    assert window.current_page() == before


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("slq1:" + "6bf+70$.o" * 8, Kind.CERTIFICATE),
        ("SLQ1:6BF", None),
        ("SX-2026-000001-1", None),
        ("01,04,1400212130,12345678,99.00,20260305,66,AB", Kind.INVOICE),
        ("01,,,", None),
        ("01,2,3", None),
        ("01,32,,12345,1.00,20260305", None),
        ("01,32,,26142000000123456789,1.00,20261305,,A", None),
        ("太原", None),
    ],
)
def test_only_what_is_ours_is_recognised(text, kind):
    found = recognised(text)
    assert (found.kind if found else None) is kind


def test_an_old_invoice_tells_its_amount_without_tax_so_it_is_not_taken():
    assert recognised("01,04,1400212130,12345678,99.00,20260305,66,AB").amount == ""
    assert recognised(INVOICE).amount == "12,345.67"


def test_a_scan_knows_an_invoice_by_the_same_key_as_its_file_and_whoever_types_it():
    scan = recognised("01,10,144032109110,12345678,99.00,20260305,66,AB")
    assert (scan.text, scan.day) == ("144032109110-12345678", "2026-03-05")
    assert scan.text == parse_invoice_number("144032109110 12345678") == parse_qr(RED.replace("-1", "1")).key
    assert recognised(RED) is None, "a red invoice bills nothing"
