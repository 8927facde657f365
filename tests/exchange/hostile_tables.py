"""Tables that want to do harm, and plain ones in every form, made when they are asked for."""

from __future__ import annotations

import io
import struct
import zipfile
from xml.sax.saxutils import escape

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="单位" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_BOOK_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
_SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
)


def text_cell(reference, text):
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def number_cell(reference, stored):
    return f'<c r="{reference}"><v>{stored}</v></c>'


def rows_of(*rows):
    lines = []
    for number, cells in enumerate(rows, start=1):
        told = "".join(text_cell(f"{chr(65 + place)}{number}", cell) for place, cell in enumerate(cells))
        lines.append(f'<row r="{number}">{told}</row>')
    return f"<sheetData>{''.join(lines)}</sheetData>"


GOOD = rows_of(("名称", "金额"), ("甲", "乙"))


def packed(parts, *, changes=()):
    """Return a packed file of parts; changes are made to the entries before they are written."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for change in changes:
                change(entry)
            book.writestr(entry, content)
    return out.getvalue()


def workbook(sheet=GOOD, **more):
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _BOOK_RELS,
        "xl/worksheets/sheet1.xml": _SHEET.format(sheet),
    }
    return packed(parts | more)


def ods(rows, manifest=""):
    """Return an OpenDocument sheet whose cells are XML already."""
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="单位">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    return packed(parts | ({"META-INF/manifest.xml": manifest} if manifest else {}))


def linked():
    """Return a workbook with an entry that is a symbolic link."""
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as book:
        entry = zipfile.ZipInfo("xl/secret.xml")
        entry.create_system = 3
        entry.external_attr = 0o120777 << 16
        book.writestr(entry, "/etc/passwd")
    return out.getvalue()


def marked_as_locked():
    """Return a workbook whose entries say that they are encrypted."""
    content = bytearray(workbook())
    place = 0
    while (place := content.find(b"PK\x01\x02", place)) >= 0:
        flags = struct.unpack_from("<H", content, place + 8)[0]
        struct.pack_into("<H", content, place + 8, flags | 1)
        place += 4
    return bytes(content)


DTD = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BOMB = workbook("<sheetData/>" + "\n" * 40_000_000)
SLOW = workbook("<sheetData>" + "".join(f'<row r="{place}"/>' for place in range(1, 150_000)) + "</sheetData>")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000)

HOSTILE = {
    "a column far out": (workbook(f'<sheetData><row r="1">{text_cell("XFD1", "x")}</row></sheetData>'), "64"),
    "a row far down": (workbook(f'<sheetData><row r="1048576">{text_cell("ZZ1", "x")}</row></sheetData>'), "64"),
    "a thousand times larger unpacked": (BOMB, "耗尽内存"),
    "a document type": (workbook(**{"xl/worksheets/sheet1.xml": DTD + _SHEET.format(GOOD)[21:]}), "文档类型"),
    "a document type in UTF-16": (
        workbook(**{"xl/worksheets/sheet1.xml": (DTD + _SHEET.format(GOOD)[21:]).encode("utf-16")}), "文档类型",
    ),
    "a place above": (workbook(**{"../../evil.xml": "x"}), "自身以外"),
    "a place of Windows": (workbook(**{"C:\\evil.xml": "x"}), "自身以外"),
    "a relation to a place above": (
        workbook(**{"xl/_rels/workbook.xml.rels": _BOOK_RELS.replace("worksheets/", "../../../")}), "自身以外",
    ),
    "a symbolic link": (linked(), "链接"),
    "macros": (workbook(**{"xl/vbaProject.bin": b"x"}), "宏"),
    "entries that are encrypted": (marked_as_locked(), "密码"),
    "a workbook under a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "an old workbook": (OLE, ".xls"),
    "two thousand entries": (workbook(**{f"x/{n}": "x" for n in range(1_100)}), "1000"),
    "a packed file without a sheet": (packed({"a.txt": "x"}), "没有工作表"),
    "a broken packed file": (workbook()[:-30], "损坏"),
    "a broken sheet": (workbook("<sheetData><row>"), "损坏"),
    "a string that is not there": (workbook('<sheetData><row><c r="A1" t="s"><v>7</v></c></row></sheetData>'), "损坏"),
    "a reference that is none": (workbook('<sheetData><row><c r="????"><v>7</v></c></row></sheetData>'), "损坏"),
    "a cell that never ends": (workbook(rows_of(("x" * 5_000,))), "4000"),
    "no rows": (workbook("<sheetData/>"), "没有数据"),
    "nothing": (b"", "没有数据"),
    "blanks": (b" \r\n ", "没有数据"),
    "a PDF": (b"%PDF-1.7\n1 0 obj", "不是表格"),
    "text with NUL": ("名称,金额\n甲\x00,1\n".encode(), "不是表格"),
    "text with an escape": ("名称,金额\n甲\x1b[31m,1\n".encode(), "不是表格"),
    "text that is none": (bytes([0x81, 0x20] * 40), "不是表格"),
    "a quotation mark that stays open": ('名称,金额\n"甲,1\n'.encode(), "引号"),
    "a line that never ends": (b"a," * 2_000_000, "64"),
    "too many rows": (b"a\n" * 20_002, "20000"),
    "an ods that repeats for ever": (
        ods('<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated='
            '"16384"><text:p>x</text:p></table:table-cell></table:table-row>'), "64",
    ),
    "an ods under a password": (ods("", '<m xmlns="urn:x"><encryption-data/></m>'), "密码"),
}  # fmt: skip
"""By what they are: the bytes, and a word of the sentence that a person reads."""
