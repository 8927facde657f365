"""Units, and the parts they play: recipients, providers, facilities of the registry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from voucher_app.domain.application import Standing
from voucher_app.domain.credit import CreditCheck, CreditResult
from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.domain.parties import (
    ListedPrice,
    Organisation,
    Provider,
    ProviderStatus,
    Recipient,
    RecipientKind,
    Suspension,
    SuspensionKind,
)
from voucher_app.services.ports.parties import Facility
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none, iso_or_none

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.storage.sqlite.repositories.table import Row

_UNIT = """organisation.id, name, uscc, region_code, legal_representative, phone, address, bank_account,
    controlled_by, founded_on, group_code, bank_name, account_name"""
_UNIT_WIDTH = 13


def _organisation(row: Row) -> Organisation:
    facts = cast("tuple[int, str, str, str, str, str, str, str, str]", tuple(row[:9]))
    group_code, bank_name, account_name = cast("tuple[str, str, str]", tuple(row[10:_UNIT_WIDTH]))
    return Organisation(
        *facts,
        founded_on=day_or_none(row[9]),
        group_code=group_code,
        bank_name=bank_name,
        account_name=account_name,
    )


def _recipient(row: Row) -> Recipient:
    return Recipient(_organisation(row), RecipientKind(cast("str", row[_UNIT_WIDTH])))


def _provider(row: Row) -> Provider:
    status, prepared_by, admitted_from, admitted_until, suspended_on = row[_UNIT_WIDTH : _UNIT_WIDTH + 5]
    publicity_from, publicity_until = row[_UNIT_WIDTH + 5 : _UNIT_WIDTH + 7]
    return Provider(
        organisation=_organisation(row),
        status=ProviderStatus(cast("str", status)),
        prepared_by=cast("int", prepared_by),
        admitted_from=day_or_none(admitted_from),
        admitted_until=day_or_none(admitted_until),
        suspended_on=day_or_none(suspended_on),
        publicity_from=day_or_none(publicity_from),
        publicity_until=day_or_none(publicity_until),
    )


_PRICE = "SELECT item, unit, price_fen, valid_from FROM listed_price"


def _price(row: Row) -> ListedPrice:
    item, unit, fen, valid_from = cast("tuple[str, str, int, str]", tuple(row))
    return ListedPrice(item, unit, Money(fen), day(valid_from))


class PartyTable(Table):
    """Units, and the parts they play."""

    def add_recipient(self, organisation: Organisation, kind: str, *, prepared_by: int) -> Recipient:
        """Record a recipient; a unit known as provider already is the same unit."""
        key = self._organisation_key(organisation)
        self._write(
            "recipient",
            key,
            "INSERT INTO recipient (id, kind, prepared_by) VALUES (?, ?, ?)",
            (key, str(kind), prepared_by),
        )
        return self.recipient_by_id(key)

    def add_provider(self, organisation: Organisation, *, prepared_by: int) -> Provider:
        """Record a provider; a unit known as recipient already is the same unit."""
        key = self._organisation_key(organisation)
        self._write(
            "provider",
            key,
            "INSERT INTO provider (id, status, prepared_by) VALUES (?, 'registered', ?)",
            (key, prepared_by),
        )
        return self.provider_by_id(key)

    def _organisation_key(self, unit: Organisation) -> int:
        known = self._one("SELECT id FROM organisation WHERE uscc = ?", (unit.uscc,))
        if known is not None:
            return cast("int", known[0])
        key = self._next("organisation")
        self._write(
            "organisation",
            key,
            """INSERT INTO organisation (id, name, uscc, region_code, legal_representative, phone, address,
                 bank_account, controlled_by, founded_on, group_code, bank_name, account_name)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                unit.name,
                unit.uscc,
                unit.region_code,
                unit.legal_representative,
                unit.phone,
                unit.address,
                unit.bank_account,
                unit.controlled_by,
                iso_or_none(unit.founded_on),
                unit.group_code,
                unit.bank_name,
                unit.account_name,
            ),
        )
        return key

    def recipient(self, uscc: str) -> Recipient:
        """Return a recipient by its credit code."""
        found = self.find_recipient(uscc)
        if found is None:
            raise NotFound("recipient", uscc)
        return found

    def recipient_by_id(self, recipient_id: int) -> Recipient:
        """Return a recipient by its row."""
        row = self._one(
            f"SELECT {_UNIT}, kind FROM recipient JOIN organisation USING (id) WHERE id = ?", (recipient_id,)
        )
        if row is None:
            raise NotFound("recipient", recipient_id)
        return _recipient(row)

    def find_recipient(self, uscc: str) -> Recipient | None:
        """Return a recipient by its credit code, or None."""
        row = self._one(f"SELECT {_UNIT}, kind FROM recipient JOIN organisation USING (id) WHERE uscc = ?", (uscc,))
        return None if row is None else _recipient(row)

    def provider(self, uscc: str) -> Provider:
        """Return a provider by its credit code."""
        found = self.find_provider(uscc)
        if found is None:
            raise NotFound("provider", uscc)
        return found

    # Hardly any provider was ever suspended, so past suspensions are read for those only that have some.
    _PROVIDER = f"""SELECT {_UNIT}, status, prepared_by, admitted_from, admitted_until, suspended_on, publicity_from,
          publicity_until, EXISTS (SELECT 1 FROM suspension WHERE provider_id = provider.id)
        FROM provider JOIN organisation USING (id)"""

    def provider_by_id(self, provider_id: int) -> Provider:
        """Return a provider by its row."""
        row = self._one(f"{self._PROVIDER} WHERE id = ?", (provider_id,))
        if row is None:
            raise NotFound("provider", provider_id)
        return self._with_suspensions(row)

    def find_provider(self, uscc: str) -> Provider | None:
        """Return a provider by its credit code, or None."""
        row = self._one(f"{self._PROVIDER} WHERE uscc = ?", (uscc,))
        return None if row is None else self._with_suspensions(row)

    def _with_suspensions(self, row: Row) -> Provider:
        provider = _provider(row)
        if not row[-1]:
            return provider
        past = tuple(one for one in self.suspensions(provider.id) if one.suspended_until is not None)
        return replace(provider, suspensions=past)

    def suspensions(self, provider_id: int) -> list[Suspension]:
        """Return the days on which a provider does not count, oldest first; the current suspension has no end."""
        rows = self._connection.execute(
            """SELECT kind, suspended_from, suspended_until, reason, end_reason FROM suspension WHERE provider_id = ?
               ORDER BY suspended_from, id""",
            (provider_id,),
        ).fetchall()
        return [
            Suspension(SuspensionKind(kind), day(first), day_or_none(last), reason, end_reason)
            for kind, first, last, reason, end_reason in rows
        ]

    def add_suspension(
        self, provider_id: int, suspension: Suspension, *, suspended_by: int, ended_by: int | None = None
    ) -> None:
        """Record days on which a provider does not count."""
        key = self._next("suspension")
        self._write(
            "suspension",
            key,
            """INSERT INTO suspension (id, provider_id, kind, suspended_from, suspended_until, reason, suspended_by,
                 ended_by, end_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                provider_id,
                suspension.kind.value,
                suspension.suspended_from.isoformat(),
                iso_or_none(suspension.suspended_until),
                suspension.reason,
                suspended_by,
                ended_by,
                suspension.end_reason,
            ),
        )

    def end_suspension(self, provider_id: int, *, until: date, reason: str, ended_by: int) -> bool:
        """Record the last day of the current suspension; return whether one was recorded as such."""
        row = self._one("SELECT id FROM suspension WHERE provider_id = ? AND suspended_until IS NULL", (provider_id,))
        if row is None:
            return False
        key = cast("int", row[0])
        self._write(
            "suspension",
            key,
            "UPDATE suspension SET suspended_until = ?, ended_by = ?, end_reason = ? WHERE id = ?",
            (until.isoformat(), ended_by, reason, key),
        )
        return True

    def review_provider(
        self, provider_id: int, *, status: str, by: int, publicity: tuple[date, date] | None = None
    ) -> None:
        """Record a step of a provider's road to the register, and who took it; a new check begins the road anew."""
        column = {"checked": "checked_by", "inspected": "inspected_by", "publicized": "publicized_by"}.get(
            str(status), "refused_by"
        )
        forgotten = (
            ", inspected_by = NULL, publicized_by = NULL, publicity_from = NULL, publicity_until = NULL,"
            " refused_by = NULL"
            if column == "checked_by"
            else ""
        )
        days = ", publicity_from = ?, publicity_until = ?" if publicity else ""
        self._write(
            "provider",
            provider_id,
            f"UPDATE provider SET status = ?, {column} = ?{forgotten}{days} WHERE id = ?",
            (str(status), by, *(one.isoformat() for one in publicity or ()), provider_id),
        )

    def term_ended(self, on: date) -> list[int]:
        """Return the admitted providers whose last day lies before a day."""
        rows = self._connection.execute(
            "SELECT id FROM provider WHERE status = 'admitted' AND admitted_until < ? ORDER BY id", (on.isoformat(),)
        ).fetchall()
        return [row[0] for row in rows]

    def add_price(self, provider_id: int, price: ListedPrice, *, prepared_by: int) -> int:
        """Record a filed price; return its row."""
        key = self._next("listed_price")
        self._write(
            "listed_price",
            key,
            """INSERT INTO listed_price (id, provider_id, item, unit, price_fen, valid_from, prepared_by)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (key, provider_id, price.item, price.unit, price.price.fen, price.valid_from.isoformat(), prepared_by),
        )
        return key

    def price(self, price_id: int) -> ListedPrice:
        """Return one filed price by its row."""
        row = self._one(f"{_PRICE} WHERE id = ?", (price_id,))
        assert row is not None, "it was recorded by this act, or by the one it repeats"
        return _price(row)

    def mark_expired(self, provider_id: int, *, status: str) -> None:
        """Record that a provider's term has ended."""
        self._write("provider", provider_id, "UPDATE provider SET status = ? WHERE id = ?", (str(status), provider_id))

    def listed_price(self, provider_id: int, item: str, on: date) -> ListedPrice | None:
        """Return the price that a provider has filed for something on a day, or None (R30)."""
        row = self._one(
            f"""{_PRICE} WHERE provider_id = ? AND item = ? AND valid_from <= ?
                ORDER BY valid_from DESC, id DESC LIMIT 1""",
            (provider_id, item, on.isoformat()),
        )
        return None if row is None else _price(row)

    def listed_prices(self, provider_id: int) -> list[ListedPrice]:
        """Return every price that a provider ever filed, by item, newest first."""
        rows = self._connection.execute(
            f"{_PRICE} WHERE provider_id = ? ORDER BY item, valid_from DESC, id DESC", (provider_id,)
        ).fetchall()
        return [_price(row) for row in rows]

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
        self._write(
            "provider",
            provider_id,
            """UPDATE provider SET status = ?, admitted_by = ?, admitted_from = ?, admitted_until = ?,
                 suspended_on = ? WHERE id = ?""",
            (
                str(status),
                admitted_by,
                iso_or_none(admitted_from),
                iso_or_none(admitted_until),
                iso_or_none(suspended_on),
                provider_id,
            ),
        )

    def standing(self, recipient_id: int, year: int) -> Standing:
        """Return what is recorded of a recipient beside an application, in one question (R3, R13, R14, R22, R28)."""
        row = self._one(
            """SELECT
                 (SELECT coalesce(sum(face_fen - recycled_fen), 0) FROM voucher
                  WHERE recipient_id = organisation.id AND year = ?2),
                 EXISTS (SELECT 1 FROM provider WHERE provider.id = organisation.id
                         AND admitted_from <= ?2 || '-12-31' AND admitted_until >= ?2 || '-01-01'),
                 CASE WHEN group_code = '' THEN 0 ELSE (
                   SELECT coalesce(sum(face_fen - recycled_fen), 0) FROM organisation AS other
                   JOIN voucher ON recipient_id = other.id AND year = ?2
                   WHERE other.group_code <> '' AND other.group_code = organisation.group_code
                   AND other.id <> organisation.id) END,
                 (SELECT checked_on || ' ' || result FROM credit_check WHERE organisation_id = organisation.id
                  ORDER BY checked_on DESC, credit_check.id DESC LIMIT 1),
                 (SELECT max(banned_until) FROM ban WHERE organisation_id = organisation.id AND lifted_on IS NULL
                  AND ?3 BETWEEN banned_from AND banned_until)
               FROM organisation WHERE id = ?1""",
            (recipient_id, year, self._today.isoformat()),
        )
        assert row is not None, "every recipient is a unit"
        counted_fen, is_provider, group_fen, check, banned_until = row
        credit = None
        if check is not None:
            checked_on, result = cast("str", check).split(" ")
            credit = CreditCheck(day(checked_on), CreditResult(result))
        return Standing(
            is_provider=bool(is_provider),
            counted=Money(cast("int", counted_fen)),
            group_counted=Money(cast("int", group_fen)),
            credit=credit,
            banned_until=day_or_none(banned_until),
        )

    def counted(self, recipient_id: int, year: int) -> Money:
        """Return what a recipient holds of a year: issued minus recycled (R3)."""
        return self._sum("face_fen - recycled_fen", recipient_id, year)

    def redeemed(self, recipient_id: int, year: int) -> Money:
        """Return what was verified for a recipient out of a year (R3)."""
        return self._sum("redeemed_fen", recipient_id, year)

    def redeemed_by_group(self, group_code: str, year: int) -> Money:
        """Return what was verified for all units of one group code out of a year (R14)."""
        row = self._one(
            """SELECT coalesce(sum(redeemed_fen), 0) FROM voucher WHERE year = ? AND recipient_id IN
               (SELECT id FROM organisation WHERE group_code = ? AND group_code <> '')""",
            (year, group_code),
        )
        assert row is not None
        return Money(cast("int", row[0]))

    def _sum(self, what: str, recipient_id: int, year: int) -> Money:
        row = self._one(
            f"SELECT coalesce(sum({what}), 0) FROM voucher WHERE recipient_id = ? AND year = ?", (recipient_id, year)
        )
        assert row is not None
        return Money(cast("int", row[0]))

    def has_facility(self, name: str) -> bool:
        """Return whether the registry has a facility of this name."""
        return self._one("SELECT 1 FROM facility WHERE name = ?", (name,)) is not None

    def add_facility(self, facility: Facility) -> int:
        """Record a facility; return its row."""
        key = self._next("facility")
        self._write(
            "facility",
            key,
            """INSERT INTO facility (id, name, place, region_code, operated_by, racks, pflops_fp16,
                 investment_yi_yuan, state, note, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                facility.name,
                facility.place,
                facility.region_code,
                facility.operated_by,
                facility.racks,
                facility.pflops_fp16,
                facility.investment_yi_yuan,
                facility.state,
                facility.note,
                facility.source,
            ),
        )
        return key

    def facility(self, name: str) -> Facility:
        """Return a facility of the registry by its name."""
        row = self._one(
            """SELECT name, place, region_code, operated_by, racks, pflops_fp16, investment_yi_yuan, state, note,
                 source, id, provider_id FROM facility WHERE name = ?""",
            (name,),
        )
        if row is None:
            raise NotFound("facility", name)
        return Facility(*cast("tuple[Any, ...]", row))

    def link_facility(self, name: str, provider_id: int) -> None:
        """Give a candidate facility, known by name, to the provider that runs it; nothing happens without one."""
        row = self._one("SELECT id FROM facility WHERE name = ? AND provider_id IS NULL", (name,))
        if row is not None:
            key = cast("int", row[0])
            self._write("facility", key, "UPDATE facility SET provider_id = ? WHERE id = ?", (provider_id, key))
