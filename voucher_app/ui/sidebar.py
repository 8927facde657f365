"""The navigation at the left: pages with icons and badges, the office, the trial mark, the business date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QLabel, QSizePolicy, QVBoxLayout, QWidget

from voucher_app.i18n import _, ngettext
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtGui import QPaintEvent

    from voucher_app.services.queries.office import OfficeFacts

_HEIGHT: Final = 40
_ICON: Final = 20
_INSET: Final = 12
_BADGE: Final = 18
_MOST_ON_BADGE: Final = 999


class NavigationButton(QAbstractButton):
    """A page in the navigation, with a badge for what waits there."""

    def __init__(self, page: str, words: str, shortcut: str) -> None:
        super().__init__()
        self.page = page
        self._words = words
        self._waiting = 0
        self.setCheckable(True)
        self._shortcut = shortcut
        self._is_narrow = False
        self.setToolTip(shortcut)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(words)
        self.set_waiting(0)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show the icon only, the words as a tip."""
        self._is_narrow = narrow
        self.setToolTip(f"{self._words} ({self._shortcut})" if narrow else self._shortcut)
        self.updateGeometry()
        self.update()

    @property
    def waiting(self) -> int:
        """What the badge says; 0 for no badge."""
        return self._waiting

    def set_waiting(self, count: int) -> None:
        """Show how much waits there."""
        self._waiting = count
        told = ngettext("{page}, {count} waiting", "{page}, {count} waiting", count).format(
            page=self._words, count=count
        )
        self.setAccessibleName(told if count else self._words)
        self.update()

    @called_by_qt
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the button's size."""
        return QSize((theme.SIDEBAR_NARROW if self._is_narrow else theme.SIDEBAR) - theme.SPACE * 5, _HEIGHT)

    @called_by_qt
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Paint ground, icon, words and badge."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked() or self.underMouse():
            ground = theme.color(tokens.sidebar_on)
            ground.setAlphaF(1.0 if self.isChecked() else 0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(whole, theme.RADIUS, theme.RADIUS)
        if self.hasFocus():
            painter.setPen(QPen(theme.color(tokens.sidebar_soft), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
        token = "sidebar_bright" if self.isChecked() else "sidebar_ink"
        middle = self.height() // 2
        pixmap = theme.icon(self.page, token).pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF())
        painter.drawPixmap(QPoint(_INSET, middle - _ICON // 2), pixmap)
        if not self._is_narrow:
            left = _INSET + _ICON + theme.SPACE * 3
            painter.setFont(theme.font(theme.SECTION_PX, bold=self.isChecked()))
            painter.setPen(theme.color(getattr(tokens, token)))
            room = QRect(left, 0, self.width() - left - _INSET, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._words)
        if self._waiting:
            self._paint_badge(painter)

    def _paint_badge(self, painter: QPainter) -> None:
        tokens = theme.current()
        words = f"{self._waiting}" if self._waiting <= _MOST_ON_BADGE else f"{_MOST_ON_BADGE}+"
        font = theme.font(theme.LABEL_PX - 1, bold=True)
        width = max(_BADGE, QFontMetrics(font).horizontalAdvance(words) + theme.SPACE * 3)
        badge = QRectF(self.width() - _INSET - width, (self.height() - _BADGE) / 2, width, _BADGE)
        if self._is_narrow:
            badge.moveTopRight(QPointF(self.width() - 1, 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(tokens.trial))
        painter.drawRoundedRect(badge, _BADGE / 2, _BADGE / 2)
        painter.setFont(font)
        painter.setPen(theme.color(tokens.trial_ink))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)


class Sidebar(QWidget):
    """The navigation.

    Signals:
        page_wanted: somebody chose a page.
    """

    page_wanted = Signal(str)

    def __init__(self, pages: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """Make it for pages given as name and words, in order."""
        super().__init__(parent)
        self.setObjectName("navigation")  # Qt's file dialog has a "sidebar" of its own
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(theme.SIDEBAR)
        self._name = _label("name", _("Compute Voucher Desk"))
        self._office = _label("office", "")
        self._trial = QLabel()
        theme.set_role(self._trial, "trial")
        self._trial.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._trial.setWordWrap(True)
        self._trial.hide()
        self._day = _label("label", "")
        self._group = QButtonGroup(self)
        self.buttons: dict[str, NavigationButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE * 2 + 2, theme.MARGIN, theme.SPACE * 2 + 2, theme.PADDING)
        self._narrow_parts = (self._name, self._office, self._day)
        column.setSpacing(theme.SPACE // 2)
        self._head = head = QVBoxLayout()
        head.setContentsMargins(_INSET, 0, _INSET, theme.PADDING)
        head.setSpacing(theme.SPACE + 2)
        for part in (self._name, self._office, self._trial):
            head.addWidget(part)
        column.addLayout(head)
        for number, (page, words) in enumerate(pages, start=1):
            button = NavigationButton(page, words, f"Ctrl+{number}")
            button.clicked.connect(self._clicked)
            self._group.addButton(button)
            self.buttons[page] = button
            column.addWidget(button)
        column.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(_INSET, 0, _INSET, 0)
        foot.addWidget(self._day)
        column.addLayout(foot)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons only, where the page needs the room; the trial mark stays."""
        self.setFixedWidth(theme.SIDEBAR_NARROW if narrow else theme.SIDEBAR)
        for part in self._narrow_parts:
            part.setHidden(narrow)
        inset = 0 if narrow else _INSET
        self._head.setContentsMargins(inset, 0, inset, theme.PADDING)
        theme.set_hook(self._trial, "narrow", "true" if narrow else "")
        self._trial.setFrameStyle(self._trial.frameStyle())  # a frame keeps the padding it had until it is told
        self._trial.setText(_("Demo") if narrow else _("Demonstration, no legal effect"))
        for button in self.buttons.values():
            button.set_narrow(narrow=narrow)

    def show_office(self, office: OfficeFacts) -> None:
        """Show whose desk this is."""
        self._office.setText(office.name)
        self._trial.setVisible(office.trial)

    def show_day(self, day: date) -> None:
        """Show the business date."""
        self._day.setText(_("Business date {day}").format(day=day.isoformat()))

    def show_page(self, page: str) -> None:
        """Mark the page that is shown."""
        self.buttons[page].setChecked(True)

    def _clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, NavigationButton)
        self.page_wanted.emit(button.page)


def _label(role: str, words: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    theme.set_role(label, role)
    return label
