"""Prints as the use cases need them: the register of jobs and copies, and the tray where files wait for their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from voucher_app.domain.printing import PrintForm, PrintItem, PrintJob


@dataclass(frozen=True, slots=True)
class NewItem:
    """A paper that is about to be printed; fields as in `PrintItem`."""

    kind: str
    subject: str
    title: str
    copy: int
    reason: str
    sha256: str
    file_name: str


class PrintRepository(Protocol):
    """The register of prints."""

    def copies(self, kind: str, subjects: Sequence[str]) -> dict[str, int]:
        """Return how often each of these documents was printed; 0 for never."""

    def begin(
        self, *, form: PrintForm, target: str, staging: str, items: Sequence[NewItem], begun_seq: int, prepared_by: int
    ) -> int:
        """Record a job of today with its items, in their order; return its row."""

    def get(self, job_id: int) -> PrintJob:
        """Return one job.

        Raises:
            NotFound: when there is none.
        """

    def items_of(self, job_id: int) -> list[PrintItem]:
        """Return the items of a job, in their order."""

    def open_jobs(self) -> list[PrintJob]:
        """Return the jobs that were begun and have not ended, oldest first."""

    def spoil(self, item_ids: Sequence[int]) -> None:
        """Record that papers did not come out; their copy numbers are used up."""

    def redraw(self, digests: dict[int, str]) -> None:
        """Record the digests of papers that had to be drawn anew, by item."""

    def end(self, job_id: int, *, status: str, ended_by: int, note: str = "") -> None:
        """Record how a job ended."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is whole and on the disk, but not yet under its name."""

    part: Path
    target: Path
    sha256: str


class PaperTray(Protocol):
    """Writes papers so that each appears under its name in one step, and only after it was registered."""

    def put_all(self, contents: Iterator[bytes], *, targets: Sequence[tuple[Path, int]], staging: str) -> list[Waiting]:
        """Write files beside their targets, down to the disk; after a failure nothing new is left there.

        Args:
            contents: of each file, in order.
            targets: where each will be, and its place in the job, which makes its name here.
            staging: of the job, likewise.
        """

    def find(self, *, target: Path, staging: str, place: int, sha256: str) -> Waiting | None:
        """Return a file that waits under such a name with this content, or None."""

    def publish(self, waiting: Sequence[Waiting]) -> None:
        """Give files their names, and make that durable."""

    def discard(self, waiting: Sequence[Waiting]) -> None:
        """Take files away that nobody registered."""

    def sweep(self, folder: Path, staging: str) -> None:
        """Take away whatever still waits in a folder for a job that has ended."""

    def write(self, file: Path, content: bytes, *, replaces: bool) -> None:
        """Write a file that no register knows, whole or not at all; another one of that name gives way only if told."""

    def digest(self, file: Path) -> str | None:
        """Return the SHA-256 of a file, or None when there is none."""
