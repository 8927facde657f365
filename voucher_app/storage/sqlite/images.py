"""After-images: rows read back as they are, for the journal as JSON, for verification as values.

SQLite itself writes the JSON of a journal record: each row then arrives as one text, and no Python object is made of
any of its columns. `json_array` keeps characters as they are and writes no white space, as `domain.journal.canonical`
does, so a record's form does not tell which of the two wrote it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from voucher_app.domain.journal import canonical
from voucher_app.storage.sqlite.schema import KEY_OF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voucher_app.storage.sqlite.connection import Connection

_AT_ONCE: Final = 500
_FEW: Final = 16
"""As many rows are read back by one statement, whatever their tables; nearly every act writes fewer."""


def after_images(connection: Connection, table: str, keys: Sequence[int]) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return a table's columns, key first, and the rows that have these keys, in the order of their keys."""
    columns: list[str] = []
    rows: list[tuple[object, ...]] = []
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        cursor = connection.execute(_listing(table, "*", len(some)), some)
        columns = columns or [column[0] for column in cursor.description]
        rows += cursor.fetchall()
    return columns, rows


def images_as_json(connection: Connection, touched: Mapping[str, Sequence[int]]) -> str:
    """Return rows as they are, in the form of `JournalRecord.changes`.

    Args:
        connection: inside the transaction that wrote the rows.
        touched: by table, tables in their order, the keys of its rows in their order.
    """
    tables = [table for table, keys in touched.items() for _ in keys]
    if not tables:
        return "{}"
    if len(tables) <= _FEW:
        keys = [key for keys in touched.values() for key in keys]
        images: Sequence[str | None] = connection.execute(_few(connection, tuple(tables)), keys).fetchone()
    else:
        images = [image for table, keys in touched.items() for image in _many(connection, table, keys)]
    rows = [image for image in images if image is not None]
    assert len(rows) == len(tables), "every noted row exists"
    parts = []
    start = 0
    for table, table_keys in touched.items():
        end = start + len(table_keys)
        parts.append(f'"{table}":{{"columns":{_layout(connection, table)[0]},"rows":[{",".join(rows[start:end])}]}}')
        start = end
    return f"{{{','.join(parts)}}}"


def _many(connection: Connection, table: str, keys: Sequence[int]) -> list[str]:
    image = _layout(connection, table)[1]
    images: list[str] = []
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        images += [row[0] for row in connection.execute(_listing(table, image, len(some)), some)]
    return images


@cache
def _listing(table: str, what: str, count: int) -> str:
    key = KEY_OF.get(table, "id")
    return f"SELECT {what} FROM {table} WHERE {key} IN ({','.join('?' * count)}) ORDER BY {key}"


_STATEMENTS: Final[dict[tuple[str, ...], str]] = {}


def _few(connection: Connection, tables: tuple[str, ...]) -> str:
    """Return the statement that reads one row of each of these tables back; a row that is missing becomes NULL."""
    if tables not in _STATEMENTS:
        images = [
            f"(SELECT {_layout(connection, table)[1]} FROM {table} WHERE {KEY_OF.get(table, 'id')} = ?)"
            for table in tables
        ]
        _STATEMENTS[tables] = f"SELECT {', '.join(images)}"
    return _STATEMENTS[tables]


_LAYOUTS: Final[dict[str, tuple[str, str]]] = {}
"""By table, asked once: a file that is written to always has today's schema."""


def _layout(connection: Connection, table: str) -> tuple[str, str]:
    """Return the names of a table's columns as JSON, and the expression that makes a row's image."""
    if table not in _LAYOUTS:
        columns = [column[0] for column in connection.execute(f"SELECT * FROM {table} LIMIT 0").description]
        _LAYOUTS[table] = canonical(columns), f"json_array({', '.join(columns)})"
    return _LAYOUTS[table]
