"""The units around a voucher: recipients (领用单位), providers (服务商), and what binds them to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import Violation, Weight
from voucher_app.domain.objection import ObjectionStatus

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.money import Money
    from voucher_app.domain.objection import Objection

PROVINCE_PREFIX: Final = "14"
"""GB/T 2260: every region code of Shanxi begins with 14."""


class RecipientKind(StrEnum):
    """The three classes that may hold vouchers (R2)."""

    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    INSTITUTE = "institute"


class ProviderStatus(StrEnum):
    """Where a provider stands in the register (domain.md §4, Provider)."""

    REGISTERED = "registered"
    CHECKED = "checked"
    INSPECTED = "inspected"
    PUBLICIZED = "publicized"
    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REMOVED = "removed"
    REFUSED = "refused"


PROVIDER_STEPS: Final[dict[str, dict[str, str]]] = {
    # An office that keeps its admission procedure on paper may admit at once; the steps are for one that does not.
    ProviderStatus.REGISTERED: {
        "admit": ProviderStatus.ADMITTED,
        "check": ProviderStatus.CHECKED,
        "refuse": ProviderStatus.REFUSED,
    },
    ProviderStatus.CHECKED: {"inspect": ProviderStatus.INSPECTED, "refuse": ProviderStatus.REFUSED},
    ProviderStatus.INSPECTED: {"publicize": ProviderStatus.PUBLICIZED, "refuse": ProviderStatus.REFUSED},
    ProviderStatus.PUBLICIZED: {"admit": ProviderStatus.ADMITTED, "refuse": ProviderStatus.REFUSED},
    ProviderStatus.ADMITTED: {
        "admit": ProviderStatus.ADMITTED,  # a renewal (续期): a later last day
        "suspend": ProviderStatus.SUSPENDED,
        "expire": ProviderStatus.EXPIRED,
        "remove": ProviderStatus.REMOVED,
    },
    ProviderStatus.SUSPENDED: {"resume": ProviderStatus.ADMITTED, "remove": ProviderStatus.REMOVED},
    ProviderStatus.EXPIRED: {"admit": ProviderStatus.ADMITTED, "remove": ProviderStatus.REMOVED},
    ProviderStatus.REMOVED: {},
    ProviderStatus.REFUSED: {"check": ProviderStatus.CHECKED},
}

_ONE_DAY: Final = timedelta(days=1)

_KINDS_OF_PREFIX: Final = {
    "91": {RecipientKind.ENTERPRISE},
    "93": {RecipientKind.ENTERPRISE},
    "12": {RecipientKind.UNIVERSITY, RecipientKind.INSTITUTE},
    "52": {RecipientKind.UNIVERSITY, RecipientKind.INSTITUTE},
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """What is known of a unit, whichever part it plays; empty text means not told.

    Attributes:
        uscc: unified social credit code (统一社会信用代码).
        region_code: GB/T 2260.
        controlled_by: the credit code of a unit it has declared as controlling it (R10).
        founded_on: for ratios that depend on age (R4).
        group_code: units of one code share one cap (R14).
        bank_name, account_name: with `bank_account`, where money is paid to.
    """

    id: int
    name: str
    uscc: str
    region_code: str
    legal_representative: str = ""
    phone: str = ""
    address: str = ""
    bank_account: str = ""
    controlled_by: str = ""
    founded_on: date | None = None
    group_code: str = ""
    bank_name: str = ""
    account_name: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A unit that may hold vouchers."""

    organisation: Organisation
    kind: RecipientKind

    @property
    def id(self) -> int:
        """The unit's row."""
        return self.organisation.id


class SuspensionKind(StrEnum):
    """Why a provider did not count on some days of its term."""

    SUSPENDED = "suspended"
    """It was suspended (暂停)."""
    EXPIRED = "expired"
    """Its term had ended and was not renewed yet."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days inside a provider's term on which it did not count (R12), whatever came later.

    Attributes:
        suspended_from: first of these days; `suspended_until`: last of them, or None while it lasts. One that was
            lifted on the day it began ends the day before and covers nothing.
        reason: why it began; `end_reason`: why it ended.
    """

    kind: SuspensionKind
    suspended_from: date
    suspended_until: date | None
    reason: str = ""
    end_reason: str = ""

    def covers(self, day: date) -> bool:
        """Return whether a day is one of them."""
        return day >= self.suspended_from and (self.suspended_until is None or day <= self.suspended_until)


