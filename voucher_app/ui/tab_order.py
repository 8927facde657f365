"""The Tab key follows the eye: rows from above, each from the left; at a dialog's foot what acts comes before Cancel.

Qt's own order is that in which widgets were made. Pages, panels and their buttons are made late and anew, so the order
is taken from where things stand, at the moment when somebody presses Tab.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

_Branch = tuple[QRect, QWidget, list[QWidget]]
"""Where a child of a widget is, the child, and what can take the focus in it, in order."""

_ACTING: Final = frozenset({"accent", "danger"})
"""The looks of a button that decides something."""
_SLACK: Final = 2
"""Pixels by which neighbours may overlap."""


class ReadingOrder:
    """A window whose Tab key goes in reading order; stands before Qt's class among the bases, and is none itself."""

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: N802, A002, FBT001 - Qt's names
        """Go on to the next control, or back."""
        self.order_stops()
        # The class of Qt that follows in the bases.
        return bool(super().focusNextPrevChild(next))  # type: ignore[misc]

    def order_stops(self) -> None:
        """Put all that can take the focus now in reading order."""
        assert isinstance(self, QWidget), "it is mixed into a window"
        for before, after in pairwise(_in_order(self)):
            QWidget.setTabOrder(before, after)


def _in_order(parent: QWidget) -> list[QWidget]:
    """Return what can take the focus within a widget, as one reads it."""
    branches = [
        (child.geometry(), child, found)
        for child in parent.children()
        if isinstance(child, QWidget) and not child.isHidden() and not child.isWindow() and (found := _stops(child))
    ]
    return [stop for _place, _child, found in _as_read(branches) for stop in found]


def _stops(widget: QWidget) -> list[QWidget]:
    own = [widget] if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None else []
    return own + _in_order(widget)


def _as_read(branches: list[_Branch]) -> list[_Branch]:
    """Cut into rows where that can be done, otherwise into columns, and each of them again (an XY cut)."""
    if len(branches) <= 1:
        return branches
    rows = _cut(branches, lambda place: (place.top(), place.bottom()))
    if len(rows) > 1:
        return [branch for row in rows for branch in _as_read(row)]
    columns = _cut(branches, lambda place: (place.left(), place.right()))
    if len(columns) > 1:
        read = [branch for column in columns for branch in _as_read(column)]
        return sorted(read, key=lambda branch: not acts(branch[1])) if _is_line(branches) else read
    return sorted(branches, key=lambda branch: (branch[0].top(), branch[0].left()))


def _cut(branches: list[_Branch], extent: Callable[[QRect], tuple[int, int]]) -> list[list[_Branch]]:
    """Group what overlaps in one direction; groups come in order."""
    groups: list[list[_Branch]] = []
    end = 0
    for branch in sorted(branches, key=lambda branch: extent(branch[0])):
        begin, last = extent(branch[0])
        if groups and begin < end - _SLACK:
            groups[-1].append(branch)
            end = max(end, last)
        else:
            groups.append([branch])
            end = last
    return groups


def _is_line(branches: list[_Branch]) -> bool:
    """Return whether these are the buttons of one line."""
    return all(isinstance(child, QPushButton) for _place, child, _found in branches)


def acts(widget: QWidget) -> bool:
    """Return whether a button is what Enter presses: the one that one wants after the last field."""
    if not isinstance(widget, QPushButton):
        return False
    return widget.isDefault() or (widget.property("kind") in _ACTING and isinstance(widget.window(), QDialog))
