"""`provider` and `facility` on the command line: the whole road, objections, prices, facilities."""

from __future__ import annotations

import pytest

from voucher_app.domain.parties import PROVIDER_STEPS
from voucher_app.settings import resources_folder

from .conftest import PREPARER, PROVIDER, RECIPIENT, REVIEWER, credit_code

CODE = credit_code(3)
REGISTRY = str(resources_folder() / "registry" / "facilities.csv")
COMMANDS = {
    "check": (),
    "inspect": (),
    "publicize": ("--until", "2026-03-09"),
    "refuse": ("--reason", "资料不实"),
    "admit": ("--until", "2028-12-31"),
    "suspend": ("--reason", "核查"),
    "resume": ("--reason", "核查完毕"),
    "remove": ("--reason", "申请退出"),
}
ROADS = {
    "registered": [],
    "checked": ["check"],
    "inspected": ["check", "inspect"],
    "publicized": ["check", "inspect", "publicize"],
    "admitted": ["admit"],
    "suspended": ["admit", "suspend"],
    "removed": ["admit", "remove"],
    "refused": ["refuse"],
}


@pytest.fixture
def registered(shell):
    shell.done("provider", "add", "--name", "云冈智算中心", "--uscc", CODE, "--region", "140200")
    return shell


def step(shell, act, *, by=REVIEWER, on="2026-03-02"):
    return shell("provider", act, CODE, *COMMANDS[act], by=by, on=on)


@pytest.mark.parametrize("status", ROADS)
@pytest.mark.parametrize("act", COMMANDS)
def test_a_provider_takes_exactly_the_steps_of_its_table(registered, status, act):
    for one in ROADS[status]:
        assert step(registered, one).code == 0
    later = "2026-03-10" if act == "admit" else "2026-03-02"
    answer = step(registered, act, on=later)
    if act in PROVIDER_STEPS[status]:
        assert (answer.code, answer.json["status"]) == (0, PROVIDER_STEPS[status][act])
    else:
        assert (answer.code, answer.rules) == (1, ["TRANSITION"])


def test_the_road_to_the_register_with_an_objection(registered):
    for act in ("check", "inspect"):
        assert step(registered, act, by=PREPARER).rules == ["R23"]
        assert step(registered, act).code == 0
    assert registered("provider", "publicize", CODE, "--until", "2026-03-06", by=REVIEWER).rules == ["R24"]
    assert step(registered, "publicize").json["publicity_until"] == "2026-03-09"
    objection = registered.done("provider", "object", CODE, "--by", "某公司", "--text", "能耗不实", on="2026-03-04")
    assert (objection["status"], objection["raised_on"]) == ("open", "2026-03-04")
    assert step(registered, "admit", on="2026-03-10").rules == ["R24"]
    words = ("provider", "resolve", str(objection["id"]), "dismiss", "--reason", "经核查不成立")
    assert registered(*words, on="2026-03-10").rules == ["R23"]
    assert registered.done(*words, by=REVIEWER, on="2026-03-10")["status"] == "dismissed"
    assert step(registered, "admit", on="2026-03-10").code == 0
    shown = registered.done("provider", "show", CODE, by=REVIEWER)
    assert (shown["checked_by"], shown["publicized_by"], shown["publicity_from"]) == (REVIEWER, REVIEWER, "2026-03-02")
    (told,) = shown["objections"]
    assert (told["prepared_by"], told["resolved_by"], told["resolution"]) == (PREPARER, REVIEWER, "经核查不成立")
    possible = {one["act"]: one for one in shown["possible"]}
    assert possible["suspend"]["possible"]
    assert not possible["resume"]["possible"]
    assert possible["resume"]["reasons"]
    assert registered.done("ledger", "verify")["clean"]


def test_a_suspension_and_a_gap_are_shown_and_keep_counting(office):
    def submit(contract, signed_on, *, on):
        return office(
            "application", "submit", "--recipient", RECIPIENT, "--provider", PROVIDER, "--contract", contract,
            "--contract-amount", "500000", "--signed-on", signed_on, "--amount", "10000", on=on,
        )  # fmt: skip

    office.done("provider", "suspend", PROVIDER, "--reason", "核查", by=REVIEWER, on="2026-03-10")
    office.done("provider", "resume", PROVIDER, "--reason", "核查完毕", by=REVIEWER, on="2026-03-15")
    assert submit("A", "2026-03-14", on="2026-03-16").rules == ["R12"]
    assert submit("A", "2026-03-15", on="2026-03-16").code == 0
    expired = office.done("provider", "expire", on="2029-01-03")
    assert [one["uscc"] for one in expired["providers"]] == [PROVIDER]
    office.done("provider", "admit", PROVIDER, "--until", "2030-12-31", by=REVIEWER, on="2029-01-03")
    shown = office.done("provider", "show", PROVIDER, on="2029-01-03")
    assert [(one["kind"], one["suspended_from"], one["suspended_until"]) for one in shown["suspensions"]] == [
        ("suspended", "2026-03-10", "2026-03-14"),
        ("expired", "2029-01-01", "2029-01-02"),
    ]


def test_prices_are_filed_and_listed(office):
    told = ("--item", "A800 卡时", "--unit", "卡时")
    office.done("provider", "price", PROVIDER, *told, "--price", "12.50")
    filed = office.done("provider", "price", PROVIDER, *told, "--price", "11.00", "--from", "2026-06-01")
    assert (filed["price_fen"], filed["valid_from"]) == (1_100, "2026-06-01")
    listed = office.done("provider", "prices", PROVIDER)["prices"]
    assert [one["price_fen"] for one in listed] == [1_100, 1_250]
    assert office("provider", "price", PROVIDER, *told, "--price", "0").rules == ["R30"]
    assert office("provider", "price", PROVIDER, *told, "--price", "1.001").code == 2
    assert "11.00 / 卡时" in office("provider", "show", PROVIDER, as_json=False).out


def test_facilities_are_listed_and_given_to_their_providers(office):
    office.done("provider", "import", REGISTRY)
    facilities = office.done("facility", "list")["facilities"]
    assert len(facilities) == 16
    name = facilities[0]["name"]
    office.done("provider", "link", PROVIDER, "--facility", name)
    first = office.done("facility", "list")["facilities"][0]
    assert (first["name"], first["provider_uscc"]) == (name, PROVIDER)
    assert office("provider", "link", PROVIDER, "--facility", name).rules == ["UNIQUE"]
    assert office("provider", "link", PROVIDER, "--facility", "没有").rules == ["NOT_FOUND"]
    assert name in office("facility", "list", as_json=False).out
