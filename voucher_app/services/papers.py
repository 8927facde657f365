"""What the papers say, as facts: filled by use cases, drawn by `printing`, never the other way round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from pathlib import Path

    from voucher_app.domain.money import Money


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Everything that stands on one certificate (domain.md §5.1); text is plain, never markup.

    Attributes:
        sequence: the voucher's place in its year, for the 骑缝 numbering on the tear line.
        document_number: the policy's reference number, such as 晋算券〔2026〕3号.
        policy_title: name and version of the policy the voucher was issued under.
        scope: what may be bought with it.
        support: ratio and yearly cap in words.
        use_by: last day of use; `redeem_by`: last day to redeem.
        qr_text: the signed token, `SLQ1:…`.
        check_code: eight characters a person can compare by eye, derived from the token.
        is_trial: prints 演示 across the paper.
        office_mode: says that the office works in small-office mode; empty where it does not (domain.md §4).
        copy: which copy of this certificate it is; from the second on, the paper says so (experience.md 9).
        mark: what the paper says in the place of the copy, such as 归档副本; empty on what is handed out.
    """

    number: str
    year: int
    sequence: int
    office_name: str
    recipient_name: str
    recipient_uscc: str
    face: Money
    provider_name: str
    contract_number: str
    document_number: str
    policy_title: str
    scope: str
    support: str
    issued_on: date
    use_by: date
    redeem_by: date
    prepared_by: str
    reviewed_by: str
    qr_text: str
    check_code: str
    is_trial: bool
    office_mode: str = ""
    copy: int = 1
    mark: str = ""


class MissingGlyph(Exception):  # noqa: N818 - what happened, as a person would say it
    """A character that no font at hand can print; found before the first page is begun."""

    def __init__(self, *, character: str, field: str, subject: str) -> None:
        super().__init__(f"no font has U+{ord(character):04X} ({field} of {subject})")
        self.character = character
        self.field = field
        self.subject = subject


class Glyphs(Protocol):
    """Knows what the fonts at hand can print; asked whenever a text is recorded that some paper will show."""

    def unprintable(self, text: str) -> str | None:
        """Return the first character of a text that no font at hand prints; None when all of it can be printed."""


class CertificatePrinter(Protocol):
    """Draws certificates; the same facts give the same bytes."""

    def draw_each(self, certificates: list[CertificateFacts]) -> Iterator[bytes]:
        """Find every glyph of all of them, then yield a PDF for each, in order."""

    def draw_together(self, certificates: list[CertificateFacts], told: Callable[[int], None]) -> bytes:
        """Return one PDF with a page for each; `told` gets the number of pages drawn so far."""

    def print_separately(self, certificates: list[CertificateFacts], folder: Path) -> list[Path]:
        """Write one PDF per certificate, named by its number, atomically; return the files in order."""

    def print_together(self, certificates: list[CertificateFacts], file: Path) -> Path:
        """Write one PDF with a page per certificate, atomically."""


@dataclass(frozen=True, slots=True)
class Token:
    """What the QR code of a certificate says (trust.md): facts, and the state of the journal when it was issued."""

    number: str
    uscc: str
    face_fen: int
    use_by: date
    redeem_by: date
    journal_seq: int
    chain_head: bytes
    """The first 16 bytes of the journal's hash at `journal_seq`."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An office key's public part: raw key bytes, the algorithm byte, and the eight-hex-digit identifier."""

    key_id: str
    algorithm: int
    raw: bytes


class BrokenToken(Exception):  # noqa: N818
    """A QR text that is not a genuine token; `code` names why: form, key, signature."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a certificate found.

    Attributes:
        verdict: `valid`, `invalid`, or the reason why a genuine paper is worth nothing now: `used-up`, `frozen`,
            `expired`, `returned`, `voided`.
        reason: key of the sentence.
        token: what the paper says, when its text could be read and its signature is right.
        details: the fields in which paper and records differ.
        online: whether the records were asked, or the public key alone.
        recipient_name, provider_name: of the voucher, where the records know it by this number and this credit code.
    """

    verdict: str
    reason: str
    token: Token | None
    details: tuple[str, ...]
    online: bool
    recipient_name: str = ""
    provider_name: str = ""


