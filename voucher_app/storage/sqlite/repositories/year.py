"""Budget years and where their money is."""

from __future__ import annotations

from typing import cast

from voucher_app.domain.budget import CapChange, CapChangeStatus, YearEnd, YearMoney, YearStatus
from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import AccountKind, accounts_of_a_year
from voucher_app.domain.money import Money
from voucher_app.storage.sqlite.repositories.table import Table


class YearTable(Table):
    """Budget years."""

    def open(self, year: int, *, document: str) -> None:
        """Record a budget year."""
        self._write(
            "budget_year",
            year,
            "INSERT INTO budget_year (id, status, document) VALUES (?, 'open', ?)",
            (year, document),
        )

    def find(self, year: int) -> YearMoney | None:
        """Return where a year's money is, or None when the year was never opened."""
        accounts = accounts_of_a_year(year)
        row = self._one(
            """
            SELECT status, document, outstanding_fen, payable_fen,
              (SELECT balance_fen FROM account WHERE id = ?), (SELECT balance_fen FROM account WHERE id = ?),
              (SELECT balance_fen FROM account WHERE id = ?)
            FROM budget_year WHERE id = ?""",
            (
                accounts[AccountKind.APPROPRIATION],
                accounts[AccountKind.DISBURSED],
                accounts[AccountKind.LAPSED],
                year,
            ),
        )
        if row is None:
            return None
        status, document, outstanding, payable, unissued, disbursed, lapsed = row
        return YearMoney(
            year=year,
            status=YearStatus(cast("str", status)),
            document=cast("str", document),
            unissued=Money(cast("int", unissued)),
            outstanding=Money(cast("int", outstanding)),
            payable=Money(cast("int", payable)),
            disbursed=Money(cast("int", disbursed)),
            lapsed=Money(cast("int", lapsed)),
        )

    def get(self, year: int) -> YearMoney:
        """Return where a year's money is."""
        money = self.find(year)
        if money is None:
            raise NotFound("year", year)
        return money

    def set_status(self, year: int, status: YearStatus) -> None:
        """Open or close a year."""
        self._write("budget_year", year, "UPDATE budget_year SET status = ? WHERE id = ?", (status.value, year))

    def end_of(self, year: int) -> YearEnd:
        """Return what is still open in a year."""
        row = self._one(
            """SELECT
                 (SELECT count(*) FROM batch WHERE year = ?1 AND status NOT IN ('issued', 'finished')),
                 (SELECT count(*) FROM cap_change WHERE year = ?1 AND status = 'proposed'),
                 (SELECT count(*) FROM application WHERE status <> 'issued' AND year = ?1
                  AND status NOT IN ('refused', 'declined', 'withdrawn')),
                 (SELECT count(*) FROM redemption JOIN voucher ON voucher.id = voucher_id
                  WHERE redemption.status = 'claimed' AND year = ?1),
                 (SELECT count(*) FROM redemption JOIN voucher ON voucher.id = voucher_id
                  WHERE redemption.status IN ('verified', 'settled') AND year = ?1)""",
            (year,),
        )
        return YearEnd(*cast("tuple[int, int, int, int, int]", row))

    def propose_raise(self, *, year: int, amount: Money, document: str, reason: str, prepared_by: int) -> int:
        """Record a proposal to raise a year's appropriation; return its row."""
        key = self._next("cap_change")
        self._write(
            "cap_change",
            key,
            """INSERT INTO cap_change (id, year, amount_fen, document, reason, status, proposed_on, prepared_by)
               VALUES (?, ?, ?, ?, ?, 'proposed', ?, ?)""",
            (key, year, amount.fen, document, reason, self._today.isoformat(), prepared_by),
        )
        return key

    def cap_change(self, change_id: int) -> CapChange:
        """Return one raise."""
        row = self._one(
            "SELECT year, amount_fen, document, reason, status, prepared_by, reviewed_by FROM cap_change WHERE id = ?",
            (change_id,),
        )
        if row is None:
            raise NotFound("cap-change", change_id)
        year, fen, document, reason, status, prepared_by, reviewed_by = row
        return CapChange(
            id=change_id,
            year=cast("int", year),
            amount=Money(cast("int", fen)),
            document=cast("str", document),
            reason=cast("str", reason),
            status=CapChangeStatus(cast("str", status)),
            prepared_by=cast("int", prepared_by),
            reviewed_by=cast("int | None", reviewed_by),
        )

    def decide_raise(self, change_id: int, *, status: str, reviewed_by: int) -> None:
        """Record a decision on a raise."""
        self._write(
            "cap_change",
            change_id,
            "UPDATE cap_change SET status = ?, reviewed_by = ?, decided_on = ? WHERE id = ?",
            (str(status), reviewed_by, self._today.isoformat(), change_id),
        )
