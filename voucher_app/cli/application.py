"""`application`: drafting, submitting, accepting, correcting, reviewing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from voucher_app.cli.batch import acts_document, acts_lines
from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import Amount, document_of, table
from voucher_app.cli.invoices import invoice_arguments, invoices_given
from voucher_app.cli.tables import import_command
from voucher_app.domain.application import ApplicationStatus
from voucher_app.domain.budget import parse_year
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services import application, intake, possibilities, reimbursement
from voucher_app.services.claim import ClaimedFacts
from voucher_app.services.imports.applications import APPLICATIONS
from voucher_app.services.queries.application import application_state
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import action_name, credit_name, status_name

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from voucher_app.cli.command import Argument, Call
    from voucher_app.cli.invoices import Given
    from voucher_app.domain.application import Application
    from voucher_app.services.imports.preview import ImportPreview
    from voucher_app.services.queries.application import ApplicationDetails

_NEEDED = ("recipient", "provider", "contract", "contract_amount", "signed_on", "amount")
"""What an application needs that is no draft yet."""
_KEPT = ("recipient", "provider", "year", "batch")
"""What a draft keeps when it is submitted; another one makes it another application."""


def _state(one: Application) -> str:
    return application_state(one.status, in_batch=one.batch_id is not None)


def _line(one: Application) -> str:
    return f"{one.id} · {one.contract.number} · {one.value.in_yuan()} · {status_name('application', _state(one))}"


def _facts(call: Call) -> application.ApplicationFacts:
    given = call.arguments
    missing = [f"--{name.replace('_', '-')}" for name in _NEEDED if getattr(given, name) is None]
    if missing:
        raise InvalidInput("arguments_missing", found=" ".join(missing))
    return application.ApplicationFacts(
        recipient_uscc=given.recipient,
        provider_uscc=given.provider,
        contract_number=given.contract,
        contract_amount=Money.parse(given.contract_amount),
        signed_on=parse_date(given.signed_on),
        requested=Money.parse(given.amount),
        year=parse_year(given.year) if given.year else None,
        batch_id=given.batch,
        contract_from=parse_date(given.contract_from) if given.contract_from else None,
        contract_until=parse_date(given.contract_until) if given.contract_until else None,
        other_support=Money.parse(given.other_support) if given.other_support else ZERO,
        supporting_services=Money.parse(given.supporting_services) if given.supporting_services else ZERO,
    )


def _corrections(call: Call) -> intake.Corrections:
    given = call.arguments
    money = {
        "contract_amount": given.contract_amount,
        "requested": given.amount,
        "other_support": given.other_support,
        "supporting_services": given.supporting_services,
    }
    days = {
        "signed_on": given.signed_on,
        "contract_from": given.contract_from,
        "contract_until": given.contract_until,
    }
    told: dict[str, Any] = {name: Money.parse(text) for name, text in money.items() if text}
    told |= {name: parse_date(text) for name, text in days.items() if text}
    return intake.Corrections(contract_number=given.contract, **told)


def _submit(call: Call) -> Result:
    given = call.arguments
    if given.draft is not None:
        kept = [f"--{name}" for name in _KEPT if getattr(given, name)]
        if kept:
            raise InvalidInput("draft_keeps", found=" ".join(kept))
        made = intake.submit_draft(
            call.workspace,
            application_id=given.draft,
            corrections=_corrections(call),
            operator=call.operator,
            request_id=call.request_id,
            reason=given.reason,
        )
    else:
        made = application.submit(
            call.workspace, facts=_facts(call), operator=call.operator, request_id=call.request_id, reason=given.reason
        )
    return Result(document_of(made), [_line(made)])


_CLAIMED = (
    "invoice", "invoice_amount", "invoiced_on", "service_from", "service_until", "paid_on", "paid", "payer", "payee",
    "invoice_services", "price_item", "unit_price", "further_invoice", "invoice_file",
)  # fmt: skip
"""What tells a claim."""


def _claimed(given: Namespace, told: Given) -> ClaimedFacts:
    return ClaimedFacts(
        invoices=told.invoices,
        price_item=given.price_item,
        unit_price=Money.parse(given.unit_price) if given.unit_price else None,
    )


def _told_anew(call: Call) -> Given | None:
    """Return the invoices that a returned application comes back with, or None where none are told anew."""
    given = call.arguments
    if not any(getattr(given, name) for name in _CLAIMED):
        return None
    return invoices_given(call, services=given.invoice_services)


def _reimburse(call: Call) -> Result:
    given = call.arguments
    told = invoices_given(call, services=given.invoice_services)
    facts = reimbursement.ReimbursementFacts(_facts(call), _claimed(given, told))
    made = reimbursement.reimburse(
        call.workspace,
        facts=facts,
        operator=call.operator,
        request_id=call.request_id,
        reason=given.reason,
        originals=told.originals,
    )
    return Result(document_of(made), [_line(made)])


def _draft(call: Call) -> Result:
    made = intake.draft(call.workspace, facts=_facts(call), operator=call.operator, request_id=call.request_id)
    return Result(document_of(made), [_line(made)])


def _resubmit(call: Call) -> Result:
    told = _told_anew(call)
    claimed = _claimed(call.arguments, told) if told is not None else None
    made = intake.resubmit(
        call.workspace,
        application_id=call.arguments.id,
        corrections=replace(_corrections(call), claimed=claimed),
        operator=call.operator,
        request_id=call.request_id,
        reason=call.arguments.reason,
        originals=told.originals if told is not None else (),
    )
    return Result(document_of(made), [_line(made)])


def _many(use_case: Callable[..., list[Application]]) -> Callable[[Call], Result]:
    """Return a command on several applications, all or none."""

    def run(call: Call) -> Result:
        done = use_case(
            call.workspace,
            application_ids=call.arguments.ids,
            operator=call.operator,
            request_id=call.request_id,
            reason=call.arguments.reason,
        )
        return Result({"ids": [one.id for one in done], "applications": document_of(done)}, list(map(_line, done)))

    return run


def _one(use_case: Callable[..., Application]) -> Callable[[Call], Result]:
    """Return a command on one application that needs a reason."""

    def run(call: Call) -> Result:
        done = use_case(
            call.workspace,
            application_id=call.arguments.id,
            reason=call.arguments.reason,
            operator=call.operator,
            request_id=call.request_id,
        )
        lines = [_line(done)]
        if done.correct_by is not None:
            lines.append(_("  to be corrected by {day}").format(day=done.correct_by.isoformat()))
        return Result(document_of(done), lines)

    return run


def _imported(made: list[Application], _found: ImportPreview) -> Result:
    return Result(
        {"imported": len(made), "ids": [one.id for one in made], "applications": document_of(made)},
        list(map(_line, made)),
    )


def _list(call: Call) -> Result:
    status = (call.arguments.status,) if call.arguments.status else ()
    source = call.workspace.queries.applications(
        ListFilter(text=call.arguments.text, statuses=status, batch=call.arguments.batch, sort="id", descending=False)
    )
    rows = source.rows(0, source.count())
    head = ["id", _("recipient"), _("contract"), Amount(_("requested (yuan)")), _("status")]
    lines = [
        [
            str(row.id),
            row.recipient_name,
            row.contract_number,
            row.requested.in_yuan(),
            status_name("application", row.state),
        ]
        for row in rows
    ]
    return Result({"applications": document_of(rows)}, table(head, lines))


def _show(call: Call) -> Result:
    details = call.workspace.queries.application(call.arguments.id)
    acts = possibilities.of_application(call.workspace, call.arguments.id, call.anyone)
    document = {
        **document_of(details.application),
        "recipient": document_of(details.recipient),
        "provider": document_of(details.provider),
        "policy": details.policy.label,
        "voucher_number": details.voucher_number,
        "batch_name": details.batch_name,
        "credit": document_of(details.credit) if details.credit else None,
        "claim": document_of(details.claim) if details.claim else None,
        "objections": document_of(details.objections),
        "attachments": document_of(details.attachments),
        "missing_papers": intake.all_missing_papers(call.workspace.records(), details.application),
        "history": document_of(details.history),
        "acts": acts_document(acts),
    }
    return Result(document, [*_told(details), *acts_lines(acts)])


def _told(details: ApplicationDetails) -> list[str]:
    lines = [
        _line(details.application),
        details.recipient.organisation.name,
        details.provider.organisation.name,
        details.voucher_number,
    ]
    if details.batch_name:
        lines.append(_("Batch {number}: {name}").format(number=details.application.batch_id, name=details.batch_name))
    if details.credit:
        said = _("Credit check of {day}: {result}")
        lines.append(said.format(day=details.credit.checked_on, result=credit_name(details.credit.result)))
    lines += [
        _("claimed with invoice {key} of {day}: {amount} yuan").format(
            key=one.key, day=one.invoiced_on.isoformat(), amount=one.amount.in_yuan()
        )
        for one in (details.claim.invoices if details.claim else ())
    ]
    lines += [f"  {one.id} · {one.file_name} · {one.size_bytes}" for one in details.attachments]
    lines += [
        f"  {entry.business_date} {entry.operator_name} {action_name(entry.action)} {entry.note}".rstrip()
        for entry in reversed(details.history)
    ]
    return [line for line in lines if line]


def _facts_arguments(*left_out: str) -> tuple[Argument, ...]:
    """Return the arguments that tell an application's facts; none of them has to be told of a draft."""
    found = (
        argument("--recipient", default=None, metavar="USCC"),
        argument("--provider", default=None, metavar="USCC"),
        argument("--year", default="", metavar="YEAR"),
        argument("--batch", type=whole_number, default=None, metavar="ID"),
        argument("--contract", default=None, metavar="NO"),
        argument("--contract-amount", default=None, metavar="YUAN"),
        argument("--signed-on", default=None, metavar="DATE"),
        argument("--contract-from", default=None, metavar="DATE"),
        argument("--contract-until", default=None, metavar="DATE"),
        argument("--amount", default=None, metavar="YUAN"),
        argument("--other-support", default=None, metavar="YUAN"),
        argument("--supporting-services", default=None, metavar="YUAN"),
    )
    return tuple(one for one in found if one.names[0] not in left_out)


