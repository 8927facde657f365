"""T17: random clicks and keys in the real window, offscreen: no exception, no Qt warning, memory grows < 10 %.

A demonstration office is opened as at the desk. A seeded hand clicks on what is there, types letters, digits, Chinese
and hostile texts, presses every key of the table of actions, answers file dialogs, and records whatever that leads to.
An exception in a slot, a call on a worker that fails as a bug, and a word of Qt on the log each count as a fault.
Memory is what the process holds (RSS) with every dialog closed, after the first fifth, and at the end.

`--size N` is how many clicks and keys. What the threads do meanwhile is not in the seed.
"""

# ruff: noqa: PLR2004 - the chances of a hand
from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import gc
import random
import re
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSettings, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QInputMethodEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
)
from trial import run_alone

from voucher_app.app import make_workspace, read_facilities
from voucher_app.services import demonstration, searching
from voucher_app.services.queries.lists import ListFilter
from voucher_app.settings import resources_folder
from voucher_app.ui import notices, startup, theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.main_window import PAGES, MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import (
        QWidget,
    )
    from trial import Seen

SIZE: Final = 10_000
_MENU_MS: Final = 100
"""How long a menu stays open."""
MOST_GROWTH: Final = 0.10
WARM_UP: Final = 0.2
_SETTLE_EVERY: Final = 20
_PATIENCE_MS: Final = 60_000
_FEW: Final = 1_000
"""A run as small as this is over before the memory has come to rest; its growth is told, not judged."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_ALWAYS_SAID: Final = re.compile(
    'This plugin does not support |Mouse event "Mouse(Press|Release|DClick)" not accepted by receiving widget'
)
"""Of the offscreen platform, which has no window manager: size hints, raising, grabbing the keyboard. And of QTest,
when what its press pressed is disabled or gone at its release."""
_WORDS: Final = (
    "太原", "算力中心有限公司", "cqkj", "SX-2026-000012-3", "120,000.00", "2026-03-05", "91140100MA0GXXXX0X",
    "<img src=x>", "=1+1", "𬭎", "26142000000123456789", "0.001", "-5", "1e9", "a" * 300, "%s{0}\\",
)  # fmt: skip
_KEYS: Final = (
    Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Up,
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space, Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_F3,
    Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F8,
)  # fmt: skip
_WITH_CTRL: Final = "123456789ACFKLNSVZ"


def pressed(
    at: QWidget,
    button: Qt.MouseButton,
    held: Qt.KeyboardModifier,
    place: QPoint,
    *,
    kind: QEvent.Type = QEvent.Type.MouseButtonPress,
) -> None:
    """Press a button of the mouse and let it go; QTest's own click crashes where the press destroys the widget."""
    if kind is QEvent.Type.MouseButtonDblClick:
        inside, outside = QPointF(place), QPointF(at.mapToGlobal(place))
        QApplication.sendEvent(at, QMouseEvent(kind, inside, outside, button, button, held))
    else:
        QTest.mousePress(at, button, held, place)
    if shiboken6.isValid(at):
        QTest.mouseRelease(at, button, held, place)


