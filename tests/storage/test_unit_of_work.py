"""One transaction and its journal record: everything or nothing, once."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from datetime import UTC, date, timedelta

import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.errors import InvalidInput, RulesViolated
from voucher_app.domain.journal import CONTENT_COLUMNS
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import office
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.unit_of_work import Act
from voucher_app.services.workspace import OFFICE_ZONE, SystemClock
from voucher_app.settings import resources_folder
from voucher_app.storage.sqlite import unit_of_work
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.images import defaults_of
from voucher_app.storage.sqlite.schema import KEY_OF


def journal(desk):
    with desk.shell() as connection:
        rows = connection.execute(f"SELECT {', '.join(CONTENT_COLUMNS)} FROM journal ORDER BY seq").fetchall()  # noqa: S608
    return [dict(zip(CONTENT_COLUMNS, row, strict=True)) for row in rows]


def act(desk, request_id="r", action="policy.publish", **facts):
    return desk.workspace.data_file.unit_of_work(Act(action, desk.preparer, request_id, facts), desk.workspace.clock)


# ------------------------------------------------------------------------------------------- the record


def test_every_act_writes_one_record_of_who_what_when_and_why(busy):
    before = len(journal(busy))
    voided = busy.end("void", busy.numbers[2])
    record = journal(busy)[-1]
    assert len(journal(busy)) == before + 1
    assert (record["seq"], record["action"]) == (before + 1, "voucher.void")
    assert (record["operator_id"], record["operator_name"]) == (busy.reviewer.id, "李复核")
    assert (record["reason"], record["subject"]) == ("书面确认", f"voucher:{voided.id}")
    assert record["business_date"] == busy.today.isoformat()
    assert json.loads(record["result"]) == [voided.id]


def test_a_record_holds_the_rows_as_they_are_after_the_act_triggers_included(busy):
    busy.redeemed(busy.numbers[0], Money.yuan(5))
    changes = json.loads(journal(busy)[-1]["changes"])
    assert set(changes) == {"redemption", "voucher", "account", "transfer", "budget_year"}
    with busy.shell() as connection:
        for table, part in changes.items():
            defaults = defaults_of(connection, table)
            for image in part["rows"]:
                key = KEY_OF.get(table, "id")
                cursor = connection.execute(f"SELECT * FROM {table} WHERE {key} = ?", (image[0],))  # noqa: S608
                row = dict(zip(defaults, cursor.fetchone(), strict=True))
                assert defaults | dict(zip(part["columns"], image, strict=True)) == row


def test_an_image_leaves_out_the_last_columns_that_hold_their_defaults_and_no_others(busy):
    application = busy.submit(Money.yuan(5))
    part = json.loads(journal(busy)[-1]["changes"])["application"]
    with busy.shell() as connection:
        defaults = defaults_of(connection, "application")
        row = connection.execute("SELECT * FROM application WHERE id = ?", (application.id,)).fetchone()
    told = len(part["columns"])
    assert part["columns"] == list(defaults)[:told]
    assert row[told:] == tuple(defaults.values())[told:]
    assert row[told - 1] != list(defaults.values())[told - 1], "the last one that is told is no default"
    assert told < len(defaults)


def test_rows_of_one_table_in_one_record_leave_out_only_what_all_of_them_may(busy):
    few = [busy.submit(Money.yuan(5)).id for _ in range(3)]
    with act(busy) as work:
        for application_id, reason in zip(few, ("", "理由", ""), strict=True):
            work.applications._write(
                "application",
                application_id,
                "UPDATE application SET reason = ? WHERE id = ?",
                (reason, application_id),
            )
        work.commit(few)
    part = json.loads(journal(busy)[-1]["changes"])["application"]
    assert part["columns"][-1] == "reason"
    assert [row[-1] for row in part["rows"]] == ["", "理由", ""]
    assert busy.verified() == []


@pytest.mark.parametrize("name", ["a,null]", 'a,"",null,null]', ",", '","', "]", "\\"])
def test_a_text_that_looks_like_the_end_of_a_row_is_told_whole(busy, name):
    application = busy.submit(Money.yuan(5))
    with act(busy) as work:
        work.applications._write(
            "application",
            application.id,
            "UPDATE application SET reason = ? WHERE id = ?",
            (name, application.id),
        )
        work.commit([])
    part = json.loads(journal(busy)[-1]["changes"])["application"]
    assert (part["columns"][-1], part["rows"][0][-1]) == ("reason", name)
    assert busy.verified() == []


def test_the_last_images_of_all_records_are_the_whole_file(busy):
    """The journal alone rebuilds every table; what an image leaves out holds its default."""
    rebuilt = {}
    with busy.shell() as connection:
        for record in journal(busy):
            for table, part in json.loads(record["changes"]).items():
                defaults = defaults_of(connection, table)
                told = [dict(zip(part["columns"], row, strict=True)) for row in part["rows"]]
                rebuilt.setdefault(table, {}).update(
                    {image[0]: tuple((defaults | row).values()) for image, row in zip(part["rows"], told, strict=True)}
                )
        for table, rows in rebuilt.items():
            assert rows == {row[0]: row for row in connection.execute(f"SELECT * FROM {table}")}  # noqa: S608


def test_the_first_record_vouches_for_every_migration_that_made_the_file(tmp_path):
    preset = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
    workspace = make_workspace(tmp_path / "new.db", create=True, on=date(2026, 3, 2))
    office.init(
        workspace, name="厅", operators=[("甲", Role.PREPARER)], trial=True, policy_content=preset, request_id="init"
    )
    workspace.data_file.close()
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        (changes,) = connection.execute("SELECT changes FROM journal WHERE seq = 1").fetchone()
        rows = connection.execute("SELECT * FROM _sqlite_migrations ORDER BY id").fetchall()
    assert json.loads(changes)["_sqlite_migrations"]["rows"] == [list(row) for row in rows] != []


def test_nothing_is_built_on_a_year_whose_money_does_not_add_up(busy):
    """Somebody gave the year's pool a fen by hand: the next act that moves the year's money refuses to go on."""
    before = journal(busy)
    busy.close()
    busy.tamper("UPDATE account SET balance_fen = balance_fen + 1 WHERE kind = 1 AND subject = 2026")
    busy.workspace = make_workspace(busy.path, on=busy.today)
    with pytest.raises(StorageError) as refused:
        busy.issued(Money.yuan(5))
    assert (refused.value.code, refused.value.detail) == ("identity", "2026")
    assert [record["action"] for record in journal(busy)[len(before) :]] == [
        "application.submit",
        "application.approve",
    ]


def test_an_act_that_says_nothing_of_its_subject_has_none_and_it_follows_the_head_that_it_was_told(busy):
    """A settlement's sample is drawn by that head: afterwards everybody can draw the same sample again."""
    with act(busy) as work:
        head = work.head
        work.commit([])
    record = journal(busy)[-1]
    assert (record["subject"], record["previous_hash"]) == ("", head)


