"""From a key to the rows on the screen: the search of a list in the real window. Prints one JSON line.

Each part is typed into the search of the vouchers as it is by hand: letters and digits one key after the other, Chinese
in one piece, as an input method commits it. Counted is from the last key event to the end of the paint that shows the
rows of the whole part: the question, the reading thread, the model, the columns and the painting are in it. The
reference reads the same rows without a window, on this thread.

usage: rows_shown.py DATABASE
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QSettings, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from search import parts_of, remember

from voucher_app import app as program
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.search import MOST_COUNTED
from voucher_app.settings import Settings
from voucher_app.ui import startup, theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.models.table_model import PAGE
from voucher_app.ui.pages.list_page import ListPage

if TYPE_CHECKING:
    from voucher_app.services.queries.lists import ListSource
    from voucher_app.services.workspace import Workspace

ASKED: Final = 100
WARM_UP: Final = 6
KEY_MS: Final = 60
"""Between two keys of a quick typist."""
REST_MS: Final = 250
PATIENCE_MS: Final = 30_000


class Screen(QObject):
    """Tells when a list was asked for, and when it was painted with the rows of a text."""

    def __init__(self, page: ListPage) -> None:
        super().__init__()
        self.page = page
        self.asked = self.shown = 0.0
        self._wanted = ""
        self._is_there = False
        self._made: list[tuple[ListSource[Any], str]] = []
        self._loop = QEventLoop()
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._loop.quit)
        source = page.source

        def asking(chosen: ListFilter) -> ListSource[Any]:
            if chosen.text == self._wanted:
                self.asked = time.perf_counter()
            made = source(chosen)
            self._made.append((made, chosen.text))
            return made

        page.source = asking  # type: ignore[method-assign]  # the moment is what is measured
        page.model.opened.connect(self._opened)
        page.view.viewport().installEventFilter(self)

    def want(self, text: str) -> None:
        """Wait for the rows of a text from now on."""
        self._wanted, self._is_there, self.shown = text, False, 0.0
        self._made.clear()

    def wait(self) -> None:
        """Let the window work until they are painted."""
        if not self.shown:
            self._patience.start()
            self._loop.exec()
            self._patience.stop()
        assert self.shown, f"nothing is shown for {self._wanted!r}"

    def _opened(self, count: int) -> None:
        shown = self.page.model.source
        self._is_there = any(made is shown and text == self._wanted for made, text in self._made)
        assert count or not self._is_there, f"nothing is found for {self._wanted!r}"

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note the paint with the rows; a timer comes when the whole window is painted."""
        if event.type() == QEvent.Type.Paint and self._is_there and not self.shown:
            self._is_there = False
            QTimer.singleShot(0, self, self._painted)
        return False

    def _painted(self) -> None:
        self.shown = time.perf_counter()
        self._loop.quit()


def typed(page: ListPage, screen: Screen, part: str) -> tuple[float, float]:
    """Type a part; return the milliseconds from the last key, and from the question, to the rows on the screen."""
    page.search.clear()
    QTest.qWait(REST_MS)
    keys = [part] if not part.isascii() else list(part)
    for key in keys[:-1]:
        QTest.keyClicks(page.search, key)
        QTest.qWait(KEY_MS)
    screen.want(part)
    begun = time.perf_counter()
    if part.isascii():
        QTest.keyClicks(page.search, keys[-1])
    else:
        event = QInputMethodEvent()
        event.setCommitString(part)
        QCoreApplication.sendEvent(page.search, event)
    screen.wait()
    return (screen.shown - begun) * 1000, (screen.shown - screen.asked) * 1000


def read_ms(workspace: Workspace, part: str) -> float:
    """Return how long the same rows take without a window."""
    begun = time.perf_counter()
    workspace.queries.vouchers(ListFilter(text=part, year=2026, most=MOST_COUNTED)).rows(0, PAGE)
    return (time.perf_counter() - begun) * 1000


def measure(database: Path) -> dict[str, list[float]]:
    """Measure one file in one process."""
    settings = Settings.from_environment()
    program.speak(settings)
    application = QApplication([])
    startup.register_fonts(settings.resources, (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    theme.apply(application, dark=False, resources=settings.resources)
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        parts = list(dict.fromkeys(parts_of(connection, ASKED + WARM_UP)))
    remember(database)
    workspace = program.make_workspace(database)
    found: dict[str, list[float]] = {"from_key": [], "from_question": [], "without_window": []}
    with tempfile.TemporaryDirectory() as folder:
        kept = QSettings(str(Path(folder) / "bench.ini"), QSettings.Format.IniFormat)
        kept.setValue("window/page", "vouchers")
        window = MainWindow(settings.resources, kept, dark=False)
        desk = Desk(workspace, read_facts(workspace), year=2026, settings=kept)
        window.show()
        window.begin(desk)
        assert desk.runner.wait_idle(PATIENCE_MS)
        page = window.page("vouchers")
        assert isinstance(page, ListPage)
        page.begin_search()
        screen = Screen(page)
        for place, part in enumerate(parts):
            from_key, from_question = typed(page, screen, part)
            assert desk.runner.wait_idle(PATIENCE_MS)
            if place >= WARM_UP:
                found["from_key"].append(from_key)
                found["from_question"].append(from_question)
                found["without_window"].append(read_ms(workspace, part))
        window.close()
    return found


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
