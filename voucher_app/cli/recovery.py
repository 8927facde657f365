"""`recovery`: taking back what was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import Amount, document_of, table
from voucher_app.domain.budget import parse_year
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.domain.recovery import BannedUnit, RecoveryStatus
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services import recovery
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import action_name, status_name

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.domain.recovery import Recovery


_MOST_YEARS: Final = 99
"""Of a ban; beyond the year 9999 there is no day on which it could end."""


def _result(one: Recovery) -> Result:
    line = (
        f"{one.id} · {one.redemption_id} · {one.received.in_yuan()} / {one.amount.in_yuan()} · "
        f"{status_name('recovery', one.status)}"
    )
    return Result({**document_of(one), "open_fen": one.open.fen}, [line])


def _ban(call: Call) -> recovery.BanFacts:
    given = call.arguments
    told = [bool(given.ban_until), given.ban_years is not None, given.no_ban]
    if sum(told) > 1 or (given.no_ban and given.fraud):
        raise InvalidInput("ban_choice", found="")
    if (given.ban_years or 0) > _MOST_YEARS:
        raise InvalidInput("count_within", found=given.ban_years, least=0, most=_MOST_YEARS)
    return recovery.BanFacts(
        until=parse_date(given.ban_until) if given.ban_until else None,
        years=given.ban_years,
        is_fraud=given.fraud,
        units=BannedUnit(given.ban_unit),
    )


def _decide(call: Call) -> Result:
    given = call.arguments
    facts = recovery.RecoveryFacts(
        redemption_id=given.id,
        amount=Money.parse(given.amount),
        reason=given.reason,
        due_on=parse_date(given.due) if given.due else None,
        document=given.document,
        ban=_ban(call),
    )
    decided = recovery.decide(call.workspace, facts=facts, operator=call.operator, request_id=call.request_id)
    result = _result(decided)
    bans = call.workspace.queries.recovery(decided.id).bans
    said = [_("{name} is banned until {until}.").format(name=one.unit_name, until=one.banned_until) for one in bans]
    return Result({**result.document, "bans": document_of(bans)}, [*result.lines, *said])


def _receive(call: Call) -> Result:
    given = call.arguments
    received = recovery.receive(
        call.workspace,
        recovery_id=given.id,
        amount=Money.parse(given.amount),
        receipt=given.receipt,
        received_on=parse_date(given.received_on) if given.received_on else None,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _result(received)


def _list(call: Call) -> Result:
    given = call.arguments
    source = call.workspace.queries.recoveries(
        ListFilter(
            text=given.text,
            statuses=(given.status,) if given.status else (),
            year=parse_year(given.year) if given.year else None,
            sort="id",
            descending=False,
        )
    )
    rows = source.rows(0, source.count())
    head = [
        "id",
        _("voucher"),
        _("recipient"),
        Amount(_("amount (yuan)")),
        Amount(_("received (yuan)")),
        _("due"),
        _("status"),
    ]
    lines = [
        [
            str(row.id),
            row.voucher_number,
            row.recipient_name,
            row.amount.in_yuan(),
            row.received.in_yuan(),
            row.due_on,
            status_name("recovery", row.status),
        ]
        for row in rows
    ]
    return Result({"recoveries": document_of(rows)}, table(head, lines))


def _show(call: Call) -> Result:
    details = call.workspace.queries.recovery(call.arguments.id)
    document = document_of(details)
    lines = [
        *_result(details.recovery).lines,
        f"{details.voucher_number} · {details.recipient_name} · {details.recovery.reason}",
        *(f"  {one.received_on} {one.amount.in_yuan()} {one.receipt_number}" for one in details.receipts),
        *(
            f"  {entry.business_date} {action_name(entry.action)} {entry.operator_name} {entry.note}".rstrip()
            for entry in details.history
        ),
    ]
    return Result({**document.pop("recovery"), **document, "open_fen": details.recovery.open.fen}, lines)


COMMANDS = (
    Command(
        "recovery", "decide", "decide to take a payment back; by another person than claimed it", _decide,
        (
            argument("id", type=whole_number, metavar="REDEMPTION_ID"),
            argument("--amount", required=True, metavar="YUAN"),
            REASON,
            argument("--due", default="", metavar="DATE"),
            argument("--document", default="", metavar="NO"),
            argument("--fraud", action="store_true"),
            argument("--ban-until", default="", metavar="DATE"),
            argument("--ban-years", type=whole_number, metavar="N"),
            argument("--no-ban", action="store_true"),
            argument("--ban-unit", choices=[one.value for one in BannedUnit], default=BannedUnit.RECIPIENT.value),
        ),
        use_case="recovery.decide",
    ),
    Command(
        "recovery", "receive", "book money that came back", _receive,
        (
            argument("id", type=whole_number, metavar="ID"),
            argument("--amount", required=True, metavar="YUAN"),
            argument("--receipt", required=True, metavar="NO"),
            argument("--received-on", default="", metavar="DATE"),
        ),
        use_case="recovery.receive",
    ),
    Command(
        "recovery", "list", "list recoveries", _list,
        (
            argument("--text", default="", metavar="PART"),
            argument("--status", default="", choices=["", *(status.value for status in RecoveryStatus)]),
            argument("--year", default="", metavar="YEAR"),
        ),
    ),
    Command("recovery", "show", "show a recovery with what came back", _show,
            (argument("id", type=whole_number, metavar="ID"),)),
)  # fmt: skip
