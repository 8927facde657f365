"""Where a table to import comes from: a dropped or chosen file, or a grid to paste or type into; and its template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.widgets.entry_grid import EntryGrid

if TYPE_CHECKING:
    from voucher_app.services.imports.kind import ImportKind
    from voucher_app.services.ports.tables import Limits

_MEBIBYTE = 1024 * 1024


class SourcePage(QWidget):
    """The first page of the import.

    Signals:
        file_wanted: somebody wants to choose a file.
        template_wanted: somebody wants an empty table.
    """

    file_wanted = Signal()
    template_wanted = Signal()

    def __init__(self, kind: ImportKind, limits: Limits) -> None:
        super().__init__()
        self._kind, self._limits = kind, limits
        self.file_button = QPushButton(_("Choose a file …"))
        self.template_button = QPushButton(_("Save a template …"))
        self.grid = EntryGrid(kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.SPACE, theme.MARGIN, theme.SPACE * 2)
        column.setSpacing(theme.SPACE * 3)
        column.addWidget(self._drop_place())
        told = QLabel(_("Or paste rows of a spreadsheet here (Ctrl+V), or type them. * marks what is needed."))
        theme.set_role(told, "soft")
        column.addWidget(told)
        column.addWidget(self.grid, 1)

    def limits_words(self) -> str:
        """Return what is needed and how much is read, told before anything is chosen."""
        needed = _(", ").join(_(column.words) for column in self._kind.columns if column.is_needed)
        said = _("Needed columns: {needed}. At most {rows} rows and {columns} columns, {size} MB, read in {seconds} s.")
        words = said.format(
            needed=needed,
            rows=f"{self._limits.rows:,}",
            columns=self._limits.columns,
            size=self._limits.file_bytes // _MEBIBYTE,
            seconds=f"{self._limits.seconds:g}",
        )
        return f"{words} {_(self._kind.hint)}" if self._kind.hint else words

    def _drop_place(self) -> QWidget:
        place = QFrame()
        place.setProperty("card", "true")
        sign = QLabel()
        sign.setPixmap(theme.icon("table", "ink_soft").pixmap(QSize(28, 28)))
        head = QLabel(_("Drop a table here: xlsx, ods, CSV"))
        theme.set_role(head, "strong")
        told = QLabel(_("The first row names the columns. Long numbers, such as codes and invoices, are text."))
        told.setWordWrap(True)
        theme.set_role(told, "soft")
        words = QVBoxLayout()
        words.addWidget(head)
        words.addWidget(told)
        for button, signal in ((self.file_button, self.file_wanted), (self.template_button, self.template_wanted)):
            button.setAutoDefault(False)
            button.clicked.connect(signal)
        row = QHBoxLayout(place)
        row.setContentsMargins(theme.PADDING, theme.SPACE * 3, theme.PADDING, theme.SPACE * 3)
        row.setSpacing(theme.SPACE * 3)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.template_button)
        row.addWidget(self.file_button)
        return place
