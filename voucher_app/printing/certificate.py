"""The certificate: an A4 sheet with stub and tear line, drawn from facts and a layout file.

What is the same on every certificate is one form XObject per file; a page then holds only its own texts and its QR
code as a one-bit image mask. All texts are set, and all their glyphs found, before the first page is begun, so that a
name no font can print is refused while nothing has been written. The same facts give the same bytes.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.printing import art
from voucher_app.printing.atomic import ORDINARY, discard, write_atomically, write_beside
from voucher_app.printing.ink import CAP_CENTER, Line, drawing, new_canvas, qr_operators, slanted, text_operators
from voucher_app.printing.layout import load_layout
from voucher_app.printing.layout_file import POINTS_PER_MM, Box
from voucher_app.printing.setting import DESCENT, LEADING, set_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from voucher_app.printing.fonts import FontBook
    from voucher_app.printing.layout import Layout, Placed
    from voucher_app.services.papers import CertificateFacts

LAYOUT_FILE: Final = "certificate.toml"
FONT_FOLDER: Final = "fonts"
FIXED: Final = "fixed"
TRIAL: Final = "trial"
QUIET_ZONE_MODULES: Final = 4


@dataclass(frozen=True, slots=True)
class SetPage:
    """One certificate ready to be drawn: nothing about it can fail any more."""

    number: str
    lines: list[Line]
    qr_text: str
    is_trial: bool

    @property
    def form(self) -> str:
        """Name what lies under the page's own texts."""
        return TRIAL if self.is_trial else FIXED


class PdfCertificatePrinter:
    """Draws certificates as PDF from the layout and the fonts in a resources folder, both read on first use."""

    def __init__(self, resources: Path) -> None:
        self._resources = resources

    def print_separately(self, certificates: list[CertificateFacts], folder: Path) -> list[Path]:
        """Write one PDF per certificate, named by its number, and return the files in order.

        All files appear together at the end; after a failure none of them is there that was not there before.

        Raises:
            MissingGlyph: for a character that no font can print; nothing has been written then.
            InvalidInput: `too_long_for_paper`, likewise.
            OSError: from the disk.
        """
        pages = self._set_all(certificates)
        targets = [folder / f"{page.number}.pdf" for page in pages]
        assert len(set(targets)) == len(targets), "each certificate is printed once"
        assert all(target.parent == folder for target in targets), "a voucher number is no path"
        folder.mkdir(parents=True, exist_ok=True)
        waiting: dict[Path, Path] = {}
        appeared: list[Path] = []
        try:
            for page, target in zip(pages, targets, strict=True):
                waiting[target] = write_beside(target, self._pdf([page]), mode=ORDINARY)
            for target, beside in waiting.items():
                is_new = not target.exists()
                beside.replace(target)
                if is_new:
                    appeared.append(target)
        except BaseException:
            for file in [*waiting.values(), *appeared]:
                discard(file)
            raise
        return targets

    def print_together(self, certificates: list[CertificateFacts], file: Path) -> Path:
        """Write one PDF with a page per certificate.

        Raises:
            MissingGlyph: for a character that no font can print; nothing has been written then.
            InvalidInput: `too_long_for_paper`, likewise.
            OSError: from the disk.
        """
        assert certificates, "a file has a page at least"
        content = self._pdf(self._set_all(certificates))
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, content)
        return file

    def draw_each(self, certificates: list[CertificateFacts]) -> Iterator[bytes]:
        """Find every glyph of all of them, then yield a PDF for each, in order.

        Raises:
            MissingGlyph: for a character that no font can print, before the first one.
            InvalidInput: `too_long_for_paper`, likewise.
        """
        return (self._pdf([page]) for page in self._set_all(certificates))

    def draw_together(self, certificates: list[CertificateFacts], told: Callable[[int], None]) -> bytes:
        """Return one PDF with a page for each; `told` gets the number of pages drawn so far, and may raise.

        Raises:
            MissingGlyph: for a character that no font can print, before the first page.
            InvalidInput: `too_long_for_paper`, likewise.
        """
        return self._pdf(self._set_all(certificates), told)

    @cached_property
    def _layout(self) -> Layout:
        return load_layout(self._resources / LAYOUT_FILE)

    @cached_property
    def _fonts(self) -> FontBook:
        from voucher_app.printing.fonts import font_book  # noqa: PLC0415 - reportlab is slow to import

        return font_book(self._resources / FONT_FOLDER)

    @cached_property
    def _fixed_lines(self) -> list[Line]:
        lines = [
            line for placed in self._layout.words() for line in self._set(placed, placed.text, subject=LAYOUT_FILE)
        ]
        return lines + [self._micro_line(box) for box in self._layout.micro]

    @cached_property
    def _trial_lines(self) -> list[Line]:
        return [self._slanted(box) for box in self._layout.trial]

    def _set_all(self, certificates: list[CertificateFacts]) -> list[SetPage]:
        return [self._set_page(facts) for facts in certificates]

    def _set_page(self, facts: CertificateFacts) -> SetPage:
        values = field_values(facts)
        fields = self._layout.fields()
        lines = [line for placed in fields for line in self._set(placed, values[placed.text], subject=facts.number)]
        return SetPage(number=facts.number, lines=lines, qr_text=facts.qr_text, is_trial=facts.is_trial)

    def _set(self, placed: Placed, text: str, *, subject: str) -> list[Line]:
        """Set one text into its box, standing on the bottom."""
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
        fonts.require(layout.micro_words, face="sans", field="micro", subject=LAYOUT_FILE)
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
        fonts.require(layout.trial_word, face="serif-bold", field="trial", subject=LAYOUT_FILE)
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

    def _pdf(self, pages: list[SetPage], told: Callable[[int], None] | None = None) -> bytes:
        fixed, trial = self._fixed_lines, self._trial_lines
        layout = self._layout
        title = f"山西省算力券 {pages[0].number}" if len(pages) == 1 else "山西省算力券"
        with drawing:
            canvas = new_canvas(
                width_pt=layout.width_mm * POINTS_PER_MM,
                height_pt=layout.height_mm * POINTS_PER_MM,
                fonts=self._fonts,
                title=title,
            )
            sheet = _Sheet(canvas, layout, self._fonts)
            sheet.define_art()
            for name in sorted({page.form for page in pages}):
                sheet.define_form(name, [*trial, *fixed] if name == TRIAL else fixed)
            for count, page in enumerate(pages, start=1):
                sheet.draw(page)
                if told is not None:
                    told(count)
            content: bytes = canvas.getpdfdata()
        return content


