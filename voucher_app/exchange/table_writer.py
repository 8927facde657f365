"""Tables written out, row by row: typed xlsx without a formula from data, or CSV that no spreadsheet takes for one."""

from __future__ import annotations

import csv
import re
import tempfile
import unicodedata
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.exchange.publishing import written_beside
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.tables import QUIETLY, OutKind, defused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voucher_app.services.ports.tables import OutCell, OutColumn, OutTable, Tell

MOST_ROWS: Final = 1_048_576 - 3
"""Of a sheet, less its head, an empty row and the sums."""
_LONGEST_CELL: Final = 32_767
_NARROWEST, _WIDEST = 8.0, 60.0
_TOLD_EVERY: Final = 200
_FORMATS: Final = {
    OutKind.TEXT: "@", OutKind.MONEY: "#,##0.00", OutKind.DATE: "yyyy-mm-dd", OutKind.COUNT: "#,##0",
    OutKind.SHARE: "0.00%", OutKind.DECIMAL: "#,##0.00####",
}  # fmt: skip
_DECIMALS: Final = {OutKind.MONEY: 2, OutKind.SHARE: 6, OutKind.DECIMAL: 6}
"""How many of a whole number's digits stand behind the point, where it is told in hundredths or millionths."""
_FORBIDDEN: Final = str.maketrans(dict.fromkeys('[]:*?/\\"', " "))
_LONGEST_SHEET: Final = 31
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def write_table(file: Path, table: OutTable, *, replaces: bool = False, tell: Tell = QUIETLY) -> int:
    """Write a table; see `services.ports.tables.TableFiles.write`."""
    ending = file.suffix.lower()
    if ending not in {".xlsx", ".csv"}:
        raise InvalidInput("table_ending", found=file.name)
    if ending == ".csv" and table.further:
        raise InvalidInput("table_sheets", found=file.name)
    with written_beside(file, replaces=replaces) as part:
        if ending == ".csv":
            return _write_csv(part, table, tell)
        # Rows that are written stand on the disk until the file is put together: here, not in a folder of all users.
        with tempfile.TemporaryDirectory(prefix=".", suffix=".rows", dir=file.parent) as folder:
            return _write_xlsx(part, table, tell, folder)


# ------------------------------------------------------------------------------------------- CSV


def _write_csv(part: Path, table: OutTable, tell: Tell) -> int:
    count = 0
    with part.open("x", encoding="utf-8-sig", errors="replace", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([defused(column.header) for column in table.columns])
        for row in table.rows:
            writer.writerow([_plain(column, cell) for column, cell in zip(table.columns, row, strict=True)])
            count += 1
            if count % _TOLD_EVERY == 0:
                tell(count)
    tell(count)
    return count


def _plain(column: OutColumn, cell: OutCell) -> str:
    return str(_value(cell, column.kind)) if isinstance(cell, int) else defused(cell or "")


def _value(number: int, kind: OutKind) -> Decimal | int:
    """Return whole fen as yuan with two decimals, millionths as a share, both exactly; a count as it is."""
    return Decimal(number).scaleb(-_DECIMALS[kind]) if kind in _DECIMALS else number


# ------------------------------------------------------------------------------------------- xlsx


class _Book:
    """A workbook and its formats."""

    def __init__(self, part: Path, folder: str) -> None:
        import xlsxwriter  # noqa: PLC0415 - 25 ms, for whoever exports
        from xlsxwriter.exceptions import XlsxFileError  # noqa: PLC0415

        self.failure = XlsxFileError
        self.book = book = xlsxwriter.Workbook(
            str(part),
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
            },
        )
        self.head = book.add_format({
            "bold": True, "bg_color": "#E8EEF4", "bottom": 1, "valign": "vcenter", "text_wrap": True,
        })  # fmt: skip
        self.needed = book.add_format({
            "bold": True, "bg_color": "#D5E3F0", "bottom": 1, "valign": "vcenter", "text_wrap": True,
        })  # fmt: skip
        self.cells = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
        self.sums = {
            kind: book.add_format({"num_format": code, "bold": True, "top": 1}) for kind, code in _FORMATS.items()
        }
        self.remark = book.add_format({"italic": True, "font_color": "#666666", "text_wrap": True, "valign": "top"})

    def add_sheet(self, title: str) -> Any:  # noqa: ANN401 - the library has no types
        """Add a sheet; a name that is taken already, whatever its case, gets a number."""
        taken = {sheet.get_name().casefold() for sheet in self.book.worksheets()}
        name, number = _sheet_name(title), 1
        while name.casefold() in taken:
            number += 1
            name = f"{_sheet_name(title)[: _LONGEST_SHEET - len(f' {number}')]} {number}"
        return self.book.add_worksheet(name)


