"""Rare names: what is let in comes back from the paper by text extraction, with the fonts of this system."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise

import pypdf
import pypdfium2
import pytest

from voucher_app.printing.coverage import coverage


@pytest.fixture(scope="module")
def let_in(resources, rare_names):
    glyphs = coverage(resources / "fonts")
    return [name for name in rare_names if glyphs.unprintable(name) is None]


@pytest.fixture(scope="module")
def printed(printer, make_facts, let_in, tmp_path_factory):
    """One file with a page for each name that is let in; the name stands in every field that names somebody."""
    certificates = [
        make_facts(place, recipient_name=name, provider_name=name, office_name=name, reviewed_by=name[2:6])
        for place, name in enumerate(let_in, start=1)
    ]
    return printer.print_together(certificates, tmp_path_factory.mktemp("names") / "names.pdf")


def without_space(text):
    return re.sub(r"\s", "", text)


def test_the_whole_serif_lets_extension_a_in_and_some_of_the_others(let_in):
    beyond = [name for name in let_in if ord(name[2]) > 0xFFFF]
    assert len(let_in) >= 167, "a sixth of the names, and more where rare fonts are installed"
    assert beyond


def test_every_name_that_was_let_in_comes_back(printed, let_in):
    with pypdfium2.PdfDocument(printed) as document:
        assert len(document) == len(let_in)
        for index, name in enumerate(let_in):
            page = document[index]
            text = page.get_textpage()
            said = without_space(text.get_text_bounded())
            text.close()
            page.close()
            assert said.count(name) == 5, name  # recipient and provider, the stub's, and the office
            assert said.count(name[2:6]) >= 6, name


def test_a_second_reader_agrees(printed, let_in):
    reader = pypdf.PdfReader(printed)
    for name, page in zip(let_in, reader.pages, strict=True):
        assert name in without_space(page.extract_text()), name


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_a_third_reader_agrees(printed, let_in):
    run = subprocess.run(["pdftotext", "-raw", printed, "-"], capture_output=True, check=True)
    assert not run.stderr
    pages = run.stdout.decode().split("\f")
    assert all(name in without_space(page) for name, page in zip(let_in, pages, strict=False))
    assert len(pages) == len(let_in) + 1


def test_each_page_shows_another_name(printed, let_in):
    with pypdfium2.PdfDocument(printed) as document:
        pictures = []
        for index in range(12):
            page = document[index]
            pictures.append(page.render(scale=2, grayscale=True, crop=(235, 320, 330, 235)).to_pil().tobytes())
            page.close()
    assert len(set(let_in[:12])) == 12
    assert all(one != other for one, other in pairwise(pictures))
