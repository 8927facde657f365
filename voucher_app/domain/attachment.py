"""Attachments (附件): files that belong to a record; the record keeps their digest, the side folder the files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

LARGEST_BYTES: Final = 50 * 1024 * 1024
"""A scanned contract has some megabytes; what is larger does not belong beside a data file."""


class AttachmentKind(StrEnum):
    """What a file is for."""

    APPLICATION_FORM = "application-form"
    COMMITMENT = "commitment"
    CONTRACT = "contract"
    CREDIT_REPORT = "credit-report"
    INVOICE = "invoice"
    PAYMENT_RECEIPT = "payment-receipt"
    USAGE_STATEMENT = "usage-statement"
    LICENCE = "licence"
    NOTICE = "notice"
    OTHER = "other"


REQUIRED_PAPERS: Final = (AttachmentKind.APPLICATION_FORM, AttachmentKind.COMMITMENT, AttachmentKind.CONTRACT)
"""What an application should come with (domain.md §5) where its policy names no papers: told, the officer decides."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file as recorded; `subject` is what it belongs to, such as `application:7`."""

    id: int
    subject: str
    kind: AttachmentKind
    file_name: str
    size_bytes: int
    sha256: str
    added_on: date
    prepared_by: int


def papers_are_there(
    required: Sequence[AttachmentKind], *, there: Collection[AttachmentKind], noun: str, key: int
) -> list[Violation]:
    """PAPERS: refuse to accept or to verify what comes without papers that its policy names (完整性检查).

    Args:
        required: kinds of papers, as the policy names them.
        there: kinds of the papers that are filed.
        noun: `application` or `redemption`; `key`: which one.
        key: see `noun`.
    """
    missing = [kind.value for kind in required if kind not in there]
    if not missing:
        return []
    allowed = [kind.value for kind in required]
    return [
        Violation("PAPERS", "papers_missing", found=missing, allowed=allowed, subject=str(key), facts={"noun": noun})
    ]
