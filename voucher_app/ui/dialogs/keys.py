"""What can be done by keyboard, from the same tables that the keys are made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from voucher_app.i18n import _, marked
from voucher_app.ui import theme
from voucher_app.ui.dialogs.reading import ReadingDialog
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.tabbed_page import TabbedPage
from voucher_app.ui.widgets.facts import FactsList

if TYPE_CHECKING:
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.pages.page import Page

Keys = Sequence[tuple[str, str]]
_LIST_KEYS: Final = (
    ("↓", marked("From the search into the list")),
    ("↑ ↓", marked("Another row; its details follow")),
    ("Enter", marked("To what can be done with the row")),
    ("Ctrl+C", marked("Copy the selected rows, for a spreadsheet")),
    ("Esc", marked("Clear the search")),
)
"""As `SearchField` and `ListView` act on them."""
_DIALOG_KEYS: Final = (
    ("Enter", marked("In a dialog: to the next field")),
    ("Ctrl+Enter", marked("In a dialog: save")),
    ("F2", marked("In a field: look up, or take a day from the calendar")),
)


def page_keys(page: Page) -> Keys:
    """Return what the keys do on a page: its main action by name, and those of its list."""
    shown = page.current() if isinstance(page, TabbedPage) else page
    if not isinstance(shown, ListPage):
        return [(keys, _(words)) for keys, words in _DIALOG_KEYS]
    action = shown.new_action()
    own = [("Ctrl+N", action.words.rstrip(" …"))] if action is not None else []
    return [*own, *((keys, _(words)) for keys, words in (*_LIST_KEYS, *_DIALOG_KEYS))]


class KeysDialog(ReadingDialog):
    """The keys of the window, of the page that is shown, and of the pages.

    Args:
        desk: the open data file.
        parent: the window.
        keys: of the window, of the page, of the pages; keys and words.
    """

    def __init__(self, desk: Desk, parent: QWidget | None, *, keys: tuple[Keys, Keys, Keys]) -> None:
        super().__init__(desk, parent, title=_("Keys"), purpose=_("Everything here can be done without a mouse."))
        self._keys = keys
        inside = QWidget()
        inside.setProperty("flat", "true")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.PADDING, 0)
        for words, group in zip((_("Everywhere"), _("On this page"), _("Pages")), keys, strict=True):
            heading = QLabel(words)
            theme.set_role(heading, "section")
            column.addWidget(heading)
            facts = FactsList()
            facts.set_facts(group)
            column.addWidget(facts)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self.body.addWidget(scroll)
        self.resize(theme.CONTROL * 15, theme.CONTROL * 17)

    def text(self) -> str:
        """Return the keys as a grid."""
        return "\n".join(f"{keys}\t{words}" for group in self._keys for keys, words in group)
