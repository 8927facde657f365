from __future__ import annotations

import os
import shutil

import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite import backup
from voucher_app.storage.sqlite.backup import restore, verify_file


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder / "office-2026.db"


def refusal(call, *arguments, **options):
    with pytest.raises(StorageError) as refused:
        call(*arguments, **options)
    return refused.value


def names(folder):
    return sorted(file.name for file in folder.iterdir() if not file.name.endswith((".pem", "-shm", "-wal")))


def reopened(desk):
    desk.workspace = make_workspace(desk.path, on=desk.today)
    return desk


def test_a_backup_is_one_verified_file_with_everything_in_it(busy, target):
    verified = busy.workspace.data_file.back_up(target)
    assert (verified.findings, verified.head) == ([], busy.workspace.data_file.verify().head)
    assert names(target.parent) == ["office-2026.db"]
    assert verify_file(target) == verified


def test_a_backup_holds_what_is_still_in_the_log(busy, target):
    busy.issue()
    busy.workspace.data_file.back_up(target)
    assert verify_file(target).head == busy.workspace.data_file.verify().head


def test_a_backup_never_replaces_a_file(busy, target):
    target.write_text("x", encoding="utf-8")
    assert refusal(busy.workspace.data_file.back_up, target).code == "exists"
    assert target.read_text(encoding="utf-8") == "x"


def test_a_backup_never_replaces_a_file_that_appeared_meanwhile(busy, target, monkeypatch):
    make_durable = backup.make_durable

    def and_someone_else_writes(path):
        make_durable(path)
        target.write_text("x", encoding="utf-8")

    monkeypatch.setattr(backup, "make_durable", and_someone_else_writes)
    assert refusal(busy.workspace.data_file.back_up, target).code == "exists"
    assert target.read_text(encoding="utf-8") == "x"
    assert names(target.parent) == ["office-2026.db"]


def test_a_file_that_somebody_else_put_beside_the_backup_is_never_removed(busy, target):
    theirs = [target.with_name(target.name + suffix) for suffix in (".partial", ".restored", ".partial-wal")]
    theirs += [busy.path.with_name(f"office.db{suffix}") for suffix in (".partial", ".restored")]
    for file in theirs:
        file.write_text("mine", encoding="utf-8")
    busy.workspace.data_file.back_up(target)
    busy.close()
    restore(target, busy.path, patience_seconds=0.1)
    assert {file.read_text(encoding="utf-8") for file in theirs} == {"mine"}


@pytest.mark.parametrize("appeared", [False, True])
def test_a_memory_stick_that_knows_no_links_takes_a_backup_too(busy, target, monkeypatch, appeared):
    def no_links(_source, _target):
        if appeared:
            target.write_text("x", encoding="utf-8")
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    if appeared:
        assert refusal(busy.workspace.data_file.back_up, target).code == "exists"
    else:
        assert busy.workspace.data_file.back_up(target).findings == []
        assert verify_file(target).findings == []
    assert names(target.parent) == ["office-2026.db"]


def test_a_backup_needs_its_folder(busy, tmp_path):
    assert refusal(busy.workspace.data_file.back_up, tmp_path / "no" / "x.db").code == "folder_missing"


def test_a_file_that_does_not_verify_gives_no_backup(busy, target):
    busy.tamper("UPDATE organisation SET phone = '1' WHERE id = 1")
    refused = refusal(busy.workspace.data_file.back_up, target)
    assert refused.code == "backup_broken"
    assert "phone" in refused.detail
    assert "Finding(" not in refused.detail
    assert names(target.parent) == []


def test_a_backup_that_failed_halfway_leaves_nothing(busy, target, monkeypatch):
    def fail(_path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "make_durable", fail)
    assert refusal(busy.workspace.data_file.back_up, target).code == "disk_full"
    assert names(target.parent) == []


def test_a_restored_file_is_the_backup_and_the_replaced_one_is_kept(busy, target):
    busy.workspace.data_file.back_up(target)
    before = busy.workspace.data_file.verify().head
    busy.issue()
    after = busy.workspace.data_file.verify().head
    busy.close()
    verified, replaced = restore(target, busy.path, patience_seconds=0.1)
    assert verified.head == before
    assert verify_file(busy.path).head == before
    assert verify_file(replaced).head == after
    assert replaced.name.startswith("office.db.replaced-")
    reopened(busy).issue()
    assert busy.verified() == []


