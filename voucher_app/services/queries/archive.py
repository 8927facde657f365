"""What belongs into an archive pack (卷) of a voucher or of a year, as the records name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.attachment import AttachmentRow


@dataclass(frozen=True, slots=True)
class ArchivedPrint:
    """A print of the register that a pack tells of.

    Attributes:
        job_id: papers of one job and `form` file or printer lie in one file, which `sha256` is of.
        place: in its job; `job_items`: how many papers the job has.
        document_number: that stood on it, or empty.
        state: `begun`, `done` or `spoilt`.
    """

    job_id: int
    form: str
    place: int
    job_items: int
    kind: str
    subject: str
    title: str
    copy: int
    reason: str
    state: str
    document_number: str
    printed_on: date
    printed_by: str
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ArchiveContents:
    """What a pack is made of.

    Attributes:
        numbers: of its vouchers, by year and sequence; `redemptions`: their claims.
        subjects: everything it is about, such as `voucher:17`.
        documented: what its papers are about, in order: its own subjects, and of one voucher its batch and settlements
            too. Papers of a voucher's settlements are limited to `payees`, by credit code; None: of everybody.
        prints: what the register says of prints of those papers, oldest first.
        touched: by table, the rows whose every journal record belongs to it.
    """

    year: int
    numbers: tuple[str, ...]
    redemptions: tuple[int, ...]
    policies: tuple[PublishedPolicy, ...]
    attachments: tuple[AttachmentRow, ...]
    subjects: frozenset[str]
    documented: tuple[str, ...]
    payees: frozenset[str] | None
    prints: tuple[ArchivedPrint, ...]
    touched: dict[str, frozenset[int]]
