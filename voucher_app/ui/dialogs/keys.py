"""What can be done by keyboard, from the same tables that the keys are made from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractSlider, QFrame, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from voucher_app.i18n import _
from voucher_app.ui import actions, theme
from voucher_app.ui.dialogs.reading import ReadingDialog
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.tabbed_page import TabbedPage
from voucher_app.ui.widgets.facts import FactsList

if TYPE_CHECKING:
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.pages.page import Page

Keys = Sequence[tuple[str, str]]


def keys_of(*scopes: actions.Scope) -> list[tuple[str, str]]:
    """Return the keys of places and what they do, in words."""
    return [(one.keys_in_words(), _(one.words)) for scope in scopes for one in actions.of(scope)]


def page_keys(page: Page) -> Keys:
    """Return what the keys do on a page: its main action by name, and those of its list."""
    shown = page.current() if isinstance(page, TabbedPage) else page
    if not isinstance(shown, ListPage):
        return keys_of(actions.Scope.DIALOG, actions.Scope.FIELD)
    action = shown.new_action()
    own = [(actions.named("new").keys_in_words(), action.words.rstrip(" …"))] if action is not None else []
    return [*own, *keys_of(actions.Scope.LIST, actions.Scope.DIALOG, actions.Scope.FIELD)]


class KeysDialog(ReadingDialog):
    """The keys of the window, of the page that is shown, and of the pages; it stays beside the work, and is searched.

    Args:
        desk: the open data file.
        parent: the window.
        page: the keys of the page that is shown, and words.
        pages: the keys that lead to pages, and words.
    """

    def __init__(self, desk: Desk, parent: QWidget | None, *, page: Keys, pages: Keys) -> None:
        super().__init__(desk, parent, title=_("Keys"), purpose=_("Everything here can be done without a mouse."))
        self.setModal(False)
        self._groups = (
            (_("Everywhere"), keys_of(actions.Scope.WINDOW)),
            (_("On this page"), page),
            (_("Pages"), pages),
            (_("Check certificates"), keys_of(actions.Scope.CHECK)),
        )
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search keys and what they do"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._narrow)
        self.none = QLabel(_("No key does that."))
        theme.set_role(self.none, "soft")
        inside = QWidget()
        inside.setProperty("flat", "true")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.PADDING, 0)
        self._parts: list[tuple[QLabel, FactsList]] = []
        for words, _group in self._groups:
            heading, facts = QLabel(words), FactsList()
            theme.set_role(heading, "section")
            column.addWidget(heading)
            column.addWidget(facts)
            self._parts.append((heading, facts))
        column.addWidget(self.none)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        # The keyboard stays in the search and turns the pages from there.
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar, step = scroll.verticalScrollBar(), QAbstractSlider.SliderAction
        for key, turn in (("PgDown", step.SliderPageStepAdd), ("PgUp", step.SliderPageStepSub)):
            QShortcut(QKeySequence(key), self, partial(bar.triggerAction, turn))
        self.body.addWidget(self.search)
        self.body.addWidget(scroll)
        self.resize(theme.CONTROL * 15, theme.CONTROL * 17)
        self._narrow("")
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def shown(self) -> list[tuple[str, str]]:
        """Return the keys that are shown, with their words."""
        wanted = self.search.text().strip().casefold()
        return [one for _words, group in self._groups for one in group if wanted in f"{one[0]} {one[1]}".casefold()]

    def _narrow(self, _text: str) -> None:
        shown = self.shown()
        for (heading, facts), (_words, group) in zip(self._parts, self._groups, strict=True):
            left = [one for one in group if one in shown]
            facts.set_facts(left)
            facts.setVisible(bool(left))
            heading.setVisible(bool(left))
        self.none.setVisible(not shown)

    def text(self) -> str:
        """Return the keys as a grid."""
        return "\n".join(f"{keys}\t{words}" for keys, words in self.shown())
