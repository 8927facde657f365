"""Setting forms: labelled values in frames, several to a row, each row as high as its fullest cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from voucher_app.printing import art
from voucher_app.printing.composition import height_of
from voucher_app.printing.flow import Slab
from voucher_app.printing.layout_file import Box

if TYPE_CHECKING:
    from voucher_app.printing import blocks
    from voucher_app.printing.composition import Composition
    from voucher_app.printing.flow import PageInk
    from voucher_app.printing.setting import SetText

PADDING_X_PT: Final = 5.0
PADDING_Y_PT: Final = 5.0
RULE_PT: Final = 0.6
HIGHEST_PART: Final = 0.8
"""A row takes at most this part of a page; a longer text shrinks."""


@dataclass(frozen=True, slots=True)
class _SetCell:
    x_pt: float
    label_pt: float
    width_pt: float
    label: SetText
    value: SetText
    foot: SetText

    def height_pt(self, block: blocks.Grid) -> float:
        value = height_of(self.value, block.value) + height_of(self.foot, block.value)
        return max(height_of(self.label, block.label), value) + 2 * PADDING_Y_PT


def set_grid(composition: Composition, block: blocks.Grid, page_pt: float) -> list[Slab]:
    """Set a form; a page may end between any two rows."""
    first, *rest = (_row(composition, block, row, page_pt * HIGHEST_PART) for row in block.rows)
    return [replace(first, before_pt=block.value.before_pt), *rest]


def _row(composition: Composition, block: blocks.Grid, row: blocks.GridRow, most_pt: float) -> Slab:
    cells, x_pt = [], 0.0
    for cell in row.cells:
        cells.append(_cell(composition, block, cell, x_pt, most_pt, is_open=bool(cell.foot or row.height_pt)))
        x_pt += cell.width_pt
    height_pt = max([row.height_pt, *(cell.height_pt(block) for cell in cells)])

    def draw(ink: PageInk, top_pt: float) -> None:
        _frames(ink, composition, cells, top_pt, height_pt)
        for cell in cells:
            _write(ink, composition, block, cell, top_pt, height_pt)

    return Slab(height_pt, draw)


def _cell(
    composition: Composition, block: blocks.Grid, cell: blocks.Cell, x_pt: float, most_pt: float, *, is_open: bool
) -> _SetCell:
    """Set one cell; an open one, which somebody signs or which is high enough to write in, has no mark for nothing."""
    label_pt = block.label_pt if cell.label else 0.0
    inside_pt = cell.width_pt - label_pt - 2 * PADDING_X_PT
    label = composition.fill(cell.label, block.label.face)
    foot = composition.fill_signed(cell.foot, block.value.face)
    foot_set = composition.fit(foot, block.value, width_pt=inside_pt, height_pt=most_pt / 3, where="foot")
    fill = composition.fill_open if is_open else composition.fill_cell
    value = fill(cell.phrase, block.value.face)
    room_pt = most_pt - height_of(foot_set, block.value)
    where = next((part.name for part in cell.phrase if not isinstance(part, str)), composition.file)
    return _SetCell(
        x_pt=x_pt,
        label_pt=label_pt,
        width_pt=cell.width_pt,
        label=composition.fit(label, block.label, width_pt=label_pt - PADDING_X_PT, height_pt=most_pt, where="label"),
        value=composition.fit(value, block.value, width_pt=inside_pt, height_pt=room_pt, where=where),
        foot=foot_set,
    )


def _frames(ink: PageInk, composition: Composition, cells: list[_SetCell], top_pt: float, height_pt: float) -> None:
    colours, left = composition.office.colours, ink.frame.left_pt
    bottom = top_pt - height_pt
    for cell in cells:
        if cell.label_pt:
            tint = Box(left + cell.x_pt, bottom, cell.label_pt, height_pt)
            ink.shapes += [art.fill(colours["tint"]), art.rectangle(tint, how="f")]
    ink.shapes.append(art.stroke(colours["line"], RULE_PT))
    width_pt = cells[-1].x_pt + cells[-1].width_pt
    sides = {0.0, width_pt, *(cell.x_pt for cell in cells), *(cell.x_pt + cell.label_pt for cell in cells)}
    ink.shapes += [art.line((left + x, bottom), (left + x, top_pt)) for x in sorted(sides)]
    ink.shapes += [art.line((left, y), (left + width_pt, y)) for y in (top_pt, bottom)]


def _write(
    ink: PageInk, composition: Composition, block: blocks.Grid, cell: _SetCell, top_pt: float, height_pt: float
) -> None:
    if cell.label.lines:
        composition.draw_lines(
            ink,
            cell.label,
            block.label,
            x_pt=cell.x_pt + PADDING_X_PT / 2,
            width_pt=cell.label_pt - PADDING_X_PT,
            top_pt=top_pt - (height_pt - height_of(cell.label, block.label)) / 2,
            align="center",
        )
    x_pt = cell.x_pt + cell.label_pt + PADDING_X_PT
    inside_pt = cell.width_pt - cell.label_pt - 2 * PADDING_X_PT
    value_pt = height_of(cell.value, block.value)
    above_pt = PADDING_Y_PT if cell.foot.lines else (height_pt - value_pt) / 2
    composition.draw_lines(ink, cell.value, block.value, x_pt=x_pt, width_pt=inside_pt, top_pt=top_pt - above_pt)
    foot_top = top_pt - height_pt + height_of(cell.foot, block.value) + PADDING_Y_PT
    composition.draw_lines(ink, cell.foot, block.value, x_pt=x_pt, width_pt=inside_pt, top_pt=foot_top, align="right")
