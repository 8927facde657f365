"""服务商: the register of providers, and after them the facilities of the registry that are still candidates."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtWidgets import QPushButton

from voucher_app.domain.parties import Provider, ProviderStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.wording.names import status_name
from voucher_app.ui import theme
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import NewAction
from voucher_app.ui.pages.papers import PapersPage
from voucher_app.ui.pages.possibilities import role_reasons
from voucher_app.ui.pages.provider_steps import expire_step, provider_acts
from voucher_app.ui.pages.recipients import unit_facts, voucher_facts
from voucher_app.ui.pages.unit_steps import account_facts, ban_facts, ban_in_force, unit_acts

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from datetime import date

    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.parties import Facility
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.parties import ProviderDetails, ProviderRow
    from voucher_app.services.workspace import Workspace

CANDIDATE: Final = "candidate"


class ProvidersPage(PapersPage):
    """The page 服务商."""

    name: ClassVar[str] = "providers"
    import_kind: ClassVar[str] = "providers"
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

    def more_buttons(self) -> list[QPushButton]:
        """Return the list and the ledger, and what marks the ended terms."""
        button = QPushButton(_("Mark ended terms …"))
        button.setIcon(theme.icon("expire", "ink_soft"))
        button.clicked.connect(self.mark_ended)
        lists = self.lists_on_paper(
            DocumentKind.PROVIDER_LIST,
            DocumentKind.PROVIDER_LEDGER,
            subjects=lambda: ["register:today", f"year:{self.desk.year}"],
        )
        return [lists, button]

    def mark_ended(self) -> None:
        """Mark the providers whose term has ended."""
        self.open("step", step=expire_step())

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("name", _("Provider"), lambda row: row.name, width=200, stretches=True, sort="name"),
            Column("region", _("Place"), lambda row: row.region_name, width=132, gives_way=True),
            Column("uscc", _("Credit code"), lambda row: row.uscc or "–", width=180, sort="uscc", gives_way=True),
            Column(
                "until", _("Admitted until"), lambda row: row.admitted_until or "–", CellKind.DATE, 108, gives_way=True
            ),
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
        Fact(_("State of construction"), facility.state),
        Fact(_("Note"), facility.note),
    ]


def describe_provider(workspace: Workspace, uscc: str, operator: Operator | None) -> Details:
    """Read what the panel says about a provider."""
    found = workspace.queries.provider(uscc)
    provider = found.provider
    assert provider is not None
    unit = provider.organisation
    bans = workspace.queries.bans(uscc)
    return Details(
        title=unit.name,
        status=("provider", provider.status),
        warning=ban_in_force(bans, workspace.clock.today()),
        facts=(
            _register_facts(found, provider),
            _money_facts(found),
            unit_facts(unit, found.region_name),
            account_facts(unit, operator),
            ban_facts(bans),
            voucher_facts(found.vouchers, uscc, _("Vouchers for its compute")),
        ),
        headed=(
            (_("Filed prices"), _price_facts(found)),
            (_("Objections"), _objection_facts(found)),
            (_("Days that do not count"), _suspension_facts(found)),
            *((_("Facility"), facility_facts(facility)) for facility in found.facilities),
        ),
        history=found.history,
        subjects=[f"provider:{provider.id}"],
        files_of=f"provider:{provider.id}",
        acts=[*provider_acts(workspace, found, operator), *unit_acts(workspace, unit, operator, checks_credit=False)],
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _register_facts(found: ProviderDetails, provider: Provider) -> list[Fact]:
    publicity = ""
    if provider.publicity_from is not None:
        publicity = _("{first} to {last}").format(first=provider.publicity_from, last=provider.publicity_until)
    return [
        Fact(_("Admitted from"), _day(provider.admitted_from)),
        Fact(_("Admitted until"), _day(provider.admitted_until)),
        Fact(_("Suspended on"), _day(provider.suspended_on)),
        Fact(_("Publicity"), publicity),
        Fact(_("Prepared by"), found.prepared_by),
        Fact(_("Checked by"), found.checked_by),
        Fact(_("Inspected by"), found.inspected_by),
        Fact(_("Publicized by"), found.publicized_by),
        Fact(_("Refused by"), found.refused_by),
        Fact(_("Decided last by"), found.admitted_by),
    ]


def _money_facts(found: ProviderDetails) -> list[Fact]:
    """Return what was issued for its compute over all years, and what of it was redeemed."""
    if not found.voucher_count:
        return []
    words = ngettext("{count} voucher, {amount} yuan", "{count} vouchers, {amount} yuan", found.voucher_count)
    return [
        Fact(_("Issued for it"), words.format(count=f"{found.voucher_count:,}", amount=found.issued.in_yuan())),
        Fact(_("Redeemed"), _("{amount} yuan").format(amount=found.redeemed.in_yuan())),
    ]


def _price_facts(found: ProviderDetails) -> list[Fact]:
    shown: set[str] = set()
    facts = []
    for price in found.prices:
        words = _("{price} yuan / {unit}, from {day}").format(
            price=price.price.in_yuan(), unit=price.unit, day=price.valid_from.isoformat()
        )
        facts.append(Fact("\u00a0" if price.item in shown else price.item, words))
        shown.add(price.item)
    return facts


def _objection_facts(found: ProviderDetails) -> list[Fact]:
    facts = []
    for row in found.objections:
        one = row.objection
        words = _("{status}: {content} ({name}, {day})").format(
            status=status_name("objection", one.status),
            content=one.content,
            name=one.raised_by,
            day=one.raised_on.isoformat(),
        )
        if one.resolution:
            words = _("{objection}; {name}: {resolution}").format(
                objection=words, name=row.resolved_by, resolution=one.resolution
            )
        facts.append(Fact(_("No. {id}").format(id=one.id), words))
    return facts


def _suspension_facts(found: ProviderDetails) -> list[Fact]:
    facts = []
    for one in found.suspensions:
        last = one.suspended_until
        if last is not None and last < one.suspended_from:
            continue  # lifted on the day it began
        words = (
            _("{first} to {last}").format(first=one.suspended_from, last=last)
            if last is not None
            else _("from {first} on").format(first=one.suspended_from)
        )
        if one.reason:
            words = _("{days}: {reason}").format(days=words, reason=one.reason)
        facts.append(Fact(status_name("provider", one.kind), words))
    return facts
