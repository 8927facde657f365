"""Redemptions (兑付): claimed by one person, verified, refused or reversed by another."""

from dataclasses import dataclass
from datetime import date

from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import Violation, refuse_if_violated
from voucher_app.domain.ledger import Account, AccountKind, Transfer, TransferKind
from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.operators import Operator
from voucher_app.domain.redemption import (
    REDEMPTION_STEPS,
    Invoice,
    Redemption,
    RedemptionCase,
    check_redemption,
    parse_invoice_number,
    payable_limit,
)
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.domain.voucher import ENDED, Voucher, VoucherStatus, status_by_balance
from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
from voucher_app.services.voucher import recycle
from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What is claimed, before it is checked; the service period is told when the base period may cut it (R19)."""

    voucher_number: str
    amount: Money
    invoice_number: str
    invoice_amount: Money
    invoiced_on: date
    service_from: date | None = None
    service_until: date | None = None


@dataclass(frozen=True, slots=True)
class ClaimPreview:
    """What a claim or its verification would do, told before the click.

    Attributes:
        violations: every rule it breaks.
        voucher: the voucher as it stands.
        limit: ratio × eligible cost of the invoice (R4, R19, R31).
        free: what the voucher still holds beside undecided claims.
        remaining_after: the voucher's remaining value once this is verified.
    """

    violations: list[Violation]
    voucher: Voucher
    limit: Money
    free: Money
    remaining_after: Money


def _case(
    records: Records, voucher: Voucher, *, invoice: Invoice, amount: Money, on: date, besides: int | None
) -> RedemptionCase:
    holder = records.redemptions.holder_of_invoice(invoice.key)
    return RedemptionCase(
        policy=records.policies.get(voucher.policy_id).policy,
        voucher=voucher,
        recipient=records.parties.recipient_by_id(voucher.recipient_id),
        provider=records.parties.provider_by_id(voucher.provider_id),
        invoice=invoice,
        amount=amount,
        open_claims=records.redemptions.open_claims(voucher.id, besides=besides)[1],
        redeemed_in_year=records.parties.redeemed(voucher.recipient_id, voucher.year),
        invoice_holder=None if besides is not None and holder == besides else holder,
        on=on,
    )


def _invoice(facts: ClaimFacts) -> Invoice:
    return Invoice(
        key=parse_invoice_number(facts.invoice_number),
        amount=facts.invoice_amount,
        invoiced_on=facts.invoiced_on,
        service_from=facts.service_from,
        service_until=facts.service_until,
    )


def _previewed(case: RedemptionCase, more: list[Violation]) -> ClaimPreview:
    return ClaimPreview(
        violations=check_redemption(case) + more,
        voucher=case.voucher,
        limit=payable_limit(case),
        free=case.voucher.remaining - case.open_claims,
        remaining_after=case.voucher.remaining - case.amount,
    )


def preview_claim(workspace: Workspace, facts: ClaimFacts) -> ClaimPreview:
    """Return what the rules say to a claim as typed so far.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or the voucher does not exist.
    """
    records = workspace.records()
    voucher = records.vouchers.get(VoucherNumber.parse(facts.voucher_number))
    case = _case(records, voucher, invoice=_invoice(facts), amount=facts.amount, on=records.today, besides=None)
    return _previewed(case, [])


def claim(workspace: Workspace, *, facts: ClaimFacts, operator: Operator, request_id: str) -> Redemption:
    """Claim a part of a voucher's value against an invoice; nothing is owed until another person verifies it.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or the voucher does not exist.
        RulesViolated: with every rule the claim breaks.
    """
    invoice = _invoice(facts)
    wanted = VoucherNumber.parse(facts.voucher_number)
    asked: dict[str, object] = {
        "voucher": str(wanted),
        "amount_fen": facts.amount.fen,
        "invoice": [invoice.key, invoice.amount.fen, invoice.invoiced_on.isoformat()],
        "service": [day.isoformat() if day else "" for day in (invoice.service_from, invoice.service_until)],
    }
    with workspace.unit_of_work("redemption.claim", operator=operator, request_id=request_id, facts=asked) as work:
        if not work.repeats:
            voucher = work.vouchers.get(wanted)
            case = _case(work, voucher, invoice=invoice, amount=facts.amount, on=work.today, besides=None)
            refuse_if_violated(check_redemption(case))
            redemption_id = work.redemptions.add(
                voucher_id=voucher.id, claimed=facts.amount, invoice=invoice, prepared_by=operator.id
            )
            work.about(f"voucher:{voucher.id}")
            work.commit([redemption_id])
        return work.redemptions.get(work.result[0])


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


def _verification(
    records: Records, redemption: Redemption, amount: Money, reviewer: Operator
) -> tuple[RedemptionCase, list[Violation]]:
    voucher = records.vouchers.get_by_id(redemption.voucher_id)
    case = _case(
        records, voucher, invoice=redemption.invoice, amount=amount, on=redemption.claimed_on, besides=redemption.id
    )
    more = check_review(redemption, act="verify", reviewer=reviewer)
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
    case, more = _verification(records, records.redemptions.get(redemption_id), approved, reviewer)
    return _previewed(case, more)


def verify(
    workspace: Workspace,
    *,
    redemption_id: int,
    approved: Money | None,
    operator: Operator,
    request_id: str,
) -> Redemption:
    """Accept a redemption claim and owe the payee the approved amount.

    Args:
        workspace: the open workspace.
        redemption_id: the claim.
        approved: at most the claimed amount, which it is when not told.
        operator: the reviewer; never who prepared the claim (R23).
        request_id: unique per request.

    Raises:
        RulesViolated: every rule the claim breaks (R3, R4, R7, R9, R12, R19, R23), each with what was found and what
            is allowed.
    """
    facts: dict[str, object] = {"id": redemption_id, "approved_fen": None if approved is None else approved.fen}
    with workspace.unit_of_work("redemption.verify", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            redemption = work.redemptions.get(redemption_id)
            amount = redemption.claimed if approved is None else approved
            case, more = _verification(work, redemption, amount, operator)
            refuse_if_violated(check_redemption(case) + more)
            status = REDEMPTION_STEPS[redemption.status]["verify"]
            voucher = case.voucher
            work.redemptions.decide(redemption_id, status=status, approved=amount, reviewed_by=operator.id, reason="")
            payable = Account(AccountKind.PAYABLE, redemption_id)
            work.ledger.open(payable)
            work.ledger.post(
                Transfer(
                    TransferKind.REDEMPTION, voucher.year, Account(AccountKind.OUTSTANDING, voucher.id), payable, amount
                )
            )
            remaining = voucher.remaining - amount
            work.vouchers.set_status(voucher.id, status_by_balance(face=voucher.face, remaining=remaining))
            work.about(f"voucher:{voucher.id}")
            work.commit([redemption_id])
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
            _give_back(work, redemption.voucher_id)
            work.about(f"voucher:{redemption.voucher_id}")
            work.commit([redemption_id])
        return work.redemptions.get(work.result[0])


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
