"""Breaking and shrinking text the Chinese way."""

from __future__ import annotations

import pytest

from voucher_app.printing.setting import SMALLEST_PT, depth, set_text


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
