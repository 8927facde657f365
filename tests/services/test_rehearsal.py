"""A rehearsal says what the act will say, and leaves nothing behind."""

from __future__ import annotations

from voucher_app.domain.money import Money
from voucher_app.services import application, voucher
from voucher_app.services.rehearsal import rehearse
from voucher_app.services.session import Session
from voucher_app.services.workspace import new_request_id


def issuing(desk, *applications):
    ids = [one.id for one in applications]
    return lambda workspace: voucher.issue(
        workspace, application_ids=ids, operator=desk.preparer, request_id=new_request_id()
    )


def head(desk):
    with desk.shell() as connection:
        return connection.execute("SELECT count(*), max(seq) FROM journal").fetchone()


def test_a_rehearsed_issuance_tells_the_money_and_records_nothing(desk):
    approved = desk.approved(Money.yuan(1_000))
    before, recorded = desk.money(), head(desk)
    found = rehearse(desk.workspace, issuing(desk, approved))
    assert found.violations == []
    assert found.before == (before,)
    assert found.after[0].unissued == before.unissued - Money.yuan(1_000)
    assert found.result[0].face == Money.yuan(1_000)
    assert (desk.money(), head(desk)) == (before, recorded)
    assert desk.issue(approved)[0].number == found.result[0].number
    assert desk.money() == found.after[0]
    assert desk.verified() == []


def test_a_rehearsal_names_the_rules_that_the_act_will_break(desk):
    too_much = desk.approved(Money(desk.money().unissued.fen))
    more = desk.approved(Money(1))
    found = rehearse(desk.workspace, issuing(desk, too_much, more))
    assert [violation.rule for violation in found.violations] == ["R1"]
    assert (found.result, found.before, found.after) == (None, (), ())


def test_an_act_that_moves_no_money_has_none_to_tell(desk):
    submitted = desk.submit(Money.yuan(1_000))
    found = rehearse(
        desk.workspace,
        lambda workspace: application.approve(
            workspace, application_ids=[submitted.id], operator=desk.reviewer, request_id=new_request_id()
        ),
    )
    assert (found.violations, found.before, found.after) == ([], (), ())
    assert found.result[0].status == "approved"
    assert desk.queries.application(submitted.id).application.status == "submitted"


def test_a_rehearsal_lets_nobody_in_or_out(desk):
    """A session that a rehearsed act begins stands against a password that was never recorded."""
    desk.in_earnest()
    sessions = desk.workspace.sessions
    before = sessions.of(desk.preparer.id)

    def act(workspace):
        workspace.sessions.begin(desk.preparer.id, Session("y", workspace.clock.now()))
        workspace.sessions.end(desk.reviewer.id)

    rehearse(desk.workspace, act)
    assert sessions.of(desk.preparer.id) is before
    assert sessions.of(desk.reviewer.id) is not None
