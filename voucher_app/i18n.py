"""The two languages of the program: `_()` around an English literal, Chinese from the catalogues, Chinese first.

English is the language of the source, so it needs no catalogue. Chinese comes from two: `window` for what `ui` says,
`words` for everything else. `scripts/messages.py` keeps them complete, and a test fails when one is not.

The catalogues are gettext's `.mo` files. Python's own reader decodes every sentence of them at once, 6 ms before each
window and each command; this one looks a sentence up where the sorted file has it.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHINESE: Final = "zh_CN"
ENGLISH: Final = "en"
LANGUAGES: Final = (CHINESE, ENGLISH)
CATALOGUES: Final = ("words", "window")
"""A sentence that both have is taken from the first."""


_MAGIC: Final = 0x950412DE


class Catalogue:
    """A `.mo` file in which sentences are looked up; Chinese has one form for every number.

    Args:
        content: the file, with the sentences sorted, as every writer of such files sorts them.

    Raises:
        ValueError: when it is no such file.
    """

    def __init__(self, content: bytes) -> None:
        if len(content) < 20 or struct.unpack_from("<I", content)[0] != _MAGIC:  # noqa: PLR2004 - five numbers
            raise ValueError("not a .mo file")
        self._content = content
        _magic, _revision, self._count, self._sentences, self._translations = struct.unpack_from("<5I", content)
        self._known: dict[bytes, str | None] = {}

    def find(self, sentence: str) -> str | None:
        """Return a sentence in the catalogue's language, or None."""
        return self._find(sentence.encode())

    def find_counted(self, singular: str, plural: str) -> str | None:
        """Return the sentence for a number of things, or None."""
        return self._find(f"{singular}\0{plural}".encode())

    def _find(self, wanted: bytes) -> str | None:
        if wanted not in self._known:
            place = bisect_left(range(self._count), wanted, key=lambda at: self._text(self._sentences, at))
            is_there = place < self._count and self._text(self._sentences, place) == wanted
            self._known[wanted] = self._text(self._translations, place).decode() if is_there else None
        return self._known[wanted]

    def _text(self, table: int, place: int) -> bytes:
        length, begin = struct.unpack_from("<2I", self._content, table + 8 * place)
        return self._content[begin : begin + length]


_folder: Path | None = None
_language = ENGLISH
_catalogues: tuple[Catalogue, ...] = ()
_read: dict[Path, Catalogue] = {}
_spoken: ContextVar[tuple[str, tuple[Catalogue, ...]] | None] = ContextVar("spoken", default=None)
"""What `speaking` chose, on the thread that called it; a paper is drawn on another one than the window's."""


def use_folder(locale: Path) -> None:
    """Say where the catalogues are; `app.py` does it once."""
    global _folder  # noqa: PLW0603 - the language is the one thing that is the same for the whole process
    _folder = locale


def set_language(language: str) -> None:
    """Switch the language of every sentence made from now on."""
    global _language, _catalogues
    _language, _catalogues = language, _catalogues_of(language)


def _catalogues_of(language: str) -> tuple[Catalogue, ...]:
    assert language in LANGUAGES, language
    if language == ENGLISH:
        return ()
    assert _folder is not None, "use_folder() comes first"
    folder = _folder / language / "LC_MESSAGES"
    return tuple(_catalogue(folder / f"{name}.mo") for name in CATALOGUES)


def _catalogue(file: Path) -> Catalogue:
    if file not in _read:
        _read[file] = Catalogue(file.read_bytes())
    return _read[file]


def language() -> str:
    """Return the language in use."""
    spoken = _spoken.get()
    return _language if spoken is None else spoken[0]


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Use a language for a while, for instance for a paper, on this thread only: the window goes on in its own."""
    before = _spoken.set((wanted, _catalogues_of(wanted)))
    try:
        yield
    finally:
        _spoken.reset(before)


def _in_use() -> tuple[Catalogue, ...]:
    spoken = _spoken.get()
    return _catalogues if spoken is None else spoken[1]


def _(message: str) -> str:
    """Return a sentence in the language in use; the argument is a literal, formatting comes after."""
    for catalogue in _in_use():
        found = catalogue.find(message)
        if found is not None:
            return found
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the sentence for a number of things in the language in use."""
    for catalogue in _in_use():
        found = catalogue.find_counted(singular, plural)
        if found is not None:
            return found
    return singular if count == 1 else plural


def marked(message: str) -> str:
    """Mark a literal for translation without translating it yet."""
    return message
