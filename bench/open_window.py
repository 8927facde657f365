"""Open the real window on a data file, tell when it is usable and when it is whole, check that it is, and close it.

Usable: the figures of the year have been read from the data file, the window is painted with them, and it is at its
event loop again, so that a click is answered. Whole: the charts, which are read and made after that, are painted too.
Both are checked once the times are taken: what is shown is compared with the data file, and a click in the navigation
has to change the page. The bare window is timed by the same rule as usable: painted, and at its event loop again.

It prints the moments in seconds since 1970, usable first.

usage: open_window.py DATABASE | --bare
"""

from __future__ import annotations

import os
import sys
import time
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.main_window import MainWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def after_paint(widget: QWidget, is_meant: Callable[[], bool], tell: Callable[[], None]) -> None:
    """Tell once a widget was painted as it is meant to be and the event loop goes on."""
    from PySide6.QtCore import QEvent, QObject, QTimer  # noqa: PLC0415 - what is loaded when is what is measured

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint and is_meant():
                watched.removeEventFilter(self)
                # The whole window is painted in one go; a timer comes when that is done.
                QTimer.singleShot(0, tell)
            return False

    widget.installEventFilter(Watch(widget))


def bare() -> None:
    """Show an empty QMainWindow and tell when it is painted."""
    from PySide6.QtWidgets import QApplication, QMainWindow  # noqa: PLC0415

    def usable() -> None:
        print(time.time(), flush=True)
        app.quit()

    app = QApplication([])
    window = QMainWindow()
    window.resize(1360, 850)
    after_paint(window, lambda: True, usable)
    window.show()
    app.exec()


class LoadedWindow:
    """Watches for the window's module, which is loaded when the program loads it and not before."""

    NAME = "voucher_app.ui.main_window"

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Put `watch` into the module once it is loaded."""
        if name != cls.NAME:
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.loader is not None
        load = spec.loader.exec_module

        def load_and_watch(module: ModuleType) -> None:
            load(module)
            watch(module.MainWindow)

        setattr(spec.loader, "exec_module", load_and_watch)  # noqa: B010 - mypy refuses to assign a method
        return spec


def watch(window_class: type[MainWindow]) -> None:
    """Tell when the window is usable, check it, and close it."""
    begin = window_class.begin

    def begin_and_watch(window: MainWindow, desk: Desk) -> None:
        begin(window, desk)
        from voucher_app.ui.pages.overview import OverviewPage  # noqa: PLC0415 - loaded by now

        page = window.page("overview")
        assert isinstance(page, OverviewPage)

        shown: list[str] = []

        def usable() -> None:
            print(time.time(), flush=True)
            shown.extend(card.figure.text() for card in (page.appropriation, page.issued, page.left))
            after_paint(page.charts.city, lambda: bool(page.charts.city.table().rows), whole)

        def whole() -> None:
            print(time.time(), flush=True)
            check(window, page, desk, shown)
            window.close()

        after_paint(page.appropriation, lambda: page.left.figure.text() != "–", usable)

    setattr(window_class, "begin", begin_and_watch)  # noqa: B010


def check(window: MainWindow, page: QWidget, desk: Desk, shown: list[str]) -> None:
    """Compare what the first page showed and shows with the data file, and click on another one."""
    from PySide6.QtCore import Qt  # noqa: PLC0415
    from PySide6.QtTest import QTest  # noqa: PLC0415

    from voucher_app.ui.pages.overview import OverviewPage  # noqa: PLC0415

    assert isinstance(page, OverviewPage)
    read = desk.workspace.queries.overview(desk.year, desk.today)
    charts = page.charts
    assert all(chart.table().rows and chart.isVisible() for chart in (charts.cap, charts.city, charts.kind))
    assert charts.provider.table().rows
    assert len(charts.city.table().rows) == len(read.by_city)
    money = read.money
    issued = money.outstanding + money.payable + money.disbursed
    assert shown == [amount.in_wan_yuan() for amount in (money.appropriation, issued, money.unissued)]
    assert str(sum(read.counts.values())) in page.issued.note.text()
    QTest.mouseClick(window.sidebar.buttons["vouchers"], Qt.MouseButton.LeftButton)
    assert window.current_page() == "vouchers"


def ours(database: Path) -> None:
    """Start the program as `main.py` does."""
    from voucher_app import app  # noqa: PLC0415
    from voucher_app.settings import Settings  # noqa: PLC0415

    settings = Settings.from_environment()
    app.speak(settings)
    sys.meta_path.insert(0, LoadedWindow)
    app.open_window(settings, database, [])


if __name__ == "__main__":
    if sys.argv[1] == "--bare":
        bare()
    else:
        ours(Path(sys.argv[1]))
