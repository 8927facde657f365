"""Recipients, providers and candidates in lists and in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.services.ports.parties import Facility
from voucher_app.services.queries.parties import (
    FacilityRow,
    ObjectionRow,
    ProviderDetails,
    ProviderRow,
    RecipientDetails,
    RecipientRow,
)
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.list_reader import of_statuses
from voucher_app.storage.sqlite.queries.stretches import Shape
from voucher_app.storage.sqlite.queries.voucher import VoucherQueries

if TYPE_CHECKING:
    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.stretches import Stretches

_HELD = "(SELECT {what} FROM voucher WHERE {role}_id = organisation.id{year})"


class PartyQueries(VoucherQueries):
    """Recipients, providers and candidates in lists and in detail."""

    def recipients(self, chosen: ListFilter) -> Stretches[RecipientRow]:
        """List recipients."""
        year = f" AND year = {int(chosen.year)}" if chosen.year is not None else ""
        held = _HELD.format(what="coalesce(sum(face_fen - recycled_fen), 0)", role="recipient", year=year)
        counted = _HELD.format(what="count(*)", role="recipient", year=year)
        joined = "recipient JOIN organisation ON organisation.id = recipient.id"
        shape = Shape(
            base=joined,
            key="recipient.id",
            sorts={
                "id": ("recipient.id",),
                "name": ("organisation.name", "organisation.id"),
                "uscc": ("organisation.uscc",),
            },
            columns=f"recipient.id, name, uscc, kind, region_code, {counted}, {held}",
            full=joined,
            make=lambda key, name, uscc, kind, region, count, fen: RecipientRow(
                key, name, uscc, kind, region, self._region(region), count, Money(fen)
            ),
        )
        typed = Typed.of(chosen.text)
        narrowing = typed.narrowing("recipient", id="organisation") if typed else None
        return self._stretches(shape, chosen, of_statuses("recipient.kind", chosen.statuses), narrowing)

    def providers(self, chosen: ListFilter) -> Stretches[ProviderRow]:
        """List providers and candidate facilities; a candidate's key in the list is negative."""
        year = f" AND year = {int(chosen.year)}" if chosen.year is not None else ""
        held = _HELD.format(what="coalesce(sum(face_fen - recycled_fen), 0)", role="provider", year=year)
        counted = _HELD.format(what="count(*)", role="provider", year=year)
        union = f"""(
          SELECT organisation.id AS key, 0 AS facility_id, name, uscc, region_code, status,
            coalesce(admitted_until, '') AS until, {counted} AS count, {held} AS fen
          FROM provider JOIN organisation ON organisation.id = provider.id
          UNION ALL
          SELECT -id, id, name, '', region_code, 'candidate', '', 0, 0 FROM facility WHERE provider_id IS NULL
        ) AS listed"""
        shape = Shape(
            base=union,
            key="listed.key",
            sorts={
                "id": ("listed.key",),
                "name": ("listed.name", "listed.key"),
                "uscc": ("listed.uscc", "listed.key"),
            },
            columns="max(key, 0), facility_id, name, uscc, region_code, status, until, count, fen",
            full=union,
            make=lambda key, facility, name, uscc, region, status, until, count, fen: ProviderRow(
                key, facility, name, uscc, region, self._region(region), status, until, count, Money(fen)
            ),
        )
        parts = of_statuses("listed.status", chosen.statuses)
        if typed := Typed.of(chosen.text):
            parts.append(
                typed.any_of(typed.within("listed.key", "organisation"), typed.within("-listed.key", "facility"))
            )
        return self._stretches(shape, chosen, parts)

    def recipient(self, uscc: str, year: int) -> RecipientDetails:
        """Return all about a recipient."""
        with told(self._path):
            records = self._records()
            recipient = records.parties.recipient(uscc)
            return RecipientDetails(
                recipient=recipient,
                region_name=self._region(recipient.organisation.region_code),
                counted=records.parties.counted(recipient.id, year),
                redeemed=records.parties.redeemed(recipient.id, year),
                vouchers=self._vouchers_of("recipient", recipient.id, year),
                history=self._history(subjects=[f"recipient:{recipient.id}"]),
            )

    def provider(self, uscc: str) -> ProviderDetails:
        """Return all about a provider."""
        with told(self._path):
            records = self._records()
            provider = records.parties.provider(uscc)
            subject = f"provider:{provider.id}"
            ((checked, inspected, publicized, refused, admitted),) = self._all(
                "SELECT checked_by, inspected_by, publicized_by, refused_by, admitted_by FROM provider WHERE id = ?",
                (provider.id,),
            )
            ((count, issued, redeemed),) = self._all(
                """SELECT count(*), coalesce(sum(face_fen - recycled_fen), 0), coalesce(sum(redeemed_fen), 0)
                   FROM voucher WHERE provider_id = ?""",
                (provider.id,),
            )
            return ProviderDetails(
                provider=provider,
                region_name=self._region(provider.organisation.region_code),
                prepared_by=self._operator_name(provider.prepared_by),
                facilities=self._facilities("provider_id = ?", provider.id),
                vouchers=self._vouchers_of("provider", provider.id, None),
                history=self._history(subjects=[subject]),
                checked_by=self._operator_name(checked),
                inspected_by=self._operator_name(inspected),
                publicized_by=self._operator_name(publicized),
                refused_by=self._operator_name(refused),
                admitted_by=self._operator_name(admitted),
                voucher_count=count,
                issued=Money(issued),
                redeemed=Money(redeemed),
                suspensions=tuple(records.parties.suspensions(provider.id)),
                prices=tuple(records.parties.listed_prices(provider.id)),
                objections=tuple(
                    ObjectionRow(one, self._operator_name(one.prepared_by), self._operator_name(one.resolved_by))
                    for one in records.objections.of_subject(subject)
                ),
            )

    def facilities(self) -> list[FacilityRow]:
        """Return every facility of the registry, with the provider that runs it."""
        holders = {
            key: (name, uscc)
            for key, name, uscc in self._all("SELECT id, name, uscc FROM provider JOIN organisation USING (id)")
        }
        return [
            FacilityRow(one, self._region(one.region_code), *holders.get(one.provider_id, ("", "")))
            for one in self._facilities("id > ?", 0)
        ]

    def facility(self, facility_id: int) -> ProviderDetails:
        """Return all about a candidate of the registry."""
        facilities = self._facilities("id = ?", facility_id)
        if not facilities:
            raise NotFound("facility", facility_id)
        return ProviderDetails(None, self._region(facilities[0].region_code), "", facilities, (), ())

    def _facilities(self, where: str, value: int) -> tuple[Facility, ...]:
        found = self._all(
            f"""SELECT name, place, region_code, operated_by, racks, pflops_fp16, investment_yi_yuan, state, note,
                  source, id, provider_id FROM facility WHERE {where} ORDER BY id""",
            (value,),
        )
        return tuple(Facility(*row) for row in found)
