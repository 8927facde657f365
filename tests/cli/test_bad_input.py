"""Bad input: a sentence, the right exit code, nothing changed."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from voucher_app.app import main
from voucher_app.settings import resources_folder

from .conftest import PREPARER, PROVIDER, RECIPIENT, REVIEWER, Shell, credit_code, submit


def digest(shell):
    return shell.done("ledger", "verify")["head"]


@pytest.mark.parametrize(
    "amount", ["1.234", "+5", "-5", "1e3", "5,00", "一百", "１００", "0x10", "", "1.", ".5", "NaN"]
)
def test_an_amount_that_is_none_is_wrong_usage_and_changes_nothing(office, amount):
    before = digest(office)
    answer = submit(office, amount, contract="HT-1")
    assert answer.code == 2
    assert answer.json["error"]["kind"] == "usage"
    assert answer.json["error"]["violations"][0]["message"]
    assert digest(office) == before


@pytest.mark.parametrize("uscc", ["91140100MA0CMJRAM1", "91140100MA0CMJRAMO", "9114", ""])
def test_a_wrong_credit_code_is_named(shell, uscc):
    answer = shell("recipient", "add", "--name", "甲", "--uscc", uscc, "--kind", "enterprise", "--region", "140100")
    assert answer.code == 2
    assert "信用代码" in answer.json["error"]["violations"][0]["message"]


def test_an_unknown_unit_is_named(office):
    answer = submit(office, "10000", contract="HT-1", recipient=credit_code(77))
    assert answer.code == 1
    assert "领用单位" in answer.json["error"]["violations"][0]["message"]


def test_a_date_before_the_last_act_is_refused(office):
    answer = office("recipient", "add", "--name", "乙", "--uscc", credit_code(3), "--kind", "enterprise", "--region",
                    "140100", on="2026-03-01")  # fmt: skip
    assert answer.code == 1
    assert "2026-03-02" in answer.json["error"]["violations"][0]["message"]


@pytest.mark.parametrize("day", ["2026-02-30", "20260302", "3 March", "2026-3-2"])
def test_a_date_that_is_none_is_wrong_usage(office, day):
    assert office("year", "show", "2026", on=day).code == 2


def test_nobody_acts_without_a_name(office):
    answer = office("voucher", "expire", by=None)
    assert answer.code == 2
    assert PREPARER in answer.json["error"]["violations"][0]["message"]
    assert office("voucher", "expire", by="没有这个人").code == 1


@pytest.mark.parametrize("words", [("voucher",), ("voucher", "sell"), ("nonsense",), ("year", "open", "2026")])
def test_a_command_line_that_cannot_be_understood_is_wrong_usage(shell, words):
    answer = shell(*words)
    assert answer.code == 2
    assert answer.json["error"]["violations"][0]["rule"] == "USAGE"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("[support]", "[support]\nsurprise = 1"), "support.surprise"),
        (('ratio = "0.20"\n', ""), "support.ratio"),
        (('ratio = "0.20"', "ratio = 0.20"), "support.ratio"),
        (('recipient_year_cap = "1000000.00"', 'recipient_year_cap = "1e6"'), "support.recipient_year_cap"),
        (("[validity]", "[validity"), "TOML"),
    ],
)
def test_a_policy_file_with_a_fault_names_the_key_and_publishes_nothing(shell, tmp_path, change, named):
    file = tmp_path / "policy.toml"
    content = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
    file.write_text(content.replace(*change), encoding="utf-8")
    answer = shell("policy", "publish", str(file), by=REVIEWER)
    assert answer.code == 2
    assert named in answer.json["error"]["violations"][0]["message"]
    assert len(shell.done("policy", "list")["policies"]) == 1


def registry() -> str:
    return (resources_folder() / "registry" / "facilities.csv").read_text(encoding="utf-8")


def test_the_registry_is_imported_from_utf_8_and_from_gb18030_alike(shell, tmp_path):
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        (tmp_path / f"{encoding}.csv").write_bytes(registry().encode(encoding))
    assert shell.done("provider", "import", str(tmp_path / "gb18030.csv"))["imported"] == 16
    again = shell.done("provider", "import", str(tmp_path / "utf-8-sig.csv"))
    assert (again["imported"], again["known"]) == (0, 16)
    listed = shell.done("provider", "list")["providers"]
    assert {row["status"] for row in listed} == {"candidate"}
    assert all(row["uscc"] == "" for row in listed)


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (lambda text: text.replace("region_code", "region"), "region_code"),
        (lambda text: text + text.splitlines()[1] + "\n", "第 18 行"),
        (lambda text: text.replace("10000,2000", "1e4,2000"), "第 2 行"),
        (lambda text: text + "多了,一格\n", "第 18 行"),
        (lambda text: text.splitlines()[0] + "\n", "没有数据"),
        (lambda _text: "", "没有数据"),
    ],
)
def test_a_registry_file_with_a_fault_is_refused_with_line_or_column(shell, tmp_path, fault, named):
    file = tmp_path / "registry.csv"
    file.write_text(fault(registry()), encoding="utf-8")
    answer = shell("provider", "import", str(file))
    assert answer.code == 2
    assert named in answer.json["error"]["violations"][0]["message"]
    assert shell.done("provider", "list")["providers"] == []


def test_a_file_that_is_no_text_is_refused(shell, tmp_path):
    (tmp_path / "binary.csv").write_bytes(b"\x00\xff\xfe")
    assert shell("provider", "import", str(tmp_path / "binary.csv")).code == 2
    assert shell("provider", "import", str(tmp_path / "none.csv")).code == 2
    assert shell("policy", "publish", str(tmp_path / "none.toml")).code == 2


def test_recipients_are_imported_all_or_none(shell, tmp_path):
    head = "单位名称,统一社会信用代码,类别,属地代码\n"
    good = f"甲公司,{credit_code(11)},企业,140100\n汾河大学,{credit_code(12, '12')},高校,140200\n"
    bad = tmp_path / "bad.csv"
    bad.write_text(head + good + f"乙公司,{credit_code(11)},企业,140100\n", encoding="utf-8")
    refused = shell("recipient", "import", str(bad))
    assert refused.code == 2
    assert "第 4 行" in refused.json["error"]["violations"][0]["message"]
    assert shell.done("recipient", "list")["recipients"] == []
    fine = tmp_path / "good.csv"
    fine.write_text(head + good, encoding="gb18030")
    assert shell.done("recipient", "import", str(fine))["imported"] == 2


class TestTheDataFile:
    def test_that_is_missing(self, empty_shell):
        answer = empty_shell("year", "show", "2026")
        assert answer.code == 3
        assert "没有数据文件" in answer.json["error"]["violations"][0]["message"]

    def test_that_exists_is_never_overwritten(self, shell):
        before = shell.database.read_bytes()
        answer = shell("office", "init", "--trial", "--name", "甲", "--operator", "乙:preparer")
        assert answer.code == 2
        assert shell.database.read_bytes() == before

    def test_that_is_cut_short(self, shell):
        content = shell.database.read_bytes()
        for length in (0, 10, 50, 99, 100, 4096, len(content) - 1):
            shell.database.write_bytes(content[:length])
            for suffix in ("-wal", "-shm"):
                shell.database.with_name(shell.database.name + suffix).unlink(missing_ok=True)
            answer = shell("year", "show", "2026")
            assert answer.code == 3, length
            assert answer.json["error"]["violations"][0]["message"]

    def test_that_is_not_ours(self, empty_shell):
        empty_shell.database.write_bytes(b"PK\x03\x04" + b"x" * 5000)
        answer = empty_shell("year", "show", "2026")
        assert (answer.code, answer.json["error"]["violations"][0]["allowed"]) == (3, "not_ours")

    def test_that_is_newer(self, shell):
        content = bytearray(shell.database.read_bytes())
        content[60:64] = (99).to_bytes(4, "big")
        shell.database.write_bytes(content)
        answer = shell("year", "show", "2026")
        assert answer.code == 3
        assert "由更新的版本创建" in answer.json["error"]["violations"][0]["message"]

    def test_that_is_read_only(self, office):
        office.database.chmod(0o444)
        answer = office("voucher", "expire")
        assert answer.code == 3
        assert "只读" in answer.json["error"]["violations"][0]["message"]
        assert office.done("year", "show", "2026")["unissued_fen"] == 5_000_000_000

    def test_in_a_synchronised_folder(self, tmp_path, empty_shell):
        folder = tmp_path / "OneDrive"
        folder.mkdir()
        empty_shell.database = folder / "office.db"
        answer = empty_shell("office", "init", "--trial", "--name", "甲", "--operator", "乙:preparer")
        assert answer.code == 3
        assert not list(folder.iterdir())

    def test_whose_folder_is_missing(self, tmp_path, empty_shell):
        empty_shell.database = tmp_path / "none" / "office.db"
        answer = empty_shell("office", "init", "--trial", "--name", "甲", "--operator", "乙:preparer")
        assert answer.code == 2


def test_an_office_that_cannot_be_made_leaves_no_file(empty_shell):
    for operators in (["甲"], ["甲:king"], ["甲:preparer", "甲:reviewer"]):
        words = [word for text in operators for word in ("--operator", text)]
        answer = empty_shell("office", "init", "--trial", "--name", "厅", *words)
        assert answer.code == 2
        assert not list(empty_shell.database.parent.iterdir()), answer.out
    assert empty_shell("office", "init", "--trial", "--name", "  ", "--operator", "甲:preparer").code == 2


def test_a_person_reads_sentences_and_a_script_reads_json(shell):
    answer = shell("year", "show", "2031", as_json=False)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("[NOT_FOUND] ")
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.err)


def test_english_is_one_switch_away(shell, monkeypatch):
    monkeypatch.setenv("VOUCHER_APP_LANGUAGE", "en")
    answer = shell("year", "show", "2031", as_json=False)
    assert "There is no budget year" in answer.err
    assert Path(shell.database).exists()


def test_units_that_are_affiliated_need_a_reason(office):
    office.done("recipient", "add", "--name", "同电话公司", "--uscc", credit_code(9), "--kind", "enterprise",
                "--region", "140100", "--controlled-by", PROVIDER)  # fmt: skip
    assert submit(office, "10000", contract="HT-1", recipient=credit_code(9)).rules == ["R10"]
    assert submit(office, "10000", contract="HT-1", recipient=RECIPIENT).code == 0


def test_a_date_far_ahead_is_a_matter_of_the_records(real_shell):
    """Only they tell that this is no trial office; one that is may live in any time."""
    add = ("recipient", "add", "--name", "单位", "--uscc", credit_code(900), "--kind", "enterprise",
           "--region", "140100")  # fmt: skip
    far = real_shell(*add, on="2099-02-01")
    assert far.code == 1
    (violation,) = far.json["error"]["violations"]
    assert (violation["rule"], violation["found"]) == ("RECORDS", "2099-02-01")
    assert violation["allowed"] < "2099"
    assert "时钟" in violation["message"]


@pytest.mark.parametrize("request_id", ["x" * 201, "a\nb", "a\u0000b", "\u200b", "\udc80"])
def test_a_request_identifier_is_a_short_line(office, request_id):
    answer = office("--request-id", request_id, "recipient", "add", "--name", "单位", "--uscc", credit_code(901),
                    "--kind", "enterprise", "--region", "140100")  # fmt: skip
    assert answer.code == 2
    assert office("recipient", "show", credit_code(901)).code == 1
    office.done("--request-id", "x" * 200, "recipient", "add", "--name", "单位", "--uscc", credit_code(901),
                "--kind", "enterprise", "--region", "140100")  # fmt: skip


@pytest.mark.parametrize("count", ["0", "-1", "x", "1.5"])
def test_a_demonstration_office_has_at_least_one_voucher(empty_shell, count):
    assert empty_shell("demo", "build", "--scale", "large", f"--count={count}", by=None).code == 2
    assert not empty_shell.database.exists()


def test_a_number_that_no_draft_can_have_is_no_draft(shell):
    answer = shell("policy", "show", "draft:99999999999999999999")
    assert (answer.code, answer.rules) == (1, ["NOT_FOUND"])


def test_a_policy_that_notepad_saved_is_read(shell, tmp_path):
    content = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
    file = tmp_path / "policy.toml"
    file.write_text(content, encoding="utf-8-sig")
    assert shell.done("policy", "compare", str(file), "henan-style")["changed"] == 0


def test_what_would_be_left_out_silently_is_refused(office, tmp_path):
    facts = ("--recipient", RECIPIENT, "--provider", PROVIDER, "--contract", "H1", "--contract-amount", "200000",
             "--signed-on", "2026-02-01", "--amount", "10000")  # fmt: skip
    draft = str(office.done("application", "draft", *facts)["id"])
    refused = office("application", "submit", "--draft", draft, "--recipient", RECIPIENT, "--year", "2026")
    assert refused.code == 2
    assert "--recipient --year" in refused.json["error"]["violations"][0]["message"]
    assert office.done("application", "show", draft)["status"] == "draft"
    assert office("certificate", "verify", "SLQ1:X", "--list", str(tmp_path / "list.json")).code == 2
    assert office("ledger", "verify", "--key", str(tmp_path / "key.pem")).code == 2


def test_an_office_never_takes_the_signing_key_of_another_one(office, tmp_path):
    (tmp_path / "new").mkdir()
    fresh = Shell(tmp_path / "new" / "office.db")
    key = tmp_path / "new" / "office.db.signing-key.pem"
    shutil.copyfile(f"{office.database}.signing-key.pem", key)
    for words in (("office", "init", "--trial", "--name", "某厅", "--operator", f"{PREPARER}:preparer"),
                  ("demo", "build")):  # fmt: skip
        answer = fresh(*words, by=None)
        assert (answer.code, answer.json["error"]["violations"][0]["found"]) == (2, str(key))
    assert [one.name for one in key.parent.iterdir()] == [key.name]


class Deaf(io.StringIO):
    """A terminal or a file that takes nothing."""

    def __init__(self, error):
        super().__init__()
        self._error = error

    def write(self, _text):
        raise self._error


@pytest.mark.parametrize(
    ("error", "code"), [(BrokenPipeError(32, "Broken pipe"), 0), (OSError(28, "No space left on device"), 3)]
)
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_what_was_recorded_does_not_look_refused_when_nobody_hears_it(office, error, code, as_json):
    deaf, said = Deaf(error), io.StringIO()
    words = ["--database", str(office.database), "--operator", PREPARER, "--on", office.day, *as_json]
    words += ["recipient", "add", "--name", "单位", "--uscc", credit_code(77)]
    words += ["--kind", "enterprise", "--region", "140100"]
    with redirect_stdout(deaf), redirect_stderr(said):
        assert main(words) == code
    assert ("已经办理" in said.getvalue()) is (code == 3)
    assert office.done("recipient", "show", credit_code(77))["year"] == 2026
    with redirect_stdout(deaf), redirect_stderr(deaf):
        assert main(["--database", str(office.database), *as_json, "year", "show", "2031"]) == 1


@pytest.mark.parametrize("years", ["100", "99999999"])
def test_a_ban_of_years_that_no_calendar_has_is_wrong_usage(office, years):
    answer = office("recovery", "decide", "1", "--amount", "1", "--reason", "x", "--ban-years", years)
    assert (answer.code, answer.rules) == (2, ["INPUT"])


def test_where_nothing_expires_that_is_said(office):
    assert office("voucher", "expire", as_json=False).out == "没有超过兑付截止日的券。\n"
