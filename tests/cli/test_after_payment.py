"""What comes after verification, on the command line: settle, pay, fail, pay again, recover, close, look back."""

from __future__ import annotations

import pytest

from .conftest import FINANCE, PREPARER, PROVIDER, RECIPIENT, REVIEWER, SECOND_REVIEWER, issue

MONEY = ("unissued_fen", "outstanding_fen", "payable_fen", "disbursed_fen", "lapsed_fen")


class Year:
    """The office's year day by day, with what `year show` said at the end of each."""

    def __init__(self, shell):
        self.shell, self.said = shell, {}

    def at(self, day):
        self.shell.day = day
        return self.shell

    def ends(self):
        """Demand the money identity, and remember what the year looks like tonight."""
        shown = self.shell.done("year", "show", "2026")
        assert shown["appropriation_fen"] == sum(shown[name] for name in MONEY), shown
        self.said[self.shell.day] = shown
        return shown


def claimed(shell, number, amount, serial):
    claim = shell.done(
        "redemption", "claim", "--voucher", number, "--amount", amount, "--invoice", f"26{serial:018d}",
        "--invoice-amount", "100000", "--invoiced-on", "2026-03-01",
    )  # fmt: skip
    return str(claim["id"])


def test_from_claim_to_closing_and_back(office):  # noqa: PLR0915 - a year is long
    year = Year(office)
    number, other = (issue(office, "100000", contract=f"HT-{serial}") for serial in (1, 2))
    year.ends()

    shell = year.at("2026-03-10")
    claims = [
        claimed(shell, number, "20000", 1),
        claimed(shell, number, "10000.01", 2),
        claimed(shell, other, "5000", 3),
    ]
    year.ends()
    shell = year.at("2026-03-12")
    for claim in claims:
        shell.done("redemption", "verify", claim, by=REVIEWER)
    assert year.ends()["payable_fen"] == 3_500_001

    shell = year.at("2026-03-31")
    first = shell.done("settlement", "draft", "--until", "2026-03-31")
    assert (first["period_from"], first["period_until"]) == ("2026-01-01", "2026-03-31")
    key = str(first["id"])
    assert shell("settlement", "disburse", key, "--receipt", "HD-1", by=FINANCE).rules == ["TRANSITION"]
    shell.done("settlement", "confirm", key, by=REVIEWER)
    shell.done("settlement", "disburse", key, "--receipt", "HD-1", by=FINANCE)
    assert year.ends()["payable_fen"] == 0
    lines = shell.done("settlement", "show", key)["lines"]
    shell = year.at("2026-04-03")
    shell.done("settlement", "fail-line", key, str(lines[1]["id"]), "--reason", "账户已销户", by=FINANCE)
    assert year.ends()["payable_fen"] == 1_000_001

    shell = year.at("2026-06-30")
    second = shell.done("settlement", "draft", "--until", "2026-06-30")
    assert (second["amount_fen"], second["period_from"]) == (1_000_001, "2026-04-01")
    shell.done("settlement", "confirm", str(second["id"]), by=REVIEWER)
    shell.done("settlement", "disburse", str(second["id"]), "--receipt", "HD-2", by=FINANCE)
    assert year.ends()["disbursed_fen"] == 3_500_001

    shell = year.at("2026-07-01")
    too_much = shell("recovery", "decide", claims[1], "--amount", "10000.02", "--reason", "虚开发票", by=REVIEWER)
    assert too_much.rules == ["R28"]
    assert shell("recovery", "decide", claims[1], "--amount", "1", "--reason", "x", by=PREPARER).rules == ["R23"]
    decided = shell.done(
        "recovery", "decide", claims[1], "--amount", "10000.01", "--reason", "虚开发票", "--ban-years", "3", by=REVIEWER
    )
    assert [(ban["uscc"], ban["banned_until"]) for ban in decided["bans"]] == [(RECIPIENT, "2029-06-30")]
    recovery = str(decided["id"])
    part = shell.done("recovery", "receive", recovery, "--amount", "4000", "--receipt", "HK-1", by=FINANCE)
    assert (part["status"], part["open_fen"]) == ("decided", 600_001)
    assert shell.done("redemption", "show", claims[1])["status"] == "recovering"
    year.ends()
    shell = year.at("2026-09-01")
    assert shell("recovery", "receive", recovery, "--amount", "6000.02", "--receipt", "HK-2", by=FINANCE).rules == [
        "R28"
    ]
    shell.done("voucher", "freeze", other, "--reason", "核查")
    year.ends()
    closed = year.at("2026-12-31").done("year", "close", "2026", by=REVIEWER)
    assert (closed["status"], closed["unissued_fen"], closed["carried_over_fen"]) == ("closed", 0, 0)
    assert (closed["paid_fen"], closed["recovered_fen"], closed["recovered_to_pool_fen"]) == (
        3_500_001,
        400_000,
        400_000,
    )
    year.ends()
    shell = year.at("2027-01-15")
    done = shell.done("recovery", "receive", recovery, "--amount", "6000.01", "--receipt", "HK-2", by=FINANCE)
    assert (done["status"], done["open_fen"]) == ("received", 0)
    assert shell.done("redemption", "show", claims[1])["status"] == "recovered"
    assert [one["pool"] for one in shell.done("recovery", "show", recovery)["receipts"]] == ["appropriation", "lapsed"]
    assert year.ends()["lapsed_fen"] == 5_000_000_000 - 3_500_001 - closed["outstanding_fen"] + 1_000_001

    for day, said in year.said.items():
        then = shell.done("ledger", "as-of", day, "--year", "2026")
        assert {name: then[name] for name in said if name != "changes"} == {
            name: value for name, value in said.items() if name != "changes"
        }, day
    assert shell.done("ledger", "as-of", "2026-10-01")["disbursed_fen"] == 3_100_001
    assert shell("ledger", "as-of", "2026-03-01").code == 1
    assert shell.done("ledger", "verify")["clean"]
    shown = shell.done("recipient", "show", RECIPIENT)["bans"]
    assert [one["recovery_id"] for one in shown] == [int(recovery)]
    assert shell("recipient", "unban", RECIPIENT, "--reason", "x", by=REVIEWER).rules == ["R23"]
    shell.done("recipient", "unban", RECIPIENT, "--reason", "行政复议撤销", by=SECOND_REVIEWER)
    assert shell("recipient", "unban", RECIPIENT, "--reason", "x", by=REVIEWER).rules == ["R28"]


