"""Batches (批次): opened, closed, allocated, publicized for objections, issued all or none, finished."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from voucher_app.domain.application import (
    NOT_COUNTING,
    UNDECIDED,
    ApplicationStatus,
    steps_of,
)
from voucher_app.domain.batch import (
    BATCH_LIFE,
    BatchStatus,
    Request,
    everything_is_decided,
    intake_is_in_order,
    left_for,
    publicity_is_long_enough,
    publicity_is_over,
    something_is_granted,
)
from voucher_app.domain.batch import allocate as allocate_money
from voucher_app.domain.calendar import last_working_day
from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import InvalidInput, NotFound, Violation, refuse_if_violated
from voucher_app.domain.lifecycle import step_is_open
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.objection import OBJECTION_STEPS, ObjectionStatus, objections_are_resolved
from voucher_app.domain.operators import two_persons
from voucher_app.domain.policy import Allocation, OperatingModel
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.application import Preview, check_year
from voucher_app.services.calendar import working_days
from voucher_app.services.intake import step_violation
from voucher_app.services.voucher import check_issuance, check_together, issue_one
from voucher_app.services.wording.batches import left_out_reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.domain.application import (
        Application,
    )
    from voucher_app.domain.batch import (
        Batch,
    )
    from voucher_app.domain.objection import Objection
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace

_WAITING: Final = tuple(
    status for status in ApplicationStatus if status not in NOT_COUNTING | {ApplicationStatus.ISSUED}
)


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What is typed about a batch; None takes the policy's choice, today, or the last day of the year."""

    year: int
    name: str
    model: str | None = None
    intake_from: date | None = None
    intake_until: date | None = None
    allocation: str | None = None
    envelope: Money | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Allotment:
    """What an allocation would give, told before the click.

    Attributes:
        available: what is left for the batch: of its year, and of its envelope.
        asked: what its applications ask for together.
        grants: by application, zero for one that is left out.
    """

    available: Money
    asked: Money
    grants: dict[int, Money]
    violations: list[Violation]


def _model(text: str | None, default: OperatingModel) -> OperatingModel:
    if text is None:
        return default
    letters = {"A": OperatingModel.DEDUCT, "B": OperatingModel.PAY_FIRST, "C": OperatingModel.AFTERWARDS}
    found = letters.get(text.upper(), text)
    if found not in set(OperatingModel):
        raise InvalidInput("choice", found=text, choices=" ".join(OperatingModel))
    return OperatingModel(found)


def _allocation(text: str | None, default: Allocation) -> Allocation:
    if text is None:
        return default
    if text not in set(Allocation):
        raise InvalidInput("choice", found=text, choices=" ".join(Allocation))
    return Allocation(text)


def open_batch(workspace: Workspace, *, facts: BatchFacts, operator: Operator, request_id: str) -> Batch:
    """Open a batch under the current policy version; applications are taken in within its window.

    Raises:
        InvalidInput: when a field cannot be read.
        RulesViolated: when the year is not open, or the window ends before it begins or before today.
    """
    name = parse_line(facts.name, field="name")
    document = parse_line(facts.document, field="document", required=False)
    asked: dict[str, object] = {
        "year": facts.year,
        "name": name,
        "model": facts.model,
        "intake": [str(facts.intake_from or ""), str(facts.intake_until or "")],
        "allocation": facts.allocation,
        "envelope_fen": facts.envelope.fen if facts.envelope else None,
        "document": document,
    }
    with workspace.unit_of_work("batch.open", operator=operator, request_id=request_id, facts=asked) as work:
        if not work.repeats:
            current = work.policies.current()
            first = facts.intake_from or work.today
            last = facts.intake_until or max(date(facts.year, 12, 31), first)
            found = intake_is_in_order(first=first, last=last, on=work.today, name=name)
            found += check_year(work, facts.year)
            if facts.envelope is not None and not facts.envelope:
                raise InvalidInput("amount", found=facts.envelope.in_yuan())
            refuse_if_violated(found)
            batch_id = work.batches.add(
                year=facts.year,
                policy_id=current.id,
                name=name,
                model=_model(facts.model, current.policy.operating_model),
                allocation=_allocation(facts.allocation, current.policy.allocation),
                envelope=facts.envelope,
                intake_from=first,
                intake_until=last,
                document=document,
                prepared_by=operator.id,
            )
            work.about(f"batch:{batch_id}")
            work.commit([batch_id])
        return work.batches.get(work.result[0])


