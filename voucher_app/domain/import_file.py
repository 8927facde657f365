"""A file that was taken in by one act: a spreadsheet of units, of applications, of payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that was taken in, whole.

    Attributes:
        sha256: of its bytes, as 64 hexadecimal digits; the same file is not taken in twice.
        kind: what it was taken in as, such as `recipient`.
        file_name: its name without the folder.
        rows: how many rows of it became records.
        imported_seq: the journal record that took it in.
    """

    id: int
    sha256: str
    kind: str
    file_name: str
    rows: int
    imported_on: date
    imported_seq: int
    prepared_by: int
