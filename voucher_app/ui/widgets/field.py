"""A labelled control with its message beside it: a hint while all is well, otherwise what is wrong and what to do.

The message line always keeps its place, so nothing jumps while one types. An error has a sign and a sentence; colour
only underlines it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from voucher_app.domain.errors import DomainError, InvalidInput
from voucher_app.domain.text import LONGEST_NAME, LONGEST_REASON, parse_line
from voucher_app.i18n import _
from voucher_app.services.wording.errors import describe
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.choice_box import ChoiceBox
from voucher_app.ui.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QKeyEvent

_LEAST_CHOICE_PX = theme.BODY_PX * 6 + theme.CONTROL
"""What is seen of a choice at least: six characters and the arrow."""


class Message(QWidget):
    """One line under a control: soft for a hint, with a sign for an error."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign: QLabel | None = None
        """Made with the first error: most fields never have one, and a form of many opens sooner."""
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self._text, 1)
        self._row = row
        self.is_error = False
        self.setMinimumHeight(theme.SPACE * 5)
        self.hint("")

    def text(self) -> str:
        """Return what is said."""
        return self._text.text()

    def hint(self, text: str) -> None:
        """Say something helpful, or nothing."""
        self.is_error = False
        if self._sign is not None:
            self._sign.hide()
        self._text.setText(text)
        theme.set_role(self._text, "label")

    def error(self, text: str) -> None:
        """Say what is wrong."""
        self.is_error = True
        if self._sign is None:
            self._sign = QLabel()
            self._row.insertWidget(0, self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._sign.setPixmap(theme.icon("error").pixmap(theme.ICON, theme.ICON))
        self._sign.show()
        self._text.setText(text)
        theme.set_role(self._text, "error")


class Field(QWidget):
    """A label, a control and a message; subclasses say how the text is read.

    Attributes:
        control: what takes the focus.
        is_required: an empty field is a problem; the label marks the others as optional.
        is_typed: a person put something in, so that closing would lose it.
        is_secret: a password; never kept in a draft.
    """

    changed = Signal()
    is_secret = False

    def __init__(self, label: str, control: QWidget, *, required: bool = True) -> None:
        super().__init__()
        self.control = control
        self.is_required = required
        self.plain_label = label
        self.is_typed = False
        self._judged = False
        self._complaint = ""
        self._hint = ""
        self.label = QLabel(_label_words(label, required=required))
        theme.set_role(self.label, "label")
        self.label.setBuddy(control)
        control.setAccessibleName(label)
        self.message = Message()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.label)
        column.addWidget(control)
        column.addWidget(self.message)
        control.installEventFilter(self)
        self.setFocusProxy(control)

    # ------------------------------------------------------------------------------------------ for subclasses

    def text(self) -> str:
        """Return what was typed, as it stands."""
        raise NotImplementedError

    def value(self) -> object:
        """Return what the text means.

        Raises:
            DomainError: when it cannot be read.
        """
        raise NotImplementedError

    def told(self) -> str:
        """Return the hint for a text that can be read, such as an amount in capital numerals."""
        return self._hint

    def is_unfinished(self) -> bool:
        """Return whether the text may still become readable by typing on, so that it is too early to complain."""
        return False

    def kept(self) -> str:
        """Return what a draft keeps of the field."""
        return self.text()

    def restore(self, kept: str) -> None:
        """Put back what a draft kept."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------ what dialogs use

    def set_hint(self, text: str) -> None:
        """Say what the field is for, while nothing is wrong."""
        self._hint = text
        self.refresh()

    def problem(self) -> str:
        """Return what is wrong with the text, or nothing."""
        if self._complaint:
            return self._complaint
        if not self.text().strip():
            if not self.is_required:
                return ""
            return describe(InvalidInput("text_missing", found="", field=self.plain_label))[0]
        try:
            self.value()
        except DomainError as error:
            return "\n".join(describe(error))
        return ""

    def judge(self) -> bool:
        """Show what is wrong, also when nothing was typed yet; return whether all is well."""
        self._judged = True
        self.refresh()
        return not self.problem()

    def complain(self, sentence: str) -> None:
        """Show a refusal that came from the records, until the text changes."""
        self._complaint = sentence
        self.refresh()

    def refresh(self) -> None:
        """Say beside the control how it stands."""
        problem = self.problem()
        empty = not self.text().strip()
        early = (
            not self._complaint and not self._judged and (empty or (self.control.hasFocus() and self.is_unfinished()))
        )
        if problem and not early:
            self.message.error(problem)
        elif problem:
            self.message.hint(self._hint)
        else:
            self.message.hint(self.told())
        shown = bool(problem) and not early
        theme.set_hook(self.control, "bad", "true" if shown else "")
        self.control.setAccessibleDescription(self.message.text())

    @called_by_qt
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look again when the control is left."""
        if event.type() == QEvent.Type.FocusOut:
            self.left()
            self.refresh()
        return super().eventFilter(watched, event)

    def left(self) -> None:
        """Tidy the text when the control is left; nothing by default."""

    def take_back(self, kept: str) -> None:
        """Put back what a draft kept, as something that was typed."""
        if kept != self.kept():
            self.restore(kept)
            self.is_typed = True

    def edited(self) -> None:
        """Take note of typing: what was refused before may be right now."""
        self._complaint = ""
        self.is_typed = self.is_typed or self.control.hasFocus()
        self.refresh()
        self.changed.emit()


def _label_words(label: str, *, required: bool) -> str:
    return label if required else _("{label} (optional)").format(label=label)


