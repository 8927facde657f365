"""Compute contracts: one supports one application (R8)."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from voucher_app.domain.money import Money


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract between a recipient and a provider; `amount` is its total."""

    number: str
    amount: Money
    signed_on: date


def contract_key(number: str) -> str:
    """Return the form in which two writings of one contract number are equal.

    Width, case and white space do not tell contracts apart, so `ＨＴ－01` cannot be used beside `ht-01`.
    """
    return "".join(unicodedata.normalize("NFKC", number).upper().split())
