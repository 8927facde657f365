"""How a list is asked for, and how any stretch of it is had without holding the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list shows and in which order.

    Attributes:
        text: any part of a name, credit code, voucher, contract or invoice number; empty for all.
        statuses: only these; empty for all.
        year: only this budget year, or None.
        batch: only applications of this batch, or None.
        sort: a column name that the list offers; unknown ones are a bug.
    """

    text: str = ""
    statuses: tuple[str, ...] = ()
    year: int | None = None
    batch: int | None = None
    sort: str = ""
    descending: bool = True


class ListSource(Protocol[Row_co]):
    """A list of which any stretch can be had by position, without holding the rest."""

    def count(self) -> int:
        """Return how many rows there are."""

    def rows(self, first: int, count: int) -> Sequence[Row_co]:
        """Return a stretch of rows; shorter at the end."""
