"""A choice whose list follows the style sheet, is named for a screen reader, and that no wheel changes in passing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QComboBox, QListView, QStyledItemDelegate, QWidget

from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QWheelEvent
    from PySide6.QtWidgets import QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
_SEPARATOR: Final = "separator"
"""What `QComboBox.insertSeparator` tells a screen reader of its row; there is no other sign of it."""


class _Rows(QStyledItemDelegate):
    """Paints a separator as a line; every other row as the style sheet has it."""

    @called_by_qt
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return a row's size."""
        size = super().sizeHint(option, index)
        return QSize(size.width(), 2 * theme.SPACE + 1) if _is_separator(index) else size

    @called_by_qt
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        if not _is_separator(index):
            super().paint(painter, option, index)
            return
        line = option.rect.adjusted(theme.SPACE * 2, theme.SPACE, -theme.SPACE * 2, -theme.SPACE)
        painter.fillRect(line, theme.color(theme.current().line))


def _is_separator(index: Index) -> bool:
    return bool(index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == _SEPARATOR)


class ChoiceBox(QComboBox):
    """A choice; its list is made when it is first opened, as most never are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: QListView | None = None

    @called_by_qt
    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Show every row whole.

        WORKAROUND: Qt 6.11 leaves two pixels of a styled list out when a click opens it, and puts an arrow over the
        last row for them. The list is given what it lacks, where the screen has it.
        """
        if self._rows is None:
            # A view of its own follows the style sheet; the built-in popup cuts the last rows off, and marks the row
            # that is chosen by a black frame.
            self._rows = QListView(self)
            self._rows.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
            self.setView(self._rows)
            self._rows.setItemDelegate(_Rows(self._rows))
        view = self._rows
        view.setAccessibleName(self.accessibleName())
        view.ensurePolished()
        view.doItemsLayout()  # it may have been filled before it had its style
        # As wide as its longest words: the box itself may be as narrow as its place in a form.
        room = self.screen().availableGeometry().width() - 2 * theme.MARGIN
        view.setMinimumWidth(min(view.sizeHintForColumn(0) + 2 * (theme.SPACE + view.frameWidth()), room))
        super().showPopup()
        view.setCurrentIndex(self.model().index(self.currentIndex(), self.modelColumn()))  # not by itself at first
        frame, lacking = view.parentWidget(), view.verticalScrollBar().maximum()
        if frame is not None and 0 < lacking <= frame.screen().availableGeometry().bottom() - frame.geometry().bottom():
            for arrow in frame.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
                arrow.setVisible(arrow is view)
            frame.resize(frame.width(), frame.height() + lacking)

    @called_by_qt
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the choice as it is and the wheel to what scrolls: a form that passes under it was changed unseen."""
        event.ignore()
