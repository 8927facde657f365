"""后补助, model C: applying and claiming in one act, after the compute was used and paid.

The act records an application like any other, and the claim that came with it. It takes the same road: acceptance and
two reviews in a batch, or one review; publicity; issuance within the cap. The issuance then records voucher and claim
together, and another person than the preparer verifies the claim (R23), which is then settled and paid as any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.claim import Evidence, payable_of
from voucher_app.domain.errors import InvalidInput, refuse_if_violated
from voucher_app.domain.redemption import note_redemption
from voucher_app.domain.reimbursement import Reimbursement, written
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.application import (
    asked_of,
    check_request,
    record,
    request_of,
    year_not_opened,
)
from voucher_app.services.claim import (
    check_claim,
    invoice_of,
    line_of,
    prospective_voucher,
    reimbursement_case,
    told_of,
    waiting_invoices,
)
from voucher_app.services.redemption import ClaimPreview

if TYPE_CHECKING:
    from voucher_app.domain.application import Application
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.policy import OperatingModel
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.application import ApplicationFacts, Request
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.redemption import InvoiceFacts
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ReimbursementFacts:
    """What is applied for and claimed, before it is checked.

    Attributes:
        application: what is asked for; its amount is also what is claimed.
        invoices: what was used and paid, the first one first. Where none of them tells its service period, their
            amounts cover the contract's term, if the application tells that.
        price_item, unit_price: what was bought and at which price (R30).
    """

    application: ApplicationFacts
    invoices: tuple[InvoiceFacts, ...]
    price_item: str = ""
    unit_price: Money | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A reimbursement as the rules look at it."""

    request: Request
    claim: Reimbursement
    voucher: Voucher
    model: OperatingModel


def _claim_of(facts: ReimbursementFacts, reason: str) -> Reimbursement:
    if not facts.invoices:
        raise InvalidInput("arguments_missing", found="--invoice")
    first, *further = map(invoice_of, facts.invoices)
    tells_service = any(one.service is not None for one in (first, *further))
    asked = facts.application
    return Reimbursement(
        first,
        Evidence(
            further=tuple(further),
            contract_from=None if tells_service else asked.contract_from,
            contract_until=None if tells_service else asked.contract_until,
            price_item=line_of(facts.price_item, "price_item"),
            unit_price=facts.unit_price,
            reason=reason,
        ),
    )


def _asked(records: Records, facts: ReimbursementFacts, reason: str) -> _Asked:
    claim = _claim_of(facts, reason)
    request = request_of(records, facts.application)
    model = request.batch.model if request.batch else request.case.policy.operating_model
    voucher = prospective_voucher(records, request.case, year=request.year, policy_id=request.policy_id)
    return _Asked(request, claim, voucher, model)


def _check(records: Records, asked: _Asked) -> list[Violation]:
    found = check_request(asked.request)
    if records.years.find(asked.request.year) is None:
        found.append(year_not_opened(asked.request.year))
    return found + check_claim(
        records,
        asked.claim,
        asked.request.case,
        voucher=asked.voucher,
        model=asked.model,
        waiting=waiting_invoices(records),
        own=None,
    )


def preview(workspace: Workspace, facts: ReimbursementFacts) -> ClaimPreview:
    """Return what the rules say to a reimbursement as typed so far, and how its payable amount comes about.

    Raises:
        InvalidInput, NotFound: when a field cannot be read, or a unit or the batch is not recorded.
    """
    records = workspace.records()
    asked = _asked(records, facts, "")
    case = reimbursement_case(records, asked.claim, asked.request.case, asked.voucher)
    payable = payable_of(case)
    return ClaimPreview(
        violations=_check(records, asked),
        voucher=asked.voucher,
        limit=payable.rounded,
        free=asked.voucher.face,
        remaining_after=asked.voucher.face - case.amount,
        notes=note_redemption(case),
        payable=payable.amount,
        derivation=payable.steps,
    )


def reimburse(
    workspace: Workspace, *, facts: ReimbursementFacts, operator: Operator, request_id: str, reason: str = ""
) -> Application:
    """Apply for support of compute that was used and paid, and claim all of it in the same act (后补助).

    Nothing is issued and nothing is owed by it: others review the application, and the claim is verified after the
    issuance by another person than who prepared both (R23).

    Raises:
        InvalidInput, NotFound: when a field cannot be read, or a unit or the batch is not recorded.
        RulesViolated: every rule that the application or the claim breaks: the model is another one, an invoice is
            unpaid, not used up, or claimed already (R9), and all that a submission or a claim may break. A written
            reason answers those that only ask for one.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON, required=False)
    claim = _claim_of(facts, reason)
    told: dict[str, object] = {
        "application": asked_of(facts.application),
        "invoices": [told_of(one) for one in claim.invoices],
        "evidence": told_of(claim.evidence),
        "reason": reason,
    }
    with workspace.unit_of_work(
        "application.reimburse", operator=operator, request_id=request_id, facts=told, reason=reason
    ) as work:
        if not work.repeats:
            asked = _asked(work, facts, reason)
            refuse_if_violated(_check(work, asked), reason=reason)
            application_id = record(work, asked.request, operator=operator, reason=reason)
            work.about(f"application:{application_id}")
            work.commit([application_id], kept=written(asked.claim))
        return work.applications.get(work.result[0])
