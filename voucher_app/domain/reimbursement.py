"""后补助, model C: application and redemption are one act, on compute that was used and paid before (domain.md §2).

The claim comes with the application and waits with it. Whatever decides on the application decides on a voucher and on
a claim over all of its value; both are recorded together, and the claim is verified by another person as any other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.claim import Evidence
from voucher_app.domain.errors import Violation
from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import Money
from voucher_app.domain.policy import OperatingModel

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """What an application of model C claims on: its first invoice, and all other evidence as of any claim."""

    invoice: Invoice
    evidence: Evidence

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        """All invoices, the first one first."""
        return (self.invoice, *self.evidence.further)


def covering_term(claim: Reimbursement, *, first: date | None, last: date | None) -> Reimbursement:
    """Return a claim whose amounts cover the contract's term, as far as no invoice tells its service period."""
    if any(one.service is not None for one in claim.invoices):
        first = last = None
    return replace(claim, evidence=replace(claim.evidence, contract_from=first, contract_until=last))


def check_reimbursement(
    claim: Reimbursement, *, model: OperatingModel, on: date, waiting: Mapping[str, int], contract: str
) -> list[Violation]:
    """Return what stands against claiming at once, beside the rules of any claim.

    Args:
        claim: what is claimed on.
        model: the operating model of the batch, or of the policy outside of one.
        on: the business date.
        waiting: invoices that other applications of model C wait with, and which application that is (R9).
        contract: its number, for the sentence.
    """
    found = []
    if model is not OperatingModel.AFTERWARDS:
        found.append(
            Violation(
                "BATCH", "model_is_other", found=model.value, allowed=OperatingModel.AFTERWARDS.value, subject=contract
            )
        )
    for invoice in claim.invoices:
        if invoice.paid_on is None:
            found.append(
                Violation("R21", "payment_not_proved", found=invoice.key, allowed="a payment", subject=invoice.key)
            )
        if invoice.service_until is not None and invoice.service_until > on:
            found.append(
                Violation(
                    "R19",
                    "service_not_over",
                    found=invoice.service_until.isoformat(),
                    allowed=on.isoformat(),
                    subject=invoice.key,
                )
            )
        if invoice.key in waiting:
            found.append(
                Violation(
                    "R9",
                    "invoice_waits",
                    found=invoice.key,
                    allowed="one redemption for an invoice",
                    subject=invoice.key,
                    facts={"application": waiting[invoice.key]},
                )
            )
    return found


# ------------------------------------------------------------------------------------------- keeping a claim


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def written(claim: Reimbursement) -> str:
    """Return a claim as the text that is kept with its application; what is not told is left out."""
    evidence = _told(claim.evidence)
    further = [_told(one) for one in claim.evidence.further]
    return _ENCODER.encode({"invoice": _told(claim.invoice), **evidence, **({"further": further} if further else {})})


def _told(one: Invoice | Evidence) -> dict[str, object]:
    told = {item.name: (getattr(one, item.name), item.default) for item in fields(one) if item.name != "further"}
    return {name: _plain(value) for name, (value, default) in told.items() if value != default}


def _plain(value: object) -> object:
    if isinstance(value, Money):
        return value.fen
    return value.isoformat() if isinstance(value, date) else value


_MONEY: Final = frozenset({"amount", "supporting_services", "paid", "unit_price"})
_DAYS: Final = frozenset({"invoiced_on", "service_from", "service_until", "paid_on", "contract_from", "contract_until"})


def read(text: str) -> Reimbursement:
    """Return the claim that `written` wrote."""
    told = json.loads(text)
    invoice = Invoice(**_typed(told.pop("invoice")))
    further = tuple(Invoice(**_typed(one)) for one in told.pop("further", ()))
    return Reimbursement(invoice, Evidence(further=further, **_typed(told)))


def _typed(told: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in told.items()}


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON on one side, a field of either class on the other
    if name in _MONEY:
        return Money(value)
    return date.fromisoformat(value) if name in _DAYS else value
