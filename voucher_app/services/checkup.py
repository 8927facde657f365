"""检查数据库: everything that can be proved about a data file, step by step, with an answer for a person.

Four looks: the ledger (hashes, after-images, balances, numbering, schema, the search index), SQLite's own look at its
pages and indexes, the attached files against their digests, and whether the newest backup holds what it says. Nothing
is changed. A search index that is stale is no fault: it proves nothing, and is made anew from the records at will.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from voucher_app.services import attachment
from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voucher_app.services.data_file import Verification
    from voucher_app.services.ports.backup import BackupFiles
    from voucher_app.services.workspace import Workspace


class Look(StrEnum):
    """One step of the check."""

    LEDGER = "ledger"
    FILE = "file"
    ATTACHMENTS = "attachments"
    BACKUP = "backup"


LOOKS = tuple(Look)


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was looked at and found.

    Attributes:
        verification: of the ledger.
        file_faults: in SQLite's own words.
        attachments: how many are recorded; `attachment_faults`: how many of them are missing or changed.
        backup: the newest one, or None; `backup_faults`: how many findings it has, -1 when it cannot be read.
    """

    verification: Verification
    file_faults: tuple[str, ...]
    attachments: int
    attachment_faults: int
    backup: Path | None
    backup_faults: int

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not (self.verification.findings or self.file_faults or self.attachment_faults or self.backup_faults)


def check(
    workspace: Workspace, *, files: BackupFiles | None, newest: Path | None, tell: Callable[[int, int], bool]
) -> Checkup | None:
    """Look at everything; return None when `tell`, which is told how far it has come, says to stop.

    Raises:
        StorageError: when the file cannot be read at all.
    """
    total = len(LOOKS)
    if not tell(0, total):
        return None
    verification = workspace.data_file.verify()
    if not tell(1, total):
        return None
    file_faults = tuple(workspace.data_file.integrity())
    if not tell(2, total):
        return None
    recorded, faults = attachment.verify(workspace)
    if not tell(3, total):
        return None
    backup_faults = _faults_of(files, newest) if files is not None and newest is not None else 0
    tell(total, total)
    return Checkup(verification, file_faults, recorded, len(faults), newest, backup_faults)


def _faults_of(files: BackupFiles, backup: Path) -> int:
    """Return how many findings a backup has; -1 when it cannot be read, which is told beside the other looks."""
    try:
        return len(files.verify(backup).findings)
    except StorageError:
        return -1
