"""Tables in and out by command: templates, previews, rows to correct, the same file twice, lists as files."""

from __future__ import annotations

import openpyxl
import pytest

from voucher_app.exchange.table_files import SpreadsheetFiles

from .conftest import PROVIDER, RECIPIENT, REVIEWER, credit_code, issue

HEAD = "单位名称,统一社会信用代码,类别,属地代码\n"


def rows_of(file):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(file).active]


def write(file, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return str(file)


def test_a_template_that_is_filled_in_is_taken_in_once(shell, tmp_path):
    template = tmp_path / "模板.xlsx"
    told = shell.done("recipient", "import", "--template", str(template))
    assert told["columns"][:2] == ["name", "uscc"]
    book = openpyxl.load_workbook(template)
    for place, text in enumerate(["甲公司", credit_code(11), "企业", "140100"], start=1):
        book.worksheets[0].cell(2, place).value = text
    for place in range(5, len(told["columns"]) + 1):
        book.worksheets[0].cell(2, place).value = None
    book.save(template)
    checked = shell.done("recipient", "import", str(template), "--check")
    assert (checked["rows"], checked["good"], checked["problems"]) == (1, 1, [])
    assert shell.done("recipient", "list")["recipients"] == []
    assert shell.done("recipient", "import", str(template))["imported"] == 1
    again = shell("recipient", "import", str(template))
    assert (again.code, again.rules) == (1, ["IMPORT"])
    renamed = template.rename(tmp_path / "别名.xlsx")
    assert shell("recipient", "import", str(renamed)).code == 1, "the bytes tell, not the name"


def test_every_wrong_row_is_told_and_comes_back_in_a_file(shell, tmp_path):
    file = tmp_path / "u.csv"
    bad = f",{credit_code(12)},公司,1\n乙公司,{credit_code(13)},学校,140100\n"
    file.write_text(HEAD + f"甲公司,{credit_code(11)},企业,140100\n" + bad, encoding="gb18030")
    refused = shell("recipient", "import", str(file), "--rejects", str(tmp_path / "back.xlsx"))
    assert refused.code == 2
    said = [one["message"] for one in refused.json["error"]["violations"]]
    assert len(said) == 3
    assert [one[:5] for one in said] == ["第 3 行", "第 3 行", "第 4 行"]
    back = rows_of(tmp_path / "back.xlsx")
    assert [row[0] for row in back] == ["文件中的行号", 3, 4]
    assert back[2][2:] == ["乙公司", credit_code(13), "学校", "140100"]
    assert shell("recipient", "import", str(file), "--check").code == 1


def test_columns_are_named_by_hand_where_their_heads_say_nothing(shell, tmp_path):
    file = tmp_path / "u.csv"
    file.write_text(f"甲,乙,丙,丁\n甲公司,{credit_code(11)},企业,140100\n", encoding="utf-8")
    assert shell("recipient", "import", str(file)).code == 2
    named = [word for pair in ("name=甲", "uscc=乙", "kind=丙", "region_code=丁") for word in ("--column", pair)]
    assert shell.done("recipient", "import", str(file), *named)["imported"] == 1
    assert shell("recipient", "import", str(file), "--column", "uscc").code == 2
    assert shell("recipient", "import", str(file), "--column", "uscc=戊").code == 2
    assert shell("recipient", "import").code == 2


def test_a_long_number_typed_as_a_number_is_refused_with_what_to_do(office, tmp_path):
    number = issue(office, "100000.00", contract="HT-1")
    head = ["券号", "兑付金额", "发票号码", "发票金额", "开票日期"]
    lost = write(tmp_path / "a.xlsx", [head, [number, 20000, 25142000000012345678, 100000, "2026-03-02"]])
    refused = office("redemption", "import", lost)
    assert refused.code == 2
    assert "请将该列设为文本后重新导入" in refused.json["error"]["violations"][0]["message"]
    kept = write(tmp_path / "b.xlsx", [head, [number, 20000, "25142000000012345678", 100000, "2026-03-02"]])
    (made,) = office.done("redemption", "import", kept)["redemptions"]
    assert (made["claimed_fen"], made["invoice"]["key"]) == (2_000_000, "25142000000012345678")


def test_applications_and_providers_are_taken_in(office, tmp_path):
    head = ["领用单位信用代码", "服务商信用代码", "合同编号", "合同金额", "签订日期", "申领金额"]
    rows = [[RECIPIENT, PROVIDER, f"HT-{n}", 600000, "2026-02-01", 100000.5] for n in range(2)]
    made = office.done("application", "import", write(tmp_path / "a.xlsx", [head, *rows]))
    assert [one["requested_fen"] for one in made["applications"]] == [10_000_050] * 2
    rows[0][2] = "HT-9"
    refused = office("application", "import", write(tmp_path / "b.xlsx", [head, *rows]))
    assert (refused.code, refused.rules) == (1, ["R8"])
    assert refused.json["error"]["violations"][0]["message"].startswith("第 3 行：")
    units = [["单位名称", "统一社会信用代码", "属地代码"], ["甲算力公司", credit_code(51), "140100"]]
    assert office.done("provider", "import", write(tmp_path / "p.xlsx", units))["imported"] == 1
    listed = office.done("provider", "list")["providers"]
    assert "registered" in {row["status"] for row in listed if row["name"] == "甲算力公司"}
    units[1][1:] = [credit_code(52), "110000"]
    assert office("provider", "import", write(tmp_path / "q.xlsx", units)).rules == ["R17"]


def test_lists_are_written_as_tables(office, tmp_path):
    issue(office, "100000.00", contract="HT-1")
    office.done("voucher", "list", "--out", str(tmp_path / "v.xlsx"), by=REVIEWER)
    rows = rows_of(tmp_path / "v.xlsx")
    assert len(rows) == 4
    assert rows[1][2:4] == [100000, 100000]
    assert rows[3][0] == "合计"
    for noun in ("recipient", "provider", "application", "batch", "redemption", "settlement", "recovery", "policy",
                 "operator", "print", "number", "document"):  # fmt: skip
        file = tmp_path / f"{noun}.csv"
        office.done(noun, "list", "--out", str(file))
        assert file.exists()
    assert SpreadsheetFiles().read(tmp_path / "recipient.csv").lines[1].cells[1] == RECIPIENT
    assert office("voucher", "list", "--out", str(tmp_path / "v.xlsx")).code == 2, "no file is replaced"
    assert office("voucher", "list", "--out", str(tmp_path / "v.pdf")).code == 2


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_banks_payments_are_read_from_a_table(office, tmp_path, ending):
    office.done("settlement", "reconcile", "1", "--template", str(tmp_path / f"t.{ending}"))
    assert SpreadsheetFiles().read(tmp_path / f"t.{ending}").lines[0].cells[0] == "回单号"


def test_every_list_can_be_written_out(office, tmp_path):
    from voucher_app.cli.program import COMMANDS

    for command in COMMANDS:
        if command.verb == "list" and command.noun != "attachment":  # which wants to know of what
            file = tmp_path / f"{command.noun}.csv"
            office.done(command.noun, "list", "--out", str(file))
            assert file.is_file(), command.noun


def test_a_table_for_publicity_masks_personal_numbers_and_nothing_else(office, tmp_path):
    from .conftest import credit_code

    unit = ("--name", "王小明13903511234工作室", "--uscc", credit_code(77), "--kind", "enterprise")
    office.done("recipient", "add", *unit, "--region", "140100")
    whole, public = tmp_path / "whole.csv", tmp_path / "public.csv"
    office.done("recipient", "list", "--out", str(whole))
    office.done("recipient", "list", "--out", str(public), "--for-publicity")
    assert "王小明13903511234工作室" in whole.read_text(encoding="utf-8-sig")
    masked = public.read_text(encoding="utf-8-sig")
    assert "王小明139****1234工作室" in masked
    assert masked.replace("139****1234", "13903511234") == whole.read_text(encoding="utf-8-sig")


def test_a_row_about_what_is_in_no_register_is_told_by_its_line(office, tmp_path):
    file = tmp_path / "p.csv"
    file.write_text(
        f"单位名称,统一社会信用代码,属地代码,算力中心\n甲中心,{credit_code(31)},140100,没有的算力中心\n",
        encoding="utf-8",
    )
    refused = office("provider", "import", str(file))
    (said,) = refused.json["error"]["violations"]
    assert (refused.code, said["found"]) == (2, "没有的算力中心")
    assert said["message"].startswith("第 2 行")
    assert "没有的算力中心" in said["message"]
    unknown = credit_code(32)
    file = tmp_path / "a.csv"
    file.write_text(
        "领用单位信用代码,服务商信用代码,合同编号,合同金额,签订日期,申领金额\n"
        f"{unknown},{PROVIDER},HT-1,500000.00,2026-03-02,10000.00\n",
        encoding="utf-8",
    )
    refused = office("application", "import", str(file))
    (said,) = refused.json["error"]["violations"]
    assert (refused.code, said["rule"], said["found"]) == (1, "NOT_FOUND", unknown)
    assert unknown in said["message"]
    assert office.done("application", "list")["applications"] == []


def test_issuing_says_whether_it_is_these_or_all(office):
    for words in ((), ("1", "--all-approved")):
        refused = office("voucher", "issue", *words)
        assert refused.code == 2
        assert "--all-approved" in refused.out
