"""Ledgers of a budget year, the register of providers, and decisions on a provider (domain.md §5.11, 5.12)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import TransferKind
from voucher_app.domain.money import ZERO
from voucher_app.domain.parties import ProviderStatus, SuspensionKind
from voucher_app.i18n import _
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.gathering.content import (
    Content,
    Gatherer,
    day_of,
    needs_status,
    newest,
    policy_words,
    refused,
)
from voucher_app.services.wording.documents import document_name
from voucher_app.services.wording.names import kind_name, status_name, transfer_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.domain.parties import Provider, Suspension
    from voucher_app.services.documents.facts import Value
    from voucher_app.services.documents.gathering.content import Asked
    from voucher_app.services.documents.subjects import Subject
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.parties import ProviderDetails
    from voucher_app.services.workspace import Workspace


# ------------------------------------------------------------------------------------------- ledgers


def _as_of_today(workspace: Workspace, subject: Subject) -> list[Subject]:
    """Return the ledger as of today: one of another day is another paper."""
    return [subject.of(workspace.clock.today().isoformat())]


def _is_of_today(asked: Asked) -> list[Violation]:
    asked.workspace.queries.year_money(asked.subject.number)
    today = asked.workspace.clock.today().isoformat()
    if asked.subject.part == today:
        return []
    return refused("ledger_of_another_day", found=asked.subject.part, allowed=today, subject=asked.subject.key)


def _ledger(asked: Asked, count: int) -> dict[str, Value]:
    year, until = asked.subject.number, asked.workspace.clock.today()
    return {
        "year": year,
        "from_day": min(date(year, 1, 1), until),
        "until_day": until,
        "made_on": asked.dated,
        "made_by": asked.made_by,
        "row_count": count,
    }


def _of_year(asked: Asked, kind: DocumentKind) -> str:
    return _("{year}: {document}").format(year=asked.subject.key, document=document_name(kind))


def _vouchers(asked: Asked) -> Content:
    rows = asked.workspace.queries.ledger_vouchers(asked.subject.number)
    return Content(
        _of_year(asked, DocumentKind.VOUCHER_LEDGER),
        {
            **_ledger(asked, len(rows)),
            "face_total": _sum(one.face for one in rows),
            "redeemed_total": _sum(one.redeemed for one in rows),
            "remaining_total": _sum(one.remaining for one in rows),
        },
        {
            "vouchers": [
                {
                    "voucher": one.number,
                    "issued_on": one.issued_on,
                    "unit": one.recipient_name,
                    "uscc": one.recipient_uscc,
                    "provider": one.provider_name,
                    "contract": one.contract_number,
                    "face": one.face,
                    "redeemed": one.redeemed,
                    "recycled": one.recycled,
                    "remaining": one.remaining,
                    "use_by": one.use_by,
                    "status": status_name("voucher", one.status),
                }
                for one in rows
            ]
        },
    )


def _providers(asked: Asked) -> Content:
    rows = asked.workspace.queries.ledger_providers(asked.subject.number)
    return Content(
        _of_year(asked, DocumentKind.PROVIDER_LEDGER),
        {
            **_ledger(asked, len(rows)),
            "issued_total": _sum(one.issued for one in rows),
            "disbursed_total": _sum(one.disbursed for one in rows),
        },
        {
            "providers": [
                {
                    "provider": one.name,
                    "uscc": one.uscc,
                    "region": one.region_name,
                    "status": status_name("provider", one.status),
                    "admitted_from": one.admitted_from,
                    "admitted_until": one.admitted_until,
                    "voucher_count": one.voucher_count,
                    "issued": one.issued,
                    "redeemed": one.redeemed,
                    "disbursed": one.disbursed,
                }
                for one in rows
            ]
        },
    )


def _quotas(asked: Asked) -> Content:
    rows = asked.workspace.queries.ledger_units(asked.subject.number)
    caps = {one.id: one.policy.recipient_year_cap for one in asked.workspace.queries.policies()}
    return Content(
        _of_year(asked, DocumentKind.QUOTA_LEDGER),
        {**_ledger(asked, len(rows)), "granted_total": _sum(one.granted for one in rows)},
        {
            "units": [
                {
                    "unit": one.name,
                    "uscc": one.uscc,
                    "unit_class": kind_name(one.kind),
                    "region": one.region_name,
                    "cap": caps[one.policy_id],
                    "granted": one.granted,
                    "redeemed": one.redeemed,
                    # A later policy may have a lower cap than the one a voucher was issued under.
                    "left": max(caps[one.policy_id] - one.granted, ZERO),
                }
                for one in rows
            ]
        },
    )


def _ends(asked: Asked) -> Content:
    rows = asked.workspace.queries.ledger_ends(asked.subject.number)

    def total(kind: TransferKind) -> Money:
        return _sum(one.amount for one in rows if one.kind == kind)

    return Content(
        _of_year(asked, DocumentKind.RETURN_LEDGER),
        {
            **_ledger(asked, len(rows)),
            "returned_total": total(TransferKind.RETURN),
            "voided_total": total(TransferKind.VOID),
            "expired_total": total(TransferKind.EXPIRY),
            "recovered_total": total(TransferKind.RECOVERY),
        },
        {
            "acts": [
                {
                    "happened_on": one.happened_on,
                    "act": transfer_name(one.kind),
                    "voucher": one.voucher_number,
                    "unit": one.recipient_name,
                    "amount": one.amount,
                    "reason": one.reason or None,
                    "document": one.document or None,
                    "operators": "／".join(one.operators),
                }
                for one in rows
            ]
        },
    )


# ------------------------------------------------------------------------------------------- providers


def _register_of_today(asked: Asked) -> list[Violation]:
    today = asked.workspace.clock.today().isoformat()
    if asked.subject.key == today:
        return []
    return refused("ledger_of_another_day", found=asked.subject.key, allowed=today, subject=asked.subject.key)


def _current_policy(workspace: Workspace) -> PublishedPolicy | None:
    return next(iter(workspace.queries.policies()), None)


def _register(asked: Asked) -> Content:
    on = day_of(asked.subject.key)
    rows = asked.workspace.queries.register(on)
    policy = _current_policy(asked.workspace)
    return Content(
        _("register of providers, {day}").format(day=on.isoformat()),
        {
            "made_on": asked.dated,
            "provider_count": len(rows),
            "policy_title": policy_words(policy) if policy else None,
        },
        {
            "providers": [
                {
                    "provider": one.name,
                    "uscc": one.uscc,
                    "region": one.region_name,
                    "facility": "、".join(one.facilities) or None,
                    "admitted_from": one.admitted_from,
                    "admitted_until": one.admitted_until,
                    "status": status_name("provider", one.status),
                }
                for one in rows
            ]
        },
    )


def _provider(asked: Asked) -> ProviderDetails:
    found = asked.workspace.records().parties.provider_by_id(asked.subject.number)
    return asked.workspace.queries.provider(found.organisation.uscc)


def _suspensions(details: ProviderDetails) -> list[Suspension]:
    return [one for one in details.suspensions if one.kind is SuspensionKind.SUSPENDED]


def _newest_suspension(workspace: Workspace, subject: Subject) -> list[Subject]:
    found = workspace.records().parties.suspensions(subject.number)
    count = sum(one.kind is SuspensionKind.SUSPENDED for one in found)
    return [subject.of(count)] if count else [subject]


def _was_suspended(asked: Asked) -> list[Violation]:
    details = _provider(asked)
    if _place(asked, _suspensions(details)) is not None:
        return []
    provider = _recorded(details)
    return refused(
        "not_suspended", found=provider.status.value, allowed="a suspension", subject=provider.organisation.name
    )


def _place(asked: Asked, suspensions: list[Suspension]) -> int | None:
    """Return which suspension is meant, counted from 0, or None where there is no such one."""
    part = asked.subject.part
    places = {str(place + 1): place for place in range(len(suspensions))}
    return places.get(part)


def _recorded(details: ProviderDetails) -> Provider:
    if details.provider is None:
        raise NotFound("provider", "")
    return details.provider


def _decision(asked: Asked, details: ProviderDetails, *, reason: str, decided_on: date, effective_on: date) -> Content:
    provider = _recorded(details)
    policy = _current_policy(asked.workspace)
    return Content(
        provider.organisation.name,
        {
            "provider_name": provider.organisation.name,
            "provider_uscc": provider.organisation.uscc,
            "region": details.region_name,
            "admitted_from": provider.admitted_from,
            "admitted_until": provider.admitted_until,
            "reason": reason or "—",
            "decided_on": decided_on,
            "effective_on": effective_on,
            "policy_title": policy_words(policy) if policy else None,
            "policy_number": policy.policy.document_number if policy else None,
        },
    )


def _suspension(asked: Asked) -> Content:
    details = _provider(asked)
    suspensions = _suspensions(details)
    place = _place(asked, suspensions)
    assert place is not None, "it was checked"
    one = suspensions[place]
    return _decision(asked, details, reason=one.reason, decided_on=one.suspended_from, effective_on=one.suspended_from)


def _is_removed(asked: Asked) -> list[Violation]:
    provider = _recorded(_provider(asked))
    return needs_status("provider", provider.status.value, (ProviderStatus.REMOVED.value,), provider.organisation.name)


def _removal(asked: Asked) -> Content:
    details = _provider(asked)
    act = newest(details.history, "provider.remove")
    assert act is not None, "who removed it is recorded"
    on = day_of(act.business_date)
    return _decision(asked, details, reason=act.note, decided_on=on, effective_on=on)


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, ZERO)


GATHERERS: Final = {
    DocumentKind.VOUCHER_LEDGER: Gatherer("year", _is_of_today, _vouchers, _as_of_today),
    DocumentKind.PROVIDER_LEDGER: Gatherer("year", _is_of_today, _providers, _as_of_today),
    DocumentKind.QUOTA_LEDGER: Gatherer("year", _is_of_today, _quotas, _as_of_today),
    DocumentKind.RETURN_LEDGER: Gatherer("year", _is_of_today, _ends, _as_of_today),
    DocumentKind.PROVIDER_LIST: Gatherer("register", _register_of_today, _register),
    DocumentKind.PROVIDER_SUSPENSION: Gatherer("provider", _was_suspended, _suspension, _newest_suspension),
    DocumentKind.PROVIDER_REMOVAL: Gatherer("provider", _is_removed, _removal),
}
