"""The office's own table of working days, beside the published calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date


class CalendarRepository(Protocol):
    """Days that somebody told about: exceptions, and years that the published calendar does not have."""

    def set(self, day: date, *, is_working: bool, note: str) -> int:
        """Record a day, or correct it; return its row."""

    def find(self, day: date) -> bool | None:
        """Return whether the office works on a day, or None when nobody told."""

    def note(self, day: date) -> str:
        """Return what was noted of a day, or nothing."""

    def days_off(self, year: int) -> list[date]:
        """Return the days off that were told of a year, in order."""
