"""Reads the QR codes of a PDF from a stranger, in a process of its own that can be ended.

Run as a script with Python's `-I`, it imports nothing of the program: it gets the limits as an argument and the bytes
on standard input, and answers on standard output, one JSON document a line: a line for each page that it has come to
and for each text, and `done` at last. A page of a kilobyte can be drawn for years, and nothing inside a process stops
that.
"""

from __future__ import annotations

import json
import sys
from typing import Any

_POINTS_PER_INCH = 72


def say(document: dict[str, Any]) -> None:
    """Send one line."""
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def read(content: bytes, limits: dict[str, Any]) -> None:
    """Read page by page; each is rendered finer and finer until a code is legible, since most are at the first try."""
    import pypdfium2  # noqa: PLC0415 - after the limits are set

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return
    for index in range(min(len(document), limits["pages"])):
        say({"page": index})
        page = document[index]
        for text in texts_on(page, limits):
            say({"text": text})
        page.close()


def texts_on(page: Any, limits: dict[str, Any]) -> list[str]:  # noqa: ANN401 - pypdfium2 ships no types
    """Return the texts of a page that begin as ours do."""
    import zxingcpp  # noqa: PLC0415 - as above

    width_pt, height_pt = page.get_size()
    for dpi in limits["dpi"]:
        scale = dpi / _POINTS_PER_INCH
        if width_pt * height_pt * scale * scale > limits["pixels"]:
            break
        bitmap = page.render(scale=scale, grayscale=True)
        found = zxingcpp.read_barcodes(bitmap.to_pil(), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        bitmap.close()
        texts = [code.text for code in found if code.text.startswith(limits["prefix"])]
        if texts:
            return texts
    return []


def take_little(limits: dict[str, Any]) -> None:
    """Give up all memory beyond the limit, where the system can hold a process to that."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    for which, most in ((resource.RLIMIT_AS, limits["memory_bytes"]), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(which)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (least, least))


def main() -> int:
    """Read the bytes on standard input; answer on standard output."""
    limits = json.loads(sys.argv[1])
    take_little(limits)
    read(sys.stdin.buffer.read(), limits)
    say({"done": True})
    return 0


if __name__ == "__main__":
    sys.exit(main())
