"""A USB scanner at the desk: it types fast and ends with Enter, wherever the cursor is.

What it sends is told from typing by three things at once: the keys follow one another faster than fingers, the text
begins as one of ours does, and Enter ends it. Everything else goes where it went before.

The keys pass through the window first. Where the cursor is in a text, they go on into it, and a recognised scan takes
its letters back, so that a form is as it was. Elsewhere a letter would steer a list or press a button: those are held
back for an instant, and given on when no scan comes of them. A Chinese input method keeps the keys of a text field to
itself and commits them in its own time; the certificate's prefix, which nobody types, is looked for in the field then.
"""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.invoice_file import looks_like_qr, parse_qr
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

GAP_MS: Final = 50
"""Scanners leave 1 to 30 ms between two keys; the fastest fingers reach this now and then, never ten times running."""

CERTIFICATE: Final = "SLQ1:"
_SHORTEST: Final = 40
_BEGINNINGS: Final = "Ss0"
"""What a certificate, a voucher number and an invoice begin with; the small letter with Caps Lock on."""
_POINTS: Final = str.maketrans("。—", ".-")


class Kind(Enum):
    """What a scan is."""

    CERTIFICATE = "certificate"
    VOUCHER = "voucher"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned.

    Attributes:
        kind: what it is.
        text: the QR text, the voucher number, or the invoice's key.
        day: when the invoice was made out, ISO; else empty.
        amount: the invoice's amount, tax included, in yuan; empty where the QR tells it without tax.
    """

    kind: Kind
    text: str
    day: str = ""
    amount: str = ""


def recognised(text: str) -> Scan | None:
    """Return what a text is when it is one of those that scanners read here, or None."""
    told = unicodedata.normalize("NFKC", text.translate(_POINTS)).strip()
    if told.upper().startswith(CERTIFICATE):
        return Scan(Kind.CERTIFICATE, told.upper()) if len(told) >= _SHORTEST else None
    try:
        return _invoice(told) if looks_like_qr(told) else Scan(Kind.VOUCHER, str(VoucherNumber.parse(told.upper())))
    except InvalidInput:
        return None


def _invoice(told: str) -> Scan:
    """Return what an invoice's QR says, read as wherever else one is read: its key tells it from every other one (R9).

    Raises:
        InvalidInput: when it is of none.
    """
    read = parse_qr(told)
    return Scan(
        Kind.INVOICE,
        read.key,
        day=read.invoiced_on.isoformat() if read.invoiced_on else "",
        amount=read.total.in_yuan() if read.total else "",
    )


class _Place:
    """A text field as it was before a scan began."""

    def __init__(self, edit: QLineEdit | QPlainTextEdit | QTextEdit) -> None:
        self.edit = edit
        self.text = _text_of(edit)
        self.cursor = edit.cursorPosition() if isinstance(edit, QLineEdit) else -1
        around: QObject | None = edit
        while around is not None and not isinstance(around, Field):
            around = around.parent()
        self.field = around
        self.was_typed = isinstance(around, Field) and around.is_typed

    def put_back(self) -> None:
        """Take the scan's letters out again."""
        if isinstance(self.edit, QLineEdit):
            self.edit.setText(self.text)
            self.edit.setCursorPosition(self.cursor)
        else:
            self.edit.setPlainText(self.text)
        if isinstance(self.field, Field):
            self.field.is_typed = self.was_typed


def _text_of(edit: QLineEdit | QPlainTextEdit | QTextEdit) -> str:
    return edit.text() if isinstance(edit, QLineEdit) else edit.toPlainText()


