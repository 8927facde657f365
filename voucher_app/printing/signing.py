"""The signed token in a certificate's QR code: made by the office key, read and verified without any data file.

The text is `SLQ1:` and Base45 (RFC 9285, so that the QR code stays in its dense alphanumeric mode) of one CBOR array:

    [algorithm, key id, number, USCC, fen, use-by, redeem-by, journal seq, chain head, signature]

Dates are days since 2000-01-01. The signature covers `SLQ1` and the CBOR of all that stands before it, algorithm and
key included. Both codings allow several spellings of one value, so a text is accepted only when writing its content
again gives the same text: every changed character is an error, also one that would decode to the same facts. The
algorithm is a byte of its own, so that SM2 can be added beside Ed25519 when a library for it passes muster.
"""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from voucher_app.durable import give_name, make_durable
from voucher_app.printing import key_file as key_files
from voucher_app.printing.atomic import PRIVATE, discard, write_atomically, write_beside
from voucher_app.printing.key_file import ED25519
from voucher_app.services.papers import BrokenToken, Token
from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from voucher_app.services.papers import PublicKey

PREFIX: Final = "SLQ1:"
LONGEST_TEXT: Final = 1_000
"""Longer than any token of ours by far: what is longer is not even decoded."""

_CONTEXT: Final = b"SLQ1"
_DAY_ZERO: Final = date(2000, 1, 1)
_CHAIN_HEAD_BYTES: Final = 16
_SIGNATURE_BYTES: Final = 64
_KINDS: Final = (int, bytes, str, str, int, int, int, int, bytes, bytes)


