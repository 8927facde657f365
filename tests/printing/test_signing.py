"""The signed token: what it says comes back, and nothing else passes for it."""

from __future__ import annotations

import dataclasses
import os
import random
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from voucher_app.domain.errors import InvalidInput
from voucher_app.printing.signing import LONGEST_TEXT, PREFIX, OfficeSigner
from voucher_app.services.papers import BrokenToken
from voucher_app.services.ports.errors import StorageError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@pytest.fixture(scope="module")
def text(signer, token):
    return signer.sign(token)


def refuse(signer, text, keys=None):
    with pytest.raises(BrokenToken) as caught:
        signer.read(text, [signer.public_key()] if keys is None else keys)
    return caught.value.code


def spelled(parts):
    return PREFIX + base45.b45encode(cbor2.dumps(parts)).decode()


def parts_of(text):
    return cbor2.loads(base45.b45decode(text.removeprefix(PREFIX)))


def test_what_was_signed_comes_back(signer, token, text):
    assert signer.read(text, [signer.public_key()]) == token


@pytest.mark.parametrize(
    "changes",
    [
        {"face_fen": 0, "journal_seq": 0},
        {"face_fen": 10**15, "journal_seq": 2**40},
        {"use_by": date.min, "redeem_by": date.max},
        {"use_by": date(1999, 12, 31), "redeem_by": date(2000, 1, 1)},
        {"number": "", "uscc": ""},
    ],
)
def test_facts_at_their_limits_come_back(signer, token, changes):
    changed = dataclasses.replace(token, **changes)
    assert signer.read(signer.sign(changed), [signer.public_key()]) == changed


def test_the_same_token_gives_the_same_text(signer, token, text):
    assert signer.sign(token) == text


def test_the_text_stays_in_the_dense_mode_and_small(text):
    assert set(text) <= set(ALPHABET)
    assert len(text) <= 311, "the most a QR code of version 10-M takes"


def test_every_single_changed_character_is_refused(signer, text):
    for place, right in enumerate(text):
        for wrong in ALPHABET.replace(right, "") + "a\x00é":
            refuse(signer, text[:place] + wrong + text[place + 1 :])


def test_every_flipped_bit_is_refused(signer, text):
    content = base45.b45decode(text.removeprefix(PREFIX))
    for place in range(len(content) * 8):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        refuse(signer, PREFIX + base45.b45encode(bytes(changed)).decode())


def test_a_text_cut_short_or_with_something_added_is_refused(signer, text):
    for end in range(len(text)):
        refuse(signer, text[:end])
    for addition in (*ALPHABET, "\n", " ", "000", text):
        refuse(signer, text + addition)
        refuse(signer, addition + text)
    refuse(signer, text.lower())


def test_random_bytes_are_refused_and_never_crash(signer):
    rng = random.Random(20260203)
    for _ in range(3_000):
        refuse(signer, PREFIX + base45.b45encode(rng.randbytes(rng.randrange(1, 200))).decode())
        refuse(signer, PREFIX + "".join(rng.choices(ALPHABET, k=rng.randrange(300))))


@pytest.mark.parametrize(
    "content",
    [
        b"\x81" * 400,  # nested deeper than anyone means
        b"\x9f" * 300,
        b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",  # a byte string of half the universe
        b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\xc0\x60",  # a date that is none
        b"\xd8\x23\x61(",  # a pattern that is none
        b"\xd8\x1d\x00",  # a reference to nothing
        b"\xff",
        b"",
    ],
)
def test_hostile_cbor_is_only_a_wrong_form(signer, content):
    assert refuse(signer, PREFIX + base45.b45encode(content).decode()) == "form"


def test_another_spelling_of_the_same_facts_is_refused(signer, text):
    parts = parts_of(text)
    assert spelled(parts) == text
    indefinite = b"\x9f" + b"".join(cbor2.dumps(part) for part in parts) + b"\xff"
    assert refuse(signer, PREFIX + base45.b45encode(indefinite).decode()) == "form"
    longer = base45.b45decode(text.removeprefix(PREFIX)) + b"\x00"
    assert refuse(signer, PREFIX + base45.b45encode(longer).decode()) == "form"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, True), (1, b""), (2, 5), (4, 1.0), (4, -1), (5, "2027-02-03"), (5, 10**9), (7, -1), (8, b"short"), (9, b""),
        (5, (date.min - date(2000, 1, 1)).days - 1), (6, (date.max - date(2000, 1, 1)).days + 1),
    ],
)  # fmt: skip
def test_a_part_of_the_wrong_kind_is_a_wrong_form(signer, text, place, value):
    parts = parts_of(text)
    parts[place] = value
    assert refuse(signer, spelled(parts)) == "form"


