"""What the use cases need from the world: the data file, a clock, and the errors of both.

The shapes here are implemented by `storage`; a use case never learns which.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from voucher_app.domain.application import Application
    from voucher_app.domain.budget import YearMoney, YearStatus
    from voucher_app.domain.contract import Contract
    from voucher_app.domain.ledger import Account, Transfer
    from voucher_app.domain.money import Money
    from voucher_app.domain.numbering import VoucherNumber
    from voucher_app.domain.operators import Operator, Role
    from voucher_app.domain.parties import Organisation, Provider, Recipient
    from voucher_app.domain.policy import Policy
    from voucher_app.domain.redemption import Invoice, Redemption
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.papers import PublicKey


class StorageError(Exception):
    """The environment stands in the way: nothing was changed, unless `code` is `commit_unknown`.

    Attributes:
        code: key of the sentence: `missing`, `not_ours`, `damaged`, `newer`, `older`, `read_only`, `locked`,
            `disk_full`, `disk_error`, `network`, `sync_folder`, `exists`, `folder_missing`, `commit_unknown` …
        path: the file or folder it is about.
        detail: what the system said, for the log and the details button.
    """

    def __init__(self, code: str, path: Path | str, detail: str = "") -> None:
        super().__init__(f"{code}: {path} {detail}".strip())
        self.code = code
        self.path = str(path)
        self.detail = detail


class Clock(Protocol):
    """The time, as the office lives it."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""

    def today(self) -> date:
        """Return the business date: the day in Asia/Shanghai, or the one set by `--on`."""


@dataclass(frozen=True, slots=True)
class Act:
    """One request of one person: who asks for what, told once.

    Attributes:
        action: the use case's name, such as `voucher.issue`.
        request_id: unique per request; a repetition returns the first result.
        facts: what was asked, JSON-able; repeated under the same `request_id` it must be the same.
        reason: the officer's written reason, or empty.
    """

    action: str
    operator: Operator
    request_id: str
    facts: dict[str, object] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PublishedPolicy:
    """A policy version in the data file; `content` is the TOML text it was published from."""

    id: int
    version: int
    content: str
    policy: Policy
    published_on: date

    @property
    def label(self) -> str:
        """Name and version, such as `henan-style v2`."""
        return f"{self.policy.code} v{self.version}"


@dataclass(frozen=True, slots=True)
class Facility:
    """A compute facility of the registry: public facts with their source; no credit code is ever invented.

    Attributes:
        investment_yi_yuan: 亿元, as text, because the sources give decimals.
        provider_id: the provider that registered it, or None while it is a candidate.
    """

    name: str
    place: str
    region_code: str
    operated_by: str
    racks: int | None
    pflops_fp16: int | None
    investment_yi_yuan: str
    state: str
    note: str
    source: str
    id: int = 0
    provider_id: int | None = None


class OfficeRepository(Protocol):
    """The office itself, its people and its keys."""

    def create(self, *, name: str, trial: bool, file_id: str) -> None:
        """Record the office; a data file has one."""

    def add_operator(self, name: str, role: Role) -> Operator:
        """Record a person with a role."""

    def add_key(self, key: PublicKey) -> int:
        """Record a public key; return its row."""

    def has_key(self, key_id: str) -> bool:
        """Return whether a public key is recorded."""


class PolicyRepository(Protocol):
    """Published policy versions; frozen."""

    def publish(self, content: str, policy: Policy) -> int:
        """Record the next version of the policy's code; return its row."""

    def get(self, policy_id: int) -> PublishedPolicy:
        """Return one version."""

    def current(self) -> PublishedPolicy:
        """Return the version published last.

        Raises:
            NotFound: when none was published yet.
        """


class YearRepository(Protocol):
    """Budget years."""

    def open(self, year: int, *, document: str) -> None:
        """Record a budget year."""

    def find(self, year: int) -> YearMoney | None:
        """Return where a year's money is, or None when the year was never opened."""

    def get(self, year: int) -> YearMoney:
        """Return where a year's money is.

        Raises:
            NotFound: when the year was never opened.
        """

    def set_status(self, year: int, status: YearStatus) -> None:
        """Open or close a year."""


class PartyRepository(Protocol):
    """Units, and the parts they play."""

    def add_recipient(self, organisation: Organisation, kind: str, *, prepared_by: int) -> Recipient:
        """Record a recipient; a unit known as provider already is the same unit."""

    def add_provider(self, organisation: Organisation, *, prepared_by: int) -> Provider:
        """Record a provider; a unit known as recipient already is the same unit."""

    def recipient(self, uscc: str) -> Recipient:
        """Return a recipient by its credit code.

        Raises:
            NotFound: when no recipient has it.
        """

    def recipient_by_id(self, recipient_id: int) -> Recipient:
        """Return a recipient by its row."""

    def find_recipient(self, uscc: str) -> Recipient | None:
        """Return a recipient by its credit code, or None."""

    def provider(self, uscc: str) -> Provider:
        """Return a provider by its credit code.

        Raises:
            NotFound: when no provider has it.
        """

    def provider_by_id(self, provider_id: int) -> Provider:
        """Return a provider by its row."""

    def find_provider(self, uscc: str) -> Provider | None:
        """Return a provider by its credit code, or None."""

    def set_provider(
        self,
        provider_id: int,
        *,
        status: str,
        admitted_by: int | None,
        admitted_from: date | None,
        admitted_until: date | None,
        suspended_on: date | None,
    ) -> None:
        """Record a provider's new place in the register."""

    def counted(self, recipient_id: int, year: int) -> Money:
        """Return what a recipient holds of a year: issued minus recycled (R3)."""

    def redeemed(self, recipient_id: int, year: int) -> Money:
        """Return what was verified for a recipient out of a year (R3)."""

    def has_facility(self, name: str) -> bool:
        """Return whether the registry has a facility of this name."""

    def add_facility(self, facility: Facility) -> int:
        """Record a facility; return its row."""

    def link_facility(self, name: str, provider_id: int) -> None:
        """Give a candidate facility, known by name, to the provider that runs it; nothing happens without one."""


