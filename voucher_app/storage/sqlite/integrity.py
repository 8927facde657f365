"""What SQLite itself says about a file: pages, b-trees, indexes, constraints, references."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from voucher_app.storage.sqlite.connection import check_header, open_for_reading, told
from voucher_app.storage.sqlite.search_index import tells_of_index

if TYPE_CHECKING:
    from pathlib import Path

_MOST_TOLD: Final = 20


def integrity(path: Path) -> list[str]:
    """Return what SQLite finds wrong with a file, in its own words; nothing when it is sound.

    What it says of the search index is left out: the verification tells that as stale, and `reindex` mends it.

    Raises:
        StorageError: when the file cannot be opened or read at all.
    """
    check_header(path)
    with told(path), closing(open_for_reading(path)) as connection:
        found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_MOST_TOLD})")]
        references = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_TOLD)
    wrong = [words for words in found if words != "ok" and not tells_of_index(words)]
    return [*wrong, *(f"{table} {row} → {parent}" for table, row, parent, _number in references)]


def counts(path: Path) -> dict[str, int]:
    """Return how many rows each table has, and nothing of what is in them."""
    with told(path), closing(open_for_reading(path)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        ).fetchall()
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}
