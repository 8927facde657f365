from __future__ import annotations

import re
from fractions import Fraction

import cn2an
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import LARGEST_FEN, ZERO, Money, Rounding, read_capitals, round_fen

amounts = st.one_of(
    st.integers(0, LARGEST_FEN),
    st.integers(0, 10_000_000_000),
    # Numbers full of zeros, where the capital numerals are hardest.
    st.lists(st.sampled_from("00000123456789"), min_size=1, max_size=15).map(lambda digits: int("".join(digits))),
)

CAPITALS = {
    "1409.50": "人民币壹仟肆佰零玖元伍角",
    "6007.14": "人民币陆仟零柒元壹角肆分",
    "1680.32": "人民币壹仟陆佰捌拾元零叁角贰分",
    "107000.53": "人民币壹拾万柒仟元零伍角叁分",
    "16409.02": "人民币壹万陆仟肆佰零玖元零贰分",
    "325.04": "人民币叁佰贰拾伍元零肆分",
    "10": "人民币壹拾元整",
    "20050": "人民币贰万零伍拾元整",
    "11000": "人民币壹万壹仟元整",
    "1020000": "人民币壹佰零贰万元整",
    "100001000": "人民币壹亿零壹仟元整",
    "50000000": "人民币伍仟万元整",
    "100000000.10": "人民币壹亿元零壹角",
    "0.05": "人民币伍分",
    "25102.80": "人民币贰万伍仟壹佰零贰元捌角",
    "0": "人民币零元整",
    "0.10": "人民币壹角",
    "1000000010000": "人民币壹万亿零壹万元整",
    "1234560000000": "人民币壹万贰仟叁佰肆拾伍亿陆仟万元整",
    "10000000000000": "人民币壹拾万亿元整",
}


@pytest.mark.parametrize(("typed", "words"), CAPITALS.items())
def test_capital_numerals_are_those_of_the_standard(typed, words):
    assert Money.parse(typed).in_capitals() == words


@given(amounts)
def test_every_amount_is_read_back_from_its_capital_numerals(fen):
    money = Money(fen)
    assert read_capitals(money.in_capitals()) == money
    assert read_capitals(money.in_capitals().removeprefix("人民币")) == money


@given(amounts)
def test_capital_numerals_agree_with_cn2an_but_for_two_zeros(fen):
    """cn2an leaves out the 零 that the standard speaks between a 元 place of 0 and 角, and the one for 万 places that
    are all 0 before four figures (100001000.00 is 壹亿零壹仟元整); all else is the same."""
    groups = [fen // 100 // 10_000**place % 10_000 for place in range(4)]
    assume(not any(groups[n + 2 :] and groups[n + 1] == 0 and groups[n] >= 1000 for n in range(2)))
    ours = Money(fen).in_capitals().removeprefix("人民币")
    theirs = cn2an.an2cn(f"{fen // 100}.{fen % 100:02d}", "rmb")
    assert re.sub(r"元零(.角)", r"元\1", ours) == theirs


@pytest.mark.parametrize(
    "words",
    [
        "",
        "人民币",
        "壹",
        "壹元",
        "壹拾元",
        "拾元整",
        "零元零角",
        "壹万万元整",
        "壹元伍角整",
        "元整",
        "壹元零伍角",
        "一元整",
    ],
)
def test_capital_numerals_written_otherwise_are_refused(words):
    with pytest.raises(InvalidInput) as refused:
        read_capitals(words)
    assert refused.value.code == "amount"


def test_no_paper_carries_a_negative_amount():
    with pytest.raises(InvalidInput) as refused:
        Money(-1).in_capitals()
    assert (refused.value.code, refused.value.found) == ("amount", "-0.01")


@given(amounts)
def test_parsing_what_was_formatted_gives_the_amount(fen):
    money = Money(fen)
    assert Money.parse(money.in_yuan()) == money
    assert Money.parse(money.in_yuan().replace(",", "")) == money
    assert Money.parse(f"  {money}\t") == money


@given(amounts)
def test_ten_thousand_yuan_are_exact_to_the_fen(fen):
    text = Money(fen).in_wan_yuan()
    assert Fraction(text.replace(",", "")) * 1_000_000 == fen
    assert 2 <= len(text.partition(".")[2]) <= 6


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("0", 0), ("0.1", 10), ("0.01", 1), ("1234.5", 123_450), ("1,234.50", 123_450), ("50,000,000.00", 5_000_000_000)],
)
def test_amounts_are_read_as_typed(typed, fen):
    assert Money.parse(typed).fen == fen


@pytest.mark.parametrize(
    "typed",
    ["", " ", ".", "1.", ".5", "+1", "-1", "1e3", "1E3", "01", "00.10", "1,23", "12,34.00", "1,2345", ",100",
     "0,100", "1 000", "1_000", "¥1", "1元", "壹佰", "百", "１２", "٣", "1.2.3", "nan", "inf", "0x10",
     "9" * 16, "9" * 5000, "10000000000000.01"],
)  # fmt: skip
def test_what_is_not_plainly_an_amount_is_refused_and_never_rounded(typed):
    with pytest.raises(InvalidInput) as refused:
        Money.parse(typed)
    assert (refused.value.code, refused.value.found) == ("amount", typed)


@pytest.mark.parametrize("typed", ["1.234", "1,000.123", "0.000", "50000000.001"])
def test_a_third_decimal_is_refused_as_what_it_is_and_never_rounded(typed):
    with pytest.raises(InvalidInput) as refused:
        Money.parse(typed)
    assert (refused.value.code, refused.value.found) == ("amount_decimals", typed)


@given(st.text(max_size=12))
def test_any_text_is_an_amount_exactly_or_refused(typed):
    try:
        money = Money.parse(typed)
    except InvalidInput:
        return
    assert Fraction(typed.strip().replace(",", "")) * 100 == money.fen


def test_amounts_add_subtract_and_compare_as_whole_fen():
    assert Money(3) + Money(4) == Money(7)
    assert Money(3) - Money(4) == Money(-1) == -Money(1)
    assert Money(1) < Money(2) <= Money(2)
    assert not ZERO
    assert Money(-1)
    assert Money(-123_456).in_yuan() == "-1,234.56"
    assert Money(-1_000_000).in_wan_yuan() == "-1.00"
    assert Money(1).in_wan_yuan() == "0.000001"
    assert (ZERO.in_yuan(), ZERO.in_wan_yuan()) == ("0.00", "0.00")
    assert Money.yuan(5).fen == 500


def test_rounding_down_truncates_to_whole_yuan():
    assert round_fen(Fraction(25_102_99, 1), Rounding.DOWN_WAN_4) == Money.yuan(25_102)
    assert round_fen(Fraction(99), Rounding.DOWN_WAN_4) == ZERO


def test_rounding_half_up_rounds_at_the_fen():
    assert round_fen(Fraction(5, 2), Rounding.HALF_UP_FEN) == Money(3)
    assert round_fen(Fraction(249, 100), Rounding.HALF_UP_FEN) == Money(2)


@given(st.fractions(min_value=0, max_value=10**12))
def test_rounded_amounts_are_nearest_or_below(exact):
    assert abs(round_fen(exact, Rounding.HALF_UP_FEN).fen - exact) <= Fraction(1, 2)
    down = round_fen(exact, Rounding.DOWN_WAN_4).fen
    assert down <= exact < down + 100
    assert down % 100 == 0
