"""Applications (申领): their life cycle and the rules a voucher has to meet before it is approved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.contract import term_is_in_order
from voucher_app.domain.credit import credit_is_no_obstacle, credit_was_checked
from voucher_app.domain.errors import Violation, Weight
from voucher_app.domain.money import ZERO, Money, round_fen
from voucher_app.domain.parties import (
    are_affiliated,
    class_matches_code,
    compute_is_in_province,
    provider_was_admitted,
)
from voucher_app.domain.policy import review_is_in_force

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.contract import Contract
    from voucher_app.domain.credit import CreditCheck
    from voucher_app.domain.parties import (
        Provider,
        Recipient,
    )
    from voucher_app.domain.policy import Policy


class ApplicationStatus(StrEnum):
    """Where an application stands (domain.md §4, Application)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DECLINED = "declined"
    FIRST_REVIEWED = "first-reviewed"
    APPROVED = "approved"
    ALLOCATED = "allocated"
    PUBLICIZED = "publicized"
    OBJECTED = "objected"
    CLEARED = "cleared"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ISSUED = "issued"


DIRECT_STEPS: Final[dict[str, dict[str, str]]] = {
    **{status: {} for status in ApplicationStatus},
    ApplicationStatus.DRAFT: {"submit": ApplicationStatus.SUBMITTED, "withdraw": ApplicationStatus.WITHDRAWN},
    ApplicationStatus.SUBMITTED: {
        "approve": ApplicationStatus.APPROVED,
        "refuse": ApplicationStatus.REFUSED,
        "withdraw": ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.APPROVED: {
        "issue": ApplicationStatus.ISSUED,
        "refuse": ApplicationStatus.REFUSED,
        "withdraw": ApplicationStatus.WITHDRAWN,
    },
}
"""The road of an application outside a batch: one review, then issuance, where the policy allows it."""

BATCH_STEPS: Final[dict[str, dict[str, str]]] = {
    **{status: {} for status in ApplicationStatus},
    ApplicationStatus.DRAFT: {"submit": ApplicationStatus.SUBMITTED, "withdraw": ApplicationStatus.WITHDRAWN},
    ApplicationStatus.SUBMITTED: {
        "accept": ApplicationStatus.ACCEPTED,
        "return": ApplicationStatus.RETURNED,
        "decline": ApplicationStatus.DECLINED,
        "withdraw": ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.RETURNED: {
        "submit": ApplicationStatus.SUBMITTED,
        "decline": ApplicationStatus.DECLINED,
        "withdraw": ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.ACCEPTED: {
        "review": ApplicationStatus.FIRST_REVIEWED,
        "refuse": ApplicationStatus.REFUSED,
        "withdraw": ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.FIRST_REVIEWED: {
        "approve": ApplicationStatus.APPROVED,
        "refuse": ApplicationStatus.REFUSED,
        "withdraw": ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.APPROVED: {
        "allocate": ApplicationStatus.ALLOCATED,
        "refuse": ApplicationStatus.REFUSED,
        "withdraw": ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.ALLOCATED: {
        "allocate": ApplicationStatus.ALLOCATED,  # anew, after one of the batch was refused or withdrawn
        "publicize": ApplicationStatus.PUBLICIZED,
        "refuse": ApplicationStatus.REFUSED,
        "withdraw": ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.PUBLICIZED: {"object": ApplicationStatus.OBJECTED, "clear": ApplicationStatus.CLEARED},
    ApplicationStatus.OBJECTED: {
        "object": ApplicationStatus.OBJECTED,  # by somebody else as well
        "clear": ApplicationStatus.CLEARED,
        "resume": ApplicationStatus.PUBLICIZED,
        "refuse": ApplicationStatus.REFUSED,
    },
    ApplicationStatus.CLEARED: {"issue": ApplicationStatus.ISSUED, "object": ApplicationStatus.OBJECTED},
}
"""The road of an application in a batch: two reviews by two people, allocation, publicity (domain.md §4)."""

NOT_COUNTING: Final = frozenset({ApplicationStatus.DRAFT, ApplicationStatus.DECLINED, ApplicationStatus.REFUSED,
                                 ApplicationStatus.WITHDRAWN})  # fmt: skip
"""Statuses that do not hold the contract: a draft never counts."""

UNDECIDED: Final = frozenset({ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.ACCEPTED,
                              ApplicationStatus.FIRST_REVIEWED})  # fmt: skip
"""What a batch waits for before its money is allocated."""

RELEASING: Final = frozenset({ApplicationStatus.DECLINED, ApplicationStatus.REFUSED, ApplicationStatus.WITHDRAWN})
"""Ends that free the contract for another application (R8)."""


def steps_of(*, batch_id: int | None) -> dict[str, dict[str, str]]:
    """Return the life cycle of an application, inside a batch or outside of one."""
    return DIRECT_STEPS if batch_id is None else BATCH_STEPS


@dataclass(frozen=True, slots=True)
class Application:
    """One request of a recipient for one voucher on one contract.

    Attributes:
        granted: what the allocation of its batch gave (R32), or None.
        first_reviewed_by: who made the first review (初审) in a batch; `reviewed_by` the second (复核).
        accepted_on: the day it was accepted (受理); `accepted_seq`: the journal record, for the order of acceptance.
        corrections: how often it was returned for correction; `correct_by`: last day of the one that is open.
        other_support: other public money on the contract, as declared (R15).
        supporting_services: the contract's storage, network, security and platform (R16).
    """

    id: int
    year: int
    policy_id: int
    recipient_id: int
    provider_id: int
    contract: Contract
    requested: Money
    status: ApplicationStatus
    submitted_on: date
    prepared_by: int
    reviewed_by: int | None = None
    reason: str = ""
    batch_id: int | None = None
    granted: Money | None = None
    first_reviewed_by: int | None = None
    accepted_by: int | None = None
    accepted_on: date | None = None
    accepted_seq: int = 0
    corrections: int = 0
    correct_by: date | None = None
    other_support: Money = ZERO
    supporting_services: Money = ZERO
    submission_reason: str = ""

    @property
    def value(self) -> Money:
        """What its voucher is worth: what the allocation granted (R32), else what was requested."""
        return self.requested if self.granted is None else self.granted


@dataclass(frozen=True, slots=True)
class Standing:
    """What is recorded of a recipient beside the application.

    Attributes:
        is_provider: whether it is admitted as a provider at any time of the budget year (R13).
        counted: what it holds of the year: issued minus recycled (R3).
        group_counted: what the other units of its group code hold of the year's cap (R14).
        credit: its last credit check, or None (R22).
        banned_until: last day of a ban that is in force, or None (R28).
    """

    is_provider: bool = False
    counted: Money = ZERO
    group_counted: Money = ZERO
    credit: CreditCheck | None = None
    banned_until: date | None = None


_NOTHING_RECORDED: Final = Standing()


@dataclass(frozen=True, slots=True)
class ApplicationCase:
    """Everything the rules look at when an application is submitted, approved or turned into a voucher.

    Attributes:
        counted: what the recipient already holds of the year's cap: issued minus recycled (R3).
        contract_holder: the application that already uses the contract, or None (R8).
        on: the business date of the act.
        standing: what else is recorded of the recipient.
        other_support: other public money on the contract (R15).
        supporting_services: the part of the contract that only supports compute (R16).
    """

    policy: Policy
    recipient: Recipient
    provider: Provider
    contract: Contract
    requested: Money
    counted: Money
    contract_holder: int | None
    on: date
    standing: Standing = _NOTHING_RECORDED
    other_support: Money = ZERO
    supporting_services: Money = ZERO


ApplicationRule = Callable[[ApplicationCase], list[Violation]]


def support_limit(policy: Policy, *, base: Money, kind: str, founded_on: date | None, on: date) -> Money:
    """Return ratio × base, rounded as the policy says (R4, R31)."""
    ratio = policy.ratio_for(kind=kind, founded_on=founded_on, on=on)
    return round_fen(ratio * base.fen, policy.rounding)


def _listed(violation: Violation | None) -> list[Violation]:
    return [] if violation is None else [violation]


def recipient_class_is_supported(case: ApplicationCase) -> list[Violation]:
    """R2: the class goes with the credit code; the three classes themselves are the only ones the type has."""
    unit = case.recipient.organisation
    return _listed(class_matches_code(kind=case.recipient.kind, uscc=unit.uscc, name=unit.name))


def recipient_stays_in_year_cap(case: ApplicationCase) -> list[Violation]:
    """R3: what a recipient holds of a year, this voucher included, stays within its cap."""
    total = case.counted + case.requested
    if total <= case.policy.recipient_year_cap:
        return []
    return [
        Violation(
            "R3",
            "recipient_cap_exceeded",
            found=total.fen,
            allowed=case.policy.recipient_year_cap.fen,
            subject=case.recipient.organisation.name,
            facts={"counted_fen": case.counted.fen},
        )
    ]


def request_stays_in_ratio(case: ApplicationCase) -> list[Violation]:
    """R4: the voucher is at most ratio × contract amount; the settled cost is looked at again at redemption."""
    unit = case.recipient.organisation
    limit = support_limit(
        case.policy, base=case.contract.amount, kind=case.recipient.kind, founded_on=unit.founded_on, on=case.on
    )
    if case.requested <= limit:
        return []
    ratio = case.policy.ratio_for(kind=case.recipient.kind, founded_on=unit.founded_on, on=case.on)
    return [
        Violation(
            "R4",
            "ratio_exceeded",
            found=case.requested.fen,
            allowed=limit.fen,
            subject=unit.name,
            facts={"base_fen": case.contract.amount.fen, "ratio": str(ratio)},
        )
    ]


def request_is_large_enough(case: ApplicationCase) -> list[Violation]:
    """R5: neither the voucher nor the spending it supports is smaller than the policy allows."""
    found = []
    smallest = max(case.policy.smallest_voucher, Money(1))
    if case.requested < smallest:
        found.append(
            Violation(
                "R5",
                "voucher_too_small",
                found=case.requested.fen,
                allowed=smallest.fen,
                subject=case.recipient.organisation.name,
            )
        )
    if case.contract.amount < case.policy.smallest_spend:
        found.append(
            Violation(
                "R5",
                "spend_too_small",
                found=case.contract.amount.fen,
                allowed=case.policy.smallest_spend.fen,
                subject=case.contract.number,
            )
        )
    return found


def request_is_a_tier(case: ApplicationCase) -> list[Violation]:
    """R6: where the policy names face values, the voucher has one of them."""
    if not case.policy.tiers or case.requested in case.policy.tiers:
        return []
    return [
        Violation(
            "R6",
            "not_a_tier",
            found=case.requested.fen,
            allowed=[tier.fen for tier in case.policy.tiers],
            subject=case.recipient.organisation.name,
        )
    ]


def contract_supports_nothing_else(case: ApplicationCase) -> list[Violation]:
    """R8: one contract supports one application."""
    if case.contract_holder is None:
        return []
    return [
        Violation(
            "R8",
            "contract_used",
            found=case.contract.number,
            allowed="one application for a contract",
            subject=case.contract.number,
            facts={"application": case.contract_holder},
        )
    ]


def contract_is_signed(case: ApplicationCase) -> list[Violation]:
    """R8: the contract exists on the day it is relied on."""
    if case.contract.signed_on <= case.on:
        return []
    return [
        Violation(
            "R8",
            "contract_in_future",
            found=case.contract.signed_on.isoformat(),
            allowed=case.on.isoformat(),
            subject=case.contract.number,
        )
    ]


def parties_are_independent(case: ApplicationCase) -> list[Violation]:
    """R10: recipient and provider are not affiliated."""
    return are_affiliated(case.recipient.organisation, case.provider.organisation)


def compute_is_bought(case: ApplicationCase) -> list[Violation]:
    """R11: compute that a unit sells to itself is excluded, where the policy says so."""
    unit = case.recipient.organisation
    if not case.policy.excludes_own_compute or unit.uscc != case.provider.organisation.uscc:
        return []
    return [
        Violation("R11", "own_compute", found=unit.name, allowed="compute bought from another unit", subject=unit.name)
    ]


def provider_is_admitted(case: ApplicationCase) -> list[Violation]:
    """R12: the provider was in the register on the contract date."""
    return _listed(provider_was_admitted(case.provider, on=case.contract.signed_on, what="contract"))


def compute_is_local(case: ApplicationCase) -> list[Violation]:
    """R17: the compute is in Shanxi."""
    provider = case.provider.organisation
    return _listed(compute_is_in_province(region_code=provider.region_code, name=provider.name))


def policy_was_reviewed(case: ApplicationCase) -> list[Violation]:
    """R27: the fair-competition review of the policy is still in force; a note, because the policy is frozen."""
    return _listed(review_is_in_force(case.policy, on=case.on))


def contract_has_a_term(case: ApplicationCase) -> list[Violation]:
    """R8: a contract does not end before it begins."""
    return _listed(term_is_in_order(case.contract))


def recipient_is_no_provider(case: ApplicationCase) -> list[Violation]:
    """R13: a provider cannot be a recipient in the same year, where the policy says so."""
    if not case.policy.providers_may_not_receive or not case.standing.is_provider:
        return []
    name = case.recipient.organisation.name
    return [Violation("R13", "provider_receives", found=name, allowed="no provider of this year", subject=name)]


def group_stays_in_year_cap(case: ApplicationCase) -> list[Violation]:
    """R14: units of one group code share one cap; going beyond it needs a written reason."""
    unit, held = case.recipient.organisation, case.standing.group_counted
    total = held + case.counted + case.requested
    cap = case.policy.recipient_year_cap
    if not case.policy.group_shares_cap or not unit.group_code or not held or total <= cap:
        return []
    return [
        Violation(
            "R14",
            "group_cap_exceeded",
            found=total.fen,
            allowed=cap.fen,
            subject=unit.name,
            weight=Weight.REASON,
            facts={"group": unit.group_code, "counted_fen": (held + case.counted).fen},
        )
    ]


def support_together_limit(policy: Policy, contract: Money) -> Money:
    """Return what all public support for a contract together may come to (R15)."""
    return Money(int(policy.largest_support_share * contract.fen))


def other_support_is_in_bounds(case: ApplicationCase) -> list[Violation]:
    """R15: no other public money on the contract; where it is allowed, all support stays within its share."""
    if not case.other_support:
        return []
    if case.policy.forbids_other_support:
        return [
            Violation(
                "R15",
                "other_support_forbidden",
                found=case.other_support.fen,
                allowed=0,
                subject=case.contract.number,
            )
        ]
    share = case.policy.largest_support_share
    limit = support_together_limit(case.policy, case.contract.amount)
    total = case.other_support + case.requested
    if total <= limit:
        return []
    return [
        Violation(
            "R15",
            "support_share_exceeded",
            found=total.fen,
            allowed=limit.fen,
            subject=case.contract.number,
            facts={"other_fen": case.other_support.fen, "ratio": str(share)},
        )
    ]


def supporting_services_are_in_bounds(case: ApplicationCase) -> list[Violation]:
    """R16: storage, network, security and platform are at most a share of the contract."""
    if not case.supporting_services:
        return []
    share = case.policy.supporting_services_share
    limit = Money(int(share * case.contract.amount.fen))
    if case.supporting_services <= limit:
        return []
    return [
        Violation(
            "R16",
            "supporting_services_exceeded",
            found=case.supporting_services.fen,
            allowed=limit.fen,
            subject=case.contract.number,
            facts={"ratio": str(share)},
        )
    ]


def recipient_has_good_credit(case: ApplicationCase) -> list[Violation]:
    """R22: no 严重失信 and no serious penalty is recorded; that a check is recorded is asked at acceptance."""
    if not case.policy.requires_credit_check:
        return []
    return _listed(credit_is_no_obstacle(case.standing.credit, name=case.recipient.organisation.name, on=case.on))


def recipient_is_not_banned(case: ApplicationCase) -> list[Violation]:
    """R28: a unit does not apply while it is banned."""
    until = case.standing.banned_until
    if until is None:
        return []
    name = case.recipient.organisation.name
    return [Violation("R28", "unit_banned", found=case.on.isoformat(), allowed=until.isoformat(), subject=name)]


APPLICATION_RULES: Final[tuple[ApplicationRule, ...]] = (
    recipient_class_is_supported,
    recipient_stays_in_year_cap,
    request_stays_in_ratio,
    request_is_large_enough,
    request_is_a_tier,
    contract_supports_nothing_else,
    contract_is_signed,
    parties_are_independent,
    compute_is_bought,
    provider_is_admitted,
    compute_is_local,
    policy_was_reviewed,
    contract_has_a_term,
    recipient_is_no_provider,
    group_stays_in_year_cap,
    other_support_is_in_bounds,
    supporting_services_are_in_bounds,
    recipient_has_good_credit,
    recipient_is_not_banned,
)


def check_application(case: ApplicationCase) -> list[Violation]:
    """Return every rule the application breaks, heavy and light."""
    return [violation for rule in APPLICATION_RULES for violation in rule(case)]


def credit_check_is_recorded(case: ApplicationCase) -> list[Violation]:
    """R22: at acceptance (受理) in a batch, a check that can be relied on is on record, or a reason is written."""
    if not case.policy.requires_credit_check:
        return []
    return _listed(credit_was_checked(case.standing.credit, name=case.recipient.organisation.name, on=case.on))


def note_what_is_missing(missing: list[str], *, application_id: int) -> list[Violation]:
    """Tell what an application should come with and does not (完整性检查); a note, the officer decides."""
    if not missing:
        return []
    return [
        Violation("BATCH", "incomplete", found=missing, allowed=[], subject=str(application_id), weight=Weight.NOTE)
    ]


def second_reviewer_is_another(
    *, first_reviewed_by: int | None, decided_by: int, name: str, application_id: int
) -> list[Violation]:
    """R23: who made the first review does not decide after it."""
    if first_reviewed_by is None or first_reviewed_by != decided_by:
        return []
    return [Violation("R23", "same_reviewer", found=name, allowed="another person", subject=str(application_id))]
