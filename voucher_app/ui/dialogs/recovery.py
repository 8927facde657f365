"""Recoveries (追回): deciding to take back what was paid, or a part of it, and whom it bans."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from voucher_app.domain.money import Money
from voucher_app.domain.recovery import BannedUnit, Recovery, due_day
from voucher_app.i18n import _
from voucher_app.services import recovery as use_case
from voucher_app.services.queries.redemption import RedemptionDetails
from voucher_app.services.recovery import BanFacts, RecoveryFacts
from voucher_app.services.rehearsal import rehearse
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.effect_panel import Effect
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import ChoiceField, ReasonField, TextField
from voucher_app.ui.widgets.look_up_field import Hit, LookUpField, paid_search

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk

_NO_BAN, _BY_POLICY, _BY_DAY = "none", "policy", "day"


class RecoveryDecide(DecisionDialog):
    """Decide to take a payment back; another person than who prepared the redemption does it."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, redemption_id: int | None = None) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Take a payment back"),
            purpose=_("The unit owes the amount from now on; the money moves when it comes back."),
            action=_("Decide the recovery"),
            kind="danger",
        )
        self._loaded_id: int | None = None
        self.redemption = LookUpField(
            _("Redemption that was paid"),
            desk,
            paid_search(desk),
            placeholder=_("Voucher number, invoice, or a part of the unit's name"),
        )
        self.facts = FactsList()
        self.facts.hide()
        self.amount = AmountField(_("Amount to take back"))
        self.due = DateField(_("Due on"))
        self.due.set_day(due_day(desk.today))
        self.document = TextField(_("Document number"), name="document", required=False)
        self.reason = ReasonField(_("Reason"))
        self.ban = ChoiceField(
            _("Ban"),
            [
                (_NO_BAN, _("nobody is banned")),
                (_BY_POLICY, _("fraud: for the policy's years")),
                (_BY_DAY, _("until a day")),
            ],
        )
        self.units = ChoiceField(
            _("Who is banned"),
            [
                (BannedUnit.RECIPIENT, _("the recipient")),
                (BannedUnit.PROVIDER, _("the provider")),
                (BannedUnit.BOTH, _("both")),
            ],
        )
        self.ban_until = DateField(_("Banned until"), required=False)
        self.add(self.redemption)
        self.add_widget(self.facts)
        self.add(self.amount, self.due, stretches=(3, 2))
        self.add(self.reason)
        self.add(self.document)
        self.add(self.ban, self.units, self.ban_until, stretches=(3, 2, 2))
        self.redemption.changed.connect(self._read)
        self.ban.changed.connect(self._ban_changed)
        self._ban_changed()
        if redemption_id is not None:
            self.redemption.take(Hit(f"{redemption_id}", f"{redemption_id}", ""))
            self._read()
        self.look_again()

    def _ban_changed(self) -> None:
        kind = self.ban.value()
        self.units.setVisible(kind != _NO_BAN)
        self.ban_until.setVisible(kind == _BY_DAY)
        self.ban_until.is_required = kind == _BY_DAY

    def _read(self) -> None:
        if self.redemption.problem():
            self._loaded_id = None
            self.facts.hide()
            return
        key = int(self.redemption.value())
        if key == self._loaded_id:
            return
        self._loaded_id = key
        queries = self.workspace.queries
        self.desk.runner.run(partial(queries.redemption, key), success=self._loaded, owner=self)

    def _loaded(self, found: object) -> None:
        if not self.is_open or not isinstance(found, RedemptionDetails) or found.redemption.id != self._loaded_id:
            return
        taken = sum((one.amount.fen for one in found.recoveries), 0)
        paid = found.redemption.approved or Money(0)
        facts = [
            (_("Recipient"), found.recipient.organisation.name),
            (_("Provider"), found.provider.organisation.name),
            (_("Payee"), found.payee.name),
            (_("Disbursed (yuan)"), paid.in_yuan()),
        ]
        if taken:
            facts.append((_("Taken back before (yuan)"), Money(taken).in_yuan()))
        self.facts.set_facts(facts)
        self.facts.show()
        self.redemption.set_text(
            _("{number} · {voucher}").format(number=found.redemption.id, voucher=found.voucher.number)
        )
        if not self.amount.text():
            self.amount.set_amount(Money(max(paid.fen - taken, 0)))

    def _recovery(self) -> RecoveryFacts:
        kind = self.ban.value()
        return RecoveryFacts(
            redemption_id=int(self.redemption.value()),
            amount=self.amount.value(),
            reason=self.reason.value(),
            due_on=self.due.value(),
            document=self.document.value(),
            ban=BanFacts(
                until=self.ban_until.value_or_none() if kind == _BY_DAY else None,
                is_fraud=kind == _BY_POLICY,
                units=BannedUnit(self.units.value()),
            ),
        )

    def look(self) -> Callable[[], Effect] | None:
        """Rehearse the decision."""
        if any(field.problem() for field in self.fields):
            return None
        facts, workspace, operator, request_id = self._recovery(), self.workspace, self.operator, self.request_id

        def foresee() -> Effect:
            found = rehearse(
                workspace,
                lambda rehearsing: use_case.decide(rehearsing, facts=facts, operator=operator, request_id=request_id),
            )
            sentence = _("{amount} yuan are owed back until {day}. No money moves before it comes back.").format(
                amount=facts.amount.in_yuan(), day=facts.due_on
            )
            return Effect(
                sentence="" if found.violations else sentence,
                rules=("R23", "R28", "TRANSITION", "ROLE"),
                violations=found.violations,
            )

        return foresee

    def act(self) -> Callable[[], Recovery]:
        """Decide."""
        facts, workspace, operator, request_id = self._recovery(), self.workspace, self.operator, self.request_id
        return lambda: use_case.decide(workspace, facts=facts, operator=operator, request_id=request_id)

    def told(self, result: object) -> str:
        """Say what is owed back."""
        assert isinstance(result, Recovery)
        return _("Recovery {id}: {amount} yuan until {day}").format(
            id=result.id, amount=result.amount.in_yuan(), day=result.due_on
        )
