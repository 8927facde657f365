from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.text import parse_date, parse_line, parse_region


def test_white_space_is_made_single():
    assert parse_line("  山西\t 省\n算力　券 ", field="name") == "山西 省 算力 券"


@pytest.mark.parametrize("name", ["临汾𬭎䶮新材料", "O'Neill & Söhne", "a" * 120, "㐀𠀀𪜀"])
def test_names_of_any_script_are_kept(name):
    assert parse_line(name, field="name") == name


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("", "text_missing", ""),
        (" \u3000 ", "text_missing", " \u3000 "),
        ("a" * 121, "text_long", 121),
        ("a\u200bb", "text_character", "U+200B"),
        ("a\u202eb", "text_character", "U+202E"),
        ("a\x00b", "text_character", "U+0000"),
        ("a\ue000b", "text_character", "U+E000"),
        ("a\ud800b", "text_character", "U+D800"),
        ("a\uffffb", "text_character", "U+FFFF"),
    ],
)
def test_empty_long_and_invisible_text_is_refused_with_its_field(text, code, found):
    with pytest.raises(InvalidInput) as refused:
        parse_line(text, field="reason")
    assert (refused.value.code, refused.value.found, refused.value.facts["field"]) == (code, found, "reason")


def test_an_optional_field_may_be_empty():
    assert parse_line("  ", field="phone", required=False) == ""


@given(st.text(max_size=130))
def test_what_is_accepted_is_visible_and_stays_the_same(text):
    try:
        line = parse_line(text, field="name")
    except InvalidInput:
        return
    assert parse_line(line, field="name") == line
    assert all(unicodedata.category(character)[0] != "C" for character in line)


@given(st.dates())
def test_every_day_is_read_back(day):
    assert parse_date(f" {day.isoformat()} ") == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-3-5",
        "20260305",
        "2026/03/05",
        "2026-02-29",
        "2026-13-01",
        "2026-W10-4",
        "２０２６-03-05",
        "0000-01-01",
    ],
)
def test_other_dates_are_refused(text):
    with pytest.raises(InvalidInput) as refused:
        parse_date(text)
    assert (refused.value.code, refused.value.found) == ("date", text)


def test_a_leap_day_is_a_day():
    assert parse_date("2028-02-29") == date(2028, 2, 29)


def test_region_codes_have_six_digits():
    assert parse_region(" 140171 ") == "140171"
    for text in ("", "14017", "1401711", "040100", "940100", "14010a", "１４０１００"):
        with pytest.raises(InvalidInput) as refused:
            parse_region(text)
        assert refused.value.code == "region"
