"""A field for a password: what is typed shows as dots, and is handed on as it stands."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from voucher_app.domain.office_key import SHORTEST_PASSPHRASE, parse_passphrase
from voucher_app.domain.operators import parse_password
from voucher_app.i18n import _
from voucher_app.ui.widgets.field import LineField


class PasswordField(LineField):
    """A password that is only compared, or, with `choosing`, one that has to be good enough."""

    is_secret = True

    def __init__(self, label: str, *, choosing: bool = False) -> None:
        self._choosing = choosing
        self._name = ""
        super().__init__(label, self._password)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        if choosing:
            self.set_hint(_("At least 10 characters; the name does not count."))

    def set_name(self, name: str) -> None:
        """Say whose password it is: the name makes none."""
        self._name = name
        self.refresh()

    def _password(self, text: str) -> str:
        return parse_password(text, name=self._name, new=self._choosing)

    def value(self) -> str:
        """Return what was typed."""
        self._password(self.text())
        return self.text()


class PassphraseField(LineField):
    """A passphrase that is being chosen for a signing key; an optional one that is left empty is none."""

    is_secret = True

    def __init__(self, label: str, *, required: bool = True) -> None:
        super().__init__(label, parse_passphrase, required=required)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.set_hint(_("At least {least} characters.").format(least=SHORTEST_PASSPHRASE))

    def value(self) -> str:
        """Return what was typed, in the form in which it is the same from every keyboard."""
        return parse_passphrase(self.text()) if self.text() or self.is_required else ""


class PasswordAgainField(LineField):
    """The same secret a second time, because nobody sees what they typed."""

    is_secret = True

    def __init__(self, first: PasswordField | PassphraseField) -> None:
        self._first = first
        words = _("The same passphrase again") if isinstance(first, PassphraseField) else _("The same password again")
        super().__init__(words, str, required=first.is_required)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        first.changed.connect(self.refresh)

    def problem(self) -> str:
        """Return that the two differ."""
        found = super().problem()
        if not found and self.text() != self._first.text():
            is_password = isinstance(self._first, PasswordField)
            return _("The two passwords are not the same.") if is_password else _("The two are not the same.")
        return found

    def is_unfinished(self) -> bool:
        """Return whether what was typed so far is how the password begins."""
        return self._first.text().startswith(self.text())
