"""Flip bytes of a small data file, one at a time (trust.md T4).

After each flip one of three things has to be so: opening the file is refused, `ledger verify` has a finding, or nothing
that the file says has changed: every row of every table, read without indexes and once more through each index, and the
statements of the schema. `--size N` flips N bytes at even distances; 0 flips every one.

A statement reads the pages of the schema and of the trees that it names, nothing else. So after a flip only those are
asked again whose tree the page belongs to, all of them when it is the schema's; and every so often all of them
whichever it is, and they have to give the same verdict.
"""

from __future__ import annotations

import hashlib
import random
import re
import sys
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

import apsw
from kill_nine import issue_one, opened, redeem_one
from power_cuts import settled_office
from trial import run_alone

from voucher_app.domain.money import Money
from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite.backup import verify_file
from voucher_app.storage.sqlite.connection import LIBRARY_ERRORS, check_header, open_for_reading, open_for_writing
from voucher_app.storage.sqlite.tables_4 import KEPT_BY_SQLITE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from trial import Seen


SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
PAGE_BYTES = 4096
ALL_ASKED_EVERY = 50
"""After how many flips every statement is asked, whichever tree the page belongs to."""


def make_file(folder: Path) -> Path:
    """Make an office with a few acts, in one small file without a log."""
    database = settled_office(folder)
    with opened(database) as workspace:
        for fen in (700, 800):
            redeem_one(workspace, issue_one(workspace, Money(fen)), Money(300))
    with closing(open_for_writing(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    return database


TABLES = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema'"
"""What records stand in, and what the search index is made of; its tokens are SQLite's own."""


def statements_of(database: Path) -> list[str]:
    """Return what reads all that a file says: its schema, each table without indexes, and each table by each index."""
    found = [SCHEMA, "PRAGMA user_version", "PRAGMA application_id"]
    with closing(open_for_reading(database)) as connection:
        for (table,) in connection.execute(TABLES).fetchall():
            found.append(f"SELECT * FROM {table} NOT INDEXED")  # noqa: S608 - names of our schema
            for index in [row[1] for row in connection.execute(f"PRAGMA index_list({table})").fetchall()]:
                columns = [row[2] for row in connection.execute(f"PRAGMA index_info({index})").fetchall()]
                (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (index,)).fetchone()
                _, where, condition = (sql or "").partition("WHERE")
                ordered = ", ".join(columns)
                found.append(f"SELECT rowid, {ordered} FROM {table} INDEXED BY {index} {where} {condition} "  # noqa: S608
                             f"ORDER BY {ordered}")  # fmt: skip
    return found


def _read(connection: Any, statement: str) -> str:  # noqa: ANN401 - a connection of either library
    rows = connection.execute(statement).fetchall()
    if statement == SCHEMA:
        # White space between the words of a statement says nothing, as in the schema's digest; nor does the case of the
        # names beside it, which SQLite compares without.
        # Nor do the statements of the tables that SQLite makes for the tokens of a search index.
        rows = [
            (
                *(str(name).lower() for name in row[:3]),
                " ".join(str(row[3]).split()) if row[1] not in KEPT_BY_SQLITE else "",
            )
            for row in rows
        ]
    return repr(rows)


def pages_of(database: Path) -> dict[int, str]:
    """Return the tree, a table or an index, that each page of a sound file belongs to."""
    with closing(apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        return {int(page): str(name) for name, page in connection.execute("SELECT name, pageno FROM dbstat")}


def trees_of(statement: str) -> set[str]:
    """Return the table and the index that a statement reads."""
    return set(re.findall(r"\b(?:FROM|INDEXED BY) (\w+)", statement))


def said_by(database: Path, statements: Sequence[str]) -> dict[str, str]:
    """Return a digest of what a file says to each statement.

    Raises:
        StorageError: when it is not opened.
        sqlite3.Error: when it cannot be read.
    """
    check_header(database)
    with closing(open_for_reading(database)) as connection:
        return {one: hashlib.sha256(_read(connection, one).encode("utf-8", "surrogateescape")).hexdigest()
                for one in statements}  # fmt: skip


def judge(database: Path, before: dict[str, str], verify: Callable[[Path], bool]) -> str:
    """Return what became of a file in which a byte was flipped.

    Args:
        database: the file.
        before: what is asked of it, and the digest of what it said.
        verify: whether anything is found in a file.
    """
    try:
        if said_by(database, list(before)) == before:
            return "says the same"
    except StorageError:
        return "refused"
    except (*LIBRARY_ERRORS, UnicodeError, OverflowError):
        pass  # part of it cannot be read: has it to be told?
    try:
        return "found" if verify(database) else "unnoticed"
    except StorageError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - a verification that breaks down has told nothing
        return f"broke: {type(error).__name__}: {error}"


def asked_of(pages: dict[int, str], before: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return what is asked after a flip in each tree: all of it where the tree is the schema's own, or SQLite's."""
    own = {tree: {one: said for one, said in before.items() if tree in trees_of(one)} for tree in set(pages.values())}
    return {tree: asked if asked and not tree.startswith("sqlite_s") else before for tree, asked in own.items()}


def has_findings(database: Path) -> bool:
    """Return whether `ledger verify` tells anything: a finding, or that the search index has to be made anew."""
    verification = verify_file(database)
    return bool(verification.findings) or verification.index_is_stale


def flip(database: Path, places: Sequence[int], chance: random.Random, verify: Callable[[Path], bool]) -> Seen:
    """Flip bits of one byte after the other, each time putting the byte back."""
    sound = database.read_bytes()
    statements = statements_of(database)
    before, kept = said_by(database, statements), rows_of(database, statements)
    pages = pages_of(database)
    asked = asked_of(pages, before)
    became: Counter[str] = Counter()
    unnoticed: list[str] = []
    for turn, place in enumerate(places):
        with database.open("r+b") as stream:
            stream.seek(place)
            stream.write(bytes([sound[place] ^ chance.randrange(1, 256)]))
        tree = pages.get(place // PAGE_BYTES + 1, "")
        verdict = judge(database, asked.get(tree, before), verify)
        if turn % ALL_ASKED_EVERY == 0:
            whole = judge(database, before, verify)
            assert whole == verdict, f"byte {place} of {tree}: {verdict} by its own statements, {whole} by all"
        became[verdict.partition(":")[0]] += 1
        if verdict.startswith("broke"):
            unnoticed.append(f"byte {place}: {verdict}")
        elif verdict == "unnoticed":
            unnoticed.append(f"byte {place}: {changed_by(database, statements, kept)}")
        with database.open("r+b") as stream:
            stream.seek(place)
            stream.write(sound[place : place + 1])
    assert database.read_bytes() == sound, "looking changed the file"
    return {"file_bytes": len(sound), "flipped": len(places), "became": dict(became), "unnoticed": unnoticed}


def rows_of(database: Path, statements: Sequence[str]) -> dict[str, str]:
    """Return what each statement reads, or the error that it ends with."""
    found = {}
    with closing(open_for_reading(database)) as connection:
        for statement in statements:
            try:
                found[statement] = _read(connection, statement)
            except (*LIBRARY_ERRORS, UnicodeError, OverflowError) as error:
                found[statement] = repr(error)
    return found


def changed_by(database: Path, statements: Sequence[str], before: dict[str, str]) -> str:
    """Return which statements read something else now, and where; the file itself is never the same twice."""
    told = []
    for statement, now in rows_of(database, statements).items():
        was = before[statement]
        if now != was:
            place = next((place for place, (one, other) in enumerate(zip(was, now, strict=False)) if one != other), 0)
            told.append(f"{statement[:80]}: …{was[max(0, place - 30) : place + 30]}… became …"
                        f"{now[max(0, place - 30) : place + 30]}…")  # fmt: skip
    return "; ".join(told)


def places_of(length: int, size: int, chance: random.Random) -> list[int]:
    """Return so many places at even distances, at a random one within each stretch; all of them for 0."""
    if size <= 0 or size >= length:
        return list(range(length))
    return [min(length - 1, int((part + chance.random()) * length / size)) for part in range(size)]


def run(folder: Path, size: int, seed: int) -> Seen:
    """Flip so many bytes."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    database = make_file(folder)
    seen = flip(database, places_of(database.stat().st_size, size, chance), chance, has_findings)
    return {**seen, "failed": judged(seen)}


def judged(seen: Seen) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = [f"unnoticed at {seen['unnoticed']}"] if seen["unnoticed"] else []
    if not seen["became"].get("found"):
        reasons.append("void: no flip ever reached anything")
    return reasons


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=0))
