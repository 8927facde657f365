"""What belongs into an archive pack, and the journal records that touch it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import NotFound
from voucher_app.domain.journal import CONTENT_COLUMNS, canonical
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, AccountKind
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.services.queries.archive import ArchiveContents, ArchivedPrint
from voucher_app.services.queries.attachment import AttachmentRow
from voucher_app.storage.sqlite.queries.documents import WHOLE
from voucher_app.storage.sqlite.queries.list_reader import ListReader
from voucher_app.storage.sqlite.queries.printing import STATE
from voucher_app.storage.sqlite.repositories.table import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LINE_COLUMNS: Final = (*CONTENT_COLUMNS, "column_digests", "hash")
_OF_ONE: Final = ("application", "voucher", "redemption", "recovery")
_OF_YEAR: Final = ("year", "quarter", "batch", "issuance", *_OF_ONE, "settlement")
"""Of which records a volume's papers are, in its order."""
_PRINTS: Final = f"""
    SELECT job_id, form, place, (SELECT count(*) FROM print_item AS other WHERE other.job_id = print_job.id), kind,
      item.subject, title, copy, reason, {STATE},
      coalesce((SELECT prefix || '〔' || year || '〕' || sequence || '号' FROM document_number AS number
        WHERE number.kind = item.kind AND number.subject = item.subject AND drawn_seq <= begun_seq
        ORDER BY number.id DESC LIMIT 1), ''),
      begun_on, operator.name, file_name, sha256
    FROM print_item AS item JOIN print_job ON print_job.id = job_id JOIN operator ON operator.id = prepared_by
    WHERE item.id IN (SELECT value FROM json_each(?)) ORDER BY item.id"""
_OUTSTANDING, _PAYABLE = AccountKind.OUTSTANDING.value, AccountKind.PAYABLE.value


