"""`redemption`: claiming and verifying."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import Amount, document_of, table
from voucher_app.cli.invoices import day_or_none, invoice_arguments, invoices_given, money_or_none, read_invoice
from voucher_app.cli.tables import import_command
from voucher_app.domain.money import Money
from voucher_app.domain.redemption import RedemptionStatus
from voucher_app.i18n import _
from voucher_app.services import redemption
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.imports.claims import CLAIMS
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.derivation import derivation_lines
from voucher_app.services.wording.names import (
    model_name,
    paper_name,
    reversal_words,
    status_name,
    step_name,
    transfer_name,
)
from voucher_app.services.wording.rules import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.cli.command import Call
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.redemption import Redemption
    from voucher_app.services.imports.preview import ImportPreview
    from voucher_app.services.queries.redemption import PossibleAct, RedemptionDetails
    from voucher_app.services.wording.derivation import DerivationLine


def _result(one: Redemption) -> Result:
    amount = one.approved or one.claimed
    line = f"{one.id} · {one.invoice.key} · {amount.in_yuan()} · {status_name('redemption', one.status)}"
    return Result(document_of(one), [line])


def _claim(call: Call) -> Result:
    given = call.arguments
    told = invoices_given(call, services=given.supporting_services)
    first = told.first
    facts = ClaimFacts(
        voucher_number=given.voucher,
        amount=Money.parse(given.amount),
        invoice_number=first.number,
        invoice_amount=first.amount,
        invoiced_on=first.invoiced_on,
        service_from=first.service_from,
        service_until=first.service_until,
        contract_from=day_or_none(given.contract_from),
        contract_until=day_or_none(given.contract_until),
        paid_on=first.paid_on,
        paid=first.paid,
        payer=first.payer,
        payee=first.payee,
        supporting_services=first.supporting_services,
        price_item=given.price_item,
        unit_price=money_or_none(given.unit_price),
        reason=given.reason,
        further=told.further,
    )
    return _result(
        redemption.claim(
            call.workspace,
            facts=facts,
            operator=call.operator,
            request_id=call.request_id,
            originals=told.originals,
        )
    )


def _verify(call: Call) -> Result:
    approved = Money.parse(call.arguments.approved) if call.arguments.approved is not None else None
    return _result(
        redemption.verify(
            call.workspace,
            redemption_id=call.arguments.id,
            approved=approved,
            reason=call.arguments.reason,
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


def _imported(made: list[Redemption], _found: ImportPreview) -> Result:
    document = {"imported": len(made), "ids": [one.id for one in made], "redemptions": document_of(made)}
    return Result(document, [line for one in made for line in _result(one).lines])


def _list(call: Call) -> Result:
    status = (call.arguments.status,) if call.arguments.status else ()
    source = call.workspace.queries.redemptions(
        ListFilter(text=call.arguments.text, statuses=status, sort="id", descending=False)
    )
    rows = source.rows(0, source.count())
    head = ["id", _("voucher"), _("recipient"), _("invoice"), Amount(_("claimed (yuan)")), _("status")]
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
    lines = derivation_lines(details.derivation)
    acts = details.acts(call.operator if call.arguments.operator else None)
    document = {
        **document_of(details.redemption),
        "voucher_number": str(details.voucher.number),
        "recipient": document_of(details.recipient),
        "invoices": document_of(details.redemption.invoices),
        "payable_fen": details.payable.fen,
        "derivation": [{"step": line.step, "expression": line.expression, "value": line.value} for line in lines],
        "derivation_is_decided": details.is_decided,
        "operating_model": details.model.value,
        "payee": document_of(details.payee),
        "attachments": document_of(details.attachments),
        "missing_papers": [kind for one in details.incomplete for kind in cast("list[str]", one.found)],
        "warnings": [_told(one) for one in details.warnings],
        "acts": [
            {"act": one.act, "is_possible": not one.against, "against": [_told(violation) for violation in one.against]}
            for one in acts
        ],
        "entries": document_of(details.entries),
        "history": document_of(details.history),
    }
    return Result(document, [*_result(details.redemption).lines, *_detail_lines(details, lines, acts)])


def _told(violation: Violation) -> dict[str, object]:
    return {
        "rule": violation.rule,
        "message": sentence(violation),
        "found": violation.found,
        "allowed": violation.allowed,
        "weight": violation.weight.value,
    }


def _detail_lines(details: RedemptionDetails, lines: list[DerivationLine], acts: tuple[PossibleAct, ...]) -> list[str]:
    """Return what an officer reads and prints: whose it is, the derivation line by line, what is next."""
    claimed = details.redemption
    told = [
        str(details.voucher.number),
        details.recipient.organisation.name,
        _("payee: {name} ({model})").format(name=details.payee.name, model=model_name(details.model)),
        *(
            _("invoice {key} of {day}: {amount} yuan").format(
                key=one.key, day=one.invoiced_on.isoformat(), amount=one.amount.in_yuan()
            )
            for one in claimed.invoices
        ),
        _("derivation as it was decided (10,000 yuan):")
        if details.is_decided
        else _("derivation as of now (10,000 yuan):"),
        *table([_("step"), _("calculation")], [[line.name, line.expression] for line in lines]),
        _("payable: {amount} yuan").format(amount=details.payable.in_yuan()),
    ]
    told += [f"[{one.rule}] {sentence(one)}" for one in (*details.incomplete, *details.warnings)]
    told += [f"  {one.id} · {paper_name(one.kind)} · {one.file_name}" for one in details.attachments]
    if claimed.evidence.reason:
        told.append(_("reason given: {reason}").format(reason=claimed.evidence.reason))
    told += [
        _("entry #{number}: {act}, {amount} yuan {reversal}")
        .format(
            number=one.id,
            act=transfer_name(one.kind),
            amount=one.amount.in_yuan(),
            reversal=reversal_words(one.reverses, one.reversed_by),
        )
        .rstrip()
        for one in details.entries
    ]
    possible = [step_name(one.act) for one in acts if not one.against]
    told.append(_("possible now: {acts}").format(acts=_(", ").join(possible) or _("nothing")))
    told += [
        f"  {step_name(one.act)}: " + " ".join(sentence(violation) for violation in one.against)
        for one in acts
        if one.against
    ]
    return told


_ID = argument("id", type=whole_number, metavar="ID")
COMMANDS = (
    Command(
        "redemption", "claim", "claim a part of a voucher against an invoice", _claim,
        (
            argument("--voucher", required=True, metavar="NO"),
            argument("--amount", required=True, metavar="YUAN"),
            *invoice_arguments(services="--supporting-services"),
            argument("--contract-from", default="", metavar="DATE"),
            argument("--contract-until", default="", metavar="DATE"),
            argument("--reason", default="", metavar="TEXT"),
        ),
        use_case="redemption.claim",
    ),
    Command("redemption", "read-invoice", "read an invoice's XML, OFD, PDF, picture or QR text; records nothing",
            read_invoice,
            (argument("file", type=Path, nargs="?", default=None, metavar="FILE"),
             argument("--qr", default="", metavar="TEXT"), argument("--voucher", default="", metavar="NO"))),
    Command("redemption", "verify", "verify a claim; by another person", _verify,
            (_ID, argument("--approved", metavar="YUAN"), argument("--reason", default="", metavar="TEXT")),
            use_case="redemption.verify"),
    Command("redemption", "refuse", "refuse a claim; by another person", _decide(redemption.refuse), (_ID, REASON),
            use_case="redemption.refuse"),
    Command("redemption", "reverse", "reverse a verified claim; by another person", _decide(redemption.reverse),
            (_ID, REASON), use_case="redemption.reverse"),
    import_command("redemption", (CLAIMS,), "claim on vouchers with the invoices of a table, all or none", _imported,
                   takes_reason=True),
    Command("redemption", "list", "list redemptions", _list,
            (argument("--text", default="", metavar="PART"),
             argument("--status", default="", choices=["", *(status.value for status in RedemptionStatus)]))),
    Command("redemption", "show", "show a redemption", _show, (_ID,)),
)  # fmt: skip
