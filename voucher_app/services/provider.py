"""Providers (服务商): their road to the register, their term in it, their prices; and the registry of facilities.

The road is registered → checked → inspected → publicized → admitted; an office that keeps its procedure on paper admits
a registered provider at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from voucher_app.domain.calendar import last_working_day
from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import InvalidInput, NotFound, Violation, refuse_if_violated
from voucher_app.domain.objection import OBJECTION_STEPS
from voucher_app.domain.parties import (
    PROVIDER_STEPS,
    ListedPrice,
    ProviderStatus,
    Suspension,
    SuspensionKind,
    compute_is_in_province,
    gap_before_renewal,
    objection_is_in_time,
    price_is_positive,
    publicity_is_long_enough,
    publicity_is_over,
    term_is_ahead,
)
from voucher_app.domain.recovery import unit_is_not_banned
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.all_or_none import record_all
from voucher_app.services.calendar import working_days
from voucher_app.services.imports.source import asked_of as source_of
from voucher_app.services.ports.tables import QUIETLY
from voucher_app.services.possibility import Possibility
from voucher_app.services.recipient import check_unit, unit_facts_of

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.money import Money
    from voucher_app.domain.objection import Objection
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.parties import (
        Organisation,
        Provider,
    )
    from voucher_app.services.ports.parties import Facility
    from voucher_app.services.ports.tables import ImportedFile, Tell
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.recipient import UnitFacts
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
            provider_id = _record(work, checked, facility, operator=operator)
            work.about(f"provider:{provider_id}")
            work.commit([provider_id])
        return work.parties.provider_by_id(work.result[0])


def _record(work: UnitOfWork, unit: Organisation, facility: str, *, operator: Operator) -> int:
    provider = work.parties.add_provider(unit, prepared_by=operator.id)
    work.parties.link_facility(facility or unit.name, provider.id)
    return provider.id


def add_all(
    workspace: Workspace,
    *,
    units: list[tuple[UnitFacts, str]],
    operator: Operator,
    request_id: str,
    source: ImportedFile | None = None,
    tell: Tell = QUIETLY,
) -> list[Provider]:
    """Register providers, all or none; each still has to be admitted by another person.

    Args:
        workspace: the open workspace.
        units: what was typed about each, and the candidate facility that it runs; its own name when that is empty.
        operator: who registers them.
        request_id: unique per request.
        source: the file that they came from.
        tell: told how many are registered.

    Raises:
        InvalidInput: for the first unit that cannot be read.
        RowsViolated: with every unit whose compute is outside Shanxi (R17), or that is registered already.
        RulesViolated: when the file was taken in before.
        Stopped: when the person does not want it to go on.
    """
    checked = [(check_unit(unit), facility) for unit, facility in units]
    facts: dict[str, object] = {"units": [{**unit_facts_of(unit), "facility": facility} for unit, facility in checked]}
    facts |= source_of(source)
    with workspace.unit_of_work("provider.add", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            added = record_all(
                work,
                checked,
                count=len(checked),
                check=lambda one: check_provider(work, one[0]),
                record=lambda one: _record(work, *one, operator=operator),
                operator=operator,
                source=source,
                tell=tell,
            )
            if len(added) == 1:
                work.about(f"provider:{added[0]}")
            work.commit(added)
        return [work.parties.provider_by_id(provider_id) for provider_id in work.result]


def check_standing(provider: Provider, *, act: str, operator: Operator) -> list[Violation]:
    """Return what stands against any step of a provider's life, whatever else it asks: its status, R23."""
    return check_decision(
        PROVIDER_STEPS,
        noun="provider",
        status=provider.status,
        act=act,
        subject=provider.organisation.name,
        prepared_by=provider.prepared_by,
        decided_by=operator,
    )


def publicity_end(records: Records, *, first: date) -> date:
    """Return the earliest last day of a publicity (R24) that begins on a day: the policy's working days after it.

    Raises:
        InvalidInput: `calendar_year_unknown`, when the office's calendar does not know the year.
    """
    days = records.policies.current().policy.publicity_days
    return last_working_day(first, days=days, is_working=working_days(records))


