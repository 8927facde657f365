"""Filling pages from top to bottom: what stays together, what is repeated, where a page ends.

A document is a row of *slabs* — a line of a paragraph, a row of a grid, a chart — each with its height and a way to
draw itself below a given height; of *tables*, which break between rows and repeat their head; and of new pages.
Nothing is drawn before everything was measured, so nothing can fail half-way through a paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from voucher_app.printing.ink import Line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voucher_app.printing.fonts import FontBook
    from voucher_app.printing.layout_file import Colour
    from voucher_app.printing.office_style import Frame

SLACK_PT = 0.01
"""Sums of heights may miss the height of a page by the error of adding them."""
_LAST_ROWS = 2
"""So many rows of a table stay with its sum and its signatures, and so many with its head."""
_WHOLE_PART = 0.4
"""A table that is lower than this part of a page is not broken."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the office's on a page, by its lower left corner."""

    file: Path
    x_pt: float
    y_pt: float
    width_pt: float


@dataclass(slots=True)
class PageInk:
    """What is drawn on one page, in points from its bottom left."""

    frame: Frame
    fonts: FontBook
    lines: list[Line] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def write(
        self,
        text: str,
        *,
        x_pt: float,
        y_pt: float,
        face: str,
        size_pt: float,
        colour: Colour,
        spacing_pt: float = 0.0,
        stretch_pt: float = 0.0,
        figure: float = 0.0,
    ) -> None:
        """Write a text whose glyphs were required before; `x_pt` from the left of the type area, `y_pt` its base."""
        if text:
            runs = self.fonts.runs(text, face)
            self.lines.append(
                Line(
                    self.frame.left_pt + x_pt,
                    y_pt,
                    size_pt,
                    runs,
                    colour,
                    spacing_pt,
                    stretch_pt=stretch_pt,
                    figure=figure,
                )
            )


Draw = Callable[[PageInk, float], None]
"""Draws something whose upper edge lies at a height of the page, in points from the bottom."""


@dataclass(frozen=True, slots=True)
class Slab:
    """Something that is never broken.

    Attributes:
        before_pt: room above it, unless it is the first on its page.
        stays: never last on a page: it belongs to what follows.
        sinks: stands at the bottom of the last page's type area.
        is_held: belongs to what stands before it, as signatures do.
    """

    height_pt: float
    draw: Draw
    before_pt: float = 0.0
    stays: bool = False
    sinks: bool = False
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class BrokenTable:
    """A table that may go over pages.

    Attributes:
        head: repeated on each page.
        rows: in order; `totals`: below the last row.
        carried: makes the row of sums of the first n rows for a foot (过次页) or, where True, a head (承前页); or None.
        carried_pt: its height.
    """

    head: Slab
    rows: Sequence[Slab]
    totals: Sequence[Slab]
    carried: Callable[[int, bool], Slab] | None
    carried_pt: float
    before_pt: float = 0.0

    def end(self, page_pt: float, tail_pt: float) -> tuple[int, float]:
        """Return from which row on it stays together, and the height of that with what follows the table."""
        last = max(len(self.rows) - _LAST_ROWS, 0)
        below_pt = sum(slab.height_pt for slab in self.totals) + tail_pt
        end_pt = sum(row.height_pt for row in self.rows[last:]) + below_pt
        if end_pt + self.head.height_pt + self.carried_pt > page_pt:
            # What fits nowhere with all that belongs to its end keeps only its rows together.
            return len(self.rows), below_pt
        return last, end_pt

    def start_pt(self, page_pt: float, tail_pt: float) -> float:
        """Return the height it needs at least on the page it begins on: all of a small table, and its tail."""
        last, end_pt = self.end(page_pt, tail_pt)
        first_pt = self._first_pt(page_pt)
        return first_pt if last else max(first_pt, self.head.height_pt + end_pt)

    def _first_pt(self, page_pt: float) -> float:
        whole_pt = sum(slab.height_pt for slab in (self.head, *self.rows, *self.totals))
        if whole_pt <= page_pt * _WHOLE_PART:
            return whole_pt
        first = [row.height_pt for row in self.rows[:_LAST_ROWS]]
        first_pt = sum(first) if self.head.height_pt + sum(first) < page_pt * _WHOLE_PART else first[0]
        return self.head.height_pt + first_pt + self.carried_pt


@dataclass(frozen=True, slots=True)
class NewPage:
    """A new page, of another form where a frame is told."""

    frame: Frame


Item = Slab | BrokenTable | NewPage