class _Sheet:
    """Writes forms and pages onto one canvas."""

    def __init__(self, canvas: Any, layout: Layout, fonts: FontBook) -> None:  # noqa: ANN401 - stubs lack forms
        self._canvas = canvas
        self._layout = layout
        self._fonts = fonts
        self._to_mm = f"{POINTS_PER_MM:.6f} 0 0 {-POINTS_PER_MM:.6f} 0 {layout.height_mm * POINTS_PER_MM:.4f} cm"

    def define_art(self) -> None:
        """Record the shapes that are drawn many times: beads of the woven bands, rings of the rosettes."""
        colours = self._layout.colours
        half = self._layout.band_mm / 2
        dark, light = (colours["main"], colours["second"]), (colours["pale"], colours["pale"])
        self._define(
            "bead", Box(0, -half, art.BEAD_MM, 2 * half), art.bead(half_mm=half * 0.94, colours=dark, width_mm=0.13)
        )
        half = self._layout.tear.width / 2
        self._define(
            "tear", Box(0, -half, art.BEAD_MM, 2 * half), art.bead(half_mm=half * 0.94, colours=light, width_mm=0.15)
        )
        for name, (lobes, depth) in RINGS.items():
            self._define(name, Box(-1.1, -1.1, 2.2, 2.2), art.petal(lobes=lobes, depth=depth))

    def define_form(self, name: str, lines: list[Line]) -> None:
        """Record what is the same on many pages: the drawing, and words over it."""
        self._canvas.beginForm(name)
        self._write(f"q {self._to_mm}")
        self._rosette()
        self._border()
        self._stub_and_tear()
        self._body()
        self._write("Q")
        self._write(self.texts(lines))
        self._canvas.endForm()

    def draw(self, page: SetPage) -> None:
        """Draw one certificate on a page of its own."""
        self._canvas.doForm(page.form)
        self._write(self._qr(page.qr_text))
        self._write(self.texts(page.lines))
        self._canvas.showPage()

    def texts(self, lines: Iterable[Line]) -> str:
        """Write lines of text in page points."""
        return text_operators(lines, fonts=self._fonts, document=self._canvas._doc)  # noqa: SLF001 - see there

    def _write(self, *operators: str) -> None:
        for operator in operators:
            self._canvas.addLiteral(operator)

    def _define(self, name: str, box: Box, operators: str) -> None:
        self._canvas.beginForm(name, box.x, box.y, box.right, box.bottom)
        self._write(operators)
        self._canvas.endForm()

    def _place(self, name: str, matrices: list[str]) -> None:
        for matrix in matrices:
            self._write(f"q {matrix} cm")
            self._canvas.doForm(name)
            self._write("Q")

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

    def _qr(self, text: str) -> str:
        """Write a QR code on white ground, its quiet zone included."""
        qr, height_mm = self._layout.qr, self._layout.height_mm
        x, y, side = (value * POINTS_PER_MM for value in (qr.x, height_mm - qr.bottom, qr.width))
        return qr_operators(text, x_pt=x, y_pt=y, side_pt=side, quiet_modules=QUIET_ZONE_MODULES)


RINGS: Final = {"wide": (24, 0.30), "middle": (18, 0.42), "small": (12, 0.60), "star": (8, 0.55), "bud": (8, 0.70)}
"""Lobes and depth of the rings that rosettes are made of."""


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


def field_values(facts: CertificateFacts) -> dict[str, str]:
    """Write out the facts as the fields that a layout places (`layout.FIELDS`)."""
    return {
        "number": facts.number,
        "office_name": facts.office_name,
        "office_mode": facts.office_mode,
        "recipient_name": facts.recipient_name,
        "recipient_uscc": facts.recipient_uscc,
        "face_in_figures": f"¥{facts.face.in_yuan()}",
        "face_in_capitals": facts.face.in_capitals(),
        "provider_name": facts.provider_name,
        "contract_number": facts.contract_number,
        "document_number": facts.document_number,
        "policy_title": facts.policy_title,
        "scope": facts.scope,
        "support": facts.support,
        "issued_on": _in_chinese(facts.issued_on),
        "use_by": _in_chinese(facts.use_by),
        "redeem_by": _in_chinese(facts.redeem_by),
        "prepared_by": facts.prepared_by,
        "reviewed_by": facts.reviewed_by,
        "check_code": facts.check_code,
        "copy": "" if facts.copy == 1 else f"第{facts.copy}次打印",
        "tear_number": f"算力券〔{facts.year}〕第{facts.sequence:06d}号",
    }


def _in_chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
