"""Templates are data: the shipped ones are sound, an office's own are checked, and a mistake is shown with its line."""

from __future__ import annotations

import dataclasses
import re
import shutil
import tomllib

import pytest
from PIL import Image

from voucher_app import i18n
from voucher_app.printing.documents import PdfDocumentPrinter, office_templates_of
from voucher_app.printing.layout_file import Entries
from voucher_app.printing.office_style import load_office_style
from voucher_app.printing.phrases import FORMATS
from voucher_app.printing.template import _Reader
from voucher_app.printing.toml_lines import line_of, lines_of
from voucher_app.services.documents.catalogue import CATALOGUE, sample
from voucher_app.services.documents.facts import BadTemplate, DocumentKind
from voucher_app.services.wording.papers import template_sentence


@pytest.fixture
def own(tmp_path):
    folder = office_templates_of(tmp_path / "office.db")
    folder.mkdir()
    return folder


@pytest.fixture
def shipped(resources):
    def read(name):
        return (resources / "templates" / name).read_text(encoding="utf-8")

    return read


def refused(resources, own):
    with pytest.raises(BadTemplate) as caught:
        PdfDocumentPrinter(resources, own).check()
    return caught.value


def line_with(text, part):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_every_shipped_template_is_sound(documents, resources):
    documents.check()
    files = {file.name for file in (resources / "templates").iterdir()}
    assert files == {"office.toml", *(f"{kind.value}.toml" for kind in DocumentKind)}


def test_the_templates_of_an_office_lie_beside_its_data_file(tmp_path):
    assert office_templates_of(tmp_path / "office.db") == tmp_path / "office.db.templates"


def test_an_office_without_a_folder_prints_what_ships(resources, documents, tmp_path):
    without = PdfDocumentPrinter(resources, tmp_path / "none")
    assert without.preview(DocumentKind.COMMITMENT) == documents.preview(DocumentKind.COMMITMENT)


def test_an_office_changes_words_and_margins(resources, own, shipped, text_of_pages):
    changed = shipped("commitment.toml").replace("申领算力券真实性承诺书", "诚信申领承诺书")
    (own / "commitment.toml").write_text(changed, encoding="utf-8")
    (own / "office.toml").write_text(
        '[words]\ncontact_phone = "0351-2026000"\n[page.official]\nleft_mm = 35\n', encoding="utf-8"
    )
    printer = PdfDocumentPrinter(resources, own)
    printer.check()
    assert "诚信申领承诺书" in text_of_pages(printer.preview(DocumentKind.COMMITMENT))[0]
    assert "0351-2026000" in text_of_pages(printer.preview(DocumentKind.ACCEPTANCE_NOTICE))[0]
    (ink, *_rest) = printer._set(sample(DocumentKind.ACCEPTANCE_NOTICE)).pages
    assert round(ink.frame.left_pt / 72 * 25.4) == 35


def test_an_office_prints_in_a_font_of_its_own(resources, own):
    shutil.copy(resources / "fonts" / "NotoSansSC-Regular-subset.ttf", own / "仿宋_GB2312.ttf")
    (own / "office.toml").write_text(
        '[fonts]\nfangsong = "仿宋_GB2312.ttf"\n[style.body]\nface = "fangsong"\n', encoding="utf-8"
    )
    printer = PdfDocumentPrinter(resources, own)
    printer.check()
    (ink, *_rest) = printer._set(sample(DocumentKind.ACCEPTANCE_NOTICE)).pages
    assert any(run.font == "fangsong" for line in ink.lines for run in line.runs)
    content = printer.preview(DocumentKind.ACCEPTANCE_NOTICE)
    assert content == PdfDocumentPrinter(resources, own).preview(DocumentKind.ACCEPTANCE_NOTICE)
    assert b"own-" in content


def test_an_office_prints_its_seal(resources, own, documents):
    Image.new("RGBA", (120, 120), (200, 0, 0, 128)).save(own / "seal.png")
    (own / "office.toml").write_text('[seal]\npicture = "seal.png"\n', encoding="utf-8")
    printer = PdfDocumentPrinter(resources, own)
    printer.check()
    content = printer.preview(DocumentKind.ACCEPTANCE_NOTICE)
    assert b"/Subtype /Image" in content
    assert b"/Subtype /Image" not in documents.preview(DocumentKind.ACCEPTANCE_NOTICE)


