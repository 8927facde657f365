"""Two readers of one description: the page's own, and the program's. On every text they have to agree.

The vectors are a JSON file that the program's signer writes; the page gets the texts, never a piece of the program.
"""

from __future__ import annotations

import dataclasses
import json
import random
from datetime import date

import base45
import cbor2
import pytest

from voucher_app.domain.money import Money
from voucher_app.printing.signing import PREFIX
from voucher_app.services.certificate import verify_offline

from .conftest import NO_WEBCRYPTO, TODAY, TOKEN

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
LIMITS = (
    {"face_fen": 0},
    {"face_fen": 10**15, "journal_seq": 2**40},
    {"face_fen": 2**64 - 1, "journal_seq": 2**64 - 1},
    {"use_by": date.min, "redeem_by": date.max},
    {"use_by": date(1999, 12, 31), "redeem_by": date(2026, 11, 21)},
    {"redeem_by": date(2026, 11, 20)},
    {"number": "", "uscc": ""},
    {"number": "晋\ufeff\U00030ede", "uscc": "x" * 200},
    {"number": "SX-2026-000001-4"},
)


def spelled(parts):
    return PREFIX + base45.b45encode(cbor2.dumps(parts)).decode()


def wrapped(content):
    return PREFIX + base45.b45encode(content).decode()


def altered_content(text, rng):
    """Return texts whose CBOR was changed in ways that a flipped character rarely reaches."""
    parts = cbor2.loads(base45.b45decode(text[5:]))
    content = base45.b45decode(text[5:])
    for place, value in [
        (0, True), (0, 2), (0, 1.0), (0, -1), (0, 2**64 - 1), (1, b""), (1, b"abc"), (2, 5), (2, b"SX"), (4, 1.0),
        (4, -1), (4, 2**64 - 1),
        (5, "2027-02-03"), (5, 10**9), (5, -730_120), (5, 2_921_940), (5, -730_119), (7, -1), (7, None), (8, b"short"),
        (9, b""), (9, bytes(64)), (9, bytes(65)), (2, "SX-2026-000124-4"), (3, "91140100MA0CMJRAM1"), (4, 12_345_679),
        (4, 1), (5, 9_999), (6, 20_000), (7, 1), (8, bytes(16)),
    ]:  # fmt: skip
        yield spelled([*parts[:place], value, *parts[place + 1 :]])
    yield spelled(parts[:9])
    yield spelled([*parts, 0])
    yield spelled({"a": 1})
    yield wrapped(b"\x9f" + b"".join(cbor2.dumps(part) for part in parts) + b"\xff")
    yield wrapped(content + b"\x00")
    yield wrapped(b"\x8a" + b"\x18\x01" + content[2:])  # 1 in two bytes
    for hostile in (b"\x81" * 400, b"\x9f" * 300, b"\x5b" + b"\x7f" + b"\xff" * 7, b"\xc0\x60", b"\xff", b"", b"\x8a"):
        yield wrapped(hostile)
    for place in range(len(content) * 8):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        yield wrapped(bytes(changed))
    for _ in range(300):
        yield wrapped(rng.randbytes(rng.randrange(1, 200)))
        yield PREFIX + "".join(rng.choices(ALPHABET, k=rng.randrange(300)))
    scalar = int.from_bytes(parts[9][32:], "little") + 2**252 + 27742317777372353535851937790883648493
    yield spelled([*parts[:9], parts[9][:32] + scalar.to_bytes(32, "little")])


