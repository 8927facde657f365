"""The card of an office's own templates: each kind of paper looked at with sample values, and all of them checked.

Templates are files that an office edits beside its data file (`docs/templates.md`), so the card says where, and what is
wrong with them by file and line; the preview reads them anew each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from voucher_app.i18n import _
from voucher_app.services.documents.facts import BadTemplate, DocumentKind
from voucher_app.services.wording.documents import document_name
from voucher_app.services.wording.errors import describe
from voucher_app.services.workspace import templates_of
from voucher_app.ui import theme
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.pages.panel import button
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.field import ChoiceField

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.ui.desk import Desk


class TemplateCheck(QWidget):
    """What stands in the card: a kind to choose, and what is done with its template."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.kind = ChoiceField(_("Kind of paper"), [(kind.value, document_name(kind)) for kind in DocumentKind])
        self.kind.setMaximumWidth(theme.CONTROL * 12)
        self.look_button, self.check_button = (
            button(_("Look at it with sample values …")),
            button(_("Check all templates")),
        )
        self.look_button.clicked.connect(self.look)
        self.check_button.clicked.connect(self.check)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self.look_button)
        row.addWidget(self.check_button)
        row.addStretch(1)
        self._said = QVBoxLayout()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.SPACE * 2)
        where = QLabel(_("Your own templates: {folder}").format(folder=self.folder))
        where.setTextFormat(Qt.TextFormat.PlainText)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        where.setWordWrap(True)
        theme.set_role(where, "soft")
        for one in (self.kind, where):
            whole.addWidget(one)
        whole.addLayout(row)
        whole.addLayout(self._said)

    @property
    def folder(self) -> Path:
        """Where this office's own templates lie; it need not be there."""
        return templates_of(self._desk.workspace.data_file.path)

    def look(self) -> None:
        """Show the chosen document with sample values, as its template sets it now."""
        open_dialog("document_preview", self._desk, self.window(), kind=self.kind.value(), subject="")

    def check(self) -> None:
        """Read every template, and say which cannot be used."""
        workspace = self._desk.workspace
        own = self.folder.is_dir()

        def checked(_nothing: object) -> None:
            words = _("All templates can be used, your own among them.") if own else _("All templates can be used.")
            self._say(words, sign="good", role="good", meaning=_("Done"))

        # Among what writes, because no paper may be drawn while its templates are read anew.
        self._desk.runner.run(
            lambda: workspace.documents().check(), success=checked, failure=self._refused, writes=True, owner=self
        )

    def _refused(self, error: Exception) -> None:
        if isinstance(error, BadTemplate):
            self._say("\n".join(describe(error)), sign="refused", role="bad", meaning=_("Refused"))
        else:
            self._desk.runner.failed.emit(error)

    def _say(self, words: str, *, sign: str, role: str, meaning: str) -> None:
        while (item := self._said.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._said.addWidget(SignedLine(sign, role, words, meaning=meaning))
