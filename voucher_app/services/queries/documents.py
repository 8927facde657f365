"""What documents list: rows of whole batches, settlements, ledgers, registers and reports, few statements each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from voucher_app.domain.money import Money


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit on a publicity list or an issue notice; `voucher_number` is empty and `use_by` None before issuance."""

    recipient_name: str
    recipient_uscc: str
    region_name: str
    provider_name: str
    amount: Money
    voucher_number: str = ""
    use_by: date | None = None
    redeem_by: date | None = None


@dataclass(frozen=True, slots=True)
class Issuance:
    """Vouchers that were issued together and are announced together.

    Attributes:
        batch_id: theirs; or, outside a batch, 0 and the journal record `seq` with the year and policy version that they
            have in common.
    """

    batch_id: int = 0
    seq: int = 0
    year: int = 0
    policy_id: int = 0


@dataclass(frozen=True, slots=True)
class IssuedSoFar:
    """A budget year when vouchers were issued, these included.

    Attributes:
        issued: face value of all vouchers up to then; `appropriation`: what the year had been given up to then.
    """

    on: date
    issued: Money
    appropriation: Money


@dataclass(frozen=True, slots=True)
class SettledClaim:
    """A live line of a settlement, with everything its papers say of it.

    Attributes:
        recipient_region: of the unit whose city bears the city's part; `payee_region`: of the payee; names.
        invoices: keys of all invoices of the claim.
        paid, receipt_number, paid_on: None or empty while the line is pending.
    """

    redemption_id: int
    voucher_number: str
    recipient_name: str
    recipient_region: str
    payee_name: str
    payee_uscc: str
    payee_region: str
    invoices: tuple[str, ...]
    verified_on: date
    amount: Money
    province: Money
    city: Money
    is_sampled: bool
    account_name: str
    bank_name: str
    bank_account: str
    policy_id: int
    paid: Money | None
    receipt_number: str
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class LedgerVoucher:
    """A voucher in the ledger of its year (算力券台账)."""

    number: str
    issued_on: date
    recipient_name: str
    recipient_uscc: str
    provider_name: str
    contract_number: str
    face: Money
    redeemed: Money
    recycled: Money
    remaining: Money
    use_by: date
    status: str


@dataclass(frozen=True, slots=True)
class LedgerProvider:
    """A provider in the ledger of a year; amounts are those of the year's vouchers for its compute."""

    name: str
    uscc: str
    region_name: str
    status: str
    admitted_from: date | None
    admitted_until: date | None
    voucher_count: int
    issued: Money
    redeemed: Money
    disbursed: Money


@dataclass(frozen=True, slots=True)
class LedgerUnit:
    """A recipient in the quota ledger of a year; `policy_id`: of its newest voucher, whose cap counts."""

    name: str
    uscc: str
    kind: str
    region_name: str
    policy_id: int
    granted: Money
    redeemed: Money


@dataclass(frozen=True, slots=True)
class LedgerEnd:
    """Value that left the road: a return, a voiding, an expiry, or money of a recovery that came back.

    Attributes:
        kind: of the transfer.
        document: of the recovery's decision, or empty.
        operators: who prepared and who decided.
    """

    happened_on: date
    kind: str
    voucher_number: str
    recipient_name: str
    amount: Money
    reason: str
    document: str
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisteredProvider:
    """A provider in the register (服务商入库名单); `facilities`: names of what it runs."""

    name: str
    uscc: str
    region_name: str
    facilities: tuple[str, ...]
    admitted_from: date
    admitted_until: date
    status: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What some kind of transfer moved in a month, reversals taken off; `count`: transfers less reversals."""

    kind: str
    month: int
    amount: Money
    count: int


@dataclass(frozen=True, slots=True)
class ComputeUsed:
    """What the invoices of verified claims bill for compute (算力消纳), reversals taken off.

    Attributes:
        item: what was bought, and `unit_price` at which price; empty and None where the claims do not tell.
        unit: of the quantity, where the provider filed a price for the item.
        claims: how many; `cost`: without supporting services.
    """

    item: str
    unit: str
    unit_price: Money | None
    claims: int
    cost: Money


@dataclass(frozen=True, slots=True)
class IssuedPart:
    """Vouchers issued in a period, grouped by where, to whom and for whose compute."""

    region_code: str
    region_name: str
    kind: str
    provider_id: int
    provider_name: str
    count: int
    face: Money


@dataclass(frozen=True, slots=True)
class IssuedPeriod:
    """What was issued in a period.

    Attributes:
        contract_amount: of the contracts that vouchers were issued on (拉动合同额).
    """

    parts: tuple[IssuedPart, ...]
    recipient_count: int
    provider_count: int
    contract_amount: Money


@dataclass(frozen=True, slots=True)
class Holding:
    """Vouchers of one status together."""

    count: int
    face: Money
    remaining: Money


@dataclass(frozen=True, slots=True)
class ClosedYear:
    """A year as it stood when it was closed, by replay of the journal up to that record.

    Attributes:
        seq, head: the journal record that closed it.
        holdings: its vouchers by status.
        open_applications: that waited for a decision or a voucher; `open_claims`: undecided.
        recorded_by: who closed it.
    """

    closed_on: date
    seq: int
    head: str
    holdings: Mapping[str, Holding]
    open_applications: int
    open_claims: int
    recorded_by: str


@dataclass(frozen=True, slots=True)
class JournalMark:
    """One journal record, as a checkpoint names it."""

    seq: int
    hash: str
    business_date: date
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class VolumeItem:
    """A paper or an attachment that belongs to a volume of the archive (卷).

    Attributes:
        kind: of document, or of attachment where `is_attachment`.
        title: what a person calls it; `responsible`: who made it, where the records know.
        document_number: it had when it was printed, or empty.
    """

    kind: str
    subject: str
    title: str
    document_number: str
    responsible: str
    dated: date
    file_name: str
    sha256: str
    is_attachment: bool
