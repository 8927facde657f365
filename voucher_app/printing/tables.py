"""Setting lists: columns aligned, amounts on their point, sums below, and sums so far where a page ends."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.money import Money
from voucher_app.printing import art
from voucher_app.printing.composition import height_of
from voucher_app.printing.flow import BrokenTable, Slab
from voucher_app.printing.grids import RULE_PT
from voucher_app.printing.layout_file import Box
from voucher_app.printing.phrases import aligned_wan_yuan, wan_yuan_decimals, write_value
from voucher_app.services.documents.facts import ValueType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.printing import blocks
    from voucher_app.printing.blocks import Column
    from voucher_app.printing.composition import Composition
    from voucher_app.printing.flow import PageInk
    from voucher_app.printing.office_style import Style
    from voucher_app.printing.setting import SetText
    from voucher_app.services.documents.facts import Row

PADDING_X_PT: Final = 3.0
PADDING_Y_PT: Final = 3.2
HIGHEST_PART: Final = 0.45
"""A row takes at most this part of a page; a longer text shrinks."""
_HEAVY_PT: Final = 1.0
_FIGURES: Final = frozenset({ValueType.MONEY, ValueType.COUNT, ValueType.DAY, ValueType.RATIO})
"""Columns of these set every digit in the same room."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A cell over one column or several: its text, and where it stands."""

    fitted: SetText
    x_pt: float
    width_pt: float
    align: str
    figures: bool


def set_table(composition: Composition, block: blocks.TableBlock, page_pt: float) -> BrokenTable:
    """Set a list that may go over pages."""
    return _TableSetter(composition, block, page_pt * HIGHEST_PART).table()


