"""What changes the rules of the game while it is played: policies, bans, raises of the appropriation."""

from __future__ import annotations

from datetime import timedelta

import hypothesis.stateful as machine
from hypothesis import strategies as st

from voucher_app.domain.budget import CEILING
from voucher_app.domain.money import Money
from voucher_app.services import policy, recipient, year
from voucher_app.services.workspace import new_request_id

DRAFT_LIFE = {"review": {"draft"}, "publish": {"draft", "reviewed"}, "withdraw": {"draft", "reviewed"}}
AFTER = {"review": "reviewed", "publish": "published", "withdraw": "withdrawn"}
MOST_DRAFTS = 4


class RuleChanges:
    """Rules of the machine; whoever has them has `desk`, `model`, `policy_content` and `refused_unless`."""

    def _by(self, operator):
        return {"operator": operator, "request_id": new_request_id()}

    @machine.precondition(lambda self: len(self.model.policy_drafts) < MOST_DRAFTS)
    @machine.rule(days=st.sampled_from([365, 200, 90]))
    def draft_a_policy(self, days):
        # Each has another title: the same text is drafted once only.
        content = self.policy_content.replace("use_days = 365", f"use_days = {days}").replace(
            "（河南式预设）", f"（第 {len(self.model.policy_drafts) + 2} 稿）"
        )
        one = policy.draft(self.desk.workspace, content=content, **self._by(self.desk.preparer))
        self.model.policy_drafts[one.id] = {"status": "draft", "days": days}

    @machine.precondition(lambda self: self.model.policy_drafts)
    @machine.rule(data=st.data(), act=st.sampled_from(["review", "publish", "publish", "withdraw"]))
    def decide_on_a_policy(self, data, act):
        key = data.draw(st.sampled_from(sorted(self.model.policy_drafts)))
        draft = self.model.policy_drafts[key]
        with self.refused_unless(draft["status"] in DRAFT_LIFE[act], "TRANSITION"):
            who = self._by(self.desk.reviewer)
            if act == "publish":
                done = policy.publish_draft(self.desk.workspace, draft_id=key, **who)
                self.model.policy, self.model.policies[done.id] = done.id, draft["days"]
            else:
                getattr(policy, act)(self.desk.workspace, draft_id=key, reason="已核实", **who)
            draft["status"] = AFTER[act]

    @machine.precondition(lambda self: self.model.policy_drafts)
    @machine.rule(data=st.data())
    def nobody_publishes_what_they_drafted(self, data):
        key = data.draw(st.sampled_from(sorted(self.model.policy_drafts)))
        with self.refused_unless(False, "R23"):  # noqa: FBT003 - never allowed
            policy.publish_draft(self.desk.workspace, draft_id=key, **self._by(self.desk.preparer))

    @machine.rule(holder=st.integers(0, 3), days=st.sampled_from([0, 3, 30]))
    def ban(self, holder, days):
        until = self.desk.today + timedelta(days=days)
        recipient.ban(
            self.desk.workspace,
            uscc=self.desk.recipients[holder],
            until=until,
            reason="骗补",
            **self._by(self.desk.reviewer),
        )
        self.model.bans[holder] = max(until, self.model.bans.get(holder, until))

    @machine.precondition(lambda self: self.model.bans)
    @machine.rule(data=st.data())
    def unban(self, data):
        holder = data.draw(st.sampled_from(sorted(self.model.bans)))
        with self.refused_unless(self.model.is_banned(holder, self.desk.today), "R28"):
            recipient.unban(
                self.desk.workspace,
                uscc=self.desk.recipients[holder],
                reason="已纠正",
                **self._by(self.desk.second_reviewer),
            )
            del self.model.bans[holder]

    @machine.precondition(lambda self: len(self.model.raises) < MOST_DRAFTS)
    @machine.rule(fen=st.sampled_from([1, 250, CEILING.fen]))
    def propose_a_raise(self, fen):
        fits = self.model.appropriation + fen <= CEILING.fen
        with self.refused_unless(self.model.open and fits, "R1", "R26"):
            one = year.propose_raise(
                self.desk.workspace,
                year=2026,
                amount=Money(fen),
                document="晋财〔2026〕9号",
                reason="追加",
                **self._by(self.desk.preparer),
            )
            self.model.raises[one.id] = {"fen": fen, "open": True}

    @machine.precondition(lambda self: self.model.raises)
    @machine.rule(data=st.data(), act=st.sampled_from(["decide", "refuse"]))
    def decide_on_a_raise(self, data, act):
        key = data.draw(st.sampled_from(sorted(self.model.raises)))
        one = self.model.raises[key]
        with self.refused_unless(one["open"], "TRANSITION", "R26"):
            who = self._by(self.desk.reviewer)
            if act == "decide":
                year.decide_raise(self.desk.workspace, change_id=key, **who)
                self.model.appropriation += one["fen"]
                self.model.unissued += one["fen"]
            else:
                year.refuse_raise(self.desk.workspace, change_id=key, reason="不必", **who)
            one["open"] = False
