"""Redemptions (兑付): their life cycle, who is paid, and the rules a claim has to meet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.claim import NO_EVIDENCE, eligible_cost
from voucher_app.domain.errors import Violation, Weight
from voucher_app.domain.evidence import (
    contract_term_is_whole,
    further_invoices_bill_something,
    invoices_are_fresh,
    invoices_are_full,
    payment_is_between_the_parties,
    payments_are_possible,
    payments_are_told,
    price_is_usual,
    price_is_whole,
    support_stays_in_share,
    supporting_services_are_billed,
    supporting_services_stay_in_share,
    vouchers_are_not_cashed,
)
from voucher_app.domain.money import round_fen
from voucher_app.domain.parties import provider_was_admitted
from voucher_app.domain.payable import days_of_invoice
from voucher_app.domain.policy import OperatingModel
from voucher_app.domain.voucher import VOUCHER_STEPS

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.claim import Evidence, RedemptionCase, RedemptionRule
    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.money import Money
    from voucher_app.domain.voucher import Voucher


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
class Redemption:
    """A claim on a voucher's value against invoices, and its decision.

    Attributes:
        invoice: the first invoice; the further ones stand in `evidence`.
        reason: what the reviewer wrote; what the preparer wrote stands in `evidence`.
    """

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
    evidence: Evidence = NO_EVIDENCE

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        """All its invoices, the first one first."""
        return (self.invoice, *self.evidence.further)


def payee_of(voucher: Voucher, model: OperatingModel) -> int:
    """Return the unit that is paid for a voucher's redemptions (domain.md §2).

    Who deducted the voucher from the bill is paid: the provider, in model A. In the others the recipient has paid in
    full and is paid back.

    Args:
        voucher: what is redeemed.
        model: the batch's operating model where the voucher came by one, else its policy's.
    """
    return voucher.provider_id if model is OperatingModel.DEDUCT else voucher.recipient_id


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


def group_redeems_within_cap(case: RedemptionCase) -> list[Violation]:
    """R14: units of one group code share the cap of one unit, also when redeeming; the officer may answer for it."""
    if case.redeemed_by_group is None or not case.policy.group_shares_cap:
        return []
    total = case.redeemed_by_group + case.amount
    if total <= case.policy.recipient_year_cap:
        return []
    unit = case.recipient.organisation
    return [
        Violation(
            "R14",
            "group_redeems_too_much",
            found=total.fen,
            allowed=case.policy.recipient_year_cap.fen,
            subject=unit.name,
            weight=Weight.REASON,
            facts={"redeemed_fen": case.redeemed_by_group.fen, "group": unit.group_code},
        )
    ]


def claim_stays_in_ratio(case: RedemptionCase) -> list[Violation]:
    """R4, R31: the claim is at most ratio × eligible cost, rounded as the policy says."""
    cost = eligible_cost(case)
    limit = round_fen(case.ratio * cost, case.policy.rounding)
    if case.amount <= limit:
        return []
    return [
        Violation(
            "R4",
            "cost_ratio_exceeded",
            found=case.amount.fen,
            allowed=limit.fen,
            subject=str(case.voucher.number),
            facts={"base_fen": int(cost), "ratio": str(case.ratio)},
        )
    ]


def deadlines_are_kept(case: RedemptionCase) -> list[Violation]:
    """R7: the service is invoiced by the last day of use, the claim made by the last day to redeem."""
    voucher = case.voucher
    found = [
        Violation(
            "R7",
            "used_too_late",
            found=invoice.invoiced_on.isoformat(),
            allowed=voucher.use_by.isoformat(),
            subject=str(voucher.number),
        )
        for invoice in case.invoices
        if invoice.invoiced_on > voucher.use_by
    ]
    if case.on > voucher.redeem_by:
        found.append(
            Violation(
                "R7",
                "redeemed_too_late",
                found=case.on.isoformat(),
                allowed=voucher.redeem_by.isoformat(),
                subject=str(voucher.number),
            )
        )
    return found + [
        Violation(
            "R7",
            "invoice_in_future",
            found=invoice.invoiced_on.isoformat(),
            allowed=case.on.isoformat(),
            subject=invoice.key,
        )
        for invoice in case.invoices
        if invoice.invoiced_on > case.on
    ]


def provider_was_in_register(case: RedemptionCase) -> list[Violation]:
    """R12: the provider was admitted on each invoice's service dates; without them, on the day of the invoice."""
    days = {
        day or invoice.invoiced_on for invoice in case.invoices for day in (invoice.service_from, invoice.service_until)
    }
    refused = (provider_was_admitted(case.provider, on=day, what="service") for day in sorted(days))
    return [violation for violation in refused if violation is not None]


def service_lies_in_base_period(case: RedemptionCase) -> list[Violation]:
    """R19: some of what each invoice bills lies in the base period, and its period is told in order."""
    if not case.tells_a_period:
        return []
    contract, terms = case.evidence.contract, case.terms
    found = []
    for invoice in case.invoices:
        covered = invoice.service or contract
        if covered is None:
            continue
        if covered[0] > covered[1]:
            if invoice.service is not None:
                found.append(
                    Violation(
                        "R19",
                        "service_period_reversed",
                        found=covered[0].isoformat(),
                        allowed=covered[1].isoformat(),
                        subject=invoice.key,
                    )
                )
            continue
        days = days_of_invoice(invoice, contract=contract, terms=terms)
        if days is None or days.counted or terms.base_period is None:
            continue
        if days.first <= days.last:
            # One day of overlap, which the difference of days counts as none.
            found.append(
                Violation(
                    "R31",
                    "no_day_counts",
                    found=[day.isoformat() for day in covered],
                    allowed=[day.isoformat() for day in terms.base_period],
                    subject=invoice.key,
                    facts={"day": days.first.isoformat(), "day_count": terms.day_count.value},
                )
            )
            continue
        found.append(
            Violation(
                "R19",
                "outside_base_period",
                found=[day.isoformat() for day in covered],
                allowed=[day.isoformat() for day in terms.base_period],
                subject=invoice.key,
            )
        )
    return found


_CLAIM_RULES: Final[tuple[RedemptionRule, ...]] = (
    claim_is_positive,
    voucher_is_live,
    claim_is_covered,
    recipient_redeems_within_cap,
    group_redeems_within_cap,
    claim_stays_in_ratio,
    deadlines_are_kept,
    invoices_are_fresh,
    provider_was_in_register,
    support_stays_in_share,
    service_lies_in_base_period,
)
_EVIDENCE_RULES: Final[tuple[RedemptionRule, ...]] = (
    further_invoices_bill_something,
    supporting_services_are_billed,
    supporting_services_stay_in_share,
    contract_term_is_whole,
    invoices_are_full,
    payments_are_possible,
    payment_is_between_the_parties,
    vouchers_are_not_cashed,
    price_is_whole,
    price_is_usual,
)
"""Rules about what most claims do not tell."""
REDEMPTION_RULES: Final = _CLAIM_RULES + _EVIDENCE_RULES


def check_redemption(case: RedemptionCase) -> list[Violation]:
    """Return every rule the claim breaks."""
    rules = REDEMPTION_RULES if case.tells_more else _CLAIM_RULES
    return [violation for rule in rules for violation in rule(case)]


def note_redemption(case: RedemptionCase) -> list[Violation]:
    """Return what an officer is told of a claim that never stands in its way, so that no refusal has to repeat it."""
    return payments_are_told(case)