class _TableSetter:
    """Sets the rows of one list."""

    def __init__(self, composition: Composition, block: blocks.TableBlock, most_pt: float) -> None:
        self._composition = composition
        self._block = block
        self._most_pt = most_pt
        self._facts: Sequence[Row] = composition.facts.tables[block.of]
        widths = [column.width_pt for column in block.columns]
        self._lefts = [0.0, *itertools.accumulate(widths)]
        self._sums = {index: self._running(block.columns[index]) for index in block.sums}
        self._decimals = {
            index: wan_yuan_decimals([*self._amounts(column), *map(Money, self._sums.get(index, []))])
            for index, column in enumerate(block.columns)
            if column.decimals_align
        }

    def table(self) -> BrokenTable:
        block = self._block
        head = self._row(
            [
                _Words(
                    self._composition.fill(column.head, block.head.face), "center", self._composition.file, index, index
                )
                for index, column in enumerate(block.columns)
            ],
            block.head,
            is_head=True,
        )
        rows = [self._data_row(number, row) for number, row in enumerate(self._facts, 1)]
        if not rows:
            words = self._composition.fill(block.empty, block.cell.face)
            rows = [self._row([self._over(words, "center", 0, len(block.columns) - 1)], block.cell)]
        carries = block.carries and bool(self._facts)
        return BrokenTable(
            head=head,
            rows=rows,
            totals=self._totals(),
            carried=self._carried if carries else None,
            carried_pt=self._sums_row(self._composition.word("carried_in"), len(self._facts)).height_pt
            if carries
            else 0.0,
            before_pt=4.0,
        )

    def _amounts(self, column: Column) -> list[Money]:
        return [cast("Money", row[column.value]) for row in self._facts if row[column.value] is not None]

    def _running(self, column: Column) -> list[int]:
        """Return the sums of the first n rows, for each n: fen, or a count."""
        is_money = column.type is ValueType.MONEY
        steps = []
        for row in self._facts:
            value = row[column.value]
            if value is None:
                steps.append(0)
            else:
                steps.append(cast("Money", value).fen if is_money else cast("int", value))
        return [0, *itertools.accumulate(steps)]

    def _data_row(self, number: int, row: Row) -> Slab:
        words = []
        for index, column in enumerate(self._block.columns):
            text = self._cell(index, column, number, row)
            words.append(_Words(text, column.align, f"{self._block.of}[{number}].{column.value}", index, index))
        return self._row(words, self._block.cell)

    def _cell(self, index: int, column: Column, number: int, row: Row) -> str:
        """Write one cell; each value is asked for its glyphs under its own name."""
        face = self._block.cell.face
        if not column.phrase:
            text = str(number)
            self._composition.require(text, face, self._block.of)
            return text
        names = [part.name for part in column.phrase if not isinstance(part, str)]
        if names and all(row[name] in {None, ""} for name in names):
            return self._nothing(column)
        parts = []
        for part in column.phrase:
            if isinstance(part, str):
                text, where = part, self._composition.file
            else:
                value, where = row[part.name], f"{self._block.of}[{number}].{part.name}"
                if value is None or value == "":
                    text = self._composition.word("nothing")
                elif index in self._decimals:
                    text = aligned_wan_yuan(cast("Money", value), self._decimals[index])
                else:
                    text = write_value(value, part.type, part.format)
            may_break = isinstance(part, str) or part.type is ValueType.PROSE
            self._composition.require(text.replace("\n", "") if may_break else text, face, where)
            parts.append(text)
        return "".join(parts)

    def _nothing(self, column: Column) -> str:
        """Write what stands where a value is not there: the mark for nothing, or room for the hand."""
        text = "" if column.is_open else self._composition.word("nothing")
        self._composition.require(text, self._block.cell.face, self._block.of)
        return text

    def _sum(self, index: int, count: int) -> str:
        column, total = self._block.columns[index], self._sums[index][count]
        if all(row[column.value] is None for row in self._facts):
            return self._nothing(column)  # a nought would say that somebody counted
        value = Money(total) if column.type is ValueType.MONEY else total
        if isinstance(value, Money) and index in self._decimals:
            return aligned_wan_yuan(value, self._decimals[index])
        (place,) = column.phrase
        assert not isinstance(place, str), "a summed column shows one value"
        return write_value(value, place.type, place.format)

    def _sums_row(self, label: str, count: int) -> Slab:
        """Set a row of sums; its name stands over the columns before the first of them."""
        block = self._block
        style = block.cell
        first = block.sums[0]
        words = [self._over(label, "center", 0, first - 1)]
        for index in range(first, len(block.columns)):
            text = self._sum(index, count) if index in self._sums else ""
            self._composition.require(text, style.face, block.of)
            words.append(_Words(text, block.columns[index].align, block.of, index, index))
        return self._row(words, style)

    def _carried(self, count: int, at_head: bool) -> Slab:  # noqa: FBT001 - as `BrokenTable.carried` says
        return self._sums_row(self._composition.word("carried_in" if at_head else "carried_out"), count)

    def _totals(self) -> list[Slab]:
        block = self._block
        if not block.has_total or not self._facts:
            return []
        count = len(self._facts)
        rows = [self._sums_row(self._composition.word("total"), count)]
        if block.capitals >= 0:
            total = Money(self._sums[block.capitals][count])
            text = f"{self._composition.word('capitals')}：{write_value(total, ValueType.MONEY, 'capitals')}"
            rows.append(self._row([self._over(text, "left", 0, len(block.columns) - 1)], block.cell))
        return rows

    def _over(self, text: str, align: str, first: int, last: int) -> _Words:
        self._composition.require(text, self._block.cell.face, self._composition.file)
        return _Words(text, align, self._composition.file, first, last)

    def _row(self, words: list[_Words], style: Style, *, is_head: bool = False) -> Slab:
        composition, lefts = self._composition, self._lefts
        spans = []
        for one in words:
            x_pt, width_pt = lefts[one.first], lefts[one.last + 1] - lefts[one.first]
            inside_pt = width_pt - 2 * PADDING_X_PT
            figures = one.first == one.last and self._block.columns[one.first].type in _FIGURES and not is_head
            fitted = composition.fit(
                one.text, style, width_pt=inside_pt, height_pt=self._most_pt, where=one.where, figures=figures
            )
            spans.append(_Span(fitted, x_pt, width_pt, one.align, figures))
        height_pt = max([style.leading_pt, *(height_of(span.fitted, style) for span in spans)]) + 2 * PADDING_Y_PT
        colours = composition.office.colours

        def draw(ink: PageInk, top_pt: float) -> None:
            left, bottom = ink.frame.left_pt, top_pt - height_pt
            if is_head:
                ground = Box(left, bottom, lefts[-1], height_pt)
                ink.shapes += [art.fill(colours["tint"]), art.rectangle(ground, how="f")]
                ink.shapes += [
                    art.stroke(colours["line"], _HEAVY_PT),
                    art.line((left, top_pt), (left + lefts[-1], top_pt)),
                ]
                ink.shapes.append(art.stroke(colours["line"], RULE_PT))
            # Each line is drawn once: two strokes on one another look heavier than one.
            sides = [left + span.x_pt for span in spans] + [left + lefts[-1]]
            drawn = [f"{x:.2f} {top_pt:.2f} m {x:.2f} {bottom:.2f} l" for x in sides]
            ink.shapes.append(f"{' '.join(drawn)} {left:.2f} {bottom:.2f} m {sides[-1]:.2f} {bottom:.2f} l S")
            for span in spans:
                composition.draw_lines(
                    ink,
                    span.fitted,
                    style,
                    x_pt=span.x_pt + PADDING_X_PT,
                    width_pt=span.width_pt - 2 * PADDING_X_PT,
                    top_pt=top_pt - (height_pt - height_of(span.fitted, style)) / 2,
                    align=span.align,
                    figures=span.figures,
                )

        return Slab(height_pt, draw)


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands in a cell over the columns from `first` to `last`; `where` names its field."""

    text: str
    align: str
    where: str
    first: int
    last: int
