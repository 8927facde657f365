"""Vouchers (算力券): issued within the cap, all or none; voided, returned, frozen, expired."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from voucher_app.domain.application import check_application, steps_of
from voucher_app.domain.budget import YearStatus, issuance_is_in_appropriation, year_is_open
from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import Violation, Weight, refuse_if_violated
from voucher_app.domain.ledger import Account, AccountKind, Transfer, TransferKind, pool_of
from voucher_app.domain.lifecycle import next_status, step_is_open
from voucher_app.domain.money import ZERO
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.domain.voucher import (
    VOUCHER_STEPS,
    VoucherStatus,
    no_claim_is_open,
    status_by_balance,
)
from voucher_app.services.application import EachPartyOnce, Preview, case_of, year_not_opened
from voucher_app.services.claim import check_filed_claim, filed_claim, waiting_invoices

if TYPE_CHECKING:
    from voucher_app.domain.application import Application
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.voucher import (
        Voucher,
    )
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace


def check_issuance(
    records: Records, applications: list[Application], *, batch_id: int | None = None
) -> list[Violation]:
    """Return every rule that issuing these applications together would break: R1 per year, and each one's own rules.

    Args:
        records: what is recorded.
        applications: what would be issued.
        batch_id: the batch that is issued, or None; an application of a batch is issued by its batch only.
    """
    if not applications:
        return [Violation("TRANSITION", "nothing_to_issue", found=0, allowed="approved applications")]
    violations: list[Violation] = []
    for application in applications:
        if application.batch_id != batch_id:
            violations.append(
                Violation(
                    "BATCH",
                    "issued_by_its_batch",
                    found=application.batch_id,
                    allowed=batch_id or 0,
                    subject=str(application.id),
                )
            )
            continue
        step = step_is_open(
            steps_of(batch_id=application.batch_id),
            noun="application",
            status=application.status,
            act="issue",
            subject=str(application.id),
        )
        violations += [step] if step else []
    return violations + check_together(records, applications)


def check_together(records: Records, applications: list[Application]) -> list[Violation]:
    """Return every rule that vouchers for these applications, all together, would break, whatever their status."""
    violations: list[Violation] = []
    issuing: dict[int, Money] = {}
    held: dict[tuple[int, int], Money] = {}
    waiting = cache(lambda: waiting_invoices(records)) if len(applications) > 1 else None
    parties = EachPartyOnce(records)
    for application in applications:
        case = case_of(records, application, parties=parties)
        holder = (application.recipient_id, application.year)
        found = check_application(case) + check_filed_claim(records, application, case, waiting=waiting)
        held[holder] = held.get(holder, case.counted) + application.value
        cap = case.policy.recipient_year_cap
        if held[holder] > cap and case.counted + application.value <= cap:
            found.append(
                Violation(
                    "R3",
                    "recipient_cap_exceeded",
                    found=held[holder].fen,
                    allowed=cap.fen,
                    subject=case.recipient.organisation.name,
                    facts={"counted_fen": case.counted.fen},
                )
            )
        violations += found
        issuing[application.year] = issuing.get(application.year, ZERO) + application.value
    for year, amount in issuing.items():
        money = records.years.find(year)
        if money is None:
            violations.append(year_not_opened(year))
            continue
        found_now = [
            year_is_open(money.status, year=year),
            issuance_is_in_appropriation(issuing=amount, unissued=money.unissued, year=year),
        ]
        violations += [violation for violation in found_now if violation]
    return violations


def note_missing_publicity(records: Records, applications: list[Application]) -> list[Violation]:
    """Tell that single vouchers are issued without the publicity that the policy has for batches (R24)."""
    days = [
        records.policies.get(policy_id).policy.publicity_days
        for policy_id in dict.fromkeys(one.policy_id for one in applications if one.batch_id is None)
    ]
    if not any(days):
        return []
    return [Violation("R24", "not_publicized", found=0, allowed=max(days), weight=Weight.NOTE)]


def preview_issuance(workspace: Workspace, application_ids: list[int] | None) -> Preview:
    """Return what issuing would do to the year's money and which rules it meets; None stands for all approved."""
    records = workspace.records()
    ids = records.applications.approved() if application_ids is None else list(dict.fromkeys(application_ids))
    applications = [records.applications.get(application_id) for application_id in ids]
    year = applications[0].year if applications else records.today.year
    moving = sum((application.value for application in applications), ZERO)
    return Preview(
        check_issuance(records, applications),
        records.years.find(year),
        moving,
        notes=tuple(note_missing_publicity(records, applications)),
    )


