"""One step of a life cycle, declared as data: what is asked, what it is called, and the use case that takes it.

The effect is rehearsed: the use case itself runs in a transaction that is rolled back, so every step shows before the
click which rules it meets and where the year's money would be. Dialogs that need more than fields have modules of
their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from voucher_app.domain.errors import Weight
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.text import LONGEST_NAME
from voucher_app.i18n import _
from voucher_app.services.rehearsal import rehearse
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.count_field import CountField
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.effect_panel import Effect, Row, signed
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import ChoiceField, ReasonField, TextField
from voucher_app.ui.widgets.money_bar import LAPSED, OUTSTANDING, PAID, PAYABLE, UNISSUED, year_parts
from voucher_app.ui.widgets.password_field import PassphraseField, PasswordAgainField, PasswordField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.services.rehearsal import Rehearsal
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.field import Field


class Kind(StrEnum):
    """What kind of answer a question takes."""

    TEXT = "text"
    REASON = "reason"
    AMOUNT = "amount"
    DAY = "day"
    CHOICE = "choice"
    PASSWORD = "password"  # noqa: S105 - a kind of question
    """One that is being chosen, typed twice."""
    PASSPHRASE = "passphrase"  # noqa: S105 - as above
    """The same for a signing key."""
    COUNT = "count"
    """A whole number from nought to `most`."""


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a step.

    Attributes:
        key: name of the answer in `Answers`.
        required: an optional one left empty answers None, or empty text.
        initial: what stands in it first: text, `Money` or a day, the key of a choice.
        choices: keys and words, for `Kind.CHOICE`.
        most: the largest answer, for `Kind.COUNT`.
        is_beside: stands in one line with the question before it.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = True
    initial: str | Money | date | None = None
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    longest: int = LONGEST_NAME
    most: int = 0
    is_beside: bool = False


Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A step as data.

    Attributes:
        title: also the words of the button; `purpose`: one sentence on what it does.
        act: calls the use case with the answers; called on a worker, and for the rehearsal.
        told: the line of success, made from what the use case returned.
        kind: `accent` or `danger`.
        facts: what is decided on, label and value.
        rules: the rules that are named as met when none of them stands against it.
        notes: what the person is told beside what the rehearsal finds.
        use_case: the act's name in the role matrix, so that whose role has no such act is told before.
    """

    title: str
    purpose: str
    act: Callable[[Workspace, Operator, str, Answers], object]
    told: Callable[[Any], str]
    questions: tuple[Question, ...] = ()
    kind: str = "accent"
    facts: Sequence[tuple[str, str]] = field(default=())
    rules: tuple[str, ...] = ("R23", "TRANSITION", "ROLE")
    notes: tuple[Violation, ...] = ()
    use_case: str = ""


