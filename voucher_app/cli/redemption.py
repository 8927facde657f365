"""`redemption`: claiming and verifying."""

from collections.abc import Callable

from voucher_app.cli.command import REASON, Call, Command, Result, argument, whole_number
from voucher_app.cli.documents import document_of, table
from voucher_app.domain.money import Money
from voucher_app.domain.redemption import Redemption, RedemptionStatus
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services import redemption
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import status_name


def _result(one: Redemption) -> Result:
    amount = one.approved or one.claimed
    line = f"{one.id} · {one.invoice.key} · {amount.in_yuan()} · {status_name('redemption', one.status)}"
    return Result(document_of(one), [line])


def _claim(call: Call) -> Result:
    given = call.arguments
    facts = redemption.ClaimFacts(
        voucher_number=given.voucher,
        amount=Money.parse(given.amount),
        invoice_number=given.invoice,
        invoice_amount=Money.parse(given.invoice_amount),
        invoiced_on=parse_date(given.invoiced_on),
        service_from=parse_date(given.service_from) if given.service_from else None,
        service_until=parse_date(given.service_until) if given.service_until else None,
    )
    return _result(redemption.claim(call.workspace, facts=facts, operator=call.operator, request_id=call.request_id))


def _verify(call: Call) -> Result:
    approved = Money.parse(call.arguments.approved) if call.arguments.approved is not None else None
    return _result(
        redemption.verify(
            call.workspace,
            redemption_id=call.arguments.id,
            approved=approved,
            operator=call.operator,
            request_id=call.request_id,
        )
    )


def _decide(use_case: Callable[..., Redemption]) -> Callable[[Call], Result]:
    def run(call: Call) -> Result:
        return _result(
            use_case(
                call.workspace,
                redemption_id=call.arguments.id,
                reason=call.arguments.reason,
                operator=call.operator,
                request_id=call.request_id,
            )
        )

    return run


def _list(call: Call) -> Result:
    status = (call.arguments.status,) if call.arguments.status else ()
    source = call.workspace.queries.redemptions(
        ListFilter(text=call.arguments.text, statuses=status, sort="id", descending=False)
    )
    rows = source.rows(0, source.count())
    head = ["id", _("voucher"), _("recipient"), _("invoice"), _("claimed (yuan)"), _("status")]
    lines = [
        [
            str(row.id),
            row.voucher_number,
            row.recipient_name,
            row.invoice_key,
            row.claimed.in_yuan(),
            status_name("redemption", row.status),
        ]
        for row in rows
    ]
    return Result({"redemptions": document_of(rows)}, table(head, lines))


def _show(call: Call) -> Result:
    details = call.workspace.queries.redemption(call.arguments.id)
    document = {
        **document_of(details.redemption),
        "voucher_number": str(details.voucher.number),
        "recipient": document_of(details.recipient),
        "history": document_of(details.history),
    }
    return Result(
        document, [*_result(details.redemption).lines, str(details.voucher.number), details.recipient.organisation.name]
    )


_ID = argument("id", type=whole_number, metavar="ID")
COMMANDS = (
    Command(
        "redemption", "claim", "claim a part of a voucher against an invoice", _claim,
        (
            argument("--voucher", required=True, metavar="NO"),
            argument("--amount", required=True, metavar="YUAN"),
            argument("--invoice", required=True, metavar="NO"),
            argument("--invoice-amount", required=True, metavar="YUAN"),
            argument("--invoiced-on", required=True, metavar="DATE"),
            argument("--service-from", default="", metavar="DATE"),
            argument("--service-until", default="", metavar="DATE"),
        ),
        use_case="redemption.claim",
    ),
    Command("redemption", "verify", "verify a claim; by another person", _verify,
            (_ID, argument("--approved", metavar="YUAN")), use_case="redemption.verify"),
    Command("redemption", "refuse", "refuse a claim; by another person", _decide(redemption.refuse), (_ID, REASON),
            use_case="redemption.refuse"),
    Command("redemption", "reverse", "reverse a verified claim; by another person", _decide(redemption.reverse),
            (_ID, REASON), use_case="redemption.reverse"),
    Command("redemption", "list", "list redemptions", _list,
            (argument("--text", default="", metavar="PART"),
             argument("--status", default="", choices=["", *(status.value for status in RedemptionStatus)]))),
    Command("redemption", "show", "show a redemption", _show, (_ID,)),
)  # fmt: skip
