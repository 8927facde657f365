"""Read models: frozen rows for lists and details, filled by `storage`, shown by `ui` and `cli`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from voucher_app.domain.application import Application
    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.parties import Provider, Recipient
    from voucher_app.domain.redemption import Redemption
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.papers import PublicKey
    from voucher_app.services.ports import Facility, PublishedPolicy

Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """The office as recorded; `trial` marks 演示 on screen and paper."""

    name: str
    trial: bool
    file_id: str


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list shows and in which order.

    Attributes:
        text: any part of a name, credit code, voucher, contract or invoice number; empty for all.
        statuses: only these; empty for all.
        year: only this budget year, or None.
        sort: a column name that the list offers; unknown ones are a bug.
    """

    text: str = ""
    statuses: tuple[str, ...] = ()
    year: int | None = None
    sort: str = ""
    descending: bool = True


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher in a list."""

    id: int
    number: str
    recipient_name: str
    provider_name: str
    face: Money
    remaining: Money
    status: str
    issued_on: str
    use_by: str
    redeem_by: str


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application in a list."""

    id: int
    recipient_name: str
    provider_name: str
    contract_number: str
    contract_amount: Money
    requested: Money
    status: str
    submitted_on: str
    prepared_by: str


@dataclass(frozen=True, slots=True)
class RedemptionRow:
    """A redemption in a list."""

    id: int
    voucher_number: str
    recipient_name: str
    invoice_key: str
    claimed: Money
    approved: Money | None
    status: str
    claimed_on: str
    prepared_by: str


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
class JournalRow:
    """A journal record in a list."""

    seq: int
    recorded_at: str
    business_date: str
    operator_name: str
    action: str
    subject: str
    reason: str
    hash: str


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer in a list; accounts are named by kind and by what they belong to."""

    id: int
    business_date: str
    kind: str
    debit: str
    credit: str
    amount: Money
    operator_name: str
    journal_seq: int


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to a record."""

    business_date: str
    recorded_at: str
    operator_name: str
    action: str
    amount: Money | None
    note: str
    journal_seq: int


@dataclass(frozen=True, slots=True)
class VoucherDetails:
    """Everything the detail panel and the certificate say about a voucher."""

    voucher: Voucher
    application: Application
    recipient: Recipient
    provider: Provider
    policy: PublishedPolicy
    prepared_by: str
    reviewed_by: str
    journal_hash: str
    """Hash of the journal record of its issuance."""
    history: tuple[HistoryEntry, ...]
    redemptions: tuple[Redemption, ...]
    open_claims: Money


@dataclass(frozen=True, slots=True)
class ApplicationDetails:
    """Everything the detail panel says about an application; the voucher's number once it is issued."""

    application: Application
    recipient: Recipient
    provider: Provider
    policy: PublishedPolicy
    prepared_by: str
    reviewed_by: str
    voucher_number: str
    counted: Money
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class RedemptionDetails:
    """Everything the detail panel says about a redemption."""

    redemption: Redemption
    voucher: Voucher
    recipient: Recipient
    provider: Provider
    policy: PublishedPolicy
    prepared_by: str
    reviewed_by: str
    redeemed_in_year: Money
    open_claims: Money
    history: tuple[HistoryEntry, ...]


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


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a year's issuance: by city, by class, by provider or by month."""

    key: str
    name: str
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Overview:
    """A budget year at a glance.

    Attributes:
        counts: vouchers by status.
        by_city, by_provider, by_kind: issued value, largest first.
        by_month: issued value of each month that has any, `key` is `YYYY-MM`.
        expiring: vouchers whose last day of use lies within 30 days, soonest first; `expiring_counts`: within
            30, 60 and 90 days.
    """

    money: YearMoney
    counts: dict[str, int]
    applications_waiting: int
    applications_approved: int
    redemptions_waiting: int
    by_city: tuple[Share, ...]
    by_provider: tuple[Share, ...]
    by_kind: tuple[Share, ...]
    by_month: tuple[Share, ...]
    expiring: tuple[VoucherRow, ...]
    expiring_counts: tuple[int, int, int]


class ListSource(Protocol[Row_co]):
    """A list of which any stretch can be had by position, without holding the rest."""

    def count(self) -> int:
        """Return how many rows there are."""

    def rows(self, first: int, count: int) -> Sequence[Row_co]:
        """Return a stretch of rows; shorter at the end."""


class Queries(Protocol):
    """All read models. Safe to call from any one thread at a time."""

    def office(self) -> OfficeFacts:
        """Return the office."""

    def operators(self) -> list[Operator]:
        """Return the people at the desk."""

    def operator(self, name: str) -> Operator:
        """Return one of them by name.

        Raises:
            NotFound: when there is none.
        """

    def public_keys(self) -> list[PublicKey]:
        """Return every public key the office ever used, newest first."""

    def policies(self) -> list[PublishedPolicy]:
        """Return all published policy versions, newest first."""

    def years(self) -> list[int]:
        """Return the budget years, newest first."""

    def year_money(self, year: int) -> YearMoney:
        """Return where a year's money is.

        Raises:
            NotFound: when the year was never opened.
        """

    def voucher_counts(self, year: int) -> dict[str, int]:
        """Return the number of a year's vouchers by status, every status named."""

    def overview(self, year: int, on: date) -> Overview:
        """Return a year at a glance, as of a day for what expires."""

    def vouchers(self, chosen: ListFilter) -> ListSource[VoucherRow]:
        """List vouchers; sorts: number, face, use_by."""

    def applications(self, chosen: ListFilter) -> ListSource[ApplicationRow]:
        """List applications; sorts: id, requested."""

    def redemptions(self, chosen: ListFilter) -> ListSource[RedemptionRow]:
        """List redemptions; sorts: id, claimed."""

    def recipients(self, chosen: ListFilter) -> ListSource[RecipientRow]:
        """List recipients; sorts: name, uscc, id."""

    def providers(self, chosen: ListFilter) -> ListSource[ProviderRow]:
        """List providers and, after them, candidate facilities; sorts: name, uscc, id."""

    def journal(self, chosen: ListFilter) -> ListSource[JournalRow]:
        """List journal records; sorts: seq."""

    def transfers(self, chosen: ListFilter) -> ListSource[TransferRow]:
        """List transfers; sorts: id, amount."""

    def voucher(self, number: str) -> VoucherDetails:
        """Return all about a voucher."""

    def certificate(self, number: str) -> VoucherDetails:
        """Return what the certificate says of a voucher: its details without history and redemptions."""

    def application(self, application_id: int) -> ApplicationDetails:
        """Return all about an application."""

    def redemption(self, redemption_id: int) -> RedemptionDetails:
        """Return all about a redemption."""

    def recipient(self, uscc: str, year: int) -> RecipientDetails:
        """Return all about a recipient."""

    def provider(self, uscc: str) -> ProviderDetails:
        """Return all about a provider."""

    def facility(self, facility_id: int) -> ProviderDetails:
        """Return all about a candidate of the registry."""

    def journal_hash(self, seq: int) -> str | None:
        """Return the hash of a journal record, or None when there is none."""

    def regions(self) -> dict[str, str]:
        """Return the names of region codes."""
