"""追回: what was paid and is taken back, when it is due, and what came back already."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.lifecycle import step_is_open
from voucher_app.domain.recovery import RECOVERY_STEPS, Recovery, RecoveryStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services.wording.names import status_name
from voucher_app.ui.dialogs import settlement_steps as steps
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import NewAction
from voucher_app.ui.pages.papers import PapersPage
from voucher_app.ui.pages.possibilities import reasons_against, role_reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.recovery import RecoveryDetails, RecoveryRow
    from voucher_app.services.workspace import Workspace


class RecoveryList(PapersPage):
    """The recoveries of the year."""

    name: ClassVar[str] = "recoveries"
    is_embedded: ClassVar[bool] = True
    statuses: ClassVar[tuple[str, ...]] = tuple(RecoveryStatus)

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Recoveries")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search voucher number, unit, document …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("recovery", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("Nothing of {year} is taken back. Only what was paid can be recovered.").format(year=self.desk.year)

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} recovery", "{count} recoveries", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("New recovery …"), "recovery_decide")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("id", _("No."), lambda row: f"{row.id}", CellKind.COUNT, 60, sort="id"),
            Column("recipient", _("Recipient"), lambda row: row.recipient_name, width=180, stretches=True),
            Column("voucher", _("Voucher number"), lambda row: row.voucher_number, width=148, gives_way=True),
            Column("amount", _("Amount (yuan)"), lambda row: row.amount.in_yuan(), CellKind.MONEY, 116),
            Column("received", _("Received (yuan)"), lambda row: row.received.in_yuan(), CellKind.MONEY, 116),
            Column("due", _("Due on"), lambda row: row.due_on, CellKind.DATE, 104, sort="due"),
            Column("decided", _("Decided on"), lambda row: row.decided_on, CellKind.DATE, 104, gives_way=True),
            Column("document", _("Document"), lambda row: row.document, width=128, gives_way=True),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("recovery", row.status),
                CellKind.STATUS,
                104,
                state=lambda row: ("recovery", row.status),
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number."""
        return int(row.id)

    def key_text(self, key: object) -> str:
        """Return the search for one number."""
        return f"#{key}"

    def key_of_result(self, result: object) -> int | None:
        """Return the key of what was decided here."""
        return result.id if isinstance(result, Recovery) else None

    def source(self, chosen: ListFilter) -> ListSource[RecoveryRow]:
        """Return the list."""
        return self.desk.workspace.queries.recoveries(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_recovery, self.desk.workspace, row.id, self.desk.operator)


def describe_recovery(workspace: Workspace, recovery_id: int, operator: Operator | None) -> Details:
    """Read what the panel says about a recovery."""
    found = workspace.queries.recovery(recovery_id)
    recovery = found.recovery
    today = workspace.clock.today()
    is_late = recovery.status is RecoveryStatus.DECIDED and recovery.due_on < today
    receipts = [
        Fact(
            one.received_on,
            _("{amount} yuan, receipt {receipt}\n{pool}").format(
                amount=one.amount.in_yuan(), receipt=one.receipt_number, pool=_pool(one.pool)
            ),
        )
        for one in found.receipts
    ]
    bans = [
        Fact(
            one.unit_name,
            _("{first} to {last}").format(first=one.banned_from, last=one.banned_until)
            + (_(", lifted on {day}").format(day=one.lifted_on) if one.lifted_on else ""),
            "recipients",
            one.uscc,
        )
        for one in found.bans
    ]
    return Details(
        title=_("Recovery {number}").format(number=recovery.id),
        status=("recovery", recovery.status),
        figure=f"¥{recovery.amount.in_yuan()}",
        note=_("{amount} yuan are still to come").format(amount=recovery.open.in_yuan())
        if recovery.open.fen
        else _("all of it came back"),
        share=recovery.received.fen / recovery.amount.fen,
        warning=_("Overdue since {day}.").format(day=recovery.due_on) if is_late else "",
        facts=(
            (
                Fact(_("Due on"), recovery.due_on.isoformat()),
                Fact(_("Received"), _("{amount} yuan").format(amount=recovery.received.in_yuan())),
                Fact(_("Paid then"), _("{amount} yuan").format(amount=found.paid.in_yuan())),
            ),
            (
                Fact(_("Redemption"), f"{recovery.redemption_id}", "redemptions", f"{recovery.redemption_id}"),
                Fact(_("Voucher"), found.voucher_number, "vouchers", found.voucher_number),
                Fact(_("Recipient"), found.recipient_name),
                Fact(_("Provider"), found.provider_name),
            ),
            (
                Fact(_("Reason"), recovery.reason),
                Fact(_("Document"), recovery.document),
                Fact(_("Decided on"), recovery.decided_on.isoformat()),
                Fact(_("Decided by"), found.reviewed_by),
                Fact(_("Claim prepared by"), found.prepared_by),
            ),
        ),
        headed=((_("Money that came back"), receipts), (_("Bans"), bans)),
        history=found.history,
        acts=_acts(workspace, found, operator),
        subjects=[f"recovery:{recovery.id}"],
        files_of=f"recovery:{recovery.id}",
    )


def _pool(pool: str) -> str:
    return _("can be issued anew") if pool == "appropriation" else _("lapsed")


def _acts(workspace: Workspace, found: RecoveryDetails, operator: Operator | None) -> list[Act]:
    recovery = found.recovery
    step_open = step_is_open(
        RECOVERY_STEPS, noun="recovery", status=recovery.status, act="receive", subject=str(recovery.id)
    )
    reasons = reasons_against([step_open]) if step_open else role_reasons(operator)
    step = steps.receive(found, workspace.clock.today())
    return [Act(_("Book a receipt …"), "step", "receive", {"step": step}, "accent", reasons)]
