"""An officer's whole year by commands, in an office that is no trial: from the policy to the closing.

After each act the money identity is asked of `year show`; the file is verified after each part of the year. The year is
2025, because in earnest a business date lies at most a week after the machine's.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import pytest

from voucher_app.authentication import argon2id
from voucher_app.authentication.argon2id import Argon2idHasher
from voucher_app.settings import resources_folder

from .conftest import FINANCE, PREPARER, REVIEWER, SECOND_REVIEWER, credit_code

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Shell

SYSTEM, SECURITY = "钱系统", "孙安全"
PEOPLE = {
    PREPARER: "preparer", REVIEWER: "reviewer", SECOND_REVIEWER: "reviewer", FINANCE: "finance", "赵审计": "auditor",
    SYSTEM: "system-admin", SECURITY: "security-admin",
}  # fmt: skip
PROVIDERS = {"taiyuan": credit_code(1, "12"), "datong": credit_code(2)}
UNITS = {
    "enterprise": credit_code(11),
    "university": credit_code(12, "12"),
    "institute": credit_code(13, "12"),
    "rival": credit_code(14),
}
KINDS = {**{kind: kind for kind in UNITS}, "rival": "enterprise"}
MONEY = ("unissued_fen", "outstanding_fen", "payable_fen", "disbursed_fen", "lapsed_fen")
APPROPRIATION = 100_000_000
PRESET = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
SHORT = {
    'code = "henan-style"': 'code = "short"',
    "use_days = 365": "use_days = 210",
    "redeem_days = 90": "redeem_days = 30",
    "仅限省内算力的条款存在公平竞争风险，须由本单位完成审查后填写结论": "经审查符合公平竞争要求，适用例外规定",
}
"""Vouchers of the spring end before the year does, so that the year sees them expire."""


class Office:
    """An office in earnest on one data file; every act is followed by the question where the year's money is."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        self.shell, self.folder = shell, folder
        self.first, self.own = folder / "first.txt", folder / "own.txt"
        for file, text in ((self.first, "das erste Kennwort"), (self.own, "ein eigenes Kennwort")):
            file.write_text(text, encoding="utf-8")
            file.chmod(0o600)
        self.acts = Counter()
        self.money: dict[str, int] = {}

    def at(self, day: str) -> None:
        self.shell.day = day

    def asked(self, *words: str) -> dict:
        return self.shell.done(*words, by=None)

    def act(self, *words: str, by: str = PREPARER) -> dict:
        """Carry out an act with one's password; the money identity holds after it."""
        done = self.shell.done(*words, "--password-file", str(self.own), by=by)
        self.acts[" ".join(words[:2])] += 1
        self._balances()
        return done

    def refuses(self, *words: str, by: str = PREPARER) -> list[str]:
        """Demand that an act is refused by rule and moves nothing; return the rules."""
        before = self.money
        answer = self.shell(*words, "--password-file", str(self.own), by=by)
        assert answer.code == 1, (answer.code, answer.out)
        self._balances()
        assert self.money == before
        return answer.rules

    def _balances(self) -> None:
        answer = self.shell("year", "show", "2025", by=None)
        if answer.code == 1:  # not opened yet
            return
        shown = answer.json
        self.money = {name: shown[name] for name in MONEY}
        assert shown["appropriation_fen"] == sum(self.money.values()) == APPROPRIATION, shown

    def verifies(self) -> None:
        verified = self.asked("ledger", "verify")
        assert verified["clean"], verified


@pytest.fixture
def office(empty_shell, tmp_path, monkeypatch):
    # The same hashes with less work: this year logs in some hundred and fifty times.
    cheap = partial(Argon2idHasher, time_cost=1, memory_cost_kib=8, parallelism=1)
    monkeypatch.setattr(argon2id, "Argon2idHasher", cheap)
    made = Office(empty_shell, tmp_path)
    made.at("2025-01-06")
    people = [word for name, role in PEOPLE.items() for word in ("--operator", f"{name}:{role}")]
    empty_shell.done(
        "office", "init", "--name", "山西省工业和信息化厅", *people, "--password-file", str(made.first)
    )  # fmt: skip
    for name in PEOPLE:
        empty_shell.done(
            "operator", "password", "--password-file", str(made.first), "--new-password-file", str(made.own), by=name
        )
    return made


