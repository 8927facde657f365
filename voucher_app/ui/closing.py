"""Closing the window: a verified backup first, when something was recorded since the last one.

It is made on a worker while the window says so; who cannot wait closes at once, and the next closing makes it. What
stands in the way is told before the window goes: a backup that silently failed is none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from voucher_app.i18n import _
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk


class ClosingBackup(QDialog):
    """Makes the backup and then closes the window; shows itself once that takes longer than one waits gladly."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self.is_done = False
        self._is_begun = False
        self.setModal(True)
        self.setWindowTitle(_("Closing"))
        self.setMinimumWidth(theme.CONTROL * 14)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.close_button = QPushButton()
        self.close_button.clicked.connect(self._give_up)
        self.stay_button = QPushButton(_("Do not close"))
        self.stay_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.stay_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.GAP)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addLayout(row)
        self._patience = QTimer(self, singleShot=True, interval=theme.PATIENCE_MS)
        self._patience.timeout.connect(self.open)

    def begin(self) -> None:
        """Make the backup, then close."""
        if self._is_begun:
            return
        self._is_begun = True
        self.words.setText(_("Backing up and verifying; the window closes by itself afterwards."))
        self.bar.show()
        self.close_button.setText(_("Close without waiting"))
        self.stay_button.hide()
        make, path, folder = self._desk.make_backups, self._desk.workspace.data_file.path, self._desk.backup_folder
        assert make is not None, "asked before"

        def back_up() -> Path | None:
            from voucher_app.services.backup import back_up_now  # noqa: PLC0415 - not before the window closes

            return back_up_now(make(), path, folder, now=datetime.now(UTC))

        self._patience.start()
        self._desk.runner.run(back_up, success=self._made, failure=self._failed, long=True, owner=self)

    @called_by_qt
    def reject(self) -> None:
        """Stay open after a failure; while the backup runs, nothing: it closes the window whether it is seen or not."""
        if not self._is_begun:
            super().reject()

    def _made(self, _made: Path | None) -> None:
        self._give_up()

    def _failed(self, error: Exception) -> None:
        self._patience.stop()
        if not isinstance(error, StorageError):
            self._desk.runner.failed.emit(error)
        said = describe(error) if isinstance(error, StorageError) else [type(error).__name__]
        told = _("No backup could be made. The records are safe in the data file.")
        self.words.setText("\n".join([told, *said]))
        self.bar.hide()
        self.close_button.setText(_("Close all the same"))
        self.stay_button.show()
        self._is_begun = False
        self.open()

    def _give_up(self) -> None:
        self._patience.stop()
        self.is_done = True
        self.hide()
        self._window.close()
