"""What is claimed, from what was typed to what the rules look at: of a voucher's redemption, or of a reimbursement."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from voucher_app.domain.claim import NO_EVIDENCE, Evidence, RedemptionCase
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.invoice import Invoice, parse_invoice_number
from voucher_app.domain.money import ZERO
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.policy import OperatingModel
from voucher_app.domain.redemption import check_redemption
from voucher_app.domain.reimbursement import Reimbursement, check_reimbursement, read
from voucher_app.domain.text import LONGEST_NAME, LONGEST_REASON, parse_line
from voucher_app.domain.voucher import Voucher, VoucherStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from voucher_app.domain.application import Application, ApplicationCase
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.domain.redemption import Redemption
    from voucher_app.services.ports.unit_of_work import Records


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """One more invoice behind a claim, before it is checked; what is not told is None or empty."""

    number: str
    amount: Money
    invoiced_on: date
    service_from: date | None = None
    service_until: date | None = None
    paid_on: date | None = None
    paid: Money | None = None
    payer: str = ""
    payee: str = ""
    supporting_services: Money = ZERO


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What is claimed, before it is checked; everything after the invoice's date may be missing.

    Attributes:
        service_from, service_until: told when the base period may cut the service (R19).
        contract_from, contract_until: the term that the invoices' amounts cover, where it is not their service period.
        paid: what of the invoice was paid, all of it when not told; `payer` and `payee` as on the receipt (R21).
        supporting_services: what the invoice bills beside the compute itself (R16).
        price_item, unit_price: what was bought and at which price (R30).
        reason: answers the rules that ask for one.
        further: invoices beside the first one.
    """

    voucher_number: str
    amount: Money
    invoice_number: str
    invoice_amount: Money
    invoiced_on: date
    service_from: date | None = None
    service_until: date | None = None
    contract_from: date | None = None
    contract_until: date | None = None
    paid_on: date | None = None
    paid: Money | None = None
    payer: str = ""
    payee: str = ""
    supporting_services: Money = ZERO
    price_item: str = ""
    unit_price: Money | None = None
    reason: str = ""
    further: tuple[InvoiceFacts, ...] = ()

    @property
    def first(self) -> InvoiceFacts:
        """The first invoice."""
        return InvoiceFacts(
            number=self.invoice_number,
            amount=self.invoice_amount,
            invoiced_on=self.invoiced_on,
            service_from=self.service_from,
            service_until=self.service_until,
            paid_on=self.paid_on,
            paid=self.paid,
            payer=self.payer,
            payee=self.payee,
            supporting_services=self.supporting_services,
        )


def claim_case(
    records: Records,
    voucher: Voucher,
    *,
    invoice: Invoice,
    evidence: Evidence,
    amount: Money,
    on: date,
    besides: Redemption | None,
) -> RedemptionCase:
    """Gather what the rules look at; what only rare evidence or a rare policy needs is asked for only then."""
    policy = records.policies.get(voucher.policy_id).policy
    recipient = records.parties.recipient_by_id(voucher.recipient_id)
    own = besides.id if besides else None
    redemptions = records.redemptions
    holder = redemptions.holder_of_invoice(invoice.key)
    case = RedemptionCase(
        policy=policy,
        voucher=voucher,
        recipient=recipient,
        provider=records.parties.provider_by_id(voucher.provider_id),
        invoice=invoice,
        amount=amount,
        open_claims=redemptions.open_claims(voucher.id, besides=own)[1],
        redeemed_in_year=records.parties.redeemed(voucher.recipient_id, voucher.year),
        invoice_holder=None if own is not None and holder == own else holder,
        on=on,
        evidence=evidence,
        claimed=besides.claimed if besides else amount,
    )
    group = recipient.organisation.group_code
    if group and policy.group_shares_cap:
        case = replace(case, redeemed_by_group=records.parties.redeemed_by_group(group, voucher.year))
    if not policy.forbids_other_support:
        case = replace(case, contract_support=redemptions.contract_support(voucher.application_id))
    if evidence is NO_EVIDENCE and invoice.paid is None:
        # Which days count depends on the model, so it is asked for where there are days to count.
        return replace(case, model=redemptions.model_of(voucher.application_id)) if case.tells_a_period else case
    return _with_evidence(records, replace(case, model=redemptions.model_of(voucher.application_id)), own=own)


