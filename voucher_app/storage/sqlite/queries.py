"""Read models over reading connections: lists by stretches, details by key, the overview by covering indexes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, Account, AccountKind
from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.operators import Operator, Role
from voucher_app.domain.voucher import Voucher, VoucherStatus
from voucher_app.services.papers import PublicKey
from voucher_app.services.ports import Facility, PublishedPolicy
from voucher_app.services.queries import (
    ApplicationDetails,
    ApplicationRow,
    HistoryEntry,
    JournalRow,
    ListFilter,
    OfficeFacts,
    Overview,
    ProviderDetails,
    ProviderRow,
    RecipientDetails,
    RecipientRow,
    RedemptionDetails,
    RedemptionRow,
    Share,
    TransferRow,
    VoucherDetails,
    VoucherRow,
)
from voucher_app.storage.sqlite.connection import Connection, told
from voucher_app.storage.sqlite.repositories import RepositorySet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from voucher_app.domain.budget import YearMoney

Row = TypeVar("Row")
Key = tuple[object, ...]
_DETAIL_VOUCHERS: Final = 50
"""How many vouchers a unit's details list; the rest is one search away."""
_EXPIRING_LISTED: Final = 50
_SOON_DAYS: Final = (30, 60, 90)
_CITY_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Shape(Generic[Row]):
    """How a list is read.

    Attributes:
        base: table whose keys are listed, with the joins that filtering needs.
        key: its key; `sorts`: columns by name of the order, the last of them unique.
        full: joins that a row needs beside the base table, of which `{key}` are listed.
        make: from a row of `columns` to a frozen row.
    """

    base: str
    key: str
    sorts: dict[str, tuple[str, ...]]
    columns: str
    full: str
    make: Callable[..., Row]


class Stretches(Generic[Row]):
    """A list of which any stretch can be had by position.

    The keys at both ends of each stretch read are remembered, so that neighbours begin at a key. Only a jump into the
    unknown counts positions, on an index that covers them, from the nearest place known or from the nearer end.
    """

    def __init__(
        self,
        reader: Callable[[], Connection],
        path: Path,
        shape: Shape[Row],
        *,
        where: str,
        values: Sequence[object],
        sort: str,
        descending: bool,
    ) -> None:
        self._reader = reader
        self._path = path
        self._shape = shape
        self._where = where
        self._values = tuple(values)
        self._order = shape.sorts[sort or next(iter(shape.sorts))]
        self._is_descending = descending
        self._count: int | None = None
        self._keys_before: dict[int, Key] = {}
        """By position, the key of the row before it."""
        self._keys_at: dict[int, Key] = {}
        """By position, the key of the row at it."""

    def count(self) -> int:
        """Return how many rows there are."""
        if self._count is None:
            with told(self._path):
                sql = f"SELECT count(*) FROM {self._shape.base} WHERE {self._where}"
                self._count = int(self._reader().execute(sql, self._values).fetchone()[0])
        return self._count

    def rows(self, first: int, count: int) -> list[Row]:
        """Return a stretch of rows; shorter at the end."""
        if self._count is not None:
            count = min(count, self._count - first)
        if count <= 0:
            return []
        start = max((position for position in self._keys_before if position <= first), default=0)
        forwards = first - start
        found = None
        if self._count is not None:
            last = first + count
            end = min((position for position in self._keys_at if position >= last), default=self._count)
            if end - last < forwards:
                found = self._read(self._keys_at.get(end), count, skip=end - last, is_backwards=True)[::-1]
        if found is None:
            found = self._read(self._keys_before.get(start), count, skip=forwards, is_backwards=False)
        width = len(self._order)
        if found:
            self._keys_at[first] = tuple(found[0][:width])
            self._keys_before[first + len(found)] = tuple(found[-1][:width])
        return [self._shape.make(*row[width:]) for row in found]

    def _read(self, key: Key | None, count: int, *, skip: int, is_backwards: bool) -> list[Any]:
        """Read rows from a key on, the one way or the other, after skipping some."""
        is_downwards = self._is_descending is not is_backwards
        order = ", ".join(f"{column} {'DESC' if is_downwards else 'ASC'}" for column in self._order)
        where, values = self._where, list(self._values)
        if key is not None:
            marks = ", ".join("?" * len(key))
            where += f" AND ({', '.join(self._order)}) {'<' if is_downwards else '>'} ({marks})"
            values += key
        keys = f"SELECT {self._shape.key} FROM {self._shape.base} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
        sql = f"""SELECT {", ".join(self._order)}, {self._shape.columns} FROM {self._shape.full}
                  WHERE {self._shape.key} IN ({keys}) ORDER BY {order}"""
        with told(self._path):
            return list(self._reader().execute(sql, (*values, count, skip)).fetchall())


