"""The search index: kept in the transaction that writes a record, and made anew from the records at will.

`search_entry` holds what is searched of a record, folded; `search_text` finds parts of it by bigrams, `search_initials`
names by the first letters of their Pinyin. Tokens are made here and not in triggers, so that a plain SQL shell, which
knows no functions of ours, still writes into every table; what it writes is found once the index is made anew.

Vouchers have no entries: their numbers are computed, and they are found with their units and contracts.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from voucher_app.domain.document_number import DocumentNumber
from voucher_app.services.searching import FORM, folded_fields, initials_of, initials_tokens, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from voucher_app.storage.sqlite.connection import Connection

KEYS: Final = 2**40
"""An entry's id is kind × this + the record's key."""
_AT_ONCE: Final = 1_000
_TABLES: Final = ("search_text", "search_initials")


def _all_fields(*fields: str) -> Iterable[str]:
    return fields


def _policy_fields(code: str, content: str) -> Iterable[str]:
    import tomllib  # noqa: PLC0415 - the first look writes no policies

    try:
        facts = tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError):
        facts = {}
    return code, *(str(facts.get(name, "")) for name in ("title", "document_number"))


def _number_fields(prefix: str, year: int, sequence: int, title: str) -> Iterable[str]:
    return DocumentNumber.written(prefix, year, sequence), title


@dataclass(frozen=True, slots=True)
class Source:
    """What is searched of the records of a table.

    Attributes:
        kind: the first part of an entry's id; once given, it stays.
        columns: what `fields` is given of a row.
        fields: makes texts of them.
        name: place of the column whose initials are searched too, or -1.
        where: which rows have an entry, or nothing for all.
        key: the key column.
    """

    kind: int
    columns: tuple[str, ...]
    fields: Callable[..., Iterable[str]] = _all_fields
    name: int = -1
    where: str = ""
    key: str = "id"


SOURCES: Final[Mapping[str, Source]] = {
    "organisation": Source(1, ("name", "uscc"), name=0),
    "facility": Source(2, ("name", "operated_by"), name=0),
    "application": Source(3, ("contract_number",)),
    "redemption": Source(4, ("invoice_key",)),
    "further_invoice": Source(5, ("invoice_key",)),
    "batch": Source(6, ("name", "document")),
    "settlement": Source(7, ("document",), where="document <> ''"),
    "recovery": Source(8, ("document", "reason")),
    "document_number": Source(9, ("prefix", "year", "sequence", "title"), _number_fields),
    # A certificate's title is its voucher's number, by which it is found.
    "print_item": Source(10, ("title",), where="kind <> 'certificate'"),
    "print_job": Source(11, ("target",)),
    "policy": Source(12, ("code", "content"), _policy_fields),
    "policy_draft": Source(13, ("code", "content"), _policy_fields),
    "journal": Source(14, ("reason",), where="reason <> ''", key="seq"),
    "attachment": Source(15, ("file_name",)),
    "budget_year": Source(16, ("document",)),
    "cap_change": Source(17, ("document", "reason")),
    "import_file": Source(18, ("file_name",)),
}
"""By table, in the order of their kinds."""

_WRITTEN: Final = re.compile(r"\s*(?:INSERT INTO|UPDATE) (\w+)", re.ASCII)


@functools.cache
def names_something(sql: str) -> bool:
    """Return whether a statement that writes one row may change what is searched of it; asked once of each."""
    table = _WRITTEN.match(sql)
    source = SOURCES.get(table[1]) if table else None
    if source is None:
        return False
    assignments = re.split(r"\bWHERE\b", sql, maxsplit=1)[0]
    return sql.lstrip().startswith("INSERT") or any(
        re.search(rf"\b{column}\s*=", assignments) for column in source.columns
    )


def note(connection: Connection, named: Mapping[str, Iterable[int]]) -> None:
    """Bring the entries of some rows up to what the rows say now, inside the transaction that wrote them."""
    for table, keys in named.items():
        source = SOURCES[table]
        statement = _listing(table, source, keyed=True)
        for key in sorted(keys):
            row = connection.execute(statement, (key,)).fetchone()
            told = _entry(source, row) if row is not None else ("", "")
            _write(connection, source.kind * KEYS + key, *told)


def note_act(connection: Connection, seq: int, reason: str) -> None:
    """Enter the reason of a journal record that was written just now."""
    if reason:
        text = folded_fields((reason,))
        if text:
            _insert(connection, SOURCES["journal"].kind * KEYS + seq, text, "")


def rebuild(connection: Connection) -> int:
    """Make the index anew from the records, inside the transaction that is open; return how many records it knows."""
    connection.execute("INSERT INTO search_text (search_text) VALUES ('delete-all')")
    connection.execute("INSERT INTO search_initials (search_initials) VALUES ('delete-all')")
    connection.execute("DELETE FROM search_entry")
    connection.execute("DELETE FROM search_form")
    count = 0
    for key, text, initials in _expected(connection):
        _insert(connection, key, text, initials)
        count += 1
    connection.execute("INSERT INTO search_text (search_text) VALUES ('optimize')")
    connection.execute("INSERT INTO search_initials (search_initials) VALUES ('optimize')")
    connection.execute("INSERT INTO search_form (id, form) VALUES (1, ?)", (FORM,))
    return count


def is_stale(connection: Connection) -> bool:
    """Return whether the entries differ from what the records say, or were made by other rules.

    Both lists come in the order of their keys, so memory does not grow with the file.
    """
    if connection.execute("SELECT id, form FROM search_form").fetchall() != [(1, FORM)]:
        return True
    entries = connection.execute("SELECT id, text, initials FROM search_entry ORDER BY id")
    return any(entries.fetchone() != expected for expected in _expected(connection)) or entries.fetchone() is not None


def tells_of_index(message: str) -> bool:
    """Return whether what SQLite's `integrity_check` says is about the index.

    Since 3.44 it has FTS5 check its own tables as well. They are derived: making them anew mends them, so they are no
    fault of the records, and must not keep anybody from a backup.
    """
    return "fts5" in message.lower() and any(table in message for table in _TABLES)


def _listing(table: str, source: Source, *, keyed: bool) -> str:
    conditions = [source.where] if source.where else []
    conditions += [f"{source.key} = ?"] if keyed else []
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {source.key}, {', '.join(source.columns)} FROM {table}{where} ORDER BY {source.key}"


def _expected(connection: Connection) -> Iterator[tuple[int, str, str]]:
    """Yield the entry that each record should have, in the order of their ids."""
    for table, source in SOURCES.items():
        rows = connection.execute(_listing(table, source, keyed=False))
        while some := rows.fetchmany(_AT_ONCE):
            for row in some:
                text, initials = _entry(source, row)
                if text:
                    yield source.kind * KEYS + row[0], text, initials


def _entry(source: Source, row: tuple[object, ...]) -> tuple[str, str]:
    name = initials_of(str(row[1 + source.name])) if source.name >= 0 else ""
    return folded_fields(source.fields(*row[1:])), name


def _write(connection: Connection, key: int, text: str, initials: str) -> None:
    old = connection.execute("SELECT text, initials FROM search_entry WHERE id = ?", (key,)).fetchone()
    if old == (text, initials):
        return
    if old is not None:
        connection.execute(
            "INSERT INTO search_text (search_text, rowid, text) VALUES ('delete', ?, ?)", (key, tokens(old[0]))
        )
        if old[1]:
            connection.execute(
                "INSERT INTO search_initials (search_initials, rowid, initials) VALUES ('delete', ?, ?)",
                (key, initials_tokens(old[1])),
            )
        connection.execute("DELETE FROM search_entry WHERE id = ?", (key,))
    if text:
        _insert(connection, key, text, initials)


def _insert(connection: Connection, key: int, text: str, initials: str) -> None:
    connection.execute("INSERT INTO search_entry (id, text, initials) VALUES (?, ?, ?)", (key, text, initials))
    connection.execute("INSERT INTO search_text (rowid, text) VALUES (?, ?)", (key, tokens(text)))
    if initials:
        connection.execute(
            "INSERT INTO search_initials (rowid, initials) VALUES (?, ?)", (key, initials_tokens(initials))
        )
