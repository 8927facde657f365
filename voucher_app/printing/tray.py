"""Where papers wait until they are registered: whole, on the disk, beside their targets, under hidden names."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING

from voucher_app.printing.atomic import ORDINARY, discard, write_atomically, write_beside
from voucher_app.services.ports.printing import Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class FolderTray:
    """Keeps waiting papers in the folder of their target, so that renaming is all that is left to do."""

    def put(self, content: bytes, *, target: Path, staging: str, place: int) -> Waiting:
        """Write a file beside its target, down to the disk; `staging` and `place` make its name there.

        Raises:
            OSError: from the disk; nothing new is left in the folder then.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(_name(staging, place))
        discard(part)  # of an earlier try that was cut short
        write_beside(target, content, mode=ORDINARY, name=part.name)
        return Waiting(part, target, hashlib.sha256(content).hexdigest())

    def find(self, *, target: Path, staging: str, place: int, sha256: str) -> Waiting | None:
        """Return a file that waits under such a name with this content, or None."""
        part = target.with_name(_name(staging, place))
        return Waiting(part, target, sha256) if self.digest(part) == sha256 else None

    def publish(self, waiting: Sequence[Waiting]) -> None:
        """Give files their names, and make that durable; one that another program published is left as it is.

        Raises:
            OSError: from the disk, or when a file is gone.
        """
        for one in waiting:
            try:
                one.part.replace(one.target)
            except FileNotFoundError:
                if self.digest(one.target) != one.sha256:
                    raise
        for folder in {one.target.parent for one in waiting}:
            _make_durable(folder)

    def discard(self, waiting: Sequence[Waiting]) -> None:
        """Take files away that nobody registered."""
        for one in waiting:
            discard(one.part)

    def sweep(self, folder: Path, staging: str) -> None:
        """Take away whatever still waits in a folder for a job that has ended."""
        with contextlib.suppress(OSError):  # the folder may be gone, and then nothing waits in it
            for part in list(folder.glob(f".{staging}-*.part")):
                discard(part)

    def write(self, file: Path, content: bytes) -> None:
        """Write a file that no register knows, whole or not at all.

        Raises:
            OSError: from the disk; what was there before is untouched then.
        """
        write_atomically(file, content)

    def digest(self, file: Path) -> str | None:
        """Return the SHA-256 of a file, or None when there is none.

        Raises:
            OSError: when it is there and cannot be read.
        """
        try:
            with file.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return None


def _name(staging: str, place: int) -> str:
    return f".{staging}-{place}.part"


def _make_durable(folder: Path) -> None:
    """Write a folder's names down to the disk, so that the register never says more than the disk holds."""
    if os.name == "nt":
        return  # Windows has no way to sync a folder
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
