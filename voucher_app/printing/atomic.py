"""Whole files or none: what is written appears under its name in one step, and a failure leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE: Final = 0o600
ORDINARY: Final = 0o666
"""Less what the person's umask takes away."""


def write_atomically(target: Path, content: bytes) -> None:
    """Write a file so that a reader, a crash or a full disk sees the old content or the new one, never a part.

    Raises:
        OSError: from the disk; nothing new is left in the folder then.
    """
    beside = write_beside(target, content, mode=ORDINARY)
    try:
        beside.replace(target)
    except BaseException:
        discard(beside)
        raise


def write_beside(target: Path, content: bytes, *, mode: int, name: str = "") -> Path:
    """Write content to a new hidden file in the target's folder, down to the disk, and return its path."""
    beside = target.with_name(name or f".{secrets.token_hex(8)}.part")
    # O_BINARY exists on Windows only, where a file would otherwise have its line ends changed.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123 - the file is open already; this takes over its handle
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        discard(beside)
        raise
    return beside


def discard(file: Path) -> None:
    """Remove a file if it is there; what cannot be removed must not hide the error being handled."""
    with contextlib.suppress(OSError):
        file.unlink()