_ID = argument("id", type=whole_number, metavar="ID")
_IDS = argument("ids", type=whole_number, nargs="+", metavar="ID")
_MAYBE = argument("--reason", default="", metavar="TEXT")
COMMANDS = (
    Command("application", "draft", "keep an application as a draft", _draft, _facts_arguments(),
            use_case="application.draft"),
    Command("application", "submit", "submit an application for one voucher", _submit,
            (*_facts_arguments(), argument("--draft", type=whole_number, default=None, metavar="ID"), _MAYBE),
            use_case="application.submit"),
    Command("application", "reimburse", "apply and claim at once, after the compute was used and paid (model C)",
            _reimburse, (*_facts_arguments(), *invoice_arguments(services="--invoice-services"), _MAYBE),
            use_case="application.reimburse"),
    Command("application", "accept", "accept applications of a batch", _many(intake.accept), (_IDS, _MAYBE),
            use_case="application.accept"),
    Command("application", "return", "return an application for correction", _one(intake.return_for_correction),
            (_ID, REASON), use_case="application.return"),
    Command("application", "resubmit", "submit a returned application again, corrected", _resubmit,
            (_ID, *_facts_arguments("--recipient", "--provider", "--year", "--batch"),
             *invoice_arguments(services="--invoice-services"), _MAYBE),
            use_case="application.resubmit"),
    Command("application", "decline", "decline to accept an application; by another person", _one(intake.decline),
            (_ID, REASON), use_case="application.decline"),
    Command("application", "review", "make the first review; by another person", _many(intake.review),
            (_IDS, _MAYBE), use_case="application.review"),
    Command("application", "approve", "approve applications; by another person", _many(application.approve),
            (_IDS, _MAYBE), use_case="application.approve"),
    Command("application", "refuse", "refuse an application; by another person", _one(application.refuse),
            (_ID, REASON), use_case="application.refuse"),
    Command("application", "withdraw", "withdraw an application before publicity", _one(intake.withdraw),
            (_ID, REASON), use_case="application.withdraw"),
    import_command("application", (APPLICATIONS,), "submit applications from a table, all or none", _imported,
                   takes_reason=True),
    Command("application", "list", "list applications", _list,
            (argument("--text", default="", metavar="PART"),
             argument("--batch", type=whole_number, default=None, metavar="ID"),
             argument("--status", default="", choices=["", *(status.value for status in ApplicationStatus)]))),
    Command("application", "show", "show an application, its history and what can be done", _show, (_ID,)),
)  # fmt: skip
