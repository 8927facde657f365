"""后补助, model C: applying and claiming in one act, and what comes back corrected."""

from __future__ import annotations

import hypothesis.stateful as machine
from hypothesis import strategies as st

from voucher_app.domain.money import Money
from voucher_app.services import intake
from voucher_app.services.claim import ClaimedFacts

from .batches import CALENDAR_ENDS

AFTERWARDS = "afterwards"


class ReimbursementActs:
    """Rules of the machine; whoever has them has `desk`, `model`, `refused_unless` and what batches do."""

    def billed(self, fen):
        """Return invoices of two months that were used and paid, more than enough for an amount."""
        facts = self.desk.reimbursement_facts(Money(fen), year=2026)
        return facts.claimed

    def claim_is_late(self, one):
        """Return whether a claim on a voucher that was issued today could not be redeemed today any more (R7)."""
        if not one.get("claims"):
            return False
        policy, today = self.desk.workspace.records().policies.get(one["policy"]).policy, self.desk.today
        return today > policy.redeem_by(year=2026, issued_on=today)

    @machine.precondition(lambda self: self.model.batches)
    @machine.rule(data=st.data(), fen=st.integers(1, 300), holder=st.integers(0, 3))
    def reimburse(self, data, fen, holder):
        afterwards = [key for key, one in self.model.batches.items() if one["model"] == AFTERWARDS]
        key = data.draw(st.sampled_from(sorted(afterwards or self.model.batches)))
        batch = self.model.batches[key]
        asked = {"fen": fen, "holder": holder, "policy": batch["policy"], "claims": True}
        allowed = (
            self.model.open
            and batch["status"] == "open"
            and self.desk.today <= batch["last"]
            and batch["model"] == AFTERWARDS
            and not self.model.is_banned(holder, self.desk.today)
            and not self.claim_is_late(asked)
        )
        with self.refused_unless(allowed, "BATCH", "R26", "R28", "R7"):
            one = self.desk.reimburse(Money(fen), holder=holder, batch_id=key)
            self.model.intake[one.id] = {
                **asked, "batch": key, "status": "submitted", "granted": 0, "back": 0, "place": 0,
            }  # fmt: skip

    def _with_a_claim(self, *statuses):
        return sorted(key for key, one in self.model.intake.items() if one.get("claims") and one["status"] in statuses)

    @machine.precondition(lambda self: self._with_a_claim("submitted", "returned", "accepted"))
    @machine.rule(data=st.data(), fen=st.integers(1, 300), is_same=st.booleans())
    def a_claim_comes_back_corrected(self, data, fen, is_same):
        """Return it, if it was not, and hand it in again: with the claim that it had, or with another one."""
        key = data.draw(st.sampled_from(self._with_a_claim("submitted", "returned", "accepted")))
        one = self.model.intake[key]
        if one["status"] == "submitted" and self.desk.today <= CALENDAR_ENDS:
            self.take_step("return", key)
        recorded = self.desk.queries.application(key).application
        allowed = (
            one["status"] == "returned"
            and self.desk.today <= recorded.correct_by
            and self.model.open
            and not self.model.is_banned(one["holder"], self.desk.today)
            and not self.claim_is_late(one)
        )
        claimed = None if is_same else self.billed(fen)
        with self.refused_unless(allowed, "TRANSITION", "BATCH", "R28", "R26", "R7"):
            intake.resubmit(
                self.desk.workspace,
                application_id=key,
                corrections=intake.Corrections(
                    requested=None if is_same else Money(fen),
                    contract_amount=None if is_same else Money(fen * 5),
                    claimed=claimed,
                ),
                **self._by(self.desk.preparer),
            )
            one.update(status="submitted", fen=one["fen"] if is_same else fen)

    @machine.precondition(lambda self: any(not one.get("claims") for one in self.model.intake.values()))
    @machine.rule(data=st.data())
    def nobody_claims_by_correcting_what_came_without(self, data):
        key = data.draw(st.sampled_from(sorted(k for k, one in self.model.intake.items() if not one.get("claims"))))
        with self.refused_unless(False, "BATCH"):  # noqa: FBT003 - never allowed
            intake.resubmit(
                self.desk.workspace,
                application_id=key,
                corrections=intake.Corrections(claimed=ClaimedFacts((self.desk.invoice_facts(Money(5)),))),
                **self._by(self.desk.preparer),
            )

    def claims_were_made(self, issued):
        """Take down the claims that came with vouchers of a batch; they are open, and over all of each."""
        for application_id, voucher in issued.items():
            if not self.model.intake[application_id].get("claims"):
                continue
            (claim,) = self.desk.workspace.records().redemptions.of_voucher(voucher.id)
            assert (claim.claimed, claim.status) == (voucher.face, "claimed")
            self.model.claims[claim.id] = {
                "of": str(voucher.number), "fen": voucher.face.fen, "open": True, "paid": 0, "stage": "claimed",
                "back": 0,
            }  # fmt: skip
