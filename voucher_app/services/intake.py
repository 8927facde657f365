"""What happens to an application before its second review: drafts, acceptance, correction, first review, withdrawal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.application import (
    ApplicationStatus,
    credit_check_is_recorded,
    steps_of,
)
from voucher_app.domain.attachment import REQUIRED_PAPERS
from voucher_app.domain.batch import batch_takes_in, correction_is_in_time, corrections_are_left
from voucher_app.domain.calendar import last_working_day
from voucher_app.domain.contract import Contract
from voucher_app.domain.errors import RulesViolated, Violation, Weight, refuse_if_violated
from voucher_app.domain.lifecycle import step_is_open
from voucher_app.domain.money import Money
from voucher_app.domain.reimbursement import covering_term, written
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.application import (
    asked_of,
    case_of,
    check_completeness,
    check_recorded,
    check_review,
    check_year,
    record,
    request_of,
)
from voucher_app.services.calendar import working_days
from voucher_app.services.claim import ClaimedFacts, claimed_of, filed_claim, told_claim
from voucher_app.services.invoice_file import check_originals, papers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from voucher_app.domain.application import (
        Application,
    )
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.reimbursement import Reimbursement
    from voucher_app.services.application import (
        ApplicationFacts,
    )
    from voucher_app.services.invoice_file import Original
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Corrections:
    """Facts that change when a draft is submitted or a returned application comes back; None leaves one as it is.

    Attributes:
        claimed: what an application of model C claims on instead, all of it: invoices, payments, price.
    """

    contract_number: str | None = None
    contract_amount: Money | None = None
    signed_on: date | None = None
    requested: Money | None = None
    contract_from: date | None = None
    contract_until: date | None = None
    other_support: Money | None = None
    supporting_services: Money | None = None
    claimed: ClaimedFacts | None = None


NO_CORRECTIONS: Final = Corrections()


def draft(workspace: Workspace, *, facts: ApplicationFacts, operator: Operator, request_id: str) -> Application:
    """Keep an application as a draft (草稿): it holds no contract, counts nowhere, and is asked no rules yet.

    Raises:
        InvalidInput, NotFound: when a field cannot be read, or a unit or the batch is not recorded.
        RulesViolated: R1, when the budget year was never opened; R26, when it is closed.
    """
    with workspace.unit_of_work(
        "application.draft", operator=operator, request_id=request_id, facts=asked_of(facts)
    ) as work:
        if not work.repeats:
            request = request_of(work, facts)
            refuse_if_violated(check_year(work, request.year))
            application_id = record(work, request, operator=operator, reason="", is_draft=True)
            work.about(f"application:{application_id}")
            work.commit([application_id])
        return work.applications.get(work.result[0])


def check_submission(
    records: Records, application: Application, *, claim: Reimbursement | None = None
) -> list[Violation]:
    """Return what stands against submitting a draft, or a returned application again, `claim` as corrected with it."""
    found = [step_violation(application, "submit")]
    case = case_of(records, application)
    if application.status is ApplicationStatus.RETURNED:
        found.append(
            correction_is_in_time(correct_by=application.correct_by, on=records.today, subject=str(application.id))
        )
        intake = []
    else:
        batch = None if application.batch_id is None else records.batches.get(application.batch_id)
        intake = batch_takes_in(batch, policy=case.policy, year=application.year, on=records.today)
    return (
        [one for one in found if one]
        + check_recorded(records, application, claim=claim)
        + intake
        + check_year(records, application.year)
    )


def submit_draft(
    workspace: Workspace,
    *,
    application_id: int,
    operator: Operator,
    request_id: str,
    corrections: Corrections = NO_CORRECTIONS,
    reason: str = "",
) -> Application:
    """Submit a draft; from now on it holds its contract and all rules are asked.

    Raises:
        RulesViolated: every rule it breaks; a written reason answers those that only ask for one.
    """
    return _come_back(
        workspace,
        "application.submit",
        application_id=application_id,
        wanted=ApplicationStatus.DRAFT,
        corrections=corrections,
        operator=operator,
        request_id=request_id,
        reason=reason,
    )


def resubmit(
    workspace: Workspace,
    *,
    application_id: int,
    operator: Operator,
    request_id: str,
    corrections: Corrections = NO_CORRECTIONS,
    reason: str = "",
    originals: Sequence[Original] = (),
) -> Application:
    """Submit a returned application again (补正), corrected, within its working days.

    One of model C may come back with another claim; it is kept in this act's record, as the first one in its own, and
    the invoices' files that were read for it are kept with the application.

    Raises:
        RulesViolated: `correction_too_late`, `claim_not_filed`, and every rule that it breaks as corrected.
    """
    return _come_back(
        workspace,
        "application.resubmit",
        application_id=application_id,
        wanted=ApplicationStatus.RETURNED,
        corrections=corrections,
        operator=operator,
        request_id=request_id,
        reason=reason,
        originals=originals,
    )


def _come_back(
    workspace: Workspace,
    action: str,
    *,
    application_id: int,
    wanted: ApplicationStatus,
    corrections: Corrections,
    operator: Operator,
    request_id: str,
    reason: str,
    originals: Sequence[Original] = (),
) -> Application:
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON, required=False)
    facts: dict[str, object] = {"id": application_id, "corrections": _told(corrections), "reason": reason}
    papers = papers_of(workspace, originals)
    facts |= papers.asked()
    with workspace.unit_of_work(action, operator=operator, request_id=request_id, facts=facts, reason=reason) as work:
        if not work.repeats:
            before = work.applications.get(application_id)
            after = corrected(before, corrections)
            claim = corrected_claim(work, after, corrections, reason=reason)
            found = check_submission(work, after, claim=claim)
            if before.status is not wanted and not any(one.rule == "TRANSITION" for one in found):
                # `submit` opens from both statuses; a draft is no correction and the other way round.
                found.insert(0, _not_open(before, action))
            if claim is not None and originals:
                case = case_of(work, after)
                found += check_originals(claim.invoices, originals, recipient=case.recipient, provider=case.provider)
            refuse_if_violated(found, reason=reason or before.submission_reason)
            papers.keep(workspace, work, subject=f"application:{application_id}", operator=operator)
            if after != before:
                work.applications.correct(
                    application_id,
                    contract=after.contract,
                    requested=after.requested,
                    other_support=after.other_support,
                    supporting_services=after.supporting_services,
                )
            if wanted is ApplicationStatus.DRAFT:
                work.applications.submit_draft(application_id, reason=reason)
            else:
                work.applications.step(application_id, status=ApplicationStatus.SUBMITTED, reason=reason)
            work.about(f"application:{application_id}")
            work.commit([application_id], kept=written(claim) if claim else "")
        return work.applications.get(work.result[0])


def _not_open(application: Application, action: str) -> Violation:
    return Violation(
        "TRANSITION",
        "step_not_open",
        found=application.status.value,
        allowed=sorted(set(steps_of(batch_id=application.batch_id)[application.status]) - {"submit"}),
        subject=str(application.id),
        facts={"noun": "application", "act": action.partition(".")[2]},
    )


def corrected(application: Application, corrections: Corrections) -> Application:
    """Return an application with its facts corrected.

    Raises:
        InvalidInput: when the contract number cannot be read.
    """
    old = application.contract
    number = corrections.contract_number
    contract = Contract(
        number=old.number if number is None else parse_line(number, field="contract"),
        amount=corrections.contract_amount or old.amount,
        signed_on=corrections.signed_on or old.signed_on,
        begins_on=corrections.contract_from or old.begins_on,
        ends_on=corrections.contract_until or old.ends_on,
    )
    other, supporting = corrections.other_support, corrections.supporting_services
    return replace(
        application,
        contract=contract,
        requested=corrections.requested or application.requested,
        other_support=application.other_support if other is None else other,
        supporting_services=application.supporting_services if supporting is None else supporting,
    )


def corrected_claim(
    records: Records, application: Application, corrections: Corrections, *, reason: str
) -> Reimbursement | None:
    """Return the claim of an application of model C as corrected, or None where it came without one.

    Args:
        records: what is recorded.
        application: as corrected; the term of its contract may have changed with it.
        corrections: what is told anew.
        reason: the officer's written answer, where it is told anew.

    Raises:
        InvalidInput: when something of an invoice cannot be read.
        RulesViolated: `claim_not_filed`, when a claim is told and none came with the application.
    """
    filed = filed_claim(records, application)
    if filed is None:
        if corrections.claimed is not None:
            refused = Violation("BATCH", "claim_not_filed", found=0, allowed="a claim", subject=str(application.id))
            raise RulesViolated([refused])
        return None
    reason = reason or filed.evidence.reason
    told = replace(filed, evidence=replace(filed.evidence, reason=reason))
    if corrections.claimed is not None:
        told = claimed_of(corrections.claimed, reason)
    return covering_term(told, first=application.contract.begins_on, last=application.contract.ends_on)


def _told(corrections: Corrections) -> dict[str, object]:
    told: dict[str, object] = {}
    for name in Corrections.__dataclass_fields__:
        value = getattr(corrections, name)
        if isinstance(value, ClaimedFacts):
            told[name] = told_claim(claimed_of(value, ""))
        elif value is not None:
            told[name] = value.fen if isinstance(value, Money) else str(value)
    return told


def step_violation(application: Application, act: str) -> Violation | None:
    """Return the refusal of an act that the application's life cycle does not have now."""
    return step_is_open(
        steps_of(batch_id=application.batch_id),
        noun="application",
        status=application.status,
        act=act,
        subject=str(application.id),
    )