@dataclass(frozen=True, slots=True)
class ListedPrice:
    """A provider's filed price for a kind of compute (R30); another price is another row.

    Attributes:
        item: what is sold; `unit`: what the price is for, such as 卡时.
        valid_from: the price counts from this day until a later one counts.
    """

    item: str
    unit: str
    price: Money
    valid_from: date


@dataclass(frozen=True, slots=True)
class Provider:
    """A unit that sells compute and is, or wants to be, in the register.

    Attributes:
        admitted_from: first day of its admission; `admitted_until`: last day.
        suspended_on: the day its current suspension began, or None.
        prepared_by: the operator who registered it.
        publicity_from: first day of its publicity (公示); `publicity_until`: last day; None before.
        suspensions: days inside its term that did not count and are over.
    """

    organisation: Organisation
    status: ProviderStatus
    prepared_by: int
    admitted_from: date | None = None
    admitted_until: date | None = None
    suspended_on: date | None = None
    publicity_from: date | None = None
    publicity_until: date | None = None
    suspensions: tuple[Suspension, ...] = ()

    @property
    def id(self) -> int:
        """The unit's row."""
        return self.organisation.id


def class_matches_code(*, kind: RecipientKind, uscc: str, name: str) -> Violation | None:
    """Note a class that does not go with the first characters of the credit code (R2); a note, no refusal."""
    expected = _KINDS_OF_PREFIX.get(uscc[:2])
    if expected is None or kind in expected:
        return None
    return Violation(
        "R2",
        "class_mismatch",
        found=kind.value,
        allowed=sorted(expected),
        subject=name,
        weight=Weight.NOTE,
        facts={"prefix": uscc[:2]},
    )


def compute_is_in_province(*, region_code: str, name: str) -> Violation | None:
    """Refuse a provider whose compute is not in Shanxi (R17)."""
    if region_code.startswith(PROVINCE_PREFIX):
        return None
    return Violation("R17", "outside_province", found=region_code, allowed=f"{PROVINCE_PREFIX}xxxx", subject=name)


def provider_was_admitted(provider: Provider, *, on: date, what: str) -> Violation | None:
    """Refuse a provider that was not admitted, or was suspended, on a day that counts (R12).

    Args:
        provider: as it stands now; a suspension counts from the day it began, also once it has ended.
        on: the contract date or a service date.
        what: which of them, for the sentence: `contract` or `service`.
    """
    first, last = provider.admitted_from, provider.admitted_until
    absences = [one.kind.value for one in provider.suspensions if one.covers(on)]
    if provider.suspended_on is not None and on >= provider.suspended_on:
        absences.append(SuspensionKind.SUSPENDED.value)
    if first is not None and last is not None and first <= on <= last and not absences:
        return None
    found = absences[0] if absences else provider.status.value
    return Violation(
        "R12",
        f"provider_not_admitted_{what}",
        found=on.isoformat(),
        allowed=[first.isoformat() if first else "", last.isoformat() if last else ""],
        subject=provider.organisation.name,
        facts={"status": found},
    )


def term_is_ahead(provider: Provider, *, since: date, until: date, on: date) -> Violation | None:
    """Refuse a term that ends before it begins, or before today (R12)."""
    earliest = max(since, on)
    if until >= earliest:
        return None
    return Violation(
        "R12",
        "term_reversed",
        found=until.isoformat(),
        allowed=earliest.isoformat(),
        subject=provider.organisation.name,
    )


def gap_before_renewal(provider: Provider, *, since: date) -> Suspension | None:
    """Return the days between a term that ended and its renewal, on which the provider does not count (R12)."""
    if provider.admitted_until is None or since <= provider.admitted_until + _ONE_DAY:
        return None
    return Suspension(SuspensionKind.EXPIRED, provider.admitted_until + _ONE_DAY, since - _ONE_DAY)


