from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from voucher_app.domain.errors import InvalidInput, Violation
from voucher_app.domain.operators import (
    ACTS,
    BUSINESS_ROLES,
    FAILURES_UNTIL_LOCKED,
    IRREPLACEABLE_WAITS,
    LONGEST_PASSWORD,
    RESTORE,
    RESTORES,
    SENSITIVE,
    SHORTEST_PASSWORD,
    Credential,
    Operator,
    OperatorStatus,
    Role,
    Standing,
    check_log_in,
    is_irreplaceable,
    parse_operator,
    parse_password,
    role_may_act,
    stays_replaceable,
    two_persons,
    with_role,
    without_oneself,
)


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
    assert violation.facts == {}
    of_ban = two_persons(prepared_by=2, decided_by=reviewer, subject="7", noun="ban")
    assert of_ban.facts == {"noun": "ban"}, "what the number is the number of"


def test_an_operator_is_read_as_name_and_role():
    assert parse_operator(" 张经办 : preparer ") == ("张经办", Role.PREPARER)
    assert parse_operator("a:b:security-admin") == ("a:b", Role.SECURITY_ADMIN)


@pytest.mark.parametrize("text", ["", "张经办", "张经办:", "张经办:boss", "张经办：preparer", "preparer"])
def test_an_operator_without_a_known_role_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        parse_operator(text)
    assert refused.value.code == "operator"
    assert refused.value.facts["roles"].split(" ") == list(Role)


def test_an_operator_needs_a_name():
    with pytest.raises(InvalidInput) as refused:
        parse_operator(":preparer")
    assert (refused.value.code, refused.value.facts["field"]) == ("text_missing", "operator")
    assert parse_operator(f"{'长' * 40}:preparer")[0] == "长" * 40
    with pytest.raises(InvalidInput) as refused:
        parse_operator(f"{'长' * 41}:preparer")
    assert refused.value.code == "text_long"


def test_who_may_do_what_is_what_was_agreed():
    """`role_matrix.toml` says it a second time: a slip in the table of the program is nobody's decision."""
    agreed = tomllib.loads((Path(__file__).parent / "role_matrix.toml").read_text(encoding="utf-8"))
    roles = {act: frozenset(group["roles"]) for group in agreed["acts"] for act in group["names"]}
    assert roles == ACTS
    assert set(agreed["sensitive"]) == SENSITIVE


@pytest.mark.parametrize("role", Role)
def test_an_act_is_for_the_roles_of_its_row(role):
    person = Operator(1, "某", role)
    for act, roles in ACTS.items():
        violation = role_may_act(person, act)
        if role in roles:
            assert violation is None
        else:
            assert (violation.code, violation.facts) == ("role_may_not_act", {"action": act})
            assert set(violation.allowed) == roles


def test_in_a_small_office_business_roles_stand_in_for_one_another():
    for role in BUSINESS_ROLES:
        assert role_may_act(Operator(1, "某", role), "voucher.issue", small_office=True) is None
    assert role_may_act(Operator(1, "某", Role.AUDITOR), "voucher.issue", small_office=True) is not None


def test_who_only_prepares_does_not_restore_but_in_a_small_office():
    for role in Role:
        person = Operator(1, "某", role)
        violation = role_may_act(person, RESTORE)
        assert (violation is None) == (role in RESTORES)
        assert violation is None or violation.facts == {"action": "backup.restore"}
        assert (role_may_act(person, RESTORE, small_office=True) is None) == (role is not Role.AUDITOR)
    assert RESTORES.isdisjoint({Role.PREPARER, Role.FINANCE, Role.AUDITOR})


def test_who_must_be_another_person_is_not_told_of_the_role_as_well():
    same, role = (Violation(rule, "x", found=1, allowed=1) for rule in ("R23", "ROLE"))
    assert with_role([same], [role]) == [same]
    assert with_role([], [role]) == [role]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("短" * (SHORTEST_PASSWORD - 1), "password_short"),
        ("长" * (LONGEST_PASSWORD + 1), "password_long"),
        ("张经办张经办张经办1", "password_name"),
        ("张经办张经办张经办1234567", "password_name"),
    ],
)
def test_a_new_password_is_neither_short_nor_long_nor_the_name(text, code):
    with pytest.raises(InvalidInput) as refused:
        parse_password(text, name="张经办")
    assert refused.value.code == code
    assert text not in str(refused.value.facts.values())


