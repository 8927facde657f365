"""The last checkpoint of each ledger, in a folder of this computer (`settings.memory_folder`), one small file each."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from voucher_app.services.ports.history import Mark

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_NAME_CHARACTERS = 32


class HistoryFolder:
    """Keeps marks as text: the origin, the number of records, the hash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def last(self, origin: str) -> Mark | None:
        """Return the furthest mark of a ledger; what cannot be read is no mark, and opening goes on without."""
        try:
            named, count, digest = self._file(origin).read_text(encoding="utf-8").splitlines()
            return Mark(int(count), digest) if named == origin else None
        except (OSError, ValueError):
            return None

    def keep(self, origin: str, mark: Mark) -> None:
        """Remember a mark, unless a further one is remembered already.

        Raises:
            OSError: when it cannot be written.
        """
        known = self.last(origin)
        if known is not None and known.record_count >= mark.record_count:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        import secrets  # noqa: PLC0415 - a window that opens writes nothing yet

        fresh = self._folder / f".{secrets.token_hex(8)}.part"
        try:
            with fresh.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(f"{origin}\n{mark.record_count}\n{mark.hash}\n")
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(self._file(origin))
        finally:
            fresh.unlink(missing_ok=True)

    def forget(self, origin: str, *, reason: str, at: datetime) -> Mark | None:
        """Forget a ledger's mark; what was forgotten stays to be read in `accepted.txt`, with reason and time.

        Raises:
            OSError: when it cannot be written.
        """
        known = self.last(origin)
        if known is not None:
            line = f"{at.isoformat(timespec='seconds')}\t{origin}\t{known.record_count}\t{known.hash}\t{reason}"
            with (self._folder / "accepted.txt").open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(" ".join(line.splitlines()) + "\n")
            self._file(origin).unlink()
        return known

    def _file(self, origin: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:_NAME_CHARACTERS]}.txt"
