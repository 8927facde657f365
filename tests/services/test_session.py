"""The gate by itself: how long a session and a proof last, to the second, and what a stranger is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from voucher_app.domain.errors import NotFound, RulesViolated
from voucher_app.domain.operators import Credential, Operator, OperatorStatus, Role, Standing
from voucher_app.services.session import LONGEST_SESSION, PROOF_LASTS, Session, Sessions, admit, admit_restore

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CREDENTIAL = Credential("hash", must_change=False, failures=0, failed_at="")


def standing(role=Role.REVIEWER, **facts):
    told = {"credential": CREDENTIAL, "in_trial_office": False, "in_small_office": False}
    return Standing(Operator(7, "李复核", role), **{**told, "status": OperatorStatus.ACTIVE, **facts})


def asked(person, session, name="李复核"):
    """Return what is asked about a person whom the records know as told."""
    sessions = Sessions()
    if session is not None:
        sessions.begin(7, session)
    records = SimpleNamespace(office=SimpleNamespace(standing=lambda _: person))
    return {"records": records, "sessions": sessions, "operator": Operator(7, name, person.operator.role), "now": NOW}


def gate(person, *, act="redemption.refuse", session=None, name="李复核", is_rehearsed=False):
    """Ask the gate."""
    return admit(**asked(person, session, name), act=act, is_rehearsed=is_rehearsed)


def test_a_session_lasts_to_its_last_second():
    def stands(ago):
        return Session("hash", NOW - ago).stands("hash", NOW)

    assert stands(timedelta())
    assert stands(LONGEST_SESSION)
    assert not stands(LONGEST_SESSION + SECOND)
    assert not stands(-SECOND)
    assert not Session("hash", NOW).stands("another", NOW)


def test_a_proof_lasts_to_its_last_second():
    def is_proved(ago):
        return Session("hash", NOW, NOW - ago).is_proved(NOW)

    assert is_proved(timedelta())
    assert is_proved(PROOF_LASTS)
    assert not is_proved(PROOF_LASTS + SECOND)
    assert not is_proved(-SECOND)
    assert not Session("hash", NOW).is_proved(NOW)


def test_a_copy_of_the_sessions_knows_who_is_in_and_lets_nobody_else_in():
    sessions, session = Sessions(), Session("hash", NOW)
    sessions.begin(7, session)
    copied = sessions.looked_at()
    copied.begin(8, session)
    assert (copied.of(7), copied.of(8), sessions.of(8)) == (session, session, None)
    copied.end(7)
    assert sessions.of(7) is session


def test_a_name_that_the_records_do_not_know_is_nobody():
    with pytest.raises(NotFound) as refused:
        gate(standing(), name="别人", session=Session("hash", NOW))
    assert (refused.value.noun, refused.value.key) == ("operator", "别人")


@pytest.mark.parametrize(
    ("facts", "act", "session", "code"),
    [
        ({"status": OperatorStatus.LOCKED}, "redemption.refuse", Session("hash", NOW), "account_locked"),
        ({"credential": None}, "redemption.refuse", None, "password_not_set"),
        ({}, "redemption.refuse", None, "not_logged_in"),
        ({}, "redemption.refuse", Session("old", NOW), "not_logged_in"),
        ({"credential": replace(CREDENTIAL, must_change=True)}, "redemption.refuse", Session("hash", NOW),
         "password_to_change"),
        ({}, "redemption.verify", Session("hash", NOW), "password_again"),
        ({"role": Role.AUDITOR}, "redemption.refuse", Session("hash", NOW), "role_may_not_act"),
    ],
)  # fmt: skip
def test_who_may_not_begin_is_told_why(facts, act, session, code):
    with pytest.raises(RulesViolated) as refused:
        gate(standing(**facts), act=act, session=session)
    (violation,) = refused.value.violations
    assert (violation.code, violation.subject) == (code, "李复核")
    if code == "account_locked":
        assert (violation.found, violation.allowed) == ("locked", "active")
    if code == "password_again":
        assert violation.facts == {"action": act}


@pytest.mark.parametrize(
    ("facts", "session"),
    [
        ({}, Session("hash", NOW)),
        ({"in_trial_office": True}, None),
        ({"in_trial_office": True, "credential": None}, None),
    ],
)
def test_who_may_begin_is_let_in(facts, session):
    assert gate(standing(**facts), session=session) == []


@pytest.mark.parametrize("credential", [None, replace(CREDENTIAL, must_change=True)])
def test_who_has_no_password_of_their_own_may_set_one_first(credential):
    session = Session("hash", NOW, NOW)
    assert gate(standing(credential=credential), act="operator.password", session=session) == []


def test_a_rehearsal_asks_for_no_password_again_but_for_all_else():
    assert gate(standing(), act="redemption.verify", session=Session("hash", NOW), is_rehearsed=True) == []
    with pytest.raises(RulesViolated):
        gate(standing(), act="redemption.verify", is_rehearsed=True)


def test_a_role_of_the_business_without_this_act_is_told_with_all_else():
    (violation,) = gate(standing(Role.PREPARER), session=Session("hash", NOW))
    assert violation.code == "role_may_not_act"


@pytest.mark.parametrize(
    ("facts", "session", "code"),
    [
        ({}, Session("hash", NOW, NOW), None),
        ({}, Session("hash", NOW), "password_again"),
        ({}, None, "not_logged_in"),
        ({"status": OperatorStatus.LOCKED}, Session("hash", NOW, NOW), "account_locked"),
        ({"role": Role.PREPARER}, Session("hash", NOW, NOW), "role_may_not_act"),
        ({"role": Role.PREPARER, "in_small_office": True}, Session("hash", NOW, NOW), None),
        ({"role": Role.AUDITOR, "in_trial_office": True}, None, None),
    ],
)
def test_who_puts_a_backup_in_the_records_place_gave_the_password_just_now_and_does_not_only_prepare(
    facts, session, code
):
    if code is None:
        admit_restore(**asked(standing(**facts), session))
        return
    with pytest.raises(RulesViolated) as refused:
        admit_restore(**asked(standing(**facts), session))
    assert [one.code for one in refused.value.violations] == [code]
