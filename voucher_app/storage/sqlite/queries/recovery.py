"""Recoveries in lists and in detail, and the bans of a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.ledger import KINDS_PER_SUBJECT, AccountKind
from voucher_app.domain.money import Money
from voucher_app.services.queries.recovery import BanRow, ReceiptRow, RecoveryDetails, RecoveryRow
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.list_reader import ListReader, numbered, of_statuses
from voucher_app.storage.sqlite.queries.stretches import Shape

if TYPE_CHECKING:
    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.stretches import Stretches


def recovery_row(*row: Any) -> RecoveryRow:  # noqa: ANN401 - a row as SQLite gives it
    """Return a row of `RECOVERIES`."""
    key, redemption, number, holder, fen, received, *rest = row
    return RecoveryRow(key, redemption, number, holder, Money(fen), Money(received), *rest)


_COLUMNS: Final = """recovery.id, redemption_id, voucher.number, holder.name, recovery.amount_fen, received_fen,
    decided_on, due_on, recovery.status, document"""
_FULL: Final = """recovery JOIN redemption ON redemption.id = redemption_id
    JOIN voucher ON voucher.id = redemption.voucher_id
    JOIN organisation AS holder ON holder.id = voucher.recipient_id"""
RECOVERIES: Final = f"SELECT {_COLUMNS} FROM {_FULL}"
_RECOVERIES: Final = Shape(
    base="recovery",
    key="recovery.id",
    sorts={"id": ("recovery.id",), "due": ("recovery.due_on", "recovery.id")},
    columns=_COLUMNS,
    full=_FULL,
    make=recovery_row,
)
_BANS: Final = """SELECT ban.id, unit.name, uscc, banned_from, banned_until, reason, recovery_id, banner.name,
    coalesce(lifted_on, ''), coalesce(lifter.name, '') FROM ban JOIN organisation AS unit ON unit.id = organisation_id
    JOIN operator AS banner ON banner.id = prepared_by LEFT JOIN operator AS lifter ON lifter.id = lifted_by"""


class RecoveryQueries(ListReader):
    """Recoveries in lists and in detail, and the bans of a unit."""

    def recoveries(self, chosen: ListFilter) -> Stretches[RecoveryRow]:
        """List recoveries."""
        parts = of_statuses("recovery.status", chosen.statuses)
        vouchers = "(SELECT redemption.id FROM redemption JOIN voucher ON voucher.id = voucher_id WHERE {})"
        if chosen.year is not None:
            parts.append((f"recovery.redemption_id IN {vouchers.format('voucher.year = ?')}", (chosen.year,)))
        if (number := numbered(chosen.text)) is not None:
            parts.append(("recovery.id = ?", (number,)))
        elif typed := Typed.of(chosen.text):
            units, values = typed.within("voucher.recipient_id", "organisation")
            held = """EXISTS (SELECT 1 FROM redemption JOIN voucher ON voucher.id = voucher_id
                WHERE redemption.id = recovery.redemption_id AND ({}))"""
            parts.append(
                typed.any_of(
                    typed.within("recovery.id", "recovery"),
                    (held.format("instr(lower(voucher.number), ?)"), (typed.part,)),
                    (held.format(units), values),
                )
            )
        return self._stretches(_RECOVERIES, chosen, parts)

    def recovery(self, recovery_id: int) -> RecoveryDetails:
        """Return all about a recovery."""
        with told(self._path):
            records = self._records()
            recovery = records.recoveries.get(recovery_id)
            redemption = records.redemptions.get(recovery.redemption_id)
            voucher = records.vouchers.get_by_id(redemption.voucher_id)
            recipient = records.parties.recipient_by_id(voucher.recipient_id)
            provider = records.parties.provider_by_id(voucher.provider_id)
        receipts = self._all(
            """SELECT recovery_receipt.id, recovery_receipt.amount_fen, received_on, receipt_number, credit_id
               FROM recovery_receipt JOIN transfer ON transfer.id = transfer_id WHERE recovery_id = ?
               ORDER BY recovery_receipt.id""",
            (recovery_id,),
        )
        return RecoveryDetails(
            recovery=recovery,
            voucher_number=str(voucher.number),
            recipient_name=recipient.organisation.name,
            provider_name=provider.organisation.name,
            paid=redemption.approved or Money(0),
            prepared_by=self._operator_name(recovery.prepared_by),
            reviewed_by=self._operator_name(recovery.reviewed_by),
            receipts=tuple(
                ReceiptRow(key, Money(fen), on, number, AccountKind(credit % KINDS_PER_SUBJECT).name.lower())
                for key, fen, on, number, credit in receipts
            ),
            bans=tuple(BanRow(*row) for row in self._all(f"{_BANS} WHERE recovery_id = ?", (recovery_id,))),
            history=self._history(subjects=[f"recovery:{recovery_id}"]),
        )

    def bans(self, uscc: str) -> tuple[BanRow, ...]:
        """Return every ban of a unit, newest first."""
        return tuple(BanRow(*row) for row in self._all(f"{_BANS} WHERE uscc = ? ORDER BY ban.id DESC", (uscc,)))
