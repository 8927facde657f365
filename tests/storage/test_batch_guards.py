"""What a person with a plain SQL shell cannot do to batches and their applications (R8, R24, R28, R32)."""
# ruff: noqa: S608 - the statements are put together from our own words

from __future__ import annotations

from datetime import date

import pytest

from voucher_app.domain.money import Money
from voucher_app.services import intake
from voucher_app.services.workspace import new_request_id
from voucher_app.storage.sqlite.connection import sqlite3

OVER = date(2026, 3, 10)


@pytest.fixture
def story(desk):
    """A publicized batch, one in its intake, and an application in many states."""
    desk.check_credit()
    publicized, taking = desk.open_batch(envelope=Money.yuan(20)), desk.open_batch()
    desk.applications = {"publicized": desk.approved_in(publicized, Money.yuan(5))}
    desk.applications["objected"] = desk.approved_in(publicized, Money.yuan(6), holder=1)
    desk.close_batch(publicized)
    desk.publicize(publicized)
    desk.objection = desk.object_to(desk.applications["objected"])
    desk.applications["approved"] = desk.approved_in(taking, Money.yuan(7))
    desk.applications["submitted"] = desk.submit(Money.yuan(8), batch_id=taking.id, contract_number="HT-8")
    desk.applications["returned"] = desk.step("return", desk.submit(Money.yuan(9), batch_id=taking.id))
    desk.applications["draft"] = intake.draft(
        desk.workspace, facts=desk.facts(Money.yuan(3), contract_number="HT-8", batch_id=taking.id),
        operator=desk.preparer, request_id=new_request_id(),
    )  # fmt: skip
    desk.publicized, desk.taking = publicized.id, taking.id
    return desk


def refused(desk, sql, *values, before=()):
    with desk.shell() as connection:
        connection.execute("BEGIN")
        for statement in before:
            connection.execute(statement)
        with pytest.raises(sqlite3.IntegrityError) as error:
            connection.execute(sql, values)
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    assert desk.verified() == []
    return str(error.value)


def key(desk, status):
    return desk.applications[status].id


def voucher_of(desk, status, issued_on):
    return f"""INSERT INTO voucher (id, year, sequence, number, application_id, policy_id, recipient_id, provider_id,
              face_fen, status, issued_on, use_by, redeem_by, prepared_by, reviewed_by, issued_seq)
            SELECT 1, 2026, 1, 'x', id, policy_id, recipient_id, provider_id, granted_fen, 'usable', '{issued_on}',
              '2027-03-02', '2027-03-02', prepared_by, reviewed_by, 1 FROM application
            WHERE id = {key(desk, status)}"""


def test_no_voucher_of_a_batch_is_issued_on_a_day_of_its_publicity(story):
    cleared = f"UPDATE application SET status = 'cleared' WHERE id = {key(story, 'publicized')}"
    said = refused(story, voucher_of(story, "publicized", "2026-03-09"), before=[cleared])
    assert said.startswith("R24")
    with story.shell() as connection:
        connection.execute("BEGIN")
        connection.execute(cleared)
        connection.execute(voucher_of(story, "publicized", "2026-03-10"))
        connection.execute("ROLLBACK")


def test_no_voucher_is_issued_against_an_open_objection(story):
    cleared = f"UPDATE application SET status = 'cleared' WHERE id = {key(story, 'objected')}"
    assert refused(story, voucher_of(story, "objected", "2026-03-10"), before=[cleared]).startswith("R24")


@pytest.mark.parametrize(
    "change",
    [
        "publicity_until = '2026-03-08'",
        "publicity_from = '2026-03-03'",
        "publicity_from = NULL, publicity_until = NULL",
    ],
)
def test_publicity_is_never_shortened(story, change):
    assert refused(story, f"UPDATE batch SET {change} WHERE id = ?", story.publicized).startswith("R24")