@pytest.fixture(scope="module")
def corpus(signer, stranger, tmp_path_factory):
    """A JSON file of texts, each with what the program says of it."""
    rng = random.Random(20261121)
    text = signer.sign(TOKEN)
    texts = [text, stranger.sign(TOKEN), *(signer.sign(dataclasses.replace(TOKEN, **one)) for one in LIMITS)]
    texts += altered_content(text, rng)
    texts += [text + sign for sign in (*ALPHABET, "\n", "é", "000", text)] + [sign + text for sign in ALPHABET]
    texts += [text.lower(), text + "0" * 1_000, "", "SLQ1:", "SLQ1", "SLQ2:" + text[5:], "slq1:" + text[5:]]
    keys = [signer.public_key()]
    told = [verify_offline(one, signer=signer, keys=keys, on=TODAY) for one in texts]
    file = tmp_path_factory.mktemp("vectors") / "vectors.json"
    vectors = [{"text": one, "reason": said.reason} for one, said in zip(texts, told, strict=True)]
    file.write_text(json.dumps(vectors, ensure_ascii=True), encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture
def listless(make_file):
    """A page without a list, which therefore knows as much as the program with nothing but the key."""
    return make_file(ended=())


@pytest.mark.parametrize("scripts", [[], [NO_WEBCRYPTO]], ids=["webcrypto", "library"])
def test_the_page_and_the_program_say_the_same_of_every_text(open_page, listless, corpus, scripts):
    said = open_page(listless, scripts=scripts).reasons([one["text"] for one in corpus])
    told = [one["reason"].replace("valid_offline", "valid") for one in corpus]
    assert {"valid", "expired", "form", "key", "signature"} == set(told)
    differing = [
        (one["text"], mine, theirs) for one, mine, theirs in zip(corpus, said, told, strict=True) if mine != theirs
    ]
    assert differing == []


def test_every_single_changed_character_is_refused(open_page, listless, signer):
    """Every place, every other sign of the alphabet, and some that are not in it."""
    text = signer.sign(TOKEN)
    page = open_page(listless)
    changed = [
        text[:place] + wrong + text[place + 1 :]
        for place, right in enumerate(text)
        for wrong in (ALPHABET + "a\0é").replace(right, "")
    ]
    assert len(changed) > 9_000
    assert set(page.reasons(changed)) <= {"form", "key", "signature"}
    assert page.reasons([text]) == ["valid"]


def test_every_changed_character_is_refused_by_the_library_too(open_page, listless, signer):
    text = signer.sign(TOKEN)
    page = open_page(listless, scripts=[NO_WEBCRYPTO])
    changed = [
        text[:place] + ALPHABET[(ALPHABET.index(right) + 1 + place % 44) % 45] + text[place + 1 :]
        for place, right in enumerate(text)
    ]
    assert "valid" not in page.reasons(changed)
    assert page.reasons([text]) == ["valid"]


def test_a_text_cut_short_or_with_something_cut_out_is_refused(open_page, listless, signer):
    text = signer.sign(TOKEN)
    cut = [text[:end] for end in range(len(text))] + [text[:at] + text[at + 1 :] for at in range(len(text))]
    assert set(open_page(listless).reasons(cut)) <= {"form", "key", "signature"}


def test_a_thousand_genuine_tokens_are_all_read(open_page, listless, signer):
    rng = random.Random(11)
    tokens = [
        dataclasses.replace(
            TOKEN,
            number=f"SX-2026-{rng.randrange(10**6):06d}-{rng.choice('0123456789X')}",
            face_fen=rng.randrange(10 ** rng.randrange(1, 12)),
            journal_seq=rng.randrange(10**6),
            chain_head=rng.randbytes(16),
        )
        for _ in range(1_000)
    ]
    assert set(open_page(listless).reasons([signer.sign(token) for token in tokens])) == {"valid"}


def test_amounts_are_written_as_the_program_writes_them(open_page, listless):
    rng = random.Random(5)
    fens = [
        0,
        1,
        9,
        10,
        11,
        99,
        100,
        101,
        110,
        1_000,
        10_053,
        10_700_053,
        100_000_000,
        140_950,
        600_714,
        168_032,
        32_500,
    ]
    fens += [digit * 10**power for power in range(16) for digit in (1, 5)] + [10**15]
    fens += [10**power + 10**lower for power in range(2, 15) for lower in range(power)]
    fens += [int("".join(rng.choices("00012345", k=rng.randrange(1, 16)))) for _ in range(4_000)]
    page = open_page(listless).page
    said = page.evaluate(
        "(all) => all.map((fen) => [slqAmount.inFigures(BigInt(fen)), slqAmount.inCapitals(BigInt(fen))])",
        [str(fen) for fen in fens],
    )
    assert said == [[Money(fen).in_yuan(), Money(fen).in_capitals()] for fen in fens]