def _write_xlsx(part: Path, table: OutTable, tell: Tell, folder: str) -> int:
    book = _Book(part, folder)
    try:
        count = sum(_write_sheet(book, one, tell) for one in (table, *table.further))
        if table.about:
            _write_about(book, table)
        book.book.close()
    except book.failure as error:
        raise StorageError("output", part, str(error)) from error
    except BaseException:
        _let_go(book.book)
        raise
    return count


def _let_go(book: Any) -> None:  # noqa: ANN401 - the library has no types
    """Close what a workbook has open when it is not to be written; it knows only how to be written."""
    book.fileclosed = True
    for sheet in book.worksheets():
        if sheet.row_data_fh is not None:
            sheet.row_data_fh.close()


def _write_sheet(book: _Book, table: OutTable, tell: Tell) -> int:
    sheet = book.add_sheet(table.title)
    columns = table.columns
    widths: list[float] = [_width(column.header) + 3 for column in columns]
    sums = [0] * len(columns)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.header, book.needed if column.is_required else book.head)
        if column.remark:
            sheet.write_comment(0, place, column.remark, {"x_scale": 2})
    count = _write_rows(sheet, book, table, widths, sums, tell)
    for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(place, place, min(max(width + 1, _NARROWEST), _WIDEST), book.cells[column.kind])
    sheet.freeze_panes(1, 0)
    if count:
        sheet.autofilter(0, 0, count, len(columns) - 1)
    if count and any(column.is_summed for column in columns):
        _write_sums(sheet, book, table, sums, count)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return count


def _write_rows(
    sheet: Any,  # noqa: ANN401 - the library has no types
    book: _Book,
    table: OutTable,
    widths: list[float],
    sums: list[int],
    tell: Tell,
) -> int:
    """Write every row, and keep how wide each column is and what it sums up to; return how many there are."""
    count = 0
    for row in table.rows:
        count += 1
        if count > MOST_ROWS:
            raise InvalidInput("table_rows_out", found=count, allowed=MOST_ROWS)
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            widths[place] = max(widths[place], _write_cell(sheet, (count, place), cell, column.kind, book))
            if column.is_summed and isinstance(cell, int):
                sums[place] += cell
        if count % _TOLD_EVERY == 0:
            tell(count)
    tell(count)
    return count


def _write_cell(sheet: Any, at: tuple[int, int], cell: OutCell, kind: OutKind, book: _Book) -> float:  # noqa: ANN401
    """Write a cell as what it is; return how wide it is."""
    if cell is None or cell == "":
        return 0
    if isinstance(cell, int):
        value = _value(cell, kind)
        sheet.write_number(*at, value, book.cells[kind])
        return len(f"{value:,}")
    if kind is OutKind.DATE and (day := _day(cell)) is not None:
        sheet.write_datetime(*at, day, book.cells[kind])
        return len(cell)
    sheet.write_string(*at, _written(cell), book.cells[OutKind.TEXT])
    return _width(cell)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year > 1900 else None  # noqa: PLR2004 - where the days of a spreadsheet begin


def _written(text: str) -> str:
    """Return a text that XML can hold; a character that it cannot is shown as missing."""
    return _UNWRITABLE.sub("\ufffd", text)[:_LONGEST_CELL]


def _write_sums(sheet: Any, book: _Book, table: OutTable, sums: Sequence[int], count: int) -> None:  # noqa: ANN401
    """Write sums that follow the filter below an empty row, each with its value as of now."""
    from xlsxwriter.utility import xl_range  # noqa: PLC0415 - as the library

    row = count + 2
    for place, column in enumerate(table.columns):
        if column.is_summed:
            value: Any = _value(sums[place], column.kind)
            cells = xl_range(1, place, count, place)
            sheet.write_formula(row, place, f"=SUBTOTAL(109,{cells})", book.sums[column.kind], value)
        elif place == 0:
            sheet.write_string(row, 0, table.sum_words, book.sums[OutKind.TEXT])
        else:
            sheet.write_blank(row, place, None, book.sums[OutKind.TEXT])


def _write_about(book: _Book, table: OutTable) -> None:
    name, value = _widest(table.about)
    sheet = book.add_sheet(table.about_title)
    sheet.set_column(0, 0, name + 2, book.cells[OutKind.TEXT])
    sheet.set_column(1, 1, value + 2, book.remark)
    for row, (words, told) in enumerate(table.about):
        sheet.write_string(row, 0, _written(words), book.head)
        sheet.write_string(row, 1, _written(told), book.remark)


def _widest(lines: Sequence[tuple[str, str]]) -> tuple[float, float]:
    names = max(_width(name) for name, _told in lines)
    return min(names, _WIDEST), min(max(*(_width(told) for _name, told in lines), _NARROWEST), _WIDEST)


def _width(text: str) -> float:
    """Return how wide a text is, in figures: a Chinese character takes two."""
    return sum(2.0 if unicodedata.east_asian_width(one) in "WFA" else 1.0 for one in text[:80])


def _sheet_name(text: str) -> str:
    return text.translate(_FORBIDDEN).strip(" '")[:_LONGEST_SHEET] or "1"
