"""Redemptions (兑付): claiming against an invoice, verifying, refusing and reversing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from voucher_app.domain.claim import NO_EVIDENCE
from voucher_app.domain.errors import DomainError
from voucher_app.domain.money import ZERO
from voucher_app.domain.redemption import Redemption
from voucher_app.i18n import _
from voucher_app.services import redemption as use_case
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.invoice_file import read_again
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.queries.redemption import RedemptionDetails
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.invoices import unchecked
from voucher_app.services.wording.names import status_name
from voucher_app.ui.dialogs.claim_form import ClaimForm
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.effects import (
    EVIDENCE_RULES,
    REDEMPTION_RULES,
    claim_effect,
    decision_effect,
)
from voucher_app.ui.scanner import Kind
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.disclosure import Disclosure
from voucher_app.ui.widgets.effect_panel import SignedLine, violation_line
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import ReasonField
from voucher_app.ui.widgets.look_up_field import Hit, LookUpField, voucher_search

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.claim import Evidence
    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.services.invoice_file import Reread
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.scanner import Scan
    from voucher_app.ui.widgets.effect_panel import Effect


class RedemptionClaim(ClaimForm):
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
        self.amount = AmountField(_("Amount claimed"))
        self.contract_from = DateField(_("Contract from"), required=False)
        self.contract_until = DateField(_("Contract until"), required=False)
        self.add(self.voucher)
        self.add_reading()
        self.add(self.invoice_number, self.invoiced_on, stretches=(3, 2))
        self.add(self.invoice_amount, self.amount)
        self.add(self.service_from, self.service_until)
        self.add_payment()
        self._add_contract()
        self.add_further()
        self.add_reason()
        if number:
            self.voucher.take(Hit(number, number, ""))
            self.invoice_number.control.setFocus()
        self.look_again()

    def voucher_number(self) -> str:
        """Return the voucher that is claimed on, where it is chosen."""
        return "" if self.voucher.problem() else self.voucher.value()

    def take_scan(self, scan: Scan) -> bool:
        """Take a scanned voucher number, or an invoice."""
        if scan.kind is not Kind.VOUCHER:
            return super().take_scan(scan)
        self.voucher.take(Hit(scan.text, scan.text, ""))
        self.look_again()
        return True

    def _add_contract(self) -> None:
        self.contract = Disclosure(_("Contract and price"), _("the term that the invoices cover; item and unit price"))
        self.add_part(self.contract)
        self.contract.watch(self.contract_from, self.contract_until, self.price_item, self.unit_price)
        self.add(self.contract_from, self.contract_until, into=self.contract.content)
        self.add(self.price_item, self.unit_price, stretches=(3, 2), into=self.contract.content)

    def most(self) -> tuple[AmountField, Callable[[], Money | None]] | None:
        """Offer the most that may be claimed, as soon as all that it depends on is told."""
        if any(field.problem() for field in self.fields if field not in {self.reason, self.amount}):
            return None
        facts, workspace = self._facts(amount=ZERO), self.workspace
        return self.amount, lambda: use_case.largest_claim(workspace, facts)

    def _facts(self, *, amount: Money | None = None) -> ClaimFacts:
        told = self.evidence
        return ClaimFacts(
            voucher_number=self.voucher.value(),
            amount=self.amount.value() if amount is None else amount,
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
            unit_price=self.unit_price_or_none(),
            reason=self.reason.text().strip(),
            further=tuple(invoice.facts() for invoice in self.further),
        )

    def look(self) -> Callable[[], Effect] | None:
        """Preview the claim as soon as every field can be read; a reason that is still missing does not hold it up."""
        if any(field.problem() for field in self.fields if field is not self.reason):
            return None
        facts, workspace = self._facts(), self.workspace
        originals = self.reading.originals()
        rules = (
            *REDEMPTION_RULES,
            *(EVIDENCE_RULES if self._tells_more() else ()),
            *(("INVOICE",) if originals else ()),
            "ROLE",
        )

        def foresee() -> Effect:
            preview = use_case.preview_claim(workspace, facts, originals)
            return claim_effect(preview, facts.amount, rules=rules)

        return foresee

    def _tells_more(self) -> bool:
        beside = (*self.evidence.fields, self.contract_from, self.price_item)
        return bool(self.further) or any(field.text().strip() for field in beside)

    def act(self) -> Callable[[], Redemption]:
        """Claim."""
        facts, workspace, operator, request_id = self._facts(), self.workspace, self.operator, self.request_id
        originals = self.reading.originals()
        return lambda: use_case.claim(
            workspace, facts=facts, operator=operator, request_id=request_id, originals=originals
        )

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
        f"{invoice.key} · {unchecked()}",
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
        self.originals = QVBoxLayout()
        self.add_widget(self.facts)
        self.form.addLayout(self.originals)
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
        workspace, redemption_id = self.workspace, self._id
        self.desk.runner.run(
            lambda: read_again(workspace, redemption_id),
            success=self._tell_originals,
            failure=self._cannot_read,
            long=True,
            owner=self,
        )

    def _tell_originals(self, found: Reread) -> None:
        """Say what the kept invoices say, read again from the side folder."""
        if not self.is_open or not found.names:
            return
        for one in found.against:
            self.originals.addWidget(violation_line(one))
        if not found.against:
            words = _("Read again, the kept invoices say what the claim says: {names}; not checked online.")
            said = words.format(names=_(", ").join(found.names))
            self.originals.addWidget(SignedLine("good", "good", said, meaning=_("Met")))

    def _cannot_read(self, error: Exception) -> None:
        if isinstance(error, StorageError | DomainError):
            self.warn("\n".join(describe(error)))
        else:
            self.desk.runner.failed.emit(error)

    def look(self) -> Callable[[], Effect] | None:
        """Foresee the verification for the person at the desk."""
        details = self._details
        if details is None or self.approved.problem():
            return None
        workspace, operator, approved = self.workspace, self.operator, self.approved.value()
        return lambda: _verification_effect(workspace, details, approved=approved, operator=operator)

    def most(self) -> tuple[AmountField, Callable[[], Money | None]] | None:
        """Offer the most that may be approved: never more than is claimed."""
        details = self._details
        if details is None:
            return None
        workspace, operator, claimed = self.workspace, self.operator, details.redemption.claimed

        def ask() -> Money | None:
            preview = use_case.preview_verification(
                workspace, redemption_id=details.redemption.id, approved=claimed, reviewer=operator
            )
            most = min(claimed, preview.payable)
            return most if most > ZERO else None

        return self.approved, ask

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
