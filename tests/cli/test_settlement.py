"""`settlement` on the command line: the road alone, the whole road, the bank's file, and what is refused."""

from __future__ import annotations

import pytest

from .conftest import FINANCE, PREPARER, PROVIDER, RECIPIENT, REVIEWER, issue


@pytest.fixture
def office(office):
    """An office of few people, whose business roles stand in for one another; R23 holds all the same."""
    office.done("office", "small-office", "on", "--reason", "编制三人", by="孙安全")
    return office


def verified(shell, number, amount, serial):
    claim = shell.done(
        "redemption", "claim", "--voucher", number, "--amount", amount, "--invoice", f"26{serial:018d}",
        "--invoice-amount", "100000", "--invoiced-on", "2026-03-01",
    )  # fmt: skip
    shell.done("redemption", "verify", str(claim["id"]), by=REVIEWER)
    return claim["id"]


@pytest.fixture
def owed(office):
    number = issue(office, "100000", contract="HT-1")
    return [verified(office, number, amount, serial) for serial, amount in enumerate(("10000.01", "20000"), start=1)]


def test_draft_confirm_disburse_alone_is_a_road(office, owed):
    made = office.done("settlement", "draft", "--until", "2026-03-31")
    assert (made["status"], made["year"], made["amount_fen"], made["ids"]) == ("draft", 2026, 3_000_001, [made["id"]])
    # Half and half: the odd fen is the city's.
    assert (made["province_fen"], made["city_fen"]) == (1_500_000, 1_500_001)
    key = str(made["id"])
    assert office("settlement", "confirm", key).rules == ["R23"]
    office.done("settlement", "confirm", key, by=REVIEWER)
    assert office("settlement", "disburse", key, "--receipt", "HD-1", by=PREPARER).rules == ["R23"]
    paid = office.done("settlement", "disburse", key, "--receipt", "HD-1", by=FINANCE)
    assert (paid["status"], paid["paid_fen"]) == ("disbursed", 3_000_001)
    year = office.done("year", "show", "2026")
    assert (year["payable_fen"], year["disbursed_fen"]) == (0, 3_000_001)
    shown = office.done("settlement", "show", key)
    first = shown["lines"][0]
    assert (first["status"], first["receipt_number"], first["redemption_id"]) == ("paid", "HD-1", owed[0])
    failed = office.done("settlement", "fail-line", key, str(first["id"]), "--reason", "账号有误", by=FINANCE)
    assert failed["line_counts"] == {"pending": 0, "paid": 1, "failed": 1, "removed": 0}
    assert office.done("redemption", "show", str(owed[0]))["status"] == "verified"
    assert office.done("year", "show", "2026")["payable_fen"] == 1_000_001
    assert office.done("ledger", "verify")["clean"]


@pytest.fixture
def paid(office, owed):
    """A settlement of two lines, paid under one receipt."""
    key = str(office.done("settlement", "draft", "--until", "2026-03-31")["id"])
    office.done("settlement", "confirm", key, by=REVIEWER)
    office.done("settlement", "disburse", key, "--receipt", "HD-1", by=REVIEWER)
    return key


def test_the_whole_road_to_the_bank_and_its_end(office, owed, tmp_path):
    key = str(office.done("settlement", "draft", "--until", "2026-03-31", "--document", "晋算结〔2026〕1号")["id"])
    drawn = next(row for row in office.done("settlement", "show", key)["lines"] if row["is_sampled"])
    sampled = office.done("settlement", "sample", key, str(drawn["id"]), "--result", "无异常", by=REVIEWER)
    assert (sampled["sampled"], sampled["samples_open"]) == (1, 0)
    assert [note["rule"] for note in sampled["notes"]] == ["R21"]
    office.done("settlement", "confirm", key, by=REVIEWER)
    plan = office.done("settlement", "plan", key, "--document", "晋财指〔2026〕5号")
    assert plan["document"] == "晋财指〔2026〕5号"
    assert [(one["uscc"], one["amount_fen"], one["province_fen"], one["city_fen"]) for one in plan["payees"]] == [
        (PROVIDER, 3_000_001, 1_500_000, 1_500_001)
    ]
    assert office("settlement", "check", key, by=REVIEWER).rules == ["R23"]
    office.done("settlement", "disburse", key, "--receipt", "HD-1", "--paid-on", "2026-03-02", by=REVIEWER)
    file = tmp_path / "bank.csv"
    file.write_text(
        'date,receipt,account,amount\n2026-03-02,HD-1,,20000.00\n2026/03/02,HD-1,,"10,000.01"\n', encoding="utf-8"
    )
    assert office.done("settlement", "reconcile", key, str(file))["status"] == "reconciled"
    assert office.done("settlement", "close", key)["status"] == "closed"
    assert office("settlement", "cancel", key, "--reason", "x").rules[0] == "TRANSITION"
    assert [row["status"] for row in office.done("settlement", "list", "--year", "2026")["settlements"]] == ["closed"]
    statement = office.done("settlement", "statement", key, "--payee", PROVIDER)
    assert statement["payee"]["paid_fen"] == 3_000_001
    assert "叁万元零壹分" in office("settlement", "statement", key, "--payee", PROVIDER, as_json=False).out
    told = office("settlement", "show", key, as_json=False).out
    assert "已关闭" in told or "关闭" in told
    assert office("settlement", "statement", key, "--payee", RECIPIENT).code == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_bank_file_is_read_in_both_encodings_with_chinese_headings(office, paid, tmp_path, encoding):
    file = tmp_path / "银行.csv"
    rows = ["交易日期,回单号,收款账号,金额,摘要", "2026-03-02,HD-1,6222,20000,甲", "2026-03-02,HD-1,6222,10000.01,乙"]
    file.write_text("\n".join(rows), encoding=encoding)
    assert office.done("settlement", "reconcile", paid, str(file))["status"] == "reconciled"


