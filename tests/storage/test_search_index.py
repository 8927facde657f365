"""The search index: kept by every act, told when it is stale, made anew from the records."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from contextlib import closing

import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.services.ports.unit_of_work import Act
from voucher_app.services.searching import initials_tokens, tokens
from voucher_app.services.workspace import new_request_id
from voucher_app.storage.sqlite import search_index
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.migrations import migrate


def indexed(connection):
    """Return every token of both indexes with its record and place, as SQLite has them."""
    found = {}
    for table in ("search_text", "search_initials"):
        connection.execute(f"CREATE VIRTUAL TABLE temp.seen_{table} USING fts5vocab(main, {table}, instance)")
        found[table] = sorted(connection.execute(f"SELECT doc, offset, term FROM temp.seen_{table}").fetchall())  # noqa: S608 - our own names
        connection.execute(f"DROP TABLE temp.seen_{table}")
    return found


def told(connection):
    """Return the same as the entries say that it should be."""
    found = {"search_text": [], "search_initials": []}
    for key, text, initials in connection.execute("SELECT id, text, initials FROM search_entry").fetchall():
        found["search_text"] += [(key, place, token) for place, token in enumerate(tokens(text).split())]
        ways = initials_tokens(initials).split()
        found["search_initials"] += [(key, place, token) for place, token in enumerate(ways)]
    return {table: sorted(rows) for table, rows in found.items()}


def agrees(connection):
    """Return whether records, entries and both indexes say the same."""
    return not search_index.is_stale(connection) and indexed(connection) == told(connection)


def entries(connection):
    return connection.execute("SELECT id, text, initials FROM search_entry ORDER BY id").fetchall()


def test_every_act_of_a_busy_office_keeps_the_index(busy):
    with busy.shell() as connection:
        assert agrees(connection)
        kinds = {key // search_index.KEYS for key, _text, _initials in entries(connection)}
        missing = {table for table, source in search_index.SOURCES.items() if source.kind not in kinds}
        assert missing == {"settlement", "print_item"}  # settled without a document; printed nothing but certificates


def test_the_reason_of_an_act_is_found_from_then_on(busy):
    busy.end("void", busy.numbers[2])
    with busy.shell() as connection:
        assert agrees(connection)
        assert "书面确认" in {text.strip() for _key, text, _initials in entries(connection)}


def test_an_index_made_anew_is_the_one_that_was_kept(busy):
    with busy.shell() as connection:
        kept, tokens_kept = entries(connection), indexed(connection)
        connection.execute("BEGIN")
        assert search_index.rebuild(connection) == len(kept)
        connection.execute("COMMIT")
        assert (entries(connection), indexed(connection)) == (kept, tokens_kept)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE search_entry SET text = 'x' WHERE id = (SELECT min(id) FROM search_entry)",
        "UPDATE search_entry SET initials = 'x' WHERE id = (SELECT min(id) FROM search_entry)",
        "DELETE FROM search_entry WHERE id = (SELECT max(id) FROM search_entry)",
        "INSERT INTO search_entry (id, text) VALUES (1, 'x')",
        "UPDATE search_form SET form = 'other rules'",
        """INSERT INTO attachment SELECT 99, subject, kind, '新.pdf', size_bytes, sha256, added_on, prepared_by
           FROM attachment LIMIT 1""",
    ],
)
def test_an_index_that_does_not_say_what_the_records_say_is_stale(busy, statement):
    with busy.shell() as connection:
        connection.execute(statement)
        assert search_index.is_stale(connection)
        connection.execute("BEGIN")
        search_index.rebuild(connection)
        connection.execute("COMMIT")
        assert agrees(connection)


@pytest.mark.parametrize("table", ["search_text", "search_initials"])
def test_a_damaged_index_is_stale_no_fault_of_the_records_and_made_anew(busy, table):
    """SQLite's `integrity_check` has FTS5 look at its own tables; what it says of them stops nobody's backup."""
    with busy.shell() as connection:
        own = f"{table}_data"
        connection.execute(f"UPDATE {own} SET block = x'0000ffff00' WHERE id = (SELECT max(id) FROM {own})")  # noqa: S608
        ((said,),) = connection.execute("PRAGMA integrity_check").fetchall()
    assert table in said
    found = busy.workspace.data_file.verify()
    assert (found.findings, found.index_is_stale) == ([], True)
    assert busy.workspace.data_file.integrity() == []
    busy.workspace.data_file.reindex()
    assert not busy.workspace.data_file.verify().index_is_stale
    with busy.shell() as connection:
        assert agrees(connection)


def test_what_is_rolled_back_leaves_no_trace_in_the_index(busy):
    act = Act("recipient.import", busy.preparer, new_request_id())
    told_of = []
    for rehearsed in (None, told_of.append):
        with busy.workspace.data_file.unit_of_work(act, busy.workspace.clock, rehearsed=rehearsed) as work:
            work.import_files.add(sha256="a" * 64, kind="x", file_name="不会有的", rows=1, prepared_by=1)
            if rehearsed:
                work.commit([])
    with busy.shell() as connection:
        assert agrees(connection)
        assert len(told_of) == 1


def test_a_file_taken_in_is_found_by_its_digest_and_never_taken_in_twice(busy):
    (row,) = busy.queries.import_files()
    assert (row.kind, row.file_name, row.rows, row.prepared_by) == (
        "recipient", "领用单位.xlsx", 4, busy.preparer.name,
    )  # fmt: skip
    act = Act("recipient.import", busy.preparer, new_request_id())
    again = {"sha256": row.sha256, "kind": "provider", "file_name": "x", "rows": 1, "prepared_by": busy.preparer.id}
    with busy.workspace.data_file.unit_of_work(act, busy.workspace.clock) as work:
        found = work.import_files.find(row.sha256)
        assert (found.id, found.imported_seq, found.rows) == (row.id, row.imported_seq, 4)
        assert work.import_files.find("0" * 64) is None
        with pytest.raises(sqlite3.IntegrityError):
            work.import_files.add(**again)


def test_a_statement_that_changes_no_name_is_known_as_such():
    names = search_index.names_something
    assert names("INSERT INTO application (id) VALUES (?)")
    assert names("UPDATE application SET contract_number = ?, x = 1 WHERE id = ?")
    assert not names("UPDATE application SET status = 'issued' WHERE contract_number = ?")
    assert not names("INSERT INTO voucher (id) VALUES (?)")


def test_a_new_file_begins_with_an_index_that_is_current():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        migrate(connection)
        assert agrees(connection)


@pytest.mark.parametrize("place", range(3))
def test_a_killed_write_leaves_records_and_index_in_agreement(quiet, place):
    """A child submits one application after the other until it is killed; `kill -9` does not wait for a good moment."""
    quiet.workspace.data_file.close()
    child = os.fork()
    if not child:
        try:
            own = dataclasses.replace(quiet)
            own.workspace = make_workspace(quiet.path, on=quiet.today)
            while True:
                own.submit(Money.yuan(5))
        finally:
            os._exit(0)
    time.sleep(0.3 + place * 0.17)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with quiet.shell() as connection:
        connection.execute("SELECT count(*) FROM application").fetchone()
        assert agrees(connection)
    quiet.workspace = make_workspace(quiet.path, on=quiet.today)
    assert quiet.verified() == []
