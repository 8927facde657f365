"""The printer of documents: facts and templates in, PDF out.

All words are filled, all glyphs found and all pages filled before the first page is drawn. Templates come from the
program's resources, each replaced whole by one of the same name in the office's folder; what lies there and is none of
them is refused, so that a misspelt name never means that the office's own words are silently not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from voucher_app.i18n import _
from voucher_app.printing import blocks, margins, paragraphs
from voucher_app.printing.atomic import write_atomically
from voucher_app.printing.charts import set_chart
from voucher_app.printing.composition import Composition
from voucher_app.printing.flow import NewPage, Slab, fill_pages, hold
from voucher_app.printing.grids import set_grid
from voucher_app.printing.ink import drawing, new_canvas, text_operators
from voucher_app.printing.office_style import FILE, load_office_style
from voucher_app.printing.tables import set_table
from voucher_app.printing.template import load_template
from voucher_app.printing.workbook import workbook_of
from voucher_app.services.documents.catalogue import problems_of, sample
from voucher_app.services.documents.facts import BadTemplate, DocumentKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from voucher_app.printing.flow import Item, PageInk
    from voucher_app.printing.fonts import FontBook
    from voucher_app.printing.office_style import Frame, OfficeStyle
    from voucher_app.services.documents.facts import DocumentFacts
    from voucher_app.services.ports.tables import OutTable

TEMPLATES: Final = "templates"
FONTS: Final = "fonts"
_PICTURES_AND_FONTS: Final = frozenset({".png", ".jpg", ".jpeg", ".ttf", ".ttc", ".txt", ".md"})
_HELD_LINES: Final = 2


def office_templates_of(data_file: Path) -> Path:
    """Return the folder of an office's own templates: beside its data file; it need not be there."""
    return data_file.with_name(f"{data_file.name}.templates")


@dataclass(frozen=True, slots=True)
class SetDocument:
    """A document with its pages filled: nothing about it can fail any more."""

    title: str
    pages: list[PageInk]


class PdfDocumentPrinter:
    """Draws documents as PDF from templates and fonts, which are read when they are first used."""

    def __init__(self, resources: Path, own_templates: Path | None = None) -> None:
        self._resources = resources
        self._own_templates = own_templates
        self._templates: dict[DocumentKind, blocks.Template] = {}

    def pdf(self, documents: Sequence[DocumentFacts]) -> bytes:
        """Return one PDF of all the documents, in order; see `DocumentPrinter`."""
        return self.drawn(documents)[0]

    def drawn(self, documents: Sequence[DocumentFacts]) -> tuple[bytes, list[int]]:
        """Return that PDF, and how many pages each document has in it; see `DocumentPrinter`."""
        assert documents, "a file has a page at least"
        laid_out = [self._set(facts) for facts in documents]
        return self._written(laid_out), [len(one.pages) for one in laid_out]

    def write(self, documents: Sequence[DocumentFacts], file: Path) -> Path:
        """Write that PDF under a name, atomically; see `DocumentPrinter`."""
        content = self.pdf(documents)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, content)
        return file

    def workbook(self, facts: DocumentFacts) -> OutTable:
        """Return what a document says as sheets of typed cells; see `DocumentPrinter`."""
        problems = problems_of(facts)
        assert not problems, problems
        template = self._template(facts.kind)
        return workbook_of(Composition(facts, self._office, self._fonts, template.file), template)

    def preview(self, kind: DocumentKind) -> bytes:
        """Return a document of sample values, drawn by the same code."""
        return self.pdf([sample(kind)])

    def check(self) -> None:
        """Read every template anew, and refuse what lies in the office's folder and is none; see `DocumentPrinter`."""
        self._templates.clear()
        for name in ("_own", "_office", "_fonts"):
            self.__dict__.pop(name, None)  # what these were read from may have changed
        self._refuse_strangers()
        for kind in DocumentKind:
            self._template(kind)

    # --------------------------------------------------------------------------------------- reading templates

    @cached_property
    def _own(self) -> Path | None:
        folder = self._own_templates
        return folder if folder is not None and folder.is_dir() else None

    @cached_property
    def _office(self) -> OfficeStyle:
        self._refuse_strangers()
        return load_office_style(self._resources / TEMPLATES, self._own)

    @cached_property
    def _fonts(self) -> FontBook:
        from voucher_app.printing.fonts import FontBook, font_book  # noqa: PLC0415 - reportlab is slow to import

        own = self._office.own_fonts
        return FontBook(self._resources / FONTS, own=own) if own else font_book(self._resources / FONTS)

    def _template(self, kind: DocumentKind) -> blocks.Template:
        if kind not in self._templates:
            name = f"{kind.value}.toml"
            own = self._own / name if self._own is not None else None
            file = own if own is not None and own.exists() else self._resources / TEMPLATES / name
            self._templates[kind] = load_template(file, kind, self._office)
        return self._templates[kind]

    def _refuse_strangers(self) -> None:
        if self._own is None:
            return
        known = {FILE, *(f"{kind.value}.toml" for kind in DocumentKind)}
        for file in sorted(self._own.iterdir()):
            is_hidden = file.name.startswith((".", "~"))
            if file.name not in known and not is_hidden and file.suffix.casefold() not in _PICTURES_AND_FONTS:
                names = ", ".join(sorted(known))
                problem = _("is no template of this program; the names are {names}").format(names=names)
                raise BadTemplate(file=file.name, line=0, key="", problem=problem)

    # ------------------------------------------------------------------------------------------------ setting

    def _set(self, facts: DocumentFacts) -> SetDocument:
        problems = problems_of(facts)
        assert not problems, problems
        template = self._template(facts.kind)
        composition = Composition(facts, self._office, self._fonts, template.file)
        items = _items(composition, template)
        pages = fill_pages(items, frame=template.frame, fonts=self._fonts)
        margins.required_words(composition, pages=len(pages))
        for number, ink in enumerate(pages, 1):
            margins.draw_margins(composition, ink, page=number, pages=len(pages), plainly=template.numbers_plainly)
        return SetDocument(composition.fill(template.title, "serif"), pages)

    def _written(self, documents: list[SetDocument]) -> bytes:
        first = documents[0].pages[0].frame
        title = documents[0].title
        with drawing:
            canvas = new_canvas(width_pt=first.width_pt, height_pt=first.height_pt, fonts=self._fonts, title=title)
            for document in documents:
                for ink in document.pages:
                    _draw(canvas, ink)
            content: bytes = canvas.getpdfdata()
        return content


