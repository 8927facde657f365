"""Settlements (结算): drafted by one person, confirmed by another, checked, paid line by line, reconciled, closed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.errors import refuse_if_violated
from voucher_app.domain.ledger import Account, AccountKind, Transfer, TransferKind
from voucher_app.domain.lifecycle import next_status
from voucher_app.domain.money import ZERO
from voucher_app.domain.operators import role_may_act, with_role
from voucher_app.domain.policy import OperatingModel
from voucher_app.domain.redemption import REDEMPTION_STEPS, RedemptionStatus
from voucher_app.domain.settlement import (
    SETTLEMENT_STEPS,
    WHOLE,
    LineStatus,
    SettlementStatus,
    check_cancellation,
    check_confirmation,
    check_disbursement,
    check_finance,
    check_line,
    check_line_step,
    check_sample,
    check_step,
    drawn,
    nothing_to_settle,
    payee,
    payment_notes,
    period_begins,
    period_is_in_order,
    province_part,
    status_by_lines,
)
from voucher_app.domain.settlement import (
    reconcile as compare_with_bank,
)
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.ports.settlement import NewLine
from voucher_app.services.possibility import Possibility

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.settlement import (
        BankLine,
        Settlement,
        SettlementLine,
    )
    from voucher_app.services.ports.settlement import Owed
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace

_SETTLED = REDEMPTION_STEPS[RedemptionStatus.VERIFIED]["settle"]
_DISBURSED = REDEMPTION_STEPS[RedemptionStatus.SETTLED]["disburse"]


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """What a draft would take up of one budget year."""

    year: int
    count: int
    amount: Money
    province: Money
    period_from: date


def _model(records: Records, owed: Owed) -> OperatingModel:
    if owed.batch_model:
        return OperatingModel(owed.batch_model)
    return records.policies.get(owed.policy_id).policy.operating_model


def _begins(records: Records, until: date, since: date | None) -> date:
    return since or period_begins(until, records.policies.current().policy.settlement_period)


def _check_draft(owed: list[Owed], *, until: date, since: date | None) -> list[Violation]:
    reversed_period = period_is_in_order(since, until)
    if reversed_period:
        return [reversed_period]
    return [] if owed else [nothing_to_settle(until)]


def preview_draft(
    workspace: Workspace, *, until: date, since: date | None = None, year: int | None = None
) -> tuple[list[DraftPreview], list[Violation]]:
    """Return what a draft would take up, by budget year, and what stands against it."""
    records = workspace.records()
    owed = records.settlements.owed(until=until, since=since, year=year)
    by_year: dict[int, list[Owed]] = defaultdict(list)
    for one in owed:
        by_year[one.year].append(one)
    begins = _begins(records, until, since)
    previews = [
        DraftPreview(
            year=of_year,
            count=len(some),
            amount=sum((one.amount for one in some), ZERO),
            province=sum(
                (province_part(one.amount, records.policies.get(one.policy_id).policy.province_share) for one in some),
                ZERO,
            ),
            period_from=begins,
        )
        for of_year, some in sorted(by_year.items())
    ]
    return previews, _check_draft(owed, until=until, since=since)


def draft(
    workspace: Workspace,
    *,
    until: date,
    operator: Operator,
    request_id: str,
    since: date | None = None,
    year: int | None = None,
    document: str = "",
) -> list[Settlement]:
    """Group what was verified up to a day into settlements, one for each budget year whose money it is.

    Args:
        workspace: the open workspace.
        until: last day of the period; what was verified up to it and is in no settlement is taken up, also what was
            left over from earlier periods.
        operator: who prepares it; never who confirms, checks or pays it (R23).
        request_id: unique per request.
        since: only what was verified from this day on; the period's first day by the policy when not told (R25).
        year: only this budget year.
        document: the document number of its plan, where there is one already.

    Raises:
        RulesViolated: R25, when nothing waits.
    """
    document = parse_line(document, field="document", required=False)
    facts: dict[str, object] = {
        "until": until.isoformat(),
        "since": since.isoformat() if since else "",
        "year": year,
        "document": document,
    }
    with workspace.unit_of_work("settlement.draft", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            owed = work.settlements.owed(until=until, since=since, year=year)
            refuse_if_violated(_check_draft(owed, until=until, since=since))
            by_year: dict[int, list[NewLine]] = defaultdict(list)
            for one, line in zip(owed, _new_lines(work, owed), strict=True):
                by_year[one.year].append(line)
            made = [
                work.settlements.add(
                    year=of_year,
                    period_from=_begins(work, until, since),
                    period_until=until,
                    document=document,
                    prepared_by=operator.id,
                    lines=lines,
                )
                for of_year, lines in sorted(by_year.items())
            ]
            work.redemptions.set_status([one.redemption_id for one in owed], _SETTLED)
            if len(made) == 1:
                work.about(f"settlement:{made[0]}")
            work.commit(made)
        return [work.settlements.get(settlement_id) for settlement_id in work.result]


def _new_lines(work: UnitOfWork, owed: list[Owed]) -> list[NewLine]:
    """Return the lines of a draft; samples are drawn from each year and policy version, by the journal's head (R29)."""
    payees = [payee(_model(work, one), recipient_id=one.recipient_id, provider_id=one.provider_id) for one in owed]
    accounts = work.settlements.accounts(set(payees))
    groups: dict[tuple[int, int], list[tuple[int, Money]]] = defaultdict(list)
    for one in owed:
        groups[one.year, one.policy_id].append((one.redemption_id, one.amount))
    sampled: set[int] = set()
    for (_year, policy_id), candidates in groups.items():
        policy = work.policies.get(policy_id).policy
        sampled |= drawn(candidates, above=policy.sample_above, share=policy.sample_share, seed=work.head)
    lines = []
    for one, payee_id in zip(owed, payees, strict=True):
        share = work.policies.get(one.policy_id).policy.province_share
        lines.append(
            NewLine(
                redemption_id=one.redemption_id,
                payee_id=payee_id,
                amount=one.amount,
                province_millionths=int(share * WHOLE),
                province=province_part(one.amount, share),
                account=accounts[payee_id],
                is_sampled=one.redemption_id in sampled,
            )
        )
    return lines


