"""Checkpoints: three lines, signed; every changed byte is found, and a history that was cut or forked too."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import shutil
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.printing import tray
from voucher_app.services import checkpoint, history, office_key
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import new_request_id


@pytest.fixture
def file(desk, tmp_path):
    desk.issued(Money(5_000))
    checkpoint.write(desk.workspace, file=tmp_path / "checkpoint.txt")
    return tmp_path / "checkpoint.txt"


def read(desk, file):
    return checkpoint.read(file, signer=desk.workspace.signer(), keys=desk.queries.public_keys())


def test_it_says_origin_count_and_hash_of_the_journal(desk, file):
    seq, head = desk.queries.journal_head()
    origin, count, digest, empty, signed, end = file.read_text(encoding="utf-8").split("\n")
    assert origin == f"voucher-office/{desk.queries.office().file_id}"
    assert (int(count), base64.b64decode(digest).hex(), empty, end) == (seq, head, "", "")
    assert signed.startswith(f"— {origin} ")
    found = read(desk, file)
    assert (found.record_count, found.hash, found.key_id) == (seq, head, office_key.current_key(desk.workspace).key_id)
    assert checkpoint.is_extended(desk.workspace, found)


def test_it_is_a_signed_note_that_other_programs_verify(desk, file):
    """C2SP signed-note: four bytes name the key, sixty-four are Ed25519 over the text before the empty line."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    text, _empty, last = file.read_text(encoding="utf-8").partition("\n\n")
    _dash, name, encoded = last.strip().split(" ")
    blob, key = base64.b64decode(encoded), office_key.current_key(desk.workspace)
    assert blob[:4] == hashlib.sha256(f"{name}\n".encode() + b"\x01" + key.raw).digest()[:4]
    Ed25519PublicKey.from_public_bytes(key.raw).verify(blob[4:], f"{text}\n".encode())


def test_every_changed_byte_is_found(desk, file):
    content = file.read_bytes()
    for place in range(len(content)):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(InvalidInput, match="checkpoint"):
            read(desk, file)
    for cut in (b"", content[:-1], content + b"x", content * 2):
        file.write_bytes(cut)
        with pytest.raises(InvalidInput, match="checkpoint"):
            read(desk, file)


def test_a_later_history_extends_it_and_a_rolled_back_one_does_not(desk, file, tmp_path):
    found = read(desk, file)
    before = tmp_path / "before.db"
    desk.workspace.data_file.back_up(before)
    for key in desk.path.parent.glob("*.pem"):
        shutil.copyfile(key, before.with_name(key.name.replace(desk.path.name, before.name)))
    desk.issued(Money(6_000))
    later = tmp_path / "later.txt"
    checkpoint.write(desk.workspace, file=later)
    assert checkpoint.is_extended(desk.workspace, found)
    restored = make_workspace(before, on=desk.today, any_history=True)
    assert checkpoint.is_extended(restored, found)
    assert not checkpoint.is_extended(restored, read(desk, later)), "rolled back"
    desk.tamper(("UPDATE journal SET hash = ? WHERE seq = ?", "0" * 64, found.record_count))
    assert not checkpoint.is_extended(desk.workspace, found), "rewritten"
    restored.data_file.close()


def test_another_offices_checkpoint_is_none_of_ours(desk, file, make_desk, tmp_path):
    (tmp_path / "other").mkdir()
    other = make_desk(tmp_path / "other", changes={})
    with pytest.raises(InvalidInput, match="checkpoint_signature"):
        read(other, file)
    assert not checkpoint.is_extended(other.workspace, read(desk, file))
    other.close()


def test_it_is_never_written_over_a_file(desk, file):
    with pytest.raises(StorageError, match="exists"):
        checkpoint.write(desk.workspace, file=file)


def test_a_file_that_appears_meanwhile_is_not_replaced(desk, tmp_path, monkeypatch):
    wanted = tmp_path / "checkpoint.txt"
    beside = tray.write_beside

    def somebody_else_is_first(*given, **named):
        wanted.write_text("of somebody else", encoding="utf-8")
        return beside(*given, **named)

    monkeypatch.setattr(tray, "write_beside", somebody_else_is_first)
    with pytest.raises(StorageError, match="exists"):
        checkpoint.write(desk.workspace, file=wanted)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith((".", "checkpoint"))] == ["checkpoint.txt"]
    assert wanted.read_text(encoding="utf-8") == "of somebody else"


def test_where_it_cannot_be_written_that_is_told_with_the_name_and_nothing_is_remembered(desk, tmp_path, memory):
    (tmp_path / "file").write_bytes(b"")
    wanted = tmp_path / "file" / "checkpoint.txt"
    with pytest.raises(StorageError) as refused:
        checkpoint.write(desk.workspace, file=wanted)
    assert (refused.value.code, refused.value.path) == ("output", str(wanted))
    assert refused.value.detail
    assert not list(memory.glob("*")), "nobody has that checkpoint"
    checkpoint.write(desk.workspace, file=tmp_path / "checkpoint.txt")
    assert list(memory.glob("*"))


