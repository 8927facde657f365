"""Providers (服务商): registering, admitting for a term, suspending, removing; and the registry of facilities."""

from datetime import date

from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import InvalidInput, Violation, refuse_if_violated
from voucher_app.domain.operators import Operator
from voucher_app.domain.parties import (
    PROVIDER_STEPS,
    Organisation,
    Provider,
    ProviderStatus,
    compute_is_in_province,
)
from voucher_app.domain.recovery import unit_is_not_banned
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.ports.parties import Facility
from voucher_app.services.ports.unit_of_work import Records
from voucher_app.services.recipient import UnitFacts, check_unit, unit_facts_of
from voucher_app.services.workspace import Workspace


def check_provider(records: Records, organisation: Organisation) -> list[Violation]:
    """Return what stands against registering a provider: its place (R17) or an earlier registration."""
    found = [compute_is_in_province(region_code=organisation.region_code, name=organisation.name)]
    if records.parties.find_provider(organisation.uscc) is not None:
        found.append(
            Violation(
                "UNIQUE",
                "provider_exists",
                found=organisation.uscc,
                allowed="one registration",
                subject=organisation.name,
            )
        )
    return [violation for violation in found if violation]


def add(workspace: Workspace, *, unit: UnitFacts, operator: Operator, request_id: str, facility: str = "") -> Provider:
    """Register a provider; it still has to be admitted by another person.

    Args:
        workspace: the open workspace.
        unit: what was typed about it.
        operator: who registers it.
        request_id: unique per request.
        facility: name of the candidate facility in the registry that it runs; its own name when not told.

    Raises:
        InvalidInput: when a field cannot be read.
        RulesViolated: when its compute is outside Shanxi (R17) or the credit code is registered already.
    """
    checked = check_unit(unit)
    facts = {**unit_facts_of(checked), "facility": facility}
    with workspace.unit_of_work("provider.add", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            refuse_if_violated(check_provider(work, checked))
            provider = work.parties.add_provider(checked, prepared_by=operator.id)
            work.parties.link_facility(facility or checked.name, provider.id)
            work.about(f"provider:{provider.id}")
            work.commit([provider.id])
        return work.parties.provider_by_id(work.result[0])


def check_standing(provider: Provider, *, act: str, operator: Operator) -> list[Violation]:
    """Return what stands against admitting, suspending, resuming or removing a provider: its status, R23."""
    return check_decision(
        PROVIDER_STEPS,
        noun="provider",
        status=provider.status,
        act=act,
        subject=provider.organisation.name,
        prepared_by=provider.prepared_by,
        decided_by=operator,
    )


def admit(
    workspace: Workspace,
    *,
    uscc: str,
    until: date,
    operator: Operator,
    request_id: str,
    since: date | None = None,
) -> Provider:
    """Admit a provider to the register for a term, or renew its term.

    Args:
        workspace: the open workspace.
        uscc: the provider's credit code.
        until: last day of the term.
        operator: who decides; never who registered it (R23).
        request_id: unique per request.
        since: first day of the term; the business date when not told. A renewal keeps the first day it has.

    Raises:
        RulesViolated: R23, when the person registered it; R12, when the term ends before it begins; R28, when the unit
            is banned; TRANSITION.
    """
    facts: dict[str, object] = {"uscc": uscc, "until": until.isoformat(), "since": since.isoformat() if since else ""}
    with workspace.unit_of_work("provider.admit", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            provider = work.parties.provider(uscc)
            first = since or provider.admitted_from or work.today
            found = check_standing(provider, act="admit", operator=operator)
            if until < max(first, work.today):
                found.append(
                    Violation(
                        "R12",
                        "term_reversed",
                        found=until.isoformat(),
                        allowed=max(first, work.today).isoformat(),
                        subject=provider.organisation.name,
                    )
                )
            banned = unit_is_not_banned(
                until=work.bans.banned_until(provider.id, work.today), on=work.today, name=provider.organisation.name
            )
            refuse_if_violated(found + ([banned] if banned else []))
            status = PROVIDER_STEPS[provider.status]["admit"]
            work.parties.set_provider(
                provider.id,
                status=status,
                admitted_by=operator.id,
                admitted_from=first,
                admitted_until=until,
                suspended_on=None,
            )
            work.about(f"provider:{provider.id}")
            work.commit([provider.id])
        return work.parties.provider_by_id(work.result[0])


def suspend(workspace: Workspace, *, uscc: str, reason: str, operator: Operator, request_id: str) -> Provider:
    """Suspend an admitted provider from today; contracts and service dates from then on count for nothing (R12)."""
    return _step(workspace, "suspend", uscc=uscc, reason=reason, operator=operator, request_id=request_id)


def resume(workspace: Workspace, *, uscc: str, reason: str, operator: Operator, request_id: str) -> Provider:
    """End a provider's suspension."""
    return _step(workspace, "resume", uscc=uscc, reason=reason, operator=operator, request_id=request_id)


def remove(workspace: Workspace, *, uscc: str, reason: str, operator: Operator, request_id: str) -> Provider:
    """Remove a provider from the register, with its last day today; service delivered before stays payable."""
    return _step(workspace, "remove", uscc=uscc, reason=reason, operator=operator, request_id=request_id)


def _step(workspace: Workspace, act: str, *, uscc: str, reason: str, operator: Operator, request_id: str) -> Provider:
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"uscc": uscc, "reason": reason}
    with workspace.unit_of_work(
        f"provider.{act}", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            provider = work.parties.provider(uscc)
            refuse_if_violated(check_standing(provider, act=act, operator=operator))
            status = PROVIDER_STEPS[provider.status][act]
            until = provider.admitted_until
            if status == ProviderStatus.REMOVED and until is not None:
                until = min(until, work.today)
            work.parties.set_provider(
                provider.id,
                status=status,
                admitted_by=operator.id,
                admitted_from=provider.admitted_from,
                admitted_until=until,
                suspended_on=work.today if status == ProviderStatus.SUSPENDED else None,
            )
            work.about(f"provider:{provider.id}")
            work.commit([provider.id])
        return work.parties.provider_by_id(work.result[0])


def import_facilities(
    workspace: Workspace, *, facilities: list[Facility], operator: Operator, request_id: str
) -> list[int]:
    """Record facilities of a registry as candidate providers; ones known by name already are left as they are.

    Returns:
        The rows of the facilities that are new.

    Raises:
        InvalidInput: when the list holds a name twice.
    """
    names = [facility.name for facility in facilities]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput("registry_duplicate", found=", ".join(twice))
    with workspace.unit_of_work(
        "provider.import", operator=operator, request_id=request_id, facts={"names": names}
    ) as work:
        if not work.repeats:
            work.commit(
                [
                    work.parties.add_facility(facility)
                    for facility in facilities
                    if not work.parties.has_facility(facility.name)
                ]
            )
        return work.result
