"""Life cycles as tables: from a status, by an act, to a status; whatever the table lacks is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.errors import RulesViolated, Violation

if TYPE_CHECKING:
    from collections.abc import Mapping


def step_is_open(
    table: Mapping[str, Mapping[str, str]], *, noun: str, status: str, act: str, subject: str
) -> Violation | None:
    """Refuse an act that the life cycle does not have in this status; `allowed` lists the acts it has."""
    steps = table[status]
    if act in steps:
        return None
    return Violation(
        "TRANSITION",
        "step_not_open",
        found=status,
        allowed=sorted(steps),
        subject=subject,
        facts={"noun": noun, "act": act},
    )


def next_status(table: Mapping[str, Mapping[str, str]], *, noun: str, status: str, act: str, subject: str) -> str:
    """Return the status an act leads to.

    Raises:
        RulesViolated: with rule `TRANSITION`, when the table has no such step.
    """
    violation = step_is_open(table, noun=noun, status=status, act=act, subject=subject)
    if violation is not None:
        raise RulesViolated([violation])
    return table[status][act]
