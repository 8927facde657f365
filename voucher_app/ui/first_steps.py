"""The four steps of a new office: office, year and policy, place of the data file, people.

Each step keeps what was typed while one goes back and forth. Nothing is made before the last step is done; then all of
it is made in one go, or nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from voucher_app.domain.budget import CEILING, FIRST_YEAR, appropriation_is_in_ceiling, parse_year
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.operators import Role
from voucher_app.i18n import _
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import key_file_of
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs.file_dialog import choose_folder
from voucher_app.ui.starter import NewOffice
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.field import ChoiceField, LineField, TextField
from voucher_app.ui.widgets.password_field import PasswordAgainField, PasswordField

if TYPE_CHECKING:
    from PySide6.QtCore import QSize

    from voucher_app.ui.operations import OperationRunner
    from voucher_app.ui.starter import Starter
    from voucher_app.ui.widgets.field import Field

_LONGEST_NAME: Final = 40
_WIDTH: Final = theme.CONTROL * 25


class Step(QWidget):
    """One step: what is asked, and what has to be right before one goes on."""

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        self.title = title
        told = QLabel(words)
        told.setWordWrap(True)
        told.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(told, "soft")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.SPACE)
        self.column.addWidget(told)
        self.column.addSpacing(theme.SPACE * 2)

    def fields(self) -> list[Field]:
        """Return what is asked now, in the order of the page."""
        raise NotImplementedError

    def beside(self, *fields: QWidget, stretches: tuple[int, ...] = ()) -> None:
        """Put fields beside each other."""
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        for place, field in enumerate(fields):
            row.addWidget(field, stretches[place] if stretches else 1, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(row)

    def first_wrong(self) -> Field | None:
        """Say beside each field what is wrong; return the first of them, or None."""
        wrong = [field for field in self.fields() if not field.judge()]
        return wrong[0] if wrong else None


class OfficeStep(Step):
    """Who issues."""

    def __init__(self) -> None:
        super().__init__(_("Office"), _("The issuing office, as it stands on every certificate and in every list."))
        self.office = TextField(_("Issuing office"), name="office", placeholder="山西省工业和信息化厅")
        self.column.addWidget(self.office)
        self.column.addStretch(1)

    def fields(self) -> list[Field]:
        """Return the office."""
        return [self.office]


class AppropriationField(AmountField):
    """What a year may issue, which the province limits.

    Args:
        label: of the field.
        year: the field that says which year.
    """

    def __init__(self, label: str, year: LineField) -> None:
        self._year = year
        super().__init__(label)

    def problem(self) -> str:
        """Return what is wrong with the amount; above the ceiling it is refused here already."""
        found = super().problem()
        if found or not self.text().strip():
            return found
        year = self._year.text().strip()
        above = appropriation_is_in_ceiling(self.value(), year=int(year) if year.isdecimal() else FIRST_YEAR)
        return sentence(above) if above is not None else ""


class YearStep(Step):
    """How much may be issued this year, and under which policy."""

    def __init__(self, starter: Starter) -> None:
        words = _(
            "The most that can be issued in the year; the document of the appropriation and that of the policy are two."
        )
        super().__init__(_("Year and policy"), words)
        self.year = LineField(_("Budget year"), lambda text: parse_year(text.strip()))
        self.year.set_text(str(starter.this_year()))
        self.amount = AppropriationField(_("Appropriation of the year"), self.year)
        most = _("At most {ceiling} yuan a year, the province's ceiling.")
        self.amount.set_hint(most.format(ceiling=CEILING.in_yuan()))
        self.document = TextField(_("Document of the appropriation"), name="document", placeholder="晋财建〔2026〕1号")
        self.preset = ChoiceField(_("Policy to begin with"), list(starter.presets()))
        self.preset.set_hint(_("Ratios, limits and deadlines; the office publishes its own figures under Settings."))
        self.policy = TextField(
            _("Title of the policy, as on the certificate"), name="policy_title", placeholder="山西省算力券管理办法"
        )
        self.policy_document = TextField(
            _("Document of the policy"), name="document_number", placeholder="晋算券〔2026〕1号"
        )
        self.beside(self.year, self.amount, self.document, stretches=(2, 4, 4))
        self.column.addWidget(self.preset)
        self.beside(self.policy, self.policy_document, stretches=(6, 4))
        self.column.addStretch(1)

    def fields(self) -> list[Field]:
        """Return year, amount, documents and policy."""
        return [self.year, self.amount, self.document, self.preset, self.policy, self.policy_document]


class PlaceStep(Step):
    """Where the records lie."""

    def __init__(self, starter: Starter) -> None:
        words = _("One file holds every record, on this computer's own disk. Backups go beside it by themselves.")
        super().__init__(_("Data file"), words)
        self._starter = starter
        self.place = LineField(_("Data file"), self._place)
        self.place.set_text(str(starter.database))
        self.place.set_hint(_("No network drive and no folder that a sync tool copies: there it could be damaged."))
        self.choose_button = QPushButton(_("Another folder …"))
        self.choose_button.clicked.connect(self._choose)
        self.column.addWidget(self.place)
        self.column.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)

    def fields(self) -> list[Field]:
        """Return the place."""
        return [self.place]

    def _place(self, text: str) -> Path:
        """Read where the data file is to be; a place where it could be damaged is refused beside the field.

        Raises:
            InvalidInput: `data_file_place`, with the reason.
        """
        path = Path(text.strip()).expanduser()
        path = path if path.suffix == ".db" else path.with_name(path.name + ".db")
        # A key that lies there belongs to an office whose file is elsewhere; a new office never takes it over.
        there = next((one for one in (path, key_file_of(path)) if one.exists()), None)
        refusal = StorageError("exists", there) if there is not None else None
        try:
            self._starter.refuse_place(path)
        except StorageError as error:
            refusal = error
        if refusal is not None:
            raise InvalidInput("data_file_place", found=str(path), why=describe(refusal)[0])
        return path

    def _choose(self) -> None:
        dialog = choose_folder(self, _("Where the data file is to be"))
        dialog.fileSelected.connect(lambda name: self.place.set_text(str(Path(name) / self._starter.database.name)))
        dialog.open()


class PersonRow(QWidget):
    """A person with one role: the name, and a password twice."""

    def __init__(self, role: Role, label: str, *, placeholder: str, required: bool = True) -> None:
        super().__init__()
        self.role = role
        self.name = TextField(label, name="operator", placeholder=placeholder, required=required, longest=_LONGEST_NAME)
        self.password = PasswordField(_("Password"), choosing=True)
        self.again = PasswordAgainField(self.password)
        self.password.control.setAccessibleName(_("{role}: password").format(role=label))
        self.again.control.setAccessibleName(_("{role}: the same password again").format(role=label))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        fields: tuple[Field, ...] = (self.name, self.password, self.again)
        for field in fields:
            row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.name.changed.connect(self._named)
        self._named()

    @property
    def is_there(self) -> bool:
        """Whether somebody is named, or has to be."""
        return self.name.is_required or bool(self.name.text().strip())

    def _named(self) -> None:
        self.password.set_name(self.name.text().strip())
        for field in (self.password, self.again):
            field.setEnabled(self.is_there)

    def fields(self, *, trial: bool) -> list[Field]:
        """Return what is asked of this person."""
        return [self.name, self.password, self.again] if self.is_there and not trial else [self.name]


class PeopleStep(Step):
    """Who works, and how each of them proves it."""

    def __init__(self) -> None:
        super().__init__(
            _("People"),
            _(
                "One person prepares, another one decides; whoever sits here types the own password. Somebody for the "
                "payments can be named now or later."
            ),
        )
        self.preparer = PersonRow(Role.PREPARER, _("Who prepares"), placeholder="张经办")
        self.reviewer = PersonRow(Role.REVIEWER, _("Who reviews"), placeholder="李复核")
        self.finance = PersonRow(Role.FINANCE, _("Who pays"), placeholder="王财务", required=False)
        self.trial = QCheckBox(_("Only to try out: without passwords, marked as a demonstration on screen and paper"))
        self.trial.toggled.connect(self._trial_toggled)
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        for row in self.rows:
            self.column.addWidget(row)
        self.column.addWidget(self.trial)
        self.column.addSpacing(theme.SPACE * 2)
        self.column.addWidget(self.summary)
        self.column.addStretch(1)

    @property
    def rows(self) -> tuple[PersonRow, ...]:
        """The people, in the order of the page."""
        return self.preparer, self.reviewer, self.finance

    def fields(self) -> list[Field]:
        """Return names and, but for a trial office, passwords."""
        return [field for row in self.rows for field in row.fields(trial=self.trial.isChecked())]

    def first_wrong(self) -> Field | None:
        """Return the first field that is wrong; a name that stands above already is."""
        found = super().first_wrong()
        if found is not None:
            return found
        seen: set[str] = set()
        for row in self.rows:
            name = row.name.value() if row.is_there else ""
            if name in seen:
                row.name.complain(_("A decision needs two people: name another person than above."))
                return row.name
            seen |= {name} if name else set()
        return None

    def _trial_toggled(self, trial: bool) -> None:  # noqa: FBT001 - the slot of Signal(bool)
        for row in self.rows:
            row.password.setHidden(trial)
            row.again.setHidden(trial)


class _Scrolling(QScrollArea):
    """As high as what is in it, until there is no room: then it scrolls."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setProperty("flat", "true")
        self.setWidget(inside)
        self._inside = inside

    @called_by_qt
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return what is wanted inside."""
        return self._inside.sizeHint()


class FirstSteps(QWidget):
    """The steps one after the other, with a way back, and everything made at the end.

    Signals:
        made: the data file, a `Path`; it is there.
        left: back to the page before.
    """

    made = Signal(object)
    left = Signal()

    def __init__(self, starter: Starter, runner: OperationRunner) -> None:
        super().__init__()
        self._starter = starter
        self._runner = runner
        self._busy = False
        self.office, self.year = OfficeStep(), YearStep(starter)
        self.place, self.people = PlaceStep(starter), PeopleStep()
        self.steps: tuple[Step, ...] = (self.office, self.year, self.place, self.people)
        self.stack = QStackedWidget()
        for step in self.steps:
            self.stack.addWidget(step)
            for line in step.findChildren(QLineEdit):
                line.returnPressed.connect(self.enter)
        self.heading = QLabel()
        theme.set_role(self.heading, "title")
        self.road = [QLabel() for _step in self.steps]
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self.problem, "error")
        self.back_button, self.next_button = QPushButton(_("Previous step")), QPushButton()
        self.next_button.setProperty("kind", "accent")
        self.back_button.clicked.connect(self.back)
        self.next_button.clicked.connect(self.next)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.next)
        QShortcut(QKeySequence("Alt+Left"), self, self.back)
        self._build()
        self.go(0)

    def _build(self) -> None:
        road = QHBoxLayout()
        road.setSpacing(theme.SPACE * 2)
        for place, label in enumerate(self.road):
            if place:
                between = QLabel("›")
                theme.set_role(between, "soft")
                road.addWidget(between)
            road.addWidget(label)
        road.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE * 2)
        foot.addWidget(self.back_button)
        foot.addStretch(1)
        foot.addWidget(self.next_button)
        card = QFrame()
        card.setProperty("card", "true")
        card.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.GAP)
        for part in (road, self.heading, _Scrolling(self.stack), self.problem, foot):
            if isinstance(part, QHBoxLayout):
                column.addLayout(part)
            else:
                column.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        middle = QHBoxLayout()  # as wide as it may be; a small window makes it narrower
        middle.addStretch(1)
        middle.addWidget(card, _WIDTH)
        middle.addStretch(1)
        whole.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(2)

    # ------------------------------------------------------------------------------------------ back and forth

    def go(self, place: int) -> None:
        """Show a step; what was typed in the others stays."""
        self.stack.setCurrentIndex(place)
        step, last = self.steps[place], len(self.steps) - 1
        self.heading.setText(step.title)
        for number, (label, one) in enumerate(zip(self.road, self.steps, strict=True)):
            sign = "✓" if number < place else str(number + 1)
            label.setText(_("{sign} {step}").format(sign=sign, step=one.title))
            theme.set_role(label, "strong" if number == place else "soft")
        self.next_button.setText(_("Set up the office") if place == last else _("Next"))
        self.problem.hide()
        if step is self.people:
            self.people.summary.setText(self._summary())
        step.fields()[0].control.setFocus(Qt.FocusReason.OtherFocusReason)

    def enter(self) -> None:
        """Go from field to field by Enter, and from the last one to the next step."""
        fields = self.steps[self.stack.currentIndex()].fields()
        place = next((number for number, field in enumerate(fields) if field.control.hasFocus()), len(fields) - 1)
        if place + 1 < len(fields):
            fields[place + 1].control.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.next()

    def back(self) -> None:
        """Go to the step before, or to the page before the first one."""
        if self._busy:
            return
        if self.stack.currentIndex():
            self.go(self.stack.currentIndex() - 1)
        else:
            self.left.emit()

    def next(self) -> None:
        """Go on, unless something here is wrong: then to the first of it."""
        if self._busy:
            return
        place = self.stack.currentIndex()
        wrong = self.steps[place].first_wrong()
        if wrong is not None:
            wrong.control.setFocus(Qt.FocusReason.OtherFocusReason)
        elif place + 1 < len(self.steps):
            self.go(place + 1)
        else:
            self._make()

    # ------------------------------------------------------------------------------------------ made at the end

    def _summary(self) -> str:
        return _(
            "Made now, all together: {office}; the budget year {year} with {amount} yuan, opened by the preparer; the "
            "policy “{policy}”; the data file {place}."
        ).format(
            office=self.office.office.value(),
            year=self.year.year.value(),
            amount=self.year.amount.value().in_yuan(),
            policy=self.year.policy.value(),
            place=self.place.place.value(),
        )

    def facts(self) -> NewOffice:
        """Return what was typed; every step was found good."""
        database, year = self.place.place.value(), self.year.year.value()
        assert isinstance(database, Path), "what _place returns"
        assert isinstance(year, int), "what parse_year returns"
        there = [row for row in self.people.rows if row.is_there]
        return NewOffice(
            database=database,
            name=self.office.office.value(),
            preset=self.year.preset.value(),
            policy_title=self.year.policy.value(),
            policy_document=self.year.policy_document.value(),
            year=year,
            appropriation=self.year.amount.value(),
            year_document=self.year.document.value(),
            people=tuple((row.name.value(), row.role) for row in there),
            passwords=() if self.people.trial.isChecked() else tuple(row.password.value() for row in there),
        )

    def _make(self) -> None:
        # A place that was free may be taken by now; the step that asks for it says so.
        for place, step in enumerate(self.steps):
            wrong = step.first_wrong()
            if wrong is not None:
                self.go(place)
                wrong.control.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        facts, make = self.facts(), self._starter.make_office
        self._rest(busy=True)

        def done(_result: object) -> None:
            self.made.emit(facts.database)

        def failed(error: Exception) -> None:
            self._rest(busy=False)
            self.problem.setText("\n".join(describe(error)))
            self.problem.show()

        self._runner.run(lambda: make(facts), success=done, failure=failed, writes=True, owner=self)

    def _rest(self, *, busy: bool) -> None:
        self._busy = busy
        self.problem.hide()
        for widget in (self.stack, self.back_button, self.next_button):
            widget.setEnabled(not busy)
        if busy:
            self.next_button.setText(_("Setting up …"))
        else:
            self.next_button.setText(_("Set up the office"))
