"""What a decision would do, told before the click: the money bar, one sentence, and every rule it meets or breaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from voucher_app.domain.errors import Weight
from voucher_app.domain.money import ZERO
from voucher_app.i18n import _, marked
from voucher_app.services.wording.rules import sentence
from voucher_app.ui import theme
from voucher_app.ui.widgets.derivation import DerivationView
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.layouts import clear
from voucher_app.ui.widgets.money_bar import MoneyBar, Swatch, part_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.ui.widgets.derivation import DerivationRow
    from voucher_app.ui.widgets.money_bar import Part

_RULE_NAMES: Final = {
    "R1": marked("The money is there"),
    "R2": marked("The class fits the credit code"),
    "R3": marked("Within the unit's yearly cap"),
    "R4": marked("Within the support ratio"),
    "R5": marked("Not too small"),
    "R6": marked("A permitted face value"),
    "R7": marked("All days are kept"),
    "R8": marked("The contract is signed and unused"),
    "R9": marked("The invoice is unused"),
    "R10": marked("The two units are independent"),
    "R11": marked("No compute of its own"),
    "R12": marked("The provider is in the register"),
    "R13": marked("No provider receives this year"),
    "R14": marked("The group shares one cap"),
    "R15": marked("No other public money, or little enough"),
    "R16": marked("Supporting services within their share"),
    "R17": marked("The compute is in Shanxi"),
    "R18": marked("The voucher is not cashed"),
    "R19": marked("The service lies in the base period"),
    "R20": marked("The provider invoices in full"),
    "R21": marked("Paid by the holder to the provider"),
    "R22": marked("Credit checked and clear"),
    "R23": marked("Two people decide"),
    "R24": marked("Publicity has ended without objection"),
    "R25": marked("Within the settlement period"),
    "R26": marked("No claim is waiting"),
    "R27": marked("The fair-competition review is valid"),
    "R28": marked("Not banned"),
    "R29": marked("Samples are drawn"),
    "R30": marked("A usual price"),
    "R32": marked("Allocated by the rule"),
    "ACCOUNT": marked("The account allows it"),
    "LOGIN": marked("Log-in as the office has it"),
    "INVOICE": marked("The invoice’s file says the same"),
    "PAPERS": marked("The papers are there"),
    "ROLE": marked("Your role may do this"),
    "TRANSITION": marked("The record's state allows it"),
    "UNIQUE": marked("Not registered yet"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line under the bar: a kind of money before and after the decision."""

    kind: str
    before: Money
    after: Money
    name: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision would do.

    Attributes:
        sentence: the effect on the money in one sentence; empty when no money moves.
        rules: the rules that were looked at; those without a violation are met.
        violations: every rule that says no, asks for a reason or has something to note.
        parts: the money bar; empty for none. `rows`: its legend.
        facts: labelled figures; `derivation`: how a payable amount comes about.
        is_beyond: the sentence tells of something beyond a limit.
    """

    sentence: str = ""
    rules: tuple[str, ...] = ()
    violations: Sequence[Violation] = ()
    parts: Sequence[Part] = ()
    rows: Sequence[Row] = ()
    facts: Sequence[tuple[str, str]] = ()
    derivation: Sequence[DerivationRow] = ()
    is_beyond: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether a rule forbids the decision."""
        return any(violation.weight is Weight.BLOCK for violation in self.violations)

    def refused_with(self, violations: Sequence[Violation]) -> Effect:
        """Return the same effect with what the use case itself refused; what was only told before stays."""
        codes = {(violation.rule, violation.code) for violation in violations}
        told = [
            violation
            for violation in self.violations
            if violation.weight is Weight.NOTE and (violation.rule, violation.code) not in codes
        ]
        return replace(self, violations=[*violations, *told])

    @property
    def needs_reason(self) -> bool:
        """Whether a rule asks for a written reason."""
        return any(violation.weight is Weight.REASON for violation in self.violations)


class SignedLine(QWidget):
    """A sign and a wrapping sentence; the sign's meaning is also said to a screen reader."""

    def __init__(self, sign: str, role: str, words: str, *, meaning: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE * 2)
        mark = QLabel()
        mark.setPixmap(theme.icon(sign).pixmap(theme.ICON, theme.ICON))
        text = QLabel(words)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        theme.set_role(text, role)
        self.setAccessibleName(_("{meaning}: {words}").format(meaning=meaning, words=words))
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)


def violation_line(violation: Violation) -> SignedLine:
    """Return a line that says what a rule has against the decision."""
    words = sentence(violation)
    if violation.weight is Weight.BLOCK:
        return SignedLine("refused", "bad", words, meaning=_("Not met"))
    if violation.weight is Weight.REASON:
        return SignedLine("warning", "warn", words, meaning=_("Needs a reason"))
    return SignedLine("note", "soft", words, meaning=_("Note"))


def rule_name(rule: str) -> str:
    """Return a rule's number and its words in short."""
    words = _(_RULE_NAMES[rule])
    return f"{rule} {words}" if rule.startswith("R") and rule[1:].isdigit() else words


