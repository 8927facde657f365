"""Windows and dialogs on a small screen: every button can be reached."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QWidget

from voucher_app.ui.room import fit_on_screen, keep_in_room, room_for

LAPTOP, DESK = QSize(1280, 720), QSize(1920, 1040)


@pytest.fixture
def window(qtbot):
    made = QWidget()
    made.setMinimumSize(1024, 640)
    made.resize(1360, 850)
    qtbot.addWidget(made)
    return made


def test_the_first_window_fills_a_small_screen_and_leaves_a_large_one_alone(window):
    fit_on_screen(window, DESK, is_remembered=False)
    assert window.size() == QSize(1360, 850)
    assert not window.isMaximized()
    fit_on_screen(window, LAPTOP, is_remembered=False)
    assert window.isMaximized()
    assert window.minimumSize() == QSize(1024, 640)


def test_no_window_has_to_be_larger_than_its_screen(window):
    fit_on_screen(window, QSize(853, 480), is_remembered=True)
    assert window.minimumSize() == QSize(853, 480)
    assert not window.isMaximized(), "it comes back as it was left"


def test_a_dialog_is_no_larger_than_its_screen_or_its_window(qtbot, window):
    screen = window.screen().availableSize()
    window.setMinimumSize(0, 0)
    window.resize(screen.width() + 100, screen.height() // 2)
    dialog = QDialog(window, Qt.WindowType.Dialog)
    dialog.resize(5000, 5000)
    keep_in_room(dialog)
    assert dialog.size() == room_for(dialog)
    assert dialog.width() == window.width()
    assert screen.height() - 60 < dialog.height() < screen.height(), "its frame needs some room"
    dialog.resize(300, 200)
    keep_in_room(dialog)
    assert dialog.size() == QSize(300, 200)
    grows = QDialog(window, Qt.WindowType.Dialog)
    keep_in_room(grows)
    assert not grows.testAttribute(Qt.WidgetAttribute.WA_Resized), "it takes its size when it is shown"
