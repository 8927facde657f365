"""Redemptions (兑付): invoices, eligible cost to the day, and the rules a claim has to meet."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from voucher_app.domain.errors import InvalidInput, Violation
from voucher_app.domain.money import Money, round_fen
from voucher_app.domain.parties import Provider, Recipient, provider_was_admitted
from voucher_app.domain.policy import DayCount, Policy
from voucher_app.domain.voucher import VOUCHER_STEPS, Voucher

_FULLY_DIGITAL = re.compile(r"[0-9]{20}", re.ASCII)
_OLDER = re.compile(r"([0-9]{10}|[0-9]{12})[ -]?([0-9]{8})", re.ASCII)


class RedemptionStatus(StrEnum):
    """Where a redemption stands."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    REFUSED = "refused"
    REVERSED = "reversed"
    SETTLED = "settled"
    DISBURSED = "disbursed"
    RECOVERING = "recovering"
    RECOVERED = "recovered"


REDEMPTION_STEPS: Final[dict[str, dict[str, str]]] = {
    RedemptionStatus.CLAIMED: {"verify": RedemptionStatus.VERIFIED, "refuse": RedemptionStatus.REFUSED},
    RedemptionStatus.VERIFIED: {"reverse": RedemptionStatus.REVERSED, "settle": RedemptionStatus.SETTLED},
    RedemptionStatus.REFUSED: {},
    RedemptionStatus.REVERSED: {},
    # A line that leaves its settlement, or that the bank sends back, is owed as before.
    RedemptionStatus.SETTLED: {"disburse": RedemptionStatus.DISBURSED, "release": RedemptionStatus.VERIFIED},
    RedemptionStatus.DISBURSED: {"release": RedemptionStatus.VERIFIED, "recover": RedemptionStatus.RECOVERING},
    RedemptionStatus.RECOVERING: {"receive": RedemptionStatus.RECOVERED},
    RedemptionStatus.RECOVERED: {"recover": RedemptionStatus.RECOVERING},
}

RELEASING: Final = frozenset({RedemptionStatus.REFUSED, RedemptionStatus.REVERSED})
"""Ends that free the invoices for another claim (R9)."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice behind a claim.

    Attributes:
        key: what makes it unique (R9): 20 digits, or code and number of an older one.
        service_from: first day of the service it bills; `service_until`: last day; None when not told.
    """

    key: str
    amount: Money
    invoiced_on: date
    service_from: date | None = None
    service_until: date | None = None


@dataclass(frozen=True, slots=True)
class Redemption:
    """A claim on a voucher's value against an invoice, and its decision."""

    id: int
    voucher_id: int
    claimed: Money
    approved: Money | None
    status: RedemptionStatus
    invoice: Invoice
    claimed_on: date
    prepared_by: int
    reviewed_by: int | None = None
    reason: str = ""


def parse_invoice_number(text: str) -> str:
    """Return the unique key of an invoice: 20 digits (数电票), or `CODE-NUMBER` of an older one (domain.md §6.3).

    Raises:
        InvalidInput: for anything else; a number that a spreadsheet turned into 2.6E+19 is never repaired.
    """
    number = text.strip()
    if _FULLY_DIGITAL.fullmatch(number):
        return number
    older = _OLDER.fullmatch(number)
    if older is None:
        raise InvalidInput("invoice", found=text)
    return f"{older[1]}-{older[2]}"


def days_between(first: date, last: date, day_count: DayCount) -> int:
    """Count days by the named rule (R31)."""
    return (last - first).days + (1 if day_count is DayCount.INCLUSIVE else 0)


def eligible_share(
    *, service_from: date, service_until: date, base_from: date, base_until: date, day_count: DayCount
) -> Fraction:
    """Return which part of a service period lies in the base period, by day (R19).

    The official example: 2025-01-01 to 2026-12-31 within 2025-03-01 to 2025-12-31 gives 305/729 (domain.md §3).
    """
    first, last = max(service_from, base_from), min(service_until, base_until)
    if first > last:
        return Fraction(0)
    total = days_between(service_from, service_until, day_count)
    if total <= 0:
        return Fraction(1)  # one day under DIFF: the day lies in the base period or, above, it does not
    return Fraction(days_between(first, last, day_count), total)


