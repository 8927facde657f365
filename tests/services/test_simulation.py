"""A simulation over a real file: exact for the policy in force, and nothing of it is recorded."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from voucher_app.app import make_tools, make_workspace
from voucher_app.domain.errors import NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.policy import parse_policy
from voucher_app.domain.simulation import simulate
from voucher_app.services import demonstration, policy, redemption
from voucher_app.settings import Settings, resources_folder

PRESETS = resources_folder() / "policies"


def preset(code):
    return parse_policy((PRESETS / f"{code}.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demonstration office: an office day of work in every state, under the default preset."""
    workspace = make_workspace(tmp_path_factory.mktemp("demo") / "demo.db", create=True)
    registry = resources_folder() / "registry" / "facilities.csv"
    facilities = make_tools(Settings.from_environment()).read_facilities(registry)
    demonstration.build(workspace.on, scale="small", policies=PRESETS, facilities=facilities)
    yield workspace
    workspace.data_file.close()


def test_the_policy_in_force_gives_exactly_what_was_issued_and_paid(demo):
    """What differs is what people have not decided: two applications are approved and wait to be issued."""
    found = policy.simulate(demo, policy=preset("henan-style"), year=2026)
    money = demo.queries.year_money(2026)
    recorded = demo.queries.year_as_recorded(2026)
    assert found.appropriation == Money.yuan(50_000_000)
    assert found.all.paid == found.all.simulated_paid == money.payable + money.disbursed
    assert found.waiting.issued == Money(0)
    assert found.all.simulated_issued - found.waiting.simulated_issued == found.all.issued
    assert (found.waiting.simulated_vouchers, found.waiting.simulated_issued) == (2, Money.yuan(170_000))
    assert found.unissued + found.waiting.simulated_issued == money.unissued
    assert found.left_out == {"refused": 1, "submitted": 4}
    assert (found.refused, found.exhausted_on) == ([], None)
    assert len(recorded.asked) == 52
    values = {asked.id: asked.value for asked in recorded.asked}
    for outcome in simulate(preset("henan-style"), recorded).outcomes:
        assert outcome.simulated_issued == values[outcome.application_id]
        assert outcome.simulated_paid == outcome.paid


@pytest.mark.parametrize("seed", range(5))
def test_whatever_an_office_does_the_policy_in_force_gives_the_same(strict_desk, seed):
    """Vouchers issued, redeemed, reversed and ended at random, then the year played again."""
    choose, desk = random.Random(seed), strict_desk
    issued, verified = [], []
    for _turn in range(25):
        act = choose.choice(["issue", "issue", "redeem", "redeem", "reverse", "end"])
        if act == "issue":
            asked = Money.yuan(choose.choice([5_000, 40_000, 90_000]))
            contract = Money(asked.fen * choose.choice([5, 7]))
            issued += desk.issue(desk.approved(asked, holder=choose.randrange(4), contract_amount=contract))
        live = [desk.voucher(one.number) for one in issued]
        live = [one for one in live if one.status in {"usable", "partly-used"}]
        if act == "redeem" and live:
            one = choose.choice(live)
            fen = one.remaining.fen // choose.choice([1, 2, 3]) // 100 * 100
            if fen:
                verified.append(
                    desk.verify(desk.claim(one.number, Money(fen), invoice_amount=Money(fen * choose.choice([5, 6]))))
                )
        if act == "reverse" and verified:
            desk.reverse(verified.pop(choose.randrange(len(verified))))
        if act == "end" and live:
            desk.end("void", choose.choice(live).number)
    found = policy.simulate(desk.workspace, policy=desk.queries.policies()[0].policy, year=2026)
    money = desk.money()
    assert (found.all.issued, found.all.paid) == (found.all.simulated_issued, found.all.simulated_paid)
    assert found.all.paid == money.payable
    assert found.unissued == money.unissued
    assert all(one.totals.issued_difference == one.totals.paid_difference == Money(0) for one in found.fortunes)


def test_claims_with_evidence_are_paid_again_to_the_fen(strict_desk):
    """Each claimed at the limit of its evidence, as its own derivation says, then the year played again."""
    desk, day = strict_desk, date(2026, 3, 2)
    desk.check_credit()
    evidence = [
        {"contract_from": day - timedelta(days=100), "contract_until": day + timedelta(days=99)},
        {"paid": Money.yuan(200_000), "paid_on": day},
        {"supporting_services": Money.yuan(150_001)},
        {"service_from": day - timedelta(days=10), "service_until": day + timedelta(days=33)},
        {"further": (desk.invoice_facts(Money.yuan(99_999), supporting_services=Money.yuan(99_999)),)},
    ]
    paid = Money(0)
    for place, told in enumerate(evidence):
        one = desk.issued(Money.yuan(100_000), holder=place % 4)
        facts = desk.claim_facts(one.number, Money.yuan(30_000), invoice_amount=Money.yuan(300_000), **told)
        most = redemption.preview_claim(desk.workspace, facts).payable
        claimed = desk.claim(one.number, most, invoice_amount=Money.yuan(300_000), **told)
        paid += desk.verify(claimed, approved=min(most, desk.queries.redemption(claimed.id).payable)).approved
    found = policy.simulate(desk.workspace, policy=desk.queries.policies()[0].policy, year=2026)
    assert found.all.paid == found.all.simulated_paid == paid == desk.money().payable
    narrower = replace(desk.queries.policies()[0].policy, supporting_services_share=Fraction(1, 10))
    assert policy.simulate(desk.workspace, policy=narrower, year=2026).all.simulated_paid < paid


def test_nothing_is_recorded_by_a_simulation(demo):
    def fingerprint():
        return hashlib.sha256(demo.data_file.path.read_bytes()).hexdigest()

    before, head = fingerprint(), demo.data_file.verify().head
    for code in ("henan-style", "qingyang-style", "shenzhen-style"):
        policy.simulate(demo, policy=preset(code), year=2026)
    assert fingerprint() == before
    assert demo.data_file.verify().head == head
    assert len(demo.queries.policies()) == 1


def test_who_gains_and_who_loses_is_told_and_adds_up(demo):
    generous = preset("shenzhen-style")
    found = policy.simulate(demo, policy=generous, year=2026)
    for groups in ([one.totals for one in found.fortunes], found.by_kind, found.by_city):
        assert sum(one.issued.fen for one in groups) == found.all.issued.fen
        assert sum(one.simulated_issued.fen for one in groups) == found.all.simulated_issued.fen
        assert sum(one.paid_difference.fen for one in groups) == found.all.paid_difference.fen
    differences = [one.totals.issued_difference for one in found.fortunes]
    assert differences == sorted(differences)
    assert {one.key for one in found.by_kind} == {"enterprise", "university", "institute"}
    assert "140171" in {one.key for one in found.by_city}
    assert found.all.paid_difference > Money(0)


def test_a_policy_that_contradicts_itself_and_a_year_that_was_never_opened_are_refused(demo):
    text = (PRESETS / "henan-style.toml").read_text(encoding="utf-8")
    impossible = parse_policy(text.replace('recipient_year_cap = "1000000.00"', 'recipient_year_cap = "4999.99"'))
    with pytest.raises(RulesViolated) as refused:
        policy.simulate(demo, policy=impossible, year=2026)
    assert [one.code for one in refused.value.violations] == ["cap_below_smallest"]
    with pytest.raises(NotFound):
        policy.simulate(demo, policy=preset("henan-style"), year=2027)
