"""What the groups of read models have that read records, lists and histories."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.money import Money
from voucher_app.services.queries.ledger import HistoryEntry
from voucher_app.storage.sqlite.queries.reader import Reader
from voucher_app.storage.sqlite.queries.stretches import Stretches
from voucher_app.storage.sqlite.repositories.repository_set import RepositorySet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.found import Narrowing
    from voucher_app.storage.sqlite.queries.stretches import Row, Shape

_NUMBERED: Final = re.compile(r"#([0-9]{1,18})", re.ASCII)
"""A row's own number, of as many digits as fit into a key of SQLite."""

INDEXED_BY_SUBJECT: Final = (
    "subject <> '' AND action NOT IN ('application.submit', 'application.approve', 'voucher.issue')"
)
"""What the journal's index by subject covers, in its own words: without them SQLite reads the whole journal."""


def numbered(text: str) -> int | None:
    """Return the number of the one row that is looked for: `#12`; None for any other text."""
    found = _NUMBERED.fullmatch(text.strip())
    return int(found[1]) if found else None


def of_statuses(column: str, statuses: Sequence[str]) -> list[tuple[str, Sequence[object]]]:
    """Return the condition that keeps rows of some statuses; none for all."""
    return [(f"{column} IN ({', '.join('?' * len(statuses))})", tuple(statuses))] if statuses else []


class ListReader(Reader):
    """What the groups of read models have that read records, lists and histories."""

    def _records(self) -> RepositorySet:
        return RepositorySet(self._reader(), self._path, date.min)

    def _stretches(
        self,
        shape: Shape[Row],
        chosen: ListFilter,
        parts: list[tuple[str, Sequence[object]]],
        narrowing: Narrowing | None = None,
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
            narrowing=narrowing,
            most=chosen.most,
            is_covered=narrowing is not None and {sql for sql, _ in parts} <= set(narrowing.covers),
        )

    def _history(
        self, *, subjects: Sequence[str] = (), seqs: Sequence[int] = (), amounts: dict[int, int] | None = None
    ) -> tuple[HistoryEntry, ...]:
        amounts = amounts or {}
        # Each condition only where there is something to look for: beside an empty list SQLite reads the whole journal.
        conditions = [f"seq IN ({', '.join('?' * len(seqs))})"] if seqs else []
        conditions += [f"(subject IN ({', '.join('?' * len(subjects))}) AND {INDEXED_BY_SUBJECT})"] if subjects else []
        if not conditions:
            return ()
        found = self._all(
            f"""SELECT business_date, recorded_at, operator_name, action, reason, seq FROM journal
                WHERE {" OR ".join(conditions)} ORDER BY seq DESC""",
            (*seqs, *subjects),
        )
        return tuple(
            HistoryEntry(day, at, who, action, Money(amounts[seq]) if seq in amounts else None, reason, seq)
            for day, at, who, action, reason, seq in found
        )

    def _application_seqs(self, application_id: int) -> list[int]:
        rows = self._all(
            "SELECT submitted_seq, accepted_seq, first_reviewed_seq, reviewed_seq FROM application WHERE id = ?",
            (application_id,),
        )
        return [seq for row in rows for seq in row if seq is not None]

    def _parts(self, records: RepositorySet, voucher: Voucher) -> dict[str, Any]:
        return {
            "recipient": records.parties.recipient_by_id(voucher.recipient_id),
            "provider": records.parties.provider_by_id(voucher.provider_id),
            "policy": records.policies.get(voucher.policy_id),
        }
