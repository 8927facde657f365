"""Icons of one family, Phosphor, drawn from its font in a colour of the theme.

The font and its table of names come with QtAwesome, whose own code is not loaded: importing it and registering its
twelve fonts costs 210 ms at start-up, this costs 6.
"""

from __future__ import annotations

import importlib.util
import json
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


@cache
def _glyphs() -> dict[str, str]:
    """Return the code points by glyph name."""
    table: dict[str, str] = json.loads((_folder() / "phosphor-charmap-1.3.0.json").read_text(encoding="utf-8"))
    return table


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
    return chr(int(_glyphs()[glyph], 16))


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
