"""What one person's desk remembers outside the data file, in a folder of that person: drafts, reports, the log.

None of it is a record: whoever deletes the folder loses half-typed forms, and nothing of the office. Nobody else may
read it, because a half-typed form holds names and accounts.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final

from voucher_app.durable import make_durable

if TYPE_CHECKING:
    from pathlib import Path

_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter.

    Raises:
        OSError: when it cannot be made.
    """
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a kill or a power cut leaves the old one or the new one, never half of either.

    Raises:
        OSError: when it cannot be written; the old one is there still.
    """
    make_private(path.parent)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE_FILE)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
        make_durable(path.parent)
    finally:
        partial.unlink(missing_ok=True)
