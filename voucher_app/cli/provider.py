"""`provider`: the register of compute providers, and the registry of facilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import document_of, table
from voucher_app.cli.recipient import SEARCH, UNIT_ARGUMENTS, unit_of
from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.money import Money
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _, ngettext
from voucher_app.services import provider
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import status_name, step_name
from voucher_app.services.wording.rules import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.cli.command import Call
    from voucher_app.domain.objection import Objection
    from voucher_app.domain.parties import ListedPrice, Provider


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
    operator = call.operator
    call.back_up_before_import()
    new = provider.import_facilities(
        call.workspace, facilities=facilities, operator=operator, request_id=call.request_id
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


def _publicize(call: Call) -> Result:
    made = provider.publicize(
        call.workspace,
        uscc=parse_credit_code(call.arguments.uscc),
        until=parse_date(call.arguments.until) if call.arguments.until else None,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _result(made)


def _expire(call: Call) -> Result:
    ended = provider.expire(call.workspace, operator=call.operator, request_id=call.request_id)
    said = ngettext("The term of {count} provider has ended.", "The terms of {count} providers have ended.", len(ended))
    return Result({"providers": document_of(ended)}, [said.format(count=len(ended)), *map(_line, ended)])


def _objection_line(one: Objection) -> str:
    return f"{one.id} · {one.raised_by} · {one.content} · {status_name('objection', one.status)}"


def _object(call: Call) -> Result:
    given = call.arguments
    made = provider.object_to(
        call.workspace,
        uscc=parse_credit_code(given.uscc),
        raised_by=given.raised_by,
        content=given.text,
        raised_on=parse_date(given.raised_on) if given.raised_on else None,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(document_of(made), [_objection_line(made)])


def _resolve(call: Call) -> Result:
    given = call.arguments
    resolved = provider.resolve(
        call.workspace,
        objection_id=given.id,
        upheld=given.decision == "uphold",
        reason=given.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(document_of(resolved), [_objection_line(resolved)])


def _price_line(one: ListedPrice) -> str:
    return f"{one.item} · {one.price.in_yuan()} / {one.unit} · {one.valid_from.isoformat()}"


def _price(call: Call) -> Result:
    given = call.arguments
    made = provider.price(
        call.workspace,
        uscc=parse_credit_code(given.uscc),
        item=given.item,
        unit=given.unit,
        amount=Money.parse(given.price),
        valid_from=parse_date(given.valid_from) if given.valid_from else None,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(document_of(made), [_price_line(made)])


def _prices(call: Call) -> Result:
    prices = call.workspace.queries.provider(parse_credit_code(call.arguments.uscc)).prices
    head = [_("what is sold"), _("price (yuan)"), _("unit"), _("valid from")]
    rows = [[one.item, one.price.in_yuan(), one.unit, one.valid_from.isoformat()] for one in prices]
    return Result({"prices": document_of(prices)}, table(head, rows))


def _link(call: Call) -> Result:
    linked = provider.link(
        call.workspace,
        uscc=parse_credit_code(call.arguments.uscc),
        facility=call.arguments.facility,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _result(linked)


def _facilities(call: Call) -> Result:
    rows = call.workspace.queries.facilities()
    head = [_("name"), _("region"), _("state"), _("provider")]
    lines = [[row.facility.name, row.region_name, row.facility.state, row.provider_name] for row in rows]
    documents = [
        {
            **document_of(row.facility),
            "region_name": row.region_name,
            "provider_name": row.provider_name,
            "provider_uscc": row.provider_uscc,
        }
        for row in rows
    ]
    return Result({"facilities": documents}, table(head, lines))


def _possible(call: Call, one: Provider) -> tuple[list[dict[str, object]], list[str]]:
    """Return what the person named can do with a provider, and why not; nothing when nobody is named."""
    if not call.arguments.operator:
        return [], []
    found = provider.possible_acts(call.workspace.records(), one, call.operator)
    documents: list[dict[str, object]] = [
        {"act": item.act, "possible": item.is_open, "reasons": [sentence(violation) for violation in item.violations]}
        for item in found
    ]
    said = _(", ").join(step_name(item.act) for item in found if item.is_open)
    return documents, [_("Possible now: {acts}").format(acts=said or _("nothing"))]


def _show(call: Call) -> Result:
    details = call.workspace.queries.provider(parse_credit_code(call.arguments.uscc))
    assert details.provider is not None, "it was asked for by its code"
    document = {
        **document_of(details.provider),
        "facilities": document_of(details.facilities),
        "vouchers": document_of(details.vouchers),
        "checked_by": details.checked_by,
        "inspected_by": details.inspected_by,
        "publicized_by": details.publicized_by,
        "refused_by": details.refused_by,
        "admitted_by": details.admitted_by,
        "suspensions": document_of(details.suspensions),
        "prices": document_of(details.prices),
        "objections": [
            {**document_of(one.objection), "prepared_by": one.prepared_by, "resolved_by": one.resolved_by}
            for one in details.objections
        ],
        "history": document_of(details.history),
    }
    document["possible"], said = _possible(call, details.provider)
    lines = [
        _line(details.provider),
        *(f"  {one.name} · {one.source}" for one in details.facilities),
        *(f"  {_price_line(one)}" for one in details.prices),
        *(f"  {_objection_line(one.objection)}" for one in details.objections),
        *said,
    ]
    return Result(document, lines)


_USCC = argument("uscc", metavar="USCC")
_REMARK = argument("--reason", default="", metavar="TEXT")
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
    Command("provider", "check", "check a registration for form; by another person", _step(provider.check),
            (_USCC, _REMARK), use_case="provider.check"),
    Command("provider", "inspect", "inspect a provider; by another person", _step(provider.inspect),
            (_USCC, _REMARK), use_case="provider.inspect"),
    Command("provider", "publicize", "publicize a provider before its admission; by another person", _publicize,
            (_USCC, argument("--until", default="", metavar="DATE")), use_case="provider.publicize"),
    Command("provider", "refuse", "refuse to admit a provider; by another person", _step(provider.refuse),
            (_USCC, REASON), use_case="provider.refuse"),
    Command("provider", "expire", "mark the providers whose term has ended", _expire, use_case="provider.expire"),
    Command("provider", "object", "take down an objection to a provider in publicity", _object,
            (_USCC, argument("--by", dest="raised_by", required=True, metavar="NAME"),
             argument("--text", required=True, metavar="TEXT"),
             argument("--raised-on", default="", metavar="DATE")), use_case="provider.object"),
    Command("provider", "resolve", "decide on an objection to a provider; by another person", _resolve,
            (argument("id", type=whole_number, metavar="OBJECTION"),
             argument("decision", choices=("uphold", "dismiss")), REASON),
            use_case="provider.resolve"),
    Command("provider", "price", "file a price of a provider", _price,
            (_USCC, argument("--item", required=True, metavar="TEXT"),
             argument("--unit", required=True, metavar="TEXT"), argument("--price", required=True, metavar="YUAN"),
             argument("--from", dest="valid_from", default="", metavar="DATE")), use_case="provider.price"),
    Command("provider", "prices", "list every price a provider filed", _prices, (_USCC,)),
    Command("provider", "link", "give a facility of the registry to its provider", _link,
            (_USCC, argument("--facility", required=True, metavar="NAME")), use_case="provider.link"),
    Command("facility", "list", "list the facilities of the registry", _facilities),
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
)  # fmt: skip
