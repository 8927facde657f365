"""What the forms of an application share: both parties, which may be registered from here, contract and open batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from voucher_app.domain.batch import BatchStatus
from voucher_app.domain.money import ZERO
from voucher_app.domain.parties import Provider, Recipient
from voucher_app.i18n import _
from voucher_app.services.application import ApplicationFacts
from voucher_app.services.queries.lists import ListFilter
from voucher_app.ui.dialogs.provider import ProviderAdd
from voucher_app.ui.dialogs.recipient import RecipientAdd
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.field import ChoiceField, TextField
from voucher_app.ui.widgets.look_up_field import Hit, LookUpField, provider_search, recipient_search

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from voucher_app.domain.money import Money
    from voucher_app.services.queries.batch import BatchRow
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.decision import DecisionDialog


class PartyFields:
    """Recipient and provider of an application; a unit that is not registered yet is registered from here."""

    def __init__(self, dialog: DecisionDialog) -> None:
        self._dialog = dialog
        desk = dialog.desk
        self.recipient = LookUpField(
            _("Recipient"),
            desk,
            recipient_search(desk),
            placeholder=_("Part of the name or credit code"),
            create_words=_("Create a recipient: {name}"),
            create=self._create_recipient,
        )
        self.provider = LookUpField(
            _("Provider"),
            desk,
            provider_search(desk),
            placeholder=_("Part of the name or credit code"),
            create_words=_("Register a provider: {name}"),
            create=self._create_provider,
        )

    def begin_with(self, uscc: str) -> None:
        """Choose a recipient that is known already."""
        desk = self._dialog.desk
        queries, year = desk.workspace.queries, desk.year
        desk.runner.run(
            lambda: queries.recipient(uscc, year).recipient, success=self._recipient_created, owner=self._dialog
        )

    def _create_recipient(self, text: str, _hit: Hit | None) -> None:
        dialog = RecipientAdd(self._dialog.desk, self._dialog, typed=text)
        dialog.decided.connect(self._recipient_created)
        dialog.open()

    def _recipient_created(self, recipient: object) -> None:
        assert isinstance(recipient, Recipient)
        if not self._dialog.is_open:
            return
        self.recipient.take(Hit(recipient.organisation.name, recipient.organisation.uscc, recipient.organisation.uscc))
        self.recipient.control.setFocus()

    def _create_provider(self, text: str, hit: Hit | None) -> None:
        dialog = ProviderAdd(
            self._dialog.desk,
            self._dialog,
            name=hit.name if hit else text,
            region_code=hit.region_code if hit else "",
            facility=hit.name if hit else "",
        )
        dialog.decided.connect(self._provider_created)
        dialog.open()

    def _provider_created(self, provider: object) -> None:
        assert isinstance(provider, Provider)
        if not self._dialog.is_open:
            return
        self.provider.take(Hit(provider.organisation.name, provider.organisation.uscc, provider.organisation.uscc))
        self.provider.control.setFocus()


class ContractFields:
    """What an application tells of its contract and of its amounts.

    Args:
        dialog: the form they stand in.
        requested: what the amount applied for is called there.
    """

    def __init__(self, dialog: DecisionDialog, *, requested: str) -> None:
        self._dialog = dialog
        self.contract = TextField(_("Contract number"), name="contract")
        self.signed_on = DateField(_("Signed on"))
        self.contract_amount = AmountField(_("Contract amount"))
        self.requested = AmountField(requested)
        self.contract_from = DateField(_("Term from"), required=False)
        self.contract_until = DateField(_("Term until"), required=False)
        self.other_support = AmountField(_("Other public money"), required=False)

    def add(self) -> None:
        """Put what has to be told into the form; term and other money stand where the form wants them."""
        self._dialog.add(self.contract, self.signed_on, stretches=(3, 2))
        self._dialog.add(self.contract_amount, self.requested)


class ApplicationFields(ContractFields):
    """What every new application tells: parties, contract, amounts, and the batch that takes it in."""

    def __init__(self, dialog: DecisionDialog, *, requested: str) -> None:
        super().__init__(dialog, requested=requested)
        self.parties = PartyFields(dialog)
        self.recipient, self.provider = self.parties.recipient, self.parties.provider
        self.batch = ChoiceField(_("Batch"), [])
        self.supporting_services = AmountField(_("Supporting services"), required=False)

    def begin_with(self, uscc: str) -> None:
        """Choose a recipient that is known already."""
        self.parties.begin_with(uscc)

    def add(self) -> None:
        """Put what has to be told into the form; term and other money stand where the form wants them."""
        self._dialog.add(self.recipient)
        self._dialog.add(self.provider)
        super().add()
        self._dialog.add(self.batch)
        self.batch.hide()

    def offer(self, batches: Sequence[BatchRow], *, none: bool, chosen: int | None = None) -> None:
        """Offer batches, the chosen one first; `none`: an application may also go without one."""
        box = self.batch.box
        box.blockSignals(True)  # noqa: FBT003 - Qt's way
        if none:
            box.addItem(_("None: one review, then issuance"), "")
        for one in batches:
            box.addItem(_("{name} (until {day})").format(name=one.name, day=one.intake_until), str(one.id))
        if chosen is not None:
            box.setCurrentIndex(max(box.findData(str(chosen)), 0))
        box.blockSignals(False)  # noqa: FBT003
        QTimer.singleShot(0, self._dialog, self._grow)  # once the form has its new height
        self._dialog.look_again()

    def _grow(self) -> None:
        if self._dialog.is_open:
            self._dialog.fit()

    def facts(self, *, requested: Money | None = None) -> ApplicationFacts:
        """Return what was told; an amount applied for that is not told yet is given."""
        batch = self.batch.value()
        return ApplicationFacts(
            recipient_uscc=self.recipient.value(),
            provider_uscc=self.provider.value(),
            contract_number=self.contract.value(),
            contract_amount=self.contract_amount.value(),
            signed_on=self.signed_on.value(),
            requested=self.requested.value() if requested is None else requested,
            year=self._dialog.desk.year,
            batch_id=int(batch) if batch else None,
            contract_from=day_of(self.contract_from),
            contract_until=day_of(self.contract_until),
            other_support=amount_of(self.other_support),
            supporting_services=amount_of(self.supporting_services),
        )


def day_of(field: DateField) -> date | None:
    """Return the day that was typed, or None."""
    return field.value() if field.text().strip() else None


def amount_of(field: AmountField) -> Money:
    """Return the amount that was typed, or nothing at all."""
    return field.value() if field.text().strip() else ZERO


def open_batches(workspace: Workspace, year: int) -> tuple[list[BatchRow], bool]:
    """Read the batches of a year that take in today, and whether the policy issues in batches only."""
    listed = workspace.queries.batches(ListFilter(statuses=(BatchStatus.OPEN.value,), year=year))
    today = workspace.clock.today().isoformat()
    open_now = [row for row in listed.rows(0, listed.count()) if row.intake_from <= today <= row.intake_until]
    return open_now, workspace.records().policies.current().policy.only_in_batches
