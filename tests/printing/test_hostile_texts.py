"""Hostile texts in every field of a certificate: printed as what they are, or refused; nothing is fetched or opened."""

from __future__ import annotations

import dataclasses
import re
import socket
from pathlib import Path
from urllib.request import urlopen

import pypdf
import pypdfium2
import pytest

from voucher_app.domain.errors import InvalidInput
from voucher_app.printing.certificate import field_values
from voucher_app.services.papers import CertificateFacts, MissingGlyph

TEXTS = tuple(item.name for item in dataclasses.fields(CertificateFacts) if item.type == "str")
WIDE = ("recipient_name", "provider_name", "contract_number", "document_number", "policy_title", "scope", "support")
NARROW = ("office_name", "recipient_uscc", "prepared_by", "reviewed_by", "check_code", "office_mode", "mark")
"""Tried together, because a text that is too long for one of them is too long for most of them."""


def without_space(text):
    """Without what a reader of PDF files makes of lines and ligatures."""
    return re.sub(r"\s", "", text.replace("ﬁ", "fi"))


def pages_of(file):
    with pypdfium2.PdfDocument(file) as document:
        for page in document:
            text = page.get_textpage()
            yield without_space(text.get_text_bounded())
            text.close()
            page.close()


@pytest.fixture
def warm(printer, make_facts, tmp_path):
    """A printer that has its fonts: reading them is no reading of a file that a text names."""
    printer.print_together([make_facts()], tmp_path / "warm.pdf")
    return printer


def test_every_field_is_tried_but_number_and_code_which_the_program_makes_itself():
    assert {*WIDE, *NARROW} == set(TEXTS) - {"number", "qr_text"}


@pytest.mark.parametrize("fields", [WIDE, NARROW])
def test_a_hostile_text_is_printed_as_text_or_refused(warm, make_facts, hostile_texts, tmp_path, sealed, fields):
    printed, refused = [], {}
    for place, text in enumerate(hostile_texts, start=1):
        facts = make_facts(place, **dict.fromkeys(fields, text))
        try:
            with sealed():
                warm.print_together([facts], tmp_path / "one.pdf")
        except (MissingGlyph, InvalidInput) as error:
            refused[text] = error
        else:
            printed.append(facts)
    assert len(printed) > 100
    for text, error in refused.items():
        if isinstance(error, MissingGlyph):
            assert error.field in fields
            assert error.character in text
        else:
            assert error.code == "too_long_for_paper"
            assert error.facts["field"] in fields
    assert not [text for text in refused if text.isascii() and text.isprintable() and len(text) < 40]
    file = warm.print_together(printed, tmp_path / "all.pdf")
    for facts, said in zip(printed, pages_of(file), strict=True):
        for name, value in field_values(facts).items():
            assert without_space(value) in said, (name, value)
    # Outside of the streams: three letters stand by chance in what is compressed.
    content = re.sub(rb"stream\r?\n.*?\r?\nendstream", b"", file.read_bytes(), flags=re.DOTALL)
    for name in (b"/URI", b"/JS", b"/JavaScript", b"/Launch", b"/OpenAction", b"/Annot", b"/EmbeddedFile", b"example"):
        assert name not in content
    assert len(pypdf.PdfReader(file, strict=True).pages) == len(printed)


def test_the_seal_sees_a_request_and_a_file(sealed):
    with pytest.raises(AssertionError, match="urllib"), sealed():
        urlopen("http://127.0.0.1:9/")
    with pytest.raises(AssertionError, match="socket"), sealed():
        socket.create_connection(("127.0.0.1", 9))
    with pytest.raises(AssertionError, match="opens /etc/passwd"), sealed():
        Path("/etc/passwd").read_bytes()
