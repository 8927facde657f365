"""Invoices that want to do harm: by name, the bytes, and a word of the sentence that a person reads."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from tests.invoices_made import Made, locked_pdf, ofd, pdf, png, xml

ONE = Made()


def packed(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def wide_png():
    """Return a picture of 60,000 × 60,000 dots in some hundred bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def pdf_bomb():
    """Return a PDF whose page unpacks to 300 MB of operators that draw nothing."""
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(b"q Q " * 250_000) for _part in range(300)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 400]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(content) + content + b"\nendstream",
    ]
    file, places = b"%PDF-1.7\n", []
    for place, one in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n" % place + one + b"\nendobj\n"
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return file + table + b"trailer\n<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF\n" % len(file)


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><EInvoice>&b;</EInvoice>'
LINKED = b'<?xml version="1.0"?><!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd"><EInvoice/>'
HOSTILE = {
    "entities.xml": (LAUGHS, "文档类型"),
    "outside.xml": (LINKED, "文档类型"),
    "deep.xml": (b"<a>" * 100_000, "最多"),
    "cut.xml": (xml(ONE)[:900], "损坏"),
    "other.xml": (b"<html><body>26142000000000000017</body></html>", "不是"),
    "several.xml": (b"<L>" + xml(ONE)[38:] + xml(Made(number="26142000000000000019"))[38:] + b"</L>", "2 张"),
    "red.xml": (xml(Made(total="-212000.00", without_tax="-200000.00", tax="-12000.00")), "红字"),
    "amount.xml": (xml(Made(total="1e9")), "1e9"),
    "bomb.ofd": (packed(**{"OFD.xml": b"<a>" + b" " * 60_000_000}), "200"),
    "many.ofd": (packed(**{f"a{n}.xml": b"" for n in range(1_200)}), "1000"),
    "climb.ofd": (packed(**{"OFD.xml": b"<O/>", "../../etc/x": b""}), "自身之外"),
    "climb2.ofd": (packed(**{"OFD.xml": b"<O><DocRoot>../../../etc/passwd</DocRoot></O>"}), "自身之外"),
    "dtd.ofd": (packed(**{"OFD.xml": LAUGHS}), "文档类型"),
    "word.docx": (packed(**{"word__document.xml": b"<w/>"}), "不是"),
    "cut.ofd": (ofd(ONE)[:700], "损坏"),
    "two.ofd": (packed(**{"OFD.xml": b"<O><DocRoot>a.xml</DocRoot><DocRoot>b.xml</DocRoot></O>"}), "2 张"),
    "contradicts.ofd": (
        ofd(ONE, more={"Doc_0/Attachs/original_invoice.xml": xml(Made(number="26142000000000000020"))}),
        "税务机关",
    ),
    "locked.pdf": (locked_pdf(ONE), "密码"),
    "cut.pdf": (pdf(ONE)[:600], "损坏"),
    "empty.pdf": (b"%PDF-1.7\n%%EOF", "损坏"),
    "huge.pdf": (pdf(ONE, qr=(), head=False, size=(200_000, 200_000)), "不是"),
    "contradicts.pdf": (pdf(ONE, qr=(Made(total="1.00").qr,)), "税务机关"),
    "several.pdf": (pdf(ONE, qr=(ONE.qr, Made(number="26142000000000000021").qr), head=False), "2 张"),
    "nothing.png": (png("https://example.invalid/"), "二维码"),
    "cut.png": (png(ONE.qr)[:200], "损坏"),
    "bomb.png": (wide_png(), "像素"),
    "bomb.pdf": (pdf_bomb(), "内存"),
    "text.pdf": (b"not a PDF at all", "不是"),
    "program.png": (b"MZ" + bytes(4_000), "不是"),
    "empty.xml": (b"  \n", "空"),
}  # fmt: skip