class ArchiveQueries(ListReader):
    """What belongs into an archive pack, and the journal records that touch it."""

    def archive_of_voucher(self, number: str) -> ArchiveContents:
        """Return what belongs to one voucher: application, claims, payments, recoveries, batch and settlements.

        Raises:
            InvalidInput, NotFound: for a number that cannot be read or does not exist.
        """
        asked = VoucherNumber.parse(number)
        rows = self._all(
            "SELECT application_id FROM voucher WHERE year = ? AND sequence = ?", (asked.year, asked.sequence)
        )
        if not rows:
            raise NotFound("voucher", str(asked))
        return self._contents(asked.year, {rows[0][0]}, is_whole_year=False)

    def archive_of_year(self, year: int) -> ArchiveContents:
        """Return what belongs to a budget year.

        Raises:
            NotFound: when the year was never opened.
        """
        if not self._all("SELECT 1 FROM budget_year WHERE id = ?", (year,)):
            raise NotFound("year", year)
        applications = self._ids("SELECT id FROM application WHERE year = ?", year)
        return self._contents(year, applications, is_whole_year=True)

    def _ids(self, sql: str, *values: object) -> set[int]:
        return {row[0] for row in self._all(sql, values)}

    def _among(self, sql: str, keys: Iterable[int | str]) -> set[int]:
        """Return the rows of a statement whose `?` is a list of keys."""
        return self._ids(sql.replace("(?)", "(SELECT value FROM json_each(?))"), json.dumps(sorted(keys)))

    def _contents(self, year: int, applications: set[int], *, is_whole_year: bool) -> ArchiveContents:
        touched = self._touched(applications)
        if is_whole_year:
            touched["budget_year"] = {year}
            touched["cap_change"] = self._ids("SELECT id FROM cap_change WHERE year = ?", year)
            touched["batch"] |= self._ids("SELECT id FROM batch WHERE year = ?", year)
            touched["settlement"] |= self._ids("SELECT id FROM settlement WHERE year = ?", year)
            touched["transfer"] |= self._ids("SELECT id FROM transfer WHERE year = ?", year)
        own = _OF_YEAR if is_whole_year else _OF_ONE
        keyed: dict[str, Iterable[int | str]] = {**touched, "issuance": self._issuances(touched["voucher"])}
        keyed |= {"year": [year], "quarter": [f"{year}-{quarter}" for quarter in (1, 2, 3, 4)]}
        subjects = {f"{noun}:{key}" for noun in own for key in keyed[noun]}
        nouns = own if is_whole_year else ("batch", "issuance", *own, "settlement")
        documented = tuple(f"{noun}:{key}" for noun in nouns for key in sorted(keyed[noun], key=str))
        attachments = self._attachments_about(subjects)
        touched["attachment"] = {one.id for one in attachments}
        touched["objection"] = self._among("SELECT id FROM objection WHERE subject IN (?)", subjects)
        whole = WHOLE.format("subject")
        for table in ("document_number", "print_item"):
            touched[table] = self._among(f"SELECT id FROM {table} WHERE {whole} IN (?)", documented)
        touched["print_job"] = self._among("SELECT job_id FROM print_item WHERE id IN (?)", touched["print_item"])
        policies = self._among("SELECT policy_id FROM application WHERE id IN (?)", applications)
        return ArchiveContents(
            year=year,
            numbers=self._numbers(touched["voucher"]),
            redemptions=tuple(sorted(touched["redemption"])),
            policies=tuple(self._records().policies.get(one) for one in sorted(policies)),
            attachments=attachments,
            subjects=frozenset(subjects),
            documented=documented,
            payees=None if is_whole_year else self._payees_of(touched["settlement_line"]),
            prints=self._prints_of(touched["print_item"]),
            touched={table: frozenset(keys) for table, keys in touched.items()},
        )

    def _touched(self, applications: set[int]) -> dict[str, set[int]]:
        vouchers = self._among("SELECT id FROM voucher WHERE application_id IN (?)", applications)
        redemptions = self._among("SELECT id FROM redemption WHERE voucher_id IN (?)", vouchers)
        lines = self._among("SELECT id FROM settlement_line WHERE redemption_id IN (?)", redemptions)
        recoveries = self._among("SELECT id FROM recovery WHERE redemption_id IN (?)", redemptions)
        accounts = {one * KINDS_PER_SUBJECT + _OUTSTANDING for one in vouchers}
        accounts |= {one * KINDS_PER_SUBJECT + _PAYABLE for one in redemptions}
        return {
            "application": applications,
            "voucher": vouchers,
            "redemption": redemptions,
            "settlement_line": lines,
            "settlement": self._among("SELECT settlement_id FROM settlement_line WHERE id IN (?)", lines),
            "recovery": recoveries,
            "recovery_receipt": self._among("SELECT id FROM recovery_receipt WHERE recovery_id IN (?)", recoveries),
            "batch": self._among(
                "SELECT batch_id FROM application WHERE batch_id IS NOT NULL AND id IN (?)", applications
            ),
            "transfer": self._among("SELECT id FROM transfer WHERE debit_id IN (?)", accounts)
            | self._among("SELECT id FROM transfer WHERE credit_id IN (?)", accounts),
        }

    def _numbers(self, vouchers: set[int]) -> tuple[str, ...]:
        rows = self._all(
            "SELECT number FROM voucher WHERE id IN (SELECT value FROM json_each(?)) ORDER BY year, sequence",
            (json.dumps(sorted(vouchers)),),
        )
        return tuple(row[0] for row in rows)

    def _issuances(self, vouchers: set[int]) -> set[int]:
        """Return the journal records by which vouchers outside a batch were issued."""
        return self._among(
            """SELECT issued_seq FROM voucher JOIN application ON application.id = application_id
               WHERE batch_id IS NULL AND voucher.id IN (?)""",
            vouchers,
        )

    def _payees_of(self, lines: set[int]) -> frozenset[str]:
        rows = self._all(
            """SELECT uscc FROM organisation WHERE id IN (SELECT payee_id FROM settlement_line
               WHERE id IN (SELECT value FROM json_each(?)))""",
            (json.dumps(sorted(lines)),),
        )
        return frozenset(row[0] for row in rows)

    def _prints_of(self, items: set[int]) -> tuple[ArchivedPrint, ...]:
        return tuple(
            ArchivedPrint(
                job_id=job, form=form, place=place, job_items=of, kind=kind, subject=subject, title=title, copy=copy,
                reason=reason, state=state, document_number=number, printed_on=day(on), printed_by=by,
                file_name=name, sha256=sha256,
            )
            for job, form, place, of, kind, subject, title, copy, reason, state, number, on, by, name, sha256
            in self._all(_PRINTS, (json.dumps(sorted(items)),))
        )  # fmt: skip

    def _attachments_about(self, subjects: set[str]) -> tuple[AttachmentRow, ...]:
        rows = self._all(
            """SELECT attachment.id, subject, kind, file_name, size_bytes, sha256, added_on, operator.name
               FROM attachment JOIN operator ON operator.id = prepared_by
               WHERE subject IN (SELECT value FROM json_each(?)) ORDER BY attachment.id""",
            (json.dumps(sorted(subjects)),),
        )
        return tuple(AttachmentRow(*row) for row in rows)

    def journal_extract(self, contents: ArchiveContents, *, until_seq: int) -> Iterator[str]:
        """Yield the journal records that touch a pack, each as a line of JSON with all that its hash covers.

        The whole journal is read, because an act may write a row that it is not about.
        """
        columns = ", ".join(_LINE_COLUMNS)
        records = self._reader().execute(f"SELECT {columns} FROM journal WHERE seq <= ? ORDER BY seq", (until_seq,))
        subject, changes = _LINE_COLUMNS.index("subject"), _LINE_COLUMNS.index("changes")
        for row in records:
            if row[subject] in contents.subjects or _touches(row[changes], contents.touched):
                yield canonical(dict(zip(_LINE_COLUMNS, row, strict=True)))


def _touches(changes: str, touched: dict[str, frozenset[int]]) -> bool:
    return any(
        row[0] in touched[table]
        for table, part in json.loads(changes).items()
        if table in touched
        for row in part["rows"]
    )
