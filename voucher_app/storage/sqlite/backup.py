"""Backup and restore through SQLite's backup API; a copy that does not verify is no backup.

What is being written stands under a name of its own, made just then, until it is whole: no file that somebody else put
there is ever taken for a leftover of ours.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from voucher_app.durable import give_name, make_durable
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
    partial = own_file(target, "partial")
    try:
        with told(target), closing(sqlite3.connect(str(partial), isolation_level=None)) as copied:
            source.backup(copied)
            # A backup is one file: no log beside it.
            copied.execute("PRAGMA journal_mode=DELETE")
        verification = verify_file(partial)
        if verification.findings:
            raise StorageError("backup_broken", target, broken(verification))
        with told(target):
            make_durable(partial)
            give_its_name(partial, target)
            make_durable(target.parent)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):  # what is left over does no harm, and must not hide how it went
                partial.with_name(partial.name + suffix).unlink(missing_ok=True)
    return verification


def own_file(target: Path, suffix: str) -> Path:
    """Make an empty file beside a target under a name that nobody had; what is in it may be removed again."""
    while True:
        made = target.with_name(f"{target.name}.{secrets.token_hex(4)}.{suffix}")
        with told(target):
            try:
                os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
            except FileExistsError:
                continue
        return made


def give_its_name(partial: Path, target: Path) -> None:
    """Let a whole file appear under its name, without ever replacing one that appeared meanwhile.

    Raises:
        StorageError: `exists`.
    """
    try:
        give_name(partial, target)
    except FileExistsError:
        raise StorageError("exists", target) from None


def restore(
    backup: Path, path: Path, *, patience_seconds: float, attachments: SideFolder | None = None
) -> tuple[Verification, Path | None]:
    """Put a verified copy of a backup in a data file's place; the file it replaces is kept beside it.

    A backup of an older version is restored as it is, and upgraded when it is opened next. A kill at any moment leaves
    the file that was there, or the restored one: the one takes the other's name in one step.

    Args:
        backup: the copy.
        path: the data file.
        patience_seconds: how long to wait for another program.
        attachments: where the backup's attached files are, when not beside it.

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
        (attachments or SideFolder(backup)).copy_to(SideFolder(path))
        if existed:
            _settle(path, patience_seconds=patience_seconds)
        with told(path):
            # A log that outlived its file goes too: SQLite would take it for the restored file's own.
            _set_aside(path, replaced)
            fresh.replace(path)
            make_durable(path, path.parent)
    except BaseException:
        with suppress(OSError):
            if fresh.exists():
                _take_back(path, replaced)
            fresh.unlink(missing_ok=True)
        raise
    return verification, replaced if existed else None


def _set_aside(path: Path, to: Path) -> None:
    """Keep a file under another name too, and move its logs there; the file itself stays until it is replaced.

    Its log is empty by now, unless the file could not be opened; what could not be opened is lost to nobody.
    """
    if path.exists():
        try:
            os.link(path, to)
        except OSError:
            shutil.copyfile(path, to)  # FAT knows no second name for a file
        make_durable(to, to.parent)
    for suffix in ("-wal", "-shm", "-journal"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(to.with_name(to.name + suffix))


def _take_back(path: Path, set_aside: Path) -> None:
    """Undo `_set_aside`: the file was not replaced after all."""
    for suffix in ("-wal", "-shm", "-journal"):
        part = set_aside.with_name(set_aside.name + suffix)
        if part.exists():
            part.rename(path.with_name(path.name + suffix))
    if path.exists():
        set_aside.unlink(missing_ok=True)


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
