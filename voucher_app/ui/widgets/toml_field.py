"""The text of a policy file with numbered lines; what cannot be read is marked on its line and told below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from voucher_app.i18n import _
from voucher_app.services.policy_form import faults_in
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.widgets.field import Field

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from voucher_app.services.policy_form import Fault

_DIGITS = 3
_LINES = 17


class _Margin(QWidget):
    """The numbers left of the lines."""

    def __init__(self, edit: TomlEdit) -> None:
        super().__init__(edit)
        self._edit = edit

    @called_by_qt
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return its width."""
        return QSize(self._edit.margin_width(), 0)

    @called_by_qt
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the numbers."""
        self._edit.paint_margin(event)


class TomlEdit(QPlainTextEdit):
    """Text with numbered lines; a line at fault has a mark."""

    def __init__(self) -> None:
        super().__init__()
        font = theme.font(theme.BODY_PX)
        # What a computer's monospaced font lacks comes from the window's own.
        font.setFamilies(["Noto Sans Mono", "Consolas", "Menlo", *font.families()])
        font.setStyleHint(QFont.StyleHint.Monospace)
        self.setFont(font)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.faulty: frozenset[int] = frozenset()
        self._margin = _Margin(self)
        self.setFixedHeight(QFontMetrics(font).lineSpacing() * _LINES + theme.PADDING)
        self.blockCountChanged.connect(lambda _count: self._fit())
        self.updateRequest.connect(self._follow)
        self._fit()

    def margin_width(self) -> int:
        """Return what the numbers take."""
        digits = max(_DIGITS, len(str(self.blockCount())))
        return QFontMetrics(self.font()).horizontalAdvance("0") * digits + theme.SPACE * 4

    def mark(self, lines: frozenset[int]) -> None:
        """Mark the lines at fault, counted from one."""
        if lines != self.faulty:
            self.faulty = lines
            self._margin.update()

    def paint_margin(self, event: QPaintEvent) -> None:
        """Paint the numbers of the lines that are seen."""
        tokens = theme.current()
        painter = QPainter(self._margin)
        painter.fillRect(event.rect(), theme.color(tokens.surface_alt))
        painter.setFont(theme.font(theme.LABEL_PX))
        block = self.firstVisibleBlock()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        while block.isValid() and top <= event.rect().bottom():
            height = round(self.blockBoundingRect(block).height())
            is_faulty = block.blockNumber() + 1 in self.faulty
            if is_faulty:
                painter.fillRect(0, top, self._margin.width(), height, theme.color(tokens.bad_ground))
            painter.setPen(theme.color(tokens.bad if is_faulty else tokens.ink_soft))
            room = QRect(0, top, self._margin.width() - theme.SPACE * 2, height)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight), str(block.blockNumber() + 1))
            block, top = block.next(), top + height
        painter.end()

    @called_by_qt
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the margin at the left."""
        super().resizeEvent(event)
        inner = self.contentsRect()
        self._margin.setGeometry(QRect(inner.left(), inner.top(), self.margin_width(), inner.height()))

    def _fit(self) -> None:
        self.setViewportMargins(self.margin_width(), 0, 0, 0)

    def _follow(self, rect: QRect, moved: int) -> None:
        if moved:
            self._margin.scroll(0, moved)
        else:
            self._margin.update(0, rect.y(), self._margin.width(), rect.height())


class TomlField(Field):
    """The text of a policy file; everything that is wrong with it is told at once."""

    def __init__(self, label: str) -> None:
        self.edit = TomlEdit()
        super().__init__(label, self.edit)
        self.edit.textChanged.connect(self.edited)

    def text(self) -> str:
        """Return the text as it stands."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Put a text into the field."""
        self.edit.setPlainText(text)

    def restore(self, kept: str) -> None:
        """Put back what a draft kept."""
        self.set_text(kept)

    def value(self) -> str:
        """Return the text."""
        return self.text()

    def problem(self) -> str:
        """Return everything that cannot be read, line by line."""
        found = super().problem()
        faults = [] if found else faults_in(self.text())
        self.edit.mark(frozenset(fault.line for fault in faults))
        return found or "\n".join(_said(fault) for fault in faults)


def _said(fault: Fault) -> str:
    return _("Line {line}: {fault}").format(line=fault.line, fault=fault.sentence) if fault.line else fault.sentence
