"""Redemptions, and the further invoices of each, as rows of the data file."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.claim import NO_EVIDENCE, Evidence
from voucher_app.domain.errors import NotFound
from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import Money
from voucher_app.domain.policy import OperatingModel
from voucher_app.domain.redemption import Redemption, RedemptionStatus
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none, iso_or_none

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from voucher_app.storage.sqlite.repositories.table import Row

_INVOICE = """invoice_key, invoice_amount_fen, invoiced_on, service_from, service_until, supporting_services_fen,
    paid_fen, paid_on, payer_name, payee_name"""
_REDEMPTION = f"""SELECT id, voucher_id, claimed_fen, approved_fen, status, claimed_on, prepared_by, reviewed_by,
    reason, contract_from, contract_until, price_item, unit_price_fen, claim_reason, further_invoices, {_INVOICE}
    FROM redemption"""
_WIDTH_OF_FACTS: Final = 9
_WIDTH_OF_EVIDENCE: Final = 15
_NO_EVIDENCE_ROW: Final = (None, None, "", None, "", 0)


def _money_or_none(value: object) -> Money | None:
    return None if value is None else Money(cast("int", value))


def _invoice(row: Row) -> Invoice:
    key, amount, invoiced_on, service_from, service_until, supporting, paid, paid_on, payer, payee = row
    return Invoice(
        key=cast("str", key),
        amount=Money(cast("int", amount)),
        invoiced_on=day(invoiced_on),
        service_from=day_or_none(service_from),
        service_until=day_or_none(service_until),
        supporting_services=Money(cast("int", supporting)),
        paid=_money_or_none(paid),
        paid_on=day_or_none(paid_on),
        payer=cast("str", payer),
        payee=cast("str", payee),
    )


def _invoice_values(invoice: Invoice) -> tuple[object, ...]:
    return (
        invoice.key,
        invoice.amount.fen,
        invoice.invoiced_on.isoformat(),
        iso_or_none(invoice.service_from),
        iso_or_none(invoice.service_until),
        invoice.supporting_services.fen,
        None if invoice.paid is None else invoice.paid.fen,
        iso_or_none(invoice.paid_on),
        invoice.payer,
        invoice.payee,
    )


class RedemptionTable(Table):
    """Redemptions."""

    def add(
        self, *, voucher_id: int, claimed: Money, invoice: Invoice, prepared_by: int, evidence: Evidence = NO_EVIDENCE
    ) -> int:
        """Record a claim with its evidence; return its row."""
        assert self._notebook is not None, "only a unit of work writes"
        key = self._next("redemption")
        self._write(
            "redemption",
            key,
            f"""INSERT INTO redemption (id, voucher_id, claimed_fen, status, claimed_on, prepared_by, claimed_seq,
                 contract_from, contract_until, price_item, unit_price_fen, claim_reason, further_invoices, {_INVOICE})
               VALUES (?, ?, ?, 'claimed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                voucher_id,
                claimed.fen,
                self._today.isoformat(),
                prepared_by,
                self._notebook.seq,
                iso_or_none(evidence.contract_from),
                iso_or_none(evidence.contract_until),
                evidence.price_item,
                None if evidence.unit_price is None else evidence.unit_price.fen,
                evidence.reason,
                len(evidence.further),
                *_invoice_values(invoice),
            ),
        )
        for one in evidence.further:
            further = self._next("further_invoice")
            self._write(
                "further_invoice",
                further,
                f"""INSERT INTO further_invoice (id, redemption_id, {_INVOICE})
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (further, key, *_invoice_values(one)),
            )
        return key

    def get(self, redemption_id: int) -> Redemption:
        """Return one redemption."""
        row = self._one(f"{_REDEMPTION} WHERE id = ?", (redemption_id,))
        if row is None:
            raise NotFound("redemption", redemption_id)
        return self._redemption(row)

    def of_voucher(self, voucher_id: int) -> list[Redemption]:
        """Return a voucher's redemptions, oldest first."""
        rows = self._connection.execute(f"{_REDEMPTION} WHERE voucher_id = ? ORDER BY id", (voucher_id,)).fetchall()
        return [self._redemption(row) for row in rows]

    def _redemption(self, row: Row) -> Redemption:
        key, voucher_id, claimed, approved, status, claimed_on, prepared_by, reviewed_by, reason = row[:_WIDTH_OF_FACTS]
        return Redemption(
            id=cast("int", key),
            voucher_id=cast("int", voucher_id),
            claimed=Money(cast("int", claimed)),
            approved=_money_or_none(approved),
            status=RedemptionStatus(cast("str", status)),
            invoice=_invoice(row[_WIDTH_OF_EVIDENCE:]),
            claimed_on=day(claimed_on),
            prepared_by=cast("int", prepared_by),
            reviewed_by=cast("int | None", reviewed_by),
            reason=cast("str", reason),
            evidence=self._evidence(cast("int", key), row[_WIDTH_OF_FACTS:_WIDTH_OF_EVIDENCE]),
        )

    def _evidence(self, redemption_id: int, row: Row) -> Evidence:
        if tuple(row) == _NO_EVIDENCE_ROW:
            return NO_EVIDENCE
        contract_from, contract_until, item, unit_price, reason, further = row
        return Evidence(
            further=self._further(redemption_id) if further else (),
            contract_from=day_or_none(contract_from),
            contract_until=day_or_none(contract_until),
            price_item=cast("str", item),
            unit_price=_money_or_none(unit_price),
            reason=cast("str", reason),
        )

    def _further(self, redemption_id: int) -> tuple[Invoice, ...]:
        rows = self._connection.execute(
            f"SELECT {_INVOICE} FROM further_invoice WHERE redemption_id = ? ORDER BY id", (redemption_id,)
        ).fetchall()
        return tuple(map(_invoice, rows))

    def holder_of_invoice(self, key: str) -> int | None:
        """Return the redemption that uses an invoice, as its first or as a further one; ended ones left out (R9)."""
        row = self._one(
            """SELECT id FROM redemption WHERE invoice_key = ?1 AND status NOT IN ('refused', 'reversed')
               UNION ALL SELECT redemption_id FROM further_invoice WHERE invoice_key = ?1 AND released = 0 LIMIT 1""",
            (key,),
        )
        return None if row is None else cast("int", row[0])

    def open_claims(self, voucher_id: int, *, besides: int | None = None) -> tuple[int, Money]:
        """Return number and sum of undecided claims on a voucher, one of them left out."""
        row = self._one(
            """SELECT count(*), coalesce(sum(claimed_fen), 0) FROM redemption
               WHERE voucher_id = ? AND status = 'claimed' AND id IS NOT ?""",
            (voucher_id, besides),
        )
        assert row is not None
        return cast("int", row[0]), Money(cast("int", row[1]))

    def model_of(self, application_id: int) -> OperatingModel | None:
        """Return the operating model of the batch that an application came with, or None outside of one."""
        row = self._one(
            "SELECT model FROM application JOIN batch ON batch.id = batch_id WHERE application.id = ?",
            (application_id,),
        )
        return None if row is None else OperatingModel(cast("str", row[0]))

    def contract_support(self, application_id: int) -> tuple[Money, Money]:
        """Return the amount of an application's contract and the other public money declared on it (R15)."""
        row = self._one(
            "SELECT contract_amount_fen, other_support_fen FROM application WHERE id = ?", (application_id,)
        )
        assert row is not None
        return Money(cast("int", row[0])), Money(cast("int", row[1]))

    def reference_price(self, *, provider_id: int, item: str, on: date, besides: int | None = None) -> Fraction | None:
        """Return the price that a provider filed for an item as of a day, else the median of earlier claims (R30).

        Returns:
            Exact fen, because a median may lie between two prices; None when nothing is known.
        """
        row = self._one(
            """SELECT price_fen FROM listed_price WHERE provider_id = ? AND item = ? AND valid_from <= ?
               ORDER BY valid_from DESC, id DESC LIMIT 1""",
            (provider_id, item, on.isoformat()),
        )
        if row is not None:
            return Fraction(cast("int", row[0]))
        rows = self._connection.execute(
            """SELECT unit_price_fen FROM redemption WHERE price_item = ? AND price_item <> ''
               AND unit_price_fen IS NOT NULL AND status NOT IN ('refused', 'reversed') AND id IS NOT ?
               ORDER BY unit_price_fen""",
            (item, besides),
        ).fetchall()
        if not rows:
            return None
        return Fraction(rows[(len(rows) - 1) // 2][0] + rows[len(rows) // 2][0], 2)

    def decide(
        self,
        redemption_id: int,
        *,
        status: str,
        approved: Money | None,
        reviewed_by: int,
        reason: str,
        derivation: str = "",
    ) -> None:
        """Record a reviewer's decision, and the arithmetic behind an approval."""
        self._write(
            "redemption",
            redemption_id,
            """UPDATE redemption SET status = ?, approved_fen = ?, reviewed_by = ?, reason = ?, derivation = ?
               WHERE id = ?""",
            (str(status), approved.fen if approved else None, reviewed_by, reason, derivation, redemption_id),
        )

    def reverse(self, redemption_id: int, *, reversed_by: int, reason: str) -> None:
        """Record that a verified redemption was reversed."""
        self._write(
            "redemption",
            redemption_id,
            "UPDATE redemption SET status = 'reversed', reversed_by = ?, reason = ? WHERE id = ?",
            (reversed_by, reason, redemption_id),
        )

    def set_status(self, redemption_ids: Sequence[int], status: str) -> None:
        """Record where redemptions stand after a settlement or a recovery."""
        self._write_all(
            "redemption",
            redemption_ids,
            "UPDATE redemption SET status = ? WHERE id = ?",
            ((str(status), key) for key in redemption_ids),
        )

    def release_further(self, redemption_id: int) -> None:
        """Free the further invoices of a refused or reversed redemption for another claim (R9)."""
        rows = self._connection.execute(
            "SELECT id FROM further_invoice WHERE redemption_id = ? AND released = 0 ORDER BY id", (redemption_id,)
        ).fetchall()
        for (key,) in rows:
            self._write("further_invoice", key, "UPDATE further_invoice SET released = 1 WHERE id = ?", (key,))

    def derivation_of(self, redemption_id: int) -> str:
        """Return the arithmetic as it was decided, or nothing before and after a refusal."""
        row = self._one("SELECT derivation FROM redemption WHERE id = ?", (redemption_id,))
        return "" if row is None else cast("str", row[0])
