"""What a shell cannot do to the registers: no gap in numbers and copies, no print edited, no key revoked by one."""

from __future__ import annotations

import pytest

from .test_schema import refused

NUMBERS = "kind, year, sequence, prefix, subject, title, drawn_on, drawn_seq, prepared_by"
ITEMS = "job_id, place, kind, subject, title, copy, reason, sha256"
HOW = ["INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE"]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    ("sequence", "subject", "drawn_on"),
    [
        ("9", "'batch:7'", "'2026-03-03'"),
        ("1", "'batch:7'", "'2026-03-03'"),
        ("3", "'batch:1'", "'2026-03-03'"),
    ],
)
def test_numbers_leave_no_gap_and_a_document_has_one(busy, how, sequence, subject, drawn_on):
    refused(
        busy,
        f"{how} INTO document_number ({NUMBERS}) "
        f"VALUES ('publicity-list', 2026, {sequence}, '晋算券', {subject}, 'x', {drawn_on}, 1, 1)",
    )


def test_a_number_is_of_the_year_in_which_it_was_drawn(busy):
    refused(
        busy,
        f"INSERT INTO document_number ({NUMBERS}) "  # noqa: S608
        "VALUES ('publicity-list', 2027, 1, '晋算券', 'batch:7', 'x', '2026-03-03', 1, 1)",
    )


@pytest.mark.parametrize(
    "change",
    [
        "voided_on = NULL, voided_by = NULL, void_reason = '' WHERE id = 2",
        "void_reason = 'another' WHERE id = 2",
        "voided_on = '2026-03-03', voided_by = 1 WHERE id = 1",
        "subject = 'batch:9' WHERE id = 1",
        "sequence = 5 WHERE id = 1",
    ],
)
@pytest.mark.parametrize("how", ["UPDATE", "UPDATE OR IGNORE"])
def test_a_void_number_stays_void_and_a_live_one_as_it_is(busy, change, how):
    refused(busy, f"{how} document_number SET {change}")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    ("job", "place", "copy", "reason"),
    [
        ("2", "2", "3", "'x'"),
        ("3", "1", "4", "'x'"),
        ("3", "1", "2", "'x'"),
        ("3", "1", "3", "''"),
        ("3", "2", "3", "'x'"),
    ],
)
def test_copies_leave_no_gap_and_belong_to_a_job_that_is_open(busy, how, job, place, copy, reason):
    with busy.shell() as connection:
        connection.execute(
            """INSERT INTO print_job (id, status, form, target, staging, items, begun_on, begun_seq, prepared_by)
               VALUES (3, 'begun', 'folder', '/out', 'ab', 1, '2026-03-03', 1, 1)"""
        )
        ((subject,),) = connection.execute("SELECT DISTINCT subject FROM print_item").fetchall()
    refused(
        busy,
        f"{how} INTO print_item ({ITEMS}) "
        f"VALUES ({job}, {place}, 'certificate', '{subject}', 'x', {copy}, {reason}, '{'0' * 64}')",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE print_job SET status = 'begun' WHERE id = 1",
        "UPDATE print_job SET status = 'cancelled' WHERE id = 1",
        "UPDATE print_job SET note = 'x' WHERE id = 1",
        "UPDATE print_job SET target = '/elsewhere' WHERE id = 1",
        "UPDATE print_item SET is_spoilt = 1 WHERE id = 1",
        "UPDATE print_item SET sha256 = replace(sha256, '0', '1') WHERE id = 1",
        "UPDATE print_item SET copy = 9 WHERE id = 1",
        "UPDATE print_item SET reason = 'x' WHERE id = 2",
        """INSERT INTO print_job (status, form, target, staging, items, begun_on, begun_seq, prepared_by, ended_on,
             ended_by) VALUES ('done', 'folder', '/out', 'ab', 1, '2026-03-03', 1, 1, '2026-03-03', 1)""",
    ],
)
def test_what_was_printed_stays_as_it_was(busy, statement):
    refused(busy, statement)


def test_a_job_does_not_end_before_all_its_papers_were_drawn(busy):
    with busy.shell() as connection:
        connection.execute(
            """INSERT INTO print_job (id, status, form, target, staging, items, begun_on, begun_seq, prepared_by)
               VALUES (3, 'begun', 'folder', '/out', 'ab', 1, '2026-03-03', 1, 1)"""
        )
    refused(busy, "UPDATE print_job SET status = 'done', ended_on = '2026-03-03', ended_by = 1 WHERE id = 3")


PROPOSED = (
    "INSERT INTO key_revocation (key_id, status, reason, proposed_on, prepared_by) VALUES (1, 'proposed', 'x', 'd', 1)"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE key_revocation SET status = 'revoked', decided_on = 'd', reviewed_by = 1 WHERE status = 'proposed'",
        "UPDATE key_revocation SET status = 'revoked', decided_on = 'd' WHERE status = 'proposed'",
        "UPDATE key_revocation SET reviewed_by = 2 WHERE status = 'proposed'",
        "UPDATE key_revocation SET status = 'proposed' WHERE status = 'withdrawn'",
        "UPDATE key_revocation SET reason = 'y' WHERE status = 'proposed'",
        PROPOSED,
        PROPOSED.replace("INSERT", "INSERT OR REPLACE"),
        """INSERT INTO key_revocation (key_id, status, reason, proposed_on, prepared_by, decided_on, reviewed_by)
           VALUES (1, 'revoked', 'x', 'd', 1, 'd', 2)""",
    ],
)
def test_a_key_is_revoked_by_two_people_one_proposal_at_a_time(busy, statement):
    with busy.shell() as connection:
        connection.execute(PROPOSED)
    refused(busy, statement)


def test_a_gap_that_was_made_behind_the_programs_back_is_found(busy, in_english):
    busy.tamper("UPDATE print_item SET copy = 7 WHERE id = 2", "UPDATE document_number SET sequence = 9 WHERE id = 2")
    found = {(one.code, one.table, one.column, one.found, one.expected) for one in busy.verified()}
    assert ("number_gap", "print_item", "copy", 7, 2) in found
    assert ("number_gap", "document_number", "sequence", 9, 2) in found
    busy.tamper("UPDATE print_job SET items = 5 WHERE id = 1")
    assert ("status_wrong", "print_job") in {(one.code, one.table) for one in busy.verified()}
