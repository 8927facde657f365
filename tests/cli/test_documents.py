"""Documents, reports and checkpoints on the command line, drawn by the real engine."""

from __future__ import annotations

import base64
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from voucher_app.services.documents.facts import DocumentKind
from voucher_app.settings import resources_folder

from .conftest import PROVIDER, REVIEWER, issue, submit


@pytest.fixture
def number(office):
    return issue(office, "10000", contract="HT-1")


def text_of(file):
    with pypdfium2.PdfDocument(file) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def printed(office, *words, out, reason="", **how):
    return office.done("document", "print", *words, "--out", str(out), *(["--reason", reason] if reason else []), **how)


def test_the_kinds_are_listed_with_their_records_and_prefixes(office):
    rows = office.done("document", "list")["documents"]
    assert {row["kind"] for row in rows} == set(DocumentKind)
    assert next(row for row in rows if row["kind"] == "redemption-sheet") == {
        "kind": "redemption-sheet", "title": "核销单", "of": "redemption", "number_prefix": "晋算券核",
    }  # fmt: skip
    assert "公示名单" in office("document", "list", as_json=False).out


def test_a_record_tells_which_papers_it_has_and_why_not(office, number):
    rows = {row["kind"]: row for row in office.done("document", "list", "--of", "application:1")["documents"]}
    assert rows["application-form"]["may_print"]
    assert not rows["refusal-notice"]["may_print"]
    (reason,) = rows["refusal-notice"]["reasons"]
    assert (reason["rule"], reason["code"]) == ("DOCUMENT", "document_status")
    assert "已发放" in reason["message"]
    assert "已发放" in office("document", "list", "--of", "application:1", as_json=False).out
    assert office("document", "list", "--of", "application:9").code == 1
    assert office("document", "list", "--of", "colour:9").code == 2
    of_a_part = office("document", "list", "--of", "journal:head/9")
    assert (of_a_part.code, "没有文书" in of_a_part.out) == (2, True), of_a_part.out
    archive = office.done("document", "list", "--of", f"voucher:{number}")["documents"]
    assert [row["kind"] for row in archive] == ["issue-notice", "archive-list"]
    assert archive[0]["subject"].startswith("issuance:")


def test_a_sheet_is_printed_with_its_number_and_again_with_a_reason(office, number, tmp_path):
    claim = office.done(
        "redemption", "claim", "--voucher", number, "--amount", "100", "--invoice", "26142000000012345678",
        "--invoice-amount", "10000", "--invoiced-on", "2026-03-02",
    )["id"]  # fmt: skip
    words = ("redemption-sheet", f"redemption:{claim}")
    refused = office("document", "print", *words, "--out", str(tmp_path / "out"))
    assert (refused.code, refused.rules) == (1, ["DOCUMENT"])
    office.done("redemption", "verify", str(claim), by=REVIEWER)
    first = printed(office, *words, out=tmp_path / "out")
    (paper,) = first["documents"]
    assert (paper["document_number"], paper["copy"], paper["title"]) == (
        "晋算券核〔2026〕1号", 1, f"核销单：兑付 {claim}（{number}）",
    )  # fmt: skip
    (file,) = first["files"]
    assert Path(file).name == f"redemption-sheet-redemption-{claim}.pdf"
    said = text_of(file)
    assert "晋算券核〔2026〕1号" in said
    assert "壹佰元整" in said
    assert office("document", "print", *words, "--out", str(tmp_path / "out")).rules == ["PRINT"]
    again = printed(office, *words, out=tmp_path / "again.pdf", reason="原件遗失")
    (paper,) = again["documents"]
    assert (paper["document_number"], paper["copy"]) == ("晋算券核〔2026〕1号", 2)
    assert "第2次打印" in text_of(again["files"][0])
    assert office.done("print", "list")["prints"][0]["first"] == f"核销单：兑付 {claim}（{number}）"
    assert office.done("ledger", "verify")["clean"]


def test_several_papers_of_a_kind_come_into_one_file(office, tmp_path):
    for contract in ("HT-1", "HT-2"):
        assert submit(office, "10000", contract=contract).code == 0
    done = printed(office, "commitment", "application:1", "application:2", out=tmp_path / "all.pdf")
    assert len(done["files"]) == 1
    assert [one["subject"] for one in done["documents"]] == ["application:1", "application:2"]
    assert "HT-1" in text_of(done["files"][0])


