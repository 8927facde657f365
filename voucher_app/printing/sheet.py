"""The drawing that lies under every certificate: border, rosettes, stub, tear line, hairlines.

It is the same on every sheet, so it is written once into a form XObject; the shapes that repeat (a bead of the woven
bands, a ring of a rosette) are form XObjects of their own, placed many times.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from voucher_app.printing import art
from voucher_app.printing.layout_file import POINTS_PER_MM, Box

if TYPE_CHECKING:
    from voucher_app.printing.document import PdfFile
    from voucher_app.printing.layout import Layout

RINGS: Final = {"wide": (24, 0.30), "middle": (18, 0.42), "small": (12, 0.60), "star": (8, 0.55), "bud": (8, 0.70)}
"""Lobes and depth of the rings that rosettes are made of."""


class Sheet:
    """Draws what a layout places around the texts."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._operators: list[str] = []

    def drawing(self) -> str:
        """Write the drawing, in page points; the shapes it names have to be in the resources."""
        to_mm = f"{POINTS_PER_MM:.6f} 0 0 {-POINTS_PER_MM:.6f} 0 {self._layout.height_mm * POINTS_PER_MM:.4f} cm"
        self._operators = [f"q {to_mm}"]
        self._rosette()
        self._border()
        self._stub_and_tear()
        self._body()
        return "\n".join([*self._operators, "Q"])

    def add_shapes(self, file: PdfFile) -> bytes:
        """Write the shapes that are placed many times; return the entries of an XObject dictionary."""
        colours = self._layout.colours
        dark, light = (colours["main"], colours["second"]), (colours["pale"], colours["pale"])
        band, tear = self._layout.band_mm / 2, self._layout.tear.width / 2
        shapes = {
            "bead": (_bead_box(band), art.bead(half_mm=band * 0.94, colours=dark, width_mm=0.13)),
            "tear": (_bead_box(tear), art.bead(half_mm=tear * 0.94, colours=light, width_mm=0.15)),
        }
        for name, (lobes, depth) in RINGS.items():
            shapes[name] = (Box(-1.1, -1.1, 2.2, 2.2), art.petal(lobes=lobes, depth=depth))
        numbers = {
            name: file.add_stream(operators.encode(), form_entries(box)) for name, (box, operators) in shapes.items()
        }
        return b"".join(b"/%b %d 0 R" % (name.encode(), number) for name, number in numbers.items())

    def _write(self, *operators: str) -> None:
        self._operators += operators

    def _place(self, name: str, matrices: list[str]) -> None:
        self._operators += [f"q {matrix} cm /{name} Do Q" for matrix in matrices]

    def _rosette(self) -> None:
        """Draw the pale rosette behind the fields."""
        box, colours = self._layout.rosette, self._layout.colours
        center, radius = (box.x + box.width / 2, box.y + box.height / 2), box.width / 2
        for ring, part, copies in (("wide", 1.0, 12), ("middle", 0.70, 10), ("small", 0.38, 8)):
            self._write(art.stroke(colours["pale"], 0.16 / (radius * part)))
            self._place(ring, art.turned(center=center, radius=radius * part, lobes=RINGS[ring][0], copies=copies))

    def _border(self) -> None:
        """Draw the woven border, its corner pieces, and the lines inside it."""
        layout, colours = self._layout, self._layout.colours
        frame, band, corner = layout.frame, layout.band_mm, layout.corner_mm
        for side in _sides(frame, band, corner):
            self._place("bead", art.woven(side))
        self._write(art.stroke(colours["main"], 0.35), art.rectangle(frame, how="S"))
        self._write(art.rectangle(art.inset(frame, band), how="S"))
        self._write(art.stroke(colours["second"], 0.15), art.rectangle(art.inset(frame, band + 1.1), how="S"))
        for box in _corners(frame, corner):
            self._corner(box)

    def _corner(self, box: Box) -> None:
        colours = self._layout.colours
        center = box.x + box.width / 2, box.y + box.height / 2
        self._write(art.fill((1, 1, 1)), art.rectangle(box, how="f"))
        self._write(art.stroke(colours["main"], 0.35), art.rectangle(box, how="S"))
        self._write(art.stroke(colours["second"], 0.15), art.rectangle(art.inset(box, 0.9), how="S"))
        for ring, part, colour, copies in (("star", 0.405, "main", 6), ("bud", 0.21, "second", 4)):
            radius = box.width * part
            self._write(art.stroke(colours[colour], 0.12 / radius))
            self._place(ring, art.turned(center=center, radius=radius, lobes=RINGS[ring][0], copies=copies))

    def _stub_and_tear(self) -> None:
        """Draw the stub's border, and the woven strip that the tear line cuts in two."""
        layout, colours = self._layout, self._layout.colours
        stub, tear, gap, band = layout.stub, layout.tear, layout.tear_gap, layout.band_mm
        for y in (stub.y, stub.bottom - band):
            self._place("bead", art.woven(Box(stub.x, y, stub.width, band)))
        self._write(art.stroke(colours["main"], 0.35), art.rectangle(stub, how="S"))
        inside = Box(stub.x, stub.y + band, stub.width, stub.height - 2 * band)
        self._write(art.rectangle(inside, how="S"))
        self._write(art.stroke(colours["second"], 0.15), art.rectangle(art.inset(inside, 1.1), how="S"))
        middle = tear.x + tear.width / 2
        pieces = [(tear.y, gap.y), (gap.bottom, tear.bottom)]
        for top, bottom in pieces:
            self._place("tear", art.woven(Box(tear.x, top, tear.width, bottom - top)))
        self._write(art.stroke(colours["soft"], 0.2), "[1.4 1] 0 d")
        self._write(*(art.line((middle, top), (middle, bottom)) for top, bottom in pieces), "[] 0 d")

    def _body(self) -> None:
        """Draw the ornament under the title, the ground of the amount, the hairlines and the seal's place."""
        layout, colours = self._layout, self._layout.colours
        self._ornament(layout.ornament)
        self._panel(layout.panel)
        self._write(art.stroke(colours["line"], 0.18))
        self._write(*(art.line((rule.x, rule.y), (rule.right, rule.y)) for rule in layout.rules))
        seal = layout.seal
        center = seal.x + seal.width / 2, seal.y + seal.height / 2
        self._write(art.stroke(colours["pale_red"], 0.2), "[0.9 0.9] 0 d", art.circle(center, seal.width / 2), "[] 0 d")

    def _ornament(self, box: Box) -> None:
        """Draw two tapering lines with a diamond between them and a small one at each side of it."""
        x, y, half = box.x + box.width / 2, box.y + box.height / 2, box.height / 2
        self._write(art.fill(self._layout.colours["second"]))
        self._write(art.polygon([(x - half, y), (x, y - half), (x + half, y), (x, y + half)]))
        for side in (-1, 1):
            near, small = x + side * half * 2.2, half * 0.5
            self._write(art.polygon([(near - small, y), (near, y - small), (near + small, y), (near, y + small)]))
            root, tip = x + side * half * 3.4, x + side * box.width / 2
            self._write(art.polygon([(root, y - 0.2), (tip, y), (root, y + 0.2)]))

    def _panel(self, box: Box) -> None:
        """Draw the ground under the amount, with half a rosette at its right end."""
        colours = self._layout.colours
        self._write(art.fill(colours["tint"]), art.rectangle(box, how="f"))
        radius = box.height * 0.95
        center = box.right - radius * 0.75, box.y + box.height / 2
        self._write("q", art.rectangle(box, how="W n"), art.stroke(colours["pale"], 0.16 / radius))
        self._place("middle", art.turned(center=center, radius=radius, lobes=RINGS["middle"][0], copies=10))
        self._write(art.stroke(colours["pale"], 0.16 / (radius * 0.52)))
        self._place("small", art.turned(center=center, radius=radius * 0.52, lobes=RINGS["small"][0], copies=8))
        self._write("Q", art.fill(colours["main"]), art.rectangle(Box(box.x, box.y, 1.4, box.height), how="f"))
        self._write(art.stroke(colours["line"], 0.18))
        self._write(*(art.line((box.x, y), (box.right, y)) for y in (box.y, box.bottom)))


def form_entries(box: Box, resources: bytes = b"") -> bytes:
    """Return what a form XObject's dictionary says beside its length; the box in the form's own coordinates."""
    edges = art.ops(box.x, box.y, box.right, box.bottom).encode()
    return b"/Type/XObject/Subtype/Form/BBox[%b]/Resources<<%b>>" % (edges, resources)


def _bead_box(half_mm: float) -> Box:
    return Box(0, -half_mm, art.BEAD_MM, 2 * half_mm)


def _sides(frame: Box, band: float, corner: float) -> list[Box]:
    long_x, long_y = frame.width - 2 * corner, frame.height - 2 * corner
    return [
        Box(frame.x + corner, frame.y, long_x, band),
        Box(frame.x + corner, frame.bottom - band, long_x, band),
        Box(frame.x, frame.y + corner, band, long_y),
        Box(frame.right - band, frame.y + corner, band, long_y),
    ]


def _corners(frame: Box, corner: float) -> list[Box]:
    places = itertools.product((frame.x, frame.right - corner), (frame.y, frame.bottom - corner))
    return [Box(x, y, corner, corner) for x, y in places]
