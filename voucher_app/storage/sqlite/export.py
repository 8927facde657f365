"""`ledger export`: the whole ledger as lines of text, which can be read without SQLite and without this program.

The first line tells the form, the version of the tables, and all statements of the schema. Then each table, the journal
last: a line with its name and its columns with their defaults, and a line for each row. The last line says how many
lines stand before it, so that a file cut short is told. `verify_ledger.py` checks it as it checks a data file.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, Final

from voucher_app.domain.journal import canonical
from voucher_app.durable import make_durable
from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite.backup import give_its_name, own_file
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.migrations import schema_statements
from voucher_app.storage.sqlite.schema import KEY_OF, RECORDED_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voucher_app.storage.sqlite.connection import Connection

FORMAT: Final = "SLE1"


def write_export(connection: Connection, target: Path) -> int:
    """Write the ledger, as one snapshot, to a new file; return how many journal records it holds.

    Raises:
        StorageError: `exists`, `folder_missing`, or what the system says.
    """
    if target.exists():
        raise StorageError("exists", target)
    if not target.parent.is_dir():
        raise StorageError("folder_missing", target.parent)
    partial = own_file(target, "partial")
    try:
        with told(target):
            with partial.open("wb") as stream:
                records = _write(connection, stream)
                stream.flush()
                os.fsync(stream.fileno())
            give_its_name(partial, target)
            make_durable(target.parent)
    finally:
        partial.unlink(missing_ok=True)
    return records


def _write(connection: Connection, stream: BinaryIO) -> int:
    connection.execute("BEGIN")
    try:
        count = 0
        for count, line in enumerate(_lines(connection), start=1):  # noqa: B007 - how many there were is the last line
            stream.write(f"{line}\n".encode())
        stream.write(f"{canonical({'end': count})}\n".encode())
        return int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])
    finally:
        connection.execute("ROLLBACK")


def _lines(connection: Connection) -> Iterator[str]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    head = {"schema_version": version, "schema": schema_statements(connection)}
    # The form stands first, so that a reader knows it by the first bytes.
    yield f'{{"format":"{FORMAT}",{canonical(head)[1:]}'
    for table in (*RECORDED_TABLES, "journal"):
        columns = [[row[1], row[4]] for row in connection.execute(f"PRAGMA table_info({table})").fetchall()]
        yield canonical({"table": table, "columns": columns})
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY {KEY_OF.get(table, 'id')}"):
            yield canonical(row)
