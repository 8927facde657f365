"""A card with one key figure: what it is, the figure with its unit, and one line on how to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from voucher_app.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class FigureCard(QFrame):
    """One key figure."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setProperty("card", "true")
        # The grid alone decides on widths, so that cards of one row are equally wide.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        label = QLabel(name)
        theme.set_role(label, "label")
        self.figure = QLabel("–")
        theme.set_role(self.figure, "figure")
        self._unit = QLabel()
        theme.set_role(self._unit, "section")
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(theme.SPACE * 5)
        theme.set_role(self.note, "soft")
        self._links = QHBoxLayout()
        self._links.setContentsMargins(0, 0, 0, 0)
        self._links.setSpacing(theme.SPACE * 3)
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE + 2)
        line.addWidget(self.figure, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self._unit, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PADDING + 2, theme.PADDING, theme.PADDING + 2, theme.PADDING)
        column.setSpacing(theme.SPACE)
        column.addWidget(label)
        column.addLayout(line)
        column.addWidget(self.note)
        column.addLayout(self._links)
        column.addStretch(1)

    def show_figure(self, figure: str, unit: str, note: str, role: str = "soft") -> None:
        """Show a figure, its unit, and how to read it."""
        self.figure.setText(figure)
        self._unit.setText(unit)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        theme.set_role(self.note, role)
        self.setAccessibleName(f"{self._name}: {figure} {unit}. {note}")

    def show_links(self, links: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Show where to go from here."""
        while (item := self._links.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for words, go in links:
            button = QPushButton(words)
            button.setProperty("kind", "link")
            button.clicked.connect(go)
            self._links.addWidget(button)
        self._links.addStretch(1)
