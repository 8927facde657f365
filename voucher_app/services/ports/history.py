"""What this computer remembers of histories: the last checkpoint that it made or was shown of each ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a history: how many records there were, and the hash of the last."""

    record_count: int
    hash: str


class HistoryMemory(Protocol):
    """Keeps one mark for each ledger, outside of its data file, so that an old copy does not bring an old mark."""

    def last(self, origin: str) -> Mark | None:
        """Return the furthest mark of a ledger, or None."""

    def keep(self, origin: str, mark: Mark) -> None:
        """Remember a mark, unless a further one is remembered already.

        Raises:
            OSError: when it cannot be written.
        """

    def forget(self, origin: str, *, reason: str, at: datetime) -> Mark | None:
        """Forget a ledger's mark; what was forgotten stays to be read beside it, with reason and time.

        Raises:
            OSError: when it cannot be written.
        """