def publicity_is_over(provider: Provider, *, since: date, on: date, objections: list[Objection]) -> list[Violation]:
    """Refuse to admit a provider during its publicity, for days of it, or against an objection that stands (R24).

    Args:
        provider: one that is publicized; any other has nothing to wait for.
        since: first day of the term it would have.
        on: the business date.
        objections: all that were raised against it; those of an earlier publicity count no more.
    """
    if provider.status is not ProviderStatus.PUBLICIZED:
        return []
    assert provider.publicity_from is not None, "the schema demands both days"
    assert provider.publicity_until is not None, "the schema demands both days"
    name, last = provider.organisation.name, provider.publicity_until.isoformat()
    found = []
    if on <= provider.publicity_until:
        found.append(Violation("R24", "publicity_not_over", found=on.isoformat(), allowed=last, subject=name))
    if since <= provider.publicity_until < on:
        found.append(Violation("R24", "term_in_publicity", found=since.isoformat(), allowed=last, subject=name))
    for objection in objections:
        if objection.raised_on < provider.publicity_from:
            continue
        if objection.status is ObjectionStatus.OPEN:
            found.append(
                Violation("R24", "provider_objection_open", found=objection.id, allowed="a decision", subject=name)
            )
        if objection.status is ObjectionStatus.UPHELD:
            found.append(
                Violation("R24", "provider_objection_upheld", found=objection.id, allowed="a refusal", subject=name)
            )
    return found


def publicity_is_long_enough(provider: Provider, *, until: date, earliest: date) -> Violation | None:
    """Refuse a publicity that ends before the policy's days are over (R24)."""
    if until >= earliest:
        return None
    return Violation(
        "R24",
        "provider_publicity_short",
        found=until.isoformat(),
        allowed=earliest.isoformat(),
        subject=provider.organisation.name,
    )


def price_is_positive(price: ListedPrice, *, name: str) -> Violation | None:
    """Refuse to file a price of nothing (R30)."""
    if price.price.fen > 0:
        return None
    return Violation("R30", "price_empty", found=price.price.fen, allowed=1, subject=name, facts={"item": price.item})


def objection_is_in_time(provider: Provider, *, raised_on: date, on: date) -> list[Violation]:
    """Refuse an objection against a provider that is not in publicity on the day it is raised (R24)."""
    if provider.status is not ProviderStatus.PUBLICIZED:
        return [
            Violation(
                "TRANSITION",
                "step_not_open",
                found=provider.status.value,
                allowed=sorted(PROVIDER_STEPS[provider.status]),
                subject=provider.organisation.name,
                facts={"noun": "provider", "act": "object"},
            )
        ]
    assert provider.publicity_from is not None, "the schema demands both days"
    assert provider.publicity_until is not None, "the schema demands both days"
    if provider.publicity_from <= raised_on <= min(provider.publicity_until, on):
        return []
    return [
        Violation(
            "R24",
            "objection_out_of_time",
            found=raised_on.isoformat(),
            allowed=[provider.publicity_from.isoformat(), provider.publicity_until.isoformat()],
            subject=provider.organisation.name,
        )
    ]


def are_affiliated(recipient: Organisation, provider: Organisation) -> list[Violation]:
    """Find every tie between holder and provider (R10).

    The same unit and declared control forbid the voucher; shared particulars need a written reason. Common state
    ownership alone is no affiliation (公司法 265(四)), so it is not looked for.
    """
    ties = []
    if recipient.uscc == provider.uscc:
        ties.append(
            Violation("R10", "same_unit", found=recipient.uscc, allowed="different units", subject=recipient.name)
        )
    if provider.uscc == recipient.controlled_by or recipient.uscc == provider.controlled_by:
        ties.append(
            Violation(
                "R10", "declared_control", found=provider.name, allowed="no declared control", subject=recipient.name
            )
        )
    if ties:
        return ties
    for particular in ("legal_representative", "phone", "address", "bank_account"):
        shared = getattr(recipient, particular)
        if shared and shared == getattr(provider, particular):
            ties.append(
                Violation(
                    "R10",
                    f"shared_{particular}",
                    found=shared,
                    allowed="a written reason",
                    subject=recipient.name,
                    weight=Weight.REASON,
                )
            )
    return ties