def notes_on(workspace: Workspace, settlement_id: int) -> list[Violation]:
    """Return what an officer is told of a settlement before money is sent: accounts missing, samples not back."""
    records = workspace.records()
    return payment_notes(records.settlements.get(settlement_id), counts=records.settlements.counts(settlement_id))


def preview_confirmation(workspace: Workspace, *, settlement_id: int, operator: Operator) -> list[Violation]:
    """Return what the rules say to confirming a settlement, notes included."""
    records = workspace.records()
    settlement, counts = records.settlements.get(settlement_id), records.settlements.counts(settlement_id)
    return check_confirmation(settlement, counts=counts, decided_by=operator) + payment_notes(settlement, counts=counts)


def confirm(workspace: Workspace, *, settlement_id: int, operator: Operator, request_id: str) -> Settlement:
    """Confirm a draft (复核); from now on its lines may be paid.

    Raises:
        RulesViolated: R23, when the person drafted it; R25, when it has no line; TRANSITION.
    """
    with workspace.unit_of_work(
        "settlement.confirm", operator=operator, request_id=request_id, facts={"id": settlement_id}
    ) as work:
        if not work.repeats:
            settlement = work.settlements.get(settlement_id)
            counts = work.settlements.counts(settlement_id)
            refuse_if_violated(check_confirmation(settlement, counts=counts, decided_by=operator))
            work.settlements.set_status(settlement_id, SettlementStatus.CONFIRMED, reviewed_by=operator.id)
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def plan(
    workspace: Workspace, *, settlement_id: int, operator: Operator, request_id: str, document: str = ""
) -> Settlement:
    """Record the allocation plan (资金分配方案) of a confirmed settlement, with its document number."""
    document = parse_line(document, field="document", required=False)
    facts: dict[str, object] = {"id": settlement_id, "document": document}
    with workspace.unit_of_work("settlement.plan", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            status = _open_step(work, settlement_id, "plan")
            work.settlements.set_status(settlement_id, status, document=document)
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def check(workspace: Workspace, *, settlement_id: int, operator: Operator, request_id: str) -> Settlement:
    """Record the finance check (财政审核) of a settlement: by a third person, neither who drafted nor who confirmed it.

    Raises:
        RulesViolated: R23; TRANSITION.
    """
    with workspace.unit_of_work(
        "settlement.check", operator=operator, request_id=request_id, facts={"id": settlement_id}
    ) as work:
        if not work.repeats:
            settlement = work.settlements.get(settlement_id)
            refuse_if_violated(check_finance(settlement, decided_by=operator))
            work.settlements.set_status(settlement_id, SettlementStatus.CHECKED, checked_by=operator.id)
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def preview_disbursement(workspace: Workspace, *, settlement_id: int, operator: Operator) -> list[Violation]:
    """Return what the rules say to paying all that is pending today, notes included."""
    records = workspace.records()
    settlement, counts = records.settlements.get(settlement_id), records.settlements.counts(settlement_id)
    found = check_disbursement(
        settlement, pending=counts.pending, paid_on=records.today, on=records.today, decided_by=operator
    )
    return found + payment_notes(settlement, counts=counts)


def disburse(
    workspace: Workspace,
    *,
    settlement_id: int,
    receipt: str,
    operator: Operator,
    request_id: str,
    paid_on: date | None = None,
    line_id: int | None = None,
) -> Settlement:
    """Record that money was sent (拨付): one disbursement for each line, under the bank's receipt number.

    Args:
        workspace: the open workspace.
        settlement_id: a confirmed settlement.
        receipt: the bank's receipt number.
        operator: who pays; never who drafted the settlement (R23).
        request_id: unique per request.
        paid_on: the day of the payment, the business date when not told.
        line_id: only this line; all that are pending when not told.

    Raises:
        RulesViolated: R23; R25, for a day before the draft or in the future; TRANSITION, when nothing is pending.
    """
    receipt = parse_line(receipt, field="receipt")
    facts: dict[str, object] = {
        "id": settlement_id,
        "receipt": receipt,
        "paid_on": paid_on.isoformat() if paid_on else "",
        "line": line_id,
    }
    with workspace.unit_of_work("settlement.disburse", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            settlement = work.settlements.get(settlement_id)
            found: list[Violation] = []
            if line_id is None:
                lines = work.settlements.lines(settlement_id, status=LineStatus.PENDING)
            else:
                lines = [work.settlements.line(settlement_id, line_id)]
                found += check_line_step(lines[0], act="pay")
            day = paid_on or work.today
            found += check_disbursement(settlement, pending=len(lines), paid_on=day, on=work.today, decided_by=operator)
            refuse_if_violated(found)
            # Who pays is recorded before the lines: the schema asks for it.
            work.settlements.set_status(settlement_id, settlement.status, disbursed_by=operator.id)
            _pay(work, settlement, lines, receipt=receipt, paid_on=day)
            _settle_status(work, settlement)
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def _pay(work: UnitOfWork, settlement: Settlement, lines: list[SettlementLine], *, receipt: str, paid_on: date) -> None:
    work.settlements.pay([line.id for line in lines], receipt_number=receipt, paid_on=paid_on)
    disbursed = Account(AccountKind.DISBURSED, settlement.year)
    work.ledger.post_all(
        [
            Transfer(
                TransferKind.DISBURSEMENT,
                settlement.year,
                Account(AccountKind.PAYABLE, line.redemption_id),
                disbursed,
                line.amount,
            )
            for line in lines
        ]
    )
    work.redemptions.set_status([line.redemption_id for line in lines], _DISBURSED)


def fail_line(
    workspace: Workspace, *, settlement_id: int, line_id: int, reason: str, operator: Operator, request_id: str
) -> Settlement:
    """Record that a payment failed or came back: what was paid is reversed (冲正), and the redemption is owed again.

    The next settlement takes it up; this one is done with it.

    Raises:
        RulesViolated: TRANSITION, when the line is neither pending nor paid, or what was paid is being recovered.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"id": settlement_id, "line": line_id, "reason": reason}
    with workspace.unit_of_work(
        "settlement.fail-line", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            settlement = work.settlements.get(settlement_id)
            line = work.settlements.line(settlement_id, line_id)
            refuse_if_violated(check_line(settlement, line, act="fail"))
            owed_again = _released(work, line)
            work.settlements.fail(line_id, reason=reason)
            if line.status is LineStatus.PAID:
                transfer_id, transfer = work.ledger.disbursement(line.redemption_id)
                work.ledger.post(transfer.reversed_by(transfer_id))
            work.redemptions.set_status([line.redemption_id], owed_again)
            if settlement.status is SettlementStatus.RECONCILED:
                work.settlements.set_status(settlement_id, SETTLEMENT_STEPS[settlement.status]["fail"])
            else:
                _settle_status(work, settlement)
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def _released(work: UnitOfWork, line: SettlementLine) -> str:
    redemption = work.redemptions.get(line.redemption_id)
    return next_status(
        REDEMPTION_STEPS, noun="redemption", status=redemption.status, act="release", subject=str(redemption.id)
    )


def _settle_status(work: UnitOfWork, settlement: Settlement) -> None:
    status = status_by_lines(settlement.status, counts=work.settlements.counts(settlement.id))
    if status is not settlement.status:
        work.settlements.set_status(settlement.id, status)


def remove_line(
    workspace: Workspace, *, settlement_id: int, line_id: int, reason: str, operator: Operator, request_id: str
) -> Settlement:
    """Take a line out of a draft; its redemption waits for the next settlement."""
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"id": settlement_id, "line": line_id, "reason": reason}
    with workspace.unit_of_work(
        "settlement.remove-line", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            settlement = work.settlements.get(settlement_id)
            line = work.settlements.line(settlement_id, line_id)
            refuse_if_violated(check_line(settlement, line, act="remove"))
            _take_out(work, [line])
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def _take_out(work: UnitOfWork, lines: list[SettlementLine]) -> None:
    work.settlements.remove([line.id for line in lines])
    work.redemptions.set_status(
        [line.redemption_id for line in lines], REDEMPTION_STEPS[RedemptionStatus.SETTLED]["release"]
    )


def cancel(workspace: Workspace, *, settlement_id: int, reason: str, operator: Operator, request_id: str) -> Settlement:
    """Give a settlement up before anything of it is paid; its redemptions wait for the next one.

    Raises:
        RulesViolated: TRANSITION, when it is paid in part, or decided otherwise already.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"id": settlement_id, "reason": reason}
    with workspace.unit_of_work(
        "settlement.cancel", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            settlement = work.settlements.get(settlement_id)
            refuse_if_violated(check_cancellation(settlement, counts=work.settlements.counts(settlement_id)))
            _take_out(work, work.settlements.lines(settlement_id, status=LineStatus.PENDING))
            work.settlements.set_status(settlement_id, SettlementStatus.CANCELLED)
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def sample(
    workspace: Workspace, *, settlement_id: int, line_id: int, result: str, operator: Operator, request_id: str
) -> Settlement:
    """Record what a third party's check of a drawn line found (R29).

    Raises:
        RulesViolated: R29, when the line was not drawn; TRANSITION.
    """
    result = parse_line(result, field="sample_result", longest=LONGEST_REASON)
    facts: dict[str, object] = {"id": settlement_id, "line": line_id, "result": result}
    with workspace.unit_of_work("settlement.sample", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            settlement = work.settlements.get(settlement_id)
            line = work.settlements.line(settlement_id, line_id)
            refuse_if_violated(check_sample(settlement, line))
            work.settlements.record_sample(line_id, result=result)
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def preview_reconciliation(workspace: Workspace, *, settlement_id: int, bank: list[BankLine]) -> list[Violation]:
    """Return every difference between the payments and the bank's file, and what stands against reconciling at all."""
    settlements = workspace.records().settlements
    once_paid = [line for line in settlements.lines(settlement_id) if line.receipt_number]
    return check_step(settlements.get(settlement_id), act="reconcile") + compare_with_bank(once_paid, bank)


def reconcile(
    workspace: Workspace,
    *,
    settlement_id: int,
    bank: list[BankLine],
    operator: Operator,
    request_id: str,
    reason: str = "",
) -> Settlement:
    """Compare the payments with the bank's file; when every one is there, the settlement is reconciled (对账平).

    Raises:
        RulesViolated: R25 and R21, with every difference; TRANSITION, when not all of it is paid.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON, required=False)
    facts: dict[str, object] = {
        "id": settlement_id,
        "reason": reason,
        "bank": [[one.receipt_number, one.amount.fen, one.bank_account, one.paid_on.isoformat()] for one in bank],
    }
    with workspace.unit_of_work(
        "settlement.reconcile", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            settlement = work.settlements.get(settlement_id)
            lines = work.settlements.lines(settlement_id)
            once_paid = [line for line in lines if line.receipt_number]
            found = check_step(settlement, act="reconcile") + compare_with_bank(once_paid, bank)
            refuse_if_violated(found, reason=reason)
            fresh = [line.id for line in lines if line.status is LineStatus.PAID and not line.is_reconciled]
            work.settlements.mark_reconciled(fresh)
            work.settlements.set_status(settlement_id, SettlementStatus.RECONCILED)
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def close(workspace: Workspace, *, settlement_id: int, operator: Operator, request_id: str) -> Settlement:
    """Close a reconciled settlement (关闭): nothing of it changes any more."""
    with workspace.unit_of_work(
        "settlement.close", operator=operator, request_id=request_id, facts={"id": settlement_id}
    ) as work:
        if not work.repeats:
            work.settlements.set_status(settlement_id, _open_step(work, settlement_id, "close"))
            _finish(work, settlement_id)
        return work.settlements.get(settlement_id)


def _open_step(work: UnitOfWork, settlement_id: int, act: str) -> str:
    settlement = work.settlements.get(settlement_id)
    refuse_if_violated(check_step(settlement, act=act))
    return SETTLEMENT_STEPS[settlement.status][act]


def _finish(work: UnitOfWork, settlement_id: int) -> None:
    work.about(f"settlement:{settlement_id}")
    work.commit([settlement_id])


# ------------------------------------------------------------------------------------------------ what can be done


def possible_acts(records: Records, settlement_id: int, operator: Operator) -> list[Possibility]:
    """Return what a person can do with a settlement now, and why not the rest: its status, R23, the role."""
    settlement, counts = records.settlements.get(settlement_id), records.settlements.counts(settlement_id)
    acts = {
        "confirm": check_confirmation(settlement, counts=counts, decided_by=operator),
        "plan": check_step(settlement, act="plan"),
        "check": check_finance(settlement, decided_by=operator),
        "disburse": check_disbursement(
            settlement, pending=counts.pending, paid_on=records.today, on=records.today, decided_by=operator
        ),
        "reconcile": check_step(settlement, act="reconcile"),
        "close": check_step(settlement, act="close"),
        "cancel": check_cancellation(settlement, counts=counts),
    }
    return [_possibility(records, act, f"settlement.{act}", found, operator) for act, found in acts.items()]


_LINE_ACTS = {"pay": "disburse", "fail": "fail-line", "remove": "remove-line", "sample": "sample"}
"""The use case of each act on a line."""


def possible_line_acts(records: Records, settlement_id: int, line_id: int, operator: Operator) -> list[Possibility]:
    """Return what a person can do with one line of a settlement now, and why not the rest."""
    settlement = records.settlements.get(settlement_id)
    line = records.settlements.line(settlement_id, line_id)
    today = records.today
    acts = {
        # Only a line to be paid is asked for more: the other steps of its life cycle say it already.
        "pay": check_line_step(line, act="pay")
        or check_disbursement(settlement, pending=1, paid_on=today, on=today, decided_by=operator),
        "fail": check_line(settlement, line, act="fail"),
        "remove": check_line(settlement, line, act="remove"),
        "sample": check_sample(settlement, line),
    }
    return [_possibility(records, act, f"settlement.{_LINE_ACTS[act]}", found, operator) for act, found in acts.items()]


def _possibility(records: Records, act: str, use_case: str, found: list[Violation], operator: Operator) -> Possibility:
    small = records.office.standing(operator.id).in_small_office
    role = role_may_act(operator, use_case, small_office=small)
    return Possibility(act, with_role(found, [role] if role else []))
