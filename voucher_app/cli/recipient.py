"""`recipient`: the units that may hold vouchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.cli.command import REASON, Command, Result, argument
from voucher_app.cli.documents import Amount, Count, document_of, table
from voucher_app.cli.tables import import_command
from voucher_app.domain.credit import CreditResult
from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.parties import RecipientKind
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services import recipient
from voucher_app.services.imports.units import RECIPIENTS
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.wording.names import action_name, credit_name, kind_name

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.domain.parties import Organisation, Recipient
    from voucher_app.services.imports.preview import ImportPreview

UNIT_ARGUMENTS = (
    argument("--name", required=True, metavar="NAME"),
    argument("--uscc", required=True, metavar="CODE"),
    argument("--region", required=True, metavar="CODE"),
    argument("--legal-representative", default="", metavar="NAME"),
    argument("--phone", default="", metavar="NUMBER"),
    argument("--address", default="", metavar="TEXT"),
    argument("--bank-account", default="", metavar="NUMBER"),
    argument("--bank-name", default="", metavar="NAME"),
    argument("--account-name", default="", metavar="NAME"),
    argument("--group", default="", metavar="CODE"),
    argument("--controlled-by", default="", metavar="CODE"),
    argument("--founded-on", default="", metavar="DATE"),
)
SEARCH = argument("--text", default="", metavar="PART")


def unit_of(call: Call) -> UnitFacts:
    """Return what the arguments tell of a unit."""
    given = call.arguments
    return UnitFacts(
        name=given.name,
        uscc=given.uscc,
        region_code=given.region,
        legal_representative=given.legal_representative,
        phone=given.phone,
        address=given.address,
        bank_account=given.bank_account,
        controlled_by=given.controlled_by,
        founded_on=parse_date(given.founded_on) if given.founded_on else None,
        group_code=given.group,
        bank_name=given.bank_name,
        account_name=given.account_name,
    )


def _added(added: list[Recipient]) -> list[str]:
    return [
        _("Registered: {name} ({uscc})").format(name=one.organisation.name, uscc=one.organisation.uscc) for one in added
    ]


def _add(call: Call) -> Result:
    added = recipient.add(
        call.workspace, unit=unit_of(call), kind=call.arguments.kind, operator=call.operator, request_id=call.request_id
    )
    return Result(document_of(added), _added([added]))


def _imported(added: list[Recipient], _found: ImportPreview) -> Result:
    return Result({"imported": len(added), "recipients": document_of(added)}, _added(added))


def _list(call: Call) -> Result:
    source = call.workspace.queries.recipients(ListFilter(text=call.arguments.text, sort="id", descending=False))
    rows = source.rows(0, source.count())
    head = [_("name"), _("credit code"), _("class"), _("region"), Count(_("vouchers")), Amount(_("issued (yuan)"))]
    lines = [
        [row.name, row.uscc, kind_name(row.kind), row.region_name, str(row.voucher_count), row.issued.in_yuan()]
        for row in rows
    ]
    return Result({"recipients": document_of(rows)}, table(head, lines))


def _show(call: Call) -> Result:
    year = call.workspace.clock.today().year
    details = call.workspace.queries.recipient(parse_credit_code(call.arguments.uscc), year)
    unit = details.recipient.organisation
    lines = [
        f"{unit.name} · {unit.uscc} · {kind_name(details.recipient.kind)} · {details.region_name}",
        _("{year}: holds {held} yuan, redeemed {redeemed} yuan").format(
            year=year, held=details.counted.in_yuan(), redeemed=details.redeemed.in_yuan()
        ),
        *(f"  {row.number}  {row.face.in_yuan()}" for row in details.vouchers),
        *(
            f"  {entry.business_date} {action_name(entry.action)} {entry.operator_name} {entry.note}".rstrip()
            for entry in details.history
        ),
    ]
    document = {
        **document_of(details.recipient),
        "year": year,
        "counted_fen": details.counted.fen,
        "redeemed_fen": details.redeemed.fen,
        "vouchers": document_of(details.vouchers),
        "bans": document_of(call.workspace.queries.bans(unit.uscc)),
        "history": document_of(details.history),
        "attachments": document_of(call.workspace.queries.attachments(f"recipient:{unit.id}")),
    }
    return Result(document, lines)


def _ban(call: Call) -> Result:
    given = call.arguments
    unit = recipient.ban(
        call.workspace,
        uscc=given.uscc,
        until=parse_date(given.until),
        reason=given.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _banned(call, unit)


def _unban(call: Call) -> Result:
    given = call.arguments
    unit = recipient.unban(
        call.workspace, uscc=given.uscc, reason=given.reason, operator=call.operator, request_id=call.request_id
    )
    return _banned(call, unit)


def _banned(call: Call, unit: Organisation) -> Result:
    bans = call.workspace.queries.bans(unit.uscc)
    lines = [
        f"{one.unit_name} · {one.banned_from} – {one.banned_until} · {one.lifted_on} {one.lifted_by}".rstrip(" ·")
        for one in bans
    ]
    return Result({"name": unit.name, "uscc": unit.uscc, "bans": document_of(bans)}, lines)


def _credit(call: Call) -> Result:
    given = call.arguments
    found = recipient.record_credit(
        call.workspace,
        uscc=given.uscc,
        result=given.result,
        source=given.source,
        checked_on=parse_date(given.checked_on) if given.checked_on else None,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(
        {"uscc": parse_credit_code(given.uscc), **document_of(found)},
        [f"{given.uscc} · {found.checked_on.isoformat()} · {credit_name(found.result)} · {found.source}"],
    )


COMMANDS = (
    Command(
        "recipient",
        "add",
        "register a recipient",
        _add,
        (*UNIT_ARGUMENTS, argument("--kind", required=True, choices=[kind.value for kind in RecipientKind])),
        use_case="recipient.add",
    ),
    Command(
        "recipient",
        "credit",
        "record a credit check",
        _credit,
        (
            argument("uscc", metavar="CODE"),
            argument("--result", required=True, choices=[result.value for result in CreditResult]),
            argument("--source", required=True, metavar="TEXT"),
            argument("--checked-on", default="", metavar="DATE"),
        ),
        use_case="recipient.credit",
    ),
    Command("recipient", "list", "list the recipients", _list, (SEARCH,)),
    Command("recipient", "show", "show a recipient", _show, (argument("uscc", metavar="CODE"),)),
    Command(
        "recipient",
        "ban",
        "ban a unit, recipient or provider, up to a day",
        _ban,
        (argument("uscc", metavar="CODE"), argument("--until", required=True, metavar="DATE"), REASON),
        use_case="recipient.ban",
    ),
    Command(
        "recipient",
        "unban",
        "lift the bans of a unit; by another person",
        _unban,
        (argument("uscc", metavar="CODE"), REASON),
        use_case="recipient.unban",
    ),
    import_command("recipient", (RECIPIENTS,), "register recipients from a table, all or none", _imported),
)
