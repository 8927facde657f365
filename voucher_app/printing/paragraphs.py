"""Setting what is made of lines: paragraphs, heads, signatures, the name and day of the office, imprint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from voucher_app.printing import art
from voucher_app.printing.composition import base_below, height_of
from voucher_app.printing.flow import Picture, Slab
from voucher_app.printing.ink import qr_operators, stretchable
from voucher_app.printing.layout_file import POINTS_PER_MM
from voucher_app.printing.setting import SetText, filled_lines, stepped

if TYPE_CHECKING:
    from voucher_app.printing import blocks
    from voucher_app.printing.composition import Composition
    from voucher_app.printing.flow import Draw, PageInk
    from voucher_app.printing.office_style import Style

MOST_STRETCH: Final = 0.35
"""A line that would have to be stretched by more than this part of a size between characters is left as it is."""

RED_HEAD_TOP_PT: Final = 35 * POINTS_PER_MM
"""GB/T 9704-2012, 7.2.4: from the upper edge of the type area to that of the issuer's name."""
RED_RULE_PT: Final = 4 * POINTS_PER_MM
"""7.2.7: from the document number to the red line."""
SMALLEST_RED_PT: Final = 22.0
SEAL_INDENT: Final = 4
"""7.3.5.1: the day ends so many characters before the right edge."""
GAP_PT: Final = 12.0
QUIET_MODULES: Final = 4
QUIET_PART: Final = 0.16
"""Room for the quiet zone around a QR code of the smallest version, as a part of its side."""


def set_text(composition: Composition, block: blocks.Text, width_pt: float) -> list[Slab]:
    """Set paragraphs: a line feed of a prose value, or of the template, begins a new one."""
    slabs: list[Slab] = []
    for paragraph in composition.fill(block.phrase, block.style.face).split("\n"):
        slabs += _paragraph(composition, paragraph, block.style, width_pt)
    if slabs:
        slabs[0] = replace(slabs[0], before_pt=block.style.before_pt)
        slabs[-1] = replace(slabs[-1], height_pt=slabs[-1].height_pt + block.style.after_pt)
    return slabs


def _paragraph(composition: Composition, text: str, style: Style, width_pt: float) -> list[Slab]:
    indent = style.indent * (1 + style.spacing_pt / style.size_pt)
    lines = filled_lines(
        text,
        room=width_pt / style.size_pt,
        measure=composition.measure(style),
        indent=indent,
        evenly=style.align == "center",
    )
    slabs = []
    for index, line in enumerate(lines):
        is_last = index == len(lines) - 1
        draw = _line_drawing(
            composition,
            line,
            style,
            width_pt=width_pt,
            indent_pt=0.0 if index else indent * style.size_pt,
            fills=style.align == "justify" and not is_last,
        )
        # No page ends after the first line of a paragraph, and none begins with its last.
        stays = style.stays or (len(lines) > 1 and index in {0, len(lines) - 2})
        slabs.append(Slab(style.leading_pt, draw, stays=stays))
    return slabs


def _line_drawing(
    composition: Composition, text: str, style: Style, *, width_pt: float, indent_pt: float, fills: bool
) -> Draw:
    natural_pt = composition.measure(style)(text) * style.size_pt
    spare_pt = width_pt - indent_pt - natural_pt
    stretch_pt = 0.0
    x_pt = indent_pt + {"center": spare_pt / 2, "right": spare_pt}.get(style.align, 0.0)
    gaps = stretchable(text) - 1
    if fills and gaps > 0 and 0 < spare_pt <= gaps * style.size_pt * MOST_STRETCH:
        stretch_pt = spare_pt / gaps

    def draw(ink: PageInk, top_pt: float) -> None:
        ink.write(
            text,
            x_pt=x_pt,
            y_pt=top_pt - base_below(style.leading_pt, style.size_pt),
            face=style.face,
            size_pt=style.size_pt,
            colour=composition.office.colours["ink"],
            spacing_pt=style.spacing_pt,
            stretch_pt=stretch_pt,
        )

    return draw


def set_split_line(composition: Composition, block: blocks.SplitLine, width_pt: float) -> list[Slab]:
    """Set words at left, middle and right of one line; what would meet stands on lines of its own."""
    style = block.style
    measure = composition.measure(style)
    parts = [
        (composition.fill(phrase, style.face), align)
        for phrase, align in ((block.left, "left"), (block.center, "center"), (block.right, "right"))
        if phrase
    ]
    needed_pt = sum(measure(text) * style.size_pt + GAP_PT for text, _align in parts)
    if needed_pt > width_pt:
        slabs = [
            slab
            for text, align in parts
            for slab in _paragraph(composition, text, replace(style, align=align), width_pt)
        ]
        return [replace(slabs[0], before_pt=style.before_pt), *slabs[1:]]
    drawings = [
        _line_drawing(composition, text, replace(style, align=align), width_pt=width_pt, indent_pt=0.0, fills=False)
        for text, align in parts
    ]

    def draw(ink: PageInk, top_pt: float) -> None:
        for one in drawings:
            one(ink, top_pt)

    return [Slab(style.leading_pt + style.after_pt, draw, style.before_pt, stays=style.stays)]


