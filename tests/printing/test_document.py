"""The writer of PDF files, read back strictly by other libraries."""

from __future__ import annotations

import re

import pypdf

from voucher_app.printing.certificate import PdfCertificatePrinter
from voucher_app.printing.document import EMPTY, PdfFile, text_string


def test_every_object_stands_where_the_table_says(printer, make_facts, tmp_path):
    content = printer.print_together([make_facts(1), make_facts(2, is_trial=True)], tmp_path / "two.pdf").read_bytes()
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", content)[1])
    head, *entries = re.findall(rb"(\d{10}) (\d{5}) ([nf]) \n", content[start:])
    assert head == (b"0000000000", b"65535", b"f")
    for number, (place, _generation, kind) in enumerate(entries, start=1):
        assert kind == b"n"
        assert content[int(place) :].startswith(b"%d 0 obj\n" % number), number


def test_a_strict_reader_finds_nothing_to_repair(printer, make_facts, tmp_path, caplog):
    file = printer.print_together([make_facts(sequence) for sequence in (1, 2, 3)], tmp_path / "three.pdf")
    reader = pypdf.PdfReader(file, strict=True)
    assert [round(float(side)) for side in reader.pages[2].mediabox[2:]] == [842, 595]
    assert reader.metadata.title == "山西省算力券"
    assert reader.metadata.producer == "voucher-app"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert not caplog.records


def test_a_file_that_begins_with_a_preface_is_numbered_on():
    first = PdfFile()
    drawing = first.add_stream(b"0 0 m 9 9 l S")
    second = PdfFile(first.preface())
    tree = second.add(b"<</Type/Pages/Count 0/Kids[]>>")
    catalog = second.add(b"<</Type/Catalog/Pages %d 0 R>>" % tree)
    information = second.add(b"<</Title%b>>" % text_string("题目𬭎"))
    content = second.finished(catalog=catalog, information=information)
    assert (drawing, tree, catalog, information) == (1, 2, 3, 4)
    assert content.startswith(EMPTY.content)
    assert content.endswith(b"%%EOF\n")


def test_more_characters_than_a_subset_holds_are_all_copied_out(resources, make_facts, tmp_path):
    names = ["".join(chr(0x4E00 + 40 * row + cell) for cell in range(40)) for row in range(20)]
    certificates = [make_facts(place, recipient_name=name) for place, name in enumerate(names, start=1)]
    file = PdfCertificatePrinter(resources).print_together(certificates, tmp_path / "many.pdf")
    reader = pypdf.PdfReader(file)
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert len({font["/BaseFont"] for font in fonts.values()}) == len(fonts), "each subset has a name of its own"
    assert sum("NotoSerifSC-Regular" in font["/BaseFont"] for font in fonts.values()) >= 4
    for name, page in zip(names, reader.pages, strict=True):
        assert name in re.sub(r"\s", "", page.extract_text())
