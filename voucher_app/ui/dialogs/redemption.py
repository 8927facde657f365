"""Redemptions (兑付): claiming against an invoice, verifying, refusing and reversing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from voucher_app.domain.claim import NO_EVIDENCE
from voucher_app.domain.invoice import parse_invoice_number
from voucher_app.domain.money import ZERO
from voucher_app.domain.redemption import Redemption
from voucher_app.i18n import _, ngettext
from voucher_app.services import redemption as use_case
from voucher_app.services.queries.redemption import RedemptionDetails
from voucher_app.services.redemption import ClaimFacts, InvoiceFacts
from voucher_app.services.wording.names import status_name
from voucher_app.ui import theme
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.effects import (
    EVIDENCE_RULES,
    REDEMPTION_RULES,
    claim_effect,
    decision_effect,
)
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.disclosure import Disclosure
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import CodeField, ReasonField, TextField
from voucher_app.ui.widgets.look_up_field import Hit, LookUpField, voucher_search

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.claim import Evidence
    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.effect_panel import Effect
    from voucher_app.ui.widgets.field import Field

_DIGITS_OF_INVOICE = 20
_MOST_INVOICES = 20


class FurtherInvoice(QFrame):
    """One more invoice of a claim: its number, day and amount; the rest in a part that opens."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.place = QLabel()
        theme.set_role(self.place, "strong")
        self.remove_button = QToolButton()
        self.remove_button.setIcon(theme.icon("close"))
        self.remove_button.clicked.connect(self.deleteLater)
        self.number = CodeField(_("Invoice number"), parse_invoice_number, length=_DIGITS_OF_INVOICE)
        self.invoiced_on = DateField(_("Invoiced on"))
        self.amount = AmountField(_("Invoice amount"))
        self.evidence = InvoiceEvidence()
        self.part = Disclosure(_("Service period and payment"), _("days, payer, payee, supporting services"))
        self.part.watch(*self.evidence.fields, *self.evidence.service)
        head = QHBoxLayout()
        head.addWidget(self.place, 1)
        head.addWidget(self.remove_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.PADDING, theme.SPACE * 2, theme.PADDING, theme.SPACE * 2)
        self.column.setSpacing(theme.SPACE)
        self.column.addLayout(head)
        self.tell_place(place)

    @property
    def fields(self) -> tuple[Field, ...]:
        """All its fields."""
        return (self.number, self.invoiced_on, self.amount, *self.evidence.service, *self.evidence.fields)

    def tell_place(self, place: int) -> None:
        """Say which invoice of the claim it is."""
        words = _("Invoice {place}").format(place=place)
        self.place.setText(words)
        remove = _("Leave out invoice {place}").format(place=place)
        self.remove_button.setToolTip(remove)
        self.remove_button.setAccessibleName(remove)

    def facts(self) -> InvoiceFacts:
        """Return what was typed."""
        told = self.evidence
        return InvoiceFacts(
            number=self.number.value(),
            amount=self.amount.value(),
            invoiced_on=self.invoiced_on.value(),
            service_from=told.service_from.value_or_none(),
            service_until=told.service_until.value_or_none(),
            paid_on=told.paid_on.value_or_none(),
            paid=told.paid_or_none(),
            payer=told.payer.value(),
            payee=told.payee.value(),
            supporting_services=told.supporting_or_zero(),
        )


