"""The search above a list: typing narrows the list, Down goes into it, Esc clears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from voucher_app.ui.pages.list_view import ListView

_WIDEST: Final = 420


class SearchField(QLineEdit):
    """Searches while one types; Down goes into the list, Esc clears."""

    def __init__(self, hint: str, view: ListView) -> None:
        super().__init__()
        self._view = view
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        how = _("Any part, from one character on; names also by the first letters of their Pinyin")
        self.setToolTip(f"{hint}\n{how}")  # in a narrow field the hint is cut
        self.setMaximumWidth(_WIDEST)
        self.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        # Qt's own clear button is drawn for light fields only.
        self._clearing = self.addAction(theme.icon("close"), QLineEdit.ActionPosition.TrailingPosition)
        self._clearing.setToolTip(_("Clear (Esc)"))
        self._clearing.setVisible(False)
        self._clearing.triggered.connect(self.clear)
        self.textChanged.connect(self._show_clearing)

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go on into the list, or clear."""
        if event.key() == Qt.Key.Key_Down:
            if self._view.rows_model.rowCount():
                self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)
                if not self._view.selectionModel().hasSelection():
                    self._view.select_position(0)
            return
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def show_text(self, text: str) -> None:
        """Show what is searched for, where whoever asks for it reads the list as well."""
        self.blockSignals(True)  # noqa: FBT003 - Qt's way
        self.setText(text)
        self.blockSignals(False)  # noqa: FBT003
        self._show_clearing(text)

    def _show_clearing(self, text: str) -> None:
        self._clearing.setVisible(bool(text))

    @called_by_qt
    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Select what is there, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() in {Qt.FocusReason.ShortcutFocusReason, Qt.FocusReason.TabFocusReason}:
            self.selectAll()
