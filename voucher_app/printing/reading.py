"""Finding the QR code in what a person hands over: a PDF of ours, a scan, a photograph.

The content decides what a file is, not its name. A PDF is drawn by a process of its own (`reading_child.py`), because a
page may take for ever. What is no picture at all simply holds no code; only the disk raises.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voucher_app.printing.signing import PREFIX

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_BYTES: Final = 20_000_000
MOST_PAGES: Final = 2_000
MOST_PIXELS: Final = 60_000_000
"""A sheet of A3 at 400 dpi is 31 million; more is a picture made to fill the memory."""

PICTURES: Final = ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF")
"""What scanners and cameras make. Pillow knows PostScript too, which is a program, and would let Ghostscript run it."""

RENDERED_DPI: Final = (150, 200, 300)
SECONDS_OF_A_PAGE: Final = 10.0
MOST_SECONDS: Final = 300.0
"""For all pages: a thousand certificates in one file take a third of it."""
MOST_MEMORY_BYTES: Final = 1_500_000_000
_CHILD: Final = Path(__file__).with_name("reading_child.py")


class QrReader:
    """Reads `SLQ1:` texts from PDF files and pictures; whether they are genuine is not its business."""

    def qr_text(self, source: Path) -> list[str]:
        """Return every `SLQ1:` text on the pages of a PDF, or in a picture, each once; empty when none is legible.

        Raises:
            OSError: when the file cannot be read.
        """
        with source.open("rb") as stream:  # a device tells no size, and may never end
            content = stream.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            return []
        pages = _texts_in_pdf(content) if content.lstrip().startswith(b"%PDF-") else _texts_in_picture(content)
        return list(dict.fromkeys(pages))


def _texts_in_pdf(content: bytes) -> list[str]:
    """Let a process of its own read a PDF; one that does not come to its end has no code that is legible."""
    limits = {
        "pages": MOST_PAGES,
        "pixels": MOST_PIXELS,
        "dpi": RENDERED_DPI,
        "memory_bytes": MOST_MEMORY_BYTES,
        "prefix": PREFIX,
    }
    command = [sys.executable, "-I", str(_CHILD), json.dumps(limits)]
    with subprocess.Popen(  # noqa: S603 - our own script, by Python's own path
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=os.sep,
        env={name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    ) as child:
        try:
            return _answer(child, content)
        finally:
            child.kill()


def _answer(child: subprocess.Popen[bytes], content: bytes) -> list[str]:
    answers: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_feed, args=(child, content), daemon=True).start()
    threading.Thread(target=_listen, args=(child, answers), daemon=True).start()
    texts: list[str] = []
    deadline = time.monotonic() + MOST_SECONDS
    while True:
        try:
            answer = answers.get(timeout=max(0.0, min(SECONDS_OF_A_PAGE, deadline - time.monotonic())))
        except queue.Empty:
            return []
        if not answer.endswith(b"\n"):
            return []  # it was taken away by the system, or fell over what it read
        told = json.loads(answer)
        if "text" in told:
            texts.append(str(told["text"]))
        elif "done" in told:
            return texts


def _feed(child: subprocess.Popen[bytes], content: bytes) -> None:
    assert child.stdin is not None
    try:
        with child.stdin as stream:
            stream.write(content)
    except (OSError, ValueError):
        return  # it ended early


def _listen(child: subprocess.Popen[bytes], answers: queue.Queue[bytes]) -> None:
    assert child.stdout is not None
    try:
        while line := child.stdout.readline():
            answers.put(line)
    except (OSError, ValueError):
        pass
    answers.put(b"")


def _texts_in_picture(content: bytes) -> list[str]:
    from PIL import Image  # noqa: PLC0415 - slow to import

    try:
        with Image.open(BytesIO(content), formats=PICTURES) as picture:
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
