"""What a person with a plain SQL shell cannot do to policies, to the register of providers and to its prices."""

from __future__ import annotations

import pytest

from voucher_app.services import policy, provider
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.schema import RECORDED_TABLES

OR = pytest.mark.parametrize("conflict", ["", " OR REPLACE", " OR IGNORE", " OR FAIL", " OR ROLLBACK"])
CODE = demonstration_code("provider", 700)


def refused(desk, *statements):
    """Demand that each statement is refused by the database and that nothing is changed."""
    for sql in statements:
        with desk.shell() as connection:
            before = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in RECORDED_TABLES]  # noqa: S608
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(sql)
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            after = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in RECORDED_TABLES]  # noqa: S608
            assert after == before, sql


def accepted(desk, sql):
    """Demand that the same statement, obeying the rule, would be accepted; nothing is kept of it."""
    with desk.shell() as connection:
        connection.execute("BEGIN")
        connection.execute(sql)
        connection.execute("ROLLBACK")


def act(use_case, desk, operator, **facts):
    return use_case(desk.workspace, operator=operator, request_id=new_request_id(), **facts)


# ------------------------------------------------------------------------------------------- policies


def insert_policy(conflict="", *, drafted_by="1", published_by="2", content="content"):
    return f"""INSERT{conflict} INTO policy (id, code, version, content, published_on, drafted_by, published_by)
        SELECT 77, code, 77, {content}, '2026-03-03', {drafted_by}, {published_by} FROM policy_draft
        WHERE status = 'draft'"""  # noqa: S608 - our own names


@OR
def test_no_version_is_published_by_who_drafted_it(busy, conflict):
    refused(busy, insert_policy(conflict, drafted_by="2"))
    accepted(busy, insert_policy(conflict))


@OR
@pytest.mark.parametrize(
    "change",
    [
        {"drafted_by": "NULL"},
        {"published_by": "NULL"},
        {"drafted_by": "NULL", "published_by": "NULL"},
        {"drafted_by": "3"},  # who drafted nothing
        {"content": "content || ' '"},  # what nobody drafted
    ],
)
def test_in_a_real_office_no_version_comes_without_its_draft(busy, conflict, change):
    accepted(busy, insert_policy(conflict, **change))
    busy.tamper("UPDATE office SET trial = 0")
    refused(busy, insert_policy(conflict, **change))
    accepted(busy, insert_policy(conflict))


@pytest.mark.parametrize("conflict", ["", " OR REPLACE", " OR IGNORE"])
def test_no_draft_is_edited_comes_back_or_becomes_another_version(busy, conflict):
    act(policy.withdraw, busy, busy.preparer, draft_id=2, reason="x")
    act(policy.draft, busy, busy.preparer, content=busy.queries.policy_draft(2).draft.content)
    refused(
        busy,
        *(
            f"UPDATE{conflict} policy_draft SET {column} = {value} WHERE id = 3"
            for column, value in (
                ("content", "'x'"),
                ("code", "'x'"),
                ("prepared_by", "2"),
                ("drafted_on", "'2026-01-01'"),
            )
        ),
        f"UPDATE{conflict} policy_draft SET status = 'reviewed', reviewed_by = prepared_by WHERE id = 3",
        f"UPDATE{conflict} policy_draft SET status = 'published', reviewed_by = 2, policy_id = 2 WHERE id = 3",
        f"UPDATE{conflict} policy_draft SET status = 'draft' WHERE id = 1",
        f"UPDATE{conflict} policy_draft SET status = 'draft' WHERE id = 2",
        f"UPDATE{conflict} policy_draft SET policy_id = 1 WHERE id = 1",
    )
    accepted(busy, "UPDATE policy_draft SET status = 'reviewed', reviewed_by = 2 WHERE id = 3")


# ------------------------------------------------------------------------------------------- the register


@pytest.fixture
def publicized(busy):
    """A provider in publicity, with an objection that is not decided."""
    act(provider.add, busy, busy.preparer, unit=UnitFacts("云冈智算中心", CODE, "140200"))
    for step in (provider.check, provider.inspect, provider.publicize):
        act(step, busy, busy.reviewer, uscc=CODE)
    busy.objection_id = act(provider.object_to, busy, busy.second_reviewer, uscc=CODE, raised_by="某", content="某").id
    return busy


def admission(conflict="", *, since="2026-04-01"):
    return f"""UPDATE{conflict} provider SET status = 'admitted', admitted_by = 2, admitted_from = '{since}',
        admitted_until = '2027-12-31' WHERE status = 'publicized'"""


@pytest.mark.parametrize("conflict", ["", " OR REPLACE", " OR IGNORE"])
def test_no_provider_is_admitted_against_an_objection_or_for_days_of_its_publicity(publicized, conflict):
    refused(publicized, admission(conflict))
    act(
        provider.resolve,
        publicized,
        publicized.reviewer,
        objection_id=publicized.objection_id,
        upheld=False,
        reason="不成立",
    )
    last = publicized.queries.provider(CODE).provider.publicity_until.isoformat()
    refused(publicized, admission(conflict, since=last))
    accepted(publicized, admission(conflict))


