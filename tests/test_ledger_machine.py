"""A random machine plays an office year against a model in plain numbers (`machine/model.py`).

After each step: the money identity, no negative balance, every status as the ledger says, and nothing changed that no
journal record tells; every few steps, and at the end, `ledger verify` is clean. What batches, settlements, providers,
people and papers do, claims that come with applications, and what changes the rules of the game, are parts of
the machine of their own (`machine/`); `machine/test_every_act.py` holds its rules against the list of use cases.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import hypothesis.stateful as machine
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import intake, recovery, redemption, settlement, voucher, year
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id

from .conftest import GENEROUS
from .machine.batches import BatchActs
from .machine.model import Model
from .machine.papers import PaperActs
from .machine.people import PeopleActs
from .machine.providers import ProviderActs
from .machine.reimbursements import ReimbursementActs
from .machine.rules_of_the_game import RuleChanges
from .machine.settlements import PAYABLE, SettlementSteps
from .machine.watch import Watch

APPROPRIATION = 1_000
"""Ten yuan: small enough that the cap is met in every other run."""
VERIFY_EVERY = 7
MEMORY = Path("/dev/shm")  # noqa: S108 - every run has a folder of its own; here no commit waits for a disk
SAMPLED = GENEROUS | {'sample_share = "0.10"': 'sample_share = "1"'}
"""Every line is drawn for a check (R29), or next to none of so few would be."""
LAST_USE = date(2027, 12, 31)
LONG = 500
"""Days after which every voucher is past its last day to redeem."""


amounts = st.one_of(st.integers(1, 300), st.sampled_from([1, 999, 1_000, 1_001]))


class OfficeYear(
    BatchActs, ReimbursementActs, SettlementSteps, ProviderActs, RuleChanges, PeopleActs, PaperActs,
    machine.RuleBasedStateMachine,
):  # fmt: skip
    """One office, one year, any order of acts; what the model forbids has to be refused, with the rule's number."""

    make_desk = None

    def __init__(self):
        super().__init__()
        self.folder = tempfile.mkdtemp(prefix="machine-", dir=MEMORY if MEMORY.is_dir() else None)
        self.desk = type(self).make_desk(self.folder, amount=Money(APPROPRIATION), changes=SAMPLED)
        self.begun = self.desk.today
        current = self.desk.workspace.records().policies.current()
        self.policy_content = current.content
        self.model = Model(APPROPRIATION, current.id)
        self.watch = Watch(self.desk.workspace.data_file._reader())
        self.steps = itertools.count(1)
        self.evenings = {}

    def _evening(self):
        return self.desk.money(), self.desk.queries.voucher_counts(2026)

    def teardown(self):
        try:
            assert self.desk.verified() == []
            for day, (money, counts) in {**self.evenings, self.desk.today: self._evening()}.items():
                then = self.desk.queries.year_statement(2026, day)
                assert (then.money, then.counts) == (money, counts), day
        finally:
            self.desk.close()
            shutil.rmtree(self.folder)

    @contextmanager
    def refused_unless(self, allowed, *rules):
        """Demand that an act is done, or that it is refused by one of these rules and changes and records nothing."""
        if allowed:
            yield
            return
        self.watch.look()
        with pytest.raises(RulesViolated) as refused:
            yield
        assert {one.rule for one in refused.value.violations} & set(rules), refused.value
        assert self.watch.look() == 0, "a refused act was recorded"

    # ------------------------------------------------------------------------------------------- acts

    @machine.initialize(
        fens=st.lists(st.integers(20, 200), min_size=2, max_size=4),
        share=st.sampled_from([1, 2, 3]),
        paid=st.booleans(),
        batched=st.lists(
            st.tuples(st.lists(st.integers(100, 300), min_size=1, max_size=3), st.integers(0, 3)), max_size=2
        ),
    )
    def begin(self, fens, share, paid, batched):
        """Begin with something redeemed and batches on their way, or most runs would end before any money is paid."""
        self.desk.check_credit()
        for place, fen in enumerate(fens):
            one = self.desk.approved(Money(fen), holder=place, year=2026)
            self.desk.issue(one)
            number = self.desk.queries.application(one.id).voucher_number
            self.model.issued(number, {"fen": fen, "policy": one.policy_id})
            self._redeem(number, fen // share)
        if paid:
            self.draft_and_confirm()
            ((key, one),) = self.model.settlements.items()
            self._disburse(key, one, self._lines(one, "settled"))
        for asked, stages in batched:
            self._begin_a_batch(asked, stages)

    def _begin_a_batch(self, fens, stages):
        one = self.desk.open_batch(model="C")
        self.batch_was_opened(one)
        for place, fen in enumerate(fens):
            claims = place % 2 == 1  # some come with a claim, some without
            hand_in = self.desk.reimburse if claims else self.desk.submit
            made = hand_in(Money(fen), holder=place, batch_id=one.id)
            self.model.intake[made.id] = {
                "fen": fen, "holder": place, "batch": one.id, "status": "submitted", "granted": 0, "back": 0,
                "place": 0, "policy": self.model.policy, "claims": claims,
            }  # fmt: skip
        for _stage in range(stages):
            self.go_on(one.id)

    def _redeem(self, number, fen):
        one = self.desk.redeemed(number, Money(fen))
        self.model.vouchers[number]["left"] -= fen
        self.model.claims[one.id] = {
            "of": number, "fen": fen, "open": False, "paid": fen, "stage": "verified", "back": 0,
        }  # fmt: skip

    def _takes(self, holder):
        """Return whether anything of a holder is taken in and goes on."""
        return self.model.open and not self.model.is_banned(holder, self.desk.today)

    @machine.rule(fen=amounts, holder=st.integers(0, 3), seller=st.integers(0, 1))
    def apply(self, fen, holder, seller):
        with self.refused_unless(self._takes(holder), "R26", "R28"):
            one = self.desk.submit(Money(fen), holder=holder, seller=seller, year=2026)
            self.desk.approve(one)
            self.model.applications[one.id] = {"fen": fen, "holder": holder, "policy": self.model.policy}

    @machine.rule(fen=amounts, holder=st.integers(0, 3))
    def keep_a_draft(self, fen, holder):
        with self.refused_unless(self.model.open, "R26"):
            facts = self.desk.facts(Money(fen), holder=holder, year=2026)
            one = intake.draft(self.desk.workspace, facts=facts, **self._by(self.desk.preparer))
            self.model.drafts[one.id] = {"fen": fen, "holder": holder, "policy": self.model.policy}

    @machine.precondition(lambda self: self.model.drafts)
    @machine.rule(data=st.data())
    def submit_a_draft(self, data):
        key = data.draw(st.sampled_from(sorted(self.model.drafts)))
        with self.refused_unless(self._takes(self.model.drafts[key]["holder"]), "R26", "R28"):
            one = self.desk.step("submit", self.desk.queries.application(key).application)
            self.desk.approve(one)
            self.model.applications[key] = self.model.drafts.pop(key)

    @machine.precondition(lambda self: self.model.applications)
    @machine.rule(data=st.data())
    def issue(self, data):
        keys = data.draw(
            st.lists(st.sampled_from(sorted(self.model.applications)), min_size=1, max_size=4, unique=True)
        )
        wanted = [self.model.applications[key] for key in keys]
        with self.refused_unless(self.model.can_issue(wanted, self.desk.today), "R1", "R26", "R28"):
            applications = [self.desk.queries.application(key).application for key in keys]
            for key, one in zip(keys, self.desk.issue(*applications), strict=True):
                assert one.number.sequence == len(self.model.vouchers) + 1
                self.model.issued(str(one.number), self.model.applications.pop(key))
                days = self.model.policies[one.policy_id]
                assert one.use_by == min(one.issued_on + timedelta(days=days), LAST_USE)

    @machine.precondition(lambda self: self.model.applications)
    @machine.rule(data=st.data(), act=st.sampled_from(["refuse", "withdraw"]))
    def an_application_ends(self, data, act):
        key = data.draw(st.sampled_from(sorted(self.model.applications)))
        self.desk.step(act, self.desk.queries.application(key).application)
        del self.model.applications[key]

    def _number(self, data):
        return data.draw(st.sampled_from(sorted(self.model.vouchers)))

    @machine.precondition(lambda self: self.model.vouchers)
    @machine.rule(data=st.data(), fen=amounts, further=st.integers(0, 2))
    def claim(self, data, fen, further):
        number = self._number(data)
        live = self.model.status(number) in {"usable", "partly-used"}
        in_time = self.desk.today <= self.desk.voucher(number).use_by
        with self.refused_unless(live and in_time and fen <= self.model.free(number), "R1", "R7", "TRANSITION"):
            invoices = tuple(self.desk.invoice_facts(Money(1)) for _ in range(further))
            one = self.desk.claim(number, Money(fen), further=invoices)
            self.model.claims[one.id] = {
                "of": number,
                "fen": fen,
                "open": True,
                "paid": 0,
                "stage": "claimed",
                "back": 0,
            }

    @machine.precondition(lambda self: self.model.claims)
    @machine.rule(data=st.data(), share=st.sampled_from([1, 2]))
    def verify(self, data, share):
        key = data.draw(st.sampled_from(sorted(self.model.claims)))
        claim = self.model.claims[key]
        approved = -(-claim["fen"] // share)
        frozen = self.model.vouchers[claim["of"]]["frozen"]
        with self.refused_unless(claim["open"] and not frozen, "TRANSITION"):
            self.desk.verify(self.desk.queries.redemption(key).redemption, Money(approved))
            claim.update(open=False, paid=approved, stage="verified")
            self.model.vouchers[claim["of"]]["left"] -= approved

    @machine.precondition(lambda self: self.model.claims)
    @machine.rule(data=st.data())
    def refuse(self, data):
        key = data.draw(st.sampled_from(sorted(self.model.claims)))
        with self.refused_unless(self.model.claims[key]["open"], "TRANSITION"):
            redemption.refuse(
                self.desk.workspace,
                redemption_id=key,
                reason="不符",
                operator=self.desk.reviewer,
                request_id=new_request_id(),
            )
            self.model.claims[key]["open"] = False

    @machine.precondition(lambda self: self.model.claims)
    @machine.rule(data=st.data())
    def reverse(self, data):
        key = data.draw(st.sampled_from(sorted(self.model.claims)))
        claim = self.model.claims[key]
        with self.refused_unless(claim["stage"] == "verified", "TRANSITION"):
            self.desk.reverse(self.desk.queries.redemption(key).redemption)
            one = self.model.vouchers[claim["of"]]
            one["left"] += claim["paid"]
            claim.update(paid=0, stage="reversed")
            if one["ended"]:
                self.model.recycle(claim["of"])

    @machine.rule()
    def draft(self):
        due = sorted(key for key, claim in self.model.claims.items() if claim["stage"] == "verified")
        with self.refused_unless(due, "R25"):
            (one,) = settlement.draft(self.desk.workspace, until=self.desk.today, **self._by(self.desk.preparer))
            lines = self.desk.queries.settlement_lines(one.id, ListFilter(sort="id", descending=False)).rows(0, 99)
            assert [line.redemption_id for line in lines] == due
            self.model.settlements[one.id] = {"status": "draft", "lines": {row.id: row.redemption_id for row in lines}}
            for key in due:
                self.model.claims[key]["stage"] = "settled"

    def _settlement(self, data):
        key = data.draw(st.sampled_from(sorted(self.model.settlements)))
        return key, self.model.settlements[key]

    def _lines(self, one, stage):
        return sorted(line for line, key in one["lines"].items() if self.model.claims[key]["stage"] == stage)

    @machine.precondition(lambda self: self.model.settlements)
    @machine.rule(data=st.data())
    def confirm(self, data):
        key, one = self._settlement(data)
        with self.refused_unless(one["status"] == "draft" and one["lines"], "TRANSITION", "R25"):
            self._confirm(key, one)

    def _confirm(self, key, one):
        settlement.confirm(self.desk.workspace, settlement_id=key, **self._by(self.desk.reviewer))
        one["status"] = "confirmed"

    @machine.precondition(lambda self: any(claim["stage"] == "verified" for claim in self.model.claims.values()))
    @machine.rule()
    def draft_and_confirm(self):
        self.draft()
        key = max(self.model.settlements)
        self._confirm(key, self.model.settlements[key])

    @machine.precondition(lambda self: self.model.settlements)
    @machine.rule(data=st.data(), is_whole=st.booleans())
    def disburse(self, data, is_whole):
        key, one = self._settlement(data)
        pending = self._lines(one, "settled")
        chosen = pending if is_whole or not pending else [data.draw(st.sampled_from(pending))]
        with self.refused_unless(one["status"] in PAYABLE and pending, "TRANSITION"):
            self._disburse(key, one, chosen, line_id=None if is_whole or not pending else chosen[0])

    def _disburse(self, key, one, lines, line_id=None):
        paid = settlement.disburse(
            self.desk.workspace, settlement_id=key, receipt="HD", line_id=line_id, **self._by(self.desk.finance)
        )
        for line in lines:
            self.model.claims[one["lines"][line]]["stage"] = "disbursed"
        one["status"] = one["status"] if self._lines(one, "settled") else "disbursed"
        assert paid.status == one["status"]

    @machine.precondition(lambda self: self.model.settlements)
    @machine.rule(data=st.data())
    def a_payment_comes_back(self, data):
        key, one = self._settlement(data)
        line = data.draw(st.sampled_from(sorted(one["lines"]) or [0]))
        if line == 0:
            return
        claim = self.model.claims[one["lines"][line]]
        allowed = one["status"] not in {"draft", "closed"} and claim["stage"] in {"settled", "disbursed"}
        with self.refused_unless(allowed, "TRANSITION"):
            failed = settlement.fail_line(
                self.desk.workspace, settlement_id=key, line_id=line, reason="退回", **self._by(self.desk.finance)
            )
            claim["stage"] = "verified"
            del one["lines"][line]
            one["status"] = failed.status.value

    def _claims(self, stage):
        return sorted(key for key, claim in self.model.claims.items() if claim["stage"] == stage)

    @machine.precondition(lambda self: self._claims("disbursed"))
    @machine.rule(data=st.data(), fen=amounts, back=st.sampled_from([0, 1, 2]))
    def recover(self, data, fen, back):
        key = data.draw(st.sampled_from(self._claims("disbursed")))
        claim = self.model.claims[key]
        with self.refused_unless(fen <= claim["paid"], "R28"):
            facts = recovery.RecoveryFacts(key, Money(fen), "虚报")
            one = recovery.decide(self.desk.workspace, facts=facts, **self._by(self.desk.reviewer))
            claim.update(stage="recovering", of_recovery=one.id, wanted=fen)
        if back and claim["stage"] == "recovering":
            self._receive(claim, -(-fen // back))

    @machine.precondition(lambda self: self._claims("recovering"))
    @machine.rule(data=st.data(), fen=amounts)
    def receive(self, data, fen):
        self._receive(self.model.claims[data.draw(st.sampled_from(self._claims("recovering")))], fen)

    def _receive(self, claim, fen):
        with self.refused_unless(claim["back"] + fen <= claim["wanted"], "R28"):
            recovery.receive(
                self.desk.workspace,
                recovery_id=claim["of_recovery"],
                amount=Money(fen),
                receipt="HK",
                **self._by(self.desk.finance),
            )
            self.model.bring_back(claim, fen)
            if claim["back"] == claim["wanted"]:
                claim["stage"] = "recovered"

    @machine.precondition(lambda self: self.model.vouchers)
    @machine.rule(data=st.data(), act=st.sampled_from(["void", "return", "freeze", "unfreeze"]))
    def decide(self, data, act):
        number = self._number(data)
        status, one = self.model.status(number), self.model.vouchers[number]
        allowed = (
            status
            in {
                "void": {"usable", "partly-used", "frozen"},
                "return": {"usable"},
                "freeze": {"usable", "partly-used"},
                "unfreeze": {"frozen"},
            }[act]
        )
        ends = act in {"void", "return"}
        with self.refused_unless(allowed and not (ends and self.model.waits(number)), "TRANSITION", "R26"):
            self.desk.end(act, number)
            one["frozen"] = act == "freeze"
            if ends:
                one["ended"] = "voided" if act == "void" else "returned"
                self.model.recycle(number)

    @machine.precondition(lambda self: self.model.vouchers)
    @machine.rule(data=st.data(), act=st.sampled_from(["void", "return"]))
    def nobody_ends_what_they_prepared(self, data, act):
        with self.refused_unless(False, "R23"):  # noqa: FBT003 - never allowed
            self.desk.end(act, self._number(data), operator=self.desk.preparer)

    def go_to_day(self, day):
        if day != self.desk.today:
            self.evenings[self.desk.today] = self._evening()
            self.desk.on(day)

    @machine.rule(days=st.sampled_from([0, 1, 7, LONG]))
    def time_passes_and_vouchers_expire(self, days):
        if days == LONG and (len(self.model.vouchers) % 3 or self.desk.today > self.begun + timedelta(days=400)):
            days = 1  # so that not every run is over at once, and none outlives the providers' term
        self.go_to_day(self.desk.today + timedelta(days=days))
        late = [number for number in self.model.vouchers if self.desk.voucher(number).redeem_by < self.desk.today]
        expired = voucher.expire(self.desk.workspace, operator=self.desk.preparer, request_id=new_request_id())
        due = {n for n in late if self.model.status(n) in {"usable", "partly-used"} and not self.model.waits(n)}
        assert {str(one.number) for one in expired} == due
        for number in due:
            self.model.vouchers[number]["ended"] = "expired"
            self.model.recycle(number)

    @machine.precondition(lambda self: len(self.model.vouchers) > 3 or not self.model.can_close())
    @machine.rule()
    def close_the_year(self):
        with self.refused_unless(self.model.can_close(), "R26"):
            year.close_year(self.desk.workspace, year=2026, operator=self.desk.preparer, request_id=new_request_id())
            self.model.open = False
            self.model.lapsed += self.model.unissued
            self.model.unissued = 0

    # ------------------------------------------------------------------------------------------- after each step

    @machine.invariant()
    def the_money_is_where_the_model_says(self):
        money = self.desk.money()
        assert money.appropriation.fen == self.model.appropriation
        where = (money.unissued, money.outstanding, money.payable, money.disbursed, money.lapsed)
        assert sum(part.fen for part in where) == self.model.appropriation
        assert tuple(part.fen for part in where) == (
            self.model.unissued,
            self.model.outstanding(),
            self.model.owed(),
            self.model.disbursed(),
            self.model.lapsed,
        )

    @machine.invariant()
    def no_balance_is_negative(self):
        reader = self.desk.workspace.data_file._reader()
        assert reader.execute("SELECT count(*) FROM account WHERE balance_fen < 0 AND kind <> 0").fetchone() == (0,)

    @machine.invariant()
    def every_status_is_what_the_ledger_says(self):
        reader = self.desk.workspace.data_file._reader()
        stages = dict(reader.execute("SELECT id, status FROM redemption").fetchall())
        for key, claim in self.model.claims.items():
            stage = stages[key]
            assert stage == claim["stage"] or {stage, claim["stage"]} == {"refused", "claimed"}
        for number, one in self.model.vouchers.items():
            recorded = self.desk.voucher(number)
            assert (recorded.status, recorded.remaining.fen) == (self.model.status(number), one["left"])
            assert recorded.policy_id == one["policy"], "a voucher keeps the version it was issued under"

    @machine.invariant()
    def nothing_changed_without_a_journal_record(self):
        self.watch.look()

    @machine.invariant()
    def the_file_verifies(self):
        if next(self.steps) % VERIFY_EVERY == 0:
            assert self.desk.verified() == []


YEARS = int(os.environ.get("MACHINE_YEARS", "100"))
"""How many random years are played; `make machine` plays 10,000."""
SETTINGS = settings(
    max_examples=YEARS,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.mark.long
@pytest.mark.timeout(1_800)  # on a machine that others use as well
def test_a_random_office_year_keeps_every_promise(make_desk):
    class Year(OfficeYear):
        played = 0

        def teardown(self):
            super().teardown()
            Year.played += 1

    Year.make_desk = staticmethod(make_desk)
    machine.run_state_machine_as_test(Year, settings=SETTINGS)
    sys.stdout.write(f"{Year.played} years were played\n")


def test_the_machine_sees_a_fen_that_goes_astray(make_desk):
    """A planted fault: once in a while a fen moves behind the program's back."""

    class Astray(OfficeYear):
        @machine.rule()
        def a_fen_goes_astray(self):
            self.desk.tamper("UPDATE account SET balance_fen = balance_fen - 1 WHERE id = 16209")

    Astray.make_desk = staticmethod(make_desk)
    with pytest.raises(AssertionError):
        machine.run_state_machine_as_test(
            Astray,
            settings=settings(
                SETTINGS,
                max_examples=20,
                report_multiple_bugs=False,
                database=None,
                phases=[Phase.generate],  # a smaller example of it is of no use
            ),
        )
