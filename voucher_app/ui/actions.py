"""Every action that has keys, in one table: shortcuts, the menu (F10), tool tips and the page of keys come of it.

An action of the window, of a dialog or of a preview names the method that does it, and `bind` makes its shortcuts. An
action of a list or of a field is read by the widget itself, which knows where its cursor stands; the table names its
keys for whoever looks them up. `tests/ui/test_actions.py` presses every key of the table in the real window, and fails
for one that does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QKeySequence, QShortcut

from voucher_app.i18n import _, marked

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget


class Scope(Enum):
    """Where an action's keys work."""

    WINDOW = "window"
    LIST = "list"
    DIALOG = "dialog"
    FIELD = "field"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done by keyboard.

    Attributes:
        name: what code calls it.
        keys: any of these, as `QKeySequence` reads them.
        words: what it does, a sentence of the catalogue.
        scope: where the keys work.
        act: the method of the window or the dialog that does it; empty where the widget reads its keys itself.
    """

    name: str
    keys: tuple[str, ...]
    words: str
    scope: Scope
    act: str = ""

    def keys_in_words(self) -> str:
        """Return the keys as a person reads them; of keys that are twice on the keyboard, one."""
        shown = [key for key in self.keys if key not in _TWINS]
        return _(" or ").join(_SHOWN.get(key, key) for key in shown)


_TWINS: Final = {"Ctrl+Enter"}
"""The Enter of the number block, beside the one that is called so."""
_SHOWN: Final = {
    "Ctrl+Return": "Ctrl+Enter", "Return": "Enter", "Alt+Left": "Alt+←", "Alt+Right": "Alt+→", "Up": "↑", "Down": "↓",
}  # fmt: skip

ACTIONS: Final = (
    Action("manual", ("F1",), marked("The manual's page of where one is"), Scope.WINDOW, "show_manual"),
    Action("keys", ("Ctrl+F1",), marked("Show these keys"), Scope.WINDOW, "show_keys"),
    Action("new", ("F5", "Ctrl+N"), marked("The page's main action"), Scope.WINDOW, "begin_new"),
    Action("find", ("F7", "Ctrl+F"), marked("Search"), Scope.WINDOW, "begin_search"),
    Action("search", ("Ctrl+K",), marked("Search everything"), Scope.WINDOW, "search_everything"),
    Action("check", ("F8",), marked("Check certificates"), Scope.WINDOW, "check_certificates"),
    Action("back", ("Alt+Left",), marked("Back"), Scope.WINDOW, "back"),
    Action("forward", ("Alt+Right",), marked("Forward"), Scope.WINDOW, "forth"),
    Action("menu", ("F10",), marked("Menu of all this"), Scope.WINDOW, "show_menu"),
    Action("lock", ("Ctrl+L",), marked("Lock the window"), Scope.WINDOW, "lock"),
    Action("into_list", ("Down",), marked("From the search into the list"), Scope.LIST),
    Action("row", ("Up", "Down"), marked("Another row; its details follow"), Scope.LIST),
    Action("acts", ("Return",), marked("To what can be done with the row"), Scope.LIST),
    Action("copy", ("Ctrl+C",), marked("Copy the selected rows, for a spreadsheet"), Scope.LIST),
    Action("clear", ("Esc",), marked("Clear the search"), Scope.LIST),
    Action("next", ("Return",), marked("In a dialog: to the next field"), Scope.DIALOG),
    Action("save", ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S", "F6"), marked("In a dialog: save"), Scope.DIALOG, "save"),
    Action("leave", ("Esc",), marked("In a dialog: leave it; asks once where something was typed"), Scope.DIALOG),
    Action("look_up", ("F2",), marked("In a field: look up, or take a day from the calendar"), Scope.FIELD),
    Action("open_file", ("Ctrl+O",), marked("Checking certificates: open a file"), Scope.CHECK, "open_file"),
)
"""The table. The pages are Ctrl+1, Ctrl+2 … in the order of the navigation."""


def of(scope: Scope) -> list[Action]:
    """Return the actions of a place, in the order of the table."""
    return [action for action in ACTIONS if action.scope is scope]


def named(name: str) -> Action:
    """Return an action by name."""
    return next(action for action in ACTIONS if action.name == name)


def tip(name: str, words: str = "") -> str:
    """Return a tool tip: what a button does, and the keys that do the same."""
    action = named(name)
    return _("{words} ({keys})").format(words=words or _(action.words), keys=action.keys_in_words())


def bind(owner: QWidget, scope: Scope) -> list[QShortcut]:
    """Make the shortcuts of a window or a dialog: each calls the method that the table names."""
    return [
        QShortcut(QKeySequence(key), owner, getattr(owner, action.act))
        for action in of(scope)
        if action.act
        for key in action.keys
    ]


def fill_menu(menu: QMenu, owner: QWidget, scope: Scope) -> None:
    """Put the actions of a place into a menu, with their keys beside them."""
    for action in of(scope):
        # The keys are text after a tab: as a shortcut they would be ambiguous with the window's own.
        menu.addAction(f"{_(action.words)}\t{action.keys_in_words()}", getattr(owner, action.act))
