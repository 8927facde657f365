"""The office's own table of working days as rows of the data file; a day's key is YYYYMMDD."""

from __future__ import annotations

from datetime import date
from typing import cast

from voucher_app.storage.sqlite.repositories.table import Table


def _key(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


class CalendarTable(Table):
    """Days that somebody told about."""

    def set(self, day: date, *, is_working: bool, note: str) -> int:
        """Record a day, or correct it; return its row."""
        key = _key(day)
        if self.find(day) is None:
            sql = "INSERT INTO calendar_day (is_working, note, id) VALUES (?, ?, ?)"
        else:
            sql = "UPDATE calendar_day SET is_working = ?, note = ? WHERE id = ?"
        self._write("calendar_day", key, sql, (int(is_working), note, key))
        return key

    def find(self, day: date) -> bool | None:
        """Return whether the office works on a day, or None when nobody told."""
        row = self._one("SELECT is_working FROM calendar_day WHERE id = ?", (_key(day),))
        return None if row is None else bool(row[0])

    def note(self, day: date) -> str:
        """Return what was noted of a day, or nothing."""
        row = self._one("SELECT note FROM calendar_day WHERE id = ?", (_key(day),))
        return "" if row is None else cast("str", row[0])

    def days_off(self, year: int) -> list[date]:
        """Return the days off that were told of a year, in order."""
        rows = self._connection.execute(
            "SELECT id FROM calendar_day WHERE is_working = 0 AND id / 10000 = ? ORDER BY id", (year,)
        ).fetchall()
        return [date(year, key // 100 % 100, key % 100) for (key,) in rows]
