"""Budget years and where their money is."""

from typing import cast

from voucher_app.domain.budget import YearMoney, YearStatus
from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import Account, AccountKind
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
        row = self._one(
            """
            SELECT status, document, outstanding_fen, payable_fen,
              (SELECT balance_fen FROM account WHERE id = ?), (SELECT balance_fen FROM account WHERE id = ?),
              (SELECT balance_fen FROM account WHERE id = ?)
            FROM budget_year WHERE id = ?""",
            (
                Account(AccountKind.APPROPRIATION, year).id,
                Account(AccountKind.DISBURSED, year).id,
                Account(AccountKind.LAPSED, year).id,
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