def test_a_password_is_the_same_from_every_keyboard():
    assert parse_password("ｋｅｎｎｗｏｒｔ１２３４", name="张经办") == "kennwort1234"
    assert parse_password("kennwort1234", name="") == "kennwort1234"
    assert parse_password("x" * LONGEST_PASSWORD, name="张经办") == "x" * LONGEST_PASSWORD
    assert len(parse_password("x" * 9_999, name="", new=False)) == LONGEST_PASSWORD + 1


NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def standing(key, role, *, status=OperatorStatus.ACTIVE, failures=0, failed_at=NOW):
    credential = Credential("x", must_change=False, failures=failures, failed_at=failed_at.isoformat())
    return Standing(Operator(key, f"第{key}人", role), status, credential, in_trial_office=False, in_small_office=False)


def test_the_last_administrator_of_a_kind_is_irreplaceable():
    system, second = (standing(key, Role.SYSTEM_ADMIN) for key in (1, 2))
    locked = standing(2, Role.SYSTEM_ADMIN, status=OperatorStatus.LOCKED)
    security, clerk = standing(3, Role.SECURITY_ADMIN), standing(4, Role.PREPARER)
    assert not is_irreplaceable(system, [system, second, security])
    assert stays_replaceable(system, [system, second, security]) is None
    for people in ([system, security, clerk], [system, locked, clerk]):
        assert is_irreplaceable(system, people)
        violation = stays_replaceable(system, people)
        told = ("ACCOUNT", "last_of_role", "system-admin", "another person of this role", "第1人")
        assert (violation.rule, violation.code, violation.found, violation.allowed, violation.subject) == told
    assert stays_replaceable(locked, [locked]) is None, "who is locked is lost already"
    assert not is_irreplaceable(clerk, [clerk, system])
    assert is_irreplaceable(clerk, [clerk])


def test_nobody_administers_their_own_account():
    system, other = (Operator(key, f"第{key}人", Role.SYSTEM_ADMIN) for key in (1, 2))
    assert without_oneself(system, by=other) is None
    own = without_oneself(system, by=system)
    assert (own.rule, own.code, own.found, own.allowed) == ("ACCOUNT", "own_account", "第1人", "another person")


def test_who_may_try_a_password():
    one, other = standing(1, Role.PREPARER), standing(2, Role.REVIEWER)
    people = [one, other]
    assert check_log_in(one, people, NOW) == []
    locked = replace(one, status=OperatorStatus.LOCKED)
    told = [Violation("LOGIN", "account_locked", found="locked", allowed="active", subject="第1人")]
    assert check_log_in(locked, people, NOW) == told
    assert [v.code for v in check_log_in(replace(one, credential=None), people, NOW)] == ["password_not_set"]
    tried = standing(1, Role.PREPARER, failures=FAILURES_UNTIL_LOCKED - 1)
    assert check_log_in(tried, people, NOW) == []
    tried = standing(1, Role.PREPARER, failures=FAILURES_UNTIL_LOCKED)
    assert check_log_in(tried, people, NOW) == told


@pytest.mark.parametrize(
    ("waited", "left"),
    [
        (timedelta(), IRREPLACEABLE_WAITS.total_seconds() // 60 + 1),
        (IRREPLACEABLE_WAITS - timedelta(seconds=1), 1),
        (IRREPLACEABLE_WAITS, None),
        (-timedelta(seconds=1), None),
    ],
)
def test_who_nobody_can_replace_waits_instead_of_being_locked(waited, left):
    only = standing(1, Role.SYSTEM_ADMIN, failures=FAILURES_UNTIL_LOCKED, failed_at=NOW - waited)
    found = check_log_in(only, [only], NOW)
    told = [Violation("LOGIN", "too_many_tries", found=left, allowed=0, subject="第1人")]
    assert found == ([] if left is None else told)
