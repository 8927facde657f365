"""Opening the file: which SQLite, which settings, which places are refused, and what each failure means.

`sqlite_utils` picks `pysqlite3` up by itself where it is installed; so do we, so that both speak one library, but
without loading `sqlite_utils`, which takes as long as a bare window to start. Every failure becomes a `StorageError`
with a code; the sentences are made in `services.wording`.
"""

from __future__ import annotations

import os
import sqlite3 as _standard_sqlite3
import stat
import sys
from contextlib import closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite.header import APPLICATION_ID, SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

sqlite3: Any = import_module("pysqlite3" if find_spec("pysqlite3") else "sqlite3")
Connection = Any
"""A connection of `sqlite3` or of `pysqlite3`; the two have the same methods but no common type."""

_HEADER_LENGTH = 100
_STATEMENTS: Final = 512
"""Prepared statements kept: compiling one with its triggers costs ten times what running it does (measured)."""
_MAGIC = b"SQLite format 3\x00"
_FIXED_RELEASES: Final = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Releases without the WAL-reset fault, which may corrupt a file that several programs write (pitfalls.md)."""
_LOG_PAGES: Final = 500
"""Pages of the log before they are written back: 2 MB, after which the log is begun anew and does not grow any more.

A commit into a log that grows makes the disk sync its length too, which costs more than writing back often: a voucher
issued durably took 770 µs with 8,000 pages and 620 with 500 (measured in turns).
"""

_NETWORK_FILE_SYSTEMS: Final = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "davfs", "fuse.sshfs",
    "fuse.rclone", "fuse.davfs2", "fuse.glusterfs", "fuse.s3fs",
})  # fmt: skip
_SYNC_FOLDERS: Final = (
    "onedrive", "dropbox", "google drive", "googledrive", "icloud drive", "icloud", "nextcloud", "owncloud", "seafile",
    "nutstore", "坚果云", "我的坚果云", "baidusyncdisk", "百度网盘", "百度网盘同步空间", "wpsdrive", "wps云盘",
    "腾讯微云",
    "syncthing",
)  # fmt: skip
_SYNC_MARKERS: Final = (".stfolder", ".dropbox", ".sync", ".nextcloudsync.log", ".seafile-data")

LIBRARY_ERRORS: Final = (sqlite3.Error, _standard_sqlite3.Error)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Return whether this SQLite has the repaired write-ahead log."""
    newest = _FIXED_RELEASES[0]
    return version >= newest or any(version[:2] == fixed[:2] and version >= fixed for fixed in _FIXED_RELEASES[1:])


def refuse_unsafe_place(path: Path) -> None:
    """Refuse a data file on a network file system or in a folder that a sync tool copies behind our back.

    Raises:
        StorageError: `network` or `sync_folder`, with what gave the place away.
    """
    folder = path.expanduser().absolute().parent
    kind = _file_system_of(folder)
    if kind in _NETWORK_FILE_SYSTEMS:
        raise StorageError("network", path, kind)
    for part in folder.parts:
        name = part.casefold()
        if any(name == sync or name.startswith((f"{sync} ", f"{sync}-")) for sync in _SYNC_FOLDERS):
            raise StorageError("sync_folder", path, part)
    for ancestor in (folder, *folder.parents):
        for marker in _SYNC_MARKERS:
            if (ancestor / marker).exists():
                raise StorageError("sync_folder", path, str(ancestor / marker))


