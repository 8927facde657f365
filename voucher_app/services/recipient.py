"""Recipients (领用单位): registering the units that may hold vouchers, and banning units (R28)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.credit import CreditResult, check_is_past
from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.errors import InvalidInput, NotFound, Violation, refuse_if_violated
from voucher_app.domain.parties import Organisation, RecipientKind, class_matches_code
from voucher_app.domain.recovery import ban_is_in_order, check_lifting
from voucher_app.domain.text import LONGEST_REASON, parse_line, parse_region
from voucher_app.services.all_or_none import record_all
from voucher_app.services.imports.source import asked_of as source_of
from voucher_app.services.ports.tables import QUIETLY

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.credit import CreditCheck
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.parties import Recipient
    from voucher_app.services.ports.tables import ImportedFile, Tell
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What is typed about a unit, before it is checked; empty text means not told."""

    name: str
    uscc: str
    region_code: str
    legal_representative: str = ""
    phone: str = ""
    address: str = ""
    bank_account: str = ""
    controlled_by: str = ""
    founded_on: date | None = None
    group_code: str = ""
    bank_name: str = ""
    account_name: str = ""


def check_unit(facts: UnitFacts) -> Organisation:
    """Read what was typed about a unit.

    Raises:
        InvalidInput: for the first field that cannot be read.
    """
    return Organisation(
        id=0,
        name=parse_line(facts.name, field="name"),
        uscc=parse_credit_code(facts.uscc),
        region_code=parse_region(facts.region_code),
        legal_representative=parse_line(facts.legal_representative, field="legal_representative", required=False),
        phone=parse_line(facts.phone, field="phone", required=False),
        address=parse_line(facts.address, field="address", required=False),
        bank_account=parse_line(facts.bank_account, field="bank_account", required=False),
        controlled_by=parse_credit_code(facts.controlled_by) if facts.controlled_by.strip() else "",
        founded_on=facts.founded_on,
        group_code=parse_line(facts.group_code, field="group_code", required=False).upper(),
        bank_name=parse_line(facts.bank_name, field="bank_name", required=False),
        account_name=parse_line(facts.account_name, field="account_name", required=False),
    )


def parse_kind(text: str) -> RecipientKind:
    """Read a recipient class (R2).

    Raises:
        InvalidInput: for any other word.
    """
    if text not in set(RecipientKind):
        raise InvalidInput("recipient_kind", found=text, choices=" ".join(RecipientKind))
    return RecipientKind(text)


def unit_facts_of(organisation: Organisation) -> dict[str, object]:
    """Return a unit's facts as JSON-able data, for the journal's digest of what was asked."""
    facts: dict[str, object] = {
        "name": organisation.name,
        "uscc": organisation.uscc,
        "region_code": organisation.region_code,
        "legal_representative": organisation.legal_representative,
        "phone": organisation.phone,
        "address": organisation.address,
        "bank_account": organisation.bank_account,
        "controlled_by": organisation.controlled_by,
        "founded_on": organisation.founded_on.isoformat() if organisation.founded_on else "",
    }
    # Told later than the rest: left out when empty, so that a request of before is still the same request.
    added = ("group_code", "bank_name", "account_name")
    return facts | {name: getattr(organisation, name) for name in added if getattr(organisation, name)}


def check_recipient(records: Records, organisation: Organisation, kind: RecipientKind) -> list[Violation]:
    """Return what stands against registering a recipient: its class (R2, a note) or an earlier registration."""
    found = [class_matches_code(kind=kind, uscc=organisation.uscc, name=organisation.name)]
    if records.parties.find_recipient(organisation.uscc) is not None:
        found.append(
            Violation(
                "UNIQUE",
                "recipient_exists",
                found=organisation.uscc,
                allowed="one registration",
                subject=organisation.name,
            )
        )
    return [violation for violation in found if violation]


