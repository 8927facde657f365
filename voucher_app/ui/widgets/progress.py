"""How far a piece of work has come, and the button that stops it."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from voucher_app.i18n import _
from voucher_app.ui import theme


class ProgressRow(QWidget):
    """A bar, words and a button to stop; shown once the work takes longer than one waits gladly.

    `tell` may be called on the worker that carries the work out, and answers whether to go on.
    """

    told = Signal(int, int)
    """How many of how many are done; sent to the thread of the window."""

    def __init__(self) -> None:
        super().__init__()
        self._is_stopped = False
        self._percent = -1
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.words = QLabel()
        theme.set_role(self.words, "soft")
        self.stop_button = QPushButton(_("Stop"))
        self.stop_button.setAutoDefault(False)
        self.stop_button.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MARGIN, theme.SPACE * 2, theme.MARGIN, 0)
        row.setSpacing(theme.SPACE * 3)
        row.addWidget(self.bar, 1)
        row.addWidget(self.words)
        row.addWidget(self.stop_button)
        self._patience = QTimer(self, singleShot=True, interval=theme.PATIENCE_MS)
        self._patience.timeout.connect(self.show)
        self.told.connect(self._show)
        self.hide()

    @property
    def is_stopped(self) -> bool:
        """Whether the person wants it to end."""
        return self._is_stopped

    def begin(self, total: int, *, at_once: bool = False) -> None:
        """Begin with nothing done."""
        self._is_stopped, self._percent = False, -1
        self._show(0, total)
        self.stop_button.setEnabled(True)
        if at_once:
            self.show()
        else:
            self._patience.start()

    def tell(self, done: int, total: int) -> bool:
        """Take note of how many are done; return whether to go on. May be called on any thread.

        Work outlives a dialog that was closed over it: the row may be gone meanwhile, which stops nothing by itself.
        """
        percent = done * 100 // max(total, 1)
        if percent != self._percent:
            self._percent = percent
            with suppress(RuntimeError):  # "Signal source has been deleted"; asking before would ask too early
                self.told.emit(done, total)
        return not self._is_stopped

    def stop(self) -> None:
        """Let the work end at its next step."""
        self._is_stopped = True
        self.stop_button.setEnabled(False)
        self.words.setText(_("Stopping …"))

    def end(self) -> None:
        """Hide: the work is done, or was stopped."""
        self._patience.stop()
        self.hide()

    def _show(self, done: int, total: int) -> None:
        if self._is_stopped:
            return
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.words.setText(_("{done} of {total}").format(done=f"{done:,}", total=f"{total:,}"))
