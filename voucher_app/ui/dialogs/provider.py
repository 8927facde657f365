"""Providers (服务商): registering one, admitting it for a term, suspending, resuming, removing it."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from voucher_app.domain.errors import Violation
from voucher_app.domain.operators import Operator
from voucher_app.domain.parties import Provider
from voucher_app.i18n import _
from voucher_app.services import provider as use_case
from voucher_app.services.provider import check_provider
from voucher_app.services.queries.parties import ProviderDetails
from voucher_app.services.recipient import check_unit
from voucher_app.services.wording.names import status_name
from voucher_app.services.workspace import Workspace
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.effects import DECISION_RULES, person_violations, role_violations, step_violations
from voucher_app.ui.dialogs.recipient import UnitForm
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.effect_panel import Effect
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import ReasonField


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
        self.add(unit.phone, unit.bank_account)
        self.add(unit.address)
        self.add(unit.controlled_by)
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


def _provider_facts(details: ProviderDetails) -> list[tuple[str, str]]:
    provider = details.provider
    assert provider is not None, "a candidate is registered before it is decided on"
    term = _("{first} to {last}").format(first=provider.admitted_from, last=provider.admitted_until)
    return [
        (_("Provider"), provider.organisation.name),
        (_("Credit code"), provider.organisation.uscc),
        (_("Place"), details.region_name),
        (_("Status"), status_name("provider", provider.status)),
        (_("Term"), term if provider.admitted_until else _("none yet")),
        (_("Registered by"), details.prepared_by),
        (_("Vouchers"), str(len(details.vouchers))),
    ]


class _ProviderDecision(DecisionDialog):
    """What the decisions on a provider share: its facts, and who may decide."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, uscc: str, title: str, purpose: str, kind: str) -> None:
        super().__init__(desk, parent, title=title, purpose=purpose, action=title, kind=kind)
        self.uscc = uscc
        self.facts = FactsList()
        self.add_widget(self.facts)
        queries = desk.workspace.queries
        desk.runner.run(lambda: queries.provider(uscc), success=self._loaded)

    def _loaded(self, details: object) -> None:
        if self.is_open and isinstance(details, ProviderDetails):
            self.facts.set_facts(_provider_facts(details))


class ProviderAdmit(_ProviderDecision):
    """Admit a provider for a term, or renew its term."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, uscc: str) -> None:
        super().__init__(
            desk,
            parent,
            uscc=uscc,
            title=_("Admit a provider"),
            purpose=_("Contracts and service within the term count. Whoever registered the provider cannot admit it."),
            kind="accent",
        )
        today = desk.workspace.clock.today()
        self.since = DateField(_("First day"), required=False)
        self.since.set_hint(_("Empty: today; a renewal keeps its first day"))
        self.until = DateField(_("Last day"))
        self.until.set_day(date(today.year + 1, 12, 31))
        self.add(self.since, self.until)
        self.look_again()

    def look(self) -> Callable[[], Effect] | None:
        """Foresee the admission for the person at the desk."""
        if self.since.problem() or self.until.problem():
            return None
        workspace, operator, uscc = self.workspace, self.operator, self.uscc
        since, until = self.since.value_or_none(), self.until.value()

        def foresee() -> Effect:
            records = workspace.records()
            provider = records.parties.provider(uscc)
            name = provider.organisation.name
            first = since or provider.admitted_from or records.today
            violations = person_violations(prepared_by=provider.prepared_by, decided_by=operator, subject=name)
            violations += step_violations("provider", status=provider.status, act="admit", subject=name)
            if until < max(first, records.today):
                latest = max(first, records.today).isoformat()
                violations.append(
                    Violation("R12", "term_reversed", found=until.isoformat(), allowed=latest, subject=name)
                )
            return Effect(
                sentence=_("In the register from {first} to {last}. No money moves.").format(first=first, last=until),
                rules=(*DECISION_RULES, "ROLE"),
                violations=violations,
            )

        return foresee

    def act(self) -> Callable[[], Provider]:
        """Admit."""
        workspace, operator, request_id, uscc = self.workspace, self.operator, self.request_id, self.uscc
        since, until = self.since.value_or_none(), self.until.value()
        return lambda: use_case.admit(
            workspace, uscc=uscc, until=until, since=since, operator=operator, request_id=request_id
        )

    def told(self, result: object) -> str:
        """Say until when."""
        assert isinstance(result, Provider)
        return _("{name} is admitted until {last}").format(name=result.organisation.name, last=result.admitted_until)


class ProviderStep(_ProviderDecision):
    """Suspend, resume or remove a provider, with a written reason."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, uscc: str, act: str) -> None:
        title, purpose = {
            "suspend": (
                _("Suspend a provider"),
                _("Contracts and service from today on count for nothing until the provider is resumed."),
            ),
            "resume": (_("Resume a provider"), _("Ends the suspension; the term stays as it was.")),
            "remove": (
                _("Remove a provider"),
                _("Today is its last day in the register. Service delivered before stays payable."),
            ),
        }[act]
        super().__init__(
            desk, parent, uscc=uscc, title=title, purpose=purpose, kind="accent" if act == "resume" else "danger"
        )
        self._step = act
        self.reason = ReasonField(_("Reason"))
        self.add(self.reason)
        self.look_again()

    def look(self) -> Callable[[], Effect]:
        """Foresee the step for the person at the desk."""
        workspace, operator, uscc, act = self.workspace, self.operator, self.uscc, self._step
        return lambda: _step_effect(workspace, uscc, operator=operator, act=act)

    def act(self) -> Callable[[], Provider]:
        """Take the step."""
        workspace, operator, request_id, uscc = self.workspace, self.operator, self.request_id, self.uscc
        reason = self.reason.value()
        step = {"suspend": use_case.suspend, "resume": use_case.resume, "remove": use_case.remove}[self._step]
        return lambda: step(workspace, uscc=uscc, reason=reason, operator=operator, request_id=request_id)

    def told(self, result: object) -> str:
        """Say how the provider stands now."""
        assert isinstance(result, Provider)
        return f"{result.organisation.name}: {status_name('provider', result.status)}"


def _step_effect(workspace: Workspace, uscc: str, *, operator: Operator, act: str) -> Effect:
    provider = workspace.records().parties.provider(uscc)
    name = provider.organisation.name
    violations = person_violations(prepared_by=provider.prepared_by, decided_by=operator, subject=name)
    violations += step_violations("provider", status=provider.status, act=act, subject=name)
    return Effect(sentence=_("No money moves."), rules=(*DECISION_RULES, "ROLE"), violations=violations)
