"""What a document is put together from: the blocks of a template, each with its words and measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voucher_app.printing.office_style import Frame, Style
    from voucher_app.printing.phrases import Phrase
    from voucher_app.services.documents.facts import ValueType


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs, titles, addressees: words in a style."""

    phrase: Phrase
    style: Style


@dataclass(frozen=True, slots=True)
class SplitLine:
    """One line with words at its left, middle and right, such as a unit of money above a table."""

    left: Phrase
    center: Phrase
    right: Phrase
    style: Style


@dataclass(frozen=True, slots=True)
class RedHead:
    """The head of an official paper (GB/T 9704-2012, 7.2): who issues it, its number, the red line."""

    name: Phrase
    number: Phrase


@dataclass(frozen=True, slots=True)
class Cell:
    """A label and its value in a grid; `foot` stands at the lower right, for a signature and a day."""

    label: Phrase
    phrase: Phrase
    foot: Phrase
    width_pt: float


@dataclass(frozen=True, slots=True)
class GridRow:
    """Cells side by side, at least so high."""

    cells: tuple[Cell, ...]
    height_pt: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A form: labelled values in frames."""

    rows: tuple[GridRow, ...]
    label_pt: float
    label: Style
    value: Style


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        phrase: what stands in it; empty for the number of the row.
        value: the one value it shows, for sums; empty where it shows words around values.
        decimals_align: amounts in 万元, set so that their points stand below each other.
        is_open: what is not there leaves its room to the hand.
    """

    head: Phrase
    phrase: Phrase
    width_pt: float
    align: str
    value: str
    type: ValueType | None
    decimals_align: bool
    is_summed: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A list of a document.

    Attributes:
        capitals: the column whose sum is written out in capital numerals below the table, or -1.
        carries: sums so far at the end of a page and at the beginning of the next.
        empty: what stands below the head of an empty list.
    """

    of: str
    columns: tuple[Column, ...]
    has_total: bool
    carries: bool
    capitals: int
    empty: Phrase
    head: Style
    cell: Style

    @property
    def sums(self) -> tuple[int, ...]:
        """Return the places of the columns that are summed."""
        return tuple(index for index, column in enumerate(self.columns) if column.is_summed)


@dataclass(frozen=True, slots=True)
class Signatures:
    """A line of names to sign over, evenly spaced."""

    labels: tuple[Phrase, ...]
    style: Style


@dataclass(frozen=True, slots=True)
class Seal:
    """The office's name and the day, at the right, with room for its seal (GB/T 9704-2012, 7.3.5)."""

    name: Phrase
    day: Phrase
    style: Style


@dataclass(frozen=True, slots=True)
class Attachments:
    """The list of attachments below the text (附件)."""

    items: tuple[Phrase, ...]
    style: Style


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart: `columns` over labels along the axis, or `bars` with a label at the left of each."""

    of: str
    form: str
    height_pt: float
    title: Phrase
    unit: str


@dataclass(frozen=True, slots=True)
class Code:
    """The document's QR code, with words beside it."""

    side_pt: float
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Gap:
    """Room."""

    height_pt: float


@dataclass(frozen=True, slots=True)
class PageTurn:
    """A new page."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Imprint:
    """At the bottom of the last page: who gets copies, who issued it and when (GB/T 9704-2012, 7.4)."""

    copies_to: Phrase
    left: Phrase
    right: Phrase
    style: Style


Lined = Text | SplitLine | RedHead | Signatures | Seal | Attachments | Imprint | Code
Block = Lined | Grid | TableBlock | ChartBlock | Gap | PageTurn


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, printed where the value `when` names is there, or where that of `unless` is not; both may be empty."""

    block: Block
    when: str
    unless: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A document's template, read and checked."""

    file: str
    title: Phrase
    frame: Frame
    numbers_plainly: bool
    placed: tuple[Placed, ...]