def missing_papers(records: Records, application: Application) -> list[str]:
    """Return what an application should come with and does not: kinds of papers, and the contract's term.

    Where the policy names papers, they are no note but a rule (`check_completeness`).
    """
    missing = []
    if not records.policies.get(application.policy_id).policy.application_papers:
        there = {attachment.kind for attachment in records.attachments.of_subject(f"application:{application.id}")}
        missing = [kind.value for kind in REQUIRED_PAPERS if kind not in there]
    if application.contract.begins_on is None or application.contract.ends_on is None:
        missing.append("contract-term")
    return missing


def all_missing_papers(records: Records, application: Application) -> list[str]:
    """Return every paper that is missing: what the policy asks for, and what is only told."""
    asked_for = [kind for one in check_completeness(records, application) for kind in cast("list[str]", one.found)]
    return asked_for + missing_papers(records, application)


def check_accept(records: Records, application: Application) -> list[Violation]:
    """Return what stands against accepting an application: its status, its rules, its papers, R22."""
    case = case_of(records, application)
    step = step_violation(application, "accept")
    return [
        *([step] if step else []),
        *check_recorded(records, application),
        *check_completeness(records, application),
        *credit_check_is_recorded(case),
    ]


def accept(
    workspace: Workspace, *, application_ids: Sequence[int], operator: Operator, request_id: str, reason: str = ""
) -> list[Application]:
    """Accept applications of a batch (受理), all or none: complete, with a credit check on record (R22).

    Raises:
        RulesViolated: every rule they break; a written reason answers a missing credit check.
    """

    def check(work: UnitOfWork, application: Application) -> list[Violation]:
        # What else asks for a reason was answered when it was submitted; a missing check is asked here.
        return [
            one
            for one in check_accept(work, application)
            if one.weight is not Weight.REASON or one.code.startswith("credit_")
        ]

    return _act(
        workspace,
        "application.accept",
        application_ids,
        operator=operator,
        request_id=request_id,
        reason=reason,
        check=check,
        write=lambda work, application: work.applications.accept(application.id, accepted_by=operator.id),
    )