class InvoiceEvidence:
    """The fields of an invoice that may stay empty: its service period, its payment, its supporting services."""

    def __init__(self) -> None:
        self.service_from = DateField(_("Service from"), required=False)
        self.service_until = DateField(_("Service until"), required=False)
        self.paid_on = DateField(_("Day of payment"), required=False)
        self.paid = AmountField(_("Amount paid"), required=False)
        self.paid.set_hint(_("Left empty: all of the invoice."))
        self.payer = TextField(_("Payer"), name="payer", required=False)
        self.payee = TextField(_("Paid to"), name="payee", required=False)
        self.supporting = AmountField(_("Of it supporting services"), required=False)
        self.supporting.set_hint(_("Storage, network, security, platform."))

    @property
    def service(self) -> tuple[Field, Field]:
        """The service period."""
        return self.service_from, self.service_until

    @property
    def fields(self) -> tuple[Field, ...]:
        """Payment and supporting services."""
        return self.paid_on, self.paid, self.payer, self.payee, self.supporting

    def paid_or_none(self) -> Money | None:
        """Return what was paid, or None for all of it."""
        return self.paid.value() if self.paid.text().strip() else None

    def supporting_or_zero(self) -> Money:
        """Return what of the invoice is supporting services."""
        return self.supporting.value() if self.supporting.text().strip() else ZERO


