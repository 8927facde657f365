"""Applications (申领): submitted by one person, approved or refused by another.

What happens to the application of a batch before its second review is in `intake`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from voucher_app.domain.application import (
    ApplicationCase,
    check_application,
    second_reviewer_is_another,
    steps_of,
)
from voucher_app.domain.attachment import papers_are_there
from voucher_app.domain.batch import batch_takes_in
from voucher_app.domain.budget import issuance_is_in_appropriation, year_is_open
from voucher_app.domain.contract import Contract
from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import Violation, refuse_if_violated
from voucher_app.domain.largest_request import largest_request
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.all_or_none import record_all
from voucher_app.services.claim import check_filed_claim
from voucher_app.services.imports.source import asked_of as source_of
from voucher_app.services.ports.tables import QUIETLY

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.application import (
        Application,
    )
    from voucher_app.domain.batch import Batch
    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.reimbursement import Reimbursement
    from voucher_app.services.ports.tables import ImportedFile, Tell
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What is asked for, before it is checked.

    Attributes:
        year: the batch's year, or the business date's, when not told.
        batch_id: the batch it is submitted to, or None.
        contract_from: first day of the contract's term; `contract_until`: last day.
        other_support: other public money on the contract (R15).
        supporting_services: storage, network, security and platform in the contract (R16).
    """

    recipient_uscc: str
    provider_uscc: str
    contract_number: str
    contract_amount: Money
    signed_on: date
    requested: Money
    year: int | None = None
    batch_id: int | None = None
    contract_from: date | None = None
    contract_until: date | None = None
    other_support: Money = ZERO
    supporting_services: Money = ZERO


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, with what it is asked of: the year, the batch, the policy version."""

    case: ApplicationCase
    year: int
    policy_id: int
    batch: Batch | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision would do, told before the click.

    Attributes:
        violations: every rule it meets with a no, a reason or a note; also those that only count at issuance.
        before: where the year's money is now, or None when the year is not open.
        moving: what the decision would take out of the year's unissued money.
        notes: what the officer should know besides; the act itself does not say it again.
    """

    violations: list[Violation]
    before: YearMoney | None
    moving: Money
    notes: tuple[Violation, ...] = ()

    @property
    def unissued_after(self) -> Money:
        """What would be left to issue; negative when the cap stands in the way."""
        return (self.before.unissued if self.before else Money(0)) - self.moving


class EachPartyOnce:
    """Finds parties and reads each but once: for many applications of the same few, while nothing is written."""

    def __init__(self, records: Records) -> None:
        self.recipient_by_id = cache(records.parties.recipient_by_id)
        self.provider_by_id = cache(records.parties.provider_by_id)


def case_of(records: Records, application: Application, *, parties: EachPartyOnce | None = None) -> ApplicationCase:
    """Gather what the rules look at for a recorded application, which itself does not count against its contract.

    Args:
        records: what is recorded.
        application: as it is recorded, or as it would be corrected.
        parties: where to find the parties; the records themselves when not told.
    """
    found = parties or records.parties
    holder = records.applications.holder_of_contract(application.provider_id, application.contract.number)
    standing = records.parties.standing(application.recipient_id, application.year)
    return ApplicationCase(
        policy=records.policies.get(application.policy_id).policy,
        recipient=found.recipient_by_id(application.recipient_id),
        provider=found.provider_by_id(application.provider_id),
        contract=application.contract,
        requested=application.value,
        counted=standing.counted,
        contract_holder=None if holder == application.id else holder,
        on=records.today,
        standing=standing,
        other_support=application.other_support,
        supporting_services=application.supporting_services,
    )


def check_recorded(
    records: Records, application: Application, *, claim: Reimbursement | None = None
) -> list[Violation]:
    """Return every rule that an application breaks as things stand, its claim of model C included.

    Args:
        records: what is recorded.
        application: as it is recorded, or as it would be corrected.
        claim: its claim as it would be corrected; as it was filed last when not told.
    """
    case = case_of(records, application)
    return check_application(case) + check_filed_claim(records, application, case, claim=claim)


def check_completeness(records: Records, application: Application) -> list[Violation]:
    """Return which papers an application comes without that its policy names."""
    required = records.policies.get(application.policy_id).policy.application_papers
    if not required:
        return []
    there = {one.kind for one in records.attachments.of_subject(f"application:{application.id}")}
    return papers_are_there(required, there=there, noun="application", key=application.id)


def check_approval(records: Records, application: Application) -> list[Violation]:
    """Return every rule that stands against approving an application, who approves it aside.

    In a batch its papers were looked at when it was accepted; outside of one this is the first look.
    """
    found = check_recorded(records, application)
    return found if application.batch_id is not None else found + check_completeness(records, application)