def check_return(records: Records, application: Application) -> list[Violation]:
    """Return what stands against returning an application for correction: its status, the policy's limit."""
    policy = records.policies.get(application.policy_id).policy
    found = (
        step_violation(application, "return"),
        corrections_are_left(corrections=application.corrections, policy=policy, subject=str(application.id)),
    )
    return [one for one in found if one]


def return_for_correction(
    workspace: Workspace, *, application_id: int, reason: str, operator: Operator, request_id: str
) -> Application:
    """Return an application for correction (退回补正), within the policy's working days from tomorrow.

    Raises:
        RulesViolated: `corrections_used_up`, when it was returned as often as the policy allows; TRANSITION.
        InvalidInput: when the calendar does not know the year.
    """

    def write(work: UnitOfWork, application: Application) -> None:
        policy = work.policies.get(application.policy_id).policy
        last = last_working_day(work.today, days=policy.correction_days, is_working=working_days(work))
        work.applications.return_for_correction(application.id, correct_by=last, reason=_line(reason))

    return _act(
        workspace,
        "application.return",
        [application_id],
        operator=operator,
        request_id=request_id,
        reason=_line(reason),
        check=check_return,
        write=write,
    )[0]


def decline(
    workspace: Workspace, *, application_id: int, reason: str, operator: Operator, request_id: str
) -> Application:
    """Decline to accept an application (不予受理), with a written reason; by another person (R23).

    Raises:
        RulesViolated: R23, when the person prepared it; TRANSITION.
    """
    return _act(
        workspace,
        "application.decline",
        [application_id],
        operator=operator,
        request_id=request_id,
        reason=_line(reason),
        check=lambda _work, application: check_review(application, act="decline", reviewer=operator),
        write=lambda work, application: work.applications.step(
            application.id, status=ApplicationStatus.DECLINED, reason=_line(reason)
        ),
    )[0]


