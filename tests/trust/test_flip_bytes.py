"""T4: no flipped byte changes what the file says unnoticed, and the harness would see one."""

from __future__ import annotations

from contextlib import closing

import flip_bytes
import pytest

from voucher_app.storage.sqlite.connection import sqlite3

pytestmark = pytest.mark.trust


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return flip_bytes.make_file(tmp_path_factory.mktemp("flips"))


def row_of(database):
    """Return where in the file the name of an operator stands."""
    return database.read_bytes().rindex("张经办".encode())


def test_flips_all_over_the_file_are_refused_found_or_without_effect(database, chance):
    places = flip_bytes.places_of(database.stat().st_size, 100, chance)
    seen = flip_bytes.flip(database, [*places, row_of(database)], chance, flip_bytes.has_findings)
    assert flip_bytes.judged(seen) == []
    assert sum(seen["became"].values()) == 101


def test_a_verification_that_skips_its_checks_is_seen(database, chance):
    place = row_of(database)
    seen = flip_bytes.flip(database, range(place, place + 9), chance, lambda _database: False)
    assert seen["unnoticed"]
    assert "unnoticed" in flip_bytes.judged(seen)[0]


def test_what_an_index_says_is_looked_at_too(database):
    statements = flip_bytes.statements_of(database)
    indexed = [one for one in statements if "INDEXED BY" in one]
    assert len(indexed) > 20
    assert any("WHERE" in one for one in indexed)


def test_every_byte_is_one_of_the_places(chance):
    assert flip_bytes.places_of(10, 0, chance) == list(range(10))
    some = flip_bytes.places_of(1000, 10, chance)
    assert [place // 100 for place in some] == list(range(10))


def test_flips_that_reach_nothing_prove_nothing():
    assert "void" in flip_bytes.judged({"unnoticed": [], "became": {"says the same": 5}})[0]


def nulled(database, copy, *, table, column, change, guards=()):
    """Copy a file, and make a value NULL that cannot be, behind everybody's back."""
    copy.write_bytes(database.read_bytes())
    with closing(sqlite3.connect(str(copy), isolation_level=None)) as connection:
        kept = [
            connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (one,)).fetchone()[0] for one in guards
        ]
        for guard in guards:
            connection.execute(f"DROP TRIGGER {guard}")
        told = "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?"
        there = f"{column} TEXT NOT NULL"
        for was, is_now, act in ((there, f"{column} TEXT", change), (f"{column} TEXT", there, "SELECT 1")):
            connection.execute("PRAGMA writable_schema=ON")
            connection.execute(told, (was, is_now, table))
            connection.execute("PRAGMA writable_schema=RESET")
            connection.execute(act)
        for guard in kept:
            connection.execute(guard)
    return copy


def test_a_null_where_none_can_be_is_found_and_stops_nothing(database, tmp_path):
    """As a flip found it: the digests of a record became NULL, and the verification ended with an error of ours."""
    change = "UPDATE journal SET column_digests = NULL, reason = 'x' WHERE seq = 3"
    guards = ["journal_is_never_edited"]
    copy = tmp_path / "changed.db"
    changed = nulled(database, copy, table="journal", column="column_digests", change=change, guards=guards)
    assert {"storage", "unreadable"} <= {finding.code for finding in flip_bytes.verify_file(changed).findings}


def test_a_policy_that_says_nothing_is_found_and_stops_nothing(database, tmp_path):
    """As a flip found it: the text of a policy became NULL, and the look at the search index ended with an error."""
    with closing(sqlite3.connect(str(database))) as connection:
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'policy'")
        guards = [name for (name,) in rows if "never" in name]
    changed = nulled(
        database,
        tmp_path / "changed.db",
        table="policy",
        column="content",
        change="UPDATE policy SET content = NULL WHERE id = 1",
        guards=guards,
    )
    found = flip_bytes.verify_file(changed)
    assert "storage" in {finding.code for finding in found.findings}
    assert found.index_is_stale


@pytest.mark.parametrize("column", ["type", "tbl_name", "sql"])
def test_bytes_where_the_schema_has_a_text_are_looked_at(database, tmp_path, column):
    """As flips found it: SQLite reads them like the text that they stand for; the digest knows the statements only."""
    changed = tmp_path / "changed.db"
    changed.write_bytes(database.read_bytes())
    with closing(sqlite3.connect(str(changed), isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            f"UPDATE sqlite_schema SET {column} = CAST({column} AS BLOB) WHERE name = 'journal_is_never_edited'"  # noqa: S608
        )
    assert "schema_changed" in {finding.code for finding in flip_bytes.verify_file(changed).findings}


def test_an_index_of_other_rules_is_stale_wherever_its_row_stands(database, tmp_path):
    changed = tmp_path / "changed.db"
    changed.write_bytes(database.read_bytes())
    with closing(sqlite3.connect(str(changed), isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute("UPDATE search_form SET id = 22")
    assert flip_bytes.verify_file(changed).index_is_stale


def test_a_verification_that_breaks_down_is_seen(database, chance):
    def breaks(_database):
        raise AttributeError("of nothing")

    seen = flip_bytes.flip(database, [row_of(database)], chance, breaks)
    assert "AttributeError" in flip_bytes.judged(seen)[0]


@pytest.mark.parametrize("name", [b"sqlite_autoindex_voucher_1voucXer", b"sqlite_autoindex_voucher_1vouc\xfder"])
def test_the_table_of_an_index_that_sqlite_made_is_looked_at(database, tmp_path, name):
    """As flips found it: SQLite does not look, and no statement of the schema tells."""
    changed = tmp_path / "changed.db"
    before = database.read_bytes()
    assert b"sqlite_autoindex_voucher_1voucher" in before
    changed.write_bytes(before.replace(b"sqlite_autoindex_voucher_1voucher", name))
    assert flip_bytes.has_findings(changed)


def test_the_kind_of_an_index_that_sqlite_made_is_looked_at(database, tmp_path):
    """As a flip found it: where there is no statement, SQLite does not look at the kind either."""
    changed = tmp_path / "changed.db"
    before = database.read_bytes()
    assert b"indexsqlite_autoindex_voucher_1" in before
    changed.write_bytes(before.replace(b"indexsqlite_autoindex_voucher_1", b"indeXsqlite_autoindex_voucher_1"))
    assert ("schema_changed", "tbl_name") in [
        (one.code, one.column) for one in flip_bytes.verify_file(changed).findings
    ]


def test_the_statements_of_a_tree_are_those_that_read_its_pages(database):
    before = flip_bytes.said_by(database, flip_bytes.statements_of(database))
    asked = flip_bytes.asked_of(flip_bytes.pages_of(database), before)
    assert asked["sqlite_schema"] == asked["search_text_data"] == before
    assert set(asked["operator"]) == {one for one in before if "FROM operator " in one}
    (index,) = asked["sqlite_autoindex_operator_1"]
    assert "INDEXED BY sqlite_autoindex_operator_1" in index


def test_white_space_in_the_schema_says_nothing(database, tmp_path):
    changed = tmp_path / "changed.db"
    changed.write_bytes(database.read_bytes().replace(b"CREATE TRIGGER ", b"CREATE TRIGGER\t"))
    statements = flip_bytes.statements_of(database)
    assert flip_bytes.said_by(changed, statements) == flip_bytes.said_by(database, statements)
