"""Attachments in lists."""

from __future__ import annotations

from voucher_app.services.queries.attachment import AttachmentRow
from voucher_app.storage.sqlite.queries.list_reader import ListReader


class AttachmentQueries(ListReader):
    """Attachments in lists."""

    def attachments(self, subject: str) -> list[AttachmentRow]:
        """Return the attachments of one record, oldest first."""
        rows = self._all(
            """SELECT attachment.id, subject, kind, file_name, size_bytes, sha256, added_on, operator.name
               FROM attachment JOIN operator ON operator.id = prepared_by WHERE subject = ? ORDER BY attachment.id""",
            (subject,),
        )
        return [AttachmentRow(*row) for row in rows]
