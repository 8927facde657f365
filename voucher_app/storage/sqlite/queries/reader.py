"""What every group of read models has: reading connections, names of regions and people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voucher_app.storage.sqlite.connection import told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from voucher_app.storage.sqlite.connection import Connection

_CITY_DIGITS: Final = 4


class Reader:
    """What every group of read models has: reading connections, names of regions and people."""

    def __init__(self, reader: Callable[[], Connection], path: Path, regions: dict[str, str]) -> None:
        self._reader = reader
        self._path = path
        self._regions = regions

    def _all(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> list[Any]:
        with told(self._path):
            return list(self._reader().execute(sql, values).fetchall())

    def _region(self, code: str) -> str:
        return self._regions.get(code) or self._regions.get(f"{code[:_CITY_DIGITS]}00", code)

    def _city(self, code: str) -> str:
        """Return the city of a region, or the zone where it is one of those that are counted apart."""
        is_zone = code in self._regions and not code.endswith("00") and code[4] == "7"
        return code if is_zone else f"{code[:_CITY_DIGITS]}00"

    def _operator_name(self, key: int | None) -> str:
        rows = self._all("SELECT name FROM operator WHERE id = ?", (key,))
        return rows[0][0] if rows else ""
