"""Settlements (结算): verified redemptions grouped by period, planned, checked and paid (domain.md §4, Settlement)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import Violation, Weight
from voucher_app.domain.lifecycle import step_is_open
from voucher_app.domain.money import Money
from voucher_app.domain.operators import two_persons
from voucher_app.domain.policy import OperatingModel, Period

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from voucher_app.domain.operators import Operator

WHOLE: Final = 1_000_000
"""A share is kept in millionths, as many as a policy file can write: SQLite then computes the same fen as we do."""

_MONTHS_OF: Final = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


class SettlementStatus(StrEnum):
    """Where a settlement stands: 草稿, 复核, 资金分配方案, 财政审核, 已拨付, 对账平, 关闭; or cancelled."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    PLANNED = "planned"
    CHECKED = "checked"
    DISBURSED = "disbursed"
    RECONCILED = "reconciled"
    CLOSED = "closed"
    CANCELLED = "cancelled"


SETTLEMENT_STEPS: Final[dict[str, dict[str, str]]] = {
    SettlementStatus.DRAFT: {
        "confirm": SettlementStatus.CONFIRMED,
        "remove": SettlementStatus.DRAFT,
        "sample": SettlementStatus.DRAFT,
        "cancel": SettlementStatus.CANCELLED,
    },
    # Who disburses has looked at the plan: the steps between may be recorded one by one, and need not be. While some
    # lines are still to be paid the settlement keeps its status: see `status_by_lines`.
    SettlementStatus.CONFIRMED: {
        "plan": SettlementStatus.PLANNED,
        "check": SettlementStatus.CHECKED,
        "disburse": SettlementStatus.DISBURSED,
        "fail": SettlementStatus.CONFIRMED,
        "sample": SettlementStatus.CONFIRMED,
        "cancel": SettlementStatus.CANCELLED,
    },
    SettlementStatus.PLANNED: {
        "check": SettlementStatus.CHECKED,
        "disburse": SettlementStatus.DISBURSED,
        "fail": SettlementStatus.PLANNED,
        "sample": SettlementStatus.PLANNED,
        "cancel": SettlementStatus.CANCELLED,
    },
    SettlementStatus.CHECKED: {
        "disburse": SettlementStatus.DISBURSED,
        "fail": SettlementStatus.CHECKED,
        "sample": SettlementStatus.CHECKED,
        "cancel": SettlementStatus.CANCELLED,
    },
    SettlementStatus.DISBURSED: {
        "reconcile": SettlementStatus.RECONCILED,
        "fail": SettlementStatus.DISBURSED,
        "sample": SettlementStatus.DISBURSED,
    },
    # The bank may send a payment back after its statement was looked at; then that has to be done again.
    SettlementStatus.RECONCILED: {
        "close": SettlementStatus.CLOSED,
        "fail": SettlementStatus.DISBURSED,
        "sample": SettlementStatus.RECONCILED,
    },
    SettlementStatus.CLOSED: {},
    SettlementStatus.CANCELLED: {},
}

PAYABLE: Final = frozenset({SettlementStatus.CONFIRMED, SettlementStatus.PLANNED, SettlementStatus.CHECKED})
"""A settlement whose pending lines may be paid."""


