"""归档: everything about a voucher or a year packed into one signed file, which is checked years later without us."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from voucher_app.i18n import _, ngettext
from voucher_app.services import archive
from voucher_app.services.wording.errors import describe
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs.file_dialog import home, save_file
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.layouts import clear, hairline
from voucher_app.ui.widgets.progress import ProgressRow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from voucher_app.services.archive import Packed
    from voucher_app.services.queries.archive import ArchiveContents
    from voucher_app.ui.desk import Desk


class ArchivePack(ReadingOrder, QDialog):
    """Packs one volume: what belongs to it is told first, then where to save it is asked.

    Args:
        desk: the open data file and the person at it.
        parent: the window.
        number: of the voucher; or
        year: the budget year.
    """

    def __init__(self, desk: Desk, parent: QWidget | None, *, number: str = "", year: int = 0) -> None:
        super().__init__(parent)
        assert bool(number) != bool(year), "one volume at a time"
        self._desk = desk
        self._name = _("volume-{of}.zip").format(of=number or year)
        workspace = desk.workspace
        self._volume = (
            archive.volume_of_voucher(workspace, number) if number else archive.volume_of_year(workspace, year)
        )
        self._is_packing = False
        self.setWindowTitle(_("Archive"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.facts = FactsList()
        self.progress = ProgressRow()
        self._banner = QVBoxLayout()
        self._build(number, year)
        desk.runner.run(
            self._volume.contents, success=self._tell_contents, failure=self._refused, long=True, owner=self
        )

    # ------------------------------------------------------------------------------------------ packing

    def choose(self) -> None:
        """Ask where to save the pack."""
        name = str(Path(home()) / self._name)
        asking = save_file(self, _("Save the archive pack"), name, _("Archive packs (*.zip)"), "zip")
        # A pack never takes the place of another file, so nobody is asked whether it may.
        asking.setOption(asking.Option.DontConfirmOverwrite)
        asking.fileSelected.connect(lambda file: self.pack(Path(file)))
        asking.open()

    def pack(self, file: Path) -> None:
        """Pack into a file that is not there yet."""
        if self._is_packing:
            return
        self._is_packing = True
        self.pack_button.setEnabled(False)
        clear(self._banner)
        self.progress.begin(1)
        workspace, volume, tell = self._desk.workspace, self._volume, self.progress.tell
        self._desk.runner.run(
            lambda: archive.pack(workspace, volume=volume, file=file, progress=tell),
            success=lambda packed: self._packed(packed, file),
            failure=self._refused,
            long=True,
            owner=self,
        )

    def _packed(self, packed: Packed | None, file: Path) -> None:
        self._ended()
        if packed is None:
            words = _("Stopped. No file was written.")
            self._banner.addWidget(SignedLine("note", "soft", words, meaning=_("Note")))
            return
        self._desk.notify(
            _("Archived: {file}; {papers} papers, {records} journal records, signed with key {key}").format(
                file=file, papers=f"{packed.papers:,}", records=f"{packed.records:,}", key=packed.key_id
            )
        )
        self.accept()

    def _refused(self, error: Exception) -> None:
        self._ended()
        try:
            words = describe(error)
        except TypeError:
            self._desk.runner.failed.emit(error)
            words = [_("The volume could not be packed.")]
        self._banner.addWidget(SignedLine("refused", "bad", "\n".join(words), meaning=_("Not archived")))

    def _ended(self) -> None:
        self._is_packing = False
        self.pack_button.setEnabled(True)
        self.progress.end()
        clear(self._banner)

    @called_by_qt
    def reject(self) -> None:
        """Stop what is being packed; else close."""
        if self._is_packing:
            self.progress.stop()
        else:
            super().reject()

    # ------------------------------------------------------------------------------------------ shape

    def _tell_contents(self, contents: ArchiveContents) -> None:
        copies, claims, files = len(contents.numbers), len(contents.redemptions), len(contents.attachments)
        told = [
            (
                _("Certificates"),
                ngettext("{count} archive copy", "{count} archive copies", copies).format(count=f"{copies:,}"),
            ),
            (_("Claims"), ngettext("{count} claim", "{count} claims", claims).format(count=f"{claims:,}")),
            (_("Attachments"), ngettext("{count} file", "{count} files", files).format(count=f"{files:,}")),
            (
                _("Besides"),
                _("policies, journal records, public keys, void numbers, and a script that checks it"),
            ),
        ]
        self.facts.set_facts(told)

    def _build(self, number: str, year: int) -> None:
        title = _("Archive voucher {number}").format(number=number) if number else _("Archive the year {year}")
        heading = QLabel(title.format(year=year))
        theme.set_role(heading, "title")
        purpose = QLabel(
            _("Everything about it goes into one file, signed with the office's key. It is checked years later with "
              "nothing but Python, and changes nothing here.")
        )  # fmt: skip
        purpose.setWordWrap(True)
        theme.set_role(purpose, "soft")
        card = QFrame()
        card.setProperty("card", "true")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.PADDING, theme.PADDING, theme.PADDING, theme.SPACE * 2)
        inside.addWidget(self.facts)
        body = QVBoxLayout()
        body.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.PADDING)
        body.setSpacing(theme.SPACE * 3)
        for widget in (heading, purpose, card):
            body.addWidget(widget)
        body.addStretch(1)
        self._banner.setContentsMargins(theme.MARGIN, theme.SPACE * 2, theme.MARGIN, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(body, 1)
        whole.addWidget(hairline())
        whole.addWidget(self.progress)
        whole.addLayout(self._banner)
        whole.addLayout(self._buttons())
        self.resize(theme.CONTROL * 16, theme.CONTROL * 10)

    def _buttons(self) -> QHBoxLayout:
        self.cancel_button = QPushButton(_("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self.pack_button = QPushButton(theme.icon("archive", "accent_ink"), _("Archive in a file …"))
        self.pack_button.setProperty("kind", "accent")
        self.pack_button.clicked.connect(self.choose)
        row = QHBoxLayout()
        row.setContentsMargins(theme.MARGIN, theme.SPACE * 3, theme.MARGIN, theme.SPACE * 4)
        row.setSpacing(theme.SPACE * 2)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.pack_button)
        self.pack_button.setDefault(True)
        return row
