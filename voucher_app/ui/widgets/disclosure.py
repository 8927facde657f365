"""A part of a form that opens: its heading tells what is inside, and what was filled in there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from voucher_app.i18n import _
from voucher_app.ui import theme

if TYPE_CHECKING:
    from voucher_app.ui.widgets.field import Field


class Disclosure(QWidget):
    """A heading that opens and closes what stands under it.

    Args:
        title: the heading.
        hint: what can be told inside, said while nothing is.
    """

    def __init__(self, title: str, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self._fields: list[Field] = []
        self.header = QPushButton(title)
        self.header.setProperty("kind", "disclosure")
        self.header.setAutoDefault(False)
        self.header.setCheckable(True)
        self.header.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.header.toggled.connect(self._toggled)
        self.summary = QLabel(hint)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.set_role(self.summary, "label")
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE * 2)
        head.addWidget(self.header)
        head.addWidget(self.summary, 1)
        self.body = QWidget()
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(theme.PADDING, theme.SPACE, 0, theme.SPACE)
        self.content.setSpacing(theme.SPACE * 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.body)
        self._toggled(False)  # noqa: FBT003 - closed at first

    @property
    def is_open(self) -> bool:
        """Whether what is inside can be seen."""
        return self.header.isChecked()

    def open(self) -> None:
        """Show what is inside."""
        self.header.setChecked(True)

    def watch(self, *fields: Field) -> None:
        """Tell in the heading which of these fields are filled in."""
        self._fields += fields
        for field in fields:
            field.changed.connect(self.tell)

    def forget(self, *fields: Field) -> None:
        """Tell of these fields no more."""
        self._fields = [field for field in self._fields if field not in fields]
        self.tell()

    def tell(self) -> None:
        """Say in the heading what was filled in."""
        told = [field.plain_label for field in self._fields if field.text().strip()]
        words = _("filled in: {fields}").format(fields=_(", ").join(dict.fromkeys(told)))
        self.summary.setText(words if told else self._hint)

    def _toggled(self, is_open: bool) -> None:  # noqa: FBT001 - the slot of Signal(bool)
        self.header.setIcon(theme.icon("down" if is_open else "next"))
        self.header.setAccessibleDescription(_("opened") if is_open else _("closed"))
        self.body.setVisible(is_open)


def open_around(widget: QWidget) -> None:
    """Open every part of a form that a widget stands in."""
    around: QWidget | None = widget
    while around is not None:
        if isinstance(around, Disclosure):
            around.open()
        around = around.parentWidget()
