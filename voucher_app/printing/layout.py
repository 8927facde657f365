"""The layout of the certificate as data: what stands where, in millimetres from the top left, sizes in points.

`resources/certificate.toml` can be changed by whoever cares for the paper, without touching code; so it is checked
when it is loaded, and a mistake is answered with the key it sits at.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

POINTS_PER_MM: Final = 72 / 25.4
MOST_MM: Final = 1_000

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

FACE_NAMES: Final = ("serif", "serif-bold", "sans", "sans-bold")
ALIGNMENTS: Final = ("left", "center", "right")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)

Colour = tuple[float, float, float]


class BadLayout(Exception):  # noqa: N818 - what happened, as a person would say it
    """The layout file cannot be used; `key` names the place, such as `field[3].size_pt`."""

    def __init__(self, *, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")
        self.key = key
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in millimetres, from the top left corner of the page."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the y of the lower edge."""
        return self.y + self.height

    def overlaps(self, other: Box) -> bool:
        """Tell whether the two share more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


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
        BadLayout: naming the key of the first mistake.
        OSError: when the file cannot be read.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadLayout(file=file.name, key="TOML", problem=str(error)) from error
    return _LayoutReader(_Table(content, file=file.name, key="")).layout()


class _Table:
    """One table of the file, read key by key; each reading checks, and `finish` refuses keys nobody asked for."""

    def __init__(self, content: dict[str, Any], *, file: str, key: str) -> None:
        self._content = content
        self._file = file
        self._key = key
        self._asked: set[str] = set()

    def wrong(self, name: str, problem: str) -> BadLayout:
        key = f"{self._key}.{name}" if self._key else name
        return BadLayout(file=self._file, key=key, problem=problem)

    def has(self, name: str) -> bool:
        return name in self._content

    def raw(self, name: str) -> Any:  # noqa: ANN401 - whatever the file holds, checked by the callers
        self._asked.add(name)
        if name not in self._content:
            raise self.wrong(name, "is missing")
        return self._content[name]

    def number(self, name: str, *, least: float = 0.0) -> float:
        value = self.raw(name)
        if type(value) not in {int, float} or not least <= value <= MOST_MM:
            raise self.wrong(name, f"must be a number from {least:g} to {MOST_MM}, not {value!r}")
        return float(value)

    def words(self, name: str) -> str:
        value = self.raw(name)
        if not isinstance(value, str) or not value:
            raise self.wrong(name, f"must be a text, not {value!r}")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.words(name)
        if value not in choices:
            raise self.wrong(name, f"must be one of {', '.join(choices)}, not {value!r}")
        return value

    def flag(self, name: str) -> bool:
        value = self.raw(name)
        if not isinstance(value, bool):
            raise self.wrong(name, f"must be true or false, not {value!r}")
        return value

    def box(self, name: str) -> Box:
        return self._box(name, self.raw(name))

    def boxes(self, name: str) -> list[Box]:
        value = self.raw(name)
        if not isinstance(value, list) or not value:
            raise self.wrong(name, "must be a list of boxes")
        return [self._box(f"{name}[{index}]", item) for index, item in enumerate(value)]

    def colour(self, name: str) -> Colour:
        value = self.words(name)
        if not _COLOUR.fullmatch(value):
            raise self.wrong(name, f"must be a colour such as #1B2A41, not {value!r}")
        red, green, blue = bytes.fromhex(value[1:])
        return red / 255, green / 255, blue / 255

    def table(self, name: str) -> _Table:
        value = self.raw(name)
        if not isinstance(value, dict):
            raise self.wrong(name, "must be a table")
        return _Table(value, file=self._file, key=f"{self._key}.{name}" if self._key else name)

    def tables(self, name: str) -> list[_Table]:
        value = self.raw(name)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(name, f"must be a list of tables, written [[{name}]]")
        return [_Table(item, file=self._file, key=f"{name}[{index}]") for index, item in enumerate(value)]

    def finish(self) -> None:
        for name in self._content:
            if name not in self._asked:
                raise self.wrong(name, "is not a key this program knows")

    def _box(self, name: str, value: object) -> Box:
        is_box = isinstance(value, list) and len(value) == 4 and all(type(side) in {int, float} for side in value)  # noqa: PLR2004 - x, y, width, height
        if not is_box or min(value) < 0:  # type: ignore[call-overload]  # it is a list of numbers here
            raise self.wrong(name, f"must be [x, y, width, height] in millimetres, not {value!r}")
        return Box(*(float(side) for side in value))  # type: ignore[attr-defined]  # as above


class _LayoutReader:
    """Puts a layout together from its tables."""

    def __init__(self, top: _Table) -> None:
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
            raise self._top.wrong("field", f"does not place {', '.join(sorted(missing))}")
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

    def _inside(self, table: _Table, name: str) -> Box:
        box, margin = table.box(name), self._margin_mm
        is_inside = (
            box.x >= margin
            and box.y >= margin
            and box.right <= self._width_mm - margin
            and box.bottom <= self._height_mm - margin
        )
        if not is_inside:
            raise table.wrong(name, f"leaves the page or its margin of {margin:g} mm, which printers need")
        return box

    def _text(self, table: _Table) -> list[Placed]:
        placed = self._placed(table, table.words("words"), self._inside(table, "box"), is_field=False)
        table.finish()
        return [placed]

    def _field(self, table: _Table, rules: list[Box]) -> list[Placed]:
        """Read a field: its value, the label above it and the hairline below it, where it has them."""
        name = table.choice("of", FIELDS) if table.has("of") else ""
        box = self._inside(table, "box")
        placed, value_box = [], box
        if table.has("label"):
            taken_mm = self._label_height_mm + self._label_gap_mm
            value_box = Box(box.x, box.y + self._label_height_mm, box.width, box.height - taken_mm)
            if value_box.height <= 0:
                raise table.wrong(
                    "box", f"is too low for a label and a value: {taken_mm:g} mm are taken by label and gap"
                )
            lifted_mm = self._label_height_mm - self._label_gap_mm
            placed.append(self._label(table, Box(box.x, box.y, box.width, lifted_mm)))
        if table.has("rule") and table.flag("rule"):
            rules.append(Box(box.x, box.bottom, box.width, 0))
        if name:
            placed.append(self._placed(table, name, value_box, is_field=True))
        elif not table.has("label"):
            raise table.wrong("of", "is missing")
        table.finish()
        return placed

    def _label(self, table: _Table, box: Box) -> Placed:
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

    def _placed(self, table: _Table, text: str, box: Box, *, is_field: bool) -> Placed:
        size_pt = table.number("size_pt", least=1)
        min_size_pt = table.number("min_size_pt", least=1) if table.has("min_size_pt") else size_pt
        if min_size_pt > size_pt:
            raise table.wrong("min_size_pt", f"must not be above size_pt, {size_pt:g}")
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
