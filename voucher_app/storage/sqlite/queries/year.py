"""A budget year's statement, now or at the end of any past day, from the ledger and the journal's after-images.

Money is summed from the transfers up to the day's last record; what a row said on that day is its last after-image up
to there. The journal is read from that record backwards: the first image met of a voucher is the one that counts.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.budget import CapChangeStatus, YearMoney, YearStatus
from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, RECYCLING, AccountKind, TransferKind
from voucher_app.domain.money import Money
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.services.queries.year import CapChangeRow, YearStatement
from voucher_app.storage.sqlite.queries.list_reader import ListReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_LATEST: Final = "9999-12-31"


class YearQueries(ListReader):
    """A budget year's statement."""

    def cap_changes(self, year: int, until: date | None = None) -> tuple[CapChangeRow, ...]:
        """Return the raises of a year, oldest first, as they stood at the end of a day."""
        day = until.isoformat() if until else _LATEST
        rows = self._all(
            """SELECT cap_change.id, amount_fen, document, reason, cap_change.status, proposed_on, proposer.name,
                 coalesce(decided_on, ''), coalesce(decider.name, '') FROM cap_change
               JOIN operator AS proposer ON proposer.id = prepared_by
               LEFT JOIN operator AS decider ON decider.id = reviewed_by
               WHERE year = ? AND proposed_on <= ? ORDER BY cap_change.id""",
            (year, day),
        )
        found = []
        for key, fen, document, reason, status, proposed_on, proposer, decided_on, decider in rows:
            undecided = decided_on > day
            found.append(
                CapChangeRow(
                    id=key,
                    amount=Money(fen),
                    document=document,
                    reason=reason,
                    status=CapChangeStatus.PROPOSED.value if undecided else status,
                    proposed_on=proposed_on,
                    prepared_by=proposer,
                    decided_on="" if undecided else decided_on,
                    reviewed_by="" if undecided else decider,
                )
            )
        return tuple(found)

    def year_statement(self, year: int, until: date | None = None, *, until_record: int | None = None) -> YearStatement:
        """Return what became of a year's money up to the end of a day, or up to a record; now, when neither is told.

        Raises:
            NotFound: when the year was not open on that day.
        """
        last = self._all(
            """SELECT seq, hash, business_date FROM journal WHERE business_date <= ?1 AND seq <= coalesce(?2, seq)
               ORDER BY seq DESC LIMIT 1""",
            (until.isoformat() if until else _LATEST, until_record),
        )
        if not last:
            raise NotFound("year", year)
        seq, head, day = last[0]
        status, document, counts = self._rows_then(year, seq)
        moved = self._moved(year, seq)
        opened = self._all(
            """SELECT amount_fen FROM transfer WHERE year = ? AND kind = 'appropriation' AND journal_seq <= ?
               ORDER BY id LIMIT 1""",
            (year, seq),
        )
        to_pool = sum(
            fen
            for (kind, _original, _debit, credit), fen in moved.items()
            if kind == TransferKind.RECOVERY and credit == AccountKind.APPROPRIATION
        )
        return YearStatement(
            as_of=until.isoformat() if until else day,
            seq=seq,
            head=head,
            money=_money(year, status, document, moved),
            counts=counts,
            opened=Money(opened[0][0]),
            changes=self.cap_changes(year, until),
            issued=_total(moved, TransferKind.ISSUANCE),
            redeemed=_total(moved, TransferKind.REDEMPTION),
            recycled=_total(moved, *RECYCLING),
            paid=_total(moved, TransferKind.DISBURSEMENT),
            recovered=_total(moved, TransferKind.RECOVERY),
            recovered_to_pool=Money(to_pool),
        )

    def _moved(self, year: int, seq: int) -> dict[tuple[str, str, int, int], int]:
        """Return what was moved up to a record: by kind, by the kind it reversed, and by kinds of account."""
        rows = self._all(
            f"""SELECT transfer.kind, coalesce(original.kind, ''), transfer.debit_id % {KINDS_PER_SUBJECT},
                  transfer.credit_id % {KINDS_PER_SUBJECT}, sum(transfer.amount_fen)
                FROM transfer LEFT JOIN transfer AS original ON original.id = transfer.reverses
                WHERE transfer.year = ? AND transfer.journal_seq <= ? GROUP BY 1, 2, 3, 4""",
            (year, seq),
        )
        return {(kind, original, debit, credit): fen for kind, original, debit, credit, fen in rows}

    def _rows_then(self, year: int, seq: int) -> tuple[str, str, dict[str, int]]:
        """Return status and document of a year and its vouchers by status, as their after-images up to a record say."""
        (expected,) = self._all("SELECT count(*) FROM voucher WHERE year = ? AND issued_seq <= ?", (year, seq))[0]
        met: set[int] = set()
        counted: Counter[str] = Counter()
        of_year: dict[str, Any] | None = None
        for table, row in self._images_before(seq):
            if table == "budget_year" and row["id"] == year and of_year is None:
                of_year = row
            elif table == "voucher" and row["year"] == year and row["id"] not in met:
                met.add(row["id"])
                counted[row["status"]] += 1
            if of_year is not None and len(met) == expected:
                break
        if of_year is None:
            raise NotFound("year", year)
        counts = {status.value: counted[status.value] for status in VoucherStatus}
        return of_year["status"], of_year["document"], counts

    def _images_before(self, seq: int) -> Iterator[tuple[str, dict[str, Any]]]:
        records = self._reader().execute("SELECT changes FROM journal WHERE seq <= ? ORDER BY seq DESC", (seq,))
        for (changes,) in records:
            if '"voucher":{' not in changes and '"budget_year":{' not in changes:
                continue
            tables = json.loads(changes)
            for table in ("budget_year", "voucher"):
                part = tables.get(table, {"columns": [], "rows": []})
                for row in part["rows"]:
                    yield table, dict(zip(part["columns"], row, strict=True))


def _total(moved: dict[tuple[str, str, int, int], int], *wanted: TransferKind) -> Money:
    """Return what some kinds of transfer moved, reversals taken off."""
    total = 0
    for (kind, original, _debit, _credit), fen in moved.items():
        if kind in wanted:
            total += fen
        elif original in wanted:
            total -= fen
    return Money(total)


def _money(year: int, status: str, document: str, moved: dict[tuple[str, str, int, int], int]) -> YearMoney:
    balance: Counter[int] = Counter()
    for (_kind, _original, debit, credit), fen in moved.items():
        balance[debit] -= fen
        balance[credit] += fen
    return YearMoney(
        year=year,
        status=YearStatus(status),
        document=document,
        unissued=Money(balance[AccountKind.APPROPRIATION]),
        outstanding=Money(balance[AccountKind.OUTSTANDING]),
        payable=Money(balance[AccountKind.PAYABLE]),
        disbursed=Money(balance[AccountKind.DISBURSED]),
        lapsed=Money(balance[AccountKind.LAPSED]),
    )
