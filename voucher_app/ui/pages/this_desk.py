"""本机: the office and its data file, how the window looks on this computer, its language and its printers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QLabel, QVBoxLayout

from voucher_app import i18n
from voucher_app.domain.errors import DomainError
from voucher_app.i18n import _
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.ui import system_printer, theme
from voucher_app.ui.desk import FileChange
from voucher_app.ui.dialogs.file_dialog import open_file
from voucher_app.ui.pages.panel import Panel, button
from voucher_app.ui.pages.template_card import TemplateCheck
from voucher_app.ui.system_printer import Offsets, Spool
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import ChoiceField, LineField
from voucher_app.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QPushButton, QWidget

    from voucher_app.ui.desk import Desk


def recent_files(desk: Desk) -> list[Path]:
    """Return the data files opened before on this computer that are still there, this one left out."""
    kept = str(desk.settings.value("window/recent", "")) if desk.settings is not None else ""
    own = desk.workspace.data_file.path
    return [path for line in kept.split("\n") if line and (path := Path(line)) != own and path.is_file()]


class ThisDeskPanel(Panel):
    """What belongs to this computer and this person."""

    name: ClassVar[str] = "desk"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._office_card()
        self._look_card()
        self._printer_card()
        card = self.add_card(
            _("Templates of the papers"),
            _("Words, margins, fonts and seal of each paper stand in files, which the office may replace by its own."),
        )
        self.templates = TemplateCheck(desk)
        card.body.addWidget(self.templates)
        self.column.addStretch(1)

    @classmethod
    def title(cls) -> str:
        """Return the tab's name."""
        return _("This desk")

    # ------------------------------------------------------------------------------------------ the office

    def _office_card(self) -> None:
        desk, card = self.desk, self.add_card(_("Office and data file"))
        self.facts = FactsList()
        self._tell_office()
        desk.facts_changed.connect(self._tell_office)
        card.body.addWidget(self.facts)
        self.open_button = button(_("Open another data file …"))
        self.open_button.clicked.connect(self.choose_file)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self.open_button)
        row.addStretch(1)
        card.body.addLayout(row)
        self.recent: list[QPushButton] = []
        for path in recent_files(desk):
            link = button(str(path), kind="link")
            link.setToolTip(_("Opened before"))
            link.clicked.connect(partial(self.open_path, path))
            self.recent.append(link)
            line = QHBoxLayout()
            line.addWidget(link)
            line.addStretch(1)
            card.body.addLayout(line)

    def _tell_office(self) -> None:
        desk, office = self.desk, self.desk.office
        self.facts.set_facts([
            (_("Issuing office"), office.name),
            (_("Kind"), _("demonstration, marked on screen and paper") if office.trial else _("real office")),
            (_("Small office"), _("on") if office.small_office else _("off")),
            (_("People"), str(len(desk.facts.operators))),
            (_("Data file"), str(desk.workspace.data_file.path)),
            (_("Identity"), office.file_id),
        ])  # fmt: skip

    def choose_file(self) -> None:
        """Ask for another data file."""
        folder = str(self.desk.workspace.data_file.path.parent)
        dialog = open_file(self, _("Open a data file"), _("Data files (*.db)"), folder)
        dialog.fileSelected.connect(lambda name: self.open_path(Path(name)))
        dialog.open()

    def open_path(self, path: Path, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - the slot of clicked(bool)
        """Work on another data file from now on."""
        self.desk.file_wanted.emit(FileChange(path))

    # ------------------------------------------------------------------------------------------ the look

    def _look_card(self) -> None:
        card = self.add_card(_("Appearance and language"), _("Kept for you on this computer."))
        settings = self.desk.settings
        dark = str(settings.value("window/dark", "")) if settings is not None else ""
        self.looks = self._choice(
            _("Light and dark"), [("no", _("Light")), ("yes", _("Dark")), ("", _("As the system"))], dark, "window/dark"
        )
        self.languages = self._choice(
            _("Language"), [(i18n.CHINESE, "中文"), (i18n.ENGLISH, "English")], i18n.language(), "window/language"
        )
        for words, buttons in ((_("Light and dark"), self.looks), (_("Language"), self.languages)):
            row = QHBoxLayout()
            row.setSpacing(theme.SPACE * 2)
            label = QLabel(words)
            label.setMinimumWidth(theme.CONTROL * 3)
            theme.set_role(label, "soft")
            row.addWidget(label)
            for one in buttons.buttons():
                row.addWidget(one)
            row.addStretch(1)
            card.body.addLayout(row)
        self.compact = QCheckBox(_("Compact rows in lists"))
        self.compact.setChecked(theme.is_compact())
        self.compact.toggled.connect(partial(self._keep_flag, "window/compact"))
        self.system_font = QCheckBox(_("The system's own Chinese font"))
        self.system_font.setChecked(theme.has_system_font())
        self.system_font.toggled.connect(partial(self._keep_flag, "window/system_font"))
        for flag in (self.compact, self.system_font):
            card.body.addWidget(flag)

    def _choice(self, name: str, choices: Sequence[tuple[str, str]], now: str, key: str) -> QButtonGroup:
        group = QButtonGroup(self)
        for value, words in choices:
            one = button(words, kind="chip")
            one.setCheckable(True)
            one.setChecked(value == now)
            one.setAccessibleName(f"{name}: {words}")
            one.setProperty("value", value)
            one.clicked.connect(partial(self._keep, key, value))
            group.addButton(one)
        return group

    def _keep(self, key: str, value: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - as above
        if self.desk.settings is not None:
            self.desk.settings.setValue(key, value)
        self.desk.look_wanted.emit()

    def _keep_flag(self, key: str, on: bool) -> None:  # noqa: FBT001 - the slot of toggled(bool)
        self._keep(key, "yes" if on else "")

    # ------------------------------------------------------------------------------------------ printers

    def _printer_card(self) -> None:
        card = self.add_card(
            _("Printers"),
            _(
                "Print the test page, measure how far its frame is off on each side, and type the difference here. It "
                "is kept for each printer."
            ),
        )
        names = system_printer.printer_names(self.desk.settings)
        self.printer = ChoiceField(_("Printer"), [(name, name) for name in names])
        self.right = LineField(_("Shift to the right (mm)"), system_printer.parse_tenths)
        self.down = LineField(_("Shift down (mm)"), system_printer.parse_tenths)
        self.printer.changed.connect(self._show_offsets)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        for field, stretch in ((self.printer, 2), (self.right, 1), (self.down, 1)):
            row.addWidget(field, stretch)
        card.body.addLayout(row)
        self.keep_button, self.test_button = button(_("Keep the shift")), button(_("Print the test page"))
        self.keep_button.clicked.connect(self.keep_offsets)
        self.test_button.clicked.connect(self.print_test_page)
        below = QHBoxLayout()
        below.setSpacing(theme.SPACE * 2)
        below.addWidget(self.keep_button)
        below.addWidget(self.test_button)
        below.addStretch(1)
        card.body.addLayout(below)
        self.said = QVBoxLayout()
        card.body.addLayout(self.said)
        if not names:
            for widget in (self.printer, self.right, self.down, self.keep_button, self.test_button):
                widget.hide()
            self._say(_("This computer knows no printer. Add one in the system's settings."), sign="note")
        else:
            self._show_offsets()

    def _show_offsets(self) -> None:
        found = system_printer.offsets_of(self.desk.settings, self.printer.text())
        self.right.set_text(system_printer.in_millimetres(found.right))
        self.down.set_text(system_printer.in_millimetres(found.down))

    def _offsets(self) -> Offsets | None:
        if not all([self.right.judge(), self.down.judge()]):
            return None
        right, down = self.right.value(), self.down.value()
        assert isinstance(right, int), "tenths, as parse_tenths reads them"
        assert isinstance(down, int), "as above"
        return Offsets(right, down)

    def keep_offsets(self) -> None:
        """Remember the shift of a printer."""
        offsets = self._offsets()
        if offsets is not None:
            system_printer.keep_offsets(self.desk.settings, self.printer.value(), offsets)
            self._say(_("Kept for {printer}.").format(printer=self.printer.value()))

    def print_test_page(self) -> None:
        """Print the page that one measures."""
        offsets, name = self._offsets(), self.printer.value()
        if offsets is None:
            return
        system_printer.keep_offsets(self.desk.settings, name, offsets)

        def put_out() -> None:
            spool = Spool(name, offsets=offsets, document=_("Test page"))
            spool.put_test_page()
            spool.end()

        words = _("The test page was sent to {printer}.").format(printer=name)
        self.desk.runner.run(put_out, success=lambda _nothing: self._say(words), failure=self._failed, owner=self)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, StorageError | DomainError):
            self._say("\n".join(describe(error)), sign="refused")
        else:
            self.desk.runner.failed.emit(error)

    def _say(self, words: str, *, sign: str = "good") -> None:
        clear(self.said)
        role = {"good": "good", "note": "soft"}.get(sign, "error")
        meaning = {"good": _("Done"), "note": _("Note")}.get(sign, _("Not done"))
        self.said.addWidget(SignedLine(sign, role, words, meaning=meaning))
