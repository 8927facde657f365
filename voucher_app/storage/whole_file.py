"""A new data file appears under its name only when everything in it is there, with its signing key beside it."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.durable import give_name, make_durable
from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Hand out where a data file is made; when the block ends well, all that was made there takes its place.

    It is made in a folder beside its place, so a kill at any moment leaves either no office or a whole one: what lies
    beside a data file is moved first, the data file last.

    Raises:
        StorageError: `exists`, when something has the name already; `read_only` or `disk_full`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".making", dir=path.parent))
    except OSError as error:
        raise _told(error, path.parent) from error
    try:
        yield folder / path.name
        # `office.db` sorts before `office.db.signing-key.pem`.
        made = sorted(folder.iterdir(), reverse=True)
        for one in made:
            if (path.parent / one.name).exists():
                raise StorageError("exists", path.parent / one.name)
        try:
            _name_all(made, path.parent)
        except FileExistsError as error:
            raise StorageError("exists", error.filename2 or error.filename) from error
        except OSError as error:
            raise _told(error, path) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _name_all(made: Sequence[Path], folder: Path) -> None:
    """Give every file its name, or none: a key without its office would stand in the way of the next one.

    Raises:
        FileExistsError: when somebody else took one of the names since it was looked at.
    """
    named: list[Path] = []
    try:
        for one in made:
            give_name(one, folder / one.name)
            named.append(folder / one.name)
        make_durable(folder)
    except OSError:
        for one in named:
            with suppress(OSError):
                one.unlink()
        raise


def _told(error: OSError, path: Path) -> StorageError:
    code = "disk_full" if error.errno == 28 else "read_only"  # noqa: PLR2004 - ENOSPC
    return StorageError(code, path, str(error))