class RedemptionClaim(DecisionDialog):
    """Claim a part of a voucher's value against invoices; nothing is owed until another person verifies it."""

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
        self.evidence = InvoiceEvidence()
        self.service_from, self.service_until = self.evidence.service_from, self.evidence.service_until
        self.contract_from = DateField(_("Contract from"), required=False)
        self.contract_until = DateField(_("Contract until"), required=False)
        self.price_item = TextField(_("What was bought"), name="price_item", required=False)
        self.price_item.set_hint(_("As the provider's price list calls it."))
        self.unit_price = AmountField(_("Unit price"), required=False)
        self.reason = ReasonField(_("Reason"), required=False)
        self.reason.set_hint(_("A rule asks for a reason; it is recorded."))
        self.further: list[FurtherInvoice] = []
        self.add(self.voucher)
        self.add(self.invoice_number, self.invoiced_on, stretches=(3, 2))
        self.add(self.invoice_amount, self.amount)
        self.add(self.service_from, self.service_until)
        self._add_payment()
        self._add_contract()
        self._add_further()
        self.add(self.reason)
        self.reason.hide()
        if number:
            self.voucher.take(Hit(number, number, ""))
            self.invoice_number.control.setFocus()
        self.look_again()

    # ------------------------------------------------------------------------------------------ the form

    def _add_payment(self) -> None:
        told = self.evidence
        self.payment = Disclosure(_("Payment receipt"), _("day, amount, payer and payee; supporting services"))
        self.add_part(self.payment)
        self.payment.watch(*told.fields)
        self._add_evidence(told, self.payment.content)

    def _add_evidence(self, told: InvoiceEvidence, into: QVBoxLayout) -> None:
        self.add(told.paid_on, told.paid, into=into)
        self.add(told.payer, told.payee, into=into)
        self.add(told.supporting, into=into)

    def _add_contract(self) -> None:
        self.contract = Disclosure(_("Contract and price"), _("the term that the invoices cover; item and unit price"))
        self.add_part(self.contract)
        self.contract.watch(self.contract_from, self.contract_until, self.price_item, self.unit_price)
        self.add(self.contract_from, self.contract_until, into=self.contract.content)
        self.add(self.price_item, self.unit_price, stretches=(3, 2), into=self.contract.content)

    def _add_further(self) -> None:
        self.more = Disclosure(_("Further invoices"), _("none"))
        self.add_part(self.more)
        self.add_button = QPushButton(theme.icon("add", "ink_soft"), _("Add an invoice"))
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self.add_invoice)
        self.more.content.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.stop_at(self.add_button)

    def add_invoice(self) -> None:
        """Ask for one more invoice."""
        invoice = FurtherInvoice(len(self.further) + 2)
        invoice.remove_button.clicked.disconnect()
        invoice.remove_button.clicked.connect(lambda: self._leave_out(invoice))
        self.further.append(invoice)
        before = len(self._stops)
        self.add(invoice.number, invoice.invoiced_on, stretches=(3, 2), into=invoice.column)
        self.add(invoice.amount, into=invoice.column)
        invoice.column.addWidget(invoice.part)
        self._stops.append(invoice.part.header)
        self.add(*invoice.evidence.service, into=invoice.part.content)
        self._add_evidence(invoice.evidence, invoice.part.content)
        # The keyboard comes by it before the button that adds the next one.
        fresh = self._stops[before:]
        del self._stops[before:]
        self.more.content.insertWidget(self.more.content.count() - 1, invoice)
        self.stop_at(*fresh, before=self.add_button)
        self.add_button.setEnabled(len(self.further) < _MOST_INVOICES - 1)
        self._tell_further()
        invoice.number.control.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, invoice, lambda: self._scroll.ensureWidgetVisible(invoice))
        self.look_again()

    def _leave_out(self, invoice: FurtherInvoice) -> None:
        self.further.remove(invoice)
        self.remove(*invoice.fields)
        self._stops.remove(invoice.part.header)
        invoice.hide()
        invoice.deleteLater()
        for place, left in enumerate(self.further, start=2):
            left.tell_place(place)
        self.add_button.setEnabled(True)
        self.order_tabs()
        self._tell_further()
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.look_again()

    def _tell_further(self) -> None:
        count = len(self.further)
        told = ngettext("{count} further invoice", "{count} further invoices", count).format(count=count)
        self.more.summary.setText(told if count else _("none"))

    # ------------------------------------------------------------------------------------------ deciding

    def _facts(self) -> ClaimFacts:
        told = self.evidence
        return ClaimFacts(
            voucher_number=self.voucher.value(),
            amount=self.amount.value(),
            invoice_number=self.invoice_number.value(),
            invoice_amount=self.invoice_amount.value(),
            invoiced_on=self.invoiced_on.value(),
            service_from=self.service_from.value_or_none(),
            service_until=self.service_until.value_or_none(),
            contract_from=self.contract_from.value_or_none(),
            contract_until=self.contract_until.value_or_none(),
            paid_on=told.paid_on.value_or_none(),
            paid=told.paid_or_none(),
            payer=told.payer.value(),
            payee=told.payee.value(),
            supporting_services=told.supporting_or_zero(),
            price_item=self.price_item.value(),
            unit_price=self.unit_price.value() if self.unit_price.text().strip() else None,
            reason=self.reason.text().strip(),
            further=tuple(invoice.facts() for invoice in self.further),
        )

    def look(self) -> Callable[[], Effect] | None:
        """Preview the claim as soon as every field can be read; a reason that is still missing does not hold it up."""
        if any(field.problem() for field in self.fields if field is not self.reason):
            return None
        facts, workspace = self._facts(), self.workspace
        rules = (*REDEMPTION_RULES, *(EVIDENCE_RULES if self._tells_more() else ()), "ROLE")

        def foresee() -> Effect:
            preview = use_case.preview_claim(workspace, facts)
            return claim_effect(preview, facts.amount, rules=rules)

        return foresee

    def _tells_more(self) -> bool:
        beside = (*self.evidence.fields, self.contract_from, self.price_item)
        return bool(self.further) or any(field.text().strip() for field in beside)

    def noticed(self, effect: Effect) -> None:
        """Ask for a reason where a rule wants one."""
        self.reason.setVisible(effect.needs_reason or bool(self.reason.text().strip()))
        self.reason.require(effect.needs_reason)

    def act(self) -> Callable[[], Redemption]:
        """Claim."""
        facts, workspace, operator, request_id = self._facts(), self.workspace, self.operator, self.request_id
        return lambda: use_case.claim(workspace, facts=facts, operator=operator, request_id=request_id)

    def told(self, result: object) -> str:
        """Say what was claimed."""
        assert isinstance(result, Redemption)
        return _("Redemption {id} claimed: {amount} yuan").format(id=result.id, amount=result.claimed.in_yuan())


