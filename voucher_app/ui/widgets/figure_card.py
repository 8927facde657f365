"""A card with one key figure: what it is, the figure with its unit, and one line on how to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent


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
        theme.set_role(self._unit, "soft")
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)  # a document's number, as somebody typed it
        self.note.setMinimumHeight(theme.SPACE * 5)
        theme.set_role(self.note, "soft")
        self._buttons: list[QPushButton] = []
        self._links = QGridLayout()
        self._links.setContentsMargins(0, 0, 0, 0)
        self._links.setHorizontalSpacing(theme.SPACE * 3)
        self._links.setVerticalSpacing(0)
        self._in_a_row = 0
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
        for button in self._buttons:
            self._links.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons, self._in_a_row = [], 0
        for words, go in links:
            button = QPushButton(words, self)
            button.setProperty("kind", "link")
            button.clicked.connect(go)
            button.ensurePolished()
            button.show()
            self._buttons.append(button)
        self._place_links()

    @called_by_qt
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Set the links anew where another number of them fits side by side."""
        super().resizeEvent(event)
        self._place_links()

    def _place_links(self) -> None:
        gap = self._links.horizontalSpacing()
        room = self.width() - 2 * (theme.PADDING + 2) + gap
        needs = [button.sizeHint().width() + gap for button in self._buttons]
        in_a_row = max(len(needs), 1) if sum(needs) <= room else max(room // max(needs), 1)
        if in_a_row == self._in_a_row:
            return
        for place, button in enumerate(self._buttons):
            self._links.addWidget(button, place // in_a_row, place % in_a_row)
        for column in range(max(self._in_a_row, in_a_row) + 1):
            self._links.setColumnStretch(column, int(column == in_a_row))
        self._in_a_row = in_a_row
