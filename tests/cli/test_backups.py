"""Backups on the command line: made, verified, restored; and a ledger that was tampered with."""

from pathlib import Path

from sqlite_utils.db import sqlite3

from .conftest import REVIEWER, issue


def tamper(path, sql):
    connection = sqlite3.connect(str(path), isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute(sql)
    connection.close()


def test_a_backup_is_verified_and_brings_the_office_back(office, tmp_path):
    number = issue(office, "100000", contract="HT-1")
    copy = tmp_path / "copy.db"
    assert office.done("backup", "create", str(copy))["clean"]
    assert office("backup", "create", str(copy)).code == 2
    office.done("voucher", "void", number, "--reason", "x", by=REVIEWER)
    restored = office.done("backup", "restore", str(copy))
    assert Path(restored["replaced"]).exists()
    assert office.done("voucher", "show", number)["status"] == "usable"
    assert office.done("backup", "verify", restored["replaced"])["clean"]


def test_a_damaged_backup_is_never_restored(office, tmp_path):
    issue(office, "100000", contract="HT-1")
    copy = tmp_path / "copy.db"
    office.done("backup", "create", str(copy))
    tamper(copy, "UPDATE voucher SET face_fen = face_fen + 100")
    head = office.done("ledger", "verify")["head"]
    assert office("backup", "verify", str(copy)).code == 3
    assert office("backup", "restore", str(copy)).code == 3
    assert office.done("ledger", "verify")["head"] == head


def test_a_changed_column_is_named_with_exit_3(office):
    issue(office, "100000", contract="HT-1")
    office.done("voucher", "list")
    tamper(office.database, "UPDATE organisation SET name = '别的公司' WHERE id = 2")
    answer = office("ledger", "verify")
    assert answer.code == 3
    found = [(one["table"], one["key"], one["column"]) for one in answer.json["findings"]]
    assert ("organisation", 2, "name") in found
