"""What stands outside the type area: page numbers, the mark of a further copy, the trial word, small-office mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.printing import art
from voucher_app.printing.ink import slanted
from voucher_app.printing.layout_file import POINTS_PER_MM, Box
from voucher_app.printing.setting import SetText

if TYPE_CHECKING:
    from voucher_app.printing.composition import Composition
    from voucher_app.printing.flow import PageInk
    from voucher_app.printing.office_style import Style

NUMBER_BELOW_PT: Final = 7 * POINTS_PER_MM
"""GB/T 9704-2012, 7.5: from the lower edge of the type area to the page number."""
MARK_ABOVE_PT: Final = 12 * POINTS_PER_MM
_MARK_PADDING_PT: Final = 4.0
_TRIAL_FACE: Final = "serif-bold"


def required_words(composition: Composition, *, pages: int) -> None:
    """Make sure that all that the margins say can be printed.

    Raises:
        MissingGlyph: naming the field.
    """
    office, facts = composition.office, composition.facts
    numbers = "".join(map(str, range(10)))
    for style, word in (("page", "page_plain"), ("foot", "page"), ("mark", "copy"), ("mark", "archive_copy")):
        composition.require(composition.word(word) + numbers + str(pages), office.styles[style].face, word)
    composition.require(composition.word("trial"), _TRIAL_FACE, "trial")
    composition.require(facts.office_mode, office.styles["foot"].face, "office_mode")
    composition.require(facts.document_number, office.styles["foot"].face, "document_number")
    composition.require(facts.subject, office.styles["foot"].face, "subject")


def draw_margins(composition: Composition, ink: PageInk, *, page: int, pages: int, plainly: bool) -> None:
    """Draw the margins of one page: `plainly` as official papers are numbered, else page x of y."""
    if composition.facts.is_trial:
        _trial(composition, ink)
    if composition.facts.is_archive_copy:
        _mark(composition, ink, composition.word("archive_copy"))
    elif composition.facts.copy > 1:
        _mark(composition, ink, composition.word("copy").replace("{copy}", str(composition.facts.copy)))
    if plainly:
        _plain_number(composition, ink, page)
    else:
        _foot(composition, ink, page, pages)


def _trial(composition: Composition, ink: PageInk) -> None:
    frame = ink.frame
    inset_x, inset_y = frame.width_pt * 0.24, frame.height_pt * 0.3
    box = inset_x, inset_y, frame.width_pt - 2 * inset_x, frame.height_pt - 2 * inset_y
    colour = composition.office.colours["trial"]
    # Below everything else: text and lines are drawn over it.
    ink.lines.insert(
        0, slanted(composition.word("trial"), face=_TRIAL_FACE, box_pt=box, colour=colour, fonts=ink.fonts)
    )


def _mark(composition: Composition, ink: PageInk, text: str) -> None:
    """Say in a frame at the upper right which print of the paper this is, or that it was never printed."""
    style, frame = composition.office.styles["mark"], ink.frame
    width_pt = ink.fonts.width(text, style.face) * style.size_pt + 2 * _MARK_PADDING_PT
    x_pt, top_pt = frame.area_width_pt - width_pt, frame.height_pt - frame.top_pt + MARK_ABOVE_PT
    box = Box(frame.left_pt + x_pt, top_pt - style.leading_pt - 4, width_pt, style.leading_pt + 4)
    ink.shapes += [art.stroke(composition.office.colours["ink"], 0.8), art.rectangle(box, how="S")]
    _write(composition, ink, text, style, x_pt=x_pt, width_pt=width_pt, top_pt=top_pt - 2, align="center")


def _plain_number(composition: Composition, ink: PageInk, page: int) -> None:
    """Write `— 1 —` one character in from the outer edge: right on odd pages, left on even ones."""
    style, frame = composition.office.styles["page"], ink.frame
    text = composition.word("page_plain").replace("{page}", str(page))
    top_pt = frame.bottom_pt - NUMBER_BELOW_PT + style.leading_pt / 2
    inside_pt = frame.area_width_pt - 2 * style.size_pt
    align = "right" if page % 2 else "left"
    _write(composition, ink, text, style, x_pt=style.size_pt, width_pt=inside_pt, top_pt=top_pt, align=align)
    if composition.facts.office_mode:
        small = composition.office.styles["foot"]
        below = top_pt - style.leading_pt
        _write(
            composition, ink, composition.facts.office_mode, small,
            x_pt=0.0, width_pt=frame.area_width_pt, top_pt=below, align="left",
        )  # fmt: skip


def _foot(composition: Composition, ink: PageInk, page: int, pages: int) -> None:
    """Write the number or subject at the left, page x of y in the middle, the office's mode at the right."""
    style, frame, facts = composition.office.styles["foot"], ink.frame, composition.facts
    width_pt = frame.area_width_pt
    top_pt = frame.bottom_pt - NUMBER_BELOW_PT + style.leading_pt / 2
    colours = composition.office.colours
    y = top_pt + 3
    ink.shapes += [art.stroke(colours["hair"], 0.4), art.line((frame.left_pt, y), (frame.left_pt + width_pt, y))]
    middle = composition.word("page").replace("{page}", str(page)).replace("{pages}", str(pages))
    share_pt = width_pt * 0.32
    places = (
        (facts.document_number or facts.subject, "left", 0.0),
        (middle, "center", (width_pt - share_pt) / 2),
        (facts.office_mode, "right", width_pt - share_pt),
    )
    for text, align, x_pt in places:
        fitted = composition.fit(text, style, width_pt=share_pt, height_pt=frame.bottom_pt * 0.5, where="subject")
        composition.draw_lines(
            ink, fitted, style, x_pt=x_pt, width_pt=share_pt, top_pt=top_pt, align=align, colour=colours["soft"]
        )


def _write(
    composition: Composition,
    ink: PageInk,
    text: str,
    style: Style,
    *,
    x_pt: float,
    width_pt: float,
    top_pt: float,
    align: str,
) -> None:
    composition.draw_lines(
        ink, SetText(style.size_pt, [text]), style, x_pt=x_pt, width_pt=width_pt, top_pt=top_pt, align=align
    )