def test_instants_are_recorded_in_utc(busy):
    busy.issue()
    recorded = journal(busy)[-1]["recorded_at"]
    assert recorded.endswith("+00:00")
    assert SystemClock().now().tzinfo is UTC


# ------------------------------------------------------------------------------------------- everything or nothing


def test_leaving_without_commit_changes_nothing(busy):
    before, money = journal(busy), busy.money()
    with act(busy) as work:
        work.years.open(2027, document="x")
    assert (journal(busy), busy.money(), busy.queries.years()) == (before, money, [2026])


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, sqlite3.OperationalError])
def test_an_exception_rolls_everything_back_and_the_next_act_works(busy, error):
    before = journal(busy)

    def fail():
        with act(busy) as work:
            work.years.open(2027, document="x")
            raise error("x")

    with pytest.raises(StorageError if error is sqlite3.OperationalError else error):
        fail()
    assert (journal(busy), busy.queries.years()) == (before, [2026])
    busy.issue()
    assert busy.verified() == []


def test_what_the_schema_refuses_is_told_and_nothing_remains(busy):
    before = journal(busy)

    def twice():
        with act(busy) as work:
            work.years.open(2027, document="x")
            work.years.open(2027, document="y")

    with pytest.raises(StorageError) as refused:
        twice()
    assert refused.value.code == "refused_by_schema"
    assert (journal(busy), busy.queries.years()) == (before, [2026])


def test_a_file_that_was_moved_away_while_it_was_open_takes_no_act(busy):
    """SQLite would go on writing the file that nobody finds by its name any more."""
    before, approved = journal(busy), busy.approved(Money.yuan(9))
    away = busy.path.with_name("away.db")
    busy.path.rename(away)
    with pytest.raises(StorageError) as refused:
        busy.issue(approved)
    assert (refused.value.code, str(refused.value.path)) == ("moved", str(busy.path))
    away.rename(busy.path)
    assert [record["action"] for record in journal(busy)[len(before) :]] == [
        "application.submit",
        "application.approve",
    ]
    busy.issue(approved)


def test_who_has_not_the_role_reads_so_once_beside_all_else_that_stands_in_the_way(busy):
    claim = busy.claim(busy.numbers[0], Money.yuan(1))
    for approved, beside in ((Money.yuan(2), ["approved_above_claim"]), (Money.yuan(1), [])):
        with pytest.raises(RulesViolated) as refused:
            busy.verify(claim, approved, operator=busy.finance)
        assert [one.code for one in refused.value.violations] == [*beside, "role_may_not_act"]


