from __future__ import annotations

import gzip
import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialogButtonBox, QLabel

from voucher_app import i18n
from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.domain.policy import parse_policy
from voucher_app.services.ports.errors import StorageError
from voucher_app.settings import resources_folder
from voucher_app.ui import libraries, startup
from voucher_app.ui.first_look import FirstLook
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.notices import NoticeDialog
from voucher_app.ui.starter import Starter
from voucher_app.ui.welcome import Welcome

ROOT = Path(__file__).resolve().parents[2]


def presets():
    """Return one policy to begin with."""
    file = resources_folder() / "policies" / "henan-style.toml"
    return [(file.name, parse_policy(file.read_text(encoding="utf-8")))]


@pytest.fixture
def empty_window(qtbot, settings):
    window = MainWindow(resources_folder(), settings, dark=False)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


def said(window):
    return "\n".join(label.text() for label in window.findChildren(QLabel))


def test_without_a_screen_it_says_what_to_do_instead(monkeypatch):
    monkeypatch.setattr(libraries, "missing", lambda _libraries: [])
    assert "--help" in startup.no_display({}, "linux")
    assert startup.no_display({"DISPLAY": ":0"}, "linux") == ""
    assert startup.no_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux") == ""
    assert startup.no_display({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""
    assert startup.no_display({}, "win32") == ""


def test_a_missing_system_library_is_named_with_the_command_that_brings_it(monkeypatch):
    monkeypatch.setattr(libraries, "missing", lambda _libraries: ["libxcb-icccm4"])
    assert "apt-get install libxcb-icccm4" in startup.no_display({"DISPLAY": ":0"}, "linux")


def test_fcitx_without_its_plugin_becomes_ibus_and_says_so():
    environment = {"QT_IM_MODULE": "fcitx"}
    assert "ibus" in startup.choose_input_method(environment)
    assert environment["QT_IM_MODULE"] == "ibus"
    untouched = {"QT_IM_MODULE": "ibus"}
    assert startup.choose_input_method(untouched) == ""
    assert untouched == {"QT_IM_MODULE": "ibus"}


def test_the_first_paint_comes_before_any_data(empty_window):
    assert "正在打开数据文件" in said(empty_window)
    assert empty_window.desk is None


def test_keys_do_no_harm_before_the_data_is_there(empty_window, qtbot):
    from PySide6.QtCore import Qt

    for key in (Qt.Key.Key_1, Qt.Key.Key_N, Qt.Key.Key_F):
        qtbot.keyClick(empty_window, key, Qt.KeyboardModifier.ControlModifier)
    empty_window.switch_language()
    empty_window.switch_language()
    assert empty_window.current_page() == "overview"


def test_the_data_file_is_opened_off_the_gui_thread_and_fills_the_window(empty_window, qtbot, desk, settings):
    opening = startup.Opening(empty_window, FirstLook(lambda: desk.workspace), settings)
    opening.begin()
    qtbot.waitUntil(lambda: empty_window.desk is not None)
    assert empty_window.desk.runner.wait_idle(10_000)
    assert set(empty_window.pages) == {"overview"}, "the others are made when they are gone to"
    empty_window.close()
    opening.close()


def test_a_file_that_is_open_already_fills_the_window_before_it_is_shown(qtbot, desk, settings):
    window = MainWindow(resources_folder(), settings, dark=False)
    qtbot.addWidget(window)
    look = FirstLook(lambda: desk.workspace)
    look.opened()
    opening = startup.Opening(window, look, settings)
    opening.begin()
    assert window.desk is not None
    window.show()
    assert "正在打开数据文件" not in said(window)
    assert window.desk.runner.wait_idle(10_000)
    window.close()
    opening.close()


def test_the_first_look_hands_out_the_figures_of_its_own_year_once(desk):
    look = FirstLook(lambda: desk.workspace)
    _workspace, facts = look.opened()
    year = facts.years[0]
    look._thread.join()
    assert look.glance(year - 1) is None
    glance = look.glance(year)
    overview = desk.workspace.queries.overview(year, desk.workspace.clock.today())
    assert (glance.money, glance.vouchers) == (overview.money, sum(overview.counts.values()))
    assert look.glance(year) is None, "they grow old"


def looked_with(desk, monkeypatch, error):
    """A first look whose figures cannot be read."""

    def fails(_year):
        raise error

    monkeypatch.setattr(desk.workspace.data_file.glance, "year_glance", fails)
    look = FirstLook(lambda: desk.workspace)
    look.opened()
    look._thread.join()
    return look


def test_a_bug_met_by_the_first_look_is_told_and_the_window_goes_on(qtbot, desk, settings, monkeypatch, caplog):
    window = MainWindow(resources_folder(), settings, dark=False)
    qtbot.addWidget(window)
    opening = startup.Opening(window, looked_with(desk, monkeypatch, ZeroDivisionError("a bug")), settings)
    opening.begin()
    window.show()
    qtbot.waitUntil(lambda: bool(window.findChildren(NoticeDialog)))
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()
    window.findChild(NoticeDialog).accept()
    qtbot.waitUntil(lambda: window.page("overview").left.figure.text() != "")
    assert window.desk.runner.wait_idle(10_000)
    window.close()
    opening.close()


def test_figures_that_a_disk_withholds_are_left_to_the_page_which_reads_them_again(desk, monkeypatch):
    look = looked_with(desk, monkeypatch, StorageError("busy", "/data/office.db"))
    assert (look.bug, look.glance(2026)) == (None, None)


def test_a_first_look_that_is_still_being_taken_holds_nobody_up(desk):
    goes_on = threading.Event()
    look = FirstLook(lambda: (goes_on.wait(10), desk.workspace)[1])
    assert look.glance(2026) is None
    goes_on.set()
    look.opened()
    look._thread.join()
    assert look.glance(2026) is not None


def test_figures_read_before_the_window_are_shown_with_its_first_paint_and_read_anew(qtbot, desk, settings):
    window = MainWindow(resources_folder(), settings, dark=False)
    qtbot.addWidget(window)
    look = FirstLook(lambda: desk.workspace)
    look.opened()
    look._thread.join()
    shown = desk.workspace.queries.year_money(2026).unissued
    desk.issued(Money.yuan(100_000))
    opening = startup.Opening(window, look, settings)
    opening.begin()
    window.show()
    page = window.page("overview")
    assert page.left.figure.text() == shown.in_wan_yuan()
    assert "charts" not in vars(page), "they are made after the first paint"
    now = desk.workspace.queries.year_money(2026).unissued
    qtbot.waitUntil(lambda: page.left.figure.text() == now.in_wan_yuan())
    assert page.charts.city.table().rows
    assert window.desk.runner.wait_idle(10_000)
    window.close()
    opening.close()


def test_a_file_that_cannot_be_opened_is_told_with_its_reason(empty_window, qtbot, settings):
    def newer():
        raise StorageError("newer", "/data/office.db")

    opening = startup.Opening(empty_window, FirstLook(newer), settings)
    opening.begin()
    assert opening.runner.wait_idle(5_000)
    assert "/data/office.db" in said(empty_window)
    assert "新" in said(empty_window)
    opening.close()


def test_an_office_in_another_folder_is_opened_again_by_itself(empty_window, qtbot, desk, settings, tmp_path):
    kept = desk.workspace.data_file.path
    missing, demonstration = tmp_path / "usual" / "office.db", tmp_path / "demo-office.db"
    demonstration.touch()
    settings.setValue("window/recent", f"{demonstration}\n{tmp_path / 'gone.db'}\n{kept}")

    def usual():
        raise StorageError("missing", missing)

    for may_go_on in (False, True):
        starter = Starter(
            missing, make_workspace, None, None, lambda _path: False, presets=presets, may_go_on=may_go_on
        )
        opening = startup.Opening(
            empty_window, FirstLook(usual), settings, make_starter=lambda starter=starter: starter
        )
        opening.begin()
        assert opening.runner.wait_idle(5_000)
        qtbot.waitUntil(lambda: (empty_window.desk or empty_window.findChild(Welcome)) is not None)
        assert (empty_window.desk is not None) is may_go_on, "a file that was named is not exchanged for another"
        if may_go_on:
            assert empty_window.desk.workspace.data_file.path == kept
            assert empty_window.desk.runner.wait_idle(10_000)
            empty_window.close()
        opening.close()


def test_a_file_of_an_older_version_is_upgraded_behind_a_page_that_says_so(empty_window, qtbot, settings, tmp_path):
    path = tmp_path / "old" / "office.db"
    path.parent.mkdir()
    path.write_bytes(gzip.decompress((ROOT / "tests" / "storage" / "upgrades" / "office-v1.db.gz").read_bytes()))
    shown = threading.Event()

    def open_file():
        shown.wait(10)  # as a large file would take its time
        return make_workspace(path)

    opening = startup.Opening(empty_window, FirstLook(open_file, lambda: True), settings)
    opening.begin()
    qtbot.waitUntil(lambda: "更早的版本" in said(empty_window))
    shown.set()
    qtbot.waitUntil(lambda: empty_window.desk is not None)
    assert empty_window.desk.workspace.data_file.upgrade.backup == path.with_name("office.before-v4.db")
    assert "office.before-v4.db" in said(empty_window)
    assert empty_window.desk.runner.wait_idle(10_000)
    empty_window.close()
    opening.close()


def test_an_error_that_nobody_caught_is_told_once_and_the_program_goes_on(empty_window, qtbot, monkeypatch, caplog):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    startup.install_excepthook(empty_window)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            sys.excepthook(ZeroDivisionError, ZeroDivisionError("x"), None)
    dialogs = [dialog for dialog in empty_window.findChildren(NoticeDialog) if dialog.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].accept()
    assert caplog.text.count("ZeroDivisionError") >= 3


def test_qt_itself_speaks_chinese_and_english_again(qapp, looks):
    def cancel():
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        return box.button(QDialogButtonBox.StandardButton.Cancel).text()

    assert "取消" in cancel()
    looks.use(i18n.ENGLISH)
    assert "Cancel" in cancel()
    looks.use(i18n.CHINESE)
    assert "取消" in cancel()
    assert QCoreApplication.instance() is qapp


SCRIPT = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from voucher_app import i18n
from voucher_app.app import make_workspace
from voucher_app.settings import resources_folder
from voucher_app.ui.first_look import FirstLook
from voucher_app.ui.startup import start_window
import voucher_app.ui.main_window as main_window
told = {}
HEAVY = {"sqlite_utils", "reportlab", "qtawesome", "openpyxl", "logging.handlers", "voucher_app.ui.scanner"}
HEAVY |= {"voucher_app.ui.closing", "voucher_app.services.wording.errors", "voucher_app.services.documents"}
paint = main_window.MainWindow.paintEvent
def painted(self, event):
    if "first_paint" not in told:
        told["first_paint"] = "desk" if self.desk is not None else "window"
        told["heavy"] = sorted(HEAVY & set(sys.modules))
    paint(self, event)
main_window.MainWindow.paintEvent = painted
def factory():
    workspace = make_workspace(Path(sys.argv[1]))
    return workspace
begin = main_window.MainWindow.begin
def began(self, desk):
    begin(self, desk)
    told["filled"] = True
    QTimer.singleShot(500, self.close)
main_window.MainWindow.begin = began
i18n.use_folder(resources_folder() / "locale")
code = start_window(FirstLook(factory), resources_folder(), language="zh_CN", dark=None, arguments=[])
print(json.dumps(told | {"code": code}))
"""


def in_a_process(script, desk, *, home):
    """Run a script on the office's file as a process of its own, for a person with an empty home."""
    desk.close()
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", script, str(desk.path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_whole_window_opens_paints_first_and_closes_cleanly(desk, tmp_path):
    run = in_a_process(SCRIPT, desk, home=tmp_path)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["code"] == 0
    assert told["heavy"] == [], "the libraries behind the data file are loaded after the first paint"
    assert {"first_paint", "filled"} <= told.keys()


FIRST_PAGE_FAILS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from voucher_app import i18n
from voucher_app.app import make_workspace
from voucher_app.settings import resources_folder
from voucher_app.ui.first_look import FirstLook
from voucher_app.ui.notices import NoticeDialog
from voucher_app.ui.pages.overview import OverviewPage
from voucher_app.ui.startup import start_window
def mistaken(page):
    sys.maxsize + None
OverviewPage.reload = mistaken
def look():
    told = [one for one in QApplication.topLevelWidgets() if isinstance(one, NoticeDialog) and one.isVisible()]
    if told:
        QApplication.exit(7)
timer = QTimer(interval=20)
timer.timeout.connect(look)
i18n.use_folder(resources_folder() / "locale")
look_first = FirstLook(lambda: make_workspace(Path(sys.argv[1])))
look_first.wait(20)
QTimer.singleShot(0, timer.start)
sys.exit(start_window(look_first, resources_folder(), language="zh_CN", dark=None, arguments=[]))
"""


def test_a_mistake_of_the_first_page_is_told_and_the_program_goes_on(desk, tmp_path):
    run = in_a_process(FIRST_PAGE_FAILS, desk, home=tmp_path)
    assert run.returncode == 7, run.stderr
