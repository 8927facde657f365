"""Backups on the command line: made, verified, restored; and a ledger that was tampered with."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from sqlite_utils.db import sqlite3

from .conftest import PREPARER, REVIEWER, Shell, issue

KEPT = Path(__file__).parents[1] / "storage" / "upgrades" / "office-v1.db.gz"


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
    error = answer.json["error"]
    assert error["kind"] == "integrity"
    assert [one["message"] for one in error["violations"]] == [one["message"] for one in answer.json["findings"]]
    assert {"rule", "message", "found", "allowed"} == set(error["violations"][0])


@pytest.fixture
def old(tmp_path):
    """A data file of schema version 1."""
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(KEPT.read_bytes()))
    return path


def test_a_backup_of_an_older_version_is_sound_and_said_to_be_older(empty_shell, old):
    document = empty_shell.done("backup", "verify", str(old))
    assert (document["clean"], document["schema_version"], document["is_of_older_version"]) == (True, 1, True)
    assert "升级" in empty_shell("backup", "verify", str(old), as_json=False).out
    tamper(old, "UPDATE voucher SET face_fen = face_fen + 100 WHERE id = 1")
    assert empty_shell("backup", "verify", str(old)).code == 3


def test_a_backup_of_an_older_version_is_restored_and_upgraded_when_it_is_opened(empty_shell, old):
    restored = empty_shell.done("backup", "restore", str(old))
    assert restored["schema_version"] == 1
    assert empty_shell.done("ledger", "verify")["schema_version"] == 1, "looking at a file changes nothing"
    answer = empty_shell("year", "show", "2026", by=None)
    assert answer.code == 0
    assert answer.json["unissued_fen"] == 428_420_600_0
    assert "升级" in answer.err
    assert "office.before-v4.db" in answer.err
    assert empty_shell("year", "show", "2026", by=None).err == ""
    assert empty_shell.done("ledger", "verify")["schema_version"] == 3
    assert empty_shell.done("backup", "verify", str(empty_shell.database.with_name("office.before-v4.db")))["clean"]


def test_an_older_file_that_does_not_verify_is_refused_in_words(tmp_path, old):
    tamper(old, "UPDATE voucher SET face_fen = face_fen + 100 WHERE id = 1")
    shell = Shell(old)
    answer = shell("year", "show", "2026", by=None)
    assert answer.code == 3
    message = answer.json["error"]["violations"][0]["message"]
    assert "face_fen" in message
    assert "备份" in message


def test_a_backup_under_a_password_is_made_listed_tried_out_and_restored(office, tmp_path):
    number = issue(office, "100000", contract="HT-1")
    password = tmp_path / "password"
    password.write_text("a password of nobody\n", encoding="utf-8")
    password.chmod(0o600)
    sealed = office.database.parent / "office.slqbak"
    assert office("backup", "create", str(sealed)).code == 2  # no terminal to ask on
    assert office("backup", "create", str(tmp_path / "copy.db"), "--password-file", str(password)).code == 2
    assert office.done("backup", "create", str(sealed), "--password-file", str(password))["sealed"]
    (listed,) = office.done("backup", "list")["backups"]
    assert listed["is_sealed"]
    assert office.done("backup", "verify", str(sealed), "--password-file", str(password))["clean"]
    drill = office.done("backup", "drill", str(sealed), "--password-file", str(password))
    assert drill["clean"]
    assert drill["attachments_missing"] == 0
    office.done("voucher", "void", number, "--reason", "x", by=REVIEWER)
    office.done("backup", "restore", str(sealed), "--password-file", str(password))
    assert office.done("voucher", "show", number)["status"] == "usable"
    password.write_text("another password\n", encoding="utf-8")
    assert office("backup", "restore", str(sealed), "--password-file", str(password)).code == 3


def test_an_import_is_preceded_by_a_backup_that_brings_back_what_was(office):
    before = office.done("ledger", "verify")["records"]
    registry = Path(__file__).parents[2] / "resources" / "registry" / "facilities.csv"
    office.done("provider", "import", str(registry), by=PREPARER)
    folder = office.database.with_name(f"{office.database.name}.backups")
    (kept,) = folder.glob("*-before-import.db")
    assert office.done("backup", "verify", str(kept))["records"] == before
    assert office.done("ledger", "verify")["records"] > before
