"""Redemptions on the command line: the official example to the fen, and evidence as it is typed."""

from __future__ import annotations

import pytest

from voucher_app.settings import resources_folder

from .conftest import PREPARER, PROVIDER, RECIPIENT, REVIEWER, Shell, issue

PRESET = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
INVOICE = "26142000000000000001"
OTHER = "26142000000000000002"


def claim(shell, number, amount, *more, invoice=INVOICE, invoice_amount="200000.00", on=None):
    return shell(
        "redemption", "claim", "--voucher", number, "--amount", amount, "--invoice", invoice,
        "--invoice-amount", invoice_amount, "--invoiced-on", on or shell.day, *more, on=on,
    )  # fmt: skip


@pytest.fixture
def number(office):
    return issue(office, "100000.00", contract="HT-1")


# ------------------------------------------------------------------------------------------- the official example


def official(folder, *, rounding, day_count):
    """An office of 2025 whose policy gives 30 % and a base period from March to December."""
    content = PRESET
    for old, new in {
        'ratio = "0.20"': 'ratio = "0.30"',
        "longest_months = 12": 'longest_months = 12\nstarts_on = "2025-03-01"\nends_on = "2025-12-31"',
        'rounding = "DOWN"': f'rounding = "{rounding}"',
        'day_count = "DIFF"': f'day_count = "{day_count}"',
    }.items():
        assert content.count(old) == 1, old
        content = content.replace(old, new)
    policy = folder / "policy.toml"
    policy.write_text(content, encoding="utf-8")
    shell = Shell(folder / "office.db", day="2025-03-01")
    shell.done("office", "init", "--name", "山西省工业和信息化厅", "--operator", f"{PREPARER}:preparer",
               "--operator", f"{REVIEWER}:reviewer", "--trial")  # fmt: skip
    shell.done("policy", "publish", str(policy), by=REVIEWER)
    shell.done("year", "open", "2025", "--amount", "50000000.00", "--document", "晋财建〔2025〕1号")
    shell.done("provider", "add", "--name", "国家超级计算太原中心", "--uscc", PROVIDER, "--region", "140100")
    shell.done("provider", "admit", PROVIDER, "--until", "2028-12-31", "--since", "2025-01-01", by=REVIEWER)
    shell.done("recipient", "add", "--name", "太原人工智能有限公司", "--uscc", RECIPIENT, "--kind", "enterprise",
               "--region", "140100")  # fmt: skip
    made = shell.done(
        "application", "submit", "--recipient", RECIPIENT, "--provider", PROVIDER, "--contract", "HT-1",
        "--contract-amount", "200000.00", "--signed-on", "2025-01-01", "--amount", "60000.00",
    )  # fmt: skip
    shell.done("application", "approve", str(made["id"]), by=REVIEWER)
    number = shell.done("voucher", "issue", str(made["id"]))["numbers"][0]
    shell.day = "2026-02-01"
    return shell, number


TERM = ("--service-from", "2025-01-01", "--service-until", "2026-12-31",
        "--contract-from", "2025-01-01", "--contract-until", "2026-12-31", "--paid-on", "2026-01-31")  # fmt: skip
OFFICIAL = [
    ("DOWN", "DIFF", 2_510_200, "305/729 × 20.0000 = 8.3676…", "2.5102… → 2.5102 (DOWN) ←"),
    ("HALF_UP", "DIFF", 2_510_288, "305/729 × 20.0000 = 8.3676…", "2.5102… → 2.510288 (HALF_UP) ←"),
    ("DOWN", "INCLUSIVE", 2_515_000, "306/730 × 20.0000 = 8.3835…", "2.5150… → 2.5150 (DOWN) ←"),
]


@pytest.mark.parametrize(("rounding", "day_count", "fen", "cost", "rounded"), OFFICIAL)
def test_the_official_example_to_the_fen(tmp_path, rounding, day_count, fen, cost, rounded):
    shell, number = official(tmp_path, rounding=rounding, day_count=day_count)
    yuan = f"{fen // 100}.{fen % 100:02d}"
    refused = claim(shell, number, f"{(fen + 1) // 100}.{(fen + 1) % 100:02d}", *TERM)
    assert (refused.code, refused.rules) == (1, ["R4"])
    assert refused.json["error"]["violations"][0]["allowed"] == fen

    made = claim(shell, number, yuan, *TERM).json

    for decided in (False, True):
        shown = shell.done("redemption", "show", str(made["id"]))
        assert (shown["payable_fen"], shown["derivation_is_decided"]) == (fen, decided)
        assert all(set(line) == {"step", "expression", "value"} for line in shown["derivation"])
        lines = {line["step"]: (line["expression"], line["value"]) for line in shown["derivation"]}
        assert lines["eligible cost"] == (cost, cost.rpartition(" ")[2])
        assert lines["limit: support, rounded"][0] == rounded
        assert lines["payable amount"][0].startswith("min(")
        if not decided:
            verified = shell.done("redemption", "verify", str(made["id"]), by=REVIEWER)
            assert verified["approved_fen"] == fen
    assert shell.done("ledger", "verify")["clean"]


