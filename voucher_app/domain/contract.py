"""Compute contracts: one supports one application (R8)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.errors import Violation

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.money import Money


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract between a recipient and a provider; `amount` is its total.

    Attributes:
        begins_on: first day of its term; `ends_on`: last day; None when not told.
    """

    number: str
    amount: Money
    signed_on: date
    begins_on: date | None = None
    ends_on: date | None = None


def term_is_in_order(contract: Contract) -> Violation | None:
    """Refuse a contract that ends before it begins."""
    if contract.begins_on is None or contract.ends_on is None or contract.begins_on <= contract.ends_on:
        return None
    return Violation(
        "R8",
        "contract_ends_first",
        found=contract.ends_on.isoformat(),
        allowed=contract.begins_on.isoformat(),
        subject=contract.number,
    )


def contract_key(number: str) -> str:
    """Return the form in which two writings of one contract number are equal.

    Width, case and white space do not tell contracts apart, so `ＨＴ－01` cannot be used beside `ht-01`.
    """
    return "".join(unicodedata.normalize("NFKC", number).upper().split())
