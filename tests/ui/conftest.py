"""The window over the real office of `tests/conftest.py`: real widgets offscreen, real SQLite, real workers.

`ui_desk` is what pages and dialogs are given; `window` is the whole window on it. Everything is in Chinese, light.
"""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QDialog

from voucher_app import i18n
from voucher_app.domain.money import Money
from voucher_app.settings import resources_folder
from voucher_app.ui import startup, theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.main_window import MainWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

RESOURCES = resources_folder()
PATIENCE_MS = 10_000


@pytest.fixture(scope="session")
def looks(qapp):
    """The fonts of the program, and Qt's own words in Chinese."""
    startup.register_fonts(RESOURCES, (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    words = startup.QtWords(qapp)
    words.use(i18n.CHINESE)
    return words


@pytest.fixture(autouse=True)
def chinese_and_light(looks, qapp):
    """Speak Chinese in a light window, whatever a test before did."""
    i18n.use_folder(RESOURCES / "locale")
    before = i18n.language()
    i18n.set_language(i18n.CHINESE)
    if theme.current().is_dark or not qapp.styleSheet():
        theme.apply(qapp, dark=False, resources=RESOURCES)
    yield
    i18n.set_language(before)


@pytest.fixture
def settings(tmp_path):
    """Settings of this test only."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def ui_desk(desk, settings, qapp):
    """What pages and dialogs are given, over the office of `desk`; the preparer works."""
    made = Desk(desk.workspace, read_facts(desk.workspace), operator=desk.preparer, settings=settings)
    yield made
    made.runner.wait_idle(PATIENCE_MS)
    made.runner.close()


@pytest.fixture
def busy_office(desk):
    """The office with something in most states; returns what was made by name."""
    waiting = [desk.submit(Money.yuan(yuan), holder=place) for place, yuan in enumerate((40_000, 50_000, 60_000))]
    approved = desk.approved(Money.yuan(70_000))
    whole = desk.issued(Money.yuan(100_000))
    part = desk.issued(Money.yuan(80_000), holder=1)
    desk.redeemed(part.number, Money.yuan(30_000))
    frozen = desk.issued(Money.yuan(20_000), holder=2)
    desk.end("freeze", frozen.number)
    claim = desk.claim(whole.number, Money.yuan(10_000))
    return {"waiting": waiting, "approved": approved, "whole": whole, "part": part, "frozen": frozen, "claim": claim}


@pytest.fixture
def window(qtbot: QtBot, busy_office, ui_desk, settings):
    """The window on the busy office, shown and idle."""
    ui_desk._facts = read_facts(ui_desk.workspace)
    made = MainWindow(RESOURCES, settings, dark=False)
    qtbot.addWidget(made)
    made.begin(ui_desk)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    # The charts are made after the first paint; until then no work is on its way that could come home.
    qtbot.waitUntil(lambda: made.isActiveWindow() and "charts" in vars(made.page("overview")))
    settle(ui_desk)
    yield made
    for dialog in made.findChildren(QDialog):
        if dialog.isVisible():
            dialog.done(0)  # whatever a test leaves open
    settle(ui_desk)


def settle(ui_desk):
    """Let all work come home and all events be handled."""
    for _ in range(5):
        assert ui_desk.runner.wait_idle(PATIENCE_MS)
        for _step in range(16):  # another look comes in steps, each an event of its own
            QApplication.processEvents()
        if ui_desk.runner.in_flight == 0:
            break


@pytest.fixture
def settled(ui_desk):
    """Return what lets all work come home."""
    return lambda: settle(ui_desk)


@pytest.fixture
def rest(qtbot, settled):
    """Return what lets typing come to rest, and then all work come home."""

    def wait():
        qtbot.wait(theme.QUIET_MS + 50)
        settled()

    return wait