def check_step(batch: Batch, act: str) -> list[Violation]:
    """Return the refusal of an act that the batch's life does not have now."""
    step = step_is_open(BATCH_LIFE, noun="batch", status=batch.status, act=act, subject=str(batch.id))
    return [step] if step else []


def close(workspace: Workspace, *, batch_id: int, operator: Operator, request_id: str) -> Batch:
    """Close a batch's intake (受理截止): nothing more is submitted; what is in is reviewed to its end.

    Raises:
        RulesViolated: TRANSITION.
    """

    def write(work: UnitOfWork, batch: Batch) -> None:
        work.batches.set_status(batch.id, BATCH_LIFE[batch.status]["close"])

    return _act(
        workspace,
        "batch.close",
        batch_id,
        operator=operator,
        request_id=request_id,
        check=lambda _work, batch: check_step(batch, "close"),
        write=write,
    )


def allotment(records: Records, batch: Batch) -> Allotment:
    """Return what an allocation would give to each approved application, and what stands against it (R32)."""
    policy = records.policies.get(batch.policy_id).policy
    applications = records.batches.applications(batch.id, ApplicationStatus.APPROVED, ApplicationStatus.ALLOCATED)
    available = left_for(
        batch,
        money=records.years.get(batch.year),
        committed=records.batches.committed(batch.year, besides=batch.id),
    )
    grants = allocate_money(
        [Request(one.id, one.accepted_seq, one.requested) for one in applications],
        available=available,
        method=batch.allocation,
        smallest=policy.smallest_voucher,
        tiers=policy.tiers,
    )
    asked = sum((one.requested for one in applications), ZERO)
    found = check_step(batch, "allocate")
    if found:
        return Allotment(available, asked, grants, found)
    undecided = everything_is_decided(undecided=records.batches.count(batch.id, *UNDECIDED), batch_id=batch.id)
    found = [undecided] if undecided else []
    granted = [replace(one, granted=grants[one.id]) for one in applications if grants[one.id]]
    if not applications:
        found.append(
            Violation("BATCH", "nothing_to_allocate", found=0, allowed="approved applications", subject=str(batch.id))
        )
    else:
        found += something_is_granted(grants, available=available, smallest=policy.smallest_voucher, batch_id=batch.id)
    found += check_together(records, granted)
    return Allotment(available, asked, grants, found)


def preview_allocation(workspace: Workspace, batch_id: int) -> Allotment:
    """Return what an allocation would give, before it is done."""
    records = workspace.records()
    return allotment(records, records.batches.get(batch_id))


def allocate(workspace: Workspace, *, batch_id: int, operator: Operator, request_id: str) -> Batch:
    """Allocate what is left to the approved applications of a closed batch (R32); may be repeated before publicity.

    An application that would get less than the smallest voucher (R5) is refused with that reason, so that its contract
    is free for another batch.

    Raises:
        RulesViolated: while an application waits for a decision; when nothing can be granted; and every rule that the
            vouchers would break together, so that a publicized batch can be issued whole.
    """
    return _act(
        workspace,
        "batch.allocate",
        batch_id,
        operator=operator,
        request_id=request_id,
        check=lambda work, batch: allotment(work, batch).violations,
        write=_write_allotment,
    )


