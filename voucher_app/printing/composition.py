"""What a document is being set with: its facts, the office's style, the fonts; words are filled and checked here.

Every text passes through `fill`, which makes sure that each of its characters can be printed, before anything is
measured: what no font has is refused while nothing has been drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.printing.phrases import write_value
from voucher_app.printing.setting import ASCENT, DESCENT, SMALLEST_PT, STEP_PT, SetText, set_cell
from voucher_app.services.documents.catalogue import CATALOGUE
from voucher_app.services.documents.facts import ValueType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from voucher_app.printing.flow import PageInk
    from voucher_app.printing.fonts import FontBook
    from voucher_app.printing.layout_file import Colour
    from voucher_app.printing.office_style import OfficeStyle, Style
    from voucher_app.printing.phrases import Phrase, Place
    from voucher_app.services.documents.facts import DocumentFacts, Value

CUT_PART: Final = 0.62
"""A word too wide for its cell shrinks to this part of its size before it is cut."""


@dataclass(frozen=True)
class Composition:
    """One document in hand."""

    facts: DocumentFacts
    office: OfficeStyle
    fonts: FontBook
    file: str
    values: Mapping[str, Value] = field(init=False)
    _figures: dict[str, float] = field(init=False, default_factory=dict)
    _fitted: dict[tuple[object, ...], SetText] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        facts = self.facts
        values: dict[str, Value] = {f"office.{name}": word for name, word in self.office.words.items()}
        values |= facts.fields
        values |= {
            "office_name": facts.office_name,
            "document_number": facts.document_number,
            "subject": facts.subject,
            "office_mode": facts.office_mode,
        }
        object.__setattr__(self, "values", values)

    def is_there(self, name: str) -> bool:
        """Tell whether the facts hold a value, or a list anything."""
        if name == "qr_text":
            return bool(self.facts.qr_text)
        tables = {table.name for table in CATALOGUE[self.facts.kind].tables}
        if name in tables and name not in self.facts.fields:
            return bool(self.facts.tables[name])
        return self.values[name] not in {None, ""}

    def fill(self, phrase: Phrase, face: str) -> str:
        """Return words with their places filled; what is not there is the office's mark for nothing.

        Raises:
            MissingGlyph: naming the field of the character that no font has.
        """
        return self._filled(phrase, face, lambda _place: self.word("nothing"))

    def fill_signed(self, phrase: Phrase, face: str) -> str:
        """Return words to sign over: what is not there is left open for the hand."""
        return self._filled(
            phrase, face, lambda place: self.word("undated" if place.type is ValueType.DAY else "unsigned")
        )

    def fill_open(self, phrase: Phrase, face: str) -> str:
        """Return the words of a cell that somebody signs: what is not there leaves its room to the hand."""
        return self._filled(phrase, face, lambda _place: "")

    def fill_cell(self, phrase: Phrase, face: str) -> str:
        """Return the words of a cell: the mark for nothing alone where none of its values is there."""
        names = [part.name for part in phrase if not isinstance(part, str)]
        if names and all(self.values[name] in {None, ""} for name in names):
            nothing = self.word("nothing")
            self.require(nothing, face, self.file)
            return nothing
        return self.fill(phrase, face)

    def _filled(self, phrase: Phrase, face: str, lacking: Callable[[Place], str]) -> str:
        parts = []
        for part in phrase:
            if isinstance(part, str):
                self.require(part.replace("\n", ""), face, self.file)
                parts.append(part)
                continue
            value = self.values[part.name]
            text = lacking(part) if value in {None, ""} else write_value(value, part.type, part.format)
            # Only prose has paragraphs; a line feed anywhere else has no glyph and is refused like any such character.
            self.require(text.replace("\n", "") if part.type is ValueType.PROSE else text, face, part.name)
            parts.append(text)
        return "".join(parts)

    def word(self, name: str) -> str:
        """Return one of the office's words."""
        return self.office.words[name]

    def require(self, text: str, face: str, where: str) -> None:
        """Make sure that a text can be printed; `where` names its field."""
        self.fonts.require(text, face=face, field=where, subject=self.facts.subject)

    def measure(self, style: Style, *, figures: bool = False) -> Callable[[str], float]:
        """Return what measures a text of a style, in sizes; `figures` gives each digit the same room."""
        width, face, spacing = self.fonts.width, style.face, style.spacing_pt / style.size_pt
        if figures:
            figure = self.figure(face)
            return lambda text: sum(figure if "0" <= one <= "9" else width(one, face) for one in text)
        if not spacing:
            return lambda text: width(text, face)
        return lambda text: width(text, face) + spacing * len(text)

    def figure(self, face: str) -> float:
        """Return the room of a digit in a column of figures, in sizes."""
        if face not in self._figures:
            self._figures[face] = self.fonts.figure_width(face)
        return self._figures[face]

    def fit(
        self, text: str, style: Style, *, width_pt: float, height_pt: float, where: str, figures: bool = False
    ) -> SetText:
        """Set a text of one paragraph or several into a cell, in one size.

        Cells of a list repeat themselves: regions, providers, days. Each is set once.

        Raises:
            InvalidInput: `too_long_for_paper`.
        """
        key = text, style.face, style.size_pt, style.leading_pt, style.spacing_pt, width_pt, height_pt, figures
        found = self._fitted.get(key)
        if found is None:
            found = self._fitted[key] = self._fit(text, style, width_pt, height_pt, where, figures=figures)
        return found

    def _fit(self, text: str, style: Style, width_pt: float, height_pt: float, where: str, *, figures: bool) -> SetText:
        leading, measure = style.leading_pt / style.size_pt, self.measure(style, figures=figures)
        paragraphs = [part for part in text.split("\n") if part]
        size_pt = style.size_pt
        while size_pt >= SMALLEST_PT:
            lines: list[str] = []
            smallest_pt = size_pt
            for paragraph in paragraphs:
                fitted = set_cell(
                    paragraph,
                    width_pt=width_pt,
                    height_pt=height_pt,
                    size_pt=size_pt,
                    cut_pt=style.size_pt * CUT_PART,
                    leading=leading,
                    measure=measure,
                )
                if fitted is None:
                    raise self._too_long(text, where)
                smallest_pt = min(smallest_pt, fitted.size_pt)
                lines += fitted.lines
            if smallest_pt == size_pt and len(lines) * leading * size_pt <= height_pt:
                return SetText(size_pt, lines)
            size_pt = smallest_pt if smallest_pt < size_pt else size_pt - STEP_PT
        raise self._too_long(text, where)

    def _too_long(self, text: str, where: str) -> InvalidInput:
        return InvalidInput("too_long_for_paper", found=text, field=where, subject=self.facts.subject)

    def draw_lines(
        self,
        ink: PageInk,
        fitted: SetText,
        style: Style,
        *,
        x_pt: float,
        width_pt: float,
        top_pt: float,
        align: str = "",
        colour: Colour | None = None,
        figures: bool = False,
    ) -> None:
        """Write the lines of a cell from a height downwards."""
        leading_pt = style.leading_pt / style.size_pt * fitted.size_pt
        base_pt = top_pt - base_below(leading_pt, fitted.size_pt)
        align, measure = align or style.align, self.measure(style, figures=figures)
        for text in fitted.lines:
            indent_pt = 0.0
            if align in {"center", "right"}:
                spare_pt = width_pt - measure(text) * fitted.size_pt
                indent_pt = spare_pt / 2 if align == "center" else spare_pt
            ink.write(
                text,
                x_pt=x_pt + indent_pt,
                y_pt=base_pt,
                face=style.face,
                size_pt=fitted.size_pt,
                colour=colour or self.office.colours["ink"],
                spacing_pt=style.spacing_pt / style.size_pt * fitted.size_pt,
                figure=self.figure(style.face) if figures else 0.0,
            )
            base_pt -= leading_pt


def height_of(fitted: SetText, style: Style) -> float:
    """Return the height of the lines of a cell."""
    return len(fitted.lines) * style.leading_pt / style.size_pt * fitted.size_pt


def base_below(leading_pt: float, size_pt: float) -> float:
    """Return how far below the top of a line its base lies: its characters stand in the middle."""
    return (leading_pt - (ASCENT + DESCENT) * size_pt) / 2 + ASCENT * size_pt