def test_publicity_begins_on_the_day_of_the_act(story):
    steps = [f"UPDATE batch SET status = '{status}' WHERE id = {story.taking}" for status in ("closed", "reviewing")]
    said = refused(
        story,
        """UPDATE batch SET status = 'publicized', publicity_from = '2026-02-01', publicity_until = '2026-02-09'
           WHERE id = ?""",
        story.taking,
        before=steps,
    )
    assert said.startswith("R24")


@pytest.mark.parametrize(
    ("status", "new"),
    [
        ("submitted", "approved"),
        ("submitted", "cleared"),
        ("approved", "cleared"),
        ("approved", "issued"),
        ("publicized", "issued"),
        ("objected", "issued"),
        ("returned", "accepted"),
        ("draft", "accepted"),
        ("publicized", "withdrawn"),
    ],
)
def test_no_step_of_a_batch_is_skipped(story, status, new):
    refused(story, "UPDATE application SET status = ?, contract_released = 0 WHERE id = ?", new, key(story, status))


@pytest.mark.parametrize("new", ["reviewing", "publicized", "issued"])
def test_no_step_of_a_batchs_life_is_skipped(story, new):
    refused(story, "UPDATE batch SET status = ?, issued_by = 1 WHERE id = ?", new, story.taking)


@pytest.mark.parametrize(("status", "fen"), [("approved", 701), ("approved", 0), ("publicized", 400), ("submitted", 1)])
def test_no_more_is_granted_than_was_asked_nor_after_the_allocation(story, status, fen):
    said = refused(story, "UPDATE application SET granted_fen = ? WHERE id = ?", fen, key(story, status))
    assert said.startswith("R32")


def test_a_batch_publicizes_no_more_than_its_envelope(story):
    with story.shell() as connection:
        (first,) = connection.execute("SELECT max(id) + 1 FROM batch").fetchone()
    new = [
        f"""INSERT INTO batch (id, year, policy_id, name, model, allocation, envelope_fen, intake_from, intake_until,
             status, prepared_by) SELECT {first}, year, policy_id, 'x', model, allocation, 10, intake_from,
             intake_until, 'open', prepared_by FROM batch WHERE id = 1""",
        f"""INSERT INTO application (id, year, policy_id, recipient_id, provider_id, contract_number, contract_key,
             contract_amount_fen, contract_signed_on, requested_fen, status, submitted_on, submission_reason,
             prepared_by, submitted_seq, batch_id, first_reviewed_by, reviewed_by)
            VALUES (90, 2026, 1, 3, 1, 'X', 'X', 100, '2026-03-02', 11, 'approved', '2026-03-02', '', 1, 1, {first},
             2, 7)""",
        "UPDATE application SET status = 'allocated', granted_fen = 11 WHERE id = 90",
        f"UPDATE batch SET status = 'closed' WHERE id = {first}",
        f"UPDATE batch SET status = 'reviewing' WHERE id = {first}",
    ]
    said = refused(
        story,
        """UPDATE batch SET status = 'publicized', publicity_from = '2026-03-02', publicity_until = '2026-03-09'
           WHERE id = ?""",
        first,
        before=new,
    )
    assert said.startswith("R32")


_COPY = """INSERT INTO application (id, year, policy_id, recipient_id, provider_id, contract_number, contract_key,
      contract_amount_fen, contract_signed_on, requested_fen, status, contract_released, submitted_on,
      submission_reason, prepared_by, submitted_seq, batch_id{more})
    SELECT 91, year, policy_id, recipient_id, provider_id, 'NEU', 'NEU', contract_amount_fen, contract_signed_on,
      requested_fen, '{status}', {released}, '{day}', '', prepared_by, submitted_seq, {batch}{values}
    FROM application WHERE id = 1"""


@pytest.mark.parametrize(
    ("batch", "day"), [("1", "2026-03-02"), ("2", "2026-03-01"), ("2", "2027-01-01"), ("9", "2026-03-02")]
)
def test_nothing_is_taken_in_outside_an_open_window(story, batch, day):
    sql = _COPY.format(more="", values="", status="submitted", released=0, day=day, batch=batch)
    assert refused(story, sql).startswith("batch")


