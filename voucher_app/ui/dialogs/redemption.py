"""Redemptions (兑付): claiming against an invoice, verifying, refusing and reversing."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from voucher_app.domain.claim import RedemptionCase
from voucher_app.domain.invoice import Invoice, parse_invoice_number
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.operators import Operator
from voucher_app.domain.redemption import Redemption
from voucher_app.i18n import _
from voucher_app.services import redemption as use_case
from voucher_app.services.queries.redemption import RedemptionDetails
from voucher_app.services.redemption import ClaimFacts
from voucher_app.services.wording.names import status_name
from voucher_app.services.workspace import Workspace
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.effects import (
    REDEMPTION_RULES,
    claim_effect,
    decision_effect,
    role_violations,
    step_violations,
)
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.effect_panel import Effect
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import CodeField, ReasonField
from voucher_app.ui.widgets.look_up_field import Hit, LookUpField, voucher_search

_DIGITS_OF_INVOICE = 20


class RedemptionClaim(DecisionDialog):
    """Claim a part of a voucher's value against an invoice; nothing is owed until another person verifies it."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, number: str = "") -> None:
        super().__init__(
            desk,
            parent,
            title=_("Claim a redemption"),
            purpose=_("Nothing is owed until another person has verified the claim."),
            action=_("Claim"),
        )
        self.voucher = LookUpField(
            _("Voucher"), desk, voucher_search(desk), placeholder=_("Voucher number, or a part of the unit's name")
        )
        self.invoice_number = CodeField(_("Invoice number"), parse_invoice_number, length=_DIGITS_OF_INVOICE)
        self.invoice_number.set_hint(_("20 digits, or code and number of an older invoice"))
        self.invoiced_on = DateField(_("Invoiced on"))
        self.invoice_amount = AmountField(_("Invoice amount"))
        self.amount = AmountField(_("Amount claimed"))
        self.service_from = DateField(_("Service from"), required=False)
        self.service_until = DateField(_("Service until"), required=False)
        self.add(self.voucher)
        self.add(self.invoice_number, self.invoiced_on, stretches=(3, 2))
        self.add(self.invoice_amount, self.amount)
        self.add(self.service_from, self.service_until)
        if number:
            self.voucher.take(Hit(number, number, ""))
            self.invoice_number.control.setFocus()
        self.look_again()

    def _facts(self) -> ClaimFacts:
        return ClaimFacts(
            voucher_number=self.voucher.value(),
            amount=self.amount.value(),
            invoice_number=self.invoice_number.value(),
            invoice_amount=self.invoice_amount.value(),
            invoiced_on=self.invoiced_on.value(),
            service_from=self.service_from.value_or_none(),
            service_until=self.service_until.value_or_none(),
        )

    def look(self) -> Callable[[], Effect] | None:
        """Preview the claim as soon as every field can be read."""
        if any(field.problem() for field in self.fields):
            return None
        facts, workspace, operator = self._facts(), self.workspace, self.operator

        def foresee() -> Effect:
            preview = use_case.preview_claim(workspace, facts)
            records = workspace.records()
            voucher = records.vouchers.get(VoucherNumber.parse(facts.voucher_number))
            counted = RedemptionCase(
                policy=records.policies.get(voucher.policy_id).policy,
                voucher=voucher,
                recipient=records.parties.recipient_by_id(voucher.recipient_id),
                provider=records.parties.provider_by_id(voucher.provider_id),
                invoice=Invoice(
                    parse_invoice_number(facts.invoice_number),
                    facts.invoice_amount,
                    facts.invoiced_on,
                    facts.service_from,
                    facts.service_until,
                ),
                amount=facts.amount,
                open_claims=voucher.remaining - preview.free,
                redeemed_in_year=ZERO,
                invoice_holder=None,
                on=records.today,
            )
            return claim_effect(
                preview,
                facts.amount,
                rules=(*REDEMPTION_RULES, "ROLE"),
                counted=counted,
                more=role_violations(operator),
            )

        return foresee

    def act(self) -> Callable[[], Redemption]:
        """Claim."""
        facts, workspace, operator, request_id = self._facts(), self.workspace, self.operator, self.request_id
        return lambda: use_case.claim(workspace, facts=facts, operator=operator, request_id=request_id)

    def told(self, result: object) -> str:
        """Say what was claimed."""
        assert isinstance(result, Redemption)
        return _("Redemption {id} claimed: {amount} yuan").format(id=result.id, amount=result.claimed.in_yuan())


def redemption_facts(details: RedemptionDetails) -> list[tuple[str, str]]:
    """Return what a person looks at before deciding on a redemption."""
    redemption, invoice = details.redemption, details.redemption.invoice
    facts = [
        (_("Voucher"), str(details.voucher.number)),
        (_("Recipient"), details.recipient.organisation.name),
        (_("Provider"), details.provider.organisation.name),
        (_("Claimed (yuan)"), redemption.claimed.in_yuan()),
        (_("Invoice"), invoice.key),
        (_("Invoice amount (yuan)"), invoice.amount.in_yuan()),
        (_("Invoiced on"), invoice.invoiced_on.isoformat()),
    ]
    if invoice.service_from and invoice.service_until:
        facts.append(
            (_("Service"), _("{first} to {last}").format(first=invoice.service_from, last=invoice.service_until))
        )
    facts += [
        (_("Claimed on"), redemption.claimed_on.isoformat()),
        (_("Prepared by"), details.prepared_by),
        (_("Status"), status_name("redemption", redemption.status)),
    ]
    return facts


