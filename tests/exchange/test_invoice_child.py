"""What the reader of invoices makes of files that are odd, in this process: the child around it only adds walls."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, replace

import pypdf
import pytest
from PIL import EpsImagePlugin, Image

from tests.invoices_made import OFD, Made, ofd, pdf, xml
from voucher_app.domain.errors import InvalidInput
from voucher_app.exchange import reading_process
from voucher_app.exchange.child_parts import Refused
from voucher_app.exchange.invoice_child import read
from voucher_app.exchange.invoice_files import InvoiceReader
from voucher_app.services.ports.tables import LIMITS

ONE, OTHER = Made(), Made(number="26142000000000000031")
HEAD = f'<ofd:OFD xmlns:ofd="{OFD}"><ofd:DocBody><ofd:DocInfo>{{}}</ofd:DocInfo>{{}}</ofd:DocBody></ofd:OFD>'
NUMBER = f'<ofd:CustomData Name="发票号码">{ONE.number}</ofd:CustomData>'


@pytest.fixture
def reading(capsys):
    """Return what reads some bytes: what was told, or the code of the refusal."""

    def run(content, limits=LIMITS):
        capsys.readouterr()
        try:
            read(content, {"limits": asdict(limits), "packages": []})
        except Refused as refused:
            return refused.code
        return json.loads(capsys.readouterr().out)

    return run


def packed(*parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, content in parts:
            file.writestr(name, content)
    return stream.getvalue()


def with_attachments(*files):
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(pdf(ONE, qr=(), head=False))))
    for name, content in files:
        writer.add_attachment(name, content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_xml_says_one_invoice_with_as_many_items_as_a_person_can_look_at(reading):
    item = b"<IssuItemInformation><ItemName>x</ItemName></IssuItemInformation>"
    assert len(reading(xml(ONE).replace(b"</EInvoiceData>", item * 498 + b"</EInvoiceData>"))["items"]) == 500
    assert reading(xml(ONE).replace(b"</EInvoiceData>", item * 499 + b"</EInvoiceData>")) == "items"
    empty = b"<IssuItemInformation></IssuItemInformation>"
    assert len(reading(xml(ONE).replace(b"</EInvoiceData>", empty + b"</EInvoiceData>"))["items"]) == 2
    assert reading(b"<L><EInvoice/>" + xml(ONE)[38:] + b"</L>") == "several", "the other one does not say its number"
    assert (
        reading(xml(ONE).replace(b"<EInvoiceTag>", b"<a>" * 40).replace(b"</EInvoiceTag>", b"</a>" * 40)) == "entries"
    )
    assert reading(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)) == "not_invoice", "an old Word file"


def test_an_ofd_that_names_what_is_not_there_says_what_the_rest_of_it_says(reading):
    assert (
        reading(packed(("OFD.xml", HEAD.format(NUMBER, "<ofd:DocRoot>none.xml</ofd:DocRoot>"))))["number"] == ONE.number
    )
    assert reading(packed(("OFD.xml", HEAD.format(NUMBER, ""))))["number"] == ONE.number
    odd = '<ofd:CustomData Name="备注">x</ofd:CustomData><ofd:CustomData/>'
    assert reading(packed(("OFD.xml", HEAD.format(NUMBER + odd, ""))))["source"] == "ofd"
    for old, new in (
        ("Tags/CustomTags.xml", "Tags/none.xml"),
        ("CustomTag.xml", "none.xml"),
        ('BaseLoc="Pages/Page_0/Content.xml"', ""),
        ("Pages/Page_0/Content.xml", "Pages/Page_9/Content.xml"),
    ):
        parts = []
        with zipfile.ZipFile(io.BytesIO(ofd(ONE))) as whole:
            for name in whole.namelist():
                content = whole.read(name).decode()
                parts.append(
                    (name, content.replace(old, new) if name.endswith(("Document.xml", "Tags.xml")) else content)
                )
        told = reading(packed(*parts))
        assert told["number"] == ONE.number, old
        assert "buyer_name" not in told, "the head does not say it, and the tags were not found"


def test_an_ofd_takes_no_more_parts_depth_or_room_than_an_invoice_has(reading):
    deep = "<ofd:DocInfo>" * 41 + "</ofd:DocInfo>" * 41
    assert reading(packed(("OFD.xml", HEAD.format(NUMBER, deep)))) == "entries"
    places = "".join(f"<ofd:FileLoc>{place}.xml</ofd:FileLoc>" for place in range(201))
    many = [("OFD.xml", HEAD.format(NUMBER, "<ofd:DocRoot>d.xml</ofd:DocRoot>")),
            ("d.xml", "<D><Attachments>a.xml</Attachments></D>"),
            ("a.xml", f'<A xmlns:ofd="{OFD}">{places}</A>')]  # fmt: skip
    few = [(f"{place}.xml", "<x/>") for place in range(190)]
    assert reading(packed(*many, *few))["number"] == ONE.number
    assert reading(packed(*many, *((f"{place}.xml", "<x/>") for place in range(201)))) == "entries"
    assert reading(ofd(ONE), replace(LIMITS, unpacked_bytes=500)) == "unpacked"
    assert reading(packed(("OFD.xml", HEAD.format(NUMBER, "")), ("ofd.XML", "<x/>"))) == "damaged"


def test_an_invoice_attached_to_a_pdf_is_read_and_nothing_else_that_is(reading):
    told = reading(with_attachments(("a.txt", b"x"), ("other.xml", b"<x/>"), ("invoice.XML", xml(ONE))))
    assert (told["source"], told["number"], told["total"]) == ("pdf", ONE.number, ONE.total)
    assert told["codes"] == [ONE.buyer_code, ONE.seller_code], "the page says them as well"
    assert reading(with_attachments(("a.xml", b"<x/>"))) == "not_invoice"
    assert reading(with_attachments(("a.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'))) == "dtd"
    assert reading(with_attachments(("a.xml", xml(ONE))), replace(LIMITS, file_bytes=1_000)) == "unpacked"
    late = [(f"{place}.xml", b"<x/>") for place in range(8)]
    assert reading(with_attachments(*late, ("9.xml", xml(ONE)))) == "not_invoice", "eight are looked at"


def test_a_pdf_without_a_page_that_can_be_drawn_is_damaged(reading):
    empty = io.BytesIO()
    pypdf.PdfWriter().write(empty)
    assert reading(empty.getvalue()) == "damaged"
    lost = pdf(ONE, qr=(), head=False).replace(b"/Type /Page\n", b"/Type /Pale\n").replace(b"/Count 1", b"/Count 2")
    assert reading(lost) == "damaged"


@pytest.mark.parametrize("words", ["", '{"number": "1"}\n{"number": "2"}\n'], ids=["nothing", "two"])
def test_a_child_that_was_taken_over_and_says_no_single_invoice_is_not_believed(monkeypatch, tmp_path, words):
    script = tmp_path / "child.py"
    script.write_text(f"import sys\nsys.stdin.buffer.read()\nprint({words!r} + '{{\"done\": true}}', flush=True)\n")
    monkeypatch.setattr(reading_process, "_CHILD", script)
    with pytest.raises(InvalidInput) as refused:
        InvoiceReader().read_bytes(xml(ONE), name="a.xml")
    assert (refused.value.code, refused.value.found) == ("invoice_file_died", "a.xml")


def test_a_program_that_calls_itself_a_picture_is_never_run(reading, monkeypatch):
    run = []
    monkeypatch.setattr(
        EpsImagePlugin, "Ghostscript", lambda *facts: run.append(facts) or Image.new("L", (100, 100)).im
    )
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\n{} loop\n%%EOF\n"
    assert reading(eps) == "not_invoice"
    assert run == []
