"""A small table of figures that are only looked at and copied: headers line up with their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QTableWidget,
    QTableWidgetItem,
)

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.clipboard import copy_grid
from voucher_app.ui.figures_out import save_figures
from voucher_app.ui.tips import plain_tip
from voucher_app.ui.widgets.charts import Table

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
    from PySide6.QtGui import QKeyEvent, QPainter
    from PySide6.QtWidgets import (
        QStyleOptionViewItem,
    )

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class _FigureDelegate(QStyledItemDelegate):
    """Paints a cell with the distance to its edge that its header has."""

    def __init__(self, table: QTableWidget) -> None:
        super().__init__(table)
        self._table = table

    @called_by_qt
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        tokens = theme.current()
        rect: QRect = option.rect
        # Asked of the table: `option.state` would load all of QStyle's enumerations, 4 ms of every start.
        if self._table.selectionModel().isSelected(index):
            painter.fillRect(rect, theme.color(tokens.selection))
        elif index.row() % 2:
            painter.fillRect(rect, theme.color(tokens.surface_alt))
        inner = rect.adjusted(theme.CELL, 0, -theme.CELL, 0)
        painter.setFont(theme.font())
        painter.setPen(theme.color(tokens.ink))
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, inner.width())
        alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
        painter.drawText(inner, int(alignment), text)


class FiguresTable(QTableWidget):
    """Figures that are only looked at and copied; headers line up with their columns."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.ROW_COMPACT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFixedHeight(theme.ROW_COMPACT)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_FigureDelegate(self))
        self.figures = Table((), (), frozenset())

        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        save = QAction(_("Save the figures as a table …"), self)
        save.triggered.connect(lambda: save_figures(self, self.accessibleName(), self.figures))
        self.addAction(save)

    def set_table(self, table: Table, *, stretch: int = 0) -> None:
        """Show a table; `stretch` is the column that takes the room that is left."""
        self.figures = table
        self.setColumnCount(len(table.header))
        self.setRowCount(len(table.rows))
        for column, words in enumerate(table.header):
            item = QTableWidgetItem(words)
            item.setTextAlignment(_RIGHT if column in table.numeric else _LEFT)
            self.setHorizontalHeaderItem(column, item)
        for line, row in enumerate(table.rows):
            for column, words in enumerate(row):
                cell = QTableWidgetItem(words)
                cell.setTextAlignment(_RIGHT if column in table.numeric else _LEFT)
                cell.setToolTip(plain_tip(words))
                self.setItem(line, column, cell)
        header, metrics = self.horizontalHeader(), self.fontMetrics()
        for column, title in enumerate(table.header):
            if column == stretch:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            widest = max(metrics.horizontalAdvance(words) for words in (title, *(row[column] for row in table.rows)))
            header.resizeSection(column, widest + 2 * theme.CELL + theme.SPACE)

    @called_by_qt
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return little, because the table takes the room that its chart has."""
        return QSize(theme.CONTROL * 6, theme.ROW_COMPACT * 3)

    @called_by_qt
    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the least that can be read."""
        return self.sizeHint()

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the selected rows, or all of them, as a grid."""
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = sorted({index.row() for index in self.selectedIndexes()}) or range(self.rowCount())
            rows = tuple(self.figures.rows[row] for row in chosen)
            copy_grid((self.figures.header, *rows), self.figures.numeric)
            return
        super().keyPressEvent(event)
