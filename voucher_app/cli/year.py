"""`year`: budget years, where their money is, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import Amount, Count, Day, Sum, document_of, table
from voucher_app.domain.budget import parse_year
from voucher_app.domain.money import Money
from voucher_app.i18n import _
from voucher_app.services import year
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.rules import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.cli.command import Call
    from voucher_app.cli.documents import Listing
    from voucher_app.domain.budget import CapChange, YearMoney
    from voucher_app.domain.errors import Violation
    from voucher_app.services.queries.year import CapChangeRow, YearStatement


def money_document(money: YearMoney, counts: dict[str, int]) -> dict[str, Any]:
    """Return where a year's money is, and how many vouchers there are in each status."""
    return {
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


def _amounts(money: YearMoney) -> list[tuple[str, Money]]:
    return [
        (_("appropriation"), money.appropriation), (_("unissued"), money.unissued),
        (_("outstanding"), money.outstanding), (_("payable"), money.payable), (_("disbursed"), money.disbursed),
        (_("lapsed"), money.lapsed),
    ]  # fmt: skip


def _money_lines(money: YearMoney, counts: dict[str, int]) -> list[str]:
    lines = [f"{money.year} · {status_name('year', money.status)} · {money.document}"]
    lines += [f"  {name}: {amount.in_yuan()}" for name, amount in _amounts(money)]
    return lines + [f"  {status_name('voucher', status)}: {count}" for status, count in counts.items() if count]


def _change_lines(changes: tuple[CapChangeRow, ...]) -> list[str]:
    return [
        f"  {one.id} · +{one.amount.in_yuan()} · {one.document} · {status_name('cap-change', one.status)} · "
        f"{one.proposed_on} {one.prepared_by} → {one.decided_on} {one.reviewed_by} · {one.reason}"
        for one in changes
    ]


def _result(call: Call, money: YearMoney) -> Result:
    counts = call.workspace.queries.voucher_counts(money.year)
    changes = call.workspace.queries.cap_changes(money.year)
    document = {**money_document(money, counts), "changes": document_of(changes)}
    return Result(document, [*_money_lines(money, counts), *_change_lines(changes)])


def statement(told: YearStatement) -> Result:
    """Return a year's statement as a document and as lines."""
    document = {
        **money_document(told.money, told.counts),
        **{key: value for key, value in document_of(told).items() if key not in {"money", "counts"}},
        "carried_over_fen": 0,
    }
    amounts = [
        (_("opened with"), told.opened), (_("issued"), told.issued), (_("recycled"), told.recycled),
        (_("redeemed"), told.redeemed), (_("paid"), told.paid), (_("recovered"), told.recovered),
        (_("of which issued anew"), told.recovered_to_pool),
    ]  # fmt: skip
    lines = [
        _("As of {day}, journal record {seq} ({head})").format(day=told.as_of, seq=told.seq, head=told.head[:16]),
        *_money_lines(told.money, told.counts),
        *(f"  {name}: {amount.in_yuan()}" for name, amount in amounts),
        *_change_lines(told.changes),
    ]
    return Result(document, lines, tables=_statement_tables(told, amounts))


def _statement_tables(told: YearStatement, moved: Sequence[tuple[str, Money]]) -> list[tuple[str, Listing]]:
    """Return a statement as lists: where the money is, what became of it, vouchers by status, raises."""
    head = [_("what"), Sum(_("amount (yuan)"))]
    money = [[name, amount.in_yuan()] for name, amount in _amounts(told.money)]
    counts = [[status_name("voucher", status), f"{count:,}"] for status, count in told.counts.items()]
    changes = [
        [str(one.id), one.amount.in_yuan(), one.document, status_name("cap-change", one.status), one.proposed_on,
         one.prepared_by, one.decided_on or "", one.reviewed_by or "", one.reason]
        for one in told.changes
    ]  # fmt: skip
    raises = [
        _("number"), Amount(_("amount (yuan)")), _("document"), _("status"), Day(_("proposed on")), _("by"),
        Day(_("decided on")), _("by"), _("reason"),
    ]  # fmt: skip
    return [
        (_("Where the money is"), table(head, money)),
        (_("What became of it"), table(head, [[name, amount.in_yuan()] for name, amount in moved])),
        (_("Vouchers by status"), table([_("status"), Count(_("vouchers"))], counts)),
        (_("Raises"), table(raises, changes)),
    ]


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
    closing = parse_year(call.arguments.year)
    standing = year.preview_closing(call.workspace, year=closing) if closing in call.workspace.queries.years() else []
    year.close_year(call.workspace, year=closing, operator=call.operator, request_id=call.request_id)
    notes = [one for one in standing if one.weight == "note"]
    told = statement(call.workspace.queries.year_statement(closing))
    return Result({**told.document, "notes": _notes(notes)}, [*told.lines, *map(sentence, notes)])


def _notes(notes: list[Violation]) -> list[dict[str, Any]]:
    return [{**document_of(note), "message": sentence(note)} for note in notes]


def _change(call: Call, change: CapChange) -> Result:
    money = call.workspace.queries.year_money(change.year)
    line = f"{change.id} · {change.year} · +{change.amount.in_yuan()} · {status_name('cap-change', change.status)}"
    document = {**document_of(change), "appropriation_fen": money.appropriation.fen}
    return Result(document, [line, *_result(call, money).lines])


def _raise(call: Call) -> Result:
    given = call.arguments
    change = year.propose_raise(
        call.workspace,
        year=parse_year(given.year),
        amount=Money.parse(given.amount),
        document=given.document,
        reason=given.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _change(call, change)


def _decide_raise(call: Call) -> Result:
    change = year.decide_raise(
        call.workspace, change_id=call.arguments.id, operator=call.operator, request_id=call.request_id
    )
    return _change(call, change)


def _refuse_raise(call: Call) -> Result:
    change = year.refuse_raise(
        call.workspace,
        change_id=call.arguments.id,
        reason=call.arguments.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _change(call, change)


_YEAR = argument("year", metavar="YEAR")
_ID = argument("id", type=whole_number, metavar="ID")
COMMANDS = (
    Command(
        "year", "open", "open a budget year with its appropriation", _open,
        (_YEAR, argument("--amount", required=True, metavar="YUAN"),
         argument("--document", required=True, metavar="NO")),
        use_case="year.open",
    ),
    Command("year", "show", "show where a year's money is", _show, (_YEAR,)),
    Command(
        "year", "raise", "propose to raise a year's appropriation", _raise,
        (_YEAR, argument("--amount", required=True, metavar="YUAN"),
         argument("--document", required=True, metavar="NO"), REASON),
        use_case="year.raise",
    ),
    Command("year", "decide-raise", "decide a proposed raise; by another person", _decide_raise, (_ID,),
            use_case="year.decide-raise"),
    Command("year", "refuse-raise", "refuse a proposed raise; by another person", _refuse_raise, (_ID, REASON),
            use_case="year.refuse-raise"),
    Command("year", "close", "close a year; what is unissued lapses", _close, (_YEAR,), use_case="year.close"),
)  # fmt: skip
