"""The registers of document numbers as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.document_number import DocumentNumber
from voucher_app.domain.errors import NotFound
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.storage.sqlite.repositories.table import Row

_AT_ONCE: Final = 500
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

    def live(self, kind: str, subjects: Sequence[str]) -> dict[str, DocumentNumber]:
        """Return the live numbers of some documents of a kind, by subject."""
        found: dict[str, DocumentNumber] = {}
        for start in range(0, len(subjects), _AT_ONCE):
            some = subjects[start : start + _AT_ONCE]
            asked = ",".join("?" * len(some))
            rows = self._connection.execute(
                f"{_NUMBER} WHERE kind = ? AND subject IN ({asked}) AND voided_on IS NULL", (kind, *some)
            ).fetchall()
            found |= {number.subject: number for number in map(_number, rows)}
        return found

    def at(self, kind: str, subject: str, *, seq: int) -> DocumentNumber | None:
        """Return the number that a document had once a journal record was made."""
        row = self._one(
            f"{_NUMBER} WHERE kind = ? AND subject = ? AND drawn_seq <= ? ORDER BY id DESC LIMIT 1",
            (kind, subject, seq),
        )
        return _number(row) if row is not None else None

    def next_sequence(self, kind: str, year: int) -> int:
        """Return the sequence that the next number of a kind and year will have."""
        row = self._one(
            "SELECT coalesce(max(sequence), 0) + 1 FROM document_number WHERE kind = ? AND year = ?", (kind, year)
        )
        assert row is not None
        return cast("int", row[0])

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
