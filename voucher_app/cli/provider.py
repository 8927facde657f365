"""`provider`: the register of compute providers, and the registry of facilities."""

from collections.abc import Callable
from pathlib import Path

from voucher_app.cli.command import REASON, Call, Command, Result, argument
from voucher_app.cli.documents import document_of, table
from voucher_app.cli.recipient import SEARCH, UNIT_ARGUMENTS, unit_of
from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.parties import Provider
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _, ngettext
from voucher_app.services import provider
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import status_name


def _line(one: Provider) -> str:
    until = one.admitted_until.isoformat() if one.admitted_until else ""
    return f"{one.organisation.name} · {one.organisation.uscc} · {status_name('provider', one.status)} {until}".rstrip()


def _result(one: Provider) -> Result:
    return Result(document_of(one), [_line(one)])


def _add(call: Call) -> Result:
    return _result(
        provider.add(
            call.workspace,
            unit=unit_of(call),
            operator=call.operator,
            request_id=call.request_id,
            facility=call.arguments.facility,
        )
    )


def _admit(call: Call) -> Result:
    given = call.arguments
    return _result(
        provider.admit(
            call.workspace,
            uscc=parse_credit_code(given.uscc),
            until=parse_date(given.until),
            operator=call.operator,
            request_id=call.request_id,
            since=parse_date(given.since) if given.since else None,
        )
    )


def _step(use_case: Callable[..., Provider]) -> Callable[[Call], Result]:
    def run(call: Call) -> Result:
        return _result(
            use_case(
                call.workspace,
                uscc=parse_credit_code(call.arguments.uscc),
                reason=call.arguments.reason,
                operator=call.operator,
                request_id=call.request_id,
            )
        )

    return run


def _import(call: Call) -> Result:
    facilities = call.tools.read_facilities(call.arguments.file)
    new = provider.import_facilities(
        call.workspace, facilities=facilities, operator=call.operator, request_id=call.request_id
    )
    said = ngettext("{count} candidate was imported.", "{count} candidates were imported.", len(new))
    return Result(
        {"imported": len(new), "known": len(facilities) - len(new), "ids": new}, [said.format(count=len(new))]
    )


def _list(call: Call) -> Result:
    source = call.workspace.queries.providers(ListFilter(text=call.arguments.text, sort="id", descending=False))
    rows = source.rows(0, source.count())
    head = [_("name"), _("credit code"), _("region"), _("status"), _("admitted until")]
    lines = [
        [row.name, row.uscc, row.region_name, status_name("provider", row.status), row.admitted_until] for row in rows
    ]
    return Result({"providers": document_of(rows)}, table(head, lines))


def _show(call: Call) -> Result:
    details = call.workspace.queries.provider(parse_credit_code(call.arguments.uscc))
    assert details.provider is not None, "it was asked for by its code"
    document = {
        **document_of(details.provider),
        "facilities": document_of(details.facilities),
        "vouchers": document_of(details.vouchers),
    }
    lines = [_line(details.provider), *(f"  {one.name} · {one.source}" for one in details.facilities)]
    return Result(document, lines)


_USCC = argument("uscc", metavar="USCC")
COMMANDS = (
    Command(
        "provider",
        "add",
        "register a provider",
        _add,
        (*UNIT_ARGUMENTS, argument("--facility", default="", metavar="NAME")),
        use_case="provider.add",
    ),
    Command(
        "provider",
        "admit",
        "admit a provider for a term, or renew it; by another person",
        _admit,
        (_USCC, argument("--until", required=True, metavar="DATE"), argument("--since", default="", metavar="DATE")),
        use_case="provider.admit",
    ),
    Command("provider", "list", "list providers and candidates", _list, (SEARCH,)),
    Command("provider", "show", "show a provider", _show, (_USCC,)),
    Command(
        "provider",
        "import",
        "import facilities of a registry as candidates",
        _import,
        (argument("file", type=Path, metavar="FILE"),),
        use_case="provider.import",
    ),
    Command(
        "provider",
        "suspend",
        "suspend a provider",
        _step(provider.suspend),
        (_USCC, REASON),
        use_case="provider.suspend",
    ),
    Command(
        "provider", "resume", "end a suspension", _step(provider.resume), (_USCC, REASON), use_case="provider.resume"
    ),
    Command(
        "provider", "remove", "remove a provider", _step(provider.remove), (_USCC, REASON), use_case="provider.remove"
    ),
)
