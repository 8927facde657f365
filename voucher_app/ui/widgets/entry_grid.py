"""A grid to type into or to paste a block of a spreadsheet into: the columns of one kind of table, and empty rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from voucher_app.i18n import _
from voucher_app.services.imports.reading import text_of
from voucher_app.services.ports.tables import Grid, Line
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from voucher_app.services.imports.kind import ImportKind

_ROWS: Final = 20
_WIDTH: Final = 132


class EntryGrid(QTableWidget):
    """Takes what is typed or pasted.

    Signals:
        pasted: a block was pasted; carries its text.
    """

    pasted = Signal(str)

    def __init__(self, kind: ImportKind) -> None:
        super().__init__(_ROWS, len(kind.columns))
        self._kind = kind
        self.setAccessibleName(_("Rows to enter"))
        for place, column in enumerate(kind.columns):
            head = _(column.words) + (" *" if column.is_needed and not column.may_be_empty else "")
            item = QTableWidgetItem(head)
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(_(column.remark) if column.remark else "")
            self.setHorizontalHeaderItem(place, item)
            needed = self.fontMetrics().horizontalAdvance(head) + 4 * theme.SPACE
            self.setColumnWidth(place, max(_WIDTH, needed))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.ROW_COMPACT)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(True)
        self.setCurrentCell(0, 0)

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take a block; empty the selected cells; Enter goes down as in a spreadsheet."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
            return
        if event.matches(QKeySequence.StandardKey.Delete):
            for item in self.selectedItems():
                item.setText("")
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.setCurrentCell(min(self.currentRow() + 1, self.rowCount() - 1), self.currentColumn())
            return
        super().keyPressEvent(event)

    def put(self, block: Grid) -> None:
        """Put a block at the current cell, and grow as far as it needs."""
        top, left = max(self.currentRow(), 0), max(self.currentColumn(), 0)
        self.setRowCount(max(self.rowCount(), top + len(block.lines) + 1))
        for row, line in enumerate(block.lines, start=top):
            for place, cell in enumerate(line.cells, start=left):
                if place < self.columnCount():
                    self.setItem(row, place, QTableWidgetItem(text_of(cell)))

    def grid(self) -> Grid:
        """Return what was entered, as a table whose head are this grid's columns."""
        lines = [Line(0, [_(column.words) for column in self._kind.columns])]
        for row in range(self.rowCount()):
            cells = [item.text() if (item := self.item(row, place)) else "" for place in range(self.columnCount())]
            if any(text.strip() for text in cells):
                lines.append(Line(row + 1, cells))
        return Grid(name="", sha256="", lines=lines)

    def is_empty(self) -> bool:
        """Return whether nothing was entered."""
        return len(self.grid().lines) == 1
