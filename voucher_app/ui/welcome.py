"""The first start: there is no data file yet, so the window offers to make one, to show an example, or to open another.

A demonstration office gets a file of its own, so that nothing tried out there ever stands in the office's records.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.operators import Role
from voucher_app.i18n import _
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.ui import theme
from voucher_app.ui.dialogs.file_dialog import open_file
from voucher_app.ui.starter import PolicyNames
from voucher_app.ui.widgets.field import LineField, TextField
from voucher_app.ui.widgets.password_field import PasswordAgainField, PasswordField

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.ui.operations import OperationRunner
    from voucher_app.ui.starter import Starter
    from voucher_app.ui.widgets.field import Field

DEMONSTRATION_NAME = "demo-office.db"


class Welcome(QWidget):
    """The first page of all.

    Signals:
        chosen: the data file to open, a `Path`; it exists.
    """

    chosen = Signal(object)

    def __init__(self, starter: Starter, runner: OperationRunner) -> None:
        super().__init__()
        self._starter = starter
        self._runner = runner
        title, words = QLabel(_("Welcome to the compute voucher desk")), QLabel()
        theme.set_role(title, "title")
        words.setText(_("There is no data file yet. Set up your office, or try everything out in a demonstration."))
        words.setWordWrap(True)
        theme.set_role(words, "soft")
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self.problem, "error")
        self.problem.hide()
        cards = QHBoxLayout()
        cards.setSpacing(theme.GAP)
        cards.addWidget(self._office_card(), 3)
        cards.addWidget(self._other_card(), 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN * 2, theme.MARGIN * 2, theme.MARGIN * 2, theme.MARGIN * 2)
        column.setSpacing(theme.SPACE * 3)
        column.addStretch(1)
        column.addWidget(title)
        column.addWidget(words)
        column.addWidget(self.problem)
        column.addLayout(cards)
        column.addStretch(2)

    def _card(self, title: str, words: str) -> tuple[QFrame, QVBoxLayout]:
        card = QFrame()
        card.setProperty("card", "true")
        head, told = QLabel(title), QLabel(words)
        theme.set_role(head, "section")
        theme.set_role(told, "soft")
        told.setWordWrap(True)
        told.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(card)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.SPACE * 3)
        column.addWidget(head)
        column.addWidget(told)
        return card, column

    def _office_card(self) -> QFrame:
        card, column = self._card(
            _("Set up my office"),
            _("Four things: the office, its policy, its people, and the place of the data file."),
        )
        self.office = TextField(_("Issuing office"), name="office", placeholder="山西省工业和信息化厅")
        self.preparer = TextField(_("Who prepares"), name="operator", placeholder="张经办")
        self.reviewer = TextField(_("Who reviews, another person"), name="operator", placeholder="李复核")
        self.policy = TextField(_("Policy, as it stands on the certificate"), name="policy_title")
        self.document = TextField(_("Its document number"), name="document_number", placeholder="晋算券〔2026〕1号")
        self.trial = QCheckBox(_("Only to try out: without passwords, marked as a demonstration on screen and paper"))
        self.passwords = [PasswordField(_("Password"), choosing=True), PasswordField(_("Password"), choosing=True)]
        self.repeated = [PasswordAgainField(field) for field in self.passwords]
        column.addWidget(self.office)
        named = QHBoxLayout()
        named.setSpacing(theme.GAP)
        named.addWidget(self.policy, 2, Qt.AlignmentFlag.AlignTop)
        named.addWidget(self.document, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(named)
        for person, password, again in zip((self.preparer, self.reviewer), self.passwords, self.repeated, strict=True):
            row = QHBoxLayout()
            row.setSpacing(theme.GAP)
            for beside in (person, password, again):
                row.addWidget(beside, 1, Qt.AlignmentFlag.AlignTop)
            column.addLayout(row)
            person.changed.connect(self._name_changed)
        self.place = LineField(_("Data file"), self._place)
        self.place.set_text(str(self._starter.database))
        self.place.set_hint(_("On this computer's own disk; backups go beside it by themselves."))
        column.addWidget(self.place)
        column.addWidget(self.trial)
        self.trial.toggled.connect(self._trial_toggled)
        for line in card.findChildren(QLineEdit):
            line.returnPressed.connect(self._next)
        self.set_up = QPushButton(_("Set up the office"))
        self.set_up.setProperty("kind", "accent")
        self.set_up.clicked.connect(self._make_office)
        column.addWidget(self.set_up, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _other_card(self) -> QFrame:
        words = _(
            "Real facilities of Shanxi, invented units, an office day in every state; marked on screen and paper."
        )
        card, column = self._card(_("Try it out"), words)
        self.demonstrate = QPushButton(_("Make a demonstration office"))
        self.demonstrate.clicked.connect(self._make_demonstration)
        self.open_other = QPushButton(_("Open another data file…"))
        self.open_other.setProperty("kind", "quiet")
        self.open_other.clicked.connect(self._choose)
        column.addWidget(self.demonstrate, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        column.addWidget(self.open_other, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _place(self, text: str) -> Path:
        """Read where the data file is to be; a place where it could be damaged is refused beside the field.

        Raises:
            InvalidInput: `data_file_place`, with the reason.
        """
        path = Path(text.strip()).expanduser()
        path = path if path.suffix == ".db" else path.with_name(path.name + ".db")
        refusal = StorageError("exists", path) if path.exists() else None
        try:
            self._starter.refuse_place(path)
        except StorageError as error:
            refusal = error
        if refusal is not None:
            raise InvalidInput("data_file_place", found=str(path), why=describe(refusal)[0])
        return path

    def _fields(self) -> list[Field]:
        """Return what is asked, in the order of the page."""
        fields: list[Field] = [self.office, self.policy, self.document]
        for person, password, again in zip((self.preparer, self.reviewer), self.passwords, self.repeated, strict=True):
            fields += [person] if self.trial.isChecked() else [person, password, again]
        return [*fields, self.place]

    def _trial_toggled(self, trial: bool) -> None:  # noqa: FBT001 - the slot of Signal(bool)
        for field in (*self.passwords, *self.repeated):
            field.setHidden(trial)

    def _name_changed(self) -> None:
        for person, password in zip((self.preparer, self.reviewer), self.passwords, strict=True):
            password.set_name(person.text().strip())

    def _next(self) -> None:
        """Go from field to field by Enter, and set up at last."""
        fields = self._fields()
        place = next((number for number, field in enumerate(fields) if field.control.hasFocus()), len(fields) - 1)
        if place + 1 < len(fields):
            fields[place + 1].control.setFocus()
        else:
            self._make_office()

    def _make_office(self) -> None:
        wrong = [field for field in self._fields() if not field.judge()]
        if wrong:
            wrong[0].control.setFocus()
            return
        name, policy, document = self.office.value(), self.policy.value(), self.document.value()
        preparer, reviewer = self.preparer.value(), self.reviewer.value()
        if preparer == reviewer:
            self.reviewer.complain(_("A decision needs two people: name another person than the preparer."))
            self.reviewer.control.setFocus()
            return
        database, make = self.place.value(), self._starter.make_office
        assert isinstance(database, Path), "what _place returns"
        people = [(preparer, Role.PREPARER), (reviewer, Role.REVIEWER)]
        passwords = [] if self.trial.isChecked() else [field.value() for field in self.passwords]
        self._run(database, lambda: make(database, name, people, PolicyNames(policy, document), passwords))

    def _make_demonstration(self) -> None:
        database = self._starter.database.with_name(DEMONSTRATION_NAME)
        if database.exists():
            self.chosen.emit(database)
            return
        make = self._starter.make_demonstration
        self._run(database, lambda: make(database))

    def _run(self, database: Path, call: Callable[[], None]) -> None:
        self.setEnabled(False)

        def made(_result: object) -> None:
            self.chosen.emit(database)

        def failed(error: Exception) -> None:
            self.setEnabled(True)
            self.problem.setText("\n".join(describe(error)))
            self.problem.show()

        self._runner.run(call, success=made, failure=failed, writes=True, owner=self)

    def _choose(self) -> None:
        dialog = open_file(self, _("Open a data file"), _("Data files (*.db)"), str(Path.home()))
        dialog.fileSelected.connect(lambda name: self.chosen.emit(Path(name)))
        dialog.open()