def test_a_commit_comes_once_and_last(busy):
    for rehearsed in (list, None):
        one = Act("policy.publish", busy.preparer, "r", {})
        with busy.workspace.data_file.unit_of_work(one, busy.workspace.clock, rehearsed=rehearsed) as work:
            work.years.open(2027, document="x")
            work.commit([2027])
            with pytest.raises(AssertionError):
                work.commit([2027])


# ------------------------------------------------------------------------------------------- once


def test_a_repeated_request_returns_the_first_result_and_writes_nothing(busy):
    approved = busy.approved(Money.yuan(9))
    first = busy.issue(approved, request_id="again")
    before = journal(busy)
    assert busy.issue(approved, request_id="again") == first
    assert journal(busy) == before


def test_a_repeated_request_returns_its_result_on_a_later_day_too(busy):
    approved = busy.approved(Money.yuan(9))
    first = busy.issue(approved, request_id="again")
    busy.on(busy.today + timedelta(days=9))
    assert busy.issue(approved, request_id="again") == first


def test_a_repeated_request_returns_its_result_on_an_earlier_day_too(busy):
    approved = busy.approved(Money.yuan(9))
    first = busy.issue(approved, request_id="again")
    busy.on(busy.today - timedelta(days=9))
    assert busy.issue(approved, request_id="again") == first


def test_who_may_not_do_it_does_not_learn_its_result_by_repeating_the_request_of_another(busy):
    approved = busy.approved(Money.yuan(9))
    busy.issue(approved, request_id="again")
    with pytest.raises(RulesViolated) as refused:
        busy.issue(approved, request_id="again", operator=busy.finance)
    assert [one.code for one in refused.value.violations] == ["role_may_not_act"]


def test_a_request_used_for_something_else_is_refused(busy):
    one, other = busy.approved(Money.yuan(9)), busy.approved(Money.yuan(9))
    busy.issue(one, request_id="again")
    before = journal(busy)
    with pytest.raises(InvalidInput) as refused:
        busy.issue(other, request_id="again")
    assert (refused.value.code, refused.value.found) == ("request_reused", "again")
    with pytest.raises(InvalidInput):
        busy.approve(one, request_id="again")
    assert journal(busy) == before


def test_a_repeated_request_writes_nothing_even_by_mistake(busy):
    with act(busy) as work:
        work.commit([])
    with act(busy) as work:
        assert work.repeats
        with pytest.raises(AssertionError):
            work.commit([])


# ------------------------------------------------------------------------------------------- in order


def test_a_date_before_the_last_act_is_refused_and_the_same_day_passes(busy):
    last = busy.today
    before = journal(busy)
    busy.on(last - timedelta(days=1))
    with pytest.raises(InvalidInput) as refused:
        busy.issue()
    assert (refused.value.code, refused.value.found, refused.value.facts) == (
        "date_before_last_act",
        (last - timedelta(days=1)).isoformat(),
        {"last": last.isoformat()},
    )
    assert journal(busy) == before
    busy.on(last).issue()


def test_two_threads_of_one_program_take_turns(desk):
    """Eight threads on one workspace: each act is whole, and each has its own number."""
    applications = [desk.submit(Money.yuan(1)) for _ in range(40)]
    desk.approve(*applications)
    numbers, errors = [], []

    def work(share):
        try:
            numbers.extend(str(desk.issue(one)[0].number) for one in share)
        except Exception as error:  # noqa: BLE001 - told to the test below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(applications[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(set(numbers)) == 40
    assert desk.verified() == []


# ------------------------------------------------------------------------------------------- an unknown outcome


class Faulty:
    """A connection whose COMMIT reports an error: before it was done, or after."""

    def __init__(self, connection, *, durable, name="SQLITE_IOERR_FSYNC"):
        self._connection = connection
        self._durable = durable
        self._name = name

    def execute(self, sql, *values):
        if sql != "COMMIT":
            return self._connection.execute(sql, *values)
        if self._durable:
            self._connection.execute("COMMIT")
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = self._name
        raise error

    def __getattr__(self, name):
        return getattr(self._connection, name)


@pytest.mark.parametrize("durable", [False, True])
def test_after_an_unknown_commit_the_same_request_finds_out(busy, durable):
    approved = busy.approved(Money.yuan(9))
    data_file = busy.workspace.data_file
    real = data_file._writing()
    data_file._writer = Faulty(real, durable=durable)
    with pytest.raises(StorageError) as refused:
        busy.issue(approved, request_id="unsure")
    assert refused.value.code == "commit_unknown"
    assert "disk I/O error" in refused.value.detail
    data_file._writer = real
    before = journal(busy)
    assert (before[-1]["request_id"] == "unsure") is durable
    (issued,) = busy.issue(approved, request_id="unsure")
    assert issued.face == Money.yuan(9)
    assert len(journal(busy)) == len(before) + (not durable)
    assert sum(record["request_id"] == "unsure" for record in journal(busy)) == 1
    assert busy.verified() == []