def request_of(records: Records, facts: ApplicationFacts) -> Request:
    """Read what is asked for.

    Raises:
        InvalidInput, NotFound: when a field cannot be read, or a unit or the batch is not recorded.
    """
    provider = records.parties.provider(parse_credit_code(facts.provider_uscc))
    recipient = records.parties.recipient(parse_credit_code(facts.recipient_uscc))
    number = parse_line(facts.contract_number, field="contract")
    batch = None if facts.batch_id is None else records.batches.get(facts.batch_id)
    year = facts.year or (batch.year if batch else records.today.year)
    # Everything in a batch is looked at under one policy version: the one it was opened under.
    policy = records.policies.get(batch.policy_id) if batch else records.policies.current()
    standing = records.parties.standing(recipient.id, year)
    case = ApplicationCase(
        policy=policy.policy,
        recipient=recipient,
        provider=provider,
        contract=Contract(
            number, facts.contract_amount, facts.signed_on, begins_on=facts.contract_from, ends_on=facts.contract_until
        ),
        requested=facts.requested,
        counted=standing.counted,
        contract_holder=records.applications.holder_of_contract(provider.id, number),
        on=records.today,
        standing=standing,
        other_support=facts.other_support,
        supporting_services=facts.supporting_services,
    )
    return Request(case, year, policy.id, batch)


def check_request(request: Request) -> list[Violation]:
    """Return every rule that a submission breaks: the application's own, and the batch's intake."""
    return check_application(request.case) + batch_takes_in(
        request.batch, policy=request.case.policy, year=request.year, on=request.case.on
    )


def preview(workspace: Workspace, facts: ApplicationFacts) -> Preview:
    """Return what the rules say to an application as typed so far, and what its voucher would do to the year's money.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or a unit is not registered.
    """
    records = workspace.records()
    request = request_of(records, facts)
    money = records.years.find(request.year)
    violations = check_request(request)
    violations += _year_violations(money, year=request.year, issuing=facts.requested)
    return Preview(violations, money, facts.requested)


def largest(workspace: Workspace, facts: ApplicationFacts) -> Money | None:
    """Return the most that may be applied for, or None where it is nothing; what the facts ask for is not looked at.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or a unit is not registered.
    """
    return largest_request(request_of(workspace.records(), facts).case)


def _year_violations(money: YearMoney | None, *, year: int, issuing: Money) -> list[Violation]:
    if money is None:
        return [year_not_opened(year)]
    found = [
        year_is_open(money.status, year=year),
        issuance_is_in_appropriation(issuing=issuing, unissued=money.unissued, year=year),
    ]
    return [violation for violation in found if violation]


def year_not_opened(year: int) -> Violation:
    """Return the refusal to issue out of a year that has no appropriation (R1)."""
    return Violation("R1", "year_not_opened", found=year, allowed="an opened year", subject=str(year))


def check_year(records: Records, year: int) -> list[Violation]:
    """Refuse to take anything in for a year that is not opened (R1), or closed, so that nothing of it is issued (R26).

    What the year has left is not asked: it is when something is issued.
    """
    money = records.years.find(year)
    if money is None:
        return [year_not_opened(year)]
    closed = year_is_open(money.status, year=year)
    return [closed] if closed else []


def submit(
    workspace: Workspace, *, facts: ApplicationFacts, operator: Operator, request_id: str, reason: str = ""
) -> Application:
    """Submit an application for one voucher on one contract.

    The year's money is not asked here: what was voided or returned may be issued again, so an application may wait.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or a unit is not registered.
        RulesViolated: with every rule the application breaks; a written reason answers those that only ask for one.
    """
    return submit_all(workspace, applications=[facts], operator=operator, request_id=request_id, reason=reason)[0]