class Signer(Protocol):
    """Makes, signs and reads certificate tokens; keeps the private key outside the data file."""

    def public_key(self) -> PublicKey:
        """Return the public part of the office's current key.

        Raises:
            StorageError: `key_missing`, when there is no key file: a lost key is never replaced silently.
        """

    def make_key(self) -> PublicKey:
        """Make the first key of a new office, unless its file is there already; return its public part."""

    def new_key(self, passphrase: str | None = None) -> AbstractContextManager[PublicKey]:
        """Make another key and hand out its public part; when the block ends well, it becomes the office's key.

        The file of the key before it, if there is one, is kept beside it.
        """

    def is_protected(self) -> bool:
        """Return whether the key file is under a passphrase; a key file that is not there is not."""

    def is_locked(self) -> bool:
        """Return whether the passphrase has to be given before anything can be signed."""

    def unlock(self, passphrase: str) -> None:
        """Open the key for this run of the program.

        Raises:
            StorageError: `key_missing`.
            InvalidInput: `passphrase_wrong`.
        """

    def protected(self, passphrase: str | None) -> AbstractContextManager[None]:
        """Put the key under another passphrase, or under none; it is so when the block ends well.

        Raises:
            StorageError: `key_missing`, or `key_locked` while the passphrase it has was not given.
        """

    def sign(self, token: Token) -> str:
        """Return the QR text `SLQ1:…` of a token, signed with the current key.

        Raises:
            StorageError: `key_missing`, or `key_locked` while its passphrase was not given.
        """

    def read(self, text: str, keys: list[PublicKey]) -> Token:
        """Verify a QR text against the known keys and return what it says.

        Raises:
            BrokenToken: when form, key or signature is wrong.
        """

    def key_of(self, text: str) -> str:
        """Return the identifier of the key that a QR text says it was signed with.

        Raises:
            BrokenToken: `form`.
        """

    def sign_message(self, message: bytes) -> bytes:
        """Sign what is no token; it begins with a word that no token begins with.

        Raises:
            StorageError: `key_missing` or `key_locked`.
        """

    def is_signed(self, key: PublicKey, message: bytes, signature: bytes) -> bool:
        """Return whether a key made this signature."""

    def check_code(self, text: str) -> str:
        """Return the short code printed under the QR, such as `7C1E-04A9`."""

    def export_public_key(self, key: PublicKey, file: Path) -> None:
        """Write a public key to a PEM file, atomically."""

    def load_public_key(self, file: Path) -> PublicKey:
        """Read a public key from a PEM file."""


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """Whose key a PKCS#12 file holds, as its certificate says.

    Attributes:
        is_self_made: the certificate was signed with its own key, so that nobody vouches for the name.
    """

    name: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime
    is_self_made: bool


class PdfSigner(Protocol):
    """Signs PDF files (PAdES) with a key that the office brings, or made for trying it out."""

    def identity(self, pkcs12: Path, passphrase: str) -> SigningIdentity:
        """Return whose key a PKCS#12 file holds.

        Raises:
            InvalidInput: `pkcs12`, when the file is something else or the passphrase does not open it.
        """

    def sign(self, file: Path, *, pkcs12: Path, passphrase: str, note: str, out: Path) -> None:
        """Write a signed copy of a PDF file, atomically; `note` stands in its margin and in PDF readers.

        Raises:
            InvalidInput: `pkcs12`; `pdf`, when the file is none that can be signed.
        """

    def make_identity(self, name: str, *, file: Path, passphrase: str) -> SigningIdentity:
        """Make a key with a certificate that it signed itself; never over another file."""


class PaperReader(Protocol):
    """Finds the QR text in what a person hands over."""

    def qr_text(self, source: Path) -> list[str]:
        """Return every `SLQ1:` text on the pages of a PDF, or in a picture; empty when none is legible."""