def check_review(
    records: Records, provider: Provider, *, act: str, operator: Operator, until: date | None = None
) -> list[Violation]:
    """Return what stands against a step on the road to the register: `check`, `inspect`, `publicize` or `refuse`."""
    found = check_standing(provider, act=act, operator=operator)
    if until is not None:
        short = publicity_is_long_enough(provider, until=until, earliest=publicity_end(records, first=records.today))
        found += [short] if short else []
    return found


def check(workspace: Workspace, *, uscc: str, operator: Operator, request_id: str, reason: str = "") -> Provider:
    """Check a registration for form (形式审查): its papers are complete; also one that was refused before."""
    return _review(workspace, "check", uscc=uscc, reason=reason, operator=operator, request_id=request_id)


def inspect(workspace: Workspace, *, uscc: str, operator: Operator, request_id: str, reason: str = "") -> Provider:
    """Inspect a provider (核验): what it has told is so."""
    return _review(workspace, "inspect", uscc=uscc, reason=reason, operator=operator, request_id=request_id)


def refuse(workspace: Workspace, *, uscc: str, reason: str, operator: Operator, request_id: str) -> Provider:
    """Refuse to admit a provider, with a written reason; it may be checked again later."""
    parse_line(reason, field="reason", longest=LONGEST_REASON)
    return _review(workspace, "refuse", uscc=uscc, reason=reason, operator=operator, request_id=request_id)


