"""The row above a list's rows: chips of states, what only I may decide, how many rows were found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

_SEARCH_LEAST: Final = 168
_FIRST_WIDTH: Final = 580
"""What there is at least, until the row is laid out."""


class FilterRow(QWidget):
    """Chips of states; there may be less room than all of them take, the others are in a menu then.

    Signals:
        changed: somebody narrowed the list or widened it again.

    Attributes:
        statuses: what the list is narrowed to; nothing for all.
        is_for_me: only what whoever is at the desk may decide on.
    """

    changed = Signal()

    def __init__(
        self,
        statuses: Sequence[str],
        *,
        words: Callable[[str], str],
        most: int,
        search: QWidget | None,
        tools: Sequence[QWidget],
    ) -> None:
        """Make it.

        Args:
            statuses: what the list can be narrowed to, the most wanted first.
            words: returns a status in words.
            most: how many of them are one click away; the rest of a long life cycle is in a menu.
            search: stands first, where the list has it here.
            tools: stand last.
        """
        super().__init__()
        self.setMinimumWidth(1)
        self._known, self._words, self._most = tuple(statuses), words, most
        self._search, self._tools = search, tools
        self.statuses: tuple[str, ...] = ()
        self.is_for_me = False
        self.count = QLabel()
        theme.set_role(self.count, "soft")
        self.chips = QButtonGroup(self)
        self.chips.setExclusive(True)
        self.mine = self._mine_chip()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.CELL - theme.SPACE * 2, 0, theme.CELL, theme.SPACE)
        row.setSpacing(theme.SPACE // 2)
        if search is not None:
            search.setMinimumWidth(_SEARCH_LEAST)
            row.addWidget(search, 3)
        row.addWidget(self.mine)
        for status in ("", *self._known[:most]) if self._known else ():
            row.addWidget(self._chip(status, words(status) if status else _("All")))
        self.further = self._chip("-", _("More states"))
        menu = QMenu(self.further)
        self._further_acts = {
            status: menu.addAction(words(status), partial(self._further_chosen, status)) for status in self._known
        }
        self.further.setMenu(menu)
        row.addWidget(self.further)
        self.chips.buttonClicked.connect(self._clicked)
        row.addStretch(1)
        row.addWidget(self.count)
        for tool in tools:
            row.addWidget(tool)
        self._fit(_FIRST_WIDTH)

    # ------------------------------------------------------------------------------------------ for the list

    def set_statuses(self, statuses: Sequence[str]) -> None:
        """Narrow to states; one that this list has not is left out."""
        self.statuses = tuple(status for status in statuses if status in self._known)
        self._mark_chosen()

    def set_for_me(self, *, wanted: bool) -> None:
        """Keep only what whoever is at the desk may decide on; the chip that says so is clicked away."""
        self.is_for_me = wanted
        self.mine.setChecked(wanted)
        self.mine.setVisible(wanted)
        self._fit(self.width())

    def tell_count(self, words: str, *, is_nothing: bool) -> None:
        """Say how many rows there are."""
        self.count.setText(words)
        theme.set_role(self.count, "warn" if is_nothing else "soft")
        # The words are wider or narrower than before, which leaves another room for the chips.
        self._fit(self.width())

    # ------------------------------------------------------------------------------------------ clicks

    def _clicked(self, chip: QPushButton) -> None:
        if chip is self.further:
            return  # its menu chooses
        status = str(chip.property("status"))
        self.statuses = (status,) if status else ()
        self.changed.emit()

    def _further_chosen(self, status: str) -> None:
        self.set_statuses((status,))
        self.changed.emit()

    def _all_again(self) -> None:
        self.set_for_me(wanted=False)
        self.changed.emit()

    # ------------------------------------------------------------------------------------------ shape

    def _chip(self, status: str, words: str) -> QPushButton:
        chip = QPushButton(words)
        chip.setProperty("kind", "chip")
        chip.setProperty("status", status)
        chip.setCheckable(True)
        chip.setChecked(not status)
        self.chips.addButton(chip)
        return chip

    def _mine_chip(self) -> QPushButton:
        chip = QPushButton(_("For me to decide"))
        chip.setProperty("kind", "chip")
        chip.setCheckable(True)
        chip.setIcon(theme.icon("close"))
        chip.setToolTip(_("Without what you prepared or reviewed yourself; click to see that too"))
        chip.clicked.connect(self._all_again)
        chip.hide()
        return chip

    def _mark_chosen(self) -> None:
        """Mark the chip of what the list is narrowed to; a state without one stands on the last chip."""
        shown = self.statuses[0] if len(self.statuses) == 1 else ""
        if shown and self._further_acts[shown].isVisible():
            self.further.setProperty("status", shown)
            self.further.setText(self._words(shown))
        for chip in self.chips.buttons():
            chip.setChecked(chip.property("status") == shown and not chip.isHidden())

    @called_by_qt
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the chips into another width."""
        super().resizeEvent(event)
        self._fit(self.width())

    def _fit(self, width: int) -> None:
        """Show as many chips as there is room for; the other states are in the menu of the last one."""
        chips = [chip for chip in self.chips.buttons() if chip is not self.further]
        for chip in self.chips.buttons():
            chip.ensurePolished()  # its padding comes with the stylesheet
        left = width - 2 * theme.CELL - self.count.sizeHint().width() - theme.SPACE * 2
        for tool in self._tools:
            tool.ensurePolished()
            left -= tool.sizeHint().width() + theme.SPACE // 2
        if self._search is not None:
            left -= _SEARCH_LEAST + theme.SPACE
        if self.is_for_me:
            left -= self.mine.sizeHint().width() + theme.SPACE // 2
        needs = [chip.sizeHint().width() + theme.SPACE // 2 for chip in chips]
        is_whole = len(self._known) <= self._most and sum(needs) <= left
        if not is_whole:
            left -= self.further.sizeHint().width() + theme.SPACE // 2
        for chip, need in zip(chips, needs, strict=True):
            left -= need
            chip.setVisible(left >= 0)
        shown = {str(chip.property("status")) for chip in chips if not chip.isHidden()}
        for status, act in self._further_acts.items():
            act.setVisible(status not in shown)
        self.further.setVisible(not is_whole)
        self._mark_chosen()
