"""后补助, model C: applying and claiming in one act, after the compute was used and paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.application import Application
from voucher_app.domain.policy import OperatingModel
from voucher_app.i18n import _
from voucher_app.services import reimbursement as use_case
from voucher_app.services.reimbursement import ReimbursementFacts
from voucher_app.ui.dialogs.application_fields import ApplicationFields, open_batches
from voucher_app.ui.dialogs.claim_form import ClaimForm
from voucher_app.ui.dialogs.effects import (
    APPLICATION_RULES,
    EVIDENCE_RULES,
    REDEMPTION_RULES,
    claim_effect,
    role_violations,
)
from voucher_app.ui.widgets.disclosure import Disclosure

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
        self.asked = ApplicationFields(self, requested=_("Amount applied for and claimed"))
        self.asked.add()
        self.add(self.invoice_number, self.invoiced_on, stretches=(3, 2))
        self.add(self.invoice_amount, self.evidence.paid_on)
        self.add(self.service_from, self.service_until)
        self._add_parts()
        self.add(self.reason)
        self.reason.hide()
        workspace, budget_year = desk.workspace, desk.year
        desk.runner.run(lambda: open_batches(workspace, budget_year), success=self._take_batches, owner=self)
        if uscc:
            self.asked.begin_with(uscc)
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
        asked = self.asked
        self.more_facts.watch(
            asked.contract_from, asked.contract_until, asked.other_support, self.price_item, self.unit_price
        )
        self.add(asked.contract_from, asked.contract_until, into=self.more_facts.content)
        self.add(self.price_item, self.unit_price, stretches=(3, 2), into=self.more_facts.content)
        self.add(asked.other_support, into=self.more_facts.content)
        self.add_further()

    def _take_batches(self, found: tuple[list[BatchRow], bool]) -> None:
        """Offer the batches of this model; where there are several roads, a person chooses."""
        batches, is_required = found
        if not self.is_open:
            return
        fitting = [one for one in batches if one.model == OperatingModel.AFTERWARDS]
        self.asked.offer(fitting, none=not is_required and self._batch_id is None, chosen=self._batch_id)
        self.asked.batch.show()

    def _facts(self) -> ReimbursementFacts:
        return ReimbursementFacts(
            application=self.asked.facts(),
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
