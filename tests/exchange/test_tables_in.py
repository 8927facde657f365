"""Tables from strangers: whatever they hold, a sentence comes back in time and this process lives."""

from __future__ import annotations

import csv
import os
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voucher_app import i18n
from voucher_app.domain.errors import InvalidInput, Stopped
from voucher_app.exchange import table_child
from voucher_app.exchange.table_files import SpreadsheetFiles
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.tables import LIMITS, Tell, Typed
from voucher_app.services.wording.errors import describe

from .hostile_tables import BOMB, HOSTILE, SLOW, number_cell, ods, packed, text_cell, workbook

TABLES = SpreadsheetFiles()


@pytest.fixture(autouse=True)
def chinese():
    before = i18n.language()
    i18n.set_language(i18n.CHINESE)
    yield
    i18n.set_language(before)


def cells(grid):
    return [list(line.cells) for line in grid.lines]


def refusal(tables, file):
    with pytest.raises(InvalidInput) as refused:
        tables.read(file)
    return describe(refused.value)[0]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_chinese_sentence_in_time(tmp_path, name):
    content, word = HOSTILE[name]
    file = tmp_path / "来件.xlsx"
    file.write_bytes(content)
    said = refusal(TABLES, file)  # a reading that takes longer than LIMITS.seconds is ended, as the test below has it
    assert word in said, said


