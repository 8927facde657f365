"""A PDF file put together from parts: numbered objects, compressed streams, one table of where they stand.

Only what a batch of papers needs, so that a page costs little more than its own content. A part that is the same in
many files is written once as a `Preface`: objects with fixed numbers at the beginning, ready with their places.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import Final

_BINARY_COMMENT: Final = b"%PDF-1.4\n%\xe5\xb1\xb1\xe8\xa5\xbf\n"
"""Bytes above 127 in the second line tell that the file is no text."""


@dataclass(frozen=True, slots=True)
class Preface:
    """The beginning of a file: its bytes, and where each of its objects stands, numbered from 1."""

    content: bytes
    places: tuple[int, ...]


EMPTY: Final = Preface(_BINARY_COMMENT, ())


class PdfFile:
    """Objects in the order in which they were added; a number may be taken first and filled later."""

    def __init__(self, preface: Preface = EMPTY) -> None:
        self._parts = [preface.content]
        self._length = len(preface.content)
        self._places: list[int | None] = list(preface.places)

    def reserve(self) -> int:
        """Take a number, to be filled before the end."""
        self._places.append(None)
        return len(self._places)

    def fill(self, number: int, body: bytes) -> None:
        """Write the object whose number was taken before."""
        assert self._places[number - 1] is None, "an object is written once"
        self._places[number - 1] = self._length
        written = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self._parts.append(written)
        self._length += len(written)

    def add(self, body: bytes) -> int:
        """Write an object; return its number."""
        number = self.reserve()
        self.fill(number, body)
        return number

    def add_stream(self, content: bytes, entries: bytes = b"") -> int:
        """Write a compressed stream with further entries of its dictionary; return its number."""
        return self.add_compressed(zlib.compress(content), entries)

    def add_compressed(self, compressed: bytes, entries: bytes = b"") -> int:
        """Write a stream that is compressed already; return its number."""
        head = b"<</Filter/FlateDecode/Length %d%b>>" % (len(compressed), entries)
        return self.add(b"%b\nstream\n%b\nendstream" % (head, compressed))

    def preface(self) -> Preface:
        """Return what was written so far, for other files to begin with."""
        assert None not in self._places, "every number is filled"
        return Preface(b"".join(self._parts), tuple(place for place in self._places if place is not None))

    def finished(self, *, catalog: int, information: int) -> bytes:
        """Return the whole file; its identifier is made from its content, so the same content gives the same bytes."""
        body = self.preface()
        identifier = hashlib.sha256(body.content).hexdigest()[:32].encode()
        count = len(body.places) + 1
        table = b"".join(b"%010d 00000 n \n" % place for place in body.places)
        return (
            b"%bxref\n0 %d\n0000000000 65535 f \n%b"
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
        ) % (body.content, count, table, count, catalog, information, identifier, identifier, len(body.content))


def text_string(text: str) -> bytes:
    """Write a text of the document's dictionaries, in any script."""
    return b"<FEFF%b>" % text.encode("utf-16-be").hex().upper().encode()
