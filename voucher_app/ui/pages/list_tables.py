"""Tables in and out of a list: its rows as a file, a dropped or pasted table as its new rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from voucher_app.domain.errors import Stopped
from voucher_app.domain.masking import for_the_public
from voucher_app.i18n import _, ngettext
from voucher_app.services.exports import typed
from voucher_app.services.ports.tables import OutColumn, OutKind, OutTable, Tell
from voucher_app.ui import theme
from voucher_app.ui.models.columns import CellKind
from voucher_app.ui.widgets.drop_place import dropped_file
from voucher_app.ui.widgets.progress import ProgressRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from voucher_app.services.queries.lists import ListSource
    from voucher_app.ui.models.columns import Column
    from voucher_app.ui.pages.list_page import ListPage

_KINDS: Final = {CellKind.MONEY: OutKind.MONEY, CellKind.DATE: OutKind.DATE, CellKind.COUNT: OutKind.COUNT}
_STRETCH: Final = 1_000
"""Rows that are read at once."""


def out_columns(columns: Sequence[Column]) -> list[OutColumn]:
    """Return a list's columns as they are written out; amounts are summed."""
    return [
        OutColumn(column.header, _KINDS.get(column.kind, OutKind.TEXT), is_summed=column.kind is CellKind.MONEY)
        for column in columns
    ]


def out_rows(
    source: ListSource[Any],
    columns: Sequence[Column],
    outs: Sequence[OutColumn],
    shown: Callable[[str], str] = str,
) -> Iterator[list[Any]]:
    """Return a list's rows one after the other, a stretch of them in memory; `shown` may mask what a cell says."""
    first = 0
    while rows := source.rows(first, _STRETCH):
        for row in rows:
            yield [typed(out.kind, shown(column.text(row))) for out, column in zip(outs, columns, strict=True)]
        first += len(rows)


class ListTables(QWidget):
    """The two buttons beside the count of a list, and what they do."""

    def __init__(self, page: ListPage) -> None:
        super().__init__()
        self._page = page
        self.progress = ProgressRow()
        self.export_button = self._button("export", _("Save this list as a table …"))
        self.import_button = self._button("receive", _("Import a table …"))
        self.export_button.clicked.connect(self.ask_where)
        self.import_button.clicked.connect(self.ask_for_table)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.import_button)
        row.addWidget(self.export_button)
        # In its place first: a button without one would be shown as a window, which takes the focus from all keys.
        # In its place first: without a parent it would be shown as a window, and take the keyboard from ours.
        self.import_button.setVisible(bool(page.import_kind))
        if page.import_kind:
            page.setAcceptDrops(True)
            paste = QShortcut(QKeySequence.StandardKey.Paste, page, self.paste)
            paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _button(self, icon: str, words: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "quiet")
        button.setIcon(theme.icon(icon, "ink_soft"))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFixedWidth(theme.CONTROL)
        button.setAutoDefault(False)
        return button

    # ------------------------------------------------------------------------------------------ in

    def open_import(self, *, file: Path | None = None, text: str = "") -> None:
        """Open the import, with what was dropped or pasted."""
        from voucher_app.services.imports.kinds import KINDS  # noqa: PLC0415 - for whoever imports

        kind = KINDS[self._page.import_kind]
        self._page.open("table_import", kind=kind.name, act=kind.use_case, file=file, text=text)

    def ask_for_table(self) -> None:
        """Open the import, which asks for a table."""
        self.open_import()

    def paste(self) -> None:
        """Take a block of cells from the clipboard; a single word is none."""
        text = QGuiApplication.clipboard().text()
        if "\t" in text or "\n" in text.strip():
            self.open_import(text=text)

    def drag_entered(self, event: QDragEnterEvent) -> None:
        """Accept one local file."""
        if self._page.import_kind and dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropped(self, event: QDropEvent) -> None:
        """Import the file that was dropped."""
        file = dropped_file(event.mimeData())
        if self._page.import_kind and file is not None:
            event.acceptProposedAction()
            self.open_import(file=file)

    # ------------------------------------------------------------------------------------------ out

    def ask_where(self) -> None:
        """Let a person choose the file; whoever replaces one was asked by the dialog."""
        from voucher_app.ui.dialogs.file_dialog import home, save_file  # noqa: PLC0415 - the first paint comes before

        name = f"{self._page.title()} {self._page.desk.today.isoformat()}.xlsx"
        public = (
            _("For publicity, personal numbers masked: Excel (*.xlsx)"),
            _("For publicity, personal numbers masked: CSV (*.csv)"),
        )
        kinds = ";;".join((_("Excel table (*.xlsx);;CSV table (*.csv)"), *public))
        dialog = save_file(self._page, _("Save the list"), str(Path(home()) / name), kinds, "xlsx")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("csv" if "csv" in chosen else "xlsx"))
        dialog.fileSelected.connect(
            lambda file: self.export(Path(file), for_publicity=dialog.selectedNameFilter() in public)
        )
        dialog.open()

    def export(self, file: Path, *, for_publicity: bool = False) -> None:
        """Write all rows that the list shows, however many there are.

        Args:
            file: where.
            for_publicity: whether personal numbers are masked, wherever in a text they stand.
        """
        page, chosen, columns = self._page, self._page.chosen_rows(), self._page.model.columns
        tables, outs, progress = page.desk.workspace.tables(), out_columns(self._page.model.columns), self.progress
        about, shown = self._about(for_publicity=for_publicity), for_the_public if for_publicity else str
        progress.begin(1)

        def write() -> int:
            source = page.source(chosen)
            total = source.count()
            table = OutTable(
                page.title(), outs, out_rows(source, columns, outs, shown), about, _("About this table"), _("Sum")
            )
            return tables.write(file, table, replaces=True, tell=Tell(lambda done: progress.tell(done, max(total, 1))))

        def done(count: int) -> None:
            progress.end()
            said = ngettext("{count} row saved: {file}", "{count} rows saved: {file}", count)
            page.desk.notify(said.format(count=f"{count:,}", file=file.name))

        def failed(error: Exception) -> None:
            progress.end()
            if isinstance(error, Stopped):
                page.desk.notify(_("Stopped; no file was written."))
            else:
                page.desk.runner.failed.emit(error)

        page.desk.runner.run(write, success=done, failure=failed, long=True, owner=self)

    def _about(self, *, for_publicity: bool) -> list[tuple[str, str]]:
        page = self._page
        chosen = page.chosen_rows()
        narrowed = [chosen.text, *(page.status_words(status) for status in chosen.statuses)]
        told = [
            (_("List"), page.title()),
            (_("Office"), page.desk.office.name),
            (_("As of"), page.desk.today.isoformat()),
        ]
        if page.is_by_year:
            told.append((_("Budget year"), str(page.desk.year)))
        if for_publicity:
            told.append((_("For publicity"), _("Personal numbers are masked.")))
        if any(narrowed):
            told.append((_("Narrowed to"), _(", ").join(one for one in narrowed if one)))
        return told
