"""A budget year at a glance."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from voucher_app.domain.money import Money
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.services.queries.overview import Overview, Share
from voucher_app.services.queries.voucher import VoucherRow
from voucher_app.storage.sqlite.queries.ledger import LedgerQueries
from voucher_app.storage.sqlite.queries.reader import _CITY_DIGITS
from voucher_app.storage.sqlite.queries.voucher import VOUCHERS

_EXPIRING_LISTED: Final = 50
_SOON_DAYS: Final = (30, 60, 90)


class OverviewQueries(LedgerQueries):
    """A budget year at a glance."""

    def voucher_counts(self, year: int) -> dict[str, int]:
        """Return the number of a year's vouchers by status, every status named."""
        counted = dict(self._all("SELECT status, count(*) FROM voucher WHERE year = ? GROUP BY status", (year,)))
        return {status.value: counted.get(status.value, 0) for status in VoucherStatus}

    def overview(self, year: int, on: date) -> Overview:
        """Return a year at a glance, as of a day for what expires."""
        money = self.year_money(year)
        by_recipient = self._all(
            """SELECT recipient_id, count(*), sum(face_fen - recycled_fen) FROM voucher WHERE year = ?
               GROUP BY recipient_id""",
            (year,),
        )
        units = {
            key: (region, kind)
            for key, region, kind in self._all(
                "SELECT recipient.id, region_code, kind FROM recipient JOIN organisation USING (id)"
            )
        }
        cities: dict[str, tuple[int, int]] = {}
        kinds: dict[str, tuple[int, int]] = {}
        for key, count, fen in by_recipient:
            region, kind = units[key]
            city = (
                region
                if region in self._regions and not region.endswith("00") and region[4] == "7"
                else (f"{region[:_CITY_DIGITS]}00")
            )
            cities[city] = _plus(cities.get(city), count, fen)
            kinds[kind] = _plus(kinds.get(kind), count, fen)
        sellers = self._all(
            """SELECT provider_id, (SELECT name FROM organisation WHERE id = provider_id), count(*),
                 sum(face_fen - recycled_fen) FROM voucher WHERE year = ? GROUP BY provider_id""",
            (year,),
        )
        months = self._all(
            """SELECT substr(issued_on, 1, 7) AS month, count(*), sum(face_fen - recycled_fen) FROM voucher
               WHERE year = ? GROUP BY month ORDER BY month""",
            (year,),
        )
        return Overview(
            money=money,
            counts=self.voucher_counts(year),
            applications_waiting=self._waiting("submitted", year),
            applications_approved=self._waiting("approved", year, "AND batch_id IS NULL"),
            redemptions_waiting=self._count("redemption WHERE status = 'claimed' AND ? > 0", year),
            by_city=_shares((code, self._region(code), count, fen) for code, (count, fen) in cities.items()),
            by_provider=_shares((str(key), name, count, fen) for key, name, count, fen in sellers),
            by_kind=_shares((kind, kind, count, fen) for kind, (count, fen) in kinds.items()),
            by_month=tuple(Share(month, month, count, Money(fen)) for month, count, fen in months),
            expiring=self._expiring(year, on, on + timedelta(days=_SOON_DAYS[0])),
            expiring_counts=self._expiring_counts(year, on),
        )

    def _waiting(self, status: str, year: int, besides: str = "") -> int:
        # The first condition is the partial index's own; without it SQLite would look through every application.
        return self._count(f"application WHERE status <> 'issued' AND status = '{status}' AND year = ? {besides}", year)

    def _count(self, what: str, year: int) -> int:
        return int(self._all(f"SELECT count(*) FROM {what}", (year,))[0][0])

    def _expiring(self, year: int, first: date, last: date) -> tuple[VoucherRow, ...]:
        found = self._all(
            f"""SELECT {VOUCHERS.columns} FROM {VOUCHERS.full}
                WHERE voucher.use_by BETWEEN ? AND ? AND voucher.year = ?
                AND voucher.status IN ('usable', 'partly-used') ORDER BY voucher.use_by, voucher.id
                LIMIT {_EXPIRING_LISTED}""",
            (first.isoformat(), last.isoformat(), year),
        )
        return tuple(VOUCHERS.make(*row) for row in found)

    def _expiring_counts(self, year: int, on: date) -> tuple[int, int, int]:
        counts = [
            self._all(
                """SELECT count(*) FROM voucher WHERE use_by BETWEEN ? AND ? AND year = ?
                   AND status IN ('usable', 'partly-used')""",
                (on.isoformat(), (on + timedelta(days=days)).isoformat(), year),
            )[0][0]
            for days in _SOON_DAYS
        ]
        return counts[0], counts[1], counts[2]


def _plus(before: tuple[int, int] | None, count: int, fen: int) -> tuple[int, int]:
    return (before[0] + count, before[1] + fen) if before else (count, fen)


def _shares(rows: Iterable[tuple[str, str, int, int]]) -> tuple[Share, ...]:
    shares = [Share(key, name, count, Money(fen)) for key, name, count, fen in rows]
    return tuple(sorted(shares, key=lambda share: (-share.amount.fen, share.key)))
