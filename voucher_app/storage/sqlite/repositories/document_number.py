"""The registers of document numbers as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.document_number import DocumentNumber
from voucher_app.domain.errors import NotFound
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none

if TYPE_CHECKING:
    from voucher_app.storage.sqlite.repositories.table import Row

_NUMBER: Final = """SELECT id, kind, year, sequence, prefix, subject, title, drawn_on, drawn_seq, prepared_by,
    voided_on, voided_by, void_reason FROM document_number"""


def _number(row: Row) -> DocumentNumber:
    key, kind, year, sequence, prefix, subject, title, drawn_on, drawn_seq, prepared_by, *voided = row
    return DocumentNumber(
        id=cast("int", key),
        kind=cast("str", kind),
        year=cast("int", year),
        sequence=cast("int", sequence),
        prefix=cast("str", prefix),
        subject=cast("str", subject),
        title=cast("str", title),
        drawn_on=day(drawn_on),
        drawn_seq=cast("int", drawn_seq),
        prepared_by=cast("int", prepared_by),
        voided_on=day_or_none(voided[0]),
        voided_by=cast("int | None", voided[1]),
        void_reason=cast("str", voided[2]),
    )


class DocumentNumberTable(Table):
    """The registers of document numbers."""

    def draw(self, *, kind: str, prefix: str, subject: str, title: str, drawn_seq: int, prepared_by: int) -> int:
        """Record the next number of this kind and of the business date's year; return its row."""
        key, year = self._next("document_number"), self._today.year
        self._write(
            "document_number",
            key,
            """INSERT INTO document_number (id, kind, year, sequence, prefix, subject, title, drawn_on, drawn_seq,
                 prepared_by)
               VALUES (?, ?, ?,
                 (SELECT coalesce(max(sequence), 0) + 1 FROM document_number WHERE kind = ? AND year = ?),
                 ?, ?, ?, ?, ?, ?)""",
            (key, kind, year, kind, year, prefix, subject, title, self._today.isoformat(), drawn_seq, prepared_by),
        )
        return key

    def get(self, number_id: int) -> DocumentNumber:
        """Return one number."""
        row = self._one(f"{_NUMBER} WHERE id = ?", (number_id,))
        if row is None:
            raise NotFound("document_number", number_id)
        return _number(row)

    def find(self, kind: str, subject: str) -> DocumentNumber | None:
        """Return the live number of a document, or None."""
        row = self._one(f"{_NUMBER} WHERE kind = ? AND subject = ? AND voided_on IS NULL", (kind, subject))
        return _number(row) if row is not None else None

    def all(self, kind: str = "", year: int | None = None) -> list[DocumentNumber]:
        """Return the numbers of a kind, of a year, or all; void ones too, in their order."""
        rows = self._connection.execute(
            f"""{_NUMBER} WHERE (? = '' OR kind = ?) AND (? IS NULL OR year = ?) ORDER BY kind, year, sequence""",
            (kind, kind, year, year),
        ).fetchall()
        return [_number(row) for row in rows]

    def void(self, number_id: int, *, reason: str, voided_by: int) -> None:
        """Make a number void as of today; it stays in the register."""
        self._write(
            "document_number",
            number_id,
            "UPDATE document_number SET voided_on = ?, voided_by = ?, void_reason = ? WHERE id = ?",
            (self._today.isoformat(), voided_by, reason, number_id),
        )
