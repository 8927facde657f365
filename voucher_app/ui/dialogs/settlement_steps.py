"""The steps of a settlement, of its lines and of a recovery that ask for a few answers only, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.recovery import RecoveryStatus
from voucher_app.domain.text import LONGEST_REASON
from voucher_app.i18n import _
from voucher_app.services import recovery as recovery_case
from voucher_app.services import settlement as use_case
from voucher_app.services.wording.names import status_name
from voucher_app.ui.dialogs.step import Kind, Question, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.recovery import Recovery
    from voucher_app.domain.settlement import Settlement
    from voucher_app.services.queries.recovery import RecoveryDetails
    from voucher_app.services.queries.settlement import SettlementDetails, SettlementLineRow

_DECISION = ("R23", "TRANSITION", "ROLE")
_ACT = ("TRANSITION", "ROLE")


def period(first: date | str, last: date | str) -> str:
    """Return a period in words."""
    return _("{first} to {last}").format(first=first, last=last)


def settlement_facts(found: SettlementDetails) -> list[tuple[str, str]]:
    """Return what a person looks at before deciding on a settlement."""
    settlement = found.settlement
    lines = sum(found.line_counts[status] for status in ("pending", "paid"))
    facts = [
        (
            _("Settlement record"),
            _("No. {number}, budget year {year}").format(number=settlement.id, year=settlement.year),
        ),
        (_("Period"), period(settlement.period_from, settlement.period_until)),
        (_("Lines"), f"{lines:,}"),
        (_("Amount (yuan)"), found.amount.in_yuan()),
        (_("In capitals"), found.amount.in_capitals()),
        (
            _("Province / city (yuan)"),
            _("{province} / {city}").format(province=found.province.in_yuan(), city=found.city.in_yuan()),
        ),
        (_("Prepared by"), found.prepared_by),
    ]
    return [fact for fact in facts if fact[1]]


def _settled(done: Settlement) -> str:
    return _("Settlement {id}: {status}").format(id=done.id, status=status_name("settlement", done.status))


def confirm(found: SettlementDetails, notes: Sequence[Violation]) -> Step:
    """Return how a draft is confirmed."""
    key = found.settlement.id
    return Step(
        use_case="settlement.confirm",
        title=_("Confirm the settlement"),
        purpose=_("Confirmed by another person than drafted it; from then on its lines can be paid."),
        act=lambda workspace, operator, request_id, _answers: use_case.confirm(
            workspace, settlement_id=key, operator=operator, request_id=request_id
        ),
        told=_settled,
        facts=settlement_facts(found),
        notes=tuple(notes),
        rules=("R23", "R25", "TRANSITION", "ROLE"),
    )


def plan(found: SettlementDetails) -> Step:
    """Return how the allocation plan is recorded."""
    key = found.settlement.id
    return Step(
        use_case="settlement.plan",
        title=_("Record the allocation plan"),
        purpose=_("The plan of funds (province and city) with its document number."),
        act=lambda workspace, operator, request_id, answers: use_case.plan(
            workspace,
            settlement_id=key,
            operator=operator,
            request_id=request_id,
            document=answers["document"],
        ),
        told=_settled,
        questions=(Question("document", _("Document number"), required=False, initial=found.settlement.document),),
        facts=settlement_facts(found),
        rules=_ACT,
    )


def check(found: SettlementDetails) -> Step:
    """Return how the finance check is recorded."""
    key = found.settlement.id
    return Step(
        use_case="settlement.check",
        title=_("Record the finance check"),
        purpose=_("Checked by a third person, who neither drafted nor confirmed it."),
        act=lambda workspace, operator, request_id, _answers: use_case.check(
            workspace, settlement_id=key, operator=operator, request_id=request_id
        ),
        told=_settled,
        facts=[*settlement_facts(found), (_("Confirmed by"), found.reviewed_by)],
        rules=_DECISION,
    )


def disburse(found: SettlementDetails, notes: Sequence[Violation], today: date) -> Step:
    """Return how all pending lines are paid under one receipt."""
    key = found.settlement.id
    pending = found.amount - found.paid
    return Step(
        use_case="settlement.disburse",
        title=_("Record the payment"),
        purpose=_("Every line still to be paid is recorded as paid under the bank's receipt number."),
        act=lambda workspace, operator, request_id, answers: use_case.disburse(
            workspace,
            settlement_id=key,
            receipt=answers["receipt"],
            paid_on=answers["paid_on"],
            operator=operator,
            request_id=request_id,
        ),
        told=_settled,
        questions=_payment_questions(today),
        facts=[
            *settlement_facts(found),
            (_("To be paid (yuan)"), pending.in_yuan()),
        ],
        notes=tuple(notes),
        rules=("R23", "R25", "TRANSITION", "ROLE"),
    )


def _payment_questions(today: date) -> tuple[Question, ...]:
    return (
        Question("receipt", _("Bank receipt number")),
        Question("paid_on", _("Paid on"), Kind.DAY, initial=today, is_beside=True),
    )


def cancel(found: SettlementDetails) -> Step:
    """Return how a settlement is given up."""
    key = found.settlement.id
    return Step(
        use_case="settlement.cancel",
        title=_("Cancel the settlement"),
        purpose=_("Nothing of it is paid; its redemptions wait for the next settlement."),
        act=lambda workspace, operator, request_id, answers: use_case.cancel(
            workspace, settlement_id=key, reason=answers["reason"], operator=operator, request_id=request_id
        ),
        told=_settled,
        questions=(Question("reason", _("Reason"), Kind.REASON, longest=LONGEST_REASON),),
        kind="danger",
        facts=settlement_facts(found),
        rules=_ACT,
    )


def close(found: SettlementDetails) -> Step:
    """Return how a reconciled settlement is closed."""
    key = found.settlement.id
    return Step(
        use_case="settlement.close",
        title=_("Close the settlement"),
        purpose=_("Nothing of it changes any more; a payment that comes back later has to be recovered."),
        act=lambda workspace, operator, request_id, _answers: use_case.close(
            workspace, settlement_id=key, operator=operator, request_id=request_id
        ),
        told=_settled,
        facts=settlement_facts(found),
        rules=_ACT,
    )


# ------------------------------------------------------------------------------------------------ one line


def line_facts(settlement_id: int, line: SettlementLineRow) -> list[tuple[str, str]]:
    """Return what a person looks at before acting on a line."""
    facts = [
        (_("Settlement record"), f"{settlement_id}"),
        (_("Payee"), line.payee_name),
        (_("Bank account"), " ".join(filter(None, (line.bank_name, line.bank_account)))),
        (_("Voucher"), line.voucher_number),
        (_("Invoice"), line.invoice_key),
        (_("Amount (yuan)"), line.amount.in_yuan()),
        (_("Receipt number"), line.receipt_number),
        (_("Paid on"), line.paid_on),
    ]
    return [fact for fact in facts if fact[1]]


def pay_line(settlement_id: int, line: SettlementLineRow, today: date) -> Step:
    """Return how one line is paid."""
    return Step(
        use_case="settlement.disburse",
        title=_("Pay this line"),
        purpose=_("Only this line is recorded as paid; the others stay to be paid."),
        act=lambda workspace, operator, request_id, answers: use_case.disburse(
            workspace,
            settlement_id=settlement_id,
            line_id=line.id,
            receipt=answers["receipt"],
            paid_on=answers["paid_on"],
            operator=operator,
            request_id=request_id,
        ),
        told=_settled,
        questions=_payment_questions(today),
        facts=line_facts(settlement_id, line),
        rules=("R23", "R25", "TRANSITION", "ROLE"),
    )


def _line_step(
    settlement_id: int,
    line: SettlementLineRow,
    act: Callable[..., Settlement],
    question: Question,
    *,
    use_case: str,
    title: str,
    purpose: str,
    kind: str = "danger",
    rules: tuple[str, ...] = _ACT,
) -> Step:
    """Return a step on one line of a settlement that asks one thing, by the name under which the use case takes it."""
    return Step(
        use_case=use_case,
        title=title,
        purpose=purpose,
        act=lambda workspace, operator, request_id, answers: act(
            workspace,
            settlement_id=settlement_id,
            line_id=line.id,
            **{question.key: answers[question.key]},
            operator=operator,
            request_id=request_id,
        ),
        told=_settled,
        questions=(question,),
        kind=kind,
        facts=line_facts(settlement_id, line),
        rules=rules,
    )


def fail_line(settlement_id: int, line: SettlementLineRow) -> Step:
    """Return how a failed payment is recorded."""
    return _line_step(
        settlement_id,
        line,
        use_case.fail_line,
        Question("reason", _("What the bank says"), Kind.REASON, longest=LONGEST_REASON),
        use_case="settlement.fail-line",
        title=_("Record a failed payment"),
        purpose=_("What was paid is reversed. The redemption is owed again, and the next settlement takes it up."),
    )


def remove_line(settlement_id: int, line: SettlementLineRow) -> Step:
    """Return how a line is taken out of a draft."""
    return _line_step(
        settlement_id,
        line,
        use_case.remove_line,
        Question("reason", _("Reason"), Kind.REASON, longest=LONGEST_REASON),
        use_case="settlement.remove-line",
        title=_("Take the line out"),
        purpose=_("The redemption waits for the next settlement."),
    )


def sample_line(settlement_id: int, line: SettlementLineRow) -> Step:
    """Return how the result of a sample is recorded."""
    return _line_step(
        settlement_id,
        line,
        use_case.sample,
        Question("result", _("Result"), Kind.REASON, initial=line.sample_result, longest=LONGEST_REASON),
        use_case="settlement.sample",
        title=_("Record the sample's result"),
        purpose=_("What the third party found when it checked this line."),
        kind="accent",
        rules=("R29", "TRANSITION", "ROLE"),
    )


# ------------------------------------------------------------------------------------------------ recoveries


def receive(found: RecoveryDetails, today: date) -> Step:
    """Return how money that came back is booked."""
    recovery = found.recovery

    def told(done: Recovery) -> str:
        if done.status is RecoveryStatus.RECEIVED:
            return _("Recovery {id}: all of it came back").format(id=done.id)
        return _("Recovery {id}: {amount} yuan are still to come").format(id=done.id, amount=done.open.in_yuan())

    return Step(
        use_case="recovery.receive",
        title=_("Book money that came back"),
        purpose=_("All of it or a part. It can be issued anew where the policy says so and the year is open."),
        act=lambda workspace, operator, request_id, answers: recovery_case.receive(
            workspace,
            recovery_id=recovery.id,
            amount=answers["amount"],
            receipt=answers["receipt"],
            received_on=answers["received_on"],
            operator=operator,
            request_id=request_id,
        ),
        told=told,
        questions=(
            Question("amount", _("Amount received"), Kind.AMOUNT, initial=recovery.open),
            Question("receipt", _("Bank receipt number")),
            Question("received_on", _("Received on"), Kind.DAY, initial=today, is_beside=True),
        ),
        facts=[
            (_("Recovery"), f"{recovery.id}"),
            (_("Recipient"), found.recipient_name),
            (_("Voucher"), found.voucher_number),
            (_("To be taken back (yuan)"), recovery.amount.in_yuan()),
            (_("Received (yuan)"), recovery.received.in_yuan()),
            (_("Due on"), recovery.due_on.isoformat()),
        ],
        rules=("R28", "TRANSITION", "ROLE"),
    )
