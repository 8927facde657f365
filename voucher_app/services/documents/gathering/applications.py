"""Papers around an application and its batch: form, commitment, notices, opinions, publicity, issue (domain.md §5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from voucher_app.domain.application import ApplicationStatus, check_application, support_limit
from voucher_app.domain.errors import NotFound, Weight
from voucher_app.domain.money import ZERO
from voucher_app.i18n import _
from voucher_app.services.application import case_of
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.gathering.content import (
    Content,
    Gatherer,
    day_of,
    needs_status,
    newest,
    policy_words,
    refused,
    region_words,
)
from voucher_app.services.documents.subjects import Subject
from voucher_app.services.queries.documents import Issuance
from voucher_app.services.wording.documents import RULES_OF_APPLICATIONS, rule_title
from voucher_app.services.wording.names import kind_name, model_name
from voucher_app.services.wording.rules import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from voucher_app.domain.application import ApplicationCase
    from voucher_app.domain.batch import Batch
    from voucher_app.domain.errors import Violation
    from voucher_app.services.documents.facts import Row, Value
    from voucher_app.services.documents.gathering.content import Asked
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.application import ApplicationDetails
    from voucher_app.services.queries.documents import ListedUnit
    from voucher_app.services.queries.ledger import HistoryEntry
    from voucher_app.services.workspace import Workspace

_SUBMITTED: Final = tuple(one.value for one in ApplicationStatus if one is not ApplicationStatus.DRAFT)
_ISSUABLE: Final = frozenset({
    ApplicationStatus.APPROVED, ApplicationStatus.ALLOCATED, ApplicationStatus.PUBLICIZED, ApplicationStatus.OBJECTED,
    ApplicationStatus.CLEARED, ApplicationStatus.ISSUED,
})  # fmt: skip
_REVIEWS: Final = ("application.review", "application.approve", "application.refuse")
_ENDS: Final = {
    ApplicationStatus.DECLINED.value: "application.decline",
    ApplicationStatus.REFUSED.value: "application.refuse",
}
_WEIGHTS: Final = (Weight.BLOCK, Weight.REASON, Weight.NOTE)


def _details(asked: Asked) -> ApplicationDetails:
    return asked.workspace.queries.application(asked.subject.number)


def _number(details: ApplicationDetails) -> str:
    return f"{details.application.year}-{details.application.id:06d}"


def _words(details: ApplicationDetails) -> str:
    return _("application {number}").format(number=_number(details))


def _common(asked: Asked, details: ApplicationDetails) -> dict[str, Value]:
    application, unit = details.application, details.recipient.organisation
    return {
        "application_number": _number(details),
        "recipient_name": unit.name,
        "recipient_uscc": unit.uscc,
        "recipient_class": kind_name(details.recipient.kind),
        "region": region_words(asked.workspace, unit.region_code),
        "provider_name": details.provider.organisation.name,
        "contract_number": application.contract.number,
        "requested": application.requested,
        "submitted_on": application.submitted_on,
        "policy_title": policy_words(details.policy),
        "policy_number": details.policy.policy.document_number,
        "batch_name": details.batch_name or None,
    }


# ------------------------------------------------------------------------------------------- what the unit files


def _is_submitted(asked: Asked) -> list[Violation]:
    details = _details(asked)
    return needs_status("application", details.application.status.value, _SUBMITTED, _number(details))


def _form(asked: Asked) -> Content:
    details = _details(asked)
    application, unit, policy = details.application, details.recipient.organisation, details.policy.policy
    contract = application.contract
    return Content(
        _words(details),
        {
            **_common(asked, details),
            "legal_representative": unit.legal_representative or None,
            "phone": unit.phone or None,
            "address": unit.address or None,
            "founded_on": unit.founded_on,
            "provider_uscc": details.provider.organisation.uscc,
            "contract_amount": contract.amount,
            "contract_signed_on": contract.signed_on,
            "contract_begins_on": contract.begins_on,
            "contract_ends_on": contract.ends_on,
            "supporting_services": application.supporting_services,
            "other_support": application.other_support,
            "ratio": policy.ratio_for(
                kind=details.recipient.kind, founded_on=unit.founded_on, on=application.submitted_on
            ),
            "operating_model": _model(asked, details),
            "year_cap": policy.recipient_year_cap,
            "already_granted": asked.workspace.queries.granted_before(application.id),
            "prepared_by": details.prepared_by,
        },
    )


def _model(asked: Asked, details: ApplicationDetails) -> str:
    """Return the operating model in words: the batch's where there is one, else the policy's."""
    batch_id = details.application.batch_id
    if batch_id is None:
        return model_name(details.policy.policy.operating_model)
    return model_name(asked.workspace.records().batches.get(batch_id).model)


def _commitment(asked: Asked) -> Content:
    details = _details(asked)
    return Content(
        _words(details),
        {
            **_common(asked, details),
            "legal_representative": details.recipient.organisation.legal_representative or None,
            "contract_amount": details.application.contract.amount,
            "ban_years": details.policy.policy.ban_years,
        },
    )


# ------------------------------------------------------------------------------------------- notices


def _is_accepted(asked: Asked) -> list[Violation]:
    details = _details(asked)
    if details.application.accepted_on is not None:
        return []
    return refused(
        "not_accepted", found=details.application.status.value, allowed="an acceptance", subject=_number(details)
    )


def _acceptance(asked: Asked) -> Content:
    details = _details(asked)
    fields = {"accepted_on": details.application.accepted_on, "accepted_by": details.accepted_by}
    return Content(_words(details), {**_common(asked, details), **fields})


def _corrections(workspace: Workspace, subject: Subject) -> list[Subject]:
    """Return the correction that was asked for last; earlier notices are on paper already."""
    done = workspace.records().applications.get(subject.number).corrections
    return [subject.of(done)] if done else [subject]


def _is_returned(asked: Asked) -> list[Violation]:
    details = _details(asked)
    done, part = details.application.corrections, asked.subject.part
    if not done:
        return refused("not_returned", found=0, allowed="a return", subject=_number(details))
    if part != str(done):
        return refused("correction_is_past", found=part, allowed=str(done), subject=_number(details))
    return []


def _correction(asked: Asked) -> Content:
    details = _details(asked)
    application, policy = details.application, details.policy.policy
    act = newest(details.history, "application.return")
    assert act is not None, "what was returned has a record"
    return Content(
        _words(details),
        {
            **_common(asked, details),
            "reason": act.note,
            "returned_on": day_of(act.business_date),
            "correct_by": application.correct_by,
            "correction_days": policy.correction_days,
            "correction": application.corrections,
            "correction_times": policy.correction_times,
        },
    )


def _is_refused(asked: Asked) -> list[Violation]:
    details = _details(asked)
    return needs_status("application", details.application.status.value, tuple(_ENDS), _number(details))


def _refusal(asked: Asked) -> Content:
    details = _details(asked)
    application = details.application
    act = newest(details.history, _ENDS[application.status.value], "batch.resolve")
    assert act is not None, "who refused said why"
    is_declined = application.status is ApplicationStatus.DECLINED
    return Content(
        _words(details),
        {
            **_common(asked, details),
            "reason": act.note,
            "refused_on": day_of(act.business_date),
            "decision": _("not to accept it") if is_declined else _("not to support it"),
        },
    )


# ------------------------------------------------------------------------------------------- opinions


def _reviews(details: ApplicationDetails) -> list[HistoryEntry]:
    """Return the decisions on an application, oldest first."""
    return [one for one in reversed(details.history) if one.action in _REVIEWS]


def _is_reviewed(asked: Asked) -> list[Violation]:
    details = _details(asked)
    if _reviews(details):
        return []
    return refused("not_reviewed", found=details.application.status.value, allowed="a review", subject=_number(details))


def _opinion(name: str, act: HistoryEntry | None) -> dict[str, Value]:
    if act is None:
        return dict.fromkeys((f"{name}_opinion", f"{name}_reason", f"{name}_reviewed_by", f"{name}_reviewed_on"))
    is_no = act.action == "application.refuse"
    return {
        f"{name}_opinion": _("Not agreed") if is_no else _("Agreed"),
        f"{name}_reason": act.note or None,
        f"{name}_reviewed_by": act.operator_name,
        f"{name}_reviewed_on": day_of(act.business_date),
    }


def _opinions(asked: Asked) -> Content:
    details = _details(asked)
    application, unit, policy = details.application, details.recipient.organisation, details.policy.policy
    reviews = _reviews(details)
    first, second = reviews[0], reviews[-1] if len(reviews) > 1 else None
    last = second or first
    before = asked.workspace.queries.granted_before(application.id, last.journal_seq)
    # The rules are asked again as of the last review: what the unit holds, and the day, as they were then.
    case = replace(case_of(asked.workspace.records(), application), counted=before, on=day_of(last.business_date))
    return Content(
        _words(details),
        {
            **_common(asked, details),
            "contract_amount": application.contract.amount,
            "ratio": policy.ratio_for(
                kind=details.recipient.kind, founded_on=unit.founded_on, on=application.submitted_on
            ),
            "year_cap": policy.recipient_year_cap,
            "already_granted": before,
            **_opinion("first", first),
            **_opinion("second", second),
            "granted": application.value if application.status in _ISSUABLE else None,
        },
        {"checks": _checks(case, application.submission_reason)},
    )


def _checks(case: ApplicationCase, answer: str) -> list[Row]:
    """Return every rule that was asked, with what it says to the records as they stood for the decision."""
    found = check_application(case)
    told = {
        "R3": _("{before} yuan held, {asked} yuan now, at most {cap} yuan").format(
            before=case.counted, asked=case.requested, cap=case.policy.recipient_year_cap
        ),
        "R4": _("at most {limit} yuan of the contract").format(
            limit=support_limit(
                case.policy,
                base=case.contract.amount,
                kind=case.recipient.kind,
                founded_on=case.recipient.organisation.founded_on,
                on=case.on,
            )
        ),
    }
    if case.standing.credit is not None:
        told["R22"] = _("checked on {day}").format(day=case.standing.credit.checked_on.isoformat())
    words = {
        Weight.BLOCK: _("Not met"),
        Weight.REASON: _("Explained in writing") if answer else _("To be explained"),
        Weight.NOTE: _("Met, with a note"),
    }
    rows: list[Row] = []
    for rule in RULES_OF_APPLICATIONS:
        against = [one for one in found if one.rule == rule]
        heaviest = next((weight for weight in _WEIGHTS if any(one.weight is weight for one in against)), None)
        notes = [sentence(one) for one in against]
        if heaviest is Weight.REASON and answer:
            notes.append(_("Written reason: {reason}").format(reason=answer))
        rows.append(
            {
                "rule": rule,
                "title": rule_title(rule),
                "result": words[heaviest] if heaviest else _("Met"),
                "note": " ".join(notes) or told.get(rule),
            }
        )
    return rows


# ------------------------------------------------------------------------------------------- batches


def _listed(unit: ListedUnit) -> dict[str, Value]:
    return {
        "unit": unit.recipient_name,
        "uscc": unit.recipient_uscc,
        "region": unit.region_name,
        "provider": unit.provider_name,
        "amount": unit.amount,
    }


def _of_list(name: str, policy: PublishedPolicy, batch: Batch | None, units: Sequence[ListedUnit]) -> dict[str, Value]:
    """Return what every list of units says of itself; a unit with several applications is one unit."""
    return {
        "batch_name": name,
        "policy_title": policy_words(policy),
        "policy_number": policy.policy.document_number,
        "publicity_from": batch.publicity_from if batch else None,
        "publicity_until": batch.publicity_until if batch else None,
        "unit_count": len({one.recipient_uscc for one in units}),
        "total": sum((one.amount for one in units), ZERO),
    }


def _is_publicized(asked: Asked) -> list[Violation]:
    batch = asked.workspace.records().batches.get(asked.subject.number)
    if batch.publicity_from is not None:
        return []
    return refused("not_in_publicity", found=batch.status.value, allowed="a publicity", subject=batch.name)


def _publicity(asked: Asked) -> Content:
    records = asked.workspace.records()
    batch = records.batches.get(asked.subject.number)
    policy = records.policies.get(batch.policy_id)
    units = asked.workspace.queries.publicized_units(batch.id)
    return Content(
        batch.name,
        {
            **_of_list(batch.name, policy, batch, units),
            "publicity_days": policy.policy.publicity_days,
            "signed_on": batch.publicity_from,
        },
        {"units": [_listed(one) for one in units]},
    )


def _announced(workspace: Workspace, subject: Subject) -> list[Subject]:
    """Return under which subjects an issuance is announced: the batch, or the act, for each year and policy version."""
    queries = workspace.queries
    if subject.noun == "batch":
        return [subject]
    if subject.noun == "issuance":
        found = queries.issuances(subject.number)
        return [subject.of(_part(one)) for one in found] if len(found) > 1 else [subject]
    voucher = workspace.records().vouchers.get_by_id(subject.number)
    batch_id = workspace.records().applications.get(voucher.application_id).batch_id
    if batch_id is not None:
        return [Subject("batch", str(batch_id))]
    act = Subject("issuance", str(voucher.issued_seq))
    own = Issuance(seq=voucher.issued_seq, year=voucher.year, policy_id=voucher.policy_id)
    return [act.of(_part(own)) if len(queries.issuances(voucher.issued_seq)) > 1 else act]


def _part(one: Issuance) -> str:
    return f"{one.year}-{one.policy_id}"


def _issuance(asked: Asked) -> Issuance:
    """Return what is announced.

    Raises:
        NotFound: when there is no such issuance.
    """
    subject = asked.subject
    if subject.noun == "batch":
        return Issuance(batch_id=subject.number)
    found = asked.workspace.queries.issuances(subject.number)
    chosen = [one for one in found if subject.part in {"", _part(one)}]
    if len(chosen) != 1:
        raise NotFound("issuance", str(subject))
    return chosen[0]


def _is_issued(asked: Asked) -> list[Violation]:
    if asked.subject.noun != "batch":
        _issuance(asked)
        return []
    batch = asked.workspace.records().batches.get(asked.subject.number)
    if batch.issued_by is not None:
        return []
    return refused("batch_not_issued", found=batch.status.value, allowed="an issuance", subject=batch.name)


def _issue_notice(asked: Asked) -> Content:
    records, queries, issuance = asked.workspace.records(), asked.workspace.queries, _issuance(asked)
    vouchers, year = queries.issued_units(issuance), queries.issued_so_far(issuance)
    batch = records.batches.get(issuance.batch_id) if issuance.batch_id else None
    policy = records.policies.get(batch.policy_id if batch else issuance.policy_id)
    name = batch.name if batch else _issuance_words(year.on)
    return Content(
        name,
        {
            **_of_list(name, policy, batch, vouchers),
            "voucher_count": len(vouchers),
            "use_by": _last(one.use_by for one in vouchers),
            "redeem_by": _last(one.redeem_by for one in vouchers),
            "year": batch.year if batch else issuance.year,
            "appropriation": year.appropriation,
            "issued_in_year": year.issued,
            "issued_on": year.on,
        },
        {"vouchers": [{"voucher": one.voucher_number, **_listed(one), "use_by": one.use_by} for one in vouchers]},
    )


def _issuance_words(on: date) -> str:
    return _("issued on {year}/{month}/{day}").format(year=on.year, month=on.month, day=on.day)


def _last(days: Iterable[date | None]) -> date:
    """Return the day that the vouchers of one issuance have in common."""
    return max(one for one in days if one is not None)


GATHERERS: Final = {
    DocumentKind.APPLICATION_FORM: Gatherer("application", _is_submitted, _form),
    DocumentKind.COMMITMENT: Gatherer("application", _is_submitted, _commitment),
    DocumentKind.ACCEPTANCE_NOTICE: Gatherer("application", _is_accepted, _acceptance),
    DocumentKind.CORRECTION_NOTICE: Gatherer("application", _is_returned, _correction, _corrections),
    DocumentKind.REFUSAL_NOTICE: Gatherer("application", _is_refused, _refusal),
    DocumentKind.REVIEW_OPINIONS: Gatherer("application", _is_reviewed, _opinions),
    DocumentKind.PUBLICITY_LIST: Gatherer("batch", _is_publicized, _publicity),
    DocumentKind.ISSUE_NOTICE: Gatherer("batch", _is_issued, _issue_notice, _announced, also=("voucher", "issuance")),
}
