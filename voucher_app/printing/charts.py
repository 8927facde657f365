"""Charts on paper: columns by month, bars by name; drawn as lines and areas, their words as any other text.

They are no `reportlab.graphics` drawings, as the design paper has it: those write their words with one font each, so a
rare character in a unit's name would be missing from the chart alone, and silently. What a chart needs is rectangles.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.money import FEN_PER_YUAN, Money
from voucher_app.printing import art
from voucher_app.printing.composition import height_of
from voucher_app.printing.flow import Slab
from voucher_app.printing.layout_file import Box
from voucher_app.printing.setting import SetText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.printing import blocks
    from voucher_app.printing.composition import Composition
    from voucher_app.printing.flow import PageInk
    from voucher_app.services.documents.facts import Chart, Series

SERIES_COLOURS: Final = ("first", "second", "third")
_TICKS: Final = 5
_BAR_PT: Final = 10.0
_LABEL_PART: Final = 0.36
_VALUE_PART: Final = 0.2
_BESIDE_PT: Final = 4.0
_HAIR_PT: Final = 0.4
_AXIS_PT: Final = 0.8
_MOST_COLUMNS: Final = 16


def set_chart(composition: Composition, block: blocks.ChartBlock, width_pt: float) -> list[Slab]:
    """Set a chart below its title; `columns` with too many labels to read are set as bars."""
    chart = composition.facts.charts[block.of]
    style = composition.office.styles["caption"]
    title = composition.fill(block.title, style.face)
    fitted = composition.fit(title, style, width_pt=width_pt, height_pt=3 * style.leading_pt, where=block.of)

    def draw(ink: PageInk, top_pt: float) -> None:
        composition.draw_lines(ink, fitted, style, x_pt=0.0, width_pt=width_pt, top_pt=top_pt)

    heading = Slab(height_of(fitted, style) + style.after_pt, draw, style.before_pt, stays=True)
    if not chart.labels:
        return [heading, _words_alone(composition, width_pt)]
    setter = _ChartSetter(composition, block, chart, width_pt)
    body = setter.columns() if block.form == "columns" and len(chart.labels) <= _MOST_COLUMNS else setter.bars()
    return [heading, *body]


def _words_alone(composition: Composition, width_pt: float) -> Slab:
    style, text = composition.office.styles["chart"], composition.word("empty")
    composition.require(text, style.face, composition.file)

    def draw(ink: PageInk, top_pt: float) -> None:
        composition.draw_lines(
            ink, SetText(style.size_pt, [text]), style, x_pt=0.0, width_pt=width_pt, top_pt=top_pt, align="center"
        )

    return Slab(2 * style.leading_pt, draw)


def tick_step(largest: int) -> int:
    """Return a round distance of ticks, so that some five of them reach the largest value."""
    step = 1
    while step * _TICKS < largest:
        for factor in (2, 5, 10):
            if step * factor * _TICKS >= largest:
                return step * factor
        step *= 10
    return step


class _ChartSetter:
    """Sets one chart; values are whole yuan where they are money, so that ticks are round."""

    def __init__(self, composition: Composition, block: blocks.ChartBlock, chart: Chart, width_pt: float) -> None:
        self._composition = composition
        self._block = block
        self._chart = chart
        self._width_pt = width_pt
        self._style = composition.office.styles["chart"]
        names = [*chart.labels, *(series.name for series in chart.series)]
        for name in names:
            composition.require(name, self._style.face, block.of)
        composition.require("0123456789,.-%（）", self._style.face, composition.file)
        self._largest = max([1, *(self._number(value) for series in chart.series for value in series.values)])

    def _number(self, value: Money | int) -> int:
        return max(value.fen // FEN_PER_YUAN, 0) if isinstance(value, Money) else max(value, 0)

    def _written(self, value: Money | int) -> str:
        if not isinstance(value, Money):
            return f"{value:,}"
        return value.in_wan_yuan() if self._block.unit == "wan" else value.in_yuan()

    def _tick(self, number: int) -> str:
        if self._block.unit == "wan":
            return Money.yuan(number).in_wan_yuan().removesuffix(".00")
        return f"{number:,}"

    # -------------------------------------------------------------------------------------------- columns

    def columns(self) -> list[Slab]:
        """Set upright columns, the series of a label side by side."""
        style, chart = self._style, self._chart
        top = tick_step(self._largest)
        ticks = [index * top for index in range(_TICKS + 1) if (index - 1) * top < self._largest]
        axis_pt = max(self._width(self._tick(tick)) for tick in ticks) + 6
        share_pt = (self._width_pt - axis_pt) / len(chart.labels)
        small = replace(style, align="center")
        labels = [self._fit(label, share_pt - 2) for label in chart.labels]
        labels_pt = max(height_of(label, style) for label in labels) + 3
        legend_pt = style.leading_pt + 4
        plot_pt = self._block.height_pt - labels_pt - legend_pt
        scale = plot_pt / ticks[-1]

        def draw(ink: PageInk, top_pt: float) -> None:
            left, colours = ink.frame.left_pt, self._composition.office.colours
            base = top_pt - legend_pt - plot_pt
            self._legend(ink, top_pt)
            ink.shapes.append(art.stroke(colours["hair"], _HAIR_PT))
            for tick in ticks:
                y = base + tick * scale
                ink.shapes.append(art.line((left + axis_pt, y), (left + self._width_pt, y)))
                self._write(ink, self._tick(tick), axis_pt - 4, y + style.leading_pt / 2, "right", x_pt=0.0)
            for index, label in enumerate(labels):
                x_pt = axis_pt + index * share_pt
                self._composition.draw_lines(ink, label, small, x_pt=x_pt, width_pt=share_pt, top_pt=base - 3)
                self._group(ink, index, left + x_pt, share_pt, base, scale)
            ink.shapes += [
                art.stroke(colours["line"], _AXIS_PT),
                art.line((left + axis_pt, base), (left + self._width_pt, base)),
            ]

        return [Slab(self._block.height_pt, draw)]

    def _group(self, ink: PageInk, index: int, x: float, share_pt: float, base: float, scale: float) -> None:
        colours, series = self._composition.office.colours, self._chart.series
        bar_pt = min(share_pt * 0.72 / len(series), 26.0)
        x += (share_pt - bar_pt * len(series)) / 2
        for place, one in enumerate(series):
            height_pt = self._number(one.values[index]) * scale
            box = Box(x + place * bar_pt + 0.4, base, bar_pt - 0.8, height_pt)
            ink.shapes += [art.fill(colours[self._colour(place)]), art.rectangle(box, how="f")]

    def _legend(self, ink: PageInk, top_pt: float) -> None:
        """Name the series at the right, when there are several."""
        if len(self._chart.series) == 1:
            return
        x_pt, side = self._width_pt, self._style.size_pt * 0.8
        for place, series in reversed(list(enumerate(self._chart.series))):
            width_pt = self._width(series.name)
            x_pt -= width_pt
            self._write(ink, series.name, width_pt + 1, top_pt, "left", x_pt=x_pt)
            x_pt -= side + 3
            colour = self._composition.office.colours[self._colour(place)]
            y = top_pt - self._style.leading_pt / 2 - side / 2
            ink.shapes += [art.fill(colour), art.rectangle(Box(ink.frame.left_pt + x_pt, y, side, side), how="f")]
            x_pt -= 12

    # ----------------------------------------------------------------------------------------------- bars

    def bars(self) -> list[Slab]:
        """Set lying bars, one below the other, each with its value and, for a single series, its share."""
        # Exact to the fen, with its share, a value may be wider than its part; none may stand outside the type area.
        words = [self._words(series, value) for series in self._chart.series for value in series.values]
        value_pt = max(self._width_pt * _VALUE_PART, max(map(self._width, words)) + _BESIDE_PT)
        return [self._bar(index, value_pt) for index in range(len(self._chart.labels))]

    def _words(self, series: Series, value: Money | int) -> str:
        return self._written(value) + self._share(series, value)

    def _bar(self, index: int, value_pt: float) -> Slab:
        style, chart = self._style, self._chart
        label_pt = self._width_pt * _LABEL_PART
        label = self._fit(chart.labels[index], label_pt - 6)
        height_pt = max(height_of(label, style) + 4, len(chart.series) * _BAR_PT + 6)
        scale = (self._width_pt - label_pt - value_pt) / self._largest
        right = replace(style, align="right")

        def draw(ink: PageInk, top_pt: float) -> None:
            left, colours = ink.frame.left_pt, self._composition.office.colours
            below = top_pt - (height_pt - height_of(label, style)) / 2
            self._composition.draw_lines(ink, label, right, x_pt=0.0, width_pt=label_pt - 6, top_pt=below)
            y = top_pt - (height_pt - len(chart.series) * _BAR_PT) / 2
            for place, series in enumerate(chart.series):
                value = series.values[index]
                long_pt = self._number(value) * scale
                box = Box(left + label_pt, y - (place + 1) * _BAR_PT + 0.5, long_pt, _BAR_PT - 1)
                ink.shapes += [art.fill(colours[self._colour(place)]), art.rectangle(box, how="f")]
                words = self._words(series, value)
                top = y - place * _BAR_PT - _BAR_PT / 2 + style.leading_pt / 2
                self._write(ink, words, value_pt, top, "left", x_pt=label_pt + long_pt + _BESIDE_PT)
            axis = left + label_pt
            ink.shapes += [art.stroke(colours["line"], _AXIS_PT), art.line((axis, top_pt), (axis, top_pt - height_pt))]

        return Slab(height_pt, draw, stays=index in {0, len(chart.labels) - 2} and len(chart.labels) > 1)

    def _share(self, series: Series, value: Money | int) -> str:
        """Write the part of a whole in per cent, to one decimal."""
        if len(self._chart.series) > 1:
            return ""
        whole = sum(self._exact(one) for one in cast("Sequence[Money | int]", series.values))
        if not whole:
            return ""
        tenths = (self._exact(value) * 2_000 + whole) // (2 * whole)
        return f"（{tenths // 10}.{tenths % 10}%）"

    def _exact(self, value: Money | int) -> int:
        return value.fen if isinstance(value, Money) else value

    # ---------------------------------------------------------------------------------------------- words

    def _fit(self, text: str, width_pt: float) -> SetText:
        style = self._style
        return self._composition.fit(
            text, style, width_pt=width_pt, height_pt=5 * style.leading_pt, where=self._block.of
        )

    def _width(self, text: str) -> float:
        return self._composition.fonts.width(text, self._style.face) * self._style.size_pt

    def _colour(self, place: int) -> str:
        return SERIES_COLOURS[place % len(SERIES_COLOURS)]

    def _write(self, ink: PageInk, text: str, width_pt: float, top_pt: float, align: str, *, x_pt: float) -> None:
        self._composition.draw_lines(
            ink,
            SetText(self._style.size_pt, [text]),
            self._style,
            x_pt=x_pt,
            width_pt=width_pt,
            top_pt=top_pt,
            align=align,
        )
