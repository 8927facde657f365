"""`number`: the registers of document numbers (文号)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import Day, document_of, table
from voucher_app.domain.budget import parse_year
from voucher_app.domain.document_number import PREFIX
from voucher_app.i18n import _
from voucher_app.services import document_number

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.domain.document_number import DocumentNumber


def _document(number: DocumentNumber) -> dict[str, object]:
    return {**document_of(number), "number": str(number)}


def _result(number: DocumentNumber) -> Result:
    return Result(_document(number), [f"{number.id} · {number} · {number.kind} · {number.subject} · {number.title}"])


def _draw(call: Call) -> Result:
    given = call.arguments
    number = document_number.draw(
        call.workspace,
        kind=given.kind,
        subject=given.subject,
        title=given.title,
        prefix=given.prefix,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _result(number)


def _void(call: Call) -> Result:
    given = call.arguments
    number = document_number.void(
        call.workspace, number_id=given.id, reason=given.reason, operator=call.operator, request_id=call.request_id
    )
    return _result(number)


def _list(call: Call) -> Result:
    given = call.arguments
    year = parse_year(given.year) if given.year else None
    found = call.workspace.records().document_numbers.all(given.kind, year)
    head = ["id", _("number"), _("kind"), _("subject"), _("title"), Day(_("drawn on")), _("void")]
    lines = [
        [str(one.id), str(one), one.kind, one.subject, one.title, one.drawn_on.isoformat(), one.void_reason]
        for one in found
    ]
    return Result({"numbers": [_document(one) for one in found]}, table(head, lines))


COMMANDS = (
    Command("number", "draw", "give a document its number; one that has a number keeps it", _draw,
            (argument("subject", metavar="SUBJECT", help="such as batch:3"),
             argument("--kind", required=True, metavar="KIND"),
             argument("--title", required=True, metavar="TEXT"),
             argument("--prefix", default=PREFIX, metavar="TEXT")),
            use_case="number.draw"),
    Command("number", "void", "make a document number void; it stays in the register", _void,
            (argument("id", type=whole_number, metavar="ID"), REASON), use_case="number.void"),
    Command("number", "list", "list document numbers, void ones too", _list,
            (argument("--kind", default="", metavar="KIND"), argument("--year", default="", metavar="YEAR"))),
)  # fmt: skip
