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

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QPainter, QPixmap

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

_SIDES_PX: Final = (16, 20, 24, 32, 40, 48, 64)
"""Drawn sizes: the ones asked for, and the same on screens of 150 and 200 %."""


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
    icon = QIcon()
    for colour, state in zip(colours, (QIcon.State.Off, QIcon.State.On), strict=False):
        for side in _SIDES_PX:
            pixmap = QPixmap(side, side)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            painter.setPen(colour)
            painter.setFont(font(side))
            painter.drawText(QRect(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, character(glyph))
            painter.end()
            icon.addPixmap(pixmap, QIcon.Mode.Normal, state)
    return icon
