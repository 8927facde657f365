"""The layout of the certificate as data: what stands where, in millimetres from the top left, sizes in points.

`resources/certificate.toml` can be changed by whoever cares for the paper, without touching code; so it is checked
when it is loaded, and a mistake is answered with the key it sits at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from voucher_app.i18n import _
from voucher_app.printing.layout_file import ALIGNMENTS, FACE_NAMES, Box, read_entries

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.printing.layout_file import Colour, Entries

FIELDS: Final = (
    "number",
    "office_name",
    "office_mode",
    "recipient_name",
    "recipient_uscc",
    "face_in_figures",
    "face_in_capitals",
    "provider_name",
    "contract_number",
    "document_number",
    "policy_title",
    "scope",
    "support",
    "issued_on",
    "use_by",
    "redeem_by",
    "prepared_by",
    "reviewed_by",
    "check_code",
    "copy",
    "tear_number",
)
"""What a layout can place; every one of them must stand somewhere (domain.md §5.1)."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One piece of text on the page: fixed words, or a field of the certificate.

    Attributes:
        is_field: whether `text` names a field of `FIELDS` or is the words themselves.
        spacing_pt: added after every character.
        is_upright: turned by a quarter, reading from the bottom up; the box stays as it lies on the page.
    """

    text: str
    is_field: bool
    box: Box
    size_pt: float
    min_size_pt: float
    face: str
    colour: Colour
    align: str
    spacing_pt: float
    is_upright: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything the certificate's drawing needs to know about its places.

    Attributes:
        placed: all texts.
        rules: hairlines, as boxes without height.
        frame: outer edge of the woven border, `band_mm` its width, `corner_mm` the side of its corner pieces.
        stub: outer edge of the stub.
        tear: the woven strip along the tear line, which runs down its middle; `tear_gap` is left free for the number.
        panel: the ground under the amount.
        rosette: square around the pale rosette.
        qr: the symbol without its quiet zone.
        seal: square around the seal's place.
        ornament: the tapering line under the title.
        micro: lines of tiny print, one each.
        trial: where 演示 stands, each with its size.
    """

    width_mm: float
    height_mm: float
    placed: list[Placed]
    rules: list[Box]
    frame: Box
    band_mm: float
    corner_mm: float
    stub: Box
    tear: Box
    tear_gap: Box
    panel: Box
    rosette: Box
    qr: Box
    seal: Box
    ornament: Box
    micro: list[Box]
    micro_words: str
    micro_size_pt: float
    trial_word: str
    trial: list[Box]
    colours: dict[str, Colour]

    def fields(self) -> list[Placed]:
        """Return the texts that differ from certificate to certificate."""
        return [placed for placed in self.placed if placed.is_field]

    def words(self) -> list[Placed]:
        """Return the texts that are the same on every certificate."""
        return [placed for placed in self.placed if not placed.is_field]


COLOURS: Final = ("ink", "soft", "line", "main", "second", "pale", "tint", "red", "pale_red", "trial")


def load_layout(file: Path) -> Layout:
    """Read and check a layout.

    Raises:
        BadTemplate: naming line and key of the first mistake.
        OSError: when the file cannot be read.
    """
    return _LayoutReader(read_entries(file)).layout()


