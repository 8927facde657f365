from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.numbering import VoucherNumber, check_character

SIGNS = string.digits + string.ascii_uppercase + string.ascii_lowercase + "- ０年"
NUMBERS = [
    str(VoucherNumber(year, sequence))
    for year in (2024, 2026, 2099)
    for sequence in (1, 9, 10, 123, 4_711, 65_536, 999_999, 1_000_000, 12_345_678, 999_999_999)
]
"""Some of them end in the check character X."""


def refused(text):
    with pytest.raises(InvalidInput) as refusal:
        VoucherNumber.parse(text)
    assert refusal.value.code == "voucher_number"


def test_a_number_looks_as_printed():
    assert str(VoucherNumber(2026, 123)) == "SX-2026-000123-6"
    assert VoucherNumber.parse(" SX-2026-000123-6\n") == VoucherNumber(2026, 123)


def test_the_check_character_is_the_one_of_chinese_identity_numbers():
    # GB 11643, annex: 11010519491231002X and 440524188001010014.
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"


@given(st.integers(2000, 2099), st.integers(1, 999_999_999))
def test_every_number_is_read_back(year, sequence):
    number = VoucherNumber(year, sequence)
    assert VoucherNumber.parse(str(number)) == number


def test_the_examples_cover_the_check_character_x():
    assert any(number.endswith("X") for number in NUMBERS)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_single_replaced_character_is_refused(number):
    for place, right in enumerate(number):
        for wrong in SIGNS.replace(right, ""):
            refused(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize("number", NUMBERS)
def test_every_swap_of_neighbours_is_refused(number):
    for place in range(len(number) - 1):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if swapped != number:
            refused(swapped)


@pytest.mark.parametrize("number", [number for number in NUMBERS if len(number) == len("SX-2026-000123-6")])
def test_every_dropped_character_of_a_usual_number_is_refused(number):
    for place in range(len(number)):
        refused(number[:place] + number[place + 1 :])


@pytest.mark.parametrize("text", ["", "SX-2026-000000-" + check_character("2026000000"), "SX-1999-000001-7", "2026-1"])
def test_what_is_no_number_is_refused(text):
    refused(text)
