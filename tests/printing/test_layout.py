"""The layout file: the real one is sound, and a mistake in it is answered with its key."""

from __future__ import annotations

import itertools
import re

import pytest

from voucher_app.printing.layout import FIELDS, load_layout
from voucher_app.printing.layout_file import Box
from voucher_app.services.documents.facts import BadTemplate


@pytest.fixture
def source(resources):
    return (resources / "certificate.toml").read_text(encoding="utf-8")


@pytest.fixture
def load(tmp_path):
    def from_text(text):
        file = tmp_path / "certificate.toml"
        file.write_text(text, encoding="utf-8")
        return load_layout(file)

    return from_text


@pytest.fixture(scope="module")
def layout(resources):
    return load_layout(resources / "certificate.toml")


def test_every_field_stands_on_the_certificate_itself(layout):
    right_of_tear = [placed.text for placed in layout.fields() if placed.box.x >= layout.tear.x]
    assert sorted(right_of_tear) == sorted(FIELDS)


def test_no_two_texts_share_room(layout):
    for one, other in itertools.combinations(layout.placed, 2):
        assert not one.box.overlaps(other.box), (one.text, other.text)


def test_nothing_stands_in_the_seals_place_but_the_words_that_say_so(layout):
    assert [placed.text for placed in layout.placed if placed.box.overlaps(layout.seal)] == ["盖章处"]
    assert not any(rule.overlaps(layout.seal) for rule in layout.rules)


def test_nothing_stands_in_the_quiet_zone_of_the_qr_code(layout):
    qr = layout.qr
    rim = qr.width / 53 * 4
    quiet = Box(qr.x - rim, qr.y - rim, qr.width + 2 * rim, qr.height + 2 * rim)
    assert not [placed.text for placed in layout.placed if placed.box.overlaps(quiet)]
    assert not any(box.overlaps(quiet) for box in [*layout.rules, *layout.micro])


def test_the_qr_code_and_the_seal_have_their_sizes(layout):
    assert 26 <= layout.qr.width <= 28
    assert layout.qr.width == layout.qr.height
    assert layout.seal.width == layout.seal.height >= 38


@pytest.mark.parametrize(
    ("pattern", "replacement", "key"),
    [
        (r"width_mm = 297", "width_mm = '297'", "page.width_mm"),
        (r"width_mm = 297", "width_mm = -1", "page.width_mm"),
        (r"width_mm = 297", "width_mm = true", "page.width_mm"),
        (r"margin_mm = 5 .*", "", "page.margin_mm"),
        (r'ink = "#14253D"', 'ink = "blue"', "colour.ink"),
        (r'ink = "#14253D"', 'ink = "#14253D"\nblack = "#000000"', "colour.black"),
        (r"seal = .*", "seal = [1, 2, 3]", "art.seal"),
        (r"seal = .*", "seal = [270, 150, 40, 40]", "art.seal"),
        (r"seal = .*", "seal = [10, -150, 40, 40]", "art.seal"),
        (r'of = "number"', 'of = "nummer"', "field[0].of"),
        (r'of = "recipient_uscc"', 'of = "scope"', "field"),
        (r'face = "serif-bold"', 'face = "comic"', "text[0].face"),
        (r'align = "center"', 'align = "middle"', "text[0].align"),
        (r"min_size_pt = 12\n", "min_size_pt = 99\n", "field[0].min_size_pt"),
        (r"size_pt = 37", "size_pt = 37\nsize_mm = 3", "text[0].size_mm"),
        (r"rule = true", 'rule = "yes"', "field[3].rule"),
        (r"upright = true", "upright = 1", "field[18].upright"),
        (r'words = "编号"', 'words = ""', "text[2].words"),
        (r"\[art\]", "[[art]]", "art"),
        (r"\[trial\]", "[watermark]", "trial"),
        (r"\[page\]", "[page", "TOML"),
    ],
)
def test_a_mistake_is_answered_with_the_key_it_sits_at(load, source, pattern, replacement, key):
    broken = re.sub(pattern, replacement, source)
    assert broken != source
    with pytest.raises(BadTemplate) as caught:
        load(broken)
    assert caught.value.key == key
    assert "certificate.toml" in str(caught.value)
    assert key in str(caught.value)


def test_a_table_nobody_asked_for_is_refused(load, source):
    with pytest.raises(BadTemplate) as caught:
        load(source + "\n[extra]\n")
    assert caught.value.key == "extra"
