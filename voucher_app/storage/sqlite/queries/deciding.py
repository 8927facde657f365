"""Whether somebody may decide on a record (R23): who prepared or reviewed it before may not. And what it waits for.

Said here for lists and counts, so that a link shows as many rows as it counts; the rules themselves stand in the domain
and ask again when the decision is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.services.queries.application import ALONE, IN_BATCH
from voucher_app.storage.sqlite.queries.list_reader import of_statuses

if TYPE_CHECKING:
    from collections.abc import Sequence

MAY_DECIDE: Final = {
    "application": """(application.prepared_by <> {me}
        AND (application.status <> 'first-reviewed' OR coalesce(application.first_reviewed_by, 0) <> {me})
        AND (application.status <> 'objected' OR EXISTS (SELECT 1 FROM objection
             WHERE objection.subject = 'application:' || application.id AND objection.status = 'open'
             AND objection.prepared_by <> {me})))""",
    "redemption": "(redemption.prepared_by <> {me})",
    "settlement": """(settlement.prepared_by <> {me}
        AND (settlement.status NOT IN ('confirmed', 'planned') OR coalesce(settlement.reviewed_by, 0) <> {me}))""",
}
"""By noun; `{me}` is the operator's row."""
APPLICATION_STATE: Final = f"""CASE WHEN application.status NOT IN ('submitted', 'approved') THEN application.status
    WHEN application.batch_id IS NULL THEN application.status || '{ALONE}'
    ELSE application.status || '{IN_BATCH}' END"""
"""As `application_state`."""
PAYMENT_FAILED: Final = "payment-failed"
_FAILED: Final = """(redemption.status = 'verified' AND EXISTS (SELECT 1 FROM settlement_line
    WHERE settlement_line.redemption_id = redemption.id AND settlement_line.status = 'failed'))"""

Part = tuple[str, "Sequence[object]"]


def decidable_by(noun: str, operator_id: int | None) -> list[Part]:
    """Return the condition that keeps what an operator may decide on; none for everything."""
    if operator_id is None:
        return []
    condition = MAY_DECIDE[noun]
    return [(condition.format(me="?"), (operator_id,) * condition.count("{me}"))]


def of_application_states(states: Sequence[str]) -> list[Part]:
    """Return the condition that keeps applications of some statuses or states; none for all."""
    plain = [state for state in states if not state.endswith((IN_BATCH, ALONE))]
    parts = of_statuses("application.status", plain)
    for state in states:
        for ending, told in ((IN_BATCH, "IS NOT NULL"), (ALONE, "IS NULL")):
            if state.endswith(ending):
                told_of = f"(application.status = ? AND application.batch_id {told})"
                parts.append((told_of, (state.removesuffix(ending),)))
    return _any_of(parts)


def of_redemption_states(states: Sequence[str]) -> list[Part]:
    """Return the condition that keeps redemptions of some statuses, or whose payment failed; none for all."""
    parts = of_statuses("redemption.status", [state for state in states if state != PAYMENT_FAILED])
    if PAYMENT_FAILED in states:
        parts.append((_FAILED, ()))
    return _any_of(parts)


def _any_of(parts: list[Part]) -> list[Part]:
    if len(parts) < 2:  # noqa: PLR2004 - nothing to join
        return parts
    return [(f"({' OR '.join(one for one, _ in parts)})", tuple(value for _, values in parts for value in values))]