def test_a_backup_is_restored_where_no_file_is(busy, target, tmp_path):
    busy.workspace.data_file.back_up(target)
    path = tmp_path / "elsewhere.db"
    verified, replaced = restore(target, path, patience_seconds=0.1)
    assert (verified.findings, replaced) == ([], None)
    assert verify_file(path).head == verified.head


def test_a_log_that_outlived_its_file_does_not_get_into_the_restored_one(busy, target):
    """Somebody deletes the data file and forgets the log beside it."""
    busy.workspace.data_file.back_up(target)
    before = busy.workspace.data_file.verify().head
    busy.issue()
    log = busy.path.with_name("office.db-wal")
    content = log.read_bytes()
    assert content
    busy.close()
    busy.path.unlink()
    log.write_bytes(content)
    _, replaced = restore(target, busy.path, patience_seconds=0.1)
    assert replaced is None
    assert verify_file(busy.path).head == before
    assert verify_file(busy.path).findings == []


def test_a_damaged_file_is_kept_with_its_log(busy, target):
    busy.workspace.data_file.back_up(target)
    busy.issue()
    content = busy.path.with_name("office.db-wal").read_bytes()
    busy.close()
    damaged = b"not a database" * 100
    busy.path.write_bytes(damaged)
    busy.path.with_name("office.db-wal").write_bytes(content)
    _, replaced = restore(target, busy.path, patience_seconds=0.1)
    assert replaced.read_bytes() == damaged
    assert replaced.with_name(replaced.name + "-wal").read_bytes() == content
    assert verify_file(busy.path).findings == []


@pytest.mark.parametrize("fault", ["tampered", "cut short", "not ours", "missing"])
def test_a_broken_backup_is_refused_and_the_file_stays(busy, target, fault):
    busy.workspace.data_file.back_up(target)
    if fault == "tampered":
        original, busy.path = busy.path, target
        busy.tamper("UPDATE organisation SET phone = '1' WHERE id = 1")
        busy.path = original
    elif fault == "cut short":
        target.write_bytes(target.read_bytes()[:-4096])
    elif fault == "not ours":
        target.write_bytes(b"x" * 9000)
    else:
        target.unlink()
    head = busy.workspace.data_file.verify().head
    busy.close()
    code = refusal(restore, target, busy.path, patience_seconds=0.1).code
    assert (
        code
        == {
            "tampered": "backup_broken",
            "cut short": "damaged",
            "not ours": "not_ours",
            "missing": "missing",
        }[fault]
    )
    assert verify_file(busy.path).head == head
    assert names(busy.path.parent) == ["backups", "office.db"]


def test_a_file_that_is_being_written_is_not_replaced(busy, target):
    busy.workspace.data_file.back_up(target)
    head = busy.workspace.data_file.verify().head
    with busy.shell() as other:
        other.execute("BEGIN IMMEDIATE")
        assert refusal(restore, target, busy.path, patience_seconds=0.05).code == "locked"
        other.execute("ROLLBACK")
    assert verify_file(busy.path).head == head
    assert names(busy.path.parent) == ["backups", "office.db"]


def test_a_restore_that_fails_at_the_last_step_puts_the_file_back(busy, target, monkeypatch):
    busy.workspace.data_file.back_up(target)
    busy.issue()
    head = busy.workspace.data_file.verify().head
    busy.close()
    replace = type(target).replace

    def fail(path, to):
        if path.name.endswith(".restored"):
            raise OSError(5, "Input/output error")
        return replace(path, to)

    monkeypatch.setattr(type(target), "replace", fail)
    assert refusal(restore, target, busy.path, patience_seconds=0.1).code == "disk_error"
    monkeypatch.undo()
    assert verify_file(busy.path).head == head
    assert names(busy.path.parent) == ["backups", "office.db"]


def test_a_backup_may_be_restored_over_itself(busy):
    busy.close()
    verified, replaced = restore(busy.path, busy.path, patience_seconds=0.1)
    assert verify_file(busy.path).head == verified.head == verify_file(replaced).head


def test_a_backup_can_be_used_as_the_office(busy, target, tmp_path):
    busy.workspace.data_file.back_up(target)
    copy = tmp_path / "copy.db"
    shutil.copyfile(target, copy)
    busy.close()
    busy.path = copy
    issued = reopened(busy).issue()
    assert issued[0].face == Money.yuan(160)
    assert busy.verified() == []
