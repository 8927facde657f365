"""Deciding on an objection: the same question whatever it was raised against, an application or a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.objection import ObjectionStatus
from voucher_app.i18n import _
from voucher_app.services.wording.names import status_name
from voucher_app.ui.dialogs.step import Kind, Question, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.objection import Objection
    from voucher_app.domain.operators import Operator
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.step import Answers


def objection_step(
    act: Callable[[Workspace, Operator, str, Answers], Objection],
    *,
    use_case: str,
    purpose: str,
    facts: Sequence[tuple[str, str]],
    rules: tuple[str, ...],
) -> Step:
    """Return the decision; `act` finds an `ObjectionStatus` under `decision` and the written reason under `reason`."""
    return Step(
        use_case=use_case,
        title=_("Decide on an objection"),
        purpose=purpose,
        act=act,
        told=lambda done: _("Objection {id}: {status}").format(
            id=done.id, status=status_name("objection", done.status)
        ),
        questions=(
            Question(
                "decision",
                _("Decision"),
                Kind.CHOICE,
                choices=tuple(
                    (one.value, status_name("objection", one))
                    for one in (ObjectionStatus.DISMISSED, ObjectionStatus.UPHELD)
                ),
            ),
            Question("reason", _("Reason"), Kind.REASON),
        ),
        facts=facts,
        rules=rules,
    )
