"""兑付: the claims on vouchers, and deciding on them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.errors import Weight
from voucher_app.domain.redemption import REDEMPTION_STEPS, Redemption, RedemptionStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services.redemption import preview_verification
from voucher_app.services.wording.names import model_name, reversal_words, status_name, transfer_name
from voucher_app.services.wording.rules import sentence
from voucher_app.ui.dialogs.redemption import invoice_words, period_words, price_words
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import NewAction
from voucher_app.ui.pages.papers import PapersPage
from voucher_app.ui.pages.possibilities import person_reasons, rule_reasons, step_reasons
from voucher_app.ui.widgets.derivation import derivation_rows, row_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.redemption import RedemptionDetails, RedemptionRow
    from voucher_app.services.workspace import Workspace


class RedemptionsPage(PapersPage):
    """The page 兑付."""

    name: ClassVar[str] = "redemptions"
    import_kind: ClassVar[str] = "claims"
    statuses: ClassVar[tuple[str, ...]] = (
        RedemptionStatus.CLAIMED,
        RedemptionStatus.VERIFIED,
        RedemptionStatus.SETTLED,
        RedemptionStatus.DISBURSED,
        RedemptionStatus.REFUSED,
        RedemptionStatus.REVERSED,
        RedemptionStatus.RECOVERING,
        RedemptionStatus.RECOVERED,
        "payment-failed",
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
            Column("recipient", _("Recipient"), lambda row: row.recipient_name, width=160, stretches=True),
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
                gives_way=True,
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

    def key_text(self, key: object) -> str:
        """Return the search for one number."""
        return f"#{key}"

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
    """Read what the panel says about a redemption: evidence, arithmetic, settlement, recoveries, acts."""
    found = workspace.queries.redemption(redemption_id)
    redemption, voucher, evidence = found.redemption, found.voucher, found.redemption.evidence
    recipient, provider = found.recipient.organisation, found.provider.organisation
    decides = person_reasons(operator, prepared_by=redemption.prepared_by, subject=_("this claim"))
    rules: list[str] = []
    if redemption.status is RedemptionStatus.CLAIMED and operator is not None and not decides:
        preview = preview_verification(
            workspace, redemption_id=redemption_id, approved=redemption.claimed, reviewer=operator
        )
        rules += rule_reasons(preview.violations)
    elif redemption.status is RedemptionStatus.CLAIMED:
        rules += [sentence(one) for one in found.incomplete]
    if redemption.status is RedemptionStatus.CLAIMED:
        rules += [sentence(warning) for warning in found.warnings]
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
                Fact(_("Payee"), found.payee.name),
                Fact(_("Model"), model_name(found.model)),
            ),
            (
                Fact(_("Claimed on"), redemption.claimed_on.isoformat()),
                Fact(_("Redeemed this year"), _("{amount} yuan").format(amount=found.redeemed_in_year.in_yuan())),
                Fact(_("Prepared by"), found.prepared_by),
                Fact(_("Reviewed by"), found.reviewed_by),
                Fact(_("Written reason"), evidence.reason),
                Fact(_("Reason"), redemption.reason),
            ),
        ),
        headed=(
            (_("Evidence of the claim"), _evidence(redemption)),
            (_derivation_heading(found), _derivation(found)),
            (_("Answered by a reason"), _answered(found)),
            (_("Ledger entries"), _entries(found)),
            (_("Settlement"), _settled(found)),
            (_("Recoveries"), _recoveries(found)),
        ),
        history=found.history,
        subjects=[f"redemption:{redemption.id}"],
        files_of=f"redemption:{redemption.id}",
        acts=_acts(found, operator),
    )


def _evidence(redemption: Redemption) -> list[Fact]:
    evidence = redemption.evidence
    invoices = redemption.invoices
    return [
        *(
            Fact(
                _("Invoice") if len(invoices) == 1 else _("Invoice {place}").format(place=place), invoice_words(invoice)
            )
            for place, invoice in enumerate(invoices, start=1)
        ),
        Fact(_("Contract term"), period_words(evidence.contract_from, evidence.contract_until)),
        Fact(_("What was bought"), price_words(evidence)),
    ]


def _answered(found: RedemptionDetails) -> list[Fact]:
    if found.redemption.status is RedemptionStatus.CLAIMED:
        return []
    return [Fact(one.rule, sentence(one)) for one in found.warnings if one.weight is Weight.REASON]


def _derivation_heading(found: RedemptionDetails) -> str:
    if found.is_decided:
        return _("The amount as it was decided (10,000 yuan)")
    return _("The amount as it would be now (10,000 yuan)")


def _derivation(found: RedemptionDetails) -> list[Fact]:
    return [Fact(row.name, row_text(row)) for row in derivation_rows(found.derivation)]


def _entries(found: RedemptionDetails) -> list[Fact]:
    return [
        Fact(
            _("Entry #{number}").format(number=row.id),
            " · ".join(
                filter(
                    None,
                    (
                        transfer_name(row.kind),
                        _("{amount} yuan").format(amount=row.amount.in_yuan()),
                        reversal_words(row.reverses, row.reversed_by),
                    ),
                )
            ),
            "ledger.transfers",
            str(row.id),
        )
        for row in found.entries
    ]


def _settled(found: RedemptionDetails) -> list[Fact]:
    facts = []
    for line in found.settled:
        told = [status_name("settlement-line", line.status)]
        if line.paid_on:
            told.append(_("{day}, receipt {receipt}").format(day=line.paid_on, receipt=line.receipt_number))
        if line.failure_reason:
            told.append(line.failure_reason)
        facts.append(
            Fact(
                _("Settlement {number}").format(number=line.settlement_id),
                "\n".join(told),
                "settlements",
                f"{line.settlement_id}",
            )
        )
    return facts


def _recoveries(found: RedemptionDetails) -> list[Fact]:
    return [
        Fact(
            _("Recovery {number}").format(number=one.id),
            _("{amount} yuan, {received} yuan received\n{status}, due on {day}").format(
                amount=one.amount.in_yuan(),
                received=one.received.in_yuan(),
                status=status_name("recovery", one.status),
                day=one.due_on,
            ),
            "settlements.recoveries",
            f"{one.id}",
        )
        for one in found.recoveries
    ]


def _acts(found: RedemptionDetails, operator: Operator | None) -> list[Act]:
    redemption = found.redemption

    def against(act: str) -> tuple[str, ...]:
        return step_reasons(REDEMPTION_STEPS, noun="redemption", status=redemption.status, act=act) or person_reasons(
            operator, prepared_by=redemption.prepared_by, subject=_("this claim")
        )

    acts = [
        Act(
            words,
            "redemption_decide",
            act,
            {"redemption_id": redemption.id, "act": act},
            kind,
            against(act),
        )
        for act, words, kind in (
            ("verify", _("Verify …"), "accent"),
            ("refuse", _("Refuse the claim …"), "danger"),
            ("reverse", _("Reverse …"), "danger"),
        )
    ]
    recover = Act(
        _("Take back …"),
        "recovery_decide",
        "recover",
        {"redemption_id": redemption.id},
        "danger",
        against("recover"),
    )
    return [*acts, recover]