def review(
    workspace: Workspace, *, application_ids: Sequence[int], operator: Operator, request_id: str, reason: str = ""
) -> list[Application]:
    """Make the first review (初审) of applications of a batch, all or none; by another person than the preparer.

    Raises:
        RulesViolated: R23, when the person prepared one of them; every other rule as it stands today; TRANSITION.
    """

    def check(work: UnitOfWork, application: Application) -> list[Violation]:
        return check_review(application, act="review", reviewer=operator) + _answered(check_recorded(work, application))

    return _act(
        workspace,
        "application.review",
        application_ids,
        operator=operator,
        request_id=request_id,
        reason=reason,
        check=check,
        write=lambda work, application: work.applications.review_first(
            application.id, reviewed_by=operator.id, reason=reason
        ),
    )


def withdraw(
    workspace: Workspace, *, application_id: int, reason: str, operator: Operator, request_id: str
) -> Application:
    """Withdraw an application at the applicant's wish (撤回), before publicity; its contract is free again.

    Raises:
        RulesViolated: TRANSITION, when it is publicized or ended already.
    """

    def check(_work: UnitOfWork, application: Application) -> list[Violation]:
        step = step_violation(application, "withdraw")
        return [step] if step else []

    return _act(
        workspace,
        "application.withdraw",
        [application_id],
        operator=operator,
        request_id=request_id,
        reason=_line(reason),
        check=check,
        write=lambda work, application: work.applications.step(
            application.id, status=ApplicationStatus.WITHDRAWN, reason=_line(reason)
        ),
    )[0]


def _line(reason: str) -> str:
    return parse_line(reason, field="reason", longest=LONGEST_REASON)


def _answered(violations: list[Violation]) -> list[Violation]:
    """Return violations without those that were answered by the reason given when the application was submitted."""
    return [one for one in violations if one.weight is not Weight.REASON]


def _act(
    workspace: Workspace,
    action: str,
    application_ids: Sequence[int],
    *,
    operator: Operator,
    request_id: str,
    reason: str,
    check: Callable[[UnitOfWork, Application], list[Violation]],
    write: Callable[[UnitOfWork, Application], None],
) -> list[Application]:
    """Carry out one act on applications, all or none, with one journal record."""
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON, required=False)
    ids = list(dict.fromkeys(application_ids))
    facts: dict[str, object] = {"ids": ids, "reason": reason}
    with workspace.unit_of_work(action, operator=operator, request_id=request_id, facts=facts, reason=reason) as work:
        if not work.repeats:
            applications = [work.applications.get(application_id) for application_id in ids]
            refuse_if_violated([one for found in applications for one in check(work, found)], reason=reason)
            for application in applications:
                write(work, application)
            if len(ids) == 1:
                work.about(f"application:{ids[0]}")
            work.commit(ids)
        return [work.applications.get(application_id) for application_id in work.result]