def test_no_more_of_a_file_is_read_than_a_checkpoint_can_hold(desk, file):
    """What follows after 4,096 bytes is never looked at, so that a file of any size costs the same."""
    content = file.read_bytes()
    padded = content + b"\n" * (4_096 - len(content))
    for changed in (padded, padded + b"x", padded + bytes(10_000)):
        file.write_bytes(changed)
        with pytest.raises(InvalidInput, match="checkpoint"):
            read(desk, file)


def test_a_file_that_cannot_be_read_is_told(desk, tmp_path):
    with pytest.raises(StorageError, match="missing_file"):
        read(desk, tmp_path / "none.txt")


def test_the_same_record_is_signed_alike_also_later(desk, file):
    first = read(desk, file)
    desk.issued(Money(7_000))
    assert checkpoint.make(desk.workspace, first.record_count) == first


def test_an_earlier_key_of_the_office_is_trusted_all_the_same(desk, file):
    office_key.new_key(desk.workspace, reason="更换", operator=desk.preparer, request_id=new_request_id())
    assert read(desk, file).key_id != office_key.current_key(desk.workspace).key_id


# ------------------------------------------------------------------------------------------- what a computer remembers


def opening(desk, file):
    make_workspace(file, on=desk.today).data_file.close()


def test_an_old_copy_is_not_opened_where_a_later_checkpoint_was_made(desk, tmp_path, memory):
    old = tmp_path / "old.db"
    desk.workspace.data_file.back_up(old)
    opening(desk, old)
    desk.issued(Money(5_000))
    checkpoint.write(desk.workspace, file=tmp_path / "checkpoint.txt")
    opening(desk, desk.path)
    with pytest.raises(StorageError, match="other_history"):
        opening(desk, old)
    assert history.accept_history(make_workspace(old, any_history=True), reason="新机损毁").record_count
    opening(desk, old)
    assert "新机损毁" in (memory / "accepted.txt").read_text(encoding="utf-8")


def test_a_checkpoint_that_is_shown_is_remembered_and_an_earlier_one_does_not_take_its_place(
    desk, file, tmp_path, memory
):
    (kept,) = memory.iterdir()
    kept.unlink()
    early = read(desk, file)
    old = tmp_path / "old.db"
    desk.workspace.data_file.back_up(old)
    desk.issued(Money(7_000))
    late = checkpoint.make(desk.workspace)
    assert checkpoint.is_extended(desk.workspace, late)
    assert not kept.exists(), "who asks has remembered nothing"
    checkpoint.keep(desk.workspace, late)
    checkpoint.keep(desk.workspace, early)
    assert str(late.record_count) in kept.read_text(encoding="utf-8").splitlines()
    with pytest.raises(StorageError, match="other_history"):
        opening(desk, old)


def test_a_fork_that_grew_longer_than_the_checkpoint_is_not_opened(desk, file, tmp_path):
    fork = tmp_path / "fork.db"
    desk.workspace.data_file.back_up(fork)
    desk.issued(Money(7_000))
    checkpoint.keep(desk.workspace, checkpoint.make(desk.workspace))
    other = dataclasses.replace(desk, path=fork)
    other.workspace = make_workspace(fork, on=desk.today, any_history=True)
    for _ in range(3):
        other.issued(Money(8_000))
    other.close()
    with pytest.raises(StorageError, match="other_history"):
        opening(desk, fork)


def test_another_office_and_a_memory_that_cannot_be_read_stop_nothing(desk, file, memory, make_desk, tmp_path):
    (tmp_path / "other").mkdir()
    other = make_desk(tmp_path / "other", changes={})
    opening(other, other.path)
    other.close()
    (kept,) = memory.iterdir()
    for content in (b"", b"\xff\xfe", b"x\ny\nz\n"):
        kept.write_bytes(content)
        opening(desk, desk.path)


def test_nothing_known_is_nothing_to_accept(desk):
    assert history.accept_history(desk.workspace, reason="x") is None


def test_a_clock_that_went_back_is_told_and_one_that_differs_a_little_is_not(desk):
    clock = desk.workspace.clock
    last = max(datetime.fromisoformat(desk.workspace.data_file.glance.last_recorded_at()), clock.now())
    for behind, is_told in ((timedelta(minutes=2), False), (timedelta(minutes=20), True), (-timedelta(days=1), False)):
        now = last - behind
        workspace = dataclasses.replace(desk.workspace, clock=SimpleNamespace(now=lambda now=now: now))
        assert (history.clock_behind(workspace) is not None) == is_told
