"""What is done with all vouchers at once: those whose last day to redeem has passed expire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.i18n import _, ngettext
from voucher_app.services import voucher as use_case
from voucher_app.ui.dialogs.step import Step

if TYPE_CHECKING:
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.voucher import Expiry
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.step import Answers


def expire_step(found: Expiry) -> Step:
    """Return what lets expire the vouchers that are past their last day to redeem (R7, R26)."""

    def act(workspace: Workspace, operator: Operator, request_id: str, _answers: Answers) -> list[Voucher]:
        return use_case.expire(workspace, operator=operator, request_id=request_id)

    facts = [
        (_("Vouchers"), f"{len(found.due):,}"),
        (_("Remaining together (yuan)"), found.back.in_yuan()),
        (_("In capitals"), found.back.in_capitals()),
    ]
    if found.held:
        facts.append((_("Wait: frozen, or with an undecided claim"), f"{len(found.held):,}"))
    return Step(
        use_case="voucher.expire",
        title=_("Expire vouchers"),
        purpose=_("What is left of them goes back to the year they came from, or lapses with it when it is closed."),
        act=act,
        told=lambda done: ngettext("{count} voucher expired", "{count} vouchers expired", len(done)).format(
            count=f"{len(done):,}"
        ),
        kind="danger",
        facts=facts,
        rules=("R7", "R26", "ROLE"),
    )
