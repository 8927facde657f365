"""Archive packs (卷) as the use cases need them: a file that is written piece by piece, and one that is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from voucher_app.services.papers import PublicKey, Signer


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file as it lies in a pack; digests in hexadecimal."""

    name: str
    size_bytes: int
    sha256: str
    sm3: str


@dataclass(frozen=True, slots=True)
class PackVerdict:
    """What a check of a pack found.

    Attributes:
        code: `good`, or the first thing that differs: `form`, `name`, `duplicate`, `absent`, `unlisted`, `order`,
            `manifest`, `key`, `signature`, `size`, `digest`, `catalogue`, `register`, `record`, `chain`, `large`.
        sentences: the same in words, which are those of the stand-alone script.
        name: of the file in the pack that it is about, where it is about one.
        key_id: that signed it; `volume`, `files`, `records`: what is in it. All empty where something differs.
    """

    code: str
    sentences: tuple[str, ...]
    name: str = ""
    key_id: str = ""
    volume: str = ""
    files: int = 0
    records: int = 0


class PackWriter(Protocol):
    """A pack that is being written; nobody sees it before its block ends well."""

    def put(self, name: str, content: Iterable[bytes]) -> PackedFile:
        """Write a file of the pack, piece by piece."""

    def give_up(self) -> None:
        """Leave nothing behind when the block ends."""


class ArchiveFiles(Protocol):
    """Writes packs and checks them."""

    def writing(self, file: Path) -> AbstractContextManager[PackWriter]:
        """Begin a pack, which gets its name when the block ends well; never that of another file.

        Raises:
            StorageError: `exists`, `output`.
        """

    def name_of(self, text: str, *, number: int, folder: str) -> str:
        """Return a name in the pack that stays in its folder wherever it is unpacked; numbers keep names apart."""

    def key_file(self, key: PublicKey) -> bytes:
        """Return a public key in PEM form."""

    def script(self) -> bytes:
        """Return the script that checks a pack with nothing but Python."""

    def check(self, file: Path, *, keys: Sequence[PublicKey], signer: Signer) -> PackVerdict:
        """Look at every byte of a pack; one of these keys has to have signed it.

        Raises:
            StorageError: `missing_file`.
        """
