"""Credit checks as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voucher_app.domain.credit import CreditCheck, CreditResult
from voucher_app.storage.sqlite.repositories.table import Table, day

if TYPE_CHECKING:
    from datetime import date


class CreditTable(Table):
    """Credit checks; another check is another row."""

    def add(self, *, organisation_id: int, checked_on: date, result: str, source: str, prepared_by: int) -> int:
        """Record a check; return its row."""
        key = self._next("credit_check")
        self._write(
            "credit_check",
            key,
            """INSERT INTO credit_check (id, organisation_id, checked_on, result, source, prepared_by)
               VALUES (?, ?, ?, ?, ?, ?)""",
            (key, organisation_id, checked_on.isoformat(), str(result), source, prepared_by),
        )
        return key

    def last(self, organisation_id: int) -> CreditCheck | None:
        """Return the last check of a unit, or None."""
        row = self._one(
            """SELECT checked_on, result, source FROM credit_check WHERE organisation_id = ?
               ORDER BY checked_on DESC, id DESC LIMIT 1""",
            (organisation_id,),
        )
        if row is None:
            return None
        return CreditCheck(day(row[0]), CreditResult(cast("str", row[1])), cast("str", row[2]))
