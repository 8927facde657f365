"""兑付: the claims on vouchers, and deciding on them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from voucher_app.domain.operators import Operator
from voucher_app.domain.redemption import REDEMPTION_STEPS, Redemption, RedemptionStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services.queries.lists import ListFilter, ListSource
from voucher_app.services.queries.redemption import RedemptionRow
from voucher_app.services.redemption import preview_verification
from voucher_app.services.wording.names import status_name
from voucher_app.services.workspace import Workspace
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import ListPage, NewAction
from voucher_app.ui.pages.possibilities import person_reasons, rule_reasons, step_reasons


class RedemptionsPage(ListPage):
    """The page 兑付."""

    name: ClassVar[str] = "redemptions"
    statuses: ClassVar[tuple[str, ...]] = (
        RedemptionStatus.CLAIMED,
        RedemptionStatus.VERIFIED,
        RedemptionStatus.SETTLED,
        RedemptionStatus.DISBURSED,
        RedemptionStatus.REFUSED,
        RedemptionStatus.REVERSED,
        RedemptionStatus.RECOVERING,
        RedemptionStatus.RECOVERED,
    )

    @classmethod
    def title(cls) -> str:
        """Return the page's name."""
        return _("Redemptions")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search voucher number, invoice, unit …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("redemption", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("Nothing has been claimed on vouchers of {year} yet.").format(year=self.desk.year)

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} claim", "{count} claims", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("New claim …"), "redemption_claim")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("id", _("No."), lambda row: str(row.id), CellKind.COUNT, 60, sort="id"),
            Column("voucher", _("Voucher number"), lambda row: row.voucher_number, width=148),
            Column("recipient", _("Recipient"), lambda row: row.recipient_name, width=180, stretches=True),
            Column("invoice", _("Invoice"), lambda row: row.invoice_key, width=176, gives_way=True),
            Column(
                "claimed", _("Claimed (yuan)"), lambda row: row.claimed.in_yuan(), CellKind.MONEY, 112, sort="claimed"
            ),
            Column(
                "approved",
                _("Approved (yuan)"),
                lambda row: row.approved.in_yuan() if row.approved is not None else "–",
                CellKind.MONEY,
                112,
            ),
            Column("claimed_on", _("Claimed on"), lambda row: row.claimed_on, CellKind.DATE, 104, gives_way=True),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("redemption", row.status),
                CellKind.STATUS,
                136,
                state=lambda row: ("redemption", row.status),
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number."""
        return int(row.id)

    def key_of_result(self, result: object) -> int | None:
        """Return the key of what was decided here."""
        return result.id if isinstance(result, Redemption) else None

    def source(self, chosen: ListFilter) -> ListSource[RedemptionRow]:
        """Return the list."""
        return self.desk.workspace.queries.redemptions(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_redemption, self.desk.workspace, row.id, self.desk.operator)


def describe_redemption(workspace: Workspace, redemption_id: int, operator: Operator | None) -> Details:
    """Read what the panel says about a redemption."""
    found = workspace.queries.redemption(redemption_id)
    redemption, voucher, invoice = found.redemption, found.voucher, found.redemption.invoice
    recipient, provider = found.recipient.organisation, found.provider.organisation
    decides = person_reasons(operator, prepared_by=redemption.prepared_by, subject=_("this claim"))
    rules: tuple[str, ...] = ()
    if redemption.status is RedemptionStatus.CLAIMED and operator is not None and not decides:
        preview = preview_verification(
            workspace, redemption_id=redemption_id, approved=redemption.claimed, reviewer=operator
        )
        rules = rule_reasons(preview.violations)
    acts = [
        Act(
            words,
            "redemption_decide",
            act,
            {"redemption_id": redemption_id, "act": act},
            kind,
            step_reasons(REDEMPTION_STEPS, noun="redemption", status=redemption.status, act=act) or decides,
        )
        for act, words, kind in (
            ("verify", _("Verify …"), "accent"),
            ("refuse", _("Refuse the claim …"), "danger"),
            ("reverse", _("Reverse …"), "danger"),
        )
    ]
    service = ""
    if invoice.service_from is not None and invoice.service_until is not None:
        service = _("{first} to {last}").format(
            first=invoice.service_from.isoformat(), last=invoice.service_until.isoformat()
        )
    shown = redemption.approved if redemption.approved is not None else redemption.claimed
    return Details(
        title=_("Claim {number}").format(number=redemption.id),
        status=("redemption", redemption.status),
        figure=f"¥{shown.in_yuan()}",
        note=_("approved of {claimed} yuan claimed").format(claimed=redemption.claimed.in_yuan())
        if redemption.approved is not None
        else _("claimed"),
        warning="\n".join(rules),
        facts=(
            (
                Fact(_("Voucher"), str(voucher.number), "vouchers", str(voucher.number)),
                Fact(_("Remaining"), _("{amount} yuan").format(amount=voucher.remaining.in_yuan())),
                Fact(_("Recipient"), recipient.name, "recipients", recipient.uscc),
                Fact(_("Provider"), provider.name, "providers", provider.uscc),
            ),
            (
                Fact(_("Invoice"), invoice.key),
                Fact(_("Invoice amount"), _("{amount} yuan").format(amount=invoice.amount.in_yuan())),
                Fact(_("Invoiced on"), invoice.invoiced_on.isoformat()),
                Fact(_("Service"), service),
            ),
            (
                Fact(_("Claimed on"), redemption.claimed_on.isoformat()),
                Fact(_("Redeemed this year"), _("{amount} yuan").format(amount=found.redeemed_in_year.in_yuan())),
                Fact(_("Prepared by"), found.prepared_by),
                Fact(_("Reviewed by"), found.reviewed_by),
                Fact(_("Reason"), redemption.reason),
            ),
        ),
        history=found.history,
        acts=acts,
    )
