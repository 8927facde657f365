"""Settlements and their lines as rows of the data file; many lines are written by one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, AccountKind
from voucher_app.domain.money import Money
from voucher_app.domain.settlement import (
    LineCounts,
    LineStatus,
    PayeeAccount,
    Settlement,
    SettlementLine,
    SettlementStatus,
)
from voucher_app.services.ports.settlement import Owed
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none, iso_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from voucher_app.services.ports.settlement import NewLine
    from voucher_app.storage.sqlite.repositories.table import Row

_LINE = """SELECT id, settlement_id, redemption_id, payee_id, amount_fen, province_fen, account_name, bank_name,
    bank_account, is_sampled, sample_result, status, receipt_number, paid_on, failure_reason, is_reconciled
    FROM settlement_line"""


def _line(row: Row) -> SettlementLine:
    key, settlement_id, redemption_id, payee_id, amount, province = cast(
        "tuple[int, int, int, int, int, int]", tuple(row[:6])
    )
    account = PayeeAccount(*cast("tuple[str, str, str]", tuple(row[6:9])))
    is_sampled, sample_result, status, receipt, paid_on, failure, is_reconciled = row[9:]
    return SettlementLine(
        id=key,
        settlement_id=settlement_id,
        redemption_id=redemption_id,
        payee_id=payee_id,
        amount=Money(amount),
        province=Money(province),
        account=account,
        is_sampled=bool(is_sampled),
        sample_result=cast("str", sample_result),
        status=LineStatus(cast("str", status)),
        receipt_number=cast("str", receipt),
        paid_on=day_or_none(paid_on),
        failure_reason=cast("str", failure),
        is_reconciled=bool(is_reconciled),
    )


class SettlementTable(Table):
    """Settlements and their lines."""

    def owed(self, *, until: date, since: date | None, year: int | None) -> list[Owed]:
        """Return what was verified up to a day, from a day on where one is told, and is in no settlement."""
        rows = self._connection.execute(
            """SELECT redemption.id, voucher.year, approved_fen, voucher.policy_id, coalesce(batch.model, ''),
                 voucher.recipient_id, voucher.provider_id
               FROM redemption JOIN voucher ON voucher.id = voucher_id
               JOIN application ON application.id = application_id LEFT JOIN batch ON batch.id = batch_id
               -- `+` keeps SQLite from beginning with the ledger, which is longer than what waits.
               JOIN transfer ON kind = 'redemption' AND credit_id = +redemption.id * ? + ?
               JOIN journal ON journal.seq = journal_seq
               WHERE redemption.status = 'verified' AND business_date BETWEEN coalesce(?, '') AND ?
                 AND (?5 IS NULL OR voucher.year = ?5) ORDER BY redemption.id""",
            (KINDS_PER_SUBJECT, AccountKind.PAYABLE.value, iso_or_none(since), until.isoformat(), year),
        ).fetchall()
        return [Owed(key, of_year, Money(fen), *rest) for key, of_year, fen, *rest in rows]

    def accounts(self, unit_ids: Iterable[int]) -> dict[int, PayeeAccount]:
        """Return where units want their money, as filed; the account's name is the unit's where none is filed."""
        found = {}
        for unit_id in unit_ids:
            row = self._one(
                """SELECT CASE account_name WHEN '' THEN name ELSE account_name END, bank_name, bank_account
                   FROM organisation WHERE id = ?""",
                (unit_id,),
            )
            assert row is not None, "who is paid is registered"
            found[unit_id] = PayeeAccount(*cast("tuple[str, str, str]", row))
        return found

    def add(
        self, *, year: int, period_from: date, period_until: date, document: str, prepared_by: int, lines: list[NewLine]
    ) -> int:
        """Record a draft with its lines; return its row."""
        assert self._notebook is not None, "only a unit of work writes"
        settlement_id = self._next("settlement")
        self._write(
            "settlement",
            settlement_id,
            """INSERT INTO settlement (id, year, period_from, period_until, document, drafted_on, drafted_seq, status,
                 prepared_by) VALUES (?, ?, ?, ?, ?, ?, ?, 'draft', ?)""",
            (
                settlement_id,
                year,
                period_from.isoformat(),
                period_until.isoformat(),
                document,
                self._today.isoformat(),
                self._notebook.seq,
                prepared_by,
            ),
        )
        keys = [self._next("settlement_line") for _line in lines]
        self._write_all(
            "settlement_line",
            keys,
            """INSERT INTO settlement_line (id, settlement_id, redemption_id, payee_id, amount_fen,
                 province_millionths, province_fen, account_name, bank_name, bank_account, is_sampled, status)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')""",
            (
                (
                    key,
                    settlement_id,
                    line.redemption_id,
                    line.payee_id,
                    line.amount.fen,
                    line.province_millionths,
                    line.province.fen,
                    line.account.account_name,
                    line.account.bank_name,
                    line.account.bank_account,
                    int(line.is_sampled),
                )
                for key, line in zip(keys, lines, strict=True)
            ),
        )
        return settlement_id

    def get(self, settlement_id: int) -> Settlement:
        """Return one settlement."""
        row = self._one(
            """SELECT year, period_from, period_until, document, status, drafted_on, prepared_by, reviewed_by,
                 checked_by, disbursed_by FROM settlement WHERE id = ?""",
            (settlement_id,),
        )
        if row is None:
            raise NotFound("settlement", settlement_id)
        year, period_from, period_until, document, status, drafted_on, prepared_by = row[:7]
        reviewed_by, checked_by, disbursed_by = cast("tuple[int | None, int | None, int | None]", row[7:])
        return Settlement(
            id=settlement_id,
            year=cast("int", year),
            period_from=day(period_from),
            period_until=day(period_until),
            document=cast("str", document),
            status=SettlementStatus(cast("str", status)),
            drafted_on=day(drafted_on),
            prepared_by=cast("int", prepared_by),
            reviewed_by=reviewed_by,
            checked_by=checked_by,
            disbursed_by=disbursed_by,
        )

    def line(self, settlement_id: int, line_id: int) -> SettlementLine:
        """Return one line of a settlement."""
        row = self._one(f"{_LINE} WHERE id = ? AND settlement_id = ?", (line_id, settlement_id))
        if row is None:
            raise NotFound("settlement-line", line_id)
        return _line(row)

    def lines(self, settlement_id: int, *, status: str = "") -> list[SettlementLine]:
        """Return a settlement's lines in their order, those of one status where one is told."""
        rows = self._connection.execute(
            f"{_LINE} WHERE settlement_id = ?1 AND (?2 = '' OR status = ?2) ORDER BY id", (settlement_id, str(status))
        ).fetchall()
        return [_line(row) for row in rows]

    def counts(self, settlement_id: int) -> LineCounts:
        """Return how many lines stand where."""
        row = self._one(
            """SELECT coalesce(sum(status = 'pending'), 0), coalesce(sum(status = 'paid'), 0),
                 coalesce(sum(bank_account = ''), 0), coalesce(sum(is_sampled = 1 AND sample_result = ''), 0)
               FROM settlement_line WHERE settlement_id = ? AND status IN ('pending', 'paid')""",
            (settlement_id,),
        )
        return LineCounts(*cast("tuple[int, int, int, int]", row))

    def set_status(
        self,
        settlement_id: int,
        status: str,
        *,
        reviewed_by: int | None = None,
        checked_by: int | None = None,
        disbursed_by: int | None = None,
        document: str = "",
    ) -> None:
        """Record where a settlement stands, and who brought it there; what is not told stays."""
        self._write(
            "settlement",
            settlement_id,
            """UPDATE settlement SET status = ?, reviewed_by = coalesce(?, reviewed_by),
                 checked_by = coalesce(?, checked_by), disbursed_by = coalesce(?, disbursed_by),
                 document = CASE ?5 WHEN '' THEN document ELSE ?5 END WHERE id = ?6""",
            (str(status), reviewed_by, checked_by, disbursed_by, document, settlement_id),
        )

    def pay(self, line_ids: Sequence[int], *, receipt_number: str, paid_on: date) -> None:
        """Record that lines were paid."""
        self._write_all(
            "settlement_line",
            line_ids,
            "UPDATE settlement_line SET status = 'paid', receipt_number = ?, paid_on = ? WHERE id = ?",
            ((receipt_number, paid_on.isoformat(), key) for key in line_ids),
        )

    def fail(self, line_id: int, *, reason: str) -> None:
        """Record that a line could not be paid, or came back."""
        self._write(
            "settlement_line",
            line_id,
            "UPDATE settlement_line SET status = 'failed', failure_reason = ?, is_reconciled = 0 WHERE id = ?",
            (reason, line_id),
        )

    def remove(self, line_ids: Sequence[int]) -> None:
        """Take lines out."""
        self._write_all(
            "settlement_line",
            line_ids,
            "UPDATE settlement_line SET status = 'removed' WHERE id = ?",
            ((key,) for key in line_ids),
        )

    def record_sample(self, line_id: int, *, result: str) -> None:
        """Record what a third party's check found."""
        self._write(
            "settlement_line", line_id, "UPDATE settlement_line SET sample_result = ? WHERE id = ?", (result, line_id)
        )

    def mark_reconciled(self, line_ids: Sequence[int]) -> None:
        """Record that the bank's file shows these payments."""
        self._write_all(
            "settlement_line",
            line_ids,
            "UPDATE settlement_line SET is_reconciled = 1 WHERE id = ?",
            ((key,) for key in line_ids),
        )
