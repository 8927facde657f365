"""What a scan leads to: a certificate is checked, a voucher is shown, an invoice goes into its claim.

A dialog that is open comes first: one with a `take_scan` may want the scan for its fields. A certificate is checked
above any dialog, because checking records nothing; the rest waits until the dialog is closed, and that is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from voucher_app.i18n import _
from voucher_app.services.queries.lists import ListFilter
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.scanner import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.scanner import Scan


def lead(
    window: QWidget, desk: Desk, scan: Scan, *, is_locked: Callable[[], bool], begin_claim: Callable[[], None]
) -> None:
    """Do what a scan is for.

    Args:
        window: above which dialogs open.
        desk: whose records are asked.
        scan: what was read.
        is_locked: whether somebody has to log in first.
        begin_claim: opens a fresh claim.
    """
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    above = QApplication.activeModalWidget()
    take = getattr(above, "take_scan", None)
    if take is not None and take(scan):
        return
    if scan.kind is Kind.CERTIFICATE:
        check = open_dialog("certificate_verify", desk, above or window)
        check.take_scan(scan)  # type: ignore[attr-defined]  # this one has it
    elif above is not None:
        words = _("Scanned: {text}. Close this dialog first, then scan again.").format(text=scan.text)
        getattr(above, "warn", desk.notify)(words)
    elif scan.kind is Kind.VOUCHER:
        desk.go("vouchers", key=scan.text)
    else:
        _find_claim(desk, scan, is_locked, begin_claim)


def _find_claim(desk: Desk, scan: Scan, is_locked: Callable[[], bool], begin_claim: Callable[[], None]) -> None:
    """Show the claim on an invoice, or begin one."""
    workspace = desk.workspace

    def look() -> object:
        found = workspace.queries.redemptions(ListFilter(text=scan.text, sort="id")).rows(0, 1)
        return found[0].id if found else None

    def lead_there(claim: object) -> None:
        if QApplication.activeModalWidget() is not None or is_locked():
            return  # something else was begun meanwhile
        if claim is not None:
            desk.go("redemptions", key=claim)
            return
        begin_claim()
        take = getattr(QApplication.activeModalWidget(), "take_scan", None)
        if take is not None:
            take(scan)

    desk.runner.run(look, success=lead_there, owner=desk)
