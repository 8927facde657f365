"""A budget year at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.money import Money
    from voucher_app.services.queries.voucher import VoucherRow


SOON_DAYS: Final = (30, 60, 90)
"""Days within which a voucher expires soon."""


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
        by_city, by_provider, by_kind: issued value, largest first; every city and zone of the registry is there.
        by_month: issued value of each month that has any, `key` is `YYYY-MM`.
        expiring: vouchers whose last day of use lies within 90 days, the soonest 200 of them; `expiring_counts`: within
            each of `SOON_DAYS`.
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
