"""Reading invoices inside a claim: dropped, chosen or scanned; they fill fields that a person then compares.

Nothing is recorded by reading. The files go with the claim; a file that is taken out leaves what it filled in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from voucher_app.domain.errors import DomainError, InvalidInput
from voucher_app.domain.invoice_file import looks_like_qr
from voucher_app.i18n import _
from voucher_app.services import invoice_file
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.invoices import INVOICE_ENDINGS
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.invoices import card_lines, source_name, unchecked
from voucher_app.ui import theme
from voucher_app.ui.widgets.effect_panel import SignedLine, violation_line
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import CodeField
from voucher_app.ui.widgets.from_file import FromFile
from voucher_app.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.errors import Violation
    from voucher_app.services.invoice_file import Original
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.amount_field import AmountField
    from voucher_app.ui.widgets.date_field import DateField

MOST_FILES: Final = invoice_file.MOST_FILES


def dropped_files(data: QMimeData) -> list[Path]:
    """Return the local files that are dragged; whether they are invoices, reading them tells."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class InvoiceNumberField(CodeField):
    """An invoice's number; a scanner that types a QR code into it fills the whole invoice.

    Signals:
        scanned: a QR code was typed or pasted; carries its text.
    """

    scanned = Signal(str)

    def is_unfinished(self) -> bool:
        """Return whether it is shorter than a number, or a QR code that is being typed."""
        return super().is_unfinished() or self.text().strip().startswith(("01,", "01，"))

    def left(self) -> None:
        """Show the number in its standard form; hand on a QR code."""
        text = self.text()
        if looks_like_qr(text):
            self.set_text("")
            self.scanned.emit(text)
            return
        super().left()


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """The fields of one invoice of the form."""

    number: InvoiceNumberField
    invoiced_on: DateField
    amount: AmountField


class ReadCard(QFrame):
    """One invoice that was read: what its file says, what stands against it, and that it was not checked online."""

    def __init__(self, original: Original, against: list[Violation]) -> None:
        super().__init__()
        self.setProperty("card", "true")
        read = original.read
        name = QLabel(original.name or _("Scanned QR code"))
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        theme.set_role(name, "strong")
        mark = QLabel(f"{source_name(read.source)} · {unchecked()}")
        theme.set_role(mark, "warn")
        self.remove_button = QToolButton()
        self.remove_button.setIcon(theme.icon("close"))
        words = _("Take out {name}").format(name=original.name or read.key)
        # Of a size of its own: a card is drawn once before the form made room for it.
        self.remove_button.setFixedSize(theme.CONTROL, theme.CONTROL)
        self.remove_button.setToolTip(words)
        self.remove_button.setAccessibleName(words)
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(mark)
        head.addWidget(self.remove_button)
        self.facts = FactsList()
        self.facts.set_facts(card_lines(read))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PADDING, theme.SPACE * 2, theme.SPACE * 2, theme.SPACE * 2)
        column.setSpacing(theme.SPACE)
        column.addLayout(head)
        column.addWidget(self.facts)
        for one in against:
            column.addWidget(violation_line(one))


@dataclass(eq=False)
class Taken:
    """An invoice that was read, where it went, and the lines beside the fields."""

    original: Original
    slot: Slot
    card: ReadCard
    marks: list[FromFile] = field(default_factory=list)


