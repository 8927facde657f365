"""Recoveries (追回): decided by another person than who prepared the redemption, received in parts; and their bans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.budget import YearStatus
from voucher_app.domain.errors import refuse_if_violated
from voucher_app.domain.ledger import Account, AccountKind, Transfer, TransferKind, pool_of
from voucher_app.domain.recovery import (
    BannedUnit,
    RecoveryStatus,
    ban_ends,
    ban_is_in_order,
    check_receipt,
    check_recovery,
    due_day,
)
from voucher_app.domain.redemption import REDEMPTION_STEPS, RedemptionStatus
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.ports.recovery import NewRecovery

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.policy import Policy
    from voucher_app.domain.recovery import (
        Recovery,
    )
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace

_RECOVERING = REDEMPTION_STEPS[RedemptionStatus.DISBURSED]["recover"]
_RECOVERED = REDEMPTION_STEPS[RedemptionStatus.RECOVERING]["receive"]


@dataclass(frozen=True, slots=True)
class BanFacts:
    """Whether a recovery bans somebody, and for how long.

    Attributes:
        until: the last day of the ban; or `years` from today; neither with `is_fraud` takes the policy's years (R28).
        units: whom it bans.
    """

    until: date | None = None
    years: int | None = None
    is_fraud: bool = False
    units: BannedUnit = BannedUnit.RECIPIENT


@dataclass(frozen=True, slots=True)
class RecoveryFacts:
    """What is to be taken back and why; due after thirty days where no day is told."""

    redemption_id: int
    amount: Money
    reason: str
    due_on: date | None = None
    document: str = ""
    ban: BanFacts = BanFacts()


def _last_day(ban: BanFacts, policy: Policy, on: date) -> date | None:
    if ban.until is not None:
        return ban.until
    years = ban.years if ban.years is not None else policy.ban_years if ban.is_fraud else 0
    return ban_ends(on, years) if years else None


def _units(ban: BanFacts, voucher: Voucher) -> list[int]:
    return {
        BannedUnit.RECIPIENT: [voucher.recipient_id],
        BannedUnit.PROVIDER: [voucher.provider_id],
        BannedUnit.BOTH: [voucher.recipient_id, voucher.provider_id],
    }[ban.units]


def _check(records: Records, facts: RecoveryFacts, operator: Operator) -> tuple[list[Violation], date | None]:
    redemption = records.redemptions.get(facts.redemption_id)
    policy = records.policies.get(records.vouchers.get_by_id(redemption.voucher_id).policy_id).policy
    found = check_recovery(
        redemption,
        amount=facts.amount,
        recovered=records.recoveries.decided(redemption.id),
        due_on=facts.due_on or due_day(records.today),
        on=records.today,
        decided_by=operator,
    )
    until = _last_day(facts.ban, policy, records.today)
    refused = ban_is_in_order(until=until, on=records.today, name=str(redemption.id)) if until else None
    return found + ([refused] if refused else []), until


def preview(workspace: Workspace, *, facts: RecoveryFacts, operator: Operator) -> list[Violation]:
    """Return what the rules say to a recovery as typed so far."""
    return _check(workspace.records(), facts, operator)[0]


def decide(workspace: Workspace, *, facts: RecoveryFacts, operator: Operator, request_id: str) -> Recovery:
    """Decide to take back what was paid, or a part of it (追回); bans whom the facts name, in the same act.

    Raises:
        RulesViolated: R23, when the person prepared the redemption; R28, for more than was paid and not yet taken back;
            TRANSITION, when it is not paid or being recovered already.
    """
    reason = parse_line(facts.reason, field="reason", longest=LONGEST_REASON)
    document = parse_line(facts.document, field="document", required=False)
    asked: dict[str, object] = {
        "redemption": facts.redemption_id,
        "amount_fen": facts.amount.fen,
        "reason": reason,
        "due_on": facts.due_on.isoformat() if facts.due_on else "",
        "document": document,
        "ban": [
            facts.ban.until.isoformat() if facts.ban.until else "",
            facts.ban.years,
            facts.ban.is_fraud,
            facts.ban.units.value,
        ],
    }
    with workspace.unit_of_work(
        "recovery.decide", operator=operator, request_id=request_id, facts=asked, reason=reason
    ) as work:
        if not work.repeats:
            found, banned_until = _check(work, facts, operator)
            refuse_if_violated(found)
            redemption = work.redemptions.get(facts.redemption_id)
            recovery_id = work.recoveries.add(
                NewRecovery(
                    redemption_id=redemption.id,
                    amount=facts.amount,
                    due_on=facts.due_on or due_day(work.today),
                    document=document,
                    reason=reason,
                    prepared_by=redemption.prepared_by,
                    reviewed_by=operator.id,
                )
            )
            work.redemptions.set_status([redemption.id], _RECOVERING)
            if banned_until is not None:
                for unit_id in _units(facts.ban, work.vouchers.get_by_id(redemption.voucher_id)):
                    work.bans.add(
                        organisation_id=unit_id,
                        until=banned_until,
                        reason=reason,
                        recovery_id=recovery_id,
                        prepared_by=operator.id,
                    )
            work.about(f"recovery:{recovery_id}")
            work.commit([recovery_id])
        return work.recoveries.get(work.result[0])


def preview_receipt(
    workspace: Workspace, *, recovery_id: int, amount: Money, received_on: date | None = None
) -> list[Violation]:
    """Return what the rules say to booking money that came back."""
    records = workspace.records()
    return check_receipt(
        records.recoveries.get(recovery_id), amount=amount, received_on=received_on or records.today, on=records.today
    )


def receive(
    workspace: Workspace,
    *,
    recovery_id: int,
    amount: Money,
    receipt: str,
    operator: Operator,
    request_id: str,
    received_on: date | None = None,
) -> Recovery:
    """Book money that came back, all of it or a part.

    It is there to be issued anew where the voucher's policy says so and the year is open; else it lapses.

    Raises:
        RulesViolated: R28, for more than is still to be received or a day that cannot be; TRANSITION.
    """
    receipt = parse_line(receipt, field="receipt")
    facts: dict[str, object] = {
        "id": recovery_id,
        "amount_fen": amount.fen,
        "receipt": receipt,
        "received_on": received_on.isoformat() if received_on else "",
    }
    with workspace.unit_of_work("recovery.receive", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            recovery = work.recoveries.get(recovery_id)
            day = received_on or work.today
            refuse_if_violated(check_receipt(recovery, amount=amount, received_on=day, on=work.today))
            work.recoveries.receive(recovery_id, amount=amount, received_on=day, receipt_number=receipt)
            _bring_back(work, recovery, amount)
            if work.recoveries.get(recovery_id).status is RecoveryStatus.RECEIVED:
                work.redemptions.set_status([recovery.redemption_id], _RECOVERED)
            work.about(f"recovery:{recovery_id}")
            work.commit([recovery_id])
        return work.recoveries.get(recovery_id)


def _bring_back(work: UnitOfWork, recovery: Recovery, amount: Money) -> None:
    voucher = work.vouchers.get_by_id(work.redemptions.get(recovery.redemption_id).voucher_id)
    pool = pool_of(
        voucher.year,
        recycles=work.policies.get(voucher.policy_id).policy.recovers_to_pool,
        year_open=work.years.get(voucher.year).status is YearStatus.OPEN,
    )
    work.ledger.post(
        Transfer(TransferKind.RECOVERY, voucher.year, Account(AccountKind.DISBURSED, voucher.year), pool, amount)
    )