def issue(
    workspace: Workspace, *, application_ids: list[int] | None, operator: Operator, request_id: str
) -> list[Voucher]:
    """Issue a voucher for each approved application, all or none, numbered without a gap.

    Args:
        workspace: the open workspace.
        application_ids: approved applications; None issues all that are approved, oldest first.
        operator: who issues. The decision's two people are the one who prepared the application and the one who
            approved it (R23).
        request_id: unique per request.

    Raises:
        RulesViolated: R1, when the year's unissued money does not cover them together, and every other rule one of
            them breaks today.
    """
    facts: dict[str, object] = {"ids": application_ids}
    with workspace.unit_of_work("voucher.issue", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            ids = work.applications.approved() if application_ids is None else list(dict.fromkeys(application_ids))
            applications = [work.applications.get(application_id) for application_id in ids]
            refuse_if_violated(check_issuance(work, applications), reason="answered when it was submitted")
            issued = [issue_one(work, application) for application in applications]
            if len(issued) == 1:
                work.about(f"voucher:{issued[0].id}")
            work.commit([voucher.id for voucher in issued])
            return issued
        return [work.vouchers.get_by_id(voucher_id) for voucher_id in work.result]


def issue_one(work: UnitOfWork, application: Application) -> Voucher:
    """Record a voucher, move its value, mark its application as issued, and record the claim that came with it."""
    year = application.year
    policy = work.policies.get(application.policy_id).policy
    voucher = work.vouchers.add(
        number=VoucherNumber(year, work.vouchers.next_sequence(year)),
        application=application,
        issued_on=work.today,
        use_by=policy.use_by(year=year, issued_on=work.today),
        redeem_by=policy.redeem_by(year=year, issued_on=work.today),
    )
    outstanding = Account(AccountKind.OUTSTANDING, voucher.id)
    work.ledger.open(outstanding)
    work.ledger.post(
        Transfer(TransferKind.ISSUANCE, year, Account(AccountKind.APPROPRIATION, year), outstanding, application.value)
    )
    work.applications.mark_issued(application.id)
    claim = filed_claim(work, application)
    if claim is not None:
        # Model C: nothing is carried; the claim is made with the voucher, and verified by another person as any other.
        work.redemptions.add(
            voucher_id=voucher.id,
            claimed=application.value,
            invoice=claim.invoice,
            prepared_by=application.prepared_by,
            evidence=claim.evidence,
        )
    return voucher


def check_ending(records: Records, voucher: Voucher, *, act: str, operator: Operator) -> list[Violation]:
    """Return what stands against voiding or returning a voucher: its status, an open claim (R26), R23."""
    claims = no_claim_is_open(voucher, open_claims=records.redemptions.open_claims(voucher.id)[0])
    violations = [claims] if claims else []
    violations += check_decision(
        VOUCHER_STEPS,
        noun="voucher",
        status=voucher.status,
        act=act,
        subject=str(voucher.number),
        prepared_by=voucher.prepared_by,
        decided_by=operator,
    )
    return violations


def preview_ending(workspace: Workspace, *, number: str, act: str, operator: Operator) -> Preview:
    """Return what voiding (`void`) or returning (`return`) a voucher would free."""
    records = workspace.records()
    voucher = records.vouchers.get(VoucherNumber.parse(number))
    violations = check_ending(records, voucher, act=act, operator=operator)
    return Preview(violations, records.years.find(voucher.year), -voucher.remaining)


def void(workspace: Workspace, *, number: str, reason: str, operator: Operator, request_id: str) -> Voucher:
    """Void a voucher (作废): its remaining value goes back to the year (R26); by another person (R23)."""
    return _end(workspace, "void", TransferKind.VOID, number, reason=reason, operator=operator, request_id=request_id)


def return_voucher(workspace: Workspace, *, number: str, reason: str, operator: Operator, request_id: str) -> Voucher:
    """Take back an unused voucher (退券): its value goes back to the year (R26), by another person (R23)."""
    return _end(
        workspace, "return", TransferKind.RETURN, number, reason=reason, operator=operator, request_id=request_id
    )


def _end(
    workspace: Workspace,
    act: str,
    kind: TransferKind,
    number: str,
    *,
    reason: str,
    operator: Operator,
    request_id: str,
) -> Voucher:
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    wanted = VoucherNumber.parse(number)
    with workspace.unit_of_work(
        f"voucher.{act}",
        operator=operator,
        request_id=request_id,
        facts={"number": str(wanted), "reason": reason},
        reason=reason,
    ) as work:
        if not work.repeats:
            voucher = work.vouchers.get(wanted)
            refuse_if_violated(check_ending(work, voucher, act=act, operator=operator))
            recycle(work, voucher, kind)
            work.vouchers.set_status(voucher.id, VOUCHER_STEPS[voucher.status][act], ended_by=operator.id)
            work.about(f"voucher:{voucher.id}")
            work.commit([voucher.id])
        return work.vouchers.get_by_id(work.result[0])


def recycle(work: UnitOfWork, voucher: Voucher, kind: TransferKind) -> None:
    """Send a voucher's remaining value back to the year it came from, or let it lapse with a closed one (R26)."""
    remaining = work.ledger.balance(Account(AccountKind.OUTSTANDING, voucher.id))
    if not remaining:
        return
    year_open = work.years.get(voucher.year).status is YearStatus.OPEN
    pool = pool_of(voucher.year, recycles=work.policies.get(voucher.policy_id).policy.recycles, year_open=year_open)
    work.ledger.post(Transfer(kind, voucher.year, Account(AccountKind.OUTSTANDING, voucher.id), pool, remaining))


def freeze(workspace: Workspace, *, number: str, reason: str, operator: Operator, request_id: str) -> Voucher:
    """Freeze a voucher (冻结): nothing can be claimed on it until it is unfrozen."""
    return _switch(workspace, "freeze", number, reason=reason, operator=operator, request_id=request_id)


def unfreeze(workspace: Workspace, *, number: str, reason: str, operator: Operator, request_id: str) -> Voucher:
    """Unfreeze a voucher (恢复): it is again what its balance says."""
    return _switch(workspace, "unfreeze", number, reason=reason, operator=operator, request_id=request_id)


def _switch(
    workspace: Workspace, act: str, number: str, *, reason: str, operator: Operator, request_id: str
) -> Voucher:
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    wanted = VoucherNumber.parse(number)
    with workspace.unit_of_work(
        f"voucher.{act}",
        operator=operator,
        request_id=request_id,
        facts={"number": str(wanted), "reason": reason},
        reason=reason,
    ) as work:
        if not work.repeats:
            voucher = work.vouchers.get(wanted)
            status = next_status(VOUCHER_STEPS, noun="voucher", status=voucher.status, act=act, subject=str(wanted))
            if status == VoucherStatus.USABLE:
                status = status_by_balance(face=voucher.face, remaining=voucher.remaining)
            work.vouchers.set_status(voucher.id, status)
            work.about(f"voucher:{voucher.id}")
            work.commit([voucher.id])
        return work.vouchers.get_by_id(work.result[0])


@dataclass(frozen=True, slots=True)
class Expiry:
    """What expiring today would do.

    Attributes:
        due: vouchers past their last day to redeem that will expire.
        held: vouchers past it that wait: frozen, or with a claim that is not decided.
        back: the value that leaves the vouchers.
    """

    due: list[Voucher]
    held: list[Voucher]
    back: Money


def preview_expiry(workspace: Workspace) -> Expiry:
    """Return what `expire` would do today, for a desk that is opened and for what waits to be done (R7, R26)."""
    records = workspace.records()
    due = [records.vouchers.get_by_id(key) for key in records.vouchers.past_deadline(records.today)]
    held = [records.vouchers.get_by_id(key) for key in records.vouchers.held_past_deadline(records.today)]
    return Expiry(due, held, sum((one.remaining for one in due), ZERO))


def expire(workspace: Workspace, *, operator: Operator, request_id: str) -> list[Voucher]:
    """Expire every voucher whose last day to redeem has passed (R7); remaining value goes back as R26 says.

    A voucher with an undecided claim waits for the decision; a frozen one stays frozen.
    """
    with workspace.unit_of_work("voucher.expire", operator=operator, request_id=request_id, facts={}) as work:
        if not work.repeats:
            expired = work.vouchers.past_deadline(work.today)
            for voucher_id in expired:
                voucher = work.vouchers.get_by_id(voucher_id)
                recycle(work, voucher, TransferKind.EXPIRY)
                work.vouchers.set_status(voucher_id, VOUCHER_STEPS[voucher.status]["expire"])
            work.commit(expired)
        return [work.vouchers.get_by_id(voucher_id) for voucher_id in work.result]
