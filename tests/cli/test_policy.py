"""`policy` on the command line: two people, exact text out, side by side."""

from __future__ import annotations

import pytest

from voucher_app.settings import resources_folder

from .conftest import PREPARER, RECIPIENT, REVIEWER, submit

PRESET = resources_folder() / "policies" / "qingyang-style.toml"


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "new.toml"
    made.write_text(PRESET.read_text(encoding="utf-8"), encoding="utf-8")
    return str(made)


def test_the_same_command_by_two_people_drafts_and_publishes(real_shell, file):
    shell = real_shell
    first = shell("policy", "publish", file, as_json=False)
    assert first.code == 0
    assert "另一人" in first.out
    assert shell("policy", "publish", file).rules == ["R23", "R27"]
    assert len(shell.done("policy", "list")["policies"]) == 1
    done = shell.done("policy", "publish", file, by=REVIEWER)
    assert (done["status"], done["label"], done["notes"][0]["rule"]) == ("published", "qingyang-style v1", "R27")
    shown = shell.done("policy", "show", "qingyang-style")
    assert (shown["drafted_by"], shown["published_by"]) == (PREPARER, REVIEWER)


def test_a_draft_is_told_as_a_draft_and_goes_its_way(real_shell, file):
    shell = real_shell
    drafted = shell.done("policy", "publish", file)
    assert (drafted["status"], drafted["id"]) == ("draft", 1)
    assert drafted["notes"][0]["rule"] == "R27"
    (listed,) = shell.done("policy", "drafts")["drafts"]
    assert (listed["drafted_by"], listed["possible"]) == (PREPARER, ["publish", "review", "withdraw"])
    assert shell.done("policy", "review", "1", by=REVIEWER)["status"] == "reviewed"
    assert shell("policy", "withdraw", "1").code == 2
    assert shell.done("policy", "publish", "--draft", "1", by=REVIEWER)["status"] == "published"
    assert shell("policy", "withdraw", "1", "--reason", "x").rules == ["TRANSITION"]


def test_draft_and_withdraw(shell, file):
    assert shell.done("policy", "draft", file)["status"] == "draft"
    assert shell("policy", "draft", file, by=REVIEWER).rules == ["R27", "UNIQUE"]
    withdrawn = shell.done("policy", "withdraw", "1", "--reason", "口径有误")
    assert (withdrawn["status"], withdrawn["reason"]) == ("withdrawn", "口径有误")


@pytest.mark.parametrize("words", [(), ("x.toml", "--draft", "1")])
def test_a_file_or_a_draft_is_named_not_both(shell, words):
    assert shell("policy", "publish", *words).code == 2


def test_every_fault_of_a_file_is_one_line_with_its_key(shell, tmp_path):
    file = tmp_path / "bad.toml"
    text = PRESET.read_text(encoding="utf-8").replace('ratio = "0.30"', "ratio = 1").replace("= 365", '= "365"')
    file.write_text(text, encoding="utf-8")
    refused = shell("policy", "draft", str(file))
    assert refused.code == 2
    assert [one["key"] for one in refused.json["error"]["violations"]] == ["support.ratio", "validity.use_days"]


def test_the_text_comes_out_exactly_as_it_was_published(shell, tmp_path):
    preset = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
    assert shell("policy", "show", "1", "--toml", as_json=False).out == preset
    out = tmp_path / "out.toml"
    assert shell.done("policy", "export", "henan-style v1", "--out", str(out))["file"] == str(out)
    assert out.read_text(encoding="utf-8") == preset
    assert shell("policy", "export", "1", "--out", str(out)).code == 2
    assert out.read_text(encoding="utf-8") == preset
    assert shell("policy", "export", "1", "--out", str(out / "none.toml")).code == 2
    assert shell("policy", "export", "9", "--out", str(tmp_path / "none.toml")).code == 1


def test_versions_drafts_and_files_are_compared(shell, file):
    shell.done("policy", "draft", file)
    for other in (file, "draft:1"):
        found = shell.done("policy", "compare", "1", other)
        by_key = {one["key"]: one for one in found["differences"]}
        assert (by_key["support.ratio"]["first"], by_key["support.ratio"]["second"]) == ("20%", "30%")
        assert by_key["support.ratio"]["name"] == "支持比例"
        assert found["changed"] == sum(one["differs"] for one in found["differences"])
    short = shell("policy", "compare", "henan-style", file, "--changed", as_json=False).out.splitlines()
    assert len(short) == found["changed"] + 1
    assert all(line.startswith("≠") for line in short[1:])
    assert shell("policy", "compare", "1", "draft:9").code == 1
    assert shell("policy", "compare", "1", "draft:x").code == 1
    assert shell("policy", "compare", "1", "none.toml").code == 2
    assert shell.done("policy", "show", "draft:1")["policy"]["ratio"] == "3/10"


def test_a_draft_is_run_over_a_year_and_the_money_that_would_run_out_is_told(office, tmp_path, file):
    key = submit(office, "100000", contract="HT-1", contract_amount="500000").json["id"]
    office.done("application", "approve", str(key), by=REVIEWER)
    office.done("voucher", "issue", "--all-approved")
    head = office.done("ledger", "verify")["head"]
    found = office.done("policy", "simulate", file, "--year", "2026", by=None)
    assert (found["totals"]["issued_fen"], found["totals"]["simulated_issued_fen"]) == (10_000_000, 15_000_000)
    (recipient,) = found["recipients"]
    assert (recipient["uscc"], recipient["issued_difference_fen"]) == (RECIPIENT, 5_000_000)
    assert (found["by_kind"][0]["name"], found["by_city"][0]["name"]) == ("企业", "太原市")
    assert (found["exhausted_on"], found["refused"], found["left_out"]) == (None, [], {})
    stricter = tmp_path / "stricter.toml"
    text = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
    stricter.write_text(text.replace('smallest_voucher = "5000.00"', 'smallest_voucher = "100000.01"'), "utf-8")
    (refused,) = office.done("policy", "simulate", str(stricter), "--year", "2026")["refused"]
    assert refused["rules"] == ["R5"]
    assert "100,000.01" in refused["messages"][0]
    said = office("policy", "simulate", str(stricter), "--year", "2026", as_json=False).out
    assert "100,000.01" in said
    assert office.done("ledger", "verify")["head"] == head
    assert office("policy", "simulate", file, "--year", "2027").code == 1
    assert office("policy", "simulate", file, "--year", "26").code == 2
