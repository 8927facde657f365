"""A PDF signature (PAdES): whose key signs, what that proves, and what it does not; shown before the click."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from voucher_app.i18n import _
from voucher_app.services import signature
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.widgets.effect_panel import Effect
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.file_field import FileField
from voucher_app.ui.widgets.password_field import PasswordField

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk


def signed_name(file: Path) -> Path:
    """Return where the signed copy of a file lies: beside it."""
    return file.with_name(_("{name}, signed{suffix}").format(name=file.stem, suffix=file.suffix))


class PdfSignature(DecisionDialog):
    """Signs a copy of a PDF file.

    Args:
        desk: the open data file and the person at it.
        parent: the window.
        file: the PDF.
        put_out: prints it first, on a worker; None when it is there already.
    """

    def __init__(
        self, desk: Desk, parent: QWidget | None, *, file: Path, put_out: Callable[[], Path] | None = None
    ) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Sign a PDF file"),
            purpose=_("The file stays as it is; a signed copy is written beside it."),
            action=_("Sign"),
        )
        self._file, self._put_out = file, put_out
        facts = FactsList()
        facts.set_facts([(_("File"), file.name), (_("Signed copy"), signed_name(file).name)])
        self.add_widget(facts)
        self.pkcs12 = FileField(
            _("Key and certificate (PKCS#12)"), title=_("Choose the key"), kinds=_("PKCS#12 (*.p12 *.pfx)")
        )
        self.passphrase = PasswordField(_("Its passphrase"))
        self.add(self.pkcs12)
        self.add(self.passphrase)
        self.look_again()

    def look(self) -> Callable[[], Effect] | None:
        """Read whose key it is, and tell what its signature would prove."""
        if any(one.problem() for one in self.fields):
            return None
        pkcs12, passphrase, signer = self.pkcs12.value(), self.passphrase.value(), self.workspace.pdf_signer

        def read() -> Effect:
            identity = signer().identity(pkcs12, passphrase)
            said = signature.note_of(identity, now=datetime.now(UTC))
            term = _("Certificate of {name}, issued by {issuer}, valid from {first} to {last}.").format(
                name=identity.name,
                issuer=identity.issuer,
                first=identity.valid_from.date().isoformat(),
                last=identity.valid_until.date().isoformat(),
            )
            return Effect(sentence=f"{term}\n\n{said}", rules=())

        return read

    def act(self) -> Callable[[], object]:
        """Print the file where it is not there yet, then sign a copy."""
        pkcs12, passphrase, file = self.pkcs12.value(), self.passphrase.value(), self._file
        workspace, put_out, out = self.workspace, self._put_out, signed_name(self._file)

        def sign() -> Path:
            signer = workspace.pdf_signer()
            signer.identity(pkcs12, passphrase)  # a wrong passphrase is told before anything is printed
            if put_out is not None:
                put_out()
            signature.sign_pdf(signer, file=file, pkcs12=pkcs12, passphrase=passphrase, out=out, now=datetime.now(UTC))
            return out

        return sign

    def told(self, result: object) -> str:
        """Say where the signed copy is."""
        return _("Signed: {file}").format(file=result)
