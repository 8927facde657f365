"""The one table model, and the paged one for lists of any length.

The paged model tells the view the full number of rows and holds 64 pages of 256; what is missing is read by the reading
thread and shown as empty rows until it arrives. No SQL runs on the GUI thread. While somebody drags the scroll bar only
the pages seen last are asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from PySide6.QtCore import QObject

    from voucher_app.services.queries.lists import ListSource
    from voucher_app.ui.models.columns import Column
    from voucher_app.ui.operations import OperationRunner

Index = QModelIndex | QPersistentModelIndex

# `data()` is called some 1,500 times a frame: roles are compared as plain ints.
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOL_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE: Final = int(Qt.ItemDataRole.AccessibleTextRole)
_TEXT_ROLES: Final = frozenset({_DISPLAY, _ACCESSIBLE})
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

PAGE: Final = 256
_PAGE_BITS: Final = 8
_PAGES_KEPT: Final = 64
_PAGES_ASKED: Final = 3
"""A screen shows two pages at most; one more is forgiven."""


class TableModel(QAbstractTableModel):
    """Rows that never change, each shown through the same columns."""

    def __init__(
        self, columns: Sequence[Column], key: Callable[[Any], Hashable] = id, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key = key
        self._rows: Sequence[Any] = ()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, position: int) -> Any | None:  # noqa: ANN401 - a row of whatever the columns are made for
        """Return a row, or None while it is on its way."""
        return self._rows[position]

    def text_at(self, position: int, column: int) -> str:
        """Return a cell's text, empty while the row is on its way."""
        row = self.row_at(position)
        return "" if row is None else self.columns[column].text(row)

    @called_by_qt
    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Return how many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    @called_by_qt
    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Return how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    @called_by_qt
    def data(self, index: Index, role: int = _DISPLAY) -> object:
        """Return what a cell says, to whoever asks besides the delegate."""
        if role in _TEXT_ROLES:
            return self.text_at(index.row(), index.column())
        if role == _TOOL_TIP:
            return plain_tip(self.text_at(index.row(), index.column()))
        if role == _ALIGNMENT:
            return _RIGHT if self.columns[index.column()].is_right_aligned else _LEFT
        return None

    @called_by_qt
    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY
    ) -> object:
        """Return a column's header."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role in _TEXT_ROLES or role == _TOOL_TIP:
            return self.columns[section].header
        if role == _ALIGNMENT:
            return _RIGHT if self.columns[section].is_right_aligned else _LEFT
        return None


def _read_pages(source: ListSource[Any], numbers: Sequence[int]) -> dict[int, Sequence[Any]]:
    """Read pages given in order; neighbours in one stretch, because a jump costs more than the rows it brings."""
    pages: dict[int, Sequence[Any]] = {}
    place = 0
    while place < len(numbers):
        first = numbers[place]
        length = 1
        while place + length < len(numbers) and numbers[place + length] == first + length:
            length += 1
        rows = source.rows(first << _PAGE_BITS, PAGE * length)
        for step in range(length):
            pages[first + step] = rows[step << _PAGE_BITS : (step + 1) << _PAGE_BITS]
        place += length
    return pages


@dataclass(frozen=True, slots=True)
class _Opened:
    """A list as the reading thread found it: its length, if it is known, and the pages that are needed first."""

    generation: int
    source: ListSource[Any]
    count: int
    is_counted: bool
    pages: dict[int, Sequence[Any]]


def _read_list(generation: int, make: Callable[[], ListSource[Any]], at: int) -> _Opened:
    """Read a list's first page, and those around a row further down."""
    source = make()
    first = source.rows(0, PAGE)
    pages: dict[int, Sequence[Any]] = {0: first}
    if len(first) < PAGE or at == 0:
        return _Opened(generation, source, len(first), len(first) < PAGE, pages)
    count = source.count()
    page = min(at, max(count - 1, 0)) >> _PAGE_BITS
    for near in (page, page + 1):
        if near not in pages and near << _PAGE_BITS < count:
            pages[near] = source.rows(near << _PAGE_BITS, PAGE)
    return _Opened(generation, source, count, True, pages)  # noqa: FBT003 - the name is above


