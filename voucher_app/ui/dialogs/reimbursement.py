"""后补助, model C: applying and claiming in one act, after the compute was used and paid, and correcting both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from voucher_app.domain.application import Application
from voucher_app.domain.policy import OperatingModel
from voucher_app.i18n import _
from voucher_app.services import intake
from voucher_app.services import reimbursement as use_case
from voucher_app.services.intake import Corrections
from voucher_app.services.reimbursement import ReimbursementFacts
from voucher_app.ui.dialogs.application_fields import ApplicationFields, ContractFields, amount_of, day_of, open_batches
from voucher_app.ui.dialogs.claim_form import ClaimForm
from voucher_app.ui.dialogs.effects import (
    APPLICATION_RULES,
    EVIDENCE_RULES,
    REDEMPTION_RULES,
    claim_effect,
    role_violations,
)
from voucher_app.ui.widgets.disclosure import Disclosure
from voucher_app.ui.widgets.facts import FactsList

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.money import Money
    from voucher_app.services.queries.application import ApplicationDetails
    from voucher_app.services.queries.batch import BatchRow
    from voucher_app.services.redemption import ClaimPreview
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.effect_panel import Effect


class _ReimbursementForm(ClaimForm):
    """What an application of model C tells of its contract and of what it claims on; a subclass adds who, and where."""

    asked: ContractFields
    """What is told of the contract; made by the subclass."""

    def add_claim(self) -> None:
        """Ask for the first invoice, and in parts that open for everything else, the reason last."""
        self.add_reading()
        self.add(self.invoice_number, self.invoiced_on, stretches=(3, 2))
        self.add(self.invoice_amount, self.evidence.paid_on)
        self.add(self.service_from, self.service_until)
        self._add_parts()
        self.add_reason()

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

    def foresee(self, preview: Callable[[], ClaimPreview], amount: Money) -> Callable[[], Effect]:
        """Return what shows a preview of application and claim."""
        operator = self.operator
        files = ("INVOICE",) if self.reading.originals() else ()
        looked_at = (*APPLICATION_RULES, *REDEMPTION_RULES, *EVIDENCE_RULES, *files, "ROLE")
        rules = tuple(dict.fromkeys(rule for rule in looked_at if rule != "TRANSITION"))

        def foreseen() -> Effect:
            found = preview()
            found.violations[:0] = role_violations(operator)
            return claim_effect(found, amount, rules=rules)

        return foreseen


class ApplicationReimburse(_ReimbursementForm):
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
        self.asked: ApplicationFields = ApplicationFields(self, requested=_("Amount applied for and claimed"))
        self.asked.add()
        self.add_claim()
        workspace, budget_year = desk.workspace, desk.year
        desk.runner.run(lambda: open_batches(workspace, budget_year), success=self._take_batches, owner=self)
        if uscc:
            self.asked.begin_with(uscc)
        self.look_again()

    def _take_batches(self, found: tuple[list[BatchRow], bool]) -> None:
        """Offer the batches of this model; where there are several roads, a person chooses."""
        batches, is_required = found
        if not self.is_open:
            return
        fitting = [one for one in batches if one.model == OperatingModel.AFTERWARDS]
        self.asked.offer(fitting, none=not is_required and self._batch_id is None, chosen=self._batch_id)
        self.asked.batch.show()

    def _facts(self) -> ReimbursementFacts:
        return ReimbursementFacts(application=self.asked.facts(), claimed=self.claimed())

    def look(self) -> Callable[[], Effect] | None:
        """Preview application and claim as soon as every field can be read."""
        if any(field.problem() for field in self.fields if field is not self.reason):
            return None
        facts, workspace = self._facts(), self.workspace
        originals = self.reading.originals()
        return self.foresee(lambda: use_case.preview(workspace, facts, originals), facts.application.requested)

    def act(self) -> Callable[[], Application]:
        """Hand it in."""
        facts, workspace, operator, request_id = self._facts(), self.workspace, self.operator, self.request_id
        reason, originals = self.reason.text().strip(), self.reading.originals()
        return lambda: use_case.reimburse(
            workspace, facts=facts, operator=operator, request_id=request_id, reason=reason, originals=originals
        )

    def told(self, result: object) -> str:
        """Say what was handed in."""
        assert isinstance(result, Application)
        return _("Application {id} submitted with its claim: {amount} yuan").format(
            id=result.id, amount=result.requested.in_yuan()
        )


class ReimbursementCorrect(_ReimbursementForm):
    """A returned application of model C, corrected together with the claim that it came with (补正).

    Args:
        desk: where it is handed in again.
        parent: the window it belongs to.
        application_id: which one.
    """

    def __init__(self, desk: Desk, parent: QWidget | None, *, application_id: int) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Correct application and claim"),
            purpose=_("Corrected by the unit, within its working days. It is looked at from the beginning."),
            action=_("Submit again"),
        )
        self._id = application_id
        self.facts = FactsList()
        self.add_widget(self.facts)
        self.asked = ContractFields(self, requested=_("Amount applied for and claimed"))
        self.asked.add()
        self.add_claim()
        queries = desk.workspace.queries
        desk.runner.run(lambda: queries.application(application_id), success=self._loaded, owner=self)

    def _loaded(self, found: ApplicationDetails) -> None:
        """Put in what was handed in, but for what was typed, or came back from a draft, before it was read.

        Recipient, provider and batch stay as they are.
        """
        if not self.is_open:
            return
        typed = {name: field.kept() for name, field in self.draft_fields().items() if field.is_typed}
        application, claim = found.application, found.claim
        assert claim is not None, "asked of applications that came with a claim"
        facts = [
            (_("Recipient"), found.recipient.organisation.name),
            (_("Provider"), found.provider.organisation.name),
            (_("Returned because"), application.reason),
            (_("Correct until"), str(application.correct_by or "")),
        ]
        self.facts.set_facts([fact for fact in facts if fact[1]])
        contract = application.contract
        self.asked.contract.set_text(contract.number)
        self.asked.signed_on.set_day(contract.signed_on)
        self.asked.contract_amount.set_amount(contract.amount)
        self.asked.requested.set_amount(application.requested)
        for field, day in (
            (self.asked.contract_from, contract.begins_on),
            (self.asked.contract_until, contract.ends_on),
        ):
            if day is not None:
                field.set_day(day)
        if application.other_support:
            self.asked.other_support.set_amount(application.other_support)
        self.tell_claim(claim, further=not any(name.startswith("further.") for name in typed))
        fields = self.draft_fields()
        for name, kept in typed.items():
            fields[name].take_back(kept)
        self.asked.contract.control.setFocus(Qt.FocusReason.OtherFocusReason)
        self.look_again()

    def _corrections(self) -> Corrections:
        return Corrections(
            contract_number=self.asked.contract.value(),
            contract_amount=self.asked.contract_amount.value(),
            signed_on=self.asked.signed_on.value(),
            requested=self.asked.requested.value(),
            contract_from=day_of(self.asked.contract_from),
            contract_until=day_of(self.asked.contract_until),
            other_support=amount_of(self.asked.other_support),
            claimed=self.claimed(),
        )

    def look(self) -> Callable[[], Effect] | None:
        """Preview the corrected application and its claim as soon as every field can be read."""
        if any(field.problem() for field in self.fields if field is not self.reason):
            return None
        corrections, workspace, key = self._corrections(), self.workspace, self._id
        originals = self.reading.originals()
        return self.foresee(
            lambda: use_case.preview_correction(workspace, key, corrections, originals), self.asked.requested.value()
        )

    def act(self) -> Callable[[], Application]:
        """Hand it in again."""
        corrections, workspace, operator, request_id = (
            self._corrections(), self.workspace, self.operator, self.request_id,
        )  # fmt: skip
        key, reason, originals = self._id, self.reason.text().strip(), self.reading.originals()
        return lambda: intake.resubmit(
            workspace,
            application_id=key,
            corrections=corrections,
            operator=operator,
            request_id=request_id,
            reason=reason,
            originals=originals,
        )

    def told(self, result: object) -> str:
        """Say what was handed in."""
        assert isinstance(result, Application)
        return _("Application {id} submitted again with its claim: {amount} yuan").format(
            id=result.id, amount=result.requested.in_yuan()
        )
