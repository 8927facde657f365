from __future__ import annotations

import pytest

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.operators import BUSINESS_ROLES, Operator, Role, parse_operator, role_may_act, two_persons


@pytest.mark.parametrize("role", Role)
def test_business_roles_act_and_nobody_else_does(role):
    violation = role_may_act(Operator(1, "某", role))
    if role in {Role.PREPARER, Role.REVIEWER, Role.FINANCE}:
        assert violation is None
    else:
        assert (violation.rule, violation.code) == ("ROLE", "role_may_not")
        assert (violation.found, violation.allowed) == (role.value, sorted(BUSINESS_ROLES))


def test_nobody_decides_what_they_prepared():
    reviewer = Operator(2, "李复核", Role.REVIEWER)
    assert two_persons(prepared_by=1, decided_by=reviewer, subject="7") is None
    violation = two_persons(prepared_by=2, decided_by=reviewer, subject="7")
    assert (violation.rule, violation.code, violation.found, violation.allowed, violation.subject) == (
        "R23",
        "same_person",
        "李复核",
        "another person",
        "7",
    )


def test_an_operator_is_read_as_name_and_role():
    assert parse_operator(" 张经办 : preparer ") == ("张经办", Role.PREPARER)
    assert parse_operator("a:b:security-admin") == ("a:b", Role.SECURITY_ADMIN)


@pytest.mark.parametrize("text", ["", "张经办", "张经办:", "张经办:boss", "张经办：preparer", "preparer"])
def test_an_operator_without_a_known_role_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        parse_operator(text)
    assert refused.value.code == "operator"
    assert "preparer" in refused.value.facts["roles"]


def test_an_operator_needs_a_name():
    with pytest.raises(InvalidInput) as refused:
        parse_operator(":preparer")
    assert refused.value.code == "text_missing"
