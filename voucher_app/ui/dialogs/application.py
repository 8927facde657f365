"""Applications (申领): submitting one, approving or refusing some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from voucher_app.domain.application import Application, ApplicationStatus
from voucher_app.domain.money import ZERO
from voucher_app.i18n import _, ngettext
from voucher_app.services import application as use_case
from voucher_app.services import intake
from voucher_app.services.wording.names import kind_name
from voucher_app.ui.dialogs.application_fields import ApplicationFields, open_batches
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.effects import APPLICATION_RULES, approval_effect, issuing_effect, role_violations
from voucher_app.ui.widgets.disclosure import Disclosure
from voucher_app.ui.widgets.facts import FactsList, named_amounts
from voucher_app.ui.widgets.field import ReasonField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.money import Money
    from voucher_app.services.queries.application import ApplicationDetails
    from voucher_app.services.queries.batch import BatchRow
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.amount_field import AmountField
    from voucher_app.ui.widgets.effect_panel import Effect


class ApplicationSubmit(DecisionDialog):
    """One application for one voucher on one contract.

    Args:
        desk: where it is submitted.
        parent: the window it belongs to.
        uscc: the recipient, where it is known already.
    """

    def __init__(self, desk: Desk, parent: QWidget | None, *, uscc: str = "") -> None:
        super().__init__(
            desk,
            parent,
            title=_("Submit an application"),
            purpose=_("One voucher on one contract. Another person approves it afterwards."),
            action=_("Submit"),
        )
        self.asked = ApplicationFields(self, requested=_("Amount applied for"))
        self.reason = ReasonField(_("Written reason"), required=False)
        self.asked.add()
        self._add_further()
        self.add(self.reason)
        self.reason.hide()
        self._keeps_draft = False
        self.draft_button = QPushButton(_("Keep as a draft"))
        self.draft_button.setToolTip(_("It holds no contract and is asked no rules before it is submitted."))
        self.draft_button.setAutoDefault(False)
        self.draft_button.clicked.connect(self.keep_draft)
        self.button_row.insertWidget(1, self.draft_button)
        self.stop_at(self.draft_button)
        workspace, budget_year = desk.workspace, desk.year
        desk.runner.run(lambda: open_batches(workspace, budget_year), success=self._take_batches, owner=self)
        if uscc:
            self.asked.begin_with(uscc)
        self.look_again()

    def _add_further(self) -> None:
        self.further = Disclosure(
            _("Term and other money"), _("the contract's term, other public money, supporting services")
        )
        self.add_part(self.further)
        asked = self.asked
        self.further.watch(asked.contract_from, asked.contract_until, asked.other_support, asked.supporting_services)
        self.add(asked.contract_from, asked.contract_until, into=self.further.content)
        self.add(asked.other_support, asked.supporting_services, into=self.further.content)

    def _take_batches(self, found: tuple[list[BatchRow], bool]) -> None:
        """Offer the batches that take in; none is proposed unless the policy issues in batches only."""
        batches, is_required = found
        if self.is_open:
            self.asked.offer(batches, none=not (is_required and batches))
            self.asked.batch.setVisible(bool(batches) or is_required)

    def look(self) -> Callable[[], Effect] | None:
        """Preview the application as soon as every field can be read."""
        if any(field.problem() for field in self.fields if field is not self.reason):
            return None
        facts, workspace, operator = self.asked.facts(), self.workspace, self.operator

        def foresee() -> Effect:
            preview = use_case.preview(workspace, facts)
            preview.violations[:0] = role_violations(operator)
            return issuing_effect(preview, rules=(*APPLICATION_RULES, "R15", "R16", "ROLE"), counts_now=False)

        return foresee

    def most(self) -> tuple[AmountField, Callable[[], Money | None]] | None:
        """Offer the most that may be applied for, as soon as all that it depends on is told."""
        if any(field.problem() for field in self.fields if field not in {self.reason, self.asked.requested}):
            return None
        facts, workspace = self.asked.facts(requested=ZERO), self.workspace
        return self.asked.requested, lambda: use_case.largest(workspace, facts)

    def noticed(self, effect: Effect) -> None:
        """Ask for a written reason when a rule does."""
        self.reason.setVisible(effect.needs_reason or bool(self.reason.text()))
        self.reason.require(effect.needs_reason)

    def keep_draft(self) -> None:
        """Keep what was typed as a draft; the rules are asked when it is submitted, a reason too."""
        self._keeps_draft, needs_reason = True, self.reason.is_required
        self.reason.require(False)  # noqa: FBT003 - reads as what it sets
        self.save()
        self._keeps_draft = False
        self.reason.require(needs_reason)

    def act(self) -> Callable[[], Application]:
        """Submit, or keep as a draft."""
        facts, workspace, operator, request_id = self.asked.facts(), self.workspace, self.operator, self.request_id
        if self._keeps_draft:
            return lambda: intake.draft(workspace, facts=facts, operator=operator, request_id=request_id)
        reason = self.reason.value()
        return lambda: use_case.submit(workspace, facts=facts, operator=operator, request_id=request_id, reason=reason)

    def told(self, result: object) -> str:
        """Say what was submitted."""
        assert isinstance(result, Application)
        if result.status is ApplicationStatus.DRAFT:
            return _("Application {id} is kept as a draft.").format(id=result.id)
        return _("Application {id} submitted: {amount} yuan").format(id=result.id, amount=result.requested.in_yuan())


class ApplicationDecide(DecisionDialog):
    """Approve applications, or refuse them with a written reason; never by who prepared them (R23)."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, application_ids: Sequence[int], act: str) -> None:
        assert act in {"approve", "refuse"}, act
        self._ids = list(application_ids)
        self._approves = act == "approve"
        count = len(self._ids)
        super().__init__(
            desk,
            parent,
            title=ngettext("Approve an application", "Approve {count} applications", count).format(count=count)
            if self._approves
            else ngettext("Refuse an application", "Refuse {count} applications", count).format(count=count),
            purpose=_("All or none. They wait for issuance afterwards.")
            if self._approves
            else _("The contract may support another application afterwards."),
            action=_("Approve") if self._approves else _("Refuse"),
            kind="accent" if self._approves else "danger",
        )
        self.facts = FactsList()
        self.reason = ReasonField(
            _("Reviewer’s opinion") if self._approves else _("Reason"), required=not self._approves
        )
        self.lines = FactsList()
        self.add_widget(self.facts)
        self.add_widget(self.lines)
        self.add(self.reason)
        queries = desk.workspace.queries
        desk.runner.run(lambda: [queries.application(each) for each in self._ids], success=self._loaded)
        self.look_again()

    def _loaded(self, found: object) -> None:
        if not self.is_open or not isinstance(found, list):
            return
        if len(found) == 1:
            self.facts.set_facts(_one(found[0]))
            return
        total = sum((details.application.requested for details in found), ZERO)
        self.facts.set_facts([(_("Together (yuan)"), total.in_yuan()), (_("In capitals"), total.in_capitals())])
        self.lines.set_facts(
            named_amounts([(details.recipient.organisation.name, details.application.requested) for details in found]),
            numeric=True,
        )

    def look(self) -> Callable[[], Effect]:
        """Foresee the decision for the person at the desk."""
        workspace, operator, ids = self.workspace, self.operator, self._ids
        act = "approve" if self._approves else "refuse"
        return lambda: approval_effect(workspace, ids, operator, act=act)

    def act(self) -> Callable[[], list[Application]]:
        """Decide."""
        workspace, operator, request_id, ids = self.workspace, self.operator, self.request_id, self._ids
        reason = self.reason.value()
        if self._approves:
            return lambda: use_case.approve(
                workspace, application_ids=ids, operator=operator, request_id=request_id, reason=reason
            )
        # One refusal is one act; a second try repeats the same requests, so none is refused twice.
        return lambda: [
            use_case.refuse(
                workspace,
                application_id=each,
                reason=reason,
                operator=operator,
                request_id=request_id if len(ids) == 1 else f"{request_id}-{each}",
            )
            for each in ids
        ]

    def told(self, result: object) -> str:
        """Say how many were decided."""
        assert isinstance(result, list)
        count = len(result)
        if self._approves:
            return ngettext("{count} application approved", "{count} applications approved", count).format(count=count)
        return ngettext("{count} application refused", "{count} applications refused", count).format(count=count)


def _one(details: ApplicationDetails) -> list[tuple[str, str]]:
    application, unit = details.application, details.recipient.organisation
    return [
        (_("Recipient"), unit.name),
        (_("Credit code"), unit.uscc),
        (_("Class"), kind_name(details.recipient.kind)),
        (_("Provider"), details.provider.organisation.name),
        (_("Contract number"), application.contract.number),
        (_("Contract amount (yuan)"), application.contract.amount.in_yuan()),
        (_("Signed on"), application.contract.signed_on.isoformat()),
        (_("Applied for (yuan)"), application.requested.in_yuan()),
        (_("In capitals"), application.requested.in_capitals()),
        (_("Prepared by"), details.prepared_by),
        (_("Policy version"), details.policy.name),
    ]