class PagedModel(TableModel):
    """A list of any length.

    Signals:
        opened: another list is shown, or the same one as it is now; carries the number of rows known so far.
        counted: the number of all rows, which for a long list is known a little later than its first rows.
        arrived: rows that were missing are there now.
    """

    opened = Signal(object)
    counted = Signal(object)
    arrived = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        runner: OperationRunner,
        key: Callable[[Any], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key, parent)
        self._runner = runner
        self._source: ListSource[Any] | None = None
        self._count = 0
        self._pages: OrderedDict[int, Sequence[Any]] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._is_reading = False
        self._generation = 0
        self._is_opening = False
        self._next: tuple[Callable[[], ListSource[Any]], int] | None = None
        """What is to be opened once the list that is being read came home."""
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)

    @property
    def source(self) -> ListSource[Any] | None:
        """The list shown; its methods belong to the reading thread."""
        return self._source

    def open(self, make: Callable[[], ListSource[Any]], *, at: int = 0) -> None:
        """Show another list, or the same one as it is now; what is shown stays until it is there.

        One list at a time is read, and after it the one that was asked for last: so a list can be asked for at every
        key that is typed, and neither waits the reading thread for questions that nobody has any more, nor does the
        window show their answers.

        Args:
            make: returns the list; called on the reading thread.
            at: the row whose surroundings are needed first.
        """
        self._next = make, at
        if not self._is_opening:
            self._open_next()

    def _open_next(self) -> None:
        assert self._next is not None, "asked before"
        (make, at), self._next = self._next, None
        self._is_opening = True
        self._generation += 1
        generation = self._generation

        def read() -> _Opened | None:
            # It may have waited behind other reads; what is wanted meanwhile is read in its place.
            return None if self._next is not None else _read_list(generation, make, at)

        self._runner.run(read, success=self._take_list, failure=self._not_opened)

    def row_at(self, position: int) -> Any | None:  # noqa: ANN401
        """Return a row, or ask for its page and return None."""
        number = position >> _PAGE_BITS
        page = self._pages.get(number)
        if page is None:
            self._want(number)
            return None
        offset = position & (PAGE - 1)
        return page[offset] if offset < len(page) else None

    def position_of(self, key: Hashable) -> int | None:
        """Return where a row is, looking only at what is held."""
        for number, page in self._pages.items():
            for offset, row in enumerate(page):
                if self.key(row) == key:
                    return (number << _PAGE_BITS) + offset
        return None

    def held(self) -> int:
        """Return how many pages are held."""
        return len(self._pages)

    @called_by_qt
    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Return how many rows the list has."""
        return 0 if parent is not None and parent.isValid() else self._count

    def _not_opened(self, error: Exception) -> None:
        self._is_opening = False
        self._runner.failed.emit(error)
        if self._next is not None:
            self._open_next()

    def _take_list(self, opened: _Opened | None) -> None:
        self._is_opening = False
        if self._next is not None:
            self._open_next()
            return
        assert opened is not None, "left out only for another one"
        self.beginResetModel()
        self._source, self._count = opened.source, opened.count
        self._pages = OrderedDict(opened.pages)
        self._wanted.clear()
        self.endResetModel()
        self.opened.emit(opened.count)
        if opened.is_counted:
            self.counted.emit(opened.count)
            return
        generation, source = opened.generation, opened.source
        self._runner.run(lambda: (generation, source.count()), success=self._take_count)

    def _take_count(self, answer: tuple[int, int]) -> None:
        generation, count = answer
        if generation != self._generation:
            return
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        self.counted.emit(self._count)

    def _want(self, number: int) -> None:
        self._wanted[number] = None
        self._wanted.move_to_end(number)
        while len(self._wanted) > _PAGES_ASKED:
            self._wanted.popitem(last=False)
        if not self._is_reading and not self._asking.isActive():
            self._asking.start()

    def _ask(self) -> None:
        source = self._source
        if source is None or not self._wanted or self._is_reading:
            return
        self._is_reading = True
        generation, numbers = self._generation, sorted(self._wanted)
        self._wanted.clear()

        def read() -> tuple[int, dict[int, Sequence[Any]]]:
            return generation, _read_pages(source, numbers)

        self._runner.run(read, success=self._take_pages, failure=self._failed)

    def _take_pages(self, answer: tuple[int, dict[int, Sequence[Any]]]) -> None:
        generation, pages = answer
        self._is_reading = False
        if generation == self._generation:
            for number, rows in pages.items():
                self._pages[number] = rows
                self._wanted.pop(number, None)
            while len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
            last_column = len(self.columns) - 1
            for number in pages:
                first = number << _PAGE_BITS
                last = min(first + PAGE, self._count) - 1
                if first <= last:
                    self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))
            self.arrived.emit()
        self._ask()

    def _failed(self, error: Exception) -> None:
        self._is_reading = False
        self._wanted.clear()
        self._runner.failed.emit(error)
