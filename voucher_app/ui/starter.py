"""What the first page of all needs to make and open data files; put together in `app.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voucher_app.domain.operators import Role
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PolicyNames:
    """How the office's own policy is called on paper; its figures begin as the default preset's."""

    title: str
    document_number: str


@dataclass(frozen=True, slots=True)
class Starter:
    """What makes data files, and opens them.

    Attributes:
        database: where the office's data file is to be.
        make_office: makes it, with its name, its operators, what its policy is called, and a password for each
            operator; without passwords it is a trial office.
        make_demonstration: makes a demonstration office in another file.
        open_file: opens a data file that exists.
        is_older: whether opening a file upgrades it first, which may take a while.
        check: refuses a place or a file that cannot be opened, before anything is put away for it; raises StorageError.
        refuse_place: refuses a place where no data file may be; raises StorageError.
    """

    database: Path
    open_file: Callable[[Path], Workspace]
    make_office: Callable[[Path, str, list[tuple[str, Role]], PolicyNames, list[str]], None]
    make_demonstration: Callable[[Path], None]
    is_older: Callable[[Path], bool]
    check: Callable[[Path], None] = lambda _path: None
    refuse_place: Callable[[Path], None] = lambda _path: None
