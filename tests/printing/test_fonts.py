"""The fonts, and the traps of reportlab around them."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont
from reportlab import rl_config
from reportlab.pdfbase import ttfonts

from voucher_app.printing.fonts import FACES, FontBook, font_book, to_unicode_table
from voucher_app.services.papers import MissingGlyph


@pytest.fixture(scope="module")
def book(resources):
    return font_book(resources / "fonts")


def test_a_character_above_ffff_is_written_as_a_surrogate_pair(book):
    assert ttfonts.makeToUnicodeCMap is to_unicode_table
    assert "<01> <D872DF4E>" in to_unicode_table("Any", [0, 0x2CB4E])
    assert "<01> <4DAE>" in to_unicode_table("Any", [0, 0x4DAE])


def test_reportlab_still_gets_surrogates_wrong_by_itself():
    """When this fails, the workaround in fonts.py can go."""
    program = "from reportlab.pdfbase import ttfonts; print(ttfonts.makeToUnicodeCMap('Any', [0, 0x2CB4E]))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "<01> <2CB4E>" in run.stdout


def test_no_block_of_the_table_is_longer_than_the_specification_allows():
    table = to_unicode_table("Any", list(range(0x4E00, 0x4E00 + 256)))
    assert "<FF> <4EFF>" in table
    assert table.count("beginbfchar") == 3
    assert "100 beginbfchar" in table
    assert "56 beginbfchar" in table


def test_nothing_may_be_fetched_while_drawing(book):
    assert rl_config.trustedHosts == []
    assert rl_config.trustedSchemes == []


def test_a_face_without_the_character_falls_back_to_the_whole_serif(book):
    book.require("王𬭎明", face="serif-bold", field="name", subject="test")
    assert [(run.font, run.text) for run in book.runs("王𬭎明", "serif-bold")] == [
        ("serif-bold", "王"),
        ("serif", "𬭎"),
        ("serif-bold", "明"),
    ]


def test_a_missing_character_names_itself_its_field_and_its_subject(book):
    with pytest.raises(MissingGlyph) as caught:
        book.require("甲\U000323af", face="serif", field="recipient_name", subject="SX-1")
    assert (caught.value.character, caught.value.field, caught.value.subject) == (
        "\U000323af",
        "recipient_name",
        "SX-1",
    )


def test_a_system_font_is_used_where_one_has_the_character(resources, tmp_path):
    deep = tmp_path / "truetype" / "hanazono"
    deep.mkdir(parents=True)
    font = TTFont(resources / "fonts" / FACES["sans-bold"])
    for table in font["cmap"].tables:
        table.cmap = {0xE123: "uni4E2D" if "uni4E2D" in font.getGlyphOrder() else font.getBestCmap()[0x4E2D]}
    font["name"].setName("HanaMinB-made-up", 6, 3, 1, 0x409)
    font.save(deep / "HanaMinB.ttf")
    book = FontBook(resources / "fonts", system_folders=[tmp_path])
    book.require("中\ue123", face="serif", field="name", subject="test")
    assert [run.font for run in book.runs("中\ue123", "serif")] == ["serif", "system-HanaMinB.ttf"]


def test_width_is_that_of_the_font_which_prints(book):
    book.require("中A", face="serif", field="name", subject="test")
    assert book.width("中", "serif") == pytest.approx(1.0)
    assert book.width("中A", "serif") == pytest.approx(book.font("serif").stringWidth("中A", 1))


def test_every_font_file_has_a_postscript_name_of_its_own_and_its_family(resources):
    names = {}
    for file in (resources / "fonts").glob("*.ttf"):
        with TTFont(file, lazy=True) as font:
            names[font["name"].getDebugName(6)] = (font["name"].getDebugName(1), font["OS/2"].usWeightClass)
    assert sorted(names.values()) == [
        ("Noto Sans SC", 400),
        ("Noto Sans SC", 700),
        ("Noto Serif SC", 400),
        ("Noto Serif SC", 700),
    ]


@pytest.mark.parametrize("face", FACES)
def test_every_face_has_all_of_gb2312_and_the_shapes_we_draw(book, face):
    glyphs = book.font(face).face.charToGlyph
    rows = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    wanted = "".join(pair.decode("gb2312", errors="ignore") for pair in rows) + "●◆▲■○→←↑↓✓¥…·—（）〔〕《》“”，。、；："
    assert len(wanted) > 6_763
    assert [character for character in wanted if ord(character) not in glyphs] == []


def test_the_licence_lies_beside_the_fonts(resources):
    assert "SIL OPEN FONT LICENSE" in (resources / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_qt_sees_two_families_with_two_weights(resources):
    pytest.importorskip("PySide6")
    program = (
        "import sys, pathlib\n"
        "from PySide6.QtGui import QFontDatabase, QGuiApplication\n"
        "app = QGuiApplication([])\n"
        "for file in sorted(pathlib.Path(sys.argv[1]).glob('*.ttf')):\n"
        "    assert QFontDatabase.addApplicationFont(str(file)) >= 0, file\n"
        "for family in ('Noto Sans SC', 'Noto Serif SC'):\n"
        "    print(sorted({QFontDatabase.weight(family, style) for style in QFontDatabase.styles(family)}))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(resources / "fonts")],
        capture_output=True,
        text=True,
        check=True,
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": "", "XDG_DATA_HOME": "", "FONTCONFIG_FILE": ""},
    )
    assert run.stdout.split("\n")[:2] == ["[400, 700]", "[400, 700]"]


def test_importing_the_other_modules_loads_nothing_heavy():
    program = (
        "import sys, voucher_app.printing.signing, voucher_app.printing.reading, voucher_app.printing.certificate\n"
        "heavy = {'reportlab', 'cryptography', 'cbor2', 'base45', 'PIL', 'pypdfium2', 'zxingcpp', 'fontTools'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.skipif(not shutil.which("pdffonts"), reason="poppler-utils is not installed")
def test_poppler_finds_no_fault_in_the_fonts(printer, make_facts, tmp_path):
    file = printer.print_together([make_facts(recipient_name="𬭎䶮")], tmp_path / "one.pdf")
    run = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True)
    assert not run.stderr
    lines = run.stdout.splitlines()[2:]
    assert lines
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)
