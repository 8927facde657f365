"""Which characters can be printed, and with which font: read from the fonts' own tables, without drawing anything.

A chain of fonts is asked: the face the layout chose, then the regular serif, which is shipped whole for people's names,
then fonts of the system that reach further into Unicode, where they are installed. This needs neither reportlab nor the
glyphs, so a name can be looked at when it is typed, long before a paper is drawn.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import mmap
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final

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

SYSTEM_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "C:/Windows/Fonts",
    "~/AppData/Local/Microsoft/Windows/Fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
)

BLANKS: Final = " \u00a0\u3000"
"""The only characters that may print as nothing."""

_WHOLE_UNICODE = 12
_BASIC_PLANE = 4
"""Formats of a font's table of characters."""


class Coverage:
    """The fonts of one folder and of the system; tells which of them prints a character."""

    def __init__(
        self, folder: Path, *, system_folders: Sequence[Path] | None = None, own: Mapping[str, Path] | None = None
    ) -> None:
        self._files = {name: folder / file for name, file in FACES.items()} | dict(own or {})
        self._system_folders = _usual_folders() if system_folders is None else list(system_folders)
        self._outlines: dict[str, Outlines] = {}
        self._homes: dict[tuple[str, str], str | None] = {}

    def file(self, name: str) -> Path:
        """Return the file of a font that a character was found in."""
        return self._files[name]

    def home(self, character: str, face: str) -> str | None:
        """Name the first font of a face's chain that prints a character; None when there is none."""
        key = character, face
        if key not in self._homes:
            chain = itertools.chain(dict.fromkeys([face, WHOLE_FACE]), self._system_names())
            self._homes[key] = next((name for name in chain if self._has(name, character)), None)
        return self._homes[key]

    def unprintable(self, text: str) -> str | None:
        """Return the first character of a text that some paper could not print.

        Faces differ only in what the whole serif has besides, so that its chain speaks for all of them.
        """
        return next((character for character in text if self.home(character, WHOLE_FACE) is None), None)

    def _has(self, name: str, character: str) -> bool:
        if name not in self._outlines:
            self._outlines[name] = Outlines(self._files[name])
        return self._outlines[name].has(character)

    def _system_names(self) -> Iterable[str]:
        """Name the fonts of the system, which are looked for only when somebody gets this far down the chain."""
        if self._system_folders:
            found = {file.name: file for folder in self._system_folders for file in sorted(folder.rglob("*.ttf"))}
            self._files |= {f"system-{name}": found[name] for name in SYSTEM_FONTS if name in found}
            self._system_folders = []
        yield from [name for name in self._files if name.startswith("system-")]


@functools.lru_cache(maxsize=2)
def coverage(folder: Path) -> Coverage:
    """Return what the fonts of a folder cover, read once per process."""
    return Coverage(folder)


class Outlines:
    """One TrueType file: whether a character has a glyph, and the glyph has ink. Reads tables where they lie."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as stream:
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        count = self._u16(4)
        entries = (struct.unpack_from(">4s4xLL", self._data, 12 + 16 * place) for place in range(count))
        self._tables = {tag.decode("latin-1"): start for tag, start, _length in entries}
        self._has_long_places = self._u16(self._tables["head"] + 50) == 1
        self._ranges = sorted(self._read_ranges())
        self._starts = [first for first, _, _ in self._ranges]

    def has(self, character: str) -> bool:
        """Tell whether a character is drawn: a glyph without ink counts only for blanks."""
        place = bisect.bisect_right(self._starts, ord(character)) - 1
        if place < 0:
            return False
        first, last, glyphs = self._ranges[place]
        if ord(character) > last:
            return False
        glyph = glyphs[ord(character) - first]
        return glyph != 0 and (character in BLANKS or self._has_ink(glyph))

    def _has_ink(self, glyph: int) -> bool:
        form, size = (">LL", 4) if self._has_long_places else (">HH", 2)
        start, end = struct.unpack_from(form, self._data, self._tables["loca"] + size * glyph)
        return bool(end > start)

    def _read_ranges(self) -> Iterable[tuple[int, int, Sequence[int]]]:
        """Return runs of code points with the glyph of each, from the most complete table of characters."""
        table = self._tables["cmap"]
        places = [
            struct.unpack_from(">HHL", self._data, table + 4 + 8 * place) for place in range(self._u16(table + 2))
        ]
        by_format = {self._u16(table + at): table + at for platform, _, at in places if platform in {0, 3}}
        if _WHOLE_UNICODE in by_format:
            return self._whole_unicode(by_format[_WHOLE_UNICODE])
        return self._basic_plane(by_format[_BASIC_PLANE]) if _BASIC_PLANE in by_format else []

    def _whole_unicode(self, at: int) -> Iterable[tuple[int, int, Sequence[int]]]:
        (count,) = struct.unpack_from(">L", self._data, at + 12)
        for first, last, glyph in struct.iter_unpack(">LLL", self._data[at + 16 : at + 16 + 12 * count]):
            yield first, last, range(glyph, glyph + last - first + 1)

    def _basic_plane(self, at: int) -> Iterable[tuple[int, int, Sequence[int]]]:
        count = self._u16(at + 6) // 2
        lasts, firsts, deltas, offsets = (at + 14, at + 16 + 2 * count, at + 16 + 4 * count, at + 16 + 6 * count)
        for place in range(count):
            first, last = self._u16(firsts + 2 * place), self._u16(lasts + 2 * place)
            delta, offset = self._u16(deltas + 2 * place), self._u16(offsets + 2 * place)
            if offset == 0:
                yield first, last, [(point + delta) & 0xFFFF for point in range(first, last + 1)]
                continue
            start = offsets + 2 * place + offset
            listed = [self._u16(start + 2 * step) for step in range(last - first + 1)]
            yield first, last, [(glyph + delta) & 0xFFFF if glyph else 0 for glyph in listed]

    def _u16(self, at: int) -> int:
        (value,) = struct.unpack_from(">H", self._data, at)
        return int(value)


def _usual_folders() -> list[Path]:
    folders = (Path(name).expanduser() for name in SYSTEM_FOLDERS)
    return [folder for folder in folders if folder.is_dir()]
