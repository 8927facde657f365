"""The register of prints in lists and in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.printing import state_of
from voucher_app.services.queries.printing import CopyRow, PrintDetails, PrintItemRow, PrintRow
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.list_reader import ListReader, numbered, of_statuses
from voucher_app.storage.sqlite.queries.stretches import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.stretches import Stretches


def _row(*row: Any) -> PrintRow:  # noqa: ANN401 - a row as SQLite gives it
    return PrintRow(*row)


_PRINTS: Final = Shape(
    base="print_job",
    key="print_job.id",
    sorts={"id": ("print_job.id",)},
    columns="""print_job.id, print_job.status, form, target, items,
        (SELECT title FROM print_item WHERE job_id = print_job.id AND place = 1), begun_on, operator.name""",
    full="print_job JOIN operator ON operator.id = print_job.prepared_by",
    make=_row,
)
STATE: Final = """CASE WHEN is_spoilt THEN 'spoilt' WHEN print_job.status = 'begun' THEN 'begun' ELSE 'done' END"""


class PrintQueries(ListReader):
    """The register of prints in lists and in detail."""

    def prints(self, chosen: ListFilter) -> Stretches[PrintRow]:
        """List print jobs."""
        parts = of_statuses("print_job.status", chosen.statuses)
        if (number := numbered(chosen.text)) is not None:
            parts.append(("print_job.id = ?", (number,)))
        elif typed := Typed.of(chosen.text):
            items, item_values = typed.within("id", "print_item")
            papers = f"print_job.id IN (SELECT job_id FROM print_item WHERE {items})"
            numbers = typed.numbered_vouchers(self._reader(), self._path)
            # A certificate's title is its number; of what fits nearly all numbers, titles are read.
            certificates: tuple[str, Sequence[object]] = (
                """print_job.id IN (SELECT job_id FROM print_item WHERE kind = 'certificate'
                   AND instr(lower(title), ?))""",
                (typed.part,),
            )
            if numbers is not None:
                sql, values = numbers
                certificates = (
                    f"""print_job.id IN (SELECT job_id FROM print_item WHERE kind = 'certificate'
                        AND subject IN (SELECT 'voucher:' || id FROM voucher WHERE id IN ({sql})))""",
                    values,
                )
            parts.append(typed.any_of(typed.within("print_job.id", "print_job"), (papers, item_values), certificates))
        return self._stretches(_PRINTS, chosen, parts)

    def print_job(self, job_id: int) -> PrintDetails:
        """Return all about a print job."""
        with told(self._path):
            records = self._records()
            job, items = records.prints.get(job_id), records.prints.items_of(job_id)
        ((recorded_at,),) = self._all("SELECT recorded_at FROM journal WHERE seq = ?", (job.begun_seq,))
        return PrintDetails(
            job=job,
            prepared_by=self._operator_name(job.prepared_by),
            ended_by=self._operator_name(job.ended_by),
            recorded_at=recorded_at,
            papers=tuple(
                PrintItemRow(
                    place=one.place,
                    kind=one.kind,
                    subject=one.subject,
                    title=one.title,
                    copy=one.copy,
                    reason=one.reason,
                    state=state_of(job, one),
                    sha256=one.sha256,
                    file_name=one.file_name,
                )
                for one in items
            ),
        )

    def copies(self, kind: str, subject: str) -> tuple[CopyRow, ...]:
        """Return every print of a document, newest first."""
        return tuple(
            CopyRow(*row)
            for row in self._all(
                f"""SELECT job_id, copy, {STATE}, reason, begun_on, operator.name, target, file_name, sha256
                    FROM print_item JOIN print_job ON print_job.id = job_id
                    JOIN operator ON operator.id = prepared_by
                    WHERE kind = ? AND subject = ? ORDER BY copy DESC""",
                (kind, subject),
            )
        )