class Legend(QWidget):
    """The kinds of money with their amounts in 万元; what changes shows both, before and after."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.SPACE * 2)
        self._grid.setVerticalSpacing(theme.SPACE)
        self._grid.setColumnStretch(1, 1)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        clear(self._grid)
        changes = any(row.before != row.after for row in rows)
        decimals = max((_decimals(amount) for row in rows for amount in (row.before, row.after)), default=2)
        for line, row in enumerate(rows):
            self._grid.addWidget(Swatch(row.kind), line, 0)
            self._grid.addWidget(_label(row.name or part_name(row.kind), "soft"), line, 1)
            is_changed = row.before != row.after
            if changes:
                self._grid.addWidget(_amount(row.before, "soft", decimals), line, 2)
                self._grid.addWidget(_label("→" if is_changed else "", "soft"), line, 3)
                after = _amount(row.after, "bad" if row.after < ZERO else "", decimals) if is_changed else QLabel()
                self._grid.addWidget(after, line, 4)
            else:
                self._grid.addWidget(_amount(row.before, "", decimals), line, 2)


def _label(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        theme.set_role(label, role)
    return label


def signed(amount: Money) -> str:
    """Return an amount in 万元, with a minus sign as typography has it."""
    return amount.in_wan_yuan().replace("-", "−")


def _decimals(amount: Money) -> int:
    return len(amount.in_wan_yuan().partition(".")[2])


def _amount(amount: Money, role: str, decimals: int) -> QLabel:
    """Return a label whose point stands under the other points."""
    whole, point, rest = signed(amount).partition(".")
    label = _label(whole + point + rest.ljust(decimals, "0"), role)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label


class EffectPanel(QFrame):
    """The right side of a dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("effect")
        self.setAccessibleName(_("What it does"))
        self._effect: Effect | None = None
        self._title = _label(_("What it does"), "section")
        self.bar = MoneyBar()
        self._legend = Legend()
        self.sentence = _label("", "")
        self.sentence.setWordWrap(True)
        self._rules_title = _label("", "section")
        self._broken, self._lines = QVBoxLayout(), QVBoxLayout()
        self._broken.setSpacing(theme.SPACE)
        self._lines.setSpacing(theme.SPACE)
        self.facts = FactsList()
        self.derivation = DerivationView()
        self._waiting = _label("", "soft")
        self._waiting.setWordWrap(True)
        inside = QWidget()
        inside.setProperty("flat", "true")
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.PADDING, theme.PADDING, theme.PADDING, theme.PADDING)
        column.setSpacing(theme.SPACE * 3)
        column.addWidget(self._title)
        column.addWidget(self._waiting)
        column.addWidget(self.sentence)
        column.addWidget(self.bar)
        column.addWidget(self._legend)
        column.addWidget(self.facts)
        # What stands in the way comes before how an amount comes about; what is met, after it.
        column.addSpacing(theme.SPACE)
        column.addWidget(self._rules_title)
        column.addLayout(self._broken)
        column.addWidget(self.derivation)
        column.addLayout(self._lines)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.wait("")

    @property
    def effect(self) -> Effect | None:
        """What is shown, or None while the form is not complete."""
        return self._effect

    def wait(self, words: str) -> None:
        """Show that nothing can be told yet, and why."""
        self._effect = None
        self._waiting.setText(words)
        self._waiting.show()
        for part in (self.sentence, self.bar, self._legend, self.facts, self.derivation, self._rules_title):
            part.hide()
        self._clear_lines()

    def show_effect(self, effect: Effect) -> None:
        """Show what the decision would do."""
        self._effect = effect
        self._waiting.hide()
        self.sentence.setText(effect.sentence)
        self.sentence.setVisible(bool(effect.sentence))
        theme.set_role(self.sentence, "bad" if effect.is_beyond else "strong" if effect.parts else "soft")
        self.bar.set_parts(list(effect.parts))
        self.bar.setVisible(bool(effect.parts))
        self._legend.set_rows(effect.rows)
        self._legend.setVisible(bool(effect.rows))
        self.facts.set_facts(effect.facts, numeric=True)
        self.facts.setVisible(bool(effect.facts))
        self.derivation.show_rows(effect.derivation)
        self.derivation.setVisible(bool(effect.derivation))
        self._clear_lines()
        self._tell_rules(effect)

    def _tell_rules(self, effect: Effect) -> None:
        self._rules_title.setVisible(bool(effect.rules or effect.violations))
        for violation in sorted(effect.violations, key=lambda violation: list(Weight).index(violation.weight)):
            self._broken.addWidget(violation_line(violation))
        named = {violation.rule for violation in effect.violations}
        met = [rule for rule in effect.rules if rule not in named]
        for rule in met:
            self._lines.addWidget(SignedLine("met", "label", rule_name(rule), meaning=_("Met")))
        broken = sum(violation.weight is not Weight.NOTE for violation in effect.violations)
        if broken:
            words = _("Rules: {broken} not met, {met} met").format(broken=broken, met=len(met))
        else:
            words = _("Rules: all {met} met").format(met=len(met))
        self._rules_title.setText(words)

    def _clear_lines(self) -> None:
        for lines in (self._broken, self._lines):
            clear(lines)
