"""Recoveries, what came back of them, and bans, as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.domain.recovery import Ban, Recovery, RecoveryStatus
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.services.ports.recovery import NewRecovery
    from voucher_app.storage.sqlite.repositories.table import Row


def _recovery(row: Row) -> Recovery:
    key, redemption_id, amount, received, prepared_by, reviewed_by = cast(
        "tuple[int, int, int, int, int, int]", tuple(row[:6])
    )
    decided_on, due_on, document, reason, status = row[6:]
    return Recovery(
        id=key,
        redemption_id=redemption_id,
        amount=Money(amount),
        received=Money(received),
        decided_on=day(decided_on),
        due_on=day(due_on),
        document=cast("str", document),
        reason=cast("str", reason),
        status=RecoveryStatus(cast("str", status)),
        prepared_by=prepared_by,
        reviewed_by=reviewed_by,
    )


class RecoveryTable(Table):
    """Recoveries and what came back of them."""

    def add(self, decision: NewRecovery) -> int:
        """Record a decision of today; return its row."""
        key = self._next("recovery")
        self._write(
            "recovery",
            key,
            """INSERT INTO recovery (id, redemption_id, amount_fen, decided_on, due_on, document, reason, status,
                 prepared_by, reviewed_by) VALUES (?, ?, ?, ?, ?, ?, ?, 'decided', ?, ?)""",
            (
                key,
                decision.redemption_id,
                decision.amount.fen,
                self._today.isoformat(),
                decision.due_on.isoformat(),
                decision.document,
                decision.reason,
                decision.prepared_by,
                decision.reviewed_by,
            ),
        )
        return key

    def get(self, recovery_id: int) -> Recovery:
        """Return one recovery."""
        row = self._one(
            """SELECT id, redemption_id, amount_fen, received_fen, prepared_by, reviewed_by, decided_on, due_on,
                 document, reason, status FROM recovery WHERE id = ?""",
            (recovery_id,),
        )
        if row is None:
            raise NotFound("recovery", recovery_id)
        return _recovery(row)

    def decided(self, redemption_id: int) -> Money:
        """Return what all decisions take back of a redemption."""
        row = self._one("SELECT coalesce(sum(amount_fen), 0) FROM recovery WHERE redemption_id = ?", (redemption_id,))
        assert row is not None
        return Money(cast("int", row[0]))

    def receive(self, recovery_id: int, *, amount: Money, received_on: date, receipt_number: str) -> None:
        """Record money that came back; the very next ledger entry has to be its recovery."""
        assert self._notebook is not None, "only a unit of work writes"
        key = self._next("recovery_receipt")
        row = self._one("SELECT coalesce(max(id), 0) + 1 FROM transfer")
        assert row is not None
        self._write(
            "recovery_receipt",
            key,
            """INSERT INTO recovery_receipt (id, recovery_id, amount_fen, received_on, receipt_number, transfer_id)
               VALUES (?, ?, ?, ?, ?, ?)""",
            (key, recovery_id, amount.fen, received_on.isoformat(), receipt_number, row[0]),
        )
        # What the trigger recovery_receipt_counts wrote.
        self._notebook.note("recovery", recovery_id)


class BanTable(Table):
    """Bans."""

    def add(self, *, organisation_id: int, until: date, reason: str, recovery_id: int | None, prepared_by: int) -> int:
        """Record a ban from today on; return its row."""
        key = self._next("ban")
        self._write(
            "ban",
            key,
            """INSERT INTO ban (id, organisation_id, banned_from, banned_until, reason, recovery_id, prepared_by)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (key, organisation_id, self._today.isoformat(), until.isoformat(), reason, recovery_id, prepared_by),
        )
        return key

    def in_force(self, organisation_id: int, on: date) -> list[Ban]:
        """Return a unit's bans that are in force on a day."""
        rows = self._connection.execute(
            """SELECT id, organisation_id, banned_from, banned_until, reason, prepared_by, recovery_id, lifted_on,
                 lifted_by FROM ban
               WHERE organisation_id = ? AND lifted_on IS NULL AND ? BETWEEN banned_from AND banned_until
               ORDER BY id""",
            (organisation_id, on.isoformat()),
        ).fetchall()
        return [
            Ban(key, unit, day(first), day(last), reason, prepared_by, recovery_id, day_or_none(lifted_on), lifted_by)
            for key, unit, first, last, reason, prepared_by, recovery_id, lifted_on, lifted_by in rows
        ]

    def banned_until(self, organisation_id: int, on: date) -> date | None:
        """Return the last day of the longest ban in force on a day, or None when the unit is not banned."""
        return max((ban.banned_until for ban in self.in_force(organisation_id, on)), default=None)

    def lift(self, ban_id: int, *, lifted_by: int) -> None:
        """End a ban today."""
        self._write(
            "ban",
            ban_id,
            "UPDATE ban SET lifted_on = ?, lifted_by = ? WHERE id = ?",
            (self._today.isoformat(), lifted_by, ban_id),
        )
