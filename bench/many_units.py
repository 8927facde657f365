"""A table of many units with some bad rows, each wrong in a way of its own: what is wrong is known beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import xlsxwriter

from voucher_app.services.demonstration import demonstration_code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

HEAD: Final = ("单位名称", "统一社会信用代码", "类别", "属地代码", "电话", "成立日期")
_FIRST_SERIAL: Final = 2_000_000
_WIDE: Final = 7

Row = list[str | int | None]


def _with(place: int, cell: str | int | None) -> Callable[[Row, Row], Row]:
    return lambda row, _before: [*row[:place], cell, *row[place + 1 :]]


_WRONG: Final[tuple[tuple[str, Callable[[Row, Row], Row]], ...]] = (
    ("cell_missing", _with(0, None)),
    ("uscc_check", _with(1, "91140100MA0000000X")),
    ("recipient_kind", _with(2, "个体户")),
    ("region", _with(3, "太原")),
    ("date", _with(5, "2020年13月1日")),
    ("table_duplicate", lambda row, before: [row[0], before[1], *row[2:]]),
    ("table_number", _with(1, 12_345_678_901_234_567_890)),
    ("text_character", _with(0, "甲\u200b公司")),
    ("table_width", lambda row, _before: [*row, "多出一格"]),
    ("region", _with(3, "999999")),
)


def many_units(count: int, bad: int) -> tuple[list[Row], dict[int, str]]:
    """Return rows without their head, and the code of what is wrong by the number of the row in the file.

    Args:
        count: rows.
        bad: how many of them are wrong, none of them or some; they lie evenly among the others.
    """
    rows: list[Row] = [
        [f"太原第{place}数据有限公司", demonstration_code("enterprise", _FIRST_SERIAL + place), "企业", "140100",
         "0351-1234567", "2020-03-05"]
        for place in range(count)
    ]  # fmt: skip
    wrong = {}
    step = count // max(bad, 1)
    for turn in range(bad):
        place = turn * step + step - 1
        code, spoil = _WRONG[turn % len(_WRONG)]
        rows[place] = spoil(rows[place], rows[place - 1])
        wrong[place + 2] = code
    return rows, wrong


def write_units(file: Path, rows: Sequence[Row]) -> None:
    """Write them as a spreadsheet program does: texts are texts, numbers are numbers."""
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    for number, row in enumerate(rows, start=1):
        assert len(row) <= _WIDE, "one cell too many at most"
        sheet.write_row(number, 0, row)
    book.close()
