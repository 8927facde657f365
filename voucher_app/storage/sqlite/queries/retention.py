"""Which personal data the data file holds."""

from __future__ import annotations

from typing import Final

from voucher_app.services.queries.retention import HeldRows
from voucher_app.storage.sqlite.queries.reader import Reader

_HELD: Final = """
    SELECT 'contacts', count(*), (SELECT created_on FROM office), 0 FROM organisation
      WHERE legal_representative <> '' OR phone <> '' OR address <> ''
    UNION ALL SELECT 'accounts', count(*), (SELECT created_on FROM office), 0 FROM organisation
      WHERE bank_account <> ''
    UNION ALL SELECT 'people', count(*), (SELECT created_on FROM office), 0 FROM operator
    UNION ALL SELECT 'objections', count(*), min(raised_on), 0 FROM objection
    UNION ALL SELECT 'journal', count(*), (SELECT created_on FROM office), 0 FROM journal
    UNION ALL SELECT 'attachments', count(*), min(added_on), coalesce(sum(size_bytes), 0) FROM attachment
    UNION ALL SELECT 'imports', count(*), min(imported_on), 0 FROM import_file
    UNION ALL SELECT 'prints', count(*), min(begun_on), 0 FROM print_job WHERE form <> 'printer'"""


class RetentionQueries(Reader):
    """Which personal data the data file holds."""

    def personal_data(self) -> list[HeldRows]:
        """Return what the data file holds that names or reaches a person, each kind once."""
        return [
            HeldRows(kind, count, (since or "") if count else "", size) for kind, count, since, size in self._all(_HELD)
        ]
