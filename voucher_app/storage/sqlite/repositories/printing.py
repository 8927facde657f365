"""The register of prints as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.printing import PrintForm, PrintItem, PrintJob, PrintStatus
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.services.ports.printing import NewItem
    from voucher_app.storage.sqlite.repositories.table import Row

_AT_ONCE: Final = 500
_JOB: Final = """SELECT id, status, form, target, staging, items, begun_on, begun_seq, prepared_by, ended_on, ended_by,
    note FROM print_job"""
_ITEM: Final = """SELECT id, job_id, place, kind, subject, title, copy, reason, sha256, file_name, is_spoilt
    FROM print_item"""


def _job(row: Row) -> PrintJob:
    key, status, form, target, staging, items, begun_on, begun_seq, prepared_by, ended_on, ended_by, note = row
    return PrintJob(
        id=cast("int", key),
        status=PrintStatus(cast("str", status)),
        form=PrintForm(cast("str", form)),
        target=cast("str", target),
        staging=cast("str", staging),
        items=cast("int", items),
        begun_on=day(begun_on),
        begun_seq=cast("int", begun_seq),
        prepared_by=cast("int", prepared_by),
        ended_on=day_or_none(ended_on),
        ended_by=cast("int | None", ended_by),
        note=cast("str", note),
    )


def _item(row: tuple[int, int, int, str, str, str, int, str, str, str, int]) -> PrintItem:
    return PrintItem(*row[:10], is_spoilt=bool(row[10]))


class PrintTable(Table):
    """The register of prints."""

    def copies(self, kind: str, subjects: Sequence[str]) -> dict[str, int]:
        """Return how often each of these documents was printed; 0 for never."""
        found = dict.fromkeys(subjects, 0)
        for start in range(0, len(subjects), _AT_ONCE):
            some = subjects[start : start + _AT_ONCE]
            asked = ",".join("?" * len(some))
            found |= self._connection.execute(
                f"""SELECT subject, max(copy) FROM print_item WHERE kind = ? AND subject IN ({asked})
                    GROUP BY subject""",
                (kind, *some),
            ).fetchall()
        return found

    def begin(
        self, *, form: PrintForm, target: str, staging: str, items: Sequence[NewItem], begun_seq: int, prepared_by: int
    ) -> int:
        """Record a job of today with its items, in their order; return its row."""
        key = self._next("print_job")
        self._write(
            "print_job",
            key,
            """INSERT INTO print_job (id, status, form, target, staging, items, begun_on, begun_seq, prepared_by)
               VALUES (?, 'begun', ?, ?, ?, ?, ?, ?, ?)""",
            (key, form.value, target, staging, len(items), self._today.isoformat(), begun_seq, prepared_by),
        )
        keys = [self._next("print_item") for _ in items]
        self._write_all(
            "print_item",
            keys,
            """INSERT INTO print_item (id, job_id, place, kind, subject, title, copy, reason, sha256, file_name)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                (item, key, place, one.kind, one.subject, one.title, one.copy, one.reason, one.sha256, one.file_name)
                for place, (item, one) in enumerate(zip(keys, items, strict=True), start=1)
            ],
        )
        return key

    def get(self, job_id: int) -> PrintJob:
        """Return one job."""
        row = self._one(f"{_JOB} WHERE id = ?", (job_id,))
        if row is None:
            raise NotFound("print", job_id)
        return _job(row)

    def items_of(self, job_id: int) -> list[PrintItem]:
        """Return the items of a job, in their order."""
        rows = self._connection.execute(f"{_ITEM} WHERE job_id = ? ORDER BY place", (job_id,)).fetchall()
        return [_item(row) for row in rows]

    def open_jobs(self) -> list[PrintJob]:
        """Return the jobs that were begun and have not ended, oldest first."""
        return [_job(row) for row in self._connection.execute(f"{_JOB} WHERE status = 'begun' ORDER BY id").fetchall()]

    def spoil(self, item_ids: Sequence[int]) -> None:
        """Record that papers did not come out; their copy numbers are used up."""
        self._write_all(
            "print_item", item_ids, "UPDATE print_item SET is_spoilt = 1 WHERE id = ?", [(key,) for key in item_ids]
        )

    def redraw(self, digests: dict[int, str]) -> None:
        """Record the digests of papers that had to be drawn anew, by item."""
        self._write_all(
            "print_item",
            digests,
            "UPDATE print_item SET sha256 = ? WHERE id = ?",
            [(sha256, key) for key, sha256 in digests.items()],
        )

    def end(self, job_id: int, *, status: str, ended_by: int, note: str = "") -> None:
        """Record how a job ended."""
        self._write(
            "print_job",
            job_id,
            "UPDATE print_job SET status = ?, ended_on = ?, ended_by = ?, note = ? WHERE id = ?",
            (str(status), self._today.isoformat(), ended_by, note, job_id),
        )
