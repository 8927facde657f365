"""The register of files that were taken in, as rows of the data file."""

from __future__ import annotations

from typing import cast

from voucher_app.domain.import_file import ImportFile
from voucher_app.storage.sqlite.repositories.table import Table, day


class ImportFileTable(Table):
    """The register of files that were taken in."""

    def add(self, *, sha256: str, kind: str, file_name: str, rows: int, prepared_by: int) -> int:
        """Record that this act takes a file in; return its row."""
        assert self._notebook is not None, "only a unit of work writes"
        key = self._next("import_file")
        self._write(
            "import_file",
            key,
            """INSERT INTO import_file (id, sha256, kind, file_name, rows, imported_on, imported_seq, prepared_by)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (key, sha256, kind, file_name, rows, self._today.isoformat(), self._notebook.seq, prepared_by),
        )
        return key

    def find(self, sha256: str) -> ImportFile | None:
        """Return the file of this digest that was taken in, or None."""
        row = self._one(
            """SELECT id, sha256, kind, file_name, rows, imported_on, imported_seq, prepared_by FROM import_file
               WHERE sha256 = ?""",
            (sha256,),
        )
        if row is None:
            return None
        key, digest, kind, file_name, rows, imported_on, seq, prepared_by = row
        return ImportFile(
            id=cast("int", key),
            sha256=cast("str", digest),
            kind=cast("str", kind),
            file_name=cast("str", file_name),
            rows=cast("int", rows),
            imported_on=day(imported_on),
            imported_seq=cast("int", seq),
            prepared_by=cast("int", prepared_by),
        )
