"""Vouchers (算力券): issuing, voiding, returning, freezing and unfreezing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.budget import YearStatus
from voucher_app.domain.money import ZERO
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.voucher import Voucher
from voucher_app.i18n import _
from voucher_app.services import voucher as use_case
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.queries.voucher import VoucherDetails
from voucher_app.services.wording.names import status_name
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.effects import (
    APPLICATION_RULES,
    ending_effect,
    issuing_effect,
    role_violations,
    step_violations,
)
from voucher_app.ui.widgets.effect_panel import Effect
from voucher_app.ui.widgets.facts import FactsList, named_amounts
from voucher_app.ui.widgets.field import ReasonField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.application import ApplicationRow
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk


class VoucherIssue(DecisionDialog):
    """Issue vouchers for approved applications, all or none."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, application_ids: Sequence[int] | None) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Issue vouchers"),
            purpose=_("All or none, numbered without a gap. What is issued cannot be unmade, only voided or returned."),
            action=_("Issue"),
        )
        self._ids = None if application_ids is None else list(application_ids)
        self.facts, self.lines = FactsList(), FactsList()
        self.add_widget(self.facts)
        self.add_widget(self.lines)
        queries, ids = desk.workspace.queries, self._ids
        approved = ListFilter(statuses=("approved",), sort="id", descending=False)

        def load() -> list[tuple[str, Money]]:
            if ids is None:
                source = queries.applications(approved)
                rows: Sequence[ApplicationRow] = source.rows(0, source.count())
                return [(row.recipient_name, row.requested) for row in rows]
            found = [queries.application(each) for each in ids]
            return [(each.recipient.organisation.name, each.application.requested) for each in found]

        desk.runner.run(load, success=self._loaded)
        self.look_again()

    def _loaded(self, found: object) -> None:
        if not self.is_open or not isinstance(found, list):
            return
        total = sum((amount for _name, amount in found), ZERO)
        lines = [
            (_("Vouchers"), str(len(found))),
            (_("Together (yuan)"), total.in_yuan()),
            (_("In capitals"), total.in_capitals()),
        ]
        self.facts.set_facts(lines)
        self.lines.set_facts(named_amounts(found), numeric=True)

    def look(self) -> Callable[[], Effect]:
        """Foresee the issuance."""
        workspace, operator, ids = self.workspace, self.operator, self._ids

        def foresee() -> Effect:
            preview = use_case.preview_issuance(workspace, ids)
            preview.violations[:0] = role_violations(operator)
            return issuing_effect(preview, rules=(*APPLICATION_RULES, "TRANSITION", "ROLE"), counts_now=True)

        return foresee

    def act(self) -> Callable[[], list[Voucher]]:
        """Issue."""
        workspace, operator, request_id, ids = self.workspace, self.operator, self.request_id, self._ids
        return lambda: use_case.issue(workspace, application_ids=ids, operator=operator, request_id=request_id)

    def told(self, result: object) -> str:
        """Say which numbers were issued."""
        assert isinstance(result, list)
        count, total = len(result), sum((voucher.face for voucher in result), ZERO)
        if count == 1:  # not left to the plural forms: Chinese has one, and would tell "from 1 to 1"
            return _("Voucher {number} issued: {total} yuan").format(number=result[0].number, total=total.in_yuan())
        return _("{count} vouchers issued, {first} to {last}: {total} yuan").format(
            count=count, first=result[0].number, last=result[-1].number, total=total.in_yuan()
        )


def voucher_facts(details: VoucherDetails) -> list[tuple[str, str]]:
    """Return what a person looks at before deciding on a voucher."""
    voucher = details.voucher
    return [
        (_("Voucher"), str(voucher.number)),
        (_("Recipient"), details.recipient.organisation.name),
        (_("Provider"), details.provider.organisation.name),
        (_("Face value (yuan)"), voucher.face.in_yuan()),
        (_("Remaining value (yuan)"), voucher.remaining.in_yuan()),
        (_("Status"), status_name("voucher", voucher.status)),
        (_("Last day of use"), voucher.use_by.isoformat()),
        (_("Last day to redeem"), voucher.redeem_by.isoformat()),
        (_("Prepared by"), details.prepared_by),
    ]


