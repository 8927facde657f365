"""Upgrade data files of every older version by force: `kill -9` at every statement and at random instants (T15).

`--kills 1000`: for each older version, so many children upgrade a copy of its kept file and are killed, one half of
them before a statement of the upgrade, spread evenly over all of them, the other half at a random instant. Whatever is
left has to be a sound file of the old version or of the new one, with every fact that was in it; a copy beside it has
to be sound too; and the next opening has to finish the work. Every other file has a rollback journal instead of a log,
as a restored backup has until it is opened.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite import upgrade as upgrading
from voucher_app.storage.sqlite.backup import verify_file
from voucher_app.storage.sqlite.connection import open_alone, open_for_reading, sqlite3
from voucher_app.storage.sqlite.data_file import SqliteDataFile
from voucher_app.storage.sqlite.header import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

KEPT = Path(__file__).resolve().parents[2] / "tests" / "storage" / "upgrades"
OLDER = range(1, SCHEMA_VERSION)
PATIENCE_SECONDS = 10.0


def kept_file(version: int) -> bytes:
    """Return a data file as the program of an older version left it."""
    return gzip.decompress((KEPT / f"office-v{version}.db.gz").read_bytes())


def version_of(database: Path) -> int:
    """Return the version of a file's tables."""
    with closing(open_for_reading(database)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def columns_of(database: Path) -> dict[str, list[str]]:
    """Return every table of a file with its columns."""
    with closing(open_for_reading(database)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")] for table in tables}


def facts_of(database: Path, columns: dict[str, list[str]], version: int) -> dict[str, str]:
    """Return a digest of what each table says in these columns, without what an upgrade adds to the file's own story.

    Args:
        database: the file.
        columns: the tables and columns of the older version.
        version: that version.

    Raises:
        StorageError, sqlite3.Error: when the file cannot be read.
    """
    found = {}
    added = {"_sqlite_migrations": f" WHERE id <= {version}", "journal": " WHERE action <> 'file.upgrade'"}
    with closing(open_for_reading(database)) as connection:
        for table, names in columns.items():
            rows = connection.execute(f"SELECT {', '.join(names)} FROM {table}{added.get(table, '')} ORDER BY 1")  # noqa: S608 - our own names
            found[table] = hashlib.sha256(repr(rows.fetchall()).encode()).hexdigest()
    return found


def statements_of(database: Path) -> int:
    """Upgrade a file and return how many statements that took."""
    seen = count()
    with _watched(lambda: next(seen)):
        upgrading.upgrade(database, patience_seconds=PATIENCE_SECONDS)
    return next(seen)


def _watched(each: Callable[[], object]) -> AbstractContextManager[object]:
    """Have something called before every statement of the upgrading connection."""

    def opened(path: Path) -> Any:  # noqa: ANN401 - a connection of either library
        connection = open_alone(path)
        connection.set_trace_callback(lambda _sql: each())
        return connection

    return patch.object(upgrading, "open_alone", opened)


def die_at(database: Path, statement: int | None, latest_seconds: float) -> int:
    """Upgrade in a child that is killed before a statement, or at a random instant; return its wait status."""
    process = os.fork()
    if not process:
        try:
            seen = count()
            with _watched(lambda: os.kill(os.getpid(), signal.SIGKILL) if next(seen) == statement else None):
                upgrading.upgrade(database, patience_seconds=PATIENCE_SECONDS)
        finally:
            os._exit(0)  # never the parent's exit handlers
    if statement is None:
        time.sleep(random.uniform(0, latest_seconds))  # noqa: S311 - an instant, no secret
        os.kill(process, signal.SIGKILL)
    return os.waitpid(process, 0)[1]


def faults(database: Path, columns: dict[str, list[str]], facts: dict[str, str], version: int) -> list[str]:
    """Return what is wrong with what a kill left, and with the upgrade that comes after it."""
    found = _faults_of(database, columns, facts, versions=(version, SCHEMA_VERSION))
    for copied in sorted(database.parent.glob("*.before-v*.db")):  # a copy cut short never got this name
        found += _faults_of(copied, columns, facts, versions=(version,))
    try:
        SqliteDataFile.open(database, {}).close()
    except StorageError as error:
        found.append(f"the next opening: {error}")
    return found + _faults_of(database, columns, facts, versions=(SCHEMA_VERSION,), was=version)


def _faults_of(
    file: Path, columns: dict[str, list[str]], facts: dict[str, str], *, versions: tuple[int, ...], was: int = 0
) -> list[str]:
    try:
        seen = verify_file(file)
        found = [f"{file.name}: {finding}" for finding in seen.findings]
        if seen.schema_version not in versions:
            found.append(f"{file.name}: version {seen.schema_version}")
        kept = facts_of(file, columns, was or versions[0])
    except (StorageError, sqlite3.Error) as error:
        return [f"{file.name}: {error}"]
    return found + [f"{file.name}: {table} changed" for table in facts if kept[table] != facts[table]]


def kill_many(folder: Path, kills: int, version: int) -> dict[str, object]:
    """Kill so many upgrades of files of a version; return what was seen."""
    originals = [kept_file(version)]
    database = folder / "office.db"
    database.write_bytes(originals[0])
    with closing(sqlite3.connect(str(database), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    originals.append(database.read_bytes())
    columns = columns_of(database)
    facts = facts_of(database, columns, version)
    begun = time.monotonic()
    statements = statements_of(database)
    duration = time.monotonic() - begun
    at_statements = (kills + 1) // 2
    moments: list[int | None] = [place * statements // at_statements for place in range(at_statements)]
    moments += [None] * (kills - at_statements)
    left: Counter[str] = Counter()
    wrong: list[str] = []
    for place, statement in enumerate(moments):
        for file in folder.iterdir():
            file.unlink()
        database.write_bytes(originals[place % 2])
        status = die_at(database, statement, duration)
        if os.WIFSIGNALED(status):
            left["killed"] += 1
        left["upgraded" if version_of(database) == SCHEMA_VERSION else "as it was"] += 1
        wrong += [f"kill {place} ({statement}): {one}" for one in faults(database, columns, facts, version)]
    return {"version": version, "kills": kills, "statements": statements, **left, "faults": wrong}


def judged(seen: dict[str, Any]) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = [f"faults: {seen['faults']}"] if seen["faults"] else []
    if seen.get("killed", 0) < seen["kills"] // 2:
        reasons.append(f"void: only {seen.get('killed', 0)} children were killed before their end")
    if not seen.get("as it was", 0):
        reasons.append("void: no kill came before the upgrade was done")
    return reasons


def main() -> int:
    """Run the trial in a folder of its own and print what was seen as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="kill so many upgrades of each version")
    parser.add_argument("--seed", type=int, default=20261121, help="of the moments; what a killed child did is chance")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    failed = False
    for version in OLDER:
        with tempfile.TemporaryDirectory(prefix="kill-upgrade-") as folder:
            begun = time.monotonic()
            seen = kill_many(Path(folder), arguments.kills, version)
        told = {**seen, "seconds": round(time.monotonic() - begun, 1), "failed": judged(seen)}
        print(json.dumps(told, ensure_ascii=False))
        failed = failed or bool(told["failed"])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
