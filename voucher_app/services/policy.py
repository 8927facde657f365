"""Policy versions: drafted by one person, reviewed and published by another, frozen for ever; compared side by side.

Two people stand behind a version (R23). `publish_file` is what the fixed command does with a file: the first person's
call records a draft, the same call by another person publishes it. A trial office (演示) may publish at once with one
person, as the first release did, unless somebody has drafted just this content: then another person has to publish it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import Violation, Weight, refuse_if_violated
from voucher_app.domain.lifecycle import step_is_open
from voucher_app.domain.policy import (
    DRAFT_STEPS,
    PARAMETERS,
    DraftStatus,
    check_publication,
    contradictions,
    parse_policy,
)
from voucher_app.domain.simulation import simulate as run_simulation
from voucher_app.domain.simulation import total, totals
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.possibility import Possibility
from voucher_app.services.wording.policy import group_name, parameter_name, parameter_value

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.policy import (
        Policy,
    )
    from voucher_app.domain.simulation import Holder, Outcome, Totals
    from voucher_app.services.ports.policy import PolicyDraft, PublishedPolicy
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Difference:
    """One parameter of two policies, in words.

    Attributes:
        key: its key in the file, such as `support.ratio`.
        group: what it is about; `name`: what it is called.
        first, second: both values with unit and meaning.
        differs: whether they are not the same.
    """

    key: str
    group: str
    name: str
    first: str
    second: str
    differs: bool


def compare(first: Policy, second: Policy) -> list[Difference]:
    """Set two policies side by side, every parameter in the order of the file."""
    found = []
    for key, attribute in PARAMETERS.items():
        one, other = getattr(first, attribute), getattr(second, attribute)
        found.append(
            Difference(
                key=key,
                group=group_name(key),
                name=parameter_name(key),
                first=parameter_value(key, one),
                second=parameter_value(key, other),
                differs=one != other,
            )
        )
    return found


def printed_of(policy: Policy) -> dict[str, object]:
    """Return the words of a policy that papers show; the comments of its file are nobody's business."""
    return {
        "policy_title": policy.title,
        "document_number": policy.document_number,
        "clause": policy.clause,
        "scope": policy.scope,
        "fair_competition": policy.fair_competition_conclusion,
    }


def check_draft(records: Records, content: str) -> list[Violation]:
    """Return what stands against drafting a policy, and what has to be known of it.

    That is every contradiction in it, R27, and an open draft of the same content.

    Raises:
        InvalidInput: when the file cannot be read as a policy; every key that is wrong is named.
    """
    policy = parse_policy(content)
    found = check_publication(policy, on=records.today)
    known = records.policies.open_draft(content)
    if known is not None:
        found.append(
            Violation("UNIQUE", "draft_exists", found=known.id, allowed="one open draft of a text", subject=policy.code)
        )
    return found


def draft(workspace: Workspace, *, content: str, operator: Operator, request_id: str) -> PolicyDraft:
    """Record the draft of a policy version; another person publishes it.

    Raises:
        InvalidInput: when the file cannot be read as a policy; every key that is wrong is named.
        RulesViolated: with every contradiction in it, R27, or UNIQUE when it is drafted already.
    """
    policy = parse_policy(content)
    with workspace.unit_of_work(
        "policy.draft",
        operator=operator,
        request_id=request_id,
        facts={"content": content},
        printed=printed_of(policy),
    ) as work:
        if not work.repeats:
            refuse_if_violated(check_draft(work, content))
            draft_id = work.policies.add_draft(content, policy, prepared_by=operator.id)
            work.about(f"policy-draft:{draft_id}")
            work.commit([draft_id])
        return work.policies.draft(work.result[0])


def check_step(draft: PolicyDraft, *, act: str, operator: Operator) -> list[Violation]:
    """Return what stands against reviewing, publishing or withdrawing a draft: its status, and R23.

    Whoever drafted it may withdraw it, but neither reviews nor publishes it.
    """
    if act == "withdraw":
        step = step_is_open(DRAFT_STEPS, noun="policy-draft", status=draft.status, act=act, subject=str(draft.id))
        return [step] if step else []
    return check_decision(
        DRAFT_STEPS,
        noun="policy-draft",
        status=draft.status,
        act=act,
        subject=str(draft.id),
        prepared_by=draft.prepared_by,
        decided_by=operator,
    )


