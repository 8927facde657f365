"""The first start: there is no data file yet, so the window offers to make one, to show an example, or to open another.

A demonstration office gets a file of its own, so that nothing tried out there ever stands in the office's records.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
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
from voucher_app.ui.dialogs.file_dialog import open_file
from voucher_app.ui.first_steps import FirstSteps
from voucher_app.ui.starter import DEMONSTRATION_NAME
from voucher_app.ui.top_bar import language_button

if TYPE_CHECKING:
    from voucher_app.ui.operations import OperationRunner
    from voucher_app.ui.starter import Starter


class Welcome(QWidget):
    """The first page of all, and behind it the steps of a new office.

    Signals:
        chosen: the data file to open, a `Path`; it exists.
        language_wanted: somebody wants to read the page in the other language.
    """

    chosen = Signal(object)
    language_wanted = Signal()

    def __init__(self, starter: Starter, runner: OperationRunner) -> None:
        super().__init__()
        self._starter = starter
        self._runner = runner
        self._demonstration = starter.database.with_name(DEMONSTRATION_NAME)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self.problem, "error")
        self.problem.hide()
        self.steps = FirstSteps(starter, runner)
        self.steps.made.connect(self.chosen)
        self.steps.left.connect(self._show_front)
        self.front = self._front()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.front)
        self.stack.addWidget(_scrolled(self.steps))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    def _front(self) -> QWidget:
        title, words = QLabel(_("Welcome to the compute voucher desk")), QLabel()
        theme.set_role(title, "title")
        words.setText(_("There is no data file yet. Set up your office, or try everything out in a demonstration."))
        words.setWordWrap(True)
        theme.set_role(words, "soft")
        self.set_up = QPushButton(_("Set up my office …"))
        self.set_up.setProperty("kind", "accent")
        self.set_up.setDefault(True)
        self.set_up.clicked.connect(self._show_steps)
        is_made = self._demonstration.exists()
        self.demonstrate = QPushButton(
            _("Open the demonstration office") if is_made else _("Make a demonstration office")
        )
        self.demonstrate.clicked.connect(self._make_demonstration)
        self.open_other = QPushButton(_("Open another data file…"))
        self.open_other.clicked.connect(self._choose)
        demonstration = _(
            "Real facilities of Shanxi, invented units, an office day in every state; marked on screen and paper."
        )
        cards = QHBoxLayout()
        cards.setSpacing(theme.GAP)
        cards.addWidget(
            _card(
                _("Set up my office"),
                _("Four short steps: the office, the year's appropriation and policy, the data file, the people."),
                self.set_up,
            ),
            1,
        )
        cards.addWidget(
            _card(
                _("Try it out"),
                demonstration,
                self.demonstrate,
            ),
            1,
        )
        self.language = language_button()
        self.language.clicked.connect(self.language_wanted)
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(theme.MARGIN * 2, theme.MARGIN, theme.MARGIN * 2, theme.MARGIN)
        column.setSpacing(theme.SPACE * 3)
        column.addWidget(self.language, 0, Qt.AlignmentFlag.AlignRight)
        column.addStretch(1)
        for part in (title, words, self.problem):
            column.addWidget(part)
        column.addLayout(cards)
        column.addWidget(self.open_other, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(2)
        return front

    def _show_steps(self) -> None:
        self.problem.hide()
        self.stack.setCurrentIndex(1)
        self.steps.go(self.steps.stack.currentIndex())

    def _show_front(self) -> None:
        self.stack.setCurrentWidget(self.front)
        self.set_up.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_demonstration(self) -> None:
        database = self._demonstration
        if database.exists():
            self.chosen.emit(database)
            return
        make, words = self._starter.make_demonstration, self.demonstrate.text()
        self.front.setEnabled(False)
        self.demonstrate.setText(_("Making the demonstration …"))

        def made(_result: object) -> None:
            self.chosen.emit(database)

        def failed(error: Exception) -> None:
            self.front.setEnabled(True)
            self.demonstrate.setText(words)
            self.problem.setText("\n".join(describe(error)))
            self.problem.show()

        self._runner.run(lambda: make(database), success=made, failure=failed, writes=True, owner=self)

    def _choose(self) -> None:
        dialog = open_file(self, _("Open a data file"), _("Data files (*.db)"), str(Path.home()))
        dialog.fileSelected.connect(lambda name: self.chosen.emit(Path(name)))
        dialog.open()


def _scrolled(steps: QWidget) -> QScrollArea:
    """Let a step with many sentences be scrolled where the window is low, rather than squeezed."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    steps.setProperty("flat", "true")
    area.setWidget(steps)
    return area


def _card(title: str, words: str, act: QPushButton) -> QFrame:
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
    column.addStretch(1)
    column.addWidget(act, 0, Qt.AlignmentFlag.AlignLeft)
    return card
