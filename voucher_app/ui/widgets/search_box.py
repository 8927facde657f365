"""The search over everything (Ctrl+K): one box above the page, what was found below it, by kind.

It lies inside the window, so the keyboard never leaves its field: arrows choose, Enter opens the record on its page,
Esc closes. Kinds are asked for one after the other on the reading thread and shown as they come; once something else
was typed, what is still on its way is dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QVBoxLayout,
)

from voucher_app.i18n import _
from voucher_app.services import search
from voucher_app.services.queries.search import SearchHit
from voucher_app.services.searching import part_of
from voucher_app.services.wording.names import search_kind_name, status_name
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

    from voucher_app.services.queries.search import SearchGroup
    from voucher_app.ui.desk import Desk

MOST_OF_A_KIND: Final = 5
QUIET_MS: Final = 30
"""A pause in typing after which the question is asked; short, because what is asked is answered in a moment."""
_WIDTH, _TOP = 720, 52
_HIT: Final = Qt.ItemDataRole.UserRole
_SIDE: Final = Qt.ItemDataRole.UserRole + 1
_PAGES: Final = {
    "recipient": "recipients",
    "provider": "providers",
    "voucher": "vouchers",
    "application": "applications",
    "redemption": "redemptions",
    "batch": "applications.batches",
    "settlement": "settlements",
    "recovery": "settlements.recoveries",
    "policy": "settings.policies",
    "act": "ledger.journal",
    "print": "ledger.prints",
    "year": "ledger.statement",
}
"""By kind of record: the page, and its list where it has several."""
_BY_ROW: Final = frozenset({"application", "redemption", "batch", "settlement", "recovery", "act", "print"})
"""Kinds whose pages know a record by its row."""


def place_of(hit: SearchHit) -> tuple[str, str, object]:
    """Return where a record is opened: its kind, its page, and its key there; a paper opens what it is about."""
    kind, key = hit.kind, hit.key
    if kind == "paper":
        kind, _colon, key = hit.key.partition(":")
        key = key.partition("/")[0]
        if kind not in _PAGES or not key.isdigit():
            return "paper", "ledger.prints", None
        if kind in {"recipient", "provider", "voucher", "policy"}:
            return kind, _PAGES[kind], f"policy:{key}" if kind == "policy" else None
    return kind, _PAGES[kind], int(key) if kind in _BY_ROW else key


class _RowDelegate(QStyledItemDelegate):
    """A kind with its count, softly; a hit in two lines, its status at the right."""

    @called_by_qt
    def sizeHint(  # noqa: N802 - Qt's name
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: QModelIndex | QPersistentModelIndex,
    ) -> QSize:
        """Return the height of a kind or of a hit."""
        return QSize(0, theme.ROW + theme.SPACE * 3 if index.data(_HIT) is not None else theme.ROW_COMPACT)

    @called_by_qt
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        tokens, hit = theme.current(), index.data(_HIT)
        painter.save()
        rect: QRect = option.rect
        inner = rect.adjusted(theme.PADDING, 0, -theme.PADDING, 0)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font(theme.LABEL_PX, bold=hit is None))
        painter.setPen(theme.color(tokens.ink_soft))
        side = str(index.data(_SIDE) or "")
        side_width = painter.fontMetrics().horizontalAdvance(side)
        if hit is None:
            painter.drawText(inner, int(left | middle), str(index.data()))
            painter.setFont(theme.font(theme.LABEL_PX))
            painter.drawText(inner, int(right | middle), side)
            painter.restore()
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color(tokens.selection))
        inner = inner.adjusted(0, theme.SPACE + 2, 0, -theme.SPACE - 2)
        painter.drawText(inner, int(right | middle), side)
        words = inner.adjusted(0, 0, -side_width - theme.SPACE * 3 if side else 0, 0)
        detail = painter.fontMetrics().elidedText(hit.detail, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(left | Qt.AlignmentFlag.AlignBottom), detail)
        painter.setFont(theme.font())
        painter.setPen(theme.color(tokens.ink))
        title = painter.fontMetrics().elidedText(hit.title, Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, int(left | Qt.AlignmentFlag.AlignTop), title)
        painter.restore()


class SearchBox(QFrame):
    """The box; `begin` opens it.

    Signals:
        closed: it was left; the keyboard goes back to the page.
    """

    closed = Signal()

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._asked = 0
        self.setProperty("card", "true")
        self.setAccessibleName(_("Search everything"))
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(_("Unit, voucher, contract, invoice, document number, act … or first letters"))
        self.edit.setAccessibleName(_("Search everything"))
        self.edit.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.edit.installEventFilter(self)
        self.listing = QListWidget()
        self.listing.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.listing.setFrameShape(QFrame.Shape.NoFrame)
        self.listing.setAccessibleName(_("What was found"))
        self.listing.setItemDelegate(_RowDelegate(self.listing))
        self.listing.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.listing.itemClicked.connect(self._open_item)
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        theme.set_role(self.told, "label")
        self._typing = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._typing.timeout.connect(self.ask)
        self._opens_first = False
        self.edit.textEdited.connect(self._typed)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE * 3, theme.SPACE * 3, theme.SPACE * 3, theme.SPACE * 2)
        column.setSpacing(theme.SPACE * 2)
        column.addWidget(self.edit)
        column.addWidget(self.listing, 1)
        column.addWidget(self.told)
        window.installEventFilter(self)
        self.hide()

    def begin(self) -> None:
        """Open the box over the page, with what was looked for last selected."""
        self._fit()
        self.show()
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()
        self.ask()

    def leave(self) -> None:
        """Close the box."""
        self._asked += 1
        self._opens_first = False
        self._typing.stop()
        if self.isVisible():
            self.hide()
            self.closed.emit()

    # ------------------------------------------------------------------------------------------ asking

    def _typed(self, _text: str) -> None:
        self._opens_first = False
        self._typing.start()

    def ask(self) -> None:
        """Ask for what is typed; what older questions still bring is dropped."""
        self._typing.stop()
        self._asked += 1
        text = self.edit.text()
        if not part_of(text):
            self._clear()
            self.told.setText(
                _("Any part of it, from one character on; names also by the first letters of their Pinyin, as in cqkj.")
            )
            self._fit()
            return
        found = search.search(self._desk.workspace.queries, text, most=MOST_OF_A_KIND)
        self._read(found, self._asked, is_first=True)

    def _read(self, found: Iterator[SearchGroup], asked: int, *, is_first: bool) -> None:
        """Read the next kind of which something was found, on the reading thread."""

        def take(group: SearchGroup | None) -> None:
            if asked != self._asked:
                return
            if is_first:
                self._clear()
            if group is None:
                self._finish(is_empty=is_first)
                return
            self._add(group)
            self._read(found, asked, is_first=False)

        self._desk.runner.run(lambda: next(found, None), success=take, owner=self)

    def _clear(self) -> None:
        self.listing.clear()
        self.told.setText("")

    def _add(self, group: SearchGroup) -> None:
        head = QListWidgetItem(search_kind_name(group.kind), self.listing)
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        head.setData(_SIDE, f"{group.count:,}{'+' if group.has_more else ''}")
        for hit in group.hits:
            item = QListWidgetItem(hit.title, self.listing)
            item.setData(_HIT, hit)
            status = status_name(hit.noun, hit.status) if hit.noun else ""
            item.setData(_SIDE, status)
            whole = " · ".join(filter(None, (hit.title, hit.detail, status)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, whole)
            item.setToolTip(plain_tip(whole))  # long names are cut in their line
        if self.listing.currentRow() < 0:
            self.listing.setCurrentRow(1)
        self._fit()
        if self._opens_first:
            self._opens_first = False
            self.open(group.hits[0])

    def _finish(self, *, is_empty: bool) -> None:
        if is_empty:
            self.told.setText(_("Nothing is found for “{text}”.").format(text=self.edit.text().strip()))
        else:
            self.told.setText(_("↑ ↓ choose · Enter opens · Esc closes"))
        self._fit()

    # ------------------------------------------------------------------------------------------ choosing

    def _open_item(self, item: QListWidgetItem) -> None:
        hit = item.data(_HIT)
        if isinstance(hit, SearchHit):
            self.open(hit)

    def open(self, hit: SearchHit) -> None:
        """Go to a record's page, in the year in whose lists it stands."""
        self.leave()
        desk = self._desk
        kind, page, key = place_of(hit)
        row = key if isinstance(key, int) else hit.id

        def go(year: int | None) -> None:
            year = int(str(key)) if kind == "year" else year
            if year is not None:
                desk.set_year(year)
            desk.go(page, key=None if kind == "year" else key)

        desk.runner.run(lambda: desk.workspace.queries.year_of(kind, row), success=go, owner=self)

    def _step(self, step: int) -> None:
        count, row = self.listing.count(), self.listing.currentRow()
        for _place in range(count):
            row = (row + step) % count
            if self.listing.item(row).data(_HIT) is not None:
                self.listing.setCurrentRow(row)
                return

    @called_by_qt
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Steer the list with the keys of the field; follow the window's size; leave when somebody clicks elsewhere."""
        if watched is self.edit:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._steer(event):
                return True
            if event.type() == QEvent.Type.FocusOut and not self.underMouse() and self.window().isActiveWindow():
                self.leave()
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def _steer(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self._typing.isActive():
                # A scanner, or whoever types as fast, sends Enter before the answer: the first hit is meant.
                self._opens_first = True
                self.ask()
            elif self.listing.currentRow() >= 0:
                self._open_item(self.listing.currentItem())
            else:
                self._opens_first = True
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def _fit(self) -> None:
        """Lie in the middle above the page, as high as what was found needs."""
        window = self.parentWidget()
        assert window is not None
        width = min(_WIDTH, window.width() - 2 * theme.MARGIN)
        rows = sum(self.listing.sizeHintForRow(row) for row in range(self.listing.count()))
        self.listing.setVisible(rows > 0)
        self.listing.setFixedHeight(min(rows + 2, window.height() - _TOP - theme.CONTROL * 4))
        self.setGeometry((window.width() - width) // 2, _TOP, width, 0)
        self.resize(width, self.sizeHint().height())
