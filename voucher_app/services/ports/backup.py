"""Backups as the use cases see them: files that hold a whole office, plain or under a password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.domain.money import Money
    from voucher_app.services.data_file import Verification


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What is in a backup, read without changing it.

    Attributes:
        path: the file; `size_bytes`: its own size, without the files attached.
        is_sealed: whether it is under a password; then nothing but its date is known before that is given.
        made_at: the instant it was made, UTC, ISO 8601.
        records: acts in it; `last_act`: the use case of the last one; `last_at`: its instant; `head`: its hash.
        year: the newest budget year, 0 when there is none; `issued`, `left`: of that year.
        problem: code of what is wrong with the file (as in `StorageError`), empty when it can be read.
    """

    path: Path
    size_bytes: int
    is_sealed: bool
    made_at: str
    records: int = 0
    last_act: str = ""
    last_at: str = ""
    head: str = ""
    year: int = 0
    issued: Money | None = None
    left: Money | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    """What a restore drill did: the backup was restored to a folder of its own and everything in it checked.

    Attributes:
        verification: of the restored records.
        attachments: attached files that came back and are what was recorded; `missing`: those that did not.
        has_key: whether the signing key came back with it.
        seconds: how long it took, to the tenth.
    """

    verification: Verification
    attachments: int
    missing: int
    has_key: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        verification: of the backup.
        replaced: where the file that was there is now, or None.
        key: where the signing key was put, or None when none came or one was there.
    """

    verification: Verification
    replaced: Path | None
    key: Path | None = None


class BackupFiles(Protocol):
    """Makes, checks and restores backups. A password of None means a plain one."""

    def create(self, data_file: Path, target: Path, *, password: str | None = None) -> Verification:
        """Write a verified backup; the target must not exist.

        Raises:
            StorageError: `exists`, `folder_missing`, `backup_broken`, or what the system says.
        """

    def verify(self, backup: Path, *, password: str | None = None, workroom: Path | None = None) -> Verification:
        """Check a backup's records; a sealed one is opened in `workroom`, which holds plain records then.

        Whether its attached files are whole is what `drill` tells.

        Raises:
            StorageError: when it cannot be opened; `backup_password` for a wrong password or a changed file.
        """

    def restore(self, backup: Path, data_file: Path, *, password: str | None = None) -> Restored:
        """Put a verified copy in the data file's place; the file it replaces is kept beside it."""

    def drill(self, backup: Path, *, password: str | None = None, workroom: Path | None = None) -> Drill:
        """Restore into a folder that is removed afterwards, and check everything there."""

    def facts(self, backup: Path) -> BackupFacts:
        """Return what is in a backup; a file that cannot be read is told by its `problem`."""

    def is_sealed(self, backup: Path) -> bool:
        """Return whether a backup is under a password."""
