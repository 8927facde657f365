"""A claim (兑付申请) as the rules see it: its evidence, and what the records say around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import Violation
from voucher_app.domain.money import ZERO
from voucher_app.domain.payable import Limit, StepKind, Terms, cost_of, derive_payable
from voucher_app.domain.policy import OperatingModel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from fractions import Fraction

    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.money import Money
    from voucher_app.domain.parties import Provider, Recipient
    from voucher_app.domain.payable import Cost, Payable, Period
    from voucher_app.domain.policy import Policy
    from voucher_app.domain.voucher import Voucher


@dataclass(frozen=True, slots=True)
class Evidence:
    """What supports a claim beside its first invoice; everything may be missing.

    Attributes:
        further: the invoices after the first one.
        contract_from: first day of the contract's term, `contract_until` its last: the period that the invoices'
            amounts cover. Without them each amount covers its own service period.
        price_item: what was bought, in the words of the provider's price list (R30); `unit_price`: at which price.
        reason: the officer's written answer to the rules that ask for one.
    """

    further: tuple[Invoice, ...] = ()
    contract_from: date | None = None
    contract_until: date | None = None
    price_item: str = ""
    unit_price: Money | None = None
    reason: str = ""

    @property
    def contract(self) -> Period | None:
        """The contract's term, or None when it is not told."""
        if self.contract_from is None or self.contract_until is None:
            return None
        return self.contract_from, self.contract_until


NO_EVIDENCE: Final = Evidence()


@dataclass(frozen=True, slots=True)
class RedemptionCase:
    """Everything the rules look at when a redemption is claimed or verified.

    Attributes:
        invoice: the first invoice; the further ones stand in `evidence`.
        amount: what is to be paid: the claim, or what the reviewer approves.
        open_claims: value that other undecided claims already ask of this voucher.
        redeemed_in_year: what was verified for the recipient in the voucher's budget year before (R3).
        invoice_holder: the redemption that already uses the first invoice, or None (R9).
        on: the business date of the claim (deadlines look at the claim, not at the decision).
        further_holders: the redemptions that already use further invoices, by the invoice's key (R9).
        claimed: what was claimed, where `amount` is what a reviewer approves.
        model: the batch's operating model, or None for the policy's.
        redeemed_by_group: what was verified for all units of the recipient's group in the year, or None (R14).
        contract_support: the contract's amount and the other public money on it, where the policy bounds both (R15).
        reference_price: the filed price, or the median of earlier claims, in exact fen; None without one (R30).
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
    evidence: Evidence = NO_EVIDENCE
    further_holders: Mapping[str, int] = field(default_factory=dict)
    claimed: Money | None = None
    model: OperatingModel | None = None
    redeemed_by_group: Money | None = None
    contract_support: tuple[Money, Money] | None = None
    reference_price: Fraction | None = None

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        """All invoices of the claim, the first one first."""
        return (self.invoice, *self.evidence.further)

    @property
    def tells_more(self) -> bool:
        """Whether anything is told beside one invoice's number, amount and dates."""
        return (
            self.evidence is not NO_EVIDENCE or self.invoice.payment_is_told or bool(self.invoice.supporting_services)
        )

    @property
    def tells_a_period(self) -> bool:
        """Whether there is a period of which a part may lie outside the base period; for most claims there is none."""
        if self.invoice.service is not None:
            return True
        evidence = self.evidence
        return evidence is not NO_EVIDENCE and (
            evidence.contract is not None or any(invoice.service is not None for invoice in evidence.further)
        )

    @property
    def operating_model(self) -> OperatingModel:
        """How the voucher reaches the bill (domain.md §2)."""
        return self.model or self.policy.operating_model

    @property
    def deducted(self) -> Money:
        """What the provider takes off the bills: the claim itself in model A, nothing in the others."""
        if self.operating_model is not OperatingModel.DEDUCT:
            return ZERO
        return self.amount if self.claimed is None else self.claimed

    @property
    def ratio(self) -> Fraction:
        """The support ratio of this unit (R4)."""
        unit = self.recipient.organisation
        return self.policy.ratio_for(kind=self.recipient.kind, founded_on=unit.founded_on, on=self.voucher.issued_on)

    @property
    def terms(self) -> Terms:
        """What the policy version says about the arithmetic."""
        voucher = self.voucher
        return terms_under(
            self.policy,
            ratio=self.ratio,
            model=self.operating_model,
            year=voucher.year,
            issued_on=voucher.issued_on,
            use_by=voucher.use_by,
            tells_a_period=self.tells_a_period,
        )


def terms_under(
    policy: Policy,
    *,
    ratio: Fraction,
    model: OperatingModel,
    year: int,
    issued_on: date,
    use_by: date,
    tells_a_period: bool = True,
) -> Terms:
    """Return what a policy version says about the arithmetic of claims on one voucher.

    Args:
        policy: the version.
        ratio: its support ratio for the unit.
        model: how the voucher reaches the bill, which says what the base period is (R19).
        year: the voucher's budget year; `issued_on` and `use_by` as on the voucher.
        issued_on: see `year`.
        use_by: see `year`.
        tells_a_period: whether there is a period to cut; for most claims there is none, and nothing to compute.
    """
    base_period = None
    if policy.cuts_to_base_period and tells_a_period:
        base_period = (
            policy.base_period_of_year(year)
            if model is OperatingModel.AFTERWARDS
            else policy.base_period(issued_on=issued_on, use_by=use_by)
        )
    return Terms(ratio, policy.supporting_services_share, policy.rounding, policy.day_count, base_period)


RedemptionRule = Callable[[RedemptionCase], list[Violation]]


def claim_cost(case: RedemptionCase) -> Cost:
    """Return the cost that the claim's invoices carry, in exact fen."""
    return cost_of(case.invoices, contract=case.evidence.contract, terms=case.terms, deducted=case.deducted)


def eligible_cost(case: RedemptionCase) -> Fraction:
    """Return the claim's cost that counts, in exact fen: paid, in the base period by day (R19), in scope (R16)."""
    return claim_cost(case).eligible


def payable_of(case: RedemptionCase) -> Payable:
    """Return what is payable on the claim and how it comes about (R1, R3, R4, R16, R19, R31)."""
    limits = (
        Limit(StepKind.VOUCHER, case.voucher.remaining, case.open_claims),
        Limit(StepKind.RECIPIENT, case.policy.recipient_year_cap, case.redeemed_in_year),
    )
    return derive_payable(
        case.invoices, contract=case.evidence.contract, terms=case.terms, limits=limits, deducted=case.deducted
    )
