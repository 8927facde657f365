"""After-images: rows read back as they are, for the journal as JSON, for verification as values.

SQLite itself writes the JSON of a journal record: each row then arrives as one text, and no Python object is made of
any of its columns. `json_array` keeps characters as they are and writes no white space, as `domain.journal.canonical`
does, so a record's form does not tell which of the two wrote it.

Columns at the end of a table that hold their constant DEFAULT are left out of an image: that is what an image means
that does not name them, as those from before an upgrade do not. A record of one act is then a quarter shorter, and two
of them fit on a page of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
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
        columns, told = _layout(connection, table).without_defaults(rows[start:end])
        parts.append(f'"{table}":{{"columns":{columns},"rows":[{",".join(told)}]}}')
        start = end
    return f"{{{','.join(parts)}}}"


def _many(connection: Connection, table: str, keys: Sequence[int]) -> list[str]:
    image = _layout(connection, table).expression
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
            f"(SELECT {_layout(connection, table).expression} FROM {table} WHERE {KEY_OF.get(table, 'id')} = ?)"
            for table in tables
        ]
        _STATEMENTS[tables] = f"SELECT {', '.join(images)}"
    return _STATEMENTS[tables]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a table's rows become images.

    Attributes:
        names: of its columns, key first, as JSON; `names[n]` leaves out the last n.
        expression: makes the JSON of a whole row.
        endings: `endings[n]` is how a row's JSON ends when its last n columns hold their defaults.
    """

    names: tuple[str, ...]
    expression: str
    endings: tuple[str, ...]

    def without_defaults(self, rows: Sequence[str]) -> tuple[str, Sequence[str]]:
        """Return columns and rows without the last columns that hold their defaults in every row.

        An ending is a row of whole values: none of them can begin inside of a text, which would end with a quote.
        """
        endings, spared = self.endings, 0
        while rows and spared + 1 < len(endings) and rows[0].endswith(endings[spared + 1]):
            spared += 1
        for row in rows:
            while not row.endswith(endings[spared]):
                spared -= 1
        if not spared:
            return self.names[0], rows
        length = len(endings[spared])
        return self.names[spared], [f"{row[:-length]}]" for row in rows]


_LAYOUTS: Final[dict[str, _Layout]] = {}
"""By table, asked once: a file that is written to always has today's schema."""


def _layout(connection: Connection, table: str) -> _Layout:
    if table not in _LAYOUTS:
        columns = defaults_of(connection, table)
        names, endings = list(columns), ["]"]
        for default in reversed(list(columns.values())[1:]):
            if default is NO_CONSTANT or (isinstance(default, str) and default):
                break
            endings.append(f",{canonical(default)}{endings[-1]}")
        _LAYOUTS[table] = _Layout(
            tuple(canonical(names[: len(names) - spared]) for spared in range(len(endings))),
            f"json_array({', '.join(names)})",
            tuple(endings),
        )
    return _LAYOUTS[table]


NO_CONSTANT: Final = object()
"""What equals no value of a row."""


def defaults_of(connection: Connection, table: str) -> dict[str, object]:
    """Return what each column of a table holds where nothing was ever written to it, in the order of the columns."""
    return {row[1]: _constant(row[4]) for row in connection.execute(f"PRAGMA table_info({table})")}


def _constant(sql: str | None) -> object:
    """Read a constant DEFAULT; anything but a number or a text is none, and nothing equals it."""
    if sql is None or sql.upper() == "NULL":
        return None
    if sql.removeprefix("-").isdecimal():
        return int(sql)
    if len(sql) > 1 and sql[0] == sql[-1] == "'":
        return sql[1:-1].replace("''", "'")
    return NO_CONSTANT
