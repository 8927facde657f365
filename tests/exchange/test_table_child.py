"""What the reader of tables makes of odd workbooks, in this process: the child around it only adds walls."""

from __future__ import annotations

import csv
import os
import signal
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from voucher_app.domain.errors import InvalidInput
from voucher_app.exchange import table_child, table_writer
from voucher_app.exchange.table_files import SpreadsheetFiles
from voucher_app.services.ports.tables import LIMITS, OutColumn, OutTable, Tell

from .hostile_tables import _BOOK, _BOOK_RELS, GOOD, SLOW, number_cell, ods, packed, text_cell, workbook

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def reading(monkeypatch):
    """Return what reads some bytes: the rows of cells, or the code of the refusal."""

    def run(content, *, sheet="", limits=LIMITS):
        told = []
        monkeypatch.setattr(table_child, "say", told.append)
        try:
            table_child.read(content, {"limits": asdict(limits), "sheet": sheet, "pasted": False})
        except table_child.Refused as refused:
            return refused.code
        finally:
            csv.field_size_limit(131_072)  # it counts for the whole process, which elsewhere is the child's
        return [cells for one in told for _number, cells in one.get("rows", ())]

    return run


def related(**kinds):
    """Return the relations of a workbook: its sheet, and further parts by their kinds."""
    more = "".join(f'<Relationship Id="r{k}" Type="x/{k}" Target="{target}"/>' for k, target in kinds.items())
    return {"xl/_rels/workbook.xml.rels": _BOOK_RELS.replace("</Relationships>", f"{more}</Relationships>")}


def test_the_readings_above_characters_are_no_part_of_a_name(reading):
    """What Excel keeps of a Japanese or Chinese input method stands in the same cell."""
    name = "<t>太原</t><rPh sb='0' eb='1'><t>タイゲン</t></rPh>"
    shared = f"<sst {MAIN}>\n<si>{name}</si>\n<si><r><t>汾</t></r><r><t>河</t></r></si></sst>"
    cells = f'<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is>{name}</is></c></row>'
    book = workbook(f"<sheetData>{cells}</sheetData>", **{"xl/s.xml": shared}, **related(sharedStrings="s.xml"))
    assert reading(book) == [["太原", "汾河", "太原"]]


def test_a_cell_is_a_day_only_where_its_number_can_be_one(reading):
    styles = (
        f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/>'
        '<numFmt numFmtId="165" formatCode="#,##0&quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/>'
        '</cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>'
        '<xf numFmtId="165"/></cellXfs>'
        "</styleSheet>"
    )
    stored = (("1", "46000"), ("2", "46000.5"), ("3", "46000"), ("1", "0"), ("1", "x"), ("0", "46000"), ("9", "46000"))
    cells = "".join(f'<c s="{style}"><v>{text}</v></c>' for style, text in stored)
    cells += '<c t="d"><v>2026-03-05</v></c><c t="str"><f>A1</f><v>甲</v></c>'
    parts = {"xl/styles.xml": styles} | related(styles="styles.xml")
    day = ["d", "2025-12-09"]
    assert reading(workbook(f"<sheetData><row>{cells}</row></sheetData>", **parts)) == [
        [day, ["d", "2025-12-09T"], ["n", "46000"], ["n", "0"], ["n", "x"], ["n", "46000"], ["n", "46000"],
         ["d", "2026-03-05"], "甲"]
    ]  # fmt: skip
    since_1904 = _BOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    moved = reading(workbook(f"<sheetData><row>{cells}</row></sheetData>", **parts, **{"xl/workbook.xml": since_1904}))
    assert moved[0][0] == ["d", "2029-12-10"], "Excel for the Mac counted from another day"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (workbook('<sheetData><row r="x"/></sheetData>'), "damaged"),
        (workbook('<sheetData><row r="1234567890"/></sheetData>'), "damaged"),
        (workbook(**{"_rels/.rels": "<Relationships/>", "xl/workbook.xml": "<workbook/>"}), "empty"),
        (workbook(**{"xl/_rels/workbook.xml.rels": "<Relationships/>"}), "damaged"),
        (workbook(**{"xl/workbook.xml": _BOOK.replace("<sheet ", '<sheet state="hidden" ')}), "empty"),
        (packed({"content.xml": "<document-content/>"}), "empty"),
        (workbook(text_cell("A1", "x"), **{"XL/workbook.XML": "<x/>"}), "damaged"),
        (f"名称,备注\n甲,{'长' * 4_002}\n".encode(), "long_cell"),
        (ods("<table:table-row>" + '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
             * 66 + "</table:table-row>"), "wide"),
    ],
    ids=["row", "long row", "no sheets", "no parts", "hidden", "nothing", "twice", "long cell", "wide"],
)  # fmt: skip
def test_a_workbook_that_contradicts_itself_is_refused_for_what_it_is(reading, content, code):
    assert reading(content) == code


