"""Papers around money: usage, verification with its derivation, settlement, plan, disbursement, recovery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.attachment import AttachmentKind
from voucher_app.domain.money import ZERO
from voucher_app.domain.policy import OperatingModel
from voucher_app.domain.redemption import RedemptionStatus
from voucher_app.domain.settlement import SettlementStatus
from voucher_app.i18n import _
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.gathering.content import (
    Content,
    Gatherer,
    day_of,
    needs_status,
    newest,
    policy_words,
)
from voucher_app.services.wording.derivation import derivation_lines
from voucher_app.services.wording.documents import period_words
from voucher_app.services.wording.invoices import unchecked
from voucher_app.services.wording.names import model_name, paper_name, status_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.services.documents.facts import Row, Value
    from voucher_app.services.documents.gathering.content import Asked
    from voucher_app.services.documents.subjects import Subject
    from voucher_app.services.queries.attachment import AttachmentRow
    from voucher_app.services.queries.documents import SettledClaim
    from voucher_app.services.queries.redemption import RedemptionDetails
    from voucher_app.services.queries.settlement import SettlementDetails
    from voucher_app.services.workspace import Workspace

_STANDS: Final = (
    RedemptionStatus.VERIFIED.value,
    RedemptionStatus.SETTLED.value,
    RedemptionStatus.DISBURSED.value,
    RedemptionStatus.RECOVERING.value,
    RedemptionStatus.RECOVERED.value,
)
"""Statuses of a redemption whose verification stands; the sheet of any other would say what is not so."""
_DRAWN_UP: Final = tuple(one.value for one in SettlementStatus if one is not SettlementStatus.CANCELLED)
_CONFIRMED: Final = tuple(one for one in _DRAWN_UP if one != SettlementStatus.DRAFT)
_LIVE_LINES: Final = frozenset({"pending", "paid"})


# ------------------------------------------------------------------------------------------- redemptions


def _claim(asked: Asked) -> RedemptionDetails:
    return asked.workspace.queries.redemption(asked.subject.number)


def _claim_words(details: RedemptionDetails) -> str:
    return _("redemption {id} ({number})").format(id=details.redemption.id, number=details.voucher.number)


def _nothing_against(asked: Asked) -> list[Violation]:
    _claim(asked)
    return []


def _of_voucher(asked: Asked, details: RedemptionDetails) -> dict[str, Value]:
    application = asked.workspace.records().applications.get(details.voucher.application_id)
    return {
        "voucher": str(details.voucher.number),
        "recipient_name": details.recipient.organisation.name,
        "recipient_uscc": details.recipient.organisation.uscc,
        "provider_name": details.provider.organisation.name,
        "provider_uscc": details.provider.organisation.uscc,
        "contract_number": application.contract.number,
        "face": details.voucher.face,
        "policy_title": policy_words(details.policy),
    }


def _invoices(details: RedemptionDetails) -> list[Row]:
    return [
        {
            "number": one.key,
            "checking": unchecked(),
            "invoiced_on": one.invoiced_on,
            "amount": one.amount,
            "service_from": one.service_from,
            "service_until": one.service_until,
            "supporting_services": one.supporting_services,
        }
        for one in details.redemption.invoices
    ]


def _usage(asked: Asked) -> Content:
    details = _claim(asked)
    redemption, evidence = details.redemption, details.redemption.evidence
    invoices = redemption.invoices
    begins = [one.service_from for one in invoices if one.service_from is not None]
    ends = [one.service_until for one in invoices if one.service_until is not None]
    amount = _sum(one.amount for one in invoices)
    is_deducted = details.model is OperatingModel.DEDUCT
    return Content(
        _claim_words(details),
        {
            **_of_voucher(asked, details),
            "period_from": min(begins, default=evidence.contract_from),
            "period_until": max(ends, default=evidence.contract_until),
            "price_item": evidence.price_item or None,
            "unit_price": evidence.unit_price,
            "amount": amount,
            "supporting_services": _sum(one.supporting_services for one in invoices),
            "claimed": redemption.claimed,
            "payable_by_recipient": amount - redemption.claimed if is_deducted else None,
            "operating_model": model_name(details.model),
            "stated_on": redemption.claimed_on,
        },
        {"invoices": _invoices(details)},
    )


def _verification_stands(asked: Asked) -> list[Violation]:
    details = _claim(asked)
    return needs_status("redemption", details.redemption.status.value, _STANDS, str(details.redemption.id))


def _sheet(asked: Asked) -> Content:
    details = _claim(asked)
    redemption, evidence = details.redemption, details.redemption.evidence
    approved = redemption.approved
    assert approved is not None, "what was verified has an amount"
    before = asked.workspace.queries.redeemed_before(redemption.id)
    verified = newest(details.history, "redemption.verify")
    return Content(
        _claim_words(details),
        {
            **_of_voucher(asked, details),
            "redemption_number": str(redemption.id),
            "claimed": redemption.claimed,
            "claimed_on": redemption.claimed_on,
            "approved": approved,
            "redeemed_before": before,
            "redeemed_total": before + approved,
            "remaining": details.voucher.face - before - approved,
            "payee_name": details.payee.name,
            "status": status_name("redemption", redemption.status),
            "claim_reason": evidence.reason or None,
            "decision_reason": redemption.reason or None,
            "prepared_by": details.prepared_by,
            "reviewed_by": details.reviewed_by or None,
            "reviewed_on": day_of(verified.business_date) if verified else None,
            **_finance(asked, details),
        },
        {
            "invoices": _invoices(details),
            "payments": [
                {
                    "invoice": one.key,
                    "paid_on": one.paid_on,
                    "payer": one.payer or None,
                    "payee": one.payee or None,
                    "paid": one.paid,
                }
                for one in redemption.invoices
            ],
            "evidence": [
                {"kind": paper_name(one.kind), "file_name": one.file_name, "sha256": one.sha256}
                for one in _papers(asked, details)
            ],
            "derivation": [
                {"name": line.name, "expression": line.expression, "value": line.value}
                for line in derivation_lines(details.derivation)
            ],
        },
    )


def _papers(asked: Asked, details: RedemptionDetails) -> list[AttachmentRow]:
    """Return the papers of a claim; one that came with its application left its invoices there (model C)."""
    queries = asked.workspace.queries
    found = queries.attachments(asked.subject.whole)
    if details.model is OperatingModel.AFTERWARDS:
        filed = queries.attachments(f"application:{details.voucher.application_id}")
        found = [*found, *(one for one in filed if one.kind == AttachmentKind.INVOICE)]
    return found


def _finance(asked: Asked, details: RedemptionDetails) -> dict[str, Value]:
    """Return who of the finance looked at the redemption, by the settlement that it is in."""
    found: dict[str, Value] = {"finance_by": None, "finance_on": None}
    live = [one for one in details.settled if one.status in _LIVE_LINES]
    if live:
        settlement = asked.workspace.queries.settlement(live[-1].settlement_id)
        act = newest(settlement.history, "settlement.check") or newest(settlement.history, "settlement.disburse")
        if act is not None:
            found = {"finance_by": act.operator_name, "finance_on": day_of(act.business_date)}
    return found


# ------------------------------------------------------------------------------------------- settlements


def _settlement(asked: Asked) -> SettlementDetails:
    return asked.workspace.queries.settlement(asked.subject.number)


def _period(details: SettlementDetails) -> str:
    one = details.settlement
    return _("settlement of {period} ({id})").format(period=period_words(one.period_from, one.period_until), id=one.id)


def _is_drawn_up(asked: Asked) -> list[Violation]:
    one = asked.workspace.records().settlements.get(asked.subject.number)
    return needs_status("settlement", one.status.value, _DRAWN_UP, str(one.id))


def _is_confirmed(asked: Asked) -> list[Violation]:
    one = asked.workspace.records().settlements.get(asked.subject.number)
    return needs_status("settlement", one.status.value, _CONFIRMED, str(one.id))


def _of_settlement(details: SettlementDetails) -> dict[str, Value]:
    one = details.settlement
    return {
        "settlement_number": str(one.id),
        "year": one.year,
        "period_from": one.period_from,
        "period_until": one.period_until,
        "line_count": details.line_counts["pending"] + details.line_counts["paid"],
        "payee_count": len(details.payees),
        "total": details.amount,
        "province": details.province,
        "city": details.city,
        "prepared_by": details.prepared_by,
        "reviewed_by": details.reviewed_by or None,
        "checked_by": details.checked_by or None,
    }


def _summary(asked: Asked) -> Content:
    details = _settlement(asked)
    claims = asked.workspace.queries.settled_claims(asked.subject.number)
    return Content(
        _period(details),
        {
            **_of_settlement(details),
            "status": status_name("settlement", details.settlement.status),
            "made_on": details.settlement.drafted_on,
            "sampled_count": details.sampled,
        },
        {
            "payees": [
                {"payee": one.name, "uscc": one.uscc, "line_count": one.line_count, "amount": one.amount}
                for one in details.payees
            ],
            "lines": [
                {
                    "redemption": str(one.redemption_id),
                    "voucher": one.voucher_number,
                    "recipient": one.recipient_name,
                    "payee": one.payee_name,
                    "verified_on": one.verified_on,
                    "amount": one.amount,
                    "sampled": _("sampled") if one.is_sampled else None,
                }
                for one in claims
            ],
        },
    )


def _plan(asked: Asked) -> Content:
    details, queries = _settlement(asked), asked.workspace.queries
    claims = queries.settled_claims(asked.subject.number)
    money = queries.year_money(details.settlement.year)
    planned = newest(details.history, "settlement.plan") or newest(details.history, "settlement.confirm")
    assert planned is not None, "a settlement is confirmed before it is planned"
    policies = asked.workspace.records().policies
    newest_policy = policies.get(max(one.policy_id for one in claims)) if claims else policies.current()
    return Content(
        _period(details),
        {
            **_of_settlement(details),
            "policy_title": policy_words(newest_policy),
            "budget_document": details.settlement.document or money.document,
            "appropriation": money.appropriation,
            "disbursed_before": queries.paid_in_settlements_before(asked.subject.number),
            "planned_on": day_of(planned.business_date),
        },
        {"cities": _cities(claims), "payees": _payees(details, claims)},
    )


def _cities(claims: Sequence[SettledClaim]) -> list[Row]:
    """Return what each city's units are paid for, and the two parts of it; the largest first."""
    found: dict[str, list[SettledClaim]] = {}
    for one in claims:
        found.setdefault(one.recipient_region, []).append(one)
    return [
        {
            "region": region,
            "line_count": len(some),
            "amount": _sum(one.amount for one in some),
            "province": _sum(one.province for one in some),
            "city": _sum(one.city for one in some),
        }
        for region, some in sorted(found.items(), key=lambda part: -_sum(one.amount for one in part[1]).fen)
    ]