def _items(composition: Composition, template: blocks.Template) -> list[Item]:
    """Set the blocks of a template, those whose condition holds."""
    items: list[Item] = []
    frame = template.frame
    for placed in template.placed:
        if placed.when and not composition.is_there(placed.when):
            continue
        if placed.unless and composition.is_there(placed.unless):
            continue
        if isinstance(placed.block, blocks.PageTurn):
            frame = placed.block.frame
        if placed.is_held:
            hold(items, _HELD_LINES)
        items += _block_items(composition, placed.block, frame)
    return items


def _block_items(composition: Composition, block: blocks.Block, frame: Frame) -> Sequence[Item]:
    items: Sequence[Item]
    match block:
        case blocks.TableBlock():
            items = [set_table(composition, block, frame.area_height_pt)]
        case blocks.Grid():
            items = set_grid(composition, block, frame.area_height_pt)
        case blocks.ChartBlock():
            items = set_chart(composition, block, frame.area_width_pt)
        case blocks.PageTurn():
            items = [NewPage(block.frame)]
        case blocks.Gap():
            items = [Slab(0.0, _draw_nothing, before_pt=block.height_pt, stays=True)]
        case _:
            items = _LINED[type(block)](composition, block, frame.area_width_pt)
    return items


_LINED: Final[dict[type, Callable[..., list[Slab]]]] = {
    blocks.Text: paragraphs.set_text,
    blocks.SplitLine: paragraphs.set_split_line,
    blocks.RedHead: paragraphs.set_red_head,
    blocks.Signatures: paragraphs.set_signatures,
    blocks.Seal: paragraphs.set_seal,
    blocks.Attachments: paragraphs.set_attachments,
    blocks.Imprint: paragraphs.set_imprint,
    blocks.Code: paragraphs.set_code,
}


def _draw_nothing(ink: PageInk, top_pt: float) -> None:
    """Leave room."""


def _draw(canvas: Any, ink: PageInk) -> None:  # noqa: ANN401 - stubs lack what we use
    """Write one page: what lies lowest first."""
    frame = ink.frame
    canvas.setPageSize((frame.width_pt, frame.height_pt))
    document = canvas._doc  # noqa: SLF001 - the fonts number their characters per document
    slanted = [line for line in ink.lines if line.angle]
    upright = [line for line in ink.lines if not line.angle]
    for operators in (
        text_operators(slanted, fonts=ink.fonts, document=document) if slanted else "",
        "\n".join(ink.shapes),
        text_operators(upright, fonts=ink.fonts, document=document),
    ):
        if operators:
            canvas.addLiteral(operators)
    for picture in ink.pictures:
        canvas.drawImage(
            str(picture.file), picture.x_pt, picture.y_pt, width=picture.width_pt, height=picture.width_pt,
            mask="auto", preserveAspectRatio=True,
        )  # fmt: skip
    canvas.showPage()
