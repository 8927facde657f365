"""What all documents of an office have in common: page frames, styles of text, fonts, colours, words, seal.

`resources/templates/office.toml` says it for everybody; an office lays an office.toml of its own over it, key by key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from voucher_app.i18n import _
from voucher_app.printing.layout_file import FACE_NAMES, POINTS_PER_MM, read_entries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from voucher_app.printing.layout_file import Colour, Entries

FILE: Final = "office.toml"
A4_MM: Final = (210.0, 297.0)
SMALLEST_AREA_MM: Final = 100.0
OFFICIAL: Final = "official"
LANDSCAPE: Final = "landscape"
FORMS: Final = (OFFICIAL, "form", LANDSCAPE)
"""Forms of page: official papers by GB/T 9704, forms and lists with narrower margins, and these turned."""
STYLES: Final = (
    "body", "flush", "title", "subtitle", "number", "heading", "caption", "small", "line", "cell", "head", "label",
    "value", "red", "page", "foot", "mark", "chart",
)  # fmt: skip
COLOURS: Final = ("ink", "soft", "line", "hair", "tint", "red", "trial", "first", "second", "third")
OWN_WORDS: Final = (
    "nothing", "unsigned", "undated", "trial", "copy", "page", "page_plain", "total", "carried_out", "carried_in",
    "capitals", "empty",
)  # fmt: skip
"""Words that the program itself prints; an office may add further ones for its templates."""
ALIGNMENTS: Final = ("left", "center", "right", "justify")
SMALLEST_SIZE_PT: Final = 5
LARGEST_SIZE_PT: Final = 72


@dataclass(frozen=True, slots=True)
class Frame:
    """A page with its type area, in points."""

    width_pt: float
    height_pt: float
    top_pt: float
    bottom_pt: float
    left_pt: float
    right_pt: float

    @property
    def area_width_pt(self) -> float:
        """Return the width of the type area."""
        return self.width_pt - self.left_pt - self.right_pt

    @property
    def area_height_pt(self) -> float:
        """Return the height of the type area."""
        return self.height_pt - self.top_pt - self.bottom_pt


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set.

    Attributes:
        leading_pt: distance of baselines.
        indent: of a paragraph's first line, in characters.
        spacing_pt: added after every character, so that the wanted number of them fills a line.
        stays: never last on a page: it belongs to what follows.
    """

    face: str
    size_pt: float
    leading_pt: float
    align: str
    indent: float = 0.0
    spacing_pt: float = 0.0
    before_pt: float = 0.0
    after_pt: float = 0.0
    stays: bool = False


@dataclass(frozen=True, slots=True)
class OfficeStyle:
    """Everything that templates share."""

    frames: Mapping[str, Frame]
    styles: Mapping[str, Style]
    colours: Mapping[str, Colour]
    words: Mapping[str, str]
    own_fonts: Mapping[str, Path]
    seal_picture: Path | None
    seal_width_pt: float

    @property
    def faces(self) -> tuple[str, ...]:
        """Return every face that a template may name."""
        return (*FACE_NAMES, *self.own_fonts)


def load_office_style(shipped: Path, own: Path | None) -> OfficeStyle:
    """Read what ships with the program, and what an office laid over it.

    Args:
        shipped: the folder of the program's templates.
        own: the folder of the office's, which may hold an office.toml, or None.

    Raises:
        BadTemplate: naming file, line and reason.
        OSError: when a file cannot be read.
    """
    entries = read_entries(shipped / FILE)
    if own is not None and (own / FILE).exists():
        entries = read_entries(own / FILE).over(entries)
    own_fonts = _own_files(entries.table("fonts"), own)
    faces = (*FACE_NAMES, *own_fonts)
    pages = entries.table("page")
    frames = {name: read_frame(pages.table(name), turned=name == LANDSCAPE) for name in FORMS}
    pages.finish()
    styles = entries.table("style")
    read = {name: _style(styles.table(name), faces, frames[OFFICIAL]) for name in STYLES}
    styles.finish()
    colours = entries.table("colour")
    found_colours = {name: colours.colour(name) for name in COLOURS}
    colours.finish()
    picture, width_pt = _seal(entries.table("seal"), own)
    words = _words(entries.table("words"))
    entries.finish()
    return OfficeStyle(frames, read, found_colours, words, own_fonts, picture, width_pt)