def publish_the_policy(office: Office) -> None:
    """Draft, review, publish; nobody publishes what they drafted."""
    file = office.folder / "policy.toml"
    content = PRESET
    for old, new in SHORT.items():
        assert content.count(old) == 1, old
        content = content.replace(old, new)
    file.write_text(content, encoding="utf-8")
    draft = str(office.act("policy", "draft", str(file))["id"])
    assert "R23" in office.refuses("policy", "publish", "--draft", draft)
    office.act("policy", "review", draft, by=REVIEWER)
    office.act("policy", "publish", "--draft", draft, by=SECOND_REVIEWER)
    assert office.asked("policy", "show")["code"] == "short"


def open_the_year_and_register(office: Office) -> None:
    """Open the year, register two providers, by the whole road and by the short one, and units of three classes."""
    assert office.refuses("year", "open", "2025", "--amount", "50000000.01", "--document", "x") == ["R1"]
    office.act("year", "open", "2025", "--amount", "1000000.00", "--document", "晋财建〔2025〕1号", by=FINANCE)
    for name, uscc in PROVIDERS.items():
        office.act("provider", "add", "--name", f"{name}智算中心", "--uscc", uscc, "--region", "140100")
    whole, direct = PROVIDERS.values()
    assert office.refuses("provider", "admit", direct, "--until", "2027-12-31") == ["R23"]
    office.act("provider", "admit", direct, "--until", "2027-12-31", by=REVIEWER)
    office.act("provider", "check", whole, by=REVIEWER)
    office.act("provider", "inspect", whole, by=REVIEWER)
    until = office.act("provider", "publicize", whole, by=REVIEWER)["publicity_until"]
    for unit, uscc in UNITS.items():
        office.act("recipient", "add", "--name", f"晋阳{unit}", "--uscc", uscc, "--kind", KINDS[unit],
                   "--region", "140200")  # fmt: skip
        office.act("recipient", "credit", uscc, "--result", "clear", "--source", "信用中国（山西）")
    assert office.refuses("provider", "admit", whole, "--until", "2027-12-31", by=SECOND_REVIEWER) == ["R24"]
    assert until < "2025-01-20"
    office.at("2025-01-20")
    office.act("provider", "admit", whole, "--until", "2027-12-31", by=SECOND_REVIEWER)


def apply(office: Office, batch: str, unit: str, amount: str, contract: str, *, provider: str = "taiyuan") -> str:
    done = office.act(
        "application", "submit", "--batch", batch, "--recipient", UNITS[unit], "--provider", PROVIDERS[provider],
        "--contract", contract, "--contract-amount", "1000000.00", "--signed-on", "2025-01-21", "--amount", amount,
        "--contract-from", "2025-02-01", "--contract-until", "2025-12-31",
    )  # fmt: skip
    return str(done["id"])


def two_reviews(office: Office, *keys: str) -> None:
    """Take in, review twice; each step by another person than the one before."""
    office.act("application", "accept", *keys)
    assert set(office.refuses("application", "review", *keys)) == {"R23"}
    office.act("application", "review", *keys, by=REVIEWER)
    assert set(office.refuses("application", "approve", *keys, by=REVIEWER)) == {"R23"}
    office.act("application", "approve", *keys, by=SECOND_REVIEWER)


