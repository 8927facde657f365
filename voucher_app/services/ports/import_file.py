"""Files that were taken in, as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voucher_app.domain.import_file import ImportFile


class ImportFileRepository(Protocol):
    """The register of files that were taken in; nothing in it is ever changed."""

    def add(self, *, sha256: str, kind: str, file_name: str, rows: int, prepared_by: int) -> int:
        """Record that this act takes a file in; return its row. The schema refuses a digest that is there already."""

    def find(self, sha256: str) -> ImportFile | None:
        """Return the file of this digest that was taken in, or None."""
