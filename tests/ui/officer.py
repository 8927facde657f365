"""Somebody who works in the real window by mouse and keys: logs in, goes to pages, fills dialogs, presses buttons.

Fields are found by the words beside them, buttons by the words on them, as a person finds them. Letters are typed key
by key, Chinese comes as an input method commits it. After each act the year's money adds up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QPushButton

from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import ZERO
from voucher_app.ui import theme
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.login import SecretPrompt
from voucher_app.ui.main_window import PAGES
from voucher_app.ui.pages.tabbed_page import TabbedPage
from voucher_app.ui.widgets.disclosure import Disclosure
from voucher_app.ui.widgets.field import ChoiceField
from voucher_app.ui.widgets.look_up_field import LookUpField

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from PySide6.QtWidgets import QComboBox, QWidget
    from pytestqt.qtbot import QtBot

    from voucher_app.domain.budget import YearMoney
    from voucher_app.ui.main_window import MainWindow
    from voucher_app.ui.pages.list_page import ListPage
    from voucher_app.ui.widgets.field import Field

_LEFT = Qt.MouseButton.LeftButton
_CTRL = Qt.KeyboardModifier.ControlModifier


class Officer:
    """The hands at one window.

    Attributes:
        acts: how many acts were recorded by them.
    """

    left, down = Qt.MouseButton.LeftButton, Qt.Key.Key_Down

    def __init__(self, window: MainWindow, qtbot: QtBot, settled: Callable[[], None], *, year: int) -> None:
        self.window, self.qtbot, self.settled, self.year = window, qtbot, settled, year
        self.acts = 0

    # ------------------------------------------------------------------------------------------ at the desk

    def rest(self) -> None:
        """Let typing come to rest, and what was asked for come home."""
        self.qtbot.wait(theme.QUIET_MS + 20)
        self.settled()

    def on(self, day: date) -> None:
        """Come to the desk on another day."""
        desk = self.window.desk
        desk.workspace = desk.workspace.on(day)
        desk.runner.changed.emit()
        self.settled()

    @property
    def money(self) -> YearMoney:
        return self.window.desk.workspace.queries.year_money(self.year)

    def balances(self) -> None:
        """Demand the money identity (domain.md §3)."""
        try:
            money = self.money
        except NotFound:
            return
        parts = (money.unissued, money.outstanding, money.payable, money.disbursed, money.lapsed)
        assert sum(parts, ZERO) == money.appropriation

    def log_in(self, password: str, *, own: str = "") -> None:
        """Log in on the page that hides the work; choose a password of one's own where it is asked."""
        login = self.window.login
        self.type(login.password.edit, password)
        self.qtbot.keyClick(login.password.edit, Qt.Key.Key_Return)
        self.settled()
        if self.window.login is not None:
            assert login.new.isVisible(), login.password.message.text()
            for field in (login.new, login.again):
                self.type(field.edit, own)
                self.qtbot.keyClick(field.edit, Qt.Key.Key_Return)
            self.settled()
        assert self.window.login is None

    def choose_person(self, name: str) -> bool:
        """Choose who works, with the keys, in the list above the window; return whether it is another person."""
        box = self.window.operators
        if box.currentText().startswith(name):
            return False
        box.setFocus()
        self.qtbot.keyClick(box, Qt.Key.Key_Down)
        self.take_from(box, lambda text: text.startswith(name))
        self.settled()
        return True

    def take_from(self, box: QComboBox, is_meant: Callable[[str], bool]) -> None:
        """Go through the open list of a choice by keys, and take what is meant."""
        view = box.view()
        place = next(row for row in range(box.count()) if is_meant(box.itemText(row)))
        self.qtbot.keyClick(view, Qt.Key.Key_Home)
        for _step in range(box.count()):
            if view.currentIndex().row() == place:
                break
            self.qtbot.keyClick(view, Qt.Key.Key_Down)
        self.qtbot.keyClick(view, Qt.Key.Key_Return)

    # ------------------------------------------------------------------------------------------ going places

    def go(self, name: str, tab: str = "") -> ListPage:
        """Go to a page by its key, and to one of its lists by its tab; return what is shown."""
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        place = [page for page, _words in PAGES].index(name)
        self.qtbot.keyClick(self.window, Qt.Key(Qt.Key.Key_1 + place), _CTRL)
        self.settled()
        assert self.window.current_page() == name
        page = self.window.page(name)
        if isinstance(page, TabbedPage):
            names = [one.name for one in page.lists]
            self._turn(page.tabs, names.index(tab) if tab else 0)
            page = page.current()
        elif tab:
            texts = [page.tabs.tabText(one) for one in range(page.tabs.count())]
            self._turn(page.tabs, texts.index(tab))
            page = page.stack.currentWidget()
        return page

    def _turn(self, tabs: QWidget, place: int) -> None:
        self.qtbot.mouseClick(tabs, _LEFT, pos=tabs.tabRect(place).center())
        self.settled()

    def look(self, page: ListPage, *keys: object) -> None:
        """Choose rows by the mouse, the further ones with Ctrl."""
        for place, key in enumerate(keys):
            position = page.model.position_of(key)
            assert position is not None, f"{key} is not in the list"
            self.settled()
            page.view.scrollTo(page.model.index(position, 0))
            middle = page.view.visualRect(page.model.index(position, 0)).center()
            self.qtbot.mouseClick(
                page.view.viewport(), _LEFT, _CTRL if place else Qt.KeyboardModifier.NoModifier, pos=middle
            )
        self.settled()

    # ------------------------------------------------------------------------------------------ acting

    def begin(self) -> DecisionDialog:
        """Begin the page's main action by its key; return the dialog that opens."""
        self.qtbot.keyClick(self.window, Qt.Key.Key_N, _CTRL)
        return self.dialog()

    def press(self, panel: QWidget, words: str) -> DecisionDialog:
        """Press a button of the details; return the dialog that opens."""
        offered = {one.text(): one for one in panel.buttons()}
        found = next((offered[one] for one in offered if one.startswith(words)), None)
        assert found is not None, (words, [(act.words, act.reasons) for act in panel.details.acts])
        self.qtbot.mouseClick(found, _LEFT)
        return self.dialog()

    def drop(self, place: QWidget, file: Path) -> None:
        """Drop a file on a page or a dialog."""
        carried = QMimeData()
        carried.setUrls([QUrl.fromLocalFile(str(file))])
        at = QPointF(place.rect().center())
        action, held = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        place.dropEvent(QDropEvent(at, action, carried, _LEFT, held))
        self.rest()

    def push(self, place: QWidget, words: str, *, file: Path | None = None) -> None:
        """Push a button that stands on a page or in a dialog; choose a file where it asks for one."""
        (button,) = [one for one in place.findChildren(QPushButton) if one.isVisible() and one.text().startswith(words)]
        self.qtbot.mouseClick(button, _LEFT)
        if file is not None:
            (asking,) = [one for one in self.window.findChildren(QFileDialog) if one.isVisible()]
            asking.fileSelected.emit(str(file))
            asking.close()
        self.rest()

    def reasons(self, panel: QWidget, words: str) -> tuple[str, ...]:
        """Return why an act is not possible now."""
        (found,) = [act for act in panel.details.acts if act.words.startswith(words)]
        return found.reasons

    def open_dialogs(self) -> list[QDialog]:
        return [one for one in self.window.findChildren(QDialog) if one.isVisible()]

    def dialog(self) -> DecisionDialog:
        """Return the dialog that opened."""
        self.rest()
        (dialog,) = self.open_dialogs()
        assert isinstance(dialog, DecisionDialog)
        dialog.activateWindow()
        return dialog

    def fill(self, dialog: DecisionDialog, **answers: str) -> None:
        """Fill fields by the words beside them."""
        for words, text in answers.items():
            fields = {one.plain_label.removesuffix("（元）"): one for one in dialog.fields}
            assert words in fields, (words, list(fields))
            self.fill_in(fields[words], text)
        self.rest()

    def fill_in(self, field: Field, text: str) -> None:
        """Fill one field as a person does."""
        if not field.isVisible():
            around = field.parentWidget()
            while not isinstance(around, Disclosure):
                around = around.parentWidget()
            self.qtbot.mouseClick(around.header, _LEFT)
        if isinstance(field, ChoiceField):
            box = field.box
            place = next(row for row in range(box.count()) if box.itemText(row).startswith(text))
            box.setFocus()
            while box.currentIndex() != place:
                self.qtbot.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < place else Qt.Key.Key_Up)
            return
        self.type(field.control, text)
        if isinstance(field, LookUpField):
            self.rest()
            assert field._list is not None, f"nothing was looked up for {text}"
            self.qtbot.keyClick(field.control, Qt.Key.Key_Return)
            assert field.chosen is not None

    def type(self, control: QWidget, text: str) -> None:
        """Type over what stands there."""
        control.setFocus()
        self.qtbot.keyClick(control, Qt.Key.Key_A, _CTRL)
        self.qtbot.keyClick(control, Qt.Key.Key_Delete)
        if text.isascii() and isinstance(control, QLineEdit):
            self.qtbot.keyClicks(control, text)
            return
        committed = QInputMethodEvent()
        committed.setCommitString(text)
        QApplication.sendEvent(control, committed)

    def save(self, dialog: DecisionDialog, *, password: str = "") -> None:
        """Press the button that acts."""
        self.press_on(dialog.act_button, password=password)

    def press_on(self, button: QPushButton, *, password: str = "") -> None:
        """Press a button of a dialog; give the password where it is asked again; demand that it was done."""
        self.settled()
        self.qtbot.mouseClick(button, _LEFT)
        self.settled()
        for prompt in self.window.findChildren(SecretPrompt):
            self.type(prompt.password.edit, password)
            self.qtbot.keyClick(prompt.password.edit, Qt.Key.Key_Return)
            self.settled()
        left = self.open_dialogs()
        assert not left, [one.text() for one in left[0].findChildren(QLabel) if one.text() and one.isVisible()]
        self.acts += 1
        self.balances()

    def give_up(self, dialog: DecisionDialog) -> None:
        """Press Cancel."""
        self.qtbot.mouseClick(dialog.cancel_button, _LEFT)
        self.settled()
        assert not self.open_dialogs()