def _voucher_row(key: int, number: str, recipient: str, provider: str, face: int, left: int, *rest: str) -> VoucherRow:
    return VoucherRow(key, number, recipient, provider, Money(face), Money(left), *rest)


_VOUCHERS: Final = Shape(
    base="voucher",
    key="voucher.id",
    sorts={
        "number": ("voucher.year", "voucher.sequence"),
        "face": ("voucher.face_fen", "voucher.id"),
        "use_by": ("voucher.use_by", "voucher.id"),
        "redeem_by": ("voucher.redeem_by", "voucher.id"),
    },
    columns="""voucher.id, voucher.number, holder.name, seller.name, voucher.face_fen,
      voucher.face_fen - voucher.recycled_fen - voucher.redeemed_fen, voucher.status, voucher.issued_on,
      voucher.use_by, voucher.redeem_by""",
    full="""voucher JOIN organisation AS holder ON holder.id = voucher.recipient_id
      JOIN organisation AS seller ON seller.id = voucher.provider_id""",
    make=_voucher_row,
)
_VOUCHERS_OF_A_YEAR: Final = replace(_VOUCHERS, sorts={**_VOUCHERS.sorts, "number": ("voucher.sequence",)})
"""With the year given, SQLite finds a place by the sequence only when the order does not name the year once more."""

_APPLICATIONS: Final = Shape(
    base="application",
    key="application.id",
    sorts={"id": ("application.id",), "requested": ("application.requested_fen", "application.id")},
    columns="""application.id, holder.name, seller.name, contract_number, contract_amount_fen, requested_fen, status,
      submitted_on, operator.name""",
    full="""application JOIN organisation AS holder ON holder.id = recipient_id
      JOIN organisation AS seller ON seller.id = provider_id JOIN operator ON operator.id = prepared_by""",
    make=lambda key, recipient, provider, contract, amount, requested, *rest: ApplicationRow(
        key, recipient, provider, contract, Money(amount), Money(requested), *rest
    ),
)
_REDEMPTIONS: Final = Shape(
    base="redemption",
    key="redemption.id",
    sorts={"id": ("redemption.id",), "claimed": ("redemption.claimed_fen", "redemption.id")},
    columns="""redemption.id, voucher.number, holder.name, invoice_key, claimed_fen, approved_fen,
      redemption.status, claimed_on, operator.name""",
    full="""redemption JOIN voucher ON voucher.id = voucher_id
      JOIN organisation AS holder ON holder.id = voucher.recipient_id
      JOIN operator ON operator.id = redemption.prepared_by""",
    make=lambda key, voucher, recipient, invoice, claimed, approved, *rest: RedemptionRow(
        key, voucher, recipient, invoice, Money(claimed), None if approved is None else Money(approved), *rest
    ),
)
_HELD = "(SELECT {what} FROM voucher WHERE {role}_id = organisation.id{year})"
_JOURNAL: Final = Shape(
    base="journal",
    key="journal.seq",
    sorts={"seq": ("journal.seq",)},
    columns="seq, recorded_at, business_date, operator_name, action, subject, reason, hash",
    full="journal",
    make=JournalRow,
)


_LONGEST_SEARCH = 200


def _like(text: str) -> str:
    escaped = text[:_LONGEST_SEARCH].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


_UNITS_LIKE = "(SELECT id FROM organisation WHERE name LIKE ? ESCAPE '\\' OR uscc LIKE ? ESCAPE '\\')"


