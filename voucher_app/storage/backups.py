"""Backups of a whole office: the records, the attached files, and, under a password, the signing key and templates too.

A plain backup is the data file's copy with its attached files beside it: in `<backup>.attachments`, or, in a folder of
automatic backups, in one folder `attachments` that they share, because files known by their digests never conflict. It
never holds the private key. A sealed backup (`.slqbak`) is one file with everything in it, the key included: whoever
restores it on another machine can go on signing, and whoever finds it reads nothing.

Whatever is written appears under its name only once it was read back and proved.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tarfile
import time
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from voucher_app.durable import make_durable
from voucher_app.services.ports.backup import BackupFacts, Drill, Restored
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import key_file_of, templates_of
from voucher_app.storage.sealed import BrokenSeal, Opener, Sealer, begins_as_sealed, read_head
from voucher_app.storage.side_folder import SideFolder
from voucher_app.storage.sqlite import backup as plain
from voucher_app.storage.sqlite.backup_facts import attached_files, read_facts
from voucher_app.storage.sqlite.connection import check_header, open_for_reading, refuse_unsafe_place, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voucher_app.services.data_file import Verification


SHARED: Final = "attachments"
"""The folder that automatic backups share for attached files."""
_RECORDS: Final = "office.db"
_KEY: Final = "signing-key.pem"
_ATTACHMENT: Final = re.compile(r"attachments/([0-9a-f]{64})")
_TEMPLATE: Final = re.compile(r"templates/([^/\\:\x00]{1,120}\.toml)")  # to Windows `C:a.toml` is another place
_DAY_SECONDS: Final = 86_400


class OfficeBackups:
    """Makes, checks and restores backups.

    Args:
        patience_seconds: how long a restore waits for other programs.
    """

    def __init__(self, *, patience_seconds: float) -> None:
        self._patience_seconds = patience_seconds

    # ------------------------------------------------------------------------------------------ making

    def create(self, data_file: Path, target: Path, *, password: str | None = None) -> Verification:
        """Write a verified backup; the target must not exist."""
        if not target.parent.is_dir():
            raise StorageError("folder_missing", target.parent)
        if target.exists():
            raise StorageError("exists", target)
        if password is not None:
            return self._seal(data_file, target, password)
        check_header(data_file)
        with told(target), closing(open_for_reading(data_file)) as source:
            verification = plain.copy(source, target)
            # Files are durable before they are recorded, so whatever the copy records is in the folder by now.
            SideFolder(data_file).copy_to(attachments_of(target))
        return verification

    def _seal(self, data_file: Path, target: Path, password: str) -> Verification:
        partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
        with _room(data_file.parent, data_file.name) as room, told(target):
            records = room / _RECORDS
            with closing(open_for_reading(data_file)) as source:
                verification = plain.copy(source, records)
            try:
                self._write(partial, data_file, records, password)
                with _room(data_file.parent, data_file.name) as proof:
                    opened = _open(partial, proof, password)
                    again = plain.verify_file(opened)
                    if again.head != verification.head or again.findings or _missing(opened):
                        raise StorageError("backup_broken", target, plain.broken(again))
                plain.give_its_name(partial, target)
                make_durable(target.parent)
            finally:
                with suppress(OSError):
                    partial.unlink(missing_ok=True)
        return verification

    def _write(self, partial: Path, data_file: Path, records: Path, password: str) -> None:
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as stream:
            with (
                Sealer(stream, password, made_at=made_at) as sealer,
                tarfile.open(fileobj=sealer, mode="w|", format=tarfile.PAX_FORMAT) as box,
            ):
                _put(box, records, _RECORDS)
                side = SideFolder(data_file)
                for sha256, size in attached_files(records):
                    if not side.fault(sha256=sha256, size_bytes=size):
                        _put(box, side.place(sha256), f"attachments/{sha256}")
                if key_file_of(data_file).is_file():
                    _put(box, key_file_of(data_file), _KEY)
                for template in sorted(templates_of(data_file).glob("*.toml")):
                    _put(box, template, f"templates/{template.name}")
            stream.flush()
            os.fsync(stream.fileno())

    # ------------------------------------------------------------------------------------------ checking

    def verify(self, backup: Path, *, password: str | None = None, workroom: Path | None = None) -> Verification:
        """Check a backup; a sealed one is opened for that in a private folder."""
        if not self.is_sealed(backup):
            return plain.verify_file(backup)
        with self._opened(backup, password, workroom or backup.parent) as records:
            return plain.verify_file(records)

    def drill(self, backup: Path, *, password: str | None = None, workroom: Path | None = None) -> Drill:
        """Restore into a folder that is removed afterwards, and check everything there."""
        began = time.monotonic()
        with _room(workroom or backup.parent, backup.name) as room:
            place = room / "drill" / _RECORDS
            place.parent.mkdir()
            done = self.restore(backup, place, password=password)
            verification = plain.verify_file(place)
            files = list(attached_files(place))
            missing = _missing(place)
            key = done.key is not None
        return Drill(verification, len(files) - missing, missing, key, round(time.monotonic() - began, 1))

    def facts(self, backup: Path) -> BackupFacts:
        """Return what is in a backup, without changing it."""
        made_at, size, sealed = "", 0, False
        try:
            status = backup.stat()
            size, made_at = status.st_size, datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds")
            sealed = self.is_sealed(backup)
            if sealed:
                with backup.open("rb") as stream:
                    made_at = read_head(stream)[0].made_at
                return BackupFacts(backup, size, sealed, made_at)
            return read_facts(backup, size_bytes=size, made_at=made_at)
        except BrokenSeal:
            return BackupFacts(backup, size, sealed, made_at, problem="damaged")
        except StorageError as error:
            return BackupFacts(backup, size, sealed, made_at, problem=error.code)
        except OSError:
            return BackupFacts(backup, size, sealed, made_at, problem="missing_file")

    def is_sealed(self, backup: Path) -> bool:
        """Return whether a backup is under a password."""
        try:
            with backup.open("rb") as stream:
                return begins_as_sealed(stream)
        except FileNotFoundError as error:
            raise StorageError("missing", backup) from error
        except OSError as error:
            raise StorageError("missing_file", backup, str(error)) from error

    # ------------------------------------------------------------------------------------------ restoring

    def restore(self, backup: Path, data_file: Path, *, password: str | None = None) -> Restored:
        """Put a verified copy in the data file's place; the file it replaces is kept beside it."""
        refuse_unsafe_place(data_file)
        if not self.is_sealed(backup):
            with told(data_file):
                done = plain.restore(
                    backup, data_file, patience_seconds=self._patience_seconds, attachments=attachments_of(backup)
                )
            return Restored(*done)
        with told(data_file), self._opened(backup, password, data_file.parent) as records:
            done = plain.restore(
                records, data_file, patience_seconds=self._patience_seconds, attachments=SideFolder(records)
            )
            key = self._bring_back_key(records, data_file)
            return Restored(*done, key=key)

    def _bring_back_key(self, records: Path, data_file: Path) -> Path | None:
        """Put the key and the templates back where there are none; what is there is never overwritten."""
        with told(data_file):
            templates = templates_of(records)
            for template in templates.glob("*.toml") if templates.is_dir() else ():
                templates_of(data_file).mkdir(exist_ok=True)
                if not (templates_of(data_file) / template.name).exists():
                    shutil.copyfile(template, templates_of(data_file) / template.name)
            key, own = key_file_of(records), key_file_of(data_file)
            if not key.is_file() or own.exists():
                return None
            plain.give_its_name(key, own)
            make_durable(own, own.parent)
        return own

    @contextmanager
    def _opened(self, backup: Path, password: str | None, workroom: Path) -> Iterator[Path]:
        """Open a sealed backup in a private folder of its own, which is removed afterwards."""
        if password is None:
            raise StorageError("backup_sealed", backup)
        with _room(workroom, backup.name) as room:
            yield _open(backup, room, password)


