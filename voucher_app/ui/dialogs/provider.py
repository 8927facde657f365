"""Providers (服务商): registering one; the steps of its life are in `ui/pages/provider_steps.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.parties import Provider
from voucher_app.i18n import _
from voucher_app.services import provider as use_case
from voucher_app.services.provider import check_provider
from voucher_app.services.recipient import check_unit
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.effects import role_violations
from voucher_app.ui.dialogs.recipient import UnitForm
from voucher_app.ui.widgets.effect_panel import Effect

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk


class ProviderAdd(DecisionDialog):
    """A new provider, perhaps one that runs a facility of the registry; another person admits it.

    Args:
        desk: where it is registered.
        parent: the window it belongs to.
        uscc: its credit code, where known already; `name` and `region_code` likewise.
        facility: the candidate facility that it runs.
    """

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None,
        *,
        uscc: str = "",
        name: str = "",
        region_code: str = "",
        facility: str = "",
    ) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Register a provider"),
            purpose=_("Runs the facility {facility}. Another person admits it afterwards.").format(facility=facility)
            if facility
            else _("A unit that sells compute in Shanxi. Another person admits it afterwards."),
            action=_("Save"),
        )
        self._facility = facility
        self.unit = UnitForm(self)
        unit = self.unit
        self.add(unit.name)
        self.add(unit.uscc)
        self.add(unit.region, unit.legal_representative)
        self.add(unit.phone, unit.address)
        self.add(unit.account_name, unit.bank_name)
        self.add(unit.bank_account)
        self.add(unit.controlled_by, unit.group_code)
        unit.load_regions()
        unit.want_region(region_code)
        unit.name.set_text(name)
        unit.uscc.set_text(uscc)
        if not region_code:
            unit.uscc.changed.connect(unit.follow_code)
        self.look_again()

    def look(self) -> Callable[[], Effect] | None:
        """Check the place and the code as soon as everything can be read."""
        if any(field.problem() for field in self.fields):
            return None
        facts, workspace, operator = self.unit.facts(), self.workspace, self.operator

        def foresee() -> Effect:
            found = check_provider(workspace.records(), check_unit(facts))
            return Effect(
                sentence=_("No money moves."),
                rules=("R17", "UNIQUE", "ROLE"),
                violations=role_violations(operator) + found,
            )

        return foresee

    def act(self) -> Callable[[], Provider]:
        """Register the provider."""
        facts, workspace, operator, request_id = self.unit.facts(), self.workspace, self.operator, self.request_id
        facility = self._facility
        return lambda: use_case.add(workspace, unit=facts, operator=operator, request_id=request_id, facility=facility)

    def told(self, result: object) -> str:
        """Say who was registered."""
        assert isinstance(result, Provider)
        return _("Provider registered: {name}").format(name=result.organisation.name)
