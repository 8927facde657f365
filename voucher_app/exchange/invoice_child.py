"""Reads invoices out of bytes from strangers: 数电票 XML, OFD, PDF, pictures; runs inside `reading_child`.

For each invoice in the file it says what stands in which place, as text and under one set of names; what the texts mean
is read elsewhere. XML and OFD (a packed folder of XML, GB/T 33190) are read by the standard library: an OFD says an
invoice by an attached XML, by tags that point at texts on its page, or by entries of its head, in this order of trust.
"""

from __future__ import annotations

import io
import posixpath
import re
from typing import TYPE_CHECKING, Any

from voucher_app.exchange.child_parts import DAMAGE, Parser, Refused, opened, say

if TYPE_CHECKING:
    import zipfile

_MOST_ELEMENTS = 100_000
_DEEPEST = 40
_MOST_ITEMS = 500
_MOST_PARTS = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

LEAVES = {
    "InvoiceNumber": "number", "EIid": "number", "InvoiceNo": "number",
    "InvoiceCode": "code",
    "IssueTime": "day", "IssueDate": "day", "RequestTime": "day",
    "SellerName": "seller_name", "SellerIdNum": "seller_code", "SellerTaxID": "seller_code",
    "BuyerName": "buyer_name", "BuyerIdNum": "buyer_code", "BuyerTaxID": "buyer_code",
    "TotalAmWithoutTax": "without_tax", "TaxExclusiveTotalAmount": "without_tax",
    "TotalTaxAm": "tax", "TaxTotalAmount": "tax",
    "TotalTax-includedAmount": "total", "TaxInclusiveTotalAmount": "total",
}  # fmt: skip
"""Names in the invoices' schemas (数电票; 增值税电子发票 before it), and what they say; of two that say the same, the
first one here wins."""

_LABELS = {"EInvoiceType", "GeneralOrSpecialVAT"}
_ITEMS = {"IssuItemInformation", "GoodsInfo"}
_ITEM_LEAVES = {
    "ItemName": "name", "Item": "name", "Amount": "amount", "TaxRate": "rate", "TaxScheme": "rate",
    "ComTaxAm": "tax", "TaxAmount": "tax",
}  # fmt: skip
_HEADS = {
    "发票号码": "InvoiceNo", "发票代码": "InvoiceCode", "开票日期": "IssueDate", "合计金额": "TaxExclusiveTotalAmount",
    "合计税额": "TaxTotalAmount", "价税合计": "TaxInclusiveTotalAmount", "购买方名称": "BuyerName",
    "购买方纳税人识别号": "BuyerTaxID", "销售方名称": "SellerName", "销售方纳税人识别号": "SellerTaxID",
}  # fmt: skip
"""`CustomData` of an OFD's head."""


class Leaves(Parser):
    """The invoices in one XML: values of known names, item lines; of a tag the numbers of the texts it points at."""

    def __init__(self, limits: dict[str, Any]) -> None:
        super().__init__()
        self._longest = limits["characters"]
        self._path: list[str] = []
        self._parts: list[str] = []
        self._elements = 0
        self._item: dict[str, str] | None = None
        self.values: dict[str, list[str]] = {}
        self.labels: dict[str, str] = {}
        self.items: list[dict[str, str]] = []
        self.invoices = 0
        self.references: dict[str, list[tuple[str, str]]] = {}
        self._page = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._path) >= _DEEPEST:
            raise Refused("entries", found=self._elements, allowed=_MOST_ELEMENTS)
        self._path.append(name)
        self._parts = []
        self._page = attributes.get("PageRef", "")
        if name in {"EInvoice", "eInvoice"}:
            self.invoices += 1
        if name in _ITEMS:
            self._item = {}

    def end(self, name: str) -> None:
        """End an element, and keep what it says."""
        text = "".join(self._parts).strip()
        self._parts = []
        self._path.pop()
        around = self._path[-1] if self._path else ""
        if len(text) > self._longest:
            raise Refused("long", found=len(text), allowed=self._longest)
        if name in _ITEMS:
            self._end_item()
        elif name == "ObjectRef" and text:
            self.references.setdefault(around, []).append((self._page, text))
        elif self._item is not None:
            if name in _ITEM_LEAVES and text:
                self._item.setdefault(_ITEM_LEAVES[name], text)
        elif name == "LabelName" and around in _LABELS:
            self.labels.setdefault(around, text)
        elif name in LEAVES and text:
            self.values.setdefault(name, []).append(text)

    def text(self, data: str) -> None:
        """Take characters."""
        self._parts.append(data)

    def _end_item(self) -> None:
        if self._item:
            if len(self.items) >= _MOST_ITEMS:
                raise Refused("items", found=len(self.items) + 1, allowed=_MOST_ITEMS)
            self.items.append(self._item)
        self._item = None

    def told(self) -> dict[str, Any]:
        """Return what was found, by our own names.

        Raises:
            Refused: `several`, when the file holds more than one invoice.
        """
        for name in ("InvoiceNumber", "EIid", "InvoiceNo"):
            if len(set(self.values.get(name, ()))) > 1:
                raise Refused("several", count=len(set(self.values[name])))
        if self.invoices > 1:
            raise Refused("several", count=self.invoices)
        found: dict[str, Any] = {}
        for name, ours in LEAVES.items():
            if name in self.values:
                found.setdefault(ours, self.values[name][0])
        labels = [self.labels[one] for one in ("EInvoiceType", "GeneralOrSpecialVAT") if self.labels.get(one)]
        if labels:
            found["kind"] = f"{labels[0]}（{labels[1]}）" if len(labels) > 1 else labels[0]
        if self.items:
            found["items"] = self.items
        return found


