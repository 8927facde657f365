"""What the forms of an application share: both parties, which may be registered from here, and the open batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.batch import BatchStatus
from voucher_app.domain.money import ZERO
from voucher_app.domain.parties import Provider, Recipient
from voucher_app.i18n import _
from voucher_app.services.queries.lists import ListFilter
from voucher_app.ui.dialogs.provider import ProviderAdd
from voucher_app.ui.dialogs.recipient import RecipientAdd
from voucher_app.ui.widgets.look_up_field import Hit, LookUpField, provider_search, recipient_search

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.money import Money
    from voucher_app.services.queries.batch import BatchRow
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.decision import DecisionDialog
    from voucher_app.ui.widgets.amount_field import AmountField
    from voucher_app.ui.widgets.date_field import DateField


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
