"""The words of a template with their places: `{name}` or `{name:format}`, filled by our own hand.

Python's `str.format` would let a template reach into whatever it is given; here a place is a name of the catalogue and
one of a few formats, checked when the template is loaded, and what is filled in is never read again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast
from zoneinfo import ZoneInfo

from voucher_app.domain.money import FEN_PER_WAN_YUAN, Money
from voucher_app.i18n import _
from voucher_app.services.documents.facts import ValueType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from voucher_app.printing.layout_file import Entries
    from voucher_app.services.documents.facts import Value

OFFICE_ZONE: Final = ZoneInfo("Asia/Shanghai")

_PLACE: Final = re.compile(r"\{\{|\}\}|\{([a-z0-9_.]+)(?::([a-z]+))?\}|[{}]")
_GROUP: Final = 8
_SHOWN: Final = 4
_SMALL_NUMBERS: Final = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes, and how it is written."""

    name: str
    type: ValueType
    format: str


Phrase = tuple[str | Place, ...]


def _day(value: Value) -> str:
    day = cast("date", value)
    return f"{day.year}年{day.month}月{day.day}日"


def _instant(value: Value) -> datetime:
    return cast("datetime", value).astimezone(OFFICE_ZONE)


def _percentage(value: Value, decimals: int) -> str:
    """Write a ratio as a percentage, rounded half up after some decimals."""
    hundredths = cast("Fraction", value) * 100
    scaled = int(abs(hundredths) * 10**decimals + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**decimals)
    sign = "-" if hundredths < 0 and scaled else ""
    return f"{sign}{whole}.{rest:0{decimals}d}%"


def _percent(value: Value) -> str:
    """Write a ratio alone: exact to four decimals, without noughts at its end."""
    return _percentage(value, 4).removesuffix("%").rstrip("0").rstrip(".") + "%"


def _share(value: Value) -> str:
    """Write a ratio of a column: always two decimals, so that the points of all of them stand below each other."""
    return _percentage(value, 2)


def _capitals(value: Value) -> str:
    amount = cast("Money", value)
    return f"负{Money(-amount.fen).in_capitals()}" if amount.fen < 0 else amount.in_capitals()


def _grouped(value: Value) -> str:
    text = str(value)
    return " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def _masked(value: Value) -> str:
    text = str(value)
    hidden = "*" * max(len(text) - _SHOWN, 0)
    return hidden + text[len(hidden) :]


def _small_number(value: Value) -> str:
    number = cast("int", value)
    return _SMALL_NUMBERS[number] if 0 <= number < len(_SMALL_NUMBERS) else str(number)


FORMATS: Final[dict[ValueType, dict[str, Callable[[Value], str]]]] = {
    ValueType.TEXT: {"plain": str, "groups": _grouped, "masked": _masked},
    ValueType.PROSE: {"plain": str},
    ValueType.COUNT: {"plain": str, "thousands": lambda value: f"{value:,}", "chinese": _small_number},
    ValueType.MONEY: {
        "yuan": lambda value: cast("Money", value).in_yuan(),
        "wan": lambda value: cast("Money", value).in_wan_yuan(),
        "capitals": _capitals,
    },
    ValueType.DAY: {"long": _day, "iso": lambda value: cast("date", value).isoformat()},
    ValueType.INSTANT: {
        "long": lambda value: f"{_day(_instant(value))} {_instant(value):%H:%M}",
        "iso": lambda value: _instant(value).isoformat(timespec="seconds"),
    },
    ValueType.RATIO: {"percent": _percent, "share": _share},
}
"""How each type may be written; the first is what a place without a format gets."""


def default_format(value_type: ValueType) -> str:
    """Return how a value is written where nothing is said."""
    return next(iter(FORMATS[value_type]))


def write_value(value: Value, value_type: ValueType, how: str) -> str:
    """Write one value that is there."""
    return FORMATS[value_type][how](value)


def read_phrase(entries: Entries, name: str, known: Mapping[str, ValueType], *, words: str | None = None) -> Phrase:
    """Read the words of a key and check every place in them.

    Args:
        entries: the table that holds the key.
        name: the key, also where `words` were read already.
        known: the names that may be placed, with their types.
        words: the text, where the key is a list of them.

    Raises:
        BadTemplate: for a place that nothing can fill, or a brace that begins none.
    """
    text = entries.words(name) if words is None else words
    parts: list[str | Place] = []
    end = 0
    for found in _PLACE.finditer(text):
        parts.append(text[end : found.start()])
        end = found.end()
        token, place, how = found.group(), found[1], found[2]
        if token in {"{{", "}}"}:
            parts.append(token[0])
            continue
        if place is None:
            raise entries.wrong(name, _("has a brace that begins no place; write {{ or }} for a brace"))
        parts.append(_place(entries, name, known, place, how))
    return tuple(part for part in [*parts, text[end:]] if part)


def _place(entries: Entries, name: str, known: Mapping[str, ValueType], place: str, how: str | None) -> Place:
    if place not in known:
        raise entries.wrong(name, _("places {place}, which this document does not have").format(place=place))
    formats = FORMATS[known[place]]
    if how is not None and how not in formats:
        problem = _("writes {place} as {how}, but can only as {formats}")
        raise entries.wrong(name, problem.format(place=place, how=how, formats=", ".join(formats)))
    return Place(place, known[place], how or next(iter(formats)))


def wan_yuan_decimals(amounts: list[Money]) -> int:
    """Return how many decimals a column of 万元 needs so that all its points stand below each other, exactly."""
    return max([len(amount.in_wan_yuan().partition(".")[2]) for amount in amounts], default=2)


def aligned_wan_yuan(amount: Money, decimals: int) -> str:
    """Write an amount as 万元 with a number of decimals that holds it exactly."""
    sign = "-" if amount.fen < 0 else ""
    wan, fen = divmod(abs(amount.fen), FEN_PER_WAN_YUAN)
    return f"{sign}{wan:,}.{f'{fen:06d}'[:decimals]}"
