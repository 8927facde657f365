"""What every paper is drawn with: lines of text as PDF operators, QR codes as bit masks, and the file around them.

reportlab keeps the file, the embedded fonts and their subsets; the content of a page is written here, because a
page's operators are all that differs between ten thousand papers, and because text that is written as codes of an
embedded font can be nothing but text.
"""

from __future__ import annotations

import math
import re
import threading
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from voucher_app.printing import art

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voucher_app.printing.fonts import FontBook, Run
    from voucher_app.printing.layout_file import Colour

CAP_CENTER: Final = 0.38
"""Height of a Chinese character's middle above the baseline, in sizes."""

QR_MASK: Final = 3
"""One of the eight patterns that a QR code may be laid under. Trying all eight takes nine tenths of the time of making
a code, and pays where content is regular; ours is coded densely and ends in a signature, so that each pattern is as
good as the next, and readers take any."""

# Two papers may be previewed and printed at once, from different threads; reportlab's fonts keep one state.
drawing: Final = threading.Lock()

_INSIDE_WORD = re.compile(r"[0-9A-Za-z\u00C0-\u024F@#&*+\-_/.,:%'’]+(?=[0-9A-Za-z\u00C0-\u024F@#&*+\-_/.,:%'’])")
"""All of a Latin word or a number but its last character: where a justified line is never stretched."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, set: its baseline's start in points from the bottom left of the page, and its direction.

    Attributes:
        spacing_pt: added after every character.
        stretch_pt: added besides after every character that is not inside a Latin word, so that a line fills its
            width.
        figure: width that each digit takes, in sizes, so that figures stand below each other; 0 leaves them as they
            are. The digits of a serif face differ in width.
    """

    x_pt: float
    y_pt: float
    size_pt: float
    runs: list[Run]
    colour: Colour
    spacing_pt: float = 0.0
    angle: float = 0.0
    stretch_pt: float = 0.0
    figure: float = 0.0


