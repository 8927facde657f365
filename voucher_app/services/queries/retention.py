"""Which personal data the data file holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeldRows:
    """Rows of one kind that name or reach a person.

    Attributes:
        kind: of `services.retention.Kind`.
        count: how many there are now; `size_bytes`: of the files that belong to them.
        since: the day of the oldest (ISO), or the office's first day where rows bear none; empty without rows.
    """

    kind: str
    count: int
    since: str
    size_bytes: int = 0
