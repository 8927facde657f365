"""Tables handed over as CSV: read strictly, refused with line and column, never repaired.

UTF-8 first, then GB18030, because Excel in China writes both. Workbooks come with the import pages.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from voucher_app.domain.budget import FIRST_YEAR, LAST_YEAR
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.text import parse_date
from voucher_app.services.calendar import CalendarDay
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.parties import Facility
from voucher_app.services.recipient import UnitFacts, check_unit, parse_kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LARGEST_BYTES: Final = 20 * 1024 * 1024
MOST_ROWS: Final = 20_000
_LARGEST_NUMBER = 10**9

_FACILITY_COLUMNS: Final = (
    "name", "place", "region_code", "operator", "racks", "pflops_fp16", "investment_yi_yuan", "state", "note", "source",
)  # fmt: skip
_RECIPIENT_COLUMNS: Final = ("name", "uscc", "kind", "region_code")
_CALENDAR_COLUMNS: Final = ("date", "is_working", "note")
_CHINESE: Final = {
    "单位名称": "name", "名称": "name", "统一社会信用代码": "uscc", "类别": "kind", "属地代码": "region_code",
    "日期": "date", "是否工作日": "is_working", "备注": "note",
    "企业": "enterprise", "高校": "university", "科研机构": "institute",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its number in the file, and its cells by column."""

    number: int
    cells: Mapping[str, str]


def read_lines(file: Path, columns: tuple[str, ...], *, names: Mapping[str, str] | None = None) -> list[Line]:
    """Read a CSV file that has at least these columns; `names` tells what they may be called beside that.

    Raises:
        StorageError: when the file cannot be read.
        InvalidInput: for the encoding, a missing column, a line of another width, or a file that is too large.
    """
    text = _decoded(file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InvalidInput("table_encoding", found=f"{file.name}: {error}") from None
    if not rows:
        raise InvalidInput("table_empty", found=file.name)
    called = _CHINESE | dict(names or {})
    head = [called.get(cell.strip(), cell.strip()) for cell in rows[0][1]]
    missing = [column for column in columns if column not in head]
    if missing:
        raise InvalidInput("table_columns", found=", ".join(missing), needed=", ".join(columns))
    if len(rows) == 1:
        raise InvalidInput("table_empty", found=file.name)
    if len(rows) - 1 > MOST_ROWS:
        raise InvalidInput("limit", found=len(rows) - 1, allowed=MOST_ROWS)
    lines = []
    for number, row in rows[1:]:
        if len(row) != len(head):
            raise InvalidInput("table_width", found=len(row), line=number, expected=len(head))
        lines.append(Line(number, dict(zip(head, (cell.strip() for cell in row), strict=True))))
    return lines


def _decoded(file: Path) -> str:
    try:
        if not file.is_file():
            raise StorageError("missing_file", file)
        if file.stat().st_size > LARGEST_BYTES:
            raise InvalidInput("limit", found=file.stat().st_size, allowed=LARGEST_BYTES)
        content = file.read_bytes()
    except OSError as error:
        raise StorageError("missing_file", file, str(error)) from error
    if b"\x00" in content:
        raise InvalidInput("table_encoding", found=file.name)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("table_encoding", found=file.name)


def _refuse_repeated(lines: list[Line], column: str) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        value = line.cells[column]
        if value in seen:
            raise InvalidInput("table_duplicate", found=value, line=line.number, earlier=seen[value])
        seen[value] = line.number


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:10]) < _LARGEST_NUMBER:
        raise InvalidInput("whole_number", found=text)
    return int(text)


def read_facilities(file: Path) -> list[Facility]:
    """Read a registry of facilities (`resources/registry/facilities.csv` shows the columns).

    Raises:
        StorageError, InvalidInput: as `read_lines`; and for a cell or a name that stands twice.
    """
    lines = read_lines(file, _FACILITY_COLUMNS)
    _refuse_repeated(lines, "name")
    facilities = []
    for line in lines:
        cell = line.cells
        numbers = {}
        for column in ("racks", "pflops_fp16"):
            try:
                numbers[column] = _whole(cell[column])
            except InvalidInput as error:
                raise InvalidInput(
                    "table_cell", found=cell[column], line=line.number, column=column, cause=error
                ) from error
        for column in ("name", "region_code"):
            if not cell[column]:
                raise InvalidInput(
                    "table_cell",
                    found="",
                    line=line.number,
                    column=column,
                    cause=InvalidInput("text_missing", found="", field=column),
                )
        facilities.append(
            Facility(
                name=cell["name"],
                place=cell["place"],
                region_code=cell["region_code"],
                operated_by=cell["operator"],
                racks=numbers["racks"],
                pflops_fp16=numbers["pflops_fp16"],
                investment_yi_yuan=cell["investment_yi_yuan"],
                state=cell["state"],
                note=cell["note"],
                source=cell["source"],
            )
        )
    return facilities


def read_recipients(file: Path) -> list[tuple[UnitFacts, str]]:
    """Read recipients to register: name, uscc, kind, region_code, in English or Chinese headings.

    Raises:
        StorageError, InvalidInput: as `read_lines`; the first cell that cannot be read is named by line.
    """
    lines = read_lines(file, _RECIPIENT_COLUMNS)
    _refuse_repeated(lines, "uscc")
    units = []
    for line in lines:
        cell = line.cells
        unit = UnitFacts(cell["name"], cell["uscc"], cell["region_code"])
        kind = _CHINESE.get(cell["kind"], cell["kind"])
        try:
            check_unit(unit)
            parse_kind(kind)
        except InvalidInput as error:
            raise InvalidInput(
                "table_cell", found=error.found, line=line.number, column=error.code, cause=error
            ) from error
        units.append((unit, kind))
    return units


_YES: Final = frozenset({"1", "true", "yes", "是", "上班"})
_NO: Final = frozenset({"0", "false", "no", "否", "休", "放假"})


def read_calendar(file: Path) -> list[CalendarDay]:
    """Read days off and moved working days: date, is_working (1 or 0, 是 or 否), note.

    Raises:
        StorageError, InvalidInput: as `read_lines`; the first cell that cannot be read is named by line.
    """
    lines = read_lines(file, _CALENDAR_COLUMNS)
    _refuse_repeated(lines, "date")
    days = []
    for line in lines:
        told: dict[str, date | bool] = {}
        for column, read in (("date", _day_of_a_calendar), ("is_working", _yes_or_no)):
            text = line.cells[column]
            try:
                told[column] = read(text)
            except InvalidInput as error:
                raise InvalidInput("table_cell", found=text, line=line.number, column=column, cause=error) from error
        day = told["date"]
        assert isinstance(day, date), "the first reader reads a day"
        days.append(CalendarDay(day, bool(told["is_working"]), line.cells["note"]))
    return days


def _day_of_a_calendar(text: str) -> date:
    day = parse_date(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidInput("year", found=day.year, first=FIRST_YEAR, last=LAST_YEAR)
    return day


def _yes_or_no(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise InvalidInput("flag", found=text)
    return word in _YES
