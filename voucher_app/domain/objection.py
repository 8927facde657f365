"""Objections (异议) raised while something is publicized, and how they end (R24)."""

from enum import StrEnum
from typing import Final


class ObjectionStatus(StrEnum):
    """Where an objection stands: open, 不成立, 成立."""

    OPEN = "open"
    DISMISSED = "dismissed"
    UPHELD = "upheld"


OBJECTION_STEPS: Final[dict[str, dict[str, str]]] = {
    ObjectionStatus.OPEN: {"dismiss": ObjectionStatus.DISMISSED, "uphold": ObjectionStatus.UPHELD},
    ObjectionStatus.DISMISSED: {},
    ObjectionStatus.UPHELD: {},
}
