"""Files that were taken in, in lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportFileRow:
    """A file that was taken in; `imported_seq` is the journal record that did so."""

    id: int
    kind: str
    file_name: str
    rows: int
    sha256: str
    imported_on: str
    imported_seq: int
    prepared_by: str
