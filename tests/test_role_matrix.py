"""The role matrix: every use case has a row, every row a use case, and every role is tried at every gate."""

from __future__ import annotations

import ast
from contextlib import suppress
from pathlib import Path

import pytest

import voucher_app
from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.operators import (
    _BUSINESS_ACTS,
    _PEOPLE_ACTS,
    ACTS,
    BUSINESS_ROLES,
    LOGIN_ACTS,
    SENSITIVE,
    Operator,
    Role,
    role_may_act,
)
from voucher_app.services.workspace import new_request_id

from .test_same_use_cases import carried_out_by

SERVICES = Path(voucher_app.__file__).parent / "services"
UNGATED = LOGIN_ACTS | {"office.init", "operator.lock"}
"""Recorded before anybody can be asked: the office's first record, and what the log-in itself records."""


def _name(node):
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _texts(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return _texts(node.body) + _texts(node.orelse) if isinstance(node, ast.IfExp) else []


def _acts_of(tree):
    """Yield the name of every act that a module begins: a literal, or what a helper is given for `{act}`."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if _name(call) not in {"unit_of_work", "Act", "_try"} or not call.args:
                continue
            first = call.args[1] if _name(call) == "_try" else call.args[0]
            yield from _texts(first)
            if isinstance(first, ast.JoinedStr):
                noun = first.values[0].value
                parameter = first.values[1].value.id
                place = [one.arg for one in function.args.args].index(parameter)
                for helped in ast.walk(tree):
                    if isinstance(helped, ast.Call) and _name(helped) == function.name:
                        yield from (f"{noun}{text}" for text in _texts(helped.args[place]))


def found_acts():
    return {
        act
        for file in SERVICES.rglob("*.py")
        for act in _acts_of(ast.parse(file.read_text(encoding="utf-8")))
        if "." in act
    }


def test_every_use_case_has_its_row_and_every_row_its_use_case():
    found = found_acts() - {"office.init"} - LOGIN_ACTS
    assert len(found) > 25
    assert found - set(ACTS) == set(), "acts without a row in domain.operators.ACTS"
    assert [act for act, functions in carried_out_by().items() if not functions] == [], "rows without a use case"


def test_no_use_case_goes_round_the_gate():
    """Only the workspace begins an act on the data file; what begins one itself is named here, with its acts."""
    round_the_gate = set()
    for file in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node) == "unit_of_work":
                owner = node.func.value
                if isinstance(owner, ast.Attribute) and owner.attr == "data_file":
                    round_the_gate.add(str(file.relative_to(SERVICES)))
    assert round_the_gate == {"workspace.py", "office.py", "operator.py"}


def test_administrators_and_auditor_have_no_business_acts():
    for act, roles in _BUSINESS_ACTS.items():
        assert roles
        assert roles <= BUSINESS_ROLES, act


def test_nobody_of_the_business_touches_accounts():
    for act, roles in _PEOPLE_ACTS.items():
        assert act in {"operator.password", "operator.first-admin"} or not roles & BUSINESS_ROLES, act
        assert act == "operator.password" or Role.AUDITOR not in roles, act


def test_no_administrator_lets_somebody_in_alone():
    for act in ("operator.add", "operator.role"):
        assert ACTS[act] == {Role.SYSTEM_ADMIN}
    for act in ("operator.unlock", "operator.password-reset", "office.small-office"):
        assert ACTS[act] == {Role.SECURITY_ADMIN}


def test_money_is_paid_by_finance_only():
    assert ACTS["settlement.disburse"] == ACTS["settlement.check"] == {Role.FINANCE}


def test_sensitive_acts_are_acts():
    assert set(ACTS) >= SENSITIVE


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", sorted(ACTS))
def test_the_domain_says_what_the_table_says(act, role):
    refusal = role_may_act(Operator(1, "某", role), act)
    assert (refusal is None) == (role in ACTS[act])
    if refusal is not None:
        assert (refusal.rule, refusal.code, refusal.found) == ("ROLE", "role_may_not_act", role.value)
        assert set(refusal.allowed) == {one.value for one in ACTS[act]}
        assert refusal.facts == {"action": act}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", sorted(ACTS))
def test_in_a_small_office_business_roles_stand_in_for_one_another(act, role):
    refusal = role_may_act(Operator(1, "某", role), act, small_office=True)
    allowed = BUSINESS_ROLES if act in _BUSINESS_ACTS else ACTS[act]
    assert (refusal is None) == (role in allowed)


def asked(desk, role, act):
    """Ask the gate of a real office whether somebody may carry an act through; nothing is written."""
    person = getattr(desk, role.name.lower())
    try:
        with desk.workspace.unit_of_work(act, operator=person, request_id=new_request_id(), facts={}) as work:
            work.commit([])
    except RulesViolated as refused:
        return [(one.rule, one.code, one.subject) for one in refused.violations]
    return []


@pytest.mark.parametrize("role", Role)
def test_the_gate_of_the_services_says_what_the_table_says(desk, role):
    person = getattr(desk, role.name.lower())
    for act in sorted(ACTS):
        expected = [] if role in ACTS[act] else [("ROLE", "role_may_not_act", person.name)]
        assert asked(desk, role, act) == expected, act


@pytest.mark.parametrize("role", Role)
def test_the_gate_of_a_small_office_opens_business_only(desk, role):
    desk.declare_small_office()
    for act in sorted(ACTS):
        is_open = role in ACTS[act] or (act in _BUSINESS_ACTS and role in BUSINESS_ROLES)
        assert (asked(desk, role, act) == []) == is_open, act


def test_an_act_without_a_row_cannot_begin(desk):
    with pytest.raises(AssertionError, match="no role carries out"):
        desk.workspace.unit_of_work("voucher.conjure", operator=desk.reviewer, request_id="x", facts={})


def test_a_refused_act_leaves_nothing_behind(desk):
    before = desk.workspace.data_file.verify()
    for role in Role:
        for act in sorted(ACTS):
            if role not in ACTS[act]:
                with suppress(RulesViolated):
                    asked(desk, role, act)
    assert desk.workspace.data_file.verify() == before