def _write_allotment(work: UnitOfWork, batch: Batch) -> None:
    smallest = max(work.policies.get(batch.policy_id).policy.smallest_voucher, Money(1))
    for application_id, granted in allotment(work, batch).grants.items():
        if granted:
            work.applications.grant(application_id, granted)
        else:
            work.applications.step(
                application_id, status=ApplicationStatus.REFUSED, reason=left_out_reason(smallest=smallest)
            )
    work.batches.set_status(batch.id, BATCH_LIFE[batch.status]["allocate"])


def check_publicize(records: Records, batch: Batch, *, until: date | None) -> list[Violation]:
    """Return what stands against publicizing a batch until a day, its allocation included where it is not done yet."""
    step = check_step(batch, "publicize") if batch.status is not BatchStatus.CLOSED else []
    if step:
        return step
    policy = records.policies.get(batch.policy_id).policy
    least = last_working_day(records.today, days=policy.publicity_days, is_working=working_days(records))
    short = publicity_is_long_enough(until or least, least=least, days=policy.publicity_days, batch_id=batch.id)
    found = [short] if short else []
    if batch.status is BatchStatus.CLOSED:
        return found + allotment(records, batch).violations
    allocated = records.batches.applications(batch.id, ApplicationStatus.ALLOCATED)
    return found + _check_allocated(records, batch, allocated)


def _check_allocated(records: Records, batch: Batch, allocated: list[Application]) -> list[Violation]:
    """Return what would keep the allocated applications of a batch from being issued as things stand today."""
    if not allocated:
        return [
            Violation("BATCH", "nothing_to_allocate", found=0, allowed="approved applications", subject=str(batch.id))
        ]
    return check_together(records, allocated)


def publicize(
    workspace: Workspace, *, batch_id: int, operator: Operator, request_id: str, until: date | None = None
) -> Batch:
    """Publicize a batch (公示) from today; allocates first where that is not done yet (R24).

    Args:
        workspace: the open workspace.
        batch_id: the batch.
        operator: who acts.
        request_id: unique per request.
        until: last day; the policy's number of working days from tomorrow when not told, and never fewer.

    Raises:
        RulesViolated: R24, when it would be too short; and as `allocate`.
        InvalidInput: when the calendar does not know the year.
    """

    def write(work: UnitOfWork, batch: Batch) -> None:
        if batch.status is BatchStatus.CLOSED:
            _write_allotment(work, batch)
        policy = work.policies.get(batch.policy_id).policy
        least = last_working_day(work.today, days=policy.publicity_days, is_working=working_days(work))
        for application in work.batches.applications(batch.id, ApplicationStatus.ALLOCATED):
            work.applications.step(application.id, status=ApplicationStatus.PUBLICIZED)
        work.batches.publicize(batch.id, first=work.today, last=until or least)

    return _act(
        workspace,
        "batch.publicize",
        batch_id,
        operator=operator,
        request_id=request_id,
        facts={"until": until.isoformat() if until else ""},
        check=lambda work, batch: check_publicize(work, batch, until=until),
        write=write,
    )


def check_objection(batch: Batch, application: Application) -> list[Violation]:
    """Return what stands against an objection to an application of a batch."""
    if application.batch_id != batch.id:
        return [
            Violation(
                "BATCH",
                "not_in_batch",
                found=application.batch_id or 0,
                allowed=batch.id,
                subject=str(application.id),
            )
        ]
    step = step_violation(application, "object")
    return [step] if step else []


def object_to(
    workspace: Workspace,
    *,
    batch_id: int,
    application_id: int,
    raised_by: str,
    content: str,
    operator: Operator,
    request_id: str,
) -> Objection:
    """Record an objection (异议) to a publicized application; it is not issued until the objection is resolved.

    Raises:
        RulesViolated: when the application is not in the batch or not publicized.
    """
    raised_by = parse_line(raised_by, field="raised_by")
    content = parse_line(content, field="content", longest=LONGEST_REASON)
    facts: dict[str, object] = {
        "batch": batch_id,
        "application": application_id,
        "raised_by": raised_by,
        "content": content,
    }
    with workspace.unit_of_work(
        "batch.object", operator=operator, request_id=request_id, facts=facts, reason=content
    ) as work:
        if not work.repeats:
            application = work.applications.get(application_id)
            refuse_if_violated(check_objection(work.batches.get(batch_id), application))
            objection_id = work.objections.add(
                subject=f"application:{application_id}",
                batch_id=batch_id,
                raised_by=raised_by,
                content=content,
                prepared_by=operator.id,
            )
            status = steps_of(batch_id=batch_id)[application.status]["object"]
            work.applications.step(application_id, status=status)
            work.about(f"application:{application_id}")
            work.commit([objection_id])
        return work.objections.get(work.result[0])


