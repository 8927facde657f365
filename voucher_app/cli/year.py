"""`year`: budget years and where their money is."""

from typing import Any

from voucher_app.cli.command import Call, Command, Result, argument
from voucher_app.domain.budget import YearMoney, parse_year
from voucher_app.domain.money import Money
from voucher_app.i18n import _
from voucher_app.services import year
from voucher_app.services.wording.names import status_name


def _result(call: Call, money: YearMoney) -> Result:
    counts = call.workspace.queries.voucher_counts(money.year)
    document: dict[str, Any] = {
        "year": money.year,
        "status": money.status.value,
        "document": money.document,
        "appropriation_fen": money.appropriation.fen,
        "unissued_fen": money.unissued.fen,
        "outstanding_fen": money.outstanding.fen,
        "payable_fen": money.payable.fen,
        "disbursed_fen": money.disbursed.fen,
        "lapsed_fen": money.lapsed.fen,
        "vouchers": counts,
    }
    amounts = [
        (_("appropriation"), money.appropriation), (_("unissued"), money.unissued),
        (_("outstanding"), money.outstanding), (_("payable"), money.payable), (_("disbursed"), money.disbursed),
        (_("lapsed"), money.lapsed),
    ]  # fmt: skip
    lines = [f"{money.year} · {status_name('year', money.status)} · {money.document}"]
    lines += [f"  {name}: {amount.in_yuan()}" for name, amount in amounts]
    lines += [f"  {status_name('voucher', status)}: {count}" for status, count in counts.items() if count]
    return Result(document, lines)


def _open(call: Call) -> Result:
    money = year.open_year(
        call.workspace,
        year=parse_year(call.arguments.year),
        amount=Money.parse(call.arguments.amount),
        document=call.arguments.document,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _result(call, money)


def _show(call: Call) -> Result:
    return _result(call, call.workspace.queries.year_money(parse_year(call.arguments.year)))


def _close(call: Call) -> Result:
    money = year.close_year(
        call.workspace, year=parse_year(call.arguments.year), operator=call.operator, request_id=call.request_id
    )
    return _result(call, money)


_YEAR = argument("year", metavar="YEAR")
COMMANDS = (
    Command(
        "year", "open", "open a budget year with its appropriation", _open,
        (_YEAR, argument("--amount", required=True, metavar="YUAN"),
         argument("--document", required=True, metavar="NO")),
        use_case="year.open",
    ),
    Command("year", "show", "show where a year's money is", _show, (_YEAR,)),
    Command("year", "close", "close a year; what is unissued lapses", _close, (_YEAR,), use_case="year.close"),
)  # fmt: skip
