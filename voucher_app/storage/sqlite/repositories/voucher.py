"""Vouchers as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.voucher import VOUCHER_STEPS, Voucher, VoucherStatus
from voucher_app.storage.sqlite.repositories.table import Table, day

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.application import Application
    from voucher_app.storage.sqlite.repositories.table import Row

_VOUCHER = """SELECT id, year, sequence, application_id, policy_id, recipient_id, provider_id, face_fen,
    face_fen - recycled_fen - redeemed_fen, recycled_fen, status, issued_on, use_by, redeem_by, prepared_by,
    reviewed_by, issued_seq FROM voucher"""


def _voucher(row: Row) -> Voucher:
    key, year, sequence, application, policy, recipient, provider, face, remaining, recycled = cast(
        "tuple[int, int, int, int, int, int, int, int, int, int]", tuple(row[:10])
    )
    status, issued_on, use_by, redeem_by = row[10:14]
    prepared_by, reviewed_by, issued_seq = cast("tuple[int, int, int]", tuple(row[14:]))
    return Voucher(
        id=key,
        number=VoucherNumber(year, sequence),
        application_id=application,
        policy_id=policy,
        recipient_id=recipient,
        provider_id=provider,
        face=Money(face),
        remaining=Money(remaining),
        recycled=Money(recycled),
        status=VoucherStatus(cast("str", status)),
        issued_on=day(issued_on),
        use_by=day(use_by),
        redeem_by=day(redeem_by),
        prepared_by=prepared_by,
        reviewed_by=reviewed_by,
        issued_seq=issued_seq,
    )


class VoucherTable(Table):
    """Vouchers."""

    def next_sequence(self, year: int) -> int:
        """Return the next place in a year's numbering, gap-free from 1."""
        row = self._one("SELECT coalesce(max(sequence), 0) + 1 FROM voucher WHERE year = ?", (year,))
        assert row is not None
        return cast("int", row[0])

    def add(
        self, *, number: VoucherNumber, application: Application, issued_on: date, use_by: date, redeem_by: date
    ) -> Voucher:
        """Record an issued voucher; return it as it will stand once a transfer has brought its value."""
        assert self._notebook is not None, "only a unit of work writes"
        assert application.reviewed_by is not None, "an approved application was reviewed"
        voucher = Voucher(
            id=self._next("voucher"),
            number=number,
            application_id=application.id,
            policy_id=application.policy_id,
            recipient_id=application.recipient_id,
            provider_id=application.provider_id,
            face=application.value,
            remaining=application.value,
            recycled=ZERO,
            status=VoucherStatus.USABLE,
            issued_on=issued_on,
            use_by=use_by,
            redeem_by=redeem_by,
            prepared_by=application.prepared_by,
            reviewed_by=application.reviewed_by,
            issued_seq=self._notebook.seq,
        )
        self._write(
            "voucher",
            voucher.id,
            """INSERT INTO voucher (id, year, sequence, number, application_id, policy_id, recipient_id, provider_id,
                 face_fen, status, issued_on, use_by, redeem_by, prepared_by, reviewed_by, issued_seq)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                voucher.id,
                number.year,
                number.sequence,
                str(number),
                voucher.application_id,
                voucher.policy_id,
                voucher.recipient_id,
                voucher.provider_id,
                voucher.face.fen,
                voucher.status.value,
                issued_on.isoformat(),
                use_by.isoformat(),
                redeem_by.isoformat(),
                voucher.prepared_by,
                voucher.reviewed_by,
                voucher.issued_seq,
            ),
        )
        return voucher

    def get(self, number: VoucherNumber) -> Voucher:
        """Return a voucher by its number."""
        row = self._one(f"{_VOUCHER} WHERE year = ? AND sequence = ?", (number.year, number.sequence))
        if row is None:
            raise NotFound("voucher", str(number))
        return _voucher(row)

    def get_by_id(self, voucher_id: int) -> Voucher:
        """Return a voucher by its row."""
        row = self._one(f"{_VOUCHER} WHERE id = ?", (voucher_id,))
        if row is None:
            raise NotFound("voucher", voucher_id)
        return _voucher(row)

    def set_status(self, voucher_id: int, status: str, *, ended_by: int | None = None) -> None:
        """Record a new status; `ended_by` is who voided or returned it."""
        self._write(
            "voucher",
            voucher_id,
            "UPDATE voucher SET status = ?, ended_by = coalesce(?, ended_by) WHERE id = ?",
            (str(status), ended_by, voucher_id),
        )

    def past_deadline(self, on: date) -> list[int]:
        """Return the vouchers on the road whose last day to redeem lies before a day and that no claim holds back."""
        open_to_expiry = [status for status, steps in VOUCHER_STEPS.items() if "expire" in steps]
        marks = ", ".join("?" * len(open_to_expiry))
        rows = self._connection.execute(
            f"""SELECT id FROM voucher WHERE year IN (SELECT id FROM budget_year) AND status IN ({marks})
                AND use_by < ? AND redeem_by < ?
                AND NOT EXISTS (SELECT 1 FROM redemption WHERE voucher_id = voucher.id AND status = 'claimed')
                ORDER BY id""",
            # The year and the last day of use are there for the index; they leave nothing out.
            (*map(str, open_to_expiry), on.isoformat(), on.isoformat()),
        ).fetchall()
        return [row[0] for row in rows]

    def held_past_deadline(self, on: date) -> list[int]:
        """Return the vouchers whose last day to redeem lies before a day and that a claim or a freeze holds back."""
        open_to_expiry = [status for status, steps in VOUCHER_STEPS.items() if "expire" in steps]
        marks = ", ".join("?" * len(open_to_expiry))
        rows = self._connection.execute(
            f"""SELECT id FROM voucher WHERE year IN (SELECT id FROM budget_year) AND status IN ({marks}, 'frozen')
                AND use_by < ? AND redeem_by < ?
                AND (status = 'frozen'
                     OR EXISTS (SELECT 1 FROM redemption WHERE voucher_id = voucher.id AND status = 'claimed'))
                ORDER BY id""",
            (*map(str, open_to_expiry), on.isoformat(), on.isoformat()),
        ).fetchall()
        return [row[0] for row in rows]