def test_an_objection_that_was_upheld_keeps_a_provider_out(publicized):
    act(
        provider.resolve,
        publicized,
        publicized.reviewer,
        objection_id=publicized.objection_id,
        upheld=True,
        reason="成立",
    )
    refused(publicized, admission(), admission(" OR REPLACE"))


@OR
def test_no_objection_is_raised_against_a_provider_outside_its_publicity(publicized, conflict):
    insert = f"""INSERT{conflict} INTO objection (subject, raised_on, raised_by, content, status, prepared_by)
        SELECT 'provider:' || id, {{day}}, '某', '某', 'open', 1 FROM provider WHERE status = '{{status}}' LIMIT 1"""  # noqa: S608
    refused(
        publicized,
        insert.format(day="date(publicity_until, '+1 day')", status="publicized"),
        insert.format(day="date(publicity_from, '-1 day')", status="publicized"),
        insert.format(day="'2026-03-03'", status="admitted"),
    )
    accepted(publicized, insert.format(day="publicity_until", status="publicized"))


@pytest.mark.parametrize("column", ["checked_by", "inspected_by", "publicized_by", "refused_by", "admitted_by"])
@pytest.mark.parametrize("conflict", ["", " OR REPLACE", " OR IGNORE"])
def test_nobody_takes_a_step_for_a_provider_they_registered(publicized, column, conflict):
    refused(publicized, f"UPDATE{conflict} provider SET {column} = prepared_by WHERE status = 'publicized'")


def test_no_step_is_recorded_without_who_took_it(publicized):
    refused(
        publicized,
        "UPDATE provider SET status = 'refused' WHERE status = 'publicized'",
        "UPDATE provider SET publicized_by = NULL WHERE status = 'publicized'",
        "UPDATE provider SET publicity_until = NULL WHERE status = 'publicized'",
        "UPDATE provider SET publicity_until = '2020-01-01' WHERE status = 'publicized'",
    )


@pytest.mark.parametrize("conflict", ["", " OR REPLACE", " OR IGNORE"])
def test_no_suspension_is_edited_ended_twice_or_undone(busy, conflict):
    ended, lasting = "suspended_until IS NOT NULL", "suspended_until IS NULL"
    refused(
        busy,
        f"UPDATE{conflict} suspension SET suspended_from = '2020-01-01'",
        f"UPDATE{conflict} suspension SET provider_id = provider_id + 1",
        f"UPDATE{conflict} suspension SET kind = 'expired' WHERE {ended}",
        f"UPDATE{conflict} suspension SET reason = 'x'",
        f"UPDATE{conflict} suspension SET suspended_by = 2",
        f"UPDATE{conflict} suspension SET suspended_until = '2026-12-31' WHERE {ended}",
        f"UPDATE{conflict} suspension SET suspended_until = NULL, ended_by = NULL WHERE {ended}",
        f"UPDATE{conflict} suspension SET end_reason = 'x' WHERE {ended}",
        f"UPDATE{conflict} suspension SET suspended_until = '2026-12-31', ended_by = 1 WHERE {lasting}",
        f"UPDATE{conflict} suspension SET suspended_until = '2026-12-31' WHERE {lasting}"
        if conflict != " OR IGNORE"
        else "DELETE FROM suspension",
    )
    accepted(busy, f"UPDATE suspension SET suspended_until = '2026-12-31', ended_by = 2 WHERE {lasting}")  # noqa: S608


@OR
def test_nobody_suspends_a_provider_they_registered(busy, conflict):
    insert = f"""INSERT{conflict} INTO suspension (provider_id, kind, suspended_from, suspended_by)
        SELECT id, 'suspended', '2026-03-03', {{who}} FROM provider LIMIT 1"""  # noqa: S608
    refused(busy, insert.format(who="prepared_by"))
    accepted(busy, insert.format(who="2"))


@OR
@pytest.mark.parametrize("column", ["id", "provider_id", "item", "unit", "price_fen", "valid_from", "prepared_by"])
def test_no_filed_price_is_edited(busy, column, conflict):
    refused(busy, f"UPDATE{conflict} listed_price SET {column} = {column}")


def test_no_price_of_nothing_is_filed(busy):
    insert = """INSERT INTO listed_price (provider_id, item, unit, price_fen, valid_from, prepared_by)
        SELECT provider_id, item, unit, {fen}, valid_from, prepared_by FROM listed_price LIMIT 1"""
    refused(busy, insert.format(fen=0), insert.format(fen=-1), insert.format(fen="NULL"))
    accepted(busy, insert.format(fen=1))