def test_what_was_typed_wrong_is_told(office, tmp_path):
    out = ("--out", str(tmp_path / "out"))
    for words, code in (
        (("colour", "application:1"), "document_kind_unknown"),
        (("commitment", "application"), "document_subject"),
        (("commitment", "batch:1"), "document_noun"),
    ):
        refused = office("document", "print", *words, *out)
        assert (refused.code, refused.json["error"]["violations"][0]["allowed"]) == (2, code)
    assert office("document", "print", "commitment", "application:7", *out).code == 1
    assert office("document", "print", "voucher-ledger", "year:2026", *out, by="赵审计").rules == ["ROLE"]
    assert office("document", "print", "voucher-ledger", "year:2026", *out, by=None).code == 2


def test_a_repeated_request_prints_nothing_more(office, tmp_path):
    words = ("document", "print", "voucher-ledger", "year:2026", "--out", str(tmp_path / "out"), "--request-id", "once")
    assert office.done(*words) == office.done(*words)
    assert len(office.done("print", "list")["prints"]) == 1


def test_the_reports_of_a_year_and_of_its_quarters(office, number, tmp_path):
    year = office.done("report", "year", "2026", "--out", str(tmp_path / "year"))
    assert [one["kind"] for one in year["documents"]] == ["yearly-report", "performance-sheet"]
    assert "（截至2026-03-02）" in year["documents"][0]["title"]
    quarters = office.done("report", "quarter", "2026", "--out", str(tmp_path / "q"), on="2026-07-02")
    assert [one["subject"] for one in quarters["documents"]] == [
        "quarter:2026-1", "quarter:2026-2", "quarter:2026-3/2026-07-02",
    ]  # fmt: skip
    assert [one["document_number"] for one in quarters["documents"]][:2] == [
        "晋算券季〔2026〕1号",
        "晋算券季〔2026〕2号",
    ]
    assert "2026年第二季度" in text_of(quarters["files"][1])
    refused = office("report", "quarter", "2026", "--quarter", "4", "--out", str(tmp_path / "q"), on="2026-07-02")
    assert refused.rules == ["DOCUMENT"]
    assert office("report", "quarter", "2026", "--quarter", "5", "--out", str(tmp_path / "q")).code == 2
    assert office("report", "year", "2031", "--out", str(tmp_path / "x")).code == 1
    office.done("year", "close", "2026", on="2027-01-05")
    closed = office.done("report", "year", "2026", "--out", str(tmp_path / "closed"), on="2027-01-06")
    assert [(one["kind"], one["subject"]) for one in closed["documents"]] == [
        ("yearly-report", "year:2026"), ("performance-sheet", "year:2026"), ("year-closing", "year:2026"),
    ]  # fmt: skip


def test_a_checkpoint_is_exported_and_printed(office, number, tmp_path):
    file = tmp_path / "checkpoint.txt"
    made = office.done("ledger", "checkpoint", "--out", str(file), "--paper", str(tmp_path / "paper.pdf"))
    origin, count, digest = file.read_text(encoding="utf-8").split("\n")[:3]
    assert (made["origin"], str(made["record_count"])) == (origin, count)
    assert base64.b64decode(digest).hex() == made["hash"]
    (paper,) = made["paper"]["documents"]
    assert (paper["subject"], paper["document_number"]) == (f"journal:{count}", "晋算券封〔2026〕1号")
    assert digest[:20] in text_of(made["paper"]["files"][0])
    assert office("ledger", "checkpoint", "--out", str(file)).code == 2, "it is there already"
    again = office.done("ledger", "checkpoint", "--out", str(tmp_path / "next.txt"), by=None)
    assert again["record_count"] > made["record_count"]
    assert "paper" not in again
    answer = office("ledger", "checkpoint", "--out", str(tmp_path / "third.txt"), as_json=False)
    assert origin in answer.out


def test_a_history_is_held_against_a_checkpoint_that_was_kept(office, number, tmp_path):
    kept, key, backup = tmp_path / "kept.txt", tmp_path / "key.pem", tmp_path / "backup.db"
    office.done("certificate", "key", "--out", str(key))
    office.done("backup", "create", str(backup))
    issue(office, "20000", contract="HT-2")
    office.done("ledger", "checkpoint", "--out", str(kept))
    issue(office, "30000", contract="HT-3")
    words = ("ledger", "verify", "--checkpoint", str(kept))
    for more in ((), ("--key", str(key))):
        assert office.done(*words, *more)["checkpoint"]["record_count"] > 0
    office.done("backup", "restore", str(backup))
    assert office.done("ledger", "verify")["clean"], "an old copy follows from itself"
    for more in ((), ("--key", str(key))):
        refused = office(*words, *more)
        assert (refused.code, refused.rules, refused.json["clean"]) == (3, ["INTEGRITY"], False)
    kept.write_text(kept.read_text(encoding="utf-8").replace("voucher", "Voucher"), encoding="utf-8")
    assert office(*words).code == 2