def test_a_raise_takes_two_people_a_document_and_stays_under_the_ceiling(shell):
    shell.done("year", "open", "2026", "--amount", "49999999.99", "--document", "晋财建〔2026〕1号")
    told = ("--document", "晋财〔2026〕9号", "--reason", "省级追加")
    assert shell("year", "raise", "2026", "--amount", "0.02", *told).rules == ["R1"]
    raised = shell.done("year", "raise", "2026", "--amount", "0.01", *told)
    again = shell.done("year", "raise", "2026", "--amount", "0.01", *told)
    key = str(raised["id"])
    assert raised["appropriation_fen"] == 4_999_999_999
    assert shell("year", "decide-raise", key).rules == ["R23"]
    assert shell("year", "close", "2026").rules == ["R26"]
    assert shell.done("year", "decide-raise", key, by=REVIEWER)["appropriation_fen"] == 5_000_000_000
    assert shell("year", "decide-raise", str(again["id"]), by=REVIEWER).rules == ["R1"]
    shell.done("year", "refuse-raise", str(again["id"]), "--reason", "已到上限", by=REVIEWER)
    assert shell("year", "decide-raise", str(again["id"]), by=REVIEWER).rules[0] == "TRANSITION"
    shown = shell.done("year", "show", "2026")
    assert [(one["status"], one["prepared_by"], one["reviewed_by"]) for one in shown["changes"]] == [
        ("decided", PREPARER, REVIEWER),
        ("refused", PREPARER, REVIEWER),
    ]
    assert shown["unissued_fen"] == 5_000_000_000
    shell.done("year", "close", "2026")
    assert shell.done("ledger", "verify")["clean"]


@pytest.mark.parametrize("words", [
    ("--ban-until", "2027-01-01", "--ban-years", "2"), ("--fraud", "--no-ban"), ("--ban-years", "1", "--no-ban"),
])  # fmt: skip
def test_a_ban_is_told_one_way(office, words):
    assert office("recovery", "decide", "1", "--amount", "1", "--reason", "x", *words, by=REVIEWER).code == 2


def test_a_banned_provider_is_not_admitted_again(office):
    office.done("recipient", "ban", PROVIDER, "--until", "2026-03-02", "--reason", "出具虚假证明", by=REVIEWER)
    assert office("provider", "admit", PROVIDER, "--until", "2029-12-31", by=REVIEWER).rules == ["R28"]
    office.done("provider", "admit", PROVIDER, "--until", "2029-12-31", by=REVIEWER, on="2026-03-03")
