"""What the window shows first: the office, its people, its years, and how much of a year is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.errors import NotFound
from voucher_app.domain.operators import Operator, Role
from voucher_app.services.queries.glance import YearGlance
from voucher_app.services.queries.office import OfficeFacts
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.reader import Reader
from voucher_app.storage.sqlite.repositories.year import YearTable

if TYPE_CHECKING:
    from voucher_app.domain.budget import YearMoney


class GlanceQueries(Reader):
    """What the window shows first; all that is loaded before it."""

    def office(self) -> OfficeFacts:
        """Return the office."""
        rows = self._all("SELECT name, trial, file_id, small_office FROM office")
        if not rows:
            raise NotFound("office", str(self._path))
        return OfficeFacts(rows[0][0], bool(rows[0][1]), rows[0][2], small_office=bool(rows[0][3]))

    def operators(self) -> list[Operator]:
        """Return the people at the desk."""
        return [
            Operator(key, name, Role(role))
            for key, name, role in self._all("SELECT id, name, role FROM operator ORDER BY id")
        ]

    def journal_hash(self, seq: int) -> str | None:
        """Return the hash of a journal record, or None when there is none."""
        rows = self._all("SELECT hash FROM journal WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None

    def last_recorded_at(self) -> str:
        """Return the instant of the last journal record (UTC, ISO), or nothing."""
        rows = self._all("SELECT recorded_at FROM journal ORDER BY seq DESC LIMIT 1")
        return rows[0][0] if rows else ""

    def years(self) -> list[int]:
        """Return the budget years, newest first."""
        return [row[0] for row in self._all("SELECT id FROM budget_year ORDER BY id DESC")]

    def year_money(self, year: int) -> YearMoney:
        """Return where a year's money is."""
        with told(self._path):
            return YearTable(self._reader()).get(year)

    def year_glance(self, year: int) -> YearGlance:
        """Return where a year's money is."""
        money = self.year_money(year)
        return YearGlance(money, self._all("SELECT count(*) FROM voucher WHERE year = ?", (year,))[0][0])
