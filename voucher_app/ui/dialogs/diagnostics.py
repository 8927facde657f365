"""The diagnostics, shown whole before anybody saves them."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from voucher_app import __version__, i18n
from voucher_app.i18n import _
from voucher_app.services import diagnostics
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.state import write_whole
from voucher_app.ui import theme
from voucher_app.ui.dialogs.file_dialog import save_file
from voucher_app.ui.dialogs.reading import ReadingDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk


class Diagnostics(ReadingDialog):
    """Shows the text, copies it, saves it."""

    def __init__(self, desk: Desk, parent: QWidget | None) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Diagnostics"),
            purpose=_("Exactly this text is saved, and nothing else. Read it before you hand it on."),
        )
        self.shown = QPlainTextEdit()
        self.shown.setReadOnly(True)
        self.shown.setAccessibleName(_("Diagnostics"))
        self.shown.setPlainText(_("Being put together …"))
        self.body.addWidget(self.shown, 1)
        self.save_button = QPushButton(_("Save …"))
        self.save_button.setIcon(theme.icon("export"))
        self.save_button.setAutoDefault(False)
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self._choose)
        self.foot.insertWidget(1, self.save_button)
        workspace, reports = desk.workspace, desk.reports
        crashes, log = (reports.reports(), reports.logs()) if reports is not None else ([], [])
        desk.runner.run(
            lambda: gather(workspace, crashes=crashes, log=log), success=self._gathered, long=True, owner=self
        )

    def _gathered(self, text: str) -> None:
        self.shown.setPlainText(text)
        self.save_button.setEnabled(True)

    def text(self) -> str:
        """Return what is shown."""
        return self.shown.toPlainText()

    def _choose(self) -> None:
        name = str(Path.home() / _("voucher-app-diagnostics.txt"))
        dialog = save_file(self, _("Save the diagnostics"), name, _("Text (*.txt)"), "txt")
        dialog.fileSelected.connect(lambda chosen: self.save(Path(chosen)))
        dialog.open()

    def save(self, file: Path) -> None:
        """Write what is shown."""
        try:
            write_whole(file, self.text().encode("utf-8"))
        except OSError as error:
            self.status.setText("\n".join(describe(StorageError("output", file, error.strerror or str(error)))))
        else:
            self.status.setText(_("Saved as {file}").format(file=file.name))


def gather(workspace: Workspace, *, crashes: list[Path], log: list[Path]) -> str:
    """Put the text together; called on a worker."""
    path = workspace.data_file.path
    verification = workspace.data_file.verify()
    return diagnostics.compose(
        versions={
            "voucher-app": __version__,
            "Python": platform.python_version(),
            "Qt": qVersion() or "",
            "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
            "language": i18n.language(),
            "schema": str(verification.schema_version),
            "trial": str(workspace.queries.office().trial),
        },
        counts=workspace.data_file.counts(),
        findings=[f"{finding.code} {finding.table}.{finding.column}" for finding in verification.findings],
        sizes={
            name: size.stat().st_size
            for name, size in (("data file", path), ("log of SQLite", path.with_name(path.name + "-wal")))
            if size.exists()
        },
        log=log,
        crashes=crashes,
    )
