"""An open data file: made, opened, upgraded; one writing connection, and a reading one for each thread."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Self

from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite.connection import (
    check_header,
    identity_of,
    leave_unsafe_log,
    open_for_reading,
    open_for_writing,
    refuse_unsafe_place,
    schema_version,
    told,
)
from voucher_app.storage.sqlite.header import SCHEMA_VERSION
from voucher_app.storage.sqlite.queries.glance import GlanceQueries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from voucher_app.domain.budget import YearMoney
    from voucher_app.services.data_file import Upgrade, Verification
    from voucher_app.services.ports.unit_of_work import Act, Clock, Gate
    from voucher_app.storage.side_folder import SideFolder
    from voucher_app.storage.sqlite.connection import Connection
    from voucher_app.storage.sqlite.queries.sqlite_queries import SqliteQueries
    from voucher_app.storage.sqlite.repositories.repository_set import RepositorySet
    from voucher_app.storage.sqlite.unit_of_work import SqliteUnitOfWork

PATIENCE_SECONDS = 10.0
"""How long an act waits for another program before it says that the file is in use."""


class SqliteDataFile:
    """One office's records in one file."""

    def __init__(self, path: Path, regions: dict[str, str], *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.path = path
        self.upgrade: Upgrade | None = None
        self._patience_seconds = patience_seconds
        self._turn = threading.Lock()
        self._writer: Connection | None = None
        self._opened_as: tuple[int, int] | None = None
        self._readers: dict[int, Connection] = {}
        self._regions = regions
        self.glance = GlanceQueries(self._reader, path, regions)

    @classmethod
    def create(cls, path: Path, regions: dict[str, str], *, patience_seconds: float = PATIENCE_SECONDS) -> Self:
        """Make a new data file with today's schema and no records.

        Raises:
            StorageError: `exists`, `folder_missing`, an unsafe place, or what the system says.
        """
        from voucher_app.storage.sqlite.migrations import migrate  # noqa: PLC0415 - loads sqlite_utils

        refuse_unsafe_place(path)
        if path.exists():
            raise StorageError("exists", path)
        if not path.parent.is_dir():
            raise StorageError("folder_missing", path.parent)
        _take_name(path)
        made = cls(path, regions, patience_seconds=patience_seconds)
        try:
            with told(path):
                connection = made._writer = open_for_writing(path, create=True)
                made._opened_as = identity_of(path)
                connection.execute("BEGIN IMMEDIATE")
                migrate(connection)
                connection.execute("COMMIT")
                # The header in the file itself tells whose it is, whatever becomes of the log.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except BaseException:
            made.close()
            made.discard()
            raise
        return made

    @classmethod
    def open(cls, path: Path, regions: dict[str, str], *, patience_seconds: float = PATIENCE_SECONDS) -> Self:
        """Open a data file; one of an older version is upgraded first, whatever it is opened for.

        Raises:
            StorageError: an unsafe place, `missing`, `not_ours`, `damaged` or `newer`; or why it cannot be upgraded.
        """
        refuse_unsafe_place(path)
        check_header(path)
        leave_unsafe_log(path)
        opened = cls(path, regions, patience_seconds=patience_seconds)
        with told(path):
            version = schema_version(opened._reader(), path)
        if version < SCHEMA_VERSION:
            from voucher_app.storage.sqlite.upgrade import upgrade  # noqa: PLC0415 - hardly ever needed

            opened.close()
            opened.upgrade = upgrade(path, patience_seconds=patience_seconds)
            opened._reader()
        return opened

    def discard(self) -> None:
        """Remove a file that was made just now and whose first record failed; never one with records."""
        self.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    @cached_property
    def attachments(self) -> SideFolder:
        """The side folder that holds the attached files."""
        return _side_folder(self.path)

    @cached_property
    def queries(self) -> SqliteQueries:
        """Read models over connections of their own; loaded when something beyond the first look is asked for."""
        from voucher_app.storage.sqlite.queries.sqlite_queries import SqliteQueries  # noqa: PLC0415 - see above

        return SqliteQueries(self._reader, self.path, self._regions)

    def unit_of_work(
        self,
        act: Act,
        clock: Clock,
        gate: Gate | None = None,
        *,
        rehearsed: Callable[[tuple[YearMoney, ...]], None] | None = None,
    ) -> SqliteUnitOfWork:
        """Return a transaction, not yet begun; `rehearsed` is told where the money would be, and nothing is kept."""
        from voucher_app.storage.sqlite.unit_of_work import SqliteUnitOfWork  # noqa: PLC0415 - looking needs none

        return SqliteUnitOfWork(
            self._writing(),
            self.path,
            self._turn,
            act,
            clock,
            gate,
            patience_seconds=self._patience_seconds,
            rehearsed=rehearsed,
            opened_as=self._opened_as,
        )

    def records(self, clock: Clock) -> RepositorySet:
        """Return the records for reading only."""
        from voucher_app.storage.sqlite.repositories.repository_set import RepositorySet  # noqa: PLC0415 - as `queries`
        from voucher_app.storage.sqlite.told_reading import ToldReading  # noqa: PLC0415 - as `queries`

        return RepositorySet(ToldReading(self._reader(), self.path), self.path, clock.today())

    @contextmanager
    def unchanging(self) -> Iterator[None]:
        """Let all that this thread reads inside the block tell of one state, whatever others record meanwhile."""
        connection = self._reader()
        with told(self.path):
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM office").fetchone()  # the state is taken by the first reading
        try:
            yield
        finally:
            with told(self.path):
                connection.execute("ROLLBACK")

    def verify(self) -> Verification:
        """Check hashes, after-images, balances, the identity, numbering and the schema."""
        from voucher_app.storage.sqlite import backup  # noqa: PLC0415 - opening need not wait for it

        return backup.verify_file(self.path)

    def integrity(self) -> list[str]:
        """Return what SQLite finds wrong with its pages, indexes and references."""
        from voucher_app.storage.sqlite.integrity import integrity  # noqa: PLC0415 - asked for now and then

        return integrity(self.path)

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        from voucher_app.storage.sqlite.integrity import counts  # noqa: PLC0415 - as above

        return counts(self.path)

    def reindex(self) -> int:
        """Make the search index anew from the records, in one transaction; return how many records it knows."""
        from voucher_app.storage.sqlite import search_index  # noqa: PLC0415 - as `queries`
        from voucher_app.storage.sqlite.unit_of_work import take_write_lock  # noqa: PLC0415

        connection = self._writing()
        with self._turn, told(self.path):
            take_write_lock(connection, self.path, patience_seconds=self._patience_seconds)
            try:
                count = search_index.rebuild(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return count

    def back_up(self, target: Path) -> Verification:
        """Write a verified copy, and the attached files beside it; the target must not exist."""
        from voucher_app.storage.sqlite import backup  # noqa: PLC0415 - opening need not wait for it

        verification = backup.copy(self._reader(), target)
        # Files are durable before they are recorded, so whatever the copy records is in the folder by now.
        self.attachments.copy_to(_side_folder(target))
        return verification

    def export(self, target: Path) -> int:
        """Write the whole ledger as lines of text; return how many journal records; the target must not exist."""
        from voucher_app.storage.sqlite.export import write_export  # noqa: PLC0415 - opening need not wait for it

        return write_export(self._reader(), target)

    def close(self) -> None:
        """Close all connections."""
        with self._turn:
            for connection in (*self._readers.values(), self._writer):
                if connection is not None:
                    connection.close()
            self._readers.clear()
            self._writer = None

    def _writing(self) -> Connection:
        with self._turn:
            if self._writer is None:
                self._writer = open_for_writing(self.path)
                self._opened_as = identity_of(self.path)
            return self._writer

    def _reader(self) -> Connection:
        thread = threading.get_ident()
        connection = self._readers.get(thread)
        if connection is None:
            connection = self._readers[thread] = open_for_reading(self.path)
        return connection


def _take_name(path: Path) -> None:
    """Make the file, empty, so that of two programs one makes the office: the other would discard it when it failed.

    Raises:
        StorageError: `exists`, or what the system says.
    """
    with told(path):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
        except FileExistsError:
            raise StorageError("exists", path) from None


def _side_folder(path: Path) -> SideFolder:
    from voucher_app.storage.side_folder import SideFolder  # noqa: PLC0415 - the first look needs no files

    return SideFolder(path)