def redemption_facts(details: RedemptionDetails) -> list[tuple[str, str]]:
    """Return what a person looks at before deciding on a redemption; what is not told is left out."""
    redemption, evidence = details.redemption, details.redemption.evidence
    facts = [
        (_("Voucher"), str(details.voucher.number)),
        (_("Recipient"), details.recipient.organisation.name),
        (_("Provider"), details.provider.organisation.name),
        (_("Payee"), details.payee.name),
        (_("Claimed (yuan)"), redemption.claimed.in_yuan()),
    ]
    for place, invoice in enumerate(redemption.invoices, start=1):
        name = _("Invoice") if place == 1 else _("Invoice {place}").format(place=place)
        facts.append((name, invoice_words(invoice)))
    facts += [
        (_("Contract term"), period_words(evidence.contract_from, evidence.contract_until)),
        (_("What was bought"), price_words(evidence)),
        (_("Written reason"), evidence.reason),
        (_("Claimed on"), redemption.claimed_on.isoformat()),
        (_("Prepared by"), details.prepared_by),
        (_("Status"), status_name("redemption", redemption.status)),
    ]
    return [fact for fact in facts if fact[1]]


def period_words(first: date | None, last: date | None) -> str:
    """Return a period in words, or nothing where it is not told."""
    if first is None or last is None:
        return ""
    return _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat())


def price_words(evidence: Evidence) -> str:
    """Return what was bought and at which price, or nothing."""
    if evidence.unit_price is None:
        return evidence.price_item
    return _("{item}, {price} yuan each").format(item=evidence.price_item, price=evidence.unit_price.in_yuan())


def invoice_words(invoice: Invoice) -> str:
    """Return all that is told of an invoice, line by line."""
    lines = [
        invoice.key,
        _("{amount} yuan, invoiced on {day}").format(
            amount=invoice.amount.in_yuan(), day=invoice.invoiced_on.isoformat()
        ),
    ]
    service = period_words(invoice.service_from, invoice.service_until)
    if service:
        lines.append(_("service {period}").format(period=service))
    if invoice.paid is not None or invoice.paid_on is not None:
        paid = invoice.paid if invoice.paid is not None else invoice.amount
        lines.append(
            _("paid {amount} yuan on {day}").format(amount=paid.in_yuan(), day=invoice.paid_on.isoformat())
            if invoice.paid_on is not None
            else _("paid {amount} yuan").format(amount=paid.in_yuan())
        )
    if invoice.payer:
        lines.append(_("payer {name}").format(name=invoice.payer))
    if invoice.payee:
        lines.append(_("payee {name}").format(name=invoice.payee))
    if invoice.supporting_services:
        lines.append(_("supporting services {amount} yuan").format(amount=invoice.supporting_services.in_yuan()))
    return "\n".join(lines)


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
        self.reason = ReasonField(_("Reason"), required=False)
        self.reason.set_hint(_("A rule asks for a reason; it is recorded."))
        self.reason.hide()
        self.add_widget(self.facts)
        self.add(self.approved)
        self.add(self.reason)
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

    def noticed(self, effect: Effect) -> None:
        """Ask for a reason where a rule wants one that the preparer has not given."""
        self.reason.setVisible(effect.needs_reason or bool(self.reason.text().strip()))
        self.reason.require(effect.needs_reason)

    def act(self) -> Callable[[], Redemption]:
        """Verify."""
        workspace, operator, request_id, redemption_id = self.workspace, self.operator, self.request_id, self._id
        approved, reason = self.approved.value(), self.reason.text().strip()
        return lambda: use_case.verify(
            workspace,
            redemption_id=redemption_id,
            approved=approved,
            operator=operator,
            request_id=request_id,
            reason=reason,
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
    evidence = EVIDENCE_RULES if redemption.evidence is not NO_EVIDENCE or redemption.invoice.payment_is_told else ()
    return claim_effect(
        preview,
        approved,
        rules=("R23", *REDEMPTION_RULES, *evidence, "ROLE"),
    )


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
