"""How large a window may be: on a small screen its buttons must not lie beyond the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt

from voucher_app.ui import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog, QWidget


def fit_on_screen(window: QWidget, available: QSize, *, is_remembered: bool) -> None:
    """Keep the main window on the screen: it fills a small one the first time, and never has to be larger than it.

    Args:
        window: not shown yet.
        available: what the screen has for windows.
        is_remembered: it comes back as a person left it.
    """
    window.setMinimumSize(window.minimumSize().boundedTo(available))
    needed = window.size() + QSize(0, theme.CONTROL)  # its frame is known only once it is shown
    if not is_remembered and needed.boundedTo(available) != needed:
        window.resize(window.size().boundedTo(available))
        window.setWindowState(Qt.WindowState.WindowMaximized)


def room_for(dialog: QDialog) -> QSize:
    """Return how large a dialog may be, its frame left out: as the screen, or as the window that it belongs to."""
    room = dialog.screen().availableSize() - QSize(0, theme.CONTROL)
    parent = dialog.parentWidget()
    return room.expandedTo(parent.window().size()) if parent is not None else room


def keep_in_room(dialog: QDialog) -> None:
    """Make a dialog smaller where it would not fit; one that has room keeps the size it takes by itself when shown."""
    has_size = dialog.testAttribute(Qt.WidgetAttribute.WA_Resized)
    wanted = dialog.size() if has_size else dialog.sizeHint()
    fitting = wanted.boundedTo(room_for(dialog))
    if fitting != wanted:
        dialog.resize(fitting)
