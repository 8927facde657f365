from __future__ import annotations

import pytest
import stdnum.cn.uscc
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.credit_code import ALPHABET, check_character, parse_credit_code
from voucher_app.domain.errors import InvalidInput

bodies = st.text(alphabet=ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91140100MA0CMJRAM0", "91110000600037341L"])
def test_valid_codes_are_read(code):
    assert parse_credit_code(f" {code.lower()} ") == code


def test_a_remainder_of_zero_gives_the_check_character_zero():
    assert check_character("91140100MA0CMJRAM") == "0"


@pytest.mark.parametrize("code", ["91350100M000100Y4Z", "91350100M000100Y4", "91350100M000100Y433", "", "I" * 18])
def test_codes_outside_form_or_alphabet_are_refused(code):
    with pytest.raises(InvalidInput) as refused:
        parse_credit_code(code)
    assert refused.value.code == "uscc"


def test_a_wrong_check_character_is_told_apart_from_a_wrong_form():
    with pytest.raises(InvalidInput) as refused:
        parse_credit_code("91350100M000100Y44")
    assert (refused.value.code, refused.value.found) == ("uscc_check", "91350100M000100Y44")


def test_every_single_wrong_character_is_caught():
    code = "91350100M000100Y43"
    for place in range(18):
        for other in ALPHABET.replace(code[place], ""):
            with pytest.raises(InvalidInput):
                parse_credit_code(code[:place] + other + code[place + 1 :])


@given(bodies)
def test_python_stdnum_computes_the_same_check_character(body):
    assert check_character(body) == stdnum.cn.uscc.calc_check_digit(body)
