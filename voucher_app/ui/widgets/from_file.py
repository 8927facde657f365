"""What an invoice's file says of a field, beside the field: to be compared and ticked, or told where both differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from voucher_app.domain.errors import DomainError
from voucher_app.i18n import _
from voucher_app.ui import theme

if TYPE_CHECKING:
    from voucher_app.ui.widgets.field import Field


class FromFile(QWidget):
    """A line under a field.

    Args:
        field: the field; the line puts itself under its message.
        value: what the file says, as the field would read it; `said`: the same as text.

    Signals:
        changed: it was ticked, or the tick was taken away.
    """

    changed = Signal()

    def __init__(self, field: Field, value: object, said: str) -> None:
        super().__init__()
        self.field, self._value, self._said = field, value, said
        self.tick = QCheckBox()
        self.tick.toggled.connect(self._ticked)
        self._sign = QLabel()
        self._sign.setPixmap(theme.icon("warning").pixmap(theme.ICON, theme.ICON))
        self._differs = QLabel(_("Not as in the file, which says {said}").format(said=said))
        self._differs.setWordWrap(True)
        self._differs.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self._differs, "warn")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.tick)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._differs, 1)
        row.addStretch(0)
        layout = field.layout()
        assert layout is not None
        layout.addWidget(self)
        field.changed.connect(self.refresh)
        self.refresh()

    @property
    def is_same(self) -> bool:
        """Whether the field says what the file says."""
        try:
            return self.field.value() == self._value
        except DomainError:
            return False

    @property
    def is_confirmed(self) -> bool:
        """Whether a person compared it, or typed something else on purpose."""
        return not self.is_same or self.tick.isChecked()

    def refresh(self) -> None:
        """Say how field and file stand to each other; what was typed anew is to be compared anew."""
        same = self.is_same
        if not same and self.tick.isChecked():
            self.tick.setChecked(False)
        self.tick.setVisible(same)
        self._sign.setVisible(not same)
        self._differs.setVisible(not same)
        words = _("Compared: the file says {said}") if self.tick.isChecked() else _("Compare: the file says {said}")
        self.tick.setText(words.format(said=self._said))
        # The focus ring widens the box; without room for it the last digit would be cut.
        self.tick.setMinimumWidth(self.tick.sizeHint().width() + theme.SPACE)
        self.tick.setAccessibleName(f"{self.field.plain_label}: {self.tick.text()}")

    def leave(self) -> None:
        """Take the line away again; the field keeps what it says."""
        self.field.changed.disconnect(self.refresh)
        self.hide()
        self.deleteLater()

    def _ticked(self) -> None:
        self.refresh()
        self.changed.emit()
