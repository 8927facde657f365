"""A real file of each older version is opened: proved, copied, upgraded, proved again; or left as it is."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import certificate, office_key, redemption, voucher
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import new_request_id
from voucher_app.storage.sqlite import backup
from voucher_app.storage.sqlite import upgrade as upgrading
from voucher_app.storage.sqlite.backup import verify_file
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.data_file import SqliteDataFile
from voucher_app.storage.sqlite.header import SCHEMA_VERSION
from voucher_app.storage.sqlite.images import NO_CONSTANT, _constant
from voucher_app.storage.sqlite.schema import RECORDED_TABLES, RELEASED_DIGESTS

ROOT = Path(__file__).resolve().parents[2]
OLDER = range(1, SCHEMA_VERSION)
FILES = {
    version: gzip.decompress((Path(__file__).parent / "upgrades" / f"office-v{version}.db.gz").read_bytes())
    for version in OLDER
}
"""By version, a file that the program of that version made, with something in every state it knew."""
KEPT = FILES[1]
LAST_DAY = date(2026, 11, 12)
"""A day not before the last act in any kept file; that of the last act in the one of version 1."""


def kept_file(tmp_path, version):
    path = tmp_path / "old" / "office.db"
    path.parent.mkdir()
    path.write_bytes(FILES[version])
    return path


@pytest.fixture
def old(tmp_path):
    """A copy of the kept file of version 1, in a folder of its own: every migration runs on it."""
    return kept_file(tmp_path, 1)


@pytest.fixture(params=OLDER)
def older(request, tmp_path):
    """A copy of a kept file of each version."""
    return kept_file(tmp_path, request.param)


@pytest.fixture
def upgraded(old):
    """The path of a file that was upgraded."""
    SqliteDataFile.open(old, {}).close()
    return old


def rows(path, sql, *values):
    with closing(sqlite3.connect(str(path), isolation_level=None)) as connection:
        return connection.execute(sql, values).fetchall()


def columns_of(path):
    tables = [name for (name,) in rows(path, "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {table: [row[1] for row in rows(path, f"PRAGMA table_info({table})")] for table in tables}


COLUMNS_OF = {}
"""By version, its tables and columns, read from the kept file once."""
OLD_COLUMNS = {}
"""Those of version 1."""


@pytest.fixture(autouse=True, scope="module")
def _old_columns(tmp_path_factory):
    for version, kept in FILES.items():
        path = tmp_path_factory.mktemp("kept") / "office.db"
        path.write_bytes(kept)
        COLUMNS_OF[version] = columns_of(path)
    OLD_COLUMNS.update(COLUMNS_OF[1])


def facts(path, version=1):
    """Return everything that a version knew, without what an upgrade from it adds to the file's own story."""
    only = {
        "_sqlite_migrations": f"WHERE id <= {version}",
        "journal": "WHERE action <> 'file.upgrade'",
    }
    return {
        table: rows(path, f"SELECT {', '.join(columns)} FROM {table} {only.get(table, '')} ORDER BY 1")  # noqa: S608 - our own names
        for table, columns in COLUMNS_OF[version].items()
    }


