"""Archive packs on the disk: written piece by piece in their one ZIP form, checked by the stand-alone script itself."""

from __future__ import annotations

import hashlib
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from voucher_app.exchange import verify_archive
from voucher_app.exchange.publishing import written_beside
from voucher_app.i18n import ENGLISH, language
from voucher_app.services.papers import PublicKey
from voucher_app.services.ports.archive import PackedFile, PackVerdict
from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from voucher_app.services.papers import Signer

ED25519: Final = 1
_LONGEST_STEM = 60
"""Characters of a name that somebody else gave; the catalogue keeps all of it."""


def _new_sm3() -> Any:  # noqa: ANN401 - whatever has update() and hexdigest()
    """Return OpenSSL's SM3 by whichever way there is one; the pure one would take minutes for a year."""
    found = verify_archive.new_sm3()
    if not isinstance(found, verify_archive.PureSm3):
        return found
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - rarely needed
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

    class _Sm3:
        def __init__(self) -> None:
            self._hash = hashes.Hash(hashes.SM3())

        def update(self, content: bytes) -> None:
            self._hash.update(content)

        def hexdigest(self) -> str:
            return self._hash.finalize().hex()

    try:
        return _Sm3()
    except UnsupportedAlgorithm:
        return found


class _ZipWriter:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._entries: list[verify_archive.Entry] = []
        self.is_given_up = False

    def put(self, name: str, content: Iterable[bytes]) -> PackedFile:
        """Write a file of the pack; its header is written again once length and CRC are known."""
        assert verify_archive.is_safe(name), name
        stream, start = self._stream, self._stream.tell()
        stream.write(verify_archive.local_header(name, 0, 0))
        crc, size, sha256, sm3 = 0, 0, hashlib.sha256(), _new_sm3()
        for piece in content:
            stream.write(piece)
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            sha256.update(piece)
            sm3.update(piece)
        assert size < 2**32 - 1, "attachments and parts of the journal are far smaller"
        end = stream.tell()
        stream.seek(start)
        stream.write(verify_archive.local_header(name, crc, size))
        stream.seek(end)
        self._entries.append(verify_archive.Entry(name, crc, size, start))
        return PackedFile(name, size, sha256.hexdigest(), sm3.hexdigest())

    def give_up(self) -> None:
        """Leave nothing behind when the block ends."""
        self.is_given_up = True

    def finish(self) -> None:
        """Write the ZIP form's directory."""
        self._stream.write(verify_archive.directory(self._entries, self._stream.tell()))


class ZipArchives:
    """Writes and checks packs."""

    @contextmanager
    def writing(self, file: Path) -> Iterator[_ZipWriter]:
        """Begin a pack beside its name, which it gets when the block ends well.

        Raises:
            StorageError: `exists`, `output`.
        """
        with written_beside(file) as part:
            with part.open("xb") as stream:
                writer = _ZipWriter(stream)
                yield writer
                if not writer.is_given_up:
                    writer.finish()
            if writer.is_given_up:
                part.unlink()

    def name_of(self, text: str, *, number: int, folder: str) -> str:
        """Return a name in the pack that stays in its folder wherever it is unpacked; numbers keep names apart."""
        clean = "".join(one if one.isprintable() and one not in '\\/:*?"<>|' else "_" for one in text)
        stem, dot, ending = clean.rpartition(".")
        if not stem:
            stem, dot, ending = clean, "", ""
        name = f"{folder}/{number:06d}-{stem[:_LONGEST_STEM]}{dot}{ending[:10]}".rstrip(". ")
        assert verify_archive.is_safe(name), name
        return name

    def key_file(self, key: PublicKey) -> bytes:
        """Return a public key in PEM form."""
        return verify_archive.pem_of(key.raw)

    def script(self) -> bytes:
        """Return the script that checks a pack with nothing but Python: the very one that the program runs."""
        return Path(verify_archive.__file__).read_bytes()

    def check(self, file: Path, *, keys: Sequence[PublicKey], signer: Signer) -> PackVerdict:
        """Look at every byte of a pack; one of these keys has to have signed it.

        Raises:
            StorageError: `missing_file`.
        """
        english = language() == ENGLISH

        def is_signed(raw: bytes, message: bytes, signature: bytes) -> bool:
            return signer.is_signed(PublicKey("", ED25519, raw), message, signature)

        try:
            with file.open("rb") as stream:
                trusted = [key.raw for key in keys]
                summary = verify_archive.check(stream, trusted=trusted, sm3=_new_sm3, signed=is_signed)
        except verify_archive.Differs as found:
            found.facts.setdefault("name", file)
            name = str(found.facts["name"])
            return PackVerdict(found.code, (found.sentence(english=english),), name=name)
        except OSError as error:
            raise StorageError("missing_file", file, str(error)) from error
        return PackVerdict(
            "good",
            tuple(verify_archive.summary_sentences(summary, str(file), english=english)),
            key_id=summary.key_id,
            volume=summary.volume,
            files=summary.files,
            records=summary.records,
        )