class OfficeSigner:
    """Signs tokens and lists with the office's private key.

    The key file is a PEM of its own, outside the data file, readable by its owner only, and under a passphrase where
    the office wants one: then it is asked for once in each run of the program. The file is made with the office, and
    later only when a person asks for another one: papers signed with a key that nobody published are worth nothing.
    """

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file
        self._private: Ed25519PrivateKey | None = None
        self._making = threading.Lock()

    def public_key(self) -> PublicKey:
        """Return the public part of the office's current key; no passphrase is needed for it.

        Raises:
            StorageError: `key_missing`, when there is no key file.
            InvalidInput: `private_key`, when the key file holds something else.
            OSError: when the file cannot be read.
        """
        with self._making:
            if self._private is not None:
                return _public_part(self._private)
            return key_files.public_part(self._present())

    def make_key(self) -> PublicKey:
        """Make the first key of a new office, unless its file is there already; return its public part.

        Raises:
            InvalidInput: `private_key`, when the key file holds something else.
            OSError: when the file can be neither read nor made.
        """
        if not self._key_file.exists():
            _make_key_file(self._key_file)
        return self.public_key()

    @contextmanager
    def new_key(self, passphrase: str | None = None) -> Iterator[PublicKey]:
        """Make another key and hand out its public part; when the block ends well, it becomes the office's key.

        The file of the key before it, if there is one, is kept beside it.

        Raises:
            OSError: when a file cannot be written; before the block, unless only the last renaming fails.
        """
        private = key_files.generate()
        beside = write_beside(self._key_file, key_files.written(private, passphrase), mode=PRIVATE)
        try:
            yield _public_part(private)
            with self._making:
                if self._key_file.exists():
                    _keep_beside(self._key_file)
                beside.replace(self._key_file)
                self._private = private
                make_durable(self._key_file.parent)
        finally:
            discard(beside)

    def is_protected(self) -> bool:
        """Return whether the key file is under a passphrase; a key file that is not there is not."""
        return self._key_file.exists() and key_files.is_protected(self._key_file)

    def is_locked(self) -> bool:
        """Return whether the passphrase has to be given before anything can be signed."""
        return self._private is None and self.is_protected()

    def unlock(self, passphrase: str) -> None:
        """Open the key for this run of the program.

        Raises:
            StorageError: `key_missing`.
            InvalidInput: `passphrase_wrong`, or `private_key`.
        """
        with self._making:
            self._private = key_files.load(self._present(), passphrase)

    @contextmanager
    def protected(self, passphrase: str | None) -> Iterator[None]:
        """Put the key under another passphrase, or under none; it is so when the block ends well.

        Raises:
            StorageError: `key_missing`, or `key_locked` while the passphrase it has was not given.
            OSError: when the file cannot be written.
        """
        private = self._key()
        beside = write_beside(self._key_file, key_files.written(private, passphrase), mode=PRIVATE)
        try:
            yield
            beside.replace(self._key_file)
            make_durable(self._key_file.parent)
        finally:
            discard(beside)

    def sign(self, token: Token) -> str:
        """Return the QR text of a token, signed with the current key; the same token gives the same text."""
        assert len(token.chain_head) == _CHAIN_HEAD_BYTES, "the chain head is shortened by who makes the token"
        assert token.face_fen >= 0, "no voucher has a negative face"
        assert token.journal_seq >= 0, "the journal counts from the start"
        key = self._key()
        unsigned = _unsigned(token, _public_part(key))
        text = _text(unsigned, key.sign(_message(unsigned)))
        assert len(text) <= LONGEST_TEXT, "a token's facts are short"
        return text

    def read(self, text: str, keys: list[PublicKey]) -> Token:
        """Verify a QR text against the known keys and return what it says.

        Raises:
            BrokenToken: `form` when it is not a token letter by letter, `key` when none of the keys signed it by its
                own account, `signature` when it was changed or made by someone else.
        """
        *unsigned, signature = _decoded(text)
        candidates = [key for key in keys if [key.algorithm, _key_id_bytes(key)] == unsigned[:2]]
        if not candidates:
            raise BrokenToken("key")
        if not any(_is_signed_by(key, signature, _message(unsigned)) for key in candidates):
            raise BrokenToken("signature")
        _, _, number, uscc, face_fen, use_by, redeem_by, journal_seq, chain_head = unsigned
        return Token(
            number=number,
            uscc=uscc,
            face_fen=face_fen,
            use_by=_date(use_by),
            redeem_by=_date(redeem_by),
            journal_seq=journal_seq,
            chain_head=chain_head,
        )

    def check_code(self, text: str) -> str:
        """Return the short code printed under the QR: eight hexadecimal digits of the text's SHA-256."""
        digits = hashlib.sha256(text.encode()).hexdigest().upper()
        return f"{digits[:4]}-{digits[4:8]}"

    def export_public_key(self, key: PublicKey, file: Path) -> None:
        """Write a public key to a PEM file, atomically."""
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        assert key.algorithm == ED25519, "no other algorithm is built in"
        pem = Ed25519PublicKey.from_public_bytes(key.raw).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        write_atomically(file, pem)

    def load_public_key(self, file: Path) -> PublicKey:
        """Read a public key from a PEM file.

        Raises:
            InvalidInput: `public_key`, when the file holds something else.
        """
        return key_files.named(key_files.public_key_of(file.read_bytes(), file.name).public_bytes_raw())

    def key_of(self, text: str) -> str:
        """Return the identifier of the key that a QR text says it was signed with.

        Raises:
            BrokenToken: `form`.
        """
        key_id: bytes = _decoded(text)[1]
        return key_id.hex().upper()

    def sign_message(self, message: bytes) -> bytes:
        """Sign what is no token; it begins with a word that no token begins with.

        Raises:
            StorageError: `key_missing` or `key_locked`.
        """
        assert not message.startswith(_CONTEXT), "a signature of one kind never counts as one of another"
        return self._key().sign(message)

    def is_signed(self, key: PublicKey, message: bytes, signature: bytes) -> bool:
        """Return whether a key made this signature."""
        return _is_signed_by(key, signature, message)

    def _present(self) -> Path:
        if not self._key_file.exists():
            raise StorageError("key_missing", self._key_file)
        return self._key_file

    def _key(self) -> Ed25519PrivateKey:
        with self._making:
            if self._private is None:
                if key_files.is_protected(self._present()):
                    raise StorageError("key_locked", self._key_file)
                self._private = key_files.load(self._key_file, None)
            return self._private


