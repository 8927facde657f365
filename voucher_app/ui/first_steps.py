"""The four steps of a new office, one after the other.

Each step keeps what was typed while one goes back and forth. Nothing is made before the last step is done; then all of
it is made in one go, or nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from voucher_app.i18n import _
from voucher_app.services.wording.errors import describe
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.first_questions import OfficeStep, PeopleStep, PlaceStep, YearStep
from voucher_app.ui.starter import NewOffice
from voucher_app.ui.widgets.field import Field

if TYPE_CHECKING:
    from PySide6.QtCore import QSize

    from voucher_app.ui.first_questions import Step
    from voucher_app.ui.operations import OperationRunner
    from voucher_app.ui.starter import Starter

_WIDTH: Final = theme.CONTROL * 25


def _goes_back(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Left and event.modifiers() == Qt.KeyboardModifier.AltModifier


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

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave every key to the steps: Alt+← would scroll."""
        event.ignore()


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
        whole.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        whole.addStretch(1)
        # Not by an alignment: aligned, the card is as high as its sentences are on one line, and squeezes them on two.
        middle = QHBoxLayout()  # as wide as it may be; a small window makes it narrower
        middle.addStretch(1)
        middle.addWidget(card, _WIDTH)
        middle.addStretch(1)
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

    def take_over(self, before: FirstSteps) -> None:
        """Take what was typed into other steps, which spoke the other language."""
        for mine, theirs in zip(self.steps, before.steps, strict=True):
            for field, former in zip(mine.findChildren(Field), theirs.findChildren(Field), strict=True):
                field.restore(former.kept())
        self.people.trial.setChecked(before.people.trial.isChecked())

    @called_by_qt
    def event(self, event: QEvent) -> bool:
        """Keep Alt+← for the step before: the window has it for the page before, and two shortcuts do nothing."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _goes_back(event):
            event.accept()
            return True
        return super().event(event)

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go on by Enter from lines, choices and boxes alike; a button is pressed by it."""
        if _goes_back(event):
            self.back()
        elif event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
        elif isinstance(focused := self.focusWidget(), QPushButton):
            focused.click()
        else:
            self.enter()

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