def set_red_head(composition: Composition, block: blocks.RedHead, width_pt: float) -> list[Slab]:
    """Set the head of an official paper: the issuer's name in red, the number, the red line.

    A name shrinks to one line; where it would be smaller than the title it stands on lines of even length instead.
    """
    style, number_style = composition.office.styles["red"], composition.office.styles["number"]
    name = composition.fill(block.name, style.face)
    whole = composition.fonts.width(name, style.face)
    one_line_pt = stepped(min(style.size_pt, width_pt / whole)) if whole else style.size_pt
    size_pt = max(one_line_pt, SMALLEST_RED_PT)
    scaled = replace(style, size_pt=size_pt, leading_pt=style.leading_pt / style.size_pt * size_pt)
    measure = composition.measure(scaled)
    lines = (
        [name] if size_pt == one_line_pt else filled_lines(name, room=width_pt / size_pt, measure=measure, evenly=True)
    )
    fitted = SetText(size_pt, lines)
    if height_of(fitted, scaled) > RED_HEAD_TOP_PT:
        fitted = composition.fit(name, scaled, width_pt=width_pt, height_pt=RED_HEAD_TOP_PT, where="office_name")
    name_pt = height_of(fitted, scaled)
    number = composition.fill(block.number, number_style.face) if composition.facts.document_number else ""
    number_drawing = _line_drawing(
        composition, number, replace(number_style, size_pt=16.0), width_pt=width_pt, indent_pt=0.0, fills=False
    )
    red = composition.office.colours["red"]
    number_top_pt = RED_HEAD_TOP_PT * 0.6 + name_pt + number_style.leading_pt
    rule_pt = number_top_pt + number_style.leading_pt + RED_RULE_PT

    def draw(ink: PageInk, top_pt: float) -> None:
        composition.draw_lines(
            ink, fitted, scaled, x_pt=0.0, width_pt=width_pt, top_pt=top_pt - RED_HEAD_TOP_PT * 0.6, colour=red
        )
        number_drawing(ink, top_pt - number_top_pt)
        left, y = ink.frame.left_pt, top_pt - rule_pt
        ink.shapes += [art.stroke(red, 1.6), art.line((left, y), (left + width_pt, y))]

    return [Slab(rule_pt + 2 * number_style.leading_pt, draw, stays=True)]


def set_signatures(composition: Composition, block: blocks.Signatures, width_pt: float) -> list[Slab]:
    """Set names to sign over, evenly spaced on one line."""
    style = block.style
    share_pt = width_pt / len(block.labels)
    fitted = [
        composition.fit(
            composition.fill_signed(label, style.face),
            style,
            width_pt=share_pt - 4,
            height_pt=4 * style.leading_pt,
            where="labels",
        )
        for label in block.labels
    ]

    def draw(ink: PageInk, top_pt: float) -> None:
        for index, one in enumerate(fitted):
            composition.draw_lines(
                ink, one, style, x_pt=index * share_pt, width_pt=share_pt, top_pt=top_pt - GAP_PT, align="left"
            )

    height_pt = GAP_PT + max(height_of(one, style) for one in fitted)
    return [Slab(height_pt, draw, is_held=True)]


def set_seal(composition: Composition, block: blocks.Seal, width_pt: float) -> list[Slab]:
    """Set the office's name above the day, at the right, with room for its seal, or with its picture."""
    style, office = block.style, composition.office
    name, day = composition.fill(block.name, style.face), composition.fill(block.day, style.face)
    fitted = composition.fit(name, style, width_pt=width_pt * 0.7, height_pt=4 * style.leading_pt, where="office_name")
    name_pt = max(composition.measure(style)(line) for line in fitted.lines) * fitted.size_pt
    day_pt = composition.measure(style)(day) * style.size_pt
    day_x = width_pt - SEAL_INDENT * style.size_pt - day_pt
    name_x = min(day_x + day_pt / 2 - name_pt / 2, width_pt - name_pt)
    names_pt = height_of(fitted, style)
    top_gap_pt = 2 * style.leading_pt

    def draw(ink: PageInk, top_pt: float) -> None:
        top_pt -= top_gap_pt
        composition.draw_lines(ink, fitted, style, x_pt=name_x, width_pt=name_pt, top_pt=top_pt, align="center")
        day_set = replace(fitted, size_pt=style.size_pt, lines=[day])
        composition.draw_lines(ink, day_set, style, x_pt=day_x, width_pt=day_pt, top_pt=top_pt - names_pt, align="left")
        if office.seal_picture is not None:
            middle_x, middle_y = ink.frame.left_pt + day_x + day_pt / 2, top_pt - names_pt
            half = office.seal_width_pt / 2
            ink.pictures.append(Picture(office.seal_picture, middle_x - half, middle_y - half, office.seal_width_pt))

    return [Slab(top_gap_pt + names_pt + style.leading_pt, draw, is_held=True)]