def _payees(details: SettlementDetails, claims: Sequence[SettledClaim]) -> list[Row]:
    regions = {one.payee_uscc: one.payee_region for one in claims}
    return [
        {
            "payee": one.name,
            "uscc": one.uscc,
            "region": regions[one.uscc],
            "amount": one.amount,
            "province": one.province,
            "city": one.city,
        }
        for one in details.payees
    ]


def _disbursement(asked: Asked) -> Content:
    details, queries = _settlement(asked), asked.workspace.queries
    act = newest(details.history, "settlement.disburse", "settlement.check", "settlement.plan", "settlement.confirm")
    assert act is not None, "a settlement is confirmed before it is paid"
    money = queries.year_money(details.settlement.year)
    return Content(
        _period(details),
        {
            **_of_settlement(details),
            "budget_document": details.settlement.document or money.document,
            "paid_total": details.paid,
            "made_on": day_of(act.business_date),
        },
        {
            "lines": [
                {
                    "account_name": one.account_name or one.payee_name,
                    "uscc": one.payee_uscc,
                    "bank": one.bank_name or None,
                    "account": one.bank_account or None,
                    "voucher": one.voucher_number,
                    "verified": one.amount,
                    "province": one.province,
                    "city": one.city,
                    "paid": one.paid,
                    "receipt": one.receipt_number or None,
                    "paid_on": one.paid_on,
                }
                for one in queries.settled_claims(asked.subject.number)
            ]
        },
    )


