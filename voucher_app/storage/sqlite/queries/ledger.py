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
    from voucher_app.storage.sqlite.queries.stretches import Stretches

_JOURNAL: Final = Shape(
    base="journal",
    key="journal.seq",
    sorts={"seq": ("journal.seq",)},
    columns="seq, recorded_at, business_date, operator_name, action, subject, reason, hash",
    full="journal",
    make=JournalRow,
)


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
        shape = Shape(
            base="transfer",
            key="transfer.id",
            sorts={"id": ("transfer.id",)},
            columns="""transfer.id, business_date, kind, debit_id,
              (SELECT number FROM voucher WHERE id = debit_id / 8 AND debit_id % 8 = 2), credit_id,
              (SELECT number FROM voucher WHERE id = credit_id / 8 AND credit_id % 8 = 2), amount_fen,
              operator_name, journal_seq""",
            full="transfer JOIN journal ON journal.seq = journal_seq",
            make=lambda key, day, kind, debit, debit_no, credit, credit_no, fen, operator, seq: TransferRow(
                key,
                day,
                kind,
                _account_label(debit, debit_no),
                _account_label(credit, credit_no),
                Money(fen),
                operator,
                seq,
            ),
        )
        return self._stretches(shape, chosen, parts)


def _account_label(account_id: int, number: str | None) -> str:
    account = Account(AccountKind(account_id % KINDS_PER_SUBJECT), account_id // KINDS_PER_SUBJECT)
    return f"{account.kind.name.lower()}:{number}" if number else str(account)
