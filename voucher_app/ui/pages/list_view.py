"""The list of a page: full rows, a header that lines up with them, columns that give way, and copying as a grid."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from voucher_app.ui import icons, theme
from voucher_app.ui.delegates.cell import SIGN_ROOM, CellDelegate
from voucher_app.ui.models.columns import Column
from voucher_app.ui.models.table_model import TableModel

_NARROWEST: Final = 64
_STRETCHING_LEAST: Final = 96
_COPIED_MOST: Final = 10_000
_ARROW_GAP: Final = 4


class ListHeader(QHeaderView):
    """Paints headers with the inset and alignment of their cells, and an arrow beside the one that sorts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(_NARROWEST)
        self.setFixedHeight(theme.ROW)
        self.sorted_by = -1
        self.descending = True
        self._font = theme.font(theme.LABEL_PX)
        self._metrics = QFontMetrics(self._font)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the header's size."""
        return QSize(_NARROWEST, theme.ROW)

    def width_of(self, column: Column) -> int:
        """Return what a column's header needs to be read whole, its arrow included."""
        arrow = theme.LABEL_PX + _ARROW_GAP if column.sort else 0
        return self._metrics.horizontalAdvance(column.header) + 2 * theme.CELL + arrow + 2

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N802, N803 - Qt's
        """Paint one header."""
        model = self.model()
        if not rect.isValid() or not isinstance(model, TableModel):
            return
        tokens = theme.current()
        column = model.columns[logicalIndex]
        is_sorted = logicalIndex == self.sorted_by
        painter.save()
        painter.fillRect(rect, theme.color(tokens.surface))
        painter.setPen(QPen(theme.color(tokens.line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(theme.CELL, 0, -theme.CELL, 0)
        side = theme.LABEL_PX
        room = inner.width() - (side + _ARROW_GAP if is_sorted else 0)
        words = self._metrics.elidedText(column.header, Qt.TextElideMode.ElideRight, room)
        painter.setFont(self._font)
        painter.setPen(theme.color(tokens.ink if is_sorted else tokens.ink_soft))
        upright = Qt.AlignmentFlag.AlignVCenter
        at_right = column.is_right_aligned
        painter.drawText(
            inner, upright | (Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft), words
        )
        if is_sorted:
            width = self._metrics.horizontalAdvance(words)
            x = inner.right() - width - _ARROW_GAP - side if at_right else inner.left() + width + _ARROW_GAP
            painter.setFont(icons.font(side))
            painter.setPen(theme.color(tokens.accent))
            glyph = icons.character("arrow-down" if self.descending else "arrow-up")
            painter.drawText(QRect(x, inner.top(), side, inner.height()), Qt.AlignmentFlag.AlignCenter, glyph)
        painter.restore()


class ListView(QTableView):
    """A table of a `TableModel`.

    Signals:
        chosen: the selection changed.
        sort_wanted: somebody clicked the header of a column that can sort; carries its place.
        activated_row: Enter or a double click on a row.
    """

    chosen = Signal()
    sort_wanted = Signal(object)
    activated_row = Signal(object)

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = ListHeader(self)
        self.setHorizontalHeader(self.header)
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(theme.ROW_COMPACT)
        rows.setDefaultSectionSize(theme.ROW)
        for place, column in enumerate(model.columns):
            if not column.stretches:
                self.header.resizeSection(place, max(column.width, self.header.width_of(column)))
        self.header.sectionClicked.connect(self._header_clicked)
        self.doubleClicked.connect(self._double_clicked)

    def widen(self, place: int, words: Sequence[str]) -> None:
        """Make a column of statuses wide enough for every one of them."""
        metrics = QFontMetrics(theme.font())
        widest = max((metrics.horizontalAdvance(word) for word in words), default=0)
        needed = widest + SIGN_ROOM + 2 * theme.CELL + 2
        self.header.resizeSection(place, max(self.header.sectionSize(place), needed))

    @property
    def rows_model(self) -> TableModel:
        """The model, by its own type."""
        model = self.model()
        assert isinstance(model, TableModel)
        return model

    def selected_ranges(self) -> list[tuple[int, int]]:
        """Return the selected rows as first and last positions, without walking a million of them."""
        selection = self.selectionModel().selection()
        parts = [selection.at(place) for place in range(selection.size())]
        return sorted({(part.top(), part.bottom()) for part in parts})

    def selected_count(self) -> int:
        """Return how many rows are selected."""
        return sum(last - first + 1 for first, last in self.selected_ranges())

    def select_position(self, position: int, *, scroll: bool = True) -> None:
        """Select one row."""
        index = self.rows_model.index(position, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        if scroll:
            self.scrollTo(index)

    def set_sort(self, place: int, *, descending: bool) -> None:
        """Show which column sorts; -1 for none."""
        self.header.sorted_by, self.header.descending = place, descending
        self.header.viewport().update()

    def lay_out_columns(self) -> None:
        """Hide what gives way while the list is too narrow, and let the stretching columns share the rest."""
        columns = self.rows_model.columns
        room = self.viewport().width()
        stretching = [place for place, column in enumerate(columns) if column.stretches]
        least = sum(
            column.width if column.stretches else self.header.sectionSize(place) or column.width
            for place, column in enumerate(columns)
            if not column.gives_way
        )
        for place, column in enumerate(columns):
            if column.gives_way:
                least += column.width
                self.setColumnHidden(place, least > room)
        taken = sum(
            self.header.sectionSize(place)
            for place, column in enumerate(columns)
            if not column.stretches and not self.isColumnHidden(place)
        )
        stretching = [place for place in stretching if not self.isColumnHidden(place)]
        if stretching:
            left = max(room - taken, _STRETCHING_LEAST * len(stretching))
            whole = sum(columns[place].width for place in stretching)
            shares = [left * columns[place].width // whole for place in stretching]
            shares[0] += left - sum(shares)
            for place, share in zip(stretching, shares, strict=True):
                self.header.resizeSection(place, share)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the width anew."""
        super().resizeEvent(event)
        self.lay_out_columns()

    def selectionChanged(self, selected: object, deselected: object) -> None:  # noqa: N802 - Qt's name
        """Tell that the selection changed."""
        super().selectionChanged(selected, deselected)  # type: ignore[arg-type]  # passed on as they came
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the selection as a grid; act on Enter."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.grid_text())
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.activated_row.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def grid_text(self) -> str:
        """Return the selected rows as a grid that a spreadsheet takes; rows not loaded are left out."""
        model = self.rows_model
        lines: list[str] = []
        for first, last in self.selected_ranges():
            for position in range(first, min(last + 1, first + _COPIED_MOST)):
                row = model.row_at(position)
                if row is not None:
                    lines.append("\t".join(column.text(row) for column in model.columns))
        return "\n".join(lines)

    def _header_clicked(self, place: int) -> None:
        if self.rows_model.columns[place].sort:
            self.sort_wanted.emit(place)

    def _double_clicked(self, index: QModelIndex) -> None:
        self.activated_row.emit(index.row())
