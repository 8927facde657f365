"""The steps of a settlement between its draft and its end, and what takes lines out of it."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.stateful as machine
from hypothesis import strategies as st

from voucher_app.domain.money import Money
from voucher_app.domain.settlement import BankLine
from voucher_app.services import settlement
from voucher_app.services.queries.lists import ListFilter

PAYABLE = {"confirmed", "planned", "checked"}
SAMPLES_IN = {"draft", "disbursed", "reconciled"} | PAYABLE
ROAD = {
    "plan": ({"confirmed"}, "planned"),
    "check": ({"confirmed", "planned"}, "checked"),
    "close": ({"reconciled"}, "closed"),
}
SPENT = {"disbursed", "recovering", "recovered"}


class SettlementSteps:
    """Rules of the machine; whoever has them has `desk`, `model`, `refused_unless` and `_settlement`."""

    def _has_settlements(self):
        return bool(self.model.settlements)

    @machine.precondition(_has_settlements)
    @machine.rule(data=st.data(), act=st.sampled_from(["plan", "check", "check", "close"]))
    def go_on_with_a_settlement(self, data, act):
        key, one = self._settlement(data)
        statuses, after = ROAD[act]
        who = self.desk.preparer if act == "plan" else self.desk.finance
        with self.refused_unless(one["status"] in statuses, "TRANSITION"):
            getattr(settlement, act)(self.desk.workspace, settlement_id=key, **self._by(who))
            one["status"] = after

    @machine.precondition(_has_settlements)
    @machine.rule(data=st.data())
    def cancel_a_settlement(self, data):
        key, one = self._settlement(data)
        paid = [line for line, claim in one["lines"].items() if self.model.claims[claim]["stage"] in SPENT]
        with self.refused_unless(one["status"] in PAYABLE | {"draft"} and not paid, "TRANSITION"):
            settlement.cancel(self.desk.workspace, settlement_id=key, reason="重新核对", **self._by(self.desk.preparer))
            for claim in one["lines"].values():
                self.model.claims[claim]["stage"] = "verified"
            one.update(status="cancelled", lines={})

    @machine.precondition(lambda self: any(one["lines"] for one in self.model.settlements.values()))
    @machine.rule(data=st.data())
    def take_a_line_out(self, data):
        key = data.draw(st.sampled_from(sorted(k for k, one in self.model.settlements.items() if one["lines"])))
        one = self.model.settlements[key]
        line = data.draw(st.sampled_from(sorted(one["lines"])))
        with self.refused_unless(one["status"] == "draft", "TRANSITION"):
            settlement.remove_line(
                self.desk.workspace, settlement_id=key, line_id=line, reason="待核", **self._by(self.desk.preparer)
            )
            self.model.claims[one["lines"].pop(line)]["stage"] = "verified"

    @machine.precondition(lambda self: any(one["lines"] for one in self.model.settlements.values()))
    @machine.rule(data=st.data())
    def a_sample_comes_back(self, data):
        key = data.draw(st.sampled_from(sorted(k for k, one in self.model.settlements.items() if one["lines"])))
        one = self.model.settlements[key]
        rows = {row.id: row for row in self._rows_of(key)}
        # A line that was drawn, where there is one: one in ten is.
        drawn = [line for line in one["lines"] if rows[line].is_sampled]
        line = data.draw(st.sampled_from(sorted(drawn or one["lines"])))
        allowed = one["status"] in SAMPLES_IN and rows[line].is_sampled
        with self.refused_unless(allowed, "TRANSITION", "R29"):
            settlement.sample(
                self.desk.workspace, settlement_id=key, line_id=line, result="相符", **self._by(self.desk.preparer)
            )

    def _rows_of(self, key):
        return self.desk.queries.settlement_lines(key, ListFilter(sort="id", descending=False)).rows(0, 99)

    @machine.precondition(_has_settlements)
    @machine.rule(data=st.data(), is_right=st.booleans())
    def hold_against_the_bank(self, data, is_right):
        """Reconcile with the bank's file as it should be, or with one in which a payment is a fen off."""
        key, one = self._settlement(data)
        bank = [
            BankLine(place, row.receipt_number, row.amount, row.bank_account, self._paid_on(row))
            for place, row in enumerate(self._rows_of(key), start=2)
            if row.status == "paid"
        ]
        if bank and not is_right:
            bank[-1] = replace(bank[-1], amount=bank[-1].amount + Money(1))
        allowed = one["status"] == "disbursed" and (is_right or not bank)
        with self.refused_unless(allowed, "TRANSITION", "R25", "R21"):
            settlement.reconcile(self.desk.workspace, settlement_id=key, bank=bank, **self._by(self.desk.finance))
            one["status"] = "reconciled"

    def _paid_on(self, row):
        return type(self.desk.today).fromisoformat(row.paid_on)