def record_credit(
    workspace: Workspace,
    *,
    uscc: str,
    result: str,
    source: str,
    operator: Operator,
    request_id: str,
    checked_on: date | None = None,
) -> CreditCheck:
    """Record what a credit check (信用核查) of a recipient found (R22); another check is another record.

    Args:
        workspace: the open workspace.
        uscc: the recipient's credit code.
        result: `clear`, `dishonest` or `penalised`.
        source: where it was looked up.
        operator: who records it.
        request_id: unique per request.
        checked_on: the day of the check; the business date when not told.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or nobody has the code.
        RulesViolated: when the day lies in the future.
    """
    uscc = parse_credit_code(uscc)
    source = parse_line(source, field="source")
    if result not in set(CreditResult):
        raise InvalidInput("choice", found=result, choices=" ".join(CreditResult))
    facts: dict[str, object] = {
        "uscc": uscc,
        "result": result,
        "source": source,
        "checked_on": checked_on.isoformat() if checked_on else "",
    }
    with workspace.unit_of_work("recipient.credit", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            unit = work.parties.recipient(uscc).organisation
            day = checked_on or work.today
            future = check_is_past(day, on=work.today, name=unit.name)
            refuse_if_violated([future] if future else [])
            work.credit_checks.add(
                organisation_id=unit.id, checked_on=day, result=result, source=source, prepared_by=operator.id
            )
            work.about(f"recipient:{unit.id}")
            work.commit([unit.id])
        found = work.credit_checks.last(work.result[0])
        assert found is not None, "one was recorded just now"
        return found


def add(workspace: Workspace, *, unit: UnitFacts, kind: str, operator: Operator, request_id: str) -> Recipient:
    """Register a recipient.

    Raises:
        InvalidInput: when a field cannot be read.
        RulesViolated: when the credit code is registered already.
    """
    return add_all(workspace, units=[(unit, kind)], operator=operator, request_id=request_id)[0]


def add_all(
    workspace: Workspace,
    *,
    units: list[tuple[UnitFacts, str]],
    operator: Operator,
    request_id: str,
    source: ImportedFile | None = None,
    tell: Tell = QUIETLY,
) -> list[Recipient]:
    """Register recipients, all or none.

    Args:
        workspace: the open workspace.
        units: what was typed about each, and its class.
        operator: who registers them.
        request_id: unique per request.
        source: the file that they came from.
        tell: told how many are registered.

    Raises:
        InvalidInput: for the first unit that cannot be read.
        RowsViolated: with every unit that is registered already or stands twice in the list.
        RulesViolated: when the file was taken in before.
        Stopped: when the person does not want it to go on.
    """
    checked = [(check_unit(unit), parse_kind(kind)) for unit, kind in units]
    facts: dict[str, object] = {"units": [[unit_facts_of(unit), kind.value] for unit, kind in checked]}
    facts |= source_of(source)
    with workspace.unit_of_work("recipient.add", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            added = record_all(
                work,
                checked,
                count=len(checked),
                check=lambda one: check_recipient(work, *one),
                record=lambda one: work.parties.add_recipient(*one, prepared_by=operator.id).id,
                operator=operator,
                source=source,
                tell=tell,
            )
            if len(added) == 1:
                work.about(f"recipient:{added[0]}")
            work.commit(added)
        return [work.parties.recipient_by_id(recipient_id) for recipient_id in work.result]


def _unit(records: Records, uscc: str) -> Organisation:
    code = parse_credit_code(uscc)
    found = records.parties.find_recipient(code) or records.parties.find_provider(code)
    if found is None:
        raise NotFound("recipient", code)
    return found.organisation


def ban(
    workspace: Workspace, *, uscc: str, until: date, reason: str, operator: Operator, request_id: str
) -> Organisation:
    """Ban a unit, recipient or provider, up to a day (R28): it neither applies nor is admitted.

    Raises:
        NotFound: when no unit has the credit code.
        RulesViolated: R28, when the day has passed.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"uscc": uscc, "until": until.isoformat(), "reason": reason}
    with workspace.unit_of_work(
        "recipient.ban", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        unit = _unit(work, uscc)
        if not work.repeats:
            refused = ban_is_in_order(until=until, on=work.today, name=unit.name)
            refuse_if_violated([refused] if refused else [])
            work.bans.add(
                organisation_id=unit.id, until=until, reason=reason, recovery_id=None, prepared_by=operator.id
            )
            work.about(f"recipient:{unit.id}")
            work.commit([unit.id])
        return unit


def check_unban(records: Records, unit: Organisation, *, operator: Operator) -> list[Violation]:
    """Return what stands against lifting a unit's bans: R28, when none is in force; R23."""
    bans = records.bans.in_force(unit.id, records.today)
    return check_lifting(bans, name=unit.name, on=records.today, decided_by=operator)


def unban(workspace: Workspace, *, uscc: str, reason: str, operator: Operator, request_id: str) -> Organisation:
    """Lift every ban of a unit that is in force; by another person than who banned it (R23).

    Raises:
        NotFound: when no unit has the credit code.
        RulesViolated: R28, when it is not banned; R23.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"uscc": uscc, "reason": reason}
    with workspace.unit_of_work(
        "recipient.unban", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        unit = _unit(work, uscc)
        if not work.repeats:
            refuse_if_violated(check_unban(work, unit, operator=operator))
            for one in work.bans.in_force(unit.id, work.today):
                work.bans.lift(one.id, lifted_by=operator.id)
            work.about(f"recipient:{unit.id}")
            work.commit([unit.id])
        return unit
