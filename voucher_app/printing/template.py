"""Reading the template of one kind of document, and holding it against the catalogue.

A template is a list of `[[block]]` tables in the order of the paper. What it may say is told by the readers below, one
for each kind of block; any other key, name or column is refused with its line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from voucher_app.i18n import _
from voucher_app.printing import blocks
from voucher_app.printing.layout_file import POINTS_PER_MM, read_entries
from voucher_app.printing.office_style import ALIGNMENTS, FORMS, LANDSCAPE, OFFICIAL, STYLES, read_frame, read_size
from voucher_app.printing.phrases import FORMATS, Place, read_phrase
from voucher_app.services.documents.catalogue import CATALOGUE
from voucher_app.services.documents.facts import ValueType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from voucher_app.printing.blocks import Block, Template
    from voucher_app.printing.layout_file import Entries
    from voucher_app.printing.office_style import Frame, OfficeStyle, Style
    from voucher_app.printing.phrases import Phrase
    from voucher_app.services.documents.facts import DocumentKind
    from voucher_app.services.documents.specification import Document, Field

CELL_PADDING_PT: Final = 3.0
NARROWEST_MM: Final = 7.0
TOLERANCE_PT: Final = 0.5
"""Widths in whole millimetres miss the width of the page by so much at most."""
ROW_NUMBER: Final = "#"
CHART_FORMS: Final = ("columns", "bars")
MONEY_UNITS: Final = ("wan", "yuan")
COUNT_UNITS: Final = ("count",)
_SUMMABLE = frozenset({ValueType.MONEY, ValueType.COUNT})
_ALIGN_OF_TYPE: Final = {
    ValueType.MONEY: "right",
    ValueType.COUNT: "center",
    ValueType.DAY: "center",
    ValueType.INSTANT: "center",
    ValueType.RATIO: "right",
}


def load_template(file: Path, kind: DocumentKind, office: OfficeStyle) -> Template:
    """Read a template.

    Raises:
        BadTemplate: naming file, line and reason.
        OSError: when it cannot be read.
    """
    return _Reader(read_entries(file), file.name, CATALOGUE[kind], office).template()


class _Reader:
    """Puts a template together from its tables."""

    def __init__(self, top: Entries, file: str, document: Document, office: OfficeStyle) -> None:
        self._top = top
        self._file = file
        self._document = document
        self._office = office
        self._known: dict[str, ValueType] = {
            **{one.name: one.type for one in document.fields},
            **dict.fromkeys(("office_name", "document_number", "subject", "office_mode"), ValueType.TEXT),
            **{f"office.{name}": ValueType.TEXT for name in office.words},
        }
        self._tables = {table.name: table for table in document.tables}
        self._frame = office.frames[OFFICIAL]
        self._readers: dict[str, Callable[[Entries], Block]] = {
            "text": self._text,
            "line": self._line,
            "red_head": self._red_head,
            "grid": self._grid,
            "table": self._table,
            "signatures": self._signatures,
            "seal": self._seal,
            "attachments": self._attachments,
            "chart": self._chart,
            "code": self._code,
            "gap": self._gap,
            "page": self._page,
            "imprint": self._imprint,
        }

    def template(self) -> Template:
        top = self._top
        title = read_phrase(top, "title", self._known)
        numbers = top.choice("page_number", ("of", "plain"), default="of")
        self._frame = first = self._frame_of(top, "page") if top.has("page") else self._frame
        placed = tuple(self._placed(entries) for entries in top.tables("block"))
        top.finish()
        return blocks.Template(
            file=self._file, title=title, frame=first, numbers_plainly=numbers == "plain", placed=placed
        )

    def _frame_of(self, entries: Entries, name: str) -> Frame:
        """Read a page: one of the office's forms, with margins of its own."""
        page = entries.table(name)
        form = page.choice("form", FORMS)
        return read_frame(page, turned=form == LANDSCAPE, base=self._office.frames[form])

    def _placed(self, entries: Entries) -> blocks.Placed:
        kind = entries.choice("kind", tuple(self._readers))
        when, unless = self._condition(entries, "when"), self._condition(entries, "unless")
        held = entries.flag("held", default=kind in {"signatures", "seal"})
        block = self._readers[kind](entries)
        entries.finish()
        return blocks.Placed(block, when, unless, held)

    def _condition(self, entries: Entries, name: str) -> str:
        """Read the name of a value or a table that has to be there."""
        if not entries.has(name):
            return ""
        known = {**self._known, **dict.fromkeys([*self._tables, "qr_text"], ValueType.TEXT)}
        asked = entries.words(name)
        if asked not in known:
            raise entries.wrong(name, _("asks for {place}, which this document does not have").format(place=asked))
        return asked

    def _phrase(self, entries: Entries, name: str, *, default: str | None = None) -> Phrase:
        if default is not None and not entries.has(name):
            return read_phrase(entries, name, self._known, words=default)
        return read_phrase(entries, name, self._known)

    def _phrases(self, entries: Entries, name: str) -> tuple[Phrase, ...]:
        return tuple(read_phrase(entries, name, self._known, words=words) for words in entries.texts(name))

    def _style(self, entries: Entries, default: str, *, key: str = "style") -> Style:
        """Read a style by its name, with what this block changes of it."""
        style = self._office.styles[entries.choice(key, STYLES, default=default)]
        if key != "style":
            return style
        size_pt = read_size(entries, default=style.size_pt)
        leading_pt = entries.number("leading_pt", default=style.leading_pt * size_pt / style.size_pt)
        if leading_pt < size_pt:
            raise entries.wrong("leading_pt", _("must not be below size_pt, {size}").format(size=f"{size_pt:g}"))
        return replace(
            style,
            face=entries.choice("face", self._office.faces, default=style.face),
            size_pt=size_pt,
            leading_pt=leading_pt,
            spacing_pt=style.spacing_pt if size_pt == style.size_pt else 0.0,
            align=entries.choice("align", ALIGNMENTS, default=style.align),
            indent=entries.number("indent", default=style.indent),
            before_pt=entries.number("before_pt", default=style.before_pt),
            after_pt=entries.number("after_pt", default=style.after_pt),
            stays=entries.flag("stays", default=style.stays),
        )

    # ---------------------------------------------------------------------------------------------- blocks

    def _text(self, entries: Entries) -> Block:
        return blocks.Text(self._phrase(entries, "words"), self._style(entries, "body"))

    def _line(self, entries: Entries) -> Block:
        left, center, right = (self._phrase(entries, side, default="") for side in ("left", "center", "right"))
        if not (left or center or right):
            raise entries.wrong("left", _("is missing"))
        return blocks.SplitLine(left, center, right, self._style(entries, "line"))

    def _red_head(self, entries: Entries) -> Block:
        return blocks.RedHead(
            self._phrase(entries, "name", default="{office_name}{office.file_word}"),
            self._phrase(entries, "number", default="{document_number}"),
        )

    def _grid(self, entries: Entries) -> Block:
        label_pt = entries.number("label_mm", least=NARROWEST_MM) * POINTS_PER_MM
        rows = tuple(self._grid_row(row) for row in entries.tables("rows"))
        return blocks.Grid(
            rows, label_pt, self._style(entries, "label", key="label_style"), self._style(entries, "value")
        )

    def _grid_row(self, entries: Entries) -> blocks.GridRow:
        cells = entries.tables("cells")
        told = [cell.number("width_mm", least=2 * NARROWEST_MM, default=0.0) * POINTS_PER_MM for cell in cells]
        left_pt = self._frame.area_width_pt - sum(told)
        open_ = told.count(0.0)
        least_pt = 2 * NARROWEST_MM * POINTS_PER_MM
        if left_pt < open_ * least_pt - TOLERANCE_PT or (not open_ and left_pt > TOLERANCE_PT):
            raise entries.wrong("cells", _("do not fill the width of the page"))
        widths = [pt or left_pt / open_ for pt in told]
        read = tuple(
            blocks.Cell(
                label=self._phrase(cell, "label", default=""),
                phrase=self._phrase(cell, "words", default=""),
                foot=self._phrase(cell, "foot", default=""),
                width_pt=width_pt,
            )
            for cell, width_pt in zip(cells, widths, strict=True)
        )
        for cell in cells:
            cell.finish()
        row = blocks.GridRow(read, entries.number("height_mm", default=0.0) * POINTS_PER_MM)
        if row.height_pt > self._frame.area_height_pt:
            raise entries.wrong("height_mm", _("is higher than a page"))
        entries.finish()
        return row

    def _table(self, entries: Entries) -> Block:
        of = entries.choice("of", tuple(self._tables))
        known = {column.name: column for column in self._tables[of].columns}
        read = [self._column(column, known) for column in entries.tables("columns")]
        widths = self._column_widths(entries, [width for _column, width in read])
        columns = tuple(replace(column, width_pt=pt) for (column, _pt), pt in zip(read, widths, strict=True))
        has_total = entries.flag("total", default=any(column.is_summed for column in columns))
        if has_total and not any(column.is_summed for column in columns):
            raise entries.wrong("total", _("needs a column with sum = true"))
        if has_total and columns[0].is_summed:
            raise entries.wrong("total", _("needs room for its name: the first column may not be summed"))
        cell, head = self._style(entries, "cell"), self._style(entries, "head", key="head_style")
        if head.size_pt > cell.size_pt:
            head = replace(head, size_pt=cell.size_pt, leading_pt=head.leading_pt / head.size_pt * cell.size_pt)
        return blocks.TableBlock(
            of=of,
            columns=columns,
            has_total=has_total,
            carries=entries.flag("carried", default=has_total),
            capitals=self._capitals(entries, columns),
            empty=self._phrase(entries, "empty", default="{office.empty}"),
            head=head,
            cell=cell,
        )

    def _column_widths(self, entries: Entries, told: list[float]) -> list[float]:
        """Return the widths in points; the one column without a width takes what is left."""
        open_ = told.count(0.0)
        left_pt = self._frame.area_width_pt - sum(told)
        if open_ > 1:
            raise entries.wrong("columns", _("has more than one column without width_mm"))
        if (open_ and left_pt < NARROWEST_MM * POINTS_PER_MM) or left_pt < -TOLERANCE_PT:
            problem = _("is wider than the page by {excess} mm")
            excess = NARROWEST_MM * open_ - left_pt / POINTS_PER_MM
            raise entries.wrong("columns", problem.format(excess=f"{excess:.1f}"))
        return [width or left_pt for width in told]

    def _column(self, entries: Entries, known: Mapping[str, Field]) -> tuple[blocks.Column, float]:
        types = {name: one.type for name, one in known.items()}
        of = entries.words("of", default="")
        how = entries.words("format", default="")
        value_type: ValueType | None = None
        if of == ROW_NUMBER:
            phrase: Phrase = ()
        elif entries.has("words"):
            if of:
                raise entries.wrong("of", _("and words exclude each other"))
            phrase = read_phrase(entries, "words", types)
        else:
            if of not in types:
                problem = _("is no column of this list, which has {columns}")
                raise entries.wrong("of", problem.format(columns=", ".join(types)))
            value_type = types[of]
            if how and how not in FORMATS[value_type]:
                problem = _("must be one of {choices}, not {found}")
                raise entries.wrong("format", problem.format(choices=", ".join(FORMATS[value_type]), found=repr(how)))
            phrase = (Place(of, value_type, how or next(iter(FORMATS[value_type]))),)
        is_summed = entries.flag("sum", default=False)
        if is_summed and value_type not in _SUMMABLE:
            raise entries.wrong("sum", _("is for amounts and counts only"))
        align = "center" if of == ROW_NUMBER else _ALIGN_OF_TYPE.get(value_type or ValueType.TEXT, "left")
        column = blocks.Column(
            head=read_phrase(entries, "head", {f"office.{name}": ValueType.TEXT for name in self._office.words}),
            phrase=phrase,
            width_pt=0.0,
            align=entries.choice("align", ("left", "center", "right"), default=align),
            value=of if value_type else "",
            type=value_type,
            decimals_align=how == "wan",
            is_summed=is_summed,
            is_open=entries.flag("open", default=False),
        )
        width_pt = entries.number("width_mm", least=NARROWEST_MM, default=0.0) * POINTS_PER_MM
        entries.finish()
        return column, width_pt

    def _capitals(self, entries: Entries, columns: tuple[blocks.Column, ...]) -> int:
        if not entries.has("capitals"):
            return -1
        name = entries.words("capitals")
        for index, column in enumerate(columns):
            if column.value == name and column.is_summed and column.type is ValueType.MONEY:
                return index
        raise entries.wrong("capitals", _("must name a column of amounts with sum = true"))

    def _signatures(self, entries: Entries) -> Block:
        return blocks.Signatures(self._phrases(entries, "labels"), self._style(entries, "line"))

    def _seal(self, entries: Entries) -> Block:
        return blocks.Seal(
            self._phrase(entries, "name", default="{office_name}"),
            self._phrase(entries, "day"),
            self._style(entries, "flush"),
        )

    def _attachments(self, entries: Entries) -> Block:
        return blocks.Attachments(self._phrases(entries, "items"), self._style(entries, "flush"))

    def _chart(self, entries: Entries) -> Block:
        places = {place.name: place for place in self._document.charts}
        of = entries.choice("of", tuple(places))
        is_money = places[of].type is ValueType.MONEY
        units = MONEY_UNITS if is_money else COUNT_UNITS
        unit = entries.choice("unit", units, default=units[0])
        return blocks.ChartBlock(
            of=of,
            form=entries.choice("form", CHART_FORMS),
            height_pt=entries.number("height_mm", least=30, default=60.0) * POINTS_PER_MM,
            title=self._phrase(entries, "words"),
            unit=unit,
        )

    def _code(self, entries: Entries) -> Block:
        side_pt = entries.number("side_mm", least=15, default=30.0) * POINTS_PER_MM
        return blocks.Code(side_pt, self._phrase(entries, "words", default=""))

    def _gap(self, entries: Entries) -> Block:
        return blocks.Gap(entries.number("height_mm", least=1) * POINTS_PER_MM)

    def _page(self, entries: Entries) -> Block:
        self._frame = self._frame_of(entries, "page") if entries.has("page") else self._frame
        return blocks.PageTurn(self._frame)

    def _imprint(self, entries: Entries) -> Block:
        return blocks.Imprint(
            self._phrase(entries, "copies_to", default="{office.copies_to}"),
            self._phrase(entries, "left", default="{office_name}"),
            self._phrase(entries, "right"),
            self._style(entries, "line"),
        )