class LineField(Field):
    """A field of one line, read by a function of the domain.

    Args:
        label: of the field.
        read: returns what a text means, or raises a DomainError.
        required: whether it may not be left empty.
        placeholder: what may be typed, in words.
        example: something that could stand there; it is shown as an example, or it would be taken for a value.
    """

    def __init__(
        self,
        label: str,
        read: Callable[[str], object],
        *,
        required: bool = True,
        placeholder: str = "",
        example: str = "",
    ) -> None:
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(_("e.g. {example}").format(example=example) if example else placeholder)
        self._read = read
        super().__init__(label, self.edit, required=required)
        self.edit.textChanged.connect(self.edited)

    def text(self) -> str:
        """Return what was typed, as it stands."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Put a text into the field, as if typed."""
        self.edit.setText(text)

    def restore(self, kept: str) -> None:
        """Put back what a draft kept."""
        self.set_text(kept)

    def value(self) -> object:
        """Return what the text means."""
        return self._read(self.text())


class TextField(LineField):
    """A line of plain words."""

    def __init__(
        self, label: str, *, name: str, required: bool = True, longest: int = LONGEST_NAME, example: str = ""
    ) -> None:
        self._name = name
        self._longest = longest
        super().__init__(label, self._line, required=required, example=example)

    def _line(self, text: str) -> str:
        return parse_line(text, field=self._name, longest=self._longest, required=self.is_required)

    def value(self) -> str:
        """Return the line, tidied."""
        return self._line(self.text())


class CodeField(LineField):
    """A code of fixed length, such as a credit code or an invoice number, read by the domain's parser."""

    def __init__(
        self, label: str, read: Callable[[str], str], *, length: int, required: bool = True, placeholder: str = ""
    ) -> None:
        self._parse = read
        self._length = length
        super().__init__(label, read, required=required, placeholder=placeholder)

    def value(self) -> str:
        """Return the code in its standard form; nothing for an optional one left empty."""
        return self._parse(self.text()) if self.is_required or self.text().strip() else ""

    def is_unfinished(self) -> bool:
        """Return whether the code is shorter than it will be."""
        return len(self.text().strip()) < self._length

    def left(self) -> None:
        """Show the code in its standard form."""
        if self.text().strip() and not self.problem():
            self.set_text(self.value())


class _ReasonEdit(QPlainTextEdit):
    """Some lines that wrap; Enter and Tab go on to the next field, because a reason is one paragraph."""

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave Enter to the dialog."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.ignore()
            return
        super().keyPressEvent(event)


class ReasonField(Field):
    """A written reason, which is recorded."""

    def __init__(self, label: str, *, required: bool = True) -> None:
        self.edit = _ReasonEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(theme.CONTROL * 2)
        super().__init__(label, self.edit, required=required)
        self.edit.textChanged.connect(self.edited)

    def text(self) -> str:
        """Return what was typed, as it stands."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Put a text into the field, as if typed."""
        self.edit.setPlainText(text)

    def restore(self, kept: str) -> None:
        """Put back what a draft kept."""
        self.set_text(kept)

    def value(self) -> str:
        """Return the reason as one line."""
        return parse_line(self.text(), field="reason", longest=LONGEST_REASON, required=self.is_required)

    def require(self, required: bool) -> None:  # noqa: FBT001 - reads as what it sets
        """Say whether a reason has to be given, because a rule asks for one."""
        self.is_required = required
        self.label.setText(_label_words(self.plain_label, required=required))
        self.refresh()


def give_it_its_place(box: ChoiceBox) -> None:
    """Make a choice as wide as its place, not as its longest words: the form does not grow out of the dialog.

    By the layout: a box whose policy of sizes is set makes its list at once, 0.4 ms in a form of twenty.
    """
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    box.setMinimumWidth(_LEAST_CHOICE_PX)


class ChoiceField(Field):
    """One of a few words."""

    def __init__(self, label: str, choices: list[tuple[str, str]]) -> None:
        self.box = ChoiceBox()
        give_it_its_place(self.box)
        for key, words in choices:
            self.box.addItem(words, key)
        self._awaited = ""
        super().__init__(label, self.box)
        self.box.currentIndexChanged.connect(self.edited)
        self.box.currentTextChanged.connect(self._tell_whole)
        self._tell_whole(self.box.currentText())
        # Not the box's own signal: whoever fills a list blocks those.
        self.box.model().rowsInserted.connect(self._filled)

    def _tell_whole(self, words: str) -> None:
        """Tell a choice that is cut in a narrow form; a batch's name may look like HTML."""
        self.box.setToolTip(plain_tip(words))

    def text(self) -> str:
        """Return the word that is chosen."""
        return self.box.currentText()

    def choose(self, key: str) -> None:
        """Choose by key; an unknown key changes nothing."""
        index = self.box.findData(key)
        if index >= 0:
            self.box.setCurrentIndex(index)

    def value(self) -> str:
        """Return the key of what is chosen."""
        return str(self.box.currentData())

    def kept(self) -> str:
        """Return the key of what is chosen; words change with the language."""
        return self.value() if self.box.currentIndex() >= 0 else ""

    def restore(self, kept: str) -> None:
        """Choose what a draft kept, now or as soon as the list has it."""
        self._awaited = kept if self.box.findData(kept) < 0 else ""
        self.choose(kept)

    def _filled(self) -> None:
        if self._awaited and self.box.findData(self._awaited) >= 0:
            self.restore(self._awaited)
