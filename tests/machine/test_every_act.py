"""The machine plays every use case: a walk through its rules, one after the other, records all of them but those named.

What the random machine happens to play differs from run to run; this walk does not, so a use case that is added
without a rule of the machine fails here, and so does a rule that nobody walks.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import strategies
from hypothesis.stateful import RULE_MARKER

from tests.test_ledger_machine import OfficeYear
from voucher_app.domain.operators import ACTS

NOT_PLAYED = {
    "operator.first-admin": "only an office without administrators has it; tests/services/test_operator.py",
    "operator.password": "a trial office has no passwords; tests/services/test_operator.py",
    "operator.password-reset": "a trial office has no passwords; tests/services/test_operator.py",
    "print.resume": "only a program that died leaves something to resume; scripts/kill_print.py",
}
"""Use cases that the machine does not play, and where they are held against the journal instead."""


class First:
    """Draws as a rule does, and always takes the first that there is, or what it is told."""

    def __init__(self, *wanted):
        self.wanted = list(wanted)

    def draw(self, choices):
        for wanted in self.wanted:
            if wanted in choices:
                return wanted
        return choices[0]


def walk(year):
    """Take the machine's rules in an order in which each of them is allowed at least once."""
    first = First()
    year.begin(fens=[100, 90], share=2, paid=True, batched=[])
    _register_a_provider_and_walk_its_road(year)
    _take_batches_to_their_ends(year)
    _settle(year)
    year.declare_small_office(on=True)
    year.add_a_person(role="preparer")
    year.change_a_role(First(), role="finance")
    for act in ("lock", "unlock"):
        year.lock_or_unlock(first, act=act)
    year.nobody_of_the_business_touches_accounts()
    for fen in (1, 2, 3, 4):
        year.apply(fen=fen, holder=0, seller=0)
    year.keep_a_draft(fen=5, holder=1)
    year.submit_a_draft(first)
    year.issue(first)
    year.an_application_ends(first, act="refuse")
    year.an_application_ends(first, act="withdraw")
    _decide_on_vouchers(year)
    for _ in range(3):
        year.draft_a_policy(days=200)
    for place, act in enumerate(("review", "publish", "withdraw")):
        year.decide_on_a_policy(First(place + 1), act=act)
    year.nobody_publishes_what_they_drafted(first)
    for act in ("decide", "refuse"):
        year.propose_a_raise(fen=1)
        year.decide_on_a_raise(First(*sorted(year.model.raises)[-1:]), act=act)
    year.ban(holder=3, days=30)
    year.unban(first)
    _papers(year)
    for key in sorted(year.model.batches):
        if year.model.can_finish(key):
            year.finish(First(key))
    year.close_the_year()


def _register_a_provider_and_walk_its_road(year):
    year.register_a_provider()
    for act in ("refuse", "check", "inspect", "publicize"):
        year.a_step_of_a_provider(act=act)
    year.object_to_a_provider()
    year.resolve_against_a_provider(First(), upheld=False)
    year.go_to_day(year.model.seller["until"] + timedelta(days=1))
    for act in ("admit", "suspend", "resume"):
        year.a_step_of_a_provider(act=act)
    year.file_a_price(fen=1)
    year.give_it_a_facility()
    year.time_passes_and_vouchers_expire(days=1)
    year.terms_end()
    year.a_step_of_a_provider(act="remove")


def _take_batches_to_their_ends(year):
    year.open_a_batch(method="pro-rata", envelope=None, model="C")
    (key,) = year.model.batches
    for holder in (0, 1, 2, 3):
        year.apply_to_a_batch(First(key), fen=20, holder=holder)
    asked = sorted(year.model.intake)
    year.nobody_claims_by_correcting_what_came_without(First(asked[0]))
    year.nobody_reviews_what_they_prepared(First(asked[0]), act="decline")
    for act, number in (("return", 0), ("resubmit", 0), ("decline", 1), ("withdraw", 2)):
        year.step(First(asked[number]), act=act)
    for act in ("accept", "review", "approve"):
        year.step(First(asked[3]), act=act)
    year.reimburse(First(key), fen=30, holder=1)
    year.a_claim_comes_back_corrected(First(), fen=25, is_same=False)
    year.a_batch_goes_on(First(key))
    year.close_a_batch(First(key))
    year.allocate(First(key))
    year.publicize(First(key))
    year.object(First(asked[3]))
    year.resolve(First(), upheld=False)
    year.a_batch_goes_on(First(key))
    year.issue_a_batch(First(key))
    assert [one for one in year.model.claims.values() if one["open"]], "the claim that came with it waits"