def test_nothing_is_granted_with_the_application_itself(story):
    sql = _COPY.format(more=", granted_fen", values=", 1", status="submitted", released=0, day="2026-03-02", batch=2)
    assert refused(story, sql).startswith("R32")


def test_a_draft_is_not_submitted_into_a_closed_batch(story):
    said = refused(
        story,
        "UPDATE application SET status = 'submitted', contract_released = 0, submitted_on = '2027-03-02' WHERE id = ?",
        key(story, "draft"),
        before=[f"UPDATE application SET contract_key = 'NEU' WHERE id = {key(story, 'draft')}"],
    )
    assert said.startswith("batch")


@pytest.mark.parametrize("how", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
def test_a_draft_does_not_take_another_applications_contract(story, how):
    said = refused(
        story,
        f"{how} application SET status = 'submitted', contract_released = 0 WHERE id = ?",
        key(story, "draft"),
    )
    assert said.startswith("R8")


@pytest.mark.parametrize("how", ["UPDATE", "UPDATE OR REPLACE"])
def test_a_correction_does_not_take_another_applications_contract(story, how):
    said = refused(
        story,
        f"{how} application SET contract_key = 'HT-8' WHERE id = ?",
        key(story, "returned"),
    )
    assert said.startswith("R8")


@pytest.mark.parametrize("status", ["submitted", "approved", "publicized"])
@pytest.mark.parametrize("change", ["requested_fen = 1", "contract_key = 'Z'", "other_support_fen = 5"])
def test_facts_change_only_in_a_draft_or_while_it_is_returned(story, status, change):
    refused(story, f"UPDATE application SET {change} WHERE id = ?", key(story, status))


def test_the_day_of_submission_is_never_changed(story):
    refused(story, "UPDATE application SET submitted_on = '2026-03-01' WHERE id = ?", key(story, "submitted"))


def test_a_banned_unit_submits_no_application_and_no_draft(story):
    ban = """INSERT INTO ban (id, organisation_id, banned_from, banned_until, reason, prepared_by)
             VALUES (1, {}, '2026-03-01', '2026-03-02', '骗取', 1)"""
    holder = story.applications["draft"].recipient_id
    sql = _COPY.format(more="", values="", status="submitted", released=0, day="2026-03-02", batch=2)
    assert refused(story, sql, before=[ban.format(holder)]).startswith("R28")
    said = refused(
        story,
        "UPDATE application SET status = 'submitted', contract_released = 0 WHERE id = ?",
        key(story, "draft"),
        before=[
            ban.format(holder),
            f"UPDATE application SET contract_key = 'NEU' WHERE id = {key(story, 'draft')}",
        ],
    )
    assert said.startswith("R28")


def test_one_person_makes_no_two_reviews(story):
    refused(story, "UPDATE application SET reviewed_by = first_reviewed_by WHERE id = ?", key(story, "approved"))
    for column in ("first_reviewed_by", "reviewed_by"):
        refused(story, f"UPDATE application SET {column} = prepared_by WHERE id = ?", key(story, "approved"))


def test_who_recorded_an_objection_does_not_resolve_it(story):
    said = refused(
        story,
        "UPDATE objection SET status = 'dismissed', resolved_by = prepared_by, resolved_on = '2026-03-02' WHERE id = ?",
        story.objection.id,
    )
    assert said.startswith("R23")


@pytest.mark.parametrize("column", ["envelope_fen = 1", "model = 'afterwards'", "intake_until = '2030-01-01'",
                                    "allocation = 'pro-rata'", "name = 'x'"])  # fmt: skip
def test_what_a_batch_was_opened_with_stays(story, column):
    refused(story, f"UPDATE batch SET {column} WHERE id = ?", story.taking)


def test_a_batch_begins_with_its_intake(story):
    refused(
        story,
        """INSERT INTO batch (id, year, policy_id, name, model, allocation, intake_from, intake_until, status,
             publicity_from, publicity_until, prepared_by) SELECT 9, year, policy_id, 'x', model, allocation,
             intake_from, intake_until, 'publicized', '2026-02-01', '2026-02-02', prepared_by FROM batch LIMIT 1""",
    )
