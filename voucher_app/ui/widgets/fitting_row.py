"""The row above a page: title, search or tabs, buttons; without room for their words, buttons keep their sign.

The words are then their tip, and what a screen reader says all the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabBar, QWidget

from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent

_WORDS: Final = "words"
_TIP: Final = "tip"


class FittingRow(QWidget):
    """A row that gives up the words of its buttons from the left, one after the other, before anything is cut."""

    def __init__(self) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(theme.SPACE * 2)
        self.setMinimumWidth(1)

    @called_by_qt
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit into another width."""
        super().resizeEvent(event)
        self.fit()

    @called_by_qt
    def event(self, event: QEvent) -> bool:
        """Fit again when buttons came or went."""
        if event.type() == event.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def fit(self) -> None:
        """Show as many buttons with their words as there is room for; the main one keeps them longest."""
        buttons = [one for one in self.findChildren(QPushButton) if not one.isHidden() and not one.icon().isNull()]
        buttons.sort(key=lambda one: (one.property("kind") == "accent", one.x()))
        for button in buttons:
            if button.text():
                button.setProperty(_WORDS, button.text())
                button.setProperty(_TIP, button.toolTip())
        narrow = {button: button.sizeHint().width() for button in buttons if not button.text()}
        missing = self._least() - self.width()
        for button in buttons:
            wide = self._width_with_words(button)
            alone = theme.CONTROL + theme.SPACE * 2
            whole = missing + (wide - narrow[button] if button in narrow else 0)
            if whole > 0:
                _show_words(button, words=False)
                missing = whole - (wide - alone)
            elif button in narrow:
                _show_words(button, words=True)
                missing = whole

    def _least(self) -> int:
        """Return the width at which nothing is cut as things are, the words of tabs included."""
        tabs = sum(one.sizeHint().width() - one.minimumSizeHint().width() for one in self.findChildren(QTabBar))
        return self.row.minimumSize().width() + tabs

    @staticmethod
    def _width_with_words(button: QPushButton) -> int:
        if button.text():
            return button.sizeHint().width()
        words = str(button.property(_WORDS))
        return button.sizeHint().width() + button.fontMetrics().horizontalAdvance(words) + theme.SPACE


def _show_words(button: QPushButton, *, words: bool) -> None:
    told = str(button.property(_WORDS))
    button.setAccessibleName(told.rstrip(" …"))
    button.setText(told if words else "")
    tip = str(button.property(_TIP) or "")
    button.setToolTip(tip if words else "\n".join(filter(None, (told, tip))))