# ------------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("name", "pattern", "replacement", "key", "at"),
    [
        ("commitment.toml", "{recipient_name}", "{recipient_nam}", "block[2].words", "words = "),
        ("publicity-list.toml", "{total:wan}", "{total:dollars}", "block[2].words", None),
        ("publicity-list.toml", "合计{total", "合计{ total", "block[2].words", None),
        ("publicity-list.toml", 'of = "region"', 'of = "colour"', "block[9].columns[2].of", 'of = "colour"'),
        ("publicity-list.toml", "width_mm = 42", "width_mm = 142", "block[9].columns", None),
        ("publicity-list.toml", "width_mm = 42", "width_mm = -1", "block[9].columns[3].width_mm", "width_mm = -1"),
        ("publicity-list.toml", "width_mm = 42", "wide_mm = 42", "block[9].columns[3].wide_mm", "wide_mm"),
        ("publicity-list.toml", 'format = "wan"', 'format = "miles"', "block[9].columns[4].format", "miles"),
        ("publicity-list.toml", 'kind = "seal"', 'kind = "stamp"', "block[4].kind", '"stamp"'),
        ("publicity-list.toml", 'style = "title"', 'style = "headline"', "block[0].style", '"headline"'),
        ("publicity-list.toml", 'when = "document_number"', 'when = "number"', "block[1].when", 'when = "number"'),
        ("publicity-list.toml", 'of = "units"', 'of = "unit"', "block[9].of", 'of = "unit"'),
        ("publicity-list.toml", "sum = true", 'sum = "yes"', "block[9].columns[4].sum", '"yes"'),
        ("publicity-list.toml", 'form = "form"', 'form = "letter"', "block[5].page.form", '"letter"'),
        ("issue-notice.toml", 'capitals = "amount"', 'capitals = "unit"', "block[19].capitals", None),
        ("application-form.toml", "height_mm = 32", "height_mm = 999", "block[2].rows[13].height_mm", "999"),
        ("application-form.toml", "label_mm = 27", "label_mm = true", "block[2].label_mm", "label_mm = true"),
        ("yearly-report.toml", 'form = "columns"', 'form = "pie"', "block[9].form", '"pie"'),
        ("yearly-report.toml", 'of = "regions"', 'of = "planets"', "block[13].of", '"planets"'),
        ("office.toml", 'align = "justify"', 'align = "middle"', "style.body.align", '"middle"'),
        ("office.toml", "leading_pt = 28.99", "leading_pt = 6", "style.body.leading_pt", "leading_pt = 6"),
        ("office.toml", "line_characters = 28", "line_characters = 60", "style.body.line_characters", "= 60"),
        ("office.toml", "top_mm = 37", "top_mm = 200", "page.official.top_mm", "top_mm = 200"),
        ("office.toml", 'ink = "#000000"', 'ink = "black"', "colour.ink", '"black"'),
        ("office.toml", 'nothing = "—"', "nothing = 5", "words.nothing", "nothing = 5"),
        ("office.toml", 'picture = ""', 'picture = "../seal.png"', "seal.picture", "seal.png"),
        ("office.toml", 'picture = ""', 'picture = "seal.png"', "seal.picture", "seal.png"),
        ("office.toml", "\n[fonts]\n", '\n[fonts]\nx = "x.ttf"\n', "fonts.x", 'x = "x.ttf"'),
        ("office.toml", "\n[fonts]\n", '\n[fonts]\nserif = "x.ttf"\n', "fonts.serif", 'serif = "x.ttf"'),
        ("office.toml", "[seal]", "[stamp]\na = 1\n[seal]", "stamp", "[stamp]"),
        ("office.toml", "size_pt = 22", "size_pt = 220", "style.title.size_pt", "size_pt = 220"),
    ],
)
def test_a_mistake_is_shown_with_file_line_and_key(resources, own, shipped, name, pattern, replacement, key, at):
    text = shipped(name)
    broken = text.replace(pattern, replacement, 1)
    assert broken != text
    (own / name).write_text(broken, encoding="utf-8")
    error = refused(resources, own)
    assert (error.file, error.key) == (name, key)
    assert error.line > 0
    if at is not None:
        assert at in broken.splitlines()[error.line - 1]


def test_a_mistake_in_the_writing_is_shown_with_its_line(resources, own, shipped):
    broken = shipped("commitment.toml").replace('style = "title"', 'style = "title')
    (own / "commitment.toml").write_text(broken, encoding="utf-8")
    error = refused(resources, own)
    assert (error.file, error.line, error.key) == ("commitment.toml", line_with(broken, 'style = "title'), "TOML")