class _LayoutReader:
    """Puts a layout together from its tables."""

    def __init__(self, top: Entries) -> None:
        self._top = top
        page = top.table("page")
        self._width_mm, self._height_mm = page.number("width_mm", least=1), page.number("height_mm", least=1)
        self._margin_mm = page.number("margin_mm")
        page.finish()
        colours = top.table("colour")
        self._colours = {name: colours.colour(name) for name in COLOURS}
        colours.finish()
        label = top.table("label")
        self._label_size_pt = label.number("size_pt", least=1)
        self._label_height_mm = label.number("height_mm", least=1)
        self._label_gap_mm = label.number("gap_mm")
        self._label_face = label.choice("face", FACE_NAMES)
        self._label_colour = self._colours[label.choice("colour", COLOURS)]
        label.finish()

    def layout(self) -> Layout:
        placed = [text for table in self._top.tables("text") for text in self._text(table)]
        rules: list[Box] = []
        for table in self._top.tables("field"):
            placed += self._field(table, rules)
        missing = set(FIELDS) - {text.text for text in placed if text.is_field}
        if missing:
            raise self._top.wrong("field", _("does not place {names}").format(names=", ".join(sorted(missing))))
        art, micro, trial = self._top.table("art"), self._top.table("micro"), self._top.table("trial")
        layout = Layout(
            width_mm=self._width_mm,
            height_mm=self._height_mm,
            placed=placed,
            rules=rules,
            frame=self._inside(art, "frame"),
            band_mm=art.number("band_mm", least=1),
            corner_mm=art.number("corner_mm", least=1),
            stub=self._inside(art, "stub"),
            tear=self._inside(art, "tear"),
            tear_gap=self._inside(art, "tear_gap"),
            panel=self._inside(art, "panel"),
            rosette=self._inside(art, "rosette"),
            qr=self._inside(art, "qr"),
            seal=self._inside(art, "seal"),
            ornament=self._inside(art, "ornament"),
            micro=micro.boxes("boxes"),
            micro_words=micro.words("words"),
            micro_size_pt=micro.number("size_pt", least=1),
            trial_word=trial.words("word"),
            trial=trial.boxes("boxes"),
            colours=self._colours,
        )
        for table in (art, micro, trial, self._top):
            table.finish()
        return layout

    def _inside(self, table: Entries, name: str) -> Box:
        box, margin = table.box(name), self._margin_mm
        is_inside = (
            box.x >= margin
            and box.y >= margin
            and box.right <= self._width_mm - margin
            and box.bottom <= self._height_mm - margin
        )
        if not is_inside:
            raise table.wrong(
                name,
                _("leaves the page or its margin of {margin} mm, which printers need").format(margin=f"{margin:g}"),
            )
        return box

    def _text(self, table: Entries) -> list[Placed]:
        placed = self._placed(table, table.words("words"), self._inside(table, "box"), is_field=False)
        table.finish()
        return [placed]

    def _field(self, table: Entries, rules: list[Box]) -> list[Placed]:
        """Read a field: its value, the label above it and the hairline below it, where it has them."""
        name = table.choice("of", FIELDS) if table.has("of") else ""
        box = self._inside(table, "box")
        placed, value_box = [], box
        if table.has("label"):
            taken_mm = self._label_height_mm + self._label_gap_mm
            value_box = Box(box.x, box.y + self._label_height_mm, box.width, box.height - taken_mm)
            if value_box.height <= 0:
                raise table.wrong(
                    "box",
                    _("is too low for a label and a value: {taken} mm are taken by label and gap").format(
                        taken=f"{taken_mm:g}"
                    ),
                )
            lifted_mm = self._label_height_mm - self._label_gap_mm
            placed.append(self._label(table, Box(box.x, box.y, box.width, lifted_mm)))
        if table.has("rule") and table.flag("rule"):
            rules.append(Box(box.x, box.bottom, box.width, 0))
        if name:
            placed.append(self._placed(table, name, value_box, is_field=True))
        elif not table.has("label"):
            raise table.wrong("of", _("is missing"))
        table.finish()
        return placed

    def _label(self, table: Entries, box: Box) -> Placed:
        return Placed(
            text=table.words("label"),
            is_field=False,
            box=box,
            size_pt=self._label_size_pt,
            min_size_pt=self._label_size_pt,
            face=self._label_face,
            colour=self._label_colour,
            align="left",
            spacing_pt=0,
            is_upright=False,
        )

    def _placed(self, table: Entries, text: str, box: Box, *, is_field: bool) -> Placed:
        size_pt = table.number("size_pt", least=1)
        min_size_pt = table.number("min_size_pt", least=1) if table.has("min_size_pt") else size_pt
        if min_size_pt > size_pt:
            raise table.wrong("min_size_pt", _("must not be above size_pt, {size}").format(size=f"{size_pt:g}"))
        return Placed(
            text=text,
            is_field=is_field,
            box=box,
            size_pt=size_pt,
            min_size_pt=min_size_pt,
            face=table.choice("face", FACE_NAMES),
            colour=self._colours[table.choice("colour", COLOURS)],
            align=table.choice("align", ALIGNMENTS) if table.has("align") else "left",
            spacing_pt=table.number("spacing_pt") if table.has("spacing_pt") else 0.0,
            is_upright=table.flag("upright") if table.has("upright") else False,
        )
