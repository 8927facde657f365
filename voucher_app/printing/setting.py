"""Setting text into a box: never cut, never over the edge, broken where Chinese typography allows.

A text that is too long for one line shrinks a little first, down to the size the layout gives as its smallest; then
it is broken into as many lines as the box has room for, and shrinks again as far as it must. No line begins with a
closing mark or ends with an opening one, and no Latin word or number is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SMALLEST_PT: Final = 3.0
"""Below this nobody can read it: the text is refused instead."""

LEADING: Final = 1.14
"""Distance of baselines, in sizes."""

DESCENT: Final = 0.2
"""Room below the last baseline, in sizes: deeper than any Chinese character or Latin tail goes."""

ASCENT: Final = 0.88
"""Room above the first baseline, likewise."""

_STEP_PT = 0.25
_CLOSING = "，。、；：！？）〕】》〉」』”’％‰℃·…—,.;:!?)]}%"
_OPENING = "（〔【《〈「『“‘¥([{"
_PIECE = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[0-9A-Za-z\u00C0-\u024F@#&*+\-_/.,:%'’]+|.)[{re.escape(_CLOSING)}]*\s*", re.DOTALL
)

Measure = Callable[[str], float]
"""Width of a text in points at a size of one point."""


@dataclass(frozen=True, slots=True)
class SetText:
    """A text broken into lines at a size that fits."""

    size_pt: float
    lines: list[str]


def set_text(
    text: str, *, width_pt: float, height_pt: float, size_pt: float, min_size_pt: float, measure: Measure
) -> SetText | None:
    """Choose size and lines for a text in a box; `None` when it does not fit even at the smallest legible size."""
    whole = measure(text)
    one_line = _stepped(min(size_pt, width_pt / whole if whole else size_pt))
    if one_line >= min_size_pt and depth(1) * one_line <= height_pt:
        return SetText(one_line, [text])
    pieces = [(piece, measure(piece), measure(piece.rstrip())) for piece in _PIECE.findall(text)]
    size = _stepped(min(size_pt, height_pt / depth(2)))
    while size >= SMALLEST_PT:
        lines = _broken(pieces, width_pt / size)
        if lines and depth(len(lines)) * size <= height_pt:
            return SetText(size, _evened(pieces, width_pt / size, lines))
        size -= _STEP_PT
    return None


def depth(lines: int) -> float:
    """Return the height of some lines, in sizes."""
    return (lines - 1) * LEADING + ASCENT + DESCENT


def _stepped(size_pt: float) -> float:
    """Round a size down to a quarter of a point, so that neighbours do not differ by a hair."""
    return int(size_pt / _STEP_PT + 1e-9) * _STEP_PT


def _broken(pieces: list[tuple[str, float, float]], room: float) -> list[str]:
    """Fill lines of a width with unbreakable pieces; empty when one piece alone is wider."""
    lines: list[str] = []
    line, used = "", 0.0
    for piece, width, width_at_end in pieces:
        if width_at_end > room:
            return []
        if line and used + width_at_end > room:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + piece, used + width
    return [*lines, line.rstrip()]


def _evened(pieces: list[tuple[str, float, float]], room: float, lines: list[str]) -> list[str]:
    """Break again at the narrowest width that needs no more lines, so that no lone character is left over."""
    narrowest, enough = room / len(lines), room
    for _ in range(8):
        middle = (narrowest + enough) / 2
        tried = _broken(pieces, middle)
        if tried and len(tried) == len(lines):
            enough, lines = middle, tried
        else:
            narrowest = middle
    return lines
