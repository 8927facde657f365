"""Invoices (发票): what makes one unique, what it bills, what of it was paid (domain.md §6.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import ZERO

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.money import Money

_FULLY_DIGITAL = re.compile(r"[0-9]{20}", re.ASCII)
_OLDER = re.compile(r"([0-9]{10}|[0-9]{12})[ -]?([0-9]{8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice behind a claim.

    Attributes:
        key: what makes it unique (R9): 20 digits, or code and number of an older one.
        service_from: first day of the service it bills; `service_until`: last day; None when not told.
        supporting_services: what of its amount is storage, network, security or platform (R16).
        paid: what of its amount was paid; None when not told, which counts as all of it.
        paid_on: the day of the payment, None when not told.
        payer: who paid, as the payment receipt says (R21); `payee`: who was paid; empty when not told.
    """

    key: str
    amount: Money
    invoiced_on: date
    service_from: date | None = None
    service_until: date | None = None
    supporting_services: Money = ZERO
    paid: Money | None = None
    paid_on: date | None = None
    payer: str = ""
    payee: str = ""

    @property
    def service(self) -> tuple[date, date] | None:
        """First and last day of the service it bills, or None when they are not both told."""
        if self.service_from is None or self.service_until is None:
            return None
        return self.service_from, self.service_until

    @property
    def payment_is_told(self) -> bool:
        """Whether anything is known of its payment."""
        return self.paid is not None or self.paid_on is not None or bool(self.payer or self.payee)


def parse_invoice_number(text: str) -> str:
    """Return the unique key of an invoice: 20 digits (数电票), or `CODE-NUMBER` of an older one (domain.md §6.3).

    Raises:
        InvalidInput: for anything else; a number that a spreadsheet turned into 2.6E+19 is never repaired.
    """
    number = text.strip()
    if _FULLY_DIGITAL.fullmatch(number):
        return number
    older = _OLDER.fullmatch(number)
    if older is None:
        raise InvalidInput("invoice", found=text)
    return f"{older[1]}-{older[2]}"
