"""A sealed file: a stream of bytes under a password, which nobody reads, changes, cuts or reorders unnoticed.

    SLQBAK1 newline · length of the head (4 bytes) · head (JSON) · chunks

The key comes from the password by Scrypt (RFC 7914). Each chunk is AES-256-GCM under a nonce of 7 random bytes, the
chunk's number (4 bytes) and 1 for the last chunk, so that a chunk that is moved, left out or cut off does not open; the
digest of everything before the chunks is authenticated with each of them. This is the STREAM construction (Hoang,
Reyhanitabar, Rogaway, Vizar 2015).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

if TYPE_CHECKING:
    from types import TracebackType

MAGIC: Final = b"SLQBAK1\n"
CHUNK_BYTES: Final = 1024 * 1024
_TAG_BYTES: Final = 16
_PREFIX_BYTES: Final = 7
_SALT_BYTES: Final = 16
_KEY_BYTES: Final = 32
_LARGEST_HEAD_BYTES: Final = 4096
_SCRYPT_N: Final = 2**17
_SCRYPT_R, _SCRYPT_P = 8, 1
_LARGEST_CHUNK_BYTES: Final = 16 * 1024 * 1024
"""A file of somebody else must not make us work or remember without bound."""
_TYPES: Final = {"salt": str, "prefix": str, "made_at": str, "n": int, "r": int, "p": int, "chunk": int}
"""Of what a head says: nothing else is handed on."""
_MOST_CHUNKS: Final = 2**32 - 1


class BrokenSeal(Exception):  # noqa: N818 - what happened, as a person would say it
    """The password is wrong, or the file was changed or cut: the two cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the chunks, for everyone to read.

    Attributes:
        salt, prefix: hexadecimal; of the key and of the nonces.
        n, r, p: how dear guessing a password is made.
        chunk: bytes of each chunk but the last.
        made_at: the instant, UTC, ISO 8601.
    """

    salt: str
    prefix: str
    made_at: str
    n: int = _SCRYPT_N
    r: int = _SCRYPT_R
    p: int = _SCRYPT_P
    chunk: int = CHUNK_BYTES

    def key(self, password: str) -> bytes:
        """Derive the key."""
        derive = Scrypt(salt=bytes.fromhex(self.salt), length=_KEY_BYTES, n=self.n, r=self.r, p=self.p)
        return derive.derive(password.encode("utf-8"))

    def nonce(self, place: int, *, is_last: bool) -> bytes:
        """Return the nonce of a chunk."""
        return bytes.fromhex(self.prefix) + place.to_bytes(4, "big") + bytes([is_last])


def read_head(stream: BinaryIO) -> tuple[Head, bytes]:
    """Read what stands before the chunks, and its digest.

    Raises:
        BrokenSeal: when it is not ours, or asks for more work than we ever asked for.
    """
    magic = stream.read(len(MAGIC))
    length = stream.read(4)
    size = int.from_bytes(length, "big")
    if magic != MAGIC or size > _LARGEST_HEAD_BYTES:
        raise BrokenSeal("no head")
    raw = stream.read(size)
    try:
        told = json.loads(raw)
        head = Head(**told)
        is_ours = (
            # `type`, not `isinstance`: a JSON true is an int to Python.
            all(type(value) is _TYPES[name] for name, value in told.items())
            and bool(datetime.fromisoformat(head.made_at))
            and len(bytes.fromhex(head.prefix)) == _PREFIX_BYTES
            and len(bytes.fromhex(head.salt)) == _SALT_BYTES
            and 1 < head.n <= _SCRYPT_N
            and head.n & (head.n - 1) == 0
            and 0 < head.r <= _SCRYPT_R
            and 0 < head.p <= _SCRYPT_P
            and 0 < head.chunk <= _LARGEST_CHUNK_BYTES
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BrokenSeal("a head that is not ours") from error
    if not is_ours:
        raise BrokenSeal("a head that is not ours")
    return head, hashlib.sha256(magic + length + raw).digest()


def begins_as_sealed(stream: BinaryIO) -> bool:
    """Read the first bytes of a stream and return whether they are a sealed one's; what follows may be anything."""
    return stream.read(len(MAGIC)) == MAGIC


class Sealer(io.RawIOBase):
    """Writes a stream under a password; the good end of its block writes the last chunk; without it nothing opens."""

    def __init__(self, target: BinaryIO, password: str, *, made_at: str, n: int = _SCRYPT_N) -> None:
        super().__init__()
        self._target = target
        self._head = Head(os.urandom(_SALT_BYTES).hex(), os.urandom(_PREFIX_BYTES).hex(), made_at, n=n)
        raw = json.dumps(asdict(self._head)).encode("ascii")
        start = MAGIC + len(raw).to_bytes(4, "big") + raw
        target.write(start)
        self._digest_of_start = hashlib.sha256(start).digest()
        self._cipher = AESGCM(self._head.key(password))
        self._waiting = bytearray()
        self._place = 0

    def writable(self) -> bool:
        """Say that it is written to."""
        return True

    def write(self, data: object, /) -> int:
        """Take bytes; whole chunks go on at once, save the last one that is whole."""
        taken = bytes(memoryview(data))  # type: ignore[arg-type]  # whatever has a buffer, as in RawIOBase
        self._waiting += taken
        while len(self._waiting) > self._head.chunk:
            self._write_chunk(bytes(self._waiting[: self._head.chunk]), is_last=False)
            del self._waiting[: self._head.chunk]
        return len(taken)

    def _write_chunk(self, chunk: bytes, *, is_last: bool) -> None:
        assert self._place <= _MOST_CHUNKS, "four thousand terabytes are no office"
        nonce = self._head.nonce(self._place, is_last=is_last)
        self._target.write(self._cipher.encrypt(nonce, chunk, self._digest_of_start))
        self._place += 1

    def finish(self) -> None:
        """Write the last chunk."""
        self._write_chunk(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            self.finish()
        self.close()


class Opener(io.RawIOBase):
    """Reads a sealed stream; nothing of a chunk is handed on before it has proved to be whole.

    Raises:
        BrokenSeal: on making or reading, when the password is wrong or the file was changed or cut.
    """

    def __init__(self, source: BinaryIO, password: str) -> None:
        super().__init__()
        self._source = source
        self._head, self._digest_of_start = read_head(source)
        self._cipher = AESGCM(self._head.key(password))
        self._next = source.read(self._head.chunk + _TAG_BYTES)
        self._place = 0
        self._opened = b""
        self._is_over = False

    def readable(self) -> bool:
        """Say that it is read from."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        parts, wanted = [], size
        while wanted != 0:
            if not self._opened and not self._open_next():
                break
            part = self._opened if wanted < 0 else self._opened[:wanted]
            self._opened = self._opened[len(part) :]
            parts.append(part)
            wanted -= len(part) if wanted > 0 else 0
        return b"".join(parts)

    def finish(self) -> None:
        """Read on to the last chunk, which proves that nothing was cut off."""
        while self._open_next():
            pass

    def _open_next(self) -> bool:
        """Open the next chunk, if there is one; return whether reading may go on."""
        if self._is_over:
            return False
        chunk, self._next = self._next, self._source.read(self._head.chunk + _TAG_BYTES)
        self._is_over = not self._next
        try:
            nonce = self._head.nonce(self._place, is_last=self._is_over)
            self._opened = self._cipher.decrypt(nonce, chunk, self._digest_of_start)
        except (InvalidTag, ValueError) as error:
            raise BrokenSeal(f"chunk {self._place}") from error
        self._place += 1
        return bool(self._opened) or not self._is_over

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
