"""SM3 by the standard's own examples and at the edges of its blocks."""

from __future__ import annotations

import hashlib

import pytest

from voucher_app.domain.sm3 import sm3


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_the_standards_examples(message, digest):
    assert sm3(message) == digest


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this Python has no SM3 to compare with")
@pytest.mark.parametrize("length", [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000])
def test_every_length_around_a_block_is_as_openssl_has_it(length):
    message = bytes(number % 251 for number in range(length))
    assert sm3(message) == hashlib.new("sm3", message).hexdigest()
