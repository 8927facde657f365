"""The fonts on paper: embedded only, registered once per process, one fallback chain per run of characters.

reportlab draws nothing for a character its font lacks, and says nothing. So every text is asked for its glyphs before
the first page is begun, and looked up along a chain: the face the layout chose, then the regular serif, which is
shipped whole for people's names, then fonts of the system that reach further into Unicode, where they are installed.
"""

from __future__ import annotations

import functools
import itertools
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts

from voucher_app.services.papers import MissingGlyph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FACES: Final = {
    "serif": "NotoSerifSC-Regular.ttf",
    "serif-bold": "NotoSerifSC-Bold-subset.ttf",
    "sans": "NotoSansSC-Regular-subset.ttf",
    "sans-bold": "NotoSansSC-Bold-subset.ttf",
}
WHOLE_FACE: Final = "serif"

SYSTEM_FONTS: Final = (
    "HanaMinA.ttf",
    "HanaMinB.ttf",
    "Jigmo.ttf",
    "Jigmo2.ttf",
    "Jigmo3.ttf",
    "PlangothicP1-Regular.ttf",
    "PlangothicP2-Regular.ttf",
)
"""Free fonts for rare ideographs; looked for only when a character is in none of ours."""

BLANKS: Final = " \u00a0\u3000"
"""The only characters that may print as nothing."""

DIGITS: Final = "0123456789"

_CMAP_BLOCK = 100
"""The PDF specification allows at most this many pairs per block of a ToUnicode table."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that one font prints."""

    font: str
    text: str


class FontBook:
    """The fonts of one folder, ready for a canvas; looks characters up and measures text.

    Args:
        folder: where the fonts that ship with the program lie.
        system_folders: where to look for further ones; the system's own by default.
        own: faces that an office brings, by the name its templates give them.
    """

    def __init__(
        self, folder: Path, *, system_folders: Sequence[Path] | None = None, own: Mapping[str, Path] | None = None
    ) -> None:
        _prepare_reportlab()
        self._system_folders = _usual_folders() if system_folders is None else list(system_folders)
        self._files = {name: folder / file for name, file in FACES.items()} | dict(own or {})
        self._fonts: dict[str, Any] = {}
        self._homes: dict[str, dict[str, tuple[str, float]]] = {face: {} for face in self._files}

    def require(self, text: str, *, face: str, field: str, subject: str) -> None:
        """Make sure that every character of a text can be printed.

        Raises:
            MissingGlyph: naming the first character that no font has.
        """
        homes = self._homes[face]
        for character in text:
            if character not in homes and self._home(character, face) is None:
                raise MissingGlyph(character=character, field=field, subject=subject)

    def runs(self, text: str, face: str) -> list[Run]:
        """Split a text whose glyphs were required before into runs of one font each."""
        homes = self._homes[face]
        if len({homes[character][0] for character in text}) == 1:
            return [Run(homes[text[0]][0], text)]
        found = itertools.groupby(text, key=lambda character: homes[character][0])
        return [Run(font, "".join(characters)) for font, characters in found]

    def width(self, text: str, face: str) -> float:
        """Measure a text whose glyphs were required before, in points at a size of one point."""
        homes = self._homes[face]
        return sum([homes[character][1] for character in text])

    def figure_width(self, face: str) -> float:
        """Return the width of the widest digit, in sizes: what each digit takes in a column of figures."""
        for digit in DIGITS:
            self.require(digit, face=face, field=digit, subject=face)
        return max(self.width(digit, face) for digit in DIGITS)

    def font(self, name: str) -> Any:  # noqa: ANN401 - reportlab's stubs lack what a content stream needs of it
        """Return the reportlab font of a run, read and registered when first asked for."""
        if name not in self._fonts:
            self._fonts[name] = _register(name, self._files[name])
            if name in self._homes and name not in FACES:
                # The office's font may be one of ours under another name, and a file tells fonts apart by their names.
                self._fonts[name].face.name = b"own-%d-" % len(self._fonts) + self._fonts[name].face.name
        return self._fonts[name]

    def _home(self, character: str, face: str) -> tuple[str, float] | None:
        for name in itertools.chain([face, WHOLE_FACE], self._system_names()):
            outlines = self.font(name).face
            if _has_glyph(outlines, character):
                home = (name, outlines.getCharWidth(ord(character)) / 1000)
                self._homes[face][character] = home
                return home
        return None

    def _system_names(self) -> Iterable[str]:
        """Name the fonts of the system, which are looked for only when somebody gets this far down the chain."""
        if self._system_folders:
            found = {file.name: file for folder in self._system_folders for file in sorted(folder.rglob("*.ttf"))}
            self._files |= {f"system-{name}": found[name] for name in SYSTEM_FONTS if name in found}
            self._system_folders = []
        yield from (name for name in self._files if name not in self._homes)