def test_what_a_workbook_names_outside_of_itself_is_left_alone(reading):
    outside = '<Relationship Id="x" Type="x/sharedStrings" TargetMode="External" Target="http://example.invalid/s"/>'
    rels = _BOOK_RELS.replace("</Relationships>", f"{outside}</Relationships>")
    assert reading(workbook(**{"xl/_rels/workbook.xml.rels": rels})) == [["名称", "金额"], ["甲", "乙"]]
    absolute = _BOOK_RELS.replace("worksheets/", "/xl/./worksheets/")
    assert reading(workbook(**{"xl/_rels/workbook.xml.rels": absolute})) == [["名称", "金额"], ["甲", "乙"]]


def test_an_open_document_says_what_its_cells_show(reading):
    cell = "<table:table-cell {}</table:table-cell>"
    row = "".join(
        cell.format(inside)
        for inside in (
            'office:value-type="boolean" office:boolean-value="true">',
            'office:value-type="boolean" office:boolean-value="false"><text:p>no</text:p>',
            'office:value-type="date" office:date-value="2026-03-05T00:00:00">',
            'office:value-type="date" office:date-value="2026-03-05T08:30:00">',
            'office:value-type="string" office:string-value="甲">',
            'office:value-type="string"><text:p>a<text:tab/>b<text:line-break/>c</text:p><text:p>d</text:p>',
        )
    )
    told = [["b", "1"], ["b", "0"], ["d", "2026-03-05"], ["d", "2026-03-05T"], "甲", "a\tb\nc\nd"]
    content = ods(f"<table:table-row>{row}</table:table-row>", '<m xmlns="urn:x"><file-entry/></m>')
    assert reading(content) == [told]
    assert reading(content, sheet="单位") == [told]
    assert reading(content, sheet="别的") == "sheet"


def killed_while_asked(done):
    """End whatever this process has started, as a system that lacks memory does."""
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            os.kill(int(child), signal.SIGKILL)
    return done >= 0


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found as Linux tells them")
def test_a_reader_that_the_system_ends_is_told_and_the_file_can_be_read_again(tmp_path):
    file = tmp_path / "slow.xlsx"
    file.write_bytes(SLOW)
    with pytest.raises(InvalidInput) as refused:
        SpreadsheetFiles().read(file, tell=Tell(killed_while_asked))
    assert (refused.value.code, refused.value.found) == ("table_died", "slow.xlsx")
    file.write_bytes(workbook(GOOD))
    assert len(SpreadsheetFiles().read(file).lines) == 2


def test_a_list_longer_than_a_sheet_is_refused_whole_and_goes_into_a_csv(tmp_path, monkeypatch):
    monkeypatch.setattr(table_writer, "MOST_ROWS", 3)  # of a million, which take a minute
    table = OutTable("单位", (OutColumn("名称"),), [[str(place)] for place in range(4)])
    with pytest.raises(InvalidInput) as refused:
        SpreadsheetFiles().write(tmp_path / "a.xlsx", table)
    assert (refused.value.code, refused.value.found, refused.value.facts["allowed"]) == ("table_rows_out", 4, 3)
    assert list(tmp_path.iterdir()) == []
    SpreadsheetFiles().write(tmp_path / "a.csv", table)
    SpreadsheetFiles().write(tmp_path / "a.xlsx", replace(table, rows=table.rows[:3]))
    assert [len(SpreadsheetFiles().read(tmp_path / name).lines) for name in ("a.csv", "a.xlsx")] == [5, 4]


def test_a_block_larger_than_a_file_may_be_is_not_read():
    with pytest.raises(InvalidInput) as refused:
        SpreadsheetFiles(replace(LIMITS, file_bytes=10)).read_text("名称\t备注\n甲\t乙\n")
    assert refused.value.code == "limit"


def test_a_long_number_in_any_form_of_table_counts_as_long_as_it_is(reading):
    short = replace(LIMITS, characters=10)
    assert (
        reading(workbook(f"<sheetData><row>{number_cell('A1', '1' * 11)}</row></sheetData>"), limits=short)
        == "long_cell"
    )
    assert reading(workbook(f"<sheetData><row>{number_cell('A1', '1' * 10)}</row></sheetData>"), limits=short) == [
        [["n", "1" * 10]]
    ]