def the_first_batch(office: Office) -> list[str]:
    """Model A: a correction, a refusal, a withdrawal, publicity with two objections, and the issuance."""
    office.at("2025-02-05")
    batch = str(office.act("batch", "open", "--year", "2025", "--name", "第一批", "--model", "A",
                           "--until", "2025-02-28")["id"])  # fmt: skip
    kept = [apply(office, batch, unit, amount, f"HT-A-{unit}") for unit, amount in (
        ("enterprise", "100000.00"), ("university", "60000.00"), ("rival", "50000.00"))]  # fmt: skip
    gone = apply(office, batch, "institute", "10000.00", "HT-A-gone")
    refused = apply(office, batch, "institute", "10000.00", "HT-A-refused")
    office.act("application", "return", kept[1], "--reason", "合同缺页")
    office.act("application", "resubmit", kept[1], "--amount", "55000.00")
    office.act("application", "withdraw", gone, "--reason", "申请人撤回")
    two_reviews(office, *kept)
    office.act("application", "accept", refused)
    office.act("application", "review", refused, by=REVIEWER)
    office.act("application", "refuse", refused, "--reason", "不在支持范围", by=SECOND_REVIEWER)
    assert office.refuses("batch", "publicize", batch) == ["TRANSITION"]
    office.act("batch", "close", batch)
    office.act("batch", "allocate", batch, by=REVIEWER)
    office.act("batch", "publicize", batch)
    objections = [
        str(office.act("batch", "object", batch, "--application", key, "--by", "某公司", "--content", "合同不实")["id"])
        for key in (kept[0], kept[2])
    ]
    office.at("2025-02-20")
    assert "R24" in office.refuses("batch", "issue", batch, by=REVIEWER)
    assert "R23" in office.refuses("batch", "resolve", objections[0], "--result", "dismissed", "--reason", "x")
    office.act("batch", "resolve", objections[0], "--result", "dismissed", "--reason", "查无实据", by=REVIEWER)
    office.act("batch", "resolve", objections[1], "--result", "upheld", "--reason", "合同虚假", by=REVIEWER)
    numbers = office.act("batch", "issue", batch, by=REVIEWER)["numbers"]
    office.act("batch", "finish", batch)
    assert office.asked("application", "show", kept[2])["status"] == "refused"
    assert office.money["outstanding_fen"] == 15_500_000
    return numbers


def further_batches(office: Office) -> dict[str, list[str]]:
    """Model B for the institute and the university, model C for the enterprise; each through publicity."""
    opened = {}
    for letter, units in {"B": ("institute", "university"), "C": ("enterprise",)}.items():
        batch = str(office.act("batch", "open", "--year", "2025", "--name", f"{letter}批", "--model", letter)["id"])
        hand_in = reimburse if letter == "C" else apply
        keys = [hand_in(office, batch, unit, "40000.00", f"HT-{letter}-{unit}", provider="datong") for unit in units]
        two_reviews(office, *keys)
        office.act("batch", "close", batch)
        opened[letter] = batch
        office.act("batch", "publicize", batch)
    office.at("2025-03-03")
    numbers = {}
    for letter, batch in opened.items():
        numbers[letter] = office.act("batch", "issue", batch, by=REVIEWER)["numbers"]
        office.act("batch", "finish", batch)
    assert office.money["outstanding_fen"] == 27_500_000
    return numbers


def reimburse(office: Office, batch: str, unit: str, amount: str, contract: str, *, provider: str) -> str:
    """Apply and claim at once on compute that was used and paid before; returned once, for the day of payment."""
    told = ("--invoice", f"2514{3:016d}", "--invoice-amount", "500000.00", "--invoiced-on", "2025-02-12",
            "--service-from", "2025-01-21", "--service-until", "2025-02-10")  # fmt: skip
    done = office.act(
        "application", "reimburse", "--recipient", UNITS[unit], "--provider", PROVIDERS[provider], "--batch",
        batch, "--contract", contract, "--contract-amount", "500000.00", "--signed-on", "2025-01-21", "--amount",
        amount, *told, "--paid-on", "2025-02-13",
    )  # fmt: skip
    key = str(done["id"])
    office.act("application", "return", key, "--reason", "付款日期有误")
    office.act("application", "resubmit", key, *told, "--paid-on", "2025-02-14")
    return key


def claim(office: Office, number: str, amount: str, serial: int, *, paid: str) -> str:
    """Claim with evidence: an invoice, its service days, what was paid for it beside the voucher."""
    done = office.act(
        "redemption", "claim", "--voucher", number, "--amount", amount, "--invoice", f"2514{serial:016d}",
        "--invoice-amount", "500000.00", "--invoiced-on", office.shell.day, "--service-from", "2025-03-04",
        "--service-until", "2025-03-31", "--paid-on", office.shell.day, "--paid", paid,
    )  # fmt: skip
    return str(done["id"])