_EXPIRING_WITHIN: Final = """
      (SELECT count(*) FROM voucher WHERE use_by BETWEEN :today AND :in_{days} AND year = :year
         AND status IN ('usable', 'partly-used'))"""
_THAT_WAITS: Final = "status IN ('submitted', 'approved')"
"""Word for word as in the index `application_that_waits`, which is not used otherwise."""
_OVERVIEW: Final = f"""
    WITH held AS (
        SELECT recipient_id, count(*) AS vouchers, sum(face_fen - recycled_fen) AS fen
        FROM voucher WHERE +year = :year GROUP BY recipient_id),
      holders AS (
        SELECT CASE substr(region_code, 5, 1) WHEN '7' THEN region_code ELSE substr(region_code, 1, 4) END AS area,
          kind, sum(vouchers) AS vouchers, sum(fen) AS fen
        FROM held JOIN recipient ON recipient.id = recipient_id JOIN organisation ON organisation.id = recipient_id
        GROUP BY area, kind),
      sellers AS (
        SELECT provider_id, count(*) AS vouchers, sum(face_fen - recycled_fen) AS fen
        FROM voucher WHERE +year = :year GROUP BY provider_id),
      months AS (
        SELECT substr(issued_on, 1, 7) AS month, count(*) AS vouchers, sum(face_fen - recycled_fen) AS fen
        FROM voucher WHERE year = :year GROUP BY month),
      statuses AS (SELECT status, count(*) AS vouchers FROM voucher WHERE year = :year GROUP BY status)
    SELECT
      (SELECT json_group_array(json_array(area, kind, vouchers, fen)) FROM holders),
      (SELECT json_group_array(json_array(provider_id, name, vouchers, fen))
       FROM sellers JOIN organisation ON organisation.id = provider_id),
      (SELECT json_group_array(json_array(month, vouchers, fen)) FROM months),
      (SELECT json_group_array(json_array(status, vouchers)) FROM statuses),
      (SELECT count(*) FROM application WHERE {_THAT_WAITS} AND status = 'submitted' AND year = :year),
      (SELECT count(*) FROM application WHERE {_THAT_WAITS} AND status = 'approved' AND year = :year),
      (SELECT count(*) FROM redemption WHERE status = 'claimed'),
      {",".join(_EXPIRING_WITHIN.format(days=days) for days in _SOON_DAYS)}"""
"""A year in one row: one state of the file, and one step of SQLite, which works without Python's lock.

For each row SQLite takes that lock anew; while the window is being loaded it waits for it some 2 ms each time.
`+year` keeps the planner from the index of (year, sequence): it would look up every row and sort, and takes three times
as long as reading the index that covers the columns in the order of the groups.
"""