def _each_payee(workspace: Workspace, subject: Subject) -> list[Subject]:
    payees = workspace.queries.settlement(subject.number).payees
    return [subject.of(one.uscc) for one in payees] or [subject]


def _payee_statement(asked: Asked) -> Content:
    details, queries = _settlement(asked), asked.workspace.queries
    payee = queries.payee_statement(asked.subject.number, asked.subject.part).payee
    act = newest(details.history, "settlement.disburse", "settlement.confirm")
    assert act is not None, "a settlement is confirmed before its payees are told"
    return Content(
        _("{settlement}, {payee}").format(settlement=_period(details), payee=payee.name),
        {
            "payee_name": payee.name,
            "payee_uscc": payee.uscc,
            "bank": payee.bank_name or None,
            "account": payee.bank_account or None,
            "settlement_number": str(details.settlement.id),
            "period_from": details.settlement.period_from,
            "period_until": details.settlement.period_until,
            "line_count": payee.line_count,
            "total": payee.amount,
            "paid_total": payee.paid,
            "made_on": day_of(act.business_date),
        },
        {
            "lines": [
                {
                    "voucher": one.voucher_number,
                    "recipient": one.recipient_name,
                    "invoices": "、".join(one.invoices),
                    "verified_on": one.verified_on,
                    "amount": one.amount,
                    "receipt": one.receipt_number or None,
                    "paid_on": one.paid_on,
                }
                for one in queries.settled_claims(asked.subject.number)
                if one.payee_uscc == payee.uscc
            ]
        },
    )


