"""Documents as workbooks: what the paper lists, typed and exact, sheet by sheet."""

from __future__ import annotations

from fractions import Fraction

import openpyxl
import pytest

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.exchange.table_files import SpreadsheetFiles
from voucher_app.services.documents.catalogue import CATALOGUE, sample
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.ports.tables import OutKind


def sheets_of(made):
    return [made, *made.further]


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_list_of_a_paper_is_a_sheet_with_all_its_amounts_to_the_fen(documents, kind):
    facts = sample(kind)
    sheets = sheets_of(documents.workbook(facts))
    told = [len(list(sheet.rows)) for sheet in sheets]
    amounts = {
        cell
        for sheet in sheets
        for row in sheet.rows
        for column, cell in zip(sheet.columns, row, strict=True)
        if column.kind is OutKind.MONEY and cell is not None
    }
    shown = {
        column.value for block in documents._template(kind).placed for column in getattr(block.block, "columns", ())
    }
    for table in CATALOGUE[kind].tables:
        rows = facts.tables[table.name]
        assert len(rows) in told, table.name
        for row in rows:
            for name, value in row.items():
                if isinstance(value, Money) and name in shown:
                    assert value.fen in amounts, (table.name, name)


def test_a_report_says_in_cells_what_its_paper_says(documents, tmp_path):
    made = documents.workbook(sample(DocumentKind.QUARTERLY_REPORT))
    file = tmp_path / "q.xlsx"
    SpreadsheetFiles().write(file, made)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == [
        "表1　各月发放、核销、拨付金额", "表2　属地分布", "表3　服务商份额", "表4　单位类别分布",
        "表5　年度发放总额调整记录", "要点", "正文",
    ]  # fmt: skip
    cities = book["表2　属地分布"]
    assert [cell.value for cell in cities[1]] == ["序号", "属地", "券数（张）", "发放金额（元）", "占比"]
    assert [cell.value for cell in cities[2]] == [1, "太原市", 141, 18_612_000, 0.44]
    assert cities["E2"].number_format == "0.00%"
    assert cities["D9"].value == "=SUBTOTAL(109,D2:D7)"
    assert cities.freeze_panes == "A2"
    points = {row[0].value: row[1].value for row in book["要点"].iter_rows(min_row=2)}
    assert points["未兑付"] == 10_394_898
    assert any("勾稽关系" in str(row[0].value) for row in book["正文"].iter_rows())


def test_nothing_is_told_of_what_is_not_there(documents):
    facts = sample(DocumentKind.PERFORMANCE_SHEET)
    rows = [dict(row) | {"note": None, "score": None} for row in facts.tables["indicators"]]
    facts.tables["indicators"][:] = rows
    assert {(row[-2], row[-1]) for row in documents.workbook(facts).rows} == {(None, "")}


def test_a_share_is_exact_to_a_millionth(documents):
    facts = sample(DocumentKind.YEARLY_REPORT)
    facts.tables["classes"][:] = [dict(row) | {"share": Fraction(1, 3)} for row in facts.tables["classes"]]
    (classes,) = [sheet for sheet in sheets_of(documents.workbook(facts)) if "单位类别" in sheet.title]
    assert {row[-1] for row in classes.rows} == {333_333}


def test_several_sheets_are_not_squeezed_into_one(documents, tmp_path):
    with pytest.raises(InvalidInput, match="table_sheets"):
        SpreadsheetFiles().write(tmp_path / "q.csv", documents.workbook(sample(DocumentKind.QUARTERLY_REPORT)))
    assert list(tmp_path.iterdir()) == []
