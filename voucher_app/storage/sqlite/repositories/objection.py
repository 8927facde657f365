"""Objections as rows of the data file."""

from datetime import date
from typing import cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.objection import Objection, ObjectionStatus
from voucher_app.storage.sqlite.repositories.table import Row, Table, day, day_or_none

_OBJECTION = """SELECT id, subject, batch_id, raised_on, raised_by, content, status, prepared_by, resolution,
    resolved_on, resolved_by FROM objection"""


def _objection(row: Row) -> Objection:
    key, subject, batch_id = cast("tuple[int, str, int | None]", tuple(row[:3]))
    raised_by, content, status, prepared_by, resolution = cast("tuple[str, str, str, int, str]", tuple(row[4:9]))
    return Objection(
        id=key,
        subject=subject,
        batch_id=batch_id,
        raised_on=day(row[3]),
        raised_by=raised_by,
        content=content,
        status=ObjectionStatus(status),
        prepared_by=prepared_by,
        resolution=resolution,
        resolved_on=day_or_none(row[9]),
        resolved_by=cast("int | None", row[10]),
    )


class ObjectionTable(Table):
    """Objections."""

    def add(
        self,
        *,
        subject: str,
        raised_by: str,
        content: str,
        prepared_by: int,
        batch_id: int | None = None,
        raised_on: date | None = None,
    ) -> int:
        """Record an objection, raised today when no day is told; return its row."""
        key = self._next("objection")
        self._write(
            "objection",
            key,
            """INSERT INTO objection (id, subject, batch_id, raised_on, raised_by, content, status, prepared_by)
               VALUES (?, ?, ?, ?, ?, ?, 'open', ?)""",
            (key, subject, batch_id, (raised_on or self._today).isoformat(), raised_by, content, prepared_by),
        )
        return key

    def get(self, objection_id: int) -> Objection:
        """Return one objection."""
        row = self._one(f"{_OBJECTION} WHERE id = ?", (objection_id,))
        if row is None:
            raise NotFound("objection", objection_id)
        return _objection(row)

    def of_subject(self, subject: str) -> list[Objection]:
        """Return the objections raised against something, oldest first."""
        rows = self._connection.execute(f"{_OBJECTION} WHERE subject = ? ORDER BY id", (subject,)).fetchall()
        return [_objection(row) for row in rows]

    def resolve(self, objection_id: int, *, status: str, resolution: str, resolved_by: int) -> None:
        """Record how an objection ended, today."""
        self._write(
            "objection",
            objection_id,
            "UPDATE objection SET status = ?, resolution = ?, resolved_on = ?, resolved_by = ? WHERE id = ?",
            (str(status), resolution, self._today.isoformat(), resolved_by, objection_id),
        )
