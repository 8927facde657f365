"""`settlement`: grouping verified redemptions, paying them, and comparing with the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import Amount, document_of, table
from voucher_app.cli.tables import FILE, REASON_MAYBE, TABLE_ARGUMENTS, look, write_template
from voucher_app.domain.budget import parse_year
from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.settlement import SettlementStatus
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services import settlement
from voucher_app.services.imports.payments import PAYMENTS, bank_lines
from voucher_app.services.imports.preview import refuse
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import action_name, status_name
from voucher_app.services.wording.rules import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.cli.command import Call
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.settlement import Settlement
    from voucher_app.services.queries.settlement import PayeeShare, SettlementDetails, SettlementLineRow


def _notes(call: Call, settlement_id: int) -> list[Violation]:
    return settlement.notes_on(call.workspace, settlement_id)


def _document(call: Call, details: SettlementDetails) -> dict[str, Any]:
    document: dict[str, Any] = document_of(details)
    return {
        **document.pop("settlement"),
        **document,
        "notes": [{**document_of(note), "message": sentence(note)} for note in _notes(call, details.settlement.id)],
    }


def _head(one: Settlement) -> str:
    return f"{one.id} · {one.year} · {one.period_from.isoformat()} – {one.period_until.isoformat()}"


def _lines(call: Call, details: SettlementDetails) -> list[str]:
    one = details.settlement
    said = [
        f"{_head(one)} · {status_name('settlement', one.status)}",
        _("{amount} yuan: province {province}, city {city}; paid {paid}").format(
            amount=details.amount.in_yuan(),
            province=details.province.in_yuan(),
            city=details.city.in_yuan(),
            paid=details.paid.in_yuan(),
        ),
    ]
    said += [
        f"  {status_name('settlement-line', status)}: {count}" for status, count in details.line_counts.items() if count
    ]
    return said + [sentence(note) for note in _notes(call, one.id)]


def _result(call: Call, one: Settlement, **more: object) -> Result:
    details = call.workspace.queries.settlement(one.id)
    return Result({**_document(call, details), **more}, _lines(call, details))


def _draft(call: Call) -> Result:
    given = call.arguments
    made = settlement.draft(
        call.workspace,
        until=parse_date(given.until),
        since=parse_date(given.since) if given.since else None,
        year=parse_year(given.year) if given.year else None,
        document=given.document,
        operator=call.operator,
        request_id=call.request_id,
    )
    results = [_result(call, one) for one in made]
    document = {
        **results[0].document,
        "ids": [one.id for one in made],
        "settlements": [result.document for result in results],
    }
    return Result(document, [line for result in results for line in result.lines])


def _step(use_case: Callable[..., Settlement]) -> Callable[[Call], Result]:
    def run(call: Call) -> Result:
        done = use_case(
            call.workspace, settlement_id=call.arguments.id, operator=call.operator, request_id=call.request_id
        )
        return _result(call, done)

    return run


def _plan(call: Call) -> Result:
    planned = settlement.plan(
        call.workspace,
        settlement_id=call.arguments.id,
        document=call.arguments.document,
        operator=call.operator,
        request_id=call.request_id,
    )
    result = _result(call, planned)
    return Result(result.document, [*result.lines, *_plan_lines(call.workspace.queries.settlement(planned.id).payees)])


def _plan_lines(payees: tuple[PayeeShare, ...]) -> list[str]:
    head = [
        _("payee"),
        _("credit code"),
        _("account"),
        Amount(_("amount (yuan)")),
        _("province"),
        _("city"),
        Amount(_("paid (yuan)")),
    ]
    return table(
        head,
        [
            [
                one.name,
                one.uscc,
                f"{one.bank_name} {one.bank_account}".strip(),
                one.amount.in_yuan(),
                one.province.in_yuan(),
                one.city.in_yuan(),
                one.paid.in_yuan(),
            ]
            for one in payees
        ],
    )


def _disburse(call: Call) -> Result:
    given = call.arguments
    paid = settlement.disburse(
        call.workspace,
        settlement_id=given.id,
        receipt=given.receipt,
        paid_on=parse_date(given.paid_on) if given.paid_on else None,
        line_id=given.line,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _result(call, paid, receipt=given.receipt)


def _on_line(use_case: Callable[..., Settlement], *more: str) -> Callable[[Call], Result]:
    def run(call: Call) -> Result:
        done = use_case(
            call.workspace,
            settlement_id=call.arguments.id,
            line_id=call.arguments.line,
            operator=call.operator,
            request_id=call.request_id,
            **{name: getattr(call.arguments, name) for name in more},
        )
        return _result(call, done, line=call.arguments.line)

    return run


def _cancel(call: Call) -> Result:
    cancelled = settlement.cancel(
        call.workspace,
        settlement_id=call.arguments.id,
        reason=call.arguments.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _result(call, cancelled)


def _reconcile(call: Call) -> Result:
    if call.arguments.template is not None:
        return write_template(call, PAYMENTS)
    found, order = look(call, (PAYMENTS,))
    refuse(found, reason=order.reason)
    bank = bank_lines(found.entries)
    done = settlement.reconcile(
        call.workspace,
        settlement_id=call.arguments.id,
        bank=bank,
        reason=call.arguments.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _result(call, done)


def _list(call: Call) -> Result:
    given = call.arguments
    source = call.workspace.queries.settlements(
        ListFilter(
            text=given.text,
            statuses=(given.status,) if given.status else (),
            year=parse_year(given.year) if given.year else None,
            sort="id",
            descending=False,
        )
    )
    rows = source.rows(0, source.count())
    head = ["id", _("year"), _("period"), _("lines"), Amount(_("amount (yuan)")), Amount(_("paid (yuan)")), _("status")]
    lines = [
        [
            str(row.id),
            str(row.year),
            f"{row.period_from} – {row.period_until}",
            str(row.line_count),
            row.amount.in_yuan(),
            row.paid.in_yuan(),
            status_name("settlement", row.status),
        ]
        for row in rows
    ]
    return Result({"settlements": document_of(rows)}, table(head, lines))


def _line_table(rows: tuple[SettlementLineRow, ...] | list[SettlementLineRow]) -> list[str]:
    head = [
        _("line"),
        _("voucher"),
        _("payee"),
        Amount(_("amount (yuan)")),
        _("province"),
        _("city"),
        _("receipt"),
        _("status"),
    ]
    return table(
        head,
        [
            [
                str(row.id),
                row.voucher_number,
                row.payee_name,
                row.amount.in_yuan(),
                row.province.in_yuan(),
                row.city.in_yuan(),
                row.receipt_number,
                status_name("settlement-line", row.status),
            ]
            for row in rows
        ],
    )


def _show(call: Call) -> Result:
    details = call.workspace.queries.settlement(call.arguments.id)
    source = call.workspace.queries.settlement_lines(call.arguments.id, ListFilter(sort="id", descending=False))
    rows = list(source.rows(0, source.count()))
    history = [
        f"  {entry.business_date} {action_name(entry.action)} {entry.operator_name} {entry.note}".rstrip()
        for entry in details.history
    ]
    return Result(
        {**_document(call, details), "lines": document_of(rows)}, [*_lines(call, details), *_line_table(rows), *history]
    )


def _statement(call: Call) -> Result:
    statement = call.workspace.queries.payee_statement(call.arguments.id, parse_credit_code(call.arguments.payee))
    said = _("{name} ({uscc}): {amount} yuan, {capitals}").format(
        name=statement.payee.name,
        uscc=statement.payee.uscc,
        amount=statement.payee.amount.in_yuan(),
        capitals=statement.payee.amount.in_capitals(),
    )
    return Result(document_of(statement), [_head(statement.settlement), said, *_line_table(statement.lines)])


_ID = argument("id", type=whole_number, metavar="ID")
_LINE = argument("line", type=whole_number, metavar="LINE")
COMMANDS = (
    Command(
        "settlement", "draft", "group what was verified up to a day", _draft,
        (
            argument("--until", required=True, metavar="DATE"),
            argument("--from", dest="since", default="", metavar="DATE"),
            argument("--year", default="", metavar="YEAR"),
            argument("--document", default="", metavar="NO"),
        ),
        use_case="settlement.draft",
    ),
    Command("settlement", "confirm", "confirm a draft; by another person", _step(settlement.confirm), (_ID,),
            use_case="settlement.confirm"),
    Command("settlement", "plan", "record the allocation plan", _plan,
            (_ID, argument("--document", default="", metavar="NO")), use_case="settlement.plan"),
    Command("settlement", "check", "record the finance check; by a third person", _step(settlement.check), (_ID,),
            use_case="settlement.check"),
    Command(
        "settlement", "disburse", "record payments under a bank receipt; by another person than drafted", _disburse,
        (
            _ID,
            argument("--receipt", required=True, metavar="NO"),
            argument("--paid-on", default="", metavar="DATE"),
            argument("--line", type=whole_number, metavar="LINE"),
        ),
        use_case="settlement.disburse",
    ),
    Command("settlement", "fail-line", "record that a payment failed or came back",
            _on_line(settlement.fail_line, "reason"), (_ID, _LINE, REASON), use_case="settlement.fail-line"),
    Command("settlement", "remove-line", "take a line out of a draft", _on_line(settlement.remove_line, "reason"),
            (_ID, _LINE, REASON), use_case="settlement.remove-line"),
    Command("settlement", "cancel", "give a settlement up before it is paid", _cancel, (_ID, REASON),
            use_case="settlement.cancel"),
    Command("settlement", "sample", "record what a third party's check found", _on_line(settlement.sample, "result"),
            (_ID, _LINE, argument("--result", required=True, metavar="TEXT")), use_case="settlement.sample"),
    Command(
        "settlement", "reconcile", "compare with the bank's file", _reconcile,
        (_ID, FILE, *(one for one in TABLE_ARGUMENTS if one.names != ("--check",)), REASON_MAYBE),
        use_case="settlement.reconcile",
    ),
    Command("settlement", "close", "close a reconciled settlement", _step(settlement.close), (_ID,),
            use_case="settlement.close"),
    Command(
        "settlement", "list", "list settlements", _list,
        (
            argument("--text", default="", metavar="PART"),
            argument("--status", default="", choices=["", *(status.value for status in SettlementStatus)]),
            argument("--year", default="", metavar="YEAR"),
        ),
    ),
    Command("settlement", "show", "show a settlement with its lines", _show, (_ID,)),
    Command("settlement", "statement", "show what one payee gets", _statement,
            (_ID, argument("--payee", required=True, metavar="USCC"))),
)  # fmt: skip
