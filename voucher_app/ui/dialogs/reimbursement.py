"""后补助, model C: applying and claiming in one act, after the compute was used and paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from voucher_app.domain.application import Application
from voucher_app.domain.policy import OperatingModel
from voucher_app.i18n import _
from voucher_app.services import reimbursement as use_case
from voucher_app.services.application import ApplicationFacts
from voucher_app.services.reimbursement import ReimbursementFacts
from voucher_app.ui.dialogs.application_fields import PartyFields, amount_of, day_of, open_batches
from voucher_app.ui.dialogs.claim_form import ClaimForm
from voucher_app.ui.dialogs.effects import (
    APPLICATION_RULES,
    EVIDENCE_RULES,
    REDEMPTION_RULES,
    claim_effect,
    role_violations,
)
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.disclosure import Disclosure
from voucher_app.ui.widgets.field import ChoiceField, TextField

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from voucher_app.services.queries.batch import BatchRow
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.effect_panel import Effect


class ApplicationReimburse(ClaimForm):
    """One application and the claim on all of it, against invoices that are paid.

    Args:
        desk: where it is handed in.
        parent: the window it belongs to.
        uscc: the recipient, where it is known already.
        batch_id: the batch, where it is known already.
    """

    def __init__(self, desk: Desk, parent: QWidget | None, *, uscc: str = "", batch_id: int | None = None) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Apply and claim afterwards"),
            purpose=_(
                "For compute that was used and paid. Others review it; the voucher is issued together with the claim, "
                "which another person verifies."
            ),
            action=_("Apply and claim"),
        )
        self._batch_id = batch_id
        self.parties = PartyFields(self)
        self.recipient, self.provider = self.parties.recipient, self.parties.provider
        self.contract = TextField(_("Contract number"), name="contract")
        self.signed_on = DateField(_("Signed on"))
        self.contract_amount = AmountField(_("Contract amount"))
        self.requested = AmountField(_("Amount applied for and claimed"))
        self.batch = ChoiceField(_("Batch"), [])
        self.contract_from = DateField(_("Term from"), required=False)
        self.contract_until = DateField(_("Term until"), required=False)
        self.other_support = AmountField(_("Other public money"), required=False)
        self.add(self.recipient)
        self.add(self.provider)
        self.add(self.contract, self.signed_on, stretches=(3, 2))
        self.add(self.contract_amount, self.requested)
        self.add(self.batch)
        self.batch.hide()
        self.add(self.invoice_number, self.invoiced_on, stretches=(3, 2))
        self.add(self.invoice_amount, self.evidence.paid_on)
        self.add(self.service_from, self.service_until)
        self._add_parts()
        self.add(self.reason)
        self.reason.hide()
        workspace, budget_year = desk.workspace, desk.year
        desk.runner.run(lambda: open_batches(workspace, budget_year), success=self._take_batches, owner=self)
        if uscc:
            self.parties.begin_with(uscc)
        self.look_again()

    def _add_parts(self) -> None:
        told = self.evidence
        self.payment = Disclosure(_("Payment receipt"), _("amount, payer and payee; supporting services"))
        self.add_part(self.payment)
        self.payment.watch(told.paid, told.payer, told.payee, told.supporting)
        self.add(told.paid, told.supporting, into=self.payment.content)
        self.add(told.payer, told.payee, into=self.payment.content)
        self.more_facts = Disclosure(_("Contract and price"), _("the contract's term, other public money, unit price"))
        self.add_part(self.more_facts)
        self.more_facts.watch(
            self.contract_from, self.contract_until, self.other_support, self.price_item, self.unit_price
        )
        self.add(self.contract_from, self.contract_until, into=self.more_facts.content)
        self.add(self.price_item, self.unit_price, stretches=(3, 2), into=self.more_facts.content)
        self.add(self.other_support, into=self.more_facts.content)
        self.add_further()

    def _take_batches(self, found: tuple[list[BatchRow], bool]) -> None:
        """Offer the batches of this model; where there are several roads, a person chooses."""
        batches, is_required = found
        if not self.is_open:
            return
        box = self.batch.box
        box.blockSignals(True)  # noqa: FBT003 - Qt's way
        if not is_required and self._batch_id is None:
            box.addItem(_("None: one review, then issuance"), "")
        for one in batches:
            if one.model == OperatingModel.AFTERWARDS:
                box.addItem(_("{name} (until {day})").format(name=one.name, day=one.intake_until), str(one.id))
        if self._batch_id is not None:
            box.setCurrentIndex(max(box.findData(str(self._batch_id)), 0))
        box.blockSignals(False)  # noqa: FBT003
        self.batch.show()
        QTimer.singleShot(0, self, self._grow)
        self.look_again()

    def _grow(self) -> None:
        if self.is_open:
            self.fit()

    def _facts(self) -> ReimbursementFacts:
        batch = self.batch.value()
        return ReimbursementFacts(
            application=ApplicationFacts(
                recipient_uscc=self.recipient.value(),
                provider_uscc=self.provider.value(),
                contract_number=self.contract.value(),
                contract_amount=self.contract_amount.value(),
                signed_on=self.signed_on.value(),
                requested=self.requested.value(),
                year=self.desk.year,
                batch_id=int(batch) if batch else None,
                contract_from=day_of(self.contract_from),
                contract_until=day_of(self.contract_until),
                other_support=amount_of(self.other_support),
            ),
            invoices=(self.first_invoice(), *(invoice.facts() for invoice in self.further)),
            price_item=self.price_item.value(),
            unit_price=self.unit_price_or_none(),
        )

    def look(self) -> Callable[[], Effect] | None:
        """Preview application and claim as soon as every field can be read."""
        if any(field.problem() for field in self.fields if field is not self.reason):
            return None
        facts, workspace, operator = self._facts(), self.workspace, self.operator
        looked_at = (*APPLICATION_RULES, *REDEMPTION_RULES, *EVIDENCE_RULES, "ROLE")
        rules = tuple(dict.fromkeys(rule for rule in looked_at if rule != "TRANSITION"))

        def foresee() -> Effect:
            preview = use_case.preview(workspace, facts)
            preview.violations[:0] = role_violations(operator)
            return claim_effect(preview, facts.application.requested, rules=rules)

        return foresee

    def act(self) -> Callable[[], Application]:
        """Hand it in."""
        facts, workspace, operator, request_id = self._facts(), self.workspace, self.operator, self.request_id
        reason = self.reason.text().strip()
        return lambda: use_case.reimburse(
            workspace, facts=facts, operator=operator, request_id=request_id, reason=reason
        )

    def told(self, result: object) -> str:
        """Say what was handed in."""
        assert isinstance(result, Application)
        return _("Application {id} submitted with its claim: {amount} yuan").format(
            id=result.id, amount=result.requested.in_yuan()
        )
