"""Who is there and as what: accounts of people beside those who play, and small-office mode."""

from __future__ import annotations

import hypothesis.stateful as machine
from hypothesis import strategies as st

from voucher_app.domain.operators import BUSINESS_ROLES, Role
from voucher_app.services import operator

MOST_PEOPLE = 3


class PeopleActs:
    """Rules of the machine; whoever has them has `desk`, `model` and `refused_unless`."""

    @machine.precondition(lambda self: len(self.model.people) < MOST_PEOPLE)
    @machine.rule(role=st.sampled_from(sorted(BUSINESS_ROLES)))
    def add_a_person(self, role):
        name = f"新人{len(self.model.people) + 1}"
        operator.add(self.desk.workspace, name=name, role=Role(role), password=None, **self._by(self.desk.system_admin))
        self.model.people[name], self.model.roles[name] = "active", role

    def _a_person(self, data):
        return data.draw(st.sampled_from(sorted(self.model.people)))

    @machine.precondition(lambda self: self.model.people)
    @machine.rule(data=st.data(), act=st.sampled_from(["lock", "unlock"]))
    def lock_or_unlock(self, data, act):
        name = self._a_person(data)
        wanted, after = {"lock": ("active", "locked"), "unlock": ("locked", "active")}[act]
        with self.refused_unless(self.model.people[name] == wanted, "TRANSITION"):
            told = {"reason": "离岗"} if act == "lock" else {}
            getattr(operator, act)(self.desk.workspace, name=name, **told, **self._by(self.desk.security_admin))
            self.model.people[name] = after

    @machine.precondition(lambda self: self.model.people)
    @machine.rule(data=st.data(), role=st.sampled_from(sorted(BUSINESS_ROLES)))
    def change_a_role(self, data, role):
        name = self._a_person(data)
        with self.refused_unless(self.model.roles[name] != role, "ACCOUNT"):
            operator.change_role(self.desk.workspace, name=name, role=Role(role), **self._by(self.desk.system_admin))
            self.model.roles[name] = role

    @machine.rule()
    def nobody_of_the_business_touches_accounts(self):
        with self.refused_unless(False, "ROLE"):  # noqa: FBT003 - never allowed
            operator.add(
                self.desk.workspace, name="外人", role=Role.REVIEWER, password=None, **self._by(self.desk.reviewer)
            )

    @machine.rule(on=st.booleans())
    def declare_small_office(self, on):
        """Roles stand in for one another, or not; R23 holds all the same, which the other rules try."""
        with self.refused_unless(on != self.model.is_small, "ACCOUNT"):
            self.desk.declare_small_office(on=on)
            self.model.is_small = on