def _with_evidence(records: Records, case: RedemptionCase, *, own: int | None) -> RedemptionCase:
    """Add what only a claim with further evidence needs: who uses its other invoices, and the usual price."""
    redemptions, evidence = records.redemptions, case.evidence
    holders = {one.key: redemptions.holder_of_invoice(one.key) for one in evidence.further}
    price = None
    if evidence.price_item and evidence.unit_price:
        price = redemptions.reference_price(
            provider_id=case.voucher.provider_id, item=evidence.price_item, on=case.invoice.invoiced_on, besides=own
        )
    return replace(
        case,
        further_holders={key: found for key, found in holders.items() if found is not None and found != own},
        reference_price=price,
    )


def invoice_of(facts: InvoiceFacts) -> Invoice:
    """Read an invoice.

    Raises:
        InvalidInput: when its number or a name cannot be read.
    """
    return Invoice(
        key=parse_invoice_number(facts.number),
        amount=facts.amount,
        invoiced_on=facts.invoiced_on,
        service_from=facts.service_from,
        service_until=facts.service_until,
        supporting_services=facts.supporting_services,
        paid=facts.paid,
        paid_on=facts.paid_on,
        payer=line_of(facts.payer, "payer"),
        payee=line_of(facts.payee, "payee"),
    )


def line_of(text: str, field_name: str, longest: int = LONGEST_NAME) -> str:
    """Read a line that may be empty."""
    return parse_line(text, field=field_name, longest=longest, required=False) if text else ""


def evidence_of(facts: ClaimFacts) -> Evidence:
    """Read the evidence of a claim beside its first invoice."""
    evidence = Evidence(
        further=tuple(map(invoice_of, facts.further)),
        contract_from=facts.contract_from,
        contract_until=facts.contract_until,
        price_item=line_of(facts.price_item, "price_item"),
        unit_price=facts.unit_price,
        reason=line_of(facts.reason, "reason", LONGEST_REASON),
    )
    return NO_EVIDENCE if evidence == NO_EVIDENCE else evidence


def told_of(one: Invoice | Evidence) -> dict[str, str]:
    """Return an invoice or other evidence as text, for the digest of a request."""
    return {item.name: str(getattr(one, item.name)) for item in fields(one) if item.name != "further"}


# ------------------------------------------------------------------------------- claims that come with an application


@dataclass(frozen=True, slots=True)
class ClaimedFacts:
    """What an application of model C claims on, before it is checked.

    Attributes:
        invoices: what was used and paid, the first one first. Where none of them tells its service period, their
            amounts cover the contract's term, if the application tells that.
        price_item, unit_price: what was bought and at which price (R30).
    """

    invoices: tuple[InvoiceFacts, ...]
    price_item: str = ""
    unit_price: Money | None = None


def claimed_of(facts: ClaimedFacts, reason: str) -> Reimbursement:
    """Read what an application claims on; which term its amounts cover is not told by it.

    Raises:
        InvalidInput: when no invoice is told, or something of one cannot be read.
    """
    if not facts.invoices:
        raise InvalidInput("arguments_missing", found="--invoice")
    first, *further = map(invoice_of, facts.invoices)
    evidence = Evidence(
        further=tuple(further),
        price_item=line_of(facts.price_item, "price_item"),
        unit_price=facts.unit_price,
        reason=reason,
    )
    return Reimbursement(first, evidence)


def told_claim(claim: Reimbursement) -> dict[str, object]:
    """Return a claim that comes with an application as JSON-able data, for the digest of a request."""
    return {"invoices": [told_of(one) for one in claim.invoices], "evidence": told_of(claim.evidence)}


def prospective_voucher(records: Records, case: ApplicationCase, *, year: int, policy_id: int) -> Voucher:
    """Return the voucher that would be issued on an application today, for a claim that is made with it."""
    policy, today = case.policy, records.today
    return Voucher(
        id=0,
        number=VoucherNumber(year, records.vouchers.next_sequence(year)),
        application_id=0,
        policy_id=policy_id,
        recipient_id=case.recipient.id,
        provider_id=case.provider.id,
        face=case.requested,
        remaining=case.requested,
        recycled=ZERO,
        status=VoucherStatus.USABLE,
        issued_on=today,
        use_by=policy.use_by(year=year, issued_on=today),
        redeem_by=policy.redeem_by(year=year, issued_on=today),
        prepared_by=0,
        reviewed_by=0,
        issued_seq=0,
    )


