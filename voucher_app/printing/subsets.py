"""The letters of one file: each font's characters numbered as they are used, and embedded as subsets of up to 255.

A file begins with a *stock*, the characters that every paper of its kind has; they are embedded once per process, and
a file adds only subsets of what it needs beyond. Codes have one byte, as simple TrueType fonts want it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from voucher_app.printing.fonts import to_unicode_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voucher_app.printing.document import PdfFile
    from voucher_app.printing.fonts import FontBook, Run

MOST_CODES: Final = 256
"""Of a subset; the first one stands for no character."""

Code = tuple[str, str]
"""Name of the subset in the resources, and the character's code in it as two hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Subsets that many files share.

    Attributes:
        codes: for each font, the codes of its characters.
        resources: the entries of a font dictionary.
        tags: how many subsets of each font there are, because no two of a file may have the same name.
    """

    codes: dict[str, dict[str, Code]]
    resources: bytes
    tags: dict[str, int]


NO_STOCK: Final = Stock({}, b"", {})


class Subsets:
    """Hands out codes while a file's pages are written, and embeds the fonts at its end."""

    def __init__(self, fonts: FontBook, *, stock: Stock = NO_STOCK) -> None:
        self._fonts = fonts
        self._stock = stock
        self._codes = {font: dict(codes) for font, codes in stock.codes.items()}
        self._points: dict[tuple[str, int], list[int]] = {}

    def shown(self, runs: Iterable[Run], size_pt: float) -> str:
        """Write the operators that show runs of text at a size."""
        parts = []
        for run in runs:
            codes = self._codes.setdefault(run.font, {})
            found = [codes.get(character) or self._code(run.font, character) for character in run.text]
            for subset, of_subset in itertools.groupby(found, key=_subset):
                parts.append(f"/{subset} {size_pt:g} Tf <{''.join([code for _, code in of_subset])}> Tj")
        return "\n".join(parts)

    def embed(self, file: PdfFile) -> bytes:
        """Write the fonts into a file; return the entries of its font dictionary, those of the stock included."""
        entries = [
            f"/{self._name(font, place)} {self._embedded(file, font, place, points)} 0 R"
            for (font, place), points in self._points.items()
        ]
        return self._stock.resources + "".join(entries).encode()

    def as_stock(self, resources: bytes) -> Stock:
        """Return the subsets as a stock for other files, once they were embedded as these resources."""
        tags: dict[str, int] = {}
        for font, place in self._points:
            tags[font] = max(tags.get(font, 0), place + 1)
        return Stock(self._codes, resources, tags)

    def _code(self, font: str, character: str) -> Code:
        first = self._stock.tags.get(font, 0)
        last = first + sum(1 for name, _ in self._points if name == font) - 1
        if last < first or len(self._points[font, last]) == MOST_CODES:
            last += 1
            self._points[font, last] = [0]
        points = self._points[font, last]
        points.append(ord(character))
        code = self._name(font, last), f"{len(points) - 1:02X}"
        self._codes[font][character] = code
        return code

    def _name(self, font: str, place: int) -> str:
        return f"{self._fonts.short_name(font)}.{place}"

    def _embedded(self, file: PdfFile, font: str, place: int, points: list[int]) -> int:
        face = self._fonts.font(font).face
        length, compressed = face.embedded(tuple(points))
        name = f"{_tag(place)}+{face.name.decode('latin-1')}"
        outlines = file.add_compressed(compressed, b"/Length1 %d" % length)
        descriptor = file.add(
            f"<</Type/FontDescriptor/FontName/{name}/Flags {face.symbolic_flags}/FontBBox[{_numbers(face.bbox)}]"
            f"/ItalicAngle {face.italicAngle:g}/Ascent {face.ascent:g}/Descent {face.descent:g}"
            f"/CapHeight {face.capHeight:g}/StemV {face.stemV:g}/MissingWidth {face.defaultWidth:g}"
            f"/FontFile2 {outlines} 0 R>>".encode()
        )
        to_unicode = file.add_stream(to_unicode_table(name, points).encode())
        widths = _numbers(face.getCharWidth(point) for point in points)
        return file.add(
            f"<</Type/Font/Subtype/TrueType/BaseFont/{name}/FirstChar 0/LastChar {len(points) - 1}/Widths[{widths}]"
            f"/FontDescriptor {descriptor} 0 R/ToUnicode {to_unicode} 0 R>>".encode()
        )


def _subset(code: Code) -> str:
    return code[0]


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:g}" for value in values)


def _tag(place: int) -> str:
    """Return the six letters by which the subsets of one font are told apart."""
    letters = []
    for _ in range(6):
        place, letter = divmod(place, 26)
        letters.append(chr(ord("A") + letter))
    return "".join(reversed(letters))
