"""Signatures in PDF files (PAdES, ETSI EN 319 142): anybody's PDF reader tells whether a file was changed since.

pyHanko writes them, loaded by the first file that is signed. The key comes in a PKCS#12 file that the office brings, or
that is made here for trying things out. A line in the margin of the first page, and the reason that PDF readers show,
say what the signature proves and what it does not. No request goes over a network: no time stamp, no revocation list.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.printing import art
from voucher_app.printing.atomic import PRIVATE, write_atomically
from voucher_app.printing.document import PdfFile
from voucher_app.printing.layout_file import POINTS_PER_MM
from voucher_app.printing.setting import DESCENT, set_text
from voucher_app.services.papers import SigningIdentity
from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography import x509

    from voucher_app.printing.fonts import FontBook

SIDE_MM: Final = 15
FOOT_MM: Final = 5
"""What an office printer cannot reach."""

STRIP_MM: Final = 2.6
"""Height of the line that tells of a signature: it fits under the border of the certificate and every page's foot."""

SIZE_PT: Final = 6.0
SMALLEST_PT: Final = 4.0
TRIAL_DAYS: Final = 365
_LONGEST_NAME: Final = 64
"""RFC 5280, upper bounds of names."""

_MOST_BYTES: Final = 100_000_000
_GREY: Final = (0.33, 0.40, 0.48)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A PKCS#12 file that its passphrase opened."""

    content: bytes
    passphrase: bytes
    identity: SigningIdentity


class PadesSigner:
    """Signs PDF files; `folder` holds the fonts of the line in the margin."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def identity(self, pkcs12: Path, passphrase: str) -> SigningIdentity:
        """Return whose key a PKCS#12 file holds.

        Raises:
            InvalidInput: `pkcs12`, when the file is something else or the passphrase does not open it.
            OSError: when it cannot be read.
        """
        return _opened(pkcs12, passphrase).identity

    def sign(self, file: Path, *, pkcs12: Path, passphrase: str, note: str, out: Path) -> None:
        """Write a signed copy of a PDF file, atomically; signatures that it carries already stay good.

        Args:
            file: any PDF that is not encrypted.
            pkcs12: key and certificate of who signs.
            passphrase: opens it.
            note: what the signature proves, for the margin of the first page and for PDF readers.
            out: the signed file.

        Raises:
            InvalidInput: `pkcs12`; `pdf`, when the file is none that can be signed.
            MissingGlyph: when the note cannot be printed.
            OSError: from the disk.
        """
        opened = _opened(pkcs12, passphrase)
        content = file.read_bytes() if file.stat().st_size <= _MOST_BYTES else b""
        write_atomically(out, _signed(content, opened, note=note, fonts=self._fonts(), name=file.name))

    def make_identity(self, name: str, *, file: Path, passphrase: str) -> SigningIdentity:
        """Make a key with a certificate that it signed itself, for a trial office; never over another file.

        Raises:
            StorageError: `exists`.
            OSError: when the file cannot be written.
        """
        content = _self_made(name, passphrase.encode())
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE)
        except FileExistsError as error:
            raise StorageError("exists", file) from error
        with open(handle, "wb") as stream:  # noqa: PTH123 - the file is open already; this takes over its handle
            stream.write(content)
        return _opened(file, passphrase).identity

    def _fonts(self) -> FontBook:
        from voucher_app.printing.fonts import font_book  # noqa: PLC0415 - reportlab is slow to import

        return font_book(self._folder)


def _opened(file: Path, passphrase: str) -> _Opened:
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415 - slow to import

    content, secret = file.read_bytes(), passphrase.encode()
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(content, secret)
    except ValueError as error:
        raise InvalidInput("pkcs12", found=file.name) from error
    if key is None or certificate is None:
        raise InvalidInput("pkcs12", found=file.name)
    return _Opened(content, secret, _identity_of(certificate))


def _identity_of(certificate: x509.Certificate) -> SigningIdentity:
    return SigningIdentity(
        name=_common_name(certificate.subject),
        issuer=_common_name(certificate.issuer),
        serial=f"{certificate.serial_number:X}",
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        is_self_made=certificate.issuer == certificate.subject,
    )


def _common_name(name: x509.Name) -> str:
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - slow to import

    for wanted in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = name.get_attributes_for_oid(wanted)
        if found:
            return str(found[0].value)
    return name.rfc4514_string()


def _self_made(name: str, passphrase: bytes) -> bytes:
    """Make a key on the curve P-256 and a certificate for it; return both as PKCS#12."""
    from cryptography import x509  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    shown = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    country, organization = (
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, shown),
    )
    # cryptography lets a common name have 64 bytes, which is 21 characters of ours; an organisation may be longer.
    fits = len(shown.encode()) <= _LONGEST_NAME
    common = [x509.NameAttribute(NameOID.COMMON_NAME, shown)] if fits else []
    subject = x509.Name([country, organization, *common])
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=TRIAL_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    lock = serialization.BestAvailableEncryption(passphrase)
    return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, lock)