class RedemptionVerify(DecisionDialog):
    """Verify a claim: the approved amount is at most the claim, and is shown beside the limit it is derived from."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, redemption_id: int) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Verify a redemption"),
            purpose=_("The payee is owed the approved amount. Whoever prepared the claim cannot verify it."),
            action=_("Verify"),
        )
        self._id = redemption_id
        self._details: RedemptionDetails | None = None
        self.facts = FactsList()
        self.approved = AmountField(_("Approved amount"))
        self.add_widget(self.facts)
        self.add(self.approved)
        queries = desk.workspace.queries
        desk.runner.run(lambda: queries.redemption(redemption_id), success=self._loaded)

    def _loaded(self, details: object) -> None:
        if not self.is_open or not isinstance(details, RedemptionDetails):
            return
        self._details = details
        self.facts.set_facts(redemption_facts(details))
        if not self.approved.text():
            self.approved.set_amount(details.redemption.claimed)
        self.approved.control.setFocus()
        self.look_again()

    def look(self) -> Callable[[], Effect] | None:
        """Foresee the verification for the person at the desk."""
        details = self._details
        if details is None or self.approved.problem():
            return None
        workspace, operator, approved = self.workspace, self.operator, self.approved.value()
        return lambda: _verification_effect(workspace, details, approved=approved, operator=operator)

    def act(self) -> Callable[[], Redemption]:
        """Verify."""
        workspace, operator, request_id, redemption_id = self.workspace, self.operator, self.request_id, self._id
        approved = self.approved.value()
        return lambda: use_case.verify(
            workspace, redemption_id=redemption_id, approved=approved, operator=operator, request_id=request_id
        )

    def told(self, result: object) -> str:
        """Say what is owed."""
        assert isinstance(result, Redemption)
        approved = result.approved or ZERO
        return _("Redemption {id} verified: {amount} yuan to be paid").format(id=result.id, amount=approved.in_yuan())


def _verification_effect(
    workspace: Workspace, details: RedemptionDetails, *, approved: Money, operator: Operator
) -> Effect:
    redemption = details.redemption
    preview = use_case.preview_verification(
        workspace, redemption_id=redemption.id, approved=approved, reviewer=operator
    )
    more = role_violations(operator)
    more += step_violations("redemption", status=redemption.status, act="verify", subject=str(redemption.id))
    counted = RedemptionCase(
        policy=details.policy.policy,
        voucher=details.voucher,
        recipient=details.recipient,
        provider=details.provider,
        invoice=redemption.invoice,
        amount=approved,
        open_claims=details.open_claims,
        redeemed_in_year=details.redeemed_in_year,
        invoice_holder=None,
        on=redemption.claimed_on,
    )
    rules = ("R23", *REDEMPTION_RULES, "ROLE")
    return claim_effect(preview, approved, rules=rules, counted=counted, more=more)


class RedemptionDecide(DecisionDialog):
    """Refuse a claim, or reverse a verified redemption before it is paid; with a written reason."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, redemption_id: int, act: str) -> None:
        title, purpose = {
            "refuse": (_("Refuse a claim"), _("The invoice may be claimed again afterwards.")),
            "reverse": (
                _("Reverse a redemption"),
                _("A correcting entry gives the value back to the voucher; both entries stay in the ledger."),
            ),
        }[act]
        super().__init__(desk, parent, title=title, purpose=purpose, action=title, kind="danger")
        self._id = redemption_id
        self._step = act
        self.facts = FactsList()
        self.reason = ReasonField(_("Reason"))
        self.add_widget(self.facts)
        self.add(self.reason)
        queries = desk.workspace.queries
        desk.runner.run(lambda: queries.redemption(redemption_id), success=self._loaded)
        self.look_again()

    def _loaded(self, details: object) -> None:
        if self.is_open and isinstance(details, RedemptionDetails):
            self.facts.set_facts(redemption_facts(details))

    def look(self) -> Callable[[], Effect]:
        """Foresee the decision for the person at the desk."""
        workspace, operator, redemption_id, act = self.workspace, self.operator, self._id, self._step
        return lambda: decision_effect(workspace.records(), redemption_id, operator, act=act)

    def act(self) -> Callable[[], Redemption]:
        """Decide."""
        workspace, operator, request_id, redemption_id = self.workspace, self.operator, self.request_id, self._id
        reason = self.reason.value()
        decide = use_case.refuse if self._step == "refuse" else use_case.reverse
        return lambda: decide(
            workspace, redemption_id=redemption_id, reason=reason, operator=operator, request_id=request_id
        )

    def told(self, result: object) -> str:
        """Say how the redemption stands now."""
        assert isinstance(result, Redemption)
        return _("Redemption {id}: {status}").format(id=result.id, status=status_name("redemption", result.status))


def decide(desk: Desk, parent: QWidget | None, *, redemption_id: int, act: str) -> DecisionDialog:
    """Make the dialog that verifies a claim, or the one that refuses or reverses it."""
    if act == "verify":
        return RedemptionVerify(desk, parent, redemption_id=redemption_id)
    return RedemptionDecide(desk, parent, redemption_id=redemption_id, act=act)
