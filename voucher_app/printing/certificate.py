"""The certificate: an A4 sheet with stub and tear line, drawn from facts and a layout file.

What is the same on every certificate is written once per process, as the preface of every file (`Ground`): the drawing
and the fixed words as one form XObject, and the letters that every certificate needs. A page then holds only its own
texts, set once for each different text of a batch, and its QR code as a one-bit image mask. All texts are set, and all
their glyphs found, before anything is written. The same facts give the same bytes.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from voucher_app.printing import art
from voucher_app.printing.atomic import ORDINARY, discard, write_atomically, write_beside
from voucher_app.printing.document import PdfFile, text_string
from voucher_app.printing.ink import qr_operators
from voucher_app.printing.layout import load_layout
from voucher_app.printing.layout_file import POINTS_PER_MM, Box
from voucher_app.printing.lines import Typesetter, shown
from voucher_app.printing.sheet import Sheet, form_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from voucher_app.printing.document import Preface
    from voucher_app.printing.fonts import FontBook
    from voucher_app.printing.ink import Line
    from voucher_app.printing.layout import Layout
    from voucher_app.printing.subsets import Stock, Subsets
    from voucher_app.services.papers import CertificateFacts

LAYOUT_FILE: Final = "certificate.toml"
FONT_FOLDER: Final = "fonts"
FIXED: Final = "fixed"
TRIAL: Final = "trial"
QUIET_ZONE_MODULES: Final = 4

MOST_SET: Final = 10_000
"""How many set texts are kept for the next page that has the same; then all are forgotten, and set again."""

WRITERS: Final = 4
"""Files of a batch that are brought down to the disk at once, while the next ones are drawn."""

WRITTEN_AT_ONCE: Final = 64
"""Files held in memory until the disk has them."""

_FIGURES = "0123456789"
_LETTERS = "ABCDEFGHJKLMNPQRTUWXY"
USUAL: Final = {
    "number": f"SX-{_FIGURES}X",
    "recipient_uscc": _FIGURES + _LETTERS,
    "face_in_figures": f"¥,.{_FIGURES}",
    "face_in_capitals": "人民币零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整",
    "contract_number": f"{_FIGURES}-",
    "issued_on": f"{_FIGURES}年月日",
    "check_code": f"{_FIGURES}ABCDEF-",
    "tear_number": f"算力券〔〕第号{_FIGURES}",
}
"""Characters that most certificates need in a field: they are embedded once, in the preface."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the pages of every file of a kind, with the letters that most pages need.

    Attributes:
        forms: for each kind of sheet, the object that draws it.
    """

    preface: Preface
    stock: Stock
    forms: dict[str, int]


class PdfCertificatePrinter:
    """Draws certificates as PDF from the layout and the fonts in a resources folder, both read on first use."""

    def __init__(self, resources: Path) -> None:
        self._resources = resources
        self._grounds: dict[tuple[str, ...], Ground] = {}
        self._laying = threading.Lock()

    def print_separately(self, certificates: list[CertificateFacts], folder: Path) -> list[Path]:
        """Write one PDF per certificate, named by its number, and return the files in order.

        All files appear together at the end; after a failure none of them is there that was not there before.

        Raises:
            MissingGlyph: for a character that no font can print; nothing has been written then.
            InvalidInput: `too_long_for_paper`, likewise.
            OSError: from the disk.
        """
        texts = self._texts(certificates)
        targets = [folder / f"{facts.number}.pdf" for facts in certificates]
        assert len(set(targets)) == len(targets), "each certificate is printed once"
        assert all(target.parent == folder for target in targets), "a voucher number is no path"
        folder.mkdir(parents=True, exist_ok=True)
        waiting: list[Path] = []
        appeared: list[Path] = []
        try:
            for start in range(0, len(targets), WRITTEN_AT_ONCE):
                part = slice(start, start + WRITTEN_AT_ONCE)
                files = (self._pdf([facts], texts) for facts in certificates[part])
                _write_all(targets[part], files, written=waiting)
            for target, beside in zip(targets, waiting, strict=True):
                is_new = not target.exists()
                beside.replace(target)
                if is_new:
                    appeared.append(target)
        except BaseException:
            for file in [*waiting, *appeared]:
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
        content = self._pdf(certificates, _SetTexts(self._layout, self._setter))
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, content)
        return file

    def draw_each(self, certificates: list[CertificateFacts]) -> Iterator[bytes]:
        """Find every glyph of all of them, then yield a PDF for each, in order.

        Raises:
            MissingGlyph: for a character that no font can print, before the first one.
            InvalidInput: `too_long_for_paper`, likewise.
        """
        texts = self._texts(certificates)
        return (self._pdf([facts], texts) for facts in certificates)

    def draw_together(self, certificates: list[CertificateFacts], told: Callable[[int], None]) -> bytes:
        """Return one PDF with a page for each; `told` gets the number of pages drawn so far, and may raise.

        Raises:
            MissingGlyph: for a character that no font can print, before the first page.
            InvalidInput: `too_long_for_paper`, likewise.
        """
        return self._pdf(certificates, _SetTexts(self._layout, self._setter), told)

    def _texts(self, certificates: list[CertificateFacts]) -> _SetTexts:
        """Set every text of a batch, so that nothing about it can fail later."""
        texts = _SetTexts(self._layout, self._setter)
        for facts in certificates:
            texts.check(facts)
        return texts

    @cached_property
    def _layout(self) -> Layout:
        return load_layout(self._resources / LAYOUT_FILE)

    @cached_property
    def _fonts(self) -> FontBook:
        from voucher_app.printing.fonts import font_book  # noqa: PLC0415 - reportlab is slow to import

        return font_book(self._resources / FONT_FOLDER)

    @cached_property
    def _setter(self) -> Typesetter:
        return Typesetter(self._layout, self._fonts, file_name=LAYOUT_FILE)

    def _pdf(
        self, certificates: list[CertificateFacts], texts: _SetTexts, told: Callable[[int], None] | None = None
    ) -> bytes:
        """Write a file with a page per certificate; `told` gets the number of pages written so far."""
        from voucher_app.printing.subsets import Subsets  # noqa: PLC0415 - reportlab is slow to import

        ground = self._ground(tuple(sorted({_form(facts) for facts in certificates})))
        file, subsets = PdfFile(ground.preface), Subsets(self._fonts, stock=ground.stock)
        tree = file.reserve()
        pages = []
        for content in texts.pages(certificates, subsets):
            contents = file.add_stream(content.encode())
            pages.append(file.add(b"<</Type/Page/Parent %d 0 R/Contents %d 0 R>>" % (tree, contents)))
            if told is not None:
                told(len(pages))
        forms = b"".join(b"/%b %d 0 R" % (name.encode(), number) for name, number in ground.forms.items())
        edges = art.ops(*self._page_size).encode()
        kids = b" ".join(b"%d 0 R" % page for page in pages)
        resources = b"/Font<<%b>>/XObject<<%b>>" % (subsets.embed(file), forms)
        file.fill(
            tree,
            b"<</Type/Pages/Count %d/MediaBox[0 0 %b]/Resources<<%b>>/Kids[%b]>>"
            % (len(pages), edges, resources, kids),
        )
        title = f"山西省算力券 {certificates[0].number}" if len(certificates) == 1 else "山西省算力券"
        information = file.add(b"<</Title%b/Producer(voucher-app)>>" % text_string(title))
        catalog = file.add(
            b"<</Type/Catalog/Pages %d 0 R/Lang(zh-CN)/ViewerPreferences<</DisplayDocTitle true>>>>" % tree
        )
        return file.finished(catalog=catalog, information=information)

    @property
    def _page_size(self) -> tuple[float, float]:
        return self._layout.width_mm * POINTS_PER_MM, self._layout.height_mm * POINTS_PER_MM

    def _ground(self, names: tuple[str, ...]) -> Ground:
        """Return what lies under the pages of files with these kinds of sheets, written when first asked for."""
        with self._laying:
            if names not in self._grounds:
                self._grounds[names] = self._laid(names)
            return self._grounds[names]

    def _laid(self, names: tuple[str, ...]) -> Ground:
        from voucher_app.printing.subsets import Subsets  # noqa: PLC0415 - reportlab is slow to import

        file, subsets, sheet = PdfFile(), Subsets(self._fonts), Sheet(self._layout)
        drawing, fixed, trial = sheet.drawing(), self._setter.fixed(), self._setter.trial()
        contents = {}
        for name in names:
            lines = [*trial, *fixed] if name == TRIAL else fixed
            contents[name] = f"{drawing}\nBT\n{shown(lines, subsets)}\nET"
        for placed in self._layout.fields():
            usual = USUAL.get(placed.text, "")
            self._fonts.require(usual, face=placed.face, field=placed.text, subject=LAYOUT_FILE)
            subsets.shown(self._fonts.runs(usual, placed.face), placed.size_pt)
        shapes = sheet.add_shapes(file)
        letters = subsets.embed(file)
        entries = form_entries(Box(0, 0, *self._page_size), b"/Font<<%b>>/XObject<<%b>>" % (letters, shapes))
        forms = {name: file.add_stream(content.encode(), entries) for name, content in contents.items()}
        return Ground(file.preface(), subsets.as_stock(letters), forms)


class _SetTexts:
    """The texts of a batch: what stands on several certificates is set once."""

    def __init__(self, layout: Layout, setter: Typesetter) -> None:
        self._fields = layout.fields()
        self._qr_box, self._height_mm = layout.qr, layout.height_mm
        self._setter = setter
        self._kept: dict[tuple[int, str], list[Line]] = {}

    def check(self, facts: CertificateFacts) -> None:
        """Set every text of a certificate, so that nothing about it can fail later.

        Raises:
            MissingGlyph, InvalidInput: as `Typesetter.set`.
        """
        values = field_values(facts)
        for index, placed in enumerate(self._fields):
            self._set(index, values[placed.text], facts)

    def pages(self, certificates: list[CertificateFacts], subsets: Subsets) -> Iterator[str]:
        """Write the content of one page after the other.

        Raises:
            MissingGlyph, InvalidInput: as `Typesetter.set`.
        """
        names = [placed.text for placed in self._fields]
        written: dict[tuple[int, str], str] = {}
        for facts in certificates:
            values = field_values(facts)
            parts = [f"/{_form(facts)} Do", self._qr(facts.qr_text), "BT"]
            if len(written) > MOST_SET:
                written.clear()
            for place in enumerate([values[name] for name in names]):
                text = written.get(place)
                if text is None:
                    text = written[place] = shown(self._set(*place, facts), subsets)
                parts.append(text)
            yield "\n".join([*parts, "ET"])

    def _set(self, index: int, text: str, facts: CertificateFacts) -> list[Line]:
        place = index, text
        lines = self._kept.get(place)
        if lines is None:
            if len(self._kept) > MOST_SET:
                self._kept.clear()
            lines = self._kept[place] = self._setter.set(self._fields[index], text, subject=facts.number)
        return lines

    def _qr(self, text: str) -> str:
        """Write a QR code on white ground, its quiet zone included."""
        qr = self._qr_box
        return qr_operators(
            text,
            x_pt=qr.x * POINTS_PER_MM,
            y_pt=(self._height_mm - qr.bottom) * POINTS_PER_MM,
            side_pt=qr.width * POINTS_PER_MM,
            quiet_modules=QUIET_ZONE_MODULES,
        )


def _form(facts: CertificateFacts) -> str:
    """Name what lies under a certificate's own texts."""
    return TRIAL if facts.is_trial else FIXED


def _write_all(targets: list[Path], contents: Iterator[bytes], *, written: list[Path]) -> None:
    """Write files beside their targets, some at once, and add them to those that are written, in order.

    Raises:
        OSError: from the disk; what was written is in `written` all the same.
    """
    with ThreadPoolExecutor(WRITERS) as writers:
        begun = []
        try:
            for target, content in zip(targets, contents, strict=True):
                begun.append(writers.submit(write_beside, target, content, mode=ORDINARY))
        finally:
            written += [one.result() for one in begun if one.exception() is None]
        for one in begun:
            one.result()


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
        "copy": facts.mark or ("" if facts.copy == 1 else f"第{facts.copy}次打印"),
        "tear_number": f"算力券〔{facts.year}〕第{facts.sequence:06d}号",
    }


def _in_chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
