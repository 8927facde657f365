"""What a check of the attached files found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.i18n import _, marked

if TYPE_CHECKING:
    from voucher_app.services.attachment import AttachmentFinding

_FAULTS = {
    "missing": marked("Attachment {number} of {subject}, “{name}”, is missing from the side folder."),
    "changed": marked("Attachment {number} of {subject}, “{name}”, is not the file that was recorded."),
}


def attachment_sentence(finding: AttachmentFinding) -> str:
    """Return what is wrong with an attached file."""
    one = finding.attachment
    return _(_FAULTS[finding.fault]).format(number=one.id, subject=one.subject, name=one.file_name)
