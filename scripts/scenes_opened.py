"""What opens under a control: choices, look-ups, calendars and menus, each kind of them once in a walk.

A choice and a menu are windows of their own; a look-up and a calendar lie over the dialog, so that they are measured
alone and pictured with what is around them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QListWidget,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)
from scenes import Scene, settle
from scenes_beside import NOWHERE

from voucher_app.ui.pages.list_documents import ListDocuments
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.look_up_field import LookUpField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QObject

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.main_window import MainWindow

T = TypeVar("T", bound=QWidget)


class Opened:
    """Opens what a scene has to open, and remembers which kinds were seen.

    Args:
        desk: whose work has to come home.
        window: the window, whose own menu is opened too.
    """

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk, self._window = desk, window
        self._seen: set[tuple[str, ...]] = set()

    def after_each(self, scenes: Iterator[Scene]) -> Iterator[Scene]:
        """Show scenes, and after each of them what it has to open."""
        for scene in scenes:
            yield scene
            yield from self.of(scene)

    def of(self, scene: Scene) -> Iterator[Scene]:
        """Open everything that a scene has and none before had; each is closed before the next one opens."""
        if isinstance(scene.widget, QFileDialog):
            return  # Qt's own, and this machine's files
        if scene.widget is self._window and self._is_new("menu", "window"):
            self._window.show_menu()
            yield from self._menu("menu-of-the-window", self._window)
        yield from self._choices(scene)
        yield from self._menus(scene)
        yield from self._fields(scene)

    def _choices(self, scene: Scene) -> Iterator[Scene]:
        for box in self._there(scene.widget, QComboBox):
            if self._is_new("choice", *(box.itemText(place) for place in range(box.count()))):
                yield from self._choice(f"choice-{scene.name}-{self._number('choice')}", box)

    def _menus(self, scene: Scene) -> Iterator[Scene]:
        for button in self._there(scene.widget, QAbstractButton):
            if isinstance(button, ListDocuments) and self._is_new("papers", scene.name):
                button.click()
                settle(self._desk)
                yield from self._menu(f"menu-papers-{scene.name}", button)
            elif isinstance(button, QPushButton | QToolButton) and button.menu() is not None:
                words = button.accessibleName() or button.text() or button.toolTip()
                if self._is_new("menu", words, *(act.text() for act in button.menu().actions())):
                    yield from self._menu_of(f"menu-{scene.name}-{self._number('menu')}", button)

    def _fields(self, scene: Scene) -> Iterator[Scene]:
        for field in self._there(scene.widget, LookUpField):
            if self._is_new("look-up", field.plain_label):
                yield from self._look_up(f"look-up-{scene.name}-{self._number('look-up')}", field)
        for day in self._there(scene.widget, DateField):
            if self._is_new("calendar"):
                yield from self._calendar(f"calendar-{scene.name}", day)

    # ------------------------------------------------------------------------------------------ which

    def _is_new(self, *kind: str) -> bool:
        if kind in self._seen:
            return False
        self._seen.add(kind)
        return True

    def _number(self, kind: str) -> int:
        return sum(one[0] == kind for one in self._seen)

    @staticmethod
    def _there(root: QWidget, kind: type[T]) -> list[T]:
        return [
            one for one in root.findChildren(kind)
            if one.isVisible() and one.isEnabled() and one.window() is root.window()
        ]  # fmt: skip

    # ------------------------------------------------------------------------------------------ opening

    def _choice(self, name: str, box: QComboBox) -> Iterator[Scene]:
        if not box.count():
            return
        box.showPopup()
        settle(self._desk)
        yield Scene(name, box.view().window())
        box.hidePopup()
        settle(self._desk)

    def _menu_of(self, name: str, button: QPushButton | QToolButton) -> Iterator[Scene]:
        menu = button.menu()
        assert isinstance(menu, QMenu), "it was asked before"
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        settle(self._desk)
        yield Scene(name, menu)
        menu.close()
        settle(self._desk)

    def _menu(self, name: str, parent: QObject) -> Iterator[Scene]:
        settle(self._desk)
        for menu in parent.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if menu.isVisible():
                yield Scene(name, menu)
                menu.close()
                settle(self._desk)

    def _look_up(self, name: str, field: LookUpField) -> Iterator[Scene]:
        before = field.kept()
        for text in ("", NOWHERE):
            field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            field.restore(json.dumps(text))
            field.look_up()
            settle(self._desk)
            for found in field.window().findChildren(QListWidget):
                if found.isVisible() and found.focusPolicy() is Qt.FocusPolicy.NoFocus:
                    yield Scene(f"{name}-{'nothing' if text else 'found'}", found, around=field.window())
            field.close_list()
        field.restore(before)
        settle(self._desk, typed=True)

    def _calendar(self, name: str, field: DateField) -> Iterator[Scene]:
        field.open_calendar()
        settle(self._desk)
        assert field.popup is not None, "it was opened"
        yield Scene(name, field.popup, around=field.window())
        field.close_calendar()
        settle(self._desk)
