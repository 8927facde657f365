"""Texts in their places: every text of a layout set into lines, their glyphs looked up, nothing cut."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from voucher_app.domain.errors import InvalidInput
from voucher_app.printing import art
from voucher_app.printing.ink import CAP_CENTER, Line, placing, slanted
from voucher_app.printing.layout_file import POINTS_PER_MM
from voucher_app.printing.setting import DESCENT, LEADING, set_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voucher_app.printing.fonts import FontBook
    from voucher_app.printing.layout import Layout, Placed
    from voucher_app.printing.layout_file import Box
    from voucher_app.printing.subsets import Subsets


def shown(lines: Iterable[Line], subsets: Subsets) -> str:
    """Write the operators that show lines, for the inside of a text object."""
    parts, colour = [], None
    for line in lines:
        if line.colour != colour:
            colour = line.colour
            parts.append(art.fill(colour))
        parts.append(f"{placing(line)} {line.spacing_pt:.4g} Tc")
        parts.append(subsets.shown(line.runs, line.size_pt))
    return "\n".join(parts)


class Typesetter:
    """Sets the texts of one layout with the fonts of one folder; `file_name` is the layout's, for what is refused."""

    def __init__(self, layout: Layout, fonts: FontBook, *, file_name: str) -> None:
        self._layout = layout
        self._fonts = fonts
        self._file_name = file_name

    def fixed(self) -> list[Line]:
        """Set what is the same on every sheet."""
        words = [
            line for placed in self._layout.words() for line in self.set(placed, placed.text, subject=self._file_name)
        ]
        return words + [self._micro_line(box) for box in self._layout.micro]

    def trial(self) -> list[Line]:
        """Set the word that lies across a trial office's sheets."""
        return [self._slanted(box) for box in self._layout.trial]

    def set(self, placed: Placed, text: str, *, subject: str) -> list[Line]:
        """Set one text into its box, standing on the bottom.

        Raises:
            MissingGlyph: for a character that no font can print.
            InvalidInput: `too_long_for_paper`.
        """
        fonts, box = self._fonts, placed.box
        fonts.require(text, face=placed.face, field=placed.text, subject=subject)
        if not text:
            return []
        length_mm, depth_mm = (box.height, box.width) if placed.is_upright else (box.width, box.height)
        length_pt = length_mm * POINTS_PER_MM
        fitted = set_text(
            text,
            width_pt=length_pt - placed.spacing_pt * (len(text) - 1),
            height_pt=depth_mm * POINTS_PER_MM,
            size_pt=placed.size_pt,
            min_size_pt=placed.min_size_pt,
            measure=lambda part: fonts.width(part, placed.face),
        )
        if fitted is None:
            raise InvalidInput("too_long_for_paper", found=text, field=placed.text, subject=subject)
        lines = []
        for index, part in enumerate(reversed(fitted.lines)):
            width_pt = fonts.width(part, placed.face) * fitted.size_pt + placed.spacing_pt * (len(part) - 1)
            indent_pt = {"left": 0.0, "center": 0.5, "right": 1.0}[placed.align] * (length_pt - width_pt)
            x_pt, y_pt = self._start(placed, fitted.size_pt, indent_pt, rise_pt=index * LEADING * fitted.size_pt)
            lines.append(
                Line(
                    x_pt=x_pt,
                    y_pt=y_pt,
                    size_pt=fitted.size_pt,
                    runs=fonts.runs(part, placed.face),
                    colour=placed.colour,
                    spacing_pt=placed.spacing_pt,
                    angle=math.pi / 2 if placed.is_upright else 0.0,
                )
            )
        return lines[::-1]

    def _start(self, placed: Placed, size_pt: float, indent_pt: float, *, rise_pt: float) -> tuple[float, float]:
        box = placed.box
        bottom_pt = (self._layout.height_mm - box.bottom) * POINTS_PER_MM
        if placed.is_upright:
            middle_pt = (box.x + box.width / 2) * POINTS_PER_MM
            return middle_pt + CAP_CENTER * size_pt - rise_pt, bottom_pt + indent_pt
        return box.x * POINTS_PER_MM + indent_pt, bottom_pt + DESCENT * size_pt + rise_pt

    def _micro_line(self, box: Box) -> Line:
        """Fill a line with tiny print from edge to edge."""
        layout, fonts, size_pt = self._layout, self._fonts, self._layout.micro_size_pt
        fonts.require(layout.micro_words, face="sans", field="micro", subject=self._file_name)
        width_pt = box.width * POINTS_PER_MM
        text = layout.micro_words * int(width_pt / (fonts.width(layout.micro_words, "sans") * size_pt))
        return Line(
            x_pt=box.x * POINTS_PER_MM,
            y_pt=(layout.height_mm - box.bottom) * POINTS_PER_MM,
            size_pt=size_pt,
            runs=fonts.runs(text, "sans"),
            colour=layout.colours["second"],
            spacing_pt=(width_pt - fonts.width(text, "sans") * size_pt) / max(len(text) - 1, 1),
            angle=0.0,
        )

    def _slanted(self, box: Box) -> Line:
        """Lay the trial word along the rising diagonal of a box."""
        layout, fonts = self._layout, self._fonts
        fonts.require(layout.trial_word, face="serif-bold", field="trial", subject=self._file_name)
        left, bottom, width, height = (
            side * POINTS_PER_MM for side in (box.x, layout.height_mm - box.bottom, box.width, box.height)
        )
        return slanted(
            layout.trial_word,
            face="serif-bold",
            box_pt=(left, bottom, width, height),
            colour=layout.colours["trial"],
            fonts=fonts,
        )
