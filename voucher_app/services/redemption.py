"""Redemptions (兑付): claimed by one person, verified, refused or reversed by another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from voucher_app.domain.attachment import papers_are_there
from voucher_app.domain.claim import NO_EVIDENCE, payable_of
from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import Violation, Weight, refuse_if_violated
from voucher_app.domain.ledger import Account, AccountKind, Transfer, TransferKind
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.payable import read, written
from voucher_app.domain.redemption import (
    REDEMPTION_STEPS,
    RELEASING,
    Redemption,
    RedemptionStatus,
    check_redemption,
    note_redemption,
)
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.domain.voucher import ENDED, VoucherStatus, status_by_balance
from voucher_app.services.all_or_none import record_all
from voucher_app.services.claim import claim_case, evidence_of, invoice_of, line_of, told_of
from voucher_app.services.imports.source import asked_of as source_of
from voucher_app.services.invoice_file import check_originals, papers_of
from voucher_app.services.ports.tables import QUIETLY
from voucher_app.services.voucher import recycle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.claim import Evidence, RedemptionCase
    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.payable import Step
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.claim import ClaimFacts
    from voucher_app.services.invoice_file import Original
    from voucher_app.services.ports.tables import ImportedFile, Tell
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ClaimPreview:
    """What a claim or its verification would do, told before the click.

    Attributes:
        violations: every rule it breaks, or that asks for a reason.
        voucher: the voucher as it stands.
        limit: ratio × eligible cost of the invoices (R4, R16, R19, R31).
        free: what the voucher still holds beside undecided claims.
        remaining_after: the voucher's remaining value once this is verified.
        notes: what the officer is told and that never stands in the way.
        payable: the most that may be paid; `derivation`: how it comes about.
    """

    violations: list[Violation]
    voucher: Voucher
    limit: Money
    free: Money
    remaining_after: Money
    notes: list[Violation] = field(default_factory=list)
    payable: Money = ZERO
    derivation: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How the payable amount of a recorded redemption comes about, and what the officer was warned of.

    Attributes:
        payable: the most that may be paid.
        is_decided: whether this is the arithmetic as it was decided; otherwise as it would be now.
        warnings: what asked for a reason or was only told.
    """

    payable: Money
    steps: tuple[Step, ...]
    is_decided: bool
    warnings: list[Violation]


_TAKES: Final = frozenset(RedemptionStatus) - RELEASING - {RedemptionStatus.CLAIMED}
"""Statuses in which the approved amount is already taken from the voucher and counted for its unit."""


def reckoning_of(records: Records, redemption: Redemption, voucher: Voucher) -> Reckoning:
    """Return how a recorded redemption is reckoned; what it took itself does not count against it."""
    amount = redemption.claimed if redemption.approved is None else redemption.approved
    case = claim_case(
        records,
        voucher,
        invoice=redemption.invoice,
        evidence=redemption.evidence,
        amount=amount,
        on=redemption.claimed_on,
        besides=redemption,
    )
    if redemption.status in _TAKES:
        by_group = case.redeemed_by_group
        case = replace(
            case,
            voucher=replace(voucher, remaining=voucher.remaining + amount),
            redeemed_in_year=case.redeemed_in_year - amount,
            redeemed_by_group=None if by_group is None else by_group - amount,
        )
    warnings = [one for one in check_redemption(case) if one.weight is not Weight.BLOCK] + note_redemption(case)
    decided = records.redemptions.derivation_of(redemption.id)
    if decided:
        steps = read(decided)
        return Reckoning(Money(int(steps[-1].value)), steps, is_decided=True, warnings=warnings)
    found = payable_of(case)
    return Reckoning(found.amount, found.steps, is_decided=False, warnings=warnings)


def _previewed(case: RedemptionCase, more: list[Violation]) -> ClaimPreview:
    payable = payable_of(case)
    return ClaimPreview(
        violations=check_redemption(case) + more,
        voucher=case.voucher,
        limit=payable.rounded,
        free=case.voucher.remaining - case.open_claims,
        remaining_after=case.voucher.remaining - case.amount,
        notes=note_redemption(case),
        payable=payable.amount,
        derivation=payable.steps,
    )


def preview_claim(workspace: Workspace, facts: ClaimFacts, originals: Sequence[Original] = ()) -> ClaimPreview:
    """Return what the rules say to a claim as typed so far, beside what its invoices' files say.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or the voucher does not exist.
    """
    records = workspace.records()
    voucher = records.vouchers.get(VoucherNumber.parse(facts.voucher_number))
    case = claim_case(
        records,
        voucher,
        invoice=invoice_of(facts.first),
        evidence=evidence_of(facts),
        amount=facts.amount,
        on=records.today,
        besides=None,
    )
    return _previewed(case, _check_originals(case, originals))


