"""The ledgers of a budget year (台账), what a report says of a period, and a year as it stood when it was closed."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import KINDS_PER_SUBJECT
from voucher_app.domain.money import Money
from voucher_app.services.queries.documents import (
    ClosedYear,
    ComputeUsed,
    Holding,
    IssuedPart,
    IssuedPeriod,
    LedgerEnd,
    LedgerProvider,
    LedgerUnit,
    LedgerVoucher,
    Moved,
)
from voucher_app.storage.sqlite.queries.reader import Reader
from voucher_app.storage.sqlite.repositories.table import day, day_or_none

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_VOUCHERS: Final = """
    SELECT number, issued_on, holder.name, holder.uscc, seller.name, contract_number, face_fen, redeemed_fen,
      recycled_fen, use_by, voucher.status
    FROM voucher JOIN application ON application.id = application_id
    JOIN organisation AS holder ON holder.id = voucher.recipient_id
    JOIN organisation AS seller ON seller.id = voucher.provider_id
    WHERE voucher.year = ? ORDER BY voucher.sequence"""
_PROVIDERS: Final = """
    WITH held AS (
      SELECT provider_id, count(*) AS vouchers, sum(face_fen) AS face, sum(redeemed_fen) AS redeemed
      FROM voucher WHERE year = ?1 GROUP BY provider_id),
    paid AS (
      SELECT provider_id, sum(approved_fen) AS fen FROM voucher JOIN redemption ON voucher_id = voucher.id
      WHERE voucher.year = ?1 AND redemption.status IN ('disbursed', 'recovering', 'recovered') GROUP BY provider_id)
    SELECT name, uscc, region_code, status, admitted_from, admitted_until, coalesce(vouchers, 0), coalesce(face, 0),
      coalesce(redeemed, 0), coalesce(fen, 0)
    FROM provider JOIN organisation USING (id) LEFT JOIN held ON held.provider_id = provider.id
    LEFT JOIN paid ON paid.provider_id = provider.id ORDER BY coalesce(face, 0) DESC, provider.id"""
_UNITS: Final = """
    WITH held AS (
      SELECT recipient_id, max(policy_id) AS policy_id, sum(face_fen - recycled_fen) AS granted,
        sum(redeemed_fen) AS redeemed
      FROM voucher WHERE year = ? GROUP BY recipient_id)
    SELECT name, uscc, kind, region_code, policy_id, granted, redeemed
    FROM held JOIN recipient ON recipient.id = recipient_id JOIN organisation ON organisation.id = recipient_id
    ORDER BY granted DESC, recipient_id"""
_ENDS: Final = f"""
    SELECT business_date, transfer.kind, number, holder.name, transfer.amount_fen, journal.reason, '', preparer.name,
      operator_name
    FROM transfer JOIN journal ON seq = journal_seq JOIN voucher ON voucher.id = debit_id / {KINDS_PER_SUBJECT}
    JOIN organisation AS holder ON holder.id = recipient_id JOIN operator AS preparer ON preparer.id = prepared_by
    WHERE transfer.year = :year AND transfer.kind IN ('return', 'void', 'expiry')
    UNION ALL
    SELECT received_on, transfer.kind, number, holder.name, receipt.amount_fen, recovery.reason,
      coalesce((SELECT prefix || '〔' || drawn.year || '〕' || sequence || '号' FROM document_number AS drawn
        WHERE drawn.kind = 'recovery-decision' AND drawn.subject = 'recovery:' || recovery.id AND voided_on IS NULL),
        recovery.document), preparer.name, reviewer.name
    FROM recovery_receipt AS receipt JOIN recovery ON recovery.id = recovery_id
    JOIN transfer ON transfer.id = transfer_id JOIN redemption ON redemption.id = redemption_id
    JOIN voucher ON voucher.id = voucher_id JOIN organisation AS holder ON holder.id = recipient_id
    JOIN operator AS preparer ON preparer.id = recovery.prepared_by
    JOIN operator AS reviewer ON reviewer.id = recovery.reviewed_by
    WHERE transfer.year = :year
    ORDER BY 1, 3, 2"""
_MOVED: Final = """
    SELECT coalesce(original.kind, transfer.kind), CAST(substr(business_date, 6, 2) AS INTEGER),
      sum(CASE WHEN original.id IS NULL THEN transfer.amount_fen ELSE -transfer.amount_fen END),
      sum(CASE WHEN original.id IS NULL THEN 1 ELSE -1 END)
    FROM transfer JOIN journal ON seq = transfer.journal_seq
    LEFT JOIN transfer AS original ON original.id = transfer.reverses
    WHERE transfer.year = ? AND business_date BETWEEN ? AND ? GROUP BY 1, 2 ORDER BY 1, 2"""
_COMPUTE: Final = f"""
    WITH acts AS (
      SELECT coalesce(original.credit_id, transfer.credit_id) / {KINDS_PER_SUBJECT} AS redemption_id,
        CASE WHEN original.id IS NULL THEN 1 ELSE -1 END AS sign
      FROM transfer JOIN journal ON seq = transfer.journal_seq
      LEFT JOIN transfer AS original ON original.id = transfer.reverses
      WHERE transfer.year = ? AND business_date BETWEEN ? AND ?
        AND coalesce(original.kind, transfer.kind) = 'redemption')
    SELECT price_item, coalesce((SELECT unit FROM listed_price
        WHERE listed_price.provider_id = voucher.provider_id AND item = price_item AND valid_from <= invoiced_on
        ORDER BY valid_from DESC, listed_price.id DESC LIMIT 1), ''),
      unit_price_fen, sum(sign), sum(sign * (invoice_amount_fen - supporting_services_fen + coalesce((
        SELECT sum(more.invoice_amount_fen - more.supporting_services_fen) FROM further_invoice AS more
        WHERE more.redemption_id = redemption.id), 0)))
    FROM acts JOIN redemption ON redemption.id = acts.redemption_id JOIN voucher ON voucher.id = voucher_id
    GROUP BY 1, 2, 3 HAVING sum(sign) <> 0 ORDER BY 1, 2, 3"""
_PARTS: Final = """
    SELECT holder.region_code, recipient.kind, provider_id, seller.name, count(*), sum(face_fen)
    FROM voucher JOIN recipient ON recipient.id = recipient_id JOIN organisation AS holder ON holder.id = recipient_id
    JOIN organisation AS seller ON seller.id = provider_id
    WHERE year = ? AND issued_on BETWEEN ? AND ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
