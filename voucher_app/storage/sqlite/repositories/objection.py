"""Objections as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.objection import Objection, ObjectionStatus
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.storage.sqlite.repositories.table import Row

OBJECTION = """SELECT id, subject, batch_id, raised_on, raised_by, content, status, prepared_by, resolution,
    resolved_on, resolved_by FROM objection"""


def objection_of(row: Row) -> Objection:
    """Return an objection from a row of `OBJECTION`."""
    key, subject, batch_id, raised_on, raised_by, content, status, prepared_by, resolution = row[:9]
    resolved_on, resolved_by = row[9:]
    return Objection(
        id=cast("int", key),
        subject=cast("str", subject),
        batch_id=cast("int | None", batch_id),
        raised_on=day(raised_on),
        raised_by=cast("str", raised_by),
        content=cast("str", content),
        status=ObjectionStatus(cast("str", status)),
        prepared_by=cast("int", prepared_by),
        resolution=cast("str", resolution),
        resolved_on=day_or_none(resolved_on),
        resolved_by=cast("int | None", resolved_by),
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
        row = self._one(f"{OBJECTION} WHERE id = ?", (objection_id,))
        if row is None:
            raise NotFound("objection", objection_id)
        return objection_of(row)

    def resolve(self, objection_id: int, *, status: str, resolution: str, resolved_by: int) -> None:
        """Record how an objection ended, today."""
        self._write(
            "objection",
            objection_id,
            "UPDATE objection SET status = ?, resolution = ?, resolved_on = ?, resolved_by = ? WHERE id = ?",
            (str(status), resolution, self._today.isoformat(), resolved_by, objection_id),
        )

    def of_subject(self, subject: str) -> list[Objection]:
        """Return every objection against one record, oldest first."""
        rows = self._connection.execute(f"{OBJECTION} WHERE subject = ? ORDER BY id", (subject,)).fetchall()
        return [objection_of(row) for row in rows]

    def open_in_batch(self, batch_id: int) -> list[Objection]:
        """Return the objections of a batch that are not resolved, oldest first."""
        rows = self._connection.execute(
            f"{OBJECTION} WHERE batch_id = ? AND status = 'open' ORDER BY id", (batch_id,)
        ).fetchall()
        return [objection_of(row) for row in rows]
