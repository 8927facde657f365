"""Units, the parts they play, and the registry of facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.application import Standing
    from voucher_app.domain.money import Money
    from voucher_app.domain.parties import ListedPrice, Organisation, Provider, Recipient, Suspension


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

    def suspensions(self, provider_id: int) -> list[Suspension]:
        """Return the days on which a provider does not count, oldest first; the current suspension has no end."""

    def add_suspension(
        self, provider_id: int, suspension: Suspension, *, suspended_by: int, ended_by: int | None = None
    ) -> None:
        """Record days on which a provider does not count."""

    def end_suspension(self, provider_id: int, *, until: date, reason: str, ended_by: int) -> bool:
        """Record the last day of the current suspension; return whether one was recorded as such."""

    def review_provider(
        self, provider_id: int, *, status: str, by: int, publicity: tuple[date, date] | None = None
    ) -> None:
        """Record a step of a provider's road to the register, and who took it; a new check begins the road anew."""

    def term_ended(self, on: date) -> list[int]:
        """Return the admitted providers whose last day lies before a day."""

    def add_price(self, provider_id: int, price: ListedPrice, *, prepared_by: int) -> int:
        """Record a filed price; return its row."""

    def price(self, price_id: int) -> ListedPrice:
        """Return one filed price by its row."""

    def mark_expired(self, provider_id: int, *, status: str) -> None:
        """Record that a provider's term has ended."""

    def listed_price(self, provider_id: int, item: str, on: date) -> ListedPrice | None:
        """Return the price that a provider has filed for something on a day, or None (R30)."""

    def listed_prices(self, provider_id: int) -> list[ListedPrice]:
        """Return every price that a provider ever filed, by item, newest first."""

    def standing(self, recipient_id: int, year: int) -> Standing:
        """Return what is recorded of a recipient beside an application (R3, R13, R14, R22, R28)."""

    def counted(self, recipient_id: int, year: int) -> Money:
        """Return what a recipient holds of a year: issued minus recycled (R3)."""

    def redeemed(self, recipient_id: int, year: int) -> Money:
        """Return what was verified for a recipient out of a year (R3)."""

    def redeemed_by_group(self, group_code: str, year: int) -> Money:
        """Return what was verified for all units of one group code out of a year (R14)."""

    def has_facility(self, name: str) -> bool:
        """Return whether the registry has a facility of this name."""

    def add_facility(self, facility: Facility) -> int:
        """Record a facility; return its row."""

    def facility(self, name: str) -> Facility:
        """Return a facility of the registry by its name.

        Raises:
            NotFound: when there is none.
        """

    def link_facility(self, name: str, provider_id: int) -> None:
        """Give a candidate facility, known by name, to the provider that runs it; nothing happens without one."""
