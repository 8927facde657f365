"""The search inside a preview: words, how many times they stand there, and going from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.widgets.page_search import MOST_HITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from voucher_app.ui.widgets.page_view import Hit


class _Edit(QLineEdit):
    """Enter goes on to the next place, with Shift to the one before, Esc ends the search."""

    stepped = Signal(int)
    left = Signal()

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Step, end, or type."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.stepped.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)


class SearchBar(QWidget):
    """Searches while one types; Ctrl+F comes here, F3 goes on.

    Signals:
        wanted: these words are searched; empty for none.
        shown: all hits, and the one that is meant, or None.
        left: the search was ended by Esc.
    """

    wanted = Signal(str)
    shown = Signal(object, object)
    left = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._hits: Sequence[Hit] = ()
        self._place = -1
        self.edit = _Edit()
        self.edit.setPlaceholderText(_("Search the pages (Ctrl+F)"))
        self.edit.setAccessibleName(_("Search the pages"))
        self.edit.setMinimumWidth(theme.CONTROL * 6 + theme.SPACE * 2)
        self.edit.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.edit.stepped.connect(self.step)
        self.edit.left.connect(self.left)
        self.count = QLabel()
        theme.set_role(self.count, "soft")
        self._typing = QTimer(self, singleShot=True, interval=theme.QUIET_MS)
        self._typing.timeout.connect(lambda: self.wanted.emit(self.words()))
        self.edit.textChanged.connect(lambda _text: self._typing.start())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.edit)
        for icon, words, step in (("previous", _("Found before (Shift+F3)"), -1), ("next", _("Found next (F3)"), 1)):
            button = QToolButton()
            button.setIcon(theme.icon(icon))
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(lambda _checked=False, step=step: self.step(step))
            row.addWidget(button)
        row.addWidget(self.count)
        QShortcut(QKeySequence("Ctrl+F"), window, self.begin)
        QShortcut(QKeySequence("F7"), window, self.begin)
        QShortcut(QKeySequence("F3"), window, lambda: self.step(1))
        QShortcut(QKeySequence("Shift+F3"), window, lambda: self.step(-1))

    def words(self) -> str:
        """Return what is searched."""
        return self.edit.text().strip()

    def begin(self) -> None:
        """Go to the field, with what is there selected."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def show_hits(self, hits: Sequence[Hit], *, page: int) -> None:
        """Take what was found; the first of them from a page on is meant."""
        self._hits = hits
        self._place = next((place for place, hit in enumerate(hits) if hit.page >= page), 0 if hits else -1)
        self._tell()

    def step(self, step: int) -> None:
        """Go to another place, round and round."""
        if self._hits:
            self._place = (self._place + step) % len(self._hits)
            self._tell()

    def _tell(self) -> None:
        if self._hits:
            total = f"{len(self._hits)}+" if len(self._hits) == MOST_HITS else f"{len(self._hits)}"
            self.count.setText(f"{self._place + 1}/{total}")
            theme.set_role(self.count, "soft")
        else:
            self.count.setText(_("not found") if self.words() else "")
            theme.set_role(self.count, "warn")
        self.shown.emit(self._hits, self._hits[self._place] if self._hits else None)