@dataclass(frozen=True, slots=True)
class RedemptionCase:
    """Everything the rules look at when a redemption is claimed or verified.

    Attributes:
        amount: what is to be paid: the claim, or what the reviewer approves.
        open_claims: value that other undecided claims already ask of this voucher.
        redeemed_in_year: what was verified for the recipient in the voucher's budget year before (R3).
        invoice_holder: the redemption that already uses the invoice, or None (R9).
        on: the business date of the claim (deadlines look at the claim, not at the decision).
    """

    policy: Policy
    voucher: Voucher
    recipient: Recipient
    provider: Provider
    invoice: Invoice
    amount: Money
    open_claims: Money
    redeemed_in_year: Money
    invoice_holder: int | None
    on: date


RedemptionRule = Callable[[RedemptionCase], list[Violation]]


def eligible_cost(case: RedemptionCase) -> Fraction:
    """Return the invoice's cost that counts, in exact fen: the part within the base period, by day (R19)."""
    invoice = case.invoice
    if not case.policy.cuts_to_base_period or invoice.service_from is None or invoice.service_until is None:
        return Fraction(invoice.amount.fen)
    base_from, base_until = case.policy.base_period(issued_on=case.voucher.issued_on, use_by=case.voucher.use_by)
    share = eligible_share(
        service_from=invoice.service_from,
        service_until=invoice.service_until,
        base_from=base_from,
        base_until=base_until,
        day_count=case.policy.day_count,
    )
    return share * invoice.amount.fen


def payable_limit(case: RedemptionCase) -> Money:
    """Return ratio × eligible cost, rounded as the policy says (R4, R19, R31)."""
    unit = case.recipient.organisation
    ratio = case.policy.ratio_for(kind=case.recipient.kind, founded_on=unit.founded_on, on=case.voucher.issued_on)
    return round_fen(ratio * eligible_cost(case), case.policy.rounding)


def claim_is_positive(case: RedemptionCase) -> list[Violation]:
    """R5: a claim asks for something."""
    if case.amount.fen > 0:
        return []
    return [Violation("R5", "claim_empty", found=case.amount.fen, allowed=1, subject=str(case.voucher.number))]


def voucher_is_live(case: RedemptionCase) -> list[Violation]:
    """TRANSITION: only a voucher on the road is redeemed."""
    if "redeem" in VOUCHER_STEPS[case.voucher.status]:
        return []
    return [
        Violation(
            "TRANSITION",
            "step_not_open",
            found=case.voucher.status.value,
            allowed=sorted(VOUCHER_STEPS[case.voucher.status]),
            subject=str(case.voucher.number),
            facts={"noun": "voucher", "act": "redeem"},
        )
    ]


def claim_is_covered(case: RedemptionCase) -> list[Violation]:
    """R1: the claim stays within what the voucher still holds, undecided claims counted."""
    free = case.voucher.remaining - case.open_claims
    if case.amount <= free:
        return []
    return [
        Violation(
            "R1",
            "remaining_exceeded",
            found=case.amount.fen,
            allowed=max(free.fen, 0),
            subject=str(case.voucher.number),
            facts={"open_claims_fen": case.open_claims.fen},
        )
    ]


def recipient_redeems_within_cap(case: RedemptionCase) -> list[Violation]:
    """R3: what a recipient redeems of a year, this claim included, stays within its cap."""
    total = case.redeemed_in_year + case.amount
    if total <= case.policy.recipient_year_cap:
        return []
    return [
        Violation(
            "R3",
            "recipient_redeems_too_much",
            found=total.fen,
            allowed=case.policy.recipient_year_cap.fen,
            subject=case.recipient.organisation.name,
            facts={"redeemed_fen": case.redeemed_in_year.fen},
        )
    ]