def test_the_derivation_is_printed_line_by_line(tmp_path):
    shell, number = official(tmp_path, rounding="DOWN", day_count="DIFF")
    made = claim(shell, number, "25102.00", *TERM).json
    said = shell("redemption", "show", str(made["id"]), as_json=False, by=REVIEWER).out
    for line in (
        "当前计算过程（万元）：",
        "基准期",
        "2025-03-01 – 2025-12-31 (DIFF)",
        "(2025-03-01 – 2025-12-31 = 305) / (2025-01-01 – 2026-12-31 = 729) = 305/729",
        "305/729 × 20.0000 = 8.3676…",
        "30% × 8.3676… = 2.5102…",
        "2.5102… → 2.5102 (DOWN) ←",
        "min(2.5102, 6.0000, 100.0000) = 2.5102",
        "可兑付：25,102.00 元",
        "收款方：国家超级计算太原中心（抵扣）",
        "当前可办：核销、",
    ):
        assert line in said


# ------------------------------------------------------------------------------------------- evidence as it is typed


def test_a_minimal_claim_is_what_it_always_was(office, number):
    made = claim(office, number, "1234.56").json
    assert (made["claimed_fen"], made["status"], made["invoice"]["amount_fen"]) == (123_456, "claimed", 20_000_000)
    shown = office.done("redemption", "show", str(made["id"]))
    assert shown["payable_fen"] == 4_000_000
    assert [line["step"] for line in shown["derivation"]] == [
        "eligible cost", "support amount", "limit: support, rounded", "limit: remaining value of the voucher",
        "limit: rest of the unit's yearly cap", "payable amount",
    ]  # fmt: skip
    assert shown["derivation"][0]["expression"] == "20.0000"


def test_further_invoices_add_to_the_cost(office, number):
    """20 % of 200,000元 and 50,000.00元 and 0.05元: a fen more is refused, a yuan of it lost to DOWN."""
    further = (
        "--further-invoice", f"{OTHER};50000.00;2026-03-02",
        "--further-invoice", "1400123456-12345678；0.05；2026-03-01；；；2026-03-02",
    )  # fmt: skip
    refused = claim(office, number, "50000.01", *further)
    assert (refused.rules, refused.json["error"]["violations"][0]["allowed"]) == (["R4"], 5_000_000)
    made = claim(office, number, "50000.00", *further).json
    shown = office.done("redemption", "show", str(made["id"]))
    assert [(one["key"], one["amount_fen"], one["paid_on"]) for one in shown["invoices"]] == [
        (INVOICE, 20_000_000, None), (OTHER, 5_000_000, None), ("1400123456-12345678", 5, "2026-03-02"),
    ]  # fmt: skip
    lines = {line["step"]: line["expression"] for line in shown["derivation"]}
    assert lines["eligible cost"] == "20.0000 + 5.0000 + 0.000005 = 25.000005"
    again = claim(office, number, "1.00", invoice=OTHER)
    assert (again.rules, again.json["error"]["violations"][0]["found"]) == (["R9"], OTHER)
    office.done("redemption", "refuse", str(made["id"]), "--reason", "发票不符", by=REVIEWER)
    assert claim(office, number, "1.00", invoice=OTHER).code == 0


def test_everything_about_an_invoice_is_taken_in_its_order(office, number):
    parties = "太原𬭎䶮人工智能有限公司;国家超级计算太原中心"
    further = f"{OTHER};100.00;2026-03-02;2026-03-02;2026-03-31;2026-03-01;90.00;20.00;{parties}"
    made = claim(office, number, "10.00", "--further-invoice", further).json
    (one,) = made["evidence"]["further"]
    assert one == {
        "key": OTHER, "amount_fen": 10_000, "invoiced_on": "2026-03-02", "service_from": "2026-03-02",
        "service_until": "2026-03-31", "supporting_services_fen": 2_000, "paid_fen": 9_000, "paid_on": "2026-03-01",
        "payer": "太原𬭎䶮人工智能有限公司", "payee": "国家超级计算太原中心",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", OTHER, f"{OTHER};1.00", f"{OTHER};1.00;2026-03-02;;;;;;;;", f"{OTHER};1,5;2026-03-02",
             f"{OTHER};1.00;2026-3-2", "12;1.00;2026-03-02"],
)  # fmt: skip
def test_a_further_invoice_that_cannot_be_read_is_wrong_usage(office, number, text):
    refused = claim(office, number, "1.00", "--further-invoice", text)
    assert (refused.code, refused.json["error"]["kind"]) == (2, "usage")


