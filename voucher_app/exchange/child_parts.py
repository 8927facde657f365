"""What every reader of bytes from strangers shares inside the child: limits, packed files, XML without declarations.

Only the standard library is imported here; see `reading_child` for the process around it.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
import zlib
from typing import IO, Any
from xml.parsers import expat

_CHUNK = 1 << 16
_MEBIBYTE = 1 << 20
_LINK, _KIND_BITS = 0o120000, 0o170000
_DRIVE = re.compile(r"[A-Za-z]:")
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    KeyError,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
)
"""What the standard library's decoders raise over a damaged or hostile file."""


class Refused(Exception):  # noqa: N818 - what happened, as a person would say it
    """The bytes are not what is read here; the code is completed by what was to be read, such as `table_dtd`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def say(document: dict[str, Any]) -> None:
    """Send one line."""
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def opened(content: bytes, limits: dict[str, Any], *, macros: tuple[str, ...] = ()) -> zipfile.ZipFile:
    """Return the packed file, once nothing in it is hidden, linked, locked or larger than the limits."""
    packed = zipfile.ZipFile(io.BytesIO(content))
    entries = packed.infolist()
    if len(entries) > limits["entries"]:
        raise Refused("entries", found=len(entries), allowed=limits["entries"])
    names: set[str] = set()
    total = 0
    for entry in entries:
        name = entry.filename
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(name) or "\x00" in entry.orig_filename:
            raise Refused("path")
        if entry.external_attr >> 16 & _KIND_BITS == _LINK:
            raise Refused("link")
        if entry.flag_bits & 1:
            raise Refused("locked")
        if name.lower() in names:
            raise Refused("damaged")
        names.add(name.lower())
        if any(mark in name.lower() for mark in macros):
            raise Refused("macros")
        total += entry.file_size
        large = entry.file_size > _MEBIBYTE
        if large and entry.file_size > limits["ratio"] * max(entry.compress_size, 1):
            raise Refused("ratio", allowed=limits["ratio"])
    if total > limits["unpacked_bytes"]:
        raise Refused("unpacked", found=total, allowed=limits["unpacked_bytes"])
    return packed


class Parser:
    """Reads one XML part by handlers; names come without their namespace, document types are refused."""

    has_named_attributes = False
    """Whether attributes that count have a namespace of their own, which costs time."""

    def __init__(self) -> None:
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.ordered_attributes = False
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        self._names: dict[str, str] = {}

    def read(self, packed: zipfile.ZipFile, name: str) -> None:
        """Read a part piece by piece, so that it is never held whole."""
        with packed.open(name) as stream:
            self.read_stream(stream)

    def read_stream(self, stream: IO[bytes]) -> None:
        """Read what is not packed."""
        while chunk := stream.read(_CHUNK):
            self._parser.Parse(chunk, False)  # noqa: FBT003 - expat takes no name for it
        self._parser.Parse(b"", True)  # noqa: FBT003

    def _refuse(self, *_declared: object) -> None:
        raise Refused("dtd")

    def _local(self, name: str) -> str:
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = name.rpartition(" ")[2]
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self.has_named_attributes:
            attributes = {self._local(key): value for key, value in attributes.items()}
        self.start(self._names.get(name) or self._local(name), attributes)

    def _end(self, name: str) -> None:
        self.end(self._names.get(name) or self._local(name))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, data: str) -> None:
        """Take characters."""


def take_little(limits: dict[str, Any]) -> None:
    """Give up all memory, time and files beyond the limits, where the system can hold a process to that."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    seconds = int(limits["seconds"]) + 1
    wanted = (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for which, most in wanted:
        hard = resource.getrlimit(which)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (least, least))
