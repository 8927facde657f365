"""后补助, on the command line: one command applies and claims, in a batch of model C."""

from __future__ import annotations

import pytest

from tests.invoices_made import Made, xml

from .conftest import PROVIDER, REVIEWER
from .test_batches import SECOND, UNITS, office  # noqa: F401 - the same office

INVOICE = "26140000000000000001"


@pytest.fixture
def batch(office):  # noqa: F811
    made = office.done(
        "batch", "open", "--year", "2026", "--name", "后补助", "--model", "afterwards", "--from", "2026-03-02",
        "--until", "2026-03-20",
    )  # fmt: skip
    return str(made["id"])


def reimburse(shell, batch, *more, amount="100000", **how):
    return shell(
        "application", "reimburse", "--batch", batch, "--recipient", UNITS["enterprise"], "--provider", PROVIDER,
        "--contract", "HT-1", "--contract-amount", "500000", "--signed-on", "2026-01-05", "--amount", amount,
        "--invoice", INVOICE, "--invoice-amount", "500000", "--invoiced-on", "2026-03-01", "--service-from",
        "2026-01-10", "--service-until", "2026-02-28", *more, **how,
    )  # fmt: skip


def test_from_one_command_to_a_verified_claim(office, batch):  # noqa: F811
    refused = reimburse(office, batch)
    assert (refused.code, refused.rules) == (1, ["R21"])
    made = reimburse(office, batch, "--paid-on", "2026-03-01").json
    assert (made["status"], made["requested_fen"]) == ("submitted", 10_000_000)
    key = str(made["id"])
    shown = office.done("application", "show", key)
    assert shown["claim"]["invoice"]["key"] == INVOICE
    assert reimburse(office, batch, "--paid-on", "2026-03-01").rules == ["R8", "R9"]

    office.done("application", "accept", key)
    office.done("application", "review", key, by=REVIEWER)
    office.done("application", "approve", key, by=SECOND)
    office.done("batch", "close", batch)
    office.done("batch", "publicize", batch)
    office.done("batch", "issue", batch, on="2026-03-10")
    (claim,) = office.done("redemption", "list")["redemptions"]
    assert (claim["claimed_fen"], claim["status"]) == (10_000_000, "claimed")
    assert office("redemption", "verify", "1", on="2026-03-10").rules == ["R23"]
    verified = office.done("redemption", "verify", "1", by=REVIEWER, on="2026-03-10")
    assert verified["approved_fen"] == 10_000_000
    told = office.done("redemption", "show", "1", on="2026-03-10")
    assert (told["payable_fen"], told["operating_model"]) == (10_000_000, "afterwards")
    assert told["derivation"][-1]["value"] == "10.0000"
    assert office.done("ledger", "verify", on="2026-03-10")["findings"] == []


def test_a_returned_claim_is_corrected_by_a_command(office, batch):  # noqa: F811
    key = str(reimburse(office, batch, "--paid-on", "2026-02-28").json["id"])
    office.done("application", "return", key, "--reason", "付款日期有误")
    half = office("application", "resubmit", key, "--paid-on", "2026-03-01")
    assert (half.code, "--invoice-amount" in str(half.json)) == (2, True)
    again = (
        "--invoice", INVOICE, "--invoice-amount", "500000", "--invoiced-on", "2026-03-01", "--service-from",
        "2026-01-10", "--service-until", "2026-02-28", "--paid-on", "2026-03-01",
    )  # fmt: skip
    back = office.done("application", "resubmit", key, "--amount", "90000", *again)
    assert (back["status"], back["requested_fen"]) == ("submitted", 9_000_000)
    assert office.done("application", "show", key)["claim"]["invoice"]["paid_on"] == "2026-03-01"


def test_what_is_asked_above_the_ratio_is_refused_as_application_and_as_claim(office, batch):  # noqa: F811
    refused = reimburse(office, batch, "--paid-on", "2026-03-01", amount="100000.01")
    assert (refused.code, refused.rules) == (1, ["R4", "R4"])


def test_an_invoice_has_to_be_named(office, batch):  # noqa: F811
    done = office("application", "reimburse", "--batch", batch, "--recipient", UNITS["enterprise"])
    assert done.code == 2


def test_the_invoices_file_fills_the_claim_and_stays_with_the_application(office, batch, tmp_path):  # noqa: F811
    file = tmp_path / "a.xml"
    file.write_bytes(xml(Made(number=INVOICE, day="2026-03-01", total="500000.00", without_tax="471698.11",
                              tax="28301.89", buyer_code=UNITS["enterprise"], seller_code=PROVIDER)))  # fmt: skip
    told = (
        "application", "reimburse", "--batch", batch, "--recipient", UNITS["enterprise"], "--provider", PROVIDER,
        "--contract", "HT-1", "--contract-amount", "500000", "--signed-on", "2026-01-05", "--amount", "100000",
        "--service-from", "2026-01-10", "--service-until", "2026-02-28", "--paid-on", "2026-03-01",
    )  # fmt: skip
    assert "INVOICE" in office(*told, "--invoice-file", str(file), "--invoice-amount", "500000.01").rules
    made = office.done(*told, "--invoice-file", str(file))
    key = str(made["id"])
    claimed = office.done("application", "show", key)["claim"]["invoice"]
    assert (claimed["key"], claimed["amount_fen"], claimed["invoiced_on"]) == (INVOICE, 50_000_000, "2026-03-01")
    (paper,) = office.done("attachment", "list", f"application:{key}")["attachments"]
    assert (paper["file_name"], paper["kind"]) == ("a.xml", "invoice")
    waits = office.done("redemption", "read-invoice", str(file))["against"]
    assert [(one["rule"], key in one["message"]) for one in waits] == [("R9", True)]
    office.done("application", "return", key, "--reason", "合同期有误")
    corrected = office.done("application", "resubmit", key, "--invoice-file", str(file), "--paid-on", "2026-03-01",
                            "--service-from", "2026-01-10", "--service-until", "2026-02-28")  # fmt: skip
    assert corrected["status"] == "submitted"
    assert len(office.done("attachment", "list", f"application:{key}")["attachments"]) == 1
