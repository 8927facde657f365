"""Dialogs, one for each decision; they open without blocking and show the decision's effect before the click.

A dialog's module is loaded when it is first opened: the window is usable before, and most days need three of them.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog

from voucher_app.ui.room import keep_in_room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk

DIALOGS: Final = {
    "application_decide": ("application", "ApplicationDecide"),
    "application_correct": ("reimbursement", "ReimbursementCorrect"),
    "application_reimburse": ("reimbursement", "ApplicationReimburse"),
    "application_submit": ("application", "ApplicationSubmit"),
    "archive_pack": ("archive_pack", "ArchivePack"),
    "certificate_preview": ("certificate", "CertificatePreview"),
    "certificate_verify": ("certificate_check", "CertificateCheck"),
    "document_preview": ("documents", "preview_of"),
    "backup_restore": ("backup", "BackupRestore"),
    "backup_seal": ("backup", "BackupSeal"),
    "diagnostics": ("diagnostics", "Diagnostics"),
    "drafts": ("drafts", "DraftList"),
    "manual": ("manual", "Manual"),
    "pdf_signature": ("pdf_signature", "PdfSignature"),
    "policy_compare": ("policy_compare", "PolicyCompare"),
    "policy_draft": ("policy_draft", "PolicyDraft"),
    "policy_export": ("policy_export", "export_policy"),
    "policy_simulate": ("policy_simulate", "PolicySimulate"),
    "print_out": ("print_out", "PrintOut"),
    "provider_add": ("provider", "ProviderAdd"),
    "recipient_add": ("recipient", "RecipientAdd"),
    "recovery_decide": ("recovery", "RecoveryDecide"),
    "redemption_claim": ("redemption", "RedemptionClaim"),
    "redemption_decide": ("redemption", "decide"),
    "retention": ("retention", "RetentionReport"),
    "settlement_draft": ("settlement", "SettlementDraft"),
    "settlement_reconcile": ("settlement", "SettlementReconcile"),
    "settlement_statement": ("statement", "PayeeStatements"),
    "step": ("step", "StepDialog"),
    "table_import": ("table_import", "TableImport"),
    "voucher_end": ("voucher", "VoucherEnd"),
    "voucher_issue": ("voucher", "VoucherIssue"),
    "voucher_switch": ("voucher", "VoucherSwitch"),
    "year_open": ("year", "YearOpen"),
}
"""By name: the module in this folder, and what makes the dialog there."""

READING: Final = frozenset({
    "archive_pack", "backup_restore", "backup_seal", "certificate_preview", "certificate_verify", "diagnostics",
    "document_preview", "drafts", "manual", "pdf_signature", "policy_compare", "policy_export", "policy_simulate",
    "retention",
})  # fmt: skip
"""Dialogs that record nothing, so whoever is at the desk may open them."""


USE_CASES: Final = {
    "application_correct": "application.resubmit",
    "application_decide": "application.{act}",
    "application_reimburse": "application.reimburse",
    "application_submit": "application.submit",
    "policy_draft": "policy.draft",
    "print_out": "print.finish",
    "provider_add": "provider.add",
    "recipient_add": "recipient.add",
    "recovery_decide": "recovery.decide",
    "redemption_claim": "redemption.claim",
    "redemption_decide": "redemption.{act}",
    "settlement_draft": "settlement.draft",
    "settlement_reconcile": "settlement.reconcile",
    "voucher_end": "voucher.{act}",
    "voucher_issue": "voucher.issue",
    "voucher_switch": "voucher.{act}",
    "year_open": "year.open",
}
"""The use case that a dialog decides on, so that whose role has no such act is told before; others only read."""


def use_case_of(name: str, context: Mapping[str, object]) -> str:
    """Return the use case that a dialog decides on with its context, or nothing."""
    if name == "step":
        return str(getattr(context["step"], "use_case", ""))
    if name in {"table_import", "attach"}:
        return str(context.get("act", ""))  # each kind of table has its own; a file is asked for before the dialog
    return USE_CASES.get(name, "").format(act=context.get("act", ""))


def _open_manual(name: str, desk: Desk, dialog: QDialog) -> None:
    """Open the manual at the page that tells of a dialog, beside it."""
    if name == "manual":
        return
    from voucher_app.ui.dialogs.manual import open_manual  # noqa: PLC0415 - most days nobody asks
    from voucher_app.ui.manual_pages import page_of_dialog  # noqa: PLC0415

    open_manual(desk, dialog, page_of_dialog(name, str(dialog.property("use_case"))))


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
    # Its role is asked for with the first effect, which comes once the event loop has run.
    dialog.setProperty("use_case", use_case_of(name, context))
    QShortcut(QKeySequence("F1"), dialog, partial(_open_manual, name, desk, dialog))
    keeper = getattr(dialog, "keeper", None)
    if keeper is not None:
        keeper.opened_as(name, context)
    keep_in_room(dialog)
    dialog.open()
    return dialog
