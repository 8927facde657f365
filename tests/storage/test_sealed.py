"""Files under a password: whole or refused, whatever is done to them."""

from __future__ import annotations

import io
import json

import pytest

from voucher_app.storage import sealed
from voucher_app.storage.sealed import BrokenSeal, Opener, Sealer

PASSWORD = "correct horse battery"  # noqa: S105 - of an invented file
QUICK = 2**4
CHUNK = 64


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Chunks of 64 bytes, so that a small content has many, and a key that costs nothing."""
    original = sealed.Head

    def head(*facts, **more):
        return original(*facts, **{"chunk": CHUNK, **more})

    monkeypatch.setattr(sealed, "Head", head)


def seal(content: bytes) -> bytes:
    target = io.BytesIO()
    with Sealer(target, PASSWORD, made_at="2026-11-21T00:00:00+00:00", n=QUICK) as sealer:
        for start in range(0, len(content), 37):
            sealer.write(content[start : start + 37])
    return target.getvalue()


def opened(data: bytes, password: str = PASSWORD) -> bytes:
    with Opener(io.BytesIO(data), password) as opener:
        content = opener.read()
        opener.finish()
    return content


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 1000])
def test_what_was_sealed_comes_back(size):
    content = bytes(range(256)) * 4
    assert opened(seal(content[:size])) == content[:size]


def test_every_flipped_byte_and_every_cut_is_refused():
    whole = seal(bytes(range(200)))
    for place in range(len(whole)):
        broken = bytearray(whole)
        broken[place] ^= 1
        with pytest.raises(BrokenSeal):
            opened(bytes(broken))
    for end in range(len(whole)):
        with pytest.raises(BrokenSeal):
            opened(whole[:end])
    with pytest.raises(BrokenSeal):
        opened(whole + b"x")


def test_chunks_cannot_change_places_nor_come_from_another_file():
    whole = seal(bytes(4 * CHUNK + 5))
    start = len(whole) - 4 * (CHUNK + 16) - (5 + 16)
    record = CHUNK + 16
    chunks = [whole[start + place * record : start + (place + 1) * record] for place in range(5)]
    for order in ([1, 0, 2, 3, 4], [0, 1, 2, 4], [0, 0, 1, 2, 3, 4], [4]):
        with pytest.raises(BrokenSeal):
            opened(whole[:start] + b"".join(chunks[place] for place in order))
    other = seal(bytes(4 * CHUNK + 5))
    with pytest.raises(BrokenSeal):
        opened(whole[:start] + other[start : start + record] + whole[start + record :])


def test_a_wrong_password_opens_nothing_and_the_content_is_not_in_the_file():
    whole = seal(b"canary-of-an-office" * 9)
    with pytest.raises(BrokenSeal):
        opened(whole, "wrong horse battery")
    assert b"canary" not in whole
    assert seal(b"same") != seal(b"same")


@pytest.mark.parametrize(
    "facts",
    [{"n": 2**30}, {"n": 3}, {"r": 1000}, {"p": 100}, {"chunk": 2**40}, {"prefix": "00"}, {"salt": "zz"}, {"x": 1}],
)
def test_a_hostile_head_asks_for_no_work(facts):
    whole = seal(b"content")
    length = int.from_bytes(whole[8:12], "big")
    head = json.loads(whole[12 : 12 + length]) | facts
    raw = json.dumps(head).encode()
    with pytest.raises(BrokenSeal):
        opened(whole[:8] + len(raw).to_bytes(4, "big") + raw + whole[12 + length :])
