"""Accounts and transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, Account, AccountKind, Transfer, TransferKind
from voucher_app.domain.money import Money
from voucher_app.storage.sqlite.repositories.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence


class LedgerTable(Table):
    """Accounts and transfers."""

    def open(self, account: Account) -> None:
        """Make an account with a balance of zero, unless it is there."""
        self._write(
            "account",
            account.id,
            """INSERT INTO account (id, kind, subject)
               SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM account WHERE id = ?1)""",
            (account.id, account.kind.value, account.subject),
        )

    def balance(self, account: Account) -> Money:
        """Return an account's balance."""
        row = self._one("SELECT balance_fen FROM account WHERE id = ?", (account.id,))
        if row is None:
            raise NotFound("account", str(account))
        return Money(cast("int", row[0]))

    def post(self, transfer: Transfer) -> None:
        """Move money."""
        notebook = self._notebook
        assert notebook is not None, "only a unit of work writes"
        key = self._next("transfer")
        self._write(
            "transfer",
            key,
            """INSERT INTO transfer (id, year, kind, debit_id, credit_id, amount_fen, reverses, journal_seq)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                transfer.year,
                transfer.kind.value,
                transfer.debit.id,
                transfer.credit.id,
                transfer.amount.fen,
                transfer.reverses,
                notebook.seq,
            ),
        )
        self._note_moved(transfer)

    def post_all(self, transfers: Sequence[Transfer]) -> None:
        """Move money many times, in this order, in one statement."""
        notebook = self._notebook
        assert notebook is not None, "only a unit of work writes"
        keys = [self._next("transfer") for _transfer in transfers]
        self._write_all(
            "transfer",
            keys,
            """INSERT INTO transfer (id, year, kind, debit_id, credit_id, amount_fen, reverses, journal_seq)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                (key, one.year, one.kind.value, one.debit.id, one.credit.id, one.amount.fen, one.reverses, notebook.seq)
                for key, one in zip(keys, transfers, strict=True)
            ),
        )
        for one in transfers:
            self._note_moved(one)

    def _note_moved(self, transfer: Transfer) -> None:
        """Note what the trigger transfer_moves_money wrote."""
        notebook = self._notebook
        assert notebook is not None, "only a unit of work writes"
        notebook.note("budget_year", transfer.year)
        for account in (transfer.debit, transfer.credit):
            notebook.note("account", account.id)
            if account.kind is AccountKind.OUTSTANDING:
                notebook.note("voucher", account.subject)

    def disbursement(self, redemption_id: int) -> tuple[int, Transfer]:
        """Return row and transfer by which a redemption was paid and that nothing has undone."""
        payable = Account(AccountKind.PAYABLE, redemption_id)
        # `kind <> 'issuance'` is the index's own condition.
        row = self._one(
            """SELECT id, year, amount_fen FROM transfer AS paid WHERE kind <> 'issuance' AND kind = 'disbursement'
               AND debit_id = ? AND NOT EXISTS (SELECT 1 FROM transfer WHERE reverses = paid.id)""",
            (payable.id,),
        )
        if row is None:
            raise NotFound("transfer", redemption_id)
        key, year, amount = cast("tuple[int, int, int]", row)
        return key, Transfer(
            TransferKind.DISBURSEMENT, year, payable, Account(AccountKind.DISBURSED, year), Money(amount)
        )

    def redemption_transfer(self, redemption_id: int) -> tuple[int, Transfer]:
        """Return row and transfer by which a redemption became payable."""
        payable = Account(AccountKind.PAYABLE, redemption_id)
        row = self._one(
            "SELECT id, year, debit_id, amount_fen FROM transfer WHERE kind = 'redemption' AND credit_id = ?",
            (payable.id,),
        )
        if row is None:
            raise NotFound("transfer", redemption_id)
        key, year, debit_id, amount = cast("tuple[int, int, int, int]", row)
        voucher = Account(AccountKind.OUTSTANDING, debit_id // KINDS_PER_SUBJECT)
        return key, Transfer(TransferKind.REDEMPTION, year, voucher, payable, Money(amount))