def fill_pages(items: Sequence[Item], *, frame: Frame, fonts: FontBook) -> list[PageInk]:
    """Set a document's items on pages."""
    filler = _Filler(frame, fonts)
    for index, item in enumerate(items):
        if isinstance(item, NewPage):
            filler.turn(item.frame)
        elif isinstance(item, BrokenTable):
            filler.table(item, tail_pt=_tail_pt(items, index, filler.page_pt))
        elif item.sinks:
            filler.sink(item)
        else:
            filler.slab(item, needed_pt=_chain_pt(items, index, filler.page_pt))
    return filler.pages


def hold(items: list[Item], count: int) -> None:
    """Bind the last slabs to what is appended next, so that it never stands alone on a page."""
    for index in range(len(items) - 1, max(len(items) - 1 - count, -1), -1):
        item = items[index]
        if not isinstance(item, Slab):
            break
        items[index] = replace(item, stays=True)


def _tail_pt(items: Sequence[Item], index: int, page_pt: float) -> float:
    """Return the height of what follows a table and belongs to it: the signatures below it."""
    item = items[index + 1] if index + 1 < len(items) else None
    return _chain_pt(items, index + 1, page_pt) if isinstance(item, Slab) and item.is_held else 0.0


def _chain_pt(items: Sequence[Item], index: int, page_pt: float) -> float:
    """Return the height of a slab and of all that has to stand on the same page below it."""
    height = 0.0
    while index < len(items):
        item = items[index]
        if isinstance(item, NewPage):
            break
        if isinstance(item, BrokenTable):
            return height + item.before_pt + item.start_pt(page_pt, _tail_pt(items, index, page_pt))
        height += item.height_pt + (item.before_pt if height else 0.0)
        if not item.stays:
            break
        index += 1
    return height


class _Filler:
    """Keeps the page in hand and the height reached on it."""

    def __init__(self, frame: Frame, fonts: FontBook) -> None:
        self._frame = frame
        self._fonts = fonts
        self.pages: list[PageInk] = []
        self._top_pt = 0.0
        self._is_at_top = True
        self._new_page()

    def turn(self, frame: Frame) -> None:
        """Begin a page of a frame; one on which nothing stands yet takes the frame instead."""
        self._frame = frame
        if self._is_at_top:
            self.pages.pop()
        self._new_page()

    def slab(self, slab: Slab, *, needed_pt: float) -> None:
        before_pt = 0.0 if self._is_at_top else slab.before_pt
        if not self._is_at_top and before_pt + needed_pt > self._room_pt:
            self._new_page()
            before_pt = 0.0
        self._top_pt -= before_pt
        self._place(slab)

    def sink(self, slab: Slab) -> None:
        if not self._is_at_top and slab.before_pt + slab.height_pt > self._room_pt:
            self._new_page()
        self._top_pt = self._frame.bottom_pt + slab.height_pt
        self._place(slab)

    def table(self, table: BrokenTable, *, tail_pt: float) -> None:
        count = len(table.rows)
        last, end_pt = table.end(self.page_pt, tail_pt)
        start_pt = table.start_pt(self.page_pt, tail_pt)
        before_pt = 0.0 if self._is_at_top else table.before_pt
        if not self._is_at_top and before_pt + start_pt > self._room_pt:
            self._new_page()
            before_pt = 0.0
        self._top_pt -= before_pt
        self._place(table.head)
        for index, row in enumerate(table.rows):
            if index == last:
                needed_pt = end_pt
            elif index > last:
                needed_pt = row.height_pt
            else:
                needed_pt = row.height_pt + table.carried_pt
            if index and needed_pt > self._room_pt:
                self._break(table, index)
            self._place(row)
        if last == count and end_pt > self._room_pt:
            self._break(table, count)
        for slab in table.totals:
            self._place(slab)

    def _break(self, table: BrokenTable, index: int) -> None:
        if table.carried is not None:
            self._place(table.carried(index, False))  # noqa: FBT003 - the flag is told by the attribute's docstring
        self._new_page()
        self._place(table.head)
        if table.carried is not None:
            self._place(table.carried(index, True))  # noqa: FBT003 - likewise

    def _place(self, slab: Slab) -> None:
        slab.draw(self.pages[-1], self._top_pt)
        self._top_pt -= slab.height_pt
        self._is_at_top = False

    def _new_page(self) -> None:
        self.pages.append(PageInk(self._frame, self._fonts))
        self._top_pt = self._frame.height_pt - self._frame.top_pt
        self._is_at_top = True

    @property
    def page_pt(self) -> float:
        """Return the height of the type area."""
        return self._frame.area_height_pt

    @property
    def _room_pt(self) -> float:
        return self._top_pt - self._frame.bottom_pt + SLACK_PT
