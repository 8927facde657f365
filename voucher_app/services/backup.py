"""Automatic backups: when one is due, what it is called, and which old ones are let go.

One is made when the window closes and something was recorded since the last one, before an import, and (by the upgrade
itself) before a migration. Kept are the last of each of seven days, five weeks and twelve months on which there are
any, and the last of every year for ever; what was made before an import, for seven days at least.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from voucher_app.services.ports.errors import StorageError
from voucher_app.services.session import admit_restore
from voucher_app.services.workspace import OFFICE_ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.backup import BackupFacts, BackupFiles
    from voucher_app.services.workspace import Workspace

DAILY: Final = 7
WEEKLY: Final = 5
MONTHLY: Final = 12
SEALED_SUFFIX: Final = ".slqbak"
_MOST_AT_ONCE: Final = 9
"""Programs that close on one file within a second."""
_BEFORE_IMPORT: Final = "-before-import"
_STAMP: Final = "%Y%m%dT%H%M%S"
_NAME: Final = re.compile(r"(?P<stem>.+)-(?P<stamp>[0-9]{8}T[0-9]{6})(?P<why>-before-import)?\.db")


@dataclass(frozen=True, slots=True)
class Kept:
    """An automatic backup by its name.

    Attributes:
        made_at: the instant, UTC.
        is_before_import: made because an import was about to happen.
    """

    path: Path
    made_at: datetime
    is_before_import: bool


def backup_folder_of(data_file: Path) -> Path:
    """Return where automatic backups lie until a person chooses another folder: beside the data file."""
    return data_file.with_name(data_file.name + ".backups")


def backups_in(folder: Path, data_file: Path) -> list[Kept]:
    """Return the automatic backups of a data file, the newest first; nothing that a person put there."""
    found = []
    for path in folder.glob("*.db"):
        name = _NAME.fullmatch(path.name)
        if name is not None and name["stem"] == data_file.stem and path.is_file():
            try:
                made_at = datetime.strptime(name["stamp"], _STAMP).replace(tzinfo=UTC)
            except ValueError:
                continue  # no such day: it was not called so by us
            found.append(Kept(path, made_at, is_before_import=name["why"] is not None))
    return sorted(found, key=lambda kept: kept.made_at, reverse=True)


def let_go(backups: Sequence[Kept], *, now: datetime) -> list[Kept]:
    """Return which backups are no longer kept.

    What a clock that was ahead has dated later than now takes nobody's place, and is kept until its time has come.
    """
    counted = [kept for kept in backups if not _is_ahead(kept, now)]
    newest_first = sorted(counted, key=lambda kept: kept.made_at, reverse=True)
    wanted: set[Path] = set()
    periods: tuple[tuple[Callable[[datetime], object], int | None], ...] = (
        (lambda day: day.date(), DAILY),
        (lambda day: tuple(day.isocalendar())[:2], WEEKLY),
        (lambda day: (day.year, day.month), MONTHLY),
        (lambda day: day.year, None),
    )
    for period, most in periods:
        last: dict[object, Path] = {}
        for kept in newest_first:
            last.setdefault(period(kept.made_at.astimezone(OFFICE_ZONE)), kept.path)
        wanted |= set(list(last.values())[:most])
    recent = now - timedelta(days=DAILY)
    wanted |= {kept.path for kept in newest_first if kept.is_before_import and kept.made_at > recent}
    return [kept for kept in newest_first if kept.path not in wanted]


def refuse_restore(workspace: Workspace, *, operator: Operator) -> None:
    """Refuse a restore to whoever may not, or did not just give the password (see `session.admit_restore`).

    Records that cannot be read refuse nobody: a damaged file is what a restore is for.

    Raises:
        RulesViolated: with who may, or asking for the password.
    """
    try:
        admit_restore(workspace.records(), sessions=workspace.sessions, operator=operator, now=workspace.clock.now())
    except StorageError:
        return


def _is_ahead(kept: Kept, now: datetime) -> bool:
    return kept.made_at > now + timedelta(days=1)


def back_up_now(
    files: BackupFiles, data_file: Path, folder: Path, *, now: datetime, is_before_import: bool = False
) -> Path | None:
    """Make an automatic backup, unless the newest one has the same records, and let old ones go; return where it is.

    Args:
        files: makes it.
        data_file: of what.
        folder: where; it is made when it is not there.
        now: the instant.
        is_before_import: whether an import is about to happen.

    Raises:
        StorageError: when it cannot be made; nothing is let go then.
    """
    try:
        (folder / "attachments").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        code = "disk_full" if error.errno == 28 else "read_only"  # noqa: PLR2004 - ENOSPC
        raise StorageError(code, folder, str(error)) from error
    before = [kept for kept in backups_in(folder, data_file) if not _is_ahead(kept, now)]
    # Of two files that cannot be read, neither tells its records: making a backup then says why.
    head = files.facts(data_file).head
    if before and head and files.facts(before[0].path).head == head:
        return None
    target = _made(files, data_file, folder, now=now, ending=_BEFORE_IMPORT if is_before_import else "")
    for old in let_go(backups_in(folder, data_file), now=now):
        old.path.unlink(missing_ok=True)
    return target


def _made(files: BackupFiles, data_file: Path, folder: Path, *, now: datetime, ending: str) -> Path:
    """Make a backup called after this second, or after a later one where another program has just made one."""
    later = 0
    while True:
        stamp = (now + timedelta(seconds=later)).astimezone(UTC).strftime(_STAMP)
        target = folder / f"{data_file.stem}-{stamp}{ending}.db"
        try:
            files.create(data_file, target)
        except StorageError as error:
            later += 1
            if error.code != "exists" or later == _MOST_AT_ONCE:
                raise
        else:
            return target


def list_backups(files: BackupFiles, data_file: Path, folders: Iterable[Path]) -> list[BackupFacts]:
    """Return what is in every backup that is found in some folders, the newest first."""
    found: dict[Path, BackupFacts] = {}
    for folder in folders:
        automatic = {kept.path: kept.made_at for kept in backups_in(folder, data_file)} if folder.is_dir() else {}
        sealed = set(folder.glob(f"*{SEALED_SUFFIX}")) if folder.is_dir() else set()
        others = set(folder.glob(f"{data_file.stem}.before-v*{data_file.suffix}")) if folder.is_dir() else set()
        for path in {*automatic, *sealed, *others}:
            facts = files.facts(path)
            # Its name tells when it was made, also after it was copied from elsewhere.
            made_at = automatic.get(path)
            found[path] = replace(facts, made_at=made_at.isoformat(timespec="seconds")) if made_at else facts
    return sorted(found.values(), key=lambda facts: facts.made_at, reverse=True)