def _keep_beside(file: Path) -> None:
    """Give a key file a second name, under which it stays when another key takes its first one."""
    kept = file.with_name(f"{file.name}.replaced-{datetime.now(UTC).strftime('%Y%m%dT%H%M%S%f')}")
    try:
        os.link(file, kept)
    except OSError:
        file.rename(kept)  # FAT knows no second name for a file


def _make_key_file(file: Path) -> None:
    """Make a key file unless another process was first, whose key is never overwritten.

    It is on the disk, name and all, before anything is recorded that only this key can have signed.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = write_beside(file, key_files.written(key_files.generate(), None), mode=PRIVATE)
    try:
        with suppress(FileExistsError):
            give_name(beside, file)
        make_durable(file.parent)
    finally:
        discard(beside)


def _public_part(key: Ed25519PrivateKey) -> PublicKey:
    return key_files.named(key.public_key().public_bytes_raw())


def _key_id_bytes(key: PublicKey) -> bytes:
    return bytes.fromhex(key.key_id)


def _unsigned(token: Token, key: PublicKey) -> list[Any]:
    return [
        key.algorithm,
        _key_id_bytes(key),
        token.number,
        token.uscc,
        token.face_fen,
        (token.use_by - _DAY_ZERO).days,
        (token.redeem_by - _DAY_ZERO).days,
        token.journal_seq,
        token.chain_head,
    ]


def _message(unsigned: list[Any]) -> bytes:
    import cbor2  # noqa: PLC0415 - slow to import

    return _CONTEXT + cbor2.dumps(unsigned, canonical=True)


def _text(unsigned: list[Any], signature: bytes) -> str:
    import base45  # noqa: PLC0415 - slow to import
    import cbor2  # noqa: PLC0415

    encoded: bytes = base45.b45encode(cbor2.dumps([*unsigned, signature], canonical=True))
    return PREFIX + encoded.decode("ascii")


def _decoded(text: str) -> list[Any]:
    """Take a text apart into its ten parts, each of its kind and size, refusing any spelling but our own."""
    import base45  # noqa: PLC0415 - slow to import
    import cbor2  # noqa: PLC0415

    if not text.startswith(PREFIX) or len(text) > LONGEST_TEXT or not text.isascii():
        raise BrokenToken("form")
    try:
        parts = cbor2.loads(base45.b45decode(text.removeprefix(PREFIX)))
    except (ValueError, cbor2.CBORError) as error:
        raise BrokenToken("form") from error
    # `type`, not `isinstance`: a CBOR true is an int to Python.
    if type(parts) is not list or tuple(map(type, parts)) != _KINDS:
        raise BrokenToken("form")
    *unsigned, signature = parts
    if not _has_our_form(unsigned) or len(signature) != _SIGNATURE_BYTES or _text(unsigned, signature) != text:
        raise BrokenToken("form")
    return parts


def _has_our_form(unsigned: list[Any]) -> bool:
    _, key_id, _, _, face_fen, use_by, redeem_by, journal_seq, chain_head = unsigned
    days = range((date.min - _DAY_ZERO).days, (date.max - _DAY_ZERO).days + 1)
    return (
        len(key_id) == key_files.KEY_ID_BYTES
        and len(chain_head) == _CHAIN_HEAD_BYTES
        and face_fen >= 0
        and journal_seq >= 0
        and use_by in days
        and redeem_by in days
    )


def _date(days: int) -> date:
    return _DAY_ZERO + timedelta(days=days)


def _is_signed_by(key: PublicKey, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    if key.algorithm != ED25519:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except InvalidSignature:
        return False
    return True
