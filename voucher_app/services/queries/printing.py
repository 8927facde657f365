"""The register of prints, in lists and in detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voucher_app.domain.printing import PrintJob


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A print job in a list; `first`: what its first paper is called."""

    id: int
    status: str
    form: str
    target: str
    items: int
    first: str
    begun_on: str
    prepared_by: str


@dataclass(frozen=True, slots=True)
class PrintItemRow:
    """A paper of a job; `state` is `begun`, `done` or `spoilt`."""

    place: int
    kind: str
    subject: str
    title: str
    copy: int
    reason: str
    state: str
    sha256: str
    file_name: str


@dataclass(frozen=True, slots=True)
class PrintDetails:
    """Everything about a print job; `ended_by` is empty while it lasts."""

    job: PrintJob
    prepared_by: str
    ended_by: str
    recorded_at: str
    papers: tuple[PrintItemRow, ...]


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One print of one document."""

    job_id: int
    copy: int
    state: str
    reason: str
    printed_on: str
    printed_by: str
    target: str
    file_name: str
    sha256: str