@pytest.mark.parametrize(
    ("option", "value"),
    [("--paid", "1,5"), ("--paid-on", "2026-3-1"), ("--contract-from", "x"), ("--supporting-services", "-1"),
     ("--unit-price", "0.001")],
)  # fmt: skip
def test_evidence_that_cannot_be_read_is_wrong_usage(office, number, option, value):
    assert claim(office, number, "1.00", option, value).code == 2


def test_a_warning_is_answered_by_a_reason_and_shown_with_it(office, number):
    """R20, R21, R30: what was paid, by whom, at which price."""
    told = ("--paid", "199000.00", "--payer", "某控股集团", "--payee", "某支付公司")
    refused = claim(office, number, "1000.01", *told)
    assert refused.rules == ["R20", "R21", "R21"]
    assert [one["weight"] for one in refused.json["error"]["violations"]] == ["reason"] * 3
    assert "付款方是 某控股集团" in refused.json["error"]["violations"][1]["message"]
    made = claim(office, number, "1000.01", *told, "--reason", "母公司代付，附三方协议").json
    shown = office.done("redemption", "show", str(made["id"]), by=REVIEWER)
    assert [one["rule"] for one in shown["warnings"]] == ["R20", "R21", "R21"]
    assert shown["evidence"]["reason"] == "母公司代付，附三方协议"
    assert {one["act"]: one["is_possible"] for one in shown["acts"]} == {
        "verify": True, "refuse": True, "reverse": False,
    }  # fmt: skip
    said = office("redemption", "show", str(made["id"]), as_json=False).out
    assert "说明理由：母公司代付，附三方协议" in said
    assert "[R21]" in said
    assert "当前可办：无" in said  # who prepared it decides nothing about it
    assert office.done("redemption", "verify", str(made["id"]), by=REVIEWER)["status"] == "verified"


def test_a_price_is_compared_with_earlier_ones(office, number):
    bought = ("--price-item", "GPU 卡时", "--unit-price")
    assert claim(office, number, "1.00", *bought, "10.00").code == 0
    refused = claim(office, number, "1.00", *bought, "12.01", invoice=OTHER)
    assert (refused.code, refused.rules) == (1, ["R30"])
    assert (
        "“GPU 卡时”单价 12.01 元，高出通常价格 10.00 元 20% 以上（至多 12.00 元）"
        in refused.json["error"]["violations"][0]["message"]
    )
    assert claim(office, number, "1.00", *bought, "12.00", invoice=OTHER).code == 0


def test_supporting_services_are_cut_to_their_share(office, number):
    """R16: of 100,000元 in 200,000元, 60,000元 count; 20 % of 160,000元."""
    refused = claim(office, number, "32000.01", "--supporting-services", "100000.00")
    assert refused.rules == ["R4", "R16"]
    made = claim(office, number, "32000.00", "--supporting-services", "100000.00").json
    shown = office.done("redemption", "show", str(made["id"]))
    lines = {line["step"]: line["expression"] for line in shown["derivation"]}
    assert lines["supporting services counted"] == "min(10.0000, 30% × 20.0000) = 6.0000"
    assert lines["eligible cost"] == "20.0000 − 10.0000 + 6.0000 = 16.0000"


def test_every_decision_in_every_state_is_done_or_refused(office, number):
    """The states that the commands reach here; every other one is tried through the services."""
    steps = {"claimed": {"verify", "refuse"}, "verified": {"reverse"}, "refused": set(), "reversed": set()}
    road = {"claimed": (), "verified": ("verify",), "refused": ("refuse",), "reversed": ("verify", "reverse")}
    serial = 10
    for status, taken in road.items():
        for act in ("verify", "refuse", "reverse"):
            serial += 1
            made = claim(office, number, "1.00", invoice=f"261420000000000000{serial}").json
            for step in (*taken, act):
                reason = () if step == "verify" else ("--reason", "发票不符")
                answer = office("redemption", step, str(made["id"]), *reason, by=REVIEWER)
            if act in steps[status]:
                assert answer.code == 0, (status, act)
            else:
                assert (answer.code, answer.rules[0]) == (1, "TRANSITION"), (status, act)
    assert office.done("ledger", "verify")["clean"]