def attachments_of(backup: Path) -> SideFolder:
    """Return where the attached files of a plain backup are: beside it, or in the folder that several share."""
    own, shared = SideFolder(backup), backup.parent / SHARED
    return SideFolder.at(shared) if shared.is_dir() and not own.folder.is_dir() else own


def _missing(records: Path) -> int:
    side = attachments_of(records)
    return sum(bool(side.fault(sha256=sha256, size_bytes=size)) for sha256, size in attached_files(records))


def _put(box: tarfile.TarFile, file: Path, name: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = file.stat().st_size
    entry.mode = 0o600
    with file.open("rb") as stream:
        box.addfile(entry, stream)


def _open(backup: Path, room: Path, password: str) -> Path:
    """Unpack a sealed backup; return its records, with everything else beside them as beside a data file.

    Raises:
        StorageError: `backup_password`, when it does not open.
    """
    records = room / _RECORDS
    try:
        with backup.open("rb") as stream, Opener(stream, password) as opener:
            with tarfile.open(fileobj=opener, mode="r|") as box:
                for entry in box:
                    _unpack(box, entry, records)
            opener.finish()
    except (BrokenSeal, tarfile.TarError, EOFError) as error:
        raise StorageError("backup_password", backup, str(error)) from error
    except OSError as error:
        raise StorageError("disk_full" if error.errno == 28 else "disk_error", room, str(error)) from error  # noqa: PLR2004 - ENOSPC
    return records


def _unpack(box: tarfile.TarFile, entry: tarfile.TarInfo, records: Path) -> None:
    """Write one part of a sealed backup to its place.

    Raises:
        BrokenSeal: when it is nothing that we ever put there.
    """
    # A file with holes may call itself as large as it likes.
    content = box.extractfile(entry) if entry.isreg() and not entry.issparse() else None
    place = _place_of(entry.name, records)
    if content is None or place is None:
        raise BrokenSeal(entry.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    # Only its owner reads the key, here as where it came from.
    with os.fdopen(
        os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), "wb"
    ) as copy:
        shutil.copyfileobj(content, copy)


def _place_of(name: str, records: Path) -> Path | None:
    """Return where a part of a sealed backup goes; None for a name that we never write."""
    if name == _RECORDS:
        return records
    if name == _KEY:
        return key_file_of(records)
    if (found := _ATTACHMENT.fullmatch(name)) is not None:
        return SideFolder(records).place(found[1])
    if (found := _TEMPLATE.fullmatch(name)) is not None:
        return templates_of(records) / found[1]
    return None


@contextmanager
def _room(beside: Path, name: str) -> Iterator[Path]:
    """Make a private folder and remove it afterwards; what a killed program left there goes with it."""
    with told(beside):
        _sweep(beside)
        room = beside / f".{name}.{os.getpid()}.{secrets.token_hex(4)}.opened"
        room.mkdir(mode=0o700)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what a program that was killed left opened: plain records under no password."""
    for left in folder.glob(".*.opened"):
        parts = left.name.split(".")
        if left.is_dir() and len(parts) > 3 and parts[-3].isdigit() and not _lives(int(parts[-3]), left):  # noqa: PLR2004 - name, process, token
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int, left: Path) -> bool:
    if os.name != "posix":
        return time.time() - left.stat().st_mtime < _DAY_SECONDS  # asking Windows would end the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
