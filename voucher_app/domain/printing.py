"""Prints (打印登记): which copy of a paper it is, why it is printed again, and what became of a job."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import Violation

if TYPE_CHECKING:
    from datetime import date


class PrintStatus(StrEnum):
    """Where a job stands."""

    BEGUN = "begun"
    DONE = "done"
    CANCELLED = "cancelled"


PRINT_STEPS: Final[dict[str, dict[str, str]]] = {
    PrintStatus.BEGUN: {"finish": PrintStatus.DONE, "resume": PrintStatus.DONE, "cancel": PrintStatus.CANCELLED},
    PrintStatus.DONE: {},
    PrintStatus.CANCELLED: {},
}


class PrintForm(StrEnum):
    """Where papers go: a file for each into a folder, all into one file, or onto a printer."""

    FOLDER = "folder"
    FILE = "file"
    PRINTER = "printer"


@dataclass(frozen=True, slots=True)
class PrintItem:
    """One paper of a job.

    Attributes:
        place: its place in the job, from 1; in one file, its page.
        kind: which document, such as `certificate`; `subject`: of which record, such as `voucher:17`.
        copy: which copy of this document it is, over all jobs, from 1.
        reason: why it was printed again; empty for the first copy.
        sha256: of the file that it is a part of.
        file_name: in the job's folder; empty on a printer.
    """

    id: int
    job_id: int
    place: int
    kind: str
    subject: str
    title: str
    copy: int
    reason: str
    sha256: str
    file_name: str
    is_spoilt: bool


@dataclass(frozen=True, slots=True)
class PrintJob:
    """Papers that were printed together.

    Attributes:
        target: the folder, the file, or the printer's name.
        staging: the name under which its files lie until they get their own.
        items: how many papers; `note`: why it was cancelled.
        prepared_by: who began it; `ended_by`: who finished or cancelled it.
    """

    id: int
    status: PrintStatus
    form: PrintForm
    target: str
    staging: str
    items: int
    begun_on: date
    begun_seq: int
    prepared_by: int
    ended_on: date | None = None
    ended_by: int | None = None
    note: str = ""


def state_of(job: PrintJob, item: PrintItem) -> str:
    """Return what became of a paper: `begun`, `done` or `spoilt`."""
    if item.is_spoilt:
        return "spoilt"
    return "begun" if job.status is PrintStatus.BEGUN else "done"


def copy_has_its_reason(*, title: str, copy: int, reason: str) -> Violation | None:
    """Refuse to print a paper again without a written reason (experience.md 9)."""
    if copy == 1 or reason:
        return None
    return Violation("PRINT", "printed_already", found=copy - 1, allowed="a reason", subject=title)