def publicize(
    workspace: Workspace, *, uscc: str, operator: Operator, request_id: str, until: date | None = None
) -> Provider:
    """Publicize a provider that is to be admitted (公示), from today.

    Args:
        workspace: the open workspace.
        uscc: the provider's credit code.
        operator: who decides; never who registered it (R23).
        request_id: unique per request.
        until: last day; the earliest that the policy allows when not told.

    Raises:
        RulesViolated: R24, when it would end too early; R23; TRANSITION.
        InvalidInput: when the calendar does not know the year.
    """
    facts: dict[str, object] = {"uscc": uscc, "until": until.isoformat() if until else ""}
    with workspace.unit_of_work("provider.publicize", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            provider = work.parties.provider(uscc)
            last = until or publicity_end(work, first=work.today)
            refuse_if_violated(check_review(work, provider, act="publicize", operator=operator, until=last))
            status = PROVIDER_STEPS[provider.status]["publicize"]
            work.parties.review_provider(provider.id, status=status, by=operator.id, publicity=(work.today, last))
            work.about(f"provider:{provider.id}")
            work.commit([provider.id])
        return work.parties.provider_by_id(work.result[0])


def _review(workspace: Workspace, act: str, *, uscc: str, reason: str, operator: Operator, request_id: str) -> Provider:
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON, required=False)
    facts: dict[str, object] = {"uscc": uscc, "reason": reason}
    with workspace.unit_of_work(
        f"provider.{act}", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            provider = work.parties.provider(uscc)
            refuse_if_violated(check_review(work, provider, act=act, operator=operator))
            work.parties.review_provider(provider.id, status=PROVIDER_STEPS[provider.status][act], by=operator.id)
            work.about(f"provider:{provider.id}")
            work.commit([provider.id])
        return work.parties.provider_by_id(work.result[0])


def check_admission(
    records: Records, provider: Provider, *, until: date, since: date | None, operator: Operator
) -> list[Violation]:
    """Return what stands against admitting a provider for a term, or renewing it: its status, R23, R12, R24, R28."""
    found = check_standing(provider, act="admit", operator=operator)
    first = since or provider.admitted_from or records.today
    term = term_is_ahead(provider, since=first, until=until, on=records.today)
    found += [term] if term else []
    banned = unit_is_not_banned(
        until=records.bans.banned_until(provider.id, records.today),
        on=records.today,
        name=provider.organisation.name,
    )
    found += [banned] if banned else []
    objections = records.objections.of_subject(f"provider:{provider.id}")
    return found + publicity_is_over(provider, since=first, on=records.today, objections=objections)


def admit(
    workspace: Workspace,
    *,
    uscc: str,
    until: date,
    operator: Operator,
    request_id: str,
    since: date | None = None,
) -> Provider:
    """Admit a provider to the register for a term, or renew its term (续期).

    Days between a term that ended and its renewal do not count afterwards either (R12): they are recorded as such.

    Args:
        workspace: the open workspace.
        uscc: the provider's credit code.
        until: last day of the term.
        operator: who decides; never who registered it (R23).
        request_id: unique per request.
        since: first day of the term; the business date when not told. A renewal keeps the first day it has, or takes
            an earlier one.

    Raises:
        RulesViolated: R23, when the person registered it; R12, when the term ends before it begins; R24, when it is
            in publicity or an objection stands; R28, when the unit is banned; TRANSITION.
    """
    facts: dict[str, object] = {"uscc": uscc, "until": until.isoformat(), "since": since.isoformat() if since else ""}
    with workspace.unit_of_work("provider.admit", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            provider = work.parties.provider(uscc)
            refuse_if_violated(check_admission(work, provider, until=until, since=since, operator=operator))
            begins = since or work.today
            gap = gap_before_renewal(provider, since=begins)
            if gap is not None:
                work.parties.add_suspension(provider.id, gap, suspended_by=operator.id, ended_by=operator.id)
            work.parties.set_provider(
                provider.id,
                status=PROVIDER_STEPS[provider.status]["admit"],
                admitted_by=operator.id,
                admitted_from=min(begins, provider.admitted_from or begins),
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
    """End a provider's suspension: it counts again from today; the days until yesterday never do (R12)."""
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
            if act == "suspend":
                begun = Suspension(SuspensionKind.SUSPENDED, work.today, None, reason)
                work.parties.add_suspension(provider.id, begun, suspended_by=operator.id)
            elif provider.suspended_on is not None:
                # Whoever resumes it makes today count; a removal does not.
                last = work.today - timedelta(days=1) if act == "resume" else work.today
                _end_suspension(work, provider, until=last, reason=reason, operator=operator)
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


def _end_suspension(work: UnitOfWork, provider: Provider, *, until: date, reason: str, operator: Operator) -> None:
    if work.parties.end_suspension(provider.id, until=until, reason=reason, ended_by=operator.id):
        return
    # Suspended by a program that kept no history of it: what is known goes in now.
    assert provider.suspended_on is not None, "only a suspended provider is resumed"
    known = Suspension(SuspensionKind.SUSPENDED, provider.suspended_on, until, "", reason)
    work.parties.add_suspension(provider.id, known, suspended_by=operator.id, ended_by=operator.id)


def expire(workspace: Workspace, *, operator: Operator, request_id: str) -> list[Provider]:
    """Mark every admitted provider whose term has ended (到期); R12 looks at the term itself, whatever the mark."""
    with workspace.unit_of_work("provider.expire", operator=operator, request_id=request_id, facts={}) as work:
        if not work.repeats:
            ended = work.parties.term_ended(work.today)
            for provider_id in ended:
                provider = work.parties.provider_by_id(provider_id)
                work.parties.mark_expired(provider_id, status=PROVIDER_STEPS[provider.status]["expire"])
            if len(ended) == 1:
                work.about(f"provider:{ended[0]}")
            work.commit(ended)
        return [work.parties.provider_by_id(provider_id) for provider_id in work.result]


# ------------------------------------------------------------------------------------------- objections


def object_to(
    workspace: Workspace,
    *,
    uscc: str,
    raised_by: str,
    content: str,
    operator: Operator,
    request_id: str,
    raised_on: date | None = None,
) -> Objection:
    """Take down an objection (异议) against a provider in publicity; `raised_on` is today when not told.

    Raises:
        RulesViolated: TRANSITION, when it is not in publicity; R24, when the day lies outside of it.
    """
    raised_by = parse_line(raised_by, field="objector")
    content = parse_line(content, field="objection", longest=LONGEST_REASON)
    facts: dict[str, object] = {
        "uscc": uscc,
        "raised_by": raised_by,
        "content": content,
        "raised_on": raised_on.isoformat() if raised_on else "",
    }
    with workspace.unit_of_work("provider.object", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            provider = work.parties.provider(uscc)
            day = raised_on or work.today
            refuse_if_violated(objection_is_in_time(provider, raised_on=day, on=work.today))
            objection_id = work.objections.add(
                subject=f"provider:{provider.id}",
                raised_on=day,
                raised_by=raised_by,
                content=content,
                prepared_by=operator.id,
            )
            work.about(f"provider:{provider.id}")
            work.commit([objection_id])
        return work.objections.get(work.result[0])


def check_resolution(objection: Objection, *, act: str, operator: Operator) -> list[Violation]:
    """Return what stands against dismissing (`dismiss`) or upholding (`uphold`) an objection: its status, R23."""
    return check_decision(
        OBJECTION_STEPS,
        noun="objection",
        status=objection.status,
        act=act,
        subject=str(objection.id),
        prepared_by=objection.prepared_by,
        decided_by=operator,
    )


def resolve(
    workspace: Workspace, *, objection_id: int, upheld: bool, reason: str, operator: Operator, request_id: str
) -> Objection:
    """Decide on an objection against a provider: 成立 or 不成立, with a written reason; by who did not take it down.

    Raises:
        NotFound: when there is no such objection against a provider.
        RulesViolated: R23; TRANSITION, when it is decided already.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"objection": objection_id, "upheld": upheld, "reason": reason}
    with workspace.unit_of_work(
        "provider.resolve", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            objection = work.objections.get(objection_id)
            if not objection.subject.startswith("provider:"):
                raise NotFound("objection", objection_id)
            act = "uphold" if upheld else "dismiss"
            refuse_if_violated(check_resolution(objection, act=act, operator=operator))
            work.objections.resolve(
                objection_id,
                status=OBJECTION_STEPS[objection.status][act],
                resolution=reason,
                resolved_by=operator.id,
            )
            work.about(objection.subject)
            work.commit([objection_id])
        return work.objections.get(work.result[0])


# ------------------------------------------------------------------------------------------- prices


def price(
    workspace: Workspace,
    *,
    uscc: str,
    item: str,
    unit: str,
    amount: Money,
    operator: Operator,
    request_id: str,
    valid_from: date | None = None,
) -> ListedPrice:
    """Record a price that a provider has filed (备案价, R30); it counts from a day, today when not told.

    Raises:
        InvalidInput: when a field cannot be read.
        RulesViolated: R30, when the price is nothing.
    """
    item, unit = parse_line(item, field="price_item"), parse_line(unit, field="price_unit", longest=40)
    facts: dict[str, object] = {
        "uscc": uscc,
        "item": item,
        "unit": unit,
        "price_fen": amount.fen,
        "valid_from": valid_from.isoformat() if valid_from else "",
    }
    with workspace.unit_of_work("provider.price", operator=operator, request_id=request_id, facts=facts) as work:
        provider = work.parties.provider(uscc)
        listed = ListedPrice(item, unit, amount, valid_from or work.today)
        if not work.repeats:
            violation = price_is_positive(listed, name=provider.organisation.name)
            refuse_if_violated([violation] if violation else [])
            key = work.parties.add_price(provider.id, listed, prepared_by=operator.id)
            work.about(f"provider:{provider.id}")
            work.commit([key])
        return work.parties.price(work.result[0])


# ------------------------------------------------------------------------------------------- what can be done


def possible_acts(records: Records, provider: Provider, operator: Operator) -> list[Possibility]:
    """Return what can be done with a provider now, and why the rest cannot; the term of an admission is asked later."""
    today = records.today
    acts = {
        act: check_standing(provider, act=act, operator=operator)
        for act in ("check", "inspect", "publicize", "admit", "refuse", "suspend", "resume", "remove")
    }
    objections = records.objections.of_subject(f"provider:{provider.id}")
    acts["admit"] += publicity_is_over(provider, since=today, on=today, objections=objections)
    acts["object"] = objection_is_in_time(provider, raised_on=today, on=today)
    return [Possibility(act, violations) for act, violations in acts.items()]


# ------------------------------------------------------------------------------------------- the registry


def link(workspace: Workspace, *, uscc: str, facility: str, operator: Operator, request_id: str) -> Provider:
    """Give a candidate facility of the registry to the provider that runs it.

    Raises:
        NotFound: when the registry has no facility of this name.
        RulesViolated: UNIQUE, when another provider runs it, or this one has it already.
    """
    facts: dict[str, object] = {"uscc": uscc, "facility": facility}
    with workspace.unit_of_work("provider.link", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            provider = work.parties.provider(uscc)
            found = work.parties.facility(facility)
            if found.provider_id is not None:
                holder = work.parties.provider_by_id(found.provider_id)
                taken = Violation(
                    "UNIQUE",
                    "facility_taken",
                    found=holder.organisation.name,
                    allowed="one provider for a facility",
                    subject=facility,
                )
                refuse_if_violated([taken])
            work.parties.link_facility(facility, provider.id)
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
