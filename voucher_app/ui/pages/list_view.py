"""The list of a page: full rows, a header that lines up with them, columns that give way, and copying as a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelectionModel, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from voucher_app.ui import icons, theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.clipboard import copy_grid, grid_text
from voucher_app.ui.delegates.cell import SIGN_ROOM, CellDelegate
from voucher_app.ui.models.table_model import TableModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.models.columns import Column

_NARROWEST: Final = 64
_STRETCHING_LEAST: Final = 96
_COPIED_MOST: Final = 10_000
_ARROW_GAP: Final = 4
_MEASURED: Final = 64
"""Rows whose cells are measured: more than a screen shows."""


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

    @called_by_qt
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the header's size."""
        return QSize(_NARROWEST, theme.ROW)

    def width_of(self, column: Column) -> int:
        """Return what a column's header needs to be read whole, its arrow included."""
        arrow = theme.LABEL_PX + _ARROW_GAP if column.sort else 0
        return self._metrics.horizontalAdvance(column.header) + 2 * theme.CELL + arrow + 2

    def least_width_of(self, column: Column) -> int:
        """Return the same where a long header is set in two lines."""
        lines = self._in_two_lines(column.header)
        widest = max(self._metrics.horizontalAdvance(line) for line in lines)
        return self.width_of(column) - self._metrics.horizontalAdvance(column.header) + widest

    def _in_two_lines(self, words: str) -> list[str]:
        """Break a header at a space or before its unit, so that both lines are as short as can be."""
        breaks = [place for place, mark in enumerate(words) if place and mark in " （("]
        if not breaks:
            return [words]
        broken = [[words[:place].strip(), words[place:].strip()] for place in breaks]
        return min(broken, key=lambda lines: max(self._metrics.horizontalAdvance(line) for line in lines))

    @called_by_qt
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
        lines = [column.header]
        if self._metrics.horizontalAdvance(column.header) > room:
            lines = self._in_two_lines(column.header)
        words = "\n".join(self._metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines)
        painter.setFont(self._font)
        painter.setPen(theme.color(tokens.ink if is_sorted else tokens.ink_soft))
        upright = Qt.AlignmentFlag.AlignVCenter
        at_right = column.is_right_aligned
        if at_right and words.endswith("）"):
            # A full-width bracket is half empty: it hangs over, so that its ink ends where the figures end.
            inner.translate(side // 2 - 1, 0)
        painter.drawText(
            inner, upright | (Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft), words
        )
        if is_sorted:
            width = max(self._metrics.horizontalAdvance(line) for line in words.splitlines())
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
        rows.setDefaultSectionSize(theme.row_height())
        self._is_laying_out = False
        self._widths = {
            place: max(column.width, self.header.width_of(column), _NARROWEST)
            for place, column in enumerate(model.columns)
            if not column.stretches
        }
        self.dragged: dict[int, int] = {}
        """Widths that a person has chosen, by place; all others follow what the cells need."""
        self._needs: dict[int, int] = {}
        self._apply(self._widths)
        self.header.sectionResized.connect(self._resized)
        self.header.sectionClicked.connect(self._header_clicked)
        self.doubleClicked.connect(self._double_clicked)

    def widen(self, place: int, words: Sequence[str]) -> None:
        """Make a column of statuses wide enough for every one of them."""
        metrics = QFontMetrics(theme.font())
        widest = max((metrics.horizontalAdvance(word) for word in words), default=0)
        self._widths[place] = max(self._widths[place], widest + SIGN_ROOM + 2 * theme.CELL + 2)
        self._apply({place: self._widths[place]})

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

    def measure(self) -> None:
        """Find what the cells of the first rows need, so that no name is cut beside a column with room to spare."""
        model, metrics = self.rows_model, QFontMetrics(theme.font())
        rows = [row for row in map(model.row_at, range(min(model.rowCount(), _MEASURED))) if row is not None]
        for place, column in enumerate(model.columns):
            widest = max((metrics.horizontalAdvance(column.text(row)) for row in rows), default=0)
            sign = SIGN_ROOM if column.state is not None else 0
            self._needs[place] = widest + sign + 2 * theme.CELL + 2

    def lay_out_columns(self) -> None:
        """Hide what gives way while the list is too narrow, and let the stretching columns share the rest.

        What is asked first is given first: a column that a person dragged keeps its width; one that is wider than its
        cells need gives the rest to names that would be cut.
        """
        columns = self.rows_model.columns
        room = self.viewport().width()
        widths = self._widths | self.dragged
        tight = {place: self._tight(place, width) for place, width in widths.items()}
        tight |= {
            # A name is not cut for a column that can give way, unless it is far longer than most.
            place: min(max(column.width, self._needs.get(place, 0)), column.width * 3 // 2)
            for place, column in enumerate(columns)
            if column.stretches
        }
        least = sum(tight[place] for place, column in enumerate(columns) if not column.gives_way)
        shown = set()
        for place, column in enumerate(columns):
            more = tight[place] if column.gives_way else 0
            if least + more <= room or not column.gives_way:
                least += more
                shown.add(place)
            self._set_hidden(place, hidden=place not in shown)
        stretching = [place for place in sorted(shown) if columns[place].stretches]
        fixed = {place: width for place, width in widths.items() if place in shown}
        if stretching:
            wants = {place: max(columns[place].width, self._needs.get(place, 0)) for place in stretching}
            missing = sum(wants.values()) + sum(fixed.values()) - room
            fixed |= self._narrowed(fixed, missing) if missing > 0 else self._widened(fixed, -missing)
            left = max(room - sum(fixed.values()), _STRETCHING_LEAST * len(stretching))
            fixed |= _shared(left, wants, {place: columns[place].width for place in stretching})
        self._apply(fixed)

    def _narrowed(self, fixed: dict[int, int], missing: int) -> dict[int, int]:
        """Take what is missing from the columns that do not need all of their width."""
        spare = {place: width - self._tight(place, width) for place, width in fixed.items()}
        whole = sum(spare.values())
        if not whole:
            return {}
        taken = min(missing, whole)
        return {place: fixed[place] - rest * taken // whole for place, rest in spare.items()}

    def _widened(self, fixed: dict[int, int], spare: int) -> dict[int, int]:
        """Give what no name wants to columns whose cells would be cut, the first ones first."""
        given = {}
        for place, width in fixed.items():
            more = min(self._needs.get(place, 0) - width, spare)
            if more > 0 and place not in self.dragged:
                given[place] = width + more
                spare -= more
        return given

    def _tight(self, place: int, width: int) -> int:
        """Return the least width at which header and cells of a column are whole; a dragged one keeps its own."""
        if place in self.dragged or place not in self._needs:
            return width
        least = self.header.least_width_of(self.rows_model.columns[place])
        return min(width, max(self._needs[place], least, _NARROWEST))

    def _apply(self, widths: dict[int, int]) -> None:
        self._is_laying_out = True
        for place, width in widths.items():
            self.header.resizeSection(place, width)
        self._is_laying_out = False

    def _set_hidden(self, place: int, *, hidden: bool) -> None:
        """Hide a column or show it again, which Qt tells as another width: nobody dragged it."""
        self._is_laying_out = True
        self.setColumnHidden(place, hidden)
        self._is_laying_out = False

    def _resized(self, place: int, _before: int, width: int) -> None:
        """Remember what a person drags; hiding and showing a column is none of it."""
        if not self._is_laying_out and width and place in self._widths:
            self.dragged[place] = width

    @called_by_qt
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the width anew."""
        super().resizeEvent(event)
        self.lay_out_columns()

    @called_by_qt
    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show where the arrow keys go from; nothing is selected by coming here."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rows_model.rowCount():
            first = self.rows_model.index(max(self.rowAt(0), 0), 0)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)

    @called_by_qt
    def selectionChanged(self, selected: object, deselected: object) -> None:  # noqa: N802 - Qt's name
        """Tell that the selection changed."""
        super().selectionChanged(selected, deselected)  # type: ignore[arg-type]  # passed on as they came
        self.chosen.emit()

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the selection as a grid; act on Enter."""
        if event.matches(QKeySequence.StandardKey.Copy):
            numbers = {place for place, column in enumerate(self.rows_model.columns) if column.is_right_aligned}
            copy_grid(self.grid_rows(), frozenset(numbers))
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.activated_row.emit(self.currentIndex().row())
            return
        arrows = {Qt.Key.Key_Down, Qt.Key.Key_Up}
        if event.key() in arrows and self.currentIndex().isValid() and not self.selectionModel().hasSelection():
            self.select_position(self.currentIndex().row())  # the row that is marked is the first to be chosen
            return
        super().keyPressEvent(event)

    def grid_text(self) -> str:
        """Return the selected rows as the text of a grid that a spreadsheet takes; rows not loaded are left out."""
        return grid_text(self.grid_rows())

    def grid_rows(self) -> list[list[str]]:
        """Return the cells of the selected rows; rows not loaded are left out."""
        model = self.rows_model
        lines: list[list[str]] = []
        for first, last in self.selected_ranges():
            for position in range(first, min(last + 1, first + _COPIED_MOST)):
                row = model.row_at(position)
                if row is not None:
                    lines.append([column.text(row) for column in model.columns])
        return lines

    def _header_clicked(self, place: int) -> None:
        if self.rows_model.columns[place].sort:
            self.sort_wanted.emit(place)

    def _double_clicked(self, index: QModelIndex) -> None:
        self.activated_row.emit(index.row())


def _shared(left: int, wants: dict[int, int], weights: dict[int, int]) -> dict[int, int]:
    """Share a width: nobody gets less than it wants while another has more than that; the rest goes by weight."""
    shares = {place: left * weight // sum(weights.values()) for place, weight in weights.items()}
    rich = {place: max(shares[place] - wants[place], 0) for place in shares}
    poor = {place: max(wants[place] - shares[place], 0) for place in shares}
    moved = min(sum(rich.values()), sum(poor.values()))
    if moved:
        for place in shares:
            shares[place] += poor[place] * moved // sum(poor.values()) - rich[place] * moved // sum(rich.values())
    first = next(iter(shares))
    shares[first] += left - sum(shares.values())
    return shares