def largest_claim(workspace: Workspace, facts: ClaimFacts) -> Money | None:
    """Return the most that may be claimed, or None where it is nothing; the amount in the facts is not looked at.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or the voucher does not exist.
    """
    most = preview_claim(workspace, facts).payable
    return most if most > ZERO else None


def _check_originals(case: RedemptionCase, originals: Sequence[Original]) -> list[Violation]:
    return check_originals(case.invoices, originals, recipient=case.recipient, provider=case.provider)


def _asked(wanted: VoucherNumber, facts: ClaimFacts, invoice: Invoice, evidence: Evidence) -> dict[str, object]:
    """Return what is asked for, for the request's digest; a claim without further evidence asks as it always did."""
    asked: dict[str, object] = {
        "voucher": str(wanted),
        "amount_fen": facts.amount.fen,
        "invoice": [invoice.key, invoice.amount.fen, invoice.invoiced_on.isoformat()],
        "service": [day.isoformat() if day else "" for day in (invoice.service_from, invoice.service_until)],
    }
    if evidence is not NO_EVIDENCE or invoice.payment_is_told or invoice.supporting_services:
        asked["evidence"] = told_of(evidence)
        asked["invoices"] = [told_of(one) for one in (invoice, *evidence.further)]
    return asked


def claim(
    workspace: Workspace,
    *,
    facts: ClaimFacts,
    operator: Operator,
    request_id: str,
    originals: Sequence[Original] = (),
) -> Redemption:
    """Claim a part of a voucher's value against invoices; nothing is owed until another person verifies it.

    The invoices' files that were read for it are kept with it, in the same act.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or the voucher does not exist.
        RulesViolated: with every rule the claim breaks; a written reason answers those that only ask for one.
        StorageError: when an original cannot be kept, or is no longer what was read.
    """
    invoice, evidence = invoice_of(facts.first), evidence_of(facts)
    papers = papers_of(workspace, originals)
    wanted = VoucherNumber.parse(facts.voucher_number)
    with workspace.unit_of_work(
        "redemption.claim",
        operator=operator,
        request_id=request_id,
        facts=_asked(wanted, facts, invoice, evidence) | papers.asked(),
        reason=evidence.reason,
    ) as work:
        if not work.repeats:
            voucher = work.vouchers.get(wanted)
            asked = Asked(voucher, facts.amount, invoice, evidence)
            refuse_if_violated(_check_claim(work, asked, originals), reason=evidence.reason)
            made = _record_claim(work, asked, operator=operator)
            papers.keep(workspace, work, subject=f"redemption:{made.id}", operator=operator)
            work.about(f"voucher:{voucher.id}")
            work.commit([made.id])
            return made
        return work.redemptions.get(work.result[0])


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim that was read: on which voucher, how much, against which invoices."""

    voucher: Voucher
    amount: Money
    invoice: Invoice
    evidence: Evidence


def _check_claim(work: Records, asked: Asked, originals: Sequence[Original] = ()) -> list[Violation]:
    case = claim_case(
        work,
        asked.voucher,
        invoice=asked.invoice,
        evidence=asked.evidence,
        amount=asked.amount,
        on=work.today,
        besides=None,
    )
    return check_redemption(case) + _check_originals(case, originals)


def _record_claim(work: UnitOfWork, asked: Asked, *, operator: Operator) -> Redemption:
    """Record a claim that no rule forbids; the undecided claims on its voucher count for the next one."""
    redemption_id = work.redemptions.add(
        voucher_id=asked.voucher.id,
        claimed=asked.amount,
        invoice=asked.invoice,
        prepared_by=operator.id,
        evidence=asked.evidence,
    )
    return Redemption(
        id=redemption_id,
        voucher_id=asked.voucher.id,
        claimed=asked.amount,
        approved=None,
        status=RedemptionStatus.CLAIMED,
        invoice=asked.invoice,
        claimed_on=work.today,
        prepared_by=operator.id,
        evidence=asked.evidence,
    )


def claim_all(
    workspace: Workspace,
    *,
    claims: list[ClaimFacts],
    operator: Operator,
    request_id: str,
    reason: str = "",
    source: ImportedFile | None = None,
    tell: Tell = QUIETLY,
) -> list[Redemption]:
    """Claim on several vouchers, all or none.

    Args:
        workspace: the open workspace.
        claims: what is claimed; later ones see what earlier ones take.
        operator: who claims.
        request_id: unique per request.
        reason: answers the rules that ask for one, of all claims that have no reason of their own.
        source: the file that they came from.
        tell: told how many are claimed.

    Raises:
        InvalidInput, NotFound: as `claim`, for the first of them.
        RowsViolated: every rule that one of them breaks.
        Stopped: when the person does not want it to go on.
    """
    answered = [one if one.reason or not reason else replace(one, reason=reason) for one in claims]
    read = [(VoucherNumber.parse(one.voucher_number), invoice_of(one.first), evidence_of(one)) for one in answered]
    facts: dict[str, object] = {
        "claims": [_asked(read[place][0], one, *read[place][1:]) for place, one in enumerate(answered)],
        **source_of(source),
    }
    with workspace.unit_of_work(
        "redemption.claim", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            made = record_all(
                work,
                (
                    Asked(work.vouchers.get(number), one.amount, invoice, evidence)
                    for one, (number, invoice, evidence) in zip(answered, read, strict=True)
                ),
                count=len(claims),
                check=lambda asked: _check_claim(work, asked),
                record=lambda asked: _record_claim(work, asked, operator=operator).id,
                operator=operator,
                reason=lambda asked: asked.evidence.reason,
                source=source,
                tell=tell,
            )
            work.commit(made)
        return [work.redemptions.get(redemption_id) for redemption_id in work.result]


def check_review(redemption: Redemption, *, act: str, reviewer: Operator) -> list[Violation]:
    """Return what stands against verifying, refusing or reversing a redemption: its status, R23."""
    return check_decision(
        REDEMPTION_STEPS,
        noun="redemption",
        status=redemption.status,
        act=act,
        subject=str(redemption.id),
        prepared_by=redemption.prepared_by,
        decided_by=reviewer,
    )


def check_papers(records: Records, redemption: Redemption, voucher: Voucher) -> list[Violation]:
    """Return which papers a claim comes without that its policy names; those of its application count too."""
    required = records.policies.get(voucher.policy_id).policy.redemption_papers
    if not required:
        return []
    subjects = (f"redemption:{redemption.id}", f"application:{voucher.application_id}")
    there = {one.kind for subject in subjects for one in records.attachments.of_subject(subject)}
    return papers_are_there(required, there=there, noun="redemption", key=redemption.id)


def _verification(
    records: Records, redemption: Redemption, amount: Money, reviewer: Operator
) -> tuple[RedemptionCase, list[Violation]]:
    voucher = records.vouchers.get_by_id(redemption.voucher_id)
    case = claim_case(
        records,
        voucher,
        invoice=redemption.invoice,
        evidence=redemption.evidence,
        amount=amount,
        on=redemption.claimed_on,
        besides=redemption,
    )
    more = check_review(redemption, act="verify", reviewer=reviewer) + check_papers(records, redemption, voucher)
    if amount > redemption.claimed:
        more.append(
            Violation(
                "R4",
                "approved_above_claim",
                found=amount.fen,
                allowed=redemption.claimed.fen,
                subject=str(redemption.id),
            )
        )
    return case, more


def preview_verification(
    workspace: Workspace, *, redemption_id: int, approved: Money, reviewer: Operator
) -> ClaimPreview:
    """Return what the rules say to verifying a claim with an approved amount."""
    records = workspace.records()
    redemption = records.redemptions.get(redemption_id)
    case, more = _verification(records, redemption, approved, reviewer)
    preview = _previewed(case, more)
    if not redemption.evidence.reason:
        return preview
    # What the preparer gave a reason for is told, and asks for nothing any more.
    return replace(
        preview,
        violations=[
            replace(one, weight=Weight.NOTE) if one.weight is Weight.REASON else one for one in preview.violations
        ],
    )


def verify(
    workspace: Workspace,
    *,
    redemption_id: int,
    approved: Money | None,
    operator: Operator,
    request_id: str,
    reason: str = "",
) -> Redemption:
    """Accept a redemption claim and owe the payee the approved amount; the arithmetic is kept as it was decided.

    Args:
        workspace: the open workspace.
        redemption_id: the claim.
        approved: at most the claimed amount, which it is when not told.
        operator: the reviewer; never who prepared the claim (R23).
        request_id: unique per request.
        reason: the reviewer's own answer to rules that ask for one, beside the preparer's.

    Raises:
        RulesViolated: every rule the claim breaks (R1, R3, R4, R7, R9, R12, R15, R16, R19, R21, R23, R30), each with
            what was found and what is allowed.
    """
    facts: dict[str, object] = {"id": redemption_id, "approved_fen": None if approved is None else approved.fen}
    reason = line_of(reason, "reason", LONGEST_REASON)
    if reason:
        facts["reason"] = reason
    with workspace.unit_of_work(
        "redemption.verify", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            redemption = work.redemptions.get(redemption_id)
            amount = redemption.claimed if approved is None else approved
            case, more = _verification(work, redemption, amount, operator)
            refuse_if_violated(check_redemption(case) + more, reason=redemption.evidence.reason + reason)
            status = REDEMPTION_STEPS[redemption.status]["verify"]
            voucher = case.voucher
            work.redemptions.decide(
                redemption_id,
                status=status,
                approved=amount,
                reviewed_by=operator.id,
                reason=reason,
                derivation=written(payable_of(case).steps),
            )
            owed = Account(AccountKind.PAYABLE, redemption_id)
            work.ledger.open(owed)
            work.ledger.post(
                Transfer(
                    TransferKind.REDEMPTION, voucher.year, Account(AccountKind.OUTSTANDING, voucher.id), owed, amount
                )
            )
            remaining = voucher.remaining - amount
            work.vouchers.set_status(voucher.id, status_by_balance(face=voucher.face, remaining=remaining))
            work.about(f"voucher:{voucher.id}")
            work.commit([redemption_id])
            return replace(
                redemption,
                status=RedemptionStatus(status),
                approved=amount,
                reviewed_by=operator.id,
                reason=reason,
            )
        return work.redemptions.get(work.result[0])


def refuse(workspace: Workspace, *, redemption_id: int, reason: str, operator: Operator, request_id: str) -> Redemption:
    """Refuse a claim, with a written reason; its invoice may be claimed again afterwards.

    Raises:
        RulesViolated: R23, when the person prepared it; TRANSITION, when it is decided already.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    with _decision(workspace, "refuse", redemption_id, reason, operator, request_id) as work:
        if not work.repeats:
            redemption = _decided(work, "refuse", redemption_id, operator)
            work.redemptions.decide(
                redemption_id,
                status=REDEMPTION_STEPS[redemption.status]["refuse"],
                approved=None,
                reviewed_by=operator.id,
                reason=reason,
            )
            _release(work, redemption)
            work.about(f"voucher:{redemption.voucher_id}")
            work.commit([redemption_id])
        return work.redemptions.get(work.result[0])


