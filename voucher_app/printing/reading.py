"""Finding the QR code in what a person hands over: a PDF of ours, a scan, a photograph.

The content decides what a file is, not its name. A page is rendered finer and finer until a code is legible, since
most are at the first try. What is no picture at all simply holds no code; only the disk raises.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from voucher_app.printing.signing import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL.Image import Image

LARGEST_BYTES: Final = 20_000_000
MOST_PAGES: Final = 2_000
MOST_PIXELS: Final = 60_000_000
"""A sheet of A3 at 400 dpi is 31 million; more is a picture made to fill the memory."""

RENDERED_DPI: Final = (150, 200, 300)
_POINTS_PER_INCH: Final = 72


class QrReader:
    """Reads `SLQ1:` texts from PDF files and pictures; whether they are genuine is not its business."""

    def qr_text(self, source: Path) -> list[str]:
        """Return every `SLQ1:` text on the pages of a PDF, or in a picture, each once; empty when none is legible.

        Raises:
            OSError: when the file cannot be read.
        """
        if source.stat().st_size > LARGEST_BYTES:
            return []
        content = source.read_bytes()
        pages = _texts_in_pdf(content) if content.lstrip().startswith(b"%PDF-") else _texts_in_picture(content)
        return list(dict.fromkeys(pages))


def _texts_in_pdf(content: bytes) -> Iterator[str]:
    import pypdfium2  # noqa: PLC0415 - slow to import

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return
    with document:
        for index in range(min(len(document), MOST_PAGES)):
            page = document[index]
            try:
                yield from _texts_on_page(page)
            finally:
                page.close()


def _texts_on_page(page: object) -> list[str]:
    width_pt, height_pt = page.get_size()  # type: ignore[attr-defined]  # pypdfium2 ships no types
    for dpi in RENDERED_DPI:
        scale = dpi / _POINTS_PER_INCH
        if width_pt * height_pt * scale * scale > MOST_PIXELS:
            break
        bitmap = page.render(scale=scale, grayscale=True)  # type: ignore[attr-defined]  # pypdfium2 ships no types
        texts = _texts_in(bitmap.to_pil())
        bitmap.close()
        if texts:
            return texts
    return []


def _texts_in_picture(content: bytes) -> list[str]:
    from PIL import Image  # noqa: PLC0415 - slow to import

    try:
        with Image.open(BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return []
            return _texts_in(picture.convert("L"))
    # Whatever its decoders stumble over in a damaged or hostile file: no picture, no code.
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return []


def _texts_in(picture: Image) -> list[str]:
    import zxingcpp  # noqa: PLC0415 - slow to import

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [code.text for code in found if code.text.startswith(PREFIX)]