class StepDialog(DecisionDialog):
    """Asks a step's questions, shows its effect, takes it."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, step: Step) -> None:
        super().__init__(
            desk, parent, title=step.title, purpose=step.purpose, action=step.title.rstrip(" …"), kind=step.kind
        )
        self.step = step
        if step.facts:
            told = FactsList()
            told.set_facts(step.facts)
            self.add_widget(told)
        self.answers: dict[str, Field] = {}
        line: list[Field] = []
        for question in step.questions:
            made = _field(question)
            self.answers[question.key] = made
            if line and not question.is_beside:
                self.add(*line)
                line = []
            line.append(made)
            if isinstance(made, PasswordField | PassphraseField):
                line.append(PasswordAgainField(made))
        if line:
            self.add(*line)
        self.look_again()

    def look(self) -> Callable[[], Effect] | None:
        """Rehearse the step, as soon as everything can be read."""
        if any(one.problem() for one in self.fields):
            return None
        step, workspace, operator, answers = self.step, self.workspace, self.operator, self._answers()
        request_id = self.request_id

        def foresee() -> Effect:
            found = rehearse(workspace, lambda rehearsing: step.act(rehearsing, operator, request_id, answers))
            return effect_of(found, rules=step.rules, notes=step.notes)

        return foresee

    def noticed(self, effect: Effect) -> None:
        """Ask for a reason where a rule wants one."""
        reason = self.answers.get("reason")
        if isinstance(reason, ReasonField) and any(one.weight is Weight.REASON for one in effect.violations):
            reason.require(True)  # noqa: FBT003 - reads as what it sets

    def act(self) -> Callable[[], object]:
        """Take the step."""
        step, workspace, operator, answers = self.step, self.workspace, self.operator, self._answers()
        request_id = self.request_id
        return lambda: step.act(workspace, operator, request_id, answers)

    def told(self, result: object) -> str:
        """Say what was done."""
        return self.step.told(result)

    def _answers(self) -> dict[str, Any]:
        return {key: _answer(one) for key, one in self.answers.items()}


def _field(question: Question) -> Field:
    made: Field
    if question.kind is Kind.REASON:
        made = ReasonField(question.label, required=question.required)
    elif question.kind is Kind.AMOUNT:
        made = AmountField(question.label, required=question.required)
    elif question.kind is Kind.DAY:
        made = DateField(question.label, required=question.required)
    elif question.kind is Kind.CHOICE:
        made = ChoiceField(question.label, list(question.choices))
    elif question.kind is Kind.PASSWORD:
        made = PasswordField(question.label, choosing=True)
    elif question.kind is Kind.PASSPHRASE:
        made = PassphraseField(question.label, required=question.required)
    elif question.kind is Kind.COUNT:
        made = CountField(question.label, most=question.most)
    else:
        made = TextField(question.label, name=question.key, required=question.required, longest=question.longest)
    if question.hint:
        made.set_hint(question.hint)
    _begin(made, question.initial)
    return made


def _begin(made: Field, initial: str | Money | date | None) -> None:
    if isinstance(made, AmountField) and isinstance(initial, Money):
        made.set_amount(initial)
    elif isinstance(made, DateField) and isinstance(initial, date):
        made.set_day(initial)
    elif isinstance(made, ChoiceField) and isinstance(initial, str):
        made.choose(initial)
    elif isinstance(made, TextField | ReasonField | CountField) and isinstance(initial, str):
        made.set_text(initial)


def _answer(made: Field) -> object:
    if isinstance(made, AmountField | DateField) and not made.text().strip():
        return None
    return made.value()


def effect_of(found: Rehearsal[Any], *, rules: tuple[str, ...], notes: tuple[Violation, ...] = ()) -> Effect:
    """Return what the panel shows of a rehearsal: the rules, and the money of the first year that it moves."""
    # A refusal names every violation, the light ones too; what it names already is not named again.
    named = {(violation.rule, violation.code) for violation in found.violations}
    violations = [*found.violations, *(note for note in notes if (note.rule, note.code) not in named)]
    if not found.before:
        sentence = "" if found.violations else _("No money moves.")
        return Effect(sentence=sentence, rules=rules, violations=violations)
    before, after = found.before[0], found.after[0]
    moved = [row for row in _rows(before, after) if row.before != row.after]
    told = _(", ").join(
        _("{part} {change} (10,000 yuan)").format(part=row.name, change=signed(row.after - row.before)) for row in moved
    )
    return Effect(
        sentence=_("{year}: {changes}").format(year=before.year, changes=told) if told else _("No money moves."),
        rules=rules,
        violations=violations,
        parts=year_parts(after),
        rows=_rows(before, after),
    )


def _rows(before: YearMoney, after: YearMoney) -> list[Row]:
    rows = [
        Row(PAID, before.disbursed, after.disbursed, _("Paid")),
        Row(PAYABLE, before.payable, after.payable, _("Payable")),
        Row(OUTSTANDING, before.outstanding, after.outstanding, _("Outstanding")),
        Row(UNISSUED, before.unissued, after.unissued, _("Unissued")),
    ]
    lapsed = Row(LAPSED, before.lapsed, after.lapsed, _("Lapsed"))
    return [*rows, lapsed] if lapsed.before or lapsed.after != ZERO else rows
