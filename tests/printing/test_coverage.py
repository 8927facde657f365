"""What can be printed is known before anything is drawn, and known rightly."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont

from voucher_app.printing.coverage import FACES, Coverage, Outlines
from voucher_app.printing.fonts import FontBook
from voucher_app.services.papers import MissingGlyph


@pytest.fixture(scope="module")
def covered(resources):
    return Coverage(resources / "fonts", system_folders=[])


@pytest.mark.parametrize("face", FACES)
def test_the_tables_are_read_as_another_library_reads_them(resources, face):
    file = resources / "fonts" / FACES[face]
    outlines = Outlines(file)
    with TTFont(file) as font:
        names, places, order = font.getBestCmap(), font["loca"], font.getGlyphOrder()
        number = {name: place for place, name in enumerate(order)}
        inked = {point for point, name in names.items() if places[number[name] + 1] > places[number[name]]}
    blanks = {ord(character) for character in " \u00a0\u3000"} & set(names)
    assert {point for point in range(0x110000) if outlines.has(chr(point))} == inked | blanks


def test_a_font_whose_table_has_the_older_form_is_read_too(resources, tmp_path):
    source = resources / "fonts" / FACES["sans-bold"]
    with TTFont(source) as font:
        font["cmap"].tables = [table for table in font["cmap"].tables if table.format == 4]
        expected = set(font.getBestCmap())
        assert expected
        font.save(tmp_path / "older.ttf")
    outlines = Outlines(tmp_path / "older.ttf")
    assert {point for point in range(0x10000) if outlines.has(chr(point))} <= expected
    assert outlines.has("中")
    assert not outlines.has("\U00020000")


def test_what_is_let_in_is_what_can_be_drawn(resources, covered):
    book = FontBook(resources / "fonts", system_folders=[])
    chosen = random.Random(4)
    characters = [chr(chosen.choice([chosen.randrange(0x20, 0x3000), chosen.randrange(0x3000, 0x32000)]))
                  for _ in range(4_000)]  # fmt: skip
    for character in characters:
        try:
            for face in FACES:
                book.require(character, face=face, field="name", subject="test")
        except MissingGlyph:
            assert covered.unprintable(character) == character, f"U+{ord(character):04X}"
        else:
            assert covered.unprintable(character) is None or covered.home(character, "sans"), f"U+{ord(character):04X}"


def test_every_printable_ascii_character_is_in_every_face(covered):
    for point in range(0x20, 0x7F):
        for face in FACES:
            assert covered.home(chr(point), face) == face


def test_asking_loads_neither_reportlab_nor_qt():
    program = (
        "import sys, pathlib\n"
        "from voucher_app.printing.coverage import coverage\n"
        "assert coverage(pathlib.Path(sys.argv[1])).unprintable('山西省𬭎') is None\n"
        "print(sorted({'reportlab', 'fontTools', 'PySide6', 'PIL'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program, "resources/fonts"], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
