"""A watchdog for the GUI thread: no call on it takes more than 50 ms in a scripted hour of work.

Every event of the window is delivered under its eye, and it notes the processor time that the thread spent in it, not
the time that passed: a busy machine delays a call, but does not make it longer. While a call lasts, a second thread
looks where it is, so that what took long is told with its stack. An event loop that runs inside a call (closing waits
for what is being recorded) is no part of it.

The hour (`working_hour.py`): the window opens on an office with `--vouchers` vouchers; every page and list is scrolled
and searched; `--cases` units are registered, apply, are reviewed, issued to, claim and are verified; what was verified
is settled and paid; a table of `--units` is imported, a list exported, every dialog opened, `--certificates` printed,
the ledger verified, language and look changed, the window closed. All of it is recorded through the window.
`make watchdog` does it at full size; the exit code is 1 when a call took longer.
"""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import argparse
import compileall
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSettings, Qt, QThread
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget
from scenes import ON
from working_hour import Deed, Hour, work

from voucher_app import i18n
from voucher_app.app import make_backups, make_workspace, read_facilities
from voucher_app.services import demonstration, searching
from voucher_app.services.queries.lists import ListFilter
from voucher_app.settings import resources_folder
from voucher_app.ui import startup, theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.main_window import MainWindow

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

PACKAGE: Final = Path(__file__).resolve().parents[1] / "voucher_app"
MOST_MS: Final = 50
_LOOK_EVERY_S: Final = 0.004
_CALLS_TOLD: Final = 7
_FORMS, _FORM_ROWS = 7, 150


@dataclass(slots=True)
class Call:
    """One event that is being delivered, or was.

    Attributes:
        what: the event and its receiver.
        during: the part of the hour.
        level: of event loops around it.
        began: processor time of the thread, in seconds; `elsewhere`: of it, in event loops inside.
        nested: how many events were delivered within it, each seen by the watch.
        stack: where it was when it was looked at last, past half of what is allowed.
    """

    what: str
    during: str
    level: int
    began: float
    elsewhere: float = 0.0
    nested: int = 0
    cpu_ms: float = 0.0
    stack: list[str] = field(default_factory=list)