def set_attachments(composition: Composition, block: blocks.Attachments, width_pt: float) -> list[Slab]:
    """Set the list of attachments: two characters in, their names below each other (GB/T 9704-2012, 7.3.4)."""
    style = replace(block.style, align="left", indent=0.0)
    composition.require("附件：0123456789. ", style.face, composition.file)
    is_one = len(block.items) == 1
    slabs: list[Slab] = []
    for index, item in enumerate(block.items, 1):
        mark = "附件：" if index == 1 else "　　　"
        number = "" if is_one else f"{index}. "
        lead_pt = (2 + composition.fonts.width(mark + number, style.face)) * style.size_pt
        lines = filled_lines(
            composition.fill(item, style.face),
            room=(width_pt - lead_pt) / style.size_pt,
            measure=composition.measure(style),
        )
        for line_index, line in enumerate(lines):
            words = line if line_index else mark + number + line
            x_pt = lead_pt if line_index else 2 * style.size_pt
            slabs.append(_placed_line(composition, words, style, x_pt))
    return [replace(slabs[0], before_pt=style.leading_pt), *slabs[1:]]


def _placed_line(composition: Composition, text: str, style: Style, x_pt: float) -> Slab:
    draw = _line_drawing(composition, text, style, width_pt=0.0, indent_pt=x_pt, fills=False)
    return Slab(style.leading_pt, draw, stays=True)


def set_imprint(composition: Composition, block: blocks.Imprint, width_pt: float) -> list[Slab]:
    """Set who gets copies, who issued the paper and when, between lines at the bottom of the last page."""
    style = replace(block.style, size_pt=14.0, leading_pt=22.0)
    inside_pt = width_pt - 2 * style.size_pt
    composition.require("抄送：。印发", style.face, composition.file)
    copies = composition.fit(
        f"抄送：{composition.fill(block.copies_to, style.face)}。",
        style,
        width_pt=inside_pt,
        height_pt=6 * style.leading_pt,
        where="copies_to",
    )
    left = composition.fill(block.left, style.face)
    right = composition.fill(block.right, style.face) + "印发"
    right_pt = composition.measure(style)(right) * style.size_pt
    by = composition.fit(
        left, style, width_pt=inside_pt - right_pt - GAP_PT, height_pt=3 * style.leading_pt, where="office_name"
    )
    copies_pt, by_pt = height_of(copies, style) + 4, height_of(by, style) + 4
    ink_colour = composition.office.colours["ink"]

    def draw(ink: PageInk, top_pt: float) -> None:
        side = ink.frame.left_pt
        for y, weight in ((top_pt, 1.0), (top_pt - copies_pt, 0.6), (top_pt - copies_pt - by_pt, 1.0)):
            ink.shapes += [art.stroke(ink_colour, weight), art.line((side, y), (side + width_pt, y))]
        composition.draw_lines(
            ink, copies, style, x_pt=style.size_pt, width_pt=inside_pt, top_pt=top_pt - 2, align="left"
        )
        below = top_pt - copies_pt - 2
        composition.draw_lines(ink, by, style, x_pt=style.size_pt, width_pt=inside_pt, top_pt=below, align="left")
        day = replace(by, size_pt=style.size_pt, lines=[right])
        composition.draw_lines(ink, day, style, x_pt=style.size_pt, width_pt=inside_pt, top_pt=below, align="right")

    return [Slab(copies_pt + by_pt, draw, before_pt=style.leading_pt, sinks=True)]


def set_code(composition: Composition, block: blocks.Code, width_pt: float) -> list[Slab]:
    """Set the document's QR code with words at its right; nothing where it has none."""
    if not composition.facts.qr_text:
        return []
    style, side_pt = composition.office.styles["small"], block.side_pt
    rim_pt = side_pt * QUIET_PART
    words = composition.fill(block.phrase, style.face)
    beside_pt = width_pt - side_pt - 2 * rim_pt - GAP_PT
    fitted = composition.fit(words, style, width_pt=beside_pt, height_pt=side_pt, where="words")
    text = composition.facts.qr_text

    def draw(ink: PageInk, top_pt: float) -> None:
        y_pt = top_pt - rim_pt - side_pt
        x_pt = ink.frame.left_pt + rim_pt
        ink.shapes.append(qr_operators(text, x_pt=x_pt, y_pt=y_pt, side_pt=side_pt, quiet_modules=QUIET_MODULES))
        below = top_pt - rim_pt - (side_pt - height_of(fitted, style)) / 2
        x_words = side_pt + 2 * rim_pt + GAP_PT
        composition.draw_lines(ink, fitted, style, x_pt=x_words, width_pt=beside_pt, top_pt=below, align="left")

    return [Slab(side_pt + 2 * rim_pt, draw, before_pt=GAP_PT)]
