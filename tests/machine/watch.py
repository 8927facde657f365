"""A watch over a data file: nothing in it may change but what a journal record says."""

from __future__ import annotations

import json

from voucher_app.storage.sqlite.images import defaults_of
from voucher_app.storage.sqlite.schema import RECORDED_TABLES


class Watch:
    """Compares every row of every table with what it was when somebody looked last.

    `ledger verify` proves that each row equals its last after-image; this tells more: that every change between two
    looks stands in a record made between them, so no use case changes anything beside its record.
    """

    def __init__(self, connection):
        self.connection = connection
        self.rows, self.seq = self._read(), self._head()

    def _read(self):
        return {
            (table, row[0]): row
            for table in RECORDED_TABLES
            for row in self.connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of our own schema
        }

    def _head(self):
        return self.connection.execute("SELECT max(seq) FROM journal").fetchone()[0]

    def look(self):
        """Demand that what changed since the last look was recorded as it is now; return how many records were made."""
        rows, seq = self._read(), self._head()
        changed = {key for key in rows.keys() | self.rows.keys() if rows.get(key) != self.rows.get(key)}
        recorded = {}
        for (changes,) in self.connection.execute(
            "SELECT changes FROM journal WHERE seq > ? ORDER BY seq", (self.seq,)
        ):
            for table, images in json.loads(changes).items():
                defaults = defaults_of(self.connection, table)  # what an image leaves out at its end
                for row in images["rows"]:
                    whole = defaults | dict(zip(images["columns"], row, strict=True))
                    recorded[table, row[0]] = tuple(whole.values())
        unrecorded = {key for key in changed if key not in recorded or recorded[key] != rows.get(key)}
        assert not unrecorded, f"changed without a journal record: {sorted(unrecorded)}"
        made = seq - self.seq
        self.rows, self.seq = rows, seq
        return made
