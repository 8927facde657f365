"""Backup and restore through SQLite's backup API; a copy that does not verify is no backup.

What is being written stands under a name of its own, made just then, until it is whole: no file that somebody else put
there is ever taken for a leftover of ours.
"""

from __future__ import annotations

import os
import secrets
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.findings import finding_sentence
from voucher_app.storage.side_folder import SideFolder
from voucher_app.storage.sqlite.connection import (
    check_header,
    open_for_reading,
    open_for_writing,
    schema_version,
    sqlite3,
    told,
)
from voucher_app.storage.sqlite.unit_of_work import take_write_lock
from voucher_app.storage.sqlite.verification import verify

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.services.data_file import Verification
    from voucher_app.storage.sqlite.connection import (
        Connection,
    )

_FINDINGS_TOLD: Final = 3
"""A broken file is told by its first findings; `backup verify` lists them all."""


def verify_file(path: Path) -> Verification:
    """Check a data file or a backup against the schema of its own version, without writing to it.

    Raises:
        StorageError: when it is missing, not ours, cut short, newer, of a version that was never released, or cannot
            be opened.
    """
    from voucher_app.storage.sqlite.migrations import (  # noqa: PLC0415 - loads sqlite_utils, which opening need not
        digest_of_version,
        schema_digest,
    )

    check_header(path)
    with told(path), closing(open_for_reading(path)) as connection:
        expected = digest_of_version(schema_version(connection, path))
        if expected is None:
            raise StorageError("older", path)
        return verify(connection, expected_schema=expected, schema=schema_digest(connection))


def broken(verification: Verification) -> str:
    """Return the first findings in words, for the details of an error."""
    return " ".join(finding_sentence(finding) for finding in verification.findings[:_FINDINGS_TOLD])


def copy(source: Connection, target: Path) -> Verification:
    """Write a verified copy of an open file; it appears under its name only when it is whole.

    Raises:
        StorageError: `exists`, `folder_missing`, `backup_broken`, or what the system says.
    """
    if target.exists():
        raise StorageError("exists", target)
    if not target.parent.is_dir():
        raise StorageError("folder_missing", target.parent)
    partial = _own_file(target, "partial")
    try:
        with told(target), closing(sqlite3.connect(str(partial), isolation_level=None)) as copied:
            source.backup(copied)
            # A backup is one file: no log beside it.
            copied.execute("PRAGMA journal_mode=DELETE")
        verification = verify_file(partial)
        if verification.findings:
            raise StorageError("backup_broken", target, broken(verification))
        with told(target):
            _make_durable(partial)
            _give_its_name(partial, target)
            _make_durable(target)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            partial.with_name(partial.name + suffix).unlink(missing_ok=True)
    return verification


def _own_file(target: Path, suffix: str) -> Path:
    """Make an empty file beside a target under a name that nobody had; what is in it may be removed again."""
    while True:
        made = target.with_name(f"{target.name}.{secrets.token_hex(4)}.{suffix}")
        with told(target):
            try:
                os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
            except FileExistsError:
                continue
        return made


def _give_its_name(partial: Path, target: Path) -> None:
    """Let a whole file appear under its name, without ever replacing one that appeared meanwhile."""
    try:
        os.link(partial, target)
    except FileExistsError:
        raise StorageError("exists", target) from None
    except OSError:
        # FAT, as on a memory stick, knows no second name for a file.
        if target.exists():
            raise StorageError("exists", target) from None
        partial.rename(target)


def _make_durable(path: Path) -> None:
    for place, flags in ((path, os.O_RDWR), (path.parent, os.O_RDONLY)):
        if place.is_dir() and os.name == "nt":
            continue  # Windows has no way to sync a folder
        handle = os.open(place, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def restore(backup: Path, path: Path, *, patience_seconds: float) -> tuple[Verification, Path | None]:
    """Put a verified copy of a backup in a data file's place; the file it replaces is kept beside it.

    A backup of an older version is restored as it is, and upgraded when it is opened next.

    Returns:
        What the verification said, and where the replaced file is now, or None when there was none.

    Raises:
        StorageError: when the backup does not verify, or the data file is in use.
    """
    if path.exists() and not path.is_file():
        raise StorageError("not_ours", path)
    verification = verify_file(backup)
    if verification.findings:
        raise StorageError("backup_broken", backup, broken(verification))
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.restored")
    with closing(open_for_reading(backup)) as source:
        copy(source, fresh)
    existed = path.exists()
    replaced = path.with_name(f"{path.name}.replaced-{datetime.now(UTC).strftime('%Y%m%dT%H%M%S%f')}")
    try:
        # What lies there stays: the files are known by their digests, so those of both sit side by side.
        SideFolder(backup).copy_to(SideFolder(path))
        if existed:
            _settle(path, patience_seconds=patience_seconds)
        with told(path):
            # A log that outlived its file goes too: SQLite would take it for the restored file's own.
            _move(path, replaced)
            fresh.rename(path)
            _make_durable(path)
    except BaseException:
        if not path.exists():
            _move(replaced, path)
        fresh.unlink(missing_ok=True)
        raise
    return verification, replaced if existed else None


def _move(path: Path, to: Path) -> None:
    """Rename a file together with its log, as far as they exist."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(to.with_name(to.name + suffix))


def _settle(path: Path, *, patience_seconds: float) -> None:
    """Write the log of a file back into it, and make sure that no other program is using it."""
    try:
        check_header(path)
    except StorageError:
        return  # what cannot be opened needs no settling; it is kept as it is
    with closing(open_for_writing(path)) as connection:
        take_write_lock(connection, path, patience_seconds=patience_seconds)
        connection.execute("ROLLBACK")
        with told(path):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
