"""A day, typed as ISO text or taken from a calendar; what it says in words stands beneath."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QLocale, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QTextCharFormat
from PySide6.QtWidgets import QApplication, QCalendarWidget, QFrame, QToolButton, QVBoxLayout

from voucher_app import i18n
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.widgets.field import LineField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_ISO_LENGTH: Final = 10
_LOOSE: Final = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})日?", re.ASCII)
_CALENDAR: Final = (QDate(1900, 1, 1), QDate(2199, 12, 31))
"""Without an end the arrow keys lead to years that Python has not."""
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def tidied(text: str) -> str:
    """Return a day in ISO form where it is plain which day is meant: `20260305`, `2026/3/5`, `2026年3月5日`."""
    match = _COMPACT.fullmatch(text.strip()) or _LOOSE.fullmatch(text.strip())
    if match is None:
        return text
    year, month, day = match.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def weekday_name(day: date) -> str:
    """Return the weekday of a day."""
    weekdays = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
    return weekdays[day.weekday()]


def in_words(day: date) -> str:
    """Return a day as a person says it, with its weekday."""
    return _("{year}-{month}-{day}, {weekday}").format(
        year=day.year, month=day.month, day=day.day, weekday=weekday_name(day)
    )


class DateField(LineField):
    """A day as text `2026-03-05`, with a calendar to take it from."""

    def __init__(self, label: str, *, required: bool = True) -> None:
        super().__init__(label, parse_date, required=required, placeholder=_("YYYY-MM-DD"))
        self.popup: QFrame | None = None
        """What holds the calendar while it is open."""
        action = self.edit.addAction(theme.icon("calendar"), self.edit.ActionPosition.TrailingPosition)
        action.setText(_("Take the day from a calendar"))
        action.setToolTip(_("Calendar (F2)"))
        action.setShortcut("F2")
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(self.open_calendar)

    def value(self) -> date:
        """Return the day."""
        return parse_date(tidied(self.text()))

    def value_or_none(self) -> date | None:
        """Return the day, or None for an optional one left empty."""
        return self.value() if self.text().strip() or self.is_required else None

    def set_day(self, day: date) -> None:
        """Put a day into the field."""
        self.set_text(day.isoformat())

    def told(self) -> str:
        """Return the day in words."""
        if not self.text().strip():
            return super().told()
        try:
            return in_words(self.value())
        except InvalidInput:
            return ""

    def is_unfinished(self) -> bool:
        """Return whether the text is shorter than a day."""
        return len(self.text().strip()) < _ISO_LENGTH

    def left(self) -> None:
        """Show the day in ISO form."""
        iso = tidied(self.text())
        if iso != self.text():
            self.set_text(iso)

    def open_calendar(self) -> None:
        """Show a calendar under the field, inside the window; a click or Enter takes the day, Esc closes."""
        self.close_calendar()
        window = self.window()
        self.popup = popup = QFrame(window)
        popup.setProperty("card", "true")
        calendar = self._calendar()
        inside = QVBoxLayout(popup)
        inside.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        inside.addWidget(calendar)
        escape = QShortcut(QKeySequence("Esc"), popup, self._go_back)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        popup.adjustSize()
        place = self.edit.mapTo(window, QPoint(0, self.edit.height() + theme.SPACE))
        popup.move(
            max(min(place.x(), window.width() - popup.width() - theme.SPACE), 0),
            max(min(place.y(), window.height() - popup.height() - theme.SPACE), 0),
        )
        popup.show()
        popup.raise_()
        calendar.setFocus()
        application = QGuiApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)

    def _calendar(self) -> QCalendarWidget:
        calendar = QCalendarWidget()
        calendar.setGridVisible(False)
        calendar.setDateRange(*_CALENDAR)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        calendar.setLocale(QLocale(i18n.language()))
        weekend = QTextCharFormat()
        weekend.setForeground(theme.color(theme.current().accent))
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(weekday, weekend)
        for name, icon in (("qt_calendar_prevmonth", "previous"), ("qt_calendar_nextmonth", "next")):
            button = calendar.findChild(QToolButton, name)
            assert isinstance(button, QToolButton), "Qt has called its buttons so since 4.4"
            button.setIcon(theme.icon(icon))
        if self.text().strip() and not self.problem():
            day = self.value()
            calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        calendar.clicked.connect(self._take)
        calendar.activated.connect(self._take)
        return calendar

    def _take(self, day: QDate) -> None:
        self.set_day(date(day.year(), day.month(), day.day()))
        self.is_typed = True
        self._go_back()

    def _go_back(self) -> None:
        self.close_calendar()
        self.edit.setFocus()

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self.popup is not None and (now is None or not self.popup.isAncestorOf(now)):
            self.close_calendar()

    def close_calendar(self) -> None:
        """Take the calendar away."""
        popup, self.popup = self.popup, None
        if popup is None:
            return
        application = QGuiApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.disconnect(self._focus_moved)
        popup.hide()
        popup.deleteLater()
