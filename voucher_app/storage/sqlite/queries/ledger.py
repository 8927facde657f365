"""Budget years, journal records and transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.ledger import KINDS_PER_SUBJECT, Account, AccountKind
from voucher_app.domain.money import Money
from voucher_app.services.queries.ledger import JournalRow, TransferRow
from voucher_app.services.searching import fold, folded_fields, holds, initials_of
from voucher_app.services.wording.names import ACTION_NAMES, action_name
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.glance import GlanceQueries
from voucher_app.storage.sqlite.queries.list_reader import ListReader, numbered, of_statuses
from voucher_app.storage.sqlite.queries.stretches import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.found import Condition
    from voucher_app.storage.sqlite.queries.stretches import Stretches

_JOURNAL: Final = Shape(
    base="journal",
    key="journal.seq",
    sorts={"seq": ("journal.seq",)},
    columns="seq, recorded_at, business_date, operator_name, action, subject, reason, hash",
    full="journal",
    make=JournalRow,
)


def transfer_row(
    key: int, day: str, kind: str, debit: int, debit_no: str | None, credit: int, credit_no: str | None,
    fen: int, operator: str, seq: int, reverses: int | None, reversed_by: int | None,
) -> TransferRow:  # fmt: skip
    """Make an entry of what `_TRANSFERS` reads."""
    return TransferRow(
        key,
        day,
        kind,
        _account_label(debit, debit_no),
        _account_label(credit, credit_no),
        Money(fen),
        operator,
        seq,
        reverses,
        reversed_by,
    )


_TRANSFERS: Final = Shape(
    base="transfer",
    key="transfer.id",
    sorts={"id": ("transfer.id",)},
    columns="""transfer.id, business_date, kind, debit_id,
      (SELECT number FROM voucher WHERE id = debit_id / 8 AND debit_id % 8 = 2), credit_id,
      (SELECT number FROM voucher WHERE id = credit_id / 8 AND credit_id % 8 = 2), amount_fen,
      operator_name, journal_seq, reverses,
      (SELECT undone.id FROM transfer AS undone WHERE undone.reverses = transfer.id)""",
    full="transfer JOIN journal ON journal.seq = journal_seq",
    make=transfer_row,
)


def entries_of_redemption(redemption_id: int) -> Condition:
    """Return the statement that reads what was posted for a redemption, and what took it back, in their order."""
    payable = redemption_id * KINDS_PER_SUBJECT + AccountKind.PAYABLE
    sql = f"""WITH own AS (
                SELECT id FROM transfer WHERE kind = 'redemption' AND credit_id = ?
                UNION SELECT id FROM transfer WHERE debit_id = ? AND kind <> 'issuance')
              SELECT {_TRANSFERS.columns} FROM {_TRANSFERS.full}
              WHERE transfer.id IN (SELECT id FROM own
                UNION SELECT id FROM transfer WHERE reverses IS NOT NULL AND reverses IN (SELECT id FROM own))
              ORDER BY transfer.id"""
    return sql, (payable, payable)


class LedgerQueries(GlanceQueries, ListReader):
    """Budget years, journal records and transfers."""

    def action_of(self, request_id: str) -> str:
        """Return the use case that a request was, or nothing when it was never carried out."""
        rows = self._all("SELECT action FROM journal WHERE request_id = ?", (request_id,))
        return str(rows[0][0]) if rows else ""

    def journal_hash(self, seq: int) -> str | None:
        """Return the hash of a journal record, or None when there is none."""
        rows = self._all("SELECT hash FROM journal WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None

    def journal_head(self) -> tuple[int, str]:
        """Return number and hash of the last journal record."""
        ((seq, digest),) = self._all("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
        return int(seq), str(digest)

    def journal(self, chosen: ListFilter) -> Stretches[JournalRow]:
        """List journal records."""
        if (number := numbered(chosen.text)) is not None:
            return self._stretches(_JOURNAL, chosen, [("seq = ?", (number,))])
        typed = Typed.of(chosen.text)
        return self._stretches(_JOURNAL, chosen, [self._acts(typed)] if typed else [])

    def _acts(self, typed: Typed) -> tuple[str, Sequence[object]]:
        """Return the condition that keeps acts by reason, by who carried them out, and by what they are called."""
        people = [
            key
            for key, name in self._all("SELECT id, name FROM operator")
            if holds(fold(name), initials_of(name) if typed.initials else "", typed.part)
        ]
        actions = [action for action in ACTION_NAMES if typed.part in folded_fields((action, action_name(action)))]
        return typed.any_of(
            typed.within("seq", "journal"),
            *of_statuses("operator_id", people),
            *of_statuses("action", actions),
        )

    def transfers(self, chosen: ListFilter) -> Stretches[TransferRow]:
        """List transfers."""
        parts = of_statuses("transfer.kind", chosen.statuses)
        if chosen.year is not None:
            parts.append(("transfer.year = ?", (chosen.year,)))
        if chosen.text.strip():
            number = numbered(chosen.text if chosen.text.strip().startswith("#") else f"#{chosen.text.strip()}")
            parts.append(("transfer.id = ?", (-1 if number is None else number,)))
        return self._stretches(_TRANSFERS, chosen, parts)


def _account_label(account_id: int, number: str | None) -> str:
    account = Account(AccountKind(account_id % KINDS_PER_SUBJECT), account_id // KINDS_PER_SUBJECT)
    return f"{account.kind.name.lower()}:{number}" if number else str(account)
