"""An amount in 元, typed as text and shown in capital numerals (大写) while typing: no float, no spin box."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.i18n import _
from voucher_app.ui.widgets.field import LineField

_INPUT_METHOD: Final = str.maketrans("０１２３４５６７８９．。，", "0123456789..,")
"""What a Chinese input method types for digits and points; changed before one's eyes, not behind one's back."""
_BEGUN = re.compile(r"[0-9][0-9,]*\.?", re.ASCII)


class AmountField(LineField):
    """An amount in 元 with at most two decimals."""

    def __init__(self, label: str, *, required: bool = True) -> None:
        self._most: Money | None = None
        self.offer: QPushButton | None = None
        """Fills in the largest amount; made once there is one to offer."""
        super().__init__(_("{label} (yuan)").format(label=label), Money.parse, required=required, placeholder="0.00")
        self.edit.textEdited.connect(self._from_input_method)

    def value(self) -> Money:
        """Return the amount."""
        return Money.parse(self.text())

    def propose(self, most: Money | None) -> None:
        """Offer to fill in the largest amount that is allowed; nothing is offered for None, nor what stands there."""
        self._most = most
        self._show_offer()

    def _show_offer(self) -> None:
        most = self._most
        wanted = most is not None and (bool(self.problem()) or self.value() != most)
        if self.offer is None:
            if not wanted:
                return
            self.offer = self._make_offer()
        self.offer.setVisible(wanted)
        if most is not None:
            self.offer.setText(_("Fill in the most: ¥{amount}").format(amount=most.in_yuan()))

    def _make_offer(self) -> QPushButton:
        made = QPushButton(self)
        made.setProperty("kind", "link")
        made.setProperty("aside", True)  # noqa: FBT003 - Qt's way; Enter goes past it, Tab does not
        made.setAutoDefault(False)
        made.setToolTip(_("What the policy and the money that is left allow; asked again when it is recorded"))
        made.clicked.connect(self._take_offer)
        column = self.layout()
        assert isinstance(column, QVBoxLayout), "a field is made so"
        column.insertWidget(column.indexOf(self.message), made, 0, Qt.AlignmentFlag.AlignLeft)
        return made

    def _take_offer(self) -> None:
        if self._most is not None:
            self.set_amount(self._most)
            self.is_typed = True
            self.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def edited(self) -> None:
        """Take note of typing; what was offered may stand there now."""
        super().edited()
        self._show_offer()

    def set_amount(self, amount: Money) -> None:
        """Put an amount into the field."""
        self.set_text(amount.in_yuan())

    def told(self) -> str:
        """Return the amount in capital numerals."""
        if not self.text().strip():
            return super().told()
        try:
            return self.value().in_capitals()
        except InvalidInput:
            return ""

    def is_unfinished(self) -> bool:
        """Return whether the text is the beginning of an amount: `1,2` or `12.`."""
        return bool(_BEGUN.fullmatch(self.text().strip()))

    def left(self) -> None:
        """Group the digits when the field is left."""
        if self.text().strip() and not self.problem():
            grouped = self.value().in_yuan()
            if grouped != self.text():
                self.set_text(grouped)

    def _from_input_method(self, text: str) -> None:
        plain = text.translate(_INPUT_METHOD)
        if plain != text:
            place = self.edit.cursorPosition()
            self.edit.setText(plain)
            self.edit.setCursorPosition(place)
