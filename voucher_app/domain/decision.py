"""What every decision on a record is held against: its life cycle, and the two-person rule (R23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.lifecycle import step_is_open
from voucher_app.domain.operators import two_persons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator


def check_decision(
    table: Mapping[str, Mapping[str, str]],
    *,
    noun: str,
    status: str,
    act: str,
    subject: str,
    prepared_by: int,
    decided_by: Operator,
) -> list[Violation]:
    """Return what stands against a decision, all of it: a step that is not open, and the same person (R23)."""
    found = (
        step_is_open(table, noun=noun, status=status, act=act, subject=subject),
        two_persons(prepared_by=prepared_by, decided_by=decided_by, subject=subject, noun=noun),
    )
    return [violation for violation in found if violation]