def tamper(path, *statements):
    """Change a file behind the program's back: triggers dropped, and put back afterwards."""
    with closing(sqlite3.connect(str(path), isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        connection.execute("BEGIN")
        for name, _sql in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)
        for _name, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")


def refusal(path, *, patience_seconds=0.05):
    with pytest.raises(StorageError) as refused:
        SqliteDataFile.open(path, {}, patience_seconds=patience_seconds)
    return refused.value


def spoil(monkeypatch):
    """Let the migration forget a trigger."""
    migrate = upgrading.migrate

    def and_forgets(connection):
        applied = migrate(connection)
        connection.execute("DROP TRIGGER organisation_keeps_its_key")
        return applied

    monkeypatch.setattr(upgrading, "migrate", and_forgets)


def names(path):
    return sorted(file.name for file in path.parent.iterdir() if not file.name.endswith(("-wal", "-shm")))


# ------------------------------------------------------------------------------------------- what it does


def test_a_file_of_an_older_version_is_upgraded_when_it_is_opened_and_says_what_it_said(older):
    version = verify_file(older).schema_version
    before, head = facts(older, version), verify_file(older).head
    opened = SqliteDataFile.open(older, {})
    made = opened.upgrade
    opened.close()
    assert (made.from_version, made.to_version) == (version, SCHEMA_VERSION)
    assert made.backup == older.with_name("office.before-v4.db")
    verified = verify_file(older)
    assert (verified.findings, verified.schema_version) == ([], SCHEMA_VERSION)
    assert facts(older, version) == before
    kept = verify_file(made.backup)
    assert (kept.findings, kept.schema_version, kept.head) == ([], version, head)
    assert facts(made.backup, version) == before
    assert names(older) == ["office.before-v4.db", "office.db"]


@pytest.mark.parametrize("version", OLDER)
def test_the_kept_file_of_a_version_is_one_of_that_version(tmp_path, version):
    path = kept_file(tmp_path, version)
    verified = verify_file(path)
    assert (verified.findings, verified.schema_version, verified.is_of_older_version) == ([], version, True)
    assert version in RELEASED_DIGESTS


@pytest.mark.parametrize("version", [2, 3])
def test_an_upgrade_takes_after_images_of_the_rows_that_its_own_migrations_changed_and_of_no_others(tmp_path, version):
    """From version 2 on, nothing but the file's own story is written: balances were counted already."""
    path = kept_file(tmp_path, version)
    SqliteDataFile.open(path, {}).close()
    ((changes, result),) = rows(path, "SELECT changes, result FROM journal WHERE action = 'file.upgrade'")
    assert set(json.loads(changes)) == {"_sqlite_migrations"}
    assert json.loads(result) == list(range(version + 1, SCHEMA_VERSION + 1))


def test_the_file_itself_tells_its_new_version_at_once(upgraded):
    assert int.from_bytes(upgraded.read_bytes()[60:64], "big") == SCHEMA_VERSION


def test_every_reference_of_a_rebuilt_table_names_a_table_that_is_there(upgraded):
    tables = set(columns_of(upgraded))
    named = {(table, row[2]) for table in tables for row in rows(upgraded, f"PRAGMA foreign_key_list({table})")}
    assert {("voucher", "application"), ("voucher", "provider"), ("further_invoice", "redemption")} <= named
    assert {target for _table, target in named} <= tables
    assert not [name for name in tables if "rebuilt" in name]


def test_the_upgrade_is_recorded_under_the_system_administrator_with_what_it_wrote(upgraded):
    last = rows(
        upgraded,
        """SELECT action, operator_name, reason, business_date, changes, result FROM journal
           WHERE seq = (SELECT max(seq) FROM journal)""",
    )
    ((action, operator, reason, day, changes, result),) = last
    assert (action, operator, day) == ("file.upgrade", "钱系统", LAST_DAY.isoformat())
    assert reason == "v1 → v4 (office.before-v4.db)"
    image = json.loads(changes)["_sqlite_migrations"]
    assert image["rows"] == [list(row) for row in rows(upgraded, "SELECT * FROM _sqlite_migrations WHERE id > 1")]
    assert json.loads(result) == [2, 3, 4]


def test_an_office_without_an_administrator_records_it_under_its_first_person(old):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE operator (id, name, role)")
        connection.executemany("INSERT INTO operator VALUES (?, ?, ?)", [(2, "乙", "auditor"), (1, "甲", "preparer")])
        assert upgrading._responsible(connection).name == "甲"
        connection.execute("INSERT INTO operator VALUES (3, '丙', ?)", (Role.SYSTEM_ADMIN,))
        assert upgrading._responsible(connection).name == "丙"


def test_an_upgraded_file_is_opened_like_any_other(upgraded):
    head = verify_file(upgraded).head
    opened = SqliteDataFile.open(upgraded, {})
    assert opened.upgrade is None
    opened.close()
    assert verify_file(upgraded).head == head
    assert names(upgraded) == ["office.before-v4.db", "office.db"]


def test_acts_go_on_after_the_upgrade(older):
    old = older
    ((money,),) = rows(old, "SELECT outstanding_fen FROM budget_year WHERE id = 2026")
    ((last,),) = rows(old, "SELECT max(sequence) FROM voucher WHERE year = 2026")
    workspace = make_workspace(old, on=LAST_DAY)
    preparer, reviewer = workspace.queries.operators()[:2]
    issued = voucher.issue(workspace, application_ids=None, operator=preparer, request_id=new_request_id())
    assert [one.number.sequence for one in issued] == [last + place for place in range(1, len(issued) + 1)]
    assert issued
    claim_facts = ClaimFacts(
        voucher_number=str(issued[0].number),
        amount=Money.yuan(100),
        invoice_number="26140000000000009999",
        invoice_amount=Money.yuan(100_000),
        invoiced_on=LAST_DAY,
    )
    claim = redemption.claim(workspace, facts=claim_facts, operator=preparer, request_id=new_request_id())
    redemption.verify(workspace, redemption_id=claim.id, approved=None, operator=reviewer, request_id=new_request_id())
    old_number = rows(old, "SELECT number FROM voucher WHERE status = 'partly-used' ORDER BY id LIMIT 1")[0][0]
    voucher.freeze(workspace, number=old_number, reason="核查", operator=reviewer, request_id=new_request_id())
    face = sum(one.face.fen for one in issued)
    assert workspace.queries.year_money(2026).outstanding.fen == money + face - 10_000
    assert workspace.data_file.verify().findings == []
    workspace.data_file.close()


def test_papers_of_vouchers_from_before_the_upgrade_are_signed_and_verified(old, in_english):
    """Number, face, days and the journal's head of the issuance are what they were; only the key file is not here."""
    workspace = make_workspace(old, on=LAST_DAY)
    preparer = workspace.queries.operators()[0]
    numbers = [row[0] for row in rows(old, "SELECT number FROM voucher WHERE status = 'usable' LIMIT 2")]
    with pytest.raises(StorageError) as refused:
        certificate.facts_of(workspace, numbers)
    assert refused.value.code == "key_missing"
    office_key.new_key(workspace, reason="随旧机丢失", operator=preparer, request_id=new_request_id())
    verdicts = [certificate.verify_text(workspace, one.qr_text) for one in certificate.facts_of(workspace, numbers)]
    assert [verdict.verdict for verdict in verdicts] == ["valid", "valid"]
    assert workspace.data_file.verify().findings == []
    workspace.data_file.close()


def test_the_last_transfer_of_version_1_is_not_counted_again(upgraded):
    """Every balance was counted by the older program; a shell cannot count the newest transfer once more."""
    ((last, debit, credit, fen),) = rows(
        upgraded, "SELECT id, debit_id, credit_id, amount_fen FROM transfer ORDER BY id DESC LIMIT 1"
    )
    assert rows(upgraded, "SELECT count(*) FROM account WHERE last_transfer_id > 0") == [(2,)]
    moved = f"balance_fen = balance_fen + CASE id WHEN {debit} THEN -{fen} ELSE {fen} END, last_transfer_id = {last}"
    changes = [
        ("account", moved, debit),
        ("account", moved, credit),
        ("budget_year", f"payable_fen = payable_fen - {fen}, outstanding_fen = outstanding_fen + {fen}", 2026),
        ("voucher", f"redeemed_fen = redeemed_fen - {fen}", credit // 8),
    ]
    for table, change, key in changes:
        with pytest.raises(sqlite3.IntegrityError, match="transfers only"):
            rows(upgraded, f"UPDATE {table} SET {change} WHERE id = {key}")  # noqa: S608 - our own names
    assert verify_file(upgraded).findings == []


# ------------------------------------------------------------------------------------------- what it refuses


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE organisation SET phone = 'x' WHERE id = 3", "phone"),
        ("UPDATE account SET balance_fen = balance_fen + 1 WHERE id = 16209", "balance_fen"),
        ("UPDATE journal SET reason = 'x' WHERE seq = 7", "reason"),
        ("DELETE FROM facility WHERE id = 2", "facility"),
    ],
)
def test_a_file_that_does_not_verify_is_left_as_it_is(old, in_english, statement, word):
    tamper(old, statement)
    before = old.read_bytes()
    refused = refusal(old)
    assert refused.code == "upgrade_refused"
    assert refused.path == str(old)
    assert word in refused.detail
    assert "Finding(" not in refused.detail
    assert old.read_bytes() == before
    assert names(old) == ["office.db"]


