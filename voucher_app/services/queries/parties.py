"""Recipients, providers and candidates in lists and in detail."""

from dataclasses import dataclass

from voucher_app.domain.money import Money
from voucher_app.domain.parties import Provider, Recipient
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
class ProviderDetails:
    """Everything the detail panel says about a provider, or about a facility that is a candidate."""

    provider: Provider | None
    region_name: str
    prepared_by: str
    facilities: tuple[Facility, ...]
    vouchers: tuple[VoucherRow, ...]
    history: tuple[HistoryEntry, ...]
