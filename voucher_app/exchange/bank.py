"""A bank's list of payments as CSV: receipt number, amount in yuan, account and day of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.domain.settlement import BankLine
from voucher_app.domain.text import parse_date, parse_line
from voucher_app.exchange.tables import read_lines

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS: Final = ("receipt", "amount", "account", "date")
_CHINESE: Final = {
    "回单号": "receipt", "回单编号": "receipt", "银行回单号": "receipt", "金额": "amount", "交易金额": "amount",
    "账号": "account", "收款账号": "account", "对方账号": "account", "日期": "date", "交易日期": "date",
    "拨付日期": "date",
}  # fmt: skip


def read_bank_lines(file: Path) -> list[BankLine]:
    """Read a bank's list of payments; the order of its columns does not matter, others are left alone.

    Raises:
        StorageError, InvalidInput: as `read_lines`; the first cell that cannot be read is named by line and column.
    """
    found = []
    for line in read_lines(file, _COLUMNS, names=_CHINESE):
        column = ""
        try:
            column = "receipt"
            receipt = parse_line(line.cells[column], field="receipt")
            column = "amount"
            amount = Money.parse(line.cells[column])
            column = "date"
            paid_on = parse_date(line.cells[column].replace("/", "-"))
        except InvalidInput as error:
            raise InvalidInput(
                "table_cell", found=line.cells[column], line=line.number, column=column, cause=error
            ) from error
        found.append(BankLine(line.number, receipt, amount, "".join(line.cells["account"].split()), paid_on))
    return found