def test_a_file_whose_triggers_were_dropped_is_left_as_it_is(old):
    with closing(sqlite3.connect(str(old))) as connection:
        connection.execute("DROP TRIGGER transfer_is_never_edited")
    assert refusal(old).code == "upgrade_refused"
    assert names(old) == ["office.db"]


def test_a_file_that_changed_after_its_copy_was_made_is_proved_again(old):
    with closing(sqlite3.connect(str(old), isolation_level=None)) as source:
        backup.copy(source, old.with_name("office.before-v4.db"))
    tamper(old, "UPDATE organisation SET phone = 'x' WHERE id = 3")
    assert refusal(old).code == "upgrade_refused"


def test_a_version_that_was_never_released_is_told(old):
    with closing(sqlite3.connect(str(old))) as connection:
        connection.execute("PRAGMA user_version=0")
    assert refusal(old).code == "older"
    with pytest.raises(StorageError) as refused:
        verify_file(old)
    assert refused.value.code == "older"


def test_a_newer_version_is_told_also_while_only_the_log_knows(old):
    with closing(sqlite3.connect(str(old), isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("PRAGMA user_version=99")
        assert int.from_bytes(old.read_bytes()[60:64], "big") == 1
        assert refusal(old).code == "newer"


def test_a_file_that_nobody_may_write_is_left_as_it_is(old):
    old.chmod(0o444)
    assert refusal(old).code == "read_only"
    old.chmod(0o644)
    assert old.read_bytes() == KEPT


def test_a_file_that_another_program_has_open_is_left_as_it_is(old):
    """A program of version 1 would go on writing rows of the old form, so it has to be closed first."""
    with closing(sqlite3.connect(str(old), isolation_level=None)) as other:
        other.execute("SELECT count(*) FROM voucher").fetchone()
        assert refusal(old).code == "locked"
        assert names(old) == ["office.db"]
    opened = SqliteDataFile.open(old, {})
    assert opened.upgrade is not None
    opened.close()


def test_a_disk_that_cannot_take_the_copy_leaves_the_file_as_it_is(old, monkeypatch):
    def fail(_path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "make_durable", fail)
    assert refusal(old).code == "disk_full"
    assert verify_file(old).schema_version == 1
    assert names(old) == ["office.db"]


def test_an_upgrade_whose_outcome_does_not_verify_is_rolled_back(old, monkeypatch):
    spoil(monkeypatch)
    assert refusal(old).code == "upgrade_failed"
    monkeypatch.undo()
    verified = verify_file(old)
    assert (verified.findings, verified.schema_version) == ([], 1)


# ------------------------------------------------------------------------------------------- the copy beside it


def test_a_file_of_the_copys_name_is_never_replaced(old):
    theirs = old.with_name("office.before-v4.db")
    theirs.write_text("mine", encoding="utf-8")
    opened = SqliteDataFile.open(old, {})
    opened.close()
    assert theirs.read_text(encoding="utf-8") == "mine"
    assert opened.upgrade.backup == old.with_name("office.before-v4-2.db")
    assert verify_file(opened.upgrade.backup).findings == []


def test_the_copy_of_an_earlier_try_is_used_again(old, monkeypatch):
    spoil(monkeypatch)
    assert refusal(old).code == "upgrade_failed"
    monkeypatch.undo()
    opened = SqliteDataFile.open(old, {})
    opened.close()
    assert opened.upgrade.backup == old.with_name("office.before-v4.db")
    assert names(old) == ["office.before-v4.db", "office.db"]


def test_a_copy_of_other_records_is_not_taken_for_the_copy(old):
    """The file went on after its copy was made: another copy is needed."""
    earlier = old.with_name("office.before-v4.db")
    earlier.write_bytes(KEPT)
    tamper(
        earlier,
        "UPDATE journal SET hash = 'x' || substr(hash, 2) WHERE seq = (SELECT max(seq) FROM journal)",
    )
    opened = SqliteDataFile.open(old, {})
    opened.close()
    assert opened.upgrade.backup == old.with_name("office.before-v4-2.db")


# ------------------------------------------------------------------------------------------- several at once


def test_of_several_programs_that_open_the_file_at_once_one_upgrades_it(old):
    def open_it(_place):
        opened = SqliteDataFile.open(old, {}, patience_seconds=20)
        opened.close()
        return opened.upgrade is not None

    with ThreadPoolExecutor(4) as pool:
        did = list(pool.map(open_it, range(4)))
    assert did.count(True) == 1
    assert rows(old, "SELECT count(*) FROM journal WHERE action = 'file.upgrade'") == [(1,)]
    assert verify_file(old).findings == []
    assert names(old) == ["office.before-v4.db", "office.db"]


def test_commands_that_are_called_at_once_all_answer_and_one_upgrades(old):
    call = [sys.executable, "main.py", "--database", str(old), "--json", "year", "show", "2026"]
    running = [
        subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert len({out for out, _err in said}) == 1
    assert [bool(err) for _out, err in said].count(True) == 1, "the one that upgraded says so beside its answer"
    assert rows(old, "SELECT count(*) FROM journal WHERE action = 'file.upgrade'") == [(1,)]


# ------------------------------------------------------------------------------------------- interrupted


@pytest.mark.long
def test_an_upgrade_that_fails_at_any_statement_leaves_the_old_file(older, monkeypatch):
    """SQLite is interrupted at one statement after the other; a file that was upgraded all the same is whole."""
    old, open_alone = older, upgrading.open_alone
    version = verify_file(old).schema_version
    before = facts(old, version)
    at, refused = 0, 0
    while True:
        seen = iter(range(10_000))

        def watched(path, at=at, seen=seen):
            connection = open_alone(path)
            connection.set_trace_callback(lambda _sql: connection.interrupt() if next(seen) == at else None)
            return connection

        monkeypatch.setattr(upgrading, "open_alone", watched)
        try:
            SqliteDataFile.open(old, {}).close()
        except StorageError:
            refused += 1
            assert verify_file(old).schema_version == version, at
        else:
            assert verify_file(old).schema_version == SCHEMA_VERSION, at
            if next(seen) <= at:
                break  # past the last statement
            old.write_bytes(FILES[version])
        assert verify_file(old).findings == [], at
        at += 21
    assert refused > 12
    assert facts(old, version) == before


# ------------------------------------------------------------------------------------------- old after-images

NEW_COLUMNS = [
    ("office", "small_office", "1"),
    ("operator", "status", "'locked'"),
    ("policy", "drafted_by", "1"),
    ("policy", "published_by", "2"),
    ("organisation", "group_code", "'G'"),
    ("organisation", "bank_name", "'B'"),
    ("organisation", "account_name", "'A'"),
    ("provider", "checked_by", "1"),
    ("provider", "publicity_until", "'2026-01-01'"),
    ("application", "corrections", "1"),
    ("application", "granted_fen", "1"),
    ("application", "contract_until", "''"),
    ("redemption", "derivation", "'x'"),
    ("redemption", "paid_fen", "0"),
    ("redemption", "supporting_services_fen", "7"),
]


@pytest.mark.parametrize(("table", "column", "value"), NEW_COLUMNS)
def test_a_new_column_of_an_old_row_that_was_changed_by_hand_is_found(upgraded, table, column, value):
    key = rows(upgraded, f"SELECT max(id) FROM {table}")[0][0]  # noqa: S608 - our own names
    assert column not in OLD_COLUMNS[table]
    tamper(upgraded, f"UPDATE {table} SET {column} = {value} WHERE id = {key}")  # noqa: S608 - our own names
    changed = [(one.code, one.table, one.key, one.column) for one in verify_file(upgraded).findings]
    assert changed == [("row_changed", table, key, column)]


def test_an_old_column_of_an_old_row_is_still_compared(upgraded):
    tamper(upgraded, "UPDATE application SET contract_key = 'x' WHERE id = 3")
    changed = [(one.code, one.table, one.key, one.column) for one in verify_file(upgraded).findings]
    assert changed == [("row_changed", "application", 3, "contract_key")]


def test_a_column_that_the_journal_names_and_the_table_lacks_is_found(upgraded):
    tamper(upgraded, "ALTER TABLE organisation DROP COLUMN legal_representative")
    found = [(one.code, one.table, one.column) for one in verify_file(upgraded).findings]
    assert ("schema_changed", "sqlite_schema", "sql") in found
    assert ("column_missing", "organisation", "legal_representative") in found


def test_a_table_that_the_journal_names_and_the_file_lacks_is_found(upgraded):
    with closing(sqlite3.connect(str(upgraded), isolation_level=None)) as connection:
        connection.execute("DROP TABLE facility")
    found = {(one.code, one.table) for one in verify_file(upgraded).findings}
    assert {("schema_changed", "sqlite_schema"), ("unknown_table", "facility")} <= found


@pytest.mark.parametrize(
    ("sql", "value"),
    [(None, None), ("NULL", None), ("0", 0), ("-5", -5), ("''", ""), ("'it''s'", "it's"), ("'active'", "active")],
)
def test_a_constant_default_is_read(sql, value):
    assert _constant(sql) == value


@pytest.mark.parametrize("sql", ["random()", "CURRENT_TIME", "1.5", "x'00'", "'", "-"])
def test_a_default_that_is_no_constant_equals_nothing(sql):
    assert _constant(sql) is NO_CONSTANT


def test_every_column_that_came_since_version_1_has_a_constant_default(upgraded):
    for table in RECORDED_TABLES:
        for row in rows(upgraded, f"PRAGMA table_info({table})"):
            if table in OLD_COLUMNS and row[1] not in OLD_COLUMNS[table]:
                assert _constant(row[4]) is not NO_CONSTANT, (table, row[1])


def test_columns_are_only_ever_added_at_the_end(upgraded):
    new = columns_of(upgraded)
    assert {table: new[table][: len(columns)] for table, columns in OLD_COLUMNS.items()} == OLD_COLUMNS


# ------------------------------------------------------------------------------------------- old backups


def test_a_backup_of_version_1_is_sound_restored_as_it_is_and_upgraded_when_opened(old, tmp_path):
    target = tmp_path / "office.db"
    verified, replaced = backup.restore(old, target, patience_seconds=0.1)
    assert (verified.findings, verified.schema_version, replaced) == ([], 1, None)
    assert verify_file(target).schema_version == 1
    assert facts(target) == facts(old)
    opened = SqliteDataFile.open(target, {})
    opened.close()
    assert opened.upgrade.from_version == 1
    assert verify_file(target).findings == []


def test_a_broken_backup_of_version_1_is_not_restored(old, tmp_path, in_english):
    tamper(old, "UPDATE voucher SET face_fen = face_fen + 1 WHERE id = 2")
    with pytest.raises(StorageError) as refused:
        backup.restore(old, tmp_path / "office.db", patience_seconds=0.1)
    assert refused.value.code == "backup_broken"
    assert "face_fen" in refused.value.detail
    assert "Finding(" not in refused.value.detail
    assert not (tmp_path / "office.db").exists()
