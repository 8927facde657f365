"""A card: a surface with a title, and small tools beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout

from voucher_app.ui import theme


class Card(QFrame):
    """A surface with a title at the left and small tools at the right."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("card", "true")
        # The grid alone decides on widths, so that cards of one row are equally wide.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        heading = QLabel(title)
        theme.set_role(heading, "section")
        self.setAccessibleName(title)
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.SPACE)
        heading.setWordWrap(True)
        self.head.addWidget(heading, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(theme.PADDING, theme.SPACE * 3, theme.PADDING, theme.PADDING)
        self.body.setSpacing(theme.SPACE * 3)
        self.body.addLayout(self.head)

    def add_tool(self, icon: str, words: str) -> QToolButton:
        """Add a small button to the head."""
        button = QToolButton()
        button.setIcon(theme.icon(icon, "ink_soft"))
        button.setIconSize(theme.icon_size())
        button.setToolTip(words)
        button.setAccessibleName(words)
        self.head.addWidget(button)
        return button
