"""What the first page of all needs to make and open data files; put together in `app.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Role
    from voucher_app.domain.policy import Policy
    from voucher_app.services.workspace import Workspace


DEMONSTRATION_NAME: Final = "demo-office.db"
"""The demonstration has a file of its own beside the office's, so that nothing tried out stands in its records."""


@dataclass(frozen=True, slots=True)
class NewOffice:
    """What the first steps ask for; nothing is made before all of it is known.

    Attributes:
        database: where the data file is to be.
        name: the issuing office.
        preset: file name of the preset whose figures its policy begins with.
        policy_title, policy_document: how the office's own policy is called on paper.
        year, appropriation, year_document: the first budget year, what it may issue, and the document that says so.
        people: name and role; the first of them opens the year.
        passwords: one for each of the people, or none for a trial office.
    """

    database: Path
    name: str
    preset: str
    policy_title: str
    policy_document: str
    year: int
    appropriation: Money
    year_document: str
    people: tuple[tuple[str, Role], ...]
    passwords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Starter:
    """What makes data files, and opens them.

    Attributes:
        database: where the office's data file is to be.
        make_office: makes it whole, or leaves nothing behind.
        make_demonstration: makes a demonstration office in another file.
        open_file: opens a data file that exists.
        is_older: whether opening a file upgrades it first, which may take a while.
        check: refuses a place or a file that cannot be opened, before anything is put away for it; raises StorageError.
        refuse_place: refuses a place where no data file may be; raises StorageError.
        presets: the policies to begin with, by file name, the usual one first.
        may_go_on: no file was named, so where the usual one is missing the office that was open last is opened.
        this_year: the year at the desk, which is asked for first.
    """

    database: Path
    open_file: Callable[[Path], Workspace]
    make_office: Callable[[NewOffice], None]
    make_demonstration: Callable[[Path], None]
    is_older: Callable[[Path], bool]
    check: Callable[[Path], None] = lambda _path: None
    refuse_place: Callable[[Path], None] = lambda _path: None
    presets: Callable[[], Sequence[tuple[str, Policy]]] = tuple
    may_go_on: bool = False
    this_year: Callable[[], int] = lambda: 2026
