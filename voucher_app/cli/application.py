"""`application`: submitting and reviewing."""

from voucher_app.cli.command import REASON, Call, Command, Result, argument, whole_number
from voucher_app.cli.documents import document_of, table
from voucher_app.domain.application import Application, ApplicationStatus
from voucher_app.domain.budget import parse_year
from voucher_app.domain.money import Money
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services import application
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import status_name


def _line(one: Application) -> str:
    return f"{one.id} · {one.contract.number} · {one.requested.in_yuan()} · {status_name('application', one.status)}"


def _submit(call: Call) -> Result:
    given = call.arguments
    facts = application.ApplicationFacts(
        recipient_uscc=given.recipient,
        provider_uscc=given.provider,
        contract_number=given.contract,
        contract_amount=Money.parse(given.contract_amount),
        signed_on=parse_date(given.signed_on),
        requested=Money.parse(given.amount),
        year=parse_year(given.year) if given.year else None,
    )
    made = application.submit(
        call.workspace, facts=facts, operator=call.operator, request_id=call.request_id, reason=given.reason
    )
    return Result(document_of(made), [_line(made)])


def _approve(call: Call) -> Result:
    approved = application.approve(
        call.workspace, application_ids=call.arguments.ids, operator=call.operator, request_id=call.request_id
    )
    return Result(
        {"ids": [one.id for one in approved], "applications": document_of(approved)}, list(map(_line, approved))
    )


def _refuse(call: Call) -> Result:
    refused = application.refuse(
        call.workspace,
        application_id=call.arguments.id,
        reason=call.arguments.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(document_of(refused), [_line(refused)])


def _list(call: Call) -> Result:
    status = (call.arguments.status,) if call.arguments.status else ()
    source = call.workspace.queries.applications(
        ListFilter(text=call.arguments.text, statuses=status, sort="id", descending=False)
    )
    rows = source.rows(0, source.count())
    head = ["id", _("recipient"), _("contract"), _("requested (yuan)"), _("status")]
    lines = [
        [
            str(row.id),
            row.recipient_name,
            row.contract_number,
            row.requested.in_yuan(),
            status_name("application", row.status),
        ]
        for row in rows
    ]
    return Result({"applications": document_of(rows)}, table(head, lines))


def _show(call: Call) -> Result:
    details = call.workspace.queries.application(call.arguments.id)
    document = {
        **document_of(details.application),
        "recipient": document_of(details.recipient),
        "provider": document_of(details.provider),
        "policy": details.policy.label,
        "voucher_number": details.voucher_number,
        "history": document_of(details.history),
    }
    return Result(
        document,
        [
            _line(details.application),
            details.recipient.organisation.name,
            details.provider.organisation.name,
            details.voucher_number,
        ],
    )


_ID = argument("id", type=whole_number, metavar="ID")
COMMANDS = (
    Command(
        "application", "submit", "submit an application for one voucher", _submit,
        (
            argument("--recipient", required=True, metavar="USCC"),
            argument("--provider", required=True, metavar="USCC"),
            argument("--contract", required=True, metavar="NO"),
            argument("--contract-amount", required=True, metavar="YUAN"),
            argument("--signed-on", required=True, metavar="DATE"),
            argument("--amount", required=True, metavar="YUAN"),
            argument("--year", default="", metavar="YEAR"),
            argument("--reason", default="", metavar="TEXT"),
        ),
        use_case="application.submit",
    ),
    Command("application", "approve", "approve applications; by another person", _approve,
            (argument("ids", type=whole_number, nargs="+", metavar="ID"),), use_case="application.approve"),
    Command("application", "refuse", "refuse an application; by another person", _refuse, (_ID, REASON),
            use_case="application.refuse"),
    Command("application", "list", "list applications", _list,
            (argument("--text", default="", metavar="PART"),
             argument("--status", default="", choices=["", *(status.value for status in ApplicationStatus)]))),
    Command("application", "show", "show an application", _show, (_ID,)),
)  # fmt: skip
