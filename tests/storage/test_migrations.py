"""How a file reaches today's schema: all or nothing, twice the same, triggers from one list."""

from __future__ import annotations

from contextlib import closing

import pytest

from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.header import APPLICATION_ID, SCHEMA_VERSION
from voucher_app.storage.sqlite.migrations import expected_schema_digest, migrate, schema_digest
from voucher_app.storage.sqlite.schema import RECORDED_TABLES, digest, triggers


@pytest.fixture
def fresh():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield connection


def test_an_empty_file_reaches_todays_schema(fresh):
    fresh.execute("BEGIN")
    assert migrate(fresh) == [1, 2, 3, 4]
    fresh.execute("COMMIT")
    assert fresh.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert fresh.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert schema_digest(fresh) == expected_schema_digest()


def test_a_migrated_file_is_left_as_it_is_and_mends_its_triggers(busy):
    with busy.shell() as connection:
        connection.execute("DROP TRIGGER transfer_is_never_edited")
        connection.execute("BEGIN")
        assert migrate(connection) == []
        connection.execute("COMMIT")
    assert busy.verified() == []


def test_a_migration_is_all_or_nothing(fresh):
    fresh.execute("BEGIN")
    migrate(fresh)
    fresh.execute("ROLLBACK")
    assert fresh.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    with pytest.raises(AssertionError):
        migrate(fresh)


def test_every_table_is_strict_and_every_amount_a_whole_number(fresh):
    fresh.execute("BEGIN")
    migrate(fresh)
    tables = {row[1]: row[5] for row in fresh.execute("PRAGMA table_list") if row[2] == "table"}
    own = {name for name in tables if not name.startswith(("sqlite_", "_sqlite_"))}
    assert own == {*RECORDED_TABLES, "journal", "search_entry", "search_form"} - {"_sqlite_migrations"}
    assert {tables[name] for name in own} == {1}
    amounts = [
        (name, row[1], row[2])
        for name in own
        for row in fresh.execute(f"PRAGMA table_info({name})")
        if row[1].endswith("_fen")
    ]
    assert len(amounts) > 8
    assert {kind for _, _, kind in amounts} == {"INTEGER"}


def test_the_digest_sees_any_changed_statement_and_no_white_space():
    statements = list(triggers().values())
    assert digest(statements) == digest([f"  {one.replace(' ', '  ')}\n" for one in reversed(statements)])
    assert digest(statements) != digest(statements[1:])
    assert digest(statements) != digest([statements[0].replace("ABORT", "IGNORE"), *statements[1:]])
