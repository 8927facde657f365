"""The steps of a provider's life, from its check to its end, and what is filed and raised along the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.objection import ObjectionStatus
from voucher_app.domain.parties import ProviderStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services import provider as use_case
from voucher_app.services.provider import check_resolution, possible_acts, publicity_end
from voucher_app.services.wording.names import status_name
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.pages.details import Act
from voucher_app.ui.pages.objection_step import objection_step
from voucher_app.ui.pages.possibilities import reasons_against

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.domain.objection import Objection
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.parties import Provider
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.queries.parties import ProviderDetails
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.step import Answers

_DECIDED = ("R23", "TRANSITION", "ROLE")


def provider_acts(workspace: Workspace, found: ProviderDetails, operator: Operator | None) -> list[Act]:
    """Return every act on a provider, and why some are not possible now."""
    provider = found.provider
    assert provider is not None, "a candidate is registered first"
    if operator is None:
        return []
    records = workspace.records()
    steps = _steps(found, _earliest_end(records), records.today)
    acts = []
    for possibility in possible_acts(records, provider, operator):
        words, icon, kind = _looks(provider.status)[possibility.act]
        reasons = reasons_against(possibility.violations)
        acts.append(Act(words, "step", icon, {"step": steps[possibility.act]}, kind, reasons))
    resolving = [
        Act(
            _("Decide on objection {id} …").format(id=row.objection.id),
            "step",
            "resolve",
            {"step": resolve_step(row.objection, provider)},
            "accent",
            reasons_against(check_resolution(row.objection, act="dismiss", operator=operator)),
        )
        for row in found.objections
        if row.objection.status is ObjectionStatus.OPEN
    ]
    filing = [
        Act(words, "step", icon, {"step": step})
        for words, icon, step in (
            (_("File a price …"), "price", price_step(provider, records.today)),
            *_linking(workspace, provider),
        )
    ]
    return [*resolving, *acts, *filing]


def _earliest_end(records: Records) -> date | None:
    """Return the earliest last day of a publicity from today, or None where the calendar does not know the year.

    The step then asks for the day, and its effect says what to import.
    """
    try:
        return publicity_end(records, first=records.today)
    except InvalidInput:
        return None


def _linking(workspace: Workspace, provider: Provider) -> list[tuple[str, str, Step]]:
    free = [row.facility.name for row in workspace.queries.facilities() if row.facility.provider_id is None]
    return [(_("Add a facility …"), "providers", link_step(provider, free))] if free else []


def _looks(status: ProviderStatus) -> dict[str, tuple[str, str, str]]:
    """Return words, icon and kind of each act; what comes next on the road stands out."""
    has_term = status in {ProviderStatus.ADMITTED, ProviderStatus.EXPIRED}
    return {
        "check": (_("Check for form …"), "check", "accent"),
        "inspect": (_("Inspect …"), "inspect", "accent"),
        "publicize": (_("Publicize …"), "publicize", "accent"),
        "admit": (
            _("Renew …") if has_term else _("Admit …"),
            "renew" if has_term else "admit",
            "accent" if status in {ProviderStatus.PUBLICIZED, ProviderStatus.EXPIRED} else "",
        ),
        "refuse": (_("Refuse to admit …"), "refuse", "danger"),
        "suspend": (_("Suspend …"), "suspend", ""),
        "resume": (_("Resume …"), "resume", "accent"),
        "remove": (_("Remove …"), "remove", "danger"),
        "object": (_("Take down an objection …"), "object", ""),
    }


def _facts(found: ProviderDetails) -> list[tuple[str, str]]:
    provider = found.provider
    assert provider is not None, "a candidate is registered first"
    term = _("{first} to {last}").format(first=provider.admitted_from, last=provider.admitted_until)
    return [
        (_("Provider"), provider.organisation.name),
        (_("Credit code"), provider.organisation.uscc),
        (_("Place"), found.region_name),
        (_("Status"), status_name("provider", provider.status)),
        (_("Term"), term if provider.admitted_until else _("none yet")),
        (_("Registered by"), found.prepared_by),
        (_("Vouchers"), str(len(found.vouchers))),
    ]


def _stands(done: Provider) -> str:
    return _("{name}: {status}").format(name=done.organisation.name, status=status_name("provider", done.status))


def _admitted(done: Provider) -> str:
    return _("{name} is admitted until {last}").format(name=done.organisation.name, last=done.admitted_until)


def _steps(found: ProviderDetails, earliest: date | None, today: date) -> dict[str, Step]:
    """Return the step of each act on a provider."""
    provider = found.provider
    assert provider is not None, "a candidate is registered first"
    uscc = provider.organisation.uscc
    reason = Question("reason", _("Reason"), Kind.REASON)
    opinion = Question("reason", _("Opinion"), Kind.REASON, required=False)
    has_term = provider.admitted_until is not None
    ending = date(today.year + 1, 12, 31)

    def with_reason(act: Callable[..., object]) -> Callable[..., object]:
        return lambda workspace, operator, request_id, answers: act(
            workspace, uscc=uscc, reason=answers["reason"], operator=operator, request_id=request_id
        )

    plain = {
        "check": Step(
            _("Check for form"),
            _("The papers are complete and belong to this unit."),
            with_reason(use_case.check),
            _stands,
            (opinion,),
        ),
        "inspect": Step(
            _("Inspect"),
            _("What the unit has told of itself and its facilities is so."),
            with_reason(use_case.inspect),
            _stands,
            (opinion,),
        ),
        "publicize": Step(
            _("Publicize"),
            _("It is made public from today; objections may be raised until the last day."),
            lambda workspace, operator, request_id, answers: use_case.publicize(
                workspace, uscc=uscc, until=answers["until"], operator=operator, request_id=request_id
            ),
            _stands,
            (
                Question(
                    "until",
                    _("Last day"),
                    Kind.DAY,
                    initial=earliest,
                    hint=_("Not before this day (R24)") if earliest else "",
                ),
            ),
            rules=("R24", *_DECIDED),
        ),
        "admit": Step(
            _("Renew a provider's term") if has_term else _("Admit a provider"),
            _("Contracts and service within the term count. Whoever registered the provider cannot admit it."),
            lambda workspace, operator, request_id, answers: use_case.admit(
                workspace,
                uscc=uscc,
                since=answers["since"],
                until=answers["until"],
                operator=operator,
                request_id=request_id,
            ),
            _admitted,
            (
                Question(
                    "since",
                    _("First day"),
                    Kind.DAY,
                    required=False,
                    hint=_("Empty: today; a renewal keeps its first day"),
                ),
                Question("until", _("Last day"), Kind.DAY, initial=ending, is_beside=True),
            ),
            rules=("R12", "R24", "R28", *_DECIDED),
        ),
        "refuse": Step(
            _("Refuse a provider"),
            _("It is not admitted; it may be checked again later."),
            with_reason(use_case.refuse),
            _stands,
            (reason,),
            "danger",
        ),
        "suspend": Step(
            _("Suspend a provider"),
            _("Contracts and service from today on count for nothing until the provider is resumed."),
            with_reason(use_case.suspend),
            _stands,
            (reason,),
            "danger",
        ),
        "resume": Step(
            _("Resume a provider"),
            _("It counts again from today; the days until yesterday never do."),
            with_reason(use_case.resume),
            _stands,
            (reason,),
        ),
        "remove": Step(
            _("Remove a provider"),
            _("Today is its last day in the register. Service delivered before stays payable."),
            with_reason(use_case.remove),
            _stands,
            (reason,),
            "danger",
        ),
        "object": _object_step(uscc, today),
    }
    facts = _facts(found)
    return {act: replace(step, facts=facts, use_case=f"provider.{act}") for act, step in plain.items()}


def _object_step(uscc: str, today: date) -> Step:
    return Step(
        _("Take down an objection"),
        _("Until it is decided on, by another person, the provider is not admitted."),
        lambda workspace, operator, request_id, answers: use_case.object_to(
            workspace,
            uscc=uscc,
            raised_by=answers["objector"],
            content=answers["content"],
            raised_on=answers["raised_on"],
            operator=operator,
            request_id=request_id,
        ),
        lambda made: _("Objection {id} is taken down.").format(id=made.id),
        (
            Question("objector", _("Raised by")),
            Question("raised_on", _("Raised on"), Kind.DAY, initial=today, is_beside=True),
            Question("content", _("What is objected to"), Kind.REASON),
        ),
        rules=("R24", "TRANSITION", "ROLE"),
    )


def resolve_step(objection: Objection, provider: Provider) -> Step:
    """Return the decision on an objection."""

    def act(workspace: Workspace, operator: Operator, request_id: str, answers: Answers) -> Objection:
        return use_case.resolve(
            workspace,
            objection_id=objection.id,
            upheld=answers["decision"] == ObjectionStatus.UPHELD,
            reason=answers["reason"],
            operator=operator,
            request_id=request_id,
        )

    return objection_step(
        act,
        use_case="provider.resolve",
        purpose=_("Upheld, the provider is refused; dismissed, it may be admitted once publicity is over."),
        facts=(
            (_("Provider"), provider.organisation.name),
            (_("Raised by"), objection.raised_by),
            (_("Raised on"), objection.raised_on.isoformat()),
            (_("What is objected to"), objection.content),
        ),
        rules=_DECIDED,
    )


def price_step(provider: Provider, today: date) -> Step:
    """Return what files a price."""
    uscc = provider.organisation.uscc
    return Step(
        use_case="provider.price",
        title=_("File a price"),
        purpose=_("Claims above the filed price are warned of (R30). Another price is another line."),
        act=lambda workspace, operator, request_id, answers: use_case.price(
            workspace,
            uscc=uscc,
            item=answers["price_item"],
            unit=answers["price_unit"],
            amount=answers["amount"],
            valid_from=answers["valid_from"],
            operator=operator,
            request_id=request_id,
        ),
        told=lambda listed: _("Filed: {item}, {price} yuan").format(item=listed.item, price=listed.price.in_yuan()),
        questions=(
            Question("price_item", _("What is sold")),
            Question("amount", _("Price"), Kind.AMOUNT),
            Question("price_unit", _("For"), hint=_("such as card hour or TB and month"), longest=40, is_beside=True),
            Question("valid_from", _("Valid from"), Kind.DAY, initial=today),
        ),
        facts=((_("Provider"), provider.organisation.name),),
        rules=("R30", "ROLE"),
    )


def link_step(provider: Provider, facilities: list[str]) -> Step:
    """Return what gives a facility of the registry to its provider."""
    uscc = provider.organisation.uscc
    return Step(
        use_case="provider.link",
        title=_("Add a facility"),
        purpose=_("A facility of the registry that this provider runs; one provider for each."),
        act=lambda workspace, operator, request_id, answers: use_case.link(
            workspace, uscc=uscc, facility=answers["facility"], operator=operator, request_id=request_id
        ),
        told=lambda done: _("Facility added: {name}").format(name=done.organisation.name),
        questions=(
            Question("facility", _("Facility"), Kind.CHOICE, choices=tuple((name, name) for name in facilities)),
        ),
        facts=((_("Provider"), provider.organisation.name),),
        rules=("UNIQUE", "ROLE"),
    )


def expire_step() -> Step:
    """Return what marks the providers whose term has ended."""

    def told(ended: list[Provider]) -> str:
        return ngettext(
            "The term of {count} provider has ended.", "The terms of {count} providers have ended.", len(ended)
        ).format(count=len(ended))

    def act(workspace: Workspace, operator: Operator, request_id: str, _answers: Answers) -> Any:  # noqa: ANN401
        return use_case.expire(workspace, operator=operator, request_id=request_id)

    return Step(
        use_case="provider.expire",
        title=_("Mark ended terms"),
        purpose=_("Every admitted provider whose last day has passed is marked; nothing else changes."),
        act=act,
        told=told,
        rules=("ROLE",),
    )
