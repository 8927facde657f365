"""Batches in lists and in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.application import NOT_COUNTING, ApplicationStatus
from voucher_app.domain.batch import left_for
from voucher_app.domain.money import Money
from voucher_app.services.queries.batch import BatchDetails, BatchRow, ObjectionRow
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.list_reader import ListReader, numbered, of_statuses
from voucher_app.storage.sqlite.queries.stretches import Shape

if TYPE_CHECKING:
    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.stretches import Stretches

_LIVING: Final = "status NOT IN ({})".format(", ".join(f"'{status}'" for status in sorted(NOT_COUNTING)))
_OF_BATCH: Final = f"(SELECT {{}} FROM application WHERE batch_id = batch.id AND {_LIVING})"
_BATCHES: Final = Shape(
    base="batch",
    key="batch.id",
    sorts={"id": ("batch.id",), "intake_until": ("batch.intake_until", "batch.id")},
    columns=f"""batch.id, batch.year, batch.name, batch.model, batch.status, batch.intake_from, batch.intake_until,
      coalesce(batch.publicity_until, ''), {_OF_BATCH.format("count(*)")},
      {_OF_BATCH.format("coalesce(sum(requested_fen), 0)")}, {_OF_BATCH.format("coalesce(sum(granted_fen), 0)")},
      operator.name""",
    full="batch JOIN operator ON operator.id = prepared_by",
    make=lambda key, year, name, model, status, first, last, until, count, asked, granted, who: BatchRow(
        key, year, name, model, status, first, last, until, count, Money(asked), Money(granted), who
    ),
)


class BatchQueries(ListReader):
    """Batches in lists and in detail."""

    def batches(self, chosen: ListFilter) -> Stretches[BatchRow]:
        """List batches."""
        parts = of_statuses("batch.status", chosen.statuses)
        if chosen.year is not None:
            parts.append(("batch.year = ?", (chosen.year,)))
        number = numbered(chosen.text)
        if number is not None:
            parts.append(("batch.id = ?", (number,)))
        elif typed := Typed.of(chosen.text):
            parts.append(typed.within("batch.id", "batch"))
        return self._stretches(_BATCHES, chosen, parts)

    def batch(self, batch_id: int) -> BatchDetails:
        """Return all about a batch."""
        with told(self._path):
            records = self._records()
            batch = records.batches.get(batch_id)
            by_status = {
                status: (count, asked, granted)
                for status, count, asked, granted in self._all(
                    """SELECT status, count(*), sum(requested_fen), coalesce(sum(granted_fen), 0) FROM application
                       WHERE batch_id = ? GROUP BY status""",
                    (batch_id,),
                )
            }
            living = [sums for status, sums in by_status.items() if status not in NOT_COUNTING]
            issued = by_status.get(ApplicationStatus.ISSUED.value, (0, 0, 0))[2]
            money = records.years.get(batch.year)
            return BatchDetails(
                batch=batch,
                policy=records.policies.get(batch.policy_id),
                prepared_by=self._operator_name(batch.prepared_by),
                issued_by=self._operator_name(batch.issued_by),
                counts={status.value: by_status.get(status.value, (0,))[0] for status in ApplicationStatus},
                asked=Money(sum(sums[1] for sums in living)),
                granted=Money(sum(sums[2] for sums in living)),
                issued=Money(issued),
                left=left_for(batch, money=money, committed=records.batches.committed(batch.year, besides=batch_id)),
                objections=self._objections("objection.batch_id = ?", batch_id),
                history=self._history(subjects=[f"batch:{batch_id}"]),
            )

    def _objections(self, where: str, key: int | str) -> tuple[ObjectionRow, ...]:
        rows = self._all(
            f"""SELECT objection.id, application.id, organisation.name, raised_on, raised_by, content,
                  objection.status, resolution, coalesce(resolved_on, ''), preparer.name, coalesce(resolver.name, '')
                FROM objection JOIN application ON application.id =
                  CASE WHEN objection.subject LIKE 'application:%'
                    THEN CAST(substr(objection.subject, 13) AS INTEGER) END
                JOIN organisation ON organisation.id = application.recipient_id
                JOIN operator AS preparer ON preparer.id = objection.prepared_by
                LEFT JOIN operator AS resolver ON resolver.id = objection.resolved_by
                WHERE {where} ORDER BY objection.id""",
            (key,),
        )
        return tuple(ObjectionRow(*row) for row in rows)