class Hand:
    """A seeded hand at a window.

    Attributes:
        faults: what should never have happened, each once with how often.
    """

    def __init__(self, window: MainWindow, folder: Path, seed: int) -> None:
        self.window, self.folder = window, folder
        self.random = random.Random(seed)  # noqa: S311 - chooses clicks
        self.faults: dict[str, int] = {}
        self.last = ""
        self._files = 0
        # A button's menu runs a loop of its own until somebody chooses or leaves it; nobody else is there to do so.
        self._patience = QTimer(interval=_MENU_MS)
        self._patience.timeout.connect(self._leave_menu)
        self._patience.start()

    # ------------------------------------------------------------------------------------------ faults

    def fault(self, words: str) -> None:
        """Count something that should never have happened."""
        self.faults[words] = self.faults.get(words, 0) + 1

    def raised(self, kind: type[BaseException], error: BaseException, trace: object) -> None:
        """Count an exception that nobody caught."""
        del kind, trace
        self.fault(f"{told_shortly(error)} after {self.last}")

    def failed(self, error: BaseException) -> None:
        """Count a call on a worker that failed by a bug; a rule or the disk may refuse."""
        if notices.kind_of(error) is notices.Kind.BUG:
            self.fault(f"{told_shortly(error)} after {self.last}")

    def qt_said(self, _kind: QtMsgType, _context: QMessageLogContext, words: str) -> None:
        """Count a word of Qt."""
        if not _ALWAYS_SAID.match(words):
            self.fault(f"Qt: {words} after {self.last}")

    # ------------------------------------------------------------------------------------------ acting

    def act(self) -> None:
        """Do one thing somewhere."""
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window
        if isinstance(top, QFileDialog):
            self._answer(top)
            return
        chosen = self.random.random()
        if chosen < 0.5:
            self._click(top)
        elif chosen < 0.56:
            self._anywhere(top)
        elif chosen < 0.60:
            self._wheel(top)
        elif chosen < 0.75:
            self._words()
        elif chosen < 0.97:
            self._key(top)
        else:
            self.last = "another size"
            self.window.resize(self.random.randint(1024, 1500), self.random.randint(640, 900))
        QApplication.processEvents()

    def _leave_menu(self) -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            for key in (Qt.Key.Key_Down, Qt.Key.Key_Return) if self.random.random() < 0.5 else (Qt.Key.Key_Escape,):
                QTest.keyClick(menu, key)
            menu.close()

    def _answer(self, asking: QFileDialog) -> None:
        self.last = f"file dialog {asking.windowTitle()}"
        if self.random.random() < 0.5:
            self._files += 1
            suffix = asking.defaultSuffix() or "txt"
            asking.fileSelected.emit(str(self.folder / "files" / f"{self._files % 20}.{suffix}"))
        asking.reject()
        QApplication.processEvents()

    def _click(self, top: QWidget) -> None:
        kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QTabBar, QAbstractItemView)
        found = [one for kind in kinds for one in top.findChildren(kind) if one.isVisible() and one.isEnabled()]
        if isinstance(top, QMenu) or not found:
            self._anywhere(top)
            return
        chosen: QWidget = self.random.choice(found)
        if isinstance(chosen, QAbstractItemView):
            chosen = chosen.viewport()
        self.last = f"click on {type(chosen).__name__} {getattr(chosen, 'text', str)()!r:.30} in {type(top).__name__}"
        ctrl = Qt.KeyboardModifier.ControlModifier
        held = ctrl if self.random.random() < 0.05 else Qt.KeyboardModifier.NoModifier
        place = QPoint(self.random.randrange(max(chosen.width(), 1)), self.random.randrange(max(chosen.height(), 1)))
        if isinstance(chosen, QAbstractButton):
            place = chosen.rect().center()
        twice = self.random.random() < 0.06
        pressed(chosen, Qt.MouseButton.LeftButton, held, place)
        if twice and shiboken6.isValid(chosen):
            pressed(chosen, Qt.MouseButton.LeftButton, held, place, kind=QEvent.Type.MouseButtonDblClick)

    def _anywhere(self, top: QWidget) -> None:
        place = QPoint(self.random.randrange(max(top.width(), 1)), self.random.randrange(max(top.height(), 1)))
        at = top.childAt(place) or top
        button = Qt.MouseButton.RightButton if self.random.random() < 0.2 else Qt.MouseButton.LeftButton
        self.last = f"{button.name} on {type(at).__name__} in {type(top).__name__}"
        pressed(at, button, Qt.KeyboardModifier.NoModifier, at.mapFrom(top, place) if at is not top else place)

    def _wheel(self, top: QWidget) -> None:
        place = QPoint(self.random.randrange(max(top.width(), 1)), self.random.randrange(max(top.height(), 1)))
        at = top.childAt(place) or top
        self.last = f"wheel on {type(at).__name__}"
        turn = QPoint(0, self.random.choice((-120, 120, -960)))
        none, way = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        held = Qt.KeyboardModifier.NoModifier
        inside = QPointF(at.mapFrom(top, place)) if at is not top else QPointF(place)
        QApplication.sendEvent(
            at,
            QWheelEvent(inside, QPointF(top.mapToGlobal(place)), QPoint(), turn, none, held, way, False),  # noqa: FBT003
        )

    def _words(self) -> None:
        at = QApplication.focusWidget()
        if at is None:
            return
        words = self.random.choice(_WORDS)
        self.last = f"words {words:.12} in {type(at).__name__}"
        if words.isascii() and len(words) < 40 and self.random.random() < 0.7:
            QTest.keyClicks(at, words)
        else:
            typed = QInputMethodEvent()
            typed.setCommitString(words)
            QApplication.sendEvent(at, typed)

    def _key(self, top: QWidget) -> None:
        at = top if isinstance(top, QMenu) else (QApplication.focusWidget() or top)
        if self.random.random() < 0.3:
            key = self.random.choice(_WITH_CTRL)
            self.last = f"Ctrl+{key} in {type(at).__name__}"
            QTest.keyClick(at, Qt.Key(ord(key)), Qt.KeyboardModifier.ControlModifier)
            return
        pressed = self.random.choice(_KEYS)
        held = Qt.KeyboardModifier.NoModifier
        if pressed in {Qt.Key.Key_Left, Qt.Key.Key_Right} and self.random.random() < 0.3:
            held = Qt.KeyboardModifier.AltModifier
        if pressed == Qt.Key.Key_Return and self.random.random() < 0.4:
            held = Qt.KeyboardModifier.ControlModifier
        self.last = f"{held.name} {pressed.name} in {type(at).__name__}"
        QTest.keyClick(at, pressed, held)

    # ------------------------------------------------------------------------------------------ resting

    def settle(self) -> None:
        """Let all work come home, and let what is to be deleted be deleted."""
        assert self.window.desk is not None
        for _turn in range(3):
            if not self.window.desk.runner.wait_idle(_PATIENCE_MS):
                self.fault(f"work that did not end in {_PATIENCE_MS // 1000} s after {self.last}")
            QApplication.processEvents()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def close_all(self) -> None:
        """Close whatever is open over the window."""
        for _turn in range(50):
            top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if top is None:
                break
            if isinstance(top, QDialog):
                top.done(0)
            else:
                top.close()
            self.settle()

    def held_bytes(self) -> int:
        """Return what the process holds in memory with everything closed and everything collected."""
        self.close_all()
        self.settle()
        gc.collect()
        self.settle()
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def told_shortly(error: BaseException) -> str:
    """Return an error with the place where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {error!s:.120}{at}"


def office(folder: Path) -> Path:
    """Make a demonstration office; return its file."""
    file, resources = folder / "office.db", resources_folder()
    workspace = make_workspace(file, create=True)
    demonstration.build(
        workspace.on,
        scale="small",
        policies=resources / "policies",
        facilities=read_facilities(resources / "registry" / "facilities.csv"),
    )
    workspace.data_file.close()
    return file


def opened(file: Path, folder: Path) -> MainWindow:
    """Open the window on a data file, as the program does."""
    resources = resources_folder()
    app = QApplication.instance() or QApplication(["random-clicks", *theme.STYLE])
    assert isinstance(app, QApplication)
    startup.register_fonts(resources, (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    theme.apply(app, dark=False, resources=resources)
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(resources, settings, dark=False)
    words = startup.QtWords(app)
    words.use("zh_CN")
    window.language_changed.connect(words.use)
    workspace = make_workspace(file)
    desk = Desk(workspace, read_facts(workspace), settings=settings, state=folder / "state")
    window.begin(desk)
    window.show()
    window.activateWindow()
    startup.collect_garbage_here(window)
    startup.give_large_blocks_back()
    return window


def warm_up(window: MainWindow, hand: Hand) -> None:
    """Have loaded what the first of something loads once and for good: readings 70 MB, fonts and PDF libraries 50."""
    assert window.desk is not None
    searching.initials_of("太原")
    for name, _words in PAGES:
        window.show_page(name)
        hand.settle()
    rows = window.desk.workspace.queries.vouchers(ListFilter(year=window.desk.year)).rows(0, 2)
    for name, asked in (("certificate_preview", {"numbers": [row.number for row in rows]}), ("manual", {})):
        dialog = open_dialog(name, window.desk, window, **asked)
        hand.settle()
        dialog.close()
        hand.settle()


def trial(folder: Path, size: int, seed: int, *, plant: Callable[[Hand, int], object] | None = None) -> Seen:
    """Let a hand click, and return what was seen.

    Args:
        folder: holds the office and whatever is saved.
        size: how many clicks and keys.
        seed: of the hand.
        plant: called before each act, to plant a fault.
    """
    os.environ["HOME"] = str(folder)  # what a file dialog remembers, and where it begins
    (folder / "files").mkdir()
    window = opened(office(folder), folder)
    hand = Hand(window, folder, seed)
    assert window.desk is not None
    warm_up(window, hand)
    window.desk.runner.failed.connect(hand.failed)
    before_hook, sys.excepthook = sys.excepthook, hand.raised
    before_words = qInstallMessageHandler(hand.qt_said)
    held = []
    rests = {round(size * (WARM_UP + (1 - WARM_UP) * part / 4)) for part in range(5)}
    try:
        for place in range(size + 1):
            if place in rests:
                held.append(hand.held_bytes())
            if plant is not None:
                plant(hand, place)
            hand.act()
            if place % _SETTLE_EVERY == 0:
                hand.settle()
        hand.close_all()
        widgets = len(QApplication.allWidgets())
        window.close()
        below = len(window.findChildren(QObject))
        shiboken6.delete(window)  # here, and not by an interpreter that ends and knows no order
        # Offscreen the clipboard is a static of Qt: what was copied would be taken apart after Python has ended, and
        # bring the process down. On a screen it belongs to the application, which ends before.
        QApplication.clipboard().clear()
    finally:
        qInstallMessageHandler(before_words)
        sys.excepthook = before_hook
    growth = held[-1] / held[0] - 1
    failed = [f"{count} × {words}" for words, count in hand.faults.items()]
    if size > _FEW and growth >= MOST_GROWTH:
        failed.append(f"memory grew by {growth:.1%} after the first fifth")
    return {
        "clicks_and_keys": size,
        "faults": sum(hand.faults.values()),
        "memory_mb": [round(one / 2**20) for one in held],
        "growth_percent": round(growth * 100, 1),
        "widgets_at_the_end": widgets,
        "objects_below_the_window": below,
        "failed": failed,
    }


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, trial, full=SIZE))
