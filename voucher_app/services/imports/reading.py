"""From a grid of cells to values by column: what a head means, and what stands in a cell, read strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.i18n import _
from voucher_app.services.ports.tables import OutKind, Typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voucher_app.services.imports.kind import ImportColumn, ImportKind, Values
    from voucher_app.services.ports.tables import Cell, Grid

EXACT_DIGITS: Final = 15
"""As many digits of a number as a spreadsheet keeps; of a longer one the rest is lost before anybody reads it."""

_LONGEST_SHOWN: Final = 60
_NOISE = re.compile(r"[\s*＊:：_\-]|[（(].*?[)）]|（必填）")
_POWER = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,3}", re.ASCII)
_WRITTEN_DAY = re.compile(r"([0-9]{4})(?:年|/|\.|-)([0-9]{1,2})(?:月|/|\.|-)([0-9]{1,2})日?", re.ASCII)
_WHOLE = re.compile(r"0*[1-9][0-9]{0,8}", re.ASCII)
_BARE_DAY = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table is which.

    Attributes:
        places: of each column that is in the table, by its key, from 0.
        has_head: whether the first row is a head.
    """

    places: Mapping[str, int]
    has_head: bool = True


def normal(header: str) -> str:
    """Return a header without what does not tell columns apart: blanks, units in brackets, marks, capitals."""
    return _NOISE.sub("", header).casefold()


def names_of(column: ImportColumn) -> set[str]:
    """Return everything that a column may be called."""
    return {normal(name) for name in (column.key, _(column.words), column.words, *column.names)}


def guess(kind: ImportKind, grid: Grid, remembered: Mapping[str, str] | None = None) -> Columns:
    """Return which column is which, by its head; one that stands twice is the first of that name.

    Args:
        kind: what is imported.
        grid: the table.
        remembered: heads that the person chose before, by column key; they go before what the names say. An empty one
            says that the column is not in the table.
    """
    first = [text_of(cell) for cell in grid.lines[0].cells] if grid.lines else []
    heads = [normal(text) for text in first]
    places: dict[str, int] = {}
    chosen = remembered or {}
    for column in kind.columns:
        head = normal(chosen.get(column.key, ""))
        if head and head in heads:
            places[column.key] = heads.index(head)
    for column in kind.columns:
        if column.key not in places and chosen.get(column.key) != "":
            names = names_of(column)
            found = [place for place, head in enumerate(heads) if head in names and place not in places.values()]
            if found:
                places[column.key] = found[0]
    if places:
        return Columns(places)
    # A block without a head has the columns of the template, in their order.
    width = max((len(line.cells) for line in grid.lines), default=0)
    is_like_a_row = any(_reads(column, first[place]) for place, column in enumerate(kind.columns) if place < len(first))
    if is_like_a_row:
        return Columns(
            {column.key: place for place, column in enumerate(kind.columns) if place < width}, has_head=False
        )
    return Columns({})


def with_chosen(kind: ImportKind, columns: Columns, grid: Grid, chosen: Mapping[str, str]) -> Columns:
    """Return columns with some of them named by a person: by their heads.

    Raises:
        InvalidInput: `column_unknown` for a key or a head that is not there.
    """
    places = dict(columns.places)
    heads = [normal(text_of(cell)) for cell in grid.lines[0].cells] if grid.lines else []
    for key, head in chosen.items():
        if key not in {column.key for column in kind.columns}:
            raise InvalidInput("column_unknown", found=key, choices=", ".join(column.key for column in kind.columns))
        if not head:
            places.pop(key, None)
        elif normal(head) in heads:
            places[key] = heads.index(normal(head))
        else:
            raise InvalidInput("column_unknown", found=head, choices=", ".join(map(text_of, grid.lines[0].cells)))
    has_head = columns.has_head or bool(chosen)
    return Columns(places, has_head)


