"""Tables in and out, as the port asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.services.ports.tables import LIMITS, QUIETLY

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.services.ports.tables import Grid, Limits, OutTable, Tell


@dataclass(frozen=True, slots=True)
class SpreadsheetFiles:
    """Reads in a process of its own, writes here."""

    limits: Limits = LIMITS

    def read(self, file: Path, *, sheet: str = "", tell: Tell = QUIETLY) -> Grid:
        """Read a table of a file."""
        from voucher_app.exchange.table_reader import read_file  # noqa: PLC0415 - whoever exports reads nothing

        return read_file(file, sheet=sheet, limits=self.limits, tell=tell)

    def read_text(self, text: str, *, tell: Tell = QUIETLY) -> Grid:
        """Read a block that was copied in a spreadsheet program."""
        from voucher_app.exchange.table_reader import read_pasted  # noqa: PLC0415

        return read_pasted(text, limits=self.limits, tell=tell)

    def write(self, file: Path, table: OutTable, *, replaces: bool = False, tell: Tell = QUIETLY) -> int:
        """Write a table."""
        from voucher_app.exchange.table_writer import write_table  # noqa: PLC0415

        return write_table(file, table, replaces=replaces, tell=tell)