@functools.lru_cache(maxsize=2)
def font_book(folder: Path) -> FontBook:
    """Return the fonts of a folder, one book per process: reading them takes a fifth of a second."""
    return FontBook(folder)


def _usual_folders() -> list[Path]:
    folders = (Path(name).expanduser() for name in rl_config.TTFSearchPath if "%" not in name)
    return [folder for folder in folders if folder.is_dir()]


def _register(name: str, file: Path) -> Any:  # noqa: ANN401 - see FontBook.font
    font: Any = ttfonts.TTFont(f"slq-{name}", str(file), asciiReadable=False, shapable=False)
    font.face.__class__ = _SharedFace  # TTFont leaves no choice of its face's class
    pdfmetrics.registerFont(font)
    return font


def _has_glyph(face: Any, character: str) -> bool:  # noqa: ANN401 - see FontBook.font
    glyph = face.charToGlyph.get(ord(character))
    if not glyph:
        return False
    return character in BLANKS or bool(face.glyphPos[glyph + 1] > face.glyphPos[glyph])


class _GlyphTable:
    """The outlines of a font, sliced without copying the whole table of ten megabytes first."""

    def __init__(self, table: memoryview) -> None:
        self._table = table

    def __getitem__(self, part: slice) -> bytes:
        return bytes(self._table[part])


class _SharedFace(ttfonts.TTFontFace):
    """A face that remembers what it embedded: files of one batch share most of their subsets."""

    _ttf_data: bytes

    def get_table(self, tag: str) -> Any:  # noqa: ANN401 - bytes, or what slices like bytes
        if tag != "glyf":
            return super().get_table(tag)  # type: ignore[no-untyped-call]  # reportlab's stubs leave it open
        start, length = self.get_table_pos(tag)
        return _GlyphTable(memoryview(self._ttf_data)[start : start + length])

    def addSubsetObjects(self, doc: Any, fontname: str, subset: list[int]) -> Any:  # noqa: ANN401, N802 - theirs
        kept = self.__dict__.setdefault("_kept", functools.lru_cache(maxsize=64)(self._compressed))
        length, compressed = kept(tuple(subset))
        file = pdfdoc.PDFStream(content=compressed)
        file.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
        file.dictionary["Length1"] = length
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "Ascent": self.ascent,
                "CapHeight": self.capHeight,
                "Descent": self.descent,
                "Flags": (self.flags & ~ttfonts.FF_NONSYMBOLIC) | ttfonts.FF_SYMBOLIC,
                "FontBBox": pdfdoc.PDFArray(self.bbox),
                "FontName": pdfdoc.PDFName(fontname),
                "ItalicAngle": self.italicAngle,
                "StemV": self.stemV,
                "FontFile2": doc.Reference(file, f"fontFile:{fontname}"),
                "MissingWidth": self.defaultWidth,
            }
        )
        return doc.Reference(descriptor, f"fontDescriptor:{fontname}")

    def _compressed(self, subset: tuple[int, ...]) -> tuple[int, bytes]:
        content = self.makeSubset(subset)
        return len(content), zlib.compress(content)


def to_unicode_table(fontname: str, subset: list[int]) -> str:
    """Write the table by which a reader copies text: code to UTF-16, characters above U+FFFF as surrogate pairs."""
    pairs = [f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(subset)]
    blocks = [pairs[start : start + _CMAP_BLOCK] for start in range(0, len(pairs), _CMAP_BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({fontname}) /Ordering ({fontname}) /Supplement 0 >> def",
        f"/CMapName /{fontname} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<00> <{len(subset) - 1:02X}>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


@functools.cache
def _prepare_reportlab() -> None:
    rl_config.invariant = 1
    rl_config.useA85 = 0
    # Nothing of ours names a file or an address, so nothing may be fetched, whatever a text contains.
    rl_config.trustedHosts = []
    rl_config.trustedSchemes = []
    # WORKAROUND: reportlab 5.1 writes characters above U+FFFF with five hexadecimal digits instead of a surrogate
    # pair, so that 𬭎 in a name prints right and copies wrong. Its function is looked up in the module each time.
    ttfonts.makeToUnicodeCMap = to_unicode_table