class InvoiceReading(QFrame):
    """The place in a claim where invoices are dropped, and the cards of those that were read.

    Args:
        desk: its workspace reads, its runner carries the reading out.
        slots: returns the form's invoices, the first one first.
        add_slot: makes room for one more, or returns None when there are enough.
        voucher: returns the number of the voucher that is claimed on, empty where there is none yet.

    Signals:
        changed: an invoice came or went, or a person ticked a field.
        marked, unmarked: a line came beside a field, or goes; carries the `FromFile`.
        finished: nothing is being read any more.
    """

    changed = Signal()
    marked = Signal(object)
    unmarked = Signal(object)
    finished = Signal()

    def __init__(
        self, desk: Desk, *, slots: Callable[[], list[Slot]], add_slot: Callable[[], Slot | None],
        voucher: Callable[[], str],
    ) -> None:  # fmt: skip
        super().__init__()
        self._desk, self._slots, self._add_slot, self._voucher = desk, slots, add_slot, voucher
        self.taken: list[Taken] = []
        self.setProperty("card", "true")
        self.button = QPushButton(theme.icon("attach", "ink_soft"), _("Read an invoice …"))
        self.button.setProperty("aside", True)  # noqa: FBT003 - Qt's way; Enter goes past it, Tab does not
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.ask)
        self.button.setToolTip(_("Ctrl+O"))
        QShortcut(QKeySequence("Ctrl+O"), self, self.ask)
        sign = QLabel()
        sign.setPixmap(theme.icon("redemptions", "ink_soft").pixmap(QSize(24, 24)))
        told = QLabel(_("Drop invoices here: XML, OFD, PDF or a picture. They fill the form; compare each field."))
        told.setWordWrap(True)
        theme.set_role(told, "soft")
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE * 2)
        head.addWidget(sign)
        head.addWidget(told, 1)
        head.addWidget(self.button)
        self.state = QLabel()
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self.state, "label")
        self.state.hide()
        self.refusals = QVBoxLayout()
        self.cards = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PADDING, theme.SPACE * 2, theme.PADDING, theme.SPACE * 2)
        column.setSpacing(theme.SPACE * 2)
        column.addLayout(head)
        column.addWidget(self.state)
        column.addLayout(self.refusals)
        column.addLayout(self.cards)
        self._reading = 0

    # ------------------------------------------------------------------------------------------ what the form asks

    def originals(self) -> tuple[Original, ...]:
        """Return the invoices that were read, in the order in which they came."""
        return tuple(one.original for one in self.taken)

    def first_to_compare(self) -> FromFile | None:
        """Return the first line that nobody ticked yet."""
        marks = (mark for one in self.taken for mark in one.marks)
        return next((mark for mark in marks if not mark.is_confirmed), None)

    def forget(self, number: CodeField) -> None:
        """Take out what was read into an invoice that leaves the form."""
        for one in [one for one in self.taken if one.slot.number is number]:
            self._take_out(one)

    # ------------------------------------------------------------------------------------------ reading

    def ask(self) -> None:
        """Ask for files."""
        from voucher_app.ui.dialogs.file_dialog import open_file  # noqa: PLC0415 - for whoever reads one

        endings = " ".join(f"*{ending}" for ending in INVOICE_ENDINGS)
        asking = open_file(self.window(), _("Read invoices"), _("Invoices ({endings})").format(endings=endings))
        asking.setFileMode(QFileDialog.FileMode.ExistingFiles)
        asking.filesSelected.connect(lambda files: self.read([Path(file) for file in files]))
        asking.open()

    def read(self, files: list[Path]) -> None:
        """Read files one after another, each in a process of its own."""
        clear(self.refusals)
        if len(files) > MOST_FILES:
            self._refuse(describe(InvalidInput("invoice_file_many", found=len(files), allowed=MOST_FILES)))
            return
        for file in files:
            self._begin(partial(invoice_file.read_file, self._desk.workspace, file), file.name)

    def read_qr(self, text: str, slot: Slot | None = None) -> None:
        """Read what a scanner typed."""
        clear(self.refusals)
        self._begin(lambda: invoice_file.read_qr(text), _("Scanned QR code"), slot)

    def _begin(self, read: Callable[[], Original], name: str, slot: Slot | None = None) -> None:
        workspace, number = self._desk.workspace, self._voucher()
        self._reading += 1
        self.state.setText(_("Reading {name} …").format(name=name))
        self.state.show()

        def look() -> tuple[Original, list[Violation]]:
            original = read()
            return original, invoice_file.examine_for(workspace.records(), original, voucher_number=number)

        def done(found: tuple[Original, list[Violation]]) -> None:
            self._take(*found, slot=slot)
            self._came()

        def failed(error: Exception) -> None:
            if isinstance(error, DomainError | StorageError):
                self._refuse(describe(error))
            else:
                self._desk.runner.failed.emit(error)
            self._came()

        self._desk.runner.run(look, success=done, failure=failed, long=True, owner=self)

    def _came(self) -> None:
        self._reading -= 1
        self.state.setVisible(self._reading > 0)
        if not self._reading:
            self.finished.emit()

    def _refuse(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.refusals.addWidget(SignedLine("refused", "bad", sentence, meaning=_("Not done")))

    # ------------------------------------------------------------------------------------------ filling

    def _take(self, original: Original, against: list[Violation], *, slot: Slot | None) -> None:
        key = original.read.key
        if any(one.original.read.key == key for one in self.taken):
            self._refuse([_("Invoice {number} was read already; it is in this form.").format(number=key)])
            return
        slot = self._slot_for(key, slot)
        if slot is None:
            self._refuse([_("A claim takes at most {count} invoices; {number} was left out.").format(
                count=MOST_FILES, number=key)])  # fmt: skip
            return
        card = ReadCard(original, against)
        taken = Taken(original, slot, card)
        card.remove_button.clicked.connect(lambda: self._take_out(taken))
        self.cards.addWidget(card)
        self.taken.append(taken)
        read = original.read
        self._fill(taken, slot.number, key, key)
        if read.invoiced_on is not None:
            self._fill(taken, slot.invoiced_on, read.invoiced_on, read.invoiced_on.isoformat())
        if read.total is not None:
            self._fill(taken, slot.amount, read.total, read.total.in_yuan())
        self.changed.emit()

    def _slot_for(self, key: str, wanted: Slot | None) -> Slot | None:
        """Return the invoice that has this number, else one without a number, else one more."""
        used = [one.slot.number for one in self.taken]
        free = [slot for slot in self._slots() if slot.number not in used]
        for slot in free:
            if not slot.number.problem() and slot.number.value() == key:
                return slot
        if wanted is not None and wanted.number not in used:
            return wanted
        empty = (slot for slot in free if not slot.number.text().strip())
        return next(empty, None) or self._add_slot()

    def _fill(
        self, taken: Taken, place: InvoiceNumberField | DateField | AmountField, value: object, said: str
    ) -> None:
        """Put a value in where nothing was typed, and say beside the field what the file says."""
        if not place.text().strip():
            place.set_text(said)
            place.is_typed = True
        mark = FromFile(place, value, said)
        mark.changed.connect(self.changed)
        taken.marks.append(mark)
        self.marked.emit(mark)

    def _take_out(self, taken: Taken) -> None:
        if taken not in self.taken:
            return
        self.taken.remove(taken)
        for mark in taken.marks:
            self.unmarked.emit(mark)
            mark.leave()
        taken.card.hide()
        taken.card.deleteLater()
        self.changed.emit()


def accept_no_drops(control: QWidget) -> None:
    """Let what is dropped on a control go to the dialog: a line would take a file's address as text."""
    control.setAcceptDrops(False)
    viewport = getattr(control, "viewport", None)
    if viewport is not None:
        viewport().setAcceptDrops(False)
