"""Every action of the table, by each of its keys, in the real window: something happens, and it is the right thing."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMenu

from voucher_app.ui import actions
from voucher_app.ui.actions import ACTIONS, Scope
from voucher_app.ui.dialogs.certificate_check import CertificateCheck
from voucher_app.ui.dialogs.keys import KeysDialog
from voucher_app.ui.main_window import PAGES
from voucher_app.ui.widgets.search_box import SearchBox


def press(keys):
    """Press keys in the window that is active, as the platform sends them."""
    at = QApplication.activePopupWidget() or QApplication.activeWindow()
    assert at is not None, "no window is active: the test would pass for nothing"
    (pressed,) = QKeySequence(keys)
    QTest.keyClick(at.windowHandle(), pressed.key(), pressed.keyboardModifiers())
    QApplication.processEvents()


def seen(window):
    """Return what a person can see change: the page, what is open, where the keyboard is, texts, the clipboard."""
    focus = QApplication.focusWidget()
    page = window.page(window.current_page())
    shown = [one for one in window.findChildren(QLabel) if one.isVisible()]
    return (
        window.current_page(),
        sorted(type(one).__name__ for one in window.findChildren(QDialog) if one.isVisible()),
        type(QApplication.activePopupWidget()),
        id(focus),
        [one.text() for one in window.findChildren(QLineEdit) if one.isVisible()],
        [one.text() for one in shown],
        page.view.selected_ranges() if hasattr(page, "view") else None,
        QGuiApplication.clipboard().text(),
        window.search_box is not None and window.search_box.isVisible(),
    )


@pytest.fixture
def stage(window, qtbot, settled):  # noqa: C901 - one branch for each kind of place
    """Return what brings the window to where an action's keys work."""

    def calm():
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.done(0)
        if window.search_box is not None:
            window.search_box.hide()
        settled()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.show_page("recipients")
        window.show_page("vouchers")
        settled()
        page = window.page("vouchers")
        page.search.clear()
        settled()
        page.view.setFocus()
        page.view.select_position(1)
        QGuiApplication.clipboard().clear()
        settled()
        return page

    def dialog(name):
        page = calm()
        window.begin_new() if name == "new" else page.open(name)
        settled()
        opened = QApplication.activeModalWidget()
        opened.activateWindow()
        qtbot.waitUntil(opened.isActiveWindow)
        return opened

    def set_up(action):
        if action.scope is Scope.CHECK:
            return dialog("certificate_verify")
        if action.scope in {Scope.DIALOG, Scope.FIELD}:
            window.show_page("recipients")
            opened = dialog("application_submit")
            opened.fields[0].control.setFocus()
            if action.name == "leave":
                QTest.keyClicks(opened.fields[0].control, "S")
            settled()
            return opened
        page = calm()
        if action.name in {"into_list", "clear"}:
            page.search.setFocus()
            page.search.setText("SX")
            settled()
        if action.name == "forward":
            window.back()
            settled()
        return page

    return set_up


def pressed_and_seen(window, settled, qtbot, key):
    before = seen(window)
    press(key)
    settled()
    for _turn in range(100):
        if seen(window) != before:
            return True
        qtbot.wait(20)
    return False


MENU_OPENS = pytest.mark.qt_log_ignore(r"This plugin does not support (raise\(\)|grabbing the keyboard)")
NOT_IN_A_TRIAL = {"lock"}  # an office for practice has no log-in; `test_login` locks a real one by this key


@MENU_OPENS
def test_every_key_of_the_table_does_something_in_the_real_window(window, stage, settled, qtbot, monkeypatch):
    idle = []
    for action in ACTIONS:
        for key in action.keys:
            if action.name in NOT_IN_A_TRIAL:
                continue
            stage(action)
            if action.name == "row" and key == "Down":
                window.page("vouchers").view.select_position(0)
            if not pressed_and_seen(window, settled, qtbot, key):
                idle.append((action.name, key))
    assert idle == []
    # The walk sees a key that is dead: the same, with the shortcuts taken away.
    for shortcut in window._keys:
        shortcut.setEnabled(False)
    check = actions.named("check")
    stage(check)
    assert not pressed_and_seen(window, settled, qtbot, check.keys[0])


@MENU_OPENS
def test_the_keys_do_what_their_words_say(window, stage, settled, qtbot):
    leads = {
        "keys": lambda: any(one.isVisible() for one in window.findChildren(KeysDialog)),
        "new": lambda: QApplication.activeModalWidget() is not None,
        "find": window.page("vouchers").search.hasFocus,
        "search": lambda: any(one.isVisible() for one in window.findChildren(SearchBox)),
        "check": lambda: isinstance(QApplication.activeModalWidget(), CertificateCheck),
        "back": lambda: window.current_page() == "recipients",
        "forward": lambda: window.current_page() == "vouchers",
        "menu": lambda: isinstance(QApplication.activePopupWidget(), QMenu),
    }
    for name, is_there in leads.items():
        for key in actions.named(name).keys:
            stage(actions.named(name))
            press(key)
            settled()
            qtbot.waitUntil(is_there)


def test_each_page_has_its_number_and_going_there_keeps_the_window_active(window, stage, settled):
    stage(actions.named("back"))
    for place, (name, _words) in enumerate(PAGES, start=1):
        press(f"Ctrl+{place}")
        settled()
        assert window.current_page() == name
        assert window.isActiveWindow(), f"{name} shows something as a window of its own for an instant"


def test_the_page_of_keys_is_the_table_and_is_searched(window, stage, settled, qtbot):
    stage(actions.named("keys"))
    press("Ctrl+F1")
    settled()
    (panel,) = window.findChildren(KeysDialog)
    told = dict(panel.shown())
    assert {action.keys_in_words() for action in ACTIONS if action.scope is not Scope.LIST} <= set(told)
    assert not panel.isModal()  # it stays beside the work
    qtbot.keyClicks(panel.search, "F8")
    assert panel.shown() == [("F8", "查验")]
    panel.search.setText("没有这样的键")
    assert panel.none.isVisible()
    assert panel.text() == ""
    panel.close()


def test_the_menu_and_the_tool_tips_come_from_the_table(window):
    menu = QMenu(window)
    actions.fill_menu(menu, window, Scope.WINDOW)
    assert [one.text().split("\t")[1] for one in menu.actions()] == [
        action.keys_in_words() for action in actions.of(Scope.WINDOW)
    ]
    window.show_page("overview")
    menu.actions()[[one.name for one in actions.of(Scope.WINDOW)].index("check")].trigger()
    assert isinstance(QApplication.activeModalWidget(), CertificateCheck)
    assert actions.tip("check") == "查验（F8）"
    menu.deleteLater()


def test_no_key_means_two_things_in_one_place():
    for scope in (Scope.WINDOW, Scope.DIALOG, Scope.CHECK):
        keys = [QKeySequence(key).toString() for action in actions.of(scope) for key in action.keys]
        assert len(keys) == len(set(keys))
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)
