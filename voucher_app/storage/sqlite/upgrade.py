"""Upgrading: a data file of an older version becomes one of this version, wholly or not at all.

The file is first proved to be what its own version says, and copied; then everything happens in one transaction, which
is proved again before it is committed. A power cut or a kill at any moment leaves the old file or the new one, both
sound; what may be left over is the copy, which the next try finds and uses again.

No other program may have the file open meanwhile: an older one would go on writing rows of the old form into it.
"""

from __future__ import annotations

import random
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from voucher_app.domain.journal import HASH_VERSION, JournalRecord, facts_digest
from voucher_app.domain.operators import Operator, Role
from voucher_app.services.data_file import Upgrade
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.unit_of_work import Act
from voucher_app.services.workspace import new_request_id
from voucher_app.storage.sqlite import backup
from voucher_app.storage.sqlite.connection import LIBRARY_ERRORS, open_alone, schema_version, told
from voucher_app.storage.sqlite.header import SCHEMA_VERSION
from voucher_app.storage.sqlite.images import images_as_json
from voucher_app.storage.sqlite.migrations import (
    digest_of_version,
    expected_schema_digest,
    migrate,
    rewritten_by,
    schema_digest,
)
from voucher_app.storage.sqlite.unit_of_work import write_record
from voucher_app.storage.sqlite.verification import verify, verify_now

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.services.data_file import Verification
    from voucher_app.storage.sqlite.connection import Connection

_FEWEST_SECONDS, _MOST_SECONDS = 0.005, 0.03


def upgrade(path: Path, *, patience_seconds: float) -> Upgrade | None:
    """Bring a data file to this program's version; return what was done, or None when another program was first.

    Raises:
        StorageError: `locked` while another program has the file open; `older` for a version that was never released;
            `upgrade_refused` when the file does not verify as it is; `upgrade_failed` when it would not afterwards;
            or what the system says. In each case the file is as it was.
    """
    with closing(_alone(path, patience_seconds=patience_seconds)) as connection, told(path):
        old = schema_version(connection, path)
        if old == SCHEMA_VERSION:
            return None
        kept = _backup(connection, path, old)
        connection.execute("BEGIN IMMEDIATE")
        try:
            _rewrite(connection, path, old, kept)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        with suppress(*LIBRARY_ERRORS):
            # Only so that the file's own header tells the version at once; what is in the log counts as well.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Upgrade(old, SCHEMA_VERSION, kept)


def _alone(path: Path, *, patience_seconds: float) -> Connection:
    """Open a file and keep every other program out of it, waiting for those that have it open now.

    Raises:
        StorageError: `locked`, when one has it open all the time.
    """
    deadline = time.monotonic() + patience_seconds
    while True:
        connection = None
        try:
            connection = open_alone(path)
            with told(path):
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("ROLLBACK")  # the lock stays until the connection is closed
        except StorageError as error:
            if connection is not None:
                connection.close()
            if error.code != "locked" or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(_FEWEST_SECONDS, _MOST_SECONDS))  # noqa: S311 - fairness, no secret
        else:
            return connection


def _backup(connection: Connection, path: Path, old: int) -> Path:
    """Prove the file as it is and keep a copy beside it, under a name that nobody had; return where.

    The copy is made page by page, so that proving the copy proves the file. A copy of the same records from an
    earlier try is used again.
    """
    expected = digest_of_version(old)
    if expected is None:
        raise StorageError("older", path, str(old))
    for place in count(1):
        again = "" if place == 1 else f"-{place}"
        target = path.with_name(f"{path.stem}.before-v{SCHEMA_VERSION}{again}{path.suffix}")
        if target.exists():
            if not _holds_the_same(target, connection, old):
                continue
            _refuse_broken(path, verify(connection, expected_schema=expected, schema=schema_digest(connection)))
            return target
        try:
            backup.copy(connection, target)
        except StorageError as error:
            if error.code == "exists":
                continue  # it appeared meanwhile
            if error.code == "backup_broken":
                raise StorageError("upgrade_refused", path, error.detail) from error
            raise
        return target
    raise AssertionError("a free name is found")


def _holds_the_same(target: Path, connection: Connection, old: int) -> bool:
    """Return whether a file is a sound copy of the records as they are now."""
    try:
        found = backup.verify_file(target)
    except StorageError:
        return False
    last = connection.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return (found.findings, found.schema_version, found.head) == ([], old, last and last[0])


def _refuse_broken(path: Path, verification: Verification) -> None:
    if verification.findings:
        raise StorageError("upgrade_refused", path, backup.broken(verification))


def _rewrite(connection: Connection, path: Path, old: int, kept: Path) -> None:
    """Do it, inside the transaction that is open, and prove the outcome.

    Raises:
        StorageError: `upgrade_failed`.
    """
    applied = migrate(connection)
    _record(connection, old, applied, kept)
    verification = verify_now(connection, expected_schema=expected_schema_digest(), schema=schema_digest(connection))
    if verification.findings:
        raise StorageError("upgrade_failed", path, backup.broken(verification))


def _record(connection: Connection, old: int, applied: list[int], kept: Path) -> None:
    """Write the journal record of the upgrade, with the after-images of the rows that it wrote.

    The upgrade is no business act: it is dated on the day of the last one, so that the office may go on from there.
    """
    last = connection.execute("SELECT seq, hash, business_date FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    assert last is not None, "a file that verifies has a first record"
    seq, previous_hash, business_date = last
    act = Act(
        "file.upgrade",
        _responsible(connection),
        new_request_id(),
        {"from": old, "to": SCHEMA_VERSION},
        f"v{old} → v{SCHEMA_VERSION} ({kept.name})",
    )
    write_record(
        connection,
        JournalRecord(
            seq=seq + 1,
            recorded_at=datetime.now(UTC).isoformat(timespec="microseconds"),
            business_date=business_date,
            operator_id=act.operator.id,
            operator_name=act.operator.name,
            action=act.action,
            request_id=act.request_id,
            facts_digest=facts_digest(act.action, act.facts),
            subject="",
            reason=act.reason,
            result=f"[{','.join(map(str, applied))}]",
            changes=images_as_json(connection, rewritten_by(connection, applied)),
            hash_version=HASH_VERSION,
            previous_hash=previous_hash,
        ),
    )


def _responsible(connection: Connection) -> Operator:
    """Return under whose name the upgrade is recorded: the system administrator's, or else the first person's."""
    row = connection.execute(
        "SELECT id, name, role FROM operator ORDER BY role <> ?, id LIMIT 1", (Role.SYSTEM_ADMIN.value,)
    ).fetchone()
    return Operator(row[0], row[1], Role(row[2]))