def check_resolution(
    objection: Objection, application: Application, *, act: str, operator: Operator
) -> list[Violation]:
    """Return what stands against resolving an objection (`dismiss`, `uphold`): its status, R23 twice."""
    found = check_decision(
        OBJECTION_STEPS,
        noun="objection",
        status=objection.status,
        act=act,
        subject=str(objection.id),
        prepared_by=objection.prepared_by,
        decided_by=operator,
    )
    if application.prepared_by == objection.prepared_by:
        return found
    own = two_persons(
        prepared_by=application.prepared_by,
        decided_by=operator,
        subject=str(application.id),
        noun="application",
    )
    return found + ([own] if own else [])


def resolve(
    workspace: Workspace,
    *,
    objection_id: int,
    result: str,
    reason: str,
    operator: Operator,
    request_id: str,
) -> Objection:
    """Resolve an objection by another person (R23): dismissed, the application goes on; upheld, it is refused.

    Args:
        workspace: the open workspace.
        objection_id: the objection.
        result: `dismissed` or `upheld`.
        reason: what was found.
        operator: who decides; neither who recorded the objection nor who prepared the application.
        request_id: unique per request.

    Raises:
        RulesViolated: R23; TRANSITION, when it is resolved already.
        InvalidInput: for another result, or an empty reason.
    """
    acts = {ObjectionStatus.DISMISSED: "dismiss", ObjectionStatus.UPHELD: "uphold"}
    if result not in set(acts):
        raise InvalidInput("choice", found=result, choices=" ".join(acts))
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    act = acts[ObjectionStatus(result)]
    facts: dict[str, object] = {"objection": objection_id, "result": result, "reason": reason}
    with workspace.unit_of_work(
        "batch.resolve", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            objection = work.objections.get(objection_id)
            if objection.batch_id is None:
                raise NotFound("objection", objection_id)
            application = work.applications.get(int(objection.subject.partition(":")[2]))
            refuse_if_violated(check_resolution(objection, application, act=act, operator=operator))
            work.objections.resolve(
                objection_id, status=OBJECTION_STEPS[objection.status][act], resolution=reason, resolved_by=operator.id
            )
            _go_on(work, application, result=result, reason=reason, batch=work.batches.get(objection.batch_id))
            work.about(objection.subject)
            work.commit([objection_id])
        return work.objections.get(work.result[0])


def _go_on(work: UnitOfWork, application: Application, *, result: str, reason: str, batch: Batch) -> None:
    """Let an application follow the resolution of an objection to it."""
    steps = steps_of(batch_id=batch.id)[application.status]
    if application.status is not ApplicationStatus.OBJECTED:
        return  # refused meanwhile by another objection
    if result == ObjectionStatus.UPHELD:
        work.applications.step(application.id, status=steps["refuse"], reason=reason)
        return
    others = work.objections.of_subject(f"application:{application.id}")
    if any(one.status is ObjectionStatus.OPEN for one in others):
        return
    assert batch.publicity_until is not None, "objections are raised in publicity"
    act = "resume" if work.today <= batch.publicity_until else "clear"
    work.applications.step(application.id, status=steps[act])


def ready(records: Records, batch: Batch) -> list[Application]:
    """Return what a batch issues: its publicized applications, as they stand once publicity has ended."""
    found = records.batches.applications(batch.id, ApplicationStatus.PUBLICIZED, ApplicationStatus.CLEARED)
    return [replace(one, status=ApplicationStatus.CLEARED) for one in found]


def check_issue(records: Records, batch: Batch) -> list[Violation]:
    """Return what stands against issuing a batch: its status, R24, R1, and every rule of every application."""
    found = check_step(batch, "issue")
    if found:
        return found
    running = publicity_is_over(batch, on=records.today)
    # The objection to an application that another objection ended holds nothing up.
    objected = {f"application:{one.id}" for one in records.batches.applications(batch.id, ApplicationStatus.OBJECTED)}
    waiting = [one for one in records.objections.open_in_batch(batch.id) if one.subject in objected]
    return [
        *([running] if running else []),
        *objections_are_resolved(waiting),
        *check_issuance(records, ready(records, batch), batch_id=batch.id),
    ]


def preview_issue(workspace: Workspace, batch_id: int) -> Preview:
    """Return what issuing a batch would do to the year's money and which rules it meets."""
    records = workspace.records()
    batch = records.batches.get(batch_id)
    moving = sum((one.value for one in ready(records, batch)), ZERO)
    return Preview(check_issue(records, batch), records.years.find(batch.year), moving)


def issue(workspace: Workspace, *, batch_id: int, operator: Operator, request_id: str) -> list[Voucher]:
    """Issue the vouchers of a batch, all or none, after its publicity and within the cap.

    Raises:
        RulesViolated: R24, while publicity runs or an objection is open; R1; and every rule that one of them breaks.
    """
    with workspace.unit_of_work(
        "batch.issue", operator=operator, request_id=request_id, facts={"batch": batch_id}
    ) as work:
        if not work.repeats:
            batch = work.batches.get(batch_id)
            refuse_if_violated(check_issue(work, batch), reason="answered when it was submitted")
            issued = []
            for application in ready(work, batch):
                work.applications.step(application.id, status=ApplicationStatus.CLEARED)
                issued.append(issue_one(work, application))
            work.batches.mark_issued(batch_id, issued_by=operator.id)
            work.about(f"batch:{batch_id}")
            work.commit([voucher.id for voucher in issued])
            return issued
        return [work.vouchers.get_by_id(voucher_id) for voucher_id in work.result]


def check_finish(records: Records, batch: Batch) -> list[Violation]:
    """Return what stands against finishing a batch: its status, applications that still wait."""
    waiting = everything_is_decided(undecided=records.batches.count(batch.id, *_WAITING), batch_id=batch.id)
    return check_step(batch, "finish") or ([waiting] if waiting else [])


def finish(workspace: Workspace, *, batch_id: int, operator: Operator, request_id: str) -> Batch:
    """Finish a batch (关闭) in which nothing waits any more.

    Raises:
        RulesViolated: while an application of it waits; TRANSITION.
    """
    return _act(
        workspace,
        "batch.finish",
        batch_id,
        operator=operator,
        request_id=request_id,
        check=check_finish,
        write=lambda work, batch: work.batches.set_status(batch.id, BATCH_LIFE[batch.status]["finish"]),
    )


def _act(
    workspace: Workspace,
    action: str,
    batch_id: int,
    *,
    operator: Operator,
    request_id: str,
    check: Callable[[UnitOfWork, Batch], list[Violation]],
    write: Callable[[UnitOfWork, Batch], None],
    facts: dict[str, object] | None = None,
) -> Batch:
    """Carry out one act on a batch, with one journal record."""
    asked: dict[str, object] = {"batch": batch_id, **(facts or {})}
    with workspace.unit_of_work(action, operator=operator, request_id=request_id, facts=asked) as work:
        if not work.repeats:
            batch = work.batches.get(batch_id)
            refuse_if_violated(check(work, batch), reason="answered when it was submitted")
            write(work, batch)
            work.about(f"batch:{batch_id}")
            work.commit([batch_id])
        return work.batches.get(batch_id)
