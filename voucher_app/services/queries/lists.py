"""How a list is asked for, and how any stretch of it is had without holding the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from voucher_app.services.searching import folded_fields, holds, initials_of, initials_phrase, part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list shows and in which order.

    Attributes:
        text: any part of a name, credit code, batch, voucher, contract or invoice number; empty for all.
        statuses: only these; empty for all.
        year: only this budget year, or None.
        batch: only applications of this batch, or None.
        decidable_by: only what this operator did not prepare or review before, so that they may decide on it; or None.
        sort: a column name that the list offers; unknown ones are a bug.
        most: where a text fits many rows, no more than so many are listed and counted; None for all.
    """

    text: str = ""
    statuses: tuple[str, ...] = ()
    year: int | None = None
    batch: int | None = None
    decidable_by: int | None = None
    sort: str = ""
    descending: bool = True
    most: int | None = None


class ListSource(Protocol[Row_co]):
    """A list of which any stretch can be had by position, without holding the rest."""

    @property
    def has_more(self) -> bool:
        """Whether `count` stopped at the filter's `most`."""

    def count(self) -> int:
        """Return how many rows there are."""

    def rows(self, first: int, count: int) -> Sequence[Row_co]:
        """Return a stretch of rows; shorter at the end."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A list that is held whole, for what an office has few of, such as its people or its policy versions."""

    held: Sequence[Row]
    has_more: bool = False

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self.held)

    def rows(self, first: int, count: int) -> Sequence[Row]:
        """Return a stretch of rows; shorter at the end."""
        return self.held[first : first + count]


def listed(
    found: Sequence[Row],
    chosen: ListFilter,
    *,
    texts: Callable[[Row], Sequence[str]],
    status: Callable[[Row], str],
    sorts: Mapping[str, Callable[[Row], Any]],
) -> Listed[Row]:
    """Narrow and sort a list that is held whole.

    Args:
        found: all of it, in its natural order.
        chosen: what is asked for.
        texts: where in a row the text is searched.
        status: a row's status.
        sorts: by the name of an order, what a row is sorted by.
    """
    wanted = part_of(chosen.text)
    rows = [
        row
        for row in found
        if (not chosen.statuses or status(row) in chosen.statuses) and (not wanted or _fits(texts(row), wanted))
    ]
    if chosen.sort:
        rows.sort(key=sorts[chosen.sort], reverse=chosen.descending)
    return Listed(rows)


def _fits(texts: Sequence[str], wanted: str) -> bool:
    """Return whether a part stands in one of some texts, or in its initials."""
    if holds(folded_fields(texts), "", wanted):
        return True
    return bool(initials_phrase(wanted)) and any(holds("", initials_of(text), wanted) for text in texts)
