"""Batches as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voucher_app.domain.batch import Batch, BatchStatus
from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.domain.policy import Allocation, OperatingModel
from voucher_app.storage.sqlite.repositories.application import APPLICATION, application_of
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.application import Application
    from voucher_app.storage.sqlite.repositories.table import Row

BATCH = """SELECT id, year, policy_id, name, model, allocation, envelope_fen, intake_from, intake_until, document,
    status, publicity_from, publicity_until, prepared_by, issued_by FROM batch"""


def batch_of(row: Row) -> Batch:
    """Return a batch from a row of `BATCH`."""
    key, year, policy_id, name, model, allocation, envelope, intake_from, intake_until, document = row[:10]
    status, publicity_from, publicity_until, prepared_by, issued_by = row[10:]
    return Batch(
        id=cast("int", key),
        year=cast("int", year),
        policy_id=cast("int", policy_id),
        name=cast("str", name),
        model=OperatingModel(cast("str", model)),
        allocation=Allocation(cast("str", allocation)),
        envelope=None if envelope is None else Money(cast("int", envelope)),
        intake_from=day(intake_from),
        intake_until=day(intake_until),
        document=cast("str", document),
        status=BatchStatus(cast("str", status)),
        publicity_from=day_or_none(publicity_from),
        publicity_until=day_or_none(publicity_until),
        prepared_by=cast("int", prepared_by),
        issued_by=cast("int | None", issued_by),
    )


class BatchTable(Table):
    """Batches."""

    def add(
        self,
        *,
        year: int,
        policy_id: int,
        name: str,
        model: str,
        allocation: str,
        envelope: Money | None,
        intake_from: date,
        intake_until: date,
        document: str,
        prepared_by: int,
    ) -> int:
        """Record an open batch; return its row."""
        key = self._next("batch")
        self._write(
            "batch",
            key,
            """INSERT INTO batch (id, year, policy_id, name, model, allocation, envelope_fen, intake_from, intake_until,
                 document, status, prepared_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)""",
            (
                key,
                year,
                policy_id,
                name,
                str(model),
                str(allocation),
                None if envelope is None else envelope.fen,
                intake_from.isoformat(),
                intake_until.isoformat(),
                document,
                prepared_by,
            ),
        )
        return key

    def get(self, batch_id: int) -> Batch:
        """Return one batch."""
        row = self._one(f"{BATCH} WHERE id = ?", (batch_id,))
        if row is None:
            raise NotFound("batch", batch_id)
        return batch_of(row)

    def set_status(self, batch_id: int, status: str) -> None:
        """Record a new status."""
        self._write("batch", batch_id, "UPDATE batch SET status = ? WHERE id = ?", (str(status), batch_id))

    def publicize(self, batch_id: int, *, first: date, last: date) -> None:
        """Record that a batch is publicized from a day until a day."""
        self._write(
            "batch",
            batch_id,
            "UPDATE batch SET status = 'publicized', publicity_from = ?, publicity_until = ? WHERE id = ?",
            (first.isoformat(), last.isoformat(), batch_id),
        )

    def mark_issued(self, batch_id: int, *, issued_by: int) -> None:
        """Record that its vouchers were issued."""
        self._write(
            "batch", batch_id, "UPDATE batch SET status = 'issued', issued_by = ? WHERE id = ?", (issued_by, batch_id)
        )

    def applications(self, batch_id: int, *statuses: str) -> list[Application]:
        """Return a batch's applications in some statuses, oldest first."""
        rows = self._connection.execute(
            f"{APPLICATION} WHERE batch_id = ? AND status IN ({', '.join('?' * len(statuses))}) ORDER BY id",
            (batch_id, *map(str, statuses)),
        ).fetchall()
        return [application_of(row) for row in rows]

    def count(self, batch_id: int, *statuses: str) -> int:
        """Return how many of a batch's applications are in some statuses."""
        row = self._one(
            f"SELECT count(*) FROM application WHERE batch_id = ? AND status IN ({', '.join('?' * len(statuses))})",
            (batch_id, *map(str, statuses)),
        )
        assert row is not None
        return cast("int", row[0])

    def committed(self, year: int, *, besides: int) -> Money:
        """Return what other batches of a year have allocated and not issued yet."""
        row = self._one(
            # CROSS: the few batches first. Otherwise SQLite reads every application that was ever in one.
            """SELECT coalesce(sum(granted_fen), 0) FROM batch CROSS JOIN application ON batch_id = batch.id
               WHERE batch.year = ? AND batch.id <> ? AND batch.status IN ('reviewing', 'publicized')
               AND application.status IN ('allocated', 'publicized', 'objected', 'cleared')""",
            (year, besides),
        )
        assert row is not None
        return Money(cast("int", row[0]))
