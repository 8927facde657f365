"""Tables that are handed over and taken away: what was read of one, the limits, and typed columns out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from voucher_app.domain.errors import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a table is read (trust.md); more is refused, never cut.

    Attributes:
        file_bytes: of the file as it is handed over; `unpacked_bytes`: of all that is packed in it.
        ratio: how often an entry of more than a mebibyte may be as large unpacked as packed.
        entries: files inside a workbook.
        rows: below the head; `columns`: side by side; `characters`: in one cell.
        seconds: for reading it, by the clock; `memory_bytes`: of the process that reads it.
    """

    file_bytes: int = 20 * 1024 * 1024
    unpacked_bytes: int = 200 * 1024 * 1024
    ratio: int = 200
    entries: int = 1_000
    rows: int = 20_000
    columns: int = 64
    characters: int = 4_000
    seconds: int = 10
    memory_bytes: int = 512 * 1024 * 1024


LIMITS: Final = Limits()
FILE_ENDINGS: Final = (".xlsx", ".csv", ".tsv", ".txt", ".ods")
"""What an imported file may be called; what it is, is told by its content."""


_FORMULA_BEGINS: Final = "=+-@\t\r\n＝＋－＠"


def defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula when it reads it as plain text."""
    return f"'{text}" if text.startswith(tuple(_FORMULA_BEGINS)) else text


class Typed(NamedTuple):
    """A cell that is no text.

    Attributes:
        kind: `n` number, `d` date, `b` truth value, `e` error of the spreadsheet.
        text: the number as it is stored, the ISO date (with a time where there is one), `1` or `0`, the error.
    """

    kind: str
    text: str


Cell = str | Typed


class Line(NamedTuple):
    """One row of a table: its number in the file, and its cells from the first column on."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """What was read of a table.

    Attributes:
        name: the file's name; empty when it was pasted or typed.
        sha256: of the bytes that were read; empty when it was pasted or typed.
        sheets: names of the sheets that are seen; `sheet`: the one that was read.
        lines: rows that hold anything.
        is_text: it came as text, where each row has as many cells as the head.
    """

    name: str
    sha256: str
    lines: Sequence[Line]
    sheets: Sequence[str] = ()
    sheet: str = ""
    is_text: bool = False


class OutKind(IntEnum):
    """What a column that is written out holds."""

    TEXT = 0
    MONEY = 1
    """Whole fen in, a number in yuan with two decimals out."""
    DATE = 2
    COUNT = 3
    SHARE = 4
    """Whole millionths of one in, a percentage out."""
    DECIMAL = 5
    """Whole millionths in, a number with two to six decimals out, such as 万元 to the fen."""


MILLIONTHS: Final = 1_000_000
"""Of one, in which shares and decimal numbers are told."""


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column of a table that is written out.

    Attributes:
        remark: told beside the head, for whoever fills the column in.
        is_summed: whether a sum stands below that follows the filter.
    """

    header: str
    kind: OutKind = OutKind.TEXT
    remark: str = ""
    is_summed: bool = False
    is_required: bool = False


OutCell = str | int | None
"""Text, ISO date, whole fen or count, by the column's kind; None and a text in a column of another kind stay as they
are: nothing, or text."""


@dataclass(frozen=True, slots=True)
class OutTable:
    """A table that is written out, row by row.

    Attributes:
        title: the sheet's name.
        rows: read once, in order; need not be held.
        about: what it is, as lines of name and value, on a sheet of its own that is called `about_title`.
        sum_words: what stands before the sums.
        further: sheets that follow in the same workbook; CSV, which has one sheet, cannot hold them.
    """

    title: str
    columns: Sequence[OutColumn]
    rows: Iterable[Sequence[OutCell]]
    about: Sequence[tuple[str, str]] = ()
    about_title: str = ""
    sum_words: str = ""
    further: Sequence[OutTable] = ()


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The file that an import came from, so that the same one is refused a second time."""

    name: str
    sha256: str
    rows: int = 0
    kind: str = ""


def _go_on(_done: int) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Tell:
    """How far it is; asked whether to go on.

    Attributes:
        asked: gets how many rows are done; False stops.
    """

    asked: Callable[[int], bool] = field(default=_go_on)

    def __call__(self, done: int) -> None:
        """Tell how many rows are done.

        Raises:
            Stopped: when the person does not want it to go on.
        """
        if not self.asked(done):
            raise Stopped("stopped by the person")


QUIETLY: Final = Tell()


class TableFiles(Protocol):
    """Reads and writes tables."""

    @property
    def limits(self) -> Limits:
        """How much is read."""

    def read(self, file: Path, *, sheet: str = "", tell: Tell = QUIETLY) -> Grid:
        """Read a table of a file, in a process of its own.

        Raises:
            StorageError: `missing_file`.
            InvalidInput: for a file that is no table, hides something, or is beyond the limits.
            Stopped: when the person does not want it to go on.
        """

    def read_text(self, text: str, *, tell: Tell = QUIETLY) -> Grid:
        """Read a block that was copied in a spreadsheet program.

        Raises:
            InvalidInput, Stopped: as `read`.
        """

    def write(self, file: Path, table: OutTable, *, replaces: bool = False, tell: Tell = QUIETLY) -> int:
        """Write a table, as the file's ending says; the file is there whole or not at all. Return how many rows it has.

        Raises:
            StorageError: `exists`, `output`.
            InvalidInput: `table_ending`; `table_sheets`, for CSV with several; `table_rows_out` for more rows than a
                sheet has.
            Stopped: when the person does not want it to go on.
        """
