"""Attachments as rows of the data file; the files themselves lie in the side folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.attachment import Attachment, AttachmentKind
from voucher_app.domain.errors import InvalidInput, NotFound
from voucher_app.storage.sqlite.repositories.table import Table, day

if TYPE_CHECKING:
    from voucher_app.services.ports.attachment import StoredFile
    from voucher_app.storage.sqlite.repositories.table import Row

ATTACHMENT = "SELECT id, subject, kind, file_name, size_bytes, sha256, added_on, prepared_by FROM attachment"

_TABLE_OF: Final = {
    "application": "application",
    "batch": "batch",
    "objection": "objection",
    "voucher": "voucher",
    "redemption": "redemption",
    "recipient": "recipient",
    "provider": "provider",
    "settlement": "settlement",
    "recovery": "recovery",
    "policy": "policy",
    "year": "budget_year",
}
"""Where the records lie to which files may belong, by noun."""


def attachment_of(row: Row) -> Attachment:
    """Return an attachment from a row of `ATTACHMENT`."""
    key, subject, kind, file_name, size_bytes, sha256, added_on, prepared_by = row
    return Attachment(
        id=cast("int", key),
        subject=cast("str", subject),
        kind=AttachmentKind(cast("str", kind)),
        file_name=cast("str", file_name),
        size_bytes=cast("int", size_bytes),
        sha256=cast("str", sha256),
        added_on=day(added_on),
        prepared_by=cast("int", prepared_by),
    )


class AttachmentTable(Table):
    """Records of attachments."""

    def add(self, *, subject: str, kind: str, file_name: str, stored: StoredFile, prepared_by: int) -> int:
        """Record an attachment; return its row."""
        key = self._next("attachment")
        self._write(
            "attachment",
            key,
            """INSERT INTO attachment (id, subject, kind, file_name, size_bytes, sha256, added_on, prepared_by)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                subject,
                str(kind),
                file_name,
                stored.size_bytes,
                stored.sha256,
                self._today.isoformat(),
                prepared_by,
            ),
        )
        return key

    def get(self, attachment_id: int) -> Attachment:
        """Return one attachment."""
        row = self._one(f"{ATTACHMENT} WHERE id = ?", (attachment_id,))
        if row is None:
            raise NotFound("attachment", attachment_id)
        return attachment_of(row)

    def of_subject(self, subject: str) -> list[Attachment]:
        """Return the attachments of one record, oldest first."""
        rows = self._connection.execute(f"{ATTACHMENT} WHERE subject = ? ORDER BY id", (subject,)).fetchall()
        return [attachment_of(row) for row in rows]

    def all(self) -> list[Attachment]:
        """Return every attachment, oldest first."""
        return [attachment_of(row) for row in self._connection.execute(f"{ATTACHMENT} ORDER BY id").fetchall()]

    def has_subject(self, noun: str, key: int) -> bool:
        """Return whether a record exists to which files may belong."""
        if noun not in _TABLE_OF:
            raise InvalidInput("attachment_subject", found=noun, choices=", ".join(_TABLE_OF))
        return self._one(f"SELECT 1 FROM {_TABLE_OF[noun]} WHERE id = ?", (key,)) is not None