def test_templates_are_previewed_and_checked(office, tmp_path):
    assert office.done("document", "check") == {"clean": True}
    done = office.done("document", "preview", "recovery-decision", "--out", str(tmp_path / "look"))
    assert [Path(one).name for one in done["files"]] == ["recovery-decision.pdf"]
    assert office("document", "preview", "recovery-decision", "--out", str(tmp_path / "look")).code == 2
    assert office("document", "preview", "colour", "--out", str(tmp_path / "look")).code == 2
    assert office.done("print", "list")["prints"] == [], "a preview is no print"


def test_a_template_that_cannot_be_used_is_told_with_file_and_line(office, tmp_path):
    own = office.database.with_name(office.database.name + ".templates")
    own.mkdir()
    (own / "commitment.toml").write_text("title = \n", encoding="utf-8")
    refused = office("document", "check")
    (violation,) = refused.json["error"]["violations"]
    assert (refused.code, violation["rule"]) == (2, "TEMPLATE")
    assert "commitment.toml:1" in violation["found"]
    assert submit(office, "10000", contract="HT-1").code == 0
    assert office("document", "print", "commitment", "application:1", "--out", str(tmp_path / "out")).code == 2
    assert office.done("print", "list")["prints"] == []


def test_a_providers_decisions_are_printed(office, tmp_path):
    refused = office("document", "print", "provider-suspension", f"provider:{PROVIDER}", "--out", str(tmp_path / "out"))
    assert refused.rules == ["DOCUMENT"]
    office.done("provider", "suspend", PROVIDER, "--reason", "未按期交付", by=REVIEWER)
    done = printed(office, "provider-suspension", f"provider:{PROVIDER}", out=tmp_path / "out")
    assert done["documents"][0]["document_number"] == "晋算券停〔2026〕1号"
    assert "未按期交付" in text_of(done["files"][0])


def test_every_report_goes_out_as_a_workbook(office, tmp_path):
    """Quarter, year, performance, ledgers by `document table`; statement and simulation by their own `--out`."""
    issue(office, "100000.00", contract="HT-1")
    for kind, subject in (
        ("quarterly-report", "quarter:2026-1"),
        ("yearly-report", "year:2026"),
        ("performance-sheet", "year:2026"),
        ("voucher-ledger", "year:2026"),
        ("quota-ledger", "year:2026"),
    ):
        file = tmp_path / f"{kind}.xlsx"
        assert office.done("document", "table", kind, subject, "--out", str(file), by=None)["rows"] > 0
        book = openpyxl.load_workbook(file, data_only=True)
        about = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
        assert about["机关"] == "山西省工业和信息化厅"
        assert "演示" in about
        cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
        assert cells & {100_000, 50_000_000}, kind
    assert office.done("print", "list")["prints"] == [], "a table is no paper"
    office.done("ledger", "as-of", "2026-03-02", "--out", str(tmp_path / "s.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "s.xlsx", data_only=True)
    assert book.sheetnames == ["资金所在", "年度发生额", "算力券状态", "追加记录"]
    assert {row[0].value: row[1].value for row in book["资金所在"].iter_rows(min_row=2)}["未兑付"] == 100_000
    office.done(
        "policy", "simulate", str(resources_folder() / "policies" / "shenzhen-style.toml"), "--year", "2026",
        "--out", str(tmp_path / "p.xlsx"),
    )  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / "p.xlsx", data_only=True)
    assert len(book.sheetnames) == 3
    assert book.worksheets[1]["C2"].value == 100_000, "what was issued to the unit"
    assert office("document", "table", "year-closing", "year:2026", "--out", str(tmp_path / "c.xlsx")).code == 1
    assert office("document", "table", "yearly-report", "year:2026", "--out", str(tmp_path / "c.csv")).code == 2


def test_the_retention_report_tells_places_days_and_ends(office, tmp_path):
    told = office.done("report", "retention", "--rule", "10", by=None)
    held = {one["kind"]: one for one in told["held"]}
    assert held["contacts"]["count"] == 0, "nobody told a phone yet"
    assert held["people"]["until"] == "2036-12-31"
    assert held["drafts"]["until"] is None
    office.done("report", "retention", "--out", str(tmp_path / "r.xlsx"), by=None)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert sheet.max_row >= len(held) + 1
    assert office("report", "retention", "--rule", "5", by=None).code == 2
