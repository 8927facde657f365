"""The retention report: which personal data is kept where, since when, and until when by the office's own rule.

The rule is a term of the archives (10 or 30 years, or for ever), counted from the year after the one in which something
arose. The program deletes nothing by it: a journal that proves itself has no hole. So the report says what is over its
term, and how it can end: a year's file is handed to the archive whole, copies beside it are removed by a person.
What was saved or carried elsewhere cannot be known, and the report says that too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.services.backup import SEALED_SUFFIX, backup_folder_of, backups_in
from voucher_app.services.workspace import OFFICE_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from voucher_app.services.workspace import Workspace


class Kind(StrEnum):
    """What is kept."""

    CONTACTS = "contacts"
    ACCOUNTS = "accounts"
    PEOPLE = "people"
    OBJECTIONS = "objections"
    JOURNAL = "journal"
    ATTACHMENTS = "attachments"
    IMPORTS = "imports"
    PRINTS = "prints"
    """Files that papers were saved to, wherever they are now."""
    BACKUPS = "backups"
    COPIES = "copies"
    """Copies that upgrades and restores left beside the data file, and sealed backups."""
    DRAFTS = "drafts"
    LOG = "log"
    CRASHES = "crashes"


class Rule(StrEnum):
    """How long the office keeps records: the terms of the archives."""

    TEN_YEARS = "10"
    THIRTY_YEARS = "30"
    FOR_EVER = "permanent"


BY_RULE: Final = frozenset({
    Kind.CONTACTS, Kind.ACCOUNTS, Kind.PEOPLE, Kind.OBJECTIONS, Kind.JOURNAL, Kind.ATTACHMENTS, Kind.IMPORTS,
    Kind.PRINTS, Kind.BACKUPS, Kind.COPIES,
})  # fmt: skip
"""What follows the office's rule; drafts, the log and reports of our mistakes end by themselves."""


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of personal data at one place.

    Attributes:
        place: the file or folder.
        since: the day of the oldest; None when there is none, or it bears no day.
        until: the last day of the oldest by the rule; None where no rule ends it.
        is_over: the oldest is past its last day.
    """

    kind: Kind
    place: Path
    count: int
    size_bytes: int
    since: date | None
    until: date | None
    is_over: bool


def last_day(since: date, rule: Rule) -> date | None:
    """Return until when something is kept that arose on a day; None for ever."""
    return None if rule is Rule.FOR_EVER else date(since.year + int(rule), 12, 31)


def report(workspace: Workspace, *, rule: Rule, state: Path | None, backup_folder: Path | None = None) -> list[Held]:
    """Return what is kept.

    Args:
        workspace: the open workspace; nothing is written.
        rule: the office's.
        state: the person's state folder on this computer; None leaves out what would lie there.
        backup_folder: where automatic backups lie; beside the data file when not told.

    Raises:
        StorageError: when the data file cannot be read.
    """
    path, today = workspace.data_file.path, workspace.clock.today()
    found = []

    def hold(kind: Kind, place: Path, count: int, size_bytes: int, since: date | None) -> None:
        until = last_day(since, rule) if since is not None and kind in BY_RULE else None
        is_over = until is not None and until < today
        found.append(Held(kind, place, count, size_bytes, since, until, is_over))

    attached = path.with_name(f"{path.name}.attachments")
    for row in workspace.queries.personal_data():
        kind = Kind(row.kind)
        since = date.fromisoformat(row.since) if row.since else None
        hold(kind, attached if kind is Kind.ATTACHMENTS else path, row.count, row.size_bytes, since)
    backups = backup_folder or backup_folder_of(path)
    automatic = backups_in(backups, path) if backups.is_dir() else []
    made = [kept.made_at.astimezone(OFFICE_ZONE).date() for kept in automatic]
    hold(Kind.BACKUPS, backups, len(made), _size(kept.path for kept in automatic), min(made, default=None))
    for kind, place, files in (
        (Kind.COPIES, path.parent, _copies(path, backups)),
        *(_of_this_person(state) if state is not None else ()),
    ):
        hold(kind, place, len(files), _size(files), min(map(_day, files), default=None))
    return found


def _copies(path: Path, backups: Path) -> list[Path]:
    """Return whole copies of the office that a person made or an act left behind, where this program would put them."""
    patterns = (f"{path.stem}.before-v*{path.suffix}", f"{path.name}.replaced-*")
    beside = {file for pattern in patterns for file in path.parent.glob(pattern)}
    sealed = {file for folder in {path.parent, backups} for file in folder.glob(f"*{SEALED_SUFFIX}")}
    return [file for file in sorted(beside | sealed) if file.is_file()]


def _of_this_person(state: Path) -> list[tuple[Kind, Path, list[Path]]]:
    places = (
        (Kind.DRAFTS, state / "drafts", "*/*/*.json"),
        (Kind.LOG, state / "log", "voucher-app.log*"),
        (Kind.CRASHES, state / "crashes", "*.txt"),
    )
    return [
        (kind, folder, [file for file in folder.glob(pattern) if file.is_file()]) for kind, folder, pattern in places
    ]


def _size(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def _day(file: Path) -> date:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone(OFFICE_ZONE).date()