class _VoucherDecision(DecisionDialog):
    """What the decisions on one voucher share: its facts and a written reason."""

    def __init__(
        self, desk: Desk, parent: QWidget | None, *, number: str, act: str, title: str, purpose: str, kind: str
    ) -> None:
        super().__init__(desk, parent, title=title, purpose=purpose, action=title, kind=kind)
        self._number = number
        self._step = act
        self.facts = FactsList()
        self.reason = ReasonField(_("Reason"))
        self.add_widget(self.facts)
        self.add(self.reason)
        queries = desk.workspace.queries
        desk.runner.run(lambda: queries.voucher(number), success=self._loaded)
        self.look_again()

    def _loaded(self, details: object) -> None:
        if self.is_open and isinstance(details, VoucherDetails):
            self.facts.set_facts(voucher_facts(details))

    def told(self, result: object) -> str:
        """Say how the voucher stands now."""
        assert isinstance(result, Voucher)
        return _("Voucher {number}: {status}").format(
            number=result.number, status=status_name("voucher", result.status)
        )


class VoucherEnd(_VoucherDecision):
    """Void or return a voucher; its remaining value goes back to its year (R26)."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, number: str, act: str) -> None:
        title, purpose = {
            "void": (_("Void a voucher"), _("The voucher ends. What was verified before stays payable.")),
            "return": (_("Return a voucher"), _("The unit gives an unused voucher back.")),
        }[act]
        super().__init__(desk, parent, number=number, act=act, title=title, purpose=purpose, kind="danger")

    def look(self) -> Callable[[], Effect]:
        """Foresee the end for the person at the desk."""
        workspace, operator, number, act = self.workspace, self.operator, self._number, self._step

        def foresee() -> Effect:
            preview = use_case.preview_ending(workspace, number=number, act=act, operator=operator)
            records = workspace.records()
            policy_id = records.vouchers.get(VoucherNumber.parse(number)).policy_id
            recycles = records.policies.get(policy_id).policy.recycles
            is_open = preview.before is not None and preview.before.status is YearStatus.OPEN
            return ending_effect(preview, operator, to_lapsed=not (recycles and is_open))

        return foresee

    def act(self) -> Callable[[], Voucher]:
        """End the voucher."""
        workspace, operator, request_id, number = self.workspace, self.operator, self.request_id, self._number
        reason = self.reason.value()
        end = use_case.void if self._step == "void" else use_case.return_voucher
        return lambda: end(workspace, number=number, reason=reason, operator=operator, request_id=request_id)


class VoucherSwitch(_VoucherDecision):
    """Freeze a voucher, or unfreeze it."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, number: str, act: str) -> None:
        title, purpose = {
            "freeze": (_("Freeze a voucher"), _("Nothing can be claimed on it until it is unfrozen.")),
            "unfreeze": (_("Unfreeze a voucher"), _("It is again what its remaining value says.")),
        }[act]
        kind = "danger" if act == "freeze" else "accent"
        super().__init__(desk, parent, number=number, act=act, title=title, purpose=purpose, kind=kind)

    def look(self) -> Callable[[], Effect]:
        """Foresee the step."""
        workspace, operator, number, act = self.workspace, self.operator, self._number, self._step
        return lambda: _switch_effect(workspace, number, operator=operator, act=act)

    def act(self) -> Callable[[], Voucher]:
        """Freeze or unfreeze."""
        workspace, operator, request_id, number = self.workspace, self.operator, self.request_id, self._number
        reason = self.reason.value()
        switch = use_case.freeze if self._step == "freeze" else use_case.unfreeze
        return lambda: switch(workspace, number=number, reason=reason, operator=operator, request_id=request_id)


def _switch_effect(workspace: Workspace, number: str, *, operator: Operator, act: str) -> Effect:
    voucher = workspace.records().vouchers.get(VoucherNumber.parse(number))
    return Effect(
        sentence=_("No money moves."),
        rules=("TRANSITION", "ROLE"),
        violations=role_violations(operator)
        + step_violations("voucher", status=voucher.status, act=act, subject=number),
    )