def _settle(year):
    waiting = sorted(key for key, one in year.model.claims.items() if one["open"])
    year.verify(First(*waiting), share=1)
    year.draft()
    first, second = sorted(year.model.settlements)
    year.take_a_line_out(First(second))
    year.cancel_a_settlement(First(second))
    year.draft_and_confirm()
    third = max(year.model.settlements)
    year.confirm(First(third))
    for act in ("plan", "check"):
        year.go_on_with_a_settlement(First(third), act=act)
    year.disburse(First(third), is_whole=True)
    year.hold_against_the_bank(First(third), is_right=True)
    year.go_on_with_a_settlement(First(third), act="close")
    year.a_sample_comes_back(First(first))
    year.a_payment_comes_back(First(first))
    year.recover(First(), fen=2, back=2)
    year.receive(First(), fen=1)


def _decide_on_vouchers(year):
    fresh = max(year.model.vouchers)
    year.claim(First(fresh), fen=1, further=0)
    key = max(year.model.claims)
    year.refuse(First(key))
    year.claim(First(fresh), fen=1, further=2)
    year.verify(First(max(year.model.claims)), share=1)
    year.reverse(First(max(year.model.claims)))
    year.nobody_ends_what_they_prepared(First(fresh), act="void")
    for act in ("freeze", "unfreeze", "return"):
        year.decide(First(fresh), act=act)
    year.decide(First(min(year.model.vouchers)), act="void")


def _papers(year):
    year.file_a_paper(First(), content=0)
    year.import_a_day(days=0, is_working=True)
    year.draw_a_number(subject=1)
    year.make_a_number_void(First())
    year.change_the_key()
    for act, who in (("revoke", True), ("keep", True), ("revoke", True), ("revoke", False)):
        year.doubt_a_key(First(), act=act, first=who)
    live = First(*sorted(number for number in year.model.vouchers if not year.model.vouchers[number]["ended"]))
    year.print_a_certificate(live, ends="finish")
    year.print_a_certificate(live, ends="")
    year.end_a_print(First(*sorted(year.model.prints)[-1:]), act="cancel")


@pytest.fixture
def year(make_desk, monkeypatch):
    """The machine on an office of its own, and every rule of it that was taken; what it would draw is told as lists."""

    class Year(OfficeYear):
        taken = set()  # noqa: RUF012 - of this test only

        def __getattribute__(self, name):
            found = super().__getattribute__(name)
            if hasattr(found, RULE_MARKER):
                type(self).taken.add(name)
            return found

    Year.make_desk = staticmethod(make_desk)
    made = Year()
    monkeypatch.setattr(strategies, "sampled_from", list)
    monkeypatch.setattr(strategies, "lists", lambda choices, **_limits: [[one] for one in choices])
    yield made
    made.teardown()


def test_the_machine_plays_every_use_case_but_those_named(year):
    walk(year)
    rules = {name for name in dir(OfficeYear) if hasattr(getattr(OfficeYear, name), RULE_MARKER)}
    assert len(rules) > 50
    assert rules - type(year).taken == set(), "rules that the walk does not take"
    reader = year.desk.workspace.data_file._reader()
    played = {action for (action,) in reader.execute("SELECT DISTINCT action FROM journal")}
    assert set(ACTS) - played == set(NOT_PLAYED)
    assert all(NOT_PLAYED.values())
    for check in ("nothing_changed_without_a_journal_record", "the_money_is_where_the_model_says"):
        getattr(year, check)()
