"""A batch, on the command line: from its intake to its vouchers."""

import pytest

from .conftest import PREPARER, PROVIDER, REVIEWER, credit_code

SECOND = "周复核"
UNITS = {"enterprise": credit_code(11), "university": credit_code(12, "12"), "institute": credit_code(13, "12")}


@pytest.fixture
def office(empty_shell):
    """An office with two reviewers, an open year, a provider, and a unit of each class."""
    shell = empty_shell
    shell.done(
        "office", "init", "--name", "山西省工业和信息化厅", "--operator", f"{PREPARER}:preparer",
        "--operator", f"{REVIEWER}:reviewer", "--operator", f"{SECOND}:reviewer",
    )  # fmt: skip
    shell.done("year", "open", "2026", "--amount", "50000000.00", "--document", "晋财建〔2026〕1号")
    shell.done("provider", "add", "--name", "国家超级计算太原中心", "--uscc", PROVIDER, "--region", "140100")
    shell.done("provider", "admit", PROVIDER, "--until", "2028-12-31", "--since", "2026-01-01", by=REVIEWER)
    for kind, uscc in UNITS.items():
        shell.done("recipient", "add", "--name", f"晋阳{kind}", "--uscc", uscc, "--kind", kind, "--region", "140100")
        shell.done("recipient", "credit", uscc, "--result", "clear", "--source", "信用中国（山西）")
    return shell


def submit(shell, batch, kind, amount, contract, *more, **how):
    return shell(
        "application", "submit", "--batch", str(batch), "--recipient", UNITS[kind], "--provider", PROVIDER,
        "--contract", contract, "--contract-amount", "5000000.00", "--signed-on", "2026-02-01", "--amount", amount,
        "--contract-from", "2026-03-01", "--contract-until", "2027-02-28", *more, **how,
    )  # fmt: skip


def approved(shell, batch, kind, amount, contract):
    """Submit, accept, review and approve one application; return its number."""
    key = str(submit(shell, batch, kind, amount, contract).json["id"])
    shell.done("application", "accept", key)
    shell.done("application", "review", key, by=REVIEWER)
    shell.done("application", "approve", key, by=SECOND)
    return key


def test_a_batch_from_intake_to_issue(office):
    batch = office.done(
        "batch", "open", "--year", "2026", "--name", "第一批", "--model", "deduct", "--from", "2026-03-02",
        "--until", "2026-03-20", "--document", "晋算券〔2026〕2号",
    )["id"]  # fmt: skip
    keys = [
        str(submit(office, batch, kind, amount, f"HT-{kind}").json["id"])
        for kind, amount in (("enterprise", "100000"), ("university", "200000"), ("institute", "300000.00"))
    ]

    # One goes back for correction and comes in again with another amount.
    returned = office.done("application", "return", keys[1], "--reason", "合同缺页", by=REVIEWER)
    assert (returned["status"], returned["corrections"], returned["correct_by"]) == ("returned", 1, "2026-03-09")
    assert office("application", "accept", keys[1]).rules == ["TRANSITION"]
    back = office.done("application", "resubmit", keys[1], "--amount", "150000", on="2026-03-09")
    assert (back["status"], back["requested_fen"]) == ("submitted", 15_000_000)

    day = "2026-03-10"
    office.done("application", "accept", *keys, on=day)
    assert office("application", "review", *keys, on=day).rules == ["R23"] * 3
    office.done("application", "review", *keys, by=REVIEWER, on=day)
    assert office("application", "approve", *keys, by=REVIEWER, on=day).rules == ["R23"] * 3
    office.done("application", "approve", *keys, by=SECOND, on=day)
    office.done("batch", "close", str(batch), on=day)
    assert submit(office, batch, "enterprise", "10000", "HT-late", on=day).rules == ["BATCH"]

    told = office.done("batch", "publicize", str(batch), on=day)
    assert (told["publicity_from"], told["publicity_until"]) == ("2026-03-10", "2026-03-17")
    objection = office.done("batch", "object", str(batch), "--application", keys[0], "--by", "某公司",
                            "--content", "合同金额不实", on="2026-03-11")["id"]  # fmt: skip
    assert office("batch", "issue", str(batch), by=REVIEWER, on="2026-03-18").rules == ["R24"]
    refused = office(
        "batch", "resolve", str(objection), "--result", "dismissed", "--reason", "查无实据", on="2026-03-12"
    )
    assert refused.rules == ["R23"]
    office.done("batch", "resolve", str(objection), "--result", "dismissed", "--reason", "查无实据", by=REVIEWER,
                on="2026-03-12")  # fmt: skip

    assert office("batch", "issue", str(batch), by=REVIEWER, on="2026-03-17").rules == ["R24"]
    issued = office.done("batch", "issue", str(batch), by=REVIEWER, on="2026-03-18")

    assert len(issued["numbers"]) == 3
    shown = office.done("batch", "show", str(batch), on="2026-03-18")
    assert (shown["status"], shown["counts"]["issued"], shown["issued_fen"]) == ("issued", 3, 55_000_000)
    assert office.unissued_fen() == 5_000_000_000 - 55_000_000
    actions = [entry["action"] for entry in office.done("application", "show", keys[0])["history"]]
    assert actions == [
        "batch.issue", "batch.resolve", "batch.object", "batch.publicize", "application.approve", "application.review",
        "application.accept", "application.submit",
    ]  # fmt: skip
    office.done("batch", "finish", str(batch), on="2026-03-18")
    assert office.done("batch", "list")["batches"][0]["status"] == "finished"
    assert office.done("ledger", "verify")["clean"]