@pytest.mark.parametrize(("place", "value"), [(2, "SX-2026-000124-4"), (4, 100_000_001), (5, 9_999), (7, 1)])
def test_changed_facts_are_a_wrong_signature(signer, text, place, value):
    parts = parts_of(text)
    parts[place] = value
    assert refuse(signer, spelled(parts)) == "signature"


def test_the_signature_in_its_other_spelling_is_refused(signer, text):
    order = 2**252 + 27742317777372353535851937790883648493
    parts = parts_of(text)
    scalar = int.from_bytes(parts[9][32:], "little") + order
    parts[9] = parts[9][:32] + scalar.to_bytes(32, "little")
    assert refuse(signer, spelled(parts)) == "signature"


def test_another_algorithm_byte_finds_no_key(signer, text):
    parts = parts_of(text)
    parts[0] = 2
    assert refuse(signer, spelled(parts)) == "key"


def test_a_token_of_an_unknown_office_is_a_wrong_key(signer, text, tmp_path):
    stranger = OfficeSigner(tmp_path / "stranger.pem")
    assert refuse(signer, text, keys=[stranger.make_key()]) == "key"
    assert refuse(signer, text, keys=[]) == "key"


def test_a_foreign_key_under_our_identifier_is_a_wrong_signature(signer, text, tmp_path):
    stranger = OfficeSigner(tmp_path / "stranger.pem").make_key()
    disguised = dataclasses.replace(stranger, key_id=signer.public_key().key_id)
    assert refuse(signer, text, keys=[disguised]) == "signature"
    assert signer.read(text, [disguised, signer.public_key()]).face_fen == 100_000_000


def test_a_key_of_an_algorithm_that_is_not_built_in_has_signed_nothing(signer, text):
    foreign = dataclasses.replace(signer.public_key(), algorithm=2)
    key, signature = signer.public_key(), signer.sign_message(b"x")
    told = [
        signer.is_signed(*asked)
        for asked in ((key, b"x", signature), (key, b"y", signature), (foreign, b"x", signature))
    ]
    assert told == [True, False, False]
    parts = parts_of(text)
    parts[0] = 2
    assert refuse(signer, spelled(parts), keys=[foreign]) == "signature"


def test_a_text_longer_than_any_token_is_not_even_decoded(signer, text, monkeypatch):
    def decoded(given):
        raise AssertionError(given[:80])

    monkeypatch.setattr(base45, "b45decode", decoded)
    for foreign in (text + "0" * LONGEST_TEXT, text.removeprefix(PREFIX), text.replace("SLQ1", "SLQ2"), text + "é"):
        assert refuse(signer, foreign) == "form"


def test_papers_of_every_release_are_read_alike_by_whoever_knows_the_published_form(signer, token, text):
    """Days are counted from the first of January 2000; the signature is over the prefix's name and the nine facts."""
    *facts, signature = parts_of(text)
    days = [(day - date(2000, 1, 1)).days for day in (token.use_by, token.redeem_by)]
    key = signer.public_key()
    assert facts == [
        1, bytes.fromhex(key.key_id), token.number, token.uscc, token.face_fen, *days, token.journal_seq,
        token.chain_head,
    ]  # fmt: skip
    public = ed25519.Ed25519PublicKey.from_public_bytes(key.raw)
    public.verify(signature, b"SLQ1" + cbor2.dumps(facts))


