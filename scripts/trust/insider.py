"""Do what an insider can do who has the file, the program and its source (trust.md T5).

Every column of every table is changed in its first, its middle and its last row, past the triggers, which are put back
afterwards: both `ledger verify` and the stand-alone `verify_ledger.py` have to name table, row and column, without any
checkpoint. Then the five ways: an edit, an edit with the whole journal rebuilt, a tail cut off together with all that
it wrote, an old copy, a fork; and dropped triggers. `verify_ledger.py` alone has to find each with the auditor's
checkpoint, and name the first record that differs. `--size N` takes N of the columns; 0 takes all.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import random
import shutil
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kill_nine import issue_one, make_office, opened, redeem_one
from trial import run_alone

from voucher_app.app import make_workspace
from voucher_app.domain.journal import CONTENT_COLUMNS, GENESIS, column_digests, record_hash
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import certificate, checkpoint, document_number, office_key, recipient
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.ports.tables import ImportedFile
from voucher_app.services.print_request import Request
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder
from voucher_app.storage.sqlite.backup import verify_file
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.schema import KEY_OF, RECORDED_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trial import Seen

KEPT = Path(__file__).resolve().parents[2] / "tests" / "storage" / "upgrades"


def load_script() -> Any:  # noqa: ANN401 - the stand-alone check
    """Return `verify_ledger.py` as a module; it shares nothing with the program."""
    path = resources_folder() / "ledger-verifier" / "verify_ledger.py"
    spec = importlib.util.spec_from_file_location("verify_ledger", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["verify_ledger"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ------------------------------------------------------------------------------------------------- every column


def full_office(folder: Path) -> Path:
    """Make a file with rows in every table: an older one, upgraded, and what came since."""
    database = folder / "full.db"
    database.write_bytes(gzip.decompress((KEPT / "office-v2.db.gz").read_bytes()))
    workspace = make_workspace(database)
    (last,) = _rows(database, "SELECT max(business_date) FROM journal")[0]
    workspace = workspace.on(max(workspace.clock.today(), type(workspace.clock.today()).fromisoformat(last)))
    operator = workspace.queries.operators()[0]

    def told() -> dict[str, Any]:
        return {"operator": operator, "request_id": new_request_id()}

    office_key.new_key(workspace, reason="试验", **told())
    office_key.revoke(workspace, key_id=workspace.queries.public_keys()[0].key_id, reason="试验", **told())
    for place in (1, 2):
        document_number.draw(workspace, kind="publicity-list", subject=f"batch:{place}", title="公示名单", **told())
    number = _rows(database, "SELECT number FROM voucher WHERE status = 'usable' LIMIT 1")[0][0]
    request = Request(operator, new_request_id(), "")
    certificate.print_separately(workspace, numbers=[number], folder=folder / "papers", request=request)
    preparer = next(person for person in workspace.queries.operators() if person.role is Role.PREPARER)
    source = ImportedFile(sha256=hashlib.sha256(b"units").hexdigest(), kind="recipient", name="领用单位.xlsx", rows=1)
    unit = UnitFacts("演示导入单位", demonstration_code("enterprise", 900), "140100")
    recipient.add_all(
        workspace, units=[(unit, "enterprise")], source=source, operator=preparer, request_id=new_request_id()
    )
    workspace.data_file.close()
    return database


def _rows(database: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(str(database))) as connection:
        return list(connection.execute(statement).fetchall())


def tamper(database: Path, statements: Sequence[tuple[Any, ...]]) -> None:
    """Change a file past its triggers, and put them back."""
    with closing(sqlite3.connect(str(database), isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        connection.execute("BEGIN")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement, *values in statements:
            connection.execute(statement, values)
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def columns_of(database: Path) -> list[tuple[str, str, str, Any]]:
    """Return every column of every table with its type, for the first, the middle and the last row."""
    found = []
    for table in (*RECORDED_TABLES, "journal"):
        key = KEY_OF.get(table, "id")
        keys = [row[0] for row in _rows(database, f"SELECT {key} FROM {table} ORDER BY {key}")]  # noqa: S608
        for row in _rows(database, f"PRAGMA table_info({table})"):
            found += [(table, row[1], row[2], one) for one in sorted({keys[0], keys[len(keys) // 2], keys[-1]})]
    return found


def empty_tables(database: Path) -> list[str]:
    """Return the tables whose columns cannot be tried."""
    return [table for table in RECORDED_TABLES if not _rows(database, f"SELECT 1 FROM {table} LIMIT 1")]  # noqa: S608


def change_column(
    sound: bytes, database: Path, one: tuple[str, str, str, Any], checks: dict[str, Callable[[Path], set[Any]]]
) -> list[str]:
    """Change one column of one row; return which check does not name it."""
    table, column, kind, key = one
    key_column = KEY_OF.get(table, "id")
    changed = f"coalesce({column}, 0) + 1000003" if kind == "INTEGER" else f"coalesce({column}, '') || 'x'"
    database.write_bytes(sound)
    tamper(database, [(f"UPDATE {table} SET {column} = {changed} WHERE {key_column} = ?", key)])  # noqa: S608
    named = (table, key + 1_000_003 if (table, column) == ("journal", "seq") else key, column)
    return [f"{name}: {named}" for name, check in checks.items() if named not in check(database)]


def change_columns(folder: Path, size: int, chance: random.Random, script: Any) -> Seen:  # noqa: ANN401
    """Change columns one at a time."""
    database = full_office(folder)
    with closing(sqlite3.connect(str(database))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    empty = empty_tables(database)
    every = [one for one in columns_of(database) if one[0] not in empty] if not empty else []
    chosen = every if size <= 0 or size >= len(every) else chance.sample(every, size)
    sound, missed = database.read_bytes(), []
    checks = {"ledger verify": program_names, "verify_ledger.py": lambda path: script_names(script, path)}
    for one in chosen:
        missed += change_column(sound, folder / "changed.db", one, checks)
    return {"columns_and_rows": len(every), "changed": len(chosen), "empty_tables": empty, "missed": missed}


def program_names(database: Path) -> set[Any]:
    """Return what `ledger verify` names."""
    return {(one.table, one.key, one.column) for one in verify_file(database).findings}


def script_names(script: Any, database: Path) -> set[Any]:  # noqa: ANN401
    """Return what `verify_ledger.py` names."""
    return {(one.table, one.key, one.column) for one in report_of(script, database).findings}


def report_of(script: Any, database: Path, notes: Sequence[Path] = (), key: Path | None = None) -> Any:  # noqa: ANN401
    """Return the report of the stand-alone check."""
    ledger = script.open_ledger(database)
    with closing(ledger.rows):
        keys = [script.read_key(key)] if key else []
        return script.check(ledger, notes=[script.read_note(note) for note in notes], keys=keys)


# ------------------------------------------------------------------------------------------------- five ways


def rebuild(database: Path, seq: int, *, from_copy: Path | None = None) -> None:
    """Edit a reason and rebuild the chain from there, every hash right again."""
    rows = _rows(from_copy or database, f"SELECT {', '.join(CONTENT_COLUMNS)} FROM journal ORDER BY seq")  # noqa: S608
    previous, statements = GENESIS, []
    for row in rows:
        edited = (*row[:9], "改过的理由", *row[10:]) if row[0] == seq else row
        content = (*edited[:-1], previous)
        digests = column_digests(content)
        previous = record_hash(content, digests)
        statement = "UPDATE journal SET reason = ?, previous_hash = ?, column_digests = ?, hash = ? WHERE seq = ?"
        statements.append((statement, content[9], content[13], digests, previous, content[0]))
    tamper(database, statements)


def five_ways(folder: Path, script: Any) -> list[str]:  # noqa: ANN401
    """Try each way; return which are not found, or wrongly named."""
    folder.mkdir()
    office, early, late, key = folder / "office.db", folder / "early.txt", folder / "late.txt", folder / "key.pem"
    make_office(office)
    with opened(office) as workspace:
        number = issue_one(workspace, Money(900))
        signer = workspace.signer()
        signer.export_public_key(signer.public_key(), key)
        checkpoint.write(workspace, file=early)
        early_count = workspace.queries.journal_head()[0]
        workspace.data_file.back_up(folder / "old.db")
        redeem_one(workspace, number, Money(300))
        issue_one(workspace, Money(500))
        checkpoint.write(workspace, file=late)
        count = workspace.queries.journal_head()[0]
        workspace.data_file.back_up(folder / "now.db")
    missed = []

    def judge(way: str, database: Path, *, alone: bool, code: str, first: int) -> None:
        without = report_of(script, database).findings
        found = report_of(script, database, (early, late), key).findings
        if bool(without) != alone:
            missed.append(f"{way} without a checkpoint: {without}")
        if not found or (found[0].code, found[0].key) != (code, first):
            missed.append(f"{way}: {found[:1]}")

    def copied(name: str) -> Path:
        return Path(shutil.copyfile(folder / name, folder / "tried.db"))

    judge_sound = report_of(script, copied("now.db"), (early, late), key)
    missed += [f"untouched: {judge_sound.findings}"] if judge_sound.findings or len(judge_sound.extended) != 2 else []  # noqa: PLR2004
    edited = copied("now.db")
    tamper(edited, [("UPDATE journal SET reason = '改过的理由' WHERE seq = ?", count - 1)])
    judge("edit", edited, alone=True, code="record_changed", first=count - 1)
    edited = copied("now.db")
    rebuild(edited, count - 1)
    judge("edit and rebuild", edited, alone=False, code="rewritten", first=early_count + 1)
    judge("old copy (a tail cut whole)", copied("old.db"), alone=False, code="cut", first=early_count + 1)
    cut = copied("now.db")
    tamper(cut, [("DELETE FROM journal WHERE seq = ?", count)])
    judge("cut tail", cut, alone=True, code="cut", first=count)
    fork = copied("old.db")
    with opened(fork, any_history=True) as workspace:
        for _ in range(4):
            issue_one(workspace, Money(100))
    judge("fork", fork, alone=False, code="rewritten", first=early_count + 1)
    dropped = copied("now.db")
    with closing(sqlite3.connect(str(dropped), isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER transfer_is_never_edited")
    found = report_of(script, dropped).findings
    missed += [] if [one.code for one in found] == ["schema_changed"] else [f"dropped trigger: {found}"]
    return missed


def run(folder: Path, size: int, seed: int) -> Seen:
    """Change columns, then go the five ways."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    script = load_script()
    seen = change_columns(folder, size, chance, script)
    seen["missed"] += five_ways(folder / "ways", script)
    return {**seen, "ways": 6, "failed": judged(seen)}


def judged(seen: Seen) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = [f"missed: {seen['missed']}"] if seen["missed"] else []
    if seen["empty_tables"]:
        reasons.append(f"void: nothing to change in {seen['empty_tables']}")
    return reasons


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=0))
