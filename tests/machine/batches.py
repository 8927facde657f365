"""The acts on batches and their applications, from the intake to the issuance, and what stops them."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.stateful as machine
from hypothesis import strategies as st

from voucher_app.domain.money import Money
from voucher_app.services import batch
from voucher_app.services.workspace import new_request_id

from .model import ENDED, LIFE, LOOKS_AT_THE_UNIT

CALENDAR_ENDS = date(2026, 12, 10)
"""Working days are known to the end of 2026; publicity and corrections are counted in them."""
MOST_BATCHES = 3
NEXT = {"submitted": "accept", "returned": "decline", "accepted": "review", "first-reviewed": "approve"}
fens = st.integers(1, 300)
holders = st.integers(0, 3)


class BatchActs:
    """Rules of the machine; whoever has them has `desk`, `model`, `refused_unless` and `go_to_day`."""

    @machine.precondition(lambda self: len(self.model.batches) < MOST_BATCHES)
    @machine.rule(
        method=st.sampled_from(["first-come", "pro-rata"]),
        envelope=st.one_of(st.none(), st.integers(1, 400)),
        model=st.sampled_from(["A", "B", "C", "C"]),
    )
    def open_a_batch(self, method, envelope, model):
        with self.refused_unless(self.model.open, "R26"):
            facts = {"allocation": method, "envelope": envelope and Money(envelope), "model": model}
            self.batch_was_opened(self.desk.open_batch(**facts))

    def batch_was_opened(self, one):
        self.model.batches[one.id] = {
            "status": "open", "method": one.allocation, "envelope": one.envelope and one.envelope.fen, "until": None,
            "last": one.intake_until, "policy": self.model.policy, "model": one.model,
        }  # fmt: skip

    def a_batch(self, data, *statuses):
        known = [key for key, one in self.model.batches.items() if not statuses or one["status"] in statuses]
        return data.draw(st.sampled_from(sorted(known)))

    def a_claim_is_late(self, key):
        """Return whether something of a batch that goes on came with a claim that could not be redeemed any more."""
        going = {one["status"] for one in self.model.of_batch(key).values()} - ENDED
        return any(self.claim_is_late(one) for one in self.model.of_batch(key, *going).values())

    def recorded_batch(self, key):
        return self.desk.queries.batch(key).batch

    @machine.precondition(lambda self: self.model.batches)
    @machine.rule(data=st.data(), fen=fens, holder=holders)
    def apply_to_a_batch(self, data, fen, holder):
        key = self.a_batch(data)
        batch_ = self.model.batches[key]
        takes_in = batch_["status"] == "open" and self.desk.today <= batch_["last"]
        banned = self.model.is_banned(holder, self.desk.today)
        with self.refused_unless(self.model.open and takes_in and not banned, "BATCH", "R26", "R28"):
            one = self.desk.submit(Money(fen), holder=holder, batch_id=key)
            self.model.intake[one.id] = {
                "fen": fen, "holder": holder, "batch": key, "status": "submitted", "granted": 0, "back": 0, "place": 0,
                "policy": batch_["policy"],
            }  # fmt: skip

    @machine.precondition(lambda self: self.model.intake)
    @machine.rule(data=st.data(), act=st.sampled_from(sorted(LIFE)))
    def step(self, data, act):
        self.take_step(act, data.draw(st.sampled_from(sorted(self.model.intake))))

    def take_step(self, act, number):
        """Take one step with an application of a batch, if the model lets it."""
        if act == "return" and self.desk.today > CALENDAR_ENDS:
            return
        one = self.model.intake[number]
        statuses, after = LIFE[act]
        allowed = one["status"] in statuses
        if act in LOOKS_AT_THE_UNIT:
            allowed = allowed and not self.model.is_banned(one["holder"], self.desk.today)
            allowed = allowed and not self.claim_is_late(one)
        if act == "return":
            allowed = allowed and one["back"] < 2
        recorded = self.desk.queries.application(number).application
        if act == "resubmit" and allowed:
            allowed = self.desk.today <= recorded.correct_by
        with self.refused_unless(allowed, "TRANSITION", "BATCH", "R28", "R7"):
            self.desk.step(act, recorded, reason="已核实")
            one["status"] = after
            if act == "return":
                one["back"] += 1
            if act == "accept":
                self.model.accepted += 1
                one["place"] = self.model.accepted

    @machine.precondition(lambda self: self.model.intake)
    @machine.rule(data=st.data(), act=st.sampled_from(["review", "approve", "refuse", "decline"]))
    def nobody_reviews_what_they_prepared(self, data, act):
        number = data.draw(st.sampled_from(sorted(self.model.intake)))
        with self.refused_unless(False, "R23"):  # noqa: FBT003 - never allowed
            self.desk.step(
                act, self.desk.queries.application(number).application, operator=self.desk.preparer, reason="x"
            )

    @machine.precondition(lambda self: self.model.batches)
    @machine.rule(data=st.data())
    def close_a_batch(self, data):
        key = self.a_batch(data)
        with self.refused_unless(self.model.batches[key]["status"] == "open", "TRANSITION"):
            self.desk.close_batch(self.recorded_batch(key))
            self.model.batches[key]["status"] = "closed"

    @machine.precondition(lambda self: self.model.batches)
    @machine.rule(data=st.data())
    def allocate(self, data):
        key = self.a_batch(data)
        allowed = self.model.can_allocate(key, self.desk.today) and not self.a_claim_is_late(key)
        with self.refused_unless(allowed, "TRANSITION", "BATCH", "R32", "R28", "R26", "R7"):
            self.desk.allocate(self.recorded_batch(key))
            self.model.allocate(key)

    @machine.precondition(lambda self: self.model.batches and self.desk.today < CALENDAR_ENDS)
    @machine.rule(data=st.data())
    def publicize(self, data):
        self.publicize_batch(self.a_batch(data))

    def publicize_batch(self, key):
        allowed = self.model.can_publicize(key, self.desk.today) and not self.a_claim_is_late(key)
        with self.refused_unless(allowed, "TRANSITION", "BATCH", "R32", "R28", "R26", "R1", "R7"):
            done = self.desk.publicize(self.recorded_batch(key))
            self.model.publicize(key, done.publicity_until)

    @machine.precondition(lambda self: self.model.intake)
    @machine.rule(data=st.data())
    def object(self, data):
        number = data.draw(st.sampled_from(sorted(self.model.intake)))
        one = self.model.intake[number]
        with self.refused_unless(one["status"] in {"publicized", "objected", "cleared"}, "TRANSITION"):
            made = self.desk.object_to(self.desk.queries.application(number).application)
            self.model.objections[made.id] = {"of": number, "open": True}
            one["status"] = "objected"

    @machine.precondition(lambda self: self.model.objections)
    @machine.rule(data=st.data(), upheld=st.booleans())
    def resolve(self, data, upheld):
        key = data.draw(st.sampled_from(sorted(self.model.objections)))
        objection = self.model.objections[key]
        with self.refused_unless(objection["open"], "TRANSITION"):
            batch.resolve(
                self.desk.workspace,
                objection_id=key,
                result="upheld" if upheld else "dismissed",
                reason="已核实",
                operator=self.desk.reviewer,
                request_id=new_request_id(),
            )
            self.model.resolve(objection, upheld=upheld, today=self.desk.today)

    @machine.precondition(lambda self: self.model.batches)
    @machine.rule(data=st.data())
    def issue_a_batch(self, data):
        self.issue_batch(self.a_batch(data))

    def issue_batch(self, key):
        ready = self.model.ready(key)
        allowed = self.model.can_issue_batch(key, self.desk.today) and not self.a_claim_is_late(key)
        with self.refused_unless(allowed, "TRANSITION", "R24", "R28", "R26", "R1", "R7"):
            issued = self.desk.issue_batch(self.recorded_batch(key))
            by_application = {one.application_id: one for one in issued}
            assert by_application.keys() == ready.keys(), "all or none"
            for number, one in ready.items():
                self.model.issued(str(by_application[number].number), one)
                self.model.intake[number]["status"] = "issued"
            self.claims_were_made(by_application)
            self.model.batches[key]["status"] = "issued"

    @machine.precondition(lambda self: self.model.batches)
    @machine.rule(data=st.data())
    def finish(self, data):
        key = self.a_batch(data)
        with self.refused_unless(self.model.can_finish(key), "TRANSITION", "BATCH"):
            self.desk.finish_batch(self.recorded_batch(key))
            self.model.batches[key]["status"] = "finished"

    @machine.precondition(
        lambda self: any(one["status"] in {"open", "closed", "publicized"} for one in self.model.batches.values())
    )
    @machine.rule(data=st.data())
    def a_batch_goes_on(self, data):
        """Go the next part of a batch's road at once, or few of them would be seen at their end."""
        self.go_on(self.a_batch(data, "open", "closed", "publicized"))

    def go_on(self, key):
        status = self.model.batches[key]["status"]
        if status == "open":
            for number in self.model.of_batch(key, *NEXT):
                while self.model.intake[number]["status"] in NEXT:
                    before = self.model.intake[number]["status"]
                    self.take_step(NEXT[before], number)
                    if self.model.intake[number]["status"] == before:
                        break
            self.desk.close_batch(self.recorded_batch(key))
            self.model.batches[key]["status"] = "closed"
        elif status == "closed" and self.desk.today < CALENDAR_ENDS:
            self.publicize_batch(key)
        elif status == "publicized":
            if self.desk.today <= self.model.batches[key]["until"]:
                self.go_to_day(self.model.batches[key]["until"] + timedelta(days=1))
            self.issue_batch(key)

    @machine.invariant()
    def batches_and_their_applications_stand_as_in_the_model(self):
        reader = self.desk.workspace.data_file._reader()
        found = dict(reader.execute("SELECT id, status FROM batch").fetchall())
        assert found == {key: one["status"] for key, one in self.model.batches.items()}
        rows = reader.execute(
            "SELECT id, status, coalesce(granted_fen, 0) FROM application WHERE batch_id IS NOT NULL"
        ).fetchall()
        assert {key: (status, fen) for key, status, fen in rows} == {
            key: (one["status"], one["granted"]) for key, one in self.model.intake.items()
        }
