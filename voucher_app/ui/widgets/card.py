"""A card: a surface with a title, and small tools beside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout

from voucher_app.i18n import _
from voucher_app.ui import theme

_DETAIL: Final = 2
"""Pixels of a copied picture for each of the screen's."""


class Card(QFrame):
    """A surface with a title at the left and small tools at the right.

    Args:
        title: what it shows.
        unit: of its figures; it stands in a line of its own, so that a narrow card does not break its title.
    """

    def __init__(self, title: str, unit: str = "") -> None:
        super().__init__()
        self.full_title = _("{title} ({unit})").format(title=title, unit=unit) if unit else title
        self.setProperty("card", "true")
        # The grid alone decides on widths, so that cards of one row are equally wide.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        heading = QLabel(title)
        theme.set_role(heading, "section")
        self.setAccessibleName(self.full_title)
        heading.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(heading)
        if unit:
            below = QLabel(unit)
            theme.set_role(below, "label")
            words.addWidget(below)
        self.head = QHBoxLayout()
        self.head.setSpacing(0)
        self.head.addLayout(words, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(theme.PADDING, theme.SPACE * 3, theme.PADDING, theme.PADDING)
        self.body.setSpacing(theme.SPACE * 3)
        self.body.addLayout(self.head)

    def add_picture(self) -> QToolButton:
        """Add the button that copies the card as it is seen, for a report."""
        button = self.add_tool("picture", _("Copy as a picture"))
        button.clicked.connect(self.copy_picture)
        return button

    def copy_picture(self) -> None:
        """Put the card on the clipboard as a picture, without its small tools, in twice the detail of the screen."""
        tools = [one for one in self.findChildren(QToolButton) if one.isVisible()]
        for tool in tools:
            tool.hide()
        picture = QPixmap(self.size() * _DETAIL)
        picture.setDevicePixelRatio(_DETAIL)
        picture.fill(theme.color(theme.current().window))
        self.render(picture)
        for tool in tools:
            tool.show()
        QGuiApplication.clipboard().setPixmap(picture)

    def add_tool(self, icon: str, words: str) -> QToolButton:
        """Add a small button to the head."""
        button = QToolButton()
        button.setIcon(theme.icon(icon, "ink_soft"))
        button.setIconSize(theme.icon_size())
        button.setProperty("kind", "small")  # three of them leave a title its line in the smallest window
        button.setToolTip(words)
        button.setAccessibleName(words)
        self.head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button
