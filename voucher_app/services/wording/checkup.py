"""The result of 检查数据库, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.i18n import _
from voucher_app.services.wording.findings import finding_sentence

if TYPE_CHECKING:
    from voucher_app.services.checkup import Checkup

_MOST_TOLD: Final = 10


def checkup_lines(found: Checkup) -> list[tuple[bool, str]]:
    """Return what each look found: whether all is well, and a sentence."""
    verification = found.verification
    lines = [
        (
            not verification.findings,
            _(
                "Ledger: {records} journal records and {images} after-images, hashes, balances and numbers agree."
            ).format(records=f"{verification.records:,}", images=f"{verification.images:,}")
            if not verification.findings
            else _("Ledger: {count} findings.").format(count=len(verification.findings)),
        )
    ]
    lines += [(False, finding_sentence(finding)) for finding in verification.findings[:_MOST_TOLD]]
    lines.append(
        (
            not found.file_faults,
            _("Data file: pages, indexes and references are sound.")
            if not found.file_faults
            else _("Data file: {detail}").format(detail="; ".join(found.file_faults)),
        )
    )
    lines.append(
        (
            not verification.index_is_stale,
            _("Search index: whole, and it says what the records say.")
            if not verification.index_is_stale
            else _("Search index: it is damaged or says otherwise than the records, so a search may miss something."),
        )
    )
    lines.append(
        (
            not found.attachment_faults,
            _("Attached files: {count} recorded, {faults} missing or changed.").format(
                count=found.attachments, faults=found.attachment_faults
            ),
        )
    )
    if found.backup is None:
        lines.append((True, _("Backups: there is none yet. One is made when the window closes.")))
    else:
        sound = (
            _("Newest backup: {name} is sound.") if not found.backup_faults else _("Newest backup: {name} is broken.")
        )
        lines.append((not found.backup_faults, sound.format(name=found.backup.name)))
    return lines


def checkup_advice(found: Checkup) -> str:
    """Return what to do now."""
    if found.is_sound and found.verification.index_is_stale:
        return _("The records are sound. Make the search index anew, so that searches find everything again.")
    if found.is_sound:
        return _("Nothing was found. Nothing has to be done.")
    return _(
        "Something was found. Record nothing more for now; keep the file as it is, restore the last good backup beside "
        "it, and tell whoever looks after this program. Nothing was changed by this check."
    )
