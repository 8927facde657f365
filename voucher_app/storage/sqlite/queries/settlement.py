"""Settlements in lists and in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.domain.settlement import LineStatus
from voucher_app.services.queries.settlement import (
    PayeeShare,
    PayeeStatement,
    SettlementDetails,
    SettlementLineRow,
    SettlementRow,
)
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.deciding import decidable_by
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.list_reader import ListReader, numbered, of_statuses
from voucher_app.storage.sqlite.queries.stretches import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.stretches import Stretches

_LIVE = "('pending', 'paid')"
_OF_LINES = f"""(SELECT coalesce(sum({{}}), 0) FROM settlement_line
    WHERE settlement_id = settlement.id AND status IN {_LIVE})"""

_SETTLEMENTS: Final = Shape(
    base="settlement",
    key="settlement.id",
    sorts={"id": ("settlement.id",), "until": ("settlement.period_until", "settlement.id")},
    columns=f"""settlement.id, year, period_from, period_until, settlement.status, {_OF_LINES.format("1")},
      {_OF_LINES.format("amount_fen")}, {_OF_LINES.format("(status = 'paid') * amount_fen")}, drafted_on,
      operator.name""",
    full="settlement JOIN operator ON operator.id = prepared_by",
    make=lambda key, year, begins, ends, status, count, fen, paid, *rest: SettlementRow(
        key, year, begins, ends, status, count, Money(fen), Money(paid), *rest
    ),
)


def _line_row(*row: Any) -> SettlementLineRow:  # noqa: ANN401 - a row as SQLite gives it
    facts, amount, province = row[:9], row[9], row[10]
    status, is_sampled, result, receipt, paid_on, failure, is_reconciled = row[11:]
    amounts = (Money(amount), Money(province), Money(amount - province))
    rest = (status, bool(is_sampled), result, receipt, paid_on, failure, bool(is_reconciled))
    return SettlementLineRow(*(*facts, *amounts, *rest))


_LINES: Final = Shape(
    base="settlement_line",
    key="settlement_line.id",
    sorts={"id": ("settlement_line.id",), "amount": ("settlement_line.amount_fen", "settlement_line.id")},
    columns="""settlement_line.id, redemption_id, voucher.number, invoice_key, payee.name, payee.uscc,
      settlement_line.account_name, settlement_line.bank_name, settlement_line.bank_account, amount_fen, province_fen,
      settlement_line.status, is_sampled, sample_result, receipt_number, coalesce(settlement_line.paid_on, ''),
      failure_reason, is_reconciled""",
    full="""settlement_line JOIN redemption ON redemption.id = redemption_id
      JOIN voucher ON voucher.id = redemption.voucher_id JOIN organisation AS payee ON payee.id = payee_id""",
    make=_line_row,
)


class SettlementQueries(ListReader):
    """Settlements in lists and in detail."""

    def settlements(self, chosen: ListFilter) -> Stretches[SettlementRow]:
        """List settlements."""
        parts = of_statuses("settlement.status", chosen.statuses)
        parts += decidable_by("settlement", chosen.decidable_by)
        if chosen.year is not None:
            parts.append(("settlement.year = ?", (chosen.year,)))
        if (number := numbered(chosen.text)) is not None:
            parts.append(("settlement.id = ?", (number,)))
        elif typed := Typed.of(chosen.text):
            payees, values = typed.within("payee_id", "organisation")
            lines = f"settlement.id IN (SELECT settlement_id FROM settlement_line WHERE {payees})"
            parts.append(typed.any_of(typed.within("settlement.id", "settlement"), (lines, values)))
        return self._stretches(_SETTLEMENTS, chosen, parts)

    def settlement_lines(self, settlement_id: int, chosen: ListFilter) -> Stretches[SettlementLineRow]:
        """List the lines of a settlement."""
        parts: list[tuple[str, Sequence[object]]] = [("settlement_line.settlement_id = ?", (settlement_id,))]
        parts += of_statuses("settlement_line.status", chosen.statuses)
        if (number := numbered(chosen.text)) is not None:
            parts.append(("settlement_line.id = ?", (number,)))
        elif typed := Typed.of(chosen.text):
            claims = """EXISTS (SELECT 1 FROM redemption JOIN voucher ON voucher.id = voucher_id
                WHERE redemption.id = settlement_line.redemption_id
                AND (instr(lower(voucher.number), ?) OR instr(lower(invoice_key), ?)))"""
            parts.append(
                typed.any_of(typed.within("settlement_line.payee_id", "organisation"), (claims, (typed.part,) * 2))
            )
        return self._stretches(_LINES, chosen, parts)

    def settlement(self, settlement_id: int) -> SettlementDetails:
        """Return all about a settlement but its lines."""
        with told(self._path):
            settlement = self._records().settlements.get(settlement_id)
        counted = dict.fromkeys((status.value for status in LineStatus), 0)
        sums = dict.fromkeys(counted, 0)
        province = sampled = samples_open = 0
        for status, count, fen, province_fen, drawn, open_now in self._all(
            """SELECT status, count(*), sum(amount_fen), sum(province_fen), sum(is_sampled),
                 sum(is_sampled = 1 AND sample_result = '') FROM settlement_line WHERE settlement_id = ?
               GROUP BY status""",
            (settlement_id,),
        ):
            counted[status], sums[status] = count, fen
            if status in {LineStatus.PENDING, LineStatus.PAID}:
                province += province_fen
                sampled += drawn
                samples_open += open_now
        amount = sums[LineStatus.PENDING] + sums[LineStatus.PAID]
        return SettlementDetails(
            settlement=settlement,
            amount=Money(amount),
            province=Money(province),
            city=Money(amount - province),
            paid=Money(sums[LineStatus.PAID]),
            failed=Money(sums[LineStatus.FAILED]),
            line_counts=counted,
            sampled=sampled,
            samples_open=samples_open,
            payees=self._payees(settlement_id),
            prepared_by=self._operator_name(settlement.prepared_by),
            reviewed_by=self._operator_name(settlement.reviewed_by),
            checked_by=self._operator_name(settlement.checked_by),
            disbursed_by=self._operator_name(settlement.disbursed_by),
            history=self._history(
                subjects=[f"settlement:{settlement_id}"],
                # A draft that made several settlements at once is about none of them by name.
                seqs=[row[0] for row in self._all("SELECT drafted_seq FROM settlement WHERE id = ?", (settlement_id,))],
            ),
        )

    def _payees(self, settlement_id: int, uscc: str = "") -> tuple[PayeeShare, ...]:
        found = self._all(
            f"""SELECT payee_id, name, uscc, settlement_line.account_name, settlement_line.bank_name,
                  settlement_line.bank_account, count(*), sum(amount_fen), sum(province_fen),
                  sum((status = 'paid') * amount_fen)
                FROM settlement_line JOIN organisation ON organisation.id = payee_id
                WHERE settlement_id = ?1 AND status IN {_LIVE} AND (?2 = '' OR uscc = ?2)
                GROUP BY payee_id ORDER BY min(settlement_line.id)""",
            (settlement_id, uscc),
        )
        return tuple(
            PayeeShare(*(*facts, Money(fen), Money(province), Money(fen - province), Money(paid)))
            for *facts, fen, province, paid in found
        )

    def payee_statement(self, settlement_id: int, uscc: str) -> PayeeStatement:
        """Return what one payee gets of a settlement."""
        with told(self._path):
            settlement = self._records().settlements.get(settlement_id)
        payees = self._payees(settlement_id, uscc)
        if not payees:
            raise NotFound("payee", uscc)
        rows = self._all(
            f"""SELECT {_LINES.columns} FROM {_LINES.full} WHERE settlement_id = ? AND payee_id = ?
                AND settlement_line.status IN {_LIVE} ORDER BY settlement_line.id""",
            (settlement_id, payees[0].payee_id),
        )
        return PayeeStatement(settlement, payees[0], tuple(_line_row(*row) for row in rows))
