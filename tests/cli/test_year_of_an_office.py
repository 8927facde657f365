"""The year, on the command line: to the last fen and not one further."""

from __future__ import annotations

import pytest

from .conftest import PREPARER, PROVIDER, RECIPIENT, REVIEWER, credit_code, issue, submit


@pytest.fixture
def full_year(office, tmp_path):
    """An office whose year is issued to the last fen: 50 vouchers of a million yuan to 50 units, by single commands.

    Its policy takes applications of a single fen.
    """
    policy = tmp_path / "p.toml"
    content = office.done("policy", "show")["content"]
    policy.write_text(content.replace('smallest_voucher = "5000.00"', 'smallest_voucher = "0.01"'), encoding="utf-8")
    office.done("policy", "publish", str(policy), by=REVIEWER)
    office.done("policy", "publish", str(policy), by=PREPARER)
    waiting = []
    for serial in range(50):
        uscc = credit_code(100 + serial)
        office.done("recipient", "add", "--name", f"单位{serial}", "--uscc", uscc, "--kind", "enterprise",
                    "--region", "140100")  # fmt: skip
        waiting.append(str(submit(office, "1000000.00", contract=f"HT-{serial}", recipient=uscc).json["id"]))
    office.done("application", "approve", *waiting, by=REVIEWER)
    return office


def test_a_year_is_issued_to_the_last_fen_and_not_one_fen_further(full_year):
    office = full_year
    numbers = office.done("voucher", "issue", "--all-approved")["numbers"]
    assert len(numbers) == 50
    last = numbers[-1]
    one_fen = submit(office, "0.01", contract="YIFEN").json["id"]
    office.done("application", "approve", str(one_fen), by=REVIEWER)
    refused = office("voucher", "issue", "--all-approved")
    assert (refused.code, refused.rules) == (1, ["R1"])
    assert refused.json["error"]["violations"][0]["found"] == 1

    assert office.unissued_fen() == 0
    waiting = submit(office, "5000.00", contract="ZUIHOU").json["id"]
    office.done("application", "approve", str(waiting), by=REVIEWER)

    refused = office("voucher", "issue", str(waiting))

    assert refused.code == 1
    assert refused.rules == ["R1"]
    violation = refused.json["error"]["violations"][0]
    assert (violation["found"], violation["allowed"]) == (500_000, 0)
    assert "超出年度上限" in violation["message"]

    office.done("voucher", "void", last, "--reason", "合同解除", by=REVIEWER)
    assert office.unissued_fen() == 100_000_000
    office.done("voucher", "issue", str(waiting))
    assert office.unissued_fen() == 100_000_000 - 500_000
    assert office.done("ledger", "verify")["clean"]


def test_no_year_is_opened_above_the_ceiling(shell):
    refused = shell("year", "open", "2026", "--amount", "50000000.01", "--document", "x")
    assert (refused.code, refused.rules) == (1, ["R1"])
    violation = refused.json["error"]["violations"][0]
    assert (violation["found"], violation["allowed"]) == (5_000_000_001, 5_000_000_000)
    assert shell("year", "show", "2026").code == 1


def test_a_repeated_request_returns_the_first_result_and_acts_once(office):
    words = (
        "--request-id",
        "r-1",
        "application",
        "submit",
        "--recipient",
        RECIPIENT,
        "--provider",
        PROVIDER,
        "--contract",
        "HT-9",
        "--contract-amount",
        "500000",
        "--signed-on",
        "2026-02-01",
        "--amount",
        "10000",
    )
    first, again = office.done(*words), office.done(*words)
    assert first["id"] == again["id"]
    assert len(office.done("application", "list")["applications"]) == 1
    other = office(*words[:-1], "20000")
    assert other.code == 1


def test_a_voucher_is_redeemed_by_two_people(office):
    number = issue(office, "100000", contract="HT-1")
    claim = office.done(
        "redemption",
        "claim",
        "--voucher",
        number,
        "--amount",
        "20000",
        "--invoice",
        "26142000000012345678",
        "--invoice-amount",
        "100000",
        "--invoiced-on",
        "2026-03-01",
    )
    refused = office("redemption", "verify", str(claim["id"]))
    assert (refused.code, refused.rules) == (1, ["R23"])
    office.done("redemption", "verify", str(claim["id"]), "--approved", "15000", by=REVIEWER)
    shown = office.done("voucher", "show", number)
    assert (shown["remaining_fen"], shown["status"]) == (8_500_000, "partly-used")
    year = office.done("year", "show", "2026")
    assert (year["outstanding_fen"], year["payable_fen"]) == (8_500_000, 1_500_000)
    assert year["appropriation_fen"] == sum(
        year[name] for name in ("unissued_fen", "outstanding_fen", "payable_fen", "disbursed_fen", "lapsed_fen")
    )
    office.done("redemption", "reverse", str(claim["id"]), "--reason", "发票红冲", by=REVIEWER)
    assert office.done("voucher", "show", number)["status"] == "usable"


def test_a_refusal_names_every_rule_at_once(office):
    suspended = office("provider", "suspend", PROVIDER, "--reason", "核查", by=REVIEWER, on="2026-01-01")
    assert suspended.code == 1  # the date lies before the last act
    issue(office, "100000", contract="HT-1")
    refused = submit(office, "950000.00", contract="ＨＴ－1", contract_amount="4000000")
    assert set(refused.rules) == {"R3", "R4", "R8"}
    assert all(violation["message"] for violation in refused.json["error"]["violations"])


@pytest.mark.parametrize("act", ["void", "return"])
def test_the_preparer_ends_no_voucher(office, act):
    number = issue(office, "100000", contract="HT-1")
    assert office("voucher", act, number, "--reason", "x", by=PREPARER).rules == ["R23"]
    office.done("voucher", act, number, "--reason", "x", by=REVIEWER)
    assert office.unissued_fen() == 5_000_000_000


def test_vouchers_freeze_and_expire(office):
    first, second = (issue(office, "100000", contract=f"HT-{place}") for place in (1, 2))
    office.done("voucher", "freeze", first, "--reason", "核查")
    assert office("voucher", "freeze", first, "--reason", "核查").rules == ["TRANSITION"]
    expired = office.done("voucher", "expire", on="2028-01-05")
    assert expired["numbers"] == [second]
    office.done("voucher", "unfreeze", first, "--reason", "核查完毕", on="2028-01-05")
    assert office.done("voucher", "expire", on="2028-01-05")["numbers"] == [first]
    assert office.unissued_fen() == 5_000_000_000


def test_an_auditor_changes_nothing(office):
    assert office("voucher", "expire", by="赵审计").rules == ["ROLE"]


def test_a_closed_year_issues_nothing_and_its_money_lapses(office):
    number = issue(office, "100000", contract="HT-1")
    closed = office.done("year", "close", "2026", by=REVIEWER)
    assert (closed["unissued_fen"], closed["lapsed_fen"]) == (0, 4_990_000_000)
    office.done("voucher", "void", number, "--reason", "x", by=REVIEWER)
    assert office.done("year", "show", "2026")["lapsed_fen"] == 5_000_000_000