def review(
    workspace: Workspace, *, draft_id: int, operator: Operator, request_id: str, reason: str = ""
) -> PolicyDraft:
    """Review a draft (审批); never by who drafted it.

    Raises:
        RulesViolated: R23; TRANSITION, when it is reviewed, published or withdrawn already; R27 and contradictions.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON, required=False)
    return _step(workspace, "review", draft_id=draft_id, reason=reason, operator=operator, request_id=request_id)


def withdraw(workspace: Workspace, *, draft_id: int, reason: str, operator: Operator, request_id: str) -> PolicyDraft:
    """Withdraw a draft that is not published, with a written reason.

    Raises:
        RulesViolated: TRANSITION, when it is published or withdrawn already.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    return _step(workspace, "withdraw", draft_id=draft_id, reason=reason, operator=operator, request_id=request_id)


def _step(
    workspace: Workspace, act: str, *, draft_id: int, reason: str, operator: Operator, request_id: str
) -> PolicyDraft:
    with workspace.unit_of_work(
        f"policy.{act}",
        operator=operator,
        request_id=request_id,
        facts={"draft": draft_id, "reason": reason},
        reason=reason,
    ) as work:
        if not work.repeats:
            found = work.policies.draft(draft_id)
            violations = check_step(found, act=act, operator=operator)
            if act == "review":
                violations += check_publication(found.policy, on=work.today)
            refuse_if_violated(violations)
            work.policies.set_draft(
                draft_id,
                status=DRAFT_STEPS[found.status][act],
                reviewed_by=operator.id if act == "review" else found.reviewed_by,
                reason=reason,
            )
            work.about(f"policy-draft:{draft_id}")
            work.commit([draft_id])
        return work.policies.draft(work.result[0])


def check_publishing(records: Records, *, draft: PolicyDraft, operator: Operator) -> list[Violation]:
    """Return what stands against publishing a draft today, and what has to be known of it: R23, R27, contradictions."""
    return [
        *check_step(draft, act="publish", operator=operator),
        *check_publication(draft.policy, on=records.today),
    ]


def publish_draft(workspace: Workspace, *, draft_id: int, operator: Operator, request_id: str) -> PublishedPolicy:
    """Publish a draft: it becomes the next version of its code and the current one; never by who drafted it.

    Raises:
        RulesViolated: R23; TRANSITION; R27, when its review has ended; every contradiction in it.
    """
    with workspace.unit_of_work(
        "policy.publish", operator=operator, request_id=request_id, facts={"draft": draft_id}
    ) as work:
        if not work.repeats:
            _publish(work, work.policies.draft(draft_id), operator)
        return work.policies.get(work.result[0])


def publish(workspace: Workspace, *, content: str, operator: Operator, request_id: str) -> PublishedPolicy:
    """Publish the text of a policy file: the open draft of just this content, which another person made.

    In a trial office one person publishes at once what nobody has drafted. Vouchers and applications made before keep
    the version they were made under.

    Raises:
        InvalidInput: when the file cannot be read as a policy; every key that is wrong is named.
        RulesViolated: R23, when nobody else has drafted it; R27, when its review has ended; every contradiction in it.
    """
    policy = parse_policy(content)
    with workspace.unit_of_work(
        "policy.publish",
        operator=operator,
        request_id=request_id,
        facts={"content": content},
        printed=printed_of(policy),
    ) as work:
        if not work.repeats:
            drafted = work.policies.open_draft(content)
            if drafted is not None:
                _publish(work, drafted, operator)
            else:
                found = check_publication(policy, on=work.today)
                if not work.office.is_trial():
                    found.append(
                        Violation(
                            "R23",
                            "policy_not_drafted",
                            found=operator.name,
                            allowed="a draft by another person",
                            subject=policy.code,
                        )
                    )
                refuse_if_violated(found)
                policy_id = work.policies.publish(content, policy, published_by=operator.id)
                work.about(f"policy:{policy_id}")
                work.commit([policy_id])
        return work.policies.get(work.result[0])


