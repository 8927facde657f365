"""Dialogs, one for each decision; they open without blocking and show the decision's effect before the click.

A dialog's module is loaded when it is first opened: the window is usable before, and most days need three of them.
"""

from importlib import import_module
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from voucher_app.ui.desk import Desk

DIALOGS: Final = {
    "application_decide": ("application", "ApplicationDecide"),
    "application_submit": ("application", "ApplicationSubmit"),
    "certificate_preview": ("certificate", "CertificatePreview"),
    "certificate_verify": ("certificate", "CertificateVerify"),
    "policy_compare": ("policy_compare", "PolicyCompare"),
    "policy_draft": ("policy_draft", "PolicyDraft"),
    "policy_export": ("policy_export", "export_policy"),
    "policy_simulate": ("policy_simulate", "PolicySimulate"),
    "provider_add": ("provider", "ProviderAdd"),
    "recipient_add": ("recipient", "RecipientAdd"),
    "recovery_decide": ("recovery", "RecoveryDecide"),
    "redemption_claim": ("redemption", "RedemptionClaim"),
    "redemption_decide": ("redemption", "decide"),
    "settlement_draft": ("settlement", "SettlementDraft"),
    "settlement_reconcile": ("settlement", "SettlementReconcile"),
    "settlement_statement": ("statement", "PayeeStatements"),
    "step": ("step", "StepDialog"),
    "voucher_end": ("voucher", "VoucherEnd"),
    "voucher_issue": ("voucher", "VoucherIssue"),
    "voucher_switch": ("voucher", "VoucherSwitch"),
    "year_open": ("year", "YearOpen"),
}
"""By name: the module in this folder, and what makes the dialog there."""

READING: Final = frozenset({
    "certificate_preview", "certificate_verify", "policy_compare", "policy_export", "policy_simulate",
})  # fmt: skip
"""Dialogs that record nothing, so whoever is at the desk may open them."""


def open_dialog(name: str, desk: Desk, parent: QWidget, /, **context: object) -> QDialog:
    """Open a dialog by name and return at once.

    Args:
        name: a key of `DIALOGS`.
        desk: the open data file and the person at it.
        parent: the window it belongs to. It is asked for because a window without one is Python's own, and Python's
            garbage collection, which runs on whatever thread it likes, would destroy a widget off the GUI thread.
        context: what the dialog is about, by the keyword arguments of its class.
    """
    module, maker = DIALOGS[name]
    dialog = getattr(import_module(f"{__name__}.{module}"), maker)(desk, parent, **context)
    assert isinstance(dialog, QDialog)
    dialog.open()
    return dialog
