"""Records as JSON documents and as lines for a person."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.policy import Policy


def document_of(value: Any) -> Any:  # noqa: ANN401 - any frozen record in, JSON-able data out
    """Turn a frozen record into JSON-able data; an amount named `face` becomes `face_fen`."""
    if is_dataclass(value) and not isinstance(value, type | Money | VoucherNumber):
        flat: dict[str, Any] = {}
        for item in fields(value):
            inner = getattr(value, item.name)
            if isinstance(inner, Money):
                flat[f"{item.name}_fen"] = inner.fen
            elif inner is None and "Money" in str(item.type):
                flat[f"{item.name}_fen"] = None
            elif item.name == "organisation":
                flat.update(document_of(inner))
            else:
                flat[item.name] = document_of(inner)
        return flat
    return _plain(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - see above
    if isinstance(value, dict):
        return {key: document_of(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [document_of(inner) for inner in value]
    for kind, plain in _PLAIN:
        if isinstance(value, kind):
            return plain(value)
    return value


_PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Money, lambda money: money.fen),
    (Enum, lambda member: member.value),
    (VoucherNumber, str),
    (Fraction, str),
    (date, date.isoformat),
    (bytes, bytes.hex),
    (PurePath, str),
)


def policy_document(policy: Policy) -> dict[str, Any]:
    """Turn a policy into JSON-able data; amounts are named `*_fen`."""
    found: dict[str, Any] = document_of(policy)
    found["tiers_fen"] = found.pop("tiers")
    return found


class Listing(list[str]):
    """Lines of a list for a person, which keep the cells that they were made of."""

    def __init__(self, lines: list[str], head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        super().__init__(lines)
        self.head, self.rows = list(head), rows


class Amount(str):
    """The head of a column of amounts."""

    __slots__ = ()


class Sum(str):
    """The head of a column of amounts whose rows are sums already, so that no sum of it means anything."""

    __slots__ = ()


class Day(str):
    """The head of a column of days."""

    __slots__ = ()


class Count(str):
    """The head of a column of counts."""

    __slots__ = ()


def table(head: list[str], rows: list[list[str]]) -> Listing:
    """Set rows in columns, counting a Chinese character as two columns of a terminal."""
    widths = [max(_width(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    ]
    return Listing(lines, head, rows)


def _width(text: str) -> int:
    narrow = 0x2E80
    return sum(1 if ord(character) < narrow else 2 for character in text)