class ApplicationRepository(Protocol):
    """Applications."""

    def add(
        self,
        *,
        year: int,
        policy_id: int,
        recipient_id: int,
        provider_id: int,
        contract: Contract,
        requested: Money,
        prepared_by: int,
        reason: str,
    ) -> int:
        """Record a submitted application; return its row."""

    def get(self, application_id: int) -> Application:
        """Return one application.

        Raises:
            NotFound: when there is none.
        """

    def holder_of_contract(self, provider_id: int, number: str) -> int | None:
        """Return the application that uses a contract, refused ones left out (R8)."""

    def approved(self) -> list[int]:
        """Return the rows of all applications that wait for issuance, oldest first."""

    def decide(self, application_id: int, *, status: str, reviewed_by: int, reason: str) -> None:
        """Record a reviewer's decision."""

    def mark_issued(self, application_id: int) -> None:
        """Record that the voucher was issued."""


class VoucherRepository(Protocol):
    """Vouchers."""

    def next_sequence(self, year: int) -> int:
        """Return the next place in a year's numbering, gap-free from 1."""

    def add(
        self,
        *,
        number: VoucherNumber,
        application: Application,
        issued_on: date,
        use_by: date,
        redeem_by: date,
    ) -> int:
        """Record an issued voucher; return its row. Its value comes by a transfer."""

    def get(self, number: VoucherNumber) -> Voucher:
        """Return a voucher by its number.

        Raises:
            NotFound: when there is none.
        """

    def get_by_id(self, voucher_id: int) -> Voucher:
        """Return a voucher by its row."""

    def set_status(self, voucher_id: int, status: str, *, ended_by: int | None = None) -> None:
        """Record a new status; `ended_by` is who voided or returned it."""

    def past_deadline(self, on: date) -> list[int]:
        """Return the vouchers on the road whose last day to redeem lies before a day and that no claim holds back."""


class RedemptionRepository(Protocol):
    """Redemptions."""

    def add(self, *, voucher_id: int, claimed: Money, invoice: Invoice, prepared_by: int) -> int:
        """Record a claim; return its row."""

    def get(self, redemption_id: int) -> Redemption:
        """Return one redemption.

        Raises:
            NotFound: when there is none.
        """

    def holder_of_invoice(self, key: str) -> int | None:
        """Return the claimed or verified redemption that uses an invoice (R9)."""

    def open_claims(self, voucher_id: int, *, besides: int | None = None) -> tuple[int, Money]:
        """Return number and sum of undecided claims on a voucher, one of them left out."""

    def decide(self, redemption_id: int, *, status: str, approved: Money | None, reviewed_by: int, reason: str) -> None:
        """Record a reviewer's decision."""

    def reverse(self, redemption_id: int, *, reversed_by: int, reason: str) -> None:
        """Record that a verified redemption was reversed."""


class Ledger(Protocol):
    """The ledger: it only grows."""

    def open(self, account: Account) -> None:
        """Make an account with a balance of zero, unless it is there."""

    def balance(self, account: Account) -> Money:
        """Return an account's balance."""

    def post(self, transfer: Transfer) -> int:
        """Move money; return the transfer's row."""

    def redemption_transfer(self, redemption_id: int) -> tuple[int, Transfer]:
        """Return row and transfer by which a redemption became payable."""


class Records(Protocol):
    """Everything the data file holds, by noun: what rules look at, in a transaction or for a preview."""

    @property
    def today(self) -> date:
        """The business date."""

    @property
    def office(self) -> OfficeRepository:
        """The office, its people and its keys."""

    @property
    def policies(self) -> PolicyRepository:
        """Published policy versions."""

    @property
    def years(self) -> YearRepository:
        """Budget years."""

    @property
    def parties(self) -> PartyRepository:
        """Units, and the parts they play."""

    @property
    def applications(self) -> ApplicationRepository:
        """Applications."""

    @property
    def vouchers(self) -> VoucherRepository:
        """Vouchers."""

    @property
    def redemptions(self) -> RedemptionRepository:
        """Redemptions."""

    @property
    def ledger(self) -> Ledger:
        """Accounts and transfers."""


class UnitOfWork(Records, Protocol):
    """One transaction, everything or nothing, with its journal record; left without `commit`, nothing happened."""

    @property
    def repeats(self) -> bool:
        """Whether this request was carried out before; `result` holds what it returned then."""

    @property
    def result(self) -> list[int]:
        """Row keys of what the act made or changed."""

    @property
    def seq(self) -> int:
        """The journal record that this act will be, or was."""

    def __enter__(self) -> Self:
        """Take the write lock, fairly, and look the request up."""

    def __exit__(self, *exception: object) -> None:
        """Roll back what was not committed."""

    def about(self, subject: str) -> None:
        """Say what the act is about, such as `voucher:17`, for the subject's history."""

    def commit(self, result: Sequence[int]) -> None:
        """Write the journal record and make everything durable.

        Raises:
            StorageError: `commit_unknown` when the outcome is not known; repeat with the same request to learn it.
        """
