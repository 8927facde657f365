"""`settlement` on the command line: the road alone, the whole road, the bank's file, and what is refused."""

import pytest

from .conftest import FINANCE, PREPARER, REVIEWER, issue


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
