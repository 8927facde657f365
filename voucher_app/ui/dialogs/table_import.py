"""Taking a table in: a file, a pasted block or typed rows; then which column is which, and every row before anything.

All rows go in by one act, or none. What was read stays until the dialog is closed; nothing is written until the button
that says so.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout

from voucher_app.domain.errors import DomainError, RowsViolated, Stopped
from voucher_app.i18n import _, ngettext
from voucher_app.services.backup import back_up_now
from voucher_app.services.imports.kind import Order
from voucher_app.services.imports.kinds import KINDS
from voucher_app.services.imports.preview import (
    RowStatus,
    fault_words,
    imported_file,
    preview,
    rejected,
    template_of,
)
from voucher_app.services.imports.reading import guess
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.tables import Tell
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.names import role_name
from voucher_app.services.workspace import new_request_id
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs.file_dialog import home, open_file, save_file
from voucher_app.ui.dialogs.table_rows import RowsToTake
from voucher_app.ui.dialogs.table_source import SourcePage
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.widgets.drop_place import dropped_file
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.layouts import clear, hairline
from voucher_app.ui.widgets.progress import ProgressRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from voucher_app.services.imports.preview import ImportPreview
    from voucher_app.services.imports.reading import Columns
    from voucher_app.services.ports.tables import Grid
    from voucher_app.ui.desk import Desk

_WIDTH, _HEIGHT = theme.CONTROL * 32, theme.CONTROL * 20
_TABLES: Final = "(*.xlsx *.ods *.csv *.tsv *.txt)"


class TableImport(ReadingOrder, QDialog):
    """The dialog; see the module.

    Signals:
        decided: what was recorded.
    """

    decided = Signal(object)

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None,
        *,
        kind: str,
        act: str = "",
        file: Path | None = None,
        text: str = "",
        takes: Callable[[ImportPreview], None] | None = None,
    ) -> None:
        """Open it.

        Args:
            desk: the open data file and the person at it.
            parent: the window.
            kind: name of a kind of table.
            act: its use case, by which the role was asked.
            file: what was dropped.
            text: what was pasted; without either, it asks.
            takes: gets the rows, all of them good, instead of their being recorded; who opened it decides.
        """
        super().__init__(parent)
        del act
        assert desk.operator is not None, "an office has people from its first record on"
        self.desk, self.kind, self.operator = desk, KINDS[kind], desk.operator
        self.workspace = desk.workspace
        self.request_id = new_request_id()
        self.found: ImportPreview | None = None
        self._takes = takes
        self._grid: Grid | None = None
        self._file: Path | None = None
        self._is_busy = False
        self.is_open = True
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setAcceptDrops(True)
        self.setWindowTitle(_("Import: {kind}").format(kind=_(self.kind.words)))
        self.source = SourcePage(self.kind, self.workspace.tables().limits)
        self.progress = ProgressRow()
        self.banner = QVBoxLayout()
        self.import_button = QPushButton()
        self.back_button = QPushButton(_("Another table"))
        self.rejects_button = QPushButton(_("Save the rows to correct …"))
        self.cancel_button = QPushButton(_("Cancel"))
        self._build()
        self.source.file_wanted.connect(self.ask_for_file)
        self.source.template_wanted.connect(self.ask_for_template)
        self.source.grid.pasted.connect(self.take_text)
        self._show_page(0)
        if file is not None:
            self.take_file(file)
        elif text:
            self.take_text(text)

    @cached_property
    def rows(self) -> RowsToTake:
        """What was read, row by row; made once there is a table, in a call of its own: it has many fields."""
        made = RowsToTake(self.kind, self.stack)
        made.columns_changed.connect(self._columns_chosen)
        made.sheet_chosen.connect(self._sheet_chosen)
        self.stack.addWidget(made)
        return made

    # ------------------------------------------------------------------------------------------ what comes in

    def ask_for_file(self) -> None:
        """Let a person choose a file."""
        dialog = open_file(self, _("Choose a table"), _("Tables {endings}").format(endings=_TABLES), home())
        dialog.fileSelected.connect(lambda file: self.take_file(Path(file)))
        dialog.open()

    def ask_for_template(self) -> None:
        """Save an empty table to fill in."""
        name = _("{kind} template.xlsx").format(kind=_(self.kind.words))
        tables, table = self.workspace.tables(), template_of(self.kind)
        self._save(name, lambda file: tables.write(file, table, replaces=True))

    def take_file(self, file: Path, sheet: str = "") -> None:
        """Read a file."""
        tables = self.workspace.tables()
        self._file = file
        QTimer.singleShot(0, self, lambda: self.rows)  # made while the file is read

        def read(tell: Tell) -> Grid:
            return tables.read(file, sheet=sheet, tell=tell)

        self._run(read, self._take_grid, total=tables.limits.rows)

    def take_text(self, text: str) -> None:
        """Read a block that was pasted: a table of its own where its head says so, else cells of the grid."""
        if not text.strip():
            return
        tables = self.workspace.tables()
        self._file = None

        def taken(grid: Grid) -> None:
            columns = guess(self.kind, grid)
            needed = [column.key for column in self.kind.columns if column.is_needed]
            is_a_table = all(key in columns.places for key in needed)
            if is_a_table and columns.has_head:
                self._take_grid(grid)
            else:
                self.source.grid.put(grid)
                self._show_page(0)

        self._run(lambda tell: tables.read_text(text, tell=tell), taken, total=tables.limits.rows)

    def _take_grid(self, grid: Grid) -> None:
        self._grid = grid
        self._look(guess(self.kind, grid, self._remembered()))

    def _sheet_chosen(self, sheet: str) -> None:
        if self._file is not None:
            self.take_file(self._file, sheet)

    def _columns_chosen(self, columns: Columns) -> None:
        self._remember(columns)
        self._look(columns)

    # ------------------------------------------------------------------------------------------ looking

    def _look(self, columns: Columns) -> None:
        """Ask what every row would do."""
        grid, workspace, kind = self._grid, self.workspace, self.kind
        assert grid is not None, "a table was read"
        source = imported_file(kind, grid)

        def look(tell: Tell) -> ImportPreview:
            order = Order(self.operator, self.request_id, source=source, tell=tell)
            return preview(workspace, kind, grid, order, columns=columns)

        self._run(look, self._show, total=len(grid.lines))

    def _show(self, found: ImportPreview) -> None:
        self.found = found
        self.rows.show_preview(found)
        self._show_page(1)
        for fault in found.whole:
            self._say(fault_words(fault))
        if found.missing:
            names = _(", ").join(_(found.kind.column(key).words) for key in found.missing)
            self._say(_("Choose at the left which columns are: {columns}.").format(columns=names))

    # ------------------------------------------------------------------------------------------ taking it in

    def save(self) -> None:
        """Take everything in, or go to what stands in the way."""
        if self._is_busy:
            return
        if self.stack.currentIndex() == 0:
            self._next()
            return
        found, kind, workspace = self.found, self.kind, self.workspace
        assert found is not None, "the second page shows one"
        if not found.is_good:
            clear(self.banner)
            for fault in found.whole:
                self._say(fault_words(fault))
            self.rows.go_to(RowStatus.BAD)
            bad = found.count(RowStatus.BAD)
            if bad:
                self._say(
                    ngettext(
                        "{count} row has to be corrected first; all rows go in, or none.",
                        "{count} rows have to be corrected first; all rows go in, or none.",
                        bad,
                    ).format(count=f"{bad:,}")
                )
            return
        reason = self.rows.reason.text().strip()
        if found.count(RowStatus.REASON) and not reason:
            clear(self.banner)
            self.rows.go_to(RowStatus.REASON)
            self.rows.reason.judge()
            self.rows.reason.control.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self._takes is not None:
            self._remember(found.columns)
            self.accept()
            self._takes(found)
            return
        source = imported_file(kind, found.grid)
        make, path, folder = self.desk.make_backups, workspace.data_file.path, self.desk.backup_folder

        def carry_out(tell: Tell) -> list[Any]:
            if make is not None:
                back_up_now(make(), path, folder, now=workspace.clock.now(), is_before_import=True)
            order = Order(self.operator, self.request_id, reason, source=source, tell=tell)
            return kind.carry_out(workspace, found.entries, order)

        self._remember(found.columns)
        self._run(carry_out, self._done, total=len(found.entries), writes=True)

    def _next(self) -> None:
        if self.source.grid.is_empty():
            clear(self.banner)
            self._say(_("Choose a table, paste one, or fill in a row first."))
            self.source.file_button.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._file = None
        self._take_grid(self.source.grid.grid())

    def _done(self, made: list[Any]) -> None:
        said = ngettext("{count} record was taken in.", "{count} records were taken in.", len(made))
        self.desk.notify(said.format(count=f"{len(made):,}"))
        self.decided.emit(made)
        self.accept()

    def save_rejects(self) -> None:
        """Save the rows that cannot go in, each with its reasons."""
        found, tables = self.found, self.workspace.tables()
        if found is not None:
            name = _("{file} to correct.xlsx").format(file=Path(found.grid.name).stem or _(self.kind.words))
            self._save(name, lambda file: tables.write(file, rejected(found), replaces=True))

    def _save(self, name: str, write: Callable[[Path], int]) -> None:
        dialog = save_file(
            self, _("Save"), str(Path(home()) / name), _("Tables {endings}").format(endings="(*.xlsx)"), "xlsx"
        )

        def chosen(text: str) -> None:
            file = Path(text)
            self._run(
                lambda _tell: write(file),
                lambda _count: self._say(_("The table was saved: {file}").format(file=file.name), is_good=True),
                total=1,
            )

        dialog.fileSelected.connect(chosen)
        dialog.open()

    # ------------------------------------------------------------------------------------------ work

    def _run(
        self, call: Callable[[Tell], Any], success: Callable[[Any], None], *, total: int, writes: bool = False
    ) -> None:
        """Carry something out off this thread, with its progress and a button that stops it."""
        clear(self.banner)
        self._is_busy = True
        self._show_buttons()
        self.progress.begin(max(total, 1))
        tell = Tell(lambda done: self.progress.tell(min(done, total), total))

        def came(result: object) -> None:
            self._rest()
            if self.is_open:
                success(result)
                self._show_buttons()

        def failed(error: Exception) -> None:
            self._rest()
            if self.is_open:
                self._refused(error)

        self.desk.runner.run(
            lambda: call(tell), success=came, failure=failed, writes=writes, long=not writes, owner=self
        )

    def _rest(self) -> None:
        self._is_busy = False
        if self.is_open:
            self.progress.end()
            self._show_buttons()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, RowsViolated) and self._grid is not None and self.found is not None:
            # Somebody recorded something meanwhile: look again, now the rows say what.
            self._look(self.found.columns)
        elif isinstance(error, DomainError | StorageError):
            for line in describe(error)[:3]:
                self._say(line, is_warning=isinstance(error, Stopped))
        else:
            self._say(_("Nothing was recorded."))
            self.desk.runner.failed.emit(error)

    def _say(self, words: str, *, is_warning: bool = False, is_good: bool = False) -> None:
        name, token, meaning = ("good", "good", _("Done")) if is_good else ("refused", "error", _("Not done"))
        if is_warning:
            name, token, meaning = "warning", "warn", _("Warning")
        self.banner.addWidget(SignedLine(name, token, words, meaning=meaning))

    # ------------------------------------------------------------------------------------------ what is remembered

    def _setting(self) -> str:
        return f"import/{self.kind.name}/{self.operator.id}"

    def _remembered(self) -> dict[str, str]:
        """Return which heads this person chose for the columns of this kind."""
        settings = self.desk.settings
        if settings is None:
            return {}
        try:
            kept = json.loads(str(settings.value(self._setting(), "{}")))
        except ValueError:
            return {}
        return {str(key): str(head) for key, head in kept.items()} if isinstance(kept, dict) else {}

    def _remember(self, columns: Columns) -> None:
        settings, heads, grid = self.desk.settings, self.rows.heads(), self._grid
        if settings is None or grid is None or not columns.has_head:
            return
        left_out = guess(self.kind, grid).places.keys() - columns.places.keys()
        kept = self._remembered() | dict.fromkeys(left_out, "")
        kept |= {key: heads[place] for key, place in columns.places.items() if place < len(heads) and heads[place]}
        settings.setValue(self._setting(), json.dumps(kept, ensure_ascii=False))

    # ------------------------------------------------------------------------------------------ shape

    def _build(self) -> None:
        title = QLabel(self.windowTitle())
        theme.set_role(title, "title")
        self.purpose = QLabel()
        self.purpose.setTextFormat(Qt.TextFormat.PlainText)  # names of files and sheets of others
        self.purpose.setWordWrap(True)
        theme.set_role(self.purpose, "soft")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.source)
        head = QVBoxLayout()
        head.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.SPACE * 2)
        head.addWidget(title)
        head.addWidget(self.purpose)
        self.banner.setContentsMargins(theme.MARGIN, theme.SPACE * 2, theme.MARGIN, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.stack, 1)
        whole.addWidget(hairline())
        whole.addWidget(self.progress)
        whole.addLayout(self.banner)
        whole.addLayout(self._buttons())
        self.resize(_WIDTH, _HEIGHT)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S", "F6"):
            QShortcut(QKeySequence(keys), self, self.save)

    def _buttons(self) -> QHBoxLayout:
        who = QLabel(
            _("Recorded as {name} ({role})").format(name=self.operator.name, role=role_name(self.operator.role))
        )
        theme.set_role(who, "soft")
        self.import_button.setProperty("kind", "accent")
        self.import_button.setToolTip(_("Ctrl+Enter"))
        self.import_button.clicked.connect(self.save)
        self.back_button.clicked.connect(self._back)
        self.rejects_button.clicked.connect(self.save_rejects)
        self.cancel_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setContentsMargins(theme.MARGIN, theme.SPACE * 3, theme.MARGIN, theme.SPACE * 4)
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(who, 1)
        for button in (self.cancel_button, self.rejects_button, self.back_button, self.import_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    def _back(self) -> None:
        clear(self.banner)
        self._show_page(0)

    def _show_page(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        self._show_buttons()
        self.purpose.setText(self.source.limits_words() if place == 0 else self.rows.words(self._grid))

    def _show_buttons(self) -> None:
        is_preview = self.stack.currentIndex() == 1
        found = self.found
        wrong = found.count(RowStatus.BAD) + found.count(RowStatus.REASON) if is_preview and found is not None else 0
        self.rejects_button.setVisible(bool(wrong))
        self.back_button.setVisible(is_preview)
        count = len(found.entries) if found is not None else 0
        words = ngettext("Import {count} record", "Import {count} records", count).format(count=f"{count:,}")
        if self._takes is not None:
            words = ngettext("Use {count} row", "Use {count} rows", count).format(count=f"{count:,}")
        if found is None or not found.is_good:
            words = _("Import")  # all of them or none: a number here would promise a part
        self.import_button.setText(words if is_preview else _("Look at the rows"))
        for button in (self.import_button, self.back_button, self.rejects_button):
            button.setEnabled(not self._is_busy)

    @called_by_qt
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept one local file."""
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    @called_by_qt
    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Read the file that was dropped."""
        file = dropped_file(event.mimeData())
        if file is not None and not self._is_busy:
            self.take_file(file)
            event.acceptProposedAction()

    @called_by_qt
    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin where a file is chosen."""
        super().showEvent(event)
        self.source.file_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @called_by_qt
    def done(self, outcome: int) -> None:
        """Close; what still runs is stopped, and records nothing unless its act was under way to its end."""
        self.is_open = False
        self.progress.stop()
        super().done(outcome)
