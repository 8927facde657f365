"""What the evidence of a claim has to be: invoices, payment, price, scope (R9, R15, R16, R20, R21, R30)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from voucher_app.domain.claim import claim_cost
from voucher_app.domain.errors import Violation, Weight
from voucher_app.domain.money import ZERO
from voucher_app.domain.policy import OperatingModel

if TYPE_CHECKING:
    from voucher_app.domain.claim import RedemptionCase


def invoices_are_fresh(case: RedemptionCase) -> list[Violation]:
    """R9: an invoice is redeemed once, across vouchers and years; no policy of ours lets it be split."""
    if case.invoice_holder is None and not case.evidence.further:
        return []
    holders = dict(case.further_holders)
    if case.invoice_holder is not None:
        holders[case.invoice.key] = case.invoice_holder
    found = [
        Violation(
            "R9",
            "invoice_used",
            found=invoice.key,
            allowed="one redemption for an invoice",
            subject=invoice.key,
            facts={"redemption": holders[invoice.key]},
        )
        for invoice in case.invoices
        if invoice.key in holders
    ]
    return found + [
        Violation("R9", "invoice_twice", found=times, allowed=1, subject=key)
        for key, times in Counter(invoice.key for invoice in case.invoices).items()
        if times > 1
    ]


def further_invoices_bill_something(case: RedemptionCase) -> list[Violation]:
    """R5: a further invoice bills something; the first one is held to it by the ratio (R4)."""
    return [
        Violation("R5", "invoice_empty", found=invoice.amount.fen, allowed=1, subject=invoice.key)
        for invoice in case.evidence.further
        if invoice.amount.fen <= 0
    ]


def support_stays_in_share(case: RedemptionCase) -> list[Violation]:
    """R15: all support of the contract, other public money and this claim included, stays within the policy's share.

    One contract supports one voucher (R8), so what was redeemed of the voucher is what this office gave before. Where
    the policy forbids other support altogether, the application said so already, and there is nothing to add up.
    """
    if case.contract_support is None:
        return []
    contract, other = case.contract_support
    voucher = case.voucher
    before = voucher.face - voucher.remaining - voucher.recycled
    total = other + before + case.amount
    allowed = int(case.policy.largest_support_share * contract.fen)
    if total.fen <= allowed:
        return []
    return [
        Violation(
            "R15",
            "support_exceeded",
            found=total.fen,
            allowed=allowed,
            subject=str(voucher.number),
            facts={
                "other_fen": other.fen,
                "base_fen": contract.fen,
                "ratio": str(case.policy.largest_support_share),
            },
        )
    ]


def supporting_services_are_billed(case: RedemptionCase) -> list[Violation]:
    """R16: supporting services are a part of their invoice."""
    return [
        Violation(
            "R16",
            "services_above_invoice",
            found=invoice.supporting_services.fen,
            allowed=invoice.amount.fen,
            subject=invoice.key,
        )
        for invoice in case.invoices
        if invoice.supporting_services > invoice.amount
    ]


def supporting_services_stay_in_share(case: RedemptionCase) -> list[Violation]:
    """R16: tell when supporting services are above their share of the base; what is above it does not count."""
    if not any(invoice.supporting_services for invoice in case.invoices):
        return []
    cost = claim_cost(case)
    if cost.supporting_counted == cost.supporting:
        return []
    return [
        Violation(
            "R16",
            "services_above_share",
            found=int(cost.supporting),
            allowed=int(cost.supporting_counted),
            subject=str(case.voucher.number),
            weight=Weight.NOTE,
            facts={"base_fen": int(cost.base), "ratio": str(case.policy.supporting_services_share)},
        )
    ]


def invoices_are_full(case: RedemptionCase) -> list[Violation]:
    """R20: in model A the invoices bill the whole price: at least what was paid and what the voucher covers together.

    An invoice over the rest alone would be paid in full beside the voucher. That the bills carry claim ÷ ratio at all
    is R4; here it is asked whether they are full ones, which needs the payment to be told.
    """
    if not case.policy.requires_full_invoice or case.operating_model is not OperatingModel.DEDUCT:
        return []
    paid = [invoice.paid for invoice in case.invoices if invoice.paid is not None]
    if not paid:
        return []
    billed = sum(invoice.amount.fen for invoice in case.invoices)
    needed = sum((one for one in paid), ZERO) + case.deducted
    if billed >= needed.fen:
        return []
    return [
        Violation(
            "R20",
            "invoice_not_full",
            found=billed,
            allowed=needed.fen,
            subject=case.invoice.key,
            weight=Weight.REASON,
            facts={"deducted_fen": case.deducted.fen},
        )
    ]


def payments_are_possible(case: RedemptionCase) -> list[Violation]:
    """R21: no more was paid on an invoice than it bills, and on no later day than the claim's."""
    found = []
    for invoice in case.invoices:
        if invoice.paid is not None and invoice.paid > invoice.amount:
            found.append(
                Violation(
                    "R21",
                    "paid_above_invoice",
                    found=invoice.paid.fen,
                    allowed=invoice.amount.fen,
                    subject=invoice.key,
                )
            )
        if invoice.paid_on is not None and invoice.paid_on > case.on:
            found.append(
                Violation(
                    "R21",
                    "paid_in_future",
                    found=invoice.paid_on.isoformat(),
                    allowed=case.on.isoformat(),
                    subject=invoice.key,
                )
            )
    return found


