"""The skeleton of dialogs that only show: what is shown above, then the figures, then copy and close."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.figures_out import save_sheets
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.widgets.layouts import hairline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.charts import Table

_SIZE = (theme.CONTROL * 26, theme.CONTROL * 17)


class ReadingDialog(ReadingOrder, QDialog):
    """A dialog that records nothing; a subclass fills `body` and says what is copied, and saved where it has tables."""

    has_tables: ClassVar[bool] = False

    def __init__(self, desk: Desk, parent: QWidget | None, *, title: str, purpose: str) -> None:
        super().__init__(parent)
        self.desk = desk
        self.workspace = desk.workspace
        self.is_open = True
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(title)
        heading = QLabel(title)
        theme.set_role(heading, "title")
        told = QLabel(purpose)
        told.setWordWrap(True)
        theme.set_role(told, "soft")
        self.status = QLabel()
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self.status, "soft")
        self.copy_button = QPushButton(_("Copy as text"))
        self.copy_button.setIcon(theme.icon("copy"))
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self.copy)
        close = QPushButton(_("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(theme.MARGIN, theme.SPACE * 2, theme.MARGIN, theme.SPACE * 2)
        self.body.setSpacing(theme.SPACE * 2)
        head = QVBoxLayout()
        head.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, 0)
        head.addWidget(heading)
        head.addWidget(told)
        self.foot = foot = QHBoxLayout()
        foot.setContentsMargins(theme.MARGIN, theme.SPACE * 3, theme.MARGIN, theme.SPACE * 4)
        foot.setSpacing(theme.SPACE * 2)
        foot.addWidget(self.status, 1)
        foot.addWidget(self.copy_button)
        foot.addWidget(self._table_button())
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self.body, 1)
        column.addWidget(hairline())
        column.addLayout(foot)
        self.resize(*_SIZE)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _table_button(self) -> QPushButton:
        self.table_button = QPushButton(_("Save as a table …"))
        self.table_button.setIcon(theme.icon("export"))
        self.table_button.setAutoDefault(False)
        self.table_button.setVisible(self.has_tables)
        self.table_button.clicked.connect(self.save_tables)
        return self.table_button

    def sheets(self) -> Sequence[tuple[str, Table]]:
        """Return what is saved as a workbook, each table under its name; nothing while nothing is shown."""
        return ()

    def save_tables(self) -> None:
        """Save what is shown as a workbook."""
        sheets = self.sheets()
        if sheets:
            save_sheets(self, self.windowTitle(), sheets)

    def text(self) -> str:
        """Return what is copied: lines, and grids that a spreadsheet takes."""
        raise NotImplementedError

    def copy(self) -> None:
        """Copy everything that is shown."""
        QGuiApplication.clipboard().setText(self.text())
        self.status.setText(_("Copied."))

    @called_by_qt
    def done(self, outcome: int) -> None:
        """Close, and drop every answer that is still on its way."""
        self.is_open = False
        super().done(outcome)