# ------------------------------------------------------------------------------------------- recoveries


def _is_decided(asked: Asked) -> list[Violation]:
    asked.workspace.records().recoveries.get(asked.subject.number)
    return []


def _recovery(asked: Asked) -> Content:
    queries = asked.workspace.queries
    details = queries.recovery(asked.subject.number)
    recovery = details.recovery
    claim = queries.redemption(recovery.redemption_id)
    unit = claim.payee
    paid_on = next((one.paid_on for one in claim.settled if one.status == "paid"), "")
    ban = next((one for one in details.bans if one.uscc == unit.uscc), None)
    return Content(
        _("recovery {id} ({number})").format(id=recovery.id, number=details.voucher_number),
        {
            "unit_name": unit.name,
            "unit_uscc": unit.uscc,
            "voucher": details.voucher_number,
            "redemption_number": str(recovery.redemption_id),
            "disbursed": details.paid,
            "disbursed_on": day_of(paid_on) if paid_on else None,
            "amount": recovery.amount,
            "reason": recovery.reason,
            "decided_on": recovery.decided_on,
            "due_on": recovery.due_on,
            "policy_title": policy_words(claim.policy),
            "policy_number": claim.policy.policy.document_number,
            "ban_from": day_of(ban.banned_from) if ban else None,
            "ban_until": day_of(ban.banned_until) if ban else None,
        },
    )


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, ZERO)


GATHERERS: Final = {
    DocumentKind.USAGE_STATEMENT: Gatherer("redemption", _nothing_against, _usage),
    DocumentKind.REDEMPTION_SHEET: Gatherer("redemption", _verification_stands, _sheet),
    DocumentKind.SETTLEMENT_SUMMARY: Gatherer("settlement", _is_drawn_up, _summary),
    DocumentKind.ALLOCATION_PLAN: Gatherer("settlement", _is_confirmed, _plan),
    DocumentKind.DISBURSEMENT_LIST: Gatherer("settlement", _is_confirmed, _disbursement),
    DocumentKind.PAYEE_STATEMENT: Gatherer("settlement", _is_confirmed, _payee_statement, _each_payee),
    DocumentKind.RECOVERY_DECISION: Gatherer("recovery", _is_decided, _recovery),
}