class Scanner(QObject):
    """Hears a scanner in every window of the program.

    Args:
        take: gets each `Scan`; after the event that ended it.
        is_awake: whether anybody may scan now; while nobody is logged in, nothing is heard and nothing kept.
        parent: Qt's.
    """

    scanned = Signal(object)

    def __init__(self, take: Callable[[Scan], None], is_awake: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._is_awake = is_awake
        self._letters = ""
        self._last_ms, self._came_at = 0, 0.0
        self._held: list[QKeyEvent] = []
        self._place: _Place | None = None
        self._giving_up = QTimer(self, singleShot=True, interval=GAP_MS + 10)
        self._giving_up.timeout.connect(self._give_up)
        self._committed = QTimer(self, singleShot=True, interval=GAP_MS * 3)
        self._committed.timeout.connect(self._look_in_the_field)
        self.scanned.connect(take, Qt.ConnectionType.QueuedConnection)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._hear)
        application.focusObjectChanged.connect(self._hear)
        self._hear(QGuiApplication.focusWindow())

    def _hear(self, place: QObject | None) -> None:
        if place is not None:
            place.installEventFilter(self)  # twice is once

    @called_by_qt
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow the keys of a window, and what an input method commits into a text."""
        if event.type() == QEvent.Type.KeyPress and isinstance(watched, QWindow) and isinstance(event, QKeyEvent):
            return self._is_awake() and self._pressed(event)
        if event.type() == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent) and event.commitString():
            self._committed.start()
        return False

    # ------------------------------------------------------------------------------------------ keys

    def _pressed(self, event: QKeyEvent) -> bool:
        """Return whether a key is kept from where it would go."""
        is_fast = bool(self._letters) and self._gap_ms(event) <= GAP_MS
        self._last_ms, self._came_at = event.timestamp(), time.monotonic()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and is_fast and not _held_down(event):
            scan = recognised(self._letters)
            if scan is not None:
                self._ended(scan)
                return True
        letter = event.text()
        if not is_fast:
            self._give_up()
        if len(letter) != 1 or not letter.isprintable() or _held_down(event):
            if event.key() not in _SHIFTS:
                self._give_up()
            return False
        if not self._letters and not self._begins(letter):
            return False
        self._letters += letter
        if self._place is not None:
            return False
        self._held.append(QKeyEvent(event.type(), event.key(), event.modifiers(), letter))
        self._giving_up.start()
        return True

    def _gap_ms(self, event: QKeyEvent) -> float:
        """Return how long after the key before a key was pressed; by the platform's time, where it tells one."""
        told = event.timestamp() - self._last_ms
        return told if told > 0 else (time.monotonic() - self._came_at) * 1_000

    def _begins(self, letter: str) -> bool:
        """Note where the cursor is, where a letter may begin a scan."""
        at = QApplication.focusWidget()
        if letter not in _BEGINNINGS or (isinstance(at, QLineEdit) and at.echoMode() != QLineEdit.EchoMode.Normal):
            return False
        is_text = isinstance(at, QLineEdit | QPlainTextEdit | QTextEdit) and not at.isReadOnly()
        self._place = _Place(at) if is_text else None  # type: ignore[arg-type]  # the line above looked
        return True

    def _ended(self, scan: Scan) -> None:
        place, self._place = self._place, None
        self._letters, self._held = "", []
        self._giving_up.stop()
        if place is not None:
            place.put_back()
        self.scanned.emit(scan)

    def _give_up(self) -> None:
        """Give on what was held back: it was no scan."""
        self._giving_up.stop()
        held, self._held = self._held, []
        self._letters, self._place = "", None
        for event in held:
            at: QWidget | QWindow | None = QApplication.focusWidget()
            if at is not None:
                QApplication.sendEvent(at, event)

    # ------------------------------------------------------------------------------------------ input methods

    def _look_in_the_field(self) -> None:
        """Take a certificate out of a text where an input method put it."""
        at = QApplication.focusWidget()
        if not isinstance(at, QLineEdit | QPlainTextEdit) or not self._is_awake():
            return
        text = unicodedata.normalize("NFKC", _text_of(at))
        before, prefix, _rest = text.upper().partition(CERTIFICATE)
        scan = recognised(text[len(before) :]) if prefix else None
        if scan is None:
            return
        place = _Place(at)
        place.text, place.cursor = text[: len(before)], len(before)
        self._ended_in(place, scan)

    def _ended_in(self, place: _Place, scan: Scan) -> None:
        place.put_back()
        self.scanned.emit(scan)


_SHIFTS: Final = {Qt.Key.Key_Shift, Qt.Key.Key_CapsLock}


def _held_down(event: QKeyEvent) -> bool:
    """Return whether a key comes with Ctrl, Alt or Meta: that is no letter."""
    mostly = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return bool(event.modifiers() & mostly)
