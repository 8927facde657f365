"""A page of several lists, one at a time: 申领 with its batches, 结算 with recoveries, 设置.

Each list is an embedded `ListPage` of its own, made when it is first looked at; the page has the title, the tabs and
the main action of the list that is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from voucher_app.i18n import _
from voucher_app.ui import actions, theme
from voucher_app.ui.pages.page import Page
from voucher_app.ui.widgets.fitting_row import FittingRow
from voucher_app.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.ui.desk import Desk, Destination
    from voucher_app.ui.pages.list_page import ListPage
    from voucher_app.ui.pages.panel import Panel


class TabbedPage(Page):
    """A page of lists; a subclass names them."""

    lists: ClassVar[Sequence[type[ListPage | Panel]]] = ()
    """The lists in the order of their tabs; their `name` is the tab's in `Destination`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._made: dict[int, ListPage | Panel] = {}
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(_("Lists of this page"))
        self.stack = QStackedWidget()
        for _kind in self.lists:
            self.stack.addWidget(QWidget())
        self.main_button = QPushButton()
        self.main_button.setProperty("kind", "accent")
        self.main_button.setToolTip(actions.named("new").keys_in_words())
        self.main_button.clicked.connect(self.begin_new)
        self._extra = QHBoxLayout()
        self._extra.setSpacing(theme.SPACE * 2)
        self._build()
        for kind in self.lists:
            self.tabs.setTabToolTip(self.tabs.addTab(kind.title()), kind.title())
        self.tabs.currentChanged.connect(self._turn)
        self._turn(self._remembered())

    # ------------------------------------------------------------------------------------------ pages

    def reload(self) -> None:
        """Do nothing: each list reloads by itself when it is seen."""

    def begin_new(self) -> None:
        """Do the main action of the list that is shown."""
        self.current().begin_new()

    def begin_search(self) -> None:
        """Go to the search of the list that is shown."""
        self.current().begin_search()

    def take_focus(self) -> None:
        """Take the focus in the list that is shown."""
        self.current().take_focus()

    def shown_name(self) -> str:
        """Return the name of the list that is shown."""
        return self.lists[self.tabs.currentIndex()].name

    def go_to(self, destination: Destination) -> None:
        """Show a list, narrowed as asked; without a tab's name, the first one."""
        names = [kind.name for kind in self.lists]
        self.tabs.setCurrentIndex(names.index(destination.tab) if destination.tab in names else 0)
        self.current().go_to(destination)

    def save_state(self) -> None:
        """Remember which list was shown, and the lists' widths."""
        settings = self.desk.settings
        if settings is not None:
            settings.setValue(f"{self.name}/tab", self.lists[self.tabs.currentIndex()].name)
        for made in self._made.values():
            made.save_state()

    # ------------------------------------------------------------------------------------------ lists

    def current(self) -> ListPage | Panel:
        """Return the list that is shown."""
        return self.list_at(self.tabs.currentIndex())

    def list_at(self, place: int) -> ListPage | Panel:
        """Return a list, made now when nobody has looked at it before."""
        if place not in self._made:
            made = self._made[place] = self.lists[place](self.desk)
            before = self.stack.widget(place)
            assert before is not None, "every tab has its place"
            self.stack.insertWidget(place, made)
            self.stack.removeWidget(before)
            before.deleteLater()
        return self._made[place]

    def _turn(self, place: int) -> None:
        if self.tabs.currentIndex() != place:
            self.tabs.setCurrentIndex(place)  # comes back here
            return
        shown = self.list_at(place)
        self.stack.setCurrentWidget(shown)
        action = shown.new_action()
        self.main_button.setVisible(action is not None)
        if action is not None:
            self.main_button.setText(action.words)
            self.main_button.setIcon(theme.icon(action.icon, "accent_ink"))
        clear(self._extra)
        for button in shown.more_buttons():
            self._extra.addWidget(button)

    def _remembered(self) -> int:
        settings = self.desk.settings
        names = [kind.name for kind in self.lists]
        wanted = str(settings.value(f"{self.name}/tab", "")) if settings is not None else ""
        return names.index(wanted) if wanted in names else 0

    def _build(self) -> None:
        title = QLabel(self.title())
        theme.set_role(title, "title")
        whole = FittingRow()
        top = whole.row
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)  # where even buttons without words leave no room
        top.addWidget(title)
        top.addSpacing(theme.MARGIN)
        top.addWidget(self.tabs)
        top.addStretch(1)
        top.addLayout(self._extra)
        top.addWidget(self.main_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN - theme.SPACE, theme.MARGIN, theme.MARGIN - theme.SPACE)
        column.setSpacing(theme.GAP)
        column.addWidget(whole)
        column.addWidget(self.stack, 1)
