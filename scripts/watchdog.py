"""A watchdog for the GUI thread: no call on it takes more than 50 ms in a scripted hour of work.

Every event of the window is delivered under its eye, and it notes the processor time that the thread spent in it, not
the time that passed: a busy machine delays a call, but does not make it longer. While a call lasts, a second thread
looks where it is, so that what took long is told with its stack. An event loop that runs inside a call (closing waits
for what is being recorded) is no part of it.

The hour: the window opens on an office with `--vouchers` vouchers; every page, lists scrolled and searched, a unit
registered, applied for, reviewed, issued, claimed, verified; `--certificates` printed, settled, a table imported,
language and look changed, closed. `make watchdog` does it at full size; the exit code is 1 when a call took longer.
"""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import argparse
import json
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from voucher_app import i18n
from voucher_app.app import make_workspace, read_facilities
from voucher_app.domain.operators import Role
from voucher_app.services import demonstration, searching
from voucher_app.settings import resources_folder
from voucher_app.ui import startup, theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.main_window import PAGES, MainWindow
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.tabbed_page import TabbedPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

MOST_MS: Final = 50
_LOOK_EVERY_S: Final = 0.004
_PATIENCE_MS: Final = 60_000


@dataclass(slots=True)
class Call:
    """One event that is being delivered, or was.

    Attributes:
        what: the event and its receiver.
        during: the part of the hour.
        level: of event loops around it.
        began: processor time of the thread, in seconds; `elsewhere`: of it, in event loops inside.
        stack: where it was when it was looked at last, past half of what is allowed.
    """

    what: str
    during: str
    level: int
    began: float
    elsewhere: float = 0.0
    cpu_ms: float = 0.0
    stack: list[str] = field(default_factory=list)


class WatchedApplication(QApplication):
    """Delivers events, and notes the calls that took long."""

    def __init__(self, arguments: list[str], *, most_ms: float = MOST_MS) -> None:
        super().__init__(arguments)
        self.most_ms = most_ms
        self.part = "opening"
        self.delivered = 0
        self.slow: list[Call] = []
        self._calls: list[Call] = []
        self._thread = threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._thread)
        self._is_over = threading.Event()
        self._looker = threading.Thread(target=self._look, daemon=True)
        self._looker.start()

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        """Deliver an event and note what it cost; one inside another belongs to the outer one."""
        if threading.get_ident() != self._thread:
            return bool(super().notify(receiver, event))
        level = QThread.currentThread().loopLevel()
        if self._calls and self._calls[-1].level == level:
            return bool(super().notify(receiver, event))
        told = f"{event.type().name} to {type(receiver).__name__}"
        call = Call(told, self.part, level, time.thread_time())
        self._calls.append(call)
        self.delivered += 1
        try:
            return bool(super().notify(receiver, event))
        finally:
            whole = time.thread_time() - call.began
            self._calls.pop()
            if self._calls:
                self._calls[-1].elsewhere += whole
            call.cpu_ms = (whole - call.elsewhere) * 1_000
            if call.cpu_ms > self.most_ms:
                self.slow.append(call)

    def _look(self) -> None:
        while not self._is_over.wait(_LOOK_EVERY_S):
            calls = self._calls[-1:]
            if calls and time.clock_gettime(self._clock) - calls[0].began > self.most_ms / 2_000:
                frame = sys._current_frames().get(self._thread)  # noqa: SLF001 - documented, for debuggers
                if frame is not None:
                    found = traceback.extract_stack(frame)
                    if found[-1].name == "notify":
                        continue  # it is over, or in Qt itself
                    calls[0].stack = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in found[-7:]]

    def end(self) -> None:
        """Look no more."""
        self._is_over.set()
        self._looker.join()