def test_the_check_code_is_eight_digits_of_the_text(signer, text):
    code = signer.check_code(text)
    assert len(code) == 9
    assert code[4] == "-"
    assert set(code) <= set("0123456789ABCDEF-")
    assert signer.check_code(text) == code
    assert signer.check_code(text + "0") != code


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    file = tmp_path / "new" / "folders" / "office.pem"
    key = OfficeSigner(file).make_key()
    assert OfficeSigner(file).public_key() == OfficeSigner(file).make_key() == key
    assert [found.name for found in file.parent.iterdir()] == ["office.pem"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_that_was_lost_is_told_and_never_replaced_silently(signer, token, tmp_path):
    file = tmp_path / "office.pem"
    lost = OfficeSigner(file)
    for call in (lost.public_key, lambda: lost.sign(token)):
        with pytest.raises(StorageError) as caught:
            call()
        assert (caught.value.code, caught.value.path) == ("key_missing", str(file))
    assert list(tmp_path.iterdir()) == []
    # What was signed before is read all the same.
    assert lost.read(signer.sign(token), [signer.public_key()]) == token


def test_another_key_takes_the_place_of_the_first_which_is_kept(token, tmp_path):
    file = tmp_path / "office.pem"
    office = OfficeSigner(file)
    first, text, content = office.make_key(), office.sign(token), file.read_bytes()
    with office.new_key() as second:
        assert office.public_key() == first, "until the block ends"
    assert office.public_key() == OfficeSigner(file).public_key() == second != first
    (kept,) = [found for found in tmp_path.iterdir() if found != file]
    assert kept.read_bytes() == content
    assert office.read(text, [second, first]) == token
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize("links", [True, False])
def test_another_key_is_made_where_the_first_was_lost_and_on_a_stick_without_links(tmp_path, monkeypatch, links):
    office = OfficeSigner(tmp_path / "office.pem")
    with office.new_key() as first:
        pass
    assert office.public_key() == first
    if not links:
        monkeypatch.setattr(os, "link", lambda *_names: (_ for _ in ()).throw(PermissionError(1, "no")))
    with office.new_key() as second:
        pass
    assert office.public_key() == second
    assert len(list(tmp_path.iterdir())) == 2


def test_a_key_whose_block_fails_leaves_everything_as_it_was(tmp_path):
    office = OfficeSigner(tmp_path / "office.pem")
    first = office.make_key()
    for changing in (office.new_key(), office.protected(None)):
        with pytest.raises(ZeroDivisionError), changing:
            raise ZeroDivisionError
    assert office.public_key() == OfficeSigner(tmp_path / "office.pem").public_key() == first
    assert [found.name for found in tmp_path.iterdir()] == ["office.pem"]


def test_two_programs_that_make_the_key_at_once_agree_on_one(tmp_path):
    signers = [OfficeSigner(tmp_path / "office.pem") for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda signer: signer.make_key(), signers))
    assert len(keys) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_public_key_survives_its_file(signer, tmp_path):
    signer.export_public_key(signer.public_key(), tmp_path / "public.pem")
    assert signer.load_public_key(tmp_path / "public.pem") == signer.public_key()
    assert b"PRIVATE" not in (tmp_path / "public.pem").read_bytes()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_file_that_is_no_key_is_named_as_such(signer, tmp_path, content):
    (tmp_path / "some.pem").write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        signer.load_public_key(tmp_path / "some.pem")
    assert caught.value.code == "public_key"
    with pytest.raises(InvalidInput) as caught:
        OfficeSigner(tmp_path / "some.pem").public_key()
    assert caught.value.code == "private_key"
    assert (tmp_path / "some.pem").read_bytes() == content


def test_a_file_that_only_has_a_key_inside_is_none(signer, tmp_path):
    file = tmp_path / "public.pem"
    signer.export_public_key(signer.public_key(), file)
    pem = file.read_bytes()
    for content in (b"\n" + pem + b"\r\n ", pem.replace(b"\n", b"\r\n")):
        file.write_bytes(content)
        assert signer.load_public_key(file) == signer.public_key()
    for content in (b"PK\x03\x04" + pem, pem + b"x", pem + pem, b"# our key\n" + pem):
        file.write_bytes(content)
        with pytest.raises(InvalidInput) as caught:
            signer.load_public_key(file)
        assert caught.value.code == "public_key"


def test_a_key_of_another_kind_or_under_a_passphrase_is_refused(signer, tmp_path):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.Encoding.PEM
    (tmp_path / "rsa.pub").write_bytes(
        other.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(InvalidInput):
        signer.load_public_key(tmp_path / "rsa.pub")
    pkcs8 = serialization.PrivateFormat.PKCS8
    (tmp_path / "rsa.pem").write_bytes(other.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    locked = ed25519.Ed25519PrivateKey.generate().private_bytes(
        pem, pkcs8, serialization.BestAvailableEncryption(b"secret")
    )
    (tmp_path / "locked.pem").write_bytes(locked)
    for name in ("rsa.pem", "locked.pem"):
        with pytest.raises(InvalidInput):
            OfficeSigner(tmp_path / name).public_key()
