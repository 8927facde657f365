"""A disk that records what is written and synced, or that fails: the program's own storage runs on it.

APSW brings a SQLite of its own (the same release as pysqlite3's) whose file layer can be written in Python. `on_disk`
gives the program's connection factory (`storage.sqlite.connection`) that SQLite in place of its library. So everything
above it is the program's: the pragmas it sends, the statements of its units of work, how it waits, what it makes of an
error. Statements recorded and played back would test SQLite; this tests that our settings reach it, and our answers.

Only what APSW does differently is evened out: rows are fetched at once, and its errors become those of `sqlite3` with
`sqlite_errorname`, which is what the program looks at.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from unittest.mock import patch

import apsw

from voucher_app.storage.sqlite import connection as opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Kind = Literal["read", "write", "sync", "truncate", "create", "delete", "ack"]


class Step(NamedTuple):
    """One thing that happened; `ack`: somebody was told that journal record `place` is there, with this hash."""

    kind: Kind
    file: str = ""
    place: int = 0
    data: bytes = b""


class Disk:
    """What the file layer asks before each step; this one lets everything happen."""

    def before(self, step: Step) -> None:
        """Look at a step; raise an `apsw.Error` to let it fail.

        Raises:
            apsw.Error: when the step fails.
        """


class RecordingDisk(Disk):
    """Keeps every step that changes something, in order; a step for which `loses` is true happens, but is not kept."""

    def __init__(self, loses: Callable[[Step], bool] = lambda _step: False) -> None:
        self.steps: list[Step] = []
        self._loses = loses

    def before(self, step: Step) -> None:
        """Keep a step."""
        if step.kind != "read" and not self._loses(step):
            self.steps.append(step)

    def acknowledge(self, seq: int, digest: str) -> None:
        """Note that whoever asked was told: this record is there."""
        self.steps.append(Step("ack", "", seq, digest.encode()))


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:  # noqa: ANN401 - text or APSW's own
        self._disk = disk
        self._name = Path(name.filename() if isinstance(name, apsw.URIFilename) else str(name or "")).name
        super().__init__("", name, flags)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - APSW's names
        self._disk.before(Step("read", self._name, offset))
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.before(Step("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.before(Step("sync", self._name))
        super().xSync(flags)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.before(Step("truncate", self._name, size))
        super().xTruncate(size)


class _FileLayer(apsw.VFS):
    def __init__(self, name: str, disk: Disk) -> None:
        self._disk = disk
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> _File:  # noqa: ANN401, N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path and not Path(path).exists():
            self._disk.before(Step("create", Path(path).name))
        return _File(self._disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802
        self._disk.before(Step("delete", Path(filename).name, int(syncdir)))
        super().xDelete(filename, syncdir)


class _Failed(opening.sqlite3.OperationalError):  # type: ignore[misc] # of either library
    """An error of APSW as `sqlite3` would raise it."""

    def __init__(self, error: apsw.Error) -> None:
        code = getattr(error, "extendedresult", 0) or getattr(error, "result", 1)
        names: Any = apsw.mapping_extended_result_codes
        short: Any = apsw.mapping_result_codes
        self.sqlite_errorname = str(names.get(code) or short.get(code & 255) or "SQLITE_ERROR")
        super().__init__(str(error))


class _Rows:
    """What a statement gave, fetched at once."""

    def __init__(self, rows: list[Any], description: Sequence[Any]) -> None:
        self._rows = iter(rows)
        self.description = description

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:  # noqa: ANN401 - a row, or None
        """Return the next row."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return list(self._rows)


class _Connection:
    """The methods of `sqlite3.Connection` that the program's storage uses."""

    def __init__(self, layer: str, changed: Callable[[str], str], path: str) -> None:
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
        self._changed = changed
        try:
            self._db = apsw.Connection(path, flags=flags, vfs=layer)
        except apsw.Error as error:
            raise _Failed(error) from error

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._db.in_transaction

    def execute(self, sql: str, values: Any = ()) -> _Rows:  # noqa: ANN401 - a sequence or a dictionary
        """Run a statement to its end."""
        description: Sequence[Any] = ()
        rows: list[Any] = []
        try:
            for row in (cursor := self._db.cursor()).execute(self._changed(sql), values):
                description = description or cursor.get_description()
                rows.append(row)
        except apsw.Error as error:
            raise _Failed(error) from error
        return _Rows(rows, description)

    def executemany(self, sql: str, many: Any) -> None:  # noqa: ANN401 - sequences or dictionaries
        """Run a statement once for each."""
        for values in many:
            self.execute(sql, values)

    def close(self) -> None:
        """Close the connection; what the disk says to that, SQLite tells nobody, while APSW would raise it."""
        with suppress(apsw.Error):
            self._db.close()


@contextmanager
def on_disk(disk: Disk, *, changed: Callable[[str], str] = lambda sql: sql) -> Iterator[None]:
    """Let every connection that the program opens meanwhile go through a disk.

    Args:
        disk: asked before each step.
        changed: rewrites statements, to plant what the program must not do, such as a lower `synchronous`.
    """
    layer = _FileLayer(f"trust-{id(disk)}", disk)

    class Library:
        sqlite_version_info = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))

        @staticmethod
        def connect(path: str, **_settings: object) -> _Connection:
            return _Connection(f"trust-{id(disk)}", changed, path)

    # What is wanted of a transaction is there or not; that SQLite also closes a file that fails is no news.
    with patch.object(opening, "sqlite3", Library), patch("sys.unraisablehook", lambda _told: None):
        try:
            yield
        finally:
            layer.unregister()