class Hour:
    """Somebody who works for an hour, without a pause."""

    def __init__(self, app: WatchedApplication, window: MainWindow, folder: Path) -> None:
        self.app, self.window, self.folder = app, window, folder
        assert window.desk is not None
        self.desk = window.desk
        self.people = {person.role: person for person in self.desk.facts.operators}

    def settle(self) -> None:
        """Let all work come home."""
        for _turn in range(3):
            assert self.desk.runner.wait_idle(_PATIENCE_MS), f"{self.app.part}: the work does not end"
            QApplication.processEvents()

    def rest(self) -> None:
        """Let typing come to rest, and the work that follows come home."""
        QTest.qWait(theme.QUIET_MS + 20)
        self.settle()

    def lists(self) -> None:
        """Go to every page and every list; scroll, search, look at rows."""
        for name, _words in PAGES:
            self.app.part = f"page {name}"
            self.window.show_page(name)
            self.settle()
            page = self.window.page(name)
            if isinstance(page, TabbedPage):
                for place in range(len(page.lists)):
                    page.tabs.setCurrentIndex(place)
                    self.settle()
                page.tabs.setCurrentIndex(0)
                page = page.current()
            if isinstance(page, ListPage) and page.model.rowCount():
                self._through(page)

    def _through(self, page: ListPage) -> None:
        bar = page.view.verticalScrollBar()
        for part in (1.0, 0.5, 0.0):
            bar.setValue(round(bar.maximum() * part))
            self.settle()
        for place in range(min(4, page.model.rowCount())):
            page.view.select_position(place)
            self.settle()
        self.app.part += ", search"
        QTest.keyClicks(page.search, "taiyuan")
        self.rest()
        page.search.setText("太原")
        self.rest()
        page.search.clear()
        self.rest()

    def dialogs(self) -> None:
        """Open every main action of a page, type into it, and leave it."""
        for name in ("recipients", "applications", "redemptions", "providers", "settlements", "vouchers"):
            self.app.part = f"new in {name}"
            self.window.show_page(name)
            self.settle()
            self.window.begin_new()
            self.rest()
            dialog = QApplication.activeModalWidget()
            if dialog is None:
                continue
            for one in getattr(dialog, "fields", []):
                one.control.setFocus()
                QTest.keyClicks(one.control, "12")
            self.rest()
            dialog.done(0)  # type: ignore[attr-defined]  # a dialog
            self.settle()

    def prints(self, count: int) -> None:
        """Preview some certificates, and draw all of them into one file."""
        from voucher_app.services.queries.lists import ListFilter  # noqa: PLC0415 - only here

        self.app.part = f"print {count} certificates"
        rows = self.desk.workspace.queries.vouchers(ListFilter(sort="number")).rows(0, count)
        dialog = self._open("certificate_preview", numbers=[str(row.number) for row in rows])
        if dialog.reason.isVisible():  # type: ignore[attr-defined]  # the preview has one
            dialog.reason.setText("存档")  # type: ignore[attr-defined]
        dialog.save_to_file(self.folder / "all.pdf")  # type: ignore[attr-defined]
        self.settle()
        self._leave(dialog)

    def acts(self) -> None:
        """Review, issue and verify what waits, by their dialogs."""
        from voucher_app.services.queries.lists import ListFilter  # noqa: PLC0415 - only here

        queries, reviewer, preparer = (
            self.desk.workspace.queries,
            self.people[Role.REVIEWER],
            self.people[Role.PREPARER],
        )
        waiting = queries.applications(ListFilter(statuses=("submitted",), sort="id")).rows(0, 5)
        self.desk.set_operator(reviewer)
        if waiting:
            self.app.part = "review"
            self._decide("application_decide", act="approve", ids=[row.id for row in waiting])
        self.desk.set_operator(preparer)
        self.app.part = "issue"
        self._decide("voucher_issue")
        self.desk.set_operator(reviewer)
        claims = queries.redemptions(ListFilter(statuses=("claimed",), sort="id")).rows(0, 1)
        if claims:
            self.app.part = "verify"
            self._decide("redemption_decide", act="verify", id=claims[0].id)

    def _open(self, name: str, **context: object) -> QDialog:
        dialog = open_dialog(name, self.desk, self.window, **context)
        self.rest()
        return dialog

    def _decide(self, name: str, **context: object) -> None:
        try:
            dialog = self._open(name, **context)
        except (TypeError, AssertionError) as error:
            self.app.part += f" (not opened: {error})"
            return
        dialog.save()  # type: ignore[attr-defined]  # every dialog that decides has it
        self.settle()
        self._leave(dialog)

    def _leave(self, dialog: QDialog) -> None:
        if shiboken6.isValid(dialog):  # unless what it was for is done
            dialog.done(0)
        self.settle()

    def looks(self) -> None:
        """Change the language and the look, and back."""
        for words, change in (("language", self.window.switch_language), ("look", self.window.switch_dark)):
            for _back in range(2):
                self.app.part = words
                self._under_watch(change)
                self.settle()

    def _under_watch(self, act: Callable[[], object]) -> None:
        """Do something as an event does it, so that it is watched."""
        _Deed(act, self.app).post()
        QApplication.processEvents()


