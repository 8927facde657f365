"""The vector drawing of the certificate: woven border, rosettes, lines. Plain PDF operators, nothing but arithmetic.

Lengths are millimetres here, and the origin is the top left corner, as in the layout: the page's content begins with
one transformation to that system. Curves are Hermite splines through exact points of the formula, with its exact
tangents, so that a few Bézier segments follow it closely.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

from voucher_app.printing.layout_file import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voucher_app.printing.layout_file import Colour

Point = tuple[float, float]

BEAD_MM = 12.0
"""Length of one unit of the woven band; a side is a whole number of them, stretched by a little."""

_STRANDS = 11
_WAVES_PER_BEAD = 2
_SEGMENTS_PER_BEAD = 16


def number(value: float) -> str:
    """Write a number the short way."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def ops(*parts: float | str) -> str:
    """Write one operator with its operands."""
    return " ".join(part if isinstance(part, str) else number(part) for part in parts)


def stroke(colour: Colour, width_mm: float) -> str:
    """Set colour and width of the lines that follow."""
    return f"{ops(*colour, 'RG')} {ops(width_mm, 'w')}"


def fill(colour: Colour) -> str:
    """Set the colour of the areas that follow."""
    return ops(*colour, "rg")


def rectangle(box: Box, *, how: str) -> str:
    """Draw a rectangle: `S` its edge, `f` its area."""
    return ops(box.x, box.y, box.width, box.height, "re", how)


def inset(box: Box, by_mm: float) -> Box:
    """Shrink a box on all sides."""
    return Box(box.x + by_mm, box.y + by_mm, box.width - 2 * by_mm, box.height - 2 * by_mm)


def line(start: Point, end: Point) -> str:
    """Draw a straight line."""
    return ops(*start, "m", *end, "l", "S")


def polygon(points: Iterable[Point]) -> str:
    """Draw a filled polygon."""
    first, *rest = points
    return " ".join([ops(*first, "m"), *(ops(*point, "l") for point in rest), "f"])


@functools.cache
def circle(center: Point, radius: float) -> str:
    """Draw the edge of a circle."""
    return ops(*curve(lambda t: _on_circle(center, radius, t), 0, math.tau, segments=8)) + " S"


def _on_circle(center: Point, radius: float, angle: float) -> Point:
    return center[0] + radius * math.cos(angle), center[1] + radius * math.sin(angle)


def curve(at: Callable[[float], Point], start: float, end: float, *, segments: int) -> list[str]:
    """Follow a smooth formula by Bézier segments through its points, with its tangents."""
    step = (end - start) / segments
    written = [ops(*at(start), "m")]
    for index in range(segments):
        here, there = start + index * step, start + (index + 1) * step
        leaving, arriving = _tangent(at, here, step), _tangent(at, there, step)
        (x0, y0), (x3, y3) = at(here), at(there)
        first, second = (x0 + leaving[0], y0 + leaving[1]), (x3 - arriving[0], y3 - arriving[1])
        written.append(ops(*first, *second, x3, y3, "c"))
    return written


def _tangent(at: Callable[[float], Point], where: float, step: float) -> Point:
    """Return the handle of a Bézier segment at a point: a third of the step along the tangent."""
    small = step * 1e-3
    (x0, y0), (x1, y1) = at(where - small), at(where + small)
    return (x1 - x0) / (2 * small) * step / 3, (y1 - y0) / (2 * small) * step / 3


@functools.cache
def bead(*, half_mm: float, colours: tuple[Colour, Colour], width_mm: float) -> str:
    """Draw one unit of the woven band along x from 0, around y = 0: strands of two colours, swelling and narrowing."""

    def strand(phase: float) -> Callable[[float], Point]:
        def at(x: float) -> Point:
            turn = math.tau * x / BEAD_MM
            swell = half_mm * (0.80 - 0.20 * math.cos(turn))
            return x, swell * math.sin(_WAVES_PER_BEAD * turn + phase)

        return at

    parts = []
    for index, colour in enumerate(colours):
        parts.append(stroke(colour, width_mm))
        for strand_number in range(index, _STRANDS, 2):
            at = strand(math.tau * strand_number / _STRANDS)
            parts += [*curve(at, 0, BEAD_MM, segments=_SEGMENTS_PER_BEAD), "S"]
    return "\n".join(parts)


@functools.cache
def petal(*, lobes: int, depth: float) -> str:
    """Draw one closed, wavy ring of radius 1; turned copies of it make a rosette."""

    def at(angle: float) -> Point:
        radius = 1 - depth / 2 + depth / 2 * math.cos(lobes * angle)
        return radius * math.cos(angle), radius * math.sin(angle)

    return "\n".join([*curve(at, 0, math.tau, segments=lobes * 4), "s"])


def turned(*, center: Point, radius: float, lobes: int, copies: int) -> list[str]:
    """Return the matrices that lay turned copies of a ring over each other, evenly within one lobe."""
    matrices = []
    for index in range(copies):
        angle = math.tau / lobes * index / copies
        cosine, sine = radius * math.cos(angle), radius * math.sin(angle)
        matrices.append(f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {ops(*center)}")
    return matrices


def woven(box: Box) -> list[str]:
    """Return the matrices that fill a strip with beads along its longer side."""
    is_flat = box.width >= box.height
    length = max(box.width, box.height)
    count = round(length / BEAD_MM)
    stretch = f"{length / count / BEAD_MM:.5f}"
    starts = [index * length / count for index in range(count)]
    if is_flat:
        return [f"{stretch} 0 0 1 {ops(box.x + start, box.y + box.height / 2)}" for start in starts]
    return [f"0 {stretch} 1 0 {ops(box.x + box.width / 2, box.y + start)}" for start in starts]
