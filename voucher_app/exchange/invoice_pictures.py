"""Reads invoices out of PDF files and pictures: entries of a PDF's head, an attached XML, its text, its QR code.

Runs inside `reading_child`, which has no site packages: the folders of pdfium, Pillow and zxing are named to it. The
QR code is handed on as text.
"""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING, Any

from voucher_app.exchange.child_parts import DAMAGE, Refused
from voucher_app.exchange.invoice_leaves import LEAVES, Leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_PAGES = 4
"""An invoice with many lines has some pages; each says the same number, or the file holds several."""
_MOST_PIXELS = 24_000_000
"""A sheet of A4 at 400 dpi is 16 million."""
_PICTURES = ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF")
"""What scanners and cameras make. Pillow knows PostScript too, which is a program, and would let Ghostscript run it."""
_DPI = (150, 220, 300)
_POINTS_PER_INCH = 72
_MOST_ATTACHMENTS = 8
_MOST_TEXT = 20_000
_LINES_OF_QR = re.compile(r"^0?1[,，]")
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")


def read_pdf(content: bytes, given: dict[str, Any]) -> dict[str, Any]:
    """Read a PDF of one invoice.

    Raises:
        Refused: what it is not, or hides.
    """
    sys.path += given["packages"]
    import pypdfium2  # noqa: PLC0415 - only where there is a PDF

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        # pdfium tells a password by its own number, which this library says in words.
        raise Refused("locked" if "password" in str(error).lower() else "damaged") from None
    try:
        if len(document) < 1:
            raise Refused("damaged")
        found = _head(document) | {"qr": []}
        attached = _attached(document, given["limits"])
        if attached.get("number"):
            found = {**found, **attached}
        codes: list[str] = []
        for index in range(min(len(document), _MOST_PAGES)):
            codes += _codes_on_page(document[index])
        found["qr"] = list(dict.fromkeys(codes))
        found["codes"] = _credit_codes(document[0])
    except pypdfium2.PdfiumError:
        raise Refused("damaged") from None
    finally:
        document.close()
    if not found.get("number") and not found["qr"]:
        raise Refused("not_invoice")
    return {"source": "pdf" if found.get("number") else "qr", **found}


def _head(document: Any) -> dict[str, Any]:  # noqa: ANN401 - pypdfium2 ships no types
    found: dict[str, Any] = {}
    for name, ours in LEAVES.items():
        value = str(document.get_metadata_value(name)).strip()
        if value:
            found.setdefault(ours, value)
    return found


def _attached(document: Any, limits: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - as above
    for index in range(min(document.count_attachments(), _MOST_ATTACHMENTS)):
        attachment = document.get_attachment(index)
        if not attachment.get_name().lower().endswith(".xml"):
            continue
        data = bytes(attachment.get_data())
        if len(data) > limits["file_bytes"]:
            raise Refused("unpacked", found=len(data), allowed=limits["file_bytes"])
        leaves = Leaves(limits)
        leaves.read_stream(io.BytesIO(data))
        told = leaves.told()
        if told.get("number"):
            return told
    return {}


def _credit_codes(page: Any) -> list[str]:  # noqa: ANN401 - as above
    """Return what looks like credit codes in a page's text, in order, each once."""
    text = page.get_textpage()
    try:
        said = str(text.get_text_range(0, min(text.count_chars(), _MOST_TEXT)))
    finally:
        text.close()
    return list(dict.fromkeys(_CODE.findall(said)))


def _codes_on_page(page: Any) -> list[str]:  # noqa: ANN401 - as above
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        return []
    for dpi in _DPI:
        scale = dpi / _POINTS_PER_INCH
        # A page that is made huge is drawn small, not at all costs.
        scale = min(scale, (_MOST_PIXELS / (width * height)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True)
        codes = list(_codes_in(bitmap.to_pil()))
        bitmap.close()
        if codes:
            return codes
    return []


def _codes_in(picture: Any) -> Iterator[str]:  # noqa: ANN401 - Pillow's, loaded late
    import zxingcpp  # noqa: PLC0415 - only where there is a picture

    for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
        text = code.text.strip()
        if _LINES_OF_QR.match(text):
            yield text


def read_picture(content: bytes, given: dict[str, Any]) -> dict[str, Any]:
    """Read a picture of one invoice, by its QR code.

    Raises:
        Refused: what it is not, or hides.
    """
    sys.path += given["packages"]
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only where there is a picture

    Image.MAX_IMAGE_PIXELS = None  # asked below, before anything is unpacked
    try:
        with Image.open(io.BytesIO(content), formats=_PICTURES) as picture:
            pixels = picture.width * picture.height
            if pixels > _MOST_PIXELS * 2:
                raise Refused("pixels", found=pixels, allowed=_MOST_PIXELS * 2)
            codes = list(dict.fromkeys(_codes_in(picture.convert("L"))))
    except UnidentifiedImageError:
        raise Refused("not_invoice") from None
    # Whatever its decoders stumble over in a damaged or hostile file.
    except (*DAMAGE, SyntaxError):
        raise Refused("damaged") from None
    if not codes:
        raise Refused("no_code")
    return {"source": "qr", "qr": codes}
