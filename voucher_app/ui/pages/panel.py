"""A part of a tabbed page that is no list: cards below one another, in the place where a list would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from voucher_app.ui import theme
from voucher_app.ui.pages.page import Page
from voucher_app.ui.widgets.card import Card

if TYPE_CHECKING:
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.pages.list_page import NewAction


class Panel(Page):
    """Cards that scroll; a subclass fills `column` and reads anew what it shows."""

    name: ClassVar[str] = ""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        inside = QWidget()
        inside.setProperty("flat", "true")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.GAP)
        self.area = QScrollArea()
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)

    def reload(self) -> None:
        """Read nothing: what is shown is of this computer."""

    def new_action(self) -> NewAction | None:
        """Return the main action: none."""
        return None

    def more_buttons(self) -> list[QPushButton]:
        """Return buttons left of the main action: none."""
        return []

    def save_state(self) -> None:
        """Remember nothing: what is chosen here is kept at once."""

    def add_card(self, title: str, words: str = "") -> Card:
        """Add a card with a sentence on what it is for."""
        card = Card(title)
        if words:
            said = QLabel(words)
            said.setWordWrap(True)
            said.setTextFormat(Qt.TextFormat.PlainText)
            theme.set_role(said, "soft")
            card.body.addWidget(said)
        self.column.addWidget(card)
        return card


def button(words: str, icon: str = "", *, kind: str = "") -> QPushButton:
    """Return a button of a card."""
    made = QPushButton(words)
    if icon:
        made.setIcon(theme.icon(icon, "accent_ink" if kind == "accent" else ""))
    if kind:
        made.setProperty("kind", kind)
    made.setAutoDefault(False)
    return made