def redeem_in_spring(office: Office, first: list[str], later: dict[str, list[str]]) -> list[str]:
    """Redeem in parts, to the end, against evidence; refuse one claim, reverse one; return what is owed."""
    office.at("2025-03-25")
    part = claim(office, first[0], "30000.00", 1, paid="470000.00")
    whole = claim(office, later["B"][0], "40000.00", 2, paid="500000.00")
    (afterwards,) = [
        str(one["id"]) for one in office.asked("redemption", "list")["redemptions"]
        if one["voucher_number"] == later["C"][0]
    ]  # fmt: skip
    wrong = claim(office, first[1], "20000.00", 4, paid="480000.00")
    refused = claim(office, first[1], "5000.00", 5, paid="495000.00")
    evidence = office.folder / "receipt.pdf"
    evidence.write_bytes(b"%PDF-1.4 the bank's receipt")
    office.act("attachment", "add", f"redemption:{part}", str(evidence), "--kind", "payment-receipt")
    twice = office.refuses("redemption", "claim", "--voucher", first[0], "--amount", "1.00", "--invoice",
                           f"2514{1:016d}", "--invoice-amount", "10.00", "--invoiced-on", "2025-03-25")  # fmt: skip
    assert "R9" in twice
    assert office.refuses("redemption", "verify", part) == ["R23"]
    office.act("redemption", "verify", part, "--approved", "28000.00", by=REVIEWER)
    for one in (whole, wrong):
        office.act("redemption", "verify", one, by=REVIEWER)
    office.act("redemption", "verify", afterwards, "--approved", "25000.00", by=REVIEWER)
    office.act("redemption", "refuse", refused, "--reason", "发票不清", by=REVIEWER)
    owed = office.money["payable_fen"]
    office.act("redemption", "reverse", wrong, "--reason", "发票红冲", by=REVIEWER)
    assert office.money["payable_fen"] == owed - 2_000_000 == 9_300_000
    statuses = {office.asked("voucher", "show", one)["status"] for one in (first[0], later["B"][0])}
    assert statuses == {"partly-used", "used-up"}
    return [part, whole, afterwards]


def settle_the_first_quarter(office: Office) -> str:
    """Draft, confirm, plan, check, pay; one line comes back from the bank."""
    office.at("2025-04-02")
    key = str(office.act("settlement", "draft", "--until", "2025-03-31")["id"])
    assert office.refuses("settlement", "confirm", key) == ["R23"]
    for line in office.asked("settlement", "show", key)["lines"]:
        if line["is_sampled"]:
            office.act("settlement", "sample", key, str(line["id"]), "--result", "无异常", by=REVIEWER)
    office.act("settlement", "confirm", key, by=REVIEWER)
    office.act("settlement", "plan", key, "--document", "晋财指〔2025〕5号")
    office.act("settlement", "check", key, by=FINANCE)
    lines = {str(one["id"]): one["amount_fen"] for one in office.asked("settlement", "show", key)["lines"]}
    assert len(lines) == 3
    for place, line in enumerate(lines):
        office.act("settlement", "disburse", key, "--line", line, "--receipt", f"HD-{place}", by=FINANCE)
    assert (office.money["payable_fen"], office.money["disbursed_fen"]) == (0, 9_300_000)
    (back,) = [line for line, fen in lines.items() if fen == 4_000_000]
    office.act("settlement", "fail-line", key, back, "--reason", "账户已销户", by=FINANCE)
    assert office.money["payable_fen"] == 4_000_000
    assert office.asked("settlement", "show", key)["line_counts"]["failed"] == 1
    return key


def settle_the_second_quarter(office: Office, number: str) -> None:
    """Settle what was redeemed since, and pay what came back."""
    office.at("2025-05-15")
    more = claim(office, number, "10000.00", 6, paid="490000.00")
    office.act("redemption", "verify", more, by=SECOND_REVIEWER)
    office.at("2025-07-01")
    second = office.act("settlement", "draft", "--until", "2025-06-30")
    assert second["amount_fen"] == 5_000_000
    key = str(second["id"])
    office.act("settlement", "confirm", key, by=REVIEWER)
    office.act("settlement", "disburse", key, "--receipt", "HD-9", by=FINANCE)
    assert (office.money["payable_fen"], office.money["disbursed_fen"]) == (0, 10_300_000)
    bank = office.folder / "bank.csv"
    bank.write_text("date,receipt,account,amount\n2025-07-01,HD-9,,40000.00\n2025-07-01,HD-9,,10000.00\n", "utf-8")
    office.act("settlement", "reconcile", key, str(bank), by=FINANCE)
    office.act("settlement", "close", key, by=FINANCE)