class LineStatus(StrEnum):
    """Where one line of a settlement stands."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    REMOVED = "removed"


LINE_STEPS: Final[dict[str, dict[str, str]]] = {
    LineStatus.PENDING: {"pay": LineStatus.PAID, "fail": LineStatus.FAILED, "remove": LineStatus.REMOVED},
    LineStatus.PAID: {"fail": LineStatus.FAILED},
    LineStatus.FAILED: {},
    LineStatus.REMOVED: {},
}

LIVE: Final = frozenset({LineStatus.PENDING, LineStatus.PAID})
"""A redemption has one such line at most."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """Redemptions of one budget year that are paid together.

    Attributes:
        period_from: first day of the period it is named after; `period_until`: last day; what was left over from
            earlier periods is settled with it.
        document: the document of its plan (资金分配方案), or empty.
    """

    id: int
    year: int
    period_from: date
    period_until: date
    document: str
    status: SettlementStatus
    drafted_on: date
    prepared_by: int
    reviewed_by: int | None = None
    checked_by: int | None = None
    disbursed_by: int | None = None


@dataclass(frozen=True, slots=True)
class PayeeAccount:
    """Where a payee wants its money: as filed with the office, and kept in the line as it stood then."""

    account_name: str
    bank_name: str
    bank_account: str


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """One redemption in one settlement; the city bears what the province does not."""

    id: int
    settlement_id: int
    redemption_id: int
    payee_id: int
    amount: Money
    province: Money
    account: PayeeAccount
    is_sampled: bool
    sample_result: str
    status: LineStatus
    receipt_number: str
    paid_on: date | None
    failure_reason: str
    is_reconciled: bool

    @property
    def city(self) -> Money:
        """What the city bears."""
        return self.amount - self.province


@dataclass(frozen=True, slots=True)
class LineCounts:
    """How many lines of a settlement stand where."""

    pending: int = 0
    paid: int = 0
    without_account: int = 0
    samples_open: int = 0


def payee(model: OperatingModel, *, recipient_id: int, provider_id: int) -> int:
    """Return who is paid: the provider that deducted the voucher, else the recipient (domain.md §2)."""
    return provider_id if model is OperatingModel.DEDUCT else recipient_id


def province_part(amount: Money, share: Fraction) -> Money:
    """Return the province's part of a line, truncated to the fen; the city bears the rest of the whole."""
    return Money(amount.fen * int(share * WHOLE) // WHOLE)


def period_begins(until: date, period: Period) -> date:
    """Return the first day of the month, quarter or year that a day lies in (R25)."""
    months = _MONTHS_OF[period]
    return date(until.year, (until.month - 1) // months * months + 1, 1)


def drawn(candidates: Sequence[tuple[int, Money]], *, above: Money, share: Fraction, seed: str) -> frozenset[int]:
    """Draw the redemptions that a third party checks (R29): all larger ones, and a random part of the rest.

    The draw is made by the digest of the seed and the redemption's number, so whoever knows the seed, which is the
    journal's head before the draft, draws the same ones, and nobody can choose them. The part is rounded up: of a few
    redemptions one is drawn.
    """
    large = {key for key, amount in candidates if amount > above}
    rest = [key for key, _amount in candidates if key not in large]
    count = -(-len(rest) * int(share * WHOLE) // WHOLE)
    by_chance = sorted(rest, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).digest())
    return frozenset(large | set(by_chance[:count]))


def status_by_lines(status: SettlementStatus, *, counts: LineCounts) -> SettlementStatus:
    """Return where a settlement stands after lines were paid or failed: disbursed once none is left to be paid."""
    if status in PAYABLE and counts.paid and not counts.pending:
        return SettlementStatus.DISBURSED
    return status


# ------------------------------------------------------------------------------------------------ rules


def check_step(settlement: Settlement, *, act: str) -> list[Violation]:
    """Return what stands against an act that one person may do: the status."""
    step = step_is_open(
        SETTLEMENT_STEPS, noun="settlement", status=settlement.status, act=act, subject=str(settlement.id)
    )
    return [step] if step else []


def _decision(settlement: Settlement, *, act: str, decided_by: Operator) -> list[Violation]:
    return check_decision(
        SETTLEMENT_STEPS,
        noun="settlement",
        status=settlement.status,
        act=act,
        subject=str(settlement.id),
        prepared_by=settlement.prepared_by,
        decided_by=decided_by,
    )


def check_confirmation(settlement: Settlement, *, counts: LineCounts, decided_by: Operator) -> list[Violation]:
    """Return what stands against confirming: the status, R23, no line; see `payment_notes` for what is only told."""
    found = _decision(settlement, act="confirm", decided_by=decided_by)
    if not counts.pending:
        found.append(nothing_to_settle(settlement.period_until))
    return found


def payment_notes(settlement: Settlement, *, counts: LineCounts) -> list[Violation]:
    """Return what an officer is told before money is sent: payees without an account (R21), samples not back (R29)."""
    notes = []
    if counts.without_account:
        notes.append(
            Violation(
                "R21",
                "accounts_missing",
                found=counts.without_account,
                allowed=0,
                subject=str(settlement.id),
                weight=Weight.NOTE,
            )
        )
    if counts.samples_open:
        notes.append(
            Violation(
                "R29",
                "samples_open",
                found=counts.samples_open,
                allowed=0,
                subject=str(settlement.id),
                weight=Weight.NOTE,
            )
        )
    return notes


def check_finance(settlement: Settlement, *, decided_by: Operator) -> list[Violation]:
    """Return what stands against the finance check: the status, R23; who confirmed looked at it already."""
    found = _decision(settlement, act="check", decided_by=decided_by)
    if settlement.reviewed_by is not None:
        same = two_persons(
            prepared_by=settlement.reviewed_by, decided_by=decided_by, subject=str(settlement.id), noun="settlement"
        )
        found += [same] if same else []
    return found


def check_disbursement(
    settlement: Settlement, *, pending: int, paid_on: date, on: date, decided_by: Operator
) -> list[Violation]:
    """Return what stands against paying lines: the status, R23, nothing left to pay, a day that cannot be."""
    found = _decision(settlement, act="disburse", decided_by=decided_by)
    if not pending:
        found.append(
            Violation("TRANSITION", "nothing_to_pay", found=0, allowed="pending lines", subject=str(settlement.id))
        )
    if not settlement.drafted_on <= paid_on <= on:
        found.append(
            Violation(
                "R25",
                "payment_date_outside",
                found=paid_on.isoformat(),
                allowed=[settlement.drafted_on.isoformat(), on.isoformat()],
                subject=str(settlement.id),
            )
        )
    return found


def check_cancellation(settlement: Settlement, *, counts: LineCounts) -> list[Violation]:
    """Return what stands against cancelling: the status, or a line that was paid already."""
    found = check_step(settlement, act="cancel")
    if counts.paid:
        found.append(
            Violation("TRANSITION", "lines_are_paid", found=counts.paid, allowed=0, subject=str(settlement.id))
        )
    return found


def check_line(settlement: Settlement, line: SettlementLine, *, act: str) -> list[Violation]:
    """Return what stands against an act on one line: its settlement's status and its own."""
    return check_step(settlement, act=act) + check_line_step(line, act=act)


def check_line_step(line: SettlementLine, *, act: str) -> list[Violation]:
    """Return what stands against an act on one line: its own status."""
    step = step_is_open(LINE_STEPS, noun="settlement-line", status=line.status, act=act, subject=str(line.id))
    return [step] if step else []


def check_sample(settlement: Settlement, line: SettlementLine) -> list[Violation]:
    """Return what stands against recording a sample's result: the status, or a line that was not drawn (R29)."""
    found = check_step(settlement, act="sample")
    if not line.is_sampled:
        found.append(Violation("R29", "line_not_sampled", found=line.id, allowed="drawn lines", subject=str(line.id)))
    return found


def period_is_in_order(since: date | None, until: date) -> Violation | None:
    """Refuse a period that begins after it ends (R25)."""
    if since is None or since <= until:
        return None
    return Violation("R25", "period_reversed", found=since.isoformat(), allowed=until.isoformat())


def nothing_to_settle(until: date) -> Violation:
    """Return the refusal of a settlement without a line (R25)."""
    return Violation("R25", "nothing_to_settle", found=0, allowed="verified redemptions", subject=until.isoformat())


# ------------------------------------------------------------------------------------------------ the bank's file


@dataclass(frozen=True, slots=True)
class BankLine:
    """One payment as the bank lists it; `number` is its line in the file."""

    number: int
    receipt_number: str
    amount: Money
    bank_account: str
    paid_on: date


def reconcile(lines: Sequence[SettlementLine], bank: Sequence[BankLine]) -> list[Violation]:
    """Compare paid lines with the bank's file, payment by payment; return every difference at once.

    Receipt by receipt, what agrees in account and amount is set aside first; of the rest, a payment to the same account
    has another amount, one of the same amount went to another account, and what is left is missing on one side. A
    line whose payee had filed no account is compared by its amount alone. A payment that came back may be listed or
    not, and so may one that was shown before. Payments under receipt numbers that are none of this settlement's are
    only noted: a bank's file lists others too. Another day is a question (weight REASON).

    Args:
        lines: the settlement's lines that are or were paid.
        bank: the payments of the bank's file.
    """
    expected: dict[str, list[SettlementLine]] = defaultdict(list)
    for line in lines:
        expected[line.receipt_number].append(line)
    listed: dict[str, list[BankLine]] = defaultdict(list)
    for payment in bank:
        listed[payment.receipt_number].append(payment)
    found: list[Violation] = []
    for receipt, paid in expected.items():
        found += _compare(paid, listed.pop(receipt, []))
    found += [
        Violation(
            "R25",
            "bank_line_of_others",
            found=len(payments),
            allowed="receipts of this settlement",
            subject=receipt,
            weight=Weight.NOTE,
        )
        for receipt, payments in listed.items()
    ]
    return found


_Key = Callable[[str, Money], object]
_Pairs = list[tuple[SettlementLine, BankLine]]


def _paired(
    lines: list[SettlementLine], bank: list[BankLine], *, by: _Key
) -> tuple[_Pairs, list[SettlementLine], list[BankLine]]:
    """Pair lines with payments of the same key, each once; return the pairs and what is left on both sides."""
    waiting: dict[object, list[BankLine]] = defaultdict(list)
    for payment in reversed(bank):
        waiting[by(payment.bank_account, payment.amount)].append(payment)
    pairs, left = [], []
    for line in lines:
        queue = waiting[by("".join(line.account.bank_account.split()), line.amount)]
        if queue:
            pairs.append((line, queue.pop()))
        else:
            left.append(line)
    taken = {payment.number for _line, payment in pairs}
    return pairs, left, [payment for payment in bank if payment.number not in taken]


def _compare(lines: list[SettlementLine], bank: list[BankLine]) -> list[Violation]:
    with_account = [line for line in lines if line.account.bank_account and line.status is LineStatus.PAID]
    without = [line for line in lines if not line.account.bank_account and line.status is LineStatus.PAID]
    returned = [line for line in lines if line.status is not LineStatus.PAID]
    alike, with_account, bank = _paired(with_account, bank, by=lambda account, amount: (account, amount))
    by_amount_alone, without, bank = _paired(without, bank, by=lambda _account, amount: amount)
    _returned, _never_listed, bank = _paired(returned, bank, by=lambda account, amount: (account, amount))
    other_amount, with_account, bank = _paired(with_account, bank, by=lambda account, _amount: account)
    other_account, with_account, bank = _paired(with_account, bank, by=lambda _account, amount: amount)
    return (
        [_amount_differs(*pair) for pair in other_amount]
        + [_account_differs(*pair) for pair in other_account]
        + [_date_differs(*pair) for pair in (*alike, *by_amount_alone) if pair[0].paid_on != pair[1].paid_on]
        + [_not_in_file(line) for line in (*with_account, *without) if not line.is_reconciled]
        + [_surplus(payment) for payment in bank]
    )


def _amount_differs(line: SettlementLine, payment: BankLine) -> Violation:
    return Violation(
        "R25",
        "bank_amount_differs",
        found=payment.amount.fen,
        allowed=line.amount.fen,
        subject=str(line.id),
        facts={"receipt": line.receipt_number, "line": payment.number},
    )


def _account_differs(line: SettlementLine, payment: BankLine) -> Violation:
    return Violation(
        "R21",
        "bank_account_differs",
        found=payment.bank_account,
        allowed=line.account.bank_account,
        subject=str(line.id),
        facts={"receipt": line.receipt_number, "line": payment.number},
    )


def _date_differs(line: SettlementLine, payment: BankLine) -> Violation:
    assert line.paid_on is not None, "the schema demands the day of what is paid"
    return Violation(
        "R25",
        "bank_date_differs",
        found=payment.paid_on.isoformat(),
        allowed=line.paid_on.isoformat(),
        subject=str(line.id),
        weight=Weight.REASON,
        facts={"receipt": line.receipt_number, "line": payment.number},
    )


def _not_in_file(line: SettlementLine) -> Violation:
    return Violation(
        "R25",
        "payment_not_in_file",
        found=0,
        allowed=line.amount.fen,
        subject=str(line.id),
        facts={"receipt": line.receipt_number},
    )


def _surplus(payment: BankLine) -> Violation:
    return Violation(
        "R25",
        "bank_line_surplus",
        found=payment.amount.fen,
        allowed=0,
        subject=payment.receipt_number,
        facts={"line": payment.number},
    )
