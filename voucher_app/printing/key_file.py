"""The file of the office's private key: PKCS#8 in PEM, plain or under a passphrase, readable by its owner only.

Under a passphrase the key is encrypted by PBES2 with scrypt and AES-256 (RFC 8018, RFC 7914): whoever has the file may
guess as fast as the machine goes, and 64 MiB and a tenth of a second for each guess is what makes that dear. The
library's own `BestAvailableEncryption` derives its key by 2,048 rounds of PBKDF2, a thousand times faster to guess, so
the few lines of DER around the ciphertext are written here; the library reads them. Before the encrypted part stands
the public key, so that nobody is asked for a passphrase only to tell which key it is.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.services.papers import PublicKey

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = 1
"""The algorithm byte; 2 is kept free for SM2."""

KEY_ID_BYTES: Final = 4
_COST, _BLOCK, _PARALLEL = 2**16, 8, 1
_SALT_BYTES = _IV_BYTES = 16
_KEY_BYTES: Final = 32
_PEM: Final = re.compile(rb"-----BEGIN ([A-Z ]+)-----\r?\n.*?-----END \1-----\r?\n?", re.DOTALL)
_BEGINS: Final = b"-----BEGIN "
_ENCRYPTED: Final = b"ENCRYPTED PRIVATE KEY"

# Object identifiers as they stand in DER: pbes2, scrypt, aes256-CBC.
_PBES2: Final = bytes.fromhex("06092a864886f70d01050d")
_SCRYPT: Final = bytes.fromhex("06092b06010401da47040b")
_AES: Final = bytes.fromhex("060960864801650304012a")


def is_protected(file: Path) -> bool:
    """Return whether a key file is under a passphrase.

    Raises:
        OSError: when it cannot be read.
    """
    return any(match[1] == _ENCRYPTED for match in _PEM.finditer(file.read_bytes()))


def public_part(file: Path) -> PublicKey:
    """Return the public part of a key file; none needs a passphrase for it.

    Raises:
        InvalidInput: `private_key`, when the file holds something else.
        OSError: when it cannot be read.
    """
    if not is_protected(file):
        return named(load(file, None).public_key().public_bytes_raw())
    for match in _PEM.finditer(file.read_bytes()):
        if match[1] == b"PUBLIC KEY":
            return named(public_key_of(match[0], file.name).public_bytes_raw())
    raise InvalidInput("private_key", found=file.name)


def load(file: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """Read the private key.

    Raises:
        InvalidInput: `private_key`, when the file holds something else; `passphrase_wrong`.
        OSError: when it cannot be read.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    parts = {match[1]: match[0] for match in _PEM.finditer(file.read_bytes())}
    secret = parts.get(_ENCRYPTED) or parts.get(b"PRIVATE KEY")
    if secret is None:
        raise InvalidInput("private_key", found=file.name)
    password = passphrase.encode() if passphrase is not None and _ENCRYPTED in parts else None
    try:
        key = serialization.load_pem_private_key(secret, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        code = "passphrase_wrong" if password is not None else "private_key"
        raise InvalidInput(code, found=file.name) from error
    told = parts.get(b"PUBLIC KEY")
    if not isinstance(key, Ed25519PrivateKey) or (
        told is not None and public_key_of(told, file.name).public_bytes_raw() != key.public_key().public_bytes_raw()
    ):
        raise InvalidInput("private_key", found=file.name)
    return key


def public_key_of(pem: bytes, name: str) -> Ed25519PublicKey:
    """Read a public key: one PEM and nothing around it, so that no file passes for a key that only has one inside.

    Raises:
        InvalidInput: `public_key`, when it is something else.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    whole = _PEM.fullmatch(pem.strip())
    if whole is None or whole[1] != b"PUBLIC KEY" or pem.count(_BEGINS) != 1:
        raise InvalidInput("public_key", found=name)
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidInput("public_key", found=name) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidInput("public_key", found=name)
    return key


def named(raw: bytes) -> PublicKey:
    """Return a public key with its identifier."""
    return PublicKey(key_id=hashlib.sha256(raw).digest()[:KEY_ID_BYTES].hex().upper(), algorithm=ED25519, raw=raw)


def generate() -> Ed25519PrivateKey:
    """Make a key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - slow to import

    return Ed25519PrivateKey.generate()


def written(key: Ed25519PrivateKey, passphrase: str | None) -> bytes:
    """Return what a key file holds."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import

    plain = serialization.NoEncryption()
    encoding, form = serialization.Encoding, serialization.PrivateFormat.PKCS8
    if passphrase is None:
        return key.private_bytes(encoding.PEM, form, plain)
    public = key.public_key().public_bytes(encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return public + _armoured(_encrypted(key.private_bytes(encoding.DER, form, plain), passphrase))


def _encrypted(content: bytes, passphrase: str) -> bytes:
    """Encrypt a PKCS#8 key; return the DER of an EncryptedPrivateKeyInfo."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415

    salt, start = os.urandom(_SALT_BYTES), os.urandom(_IV_BYTES)
    secret = Scrypt(salt=salt, length=_KEY_BYTES, n=_COST, r=_BLOCK, p=_PARALLEL).derive(passphrase.encode())
    padder = PKCS7(algorithms.AES.block_size).padder()
    padded = padder.update(content) + padder.finalize()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(start)).encryptor()
    ciphertext = encryptor.update(padded) + encryptor.finalize()
    numbers = b"".join(_integer(number) for number in (_COST, _BLOCK, _PARALLEL, _KEY_BYTES))
    derivation = _der(0x30, _SCRYPT + _der(0x30, _der(0x04, salt) + numbers))
    cipher = _der(0x30, _AES + _der(0x04, start))
    scheme = _der(0x30, _PBES2 + _der(0x30, derivation + cipher))
    return _der(0x30, scheme + _der(0x04, ciphertext))


def _der(tag: int, content: bytes) -> bytes:
    """Encode one value of DER: tag, length, content."""
    length = len(content)
    short, long = 0x80, 0x100
    if length < short:
        return bytes([tag, length]) + content
    assert length < long, "nothing here is longer than a key"
    return bytes([tag, 0x81, length]) + content


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1))


def _armoured(der: bytes) -> bytes:
    import base64  # noqa: PLC0415 - only here

    text = base64.b64encode(der)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN " + _ENCRYPTED + b"-----", *lines, b"-----END " + _ENCRYPTED + b"-----", b""])
