"""Breaking and shrinking text the Chinese way."""

from __future__ import annotations

import pytest

from voucher_app.printing.setting import SMALLEST_PT, depth, filled_lines, set_cell, set_text


def measure(text):
    """A font whose ideographs are one em wide and whose Latin is half an em."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def fit(text, *, width_pt=100, height_pt=30, size_pt=12, min_size_pt=9):
    return set_text(
        text, width_pt=width_pt, height_pt=height_pt, size_pt=size_pt, min_size_pt=min_size_pt, measure=measure
    )


def test_a_short_text_keeps_its_size():
    fitted = fit("太原")
    assert (fitted.size_pt, fitted.lines) == (12, ["太原"])


def test_a_longer_text_shrinks_before_it_breaks():
    fitted = fit("一二三四五六七八九十")
    assert (fitted.size_pt, fitted.lines) == (10, ["一二三四五六七八九十"])


def test_below_the_smallest_size_it_breaks_into_even_lines():
    fitted = fit("一二三四五六七八九十甲乙")
    assert fitted.lines == ["一二三四五六", "七八九十甲乙"]


@pytest.mark.parametrize("length", range(1, 200, 7))
def test_nothing_is_lost_and_nothing_leaves_the_box(length):
    text = ("山西（太原）AI算力2026年《细则》，第3号。" * 20)[:length]
    fitted = fit(text)
    assert "".join(fitted.lines) == text
    assert depth(len(fitted.lines)) * fitted.size_pt <= 30 + 1e-6
    assert all(measure(line) * fitted.size_pt <= 100 + 1e-6 for line in fitted.lines)


@pytest.mark.parametrize("length", range(12, 120))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(length):
    text = ("甲，乙。（丙）《丁》“戊”、己；〔庚〕：辛！" * 8)[:length]
    for line in fit(text).lines[1:]:
        assert line[0] not in "，。）》”、；〕：！"
    for line in fit(text).lines[:-1]:
        assert line[-1] not in "（《“〔"


@pytest.mark.parametrize("padding", range(20))
def test_no_latin_word_and_no_number_is_cut(padding):
    words = ["SXYD-ZS-2026-0117", "1,234,567.89", "OpenAI", "20%"]
    text = "中" * padding + "文".join(words) + "文"
    joined = "\n".join(fit(text).lines)
    assert all(word in joined for word in words)


def test_a_word_wider_than_the_box_shrinks_until_it_fits():
    fitted = fit("A" * 40)
    assert fitted.lines == ["A" * 40]
    assert fitted.size_pt * 20 <= 100


def test_what_would_be_illegible_is_refused():
    assert fit("中" * 2_000) is None
    assert fit("A" * 1_000) is None
    assert fit("中" * 100).size_pt >= SMALLEST_PT


def test_spaces_at_a_line_end_take_no_room():
    fitted = fit("Compute Voucher Office Of Shanxi Province", width_pt=80)
    assert all(line == line.strip() for line in fitted.lines)
    assert " ".join(fitted.lines) == "Compute Voucher Office Of Shanxi Province"


def fill(text, *, room=20.0, indent=0.0, evenly=False):
    return filled_lines(text, room=room, measure=measure, indent=indent, evenly=evenly)


@pytest.mark.parametrize("length", range(1, 400, 13))
@pytest.mark.parametrize("indent", [0.0, 2.0])
def test_a_paragraph_loses_nothing_and_leaves_no_line_too_long(length, indent):
    text = ("山西（太原）AI算力2026年《细则》，第3号。" * 20)[:length]
    lines = fill(text, indent=indent)
    assert "".join(lines) == text
    assert measure(lines[0]) + indent <= 20
    assert all(measure(line) <= 20 for line in lines[1:])


@pytest.mark.parametrize("padding", range(21))
def test_a_closing_mark_after_a_space_begins_no_line(padding):
    for line in fill("甲" * padding + "（一） ，乙 。丙 》丁")[1:]:
        assert line[0] not in "，。》）"


@pytest.mark.parametrize("padding", range(21))
def test_a_dash_and_an_ellipsis_are_not_parted(padding):
    joined = "\n".join(fill("甲" * padding + "乙——丙……丁"))
    assert "——" in joined
    assert "……" in joined


def test_what_is_wider_than_a_line_is_cut_where_the_line_ends():
    assert fill("A" * 100) == ["A" * 40, "A" * 40, "A" * 20]
    assert "".join(fill("，" * 50)) == "，" * 50


def test_a_title_is_broken_into_even_lines():
    assert fill("一二三四五六七八九十" * 3, evenly=True) == [
        "一二三四五六七八九十一二三四五",
        "六七八九十一二三四五六七八九十",
    ]


def cell(text, *, width_pt=60.0, height_pt=100.0):
    return set_cell(text, width_pt=width_pt, height_pt=height_pt, size_pt=10, cut_pt=6.2, leading=1.4, measure=measure)


def test_a_cell_keeps_its_size_and_breaks():
    fitted = cell("一二三四五六七八九")
    assert (fitted.size_pt, fitted.lines) == (10, ["一二三四五六", "七八九"])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("大同市灵丘一县", ["大同市灵", "丘一县"]),
        ("5,000.0001万元", ["5,000.0001", "万元"]),
        ("山西综改（演示）", ["山西综改", "（演示）"]),
    ],
)
def test_no_character_of_a_cell_is_left_over_on_a_line_of_its_own(text, lines):
    assert cell(text).lines == lines


def test_a_word_too_wide_for_its_cell_shrinks_before_it_is_cut():
    assert cell("91140100MA0CMJ").lines == ["91140100MA0CMJ"]
    cut = cell("9" * 64)
    assert "".join(cut.lines) == "9" * 64
    assert cut.size_pt >= 6


def test_a_cell_that_would_be_illegible_is_refused():
    assert cell("中" * 300, height_pt=30) is None
