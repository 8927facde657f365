"""Taking tables in: which column is which, what a cell says, every error at once, and all rows or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app import i18n
from voucher_app.domain.errors import InvalidFile, InvalidInput, RowsViolated, RulesViolated, Stopped
from voucher_app.domain.money import Money
from voucher_app.exchange.table_files import SpreadsheetFiles
from voucher_app.services import recipient
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.imports.kind import Order
from voucher_app.services.imports.kinds import KINDS
from voucher_app.services.imports.preview import RowStatus, imported_file, preview, refuse, rejected, template_of
from voucher_app.services.imports.reading import guess, number_text, plain, whole
from voucher_app.services.ports.tables import Grid, ImportedFile, Line, OutKind, Tell, Typed
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id

RECIPIENTS, APPLICATIONS, CLAIMS = KINDS["recipients"], KINDS["applications"], KINDS["claims"]
UNITS = ["单位名称", "统一社会信用代码", "类别", "属地代码"]


def code(serial):
    return demonstration_code("enterprise", serial)


def grid_of(*rows, name="", sha256=""):
    return Grid(name, sha256, [Line(number, list(cells)) for number, cells in enumerate(rows, start=1)])


def looked_at(desk, kind, *rows, operator=None, **more):
    order = Order(operator or desk.preparer, new_request_id(), **more)
    return preview(desk.workspace, kind, grid_of(*rows), order), order


def taken(desk, found, order):
    return found.kind.carry_out(desk.workspace, found.entries, order)


def codes(row):
    return [getattr(fault, "code", "not found") for _column, fault in row.faults]


@pytest.fixture(autouse=True)
def chinese():
    before = i18n.language()
    i18n.set_language(i18n.CHINESE)
    yield
    i18n.set_language(before)


# ------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_template_is_understood_whole_in_either_language(tmp_path, kind, language):
    before = i18n.language()
    try:
        i18n.set_language(language)
        SpreadsheetFiles().write(tmp_path / "t.xlsx", template_of(kind))
        grid = SpreadsheetFiles().read(tmp_path / "t.xlsx")
        for read_in in i18n.LANGUAGES:
            i18n.set_language(read_in)
            if language in {read_in, i18n.CHINESE}:
                columns = guess(kind, grid)
                assert set(columns.places) == {column.key for column in kind.columns}
                assert sorted(columns.places.values()) == list(range(len(kind.columns)))
    finally:
        i18n.set_language(before)


@pytest.mark.parametrize(
    "stored", ["2.65E+19", "12345678901234567890", "1234567890123456", "1E+400", "NaN", "1e-20", "x"]
)
def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_refused_and_never_rounded(stored):
    with pytest.raises(InvalidInput, match="table_number"):
        plain(Typed("n", stored), OutKind.TEXT)


@given(st.integers(0, 10**13), st.sampled_from(["", ".0", "E0"]))
def test_a_whole_number_stays_what_it_is(number, ending):
    assert number_text(f"{number}{ending}") == str(number)


@given(st.integers(0, 10**13))
def test_an_amount_that_a_spreadsheet_stores_in_binary_is_read_as_it_shows_it(fen):
    assert Money.parse(number_text(repr(fen / 100))).fen == fen
    assert Money.parse(number_text(f"{fen / 100:.17g}")).fen == fen


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        (Typed("d", "2026-03-05"), OutKind.DATE, "2026-03-05"),
        ("2026年3月5日", OutKind.DATE, "2026-03-05"),
        ("2026/3/5", OutKind.DATE, "2026-03-05"),
        ("20260305", OutKind.DATE, "2026-03-05"),
        (Typed("n", "20260305"), OutKind.DATE, "2026-03-05"),
        ("5/3/2026", OutKind.DATE, "5/3/2026"),
        (Typed("n", "46086"), OutKind.DATE, "46086"),
        (Typed("n", "140100"), OutKind.TEXT, "140100"),
        (Typed("n", "3.3000000000000003"), OutKind.MONEY, "3.3"),
        (Typed("n", "1234.567"), OutKind.MONEY, "1234.567"),
        ("  1,234.50 ", OutKind.MONEY, "1,234.50"),
    ],
)
def test_what_a_cell_says(cell, kind, text):
    assert plain(cell, kind) == text


@pytest.mark.parametrize(
    ("cell", "kind", "refused"),
    [
        (Typed("e", "#REF!"), OutKind.TEXT, "table_cell_error"),
        (Typed("d", "2026-03-05T"), OutKind.DATE, "date_with_time"),
        ("9.1140100E+17", OutKind.TEXT, "table_number"),
    ],
)
def test_what_a_cell_cannot_say(cell, kind, refused):
    with pytest.raises(InvalidInput, match=refused):
        plain(cell, kind)


# ------------------------------------------------------------------------------------------- units


def test_everything_wrong_is_told_at_once_row_by_row(desk):
    known = desk.recipients[0]
    found, order = looked_at(
        desk,
        RECIPIENTS,
        UNITS,
        ["甲公司", code(901), "企业", "140100"],
        ["", code(902)[:-1] + "?", "公司啊", "太原"],
        ["乙公司", known, "企业", "140100"],
        ["丙公司", code(901), "企业", "140100"],
        ["丁公司", Typed("n", "9.11401E+17"), "企业", Typed("n", "140100")],
        ["戊\u200b公司", code(905), "企业", "140100", "多了"],
    )
    assert [row.status.value for row in found.rows] == ["good", "bad", "bad", "bad", "bad", "bad"]
    assert codes(found.rows[1]) == ["cell_missing", "uscc", "recipient_kind", "region"]
    assert codes(found.rows[2]) == ["recipient_exists"]
    assert codes(found.rows[3]) == ["table_duplicate"]
    assert codes(found.rows[4]) == ["table_number"]
    assert codes(found.rows[5]) == ["text_character", "table_width"]
    assert not found.is_good
    with pytest.raises(InvalidFile) as refused:
        refuse(found)
    assert len(refused.value.faults) == 8
    assert desk.workspace.records().parties.find_recipient(code(901)) is None
    del order


def test_rows_that_cannot_go_in_come_back_with_their_reasons_and_go_in_once_corrected(desk, tmp_path):
    rows = [UNITS, ["甲公司", code(911), "企业", "140100"], ["乙公司", "91", "企业", "140100"]]
    found, _order = looked_at(desk, RECIPIENTS, *rows)
    SpreadsheetFiles().write(tmp_path / "back.xlsx", rejected(found))
    grid = SpreadsheetFiles().read(tmp_path / "back.xlsx")
    assert [list(line.cells) for line in grid.lines] == [
        ["文件中的行号", "问题", *UNITS],
        [Typed("n", "3"), found.rows[1].sentences()[0], "乙公司", "91", "企业", "140100"],
    ]
    mended = [list(grid.lines[0].cells), [*grid.lines[1].cells[:3], code(912), *grid.lines[1].cells[4:]]]
    again, order = looked_at(desk, RECIPIENTS, *mended)
    assert again.is_good
    assert [one.organisation.name for one in taken(desk, again, order)] == ["乙公司"]


def test_the_same_file_is_refused_the_second_time_inside_the_act_too(desk):
    rows = [UNITS, ["甲公司", code(921), "企业", "140100"]]
    source = ImportedFile("名单.xlsx", "a" * 64, kind="recipients")
    found, order = looked_at(desk, RECIPIENTS, *rows, source=source)
    taken(desk, found, order)
    assert desk.workspace.records().import_files.find("a" * 64).file_name == "名单.xlsx"
    other = [UNITS, ["乙公司", code(922), "企业", "140100"]]
    again, _order = looked_at(desk, RECIPIENTS, *other, source=source)
    assert [fault.code for fault in again.whole] == ["file_imported"]
    with pytest.raises(RulesViolated) as refused:
        recipient.add_all(
            desk.workspace,
            units=[(UnitFacts("乙公司", code(922), "140100"), "enterprise")],
            operator=desk.preparer,
            request_id=new_request_id(),
            source=source,
        )
    assert refused.value.violations[0].rule == "IMPORT"
    assert imported_file(RECIPIENTS, grid_of(*rows)) is None, "what was pasted is no file"


def test_the_role_is_told_of_the_table_as_a_whole_and_nothing_is_written(desk):
    found, order = looked_at(desk, RECIPIENTS, UNITS, ["甲公司", code(931), "企业", "140100"], operator=desk.auditor)
    assert [fault.rule for fault in found.whole] == ["ROLE"]
    with pytest.raises(RulesViolated):
        refuse(found)
    with pytest.raises(RulesViolated):
        taken(desk, found, order)


def test_who_stops_it_has_recorded_nothing(desk):
    rows = [UNITS, *(["公司", code(1_000 + place), "企业", "140100"] for place in range(5))]
    found, order = looked_at(desk, RECIPIENTS, *rows)
    stopping = Order(order.operator, order.request_id, tell=Tell(lambda done: done < 3))
    with pytest.raises(Stopped):
        taken(desk, found, stopping)
    assert desk.workspace.records().parties.find_recipient(code(1_000)) is None
    assert len(taken(desk, found, order)) == 5


def test_several_units_that_break_rules_are_told_by_their_place(desk):
    units = [
        (UnitFacts("甲", code(941), "140100"), "enterprise"),
        (UnitFacts("乙", desk.recipients[0], "140100"), "enterprise"),
    ]
    with pytest.raises(RowsViolated) as refused:
        recipient.add_all(desk.workspace, units=units, operator=desk.preparer, request_id=new_request_id())
    assert [one.code for one in refused.value.by_row[1]] == ["recipient_exists"]
    assert desk.workspace.records().parties.find_recipient(code(941)) is None


def test_a_table_without_a_needed_column_names_it(desk):
    found, _order = looked_at(desk, RECIPIENTS, ["单位名称", "类别"], ["甲", "企业"])
    assert found.missing == ("uscc", "region_code")
    with pytest.raises(InvalidInput, match="table_columns"):
        refuse(found)


def test_what_was_chosen_before_goes_before_the_names_and_a_column_left_out_takes_no_blank_head():
    grid = grid_of([*UNITS, "", "电话", "（备用）"], ["甲公司", code(951), "企业", "140100", "x", "0351-1234567", "y"])
    assert guess(RECIPIENTS, grid).places["phone"] == 5
    chosen = guess(
        RECIPIENTS, grid, {"phone": "", "name": "类别", "address": "（没有）", "bank_name": "（备用）"}
    ).places
    assert chosen == {"name": 2, "uscc": 1, "region_code": 3}


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("007", 7), ("999999999", 999_999_999)])
def test_a_whole_number_is_read(text, number):
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", "0", "-1", "1.0", "1e3", "１", "1000000000", "00000000001999999999999"])
def test_what_is_no_whole_number_above_zero_is_refused(text):
    with pytest.raises(InvalidInput, match="whole_number"):
        whole(text)


def test_rows_without_a_head_are_in_the_order_of_the_template(desk):
    found, _order = looked_at(desk, RECIPIENTS, ["甲公司", code(951), "企业", "140100"])
    assert not found.columns.has_head
    assert found.is_good


# ------------------------------------------------------------------------------------------- applications and claims


def test_applications_meet_their_rules_together_as_they_would_one_by_one(desk):
    head = ["领用单位信用代码", "服务商信用代码", "合同编号", "合同金额（元）", "签订日期", "申领金额（元）"]
    unit, seller, day = desk.recipients[0], desk.providers[0], desk.today.isoformat()
    found, order = looked_at(
        desk,
        APPLICATIONS,
        head,
        [unit, seller, "HT-1", Typed("n", "500000"), day, Typed("n", "100000")],
        [unit, seller, "HT-2", "500000", day, "-1"],
        [code(999), seller, "HT-3", "500000", day, "100000"],
        [unit, seller, "HT-1", "500000", day, "100000"],
    )
    assert [codes(row) for row in found.rows] == [[], ["amount"], ["not found"], ["table_duplicate"]]
    assert found.rows[0].status is RowStatus.GOOD
    assert found.rows[2].status is RowStatus.BAD
    again, order = looked_at(
        desk, APPLICATIONS, head, *([unit, seller, f"HT-{n}", "500000", day, "100000"] for n in range(3))
    )
    assert again.is_good
    made = taken(desk, again, order)
    assert [one.requested for one in made] == [Money.yuan(100_000)] * 3


def test_invoices_below_a_claim_belong_to_it_and_later_claims_see_earlier_ones(desk):
    voucher = desk.issued(Money.yuan(100_000))
    head = ["券号", "兑付金额", "发票号码", "发票金额", "开票日期"]
    day, number = desk.today.isoformat(), str(voucher.number)
    invoices = [f"{place:020d}" for place in range(70, 75)]
    rows = [
        [number, "60000", invoices[0], "200000", day],
        [number, "", invoices[1], "200000", day],
        [number, "30000", invoices[2], "200000", day],
        [number, "30000", invoices[3], "200000", day],
    ]
    found, order = looked_at(desk, CLAIMS, head, *rows)
    assert [row.status.value for row in found.rows] == ["good", "good", "good", "bad"]
    assert codes(found.rows[3]) == ["remaining_exceeded"]
    found, order = looked_at(desk, CLAIMS, head, *rows[:3])
    made = taken(desk, found, order)
    assert [(one.claimed, len(one.evidence.further)) for one in made] == [
        (Money.yuan(60_000), 1),
        (Money.yuan(30_000), 0),
    ]
    alone, _order = looked_at(desk, CLAIMS, head, [number, "", invoices[4], "1", day])
    assert codes(alone.rows[0]) == ["claim_without_amount"]
    twice, _order = looked_at(desk, CLAIMS, head, [number, "1000", invoices[0], "200000", day])
    assert codes(twice.rows[0]) == ["invoice_used"]
    lost, _order = looked_at(desk, CLAIMS, head, [number, "1000", Typed("n", "2.6E+19"), "200000", day])
    assert codes(lost.rows[0]) == ["table_number"]


def test_a_claim_that_cannot_go_in_comes_back_with_all_of_its_rows(desk):
    voucher = desk.issued(Money.yuan(100_000))
    head = ["券号", "兑付金额", "发票号码", "发票金额", "开票日期"]
    day, number = desk.today.isoformat(), str(voucher.number)
    invoices = [f"{place:020d}" for place in range(80, 88)]
    rows = [
        [number, "10000", invoices[0], "200000", day],
        [number, "20000", invoices[1], "200000", day],
        [number, "", invoices[2], "not an amount", day],
        [number, "", invoices[3], "200000", day],
        [number, "10000", invoices[4], "200000", day],
        [number, "90000", invoices[5], "200000", day],
        [number, "", invoices[6], "200000", day],
        [number, "", "moved", invoices[7], "200000", day],
    ]
    found, _order = looked_at(desk, CLAIMS, head, *rows)
    assert [row.status.value for row in found.rows] == ["good", "good", "bad", "bad", "good", "bad", "good", "bad"]
    back = list(rejected(found).rows)
    assert [row[0] for row in back] == [3, 4, 5, 7, 8, 9], "the whole second and fourth claim"
    assert back[0][1] == "它与第 4 行属于同一条记录，须一并导入。"
    assert back[1][1] == found.rows[2].sentences()[0]
    assert back[4][1] == "它与第 7 行属于同一条记录，须一并导入。"
    kept = [row for place, row in enumerate(rows, start=2) if place not in {row[0] for row in back}]
    left, order = looked_at(desk, CLAIMS, head, *kept)
    assert [one.claimed for one in taken(desk, left, order)] == [Money.yuan(10_000)] * 2