def _file_system_of(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    if sys.platform == "win32":
        return _windows_drive_kind(folder)
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""  # no Linux: nothing tells us, and nothing is refused on a guess
    best, kind = "", ""
    place = f"{folder.resolve()}{os.sep}"
    for line in lines:
        left, _, right = line.partition(" - ")
        mount = left.split()[4].replace("\\040", " ")
        if place.startswith(mount.rstrip("/") + "/") and len(mount) >= len(best):
            best, kind = mount, right.split()[0]
    # A virtual machine may have its whole system on 9p: then there is no disk of its own to prefer.
    return "" if (best, kind) == ("/", "9p") else kind


def _windows_drive_kind(folder: Path) -> str:
    import ctypes  # noqa: PLC0415 - only there and only then

    remote_drive = 4
    drive = folder.anchor
    windll: Any = getattr(ctypes, "windll", None)
    if drive.startswith("\\\\") or windll.kernel32.GetDriveTypeW(drive) == remote_drive:
        return "cifs"
    return ""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise into a `StorageError` about the file."""
    try:
        yield
    except LIBRARY_ERRORS as error:
        raise _named(error, path) from error
    except UnicodeError as error:
        raise StorageError("damaged", path, str(error)) from error  # SQLite's own words are no text any more
    except OSError as error:
        raise StorageError(_code_of_os(error), path, str(error)) from error


_NAMES: Final = {
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_FULL": "disk_full",
    "SQLITE_READONLY": "read_only",
    "SQLITE_IOERR": "disk_error",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "not_ours",
    "SQLITE_CANTOPEN": "cannot_open",
    "SQLITE_PERM": "read_only",
    "SQLITE_CONSTRAINT": "refused_by_schema",
}


def _named(error: Exception, path: Path) -> StorageError:
    name = str(getattr(error, "sqlite_errorname", ""))
    for prefix, code in _NAMES.items():
        if name.startswith(prefix):
            return StorageError(code, path, str(error))
    if "disk is full" in str(error):
        return StorageError("disk_full", path, str(error))  # the backup API gives no name
    if "decode" in str(error):
        return StorageError("damaged", path, str(error))
    return StorageError("unexpected", path, f"{name} {error}".strip())


def _code_of_os(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "missing"
    if isinstance(error, PermissionError):
        return "read_only"
    disk_full = 28
    return "disk_full" if error.errno == disk_full else "disk_error"


def check_header(path: Path) -> int:
    """Look at the file itself before SQLite does; return its schema version.

    Raises:
        StorageError: `missing`, `not_ours`, `damaged` (cut short) or `newer`.
    """
    with told(path):
        if not path.exists():
            raise StorageError("missing", path)
        if not path.is_file():
            raise StorageError("not_ours", path)
        with path.open("rb") as stream:
            header = stream.read(_HEADER_LENGTH)
        size = path.stat().st_size
    if len(header) < _HEADER_LENGTH:
        raise StorageError("damaged" if _MAGIC.startswith(header[: len(_MAGIC)]) else "not_ours", path, f"{size} bytes")
    if not header.startswith(_MAGIC):
        raise StorageError("not_ours", path)
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise StorageError("not_ours", path)
    page_size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    # While a log is beside the file, its newest pages may be there and nowhere else: SQLite will tell.
    log = path.with_name(path.name + "-wal")
    has_log = log.exists() and log.stat().st_size > 0
    if not has_log and size < pages * (65536 if page_size == 1 else page_size):
        raise StorageError("damaged", path, f"{size} bytes of {pages} pages of {page_size}")
    version = int.from_bytes(header[60:64], "big")
    if version > SCHEMA_VERSION:
        raise StorageError("newer", path, str(version))
    return version


def leave_unsafe_log(path: Path) -> None:
    """Where this SQLite's log is not safe, bring a file that another computer left in WAL mode to a rollback journal.

    It has to happen before anything else is opened: the first reader would keep the mode from ever being changed, and
    every act would be told that the file is in use.

    Raises:
        StorageError: `locked`, when another program has the file open; or what the system says.
    """
    in_wal_mode = 2
    if wal_is_safe(sqlite3.sqlite_version_info) or is_read_only(path):
        return
    with told(path), path.open("rb") as stream:
        mode = stream.read(_HEADER_LENGTH)[18]
    if mode == in_wal_mode:
        open_for_writing(path).close()


def schema_version(connection: Connection, path: Path) -> int:
    """Return the schema version of an open file; its header may lag behind while the newest pages are in the log.

    Raises:
        StorageError: `newer`.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise StorageError("newer", path, str(version))
    return version


def is_read_only(path: Path) -> bool:
    """Return whether nobody may write the file; the administrator, who always could, is asked not to either."""
    try:
        return not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK)
    except OSError:
        return False


def identity_of(path: Path) -> tuple[int, int] | None:
    """Return which file has this name now, or None when none has."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def open_for_writing(path: Path, *, create: bool = False) -> Connection:
    """Open the one writing connection, with the settings that keep an acknowledged commit through a power cut.

    Args:
        path: the data file.
        create: make it; else a file that was moved away meanwhile is missing, and no empty one takes its place.

    Raises:
        StorageError: when the file cannot be opened or written.
    """
    if not create and not path.exists():
        raise StorageError("missing", path)
    if path.exists() and is_read_only(path):
        raise StorageError("read_only", path)
    with told(path):
        connection = sqlite3.connect(
            str(path), isolation_level=None, timeout=0, check_same_thread=False, cached_statements=_STATEMENTS
        )
        try:
            _configure(connection)
            if wal_is_safe(sqlite3.sqlite_version_info):
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
            else:
                connection.execute("PRAGMA journal_mode=DELETE")
                connection.execute("PRAGMA synchronous=EXTRA")
        except BaseException:
            connection.close()
            raise
    return connection


def open_alone(path: Path) -> Connection:
    """Open a file so that the first lock keeps every other program out until the connection is closed.

    Foreign keys are not enforced meanwhile: an upgrade drops and renames tables, and checks them all afterwards. The
    journal mode stays what it is; with the lock, both are safe on every SQLite.

    Raises:
        StorageError: when the file cannot be opened or written.
    """
    if not path.exists():
        raise StorageError("missing", path)
    if is_read_only(path):
        raise StorageError("read_only", path)
    with told(path):
        connection = sqlite3.connect(str(path), isolation_level=None, timeout=0)
        try:
            # First of all: once the file was looked at in WAL mode, others have a share in it.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            _configure(connection)
            connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute("PRAGMA synchronous=EXTRA")
        except BaseException:
            connection.close()
            raise
    return connection


def open_for_reading(path: Path) -> Connection:
    """Open a connection that cannot write.

    Raises:
        StorageError: when the file cannot be opened.
    """
    with told(path):
        try:
            return _reading(path, "mode=ro")
        except LIBRARY_ERRORS as error:
            name = str(getattr(error, "sqlite_errorname", ""))
            if not name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
                raise
            cut_short = path.with_name(path.name + "-journal").exists()
            if is_read_only(path) or not os.access(path.parent, os.W_OK):
                if cut_short:
                    raise
                # A file in WAL mode in a folder that cannot be written: nobody else writes it either. In another folder
                # such a connection would never see what is written from now on, so a passing error stays one.
                return _reading(path, "immutable=1")
            if not cut_short:
                raise
        # What a transaction left that was cut short is played back by whoever may write.
        with closing(sqlite3.connect(str(path), isolation_level=None, timeout=5)) as writer:
            writer.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return _reading(path, "mode=ro")


def _reading(path: Path, options: str) -> Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        isolation_level=None,
        timeout=5,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )
    try:
        _configure(connection)
        connection.execute("PRAGMA query_only=ON")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: Connection) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA recursive_triggers=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA cache_size=-16000")
