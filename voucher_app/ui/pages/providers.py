"""服务商: the register of providers, and after them the facilities of the registry that are still candidates."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any, ClassVar, Final

from voucher_app.domain.operators import Operator
from voucher_app.domain.parties import PROVIDER_STEPS, Provider, ProviderStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services.ports.parties import Facility
from voucher_app.services.queries.lists import ListFilter, ListSource
from voucher_app.services.queries.parties import ProviderRow
from voucher_app.services.wording.names import status_name
from voucher_app.services.workspace import Workspace
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import ListPage, NewAction
from voucher_app.ui.pages.possibilities import person_reasons, role_reasons, step_reasons
from voucher_app.ui.pages.recipients import unit_facts, voucher_facts

CANDIDATE: Final = "candidate"


class ProvidersPage(ListPage):
    """The page 服务商."""

    name: ClassVar[str] = "providers"
    statuses: ClassVar[tuple[str, ...]] = (
        ProviderStatus.ADMITTED,
        ProviderStatus.REGISTERED,
        CANDIDATE,
        ProviderStatus.PUBLICIZED,
        ProviderStatus.SUSPENDED,
        ProviderStatus.EXPIRED,
        ProviderStatus.CHECKED,
        ProviderStatus.INSPECTED,
        ProviderStatus.REMOVED,
        ProviderStatus.REFUSED,
    )

    @classmethod
    def title(cls) -> str:
        """Return the page's name."""
        return _("Providers")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search name, credit code …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("provider", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("No provider is registered yet; vouchers buy compute of admitted providers only.")

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} listed", "{count} listed", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("Register a provider …"), "provider_add")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("name", _("Provider"), lambda row: row.name, width=240, stretches=True, sort="name"),
            Column("uscc", _("Credit code"), lambda row: row.uscc or "–", width=180, sort="uscc", gives_way=True),
            Column("region", _("Place"), lambda row: row.region_name, width=132),
            Column("until", _("Admitted until"), lambda row: row.admitted_until or "–", CellKind.DATE, 108),
            Column("count", _("Vouchers"), lambda row: f"{row.voucher_count:,}", CellKind.COUNT, 100, gives_way=True),
            Column("issued", _("Issued this year (yuan)"), lambda row: row.issued.in_yuan(), CellKind.MONEY, 136),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("provider", row.status),
                CellKind.STATUS,
                124,
                state=lambda row: ("provider", row.status),
            ),
        )

    def key(self, row: Any) -> Hashable:  # noqa: ANN401 - as declared above
        """Return the credit code, or the candidate's name."""
        return str(row.uscc or row.name)

    def key_of_result(self, result: object) -> Hashable | None:
        """Return the key of what was decided here."""
        return result.organisation.uscc if isinstance(result, Provider) else None

    def source(self, chosen: ListFilter) -> ListSource[ProviderRow]:
        """Return the list."""
        return self.desk.workspace.queries.providers(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        if row.status == CANDIDATE:
            return partial(describe_candidate, self.desk.workspace, row.facility_id, self.desk.operator)
        return partial(describe_provider, self.desk.workspace, row.uscc, self.desk.operator)


def describe_candidate(workspace: Workspace, facility_id: int, operator: Operator | None) -> Details:
    """Read what the panel says about a facility that nobody has registered yet."""
    found = workspace.queries.facility(facility_id)
    facility = found.facilities[0]
    return Details(
        title=facility.name,
        status=("provider", CANDIDATE),
        note=_("From the registry; it takes part once it is registered with its credit code and admitted."),
        facts=(facility_facts(facility, found.region_name),),
        acts=[
            Act(
                _("Register …"),
                "provider_add",
                "add",
                {"name": facility.name, "region_code": facility.region_code, "facility": facility.name},
                "accent",
                role_reasons(operator),
            )
        ],
    )


def facility_facts(facility: Facility, region_name: str = "") -> list[Fact]:
    """Return what the registry says of a facility."""
    return [
        Fact(_("Facility"), facility.name),
        Fact(_("Place"), facility.place or region_name),
        Fact(_("Operated by"), facility.operated_by),
        Fact(_("Racks"), f"{facility.racks:,}" if facility.racks is not None else ""),
        Fact(_("PFLOPS (FP16)"), f"{facility.pflops_fp16:,}" if facility.pflops_fp16 is not None else ""),
        Fact(
            _("Investment"),
            _("{amount} hundred million yuan").format(amount=facility.investment_yi_yuan)
            if facility.investment_yi_yuan
            else "",
        ),
        Fact(_("State"), facility.state),
        Fact(_("Note"), facility.note),
        Fact(_("Source"), facility.source),
    ]


def describe_provider(workspace: Workspace, uscc: str, operator: Operator | None) -> Details:
    """Read what the panel says about a provider."""
    found = workspace.queries.provider(uscc)
    provider = found.provider
    assert provider is not None
    unit = provider.organisation
    return Details(
        title=unit.name,
        status=("provider", provider.status),
        facts=(
            unit_facts(unit, found.region_name),
            (
                Fact(_("Admitted from"), provider.admitted_from.isoformat() if provider.admitted_from else ""),
                Fact(_("Admitted until"), provider.admitted_until.isoformat() if provider.admitted_until else ""),
                Fact(_("Suspended on"), provider.suspended_on.isoformat() if provider.suspended_on else ""),
                Fact(_("Prepared by"), found.prepared_by),
            ),
            *(facility_facts(facility) for facility in found.facilities),
            voucher_facts(found.vouchers, uscc),
        ),
        history=found.history,
        acts=_acts(provider, operator),
    )


def _acts(provider: Provider, operator: Operator | None) -> list[Act]:
    uscc = provider.organisation.uscc
    decides = person_reasons(operator, prepared_by=provider.prepared_by, subject=provider.organisation.name)
    is_new = provider.status is ProviderStatus.REGISTERED
    words = {
        "admit": _("Admit …") if is_new else _("Renew …"),
        "suspend": _("Suspend …"),
        "resume": _("Resume …"),
        "remove": _("Remove …"),
    }
    kinds = {"admit": "accent" if is_new else "", "resume": "accent", "remove": "danger"}
    acts = []
    for act, said in words.items():
        context: dict[str, object] = {"uscc": uscc} if act == "admit" else {"uscc": uscc, "act": act}
        reasons = step_reasons(PROVIDER_STEPS, noun="provider", status=provider.status, act=act) or decides
        acts.append(
            Act(
                said,
                "provider_admit" if act == "admit" else "provider_step",
                act,
                context,
                kinds.get(act, ""),
                reasons,
            )
        )
    return acts
