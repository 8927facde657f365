"""Icons of one family, Phosphor, drawn from its font in a colour of the theme.

The font comes with QtAwesome, whose own code is not loaded: importing it and registering its twelve fonts costs 210 ms
at start-up, this costs 3. A test compares `CODE_POINTS` with the library's own table.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QColor

_DISABLED: Final = 0.4
"""Opacity of what cannot be done now."""


CODE_POINTS: Final = {
    "archive-box": 0xF009,
    "arrow-bend-double-up-left": 0xF00E,
    "arrow-counter-clockwise": 0xF021,
    "arrow-down": 0xF022,
    "arrow-elbow-down-right": 0xF026,
    "arrow-square-out": 0xF058,
    "arrow-u-up-left": 0xF066,
    "arrow-up": 0xF061,
    "arrows-clockwise": 0xF045,
    "article": 0xF068,
    "bank": 0xF073,
    "book-open": 0xF097,
    "buildings": 0xF0A8,
    "calendar-blank": 0xF0AD,
    "calendar-plus": 0xF0AF,
    "caret-down": 0xF0C2,
    "caret-left": 0xF0C3,
    "caret-right": 0xF0C4,
    "chart-line": 0xF0D4,
    "chart-pie-slice": 0xF0D7,
    "chat-circle-text": 0xF0DE,
    "check-circle": 0xF0E8,
    "check-circle-fill": 0xF851,
    "checks": 0xF0E9,
    "circle-wavy-check": 0xF0F4,
    "clipboard-text": 0xF0F8,
    "columns": 0xF10E,
    "copy": 0xF114,
    "currency-cny": 0xF123,
    "download-simple": 0xF14C,
    "export": 0xF15A,
    "file": 0xF167,
    "file-text": 0xF170,
    "flask": 0xF180,
    "folder-open": 0xF18C,
    "funnel": 0xF196,
    "gauge": 0xF19A,
    "gear-six": 0xF19C,
    "hard-drives": 0xF1C4,
    "hourglass-medium": 0xF1D3,
    "identification-badge": 0xF1DB,
    "identification-card": 0xF1DC,
    "image": 0xF1DD,
    "info-fill": 0xF94A,
    "key": 0xF1E4,
    "list-bullets": 0xF1FB,
    "lock": 0xF1FF,
    "lock-open": 0xF204,
    "magnifying-glass": 0xF20A,
    "megaphone": 0xF215,
    "minus-circle": 0xF21B,
    "money": 0xF21C,
    "moon": 0xF21F,
    "note-pencil": 0xF22E,
    "paper-plane-tilt": 0xF25C,
    "paperclip": 0xF258,
    "pause-circle": 0xF25F,
    "play": 0xF27C,
    "play-circle": 0xF27D,
    "plus-bold": 0xF661,
    "printer": 0xF288,
    "prohibit": 0xF289,
    "prohibit-inset": 0xF28A,
    "question": 0xF293,
    "receipt": 0xF29A,
    "scales": 0xF2AA,
    "shield-check": 0xF2B8,
    "snowflake": 0xF2DA,
    "square-half": 0xF2EE,
    "sun": 0xF2FE,
    "table": 0xF304,
    "ticket": 0xF327,
    "translate": 0xF333,
    "tray": 0xF336,
    "trend-up": 0xF33B,
    "user-circle": 0xF347,
    "warning-circle-fill": 0xFAC6,
    "warning-fill": 0xFAC7,
    "x": 0xF36D,
    "x-circle": 0xF36E,
    "x-circle-fill": 0xFAD7,
}
"""The glyphs that this program uses: reading the family's table of 4,470 would cost 3 ms of every start."""


@cache
def _family() -> str:
    """Register the icon font and return its family."""
    number = QFontDatabase.addApplicationFont(str(_folder() / "phosphor-1.3.0.ttf"))
    families = QFontDatabase.applicationFontFamilies(number)
    assert families, "QtAwesome ships Phosphor 1.3.0"
    return families[0]


@cache
def _folder() -> Path:
    # WORKAROUND: QtAwesome 1.4.2 has no way to load one family only; find_spec does not run its code.
    found = importlib.util.find_spec("qtawesome")
    assert found is not None
    assert found.submodule_search_locations
    return Path(next(iter(found.submodule_search_locations))) / "fonts"


def character(glyph: str) -> str:
    """Return the character of a glyph, for a delegate that paints it as text in `font()`."""
    return chr(CODE_POINTS[glyph])


def font(side_px: int) -> QFont:
    """Return the icon font at a size."""
    wanted = QFont(_family())
    wanted.setPixelSize(side_px)
    return wanted


def drawn(glyph: str, *colours: QColor) -> QIcon:
    """Return an icon in one colour, or in one when off and another when on."""
    return QIcon(_GlyphEngine(glyph, colours))


class _GlyphEngine(QIconEngine):
    """Draws a glyph at the size that is asked for, when it is: most sizes of most icons never are."""

    def __init__(self, glyph: str, colours: tuple[QColor, ...]) -> None:
        super().__init__()
        self._glyph = glyph
        self._colours = colours

    @called_by_qt
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it into a square; a disabled one is paler."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        if mode is QIcon.Mode.Disabled:
            painter.setOpacity(_DISABLED)
        painter.setPen(self._colours[-1 if state is QIcon.State.On else 0])
        painter.setFont(font(min(rect.width(), rect.height())))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, character(self._glyph))
        painter.restore()

    @called_by_qt
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return it as a picture of a size in device pixels."""
        if size.isEmpty():
            return QPixmap()  # of a button that is narrower than its padding
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(), size), mode, state)
        painter.end()
        return picture

    @called_by_qt
    def clone(self) -> _GlyphEngine:
        """Return another engine for the same icon."""
        return _GlyphEngine(self._glyph, self._colours)
