"""`verify_ledger.py` alone, and beside the program: both say the same of every file, whatever was done to it."""

from __future__ import annotations

import ast
import importlib.util
import json
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from voucher_app.domain.journal import CONTENT_COLUMNS, GENESIS, column_digests, record_hash
from voucher_app.domain.money import Money
from voucher_app.services import checkpoint
from voucher_app.services.ports.errors import StorageError
from voucher_app.settings import resources_folder
from voucher_app.storage.sqlite import backup, migrations
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.header import SCHEMA_VERSION
from voucher_app.storage.sqlite.schema import KEY_OF, RECORDED_TABLES

SCRIPT = resources_folder() / "ledger-verifier" / "verify_ledger.py"
CONTENT = ", ".join(CONTENT_COLUMNS)


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("verify_ledger", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_ledger"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["verify_ledger"]


@pytest.fixture
def desk(busy, busy_template):
    """The busy office with its signing key beside it."""
    for key in busy_template[0].path.parent.glob("*.pem"):
        shutil.copyfile(key, busy.path.with_name(key.name))
    return busy


@pytest.fixture
def kept(desk, tmp_path):
    """What the auditor keeps elsewhere: two checkpoints, the published key, and a copy."""
    folder = tmp_path / "kept"
    folder.mkdir()
    count = desk.queries.journal_head()[0]
    checkpoint.write(desk.workspace, file=folder / "early.txt", seq=count // 2)
    checkpoint.write(desk.workspace, file=folder / "late.txt")
    signer = desk.workspace.signer()
    signer.export_public_key(signer.public_key(), folder / "key.pem")
    desk.workspace.data_file.back_up(folder / "copy.db")
    return folder


def told(script, path, kept=None, **more):
    """Return the report of the script's own check."""
    notes = [script.read_note(kept / name) for name in ("early.txt", "late.txt")] if kept else []
    keys = [script.read_key(kept / "key.pem")] if kept else []
    ledger = script.open_ledger(path)
    with closing(ledger.rows):
        report = script.check(ledger, notes=notes, keys=keys, **more)
    for english in (True, False):
        assert script.lines_of(report, path.name, with_notes=bool(notes), english=english)
    return report


def first(script, path, kept=None):
    found = told(script, path, kept).findings
    return (found[0].code, found[0].key) if found else None


def exported(desk, tmp_path):
    file = tmp_path / "ledger.jsonl"
    file.unlink(missing_ok=True)
    desk.workspace.data_file.export(file)
    return file


# ------------------------------------------------------------------------------------------- alone


def test_it_needs_nothing_but_the_standard_library_of_python_3_9():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {(one.module if isinstance(one, ast.ImportFrom) else one.names[0].name).split(".")[0] for one in imports}
    assert names <= sys.stdlib_module_names


def test_it_knows_the_schema_of_every_released_version(script):
    """When a version is added, its digest is added to the script's `RELEASED` (and to `RELEASED_DIGESTS`)."""
    assert {
        version: migrations.digest_of_version(version) for version in range(1, SCHEMA_VERSION + 1)
    } == script.RELEASED


def test_an_office_with_everything_in_it_is_as_it_should_be_in_both_forms(script, desk, kept, tmp_path):
    desk.close()
    before = desk.path.read_bytes()
    for path in (desk.path, exported(desk, tmp_path), kept / "copy.db"):
        report = told(script, path, kept)
        assert report.findings == []
        assert (report.records, report.head) == desk.queries.journal_head()
        assert len(report.extended) == 2
    desk.close()
    assert desk.path.read_bytes() == before


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_file_of_an_older_version_is_held_against_that_version(script, version, tmp_path):
    import gzip

    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress((Path(__file__).parent / "upgrades" / f"office-v{version}.db.gz").read_bytes()))
    assert told(script, path).findings == []
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER transfer_is_never_edited")
    assert first(script, path) == ("schema_changed", None)


def test_it_runs_alone_and_says_in_chinese_first_what_it_found(desk, kept, tmp_path):
    script = tmp_path / "verify_ledger.py"
    shutil.copyfile(SCRIPT, script)

    def run(*words):
        done = subprocess.run([sys.executable, "-I", "-S", script, *map(str, words)], capture_output=True, check=False)
        return done.returncode, (done.stdout + done.stderr).decode()

    desk.close()
    notes = ("--checkpoint", kept / "late.txt", "--key", kept / "key.pem")
    code, said = run(desk.path, *notes)
    assert (code, "完好" in said, "注意" in said) == (0, True, False)
    code, said = run(desk.path)
    assert (code, "未给出封账凭证" in said) == (0, True)
    code, said = run(desk.path, "--checkpoint", kept / "late.txt")
    assert (code, "未给出公钥" in said) == (0, True)
    desk.tamper("UPDATE voucher SET face_fen = face_fen + 1 WHERE id = 2")
    code, said = run(desk.path, *notes)
    assert (code, "voucher 2 的 face_fen 栏被改动" in said) == (1, True)
    code, said = run(desk.path, *notes, "--lang", "en")
    assert (code, "voucher 2, column face_fen, was changed" in said) == (1, True)
    for nothing in (tmp_path / "none.db", kept / "key.pem", tmp_path):
        assert run(nothing)[0] == 2
    assert run(desk.path, "--checkpoint", kept / "key.pem")[0] == 2
    assert run(desk.path, "--checkpoint", kept / "late.txt", "--key", kept / "late.txt")[0] == 2


# ------------------------------------------------------------------------------------------- the insider's five ways


def rebuilt(desk, edit, since=1):
    """Rewrite the journal, every hash right again, as an insider with this program's source would."""
    with desk.shell() as connection:
        rows = connection.execute(f"SELECT {CONTENT} FROM journal ORDER BY seq").fetchall()  # noqa: S608
    previous, statements = GENESIS, []
    for row in rows:
        content = (*edit(row)[:-1], previous)
        digests = column_digests(content)
        previous = record_hash(content, digests)
        changed = "reason = ?, changes = ?, previous_hash = ?, column_digests = ?, hash = ?"
        statement = f"UPDATE journal SET {changed} WHERE seq = ?"  # noqa: S608
        statements.append((statement, content[9], content[11], content[13], digests, previous, content[0]))
    desk.tamper(*statements)


def test_one_a_plain_edit_is_found_with_and_without_a_checkpoint(script, desk, kept):
    count = desk.queries.journal_head()[0]
    desk.tamper(("UPDATE journal SET reason = reason || 'x' WHERE seq = ?", count // 2))
    assert first(script, desk.path) == first(script, desk.path, kept) == ("record_changed", count // 2)


def test_two_a_rebuilt_journal_is_found_by_a_checkpoint_and_its_first_record_by_a_copy(script, desk, kept):
    count = desk.queries.journal_head()[0]
    place = count // 2 + 3
    rebuilt(desk, lambda row: (*row[:9], "另一理由", *row[10:]) if row[0] == place else row)
    assert first(script, desk.path) is None, "it fits itself"
    report = told(script, desk.path, kept)
    (found,) = report.findings
    assert (found.code, found.key, found.expected) == ("rewritten", count // 2 + 1, count)
    assert report.extended == [("early.txt", count // 2)]
    copy = script.open_ledger(kept / "copy.db")
    with closing(copy.rows):
        (found,) = told(script, desk.path, other=copy).findings
    assert (found.code, found.key, found.column) == ("other_history", place, "reason")


def test_three_a_cut_tail_is_found_by_a_checkpoint(script, desk, kept):
    """The last act and what it wrote are taken out; then everything fits itself."""
    with desk.shell() as connection:
        (last,) = connection.execute("SELECT max(seq) FROM journal").fetchone()
    desk.tamper(("DELETE FROM journal WHERE seq = ?", last))
    assert first(script, desk.path, kept) == ("cut", last)


def test_four_an_old_copy_is_found_by_a_checkpoint(script, desk, kept, tmp_path):
    desk.issue()
    desk.redeemed(desk.numbers[0], Money.yuan(1))
    count = desk.queries.journal_head()[0]
    later = tmp_path / "later.txt"
    checkpoint.write(desk.workspace, file=later)
    shutil.move(later, kept / "late.txt")
    old = kept / "copy.db"
    assert first(script, old) is None
    code, key = first(script, old, kept)
    assert (code, key <= count) == ("cut", True)


def test_five_a_fork_is_found_by_a_checkpoint(script, desk, kept, tmp_path):
    """Two histories from one copy: the one that the checkpoint is not of, though it grew longer."""
    import dataclasses

    from voucher_app.app import make_workspace

    fork = tmp_path / "fork.db"
    shutil.copyfile(kept / "copy.db", fork)
    desk.redeemed(desk.numbers[0], Money.yuan(1))
    checkpoint.write(desk.workspace, file=tmp_path / "after.txt")
    shutil.move(tmp_path / "after.txt", kept / "late.txt")
    other = dataclasses.replace(desk, path=fork)
    other.workspace = make_workspace(fork, on=desk.today, any_history=True)
    for _ in range(2):
        other.redeemed(desk.numbers[0], Money.yuan(1))
    other.close()
    assert first(script, fork) is None
    assert first(script, fork, kept)[0] == "rewritten"


def test_dropped_triggers_are_found_in_a_file_and_in_its_export(script, desk, tmp_path):
    with desk.shell() as connection:
        connection.execute("DROP TRIGGER account_changes_by_transfers")
    assert first(script, desk.path) == first(script, exported(desk, tmp_path)) == ("schema_changed", None)


def test_the_kind_of_an_index_that_sqlite_made_is_looked_at(script, desk):
    """As a flipped byte showed: there is no statement beside it that the digest could cover."""
    desk.close()
    content = desk.path.read_bytes()
    desk.path.write_bytes(content.replace(b"indexsqlite_autoindex_voucher_1", b"indeXsqlite_autoindex_voucher_1"))
    assert desk.path.read_bytes() != content
    assert first(script, desk.path) == ("schema_changed", None)


@pytest.mark.parametrize("column", ["type", "sql"])
def test_bytes_where_the_schema_has_a_text_are_looked_at(script, desk, column):
    desk.close()
    with closing(sqlite3.connect(desk.path)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        told = f"UPDATE sqlite_schema SET {column} = CAST({column} AS BLOB) WHERE name = 'journal_is_never_edited'"  # noqa: S608 - ours
        connection.execute(told)
        connection.commit()
    assert first(script, desk.path) == ("schema_changed", None)


def test_a_checkpoint_that_was_changed_or_is_of_another_ledger_is_told(script, desk, kept):
    late = kept / "late.txt"
    content = late.read_bytes()
    origin, count, rest = content.split(b"\n", 2)
    for changed in (
        b"\n".join((origin, b"%d" % (int(count) - 1), rest)),
        content.replace(origin, origin[:-1] + (b"1" if origin.endswith(b"0") else b"0")),
    ):
        late.write_bytes(changed)
        assert first(script, desk.path, kept)[0] == "note_signature"
    late.write_bytes(content)
    desk.tamper("UPDATE office SET file_id = 'another'")
    assert "note_origin" in {one.code for one in told(script, desk.path, kept).findings}


# ------------------------------------------------------------------------------------------- exports


def test_every_kind_of_change_to_an_export_is_told(script, desk, kept, tmp_path):
    file = exported(desk, tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    voucher = next(place for place, line in enumerate(lines) if b'"table":"voucher"' in line) + 1
    row = json.loads(lines[voucher])

    def judged(changed):
        file.write_bytes(b"".join(changed))
        try:
            return first(script, file, kept)
        except script.Unusable as refused:
            return refused.code

    assert judged(lines) is None
    edited = [*lines]
    edited[voucher] = json.dumps([*row[:8], row[8] + 1, *row[9:]]).encode() + b"\n"
    assert judged(edited) == ("row_changed", row[0])
    for gone in (lines[:-1], lines[: voucher + 1], [*lines[:voucher], *lines[voucher + 1 :]], [*lines, b"[]\n"]):
        assert judged(gone) == "unreadable"
    hostile = json.dumps({"table": "x; DROP TABLE voucher", "columns": [["id", None]]}).encode() + b"\n"
    assert judged([*lines[:1], hostile, *lines[1:]]) == "unreadable"
    assert judged([lines[0].replace(b'"schema_version":', b'"schema_version":9'), *lines[1:]]) == ("newer", None)


def test_an_export_is_never_written_over_a_file_and_leaves_nothing_when_it_fails(desk, tmp_path):
    file = exported(desk, tmp_path)
    with pytest.raises(StorageError, match="exists"):
        desk.workspace.data_file.export(file)
    with pytest.raises(StorageError, match="folder_missing"):
        desk.workspace.data_file.export(tmp_path / "none" / "x")
    assert not list(tmp_path.glob("*.partial"))


# ------------------------------------------------------------------------------------------- both say the same


def corpus(desk):
    """Return damages, each as what is done to the file and (table, key) of what is named, where that is one row."""
    found = []
    with desk.shell() as connection:
        for place, table in enumerate((*RECORDED_TABLES, "journal")):
            columns = [(row[1], row[2]) for row in connection.execute(f"PRAGMA table_info({table})")]
            column, kind = columns[1 + place % (len(columns) - 1)]
            key = KEY_OF.get(table, "id")
            keys = [row[0] for row in connection.execute(f"SELECT {key} FROM {table} ORDER BY {key}")]  # noqa: S608
            chosen = keys[place % len(keys)]
            value = f"coalesce({column}, 0) + 7" if kind == "INTEGER" else f"coalesce({column}, '') || 'x'"
            found.append(((f"UPDATE {table} SET {column} = {value} WHERE {key} = {chosen}",), (table, chosen)))  # noqa: S608
            if place % 3 == 0:
                found.append(((f"DELETE FROM {table} WHERE {key} = {chosen}",), None))  # noqa: S608
    found.append((("DROP TRIGGER transfer_is_never_edited",), None))
    found.append((("CREATE TABLE notes (id INTEGER PRIMARY KEY)",), None))
    found.append((("UPDATE journal SET changes = '[' WHERE seq = 5",), ("journal", 5)))
    found.append((("UPDATE voucher SET sequence = -3 WHERE id = 1",), ("voucher", 1)))
    return found


def test_program_and_script_say_the_same_of_every_damaged_file(script, desk, tmp_path):
    desk.close()
    sound = desk.path.read_bytes()
    differ = []
    for place, (statements, named) in enumerate([((), None), *corpus(desk)]):
        desk.close()
        desk.path.write_bytes(sound)
        # Rows are changed past the triggers, which are put back; a statement on the schema stays as it is.
        desk.tamper(*[one for one in statements if one.split()[0] in {"UPDATE", "DELETE"}])
        with desk.shell() as connection:
            for one in statements:
                if one.split()[0] in {"DROP", "CREATE"}:
                    connection.execute(one)
        program = backup.verify_file(desk.path).findings
        mine = told(script, desk.path).findings
        # Reading an export takes three times as long as reading the file.
        text = told(script, exported(desk, tmp_path)).findings if place % 4 == 0 else mine
        if not bool(program) == bool(mine) == bool(text) == bool(statements):
            differ.append((statements, program, mine, text))
        elif named:
            all_named = [{(one.table, one.key) for one in findings} for findings in (program, mine, text)]
            differ += [(statements, named, found) for found in all_named if named not in found]
    assert differ == []


def test_a_page_of_noise_is_told_by_both_and_never_a_crash(script, desk):
    desk.close()
    sound = desk.path.read_bytes()
    pages = len(sound) // 4096
    for page in range(0, pages, max(1, pages // 12)):
        data = bytearray(sound)
        data[page * 4096 : (page + 1) * 4096] = bytes(255 - byte for byte in data[page * 4096 : (page + 1) * 4096])
        desk.path.write_bytes(data)
        try:
            program = bool(backup.verify_file(desk.path).findings)
        except StorageError:
            program = True
        try:
            mine = bool(told(script, desk.path).findings)
        except script.Unusable:
            mine = True
        assert (page, mine) == (page, program)
