"""Files that appear whole or not at all: written beside their name, brought down to the disk, then given the name."""

from __future__ import annotations

import contextlib
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from voucher_app.durable import give_name, make_durable
from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def written_beside(file: Path, *, replaces: bool = False) -> Iterator[Path]:
    """Hand out a hidden name beside a file; what is there when the block ends well becomes the file.

    Args:
        file: the name that it gets.
        replaces: whether it may take the place of a file; without, not even of one that came meanwhile.

    Raises:
        StorageError: `exists`, `output`.
    """
    part = file.with_name(f".{secrets.token_hex(8)}.part")
    if file.exists() and not replaces:
        raise StorageError("exists", file)
    try:
        yield part
        if part.exists():
            make_durable(part)
            if replaces:
                part.replace(file)
            else:
                give_name(part, file)
            make_durable(file.parent)
    except FileExistsError as error:
        raise StorageError("exists", file) from error
    except OSError as error:
        raise StorageError("output", file, str(error)) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
