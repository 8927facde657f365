"""A field that names a file: typed, dropped, or chosen in a dialog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from voucher_app.domain.errors import InvalidInput
from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.dialogs.file_dialog import open_file
from voucher_app.ui.widgets.field import LineField

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


class FileField(LineField):
    """A file that is there; F2 or the folder in the field opens the dialog."""

    def __init__(self, label: str, *, title: str, kinds: str) -> None:
        super().__init__(label, self._existing)
        self._title, self._kinds = title, kinds
        self.choosing: QAction = self.edit.addAction(theme.icon("folder"), QLineEdit.ActionPosition.TrailingPosition)
        self.choosing.setToolTip(_("Choose a file (F2)"))
        self.choosing.setShortcut("F2")
        self.choosing.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.choosing.triggered.connect(self.choose)

    def choose(self) -> None:
        """Ask for the file."""
        asking = open_file(self.window(), self._title, self._kinds)
        asking.fileSelected.connect(self.set_text)
        asking.open()

    def value(self) -> Path:
        """Return the file."""
        return self._existing(self.text())

    @staticmethod
    def _existing(text: str) -> Path:
        file = Path(text.strip())
        try:
            is_there = file.is_file()
        except OSError:  # longer than any name of a file
            is_there = False
        if not is_there:
            raise InvalidInput("file_missing", found=text.strip())
        return file