def test_a_disk_that_is_full_at_the_commit_is_told_as_such(busy):
    """The log could not take the last page, so the outcome is known: nothing was recorded."""
    approved = busy.approved(Money.yuan(9))
    data_file = busy.workspace.data_file
    real = data_file._writing()
    data_file._writer = Faulty(real, durable=False, name="SQLITE_FULL")
    before = journal(busy)
    with pytest.raises(StorageError) as refused:
        busy.issue(approved)
    assert refused.value.code == "disk_full"
    data_file._writer = real
    assert journal(busy) == before
    busy.issue(approved)
    assert busy.verified() == []


def test_the_lock_is_asked_for_again_until_it_is_free(busy):
    """Another program holds the lock for a moment; the act waits and is done."""
    busy.workspace.data_file._writing()
    with busy.shell() as other:
        other.execute("BEGIN IMMEDIATE")
        asked = []

        class Counting:
            def execute(self, sql, *values):
                asked.append(sql)
                if len(asked) == 5:
                    other.execute("ROLLBACK")
                return real.execute(sql, *values)

            def __getattr__(self, name):
                return getattr(real, name)

        real, busy.workspace.data_file._writer = busy.workspace.data_file._writer, Counting()
        busy.issue()
        busy.workspace.data_file._writer = real
    assert asked[:5] == ["BEGIN IMMEDIATE"] * 5
    assert busy.verified() == []


def test_a_lock_within_this_program_is_waited_for_as_well(busy):
    names = ["SQLITE_LOCKED_SHAREDCACHE", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY"]

    class Locked:
        def execute(self, sql):
            if names:
                error = sqlite3.OperationalError(sql)
                error.sqlite_errorname = names.pop()
                raise error

    unit_of_work.take_write_lock(Locked(), busy.path, patience_seconds=100)
    assert names == []


def test_an_error_that_is_no_lock_is_not_waited_for(busy):
    class Broken:
        def execute(self, sql):
            error = sqlite3.OperationalError(sql)
            error.sqlite_errorname = "SQLITE_IOERR"
            raise error

    with pytest.raises(StorageError) as refused:
        unit_of_work.take_write_lock(Broken(), busy.path, patience_seconds=100)
    assert refused.value.code == "disk_error"


# ------------------------------------------------------------------------------------------- dates far ahead


@pytest.mark.parametrize(("ahead", "refused"), [(0, False), (7, False), (8, True), (3_000, True)])
def test_a_slip_of_the_year_does_not_keep_an_office_from_working(desk, ahead, refused):
    """Acts are recorded in order: after one in 2099, nothing could be recorded before it."""
    desk.tamper("UPDATE office SET trial = 0")
    now = desk.workspace.clock.now().astimezone(OFFICE_ZONE).date()
    desk.on(now + timedelta(days=ahead))
    if not refused:
        with act(desk):
            return
    with pytest.raises(InvalidInput) as caught, act(desk):
        pytest.fail("the block is not entered")
    assert caught.value.code == "date_far_ahead"
    assert caught.value.facts == {"today": now.isoformat(), "last": (now + timedelta(days=7)).isoformat()}
    desk.tamper("UPDATE office SET trial = 1")
    with act(desk):
        pass


def test_a_new_office_does_not_begin_far_ahead(tmp_path):
    preset = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
    told = {"name": "厅", "operators": [("甲", Role.PREPARER)], "policy_content": preset, "request_id": "init"}
    workspace = make_workspace(tmp_path / "new.db", create=True, on=date(2099, 1, 1))
    with pytest.raises(InvalidInput) as caught:
        office.init(workspace, trial=False, **told)
    assert caught.value.code == "date_far_ahead"
    assert office.init(workspace, trial=True, **told).trial
    workspace.data_file.close()


@pytest.mark.parametrize("request_id", ["", "x" * 201, "a\nb", "a\0b", "\u200b", "\udc80", "编  号"])
def test_a_request_identifier_is_a_short_line(desk, request_id):
    with pytest.raises(InvalidInput) as caught:
        act(desk, request_id)
    assert caught.value.facts["field"] == "request_id"


@pytest.mark.parametrize("request_id", ["x" * 200, "请求 7", "7"])
def test_any_short_line_is_a_request_identifier(desk, request_id):
    with act(desk, request_id) as work:
        assert not work.repeats
