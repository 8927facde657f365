"""`voucher`: issuing, and what becomes of vouchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import Amount, Day, document_of, table
from voucher_app.domain.budget import parse_year
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.i18n import _
from voucher_app.services import voucher
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import action_name, status_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.cli.command import Call
    from voucher_app.domain.voucher import Voucher


def _line(one: Voucher) -> str:
    return _("{number} · {face} · remaining {remaining} · {status}").format(
        number=one.number,
        face=one.face.in_yuan(),
        remaining=one.remaining.in_yuan(),
        status=status_name("voucher", one.status),
    )


def _several(vouchers: list[Voucher]) -> Result:
    document = {"numbers": [str(one.number) for one in vouchers], "vouchers": document_of(vouchers)}
    return Result(document, list(map(_line, vouchers)))


def _issue(call: Call) -> Result:
    ids, everything = call.arguments.ids, call.arguments.all_approved
    if bool(ids) == everything:
        raise InvalidInput("arguments", found=_("Name applications, or use --all-approved."))
    return _several(
        voucher.issue(
            call.workspace,
            application_ids=None if everything else ids,
            operator=call.operator,
            request_id=call.request_id,
        )
    )


def _act(use_case: Callable[..., Voucher]) -> Callable[[Call], Result]:
    def run(call: Call) -> Result:
        done = use_case(
            call.workspace,
            number=call.arguments.number,
            reason=call.arguments.reason,
            operator=call.operator,
            request_id=call.request_id,
        )
        return Result(document_of(done), [_line(done)])

    return run


def _expire(call: Call) -> Result:
    told = _several(voucher.expire(call.workspace, operator=call.operator, request_id=call.request_id))
    return Result(told.document, told.lines or [_("No voucher is past its last day to redeem.")])


def _list(call: Call) -> Result:
    given = call.arguments
    source = call.workspace.queries.vouchers(
        ListFilter(
            text=given.text,
            statuses=(given.status,) if given.status else (),
            year=parse_year(given.year) if given.year else None,
            sort="number",
            descending=False,
        )
    )
    rows = source.rows(0, given.limit or source.count())
    head = [
        _("number"),
        _("recipient"),
        Amount(_("face value (yuan)")),
        Amount(_("remaining (yuan)")),
        _("status"),
        Day(_("redeem by")),
    ]
    lines = [
        [
            row.number,
            row.recipient_name,
            row.face.in_yuan(),
            row.remaining.in_yuan(),
            status_name("voucher", row.status),
            row.redeem_by,
        ]
        for row in rows
    ]
    return Result({"vouchers": document_of(rows)}, table(head, lines))


def _show(call: Call) -> Result:
    details = call.workspace.queries.voucher(str(VoucherNumber.parse(call.arguments.number)))
    document = {
        **document_of(details.voucher),
        "recipient": document_of(details.recipient),
        "provider": document_of(details.provider),
        "policy": details.policy.label,
        "open_claims_fen": details.open_claims.fen,
        "redemptions": document_of(details.redemptions),
        "history": document_of(details.history),
    }
    lines = [
        _line(details.voucher),
        f"{details.recipient.organisation.name} → {details.provider.organisation.name}",
        _("use by {use_by}, redeem by {redeem_by}").format(
            use_by=details.voucher.use_by.isoformat(), redeem_by=details.voucher.redeem_by.isoformat()
        ),
        *(
            f"  {entry.business_date} {action_name(entry.action)} {entry.operator_name} {entry.note}".rstrip()
            for entry in details.history
        ),
    ]
    return Result(document, lines)


_NUMBER = argument("number", metavar="NO")
COMMANDS = (
    Command(
        "voucher",
        "issue",
        "issue vouchers for approved applications, all or none",
        _issue,
        (
            argument("ids", type=whole_number, nargs="*", metavar="APPLICATION_ID"),
            argument("--all-approved", action="store_true"),
        ),
        use_case="voucher.issue",
    ),
    Command(
        "voucher",
        "list",
        "list vouchers",
        _list,
        (
            argument("--text", default="", metavar="PART"),
            argument("--year", default="", metavar="YEAR"),
            argument("--status", default="", choices=["", *(status.value for status in VoucherStatus)]),
            argument("--limit", type=whole_number, default=0, metavar="N"),
        ),
    ),
    Command("voucher", "show", "show a voucher with its history", _show, (_NUMBER,)),
    Command(
        "voucher",
        "void",
        "void a voucher; by another person",
        _act(voucher.void),
        (_NUMBER, REASON),
        use_case="voucher.void",
    ),
    Command(
        "voucher",
        "return",
        "take an unused voucher back; by another person",
        _act(voucher.return_voucher),
        (_NUMBER, REASON),
        use_case="voucher.return",
    ),
    Command(
        "voucher", "freeze", "freeze a voucher", _act(voucher.freeze), (_NUMBER, REASON), use_case="voucher.freeze"
    ),
    Command(
        "voucher",
        "unfreeze",
        "unfreeze a voucher",
        _act(voucher.unfreeze),
        (_NUMBER, REASON),
        use_case="voucher.unfreeze",
    ),
    Command("voucher", "expire", "expire what is past its last day to redeem", _expire, use_case="voucher.expire"),
)
