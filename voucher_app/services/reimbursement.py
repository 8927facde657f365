"""后补助, model C: applying and claiming in one act, after the compute was used and paid.

The act records an application like any other, and the claim that came with it. It takes the same road: acceptance and
two reviews in a batch, or one review; publicity; issuance within the cap. The issuance then records voucher and claim
together, and another person than the preparer verifies the claim (R23), which is then settled and paid as any other.
Returned for correction, it comes back by `intake.resubmit`, its claim corrected with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.claim import payable_of
from voucher_app.domain.errors import refuse_if_violated
from voucher_app.domain.redemption import note_redemption
from voucher_app.domain.reimbursement import covering_term, written
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.application import (
    asked_of,
    case_of,
    check_request,
    check_year,
    record,
    request_of,
)
from voucher_app.services.claim import (
    check_claim,
    claimed_of,
    prospective_voucher,
    reimbursement_case,
    told_claim,
    waiting_invoices,
)
from voucher_app.services.intake import check_submission, corrected, corrected_claim
from voucher_app.services.invoice_file import check_originals, papers_of
from voucher_app.services.redemption import ClaimPreview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.application import Application, ApplicationCase
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.policy import OperatingModel
    from voucher_app.domain.reimbursement import Reimbursement
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.application import ApplicationFacts, Request
    from voucher_app.services.claim import ClaimedFacts
    from voucher_app.services.intake import Corrections
    from voucher_app.services.invoice_file import Original
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ReimbursementFacts:
    """What is applied for and claimed, before it is checked; the application's amount is also what is claimed."""

    application: ApplicationFacts
    claimed: ClaimedFacts


@dataclass(frozen=True, slots=True)
class _Asked:
    """A reimbursement as the rules look at it."""

    request: Request
    claim: Reimbursement
    voucher: Voucher
    model: OperatingModel


def _claim_of(facts: ReimbursementFacts, reason: str) -> Reimbursement:
    asked = facts.application
    return covering_term(claimed_of(facts.claimed, reason), first=asked.contract_from, last=asked.contract_until)


def _asked(records: Records, facts: ReimbursementFacts, reason: str) -> _Asked:
    claim = _claim_of(facts, reason)
    request = request_of(records, facts.application)
    model = request.batch.model if request.batch else request.case.policy.operating_model
    voucher = prospective_voucher(records, request.case, year=request.year, policy_id=request.policy_id)
    return _Asked(request, claim, voucher, model)


def _check(records: Records, asked: _Asked, originals: Sequence[Original]) -> list[Violation]:
    case = asked.request.case
    found = check_request(asked.request)
    found += check_originals(asked.claim.invoices, originals, recipient=case.recipient, provider=case.provider)
    found += check_year(records, asked.request.year)
    return found + check_claim(
        records,
        asked.claim,
        asked.request.case,
        voucher=asked.voucher,
        model=asked.model,
        waiting=waiting_invoices(records),
        own=None,
    )


def preview(workspace: Workspace, facts: ReimbursementFacts, originals: Sequence[Original] = ()) -> ClaimPreview:
    """Return what the rules say to a reimbursement as typed so far, and how its payable amount comes about.

    Raises:
        InvalidInput, NotFound: when a field cannot be read, or a unit or the batch is not recorded.
    """
    records = workspace.records()
    asked = _asked(records, facts, "")
    return _preview(records, _check(records, asked, originals), asked.claim, asked.request.case, asked.voucher)


def preview_correction(
    workspace: Workspace, application_id: int, corrections: Corrections, originals: Sequence[Original] = ()
) -> ClaimPreview:
    """Return what the rules say to a returned reimbursement as corrected so far, and how its amount comes about.

    Raises:
        InvalidInput, NotFound: when a field cannot be read, or there is no such application.
        RulesViolated: when it came without a claim.
    """
    records = workspace.records()
    application = corrected(records.applications.get(application_id), corrections)
    claim = corrected_claim(records, application, corrections, reason="")
    assert claim is not None, "asked of applications that came with a claim"
    case = case_of(records, application)
    voucher = prospective_voucher(records, case, year=application.year, policy_id=application.policy_id)
    found = check_submission(records, application, claim=claim)
    found += check_originals(claim.invoices, originals, recipient=case.recipient, provider=case.provider)
    return _preview(records, found, claim, case, voucher)


def _preview(
    records: Records, violations: list[Violation], claim: Reimbursement, application: ApplicationCase, voucher: Voucher
) -> ClaimPreview:
    case = reimbursement_case(records, claim, application, voucher)
    payable = payable_of(case)
    return ClaimPreview(
        violations=violations,
        voucher=voucher,
        limit=payable.rounded,
        free=voucher.face,
        remaining_after=voucher.face - case.amount,
        notes=note_redemption(case),
        payable=payable.amount,
        derivation=payable.steps,
    )


def reimburse(
    workspace: Workspace,
    *,
    facts: ReimbursementFacts,
    operator: Operator,
    request_id: str,
    reason: str = "",
    originals: Sequence[Original] = (),
) -> Application:
    """Apply for support of compute that was used and paid, and claim all of it in the same act (后补助).

    Nothing is issued and nothing is owed by it: others review the application, and the claim is verified after the
    issuance by another person than who prepared both (R23). The invoices' files that were read for it are kept with the
    application, in the same act.

    Raises:
        InvalidInput, NotFound: when a field cannot be read, or a unit or the batch is not recorded.
        RulesViolated: every rule that the application or the claim breaks: the model is another one, an invoice is
            unpaid, not used up, or claimed already (R9), and all that a submission or a claim may break. A written
            reason answers those that only ask for one.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON, required=False)
    claim = _claim_of(facts, reason)
    papers = papers_of(workspace, originals)
    told: dict[str, object] = {
        "application": asked_of(facts.application),
        **told_claim(claim),
        "reason": reason,
        **papers.asked(),
    }
    with workspace.unit_of_work(
        "application.reimburse", operator=operator, request_id=request_id, facts=told, reason=reason
    ) as work:
        if not work.repeats:
            asked = _asked(work, facts, reason)
            refuse_if_violated(_check(work, asked, originals), reason=reason)
            application_id = record(work, asked.request, operator=operator, reason=reason)
            papers.keep(workspace, work, subject=f"application:{application_id}", operator=operator)
            work.about(f"application:{application_id}")
            work.commit([application_id], kept=written(asked.claim))
        return work.applications.get(work.result[0])