def reimbursement_case(
    records: Records, claim: Reimbursement, application: ApplicationCase, voucher: Voucher
) -> RedemptionCase:
    """Gather what the rules look at for a claim on all of a voucher that is issued together with it, by model C."""
    policy, recipient = application.policy, application.recipient
    case = RedemptionCase(
        policy=policy,
        voucher=voucher,
        recipient=recipient,
        provider=application.provider,
        invoice=claim.invoice,
        amount=voucher.face,
        open_claims=ZERO,
        redeemed_in_year=records.parties.redeemed(recipient.id, voucher.year),
        invoice_holder=records.redemptions.holder_of_invoice(claim.invoice.key),
        on=records.today,
        evidence=claim.evidence,
        claimed=voucher.face,
        model=OperatingModel.AFTERWARDS,
    )
    group = recipient.organisation.group_code
    if group and policy.group_shares_cap:
        case = replace(case, redeemed_by_group=records.parties.redeemed_by_group(group, voucher.year))
    if not policy.forbids_other_support:
        case = replace(case, contract_support=(application.contract.amount, application.other_support))
    return _with_evidence(records, case, own=None)


def model_of(records: Records, application: Application) -> OperatingModel:
    """Return how an application's voucher reaches the bill: as its batch says, else as the policy says."""
    if application.batch_id is not None:
        return records.batches.get(application.batch_id).model
    return records.policies.get(application.policy_id).policy.operating_model


def filed_claim(records: Records, application: Application) -> Reimbursement | None:
    """Return the claim that came with an application of model C, as corrected last, or None where none did."""
    if model_of(records, application) is not OperatingModel.AFTERWARDS:
        return None
    text = records.applications.filed_claim(application.id)
    return read(text) if text else None


def waiting_invoices(records: Records) -> dict[str, list[int]]:
    """Return the invoices that applications which are not issued yet wait with, and whose they are (R9)."""
    waiting: dict[str, list[int]] = {}
    for application_id, text in records.applications.waiting_claims():
        for invoice in read(text).invoices:
            waiting.setdefault(invoice.key, []).append(application_id)
    return waiting


def check_claim(
    records: Records,
    claim: Reimbursement,
    case: ApplicationCase,
    *,
    voucher: Voucher,
    model: OperatingModel,
    waiting: Mapping[str, list[int]],
    own: int | None,
) -> list[Violation]:
    """Return every rule that a claim made with its application breaks.

    Args:
        records: what is recorded.
        claim: what is claimed on.
        case: the application.
        voucher: the one that would be issued on it.
        model: the operating model that holds for it.
        waiting: what other applications wait with.
        own: the application, where it is recorded already.
    """
    others = {key: [one for one in whose if one != own] for key, whose in waiting.items()}
    held = {invoice.key: others[invoice.key][0] for invoice in claim.invoices if others.get(invoice.key)}
    found = check_reimbursement(claim, model=model, on=records.today, waiting=held, contract=case.contract.number)
    return found + check_redemption(reimbursement_case(records, claim, case, voucher))


def check_filed_claim(
    records: Records,
    application: Application,
    case: ApplicationCase,
    *,
    claim: Reimbursement | None = None,
    waiting: Callable[[], Mapping[str, list[int]]] | None = None,
) -> list[Violation]:
    """Return what stands against the claim that came with an application; nothing where none did.

    Args:
        records: what is recorded.
        application: as it is recorded.
        case: the same as the rules look at it.
        claim: as it would be corrected; as it was filed last when not told.
        waiting: `waiting_invoices`, read once for many applications; asked for only where there is a claim.
    """
    claim = claim or filed_claim(records, application)
    if claim is None:
        return []
    return check_claim(
        records,
        claim,
        case,
        voucher=prospective_voucher(records, case, year=application.year, policy_id=application.policy_id),
        model=model_of(records, application),
        waiting=waiting() if waiting else waiting_invoices(records),
        own=application.id,
    )
