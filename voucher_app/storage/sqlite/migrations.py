"""Migrations: how a file reaches today's schema; never edited after a release, only added to."""

from __future__ import annotations

import functools
from contextlib import closing
from typing import TYPE_CHECKING, Final

from sqlite_utils import Database, Migrations

from voucher_app.storage.sqlite import search_index, tables_2, tables_3, tables_4
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.header import APPLICATION_ID, SCHEMA_VERSION
from voucher_app.storage.sqlite.schema import RELEASED_DIGESTS, digest, triggers
from voucher_app.storage.sqlite.tables_1 import TABLES_1

if TYPE_CHECKING:
    from voucher_app.storage.sqlite.connection import Connection

MIGRATIONS = Migrations("voucher-desk")


@MIGRATIONS()
def m001_the_first_tables(db: Database) -> None:
    """Make the tables of schema version 1."""
    _run(db, TABLES_1)


@MIGRATIONS()
def m002_the_whole_life_of_a_voucher(db: Database) -> None:
    """Add what batches, settlements, recoveries and their people need; rebuild the tables whose CHECKs grew."""
    for statement in tables_2.ADDED_COLUMNS:
        db.execute(statement)
    _run(db, tables_2.ADDED_TABLES)
    for table, statement in tables_2.REBUILT.items():
        db.execute(statement)
        columns = ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall())
        db.execute(f"INSERT INTO {table}_rebuilt ({columns}) SELECT {columns} FROM {table} ORDER BY id")
        db.execute(f"DROP TABLE {table}")
        db.execute(f"ALTER TABLE {table}_rebuilt RENAME TO {table}")
    _run(db, tables_2.REBUILT_INDEXES)
    for statement in tables_2.COUNTED.values():
        db.execute(statement)


@MIGRATIONS()
def m003_registers_and_revocations(db: Database) -> None:
    """Add the registers of document numbers and of prints, and the revocations of office keys."""
    _run(db, tables_3.ADDED_TABLES)


@MIGRATIONS()
def m004_search_and_imported_files(db: Database) -> None:
    """Add the search index, which `migrate` fills, and the register of files that were taken in."""
    _run(db, tables_4.ADDED_TABLES)


REWRITTEN: Final[dict[int, dict[str, str]]] = {2: tables_2.REWRITTEN}
"""By migration and table: the keys of the rows that it changes beyond what defaults tell; they need after-images."""


def rewritten_by(connection: Connection, applied: list[int]) -> dict[str, list[int]]:
    """Return the keys of the rows that these migrations wrote, by table, their own rows included."""
    written: dict[str, set[int]] = {"_sqlite_migrations": set(applied)}
    for migration in applied:
        for table, keys in REWRITTEN.get(migration, {}).items():
            written.setdefault(table, set()).update(row[0] for row in connection.execute(keys))
    return {table: sorted(keys) for table, keys in sorted(written.items())}


def _run(db: Database, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)


def migrate(connection: Connection) -> list[int]:
    """Bring a file to today's schema, inside the transaction that is open; return the rows of the migrations applied.

    Triggers are dropped first, so that a migration may rewrite tables, and made again from their one list afterwards.
    """
    assert connection.in_transaction, "a migration is all or nothing"
    db = Database(connection, execute_plugins=False)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    before = _applied(connection)
    MIGRATIONS.apply(db)
    applied = sorted(_applied(connection) - before)
    if applied:
        # After all of them, because what is searched is read by today's names.
        search_index.rebuild(connection)
    for statement in triggers().values():
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    return applied


def _applied(connection: Connection) -> set[int]:
    exists = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'").fetchone()
    return {row[0] for row in connection.execute("SELECT id FROM _sqlite_migrations")} if exists else set()


def schema_statements(connection: Connection) -> list[str]:
    """Return the statements that make up the file's schema, in their order.

    What a search index keeps its tokens in is left out: SQLite makes and names those tables itself.
    """
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    # A damaged file may hold bytes where a statement was; they are another statement then.
    return [str(sql) for name, sql in rows if name not in tables_4.KEPT_BY_SQLITE]


def schema_digest(connection: Connection) -> str:
    """Return the digest of everything that makes up the file's schema."""
    return digest(schema_statements(connection))


@functools.cache
def expected_schema_digest() -> str:
    """Return the digest of the schema that this program makes."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        migrate(connection)
        return schema_digest(connection)


def digest_of_version(version: int) -> str | None:
    """Return the digest of the schema of a version as it was released, or None when this program does not know it."""
    return expected_schema_digest() if version == SCHEMA_VERSION else RELEASED_DIGESTS.get(version)