def reverse(
    workspace: Workspace, *, redemption_id: int, reason: str, operator: Operator, request_id: str
) -> Redemption:
    """Reverse a verified redemption before it is paid (冲正): its value goes back to the voucher by a correcting entry.

    A voucher that ended meanwhile does not come back to life: the value goes on to the year it came from.

    Raises:
        RulesViolated: R23, when the person prepared it; TRANSITION, when it is not verified.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    with _decision(workspace, "reverse", redemption_id, reason, operator, request_id) as work:
        if not work.repeats:
            redemption = _decided(work, "reverse", redemption_id, operator)
            transfer_id, transfer = work.ledger.redemption_transfer(redemption_id)
            work.ledger.post(transfer.reversed_by(transfer_id))
            work.redemptions.reverse(redemption_id, reversed_by=operator.id, reason=reason)
            _release(work, redemption)
            _give_back(work, redemption.voucher_id)
            work.about(f"voucher:{redemption.voucher_id}")
            work.commit([redemption_id])
        return work.redemptions.get(work.result[0])


def _release(work: UnitOfWork, redemption: Redemption) -> None:
    """Free the further invoices; the first one is freed by the redemption's status."""
    if redemption.evidence.further:
        work.redemptions.release_further(redemption.id)


def _give_back(work: UnitOfWork, voucher_id: int) -> None:
    voucher = work.vouchers.get_by_id(voucher_id)
    if voucher.status in ENDED:
        kind = {
            VoucherStatus.EXPIRED: TransferKind.EXPIRY,
            VoucherStatus.RETURNED: TransferKind.RETURN,
            VoucherStatus.VOIDED: TransferKind.VOID,
        }[voucher.status]
        recycle(work, voucher, kind)
    elif voucher.status is not VoucherStatus.FROZEN:
        work.vouchers.set_status(voucher_id, status_by_balance(face=voucher.face, remaining=voucher.remaining))


def _decision(
    workspace: Workspace, act: str, redemption_id: int, reason: str, operator: Operator, request_id: str
) -> UnitOfWork:
    return workspace.unit_of_work(
        f"redemption.{act}",
        operator=operator,
        request_id=request_id,
        facts={"id": redemption_id, "reason": reason},
        reason=reason,
    )


def _decided(records: Records, act: str, redemption_id: int, operator: Operator) -> Redemption:
    redemption = records.redemptions.get(redemption_id)
    refuse_if_violated(check_review(redemption, act=act, reviewer=operator))
    return redemption
