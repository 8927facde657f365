"""What every repository has: a connection, the notebook of what was written, the business date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voucher_app.storage.sqlite.connection import Connection

Row = Sequence[object]


class Notebook:
    """What a unit of work wrote: keys by table, and the number its journal record will have."""

    def __init__(self, names_something: Callable[[str], bool]) -> None:
        """Make an empty notebook; it is told which statements change what is searched of the rows they write."""
        self.names_something = names_something
        self.touched: dict[str, set[int]] = {}
        self.named: dict[str, set[int]] = {}
        """Those of `touched` of which what is searched may have changed."""
        self.last: dict[str, int] = {}
        """The greatest key of each table, once it was asked; nobody else writes meanwhile."""
        self.seq = 0

    def note(self, table: str, key: int) -> None:
        """Note a row that was written, by our code or by a trigger."""
        self.touched.setdefault(table, set()).add(key)


class Table:
    """What every repository has: the connection, the notebook, the business date."""

    def __init__(self, connection: Connection, notebook: Notebook | None = None, today: date = date.min) -> None:
        self._connection = connection
        self._notebook = notebook
        self._today = today

    def _one(self, sql: str, values: Row = ()) -> tuple[object, ...] | None:
        return cast("tuple[object, ...] | None", self._connection.execute(sql, values).fetchone())

    def _write(self, table: str, key: int, sql: str, values: Row) -> None:
        assert self._notebook is not None, "only a unit of work writes"
        self._connection.execute(sql, values)
        self._notebook.note(table, key)
        if self._notebook.names_something(sql):
            self._notebook.named.setdefault(table, set()).add(key)

    def _write_all(self, table: str, keys: Iterable[int], sql: str, values: Iterable[Row]) -> None:
        """Carry out one statement for many rows, in their order; `keys` are the rows it writes."""
        assert self._notebook is not None, "only a unit of work writes"
        self._connection.executemany(sql, values)
        written = set(keys)
        self._notebook.touched.setdefault(table, set()).update(written)
        if self._notebook.names_something(sql):
            self._notebook.named.setdefault(table, set()).update(written)

    def _next(self, table: str) -> int:
        assert self._notebook is not None, "only a unit of work writes"
        last = self._notebook.last
        if table not in last:
            row = self._one(f"SELECT coalesce(max(id), 0) FROM {table}")
            assert row is not None
            last[table] = cast("int", row[0])
        last[table] += 1
        return last[table]


def day(value: object) -> date:
    """Return a day as it is stored."""
    return date.fromisoformat(cast("str", value))


def day_or_none(value: object) -> date | None:
    """Return a day as it is stored, or None."""
    return None if value is None else day(value)


def iso_or_none(day: date | None) -> str | None:
    """Return a day as it goes into the file, or None."""
    return None if day is None else day.isoformat()