def test_a_file_that_is_no_file_is_refused(tmp_path):
    target = tmp_path / "a.csv"
    target.write_text("名称,金额\n甲,1\n", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(target)
    assert "链接" in refusal(TABLES, tmp_path / "link.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("pipe.csv", "none.csv", "."):
        with pytest.raises(StorageError):
            TABLES.read(tmp_path / name)
    (tmp_path / "large.csv").write_bytes(b"x" * (LIMITS.file_bytes + 1))
    assert str(LIMITS.file_bytes) in refusal(TABLES, tmp_path / "large.csv")


def test_without_its_limit_a_bomb_would_be_opened(tmp_path):
    """The planted fault: the corpus is refused by the limits, not by chance."""
    file = tmp_path / "bomb.xlsx"
    file.write_bytes(BOMB)
    assert "耗尽内存" in refusal(TABLES, file)
    unlimited = SpreadsheetFiles(replace(LIMITS, ratio=10**9))
    assert "没有数据" in refusal(unlimited, file), "it was unpacked to its end"


def test_what_takes_too_long_is_ended(tmp_path):
    file = tmp_path / "slow.xlsx"
    file.write_bytes(SLOW)
    assert "没有数据" in refusal(TABLES, file), "it can be read, given the time"
    assert "中止" in refusal(SpreadsheetFiles(replace(LIMITS, seconds=0.1)), file)


def test_what_takes_too_much_memory_is_ended_and_the_program_lives(tmp_path):
    strings = "".join(f"<si><t>{'文' * 500}{place}</t></si>" for place in range(40_000))
    file = tmp_path / "fat.xlsx"
    table = f"<sst>{strings}</sst>"
    rels = (
        '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    file.write_bytes(workbook(**{"xl/sharedStrings.xml": table, "xl/_rels/workbook.xml.rels": rels}))
    tight = replace(LIMITS, memory_bytes=48 * 1024 * 1024, ratio=10**9)
    assert "内存" in refusal(SpreadsheetFiles(tight), file)
    assert cells(SpreadsheetFiles(replace(tight, memory_bytes=LIMITS.memory_bytes)).read(file))[0] == ["名称", "金额"]


def test_reading_stops_when_nobody_wants_it_any_more(tmp_path):
    file = tmp_path / "slow.xlsx"
    file.write_bytes(SLOW)
    with pytest.raises(Stopped):
        TABLES.read(file, tell=Tell(lambda _done: False))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_is_read_in_the_encodings_of_china(tmp_path, encoding, delimiter):
    text = f"名称{delimiter}金额\r\n太原䶮𬭎公司{delimiter}1\r\n"
    content = text.encode(encoding)
    (tmp_path / "a.csv").write_bytes(b"\xfe\xff" + content if encoding == "utf-16-be" else content)
    assert cells(TABLES.read(tmp_path / "a.csv")) == [["名称", "金额"], ["太原䶮𬭎公司", "1"]]


def test_numbers_come_as_they_are_stored_and_dates_as_days(tmp_path):
    numbers = ("2.65E+19", "0.1", "12345678901234567890")
    told = "".join(number_cell(f"{letter}3", text) for letter, text in zip("ABC", numbers, strict=True))
    told += "<c r='D3' t='b'><v>1</v></c><c r='E3' t='e'><v>#REF!</v></c><c r='F3'><f>A1</f></c>"
    stored = f"<sheetData><row r='1'>{text_cell('A1', '号')}</row><row r='3'>{told}</row></sheetData>"
    (tmp_path / "a.xlsx").write_bytes(workbook(stored))
    grid = TABLES.read(tmp_path / "a.xlsx")
    assert [line.number for line in grid.lines] == [1, 3]
    assert cells(grid)[1] == [*(Typed("n", text) for text in numbers), Typed("b", "1"), Typed("e", "#REF!")]


def test_what_another_library_writes_is_read_as_it_reads_it(tmp_path):
    """openpyxl as an oracle: shared strings, styles, dates, several sheets, hidden ones, gaps."""
    import datetime as dt

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "说明"
    sheet.append(["只是说明"])
    data = book.create_sheet("数据")
    for row in (
        ["名称", None, "日期"],
        ["甲 ", 12.5, dt.date(2026, 3, 5)],
        [None],
        ["乙", -3, dt.datetime(2026, 3, 5, 8, 30)],  # noqa: DTZ001 - cells know no zone
    ):
        data.append(row)
    book.create_sheet("藏").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    grid = TABLES.read(tmp_path / "a.xlsx", sheet="数据")
    assert (tuple(grid.sheets), grid.sheet) == (("说明", "数据"), "数据")
    assert cells(grid) == [
        ["名称", "", "日期"],
        ["甲 ", Typed("n", "12.5"), Typed("d", "2026-03-05")],
        ["乙", Typed("n", "-3"), Typed("d", "2026-03-05T")],
    ]
    assert cells(TABLES.read(tmp_path / "a.xlsx")) == [["只是说明"]]
    with pytest.raises(InvalidInput, match="table_sheet"):
        TABLES.read(tmp_path / "a.xlsx", sheet="藏")


def test_an_open_document_is_read(tmp_path):
    row = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>甲<text:s text:c="2"/>乙</text:p>'
        "<office:annotation><text:p>注</text:p></office:annotation></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="float" office:value="12345678901234567890"><text:p>1.2E19</text:p>'
        '</table:table-cell><table:table-cell office:value-type="date" office:date-value="2026-03-05"/>'
        '<table:table-cell table:number-columns-repeated="16379"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    )
    (tmp_path / "a.ods").write_bytes(ods(row))
    grid = TABLES.read(tmp_path / "a.ods")
    assert cells(grid) == [["甲  乙", "", "", Typed("n", "12345678901234567890"), Typed("d", "2026-03-05")]]
    assert (tuple(grid.sheets), grid.sheet) == (("单位",), "单位")


def test_a_block_of_a_spreadsheet_is_read_with_its_quotes():
    grid = TABLES.read_text('名称\t备注\r\n甲\t"一""二""\n三"\r\n')
    assert cells(grid) == [["名称", "备注"], ["甲", '一"二"\n三']]
    assert (grid.name, grid.sha256) == ("", "")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_bytes_make_the_reader_fail_in_another_way_than_by_refusing(data):
    """Fuzzing in this process, where a failure has a trace; the child around it only adds walls."""
    kind = data.draw(st.sampled_from(["bytes", "workbook", "ods", "parts"]))
    if kind == "bytes":
        content = data.draw(st.binary(max_size=400))
    elif kind == "parts":
        name = data.draw(st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "_rels/.rels", "content.xml"]))
        content = packed({name: data.draw(st.binary(max_size=200))})
    else:
        whole = bytearray(workbook() if kind == "workbook" else ods("<table:table-row/>"))
        for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=12)):
            whole[place] = data.draw(st.integers(0, 255))
        content = bytes(whole)
    limits = {"rows": 50, "columns": 8, "characters": 100, "entries": 20, "unpacked_bytes": 10**6, "ratio": 200}
    said = []
    table_child.say, before = said.append, table_child.say
    try:
        table_child.read(content, {"limits": limits, "sheet": "", "pasted": False})
    except table_child.Refused as refused:
        said.append(refused.code)
    finally:
        table_child.say = before
        csv.field_size_limit(131_072)  # it counts for the whole process, which elsewhere is the child's
    assert said


def test_one_cell_that_stands_for_a_million_does_not_fill_this_process(tmp_path):
    """A file of 300 bytes said one long text nineteen thousand times in 64 columns: half a gigabyte of rows."""
    repeated = (
        "<table:table-cell table:number-columns-repeated='64'><text:p>" + "x" * 300 + "</text:p></table:table-cell>"
    )
    row = f"<table:table-row table:number-rows-repeated='19000'>{repeated}</table:table-row>"
    (tmp_path / "a.ods").write_bytes(ods(row))
    small = SpreadsheetFiles(replace(LIMITS, unpacked_bytes=2_000_000))
    with pytest.raises(InvalidInput) as refused:
        small.read(tmp_path / "a.ods")
    assert refused.value.code == "table_unpacked"
    assert refused.value.facts["allowed"] == 2_000_000


def test_a_long_number_is_told_with_its_length(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook(f'<row r="1">{number_cell("A1", "9" * 5_000)}</row>'))
    with pytest.raises(InvalidInput) as refused:
        TABLES.read(tmp_path / "a.xlsx")
    assert refused.value.found == 5_000
