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

LEFT_OVER: Final = 2.0
"""A last line of a cell that is no wider, in sizes, is a character that was left over: the lines are made even."""

STEP_PT: Final = 0.25
_CLOSING = "，。、；：！？）〕】》〉」』”’％‰℃·…—,.;:!?)]}%"
_OPENING = "（〔【《〈「『“‘¥([{"
_PIECE = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[0-9A-Za-z\u00C0-\u024F@#&*+\-_/.,:%'’]+|[—…]+|.)[{re.escape(_CLOSING)}\s]*",
    re.DOTALL,
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
    one_line = stepped(min(size_pt, width_pt / whole if whole else size_pt))
    if one_line >= min_size_pt and depth(1) * one_line <= height_pt:
        return SetText(one_line, [text])
    pieces = _pieces(text, measure)
    size = stepped(min(size_pt, height_pt / depth(2)))
    while size >= SMALLEST_PT:
        lines = _broken(pieces, width_pt / size)
        if lines and depth(len(lines)) * size <= height_pt:
            return SetText(size, _evened(pieces, width_pt / size, lines))
        size -= STEP_PT
    return None


def filled_lines(text: str, *, room: float, measure: Measure, indent: float = 0.0, evenly: bool = False) -> list[str]:
    """Break a text into lines of a width, in sizes; there may be any number of them.

    What has no place to break and is wider than a line, such as a signature, is cut where the line ends.

    Args:
        text: without line feeds.
        room: width of a line.
        measure: width of a text at a size of one.
        indent: room that the first line leaves free.
        evenly: make the lines as equally long as their number allows.
    """
    pieces = [part for piece in _pieces(text, measure) for part in _cut(piece, room - indent, measure)]
    lines = _broken(pieces, room, indent)
    return _evened(pieces, room, lines) if evenly and len(lines) > 1 else lines


def set_cell(
    text: str, *, width_pt: float, height_pt: float, size_pt: float, cut_pt: float, leading: float, measure: Measure
) -> SetText | None:
    """Set a text into a cell: its own size where it can be broken into lines, a smaller one for a word too wide.

    A word that is too wide even at the size `cut_pt` is cut. `None` when the text does not fit at the smallest legible
    size.
    """
    whole = measure(text)
    if whole * size_pt <= width_pt:
        return SetText(size_pt, [text])
    pieces = _pieces(text, measure)
    widest = max(piece[2] for piece in pieces)
    size = size_pt
    if widest * size > width_pt:
        size = min(size_pt, stepped(max(width_pt / widest, cut_pt)))
    while size >= SMALLEST_PT:
        room = width_pt / size
        parts = [part for piece in pieces for part in _cut(piece, room, measure)]
        lines = _broken(parts, room)
        if len(lines) * leading * size <= height_pt:
            is_left_over = len(lines) > 1 and measure(lines[-1]) <= LEFT_OVER
            return SetText(size, _evened(parts, room, lines) if is_left_over else lines)
        size -= STEP_PT
    return None


def _pieces(text: str, measure: Measure) -> list[tuple[str, float, float]]:
    """Part a text into what is never broken: each piece with its width, and its width at the end of a line."""
    pieces = []
    for piece in _PIECE.findall(text):
        width, end = measure(piece), piece.rstrip()
        pieces.append((piece, width, width if end == piece else measure(end)))
    return pieces


def _cut(piece: tuple[str, float, float], room: float, measure: Measure) -> list[tuple[str, float, float]]:
    """Cut a piece that is wider than a line."""
    if piece[2] <= room:
        return [piece]
    parts, start = [], 0
    text = piece[0]
    for end in range(1, len(text) + 1):
        if end == len(text) or measure(text[start : end + 1].rstrip()) > room:
            part = text[start:end]
            parts.append((part, measure(part), measure(part.rstrip())))
            start = end
    return parts


def depth(lines: int) -> float:
    """Return the height of some lines, in sizes."""
    return (lines - 1) * LEADING + ASCENT + DESCENT


def stepped(size_pt: float) -> float:
    """Round a size down to a quarter of a point, so that neighbours do not differ by a hair."""
    return int(size_pt / STEP_PT + 1e-9) * STEP_PT


def _broken(pieces: list[tuple[str, float, float]], room: float, indent: float = 0.0) -> list[str]:
    """Fill lines of a width with unbreakable pieces; empty when one piece alone is wider."""
    lines: list[str] = []
    line, used = "", indent
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
