"""Redemptions as rows of the data file."""

from collections.abc import Sequence
from typing import cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.domain.redemption import Invoice, Redemption, RedemptionStatus
from voucher_app.storage.sqlite.repositories.table import Row, Table, day, day_or_none, iso_or_none

_REDEMPTION = """SELECT id, voucher_id, claimed_fen, approved_fen, status, invoice_key, invoice_amount_fen,
    invoiced_on, service_from, service_until, claimed_on, prepared_by, reviewed_by, reason FROM redemption"""


def _redemption(row: Row) -> Redemption:
    key, voucher_id, claimed = cast("tuple[int, int, int]", tuple(row[:3]))
    approved, status, invoice, invoice_amount, invoiced_on, service_from, service_until = row[3:10]
    claimed_on, prepared_by, reviewed_by, reason = row[10:]
    return Redemption(
        id=key,
        voucher_id=voucher_id,
        claimed=Money(claimed),
        approved=None if approved is None else Money(cast("int", approved)),
        status=RedemptionStatus(cast("str", status)),
        invoice=Invoice(
            cast("str", invoice),
            Money(cast("int", invoice_amount)),
            day(invoiced_on),
            day_or_none(service_from),
            day_or_none(service_until),
        ),
        claimed_on=day(claimed_on),
        prepared_by=cast("int", prepared_by),
        reviewed_by=cast("int | None", reviewed_by),
        reason=cast("str", reason),
    )


class RedemptionTable(Table):
    """Redemptions."""

    def add(self, *, voucher_id: int, claimed: Money, invoice: Invoice, prepared_by: int) -> int:
        """Record a claim; return its row."""
        assert self._notebook is not None, "only a unit of work writes"
        key = self._next("redemption")
        self._write(
            "redemption",
            key,
            """INSERT INTO redemption (id, voucher_id, claimed_fen, status, invoice_key, invoice_amount_fen,
                 invoiced_on, service_from, service_until, claimed_on, prepared_by, claimed_seq)
               VALUES (?, ?, ?, 'claimed', ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                voucher_id,
                claimed.fen,
                invoice.key,
                invoice.amount.fen,
                invoice.invoiced_on.isoformat(),
                iso_or_none(invoice.service_from),
                iso_or_none(invoice.service_until),
                self._today.isoformat(),
                prepared_by,
                self._notebook.seq,
            ),
        )
        return key

    def get(self, redemption_id: int) -> Redemption:
        """Return one redemption."""
        row = self._one(f"{_REDEMPTION} WHERE id = ?", (redemption_id,))
        if row is None:
            raise NotFound("redemption", redemption_id)
        return _redemption(row)

    def of_voucher(self, voucher_id: int) -> list[Redemption]:
        """Return a voucher's redemptions, oldest first."""
        rows = self._connection.execute(f"{_REDEMPTION} WHERE voucher_id = ? ORDER BY id", (voucher_id,)).fetchall()
        return [_redemption(row) for row in rows]

    def holder_of_invoice(self, key: str) -> int | None:
        """Return the claimed or verified redemption that uses an invoice (R9)."""
        row = self._one(
            "SELECT id FROM redemption WHERE invoice_key = ? AND status NOT IN ('refused', 'reversed')", (key,)
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

    def decide(self, redemption_id: int, *, status: str, approved: Money | None, reviewed_by: int, reason: str) -> None:
        """Record a reviewer's decision."""
        self._write(
            "redemption",
            redemption_id,
            "UPDATE redemption SET status = ?, approved_fen = ?, reviewed_by = ?, reason = ? WHERE id = ?",
            (str(status), approved.fen if approved else None, reviewed_by, reason, redemption_id),
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
