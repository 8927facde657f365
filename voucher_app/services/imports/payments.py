"""A bank's list of payments (拨付结果), which is compared with a settlement; nothing of it becomes a record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.domain.settlement import BankLine
from voucher_app.domain.text import parse_date, parse_line
from voucher_app.i18n import marked
from voucher_app.services import settlement
from voucher_app.services.imports.kind import Entry, ImportColumn, ImportKind
from voucher_app.services.imports.preview import read_facts
from voucher_app.services.ports.tables import OutKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voucher_app.domain.settlement import Settlement
    from voucher_app.services.imports.kind import Fault, Order, Values
    from voucher_app.services.ports.tables import TableFiles
    from voucher_app.services.workspace import Workspace


def _account(text: str) -> str:
    return "".join(text.split())


def _entries(rows: Sequence[Values | None]) -> tuple[list[Entry], dict[int, InvalidInput]]:
    made = [
        Entry((values["receipt"], values["amount"], values["account"] or "", values["date"]), (place,))
        for place, values in enumerate(rows)
        if values is not None
    ]
    return made, {}


def read_bank_lines(tables: TableFiles, file: Path) -> list[BankLine]:
    """Read a bank's list of payments; the order of its columns does not matter, others are left alone.

    Raises:
        StorageError, InvalidInput: as `TableFiles.read`; everything that cannot be read, by line and column.
    """
    return [BankLine(number, *facts) for number, facts in read_facts(PAYMENTS, tables.read(file))]


def bank_lines(entries: Sequence[Entry]) -> list[BankLine]:
    """Return what a bank's list says, as it is compared; each line with its number in the file."""
    return [BankLine(entry.number, *entry.facts) for entry in entries]


def _check(_workspace: Workspace, entries: Sequence[Entry], _order: Order) -> list[list[Fault]]:
    """Return nothing: what differs is told of the settlement's lines, whichever row of the list it stands in."""
    return [[] for _entry in entries]


def _reconcile(workspace: Workspace, entries: Sequence[Entry], order: Order) -> list[Settlement]:
    if order.subject is None:
        raise InvalidInput("arguments", found="")
    return [
        settlement.reconcile(
            workspace,
            settlement_id=order.subject,
            bank=bank_lines(entries),
            operator=order.operator,
            request_id=order.request_id,
            reason=order.reason,
        )
    ]


PAYMENTS: Final = ImportKind(
    name="payments",
    words=marked("The bank's payments"),
    use_case="settlement.reconcile",
    columns=(
        ImportColumn("receipt", marked("Receipt number"), ("回单号", "回单编号", "银行回单号", "流水号", "receipt"),
                     partial(parse_line, field="receipt"), is_needed=True, example="202606300001",
                     remark=marked("As text, so that no digit is lost.")),
        ImportColumn("amount", marked("Amount"), ("金额", "交易金额", "付款金额", "拨付金额", "amount"), Money.parse,
                     OutKind.MONEY, is_needed=True, example="20000.00"),
        ImportColumn("account", marked("Payee's account"), ("账号", "收款账号", "对方账号", "收款人账号", "account"),
                     _account, is_needed=True, may_be_empty=True, example="6222000000000000001",
                     remark=marked("As text, so that no digit is lost.")),
        ImportColumn("date", marked("Day"), ("日期", "交易日期", "拨付日期", "付款日期", "date"), parse_date,
                     OutKind.DATE, is_needed=True, example="2026-06-30"),
    ),
    entries=_entries,
    check=_check,
    carry_out=_reconcile,
    is_registered=False,
    takes_reason=True,
)  # fmt: skip
