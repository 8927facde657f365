"""The skeleton of every dialog that decides something: form left, effect right, one button that acts.

The request identifier is made when the dialog opens, so a double click, or a second try after an unknown outcome, acts
once. The button is never dead: it leads to the first field that needs attention. What was typed is never lost: a
refusal leaves everything as it is and says why, and a draft of it is kept beside the records (`draft_keeper`).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from voucher_app.domain.errors import DomainError, RulesViolated
from voucher_app.domain.operators import with_role
from voucher_app.i18n import _, ngettext
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.names import role_name
from voucher_app.services.workspace import new_request_id
from voucher_app.ui import actions, theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs.draft_keeper import DraftKeeper, field_names
from voucher_app.ui.room import room_for
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.widgets.disclosure import open_around
from voucher_app.ui.widgets.effect_panel import Effect, EffectPanel, SignedLine
from voucher_app.ui.widgets.layouts import clear, hairline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent

    from voucher_app.domain.money import Money
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.amount_field import AmountField
    from voucher_app.ui.widgets.disclosure import Disclosure
    from voucher_app.ui.widgets.field import Field

_LOWEST = theme.CONTROL * 17
_HIGHEST = theme.CONTROL * 21


class DecisionDialog(ReadingOrder, QDialog):
    """A form, what it would do, and the decision.

    A subclass adds fields in its `__init__`, then calls `look_again`; it overrides `look`, `act` and `told`.
    """

    decided = Signal(object)
    """What the use case returned, once it is recorded."""

    def __init__(
        self, desk: Desk, parent: QWidget | None, *, title: str, purpose: str, action: str, kind: str = "accent"
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        assert desk.operator is not None, "an office has people from its first record on"
        self.operator = desk.operator
        self.workspace = desk.workspace
        self.request_id = new_request_id()
        self.fields: list[Field] = []
        self._stops: list[QWidget] = []
        self._action = action
        self._acting = False
        self.is_open = True
        self._asked = 0
        self._may_discard = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(title)
        self._timer = QTimer(self, singleShot=True, interval=theme.QUIET_MS)
        self._timer.timeout.connect(self._look_now)
        self.effect = EffectPanel()
        self.banner = QVBoxLayout()
        self.form = QVBoxLayout()
        self.form.setSpacing(theme.SPACE * 2)
        self.act_button = QPushButton(action)
        self.keeper = DraftKeeper(self)
        self._build(title, purpose, kind)
        actions.bind(self, actions.Scope.DIALOG)

    # ------------------------------------------------------------------------------------------ for subclasses

    def look(self) -> Callable[[], Effect] | None:
        """Return what computes the effect on the reading thread, or None while the form is not complete."""
        raise NotImplementedError

    def most(self) -> tuple[AmountField, Callable[[], Money | None]] | None:
        """Return a field, and what computes the largest amount allowed in it on the reading thread, or None."""
        return None

    def act(self) -> Callable[[], object]:
        """Return the use case with its facts; every field was found good before."""
        raise NotImplementedError

    def told(self, result: object) -> str:
        """Return the line that says what was done."""
        raise NotImplementedError

    def noticed(self, effect: Effect) -> None:
        """Take note of a fresh effect, for instance to ask for a reason."""

    def draft_fields(self) -> dict[str, Field]:
        """Return the fields that a draft keeps, by name; never a password."""
        return field_names(self, [field for field in self.fields if not field.is_secret])

    def make_room(self, texts: Mapping[str, str]) -> None:
        """Make the fields that a draft has and a fresh form has not, such as those of further invoices."""

    def filled(self, texts: Mapping[str, str]) -> None:
        """Take note that a draft was put into the fields."""

    def add(self, *fields: Field, stretches: tuple[int, ...] = (), into: QVBoxLayout | None = None) -> None:
        """Add fields to the form, or to a part of it, side by side."""
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        for place, field in enumerate(fields):
            row.addWidget(field, stretches[place] if stretches else 1, Qt.AlignmentFlag.AlignTop)
            field.changed.connect(self.look_again)
            self.fields.append(field)
            self._stops.append(field.control)
        (into or self.form).addLayout(row)

    def add_widget(self, widget: QWidget) -> None:
        """Add something to the form that is no field."""
        self.form.addWidget(widget)

    def add_part(self, part: Disclosure) -> None:
        """Add a part of the form that opens; its fields are added into its `content`."""
        self.form.addWidget(part)
        self._stops.append(part.header)

    def stop_at(self, *controls: QWidget, before: QWidget | None = None) -> None:
        """Let Tab and Enter come by controls, at the end or before another one."""
        place = self._stops.index(before) if before is not None else len(self._stops)
        self._stops[place:place] = controls
        self.order_tabs()

    def remove(self, *fields: Field) -> None:
        """Take fields out of the form; who added them destroys them."""
        self.fields = [field for field in self.fields if field not in fields]
        gone = {field.control for field in fields}
        self._stops = [control for control in self._stops if control not in gone]

    # ------------------------------------------------------------------------------------------ looking

    def look_again(self) -> None:
        """Ask for the effect once typing rests."""
        self._may_discard = False
        clear(self.banner)
        self._timer.start()
        self.keeper.touch()

    def _look_now(self) -> None:
        self._timer.stop()
        if not self.is_open:
            return
        self._asked += 1
        asked = self._asked
        self._look_for_most(asked)
        question = self.look()
        if question is None:
            self.effect.wait(self._what_is_missing())
            return

        def answered(effect: object) -> None:
            if self.is_open and asked == self._asked and isinstance(effect, Effect):
                self.effect.show_effect(self._with_role(effect))
                self.noticed(effect)

        def refused(error: object) -> None:
            if self.is_open and asked == self._asked:
                if isinstance(error, DomainError | StorageError):
                    self.effect.wait("\n".join(describe(error)))
                else:
                    self.desk.runner.failed.emit(error)

        self.desk.runner.run(question, success=answered, failure=refused, owner=self)

    def _look_for_most(self, asked: int) -> None:
        told = self.most()
        if told is None:
            return
        field, question = told

        def answered(most: Money | None) -> None:
            if self.is_open and asked == self._asked:
                field.propose(most)

        def refused(error: Exception) -> None:
            answered(None)  # the look at the whole form says why
            if not isinstance(error, DomainError | StorageError):
                self.desk.runner.failed.emit(error)

        self.desk.runner.run(question, success=answered, failure=refused, owner=self)

    def _with_role(self, effect: Effect) -> Effect:
        """Add that the person's role does not carry out this use case; R23 asks for another person already."""
        refusal = self.desk.refusal(str(self.property("use_case") or ""))
        if refusal is None:
            return effect
        others = [violation for violation in effect.violations if violation.rule != "ROLE"]
        return replace(effect, violations=with_role(others, [refusal]))

    def _what_is_missing(self) -> str:
        missing = [field.plain_label for field in self.fields if field.problem()]
        if not missing:
            return ""
        return _("Shown here as soon as the form is complete. Missing or wrong: {fields}.").format(
            fields=_(", ").join(missing)
        )

    # ------------------------------------------------------------------------------------------ acting

    def save(self) -> None:
        """Act, or go to the first field that needs attention."""
        if self._acting or not self.is_open:
            return
        good = [field.judge() for field in self.fields]
        if not all(good):
            first = self.fields[good.index(False)]
            open_around(first)
            self._scroll.ensureWidgetVisible(first)
            first.control.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        call = self.act()  # first of all: what raises here leaves the dialog as it was
        self._acting = True
        clear(self.banner)
        self.act_button.setText(_("Saving …"))
        desk, forget = self.desk, self.keeper.forgetting()

        def recorded(result: object) -> None:
            # No bound method: what was recorded is told even when the dialog has gone, and its draft goes then too, or
            # it would be offered again and recorded twice.
            if self.is_open:
                self._done(result)
            else:
                forget()
                desk.notify(_("What was being saved when its dialog closed is recorded."))

        self.desk.runner.run(call, success=recorded, failure=self._refused, writes=True)

    def _done(self, result: object) -> None:
        self._acting = False
        self.keeper.over()
        self.desk.notify(self.told(result))
        self.decided.emit(result)
        self.accept()

    def _refused(self, error: object) -> None:
        self._acting = False
        if not self.is_open:
            self.desk.runner.failed.emit(error)
            return
        self.act_button.setText(self._action)
        if isinstance(error, RulesViolated):
            count = len(error.violations)
            # Neither a look on its way nor one that is due may take the refusal from the screen.
            self._asked += 1
            self._timer.stop()
            self.effect.show_effect((self.effect.effect or Effect()).refused_with(error.violations))
            self._say(
                ngettext(
                    "Not saved: one rule stands against it; it is named on the right.",
                    "Not saved: {count} rules stand against it; they are named on the right.",
                    count,
                ).format(count=count)
            )
        elif isinstance(error, DomainError | StorageError):
            self._say("\n".join([_("Not saved. What was typed is still here."), *describe(error)]))
        else:
            # Our own bug: the window tells it with its details, here it only counts that nothing was lost.
            self._say(_("Not saved. What was typed is still here."))
            self.desk.runner.failed.emit(error)

    def warn(self, words: str) -> None:
        """Say something that holds nothing up."""
        if self.is_open:
            self._say(words, is_warning=True)

    def _say(self, words: str, *, is_warning: bool = False) -> None:
        clear(self.banner)
        if is_warning:
            self.banner.addWidget(SignedLine("warning", "warn", words, meaning=_("Warning")))
            return
        self.banner.addWidget(SignedLine("refused", "error", words, meaning=_("Not done")))

    # ------------------------------------------------------------------------------------------ shape and keys

    def _build(self, title: str, purpose: str, kind: str) -> None:
        heading = QLabel(title)
        theme.set_role(heading, "title")
        told = QLabel(purpose)
        told.setWordWrap(True)
        theme.set_role(told, "soft")
        self._form = form = QWidget()
        form.setProperty("flat", "true")
        column = QVBoxLayout(form)
        column.setContentsMargins(theme.MARGIN, theme.SPACE, theme.MARGIN, theme.SPACE)
        column.addLayout(self.form)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(form)
        self.effect.setFixedWidth(theme.CONTROL * 10)
        head = QVBoxLayout()
        head.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.SPACE * 2)
        head.addWidget(heading)
        head.addWidget(told)
        head.addWidget(self.keeper.offer)
        left = QVBoxLayout()
        left.addLayout(head)
        left.addWidget(self._scroll, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(left, 1)
        middle.addWidget(self.effect)
        self.banner.setContentsMargins(theme.MARGIN, theme.SPACE * 2, theme.MARGIN, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(middle, 1)
        whole.addWidget(hairline())
        whole.addLayout(self.banner)
        whole.addLayout(self._buttons(kind))
        self.resize(theme.CONTROL * 26, _LOWEST)

    def _buttons(self, kind: str) -> QHBoxLayout:
        operator = self.operator
        who = QLabel(_("Recorded as {name} ({role})").format(name=operator.name, role=role_name(operator.role)))
        theme.set_role(who, "soft")
        self.act_button.setProperty("kind", kind)
        self.act_button.setToolTip(actions.named("save").keys_in_words())
        self.act_button.setAutoDefault(False)
        self.act_button.clicked.connect(self.save)
        self.cancel_button = cancel = QPushButton(_("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.button_row = row = QHBoxLayout()
        row.setContentsMargins(theme.MARGIN, theme.SPACE * 3, theme.MARGIN, theme.SPACE * 4)
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(who, 1)
        row.addWidget(self.keeper.clear_button)
        row.addWidget(cancel)
        row.addWidget(self.act_button)
        return row

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Enter go on to the next field, press the button it is on; let Escape ask once before it discards."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                # A key that is held down goes through the fields, but decides nothing.
                if not event.isAutoRepeat():
                    focused.click()
            else:
                self.focusNextChild()
                while self.focusWidget().property("aside"):
                    self.focusNextChild()
            return
        if event.key() == Qt.Key.Key_Escape and self.has_input() and not self._may_discard:
            self._say(_("Something was typed here. Press Esc again to discard it."), is_warning=True)
            self._may_discard = True
            return
        super().keyPressEvent(event)

    @called_by_qt
    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin in the first field; Tab and Enter go from field to field and then to the button."""
        super().showEvent(event)
        order = self.order_tabs()
        self.fit()
        self.keeper.begin()
        empty = [field.control for field in self.fields if not field.text().strip()]
        (empty or order)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """Grow as far as the form asks for, and a small screen has room."""
        missing = self._form.sizeHint().height() - self._scroll.viewport().height()
        self.resize(self.width(), min(self.height() + max(missing, 0), _HIGHEST, room_for(self).height()))

    def order_tabs(self) -> list[QWidget]:
        """Let the keyboard go through the form in its order; return that order."""
        order = [*self._stops, self.act_button, self.cancel_button]
        for before, after in pairwise([*order, self.keeper.clear_button, *self.keeper.offer.buttons]):
            self.setTabOrder(before, after)
        return order

    def has_input(self) -> bool:
        """Return whether a person typed something that would be lost."""
        return any(field.is_typed for field in self.fields)

    @called_by_qt
    def reject(self) -> None:
        """Close without a decision, because the person said so: what was typed is thrown away."""
        if self._tells_to_wait():
            return
        self.keeper.throw_away()
        super().reject()

    @called_by_qt
    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close by the cross, or with the whole program: what was typed is kept."""
        if self.is_open and self._tells_to_wait():
            event.ignore()
            return
        self.done(QDialog.DialogCode.Rejected)
        event.accept()

    def _tells_to_wait(self) -> bool:
        """Say that it is too late to go back, while it is being recorded: nobody may believe that nothing was done."""
        if self._acting:
            self._say(_("It is being recorded just now; this closes when that is done."), is_warning=True)
        return self._acting

    @called_by_qt
    def done(self, outcome: int) -> None:
        """Close, and drop every answer that is still on its way; what was typed stays, unless it was recorded."""
        self.keeper.leave()
        self.is_open = False
        self._timer.stop()
        super().done(outcome)
