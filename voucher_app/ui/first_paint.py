"""What may wait until a widget was painted for the first time, so that the window is usable before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


class _FirstPaint(QObject):
    """Waits for the first paint event of its parent."""

    def __init__(self, widget: QWidget, act: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._act = act
        widget.installEventFilter(self)

    @called_by_qt
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Act once the paint is over: a window is painted in one go, and a timer comes after it.

        Not the first timer: clicks and keys that came while it was painted are answered before.
        """
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            widget, act = self._widget, self._act
            QTimer.singleShot(0, widget, lambda: QTimer.singleShot(0, widget, act))
            self.deleteLater()
        return False


def after_first_paint(widget: QWidget, act: Callable[[], None]) -> None:
    """Act after a widget is painted the next time; never, when it is gone before."""
    _FirstPaint(widget, act)
