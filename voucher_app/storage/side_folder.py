"""The side folder (`<data file>.attachments`): attached files by their SHA-256, written whole or not at all.

A file is written under a temporary name, made durable, and only then given its own; it is recorded in the data file
afterwards. So what is recorded is there; a crash between the two leaves a file that nothing names, which does no harm.
Nothing here is ever deleted or overwritten.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self

from voucher_app.domain.errors import InvalidInput
from voucher_app.durable import make_durable
from voucher_app.services.ports.attachment import StoredFile
from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK_BYTES: Final = 1024 * 1024
_DIGEST_CHARACTERS: Final = 64
_DISK_FULL: Final = 28


def side_folder_of(data_file: Path) -> Path:
    """Return where the attachments of a data file or of a backup lie: beside it."""
    return data_file.with_name(data_file.name + ".attachments")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system raises into a `StorageError` about a path."""
    try:
        yield
    except OSError as error:
        if error.errno == _DISK_FULL:
            code = "disk_full"
        else:
            code = "read_only" if isinstance(error, PermissionError) else "disk_error"
        raise StorageError(code, path, str(error)) from error


def _measure(stream: BinaryIO, copy: BinaryIO | None = None, *, largest_bytes: int | None = None) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK_BYTES):
        size += len(chunk)
        if largest_bytes is not None and size > largest_bytes:
            raise InvalidInput("attachment_large", found=size, allowed=largest_bytes)
        digest.update(chunk)
        if copy is not None:
            copy.write(chunk)
    return StoredFile(digest.hexdigest(), size)


class SideFolder:
    """The attached files of one data file."""

    def __init__(self, data_file: Path) -> None:
        self.folder = side_folder_of(data_file)

    @classmethod
    def at(cls, folder: Path) -> Self:
        """Return the files in a folder that is not called after a data file, as several backups share one."""
        made = cls(folder)
        made.folder = folder
        return made

    def place(self, sha256: str) -> Path:
        """Return where a file lies, or would."""
        return self.folder / sha256[:2] / sha256

    def measure(self, source: Path, *, largest_bytes: int) -> StoredFile:
        """Return digest and size of a file that is to be stored.

        Raises:
            StorageError: `missing_file`, when it cannot be read.
            InvalidInput: `attachment_large` or `attachment_empty`.
        """
        try:
            if not source.is_file():
                raise StorageError("missing_file", source)
            with source.open("rb") as stream:
                found = _measure(stream, largest_bytes=largest_bytes)
        except OSError as error:
            raise StorageError("missing_file", source, str(error)) from error
        if not found.size_bytes:
            raise InvalidInput("attachment_empty", found=source.name)
        return found

    def put(self, source: Path, *, expected: StoredFile) -> None:
        """Copy a file into the folder, durably; the same content is stored once.

        Raises:
            StorageError: `attachment_changed`, when it is no longer what was measured; or what the system says.
        """
        place = self.place(expected.sha256)
        if not self.fault(sha256=expected.sha256, size_bytes=expected.size_bytes):
            return
        with _told(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".partial")
            partial = Path(name)
            try:
                with os.fdopen(handle, "wb") as copy:
                    with source.open("rb") as stream:
                        found = _measure(stream, copy)
                    if found != expected:
                        raise StorageError("attachment_changed", source)
                    copy.flush()
                    os.fsync(copy.fileno())
                partial.replace(place)
                make_durable(place.parent, self.folder, self.folder.parent)
            finally:
                partial.unlink(missing_ok=True)

    def fault(self, *, sha256: str, size_bytes: int) -> str:
        """Return what is wrong with a stored file: `missing`, `changed`, or nothing."""
        place = self.place(sha256)
        try:
            with place.open("rb") as stream:
                found = _measure(stream)
        except FileNotFoundError:
            return "missing"
        except OSError:
            return "changed"  # it is there and cannot be read
        return "" if found == StoredFile(sha256, size_bytes) else "changed"

    def read(self, *, sha256: str, size_bytes: int) -> Iterator[bytes]:
        """Yield a stored file piece by piece; at its end it has proved to be what was recorded.

        Raises:
            StorageError: `attachment_missing`, or `attachment_changed`, perhaps only after the last piece.
        """
        place, digest, size = self.place(sha256), hashlib.sha256(), 0
        try:
            with place.open("rb") as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    size += len(chunk)
                    yield chunk
        except FileNotFoundError as error:
            raise StorageError("attachment_missing", place) from error
        except OSError as error:
            raise StorageError("attachment_changed", place, str(error)) from error
        if (digest.hexdigest(), size) != (sha256, size_bytes):
            raise StorageError("attachment_changed", place)

    def export(self, *, sha256: str, size_bytes: int, target: Path) -> None:
        """Copy a stored file out, under a name that must not exist.

        Raises:
            StorageError: `exists`, `folder_missing`, `attachment_missing`, `attachment_changed`.
        """
        if not target.parent.is_dir():
            raise StorageError("folder_missing", target.parent)
        fault = self.fault(sha256=sha256, size_bytes=size_bytes)
        if fault:
            raise StorageError("attachment_missing" if fault == "missing" else "attachment_changed", self.place(sha256))
        try:
            with self.place(sha256).open("rb") as stream, target.open("xb") as copy:
                shutil.copyfileobj(stream, copy)
        except FileExistsError:
            raise StorageError("exists", target) from None

    def copy_to(self, other: SideFolder) -> int:
        """Copy every sound file that another side folder lacks; return how many. What is there is left alone."""
        copied = 0
        for place in sorted(self.folder.glob("??/*")):
            if len(place.name) != _DIGEST_CHARACTERS or place.name.startswith("."):
                continue
            expected = StoredFile(place.name, place.stat().st_size)
            if self.fault(sha256=expected.sha256, size_bytes=expected.size_bytes):
                continue  # never carry a changed file on under a digest that is not its own
            if other.fault(sha256=expected.sha256, size_bytes=expected.size_bytes):
                other.put(place, expected=expected)
                copied += 1
        return copied
