"""Look-up of a unit or a voucher by any part of what it is called, with a way to create a unit from inside.

The list opens under the field inside the window, so the keyboard never leaves the field: arrows choose, Enter takes,
Esc closes, F2 opens.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
)

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.redemption import RedemptionStatus
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.i18n import _
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import kind_name, status_name
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.tips import plain_tip
from voucher_app.ui.widgets.field import LineField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import (
        QStyleOptionViewItem,
    )

    from voucher_app.ui.desk import Desk

MOST_SHOWN = 8
_HIT = Qt.ItemDataRole.UserRole
_DETAIL = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    Attributes:
        name: what the field shows.
        key: what the field stands for; empty for a facility of the registry that is no provider yet.
        detail: what tells it from its namesakes, in one line.
    """

    name: str
    key: str
    detail: str
    region_code: str = ""


class Search(Protocol):
    """Finds by any part of a name, code or number; runs on the reading thread."""

    def __call__(self, text: str, most: int) -> Sequence[Hit]:
        """Return the first hits."""


class _HitDelegate(QStyledItemDelegate):
    """Two lines: the name, and softly what tells it from others."""

    @called_by_qt
    def sizeHint(  # noqa: N802 - Qt's name
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        """Return the height of two lines."""
        return QSize(0, theme.ROW + theme.SPACE * 3)

    @called_by_qt
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one hit."""
        tokens = theme.current()
        painter.save()
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color(tokens.selection))
        inner = rect.adjusted(theme.SPACE * 3, theme.SPACE + 2, -theme.SPACE * 3, -theme.SPACE - 2)
        metrics = painter.fontMetrics()
        is_hit = index.data(_HIT) is not None
        painter.setPen(theme.color(tokens.ink if is_hit else tokens.accent))
        detail = index.data(_DETAIL) or ""
        name_flags = Qt.AlignmentFlag.AlignLeft | (
            Qt.AlignmentFlag.AlignTop if detail else Qt.AlignmentFlag.AlignVCenter
        )
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(inner, int(name_flags), name)
        if detail:
            font = painter.font()
            font.setPixelSize(theme.LABEL_PX)
            painter.setFont(font)
            painter.setPen(theme.color(tokens.ink_soft))
            painter.drawText(
                inner,
                int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom),
                # Its end tells most: what a voucher still holds.
                painter.fontMetrics().elidedText(detail, Qt.TextElideMode.ElideMiddle, inner.width()),
            )
        painter.restore()


class LookUpField(LineField):
    """A unit or a voucher, found while typing.

    Args:
        label: what the field is called.
        desk: whose reading thread searches.
        search: finds hits.
        placeholder: what may be typed.
        create_words: the last line of the list, with `{name}` for what was typed; empty when nothing can be created.
        create: called with what was typed and, for a facility that is no provider yet, its hit.
    """

    def __init__(
        self,
        label: str,
        desk: Desk,
        search: Search,
        *,
        placeholder: str,
        create_words: str = "",
        create: Callable[[str, Hit | None], None] | None = None,
    ) -> None:
        self._chosen: Hit | None = None
        super().__init__(label, self._read_key, placeholder=placeholder)
        self._desk = desk
        self._search = search
        self._create_words = create_words
        self._create = create
        self._asked = 0
        self._list: QListWidget | None = None
        self._timer = QTimer(self, singleShot=True, interval=theme.QUIET_MS)
        self._timer.timeout.connect(self.look_up)
        action = self.edit.addAction(theme.icon("search"), self.edit.ActionPosition.TrailingPosition)
        action.setToolTip(_("Look up (F2)"))
        action.triggered.connect(self.look_up)
        self.edit.textEdited.connect(self._typed)

    # ------------------------------------------------------------------------------------------ the value

    def _read_key(self, text: str) -> str:
        if self._chosen is None:
            raise InvalidInput("text_missing", found=text, field=self.plain_label)
        return self._chosen.key

    def problem(self) -> str:
        """Return what is wrong, in this field's own words."""
        if self._complaint or self._chosen is not None:
            return self._complaint
        if not self.text().strip():
            return _("Nothing is chosen yet. Type a part of it, then take it from the list.")
        return _("Not taken from the list yet. Choose with the arrow keys and Enter.")

    def value(self) -> str:
        """Return the key of what is chosen."""
        return self._read_key(self.text())

    @property
    def chosen(self) -> Hit | None:
        """What is chosen, or None."""
        return self._chosen

    def told(self) -> str:
        """Return what tells the unit from its namesakes."""
        return self._chosen.detail if self._chosen else super().told()

    def is_unfinished(self) -> bool:
        """Return whether the person is still looking."""
        return self._chosen is None

    def take(self, hit: Hit) -> None:
        """Choose something that was found."""
        self._chosen = hit
        self.edit.setText(hit.name)
        self.edit.setCursorPosition(0)
        self.close_list()
        self.edited()

    def kept(self) -> str:
        """Return what is chosen, or what was typed to find it."""
        return json.dumps(asdict(self._chosen) if self._chosen else self.text(), ensure_ascii=False)

    def restore(self, kept: str) -> None:
        """Put back what a draft kept; whether the unit still may be chosen, the rules say."""
        found = json.loads(kept)
        if isinstance(found, dict):
            self.take(Hit(**found))
            return
        self._chosen = None
        self.edit.setText(str(found))
        self.edited()

    # ------------------------------------------------------------------------------------------ the list

    def _typed(self, _text: str) -> None:
        self._chosen = None
        self.edited()
        self._timer.start()

    def look_up(self) -> None:
        """Search for what was typed; an answer to an older question is dropped."""
        self._timer.stop()
        self._asked += 1
        asked, text = self._asked, "" if self._chosen else self.text().strip()

        def found(hits: object) -> None:
            if asked == self._asked and isinstance(hits, list):
                self._show(hits, text)

        self._desk.runner.run(lambda: list(self._search(text, MOST_SHOWN + 1)), success=found, owner=self)

    def _show(self, hits: list[Hit], text: str) -> None:
        if not self.edit.hasFocus():
            # Who typed and went on is understood when only one unit can be meant.
            meant = [hit for hit in hits if text in {hit.key, hit.name}] or hits
            if self._chosen is None and text and len(meant) == 1 and meant[0].key:
                self.take(meant[0])
            return
        self.close_list()
        listing = QListWidget(self.window())
        listing.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        listing.setProperty("card", "true")
        listing.setAccessibleName(_("What was found"))
        listing.setItemDelegate(_HitDelegate(listing))
        listing.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        listing.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for hit in hits[:MOST_SHOWN]:
            item = QListWidgetItem(hit.name, listing)
            item.setData(_HIT, hit)
            item.setData(_DETAIL, hit.detail)
            item.setToolTip(plain_tip("\n".join(filter(None, (hit.name, hit.detail)))))
        more = (
            _("More than {count} fit; type on to narrow it down").format(count=MOST_SHOWN)
            if len(hits) > MOST_SHOWN
            else (_("Nothing found for “{text}”").format(text=text) if not hits else "")
        )
        if self._create_words or more:
            last = QListWidgetItem(self._create_words.format(name=text) if self._create_words else more, listing)
            last.setData(_DETAIL, more if self._create_words else "")
        listing.setViewportMargins(1, theme.SPACE, 1, theme.SPACE)
        listing.setCurrentRow(0)
        listing.itemClicked.connect(self._take_item)
        height = sum(listing.sizeHintForRow(row) for row in range(listing.count())) + 2 * (
            listing.frameWidth() + theme.SPACE
        )
        place = self.edit.mapTo(self.window(), QPoint(0, self.edit.height() + 2))
        room = self.window().height() - place.y() - theme.SPACE * 2
        listing.setGeometry(place.x(), place.y(), self.edit.width(), min(height, room))
        listing.show()
        listing.raise_()
        self._list = listing

    def close_list(self) -> None:
        """Take the list away."""
        self._asked += 1
        if self._list is not None:
            self._list.hide()
            self._list.deleteLater()
            self._list = None

    def _take_item(self, item: QListWidgetItem) -> None:
        hit = item.data(_HIT)
        text = self.text().strip()
        if isinstance(hit, Hit) and hit.key:
            self.take(hit)
            return
        self.close_list()
        if self._create is not None:
            self._create(text, hit if isinstance(hit, Hit) else None)

    @called_by_qt
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Steer the list with the keys of the field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._steer(event):
            return True
        if event.type() == QEvent.Type.FocusOut and self._list is not None and not self._list.underMouse():
            self.close_list()
        return super().eventFilter(watched, event)

    def _steer(self, event: QKeyEvent) -> bool:
        key = event.key()
        if self._list is None:
            if key in {Qt.Key.Key_F2, Qt.Key.Key_Down}:
                self.look_up()
                return True
            return False
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._list.setCurrentRow((self._list.currentRow() + step) % self._list.count())
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            item = self._list.currentItem()
            if item is not None:
                self._take_item(item)
            # Once something is chosen, Enter also goes on to the next field, as it does everywhere.
            return self._chosen is None
        if key == Qt.Key.Key_Escape:
            self.close_list()
            return True
        return False


def recipient_search(desk: Desk) -> Search:
    """Return what finds recipients."""

    def search(text: str, most: int) -> list[Hit]:
        chosen = ListFilter(text=text, year=desk.year, sort="name", descending=False)
        return [
            Hit(row.name, row.uscc, " · ".join((row.uscc, row.region_name, kind_name(row.kind))), row.region_code)
            for row in desk.workspace.queries.recipients(chosen).rows(0, most)
        ]

    return search


def provider_search(desk: Desk) -> Search:
    """Return what finds providers, and facilities of the registry that could become one."""

    def search(text: str, most: int) -> list[Hit]:
        chosen = ListFilter(text=text, year=desk.year, sort="name", descending=False)
        return [
            Hit(
                row.name,
                row.uscc,
                " · ".join(filter(None, (row.uscc, row.region_name, status_name("provider", row.status)))),
                row.region_code,
            )
            for row in desk.workspace.queries.providers(chosen).rows(0, most)
        ]

    return search


def voucher_search(desk: Desk) -> Search:
    """Return what finds vouchers that can be redeemed, of every year."""

    def search(text: str, most: int) -> list[Hit]:
        chosen = ListFilter(text=text, statuses=(VoucherStatus.USABLE, VoucherStatus.PARTLY_USED), sort="number")
        return [
            Hit(
                row.number,
                row.number,
                _("{recipient} · remaining {amount} yuan").format(
                    recipient=row.recipient_name, amount=row.remaining.in_yuan()
                ),
            )
            for row in desk.workspace.queries.vouchers(chosen).rows(0, most)
        ]

    return search


def paid_search(desk: Desk) -> Search:
    """Return what finds redemptions that were paid, so that something of them can be taken back, of every year."""

    def search(text: str, most: int) -> list[Hit]:
        chosen = ListFilter(text=text, statuses=(RedemptionStatus.DISBURSED, RedemptionStatus.RECOVERED), sort="id")
        return [
            Hit(
                _("{number} · {voucher}").format(number=row.id, voucher=row.voucher_number),
                str(row.id),
                _("{recipient} · paid {amount} yuan").format(
                    recipient=row.recipient_name, amount=(row.approved or row.claimed).in_yuan()
                ),
            )
            for row in desk.workspace.queries.redemptions(chosen).rows(0, most)
        ]

    return search
