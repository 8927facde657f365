"""Objections (异议) raised while something is publicized, and how they end (R24)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import Violation

if TYPE_CHECKING:
    from datetime import date


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


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection.

    Attributes:
        subject: what it is raised against, `application:7` or `provider:3`.
        raised_by: who raised it, as they named themselves.
        prepared_by: the operator who took it down; `resolved_by`: another one, who decided on it (R23).
    """

    id: int
    subject: str
    batch_id: int | None
    raised_on: date
    raised_by: str
    content: str
    status: ObjectionStatus
    prepared_by: int
    resolution: str = ""
    resolved_on: date | None = None
    resolved_by: int | None = None


def objections_are_resolved(open_objections: list[Objection]) -> list[Violation]:
    """Refuse what publicity precedes while an objection is open (R24)."""
    return [
        Violation("R24", "objection_open", found=one.id, allowed="a resolution", subject=one.subject.partition(":")[2])
        for one in open_objections
    ]
