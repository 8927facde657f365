"""Recoveries (追回) of what was paid, and bans (R28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import Violation
from voucher_app.domain.lifecycle import step_is_open
from voucher_app.domain.money import Money
from voucher_app.domain.operators import two_persons
from voucher_app.domain.redemption import REDEMPTION_STEPS

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.operators import Operator
    from voucher_app.domain.redemption import Redemption

DAYS_TO_PAY_BACK: Final = 30
"""Until a recovery is due when its decision names no day."""


class RecoveryStatus(StrEnum):
    """Where a recovery stands: 追回中, 已追回."""

    DECIDED = "decided"
    RECEIVED = "received"


RECOVERY_STEPS: Final[dict[str, dict[str, str]]] = {
    RecoveryStatus.DECIDED: {"receive": RecoveryStatus.RECEIVED},
    RecoveryStatus.RECEIVED: {},
}


class BannedUnit(StrEnum):
    """Whom a recovery bans, when it bans at all."""

    RECIPIENT = "recipient"
    PROVIDER = "provider"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Recovery:
    """A decision to take back what was paid for a redemption, or a part of it.

    Attributes:
        prepared_by: who prepared the redemption; `reviewed_by`: who decided the recovery, another person (R23).
    """

    id: int
    redemption_id: int
    amount: Money
    received: Money
    decided_on: date
    due_on: date
    document: str
    reason: str
    status: RecoveryStatus
    prepared_by: int
    reviewed_by: int

    @property
    def open(self) -> Money:
        """What is still to be received."""
        return self.amount - self.received


@dataclass(frozen=True, slots=True)
class Ban:
    """A unit that neither applies nor is admitted until its last day has passed (R28)."""

    id: int
    organisation_id: int
    banned_from: date
    banned_until: date
    reason: str
    prepared_by: int
    recovery_id: int | None = None
    lifted_on: date | None = None
    lifted_by: int | None = None


def ban_ends(first: date, years: int) -> date:
    """Return the last day of a ban of some years that begins on a day."""
    is_leap_day = (first.month, first.day) == (2, 29)
    return first.replace(year=first.year + years, day=28 if is_leap_day else first.day) - timedelta(
        days=0 if is_leap_day else 1
    )


def due_day(decided_on: date) -> date:
    """Return the day a recovery is due when its decision names none."""
    return decided_on + timedelta(days=DAYS_TO_PAY_BACK)


def check_recovery(
    redemption: Redemption, *, amount: Money, recovered: Money, due_on: date, on: date, decided_by: Operator
) -> list[Violation]:
    """Return what stands against taking a payment back: its status, R23, more than was paid, a day that has passed.

    Args:
        redemption: what was paid; nobody decides on what they prepared.
        amount: what is to be taken back.
        recovered: what earlier decisions take back of it already.
        due_on: until when it is to be paid back.
        on: the business date.
        decided_by: who decides.
    """
    found = check_decision(
        REDEMPTION_STEPS,
        noun="redemption",
        status=redemption.status,
        act="recover",
        subject=str(redemption.id),
        prepared_by=redemption.prepared_by,
        decided_by=decided_by,
    )
    left = (redemption.approved or Money(0)) - recovered
    if not Money(0) < amount <= left:
        found.append(
            Violation(
                "R28",
                "recovery_exceeds_paid" if amount else "recovery_empty",
                found=amount.fen,
                allowed=left.fen,
                subject=str(redemption.id),
                facts={"recovered_fen": recovered.fen},
            )
        )
    if due_on < on:
        found.append(
            Violation(
                "R28", "due_day_passed", found=due_on.isoformat(), allowed=on.isoformat(), subject=str(redemption.id)
            )
        )
    return found


def check_receipt(recovery: Recovery, *, amount: Money, received_on: date, on: date) -> list[Violation]:
    """Return what stands against booking money that came back: the status, too much, a day that cannot be (R28)."""
    step = step_is_open(
        RECOVERY_STEPS, noun="recovery", status=recovery.status, act="receive", subject=str(recovery.id)
    )
    found = [step] if step else []
    if not Money(0) < amount <= recovery.open:
        found.append(
            Violation(
                "R28",
                "receipt_exceeds_recovery" if amount else "receipt_empty",
                found=amount.fen,
                allowed=recovery.open.fen,
                subject=str(recovery.id),
                facts={"received_fen": recovery.received.fen},
            )
        )
    if not recovery.decided_on <= received_on <= on:
        found.append(
            Violation(
                "R28",
                "receipt_date_outside",
                found=received_on.isoformat(),
                allowed=[recovery.decided_on.isoformat(), on.isoformat()],
                subject=str(recovery.id),
            )
        )
    return found


def ban_is_in_order(*, until: date, on: date, name: str) -> Violation | None:
    """Refuse a ban that has ended before it begins (R28)."""
    if until >= on:
        return None
    return Violation("R28", "ban_reversed", found=until.isoformat(), allowed=on.isoformat(), subject=name)


def unit_is_not_banned(*, until: date | None, on: date, name: str) -> Violation | None:
    """Refuse a unit that is banned on a day (R28); `until` is the last day of its ban, or None."""
    if until is None:
        return None
    return Violation("R28", "unit_banned", found=on.isoformat(), allowed=until.isoformat(), subject=name)


def check_lifting(bans: list[Ban], *, name: str, on: date, decided_by: Operator) -> list[Violation]:
    """Return what stands against lifting a unit's bans: there is none (R28), or the same person banned it (R23)."""
    if not bans:
        return [Violation("R28", "not_banned", found=on.isoformat(), allowed="a ban in force", subject=name)]
    same = (two_persons(prepared_by=one.prepared_by, decided_by=decided_by, subject=name, noun="ban") for one in bans)
    return [violation for violation in same if violation][:1]