def read(content: bytes, given: dict[str, Any]) -> None:
    """Read whatever it is.

    Raises:
        Refused: what it is not, or hides.
    """
    limits = given["limits"]
    bare = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    try:
        if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            with opened(content, limits) as packed:
                say(read_ofd(packed, limits))
        elif b"%PDF-" in content[:1024]:
            from voucher_app.exchange.invoice_pictures import read_pdf  # noqa: PLC0415 - loads pdfium

            say(read_pdf(content, given))
        elif bare.startswith(b"<") or content.startswith((b"\xff\xfe", b"\xfe\xff")):
            say(read_xml(content, limits))
        elif content.startswith(_OLE):
            raise Refused("not_invoice")
        else:
            from voucher_app.exchange.invoice_pictures import read_picture  # noqa: PLC0415 - loads pillow

            say(read_picture(content, given))
    except DAMAGE:
        raise Refused("damaged") from None


def invoice_of(source: str, found: dict[str, Any]) -> dict[str, Any]:
    """Return an invoice, once it says its number.

    Raises:
        Refused: `not_invoice`.
    """
    if not found.get("number"):
        raise Refused("not_invoice")
    return {"source": source, **found}


def read_xml(content: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    """Read an XML of one invoice."""
    leaves = Leaves(limits)
    leaves.read_stream(io.BytesIO(content))
    return invoice_of("xml", leaves.told())


# ------------------------------------------------------------------------------------------- OFD


class Head(Parser):
    """OFD.xml, a document, a list of attachments or tags: elements with their attributes, in order."""

    def __init__(self, limits: dict[str, Any]) -> None:
        super().__init__()
        self._longest = limits["characters"]
        self._parts: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self.found: list[tuple[str, dict[str, str], str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if len(self._open) >= _DEEPEST or len(self.found) >= _MOST_ELEMENTS:
            raise Refused("entries", found=len(self.found), allowed=_MOST_ELEMENTS)
        self._open.append((name, attributes))
        self._parts = []

    def end(self, name: str) -> None:
        """End an element."""
        _name, attributes = self._open.pop()
        self.found.append((name, attributes, "".join(self._parts).strip()[: self._longest]))
        self._parts = []

    def text(self, data: str) -> None:
        """Take characters."""
        self._parts.append(data)

    def texts(self, name: str) -> list[str]:
        """Return what all elements of a name hold."""
        return [text for one, _attributes, text in self.found if one == name and text]


class Texts(Parser):
    """The texts on a page by their numbers."""

    def __init__(self, wanted: set[str]) -> None:
        super().__init__()
        self._wanted = wanted
        self._key = ""
        self._takes = False
        self.found: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a text object, or a piece of one."""
        if name == "TextObject":
            self._key = attributes.get("ID", "")
        self._takes = name == "TextCode" and self._key in self._wanted

    def end(self, name: str) -> None:
        """End it."""
        self._takes = False
        if name == "TextObject":
            self._key = ""

    def text(self, data: str) -> None:
        """Take characters."""
        if self._takes:
            self.found[self._key] = self.found.get(self._key, "") + data


class Folder:
    """A packed OFD: its parts by paths that are relative to the part that names them."""

    def __init__(self, packed: zipfile.ZipFile, limits: dict[str, Any]) -> None:
        self._packed, self._limits = packed, limits
        # Producers write backslashes and other cases than the parts are called.
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in packed.namelist()}
        self._read = 0

    def place(self, base: str, location: str) -> str | None:
        """Return the part that a location means, seen from another part, or None where there is none.

        Raises:
            Refused: `path`, for a place outside of the file.
        """
        plain = location.replace("\\", "/").strip()
        if not plain:
            return None
        path = plain.lstrip("/") if plain.startswith("/") else posixpath.join(posixpath.dirname(base), plain)
        path = posixpath.normpath(path).lower()
        if path.startswith(".."):
            raise Refused("path")
        return path if path in self._names else None

    def parse(self, path: str, parser: Parser) -> None:
        """Read a part."""
        self._read += 1
        if self._read > _MOST_PARTS:
            raise Refused("entries", found=self._read, allowed=_MOST_PARTS)
        parser.read(self._packed, self._names[path])

    def head(self, path: str) -> Head:
        """Read a part that lists others."""
        found = Head(self._limits)
        self.parse(path, found)
        return found

    def leaves(self, path: str) -> Leaves:
        """Read a part that says an invoice."""
        found = Leaves(self._limits)
        self.parse(path, found)
        return found

    def ending(self, name: str) -> list[str]:
        """Return the parts of a name, wherever they lie."""
        return [path for path in self._names if posixpath.basename(path) == name]


def read_ofd(packed: zipfile.ZipFile, limits: dict[str, Any]) -> dict[str, Any]:
    """Read an OFD of one invoice."""
    folder = Folder(packed, limits)
    root = folder.place("", "OFD.xml")
    if root is None:
        raise Refused("not_invoice")
    head = folder.head(root)
    documents = head.texts("DocRoot")
    if len(documents) > 1:
        raise Refused("several", count=len(documents))
    sources = [_head_values(head)]
    document = folder.place(root, documents[0]) if documents else None
    if document is not None:
        told = folder.head(document)
        sources[:0] = [*_attached(folder, document, told), *_tagged(folder, document, told)]
    numbers = {re.sub(r"\s", "", one["number"]) for one in sources if one.get("number")}
    if len(numbers) > 1:
        raise Refused("contradicts", count=len(numbers))
    merged: dict[str, Any] = {}
    for source in sources:
        for name, value in source.items():
            merged.setdefault(name, value)
    return invoice_of("ofd", merged)


def _head_values(head: Head) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, attributes, text in head.found:
        if name == "CustomData" and text:
            leaf = _HEADS.get(re.sub(r"[\s、，,:：]", "", attributes.get("Name", "")))
            if leaf:
                found.setdefault(LEAVES[leaf], text)
    return found


def _attached(folder: Folder, document: str, told: Head) -> list[dict[str, Any]]:
    places = [place for one in told.texts("Attachments") if (place := folder.place(document, one))]
    paths = []
    for listing in places:
        paths += [folder.place(listing, one) for one in folder.head(listing).texts("FileLoc")]
    paths += folder.ending("original_invoice.xml")
    found = [folder.leaves(path).told() for path in dict.fromkeys(paths) if path and path.endswith(".xml")]
    return [one for one in found if one.get("number")]


def _tagged(folder: Folder, document: str, told: Head) -> list[dict[str, Any]]:
    found = []
    for one in told.texts("CustomTags"):
        listing = folder.place(document, one)
        if listing is None:
            continue
        for location in folder.head(listing).texts("FileLoc"):
            path = folder.place(listing, location)
            if path is not None:
                found.append(_pointed_at(folder, document, told, folder.leaves(path)))
    return found


def _pointed_at(folder: Folder, document: str, told: Head, leaves: Leaves) -> dict[str, Any]:
    """Return what the texts say at which tags point."""
    wanted = {key for pairs in leaves.references.values() for _page, key in pairs}
    texts: dict[str, str] = {}
    for name, attributes, _text in told.found:
        if name in {"Page", "TemplatePage"}:
            path = folder.place(document, attributes.get("BaseLoc", ""))
            if path is not None:
                page = Texts(wanted)
                folder.parse(path, page)
                texts |= page.found
    found: dict[str, Any] = {}
    for name, ours in LEAVES.items():
        value = "".join(texts.get(key, "") for _page, key in leaves.references.get(name, ())).strip()
        if value:
            found.setdefault(ours, value)
    names = [texts.get(key, "").strip() for _page, key in leaves.references.get("Item", ())]
    if any(names):
        found["items"] = [{"name": one} for one in names if one][:_MOST_ITEMS]
    return found
