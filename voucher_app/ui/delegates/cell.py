"""Paints a row's cells: text lined up with its header, money on its point, a status as shape, word and colour.

It paints everything itself, from the model's row, because a styled delegate asks the model eight questions per cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QTableView

from voucher_app.services.wording.names import status_name
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.delegates.status import SIDE, paint_sign, sign_of
from voucher_app.ui.models.columns import CellKind
from voucher_app.ui.models.table_model import TableModel

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem

_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_SIGN_GAP: Final = 6
SIGN_ROOM: Final = SIDE + _SIGN_GAP
"""What a sign takes before its word."""

_CURRENT_MARK: Final = 3
_WAITING_BAR: Final = 8


class CellDelegate(QStyledItemDelegate):
    """Paints cells of a `TableModel`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._font = theme.font()
        self._metrics = QFontMetrics(self._font)

    @called_by_qt
    def sizeHint(  # noqa: N802 - Qt's name
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt passes it
        index: QModelIndex | QPersistentModelIndex,
    ) -> QSize:
        """Return the room a cell's text takes."""
        text = str(index.data() or "")
        return QSize(self._metrics.horizontalAdvance(text) + 2 * theme.CELL + SIDE, theme.row_height())

    def _mark_current(self, painter: QPainter, rect: QRect, row: int) -> None:
        """Mark the row that the arrow keys go from, while the list has the focus."""
        view = self.parent()
        if isinstance(view, QTableView) and view.hasFocus() and view.currentIndex().row() == row:
            mark = QRect(rect.left(), rect.top(), _CURRENT_MARK, rect.height())
            painter.fillRect(mark, theme.color(theme.current().accent))

    @called_by_qt
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        model = index.model()
        assert isinstance(model, TableModel)
        tokens = theme.current()
        state, rect = option.state, option.rect
        row, column = index.row(), index.column()
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(rect, theme.color(tokens.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color(tokens.hover))
        elif row % 2:
            painter.fillRect(rect, theme.color(tokens.surface_alt))
        if column == 0:
            self._mark_current(painter, rect, row)
        content = model.row_at(row)
        inner = rect.adjusted(theme.CELL, 0, -theme.CELL, 0)
        if content is None:
            bar = QRect(inner.left(), inner.center().y() - _WAITING_BAR // 2, inner.width() // 2, _WAITING_BAR)
            painter.fillRect(bar, theme.color(tokens.line))
            return
        declared = model.columns[column]
        painter.setFont(self._font)
        if declared.kind is CellKind.STATUS and declared.state is not None:
            noun, status = declared.state(content)
            sign = sign_of(noun, status)
            paint_sign(painter, sign, x=inner.left(), y=inner.center().y() + 1 - SIDE / 2)
            painter.setPen(theme.color(getattr(tokens, sign.token)))
            words = self._metrics.elidedText(
                status_name(noun, status), Qt.TextElideMode.ElideRight, inner.width() - SIGN_ROOM
            )
            painter.drawText(inner.adjusted(SIGN_ROOM, 0, 0, 0), _LEFT, words)
            return
        painter.setPen(theme.color(tokens.ink))
        text = self._metrics.elidedText(declared.text(content), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, _RIGHT if declared.is_right_aligned else _LEFT, text)
