"""The units around a voucher: recipients (领用单位), providers (服务商), and what binds them to each other."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from voucher_app.domain.errors import Violation, Weight

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


@dataclass(frozen=True, slots=True)
class Provider:
    """A unit that sells compute and is, or wants to be, in the register.

    Attributes:
        admitted_from: first day of its admission; `admitted_until`: last day.
        suspended_on: the day its current suspension began, or None.
        prepared_by: the operator who registered it.
    """

    organisation: Organisation
    status: ProviderStatus
    prepared_by: int
    admitted_from: date | None = None
    admitted_until: date | None = None
    suspended_on: date | None = None

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
        provider: as it stands now; a suspension counts from the day it began.
        on: the contract date or a service date.
        what: which of them, for the sentence: `contract` or `service`.
    """
    first, last = provider.admitted_from, provider.admitted_until
    suspended = provider.suspended_on is not None and on >= provider.suspended_on
    if first is not None and last is not None and first <= on <= last and not suspended:
        return None
    found = ProviderStatus.SUSPENDED.value if suspended else provider.status.value
    return Violation(
        "R12",
        f"provider_not_admitted_{what}",
        found=on.isoformat(),
        allowed=[first.isoformat() if first else "", last.isoformat() if last else ""],
        subject=provider.organisation.name,
        facts={"status": found},
    )


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