def _stack_of(thread: int) -> list[str]:
    """Return where a thread is, the innermost call last.

    The frames are let go at once and no file is read meanwhile: with `traceback`, which reads the lines of the code,
    the thread that was looked at went on while its frames were held, and CPython 3.11 crashed in it.
    """
    found: list[str] = []
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - documented, for debuggers
    while frame is not None and len(found) < _CALLS_TOLD:
        code = frame.f_code
        found.append(f"{code.co_filename.rpartition('/')[2]}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return found[::-1]


class WatchedApplication(QApplication):
    """Delivers events, and notes the calls that took long."""

    def __init__(self, arguments: list[str], *, most_ms: float = MOST_MS) -> None:
        super().__init__(arguments)
        self.most_ms = most_ms
        self.part = "opening"
        self.watching_s = self.longest_ms = 0.0
        """What the watch itself costs for an event that is delivered within another; see `cost_of_watching`."""
        self.delivered = self.acts = self.nested_last = 0
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
            self._calls[-1].nested += 1
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
            call.cpu_ms = (whole - call.elsewhere - call.nested * self.watching_s) * 1_000
            self.nested_last = call.nested
            self.longest_ms = max(self.longest_ms, call.cpu_ms)
            if call.cpu_ms > self.most_ms:
                self.slow.append(call)

    def _look(self) -> None:
        while not self._is_over.wait(_LOOK_EVERY_S):
            calls = self._calls[-1:]
            if calls and time.clock_gettime(self._clock) - calls[0].began > self.most_ms / 2_000:
                stack = _stack_of(self._thread)
                if stack and not stack[-1].endswith(" notify"):  # else it is over, or in Qt itself
                    calls[0].stack = stack

    def end(self) -> None:
        """Look no more."""
        self._is_over.set()
        self._looker.join()


def form_cost(app: QApplication) -> tuple[float, int]:
    """Return the processor seconds that a form of some hundred widgets takes, and how many events it brings."""
    taken, nested = [], 0
    for _round in range(_FORMS):

        def build() -> None:
            window = QWidget()
            column = QVBoxLayout(window)
            for place in range(_FORM_ROWS):
                row = QHBoxLayout()
                row.addWidget(QLabel(str(place)))
                row.addWidget(QLineEdit())
                column.addLayout(row)
            window.show()
            window.close()
            window.deleteLater()

        deed = Deed(build, app)
        begun = time.thread_time()
        QApplication.sendEvent(deed, QEvent(QEvent.Type.User))
        taken.append(time.thread_time() - begun)
        if isinstance(app, WatchedApplication):
            nested = app.nested_last
    return statistics.median(taken), nested


def cost_of_watching(app: WatchedApplication) -> float:
    """Return the seconds by which the watch makes an event within another longer: the same form, with it and without.

    The watch is a method of Python, called for each of some thousand events of a dialog that is made; it doubled what
    it measured.
    """
    command = [sys.executable, __file__, "--bare-form"]
    bare = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1])
    watched, nested = form_cost(app)
    return max(watched - bare, 0.0) / nested


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is, and how much is done.

    Attributes:
        made: an office that was made before, of which a copy is worked on; None to make one.
    """

    vouchers: int
    cases: int
    units: int
    certificates: int
    made: Path | None


def office(folder: Path, sizes: Sizes) -> Path:
    """Make an office; a small one for few vouchers."""
    resources, file = resources_folder(), folder / "office.db"
    if sizes.made is not None:
        shutil.copy(sizes.made, file)
        shutil.copy(f"{sizes.made}.signing-key.pem", f"{file}.signing-key.pem")
        return file
    vouchers = sizes.vouchers
    workspace = make_workspace(file, create=True)
    facilities = read_facilities(resources / "registry" / "facilities.csv")
    many = {"scale": "large", "count": vouchers} if vouchers else {"scale": "small"}
    demonstration.build(workspace.on, policies=resources / "policies", facilities=facilities, **many)
    workspace.data_file.close()
    return file


def hour(app: WatchedApplication, folder: Path, sizes: Sizes) -> None:
    """Work for an hour."""
    resources = resources_folder()
    i18n.use_folder(resources / "locale")
    i18n.set_language(i18n.CHINESE)
    startup.register_fonts(resources, (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    theme.apply(app, dark=False, resources=resources)
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    workspace = make_workspace(office(folder, sizes), on=ON)
    searching.initials_of("太原")
    window = MainWindow(resources, settings, dark=False)
    facts = read_facts(workspace)
    desk = Desk(workspace, facts, settings=settings, state=folder / "state", make_backups=make_backups)
    window.begin(desk)
    window.show()
    window.activateWindow()
    startup.collect_garbage_here(window)
    before = workspace.queries.journal(ListFilter()).count()
    work(Hour(app, window, folder), cases=sizes.cases, units=sizes.units, certificates=sizes.certificates)
    app.acts = workspace.queries.journal(ListFilter()).count() - before
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
    parser.add_argument("--office", type=Path, help="an office that was made before; a copy of it is worked on")
    parser.add_argument("--cases", type=int, default=12, help="units taken from registration to verification")
    parser.add_argument("--units", type=int, default=2_000, help="rows of the table that is imported")
    parser.add_argument("--certificates", type=int, default=200)
    parser.add_argument("--most-ms", type=float, default=MOST_MS)
    parser.add_argument("--plant", action="store_true", help="only a busy loop of 80 ms, which has to be found")
    parser.add_argument("--bare-form", action="store_true", help="what a form costs that is not watched")
    given = parser.parse_args()
    if given.bare_form:
        print(form_cost(QApplication(["form", *theme.STYLE]))[0])
        return 0
    assert compileall.compile_dir(PACKAGE, quiet=1), "the program is watched as it is installed: compiled"
    app = WatchedApplication(["watchdog", *theme.STYLE], most_ms=given.most_ms)
    app.watching_s = cost_of_watching(app)
    app.slow.clear()
    app.longest_ms = 0.0
    app.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus, on=False)
    with tempfile.TemporaryDirectory(prefix="watchdog-", ignore_cleanup_errors=True) as folder:
        os.environ["VOUCHER_APP_MEMORY"] = str(Path(folder) / "memory")
        if given.plant:
            Deed(busy, app).post()
            QApplication.processEvents()
        else:
            hour(app, Path(folder), Sizes(given.vouchers, given.cases, given.units, given.certificates, given.office))
    app.end()
    slow = told(app)
    seen = {
        "events": app.delivered, "acts": app.acts, "most_ms": app.most_ms,
        "watching_us": round(app.watching_s * 1e6, 2), "longest_ms": round(app.longest_ms, 1), "slow": slow,
    }  # fmt: skip
    print(json.dumps(seen, ensure_ascii=False, indent=1))
    return 1 if slow else 0


def busy() -> None:
    """Keep the thread busy for 80 ms of its own time."""
    until = time.thread_time() + 0.08
    while time.thread_time() < until:
        sum(range(1_000))


if __name__ == "__main__":
    sys.exit(main())