def claim_stays_in_ratio(case: RedemptionCase) -> list[Violation]:
    """R4: the claim is at most ratio × eligible cost."""
    limit = payable_limit(case)
    if case.amount <= limit:
        return []
    unit = case.recipient.organisation
    ratio = case.policy.ratio_for(kind=case.recipient.kind, founded_on=unit.founded_on, on=case.voucher.issued_on)
    return [
        Violation(
            "R4",
            "cost_ratio_exceeded",
            found=case.amount.fen,
            allowed=limit.fen,
            subject=str(case.voucher.number),
            facts={"base_fen": int(eligible_cost(case)), "ratio": str(ratio)},
        )
    ]


def deadlines_are_kept(case: RedemptionCase) -> list[Violation]:
    """R7: the service is invoiced by the last day of use, the claim made by the last day to redeem."""
    found = []
    if case.invoice.invoiced_on > case.voucher.use_by:
        found.append(
            Violation(
                "R7",
                "used_too_late",
                found=case.invoice.invoiced_on.isoformat(),
                allowed=case.voucher.use_by.isoformat(),
                subject=str(case.voucher.number),
            )
        )
    if case.on > case.voucher.redeem_by:
        found.append(
            Violation(
                "R7",
                "redeemed_too_late",
                found=case.on.isoformat(),
                allowed=case.voucher.redeem_by.isoformat(),
                subject=str(case.voucher.number),
            )
        )
    if case.invoice.invoiced_on > case.on:
        found.append(
            Violation(
                "R7",
                "invoice_in_future",
                found=case.invoice.invoiced_on.isoformat(),
                allowed=case.on.isoformat(),
                subject=case.invoice.key,
            )
        )
    return found


def invoice_is_fresh(case: RedemptionCase) -> list[Violation]:
    """R9: an invoice is redeemed once, across vouchers and years."""
    if case.invoice_holder is None:
        return []
    return [
        Violation(
            "R9",
            "invoice_used",
            found=case.invoice.key,
            allowed="one redemption for an invoice",
            subject=case.invoice.key,
            facts={"redemption": case.invoice_holder},
        )
    ]


def provider_was_in_register(case: RedemptionCase) -> list[Violation]:
    """R12: the provider was admitted on the service dates; without them, on the day of the invoice."""
    days = {
        case.invoice.service_from or case.invoice.invoiced_on,
        case.invoice.service_until or case.invoice.invoiced_on,
    }
    refused = (provider_was_admitted(case.provider, on=day, what="service") for day in sorted(days))
    return [violation for violation in refused if violation is not None]


def service_lies_in_base_period(case: RedemptionCase) -> list[Violation]:
    """R19: some of the billed service lies in the base period, and the period is told in order."""
    invoice = case.invoice
    if invoice.service_from is None or invoice.service_until is None:
        return []
    if invoice.service_from > invoice.service_until:
        return [
            Violation(
                "R19",
                "service_period_reversed",
                found=invoice.service_from.isoformat(),
                allowed=invoice.service_until.isoformat(),
                subject=invoice.key,
            )
        ]
    if eligible_cost(case):
        return []
    base_from, base_until = case.policy.base_period(issued_on=case.voucher.issued_on, use_by=case.voucher.use_by)
    return [
        Violation(
            "R19",
            "outside_base_period",
            found=[invoice.service_from.isoformat(), invoice.service_until.isoformat()],
            allowed=[base_from.isoformat(), base_until.isoformat()],
            subject=invoice.key,
        )
    ]


REDEMPTION_RULES: Final[tuple[RedemptionRule, ...]] = (
    claim_is_positive,
    voucher_is_live,
    claim_is_covered,
    recipient_redeems_within_cap,
    claim_stays_in_ratio,
    deadlines_are_kept,
    invoice_is_fresh,
    provider_was_in_register,
    service_lies_in_base_period,
)


def check_redemption(case: RedemptionCase) -> list[Violation]:
    """Return every rule the claim breaks."""
    return [violation for rule in REDEMPTION_RULES for violation in rule(case)]
