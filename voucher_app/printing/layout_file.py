"""Reading what papers look like from TOML files that an office may change: each key checked, each mistake located.

A table is read key by key; what nobody asked for is refused too, because a misspelt key would else be a setting that
silently does nothing. Lengths are millimetres, sizes of type points.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from voucher_app.i18n import _
from voucher_app.printing.toml_lines import line_of, lines_of
from voucher_app.services.documents.facts import BadTemplate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

POINTS_PER_MM: Final = 72 / 25.4
MOST_MM: Final = 1_000

FACE_NAMES: Final = ("serif", "serif-bold", "sans", "sans-bold")
ALIGNMENTS: Final = ("left", "center", "right")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)
_LINE = re.compile(r"at line (\d+)")

Colour = tuple[float, float, float]


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


def read_entries(file: Path) -> Entries:
    """Read a TOML file.

    Raises:
        BadTemplate: when it is no TOML in UTF-8, with the line.
        OSError: when it cannot be read.
    """
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        tables = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadTemplate(file=file.name, line=line, key="TOML", problem=_("is not written in UTF-8")) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        told = _LINE.search(str(error))
        raise BadTemplate(
            file=file.name,
            line=int(told[1]) if told else 0,
            key="TOML",
            problem=_("is not written as TOML is: {problem}").format(problem=error),
        ) from error
    return Entries(tables, key="", sources=((file.name, lines_of(text)),))


class Entries:
    """One table of the file, read key by key; each reading checks, and `finish` refuses keys nobody asked for.

    A reading with a default returns it where the key is absent; one without refuses the table then.
    """

    def __init__(self, content: dict[str, Any], *, key: str, sources: tuple[tuple[str, dict[str, int]], ...]) -> None:
        self._content = content
        self._sources = sources
        self._asked: set[str] = set()
        self.key = key

    def over(self, base: Entries) -> Entries:
        """Lay these entries over others: what stands here counts, the rest is theirs."""
        return Entries(_laid_over(self._content, base._content), key="", sources=(*self._sources, *base._sources))

    def path(self, name: str) -> str:
        """Return where a key of this table stands in the file."""
        return f"{self.key}.{name}" if self.key else name

    def wrong(self, name: str, problem: str) -> BadTemplate:
        """Make the error about a key."""
        path = self.path(name)
        file, lines = next((one for one in self._sources if path in one[1]), self._sources[-1])
        return BadTemplate(file=file, line=line_of(path, lines), key=path, problem=problem)

    def names(self) -> list[str]:
        """Return the keys of this table, in the order of the file."""
        return list(self._content)

    def has(self, name: str) -> bool:
        """Tell whether a key is there."""
        return name in self._content

    def raw(self, name: str) -> Any:  # noqa: ANN401 - whatever the file holds, checked by the callers
        """Return what a key holds, unchecked."""
        self._asked.add(name)
        if name not in self._content:
            raise self.wrong(name, _("is missing"))
        return self._content[name]

    def number(self, name: str, *, least: float = 0.0, default: float | None = None) -> float:
        """Return a number of millimetres or points."""
        if default is not None and name not in self._content:
            return default
        value = self.raw(name)
        if type(value) not in {int, float} or not least <= value <= MOST_MM:
            problem = _("must be a number from {least} to {most}, not {found}")
            raise self.wrong(name, problem.format(least=f"{least:g}", most=MOST_MM, found=repr(value)))
        return float(value)

    def words(self, name: str, *, default: str | None = None) -> str:
        """Return a text; where a default is told, it may be empty."""
        if default is not None and name not in self._content:
            return default
        value = self.raw(name)
        if not isinstance(value, str) or (not value and default is None):
            raise self.wrong(name, _("must be a text, not {found}").format(found=repr(value)))
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self.raw(name)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            raise self.wrong(name, _("must be a list of texts, not {found}").format(found=repr(value)))
        return value

    def choice(self, name: str, choices: Sequence[str], *, default: str | None = None) -> str:
        """Return one of some words."""
        if default is not None and name not in self._content:
            return default
        value = self.words(name)
        if value not in choices:
            problem = _("must be one of {choices}, not {found}")
            raise self.wrong(name, problem.format(choices=", ".join(choices), found=repr(value)))
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """Return true or false."""
        if default is not None and name not in self._content:
            return default
        value = self.raw(name)
        if not isinstance(value, bool):
            raise self.wrong(name, _("must be true or false, not {found}").format(found=repr(value)))
        return value

    def box(self, name: str) -> Box:
        """Return a rectangle."""
        return self._box(name, self.raw(name))

    def boxes(self, name: str) -> list[Box]:
        """Return a list of rectangles."""
        value = self.raw(name)
        if not isinstance(value, list) or not value:
            raise self.wrong(name, _("must be a list of boxes"))
        return [self._box(f"{name}[{index}]", item) for index, item in enumerate(value)]

    def colour(self, name: str) -> Colour:
        """Return a colour."""
        value = self.words(name)
        if not _COLOUR.fullmatch(value):
            raise self.wrong(name, _("must be a colour such as #1B2A41, not {found}").format(found=repr(value)))
        red, green, blue = bytes.fromhex(value[1:])
        return red / 255, green / 255, blue / 255

    def table(self, name: str) -> Entries:
        """Return a table in this one."""
        value = self.raw(name)
        if not isinstance(value, dict):
            raise self.wrong(name, _("must be a table"))
        return self._inner(name, value)

    def tables(self, name: str) -> list[Entries]:
        """Return a list of tables in this one."""
        value = self.raw(name)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise self.wrong(name, _("must be a list of tables, such as [[{name}]]").format(name=name))
        return [self._inner(f"{name}[{index}]", item) for index, item in enumerate(value)]

    def finish(self) -> None:
        """Refuse a key that nobody asked for."""
        for name in self._content:
            if name not in self._asked:
                raise self.wrong(name, _("is not a key this program knows"))

    def _inner(self, name: str, content: dict[str, Any]) -> Entries:
        return Entries(content, key=self.path(name), sources=self._sources)

    def _box(self, name: str, value: object) -> Box:
        is_box = isinstance(value, list) and len(value) == 4 and all(type(side) in {int, float} for side in value)  # noqa: PLR2004 - x, y, width, height
        if not is_box or min(value) < 0:  # type: ignore[call-overload]  # it is a list of numbers here
            problem = _("must be [x, y, width, height] in millimetres, not {found}")
            raise self.wrong(name, problem.format(found=repr(value)))
        return Box(*(float(side) for side in value))  # type: ignore[attr-defined]  # as above


def _laid_over(upper: dict[str, Any], lower: dict[str, Any]) -> dict[str, Any]:
    laid = dict(lower)
    for name, value in upper.items():
        below = laid.get(name)
        laid[name] = _laid_over(value, below) if isinstance(value, dict) and isinstance(below, dict) else value
    return laid
