"""Columns of a list, declared as data: a header with its unit, how a row becomes text, and how that is set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class CellKind(IntEnum):
    """How a cell is set and painted."""

    TEXT = 0
    MONEY = 1
    """Right-aligned in figures of one width, its unit in the header."""
    DATE = 2
    STATUS = 3
    """A shape, a word and a colour; `Column.state` gives the code."""
    COUNT = 4


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: its name in the settings.
        header: its name in words, unit included.
        text: a row's text in it.
        kind: how it is set.
        width: pixels it begins with; one that `stretches` takes a share of what is left in proportion to it,
            and others give way until it has it.
        sort: what `ListFilter.sort` calls it; empty when the list cannot be sorted by it.
        state: for `STATUS`: noun and status of a row.
        gives_way: it is hidden while the list is too narrow for all of them.
    """

    key: str
    header: str
    text: Callable[[Any], str]
    kind: CellKind = CellKind.TEXT
    width: int = 120
    stretches: bool = False
    sort: str = ""
    state: Callable[[Any], tuple[str, str]] | None = None
    gives_way: bool = False

    @property
    def is_right_aligned(self) -> bool:
        """Whether its text ends at the right edge."""
        return self.kind in {CellKind.MONEY, CellKind.COUNT}
