"""Tables out: typed, without a formula from data, whole or not at all; and back in, the same."""

from __future__ import annotations

import csv
import datetime as dt
import os
import tracemalloc
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from voucher_app.domain.errors import InvalidInput, Stopped
from voucher_app.exchange.table_files import SpreadsheetFiles
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.tables import LIMITS, OutColumn, OutKind, OutTable, Tell, Typed

TABLES = SpreadsheetFiles()
COLUMNS = (
    OutColumn("单位"),
    OutColumn("金额（元）", OutKind.MONEY, is_summed=True),
    OutColumn("日期", OutKind.DATE),
    OutColumn("数", OutKind.COUNT),
)
PLAIN = tuple(replace(column, is_summed=False) for column in COLUMNS)
INJECTIONS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://example.invalid","x")', "\t=1+1",
    "\r=1", "＝1+1", "＋1", "－1", "＠A1", "'=1", '=IMPORTXML("http://example.invalid")', "=WEBSERVICE(A1)", "{=1+1}",
    "http://example.invalid", "internal:Sheet1!A1", "mailto:a@example.invalid", "1e5", "00012", "12345678901234567890",
]  # fmt: skip


def written(tmp_path, rows, name="a.xlsx", columns=COLUMNS, **more):
    file = tmp_path / name
    TABLES.write(file, OutTable("列表", columns, rows, sum_words="合计", **more))
    return file


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_table_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch, name):
    synced, sync = [], os.fsync

    def note(handle):
        synced.append((os.fstat(handle).st_ino, (tmp_path / name).exists()))
        sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    file = written(tmp_path, [["甲", 1, "2026-03-05", 7]], name=name)
    assert synced == [(file.stat().st_ino, False), (tmp_path.stat().st_ino, True)]


def test_cells_are_what_they_are_and_sums_follow_the_filter(tmp_path):
    rows = [["甲", 123_456, "2026-03-05", 7], ["乙", 10**15, "—", None], ["丙", -5, "1899-01-01", 0]]
    file = written(tmp_path, rows, about=[("列表", "领用单位")], about_title="说明")
    sheet = openpyxl.load_workbook(file)["列表"]
    values = openpyxl.load_workbook(file, data_only=True)["列表"]
    assert [cell.value for cell in values[2]] == ["甲", 1234.56, dt.datetime(2026, 3, 5), 7]  # noqa: DTZ001 - cells know no zone
    assert [cell.value for cell in values[3]] == ["乙", 10**13, "—", None]
    assert [cell.value for cell in values[4]] == ["丙", -0.05, "1899-01-01", 0]
    assert [sheet[2][place].number_format for place in range(4)] == ["@", "#,##0.00", "yyyy-mm-dd", "#,##0"]
    assert (sheet["A6"].value, sheet["B6"].value) == ("合计", "=SUBTOTAL(109,B2:B4)")
    assert values["B6"].value == 10000000001234.51
    assert sheet["D6"].value is None, "counts of different things are not summed"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D4")
    assert sheet.column_dimensions["A"].width >= 8


def test_nothing_of_the_data_is_a_formula_a_link_or_a_number(tmp_path, hostile_texts, sealed):
    texts = [*INJECTIONS, *hostile_texts]
    assert len(texts) >= 200
    with sealed():
        file = written(tmp_path, [[text, None, text, None] for text in texts], columns=PLAIN)
    with zipfile.ZipFile(file) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert not any("externalLink" in name or "Relationship" in name for name in book.namelist())
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    grid = SpreadsheetFiles(replace(LIMITS, characters=10_000)).read(file)
    back = [line.cells[0] for line in grid.lines[1:]]
    assert all(isinstance(text, str) for text in back)
    plain = {text for text in texts if text.isprintable() and len(text) < 4_000}
    assert plain <= set(back), "what can be shown comes back as it was"


def test_no_cell_of_a_csv_begins_as_a_formula(tmp_path, hostile_texts):
    texts = [*INJECTIONS, *hostile_texts]
    file = written(tmp_path, [[text, -5, "2026-03-05", 1] for text in texts], name="a.csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == len(texts) + 1
    assert not [row[0] for row in rows if row[0].startswith(tuple("=+-@\t\r\n＝＋－＠"))]
    assert {row[1] for row in rows[1:]} == {"-0.05"}, "an amount is a number, whatever its sign"


def test_a_thousand_rare_names_come_back(tmp_path, rare_names):
    for ending in ("xlsx", "csv"):
        file = written(tmp_path, [[name, None, None, None] for name in rare_names], name=f"a.{ending}", columns=PLAIN)
        assert [line.cells[0] for line in TABLES.read(file).lines[1:]] == rare_names


def test_long_numbers_stay_text_and_amounts_stay_exact(tmp_path):
    file = written(tmp_path, [["12345678901234567890", 999_999_999_999_999, None, None]])
    (row,) = TABLES.read(file).lines[1:2]
    assert list(row.cells) == ["12345678901234567890", Typed("n", "9999999999999.99")]


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    def broken():
        yield ["甲", 1, None, None]
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError) as refused:
        written(tmp_path, broken())
    assert refused.value.code == "output"
    rows = ([str(place), 1, None, None] for place in range(1_000))
    with pytest.raises(Stopped):
        TABLES.write(tmp_path / "b.xlsx", OutTable("x", COLUMNS, rows), tell=Tell(lambda done: done < 400))
    assert list(tmp_path.iterdir()) == []
    written(tmp_path, [["甲", 1, None, None]])
    with pytest.raises(StorageError) as there:
        written(tmp_path, [["乙", 1, None, None]])
    assert there.value.code == "exists"
    assert TABLES.read(tmp_path / "a.xlsx").lines[1].cells[0] == "甲"
    TABLES.write(tmp_path / "a.xlsx", OutTable("x", COLUMNS, [["丙", 1, None, None]]), replaces=True)
    assert TABLES.read(tmp_path / "a.xlsx").lines[1].cells[0] == "丙"
    with pytest.raises(InvalidInput, match="table_ending"):
        written(tmp_path, [], name="a.pdf")


def test_rows_are_not_held(tmp_path):
    """4,000 rows take as little memory as 1,000: each goes to the disk as it comes."""

    def peak(count):
        tracemalloc.start()
        written(tmp_path, (["甲" * 20, place, "2026-03-05", place] for place in range(count)), name=f"{count}.xlsx")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(4_000) < peak(1_000) + 1_000_000