class _Deed(QObject):
    """Carries a call out inside an event of its own."""

    def __init__(self, act: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._act = act

    def post(self) -> None:
        """Put the event into the queue."""
        QApplication.postEvent(self, QEvent(QEvent.Type.User))

    def customEvent(self, _event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Do it."""
        self._act()


def office(folder: Path, vouchers: int) -> Path:
    """Make an office; a small one for few vouchers."""
    resources, file = resources_folder(), folder / "office.db"
    workspace = make_workspace(file, create=True)
    facilities = read_facilities(resources / "registry" / "facilities.csv")
    many = {"scale": "large", "count": vouchers} if vouchers else {"scale": "small"}
    demonstration.build(workspace.on, policies=resources / "policies", facilities=facilities, **many)
    workspace.data_file.close()
    return file


def hour(app: WatchedApplication, folder: Path, *, vouchers: int, certificates: int) -> None:
    """Work for an hour."""
    resources = resources_folder()
    i18n.use_folder(resources / "locale")
    i18n.set_language(i18n.CHINESE)
    startup.register_fonts(resources, (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    theme.apply(app, dark=False, resources=resources)
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    workspace = make_workspace(office(folder, vouchers))
    searching.initials_of("太原")
    window = MainWindow(resources, settings, dark=False)
    desk = Desk(workspace, read_facts(workspace), settings=settings, state=folder / "state")
    window.begin(desk)
    window.show()
    window.activateWindow()
    startup.collect_garbage_here(window)
    work = Hour(app, window, folder)
    work.settle()
    work.lists()
    work.dialogs()
    work.acts()
    work.prints(certificates)
    work.looks()
    app.part = "close"
    window.close()
    QApplication.processEvents()


def told(app: WatchedApplication) -> list[dict[str, object]]:
    """Return the calls that took long, the longest first."""
    return [
        {"ms": round(call.cpu_ms), "during": call.during, "call": call.what, "stack": call.stack}
        for call in sorted(app.slow, key=lambda one: -one.cpu_ms)
    ]


def main() -> int:
    """Work under watch; list what took long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vouchers", type=int, default=100_000, help="0: the small demonstration office")
    parser.add_argument("--certificates", type=int, default=200)
    parser.add_argument("--most-ms", type=float, default=MOST_MS)
    parser.add_argument("--plant", action="store_true", help="only a busy loop of 80 ms, which has to be found")
    given = parser.parse_args()
    app = WatchedApplication(["watchdog", *theme.STYLE], most_ms=given.most_ms)
    app.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus, on=False)
    with tempfile.TemporaryDirectory(prefix="watchdog-", ignore_cleanup_errors=True) as folder:
        os.environ["VOUCHER_APP_MEMORY"] = str(Path(folder) / "memory")
        if given.plant:
            _Deed(busy, app).post()
            QApplication.processEvents()
        else:
            hour(app, Path(folder), vouchers=given.vouchers, certificates=given.certificates)
    app.end()
    slow = told(app)
    print(json.dumps({"events": app.delivered, "most_ms": app.most_ms, "slow": slow}, ensure_ascii=False, indent=1))
    return 1 if slow else 0


def busy() -> None:
    """Keep the thread busy for 80 ms of its own time."""
    until = time.thread_time() + 0.08
    while time.thread_time() < until:
        sum(range(1_000))


if __name__ == "__main__":
    sys.exit(main())
