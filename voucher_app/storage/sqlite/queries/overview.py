"""A budget year at a glance."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from voucher_app.domain.money import Money
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.services.queries.overview import SOON_DAYS, Overview, Share
from voucher_app.storage.sqlite.queries.ledger import LedgerQueries
from voucher_app.storage.sqlite.queries.voucher import VOUCHERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from voucher_app.services.queries.voucher import VoucherRow

_EXPIRING_LISTED: Final = 200
_EXPIRING_WITHIN: Final = """
      (SELECT count(*) FROM voucher WHERE use_by BETWEEN :today AND :in_{days} AND year = :year
         AND status IN ('usable', 'partly-used'))"""
_THAT_WAITS: Final = "status <> 'issued'"
"""Word for word as in the index `application_that_waits`, which is not used otherwise."""
_OVERVIEW: Final = f"""
    WITH held AS (
        SELECT recipient_id, count(*) AS vouchers, sum(face_fen - recycled_fen) AS fen
        FROM voucher WHERE +year = :year GROUP BY recipient_id),
      holders AS (
        SELECT CASE substr(region_code, 5, 1) WHEN '7' THEN region_code ELSE substr(region_code, 1, 4) END AS area,
          kind, sum(vouchers) AS vouchers, sum(fen) AS fen
        FROM held JOIN recipient ON recipient.id = recipient_id JOIN organisation ON organisation.id = recipient_id
        GROUP BY area, kind),
      sellers AS (
        SELECT provider_id, count(*) AS vouchers, sum(face_fen - recycled_fen) AS fen
        FROM voucher WHERE +year = :year GROUP BY provider_id),
      months AS (
        SELECT substr(issued_on, 1, 7) AS month, count(*) AS vouchers, sum(face_fen - recycled_fen) AS fen
        FROM voucher WHERE year = :year GROUP BY month),
      statuses AS (SELECT status, count(*) AS vouchers FROM voucher WHERE year = :year GROUP BY status)
    SELECT
      (SELECT json_group_array(json_array(area, kind, vouchers, fen)) FROM holders),
      (SELECT json_group_array(json_array(provider_id, name, vouchers, fen))
       FROM sellers JOIN organisation ON organisation.id = provider_id),
      (SELECT json_group_array(json_array(month, vouchers, fen)) FROM months),
      (SELECT json_group_array(json_array(status, vouchers)) FROM statuses),
      (SELECT count(*) FROM application WHERE {_THAT_WAITS} AND status = 'submitted' AND year = :year),
      (SELECT count(*) FROM application WHERE {_THAT_WAITS} AND status = 'approved' AND year = :year
         AND batch_id IS NULL),
      (SELECT count(*) FROM redemption WHERE status = 'claimed'),
      {",".join(_EXPIRING_WITHIN.format(days=days) for days in SOON_DAYS)}"""
"""A year in one row: one state of the file, and one step of SQLite, which works without Python's lock.

For each row SQLite takes that lock anew; while the window is being loaded it waits for it some 2 ms each time.
`+year` keeps the planner from the index of (year, sequence): it would look up every row and sort, and takes three times
as long as reading the index that covers the columns in the order of the groups.
"""


class OverviewQueries(LedgerQueries):
    """A budget year at a glance."""

    def voucher_counts(self, year: int) -> dict[str, int]:
        """Return the number of a year's vouchers by status, every status named."""
        counted = dict(self._all("SELECT status, count(*) FROM voucher WHERE year = ? GROUP BY status", (year,)))
        return {status.value: counted.get(status.value, 0) for status in VoucherStatus}

    def overview(self, year: int, on: date) -> Overview:
        """Return a year at a glance, as of a day for what expires."""
        money = self.year_money(year)
        row = self._all(
            _OVERVIEW,
            {
                "year": year,
                "today": on.isoformat(),
                **{f"in_{days}": (on + timedelta(days=days)).isoformat() for days in SOON_DAYS},
            },
        )[0]
        holders, sellers, months, statuses = (json.loads(told) for told in row[:4])
        submitted, approved, claimed, soon, later, latest = row[4:]
        # Each city and zone is told, those without a voucher too: that is what an office looks for.
        areas = {self._city(code) for code in self._regions if not code.endswith("0000")}
        cities: dict[str, tuple[int, int]] = dict.fromkeys(areas, (0, 0))
        kinds: dict[str, tuple[int, int]] = {}
        for area, kind, count, fen in holders:
            city = self._city(area)
            cities[city] = _plus(cities.get(city), count, fen)
            kinds[kind] = _plus(kinds.get(kind), count, fen)
        counted = dict(statuses)
        return Overview(
            money=money,
            counts={status.value: counted.get(status.value, 0) for status in VoucherStatus},
            applications_waiting=submitted,
            applications_approved=approved,
            redemptions_waiting=claimed,
            by_city=_shares((code, self._region(code), count, fen) for code, (count, fen) in cities.items()),
            by_provider=_shares((str(key), name, count, fen) for key, name, count, fen in sellers),
            by_kind=_shares((kind, kind, count, fen) for kind, (count, fen) in kinds.items()),
            by_month=tuple(Share(month, month, count, Money(fen)) for month, count, fen in sorted(months)),
            expiring=self._expiring(year, on, on + timedelta(days=SOON_DAYS[-1])),
            expiring_counts=(soon, later, latest),
        )

    def _expiring(self, year: int, first: date, last: date) -> tuple[VoucherRow, ...]:
        found = self._all(
            f"""SELECT {VOUCHERS.columns} FROM {VOUCHERS.full}
                WHERE voucher.use_by BETWEEN ? AND ? AND voucher.year = ?
                AND voucher.status IN ('usable', 'partly-used') ORDER BY voucher.use_by, voucher.id
                LIMIT {_EXPIRING_LISTED}""",
            (first.isoformat(), last.isoformat(), year),
        )
        return tuple(VOUCHERS.make(*row) for row in found)


def _plus(before: tuple[int, int] | None, count: int, fen: int) -> tuple[int, int]:
    return (before[0] + count, before[1] + fen) if before else (count, fen)


def _shares(rows: Iterable[tuple[str, str, int, int]]) -> tuple[Share, ...]:
    shares = [Share(key, name, count, Money(fen)) for key, name, count, fen in rows]
    return tuple(sorted(shares, key=lambda share: (-share.amount.fen, share.key)))
