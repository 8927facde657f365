"""Lists of which any stretch can be had by position, read by key from learned ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from voucher_app.storage.sqlite.connection import told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from voucher_app.storage.sqlite.connection import Connection
    from voucher_app.storage.sqlite.queries.found import Condition, Narrowing

Row = TypeVar("Row")
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Shape(Generic[Row]):
    """How a list is read.

    Attributes:
        base: table whose keys are listed, with the joins that filtering needs.
        key: its key; `sorts`: columns by name of the order, the last of them unique.
        full: joins that a row needs beside the base table, of which `{key}` are listed.
        make: from a row of `columns` to a frozen row.
    """

    base: str
    key: str
    sorts: dict[str, tuple[str, ...]]
    columns: str
    full: str
    make: Callable[..., Row]


class Stretches(Generic[Row]):
    """A list of which any stretch can be had by position.

    The keys at both ends of each stretch read are remembered, so that neighbours begin at a key. Only a jump into the
    unknown counts positions, on an index that covers them, from the nearest place known or from the nearer end.
    """

    def __init__(
        self,
        reader: Callable[[], Connection],
        path: Path,
        shape: Shape[Row],
        *,
        where: str,
        values: Sequence[object],
        sort: str,
        descending: bool,
        narrowing: Narrowing | None = None,
        most: int | None = None,
        is_covered: bool = False,
    ) -> None:
        self._reader = reader
        self._path = path
        self._shape = shape
        self._where = where
        self._values = tuple(values)
        self._order = shape.sorts[sort or next(iter(shape.sorts))]
        self._narrowing = narrowing
        self._most = most
        self._is_covered = is_covered
        self._is_walked = False
        self._held: list[int] | None = None
        self.has_more = False
        self._is_descending = descending
        self._count: int | None = None
        self._keys_before: dict[int, Key] = {}
        """By position, the key of the row before it."""
        self._keys_at: dict[int, Key] = {}
        """By position, the key of the row at it."""

    def count(self) -> int:
        """Return how many rows there are; of what many rows fit, no more than `most` where that is told."""
        self._settle()
        if self._count is None:
            most = self._most if self._is_walked else None
            listed = f"{self._shape.base} WHERE {self._where}"
            sql = f"SELECT count(*) FROM {listed}"
            if most is not None:
                sql = f"SELECT count(*) FROM (SELECT 1 FROM {listed} LIMIT {most + 1})"
            with told(self._path):
                count = int(self._reader().execute(sql, self._values).fetchone()[0])
            self.has_more = most is not None and count > most
            self._count = count - self.has_more
        return self._count

    def _settle(self) -> None:
        """Look, once, which way of narrowing is the shorter one."""
        narrowing, self._narrowing = self._narrowing, None
        if narrowing is None:
            return
        connection, key = self._reader(), self._shape.key
        # The first order of a list is that of its key, by which it can be walked.
        may_walk = self._order == next(iter(self._shape.sorts.values()))
        held = narrowing.gathered(connection, self._path, may_walk=may_walk)
        if held is not None:
            condition: Condition = f"{key} IN (SELECT value FROM json_each(?))", (json.dumps(held),)
            if self._is_covered and self._order == (key,):
                # Nothing else narrows the list, and it is in the order of its keys: a stretch is a stretch of these.
                self._held = held[::-1] if self._is_descending else held
                self._count = len(held)
        elif may_walk:
            condition, self._is_walked = narrowing.test, True
            if (
                self._is_covered
                and self._most is not None
                and narrowing.fit_more_than(self._most, connection, self._path)
            ):
                self._count, self.has_more = self._most, True
        else:
            condition = narrowing.whole(key)
        self._where += f" AND {condition[0]}"
        self._values += tuple(condition[1])

    def _rows_held(self, keys: Sequence[int]) -> list[Row]:
        shape = self._shape
        order = f"{shape.key} {'DESC' if self._is_descending else 'ASC'}"
        sql = f"""SELECT {shape.columns} FROM {shape.full}
                  WHERE {shape.key} IN (SELECT value FROM json_each(?)) ORDER BY {order}"""
        with told(self._path):
            return [shape.make(*row) for row in self._reader().execute(sql, (json.dumps(keys),)).fetchall()]

    def rows(self, first: int, count: int) -> list[Row]:
        """Return a stretch of rows; shorter at the end."""
        self._settle()
        if self._held is not None:
            return self._rows_held(self._held[first : first + count])
        if self._count is not None:
            count = min(count, self._count - first)
        if count <= 0:
            return []
        start = max((position for position in self._keys_before if position <= first), default=0)
        forwards = first - start
        found = None
        if self._count is not None and not self.has_more:
            last = first + count
            end = min((position for position in self._keys_at if position >= last), default=self._count)
            if end - last < forwards:
                found = self._read(self._keys_at.get(end), count, skip=end - last, is_backwards=True)[::-1]
        if found is None:
            found = self._read(self._keys_before.get(start), count, skip=forwards, is_backwards=False)
        width = len(self._order)
        if found:
            self._keys_at[first] = tuple(found[0][:width])
            self._keys_before[first + len(found)] = tuple(found[-1][:width])
        return [self._shape.make(*row[width:]) for row in found]

    def _read(self, key: Key | None, count: int, *, skip: int, is_backwards: bool) -> list[Any]:
        """Read rows from a key on, the one way or the other, after skipping some."""
        is_downwards = self._is_descending is not is_backwards
        order = ", ".join(f"{column} {'DESC' if is_downwards else 'ASC'}" for column in self._order)
        where, values = self._where, list(self._values)
        if key is not None:
            marks = ", ".join("?" * len(key))
            where += f" AND ({', '.join(self._order)}) {'<' if is_downwards else '>'} ({marks})"
            values += key
        keys = f"SELECT {self._shape.key} FROM {self._shape.base} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
        sql = f"""SELECT {", ".join(self._order)}, {self._shape.columns} FROM {self._shape.full}
                  WHERE {self._shape.key} IN ({keys}) ORDER BY {order}"""
        with told(self._path):
            return list(self._reader().execute(sql, (*values, count, skip)).fetchall())
