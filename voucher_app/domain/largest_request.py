"""The most that may be applied for: what the rules on amounts leave, told before somebody asks for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.application import support_limit, support_together_limit
from voucher_app.domain.money import ZERO, Money

if TYPE_CHECKING:
    from voucher_app.domain.application import ApplicationCase


def largest_request(case: ApplicationCase) -> Money | None:
    """Return the most that may be applied for, or None where it is nothing (R3, R4, R5, R6, R14, R15).

    What is requested in the case is not looked at, nor what has nothing to do with an amount.
    """
    policy, unit = case.policy, case.recipient.organisation
    free = policy.recipient_year_cap - case.counted
    base = case.contract.amount
    limits = [
        free,
        support_limit(policy, base=base, kind=case.recipient.kind, founded_on=unit.founded_on, on=case.on),
    ]
    if policy.group_shares_cap and unit.group_code:
        limits.append(free - case.standing.group_counted)
    if case.other_support:
        share = ZERO if policy.forbids_other_support else support_together_limit(policy, base)
        limits.append(share - case.other_support)
    most = min(limits)
    if policy.tiers:
        most = max((tier for tier in policy.tiers if tier <= most), default=ZERO)
    return most if most >= max(policy.smallest_voucher, Money(1)) else None
