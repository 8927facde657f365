"""The line at the window's foot: what was done last, what is being done, what was left without an end."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from voucher_app.i18n import _, ngettext
from voucher_app.ui import theme

_HEIGHT: Final = 30


class StatusLine(QWidget):
    """What was done last, that something is being done, and which prints were left without an end.

    Signals:
        prints_wanted: somebody wants to look at those prints.
    """

    prints_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self._sign = QLabel()
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.set_role(self.words, "soft")
        self.place = QLabel()
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self.place, "label")
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(theme.CONTROL * 3)
        self.progress.setAccessibleName(_("Working"))
        self.progress.hide()
        self._patience = QTimer(self, singleShot=True, interval=theme.PATIENCE_MS)
        self._patience.timeout.connect(self.progress.show)
        self.prints = QPushButton()
        self.prints.setProperty("kind", "link")
        self.prints.setIcon(theme.icon("warning"))
        self.prints.setToolTip(_("Cut short, or nobody said yet what came out of the printer: look at them"))
        self.prints.clicked.connect(self.prints_wanted)
        self.prints.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, 0)
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self._sign)
        row.addWidget(self.words, 1)
        row.addWidget(self.progress)
        row.addWidget(self.prints)
        row.addWidget(self.place)

    def show_prints(self, count: int) -> None:
        """Say how many prints are without an end; nothing for none."""
        self.prints.setText(
            ngettext("{count} print without an end", "{count} prints without an end", count).format(count=count)
        )
        self.prints.setVisible(count > 0)

    def tell(self, words: str) -> None:
        """Show a line."""
        self._sign.setPixmap(theme.icon("good").pixmap(theme.icon_size()))
        self.words.setText(words)

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001 - the slot of Signal(bool)
        """Show progress once work takes longer than one waits gladly."""
        if busy:
            self._patience.start()
        else:
            self._patience.stop()
            self.progress.hide()
