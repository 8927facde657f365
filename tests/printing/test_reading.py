"""Reading QR codes from what people hand over."""

from __future__ import annotations

import json

import pypdfium2
import pytest
from PIL import EpsImagePlugin, Image

from voucher_app.printing import reading, reading_child
from voucher_app.printing.reading import QrReader


@pytest.fixture
def sheet(printer, make_facts, tmp_path):
    """A certificate's page as a picture, and its QR text."""
    facts = make_facts()
    file = printer.print_together([facts], tmp_path / "paper.pdf")
    with pypdfium2.PdfDocument(file) as document:
        return document[0].render(scale=200 / 72).to_pil(), facts.qr_text


def test_a_scan_in_any_usual_format_is_read(sheet, tmp_path):
    picture, text = sheet
    for name in ("scan.png", "scan.jpg", "scan.bmp", "scan.tif", "scan.webp"):
        picture.save(tmp_path / name)
        assert QrReader().qr_text(tmp_path / name) == [text], name


def test_a_scan_that_is_turned_or_slightly_askew_is_read(sheet, tmp_path):
    picture, text = sheet
    for angle in (90, 180, 270, 3, -7):
        picture.rotate(angle, expand=True, fillcolor="white").save(tmp_path / "scan.png")
        assert QrReader().qr_text(tmp_path / "scan.png") == [text], angle


def test_the_name_of_a_file_does_not_matter(sheet, tmp_path):
    picture, text = sheet
    picture.save(tmp_path / "scan.png")
    (tmp_path / "scan.png").rename(tmp_path / "scan.pdf")
    assert QrReader().qr_text(tmp_path / "scan.pdf") == [text]


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"%PDF-1.7\nbroken", b"\x89PNG\r\n\x1a\n\x00\x00", b"GIF89a" + b"\xff" * 40]
)
def test_what_holds_no_code_gives_an_empty_list(tmp_path, content):
    (tmp_path / "any").write_bytes(content)
    assert QrReader().qr_text(tmp_path / "any") == []


def test_a_page_without_a_code_and_a_foreign_code_give_an_empty_list(tmp_path):
    Image.new("L", (300, 300), 255).save(tmp_path / "white.png")
    assert QrReader().qr_text(tmp_path / "white.png") == []


def test_a_damaged_certificate_never_raises(printer, make_facts, tmp_path):
    content = printer.print_together([make_facts()], tmp_path / "paper.pdf").read_bytes()
    for end in range(0, len(content), len(content) // 20):
        (tmp_path / "part.pdf").write_bytes(content[:end])
        assert len(QrReader().qr_text(tmp_path / "part.pdf")) <= 1


def test_a_picture_made_to_fill_the_memory_is_not_opened(tmp_path, monkeypatch):
    Image.new("1", (2_000, 2_000)).save(tmp_path / "large.png")
    monkeypatch.setattr(reading, "MOST_PIXELS", 1_000_000)
    assert QrReader().qr_text(tmp_path / "large.png") == []
    monkeypatch.setattr(reading, "LARGEST_BYTES", 10)
    assert QrReader().qr_text(tmp_path / "large.png") == []


def test_a_program_that_calls_itself_a_picture_is_never_run(tmp_path, monkeypatch):
    """Pillow hands PostScript to Ghostscript, where there is one: `{} loop` never ends, and other lines do worse."""
    run = []
    monkeypatch.setattr(
        EpsImagePlugin, "Ghostscript", lambda *facts: run.append(facts) or Image.new("L", (100, 100)).im
    )
    (tmp_path / "scan.png").write_bytes(
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\n{} loop\n%%EOF\n"
    )
    assert QrReader().qr_text(tmp_path / "scan.png") == []
    assert run == []


def test_a_missing_file_is_an_error_of_the_disk(tmp_path):
    with pytest.raises(FileNotFoundError):
        QrReader().qr_text(tmp_path / "missing.pdf")


def drawn_for_ever(levels):
    """Return a PDF of a page that draws a form, which draws another ten times, and so on."""
    resources = "/Resources<</XObject<</F {} 0 R>>>>"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R{resources.format(5)}>>",
        "<</Length 5>>stream\n/F Do\nendstream",
    ]
    for level in range(levels):
        body, more = ("/F Do\n" * 10, resources.format(6 + level)) if level < levels - 1 else ("0 0 m 9 9 l S\n", "")
        form = f"<</Type/XObject/Subtype/Form/BBox[0 0 200 200]{more}/Length {len(body)}>>"
        objects.append(f"{form}stream\n{body}endstream")
    whole = "%PDF-1.4\n" + "".join(f"{place} 0 obj\n{one}\nendobj\n" for place, one in enumerate(objects, start=1))
    return f"{whole}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\n%%EOF".encode()


def test_a_page_that_is_drawn_for_ever_is_given_up(tmp_path, monkeypatch):
    """A file of two kilobytes, as the hostile reading found it, kept the program drawing."""
    monkeypatch.setattr(reading, "SECONDS_OF_A_PAGE", 1.5)
    (tmp_path / "bomb.pdf").write_bytes(drawn_for_ever(12))
    assert QrReader().qr_text(tmp_path / "bomb.pdf") == []


def test_the_process_that_reads_says_each_page_and_each_text(printer, make_facts, tmp_path, capsys):
    made = [make_facts(1), make_facts(2)]
    file = printer.print_together(made, tmp_path / "paper.pdf")
    limits = {"pages": 9, "pixels": reading.MOST_PIXELS, "dpi": reading.RENDERED_DPI, "prefix": reading.PREFIX}
    reading_child.read(file.read_bytes(), limits)
    reading_child.read(b"%PDF-1.7 broken", limits)
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said == [{"page": 0}, {"text": made[0].qr_text}, {"page": 1}, {"text": made[1].qr_text}]
    reading_child.read(file.read_bytes(), {**limits, "pixels": 100})
    assert capsys.readouterr().out.count("text") == 0