_REACHED: Final = """
    SELECT count(DISTINCT voucher.recipient_id), count(DISTINCT voucher.provider_id),
      coalesce(sum(contract_amount_fen), 0)
    FROM voucher JOIN application ON application.id = application_id
    WHERE voucher.year = ? AND issued_on BETWEEN ? AND ?"""
_DECIDED: Final = frozenset({"issued", "refused", "declined", "withdrawn"})


class YearAccountQueries(Reader):
    """The ledgers of a year, and what its reports say."""

    def ledger_vouchers(self, year: int) -> tuple[LedgerVoucher, ...]:
        """Return every voucher of a year, in the order of numbers."""
        return tuple(
            LedgerVoucher(
                number=number,
                issued_on=day(issued_on),
                recipient_name=holder,
                recipient_uscc=uscc,
                provider_name=seller,
                contract_number=contract,
                face=Money(face),
                redeemed=Money(redeemed),
                recycled=Money(recycled),
                remaining=Money(face - redeemed - recycled),
                use_by=day(use_by),
                status=status,
            )
            for (
                number, issued_on, holder, uscc, seller, contract, face, redeemed, recycled, use_by, status,
            ) in self._all(_VOUCHERS, (year,))
        )  # fmt: skip

    def ledger_providers(self, year: int) -> tuple[LedgerProvider, ...]:
        """Return every provider, those with most value of the year first."""
        return tuple(
            LedgerProvider(
                name=name,
                uscc=uscc,
                region_name=self._region(region),
                status=status,
                admitted_from=day_or_none(first),
                admitted_until=day_or_none(last),
                voucher_count=count,
                issued=Money(face),
                redeemed=Money(redeemed),
                disbursed=Money(paid),
            )
            for name, uscc, region, status, first, last, count, face, redeemed, paid in self._all(_PROVIDERS, (year,))
        )

    def ledger_units(self, year: int) -> tuple[LedgerUnit, ...]:
        """Return every recipient that was issued a voucher of the year, those with most value first."""
        return tuple(
            LedgerUnit(name, uscc, kind, self._region(region), policy_id, Money(granted), Money(redeemed))
            for name, uscc, kind, region, policy_id, granted, redeemed in self._all(_UNITS, (year,))
        )

    def ledger_ends(self, year: int) -> tuple[LedgerEnd, ...]:
        """Return what was returned, voided, expired and recovered of a year's money, oldest first."""
        return tuple(
            LedgerEnd(
                day(happened_on), kind, number, holder, Money(fen), reason, document, tuple(dict.fromkeys(people))
            )
            for happened_on, kind, number, holder, fen, reason, document, *people in self._all(_ENDS, {"year": year})
        )

    def moved(self, year: int, first: date, last: date) -> tuple[Moved, ...]:
        """Return what moved of a year's money between two days, by kind and month, reversals taken off."""
        return tuple(
            Moved(kind, month, Money(fen), count)
            for kind, month, fen, count in self._all(_MOVED, (year, first.isoformat(), last.isoformat()))
        )

    def compute_used(self, year: int, first: date, last: date) -> tuple[ComputeUsed, ...]:
        """Return what compute the claims verified between two days were for, by item, unit and price."""
        return tuple(
            ComputeUsed(item, unit, None if price is None else Money(price), claims, Money(fen))
            for item, unit, price, claims, fen in self._all(_COMPUTE, (year, first.isoformat(), last.isoformat()))
        )

    def issued_period(self, year: int, first: date, last: date) -> IssuedPeriod:
        """Return what was issued of a year between two days."""
        asked = (year, first.isoformat(), last.isoformat())
        ((recipients, providers, contracts),) = self._all(_REACHED, asked)
        return IssuedPeriod(
            parts=tuple(
                IssuedPart(self._city(region), self._region(self._city(region)), kind, key, name, count, Money(fen))
                for region, kind, key, name, count, fen in self._all(_PARTS, asked)
            ),
            recipient_count=recipients,
            provider_count=providers,
            contract_amount=Money(contracts),
        )

    def closed_year(self, year: int) -> ClosedYear:
        """Return a year as it stood when it was closed.

        Raises:
            NotFound: when it was never closed.
        """
        rows = self._all(
            """SELECT seq, hash, business_date, operator_name FROM journal
               WHERE subject = ? AND subject <> '' AND action = 'year.close'
                 AND action NOT IN ('application.submit', 'application.approve', 'voucher.issue')""",
            (f"year:{year}",),
        )
        if not rows:
            raise NotFound("year", year)
        seq, head, closed_on, recorded_by = rows[0]
        held: Counter[str] = Counter()
        face: Counter[str] = Counter()
        remaining: Counter[str] = Counter()
        waiting = claims = 0
        vouchers = {key for (key,) in self._all("SELECT id FROM voucher WHERE year = ?", (year,))}
        for table, row in self._last_images(seq, {"voucher", "application", "redemption"}):
            if table == "voucher" and row["year"] == year:
                held[row["status"]] += 1
                face[row["status"]] += row["face_fen"]
                remaining[row["status"]] += row["face_fen"] - row["redeemed_fen"] - row["recycled_fen"]
            elif table == "application" and row["year"] == year:
                waiting += row["status"] not in _DECIDED
            elif table == "redemption" and row["voucher_id"] in vouchers:
                claims += row["status"] == "claimed"
        return ClosedYear(
            closed_on=day(closed_on),
            seq=seq,
            head=head,
            holdings={key: Holding(held[key], Money(face[key]), Money(remaining[key])) for key in held},
            open_applications=waiting,
            open_claims=claims,
            recorded_by=recorded_by,
        )

    def _last_images(self, seq: int, tables: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the last after-image of every row of some tables up to a record, reading the journal backwards."""
        met: set[tuple[str, int]] = set()
        for (changes,) in self._reader().execute(
            "SELECT changes FROM journal WHERE seq <= ? ORDER BY seq DESC", (seq,)
        ):
            if not any(f'"{table}":{{' in changes for table in tables):
                continue
            told = json.loads(changes)
            for table in tables & told.keys():
                columns = told[table]["columns"]
                for values in told[table]["rows"]:
                    row = dict(zip(columns, values, strict=True))
                    if (table, row["id"]) not in met:
                        met.add((table, row["id"]))
                        yield table, row
