"""T6 and T7: a disk that fails, and other things in the way; what is swallowed or told without words is seen."""

from __future__ import annotations

import disk
import disk_faults
import obstacles
import pytest

from voucher_app.storage.sqlite import data_file
from voucher_app.storage.sqlite.connection import LIBRARY_ERRORS
from voucher_app.storage.sqlite.unit_of_work import SqliteUnitOfWork

pytestmark = pytest.mark.trust


def test_faults_of_every_kind_are_told_and_nothing_is_lost(tmp_path):
    seen = disk_faults.run(tmp_path, 18, 11)
    assert seen["failed"] == []
    assert set(seen["kinds"]) == set(disk_faults.KINDS)
    assert {"commit_unknown", "disk_error"} <= set(seen["told"])


def test_a_swallowed_error_of_a_commit_is_seen(small_office, tmp_path, monkeypatch):
    execute = disk._Connection.execute

    def swallowing(self, sql, values=()):
        try:
            return execute(self, sql, values)
        except LIBRARY_ERRORS:
            if sql == "COMMIT":
                return disk._Rows([], ())
            raise

    monkeypatch.setattr(disk._Connection, "execute", swallowing)
    wrong = [
        one
        for nth in range(4)
        for one in disk_faults.try_fault(small_office, tmp_path / "work", "sync", nth, lasting=False)[0]
    ]
    assert any("was acknowledged and is not there" in one for one in wrong)


def test_an_error_without_words_is_seen(small_office, tmp_path, monkeypatch):
    """As it was before this harness: what a preview read was told in the words of SQLite."""
    from voucher_app.storage.sqlite import told_reading

    monkeypatch.setattr(told_reading, "ToldReading", lambda connection, _path: connection)
    reads = disk_faults.FailingDisk()
    with disk.on_disk(reads):
        disk_faults.work(disk_faults.fresh(small_office, tmp_path / "work"), [], [])
    wrong = [
        one
        for nth in range(reads.counted["read"] - 42, reads.counted["read"] - 28, 2)
        for one in disk_faults.try_fault(small_office, tmp_path / "work", "read", nth, lasting=False)[0]
    ]
    assert any(one.startswith("_Failed") for one in wrong)


def test_runs_that_prove_nothing_are_void():
    sound = {"wrong": [], "tried": 10, "met": 10, "told": {"disk_error": 3}}
    assert disk_faults.judged(sound) == []
    for changed, says in (({"wrong": ["x"]}, "wrong"), ({"met": 3}, "void"), ({"told": {}}, "void")):
        assert says in disk_faults.judged({**sound, **changed})[0]


def test_every_obstacle_is_told_and_leaves_nothing(tmp_path):
    seen = obstacles.run(tmp_path, 1, 5)
    assert (seen["failed"], seen["met"]) == ([], len(obstacles.OBSTACLES) + len(obstacles.TAKEN))


def test_an_obstacle_that_stops_nobody_is_seen(small_office, tmp_path, chance, monkeypatch):
    nothing = obstacles._instead(lambda content: content)
    monkeypatch.setitem(obstacles.OBSTACLES, "locked", (nothing, {"locked"}))
    database = disk_faults.fresh(small_office, tmp_path / "work")
    assert "nobody was told anything" in obstacles.met("locked", database, chance)


def test_an_act_into_a_file_that_nobody_finds_is_seen(small_office, tmp_path, chance, monkeypatch):
    monkeypatch.setattr(SqliteUnitOfWork, "_refuse_lost_file", lambda _self: None)
    database = disk_faults.fresh(small_office, tmp_path / "work")
    assert "while open: nobody was told anything" in obstacles.taken("file gone", database, chance)


def test_an_obstacle_that_is_called_something_else_is_seen(small_office, tmp_path, chance, monkeypatch):
    monkeypatch.setattr(data_file, "check_header", lambda _path: 3)  # nobody looks whose file it is
    database = disk_faults.fresh(small_office, tmp_path / "work")
    assert "nobody was told anything" in obstacles.met("another program's", database, chance)
    assert obstacles.judged(["x"])


@pytest.mark.parametrize(("kind", "nth"), [("create", 0), ("read", 0), ("sync", 0)])
def test_the_first_of_each_kind_is_told_and_the_work_is_finished(small_office, tmp_path, kind, nth):
    """The first file made is the log that a reader opens; a connection that ignores it would miss all later acts."""
    wrong, codes, hits = disk_faults.try_fault(small_office, tmp_path / "work", kind, nth, lasting=False)
    assert (wrong, hits) == ([], 1)
    assert codes
