"""Recipients (领用单位): registering one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.credit_code import LENGTH, parse_credit_code
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.parties import PROVINCE_PREFIX, Recipient, RecipientKind
from voucher_app.i18n import _
from voucher_app.services import recipient as use_case
from voucher_app.services.recipient import UnitFacts, check_recipient, check_unit
from voucher_app.services.wording.names import kind_name
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.effects import role_violations
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.effect_panel import Effect
from voucher_app.ui.widgets.field import ChoiceField, CodeField, TextField

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.field import Field

_KIND_OF_PREFIX = {"91": RecipientKind.ENTERPRISE, "93": RecipientKind.ENTERPRISE, "12": RecipientKind.UNIVERSITY}


class UnitForm:
    """The fields that recipients and providers share."""

    def __init__(self, dialog: DecisionDialog) -> None:
        self._dialog = dialog
        self.name = TextField(_("Name"), name="name")
        self.uscc = CodeField(_("Credit code"), parse_credit_code, length=LENGTH)
        self.region = ChoiceField(_("Place"), [])
        self.legal_representative = TextField(_("Legal representative"), name="legal_representative", required=False)
        self.phone = TextField(_("Phone"), name="phone", required=False)
        self.address = TextField(_("Address"), name="address", required=False)
        self.bank_account = TextField(_("Bank account"), name="bank_account", required=False)
        self.controlled_by = CodeField(
            _("Credit code of the controlling unit"), parse_credit_code, length=LENGTH, required=False
        )
        self.group_code = TextField(_("Group code"), name="group_code", required=False)
        self.group_code.set_hint(_("Units of one group share one cap (R14)"))
        self.bank_name = TextField(_("Bank"), name="bank_name", required=False)
        self.account_name = TextField(_("Account name"), name="account_name", required=False)
        self.account_name.set_hint(_("Empty: the unit's own name"))
        self.founded_on = DateField(_("Founded on"), required=False)
        self._wanted_region = ""

    def load_regions(self) -> None:
        """Fill the list of places from the data file."""
        queries = self._dialog.desk.workspace.queries
        self._dialog.desk.runner.run(queries.regions, success=self._regions_loaded)

    def _regions_loaded(self, regions: object) -> None:
        if not self._dialog.is_open or not isinstance(regions, dict):
            return
        box = self.region.box
        box.blockSignals(True)  # noqa: FBT003 - Qt's signature
        for code, name in sorted(regions.items()):
            if code.startswith(PROVINCE_PREFIX) or code == self._wanted_region:
                box.addItem(f"{name} {code}", code)
        box.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self.region.choose(self._wanted_region)
        self._dialog.look_again()

    def want_region(self, code: str) -> None:
        """Choose a place, now or as soon as the places are loaded."""
        self._wanted_region = code
        self.region.choose(code)

    def follow_code(self) -> None:
        """Take the place from the credit code, whose third to eighth characters name where it was registered."""
        code = self.uscc.text().strip().upper()
        if len(code) == LENGTH and not self.uscc.problem():
            self.want_region(code[2:8])

    @property
    def first_fields(self) -> list[Field]:
        """Everything a unit cannot do without."""
        return [self.name, self.uscc, self.region]

    def facts(self) -> UnitFacts:
        """Return what was typed.

        Raises:
            InvalidInput: when a field cannot be read.
        """
        return UnitFacts(
            name=self.name.value(),
            uscc=self.uscc.value(),
            region_code=self.region.value(),
            legal_representative=self.legal_representative.value(),
            phone=self.phone.value(),
            address=self.address.value(),
            bank_account=self.bank_account.value(),
            controlled_by=self.controlled_by.value(),
            founded_on=self.founded_on.value_or_none(),
            group_code=self.group_code.value(),
            bank_name=self.bank_name.value(),
            account_name=self.account_name.value(),
        )


class RecipientAdd(DecisionDialog):
    """A new recipient.

    Args:
        desk: where it is registered.
        parent: the window it belongs to.
        typed: what was typed in a look-up: a credit code or a name.
    """

    def __init__(self, desk: Desk, parent: QWidget | None, *, typed: str = "") -> None:
        super().__init__(
            desk,
            parent,
            title=_("Create a recipient"),
            purpose=_("A unit that may hold vouchers: an enterprise, a university or an institute."),
            action=_("Save"),
        )
        self.unit = UnitForm(self)
        self.kind = ChoiceField(_("Class"), [(kind.value, kind_name(kind)) for kind in RecipientKind])
        unit = self.unit
        self.add(unit.name)
        self.add(unit.uscc)
        self.add(self.kind, unit.region)
        self.add(unit.legal_representative, unit.phone)
        self.add(unit.address, unit.founded_on)
        self.add(unit.account_name, unit.bank_name)
        self.add(unit.bank_account)
        self.add(unit.controlled_by, unit.group_code)
        unit.uscc.changed.connect(self._follow_code)
        unit.load_regions()
        try:
            unit.uscc.set_text(parse_credit_code(typed))
        except InvalidInput:
            unit.name.set_text(typed)
        self.look_again()

    def _follow_code(self) -> None:
        self.unit.follow_code()
        code = self.unit.uscc.text().strip()
        if code[:2] in _KIND_OF_PREFIX and not self.kind.is_typed:
            self.kind.choose(_KIND_OF_PREFIX[code[:2]])

    def look(self) -> Callable[[], Effect] | None:
        """Check the code and the class as soon as name and code can be read."""
        if any(field.problem() for field in self.fields):
            return None
        facts, kind, workspace, operator = self.unit.facts(), self.kind.value(), self.workspace, self.operator

        def foresee() -> Effect:
            found = check_recipient(workspace.records(), check_unit(facts), RecipientKind(kind))
            return Effect(
                sentence=_("No money moves."),
                rules=("R2", "UNIQUE", "ROLE"),
                violations=role_violations(operator) + found,
            )

        return foresee

    def act(self) -> Callable[[], Recipient]:
        """Register the recipient."""
        facts, kind, workspace, operator = self.unit.facts(), self.kind.value(), self.workspace, self.operator
        request_id = self.request_id
        return lambda: use_case.add(workspace, unit=facts, kind=kind, operator=operator, request_id=request_id)

    def told(self, result: object) -> str:
        """Say who was registered."""
        assert isinstance(result, Recipient)
        return _("Recipient registered: {name}").format(name=result.organisation.name)