def new_canvas(*, width_pt: float, height_pt: float, fonts: FontBook, title: str) -> Any:  # noqa: ANN401 - stubs lack forms
    """Begin a PDF file in memory; the same content gives the same bytes."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - slow to import

    canvas: Any = Canvas(
        BytesIO(),
        pagesize=(width_pt, height_pt),
        pageCompression=1,
        invariant=1,
        # Without it every file names Helvetica, which is not embedded. The stubs take a name for a float.
        initialFontName=fonts.font("serif").fontName,
        lang="zh-CN",
    )
    canvas.setTitle(title)
    canvas.setProducer("voucher-app")
    return canvas


def placing(line: Line) -> str:
    """Write where a line of text begins, and its direction."""
    cosine, sine = math.cos(line.angle), math.sin(line.angle)
    turn = f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f}" if line.angle else "1 0 0 1"
    return f"{turn} {line.x_pt:.2f} {line.y_pt:.2f} Tm"


def text_operators(lines: Iterable[Line], *, fonts: FontBook, document: Any) -> str:  # noqa: ANN401 - reportlab's
    """Write lines of text in page points.

    Args:
        lines: what to write.
        fonts: where their runs come from.
        document: the file, which numbers the characters of each font.
    """
    parts, colour = ["BT"], None
    for line in lines:
        if line.colour != colour:
            colour = line.colour
            parts.append(art.fill(colour))
        parts.append(placing(line))
        if line.stretch_pt:
            _write_stretched(line, parts, fonts, document)
            continue
        parts.append(f"{line.spacing_pt:.4g} Tc")
        if line.figure:
            _write_figures(line, parts, fonts, document)
            continue
        for run in line.runs:
            _write_run(run.font, run.text, line.size_pt, parts, fonts, document)
    return "\n".join([*parts, "ET"])


def _write_run(name: str, text: str, size_pt: float, parts: list[str], fonts: FontBook, document: Any) -> None:  # noqa: ANN401 - as above
    font = fonts.font(name)
    for subset, codes in font.splitString(text, document):
        parts.append(f"{font.getSubsetInternalName(subset, document)} {size_pt:g} Tf <{codes.hex()}> Tj")


def _write_figures(line: Line, parts: list[str], fonts: FontBook, document: Any) -> None:  # noqa: ANN401 - as above
    """Write a line whose digits all take the same room, each in the middle of it."""
    for run in line.runs:
        font = fonts.font(run.font)
        rest = iter(run.text)
        for subset, codes in font.splitString(run.text, document):
            written, due = [], 0.0
            for code in codes:
                character = next(rest)
                pad = 0.0
                if "0" <= character <= "9":
                    pad = (line.figure - font.face.getCharWidth(ord(character)) / 1000) * 500
                due += pad
                written.append(f"{-due:.0f}<{code:02x}>" if round(due) else f"<{code:02x}>")
                due = pad
            name = font.getSubsetInternalName(subset, document)
            parts.append(f"{name} {line.size_pt:g} Tf [{''.join(written)}] TJ")


def _write_stretched(line: Line, parts: list[str], fonts: FontBook, document: Any) -> None:  # noqa: ANN401 - as above
    for run in line.runs:
        end = 0
        for found in _INSIDE_WORD.finditer(run.text):
            for piece, added in ((run.text[end : found.start()], line.stretch_pt), (found.group(), 0.0)):
                if piece:
                    parts.append(f"{line.spacing_pt + added:.4g} Tc")
                    _write_run(run.font, piece, line.size_pt, parts, fonts, document)
            end = found.end()
        parts.append(f"{line.spacing_pt + line.stretch_pt:.4g} Tc")
        _write_run(run.font, run.text[end:], line.size_pt, parts, fonts, document)


def slanted(
    text: str, *, face: str, box_pt: tuple[float, float, float, float], colour: Colour, fonts: FontBook
) -> Line:
    """Lay a word along the rising diagonal of a box: left, bottom, width, height."""
    left, bottom, width, height = box_pt
    angle = math.atan2(height, width)
    length_pt = math.hypot(width, height)
    size_pt = length_pt / (fonts.width(text, face) + 1)
    along, across = (length_pt - size_pt) / 2, CAP_CENTER * size_pt
    return Line(
        x_pt=left + width / 2 - along * math.cos(angle) + across * math.sin(angle),
        y_pt=bottom + height / 2 - along * math.sin(angle) - across * math.cos(angle),
        size_pt=size_pt,
        runs=fonts.runs(text, face),
        colour=colour,
        angle=angle,
    )


def stretchable(text: str) -> int:
    """Count the characters of a line after which it may be stretched, the last one included."""
    return len(text) - sum(len(found.group()) for found in _INSIDE_WORD.finditer(text))


def qr_operators(text: str, *, x_pt: float, y_pt: float, side_pt: float, quiet_modules: int) -> str:
    """Write a QR code on white ground, its quiet zone around it; `x_pt`, `y_pt` are its lower left corner."""
    modules, rows = qr_bits(text)
    rim = side_pt / modules * quiet_modules
    return (
        f"q 1 g {x_pt - rim:.2f} {y_pt - rim:.2f} {side_pt + 2 * rim:.2f} {side_pt + 2 * rim:.2f} re f 0 g "
        f"{side_pt:.3f} 0 0 {side_pt:.3f} {x_pt:.3f} {y_pt:.3f} cm\n"
        f"BI /W {modules} /H {modules} /BPC 1 /IM true /F /AHx ID\n{rows.hex()}>\nEI Q"
    )


def qr_bits(text: str) -> tuple[int, bytes]:
    """Make a QR code of error level M: modules per side, and rows of bits padded to bytes, 0 for dark."""
    import zxingcpp  # noqa: PLC0415 - loads a library

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=QR_MASK)
    picture: Any = code.to_image(scale=1, add_quiet_zones=False)  # a buffer, which its stubs do not say
    modules: int = picture.shape[0]
    padding = -modules % 8
    light = bytes(memoryview(picture)).translate(_BIT_OF_GREY).decode("ascii")
    rows = (light[start : start + modules] for start in range(0, modules * modules, modules))
    return modules, b"".join((int(row, 2) << padding).to_bytes((modules + padding) // 8) for row in rows)


_BIT_OF_GREY: Final = bytes(ord("1") if grey else ord("0") for grey in range(256))
