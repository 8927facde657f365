"""What stands in place of an empty list: one sentence, and the button that fills it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from voucher_app.ui import theme


class EmptyState(QWidget):
    """One sentence, and the button that fills the list."""

    def __init__(self) -> None:
        super().__init__()
        picture = QLabel()
        picture.setPixmap(theme.icon("empty").pixmap(QSize(40, 40)))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence = QLabel()
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        theme.set_role(self.sentence, "soft")
        self.button = QPushButton()
        column = QVBoxLayout(self)
        column.setSpacing(theme.SPACE * 3)
        column.addStretch(2)
        column.addWidget(picture)
        column.addWidget(self.sentence)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)