def _signed(content: bytes, opened: _Opened, *, note: str, fonts: FontBook, name: str) -> bytes:
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 - slow to import
    from pyhanko.sign import fields, signers  # noqa: PLC0415

    signer = signers.SimpleSigner.load_pkcs12_data(opened.content, other_certs=[], passphrase=opened.passphrase)
    assert signer is not None, "it was opened a moment ago"
    try:
        writer = _writer(content)
        earlier, width_pt = len(writer.prev.embedded_signatures), _width_pt(writer.prev.root["/Pages"])
    except (PdfError, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:  # as damaged files have it
        raise InvalidInput("pdf", found=name) from error
    field = f"Signature{earlier + 1}"
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=opened.identity.name,
        reason=note,
    )
    # A second signature would lie over the line of the first; PDF readers list it all the same.
    is_first = earlier == 0
    place = fields.SigFieldSpec(field, on_page=0, box=_strip_box(width_pt) if is_first else None)
    style = _stamp_style(_strip(note, width_pt, fonts)) if is_first else None
    signing = signers.PdfSigner(metadata, signer=signer, stamp_style=style, new_field_spec=place)
    try:
        signed: BytesIO = signing.sign_pdf(writer)
    except PdfError as error:
        raise InvalidInput("pdf", found=name) from error
    return signed.getvalue()


def _writer(content: bytes) -> Any:  # noqa: ANN401 - a class of pyHanko's, loaded only here
    """Open a PDF for a signature to be added at its end."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - slow to import

    writer = IncrementalPdfFileWriter(BytesIO(content))
    if writer.prev.encrypted:
        raise ValueError("the file is encrypted")
    return writer


def _width_pt(pages: Any) -> float:  # noqa: ANN401 - pyHanko's dictionaries hold anything
    """Return the width of the first page; a page without a box of its own has that of the tree above it."""
    box = pages.get("/MediaBox")
    while "/Kids" in pages:
        pages = pages["/Kids"][0]
        box = pages.get("/MediaBox", box)
    return float(box[2]) - float(box[0])


def _strip_box(width_pt: float) -> tuple[int, int, int, int]:
    side, foot = round(SIDE_MM * POINTS_PER_MM), round(FOOT_MM * POINTS_PER_MM)
    return side, foot, round(width_pt) - side, foot + round(STRIP_MM * POINTS_PER_MM)


def _strip(note: str, page_width_pt: float, fonts: FontBook) -> bytes:
    """Draw the line of the margin as a small PDF of its own."""
    from voucher_app.printing.subsets import Subsets  # noqa: PLC0415 - reportlab is slow to import

    left, bottom, right, top = _strip_box(page_width_pt)
    width_pt, height_pt = right - left, top - bottom
    fonts.require(note, face="sans", field="signature", subject="PAdES")
    fitted = set_text(
        note,
        width_pt=width_pt,
        height_pt=height_pt,
        size_pt=SIZE_PT,
        min_size_pt=SMALLEST_PT,
        measure=lambda part: fonts.width(part, "sans"),
    )
    if fitted is None or len(fitted.lines) > 1:
        raise InvalidInput("too_long_for_paper", found=note, field="signature", subject="PAdES")
    file, subsets = PdfFile(), Subsets(fonts)
    shown = subsets.shown(fonts.runs(note, "sans"), fitted.size_pt)
    content = file.add_stream(f"BT {art.fill(_GREY)} 0 {DESCENT * fitted.size_pt:.2f} Td {shown} ET".encode())
    letters = subsets.embed(file)
    tree = file.reserve()
    page = file.add(
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %d %d]/Resources<</Font<<%b>>>>/Contents %d 0 R>>"
        % (tree, width_pt, height_pt, letters, content)
    )
    file.fill(tree, b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % page)
    information = file.add(b"<<>>")
    return file.finished(catalog=file.add(b"<</Type/Catalog/Pages %d 0 R>>" % tree), information=information)


def _stamp_style(strip: bytes) -> Any:  # noqa: ANN401 - a class of pyHanko's, loaded only here
    """Let pyHanko draw the strip where the signature's field is."""
    from pyhanko.pdf_utils.content import PdfContent  # noqa: PLC0415 - slow to import
    from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.stamp import StaticStampStyle  # noqa: PLC0415

    class Strip(PdfContent):
        def render(self) -> bytes:
            drawn = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(strip)))
            self.resources.xobject["/Strip"] = drawn
            _, _, width, height = drawn.get_object()["/BBox"]
            self.box = BoxConstraints(width=float(width), height=float(height))
            return b"/Strip Do"

    whole = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, margins=Margins(0, 0, 0, 0))
    return StaticStampStyle(border_width=0, background=Strip(), background_layout=whole)
