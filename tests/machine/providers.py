"""The whole road of a provider beside those that the vouchers name: so whatever becomes of it moves no money."""

from __future__ import annotations

from datetime import timedelta

import hypothesis.stateful as machine
from hypothesis import strategies as st

from voucher_app.domain.money import Money
from voucher_app.domain.parties import PROVIDER_STEPS
from voucher_app.services import provider
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.ports.parties import Facility
from voucher_app.services.recipient import UnitFacts

from .batches import CALENDAR_ENDS

CODE = demonstration_code("provider", 700)
FACILITY = Facility("某数据中心", "太原", "140100", "某公司", 10, None, "1.5", "投产", "", "网页")
NEEDS_REASON = {"refuse", "suspend", "resume", "remove"}
TERM = timedelta(days=30)


class ProviderActs:
    """Rules of the machine; whoever has them has `desk`, `model` and `refused_unless`."""

    @machine.rule()
    def register_a_provider(self):
        with self.refused_unless(self.model.seller is None, "UNIQUE"):
            unit = UnitFacts("智算中心三", CODE, "140100", phone="0351-0000700")
            provider.add(self.desk.workspace, unit=unit, **self._by(self.desk.preparer))
            self.model.seller = {"status": "registered", "until": None, "last": None, "objections": {}, "of_now": []}

    def has_a_seller(self):
        return self.model.seller is not None

    @machine.precondition(has_a_seller)
    @machine.rule(
        act=st.sampled_from(
            ["check", "inspect", "publicize", "refuse", "admit", "admit", "suspend", "resume", "remove"]
        )
    )
    def a_step_of_a_provider(self, act):
        seller, today = self.model.seller, self.desk.today
        if act == "publicize" and today >= CALENDAR_ENDS:
            return
        told = {"uscc": CODE} | ({"reason": "已核实"} if act in NEEDS_REASON else {})
        allowed = act in PROVIDER_STEPS[seller["status"]]
        if act == "admit":
            told["until"] = max(today, seller["last"] or today) + TERM
            if seller["status"] == "publicized":
                stands = [seller["objections"][key] for key in seller["of_now"]]
                allowed = today > seller["until"] and all(one == "dismissed" for one in stands)
        with self.refused_unless(allowed, "TRANSITION", "R24"):
            done = getattr(provider, act)(self.desk.workspace, **told, **self._by(self.desk.reviewer))
            seller["status"] = PROVIDER_STEPS[seller["status"]][act]
            if act == "publicize":
                seller.update(until=done.publicity_until, of_now=[])
            if act == "admit":
                seller["last"] = told["until"]
            if act == "remove":
                seller["last"] = min(seller["last"], today) if seller["last"] else None

    @machine.precondition(has_a_seller)
    @machine.rule()
    def object_to_a_provider(self):
        seller = self.model.seller
        allowed = seller["status"] == "publicized" and self.desk.today <= seller["until"]
        with self.refused_unless(allowed, "TRANSITION", "R24"):
            made = provider.object_to(
                self.desk.workspace, uscc=CODE, raised_by="某公司", content="数据不实", **self._by(self.desk.preparer)
            )
            seller["objections"][made.id] = "open"
            seller["of_now"].append(made.id)

    @machine.precondition(lambda self: self.model.seller and self.model.seller["objections"])
    @machine.rule(data=st.data(), upheld=st.booleans())
    def resolve_against_a_provider(self, data, upheld):
        seller = self.model.seller
        key = data.draw(st.sampled_from(sorted(seller["objections"])))
        with self.refused_unless(seller["objections"][key] == "open", "TRANSITION"):
            provider.resolve(
                self.desk.workspace, objection_id=key, upheld=upheld, reason="已核实", **self._by(self.desk.reviewer)
            )
            seller["objections"][key] = "upheld" if upheld else "dismissed"

    @machine.rule()
    def terms_end(self):
        expired = provider.expire(self.desk.workspace, **self._by(self.desk.preparer))
        seller = self.model.seller
        due = bool(seller) and seller["status"] == "admitted" and seller["last"] < self.desk.today
        assert [one.organisation.uscc for one in expired] == ([CODE] if due else [])
        if due:
            seller["status"] = "expired"

    @machine.precondition(has_a_seller)
    @machine.rule(fen=st.integers(0, 2))
    def file_a_price(self, fen):
        with self.refused_unless(fen, "R30"):
            provider.price(
                self.desk.workspace, uscc=CODE, item="GPU 卡时", unit="卡时", amount=Money(fen),
                **self._by(self.desk.preparer),
            )  # fmt: skip

    @machine.precondition(has_a_seller)
    @machine.rule()
    def give_it_a_facility(self):
        provider.import_facilities(self.desk.workspace, facilities=[FACILITY], **self._by(self.desk.preparer))
        with self.refused_unless(not self.model.facility_is_taken, "UNIQUE"):
            provider.link(self.desk.workspace, uscc=CODE, facility=FACILITY.name, **self._by(self.desk.preparer))
            self.model.facility_is_taken = True

    @machine.invariant()
    def the_provider_stands_as_in_the_model(self):
        if self.model.seller:
            found = self.desk.workspace.records().parties.provider(CODE)
            assert found.status == self.model.seller["status"]