def test_a_file_that_is_not_utf_8_is_shown_with_its_line(resources, own):
    (own / "commitment.toml").write_bytes("# 一\ntitle = '承诺书'\n".encode() + "# 二".encode("gb18030"))
    error = refused(resources, own)
    assert (error.file, error.line) == ("commitment.toml", 3)


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(resources, own, shipped):
    text = shipped("commitment.toml").replace("\n", "\r\n")
    (own / "commitment.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    PdfDocumentPrinter(resources, own).check()


def test_a_misspelt_file_is_refused_and_not_passed_over(resources, own):
    (own / "comitment.toml").write_text("", encoding="utf-8")
    error = refused(resources, own)
    assert error.file == "comitment.toml"
    with pytest.raises(BadTemplate):
        PdfDocumentPrinter(resources, own).preview(DocumentKind.COMMITMENT)


def test_a_broken_template_is_never_replaced_by_the_shipped_one(resources, own):
    (own / "commitment.toml").write_text("title = 1", encoding="utf-8")
    printer = PdfDocumentPrinter(resources, own)
    with pytest.raises(BadTemplate):
        printer.pdf([sample(DocumentKind.COMMITMENT)])
    assert printer.pdf([sample(DocumentKind.ACCEPTANCE_NOTICE)])


def test_a_font_or_seal_that_cannot_be_used_is_refused(resources, own):
    (own / "fang.ttf").write_bytes(b"no font")
    (own / "office.toml").write_text('[fonts]\nfang = "fang.ttf"\n', encoding="utf-8")
    assert refused(resources, own).key == "fonts.fang"
    (own / "seal.png").write_bytes(b"no picture")
    (own / "office.toml").write_text('[seal]\npicture = "seal.png"\n', encoding="utf-8")
    assert refused(resources, own).key == "seal.picture"


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e9", "true", '"5"'])
def test_a_width_is_a_number_of_millimetres(resources, own, shipped, number):
    broken = shipped("publicity-list.toml").replace("width_mm = 42", f"width_mm = {number}")
    (own / "publicity-list.toml").write_text(broken, encoding="utf-8")
    assert refused(resources, own).key == "block[9].columns[3].width_mm"


def test_the_reason_is_told_in_the_language_in_use(resources, own):
    (own / "commitment.toml").write_text(
        'title = "承诺书"\ncolor = 1\n[[block]]\nkind = "gap"\nheight_mm = 3\n', "utf-8"
    )
    i18n.use_folder(resources / "locale")
    with i18n.speaking(i18n.CHINESE):
        told = template_sentence(refused(resources, own))
    assert told == "模板不能使用。commitment.toml 第2行：color 不是本程序认识的项目。"


def test_a_change_made_to_facts_reaches_no_template(resources, documents, text_of_pages):
    """A value that looks like a place is not filled."""
    facts = sample(DocumentKind.COMMITMENT)
    facts = dataclasses.replace(facts, fields={**facts.fields, "provider_name": "{recipient_uscc}{office.total}"})
    assert "{recipient_uscc}{office.total}" in "".join(text_of_pages(documents.pdf([facts])))


# --------------------------------------------------------------------------------------------------- lines


def test_every_key_of_every_template_has_its_line(resources):
    for file in (resources / "templates").iterdir():
        text = file.read_text(encoding="utf-8")
        lines = lines_of(text)
        source = text.splitlines()

        def look(value, path, lines=lines, source=source):
            if isinstance(value, dict):
                for key, inner in value.items():
                    below = f"{path}.{key}" if path else key
                    if below in lines:
                        assert key in source[lines[below] - 1], (below, lines[below])
                    else:  # only tables that are named by the header of an inner one
                        assert isinstance(inner, dict | list)
                    look(inner, below)
            elif isinstance(value, list):
                for index, inner in enumerate(value):
                    assert f"{path}[{index}]" in lines
                    look(inner, f"{path}[{index}]")

        look(tomllib.loads(text), "")


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("a = 1\nb = 2", "b", 2),
        ("[t]\na = 1\n\n[u.v]\n# b = 1\n'b' = 2", "u.v.b", 6),
        ("[[x]]\na=1\n[[x]]\na=2\n[[x.y]]\nb=1\n[[x.y]]\nb=2", "x[1].y[1].b", 8),
        ('a = """\nb = 1\n"""\nb = 2', "b", 4),
        ("a = '''\nb = 1'''\nb = 2", "b", 3),
        ('a = [1,\n 2, # ]\n "]", {c = 3,\n d = [\n4]}]\nb = 1', "a[3].d[0]", 5),
        ('"a.b" = 1\nc."d e".f = 2', "c.d e.f", 2),
        ("a = 'x' # , ]\nb = 2026-01-01T00:00:00Z\nc = 1", "c", 3),
        ("a = 1\n[t]\nb = 2", "t.c", 2),
        ("a = 1", "b.c[3]", 0),
    ],
)
def test_the_outline_of_a_file_is_followed(text, key, line):
    assert line_of(key, lines_of(text)) == line


def test_the_manual_names_every_block_and_every_format(resources):
    manual = (resources.parent / "docs" / "templates.md").read_text(encoding="utf-8")
    reader = _Reader(
        Entries({}, key="", sources=()),
        "",
        CATALOGUE[DocumentKind.COMMITMENT],
        load_office_style(resources / "templates", None),
    )
    blocks = re.findall(r"^\| `([a-z_]+)` \|", manual, re.MULTILINE)
    assert blocks == list(reader._readers)
    for value_type, formats in FORMATS.items():
        row = re.search(rf"^\| {value_type.value} \|(.*)$", manual, re.MULTILINE)[1]
        assert re.findall(r"`([a-z]+)`", row) == list(formats)
