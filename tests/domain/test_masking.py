"""Personal numbers are shown in part, and found in texts; public numbers stay."""

from __future__ import annotations

import pytest

from voucher_app.domain.masking import for_the_public, is_identity, masked

IDENTITY, MOBILE, CARD = "11010519491231002X", "13903511234", "6222020512345678902"


def test_a_number_shows_its_ends_only():
    assert masked("6222021234561234") == "6222 **** 1234"
    assert masked("12345678") == "12345678"
    assert masked("") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"联系人身份证{IDENTITY}。", "联系人身份证110105********002X。"),
        (f"（{IDENTITY.lower()}）", "（110105********002X）"),
        (f"电话：{MOBILE}；", "电话：139****1234；"),
        ("139 0351 1234", "139****1234"),
        ("139-0351-1234", "139****1234"),
        (f"卡号 {CARD}", "卡号 6222 **** 8902"),
        (f"{MOBILE}、{MOBILE}", "139****1234、139****1234"),
        (f"3 {MOBILE}", "3 139****1234"),
        (f"2026-03-05 {MOBILE}", "2026-03-05 139****1234"),
        (f"{MOBILE} 2026", "139****1234 2026"),
        (f"{MOBILE}-{MOBILE} {IDENTITY} 1", "139****1234-139****1234 110105********002X 1"),
        ("12 139 0351 1234 7", "12 139****1234 7"),
        (f"1 {CARD}", "1 6222 **** 8902"),
    ],
)
def test_personal_numbers_in_a_text_are_masked(text, shown):
    assert for_the_public(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "91140100MA0CMJRAM0",  # a credit code
        "26142000000012345678",  # an invoice of 20 digits
        "SX-2026-000001-4",
        "50000000.00元",
        "110105194912310021",  # another check character
        "110105194913310021",  # no such month
        "6222020512345678901",  # no card: the check digit is wrong
        "2222020512345678906",  # no issuer begins like that
        "0351-3046000",
        "晋财建〔2026〕1号",
        "合同 A13903511234",  # a part of something longer
    ],
)
def test_other_numbers_stay_as_they_are(text):
    assert for_the_public(text) == text


@pytest.mark.parametrize("text", ["1101051949123100２X", "11010519491231", "ABCDEF19491231002X"])
def test_what_only_looks_like_an_identity_number_is_none(text):
    assert not is_identity(text)
