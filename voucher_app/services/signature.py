"""Signatures in PDF files: any paper of the office, signed with a certificate it brings, and what that proves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput, RulesViolated, Violation
from voucher_app.domain.operators import parse_password
from voucher_app.i18n import CHINESE, _, speaking
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import OFFICE_ZONE

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from voucher_app.services.papers import PdfSigner, SigningIdentity
    from voucher_app.services.workspace import Workspace

_MARK: Final = "（演示）"
"""At the end of the name in a trial office's certificate, once: that of the demonstration office bears it already."""


def sign_pdf(
    signer: PdfSigner, *, file: Path, pkcs12: Path, passphrase: str, out: Path, now: datetime
) -> SigningIdentity:
    """Write a signed copy of a PDF file; return who signed it.

    Args:
        signer: the port.
        file: any PDF, of this office or not.
        pkcs12: key and certificate of who signs.
        passphrase: opens it.
        out: the signed file; never an existing one.
        now: the instant, in UTC.

    Raises:
        InvalidInput: `pkcs12`; `pdf`; `certificate_term`, when the certificate is not valid now.
        StorageError: `missing_file`, `exists`, `output`.
    """
    for needed in (file, pkcs12):
        if not needed.is_file():
            raise StorageError("missing_file", needed)
    if out.exists():
        raise StorageError("exists", out)
    try:
        identity = signer.identity(pkcs12, passphrase)
        if not identity.valid_from <= now <= identity.valid_until:
            raise InvalidInput(
                "certificate_term",
                found=identity.name,
                first=_day(identity.valid_from),
                last=_day(identity.valid_until),
            )
        with speaking(CHINESE):  # paper is Chinese whatever the window speaks
            note = note_of(identity, now=now)
        signer.sign(file, pkcs12=pkcs12, passphrase=passphrase, note=note, out=out)
    except OSError as error:
        raise StorageError("output", out, str(error)) from error
    return identity


def note_of(identity: SigningIdentity, *, now: datetime) -> str:
    """Return what a signature proves and what it does not, for the margin of the page and for whoever signed."""
    said = _(
        "Digitally signed (PAdES) by {name} on {day}: it proves that the file is unchanged since and was signed with "
        "the key of this certificate; it does not prove that what is written is so, and is no seal."
    ).format(name=identity.name, day=_day(now))
    if identity.is_self_made:
        said += _(" Trial certificate made by itself: it does not prove who signed.")
    return said


def make_trial_identity(workspace: Workspace, signer: PdfSigner, *, file: Path, passphrase: str) -> SigningIdentity:
    """Make a key and a certificate in the name of a trial office, to try signatures out.

    Raises:
        InvalidInput: for a passphrase that is too short.
        RulesViolated: when the office is no trial: there, somebody who is trusted has to vouch for the name.
        StorageError: `exists`, when the file is there already; `output`.
    """
    office = workspace.queries.office()
    if not office.trial:
        raise RulesViolated(
            [Violation("TRIAL", "identity_only_in_trial", found=office.name, allowed=None, subject=office.name)]
        )
    parse_password(passphrase, name=office.name)
    try:
        return signer.make_identity(office.name.removesuffix(_MARK) + _MARK, file=file, passphrase=passphrase)
    except OSError as error:
        raise StorageError("output", file, str(error)) from error


def _day(at: datetime) -> str:
    return at.astimezone(OFFICE_ZONE).date().isoformat()
