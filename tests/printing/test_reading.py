"""Reading QR codes from what people hand over."""

from __future__ import annotations

import pypdfium2
import pytest
from PIL import Image

from voucher_app.printing import reading
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


def test_a_missing_file_is_an_error_of_the_disk(tmp_path):
    with pytest.raises(FileNotFoundError):
        QrReader().qr_text(tmp_path / "missing.pdf")
