"""A reading connection for the repositories outside of an act: what the disk does to them is told as a `StorageError`.

Inside an act the unit of work names every error as it leaves; a preview reads without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voucher_app.storage.sqlite.connection import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from voucher_app.storage.sqlite.connection import Connection


class ToldReading:
    """A connection that only reads.

    Raises:
        StorageError: from `execute` and from the rows it returns.
    """

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def execute(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> _ToldRows:
        """Run a statement."""
        with told(self._path):
            return _ToldRows(self._connection.execute(sql, values), self._path)


class _ToldRows:
    def __init__(self, cursor: Any, path: Path) -> None:  # noqa: ANN401 - a cursor of either library
        self._cursor = cursor
        self._path = path

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())

    def fetchone(self) -> Any:  # noqa: ANN401 - a row, or None
        with told(self._path):
            return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        with told(self._path):
            return list(self._cursor.fetchall())
