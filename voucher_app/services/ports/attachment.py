"""Attachments as the use cases need them: their records, and the side folder that holds the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voucher_app.domain.attachment import Attachment


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies durably in the side folder, under its digest."""

    sha256: str
    size_bytes: int


class AttachmentRepository(Protocol):
    """Records of attachments."""

    def add(self, *, subject: str, kind: str, file_name: str, stored: StoredFile, prepared_by: int) -> int:
        """Record an attachment; return its row."""

    def get(self, attachment_id: int) -> Attachment:
        """Return one attachment.

        Raises:
            NotFound: when there is none.
        """

    def of_subject(self, subject: str) -> list[Attachment]:
        """Return the attachments of one record, oldest first."""

    def all(self) -> list[Attachment]:
        """Return every attachment, oldest first."""

    def has_subject(self, noun: str, key: int) -> bool:
        """Return whether a record exists to which files may belong.

        Raises:
            InvalidInput: `attachment_subject`, for a noun that has no attachments.
        """


class AttachmentStore(Protocol):
    """The side folder: files by their SHA-256, written whole or not at all."""

    @property
    def folder(self) -> Path:
        """Where it is; it is made with the first file."""

    def measure(self, source: Path, *, largest_bytes: int) -> StoredFile:
        """Return digest and size of a file that is to be stored.

        Raises:
            StorageError: when the file cannot be read.
            InvalidInput: `attachment_large` or `attachment_empty`.
        """

    def put(self, source: Path, *, expected: StoredFile) -> None:
        """Copy a file into the folder, durably; the same content is stored once.

        Raises:
            StorageError: `attachment_changed`, when it is no longer what was measured; or what the system says.
        """

    def fault(self, *, sha256: str, size_bytes: int) -> str:
        """Return what is wrong with a stored file: `missing`, `changed`, or nothing."""

    def read(self, *, sha256: str, size_bytes: int) -> Iterator[bytes]:
        """Yield a stored file piece by piece; at its end it has proved to be what was recorded.

        Raises:
            StorageError: `attachment_missing`, or `attachment_changed`, perhaps only after the last piece.
        """

    def export(self, *, sha256: str, size_bytes: int, target: Path) -> None:
        """Copy a stored file out, under a name that must not exist.

        Raises:
            StorageError: `exists`, `folder_missing`, `attachment_missing`, `attachment_changed`.
        """