def read_frame(entries: Entries, *, turned: bool, base: Frame | None = None) -> Frame:
    """Read the margins of a page; those not told are the base's."""
    width_mm, height_mm = reversed(A4_MM) if turned else A4_MM
    before = (base.top_pt, base.bottom_pt, base.left_pt, base.right_pt) if base else (None,) * 4
    top, bottom, left, right = (
        entries.number(f"{side}_mm", least=5, default=None if pt is None else pt / POINTS_PER_MM) * POINTS_PER_MM
        for side, pt in zip(("top", "bottom", "left", "right"), before, strict=True)
    )
    entries.finish()
    frame = Frame(width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM, top, bottom, left, right)
    if min(frame.area_width_pt, frame.area_height_pt) < SMALLEST_AREA_MM * POINTS_PER_MM:
        problem = _("leaves a type area of less than {least} mm").format(least=f"{SMALLEST_AREA_MM:g}")
        raise entries.wrong("top_mm" if frame.area_height_pt < frame.area_width_pt else "left_mm", problem)
    return frame


def _style(entries: Entries, faces: tuple[str, ...], frame: Frame) -> Style:
    style = Style(
        face=entries.choice("face", faces),
        size_pt=read_size(entries),
        leading_pt=entries.number("leading_pt", least=SMALLEST_SIZE_PT),
        align=entries.choice("align", ALIGNMENTS),
        indent=entries.number("indent", default=0.0),
        before_pt=entries.number("before_pt", default=0.0),
        after_pt=entries.number("after_pt", default=0.0),
        stays=entries.flag("stays", default=False),
    )
    if style.leading_pt < style.size_pt:
        raise entries.wrong("leading_pt", _("must not be below size_pt, {size}").format(size=f"{style.size_pt:g}"))
    if entries.has("line_characters"):
        pitch_pt = frame.area_width_pt / entries.number("line_characters", least=10)
        if not 0.9 * style.size_pt <= pitch_pt <= 1.5 * style.size_pt:
            raise entries.wrong("line_characters", _("does not fit the size of the type and the width of the page"))
        # A thousandth of a point is kept back, so that rounding never breaks a line one character early.
        style = replace(style, spacing_pt=pitch_pt - style.size_pt - 1e-3)
    entries.finish()
    return style


def read_size(entries: Entries, *, default: float | None = None) -> float:
    """Read a size of type."""
    size_pt = entries.number("size_pt", least=SMALLEST_SIZE_PT, default=default)
    if size_pt > LARGEST_SIZE_PT:
        raise entries.wrong("size_pt", _("must not be above {most}").format(most=LARGEST_SIZE_PT))
    return size_pt


def _words(entries: Entries) -> dict[str, str]:
    for name in OWN_WORDS:
        entries.raw(name)
    words = {name: entries.words(name, default="") for name in entries.names()}
    entries.finish()
    return words


def _own_files(entries: Entries, folder: Path | None) -> dict[str, Path]:
    """Read the fonts an office owns, and make sure that each can be used."""
    found = {}
    for name in entries.names():
        if name in FACE_NAMES:
            raise entries.wrong(name, _("is the name of a face that ships with the program"))
        file = _file_beside(entries, name, folder)
        problem = _problem_of_font(file)
        if problem:
            raise entries.wrong(name, _("is no font that can be embedded: {problem}").format(problem=problem))
        found[name] = file
    return found


def _problem_of_font(file: Path) -> str:
    from reportlab.pdfbase.ttfonts import TTFError, TTFontFile  # noqa: PLC0415 - reportlab is slow to import

    try:
        TTFontFile(str(file))
    except (TTFError, OSError, ValueError, IndexError, KeyError) as error:
        return str(error) or type(error).__name__
    return ""


def _seal(entries: Entries, folder: Path | None) -> tuple[Path | None, float]:
    width_pt = entries.number("width_mm", least=10) * POINTS_PER_MM
    if not entries.words("picture", default=""):
        entries.finish()
        return None, width_pt
    file = _file_beside(entries, "picture", folder)
    from PIL import Image  # noqa: PLC0415 - only where an office has a seal

    try:
        with Image.open(file) as picture:
            picture.verify()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise entries.wrong("picture", _("is no picture that can be read: {problem}").format(problem=error)) from error
    entries.finish()
    return file, width_pt


def _file_beside(entries: Entries, name: str, folder: Path | None) -> Path:
    """Return a file in the office's folder: its name alone, never a path that leads elsewhere."""
    named = entries.words(name)
    if folder is None or named != named.replace("\\", "/").split("/")[-1] or named in {".", ".."}:
        raise entries.wrong(name, _("must name a file in the folder of the office's templates"))
    file = folder / named
    if not file.is_file():
        raise entries.wrong(name, _("names {file}, which is not there").format(file=named))
    return file