def _reads(column: ImportColumn, text: str) -> bool:
    if column.kind is OutKind.TEXT and not column.is_needed:
        return False
    try:
        column.read(text)
    except InvalidInput:
        return False
    return column.key in {"uscc", "recipient", "provider", "voucher", "date", "amount"}


def missing_columns(kind: ImportKind, mapping: Columns) -> list[ImportColumn]:
    """Return the needed columns that the table lacks."""
    return [column for column in kind.columns if column.is_needed and column.key not in mapping.places]


def read_row(
    kind: ImportKind, mapping: Columns, cells: Sequence[Cell]
) -> tuple[Values | None, list[tuple[str, InvalidInput]]]:
    """Read a row; return its values, or None and every cell that cannot be read, by its column."""
    values: dict[str, object] = {}
    faults: list[tuple[str, InvalidInput]] = []
    for column in kind.columns:
        place = mapping.places.get(column.key)
        cell: Cell = cells[place] if place is not None and place < len(cells) else ""
        try:
            text = plain(cell, column.kind)
            if text:
                values[column.key] = column.read(text)
            elif column.is_needed and not column.may_be_empty:
                raise InvalidInput("cell_missing", found="")  # noqa: TRY301 - told like every other fault of the row
            else:
                values[column.key] = None
        except InvalidInput as error:
            faults.append((column.key, error))
    return (None if faults else values), faults


def text_of(cell: Cell) -> str:
    """Return a cell as it is shown."""
    return (cell.text.removesuffix("T") if isinstance(cell, Typed) else cell).strip()


def plain(cell: Cell, kind: OutKind) -> str:
    """Return a cell as the text that a person would have typed, or an empty one.

    Raises:
        InvalidInput: `table_number` for a number that a spreadsheet has rounded, `table_cell_error` for one of its
            errors, `date` for a day with a time.
    """
    if isinstance(cell, Typed):
        return _typed(cell, kind)
    text = cell.strip()
    if kind is OutKind.TEXT and _POWER.fullmatch(text):
        raise InvalidInput("table_number", found=text)
    return _day(text) if kind is OutKind.DATE and text else text


def _typed(cell: Typed, kind: OutKind) -> str:
    if cell.kind == "e":
        raise InvalidInput("table_cell_error", found=cell.text)
    if cell.kind == "d":
        if cell.text.endswith("T") and kind is OutKind.DATE:
            raise InvalidInput("date_with_time", found=cell.text.removesuffix("T"))
        return cell.text.removesuffix("T")
    if cell.kind == "b":
        return cell.text
    text = number_text(cell.text)
    return _day(text) if kind is OutKind.DATE else text


def number_text(stored: str) -> str:
    """Return a number of a spreadsheet as it shows it: plainly, to the 15 digits that it keeps.

    Raises:
        InvalidInput: `table_number`, when it has more digits than those, so that some of them are lost.
    """
    try:
        number = Decimal(stored)
    except InvalidOperation:
        raise InvalidInput("table_number", found=stored[:_LONGEST_SHOWN]) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** EXACT_DIGITS:
        raise InvalidInput("table_number", found=stored[:_LONGEST_SHOWN])
    if number and number.adjusted() < -EXACT_DIGITS:
        raise InvalidInput("table_number", found=stored[:_LONGEST_SHOWN])
    # What lies behind the fifteenth digit is the dust of binary fractions, such as 3.3000000000000003 for 1.1 × 3.
    digits = Decimal(f"{number:.{EXACT_DIGITS}g}")
    text = f"{digits:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(text: str) -> str:
    """Return a date as it is typed here, from any of the ways that cannot be taken for another day."""
    found = _WRITTEN_DAY.fullmatch(text) or _BARE_DAY.fullmatch(text)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else text


def whole(text: str) -> int:
    """Read a whole number above zero, of at most nine digits.

    Raises:
        InvalidInput: for anything else.
    """
    if not _WHOLE.fullmatch(text):
        raise InvalidInput("whole_number", found=text)
    return int(text)
