"""备份与检查: what is in each backup, making and restoring them, checking the data file, and what a helper is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTableWidgetItem, QVBoxLayout

from voucher_app.domain.errors import DomainError
from voucher_app.i18n import _
from voucher_app.services.backup import SEALED_SUFFIX, back_up_now, backups_in, list_backups
from voucher_app.services.checkup import check
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.backups import moment, size_words
from voucher_app.services.wording.checkup import checkup_advice, checkup_lines
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.names import action_name
from voucher_app.ui import theme
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.dialogs.file_dialog import choose_folder, open_file
from voucher_app.ui.pages.panel import Panel, button
from voucher_app.ui.tips import plain_tip
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.figures_table import FiguresTable
from voucher_app.ui.widgets.layouts import clear
from voucher_app.ui.widgets.progress import ProgressRow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from voucher_app.services.checkup import Checkup
    from voucher_app.services.ports.backup import BackupFacts, Drill
    from voucher_app.ui.desk import Desk

_ROWS_SHOWN = 8
_RIGHT = frozenset({1, 3, 4, 5})
"""Columns of figures."""


class SafetyPanel(Panel):
    """Backups, the check of the data file, and the diagnostics."""

    name: ClassVar[str] = "safety"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.backups: list[BackupFacts] = []
        self._backup_card()
        self._check_card()
        self._diagnostics_card()
        self._retention_card()
        self.column.addStretch(1)

    @classmethod
    def title(cls) -> str:
        """Return the tab's name."""
        return _("Backups and checks")

    # ------------------------------------------------------------------------------------------ backups

    def _backup_card(self) -> None:
        card = self.add_card(
            _("Backups"),
            _(
                "Made and verified by themselves whenever the window closes, before imports and before upgrades. Kept "
                "are the last of 7 days, 5 weeks, 12 months, and of every year. Put one under a password on a stick "
                "now and then: it holds the attached files and the signing key too."
            ),
        )
        self.place = QLabel()
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.place.setWordWrap(True)
        theme.set_role(self.place, "label")
        card.body.addWidget(self.place)
        self.table = FiguresTable(_("Backups"))
        self.table.setSelectionMode(FiguresTable.SelectionMode.SingleSelection)
        self.table.itemSelectionChanged.connect(self._selected)
        card.body.addWidget(self.table)
        self.make_button = button(_("Back up now"), "backup", kind="accent")
        self.make_button.clicked.connect(self.back_up)
        self.seal_button = button(_("Under a password …"), "lock")
        self.seal_button.clicked.connect(self.seal)
        self.restore_button = button(_("Restore …"))
        self.restore_button.clicked.connect(self.restore_selected)
        self.drill_button = button(_("Try a restore"))
        self.drill_button.setToolTip(_("Restores to a folder of its own, checks everything there, and removes it"))
        self.drill_button.clicked.connect(self.drill)
        self.other_button = button(_("Restore another file …"), kind="quiet")
        self.other_button.clicked.connect(self._choose_backup)
        self.folder_button = button(_("Another folder …"), kind="quiet")
        self.folder_button.clicked.connect(self._choose_folder)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE * 2)
        for one in (self.make_button, self.seal_button, self.restore_button, self.drill_button):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.other_button)
        row.addWidget(self.folder_button)
        card.body.addLayout(row)
        self.backup_said = QVBoxLayout()
        card.body.addLayout(self.backup_said)

    def reload(self) -> None:
        """Look at the backups again."""
        folder = self.desk.backup_folder
        self.place.setText(_("They lie in {folder}").format(folder=folder))
        if self.desk.make_backups is None:
            return
        make, path = self.desk.make_backups, self.desk.workspace.data_file.path
        self.desk.runner.run(
            lambda: list_backups(make(), path, [folder, path.parent]), success=self._listed, long=True, owner=self
        )

    def _listed(self, found: list[BackupFacts]) -> None:
        self.backups = found
        headers = [_("Made"), _("Acts"), _("Last act"), _("Issued (yuan)"), _("Left (yuan)"), _("Size"), _("State")]
        self.table.clear()
        self.table.setColumnCount(len(headers))
        self.table.setRowCount(len(found))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for line, facts in enumerate(found):
            for place, text in enumerate(backup_cells(facts)):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(str(facts.path)))
                item.setTextAlignment(right if place in _RIGHT else left)
                self.table.setItem(line, place, item)
        for place, words in enumerate(headers):
            header = QTableWidgetItem(words)
            header.setTextAlignment(right if place in _RIGHT else left)
            self.table.setHorizontalHeaderItem(place, header)
        self.table.resizeColumnsToContents()
        for place in range(len(headers)):
            # What the delegate leaves free at both edges, Qt does not count.
            self.table.setColumnWidth(place, self.table.columnWidth(place) + 2 * theme.CELL)
        self.table.horizontalHeader().setStretchLastSection(True)
        lines = min(max(len(found), 1), _ROWS_SHOWN) + 1
        self.table.setFixedHeight(theme.ROW_COMPACT * lines + theme.SPACE * 2)
        self.table.setVisible(bool(found))
        if found:
            self.table.selectRow(0)
        self._selected()

    def selected(self) -> BackupFacts | None:
        """Return the backup that is chosen."""
        row = self.table.currentRow()
        return self.backups[row] if 0 <= row < len(self.backups) and self.table.isVisibleTo(self) else None

    def _selected(self) -> None:
        facts = self.selected()
        is_usable = facts is not None and not facts.problem
        self.restore_button.setEnabled(is_usable)
        self.drill_button.setEnabled(is_usable and not (facts is not None and facts.is_sealed))

    def back_up(self) -> None:
        """Make an automatic backup now."""
        make, desk = self.desk.make_backups, self.desk
        if make is None:
            return
        path, folder, now = desk.workspace.data_file.path, desk.backup_folder, datetime.now(UTC)

        def made() -> Path | None:
            return back_up_now(make(), path, folder, now=now)

        self._busy(_("Backing up and verifying …"))
        desk.runner.run(made, success=self._made, failure=self._failed, long=True, owner=self)

    def _made(self, made: Path | None) -> None:
        if made is None:
            self._say(_("Nothing was recorded since the newest backup, so it is up to date."))
        else:
            self._say(_("Backed up and verified: {name}").format(name=made.name))
        self.reload()

    def seal(self) -> None:
        """Make a backup under a password."""
        dialog = open_dialog("backup_seal", self.desk, self.window())
        dialog.accepted.connect(self.reload)

    def restore_selected(self) -> None:
        """Restore the backup that is chosen."""
        facts = self.selected()
        if facts is not None:
            self.restore(facts)

    def restore(self, facts: BackupFacts) -> None:
        """Ask, and restore."""
        open_dialog("backup_restore", self.desk, self.window(), facts=facts)

    def _choose_backup(self) -> None:
        kinds = _("Backups (*.db *{suffix})").format(suffix=SEALED_SUFFIX)
        dialog = open_file(self, _("Restore a backup"), kinds, str(self.desk.backup_folder))
        dialog.fileSelected.connect(self._restore_file)
        dialog.open()

    def _restore_file(self, name: str) -> None:
        make = self.desk.make_backups
        if make is not None:
            self.desk.runner.run(lambda: make().facts(Path(name)), success=self.restore, failure=self._failed)

    def _choose_folder(self) -> None:
        dialog = choose_folder(self, _("Where automatic backups are kept"))
        dialog.fileSelected.connect(self._folder_chosen)
        dialog.open()

    def _folder_chosen(self, name: str) -> None:
        self.desk.choose_backup_folder(Path(name))
        self.reload()

    def drill(self) -> None:
        """Try whether the chosen backup restores."""
        facts, make = self.selected(), self.desk.make_backups
        if facts is None or make is None:
            return
        workroom = self.desk.workspace.data_file.path.parent
        self._busy(_("Restoring to a folder of its own and checking …"))

        def told(drill: Drill) -> None:
            self._say(drill_words(drill), good=not drill.verification.findings and not drill.missing)

        self.desk.runner.run(
            lambda: make().drill(facts.path, workroom=workroom),
            success=told,
            failure=self._failed,
            long=True,
            owner=self,
        )

    def _busy(self, words: str) -> None:
        clear(self.backup_said)
        said = QLabel(words)
        theme.set_role(said, "soft")
        self.backup_said.addWidget(said)

    def _say(self, words: str, *, good: bool = True) -> None:
        clear(self.backup_said)
        sign, meaning = ("good", _("Done")) if good else ("refused", _("Not done"))
        self.backup_said.addWidget(SignedLine(sign, "good" if good else "error", words, meaning=meaning))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, StorageError | DomainError):
            self.desk.runner.failed.emit(error)
            return
        self._say("\n".join(describe(error)), good=False)

    # ------------------------------------------------------------------------------------------ the check

    def _check_card(self) -> None:
        card = self.add_card(
            _("Check the data file"),
            _(
                "Proves every record against the journal, the file's own structure, the attached files and the newest "
                "backup. Nothing is changed; the work can go on meanwhile."
            ),
        )
        self.check_button = button(_("Check now"), "shield")
        self.check_button.clicked.connect(self.check)
        self.progress = ProgressRow()
        self.check_said = QVBoxLayout()
        self.reindex_button = button(_("Make the search index anew"))
        self.reindex_button.clicked.connect(self.reindex)
        self.reindex_button.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self.check_button)
        row.addWidget(self.reindex_button)
        row.addWidget(self.progress, 1)
        row.addStretch(1)
        card.body.addLayout(row)
        card.body.addLayout(self.check_said)

    def check(self) -> None:
        """Check everything."""
        workspace, make = self.desk.workspace, self.desk.make_backups
        kept = backups_in(self.desk.backup_folder, workspace.data_file.path)
        newest = kept[0].path if kept else None
        clear(self.check_said)
        self.reindex_button.hide()
        self.check_button.setEnabled(False)
        self.progress.begin(4)
        self.desk.runner.run(
            lambda: check(workspace, files=make() if make else None, newest=newest, tell=self.progress.tell),
            success=self._checked,
            failure=self._check_failed,
            long=True,
            owner=self,
        )

    def _checked(self, found: Checkup | None) -> None:
        self._check_rests()
        if found is None:
            self.check_said.addWidget(SignedLine("note", "soft", _("Stopped; nothing was changed."), meaning=_("Note")))
            return
        for is_good, words in checkup_lines(found):
            self.check_said.addWidget(
                SignedLine("good", "soft", words, meaning=_("Met"))
                if is_good
                else SignedLine("error", "error", words, meaning=_("Not met"))
            )
        advice = QLabel(checkup_advice(found))
        advice.setWordWrap(True)
        theme.set_role(advice, "strong" if found.is_sound else "error")
        self.check_said.addWidget(advice)
        # Beside findings nothing is written: the file stays as it was found.
        self.reindex_button.setVisible(found.is_sound and found.verification.index_is_stale)
        if self.reindex_button.isVisibleTo(self):
            self.reindex_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def reindex(self) -> None:
        """Make the search index anew from the records, which are not touched."""
        clear(self.check_said)
        for one in (self.check_button, self.reindex_button):
            one.setEnabled(False)
        self.desk.runner.run(
            self.desk.workspace.data_file.reindex,
            success=self._reindexed,
            failure=self._check_failed,
            writes=True,
            owner=self,
        )

    def _reindexed(self, count: int) -> None:
        self._check_rests()
        self.reindex_button.hide()
        words = _("The search index was made anew: it knows {count} records.").format(count=f"{count:,}")
        self.check_said.addWidget(SignedLine("good", "good", words, meaning=_("Done")))

    def _check_rests(self) -> None:
        self.progress.end()
        for one in (self.check_button, self.reindex_button):
            one.setEnabled(True)

    def _check_failed(self, error: Exception) -> None:
        self._check_rests()
        if isinstance(error, StorageError):
            self.check_said.addWidget(SignedLine("error", "error", "\n".join(describe(error)), meaning=_("Not done")))
        else:
            self.desk.runner.failed.emit(error)

    # ------------------------------------------------------------------------------------------ diagnostics

    def _diagnostics_card(self) -> None:
        card = self.add_card(
            _("Diagnostics"),
            _(
                "Versions, counts and the program's own log, for whoever looks for a fault. No name, number, amount or "
                "password is in it; the whole text is shown before it is saved."
            ),
        )
        self.diagnostics_button = button(_("Show the diagnostics …"), "export")
        self.diagnostics_button.clicked.connect(self.show_diagnostics)
        row = QHBoxLayout()
        row.addWidget(self.diagnostics_button)
        row.addStretch(1)
        card.body.addLayout(row)

    def show_diagnostics(self) -> None:
        """Show the text that could be saved."""
        open_dialog("diagnostics", self.desk, self.window())

    # ------------------------------------------------------------------------------------------ personal data

    def _retention_card(self) -> None:
        card = self.add_card(
            _("Personal data"),
            _(
                "Which contacts, attached files, drafts, logs and backups are kept where, since when, and until when "
                "by the office's own rule."
            ),
        )
        self.retention_button = button(_("Retention report …"), "archive")
        self.retention_button.clicked.connect(self.show_retention)
        row = QHBoxLayout()
        row.addWidget(self.retention_button)
        row.addStretch(1)
        card.body.addLayout(row)

    def show_retention(self) -> None:
        """Show the retention report."""
        open_dialog("retention", self.desk, self.window())


def backup_cells(facts: BackupFacts) -> tuple[str, ...]:
    """Return a backup as a row of the table."""
    size = size_words(facts.size_bytes)
    if facts.problem:
        return (moment(facts.made_at), "", "", "", "", size, _("✕ cannot be read"))
    if facts.is_sealed:
        return (moment(facts.made_at), "", "", "", "", size, _("under a password"))
    return (
        moment(facts.made_at),
        f"{facts.records:,}",
        _("{act} · {moment}").format(act=action_name(facts.last_act), moment=moment(facts.last_at)),
        facts.issued.in_yuan() if facts.issued is not None else "",
        facts.left.in_yuan() if facts.left is not None else "",
        size,
        _("✓ verified when made"),
    )


def drill_words(drill: Drill) -> str:
    """Return what a restore drill found."""
    found = drill.verification
    return _(
        "Restored, checked and removed in {seconds} s: {records} acts, {findings} findings, {sound} attached files "
        "whole, {missing} missing."
    ).format(
        seconds=drill.seconds,
        records=f"{found.records:,}",
        findings=len(found.findings),
        sound=drill.attachments,
        missing=drill.missing,
    )
