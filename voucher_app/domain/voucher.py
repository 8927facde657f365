"""Vouchers (算力券): their life cycle and what may happen to them.

R18 needs no function: a voucher cannot be transferred, given, sold, lent or cashed because nothing here, and nothing in
the schema, can change its holder.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import Violation

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.money import Money
    from voucher_app.domain.numbering import VoucherNumber


class VoucherStatus(StrEnum):
    """An index for searching; the ledger decides."""

    USABLE = "usable"
    PARTLY_USED = "partly-used"
    USED_UP = "used-up"
    EXPIRED = "expired"
    RETURNED = "returned"
    VOIDED = "voided"
    FROZEN = "frozen"


_LIVE: Final[dict[str, str]] = {
    "redeem": VoucherStatus.PARTLY_USED,
    "void": VoucherStatus.VOIDED,
    "freeze": VoucherStatus.FROZEN,
    "expire": VoucherStatus.EXPIRED,
}

VOUCHER_STEPS: Final[dict[str, dict[str, str]]] = {
    VoucherStatus.USABLE: {**_LIVE, "return": VoucherStatus.RETURNED},
    VoucherStatus.PARTLY_USED: _LIVE,
    VoucherStatus.USED_UP: {},
    VoucherStatus.EXPIRED: {},
    VoucherStatus.RETURNED: {},
    VoucherStatus.VOIDED: {},
    VoucherStatus.FROZEN: {"unfreeze": VoucherStatus.USABLE, "void": VoucherStatus.VOIDED},
}
"""Where an act leads before the balance is looked at: see `status_by_balance`."""

ENDED: Final = frozenset({VoucherStatus.EXPIRED, VoucherStatus.RETURNED, VoucherStatus.VOIDED})
"""Off the road: the remaining value went back."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """One voucher as it stands.

    Attributes:
        face: what it was issued for (面额); `remaining`: what is left to redeem (余额).
        recycled: what went back when it ended.
        prepared_by: who prepared its application; `reviewed_by`: who approved it.
        issued_seq: the journal record of its issuance.
    """

    id: int
    number: VoucherNumber
    application_id: int
    policy_id: int
    recipient_id: int
    provider_id: int
    face: Money
    remaining: Money
    recycled: Money
    status: VoucherStatus
    issued_on: date
    use_by: date
    redeem_by: date
    prepared_by: int
    reviewed_by: int
    issued_seq: int

    @property
    def year(self) -> int:
        """The budget year whose money it carries."""
        return self.number.year


def status_by_balance(*, face: Money, remaining: Money) -> VoucherStatus:
    """Return the status of a voucher that is on the road, from its balance alone."""
    if remaining == face:
        return VoucherStatus.USABLE
    return VoucherStatus.PARTLY_USED if remaining else VoucherStatus.USED_UP


def no_claim_is_open(voucher: Voucher, *, open_claims: int) -> Violation | None:
    """Refuse to end a voucher while a claim on it waits for its decision (R26: its value is not free yet)."""
    if not open_claims:
        return None
    return Violation("R26", "claims_open", found=open_claims, allowed=0, subject=str(voucher.number))


def has_expired(voucher: Voucher, *, on: date) -> bool:
    """Return whether the last day to redeem has passed (R7)."""
    return on > voucher.redeem_by and "expire" in VOUCHER_STEPS[voucher.status]
