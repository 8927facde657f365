"""Checkpoints: three lines, signed; every changed byte is found, and a history that was cut or forked too."""

from __future__ import annotations

import base64
import hashlib
import shutil

import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.services import checkpoint, office_key
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
    restored = make_workspace(before, on=desk.today)
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