def payment_is_between_the_parties(case: RedemptionCase) -> list[Violation]:
    """R21: the recipient paid and the provider was paid, as far as the receipts' names are told."""
    if not case.policy.requires_bank_transfer:
        return []
    expected = (("payer", case.recipient.organisation.name), ("payee", case.provider.organisation.name))
    return [
        Violation(
            "R21", f"receipt_names_other_{side}", found=name, allowed=unit, subject=invoice.key, weight=Weight.REASON
        )
        for invoice in case.invoices
        for side, unit in expected
        if (name := str(getattr(invoice, side))) and not _same_name(name, unit)
    ]


def vouchers_are_not_cashed(case: RedemptionCase) -> list[Violation]:
    """R18: what was paid goes to who sold the compute; money that comes back to the holder cashes the voucher."""
    holder, seller = case.recipient.organisation.name, case.provider.organisation.name
    return [
        Violation("R18", "voucher_cashed", found=invoice.payee, allowed=seller, subject=invoice.key)
        for invoice in case.invoices
        if invoice.payee and _same_name(invoice.payee, holder) and not _same_name(invoice.payee, seller)
    ]


def _same_name(one: str, other: str) -> bool:
    """Compare names as a bank writes them: brackets and letters may be of full or half width, spaces do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def payments_are_told(case: RedemptionCase) -> list[Violation]:
    """R21: note which invoices tell nothing of their payment."""
    if not case.policy.requires_bank_transfer:
        return []
    return [
        Violation(
            "R21",
            "payment_not_told",
            found=invoice.key,
            allowed="a payment receipt",
            subject=invoice.key,
            weight=Weight.NOTE,
        )
        for invoice in case.invoices
        if not invoice.payment_is_told
    ]


def price_is_whole(case: RedemptionCase) -> list[Violation]:
    """R30: an item has its price and a price its item."""
    item, price = case.evidence.price_item, case.evidence.unit_price
    if bool(item) == bool(price):
        return []
    return [Violation("R30", "price_incomplete", found=price.fen if price else 0, allowed=item, subject=item)]


def price_is_usual(case: RedemptionCase) -> list[Violation]:
    """R30: the unit price lies no further above the filed price, or the median of earlier claims, than allowed."""
    item, price, usual = case.evidence.price_item, case.evidence.unit_price, case.reference_price
    if price is None or usual is None:
        return []
    allowed = usual * (1 + case.policy.price_excess)
    if price.fen <= allowed:
        return []
    return [
        Violation(
            "R30",
            "price_too_high",
            found=price.fen,
            allowed=int(allowed),
            subject=item,
            weight=Weight.REASON,
            facts={"usual_fen": int(usual), "ratio": str(case.policy.price_excess)},
        )
    ]


def contract_term_is_whole(case: RedemptionCase) -> list[Violation]:
    """R19: the contract's term is told with both its ends, in order: half of one would cut nothing."""
    first, last = case.evidence.contract_from, case.evidence.contract_until
    if first is None and last is None:
        return []
    if first is None or last is None:
        return [Violation("R19", "contract_term_half", found=str(first or last), allowed="both ends of the term")]
    if first <= last:
        return []
    return [Violation("R19", "contract_term_reversed", found=first.isoformat(), allowed=last.isoformat())]