def test_every_difference_with_the_bank_is_said_at_once(office, paid, tmp_path):
    file = tmp_path / "bank.csv"
    file.write_text("receipt,amount,account,date\nHD-1,20000.01,6,2026-03-02\nHD-7,5,6,2026-03-02\n", encoding="utf-8")
    answer = office("settlement", "reconcile", paid, str(file))
    assert answer.code == 1
    assert [one["code"] for one in answer.json["error"]["violations"]] == [
        "payment_not_in_file", "payment_not_in_file", "bank_line_surplus", "bank_line_of_others",
    ]  # fmt: skip
    assert "20,000.00" in answer.json["error"]["violations"][1]["message"]
    assert office.done("settlement", "show", paid)["status"] == "disbursed"


@pytest.mark.parametrize("row", [
    "HD-1,1.234,6,2026-03-02", "HD-1,-5,6,2026-03-02", ",5,6,2026-03-02", "HD-1,5,6,3 March", "HD-1,5,6",
    "HD-1,1e3,6,2026-03-02",
])  # fmt: skip
def test_a_cell_that_cannot_be_read_is_named_and_changes_nothing(office, paid, tmp_path, row):
    file = tmp_path / "bank.csv"
    file.write_text(f"receipt,amount,account,date\n{row}\n", encoding="utf-8")
    answer = office("settlement", "reconcile", paid, str(file))
    assert answer.code == 2
    assert "2" in answer.json["error"]["violations"][0]["message"]
    assert office("settlement", "reconcile", paid, str(tmp_path / "none.csv")).code == 2


@pytest.mark.parametrize("words", [
    ("draft", "--until", "2026-02-30"), ("draft",), ("draft", "--until", "2026-03-31", "--from", "x"),
    ("draft", "--until", "2026-03-31", "--year", "1"), ("disburse", "1"), ("fail-line", "1", "1"), ("confirm", "x"),
    ("sample", "1", "1"), ("statement", "1", "--payee", "91"), ("disburse", "1", "--receipt", " "),
])  # fmt: skip
def test_words_that_cannot_be_used_are_wrong_usage(office, words):
    assert office("settlement", *words, by=REVIEWER).code == 2


@pytest.mark.parametrize("verb", ["confirm", "plan", "check", "close", "show"])
def test_a_settlement_that_does_not_exist_is_named(office, verb):
    answer = office("settlement", verb, "9", by=REVIEWER)
    assert answer.code == 1
    assert "结算" in answer.json["error"]["violations"][0]["message"]


@pytest.mark.parametrize(("verb", "status"), [
    ("confirm", "disbursed"), ("plan", "draft"), ("check", "draft"), ("disburse", "draft"), ("close", "draft"),
    ("cancel", "disbursed"), ("fail-line", "draft"), ("remove-line", "disbursed"), ("disburse", "disbursed"),
    ("plan", "disbursed"), ("check", "disbursed"), ("close", "disbursed"),
])  # fmt: skip
def test_a_step_that_is_not_open_is_refused_with_those_that_are(office, owed, request, verb, status):
    key = str(office.done("settlement", "draft", "--until", "2026-03-31")["id"])
    if status == "disbursed":
        office.done("settlement", "confirm", key, by=REVIEWER)
        office.done("settlement", "disburse", key, "--receipt", "HD-1", by=REVIEWER)
    words = {
        "disburse": ("--receipt", "HD-2"), "cancel": ("--reason", "x"), "fail-line": ("1", "--reason", "x"),
        "remove-line": ("1", "--reason", "x"),
    }  # fmt: skip
    answer = office("settlement", verb, key, *words.get(verb, ()), by=REVIEWER)
    assert (answer.code, answer.rules[0]) == (1, "TRANSITION")
    assert answer.json["error"]["violations"][0]["allowed"]
