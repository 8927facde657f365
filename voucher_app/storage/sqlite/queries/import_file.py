"""Files that were taken in, in lists."""

from __future__ import annotations

from voucher_app.services.queries.import_file import ImportFileRow
from voucher_app.storage.sqlite.queries.reader import Reader


class ImportFileQueries(Reader):
    """Files that were taken in, in lists."""

    def import_files(self) -> list[ImportFileRow]:
        """Return the files that were taken in, newest first."""
        rows = self._all(
            """SELECT import_file.id, kind, file_name, rows, sha256, imported_on, imported_seq, operator.name
               FROM import_file JOIN operator ON operator.id = prepared_by ORDER BY import_file.id DESC"""
        )
        return [ImportFileRow(*row) for row in rows]