def _publish(work: UnitOfWork, drafted: PolicyDraft, operator: Operator) -> None:
    refuse_if_violated(check_publishing(work, draft=drafted, operator=operator))
    policy_id = work.policies.publish(
        drafted.content, drafted.policy, drafted_by=drafted.prepared_by, published_by=operator.id
    )
    work.policies.set_draft(
        drafted.id,
        status=DraftStatus.PUBLISHED,
        reviewed_by=drafted.reviewed_by or operator.id,
        reason=drafted.reason,
        policy_id=policy_id,
    )
    work.about(f"policy:{policy_id}")
    work.commit([policy_id])


def publish_file(
    workspace: Workspace, *, content: str, operator: Operator, request_id: str
) -> PublishedPolicy | PolicyDraft:
    """Do with a policy file what its next step is: record a draft, or publish what another person drafted.

    Raises:
        InvalidInput, RulesViolated: as `draft` and `publish`; R23, when this person drafted it already.
    """
    parse_policy(content)
    acted = workspace.queries.action_of(request_id)
    if not acted:
        records = workspace.records()
        known = records.policies.open_draft(content)
        acted = "policy.publish" if known is not None or records.office.is_trial() else "policy.draft"
    act = draft if acted == "policy.draft" else publish
    return act(workspace, content=content, operator=operator, request_id=request_id)


def notes_of(workspace: Workspace, policy: Policy) -> list[Violation]:
    """Return what has to be known of a policy today: R27 and its risk; what would forbid publishing it is left out."""
    found = check_publication(policy, on=workspace.clock.today())
    return [violation for violation in found if violation.weight is Weight.NOTE]


@dataclass(frozen=True, slots=True)
class Fortune:
    """A recipient that gains or loses by a policy."""

    holder: Holder
    totals: Totals


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What a policy would have made of a year, beside what it was; nothing of it is recorded.

    Attributes:
        all, waiting: sums over all applications, and over those that were approved and never issued.
        fortunes: recipients, those who lose most first.
        by_kind, by_city: sums by class of recipient, and by city or zone.
        refused: what would have got nothing, with the rules that say why.
        left_out: applications that nobody decided in favour of, by status; they are not played again.
    """

    policy: Policy
    year: int
    appropriation: Money
    exhausted_on: date | None
    unissued: Money
    recycled: Money
    all: Totals
    waiting: Totals
    fortunes: list[Fortune]
    by_kind: list[Totals]
    by_city: list[Totals]
    refused: list[Outcome]
    left_out: dict[str, int]
    holders: dict[int, Holder]


def simulate(workspace: Workspace, *, policy: Policy, year: int) -> SimulationReport:
    """Run a policy over a year as it was recorded: what would have been issued and paid, who gains and who loses.

    Nothing is recorded by it, and nobody has to be named. How it is played is told in `domain.simulation`.

    Raises:
        NotFound: when the year was never opened.
        RulesViolated: with every contradiction in the policy.
    """
    refuse_if_violated(contradictions(policy))
    recorded = workspace.queries.year_as_recorded(year)
    found = run_simulation(policy, recorded)
    holders, outcomes = recorded.holders, found.outcomes
    by_holder = [
        Fortune(holders[int(one.key)], one) for one in totals(outcomes, lambda outcome: str(outcome.recipient_id))
    ]
    return SimulationReport(
        policy=policy,
        year=year,
        appropriation=recorded.appropriation,
        exhausted_on=found.exhausted_on,
        unissued=found.unissued,
        recycled=found.recycled,
        all=total(outcomes),
        waiting=total([outcome for outcome in outcomes if outcome.waited]),
        fortunes=sorted(by_holder, key=_losers_first),
        by_kind=totals(outcomes, lambda outcome: holders[outcome.recipient_id].kind),
        by_city=totals(outcomes, lambda outcome: holders[outcome.recipient_id].city),
        refused=[outcome for outcome in outcomes if outcome.violations],
        left_out=recorded.left_out,
        holders=holders,
    )


def _losers_first(fortune: Fortune) -> tuple[int, int, str]:
    found = fortune.totals
    return found.issued_difference.fen, found.paid_difference.fen, fortune.holder.uscc


def possible_acts(records: Records, drafted: PolicyDraft, operator: Operator) -> list[Possibility]:
    """Return what can be done with a draft now, and why the rest cannot."""
    return [
        Possibility("review", check_step(drafted, act="review", operator=operator)),
        Possibility("publish", check_publishing(records, draft=drafted, operator=operator)),
        Possibility("withdraw", check_step(drafted, act="withdraw", operator=operator)),
    ]