class SqliteQueries:
    """All read models over one file."""

    def __init__(self, reader: Callable[[], Connection], path: Path, regions: dict[str, str]) -> None:
        self._reader = reader
        self._path = path
        self._regions = regions

    # ------------------------------------------------------------------------------------------ the office

    def _all(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> list[Any]:
        with told(self._path):
            return list(self._reader().execute(sql, values).fetchall())

    def _records(self) -> RepositorySet:
        return RepositorySet(self._reader(), self._path, date.min)

    def office(self) -> OfficeFacts:
        """Return the office."""
        rows = self._all("SELECT name, trial, file_id FROM office")
        if not rows:
            raise NotFound("office", str(self._path))
        return OfficeFacts(rows[0][0], bool(rows[0][1]), rows[0][2])

    def operators(self) -> list[Operator]:
        """Return the people at the desk."""
        return [
            Operator(key, name, Role(role))
            for key, name, role in self._all("SELECT id, name, role FROM operator ORDER BY id")
        ]

    def operator(self, name: str) -> Operator:
        """Return one of them by name."""
        for operator in self.operators():
            if operator.name == name:
                return operator
        raise NotFound("operator", name)

    def public_keys(self) -> list[PublicKey]:
        """Return every public key the office ever used, newest first."""
        return [
            PublicKey(key_id, algorithm, bytes.fromhex(raw))
            for key_id, algorithm, raw in self._all(
                "SELECT key_id, algorithm, public_key FROM signing_key ORDER BY id DESC"
            )
        ]

    def policies(self) -> list[PublishedPolicy]:
        """Return all published policy versions, newest first."""
        with told(self._path):
            return self._records().policies.all()

    def years(self) -> list[int]:
        """Return the budget years, newest first."""
        return [row[0] for row in self._all("SELECT id FROM budget_year ORDER BY id DESC")]

    def year_money(self, year: int) -> YearMoney:
        """Return where a year's money is."""
        with told(self._path):
            return self._records().years.get(year)

    def voucher_counts(self, year: int) -> dict[str, int]:
        """Return the number of a year's vouchers by status, every status named."""
        counted = dict(self._all("SELECT status, count(*) FROM voucher WHERE year = ? GROUP BY status", (year,)))
        return {status.value: counted.get(status.value, 0) for status in VoucherStatus}

    def journal_hash(self, seq: int) -> str | None:
        """Return the hash of a journal record, or None when there is none."""
        rows = self._all("SELECT hash FROM journal WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None

    def regions(self) -> dict[str, str]:
        """Return the names of region codes."""
        return self._regions

    # ------------------------------------------------------------------------------------------ lists

    def _stretches(
        self, shape: Shape[Row], chosen: ListFilter, parts: list[tuple[str, Sequence[object]]]
    ) -> Stretches[Row]:
        where = " AND ".join(sql for sql, _ in parts) or "1"
        values = [value for _, part in parts for value in part]
        return Stretches(
            self._reader,
            self._path,
            shape,
            where=where,
            values=values,
            sort=chosen.sort,
            descending=chosen.descending,
        )

    @staticmethod
    def _of_statuses(column: str, statuses: Sequence[str]) -> list[tuple[str, Sequence[object]]]:
        return [(f"{column} IN ({', '.join('?' * len(statuses))})", tuple(statuses))] if statuses else []

    def vouchers(self, chosen: ListFilter) -> Stretches[VoucherRow]:
        """List vouchers."""
        parts = self._of_statuses("voucher.status", chosen.statuses)
        if chosen.year is not None:
            parts.append(("voucher.year = ?", (chosen.year,)))
        if chosen.text:
            text = _like(chosen.text.strip())
            parts.append(
                (
                    f"""(voucher.number LIKE ? ESCAPE '\\' OR voucher.recipient_id IN {_UNITS_LIKE}
                   OR voucher.provider_id IN {_UNITS_LIKE} OR voucher.application_id IN
                   (SELECT id FROM application WHERE contract_number LIKE ? ESCAPE '\\'))""",
                    (text,) * 6,
                )
            )
        return self._stretches(_VOUCHERS if chosen.year is None else _VOUCHERS_OF_A_YEAR, chosen, parts)

    def applications(self, chosen: ListFilter) -> Stretches[ApplicationRow]:
        """List applications."""
        parts = self._of_statuses("application.status", chosen.statuses)
        if chosen.year is not None:
            parts.append(("application.year = ?", (chosen.year,)))
        if chosen.text:
            text = _like(chosen.text.strip())
            parts.append(
                (
                    f"""(application.contract_number LIKE ? ESCAPE '\\' OR application.recipient_id IN {_UNITS_LIKE}
                   OR application.provider_id IN {_UNITS_LIKE})""",
                    (text,) * 5,
                )
            )
        return self._stretches(_APPLICATIONS, chosen, parts)

    def redemptions(self, chosen: ListFilter) -> Stretches[RedemptionRow]:
        """List redemptions."""
        parts = self._of_statuses("redemption.status", chosen.statuses)
        if chosen.year is not None:
            parts.append(("redemption.voucher_id IN (SELECT id FROM voucher WHERE year = ?)", (chosen.year,)))
        if chosen.text:
            text = _like(chosen.text.strip())
            parts.append(
                (
                    f"""(redemption.invoice_key LIKE ? ESCAPE '\\' OR redemption.voucher_id IN
                   (SELECT id FROM voucher WHERE number LIKE ? ESCAPE '\\' OR recipient_id IN {_UNITS_LIKE}))""",
                    (text,) * 4,
                )
            )
        return self._stretches(_REDEMPTIONS, chosen, parts)

    def _unit_parts(self, chosen: ListFilter) -> list[tuple[str, Sequence[object]]]:
        if not chosen.text:
            return []
        text = _like(chosen.text.strip())
        return [("(organisation.name LIKE ? ESCAPE '\\' OR organisation.uscc LIKE ? ESCAPE '\\')", (text, text))]

    def recipients(self, chosen: ListFilter) -> Stretches[RecipientRow]:
        """List recipients."""
        year = f" AND year = {int(chosen.year)}" if chosen.year is not None else ""
        held = _HELD.format(what="coalesce(sum(face_fen - recycled_fen), 0)", role="recipient", year=year)
        counted = _HELD.format(what="count(*)", role="recipient", year=year)
        joined = "recipient JOIN organisation ON organisation.id = recipient.id"
        shape = Shape(
            base=joined,
            key="recipient.id",
            sorts={
                "id": ("recipient.id",),
                "name": ("organisation.name", "organisation.id"),
                "uscc": ("organisation.uscc",),
            },
            columns=f"recipient.id, name, uscc, kind, region_code, {counted}, {held}",
            full=joined,
            make=lambda key, name, uscc, kind, region, count, fen: RecipientRow(
                key, name, uscc, kind, region, self._region(region), count, Money(fen)
            ),
        )
        return self._stretches(
            shape, chosen, self._of_statuses("recipient.kind", chosen.statuses) + self._unit_parts(chosen)
        )

    def providers(self, chosen: ListFilter) -> Stretches[ProviderRow]:
        """List providers and candidate facilities; a candidate's key in the list is negative."""
        year = f" AND year = {int(chosen.year)}" if chosen.year is not None else ""
        held = _HELD.format(what="coalesce(sum(face_fen - recycled_fen), 0)", role="provider", year=year)
        counted = _HELD.format(what="count(*)", role="provider", year=year)
        union = f"""(
          SELECT organisation.id AS key, 0 AS facility_id, name, uscc, region_code, status,
            coalesce(admitted_until, '') AS until, {counted} AS count, {held} AS fen
          FROM provider JOIN organisation ON organisation.id = provider.id
          UNION ALL
          SELECT -id, id, name, '', region_code, 'candidate', '', 0, 0 FROM facility WHERE provider_id IS NULL
        ) AS listed"""
        shape = Shape(
            base=union,
            key="listed.key",
            sorts={
                "id": ("listed.key",),
                "name": ("listed.name", "listed.key"),
                "uscc": ("listed.uscc", "listed.key"),
            },
            columns="max(key, 0), facility_id, name, uscc, region_code, status, until, count, fen",
            full=union,
            make=lambda key, facility, name, uscc, region, status, until, count, fen: ProviderRow(
                key, facility, name, uscc, region, self._region(region), status, until, count, Money(fen)
            ),
        )
        parts = self._of_statuses("listed.status", chosen.statuses)
        if chosen.text:
            text = _like(chosen.text.strip())
            parts.append(("(listed.name LIKE ? ESCAPE '\\' OR listed.uscc LIKE ? ESCAPE '\\')", (text, text)))
        return self._stretches(shape, chosen, parts)

    def journal(self, chosen: ListFilter) -> Stretches[JournalRow]:
        """List journal records."""
        parts: list[tuple[str, Sequence[object]]] = []
        if chosen.text:
            text = _like(chosen.text.strip())
            parts.append(
                (
                    "(operator_name LIKE ? ESCAPE '\\' OR action LIKE ? ESCAPE '\\' OR reason LIKE ? ESCAPE '\\')",
                    (text,) * 3,
                )
            )
        return self._stretches(_JOURNAL, chosen, parts)

    def transfers(self, chosen: ListFilter) -> Stretches[TransferRow]:
        """List transfers."""
        parts = self._of_statuses("transfer.kind", chosen.statuses)
        if chosen.year is not None:
            parts.append(("transfer.year = ?", (chosen.year,)))
        shape = Shape(
            base="transfer",
            key="transfer.id",
            sorts={"id": ("transfer.id",)},
            columns="""transfer.id, business_date, kind, debit_id,
              (SELECT number FROM voucher WHERE id = debit_id / 8 AND debit_id % 8 = 2), credit_id,
              (SELECT number FROM voucher WHERE id = credit_id / 8 AND credit_id % 8 = 2), amount_fen,
              operator_name, journal_seq""",
            full="transfer JOIN journal ON journal.seq = journal_seq",
            make=lambda key, day, kind, debit, debit_no, credit, credit_no, fen, operator, seq: TransferRow(
                key,
                day,
                kind,
                _account_label(debit, debit_no),
                _account_label(credit, credit_no),
                Money(fen),
                operator,
                seq,
            ),
        )
        return self._stretches(shape, chosen, parts)

    def _region(self, code: str) -> str:
        return self._regions.get(code) or self._regions.get(f"{code[:_CITY_DIGITS]}00", code)

    # ------------------------------------------------------------------------------------------ details

    def _operator_name(self, key: int | None) -> str:
        rows = self._all("SELECT name FROM operator WHERE id = ?", (key,))
        return rows[0][0] if rows else ""

    def _history(
        self, *, subjects: Sequence[str] = (), seqs: Sequence[int] = (), amounts: dict[int, int] | None = None
    ) -> tuple[HistoryEntry, ...]:
        amounts = amounts or {}
        found = self._all(
            f"""SELECT business_date, recorded_at, operator_name, action, reason, seq FROM journal
                WHERE seq IN ({", ".join("?" * len(seqs))})
                OR (subject <> '' AND subject IN ({", ".join("?" * len(subjects))}) AND action NOT IN
                    ('application.submit', 'application.approve', 'voucher.issue')) ORDER BY seq DESC""",
            (*seqs, *subjects),
        )
        return tuple(
            HistoryEntry(day, at, who, action, Money(amounts[seq]) if seq in amounts else None, reason, seq)
            for day, at, who, action, reason, seq in found
        )

    def _application_seqs(self, application_id: int) -> list[int]:
        rows = self._all("SELECT submitted_seq, reviewed_seq FROM application WHERE id = ?", (application_id,))
        return [seq for row in rows for seq in row if seq is not None]

    def _parts(self, records: RepositorySet, voucher: Voucher) -> dict[str, Any]:
        return {
            "recipient": records.parties.recipient_by_id(voucher.recipient_id),
            "provider": records.parties.provider_by_id(voucher.provider_id),
            "policy": records.policies.get(voucher.policy_id),
        }

    def _voucher_details(self, number: str, *, with_history: bool) -> VoucherDetails:
        records = self._records()
        voucher = records.vouchers.get(VoucherNumber.parse(number))
        history: tuple[HistoryEntry, ...] = ()
        if with_history:
            history = self._history(
                subjects=[f"voucher:{voucher.id}", f"application:{voucher.application_id}"],
                seqs=[voucher.issued_seq, *self._application_seqs(voucher.application_id)],
                amounts=self._amounts(voucher),
            )
        return VoucherDetails(
            voucher=voucher,
            application=records.applications.get(voucher.application_id),
            **self._parts(records, voucher),
            prepared_by=self._operator_name(voucher.prepared_by),
            reviewed_by=self._operator_name(voucher.reviewed_by),
            journal_hash=self.journal_hash(voucher.issued_seq) or "",
            history=history,
            redemptions=tuple(records.redemptions.of_voucher(voucher.id)) if with_history else (),
            open_claims=records.redemptions.open_claims(voucher.id)[1],
        )

    def _amounts(self, voucher: Voucher) -> dict[int, int]:
        account = Account(AccountKind.OUTSTANDING, voucher.id).id
        rows = self._all(
            """SELECT journal_seq, amount_fen FROM transfer WHERE debit_id = ? AND kind <> 'issuance'
               UNION ALL SELECT issued_seq, face_fen FROM voucher WHERE id = ?
               UNION ALL SELECT journal_seq, amount_fen FROM transfer
                 WHERE reverses IN (SELECT id FROM transfer WHERE debit_id = ? AND kind <> 'issuance')
               UNION ALL SELECT claimed_seq, claimed_fen FROM redemption WHERE voucher_id = ?""",
            (account, voucher.id, account, voucher.id),
        )
        return dict(rows)

    def voucher(self, number: str) -> VoucherDetails:
        """Return all about a voucher."""
        with told(self._path):
            return self._voucher_details(number, with_history=True)

    def certificate(self, number: str) -> VoucherDetails:
        """Return what the certificate says of a voucher."""
        with told(self._path):
            return self._voucher_details(number, with_history=False)

    def application(self, application_id: int) -> ApplicationDetails:
        """Return all about an application."""
        with told(self._path):
            records = self._records()
            application = records.applications.get(application_id)
            issued = self._all("SELECT number, issued_seq FROM voucher WHERE application_id = ?", (application_id,))
            return ApplicationDetails(
                application=application,
                recipient=records.parties.recipient_by_id(application.recipient_id),
                provider=records.parties.provider_by_id(application.provider_id),
                policy=records.policies.get(application.policy_id),
                prepared_by=self._operator_name(application.prepared_by),
                reviewed_by=self._operator_name(application.reviewed_by),
                voucher_number=issued[0][0] if issued else "",
                counted=records.parties.counted(application.recipient_id, application.year),
                history=self._history(
                    subjects=[f"application:{application_id}"],
                    seqs=[*self._application_seqs(application_id), *(row[1] for row in issued)],
                ),
            )

    def redemption(self, redemption_id: int) -> RedemptionDetails:
        """Return all about a redemption."""
        with told(self._path):
            records = self._records()
            redemption = records.redemptions.get(redemption_id)
            voucher = records.vouchers.get_by_id(redemption.voucher_id)
            payable = redemption_id * KINDS_PER_SUBJECT + AccountKind.PAYABLE
            seqs = [
                row[0]
                for row in self._all(
                    """SELECT claimed_seq FROM redemption WHERE id = ?
                       UNION SELECT journal_seq FROM transfer WHERE kind = 'redemption' AND credit_id = ?
                       UNION SELECT journal_seq FROM transfer WHERE debit_id = ? AND kind <> 'issuance'
                       UNION SELECT seq FROM journal WHERE subject = ? AND action LIKE 'redemption.%'
                         AND result = ?""",
                    (redemption_id, payable, payable, f"voucher:{voucher.id}", f"[{redemption_id}]"),
                )
            ]
            return RedemptionDetails(
                redemption=redemption,
                voucher=voucher,
                **self._parts(records, voucher),
                prepared_by=self._operator_name(redemption.prepared_by),
                reviewed_by=self._operator_name(redemption.reviewed_by),
                redeemed_in_year=records.parties.redeemed(voucher.recipient_id, voucher.year),
                open_claims=records.redemptions.open_claims(voucher.id, besides=redemption_id)[1],
                history=self._history(seqs=seqs),
            )

    def _vouchers_of(self, role: str, unit_id: int, year: int | None) -> tuple[VoucherRow, ...]:
        year_part = "" if year is None else f"AND voucher.year = {int(year)}"
        found = self._all(
            f"""SELECT {_VOUCHERS.columns} FROM {_VOUCHERS.full} WHERE voucher.id IN (
                  SELECT id FROM voucher WHERE {role}_id = ? {year_part} ORDER BY id DESC LIMIT {_DETAIL_VOUCHERS})
                ORDER BY voucher.id DESC""",
            (unit_id,),
        )
        return tuple(_VOUCHERS.make(*row) for row in found)

    def recipient(self, uscc: str, year: int) -> RecipientDetails:
        """Return all about a recipient."""
        with told(self._path):
            records = self._records()
            recipient = records.parties.recipient(uscc)
            return RecipientDetails(
                recipient=recipient,
                region_name=self._region(recipient.organisation.region_code),
                counted=records.parties.counted(recipient.id, year),
                redeemed=records.parties.redeemed(recipient.id, year),
                vouchers=self._vouchers_of("recipient", recipient.id, year),
                history=self._history(subjects=[f"recipient:{recipient.id}"]),
            )

    def provider(self, uscc: str) -> ProviderDetails:
        """Return all about a provider."""
        with told(self._path):
            provider = self._records().parties.provider(uscc)
            return ProviderDetails(
                provider=provider,
                region_name=self._region(provider.organisation.region_code),
                prepared_by=self._operator_name(provider.prepared_by),
                facilities=self._facilities("provider_id = ?", provider.id),
                vouchers=self._vouchers_of("provider", provider.id, None),
                history=self._history(subjects=[f"provider:{provider.id}"]),
            )

    def facility(self, facility_id: int) -> ProviderDetails:
        """Return all about a candidate of the registry."""
        facilities = self._facilities("id = ?", facility_id)
        if not facilities:
            raise NotFound("facility", facility_id)
        return ProviderDetails(None, self._region(facilities[0].region_code), "", facilities, (), ())

    def _facilities(self, where: str, value: int) -> tuple[Facility, ...]:
        found = self._all(
            f"""SELECT name, place, region_code, operated_by, racks, pflops_fp16, investment_yi_yuan, state, note,
                  source, id, provider_id FROM facility WHERE {where} ORDER BY id""",
            (value,),
        )
        return tuple(Facility(*row) for row in found)

    # ------------------------------------------------------------------------------------------ overview

    def overview(self, year: int, on: date) -> Overview:
        """Return a year at a glance, as of a day for what expires."""
        money = self.year_money(year)
        row = self._all(
            _OVERVIEW,
            {
                "year": year,
                "today": on.isoformat(),
                **{f"in_{days}": (on + timedelta(days=days)).isoformat() for days in _SOON_DAYS},
            },
        )[0]
        holders, sellers, months, statuses = (json.loads(told) for told in row[:4])
        submitted, approved, claimed, soon, later, latest = row[4:]
        cities: dict[str, tuple[int, int]] = {}
        kinds: dict[str, tuple[int, int]] = {}
        for area, kind, count, fen in holders:
            city = area if area in self._regions else f"{area[:_CITY_DIGITS]}00"
            cities[city] = _plus(cities.get(city), count, fen)
            kinds[kind] = _plus(kinds.get(kind), count, fen)
        counted = dict(statuses)
        return Overview(
            money=money,
            counts={status.value: counted.get(status.value, 0) for status in VoucherStatus},
            applications_waiting=submitted,
            applications_approved=approved,
            redemptions_waiting=claimed,
            by_city=_shares((code, self._region(code), count, fen) for code, (count, fen) in cities.items()),
            by_provider=_shares((str(key), name, count, fen) for key, name, count, fen in sellers),
            by_kind=_shares((kind, kind, count, fen) for kind, (count, fen) in kinds.items()),
            by_month=tuple(Share(month, month, count, Money(fen)) for month, count, fen in sorted(months)),
            expiring=self._expiring(year, on, on + timedelta(days=_SOON_DAYS[0])),
            expiring_counts=(soon, later, latest),
        )

    def _expiring(self, year: int, first: date, last: date) -> tuple[VoucherRow, ...]:
        found = self._all(
            f"""SELECT {_VOUCHERS.columns} FROM {_VOUCHERS.full}
                WHERE voucher.use_by BETWEEN ? AND ? AND voucher.year = ?
                AND voucher.status IN ('usable', 'partly-used') ORDER BY voucher.use_by, voucher.id
                LIMIT {_EXPIRING_LISTED}""",
            (first.isoformat(), last.isoformat(), year),
        )
        return tuple(_VOUCHERS.make(*row) for row in found)


def _plus(before: tuple[int, int] | None, count: int, fen: int) -> tuple[int, int]:
    return (before[0] + count, before[1] + fen) if before else (count, fen)


def _shares(rows: Iterable[tuple[str, str, int, int]]) -> tuple[Share, ...]:
    shares = [Share(key, name, count, Money(fen)) for key, name, count, fen in rows]
    return tuple(sorted(shares, key=lambda share: (-share.amount.fen, share.key)))


def _account_label(account_id: int, number: str | None) -> str:
    account = Account(AccountKind(account_id % KINDS_PER_SUBJECT), account_id // KINDS_PER_SUBJECT)
    return f"{account.kind.name.lower()}:{number}" if number else str(account)
