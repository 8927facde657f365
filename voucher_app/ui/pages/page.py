"""What every page of the window has in common: a name, a title, and knowing when what it shows is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from voucher_app.ui.desk import Desk, Destination


class Page(QWidget):
    """A page; a subclass sets `name` and overrides `title` and `reload`.

    A page goes stale when something was recorded or another year is looked at. It reloads then, if it is seen, or
    else as soon as it is.
    """

    name: ClassVar[str] = ""
    """As in `Destination.page` and as the page's icon is called."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._stale = True
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        desk.runner.changed.connect(self.mark_stale)
        desk.year_changed.connect(self.mark_stale)

    @classmethod
    def title(cls) -> str:
        """Return the page's name in words."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read anew what is shown, through `desk.runner`; keep what is selected."""
        raise NotImplementedError

    def begin_new(self) -> None:
        """Do the page's one main action (F5, Ctrl+N); nothing when it has none."""

    def begin_search(self) -> None:
        """Go to the page's search field (F7, Ctrl+F); nothing when it has none."""

    def take_focus(self) -> None:
        """Take the keyboard's focus where the page is worked in."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def shown_name(self) -> str:
        """Return the name of what is shown: the page's, or that of the list on it that is looked at."""
        return self.name

    def go_to(self, destination: Destination) -> None:
        """Show a place on this page."""

    @property
    def is_stale(self) -> bool:
        """Whether something was recorded since the last reload."""
        return self._stale

    def mark_stale(self) -> None:
        """Take note that what is shown may be outdated."""
        self._stale = True
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Reload when stale."""
        if self._stale:
            self._stale = False
            self.reload()

    @called_by_qt
    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Reload what went stale while the page was hidden."""
        super().showEvent(event)
        self.refresh()