def submit_all(
    workspace: Workspace,
    *,
    applications: list[ApplicationFacts],
    operator: Operator,
    request_id: str,
    reason: str = "",
    source: ImportedFile | None = None,
    tell: Tell = QUIETLY,
) -> list[Application]:
    """Submit applications, all or none.

    Args:
        workspace: the open workspace.
        applications: what is asked for.
        operator: who submits them.
        request_id: unique per request.
        reason: answers the rules that ask for one, of all of them.
        source: the file that they came from.
        tell: told how many are submitted.

    Raises:
        InvalidInput, NotFound, RulesViolated: as `submit`; violations of all applications together, as `RowsViolated`.
        Stopped: when the person does not want it to go on.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON, required=False)
    asked: dict[str, object] = {"applications": [asked_of(facts) for facts in applications], "reason": reason}
    asked |= source_of(source)
    with workspace.unit_of_work(
        "application.submit", operator=operator, request_id=request_id, facts=asked, reason=reason
    ) as work:
        if not work.repeats:
            added = record_all(
                work,
                (request_of(work, facts) for facts in applications),
                count=len(applications),
                check=lambda request: check_request(request) + check_year(work, request.year),
                record=lambda request: record(work, request, operator=operator, reason=reason),
                operator=operator,
                reason=lambda _request: reason,
                source=source,
                tell=tell,
            )
            if len(added) == 1:
                work.about(f"application:{added[0]}")
            work.commit(added)
        return [work.applications.get(application_id) for application_id in work.result]


def record(work: UnitOfWork, request: Request, *, operator: Operator, reason: str, is_draft: bool = False) -> int:
    """Record an application; return its row."""
    case = request.case
    return work.applications.add(
        year=request.year,
        policy_id=request.policy_id,
        recipient_id=case.recipient.id,
        provider_id=case.provider.id,
        contract=case.contract,
        requested=case.requested,
        prepared_by=operator.id,
        reason=reason,
        batch_id=request.batch.id if request.batch else None,
        other_support=case.other_support,
        supporting_services=case.supporting_services,
        is_draft=is_draft,
    )


def asked_of(facts: ApplicationFacts) -> dict[str, object]:
    """Return what was asked as JSON-able data, for the journal's digest."""
    asked: dict[str, object] = {
        "recipient": facts.recipient_uscc,
        "provider": facts.provider_uscc,
        "contract": facts.contract_number,
        "contract_amount_fen": facts.contract_amount.fen,
        "signed_on": facts.signed_on.isoformat(),
        "requested_fen": facts.requested.fen,
        "year": facts.year,
    }
    # Told later than the rest: left out when not told, so that a request of before is still the same request.
    added = {
        "batch": facts.batch_id,
        "contract_from": facts.contract_from.isoformat() if facts.contract_from else None,
        "contract_until": facts.contract_until.isoformat() if facts.contract_until else None,
        "other_support_fen": facts.other_support.fen or None,
        "supporting_services_fen": facts.supporting_services.fen or None,
    }
    return asked | {key: value for key, value in added.items() if value is not None}


def check_review(application: Application, *, act: str, reviewer: Operator) -> list[Violation]:
    """Return what stands against a decision on an application: its status, and R23.

    Args:
        application: as it stands.
        act: `decline`, `review` (初审), `approve` (复核, outside a batch the only review) or `refuse`.
        reviewer: who decides; never who prepared it, and after a first review never who made that one.
    """
    found = check_decision(
        steps_of(batch_id=application.batch_id),
        noun="application",
        status=application.status,
        act=act,
        subject=str(application.id),
        prepared_by=application.prepared_by,
        decided_by=reviewer,
    )
    return found + second_reviewer_is_another(
        first_reviewed_by=application.first_reviewed_by,
        decided_by=reviewer.id,
        name=reviewer.name,
        application_id=application.id,
    )


def approve(
    workspace: Workspace, *, application_ids: list[int], operator: Operator, request_id: str, reason: str = ""
) -> list[Application]:
    """Approve applications, all or none; in a batch this is the second review (复核).

    Raises:
        RulesViolated: R23, when the person prepared one of them or made its first review; every other rule as it
            stands today; TRANSITION.
    """
    with workspace.unit_of_work(
        "application.approve", operator=operator, request_id=request_id, facts={"ids": application_ids}, reason=reason
    ) as work:
        if not work.repeats:
            violations: list[Violation] = []
            applications = [work.applications.get(one) for one in dict.fromkeys(application_ids)]
            for application in applications:
                violations += check_review(application, act="approve", reviewer=operator)
                violations += check_approval(work, application)
            refuse_if_violated(violations, reason="answered when it was submitted")
            for application in applications:
                work.applications.decide(
                    application.id,
                    status=steps_of(batch_id=application.batch_id)[application.status]["approve"],
                    reviewed_by=operator.id,
                    reason=reason,
                )
            if len(applications) == 1:
                work.about(f"application:{applications[0].id}")
            work.commit([application.id for application in applications])
        return [work.applications.get(application_id) for application_id in work.result]


def refuse(
    workspace: Workspace, *, application_id: int, reason: str, operator: Operator, request_id: str
) -> Application:
    """Refuse an application, with a written reason; its contract may support another one afterwards.

    Raises:
        RulesViolated: R23, when the person prepared it; TRANSITION, when it is decided already.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    with workspace.unit_of_work(
        "application.refuse",
        operator=operator,
        request_id=request_id,
        facts={"id": application_id, "reason": reason},
        reason=reason,
    ) as work:
        if not work.repeats:
            application = work.applications.get(application_id)
            refuse_if_violated(check_review(application, act="refuse", reviewer=operator))
            status = steps_of(batch_id=application.batch_id)[application.status]["refuse"]
            work.applications.decide(application_id, status=status, reviewed_by=operator.id, reason=reason)
            work.about(f"application:{application_id}")
            work.commit([application_id])
        return work.applications.get(work.result[0])
