"""Recipients, providers and candidates in lists and in detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.money import ZERO

if TYPE_CHECKING:
    from voucher_app.domain.money import Money
    from voucher_app.domain.objection import Objection
    from voucher_app.domain.parties import ListedPrice, Provider, Recipient, Suspension
    from voucher_app.services.ports.parties import Facility
    from voucher_app.services.queries.ledger import HistoryEntry
    from voucher_app.services.queries.voucher import VoucherRow


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """A recipient in a list; `issued` is what it holds of the year asked for, `cap_left` what R3 still allows."""

    id: int
    name: str
    uscc: str
    kind: str
    region_code: str
    region_name: str
    voucher_count: int
    issued: Money


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider, or a facility of the registry that is still a candidate (`status` is then `candidate`, `id` 0).

    Attributes:
        facility_id: the registry's row, or 0.
    """

    id: int
    facility_id: int
    name: str
    uscc: str
    region_code: str
    region_name: str
    status: str
    admitted_until: str
    voucher_count: int
    issued: Money


@dataclass(frozen=True, slots=True)
class RecipientDetails:
    """Everything the detail panel says about a recipient, for one budget year."""

    recipient: Recipient
    region_name: str
    counted: Money
    redeemed: Money
    vouchers: tuple[VoucherRow, ...]
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A facility of the registry, and the provider that runs it; empty while it is a candidate."""

    facility: Facility
    region_name: str
    provider_name: str
    provider_uscc: str


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection with the names of the people who took it down and decided on it."""

    objection: Objection
    prepared_by: str
    resolved_by: str


@dataclass(frozen=True, slots=True)
class ProviderDetails:
    """Everything the detail panel says about a provider, or about a facility that is a candidate.

    Attributes:
        vouchers: the vouchers for its compute (承接的券).
        checked_by, inspected_by, publicized_by, refused_by, admitted_by: names; empty where nobody did. `admitted_by`
            is who decided last on its place in the register.
        suspensions: the days on which it does not count, oldest first; the current suspension has no end.
        prices: every price it ever filed, by item, newest first.
        objections: all that were raised against it, oldest first.
        voucher_count, issued, redeemed: vouchers for its compute, over all years: how many, what they are worth without
            what was recycled of them, and what of it was redeemed.
    """

    provider: Provider | None
    region_name: str
    prepared_by: str
    facilities: tuple[Facility, ...]
    vouchers: tuple[VoucherRow, ...]
    history: tuple[HistoryEntry, ...]
    checked_by: str = ""
    inspected_by: str = ""
    publicized_by: str = ""
    refused_by: str = ""
    admitted_by: str = ""
    suspensions: tuple[Suspension, ...] = ()
    prices: tuple[ListedPrice, ...] = ()
    voucher_count: int = 0
    issued: Money = ZERO
    redeemed: Money = ZERO
    objections: tuple[ObjectionRow, ...] = ()
