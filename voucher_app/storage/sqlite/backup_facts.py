"""What a plain backup tells of itself, whatever version it is of: how many acts, the last one, a year's money."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from voucher_app.services.ports.backup import BackupFacts
from voucher_app.storage.sqlite.connection import check_header, open_for_reading, told
from voucher_app.storage.sqlite.repositories.year import YearTable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_facts(backup: Path, *, size_bytes: int, made_at: str) -> BackupFacts:
    """Read what is in a backup.

    Raises:
        StorageError: when it is missing, not ours, damaged or newer.
    """
    check_header(backup)
    with told(backup), closing(open_for_reading(backup)) as connection:
        last = connection.execute("SELECT seq, action, recorded_at, hash FROM journal ORDER BY seq DESC LIMIT 1")
        seq, action, recorded_at, head = last.fetchone() or (0, "", "", "")
        year = connection.execute("SELECT max(id) FROM budget_year").fetchone()[0] or 0
        money = YearTable(connection).get(year) if year else None
    return BackupFacts(
        backup,
        size_bytes,
        is_sealed=False,
        made_at=made_at,
        records=seq,
        last_act=action,
        last_at=recorded_at,
        head=head,
        year=year,
        issued=money.outstanding + money.payable + money.disbursed if money else None,
        left=money.unissued if money else None,
    )


def attached_files(records: Path) -> Iterator[tuple[str, int]]:
    """Return digest and size of every attached file that the records know; a file of version 1 knows none."""
    with told(records), closing(open_for_reading(records)) as connection:
        if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'attachment'").fetchone() is None:
            return iter(())
        rows = connection.execute("SELECT DISTINCT sha256, size_bytes FROM attachment ORDER BY sha256").fetchall()
    return iter([(str(sha256), int(size)) for sha256, size in rows])