def recover(office: Office, redemption: str) -> None:
    """Take a payment back in two parts and ban the unit meanwhile; the money may be issued again."""
    office.at("2025-08-04")
    assert office.refuses("recovery", "decide", redemption, "--amount", "28000.01", "--reason", "x", by=REVIEWER) == [
        "R28"
    ]
    decided = office.act("recovery", "decide", redemption, "--amount", "8000.00", "--reason", "虚报用量",
                         "--ban-years", "3", by=SECOND_REVIEWER)  # fmt: skip
    key, unissued = str(decided["id"]), office.money["unissued_fen"]
    office.act("recovery", "receive", key, "--amount", "3000.00", "--receipt", "HK-1", by=FINANCE)
    office.at("2025-09-01")
    office.act("recovery", "receive", key, "--amount", "5000.00", "--receipt", "HK-2", by=FINANCE)
    assert office.asked("recovery", "show", key)["status"] == "received"
    assert office.money["unissued_fen"] == unissued + 800_000
    assert office.asked("redemption", "show", redemption)["status"] == "recovered"


def expire_and_close(office: Office, numbers: list[str]) -> None:
    """Let the spring's vouchers expire, and close; what is left lapses."""
    office.at("2025-12-30")
    office.act("voucher", "freeze", numbers[0], "--reason", "核查")
    assert office.money["outstanding_fen"]
    assert numbers[0] not in office.act("voucher", "expire")["numbers"]
    office.act("voucher", "unfreeze", numbers[0], "--reason", "核查完毕", by=REVIEWER)
    assert office.act("voucher", "expire")["numbers"] == [numbers[0]]
    assert office.money["outstanding_fen"] == 0
    office.at("2025-12-31")
    closed = office.act("year", "close", "2025", by=FINANCE)
    assert closed["status"] == "closed"
    assert closed["carried_over_fen"] == 0
    assert office.money == {
        "unissued_fen": 0,
        "outstanding_fen": 0,
        "payable_fen": 0,
        "disbursed_fen": 9_500_000,
        "lapsed_fen": APPROPRIATION - 9_500_000,
    }


def nothing_goes_on_in_a_closed_year(office: Office, number: str, redemption: str) -> None:
    """Try what a closed year refuses."""
    assert office.refuses("year", "close", "2025", by=FINANCE) == ["R26"]
    raised = ("year", "raise", "2025", "--amount", "1.00", "--document", "x", "--reason", "x")
    assert "R26" in office.refuses(*raised)
    assert office.refuses("batch", "open", "--year", "2025", "--name", "迟到") == ["R26"]
    late = office.refuses(
        "application", "submit", "--recipient", UNITS["university"], "--provider", PROVIDERS["datong"],
        "--contract", "HT-late", "--contract-amount", "1000000.00", "--signed-on", "2025-06-01",
        "--amount", "10000.00", "--year", "2025",
    )  # fmt: skip
    assert "R26" in late
    assert "TRANSITION" in office.refuses("voucher", "void", number, "--reason", "x", by=REVIEWER)
    assert "TRANSITION" in office.refuses("redemption", "reverse", redemption, "--reason", "x", by=REVIEWER)
    assert office.refuses("settlement", "draft", "--until", "2025-12-31") == ["R25"]


@pytest.mark.long
def test_an_officers_year_from_the_policy_to_the_closing(office):
    publish_the_policy(office)
    open_the_year_and_register(office)
    office.verifies()
    first = the_first_batch(office)
    later = further_batches(office)
    office.verifies()
    owed = redeem_in_spring(office, first, later)
    settle_the_first_quarter(office)
    office.verifies()
    settle_the_second_quarter(office, first[1])
    recover(office, owed[0])
    office.verifies()
    expire_and_close(office, first)
    nothing_goes_on_in_a_closed_year(office, first[0], owed[1])
    office.verifies()
    assert sum(office.acts.values()) > 90
