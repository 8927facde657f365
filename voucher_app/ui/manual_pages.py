"""Which page of the manual tells of which page, list and dialog of the window: F1 opens it.

The Chinese page is `docs/manual/NAME.md`, named as the window names it; its English twin is `docs/manual/en/KEY.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app import i18n

if TYPE_CHECKING:
    from pathlib import Path

PAGES: Final = {
    "first-day": "第一天",
    "overview": "概览",
    "applications": "申领",
    "batches": "批次",
    "vouchers": "算力券",
    "redemptions": "兑付",
    "settlements": "结算",
    "recipients": "领用单位",
    "providers": "服务商",
    "ledger": "台账",
    "settings": "设置",
    "policies": "政策",
    "people": "人员",
    "keys": "密钥",
    "safety": "备份与检查",
    "desk": "单位与本机",
    "checking": "查验",
    "printing": "打印",
    "tables": "导入导出",
    "search": "检索",
    "archive": "归档",
    "year-end": "期末结账",
}
"""Every page by its key, in the order in which the manual lists them."""

OF_PLACE: Final = {
    "overview": "overview",
    "applications": "applications",
    "batches": "batches",
    "vouchers": "vouchers",
    "redemptions": "redemptions",
    "settlements": "settlements",
    "settlements-list": "settlements",
    "lines": "settlements",
    "recoveries": "settlements",
    "recipients": "recipients",
    "providers": "providers",
    "ledger": "ledger",
    "statement": "year-end",
    "transfers": "ledger",
    "journal": "ledger",
    "prints": "printing",
    "settings": "settings",
    "policies": "policies",
    "people": "people",
    "keys": "keys",
    "numbers": "settings",
    "days": "settings",
    "safety": "safety",
    "desk": "desk",
}
"""By the `name` of a page or of a list on it."""

OF_DIALOG: Final = {
    "application_correct": "applications",
    "application_decide": "applications",
    "application_reimburse": "applications",
    "application_submit": "applications",
    "archive_pack": "archive",
    "backup_restore": "safety",
    "backup_seal": "safety",
    "certificate_preview": "printing",
    "certificate_verify": "checking",
    "diagnostics": "safety",
    "retention": "safety",
    "document_preview": "printing",
    "drafts": "first-day",
    "pdf_signature": "printing",
    "policy_compare": "policies",
    "policy_draft": "policies",
    "policy_export": "policies",
    "policy_simulate": "policies",
    "print_out": "printing",
    "provider_add": "providers",
    "recipient_add": "recipients",
    "recovery_decide": "settlements",
    "redemption_claim": "redemptions",
    "redemption_decide": "redemptions",
    "settlement_draft": "settlements",
    "settlement_reconcile": "settlements",
    "settlement_statement": "settlements",
    "table_import": "tables",
    "voucher_end": "vouchers",
    "voucher_issue": "vouchers",
    "voucher_switch": "vouchers",
    "year_open": "year-end",
}
"""By the name of a dialog in `dialogs.DIALOGS`, but for the one that asks for the steps of many records."""

OF_NOUN: Final = {
    "application": "applications",
    "attachment": "applications",
    "batch": "batches",
    "calendar": "settings",
    "certificate": "keys",
    "number": "settings",
    "office": "people",
    "operator": "people",
    "policy": "policies",
    "print": "printing",
    "provider": "providers",
    "recipient": "recipients",
    "recovery": "settlements",
    "redemption": "redemptions",
    "settlement": "settlements",
    "voucher": "vouchers",
    "year": "year-end",
}
"""By the noun of a step's use case, as `provider` of `provider.suspend`."""


def page_of_dialog(name: str, use_case: str) -> str:
    """Return the page that tells of a dialog; of a step by its use case, as `provider.suspend`."""
    return OF_DIALOG.get(name) or OF_NOUN.get(use_case.partition(".")[0], "first-day")


def file_of(folder: Path, key: str) -> Path:
    """Return the file of a page in the language that is spoken."""
    return folder / f"{PAGES[key]}.md" if i18n.language() == i18n.CHINESE else folder / "en" / f"{key}.md"


def key_of(address: str) -> str:
    """Return the key of the page that a link names, such as `申领.md` or `applications.md`; nothing for others."""
    stem = address.removesuffix(".md").rpartition("/")[2]
    if stem in PAGES:
        return stem
    return next((key for key, words in PAGES.items() if words == stem), "")


def title_of(folder: Path, key: str) -> str:
    """Return the heading of a page: its first line."""
    with file_of(folder, key).open(encoding="utf-8") as lines:
        return lines.readline().removeprefix("#").strip()
