"""Dialogs, one for each decision; they open without blocking and show the decision's effect before the click."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs.application import ApplicationDecide, ApplicationSubmit
from voucher_app.ui.dialogs.certificate import CertificatePreview, CertificateVerify
from voucher_app.ui.dialogs.provider import ProviderAdd, ProviderAdmit, ProviderStep
from voucher_app.ui.dialogs.recipient import RecipientAdd
from voucher_app.ui.dialogs.redemption import RedemptionClaim, RedemptionDecide, RedemptionVerify
from voucher_app.ui.dialogs.voucher import VoucherEnd, VoucherIssue, VoucherSwitch
from voucher_app.ui.dialogs.year import YearOpen


def _redemption_decide(desk: Desk, parent: QWidget | None, *, redemption_id: int, act: str) -> QDialog:
    if act == "verify":
        return RedemptionVerify(desk, parent, redemption_id=redemption_id)
    return RedemptionDecide(desk, parent, redemption_id=redemption_id, act=act)


DIALOGS: Final[Mapping[str, Callable[..., QDialog]]] = {
    "application_decide": ApplicationDecide,
    "application_submit": ApplicationSubmit,
    "certificate_preview": CertificatePreview,
    "certificate_verify": CertificateVerify,
    "provider_add": ProviderAdd,
    "provider_admit": ProviderAdmit,
    "provider_step": ProviderStep,
    "recipient_add": RecipientAdd,
    "redemption_claim": RedemptionClaim,
    "redemption_decide": _redemption_decide,
    "voucher_end": VoucherEnd,
    "voucher_issue": VoucherIssue,
    "voucher_switch": VoucherSwitch,
    "year_open": YearOpen,
}


def open_dialog(name: str, desk: Desk, parent: QWidget, /, **context: object) -> QDialog:
    """Open a dialog by name and return at once.

    Args:
        name: a key of `DIALOGS`.
        desk: the open data file and the person at it.
        parent: the window it belongs to. It is asked for because a window without one is Python's own, and Python's
            garbage collection, which runs on whatever thread it likes, would destroy a widget off the GUI thread.
        context: what the dialog is about, by the keyword arguments of its class.
    """
    dialog = DIALOGS[name](desk, parent, **context)
    dialog.open()
    return dialog
