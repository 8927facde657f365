"""The skeleton of dialogs that ask for a few things and do something beside the records, such as a backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from voucher_app.domain.errors import DomainError
from voucher_app.i18n import _
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.field import Field

_WIDTH = theme.CONTROL * 16


class AskingDialog(QDialog):
    """A title, a sentence, fields, and one button; a subclass adds fields and overrides `go`."""

    def __init__(
        self, desk: Desk, parent: QWidget | None, *, title: str, purpose: str, action: str, kind: str = "accent"
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.is_open = True
        self.fields: list[Field] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        heading, told = QLabel(title), QLabel(purpose)
        theme.set_role(heading, "title")
        theme.set_role(told, "soft")
        told.setWordWrap(True)
        told.setTextFormat(Qt.TextFormat.PlainText)
        self.form = QVBoxLayout()
        self.form.setSpacing(theme.SPACE * 2)
        self.said = QVBoxLayout()
        self.act_button = QPushButton(action)
        self.act_button.setProperty("kind", kind)
        self.act_button.setAutoDefault(False)
        self.act_button.clicked.connect(self.try_it)
        self.cancel_button = QPushButton(_("Cancel"))
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE * 2)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.act_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.SPACE * 4)
        column.setSpacing(theme.GAP)
        column.addWidget(heading)
        column.addWidget(told)
        column.addLayout(self.form)
        column.addLayout(self.said)
        column.addStretch(1)
        column.addLayout(foot)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.try_it)

    def go(self) -> None:
        """Do it; every field was found good before."""
        raise NotImplementedError

    def add(self, *fields: Field) -> None:
        """Add fields, one below the other."""
        for field in fields:
            self.fields.append(field)
            self.form.addWidget(field)

    def try_it(self) -> None:
        """Go, or to the first field that needs attention."""
        if not self.act_button.isEnabled():
            return
        good = [field.judge() for field in self.fields]
        if not all(good):
            self.fields[good.index(False)].control.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.go()

    def busy(self, words: str) -> None:
        """Say what is being done; the button rests."""
        self.act_button.setEnabled(False)
        self.say(words, sign="waiting", role="soft", meaning=_("Working"))

    def failed(self, error: Exception) -> None:
        """Say why it cannot be done; what was typed stays."""
        if not self.is_open:
            return
        self.act_button.setEnabled(True)
        if isinstance(error, StorageError | DomainError):
            self.say("\n".join(describe(error)), sign="refused", role="error", meaning=_("Not done"))
        else:
            self.say("", sign="error", role="error", meaning=_("Not done"))
            self.desk.runner.failed.emit(error)

    def say(self, words: str, *, sign: str, role: str, meaning: str) -> None:
        """Show one line."""
        clear(self.said)
        if words:
            self.said.addWidget(SignedLine(sign, role, words, meaning=meaning))
        self.fit()

    def fit(self) -> None:
        """Grow to the height that the words need: Qt opens a window no higher than two thirds of a small screen."""
        layout = self.layout()
        assert layout is not None, "made with the dialog"
        layout.activate()
        self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    @called_by_qt
    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Show all of the words."""
        super().showEvent(event)
        self.fit()

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Enter go on to the next field, and press the button it is on."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            else:
                self.focusNextChild()
            return
        super().keyPressEvent(event)

    @called_by_qt
    def done(self, outcome: int) -> None:
        """Close, and drop every answer that is still on its way."""
        self.is_open = False
        super().done(outcome)
