"""Credit checks (信用核查): what was found of a unit, when and where, and what it allows (R22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from voucher_app.domain.errors import Violation, Weight

HOLDS_DAYS: Final = 365
"""How long a clear check is relied on; a check is about the day it was made. Our own decision."""

_PENALTY_YEARS: Final = 3


class CreditResult(StrEnum):
    """What a check found: nothing, 严重失信, or a serious penalty within three years."""

    CLEAR = "clear"
    DISHONEST = "dishonest"
    PENALISED = "penalised"


@dataclass(frozen=True, slots=True)
class CreditCheck:
    """The last check of a unit."""

    checked_on: date
    result: CreditResult
    source: str = ""


def _penalty_ends(check: CreditCheck) -> date:
    try:
        return check.checked_on.replace(year=check.checked_on.year + _PENALTY_YEARS)
    except ValueError:
        return date(check.checked_on.year + _PENALTY_YEARS, 3, 1)


def credit_is_no_obstacle(check: CreditCheck | None, *, name: str, on: date) -> Violation | None:
    """Refuse a unit whose last check found 严重失信, or a serious penalty less than three years ago (R22)."""
    if check is None or check.result is CreditResult.CLEAR:
        return None
    if check.result is CreditResult.DISHONEST:
        return Violation(
            "R22", "credit_dishonest", found=check.checked_on.isoformat(), allowed="a later check", subject=name
        )
    ends_on = _penalty_ends(check)
    if on >= ends_on:
        return None
    return Violation(
        "R22", "credit_penalised", found=check.checked_on.isoformat(), allowed=ends_on.isoformat(), subject=name
    )


def credit_was_checked(check: CreditCheck | None, *, name: str, on: date) -> Violation | None:
    """Ask for a reason where no check is recorded that can still be relied on (R22)."""
    if check is None:
        return Violation(
            "R22", "credit_unchecked", found="", allowed="a recorded check", subject=name, weight=Weight.REASON
        )
    last = check.checked_on + timedelta(days=HOLDS_DAYS)
    if on <= last:
        return None
    return Violation(
        "R22",
        "credit_check_old",
        found=check.checked_on.isoformat(),
        allowed=(on - timedelta(days=HOLDS_DAYS)).isoformat(),
        subject=name,
        weight=Weight.REASON,
    )


def check_is_past(checked_on: date, *, on: date, name: str) -> Violation | None:
    """Refuse to record a check that is yet to be made (R22)."""
    if checked_on <= on:
        return None
    return Violation(
        "R22", "credit_check_in_future", found=checked_on.isoformat(), allowed=on.isoformat(), subject=name
    )
