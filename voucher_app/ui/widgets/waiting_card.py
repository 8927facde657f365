"""What waits for the person at the desk (待办): a link for each kind of work, with its count, to the list of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton

from voucher_app.i18n import _
from voucher_app.services.tasks import counted
from voucher_app.ui import theme
from voucher_app.ui.widgets.card import Card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voucher_app.services.queries.waiting import Waiting
    from voucher_app.services.tasks import Task

_IN_A_LINE: Final = 4


class WaitingCard(Card):
    """Links to what waits.

    Attributes:
        count: of all that waits.
    """

    def __init__(self, go: Callable[..., None]) -> None:
        super().__init__(_("To do"))
        self._go = go
        self.count = 0
        self.nothing = QLabel(_("Nothing waits for you."))
        theme.set_role(self.nothing, "soft")
        self.nothing.hide()
        self.links: list[QPushButton] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(theme.SPACE)
        self.body.setContentsMargins(theme.PADDING, theme.SPACE * 3, theme.PADDING, theme.SPACE * 3)
        # Beside the title and packed to the left: a day's work is mostly of few kinds, and takes one line then.
        self.head.setStretch(0, 0)
        self.head.insertSpacing(1, theme.GAP)
        self.head.insertWidget(2, self.nothing)
        self.head.insertLayout(3, self._grid)
        self.head.addStretch(1)

    def show_waiting(self, found: Iterable[Waiting], tasks: Iterable[Task]) -> None:
        """Show what of it is the work of whoever is at the desk."""
        for link in self.links:
            self._grid.removeWidget(link)
            link.hide()
            link.deleteLater()
        self.links = []
        self.count = 0
        for task, count in counted(found, tasks):
            self.count += count
            link = QPushButton(_(task.words).format(count=count))
            link.setProperty("kind", "link")
            link.clicked.connect(partial(self._go, task.page, statuses=task.statuses, for_me=task.decides))
            self._grid.addWidget(link, len(self.links) // _IN_A_LINE, len(self.links) % _IN_A_LINE)
            self.links.append(link)
        self.nothing.setVisible(not self.links)
