"""领用单位: the units that may hold vouchers, and what they hold of the year looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.parties import Recipient, RecipientKind
from voucher_app.i18n import _, ngettext
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import kind_name, status_name
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import NewAction
from voucher_app.ui.pages.papers import PapersPage
from voucher_app.ui.pages.possibilities import role_reasons
from voucher_app.ui.pages.unit_steps import account_facts, ban_facts, ban_in_force, credit_facts, unit_acts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QPushButton

    from voucher_app.domain.operators import Operator
    from voucher_app.domain.parties import Organisation
    from voucher_app.services.queries.lists import ListSource
    from voucher_app.services.queries.parties import RecipientRow
    from voucher_app.services.queries.voucher import VoucherRow
    from voucher_app.services.workspace import Workspace

_VOUCHERS_SHOWN = 8
_ASKED = 50


class RecipientsPage(PapersPage):
    """The page 领用单位."""

    name: ClassVar[str] = "recipients"
    import_kind: ClassVar[str] = "recipients"
    statuses: ClassVar[tuple[str, ...]] = tuple(RecipientKind)

    @classmethod
    def title(cls) -> str:
        """Return the page's name."""
        return _("Recipients")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search name, credit code …")

    def status_words(self, status: str) -> str:
        """Return a class in words."""
        return kind_name(status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("No unit is registered yet; a unit is registered once and may then apply for vouchers.")

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} unit", "{count} units", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("Register a unit …"), "recipient_add")

    def more_buttons(self) -> list[QPushButton]:
        """Return the ledger of what units hold."""
        return [self.lists_on_paper(DocumentKind.QUOTA_LEDGER)]

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("name", _("Recipient"), lambda row: row.name, width=220, stretches=True, sort="name"),
            Column("uscc", _("Credit code"), lambda row: row.uscc, width=180, sort="uscc"),
            Column("kind", _("Class"), lambda row: kind_name(row.kind), width=96),
            Column("region", _("Place"), lambda row: row.region_name, width=96, gives_way=True),
            Column("count", _("Vouchers"), lambda row: f"{row.voucher_count:,}", CellKind.COUNT, 100, gives_way=True),
            Column("issued", _("Held this year (yuan)"), lambda row: row.issued.in_yuan(), CellKind.MONEY, 132),
        )

    def key(self, row: Any) -> str:  # noqa: ANN401 - as declared above
        """Return the credit code."""
        return str(row.uscc)

    def key_of_result(self, result: object) -> str | None:
        """Return the key of what was decided here."""
        return result.organisation.uscc if isinstance(result, Recipient) else None

    def source(self, chosen: ListFilter) -> ListSource[RecipientRow]:
        """Return the list."""
        return self.desk.workspace.queries.recipients(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_recipient, self.desk.workspace, row.uscc, self.desk.year, self.desk.operator)


def unit_facts(unit: Organisation, region_name: str) -> list[Fact]:
    """Return what is known of a unit."""
    return [
        Fact(_("Credit code"), unit.uscc),
        Fact(_("Place"), region_name),
        Fact(_("Represented by"), unit.legal_representative),
        Fact(_("Phone"), unit.phone),
        Fact(_("Address"), unit.address),
        Fact(_("Controlled by"), unit.controlled_by),
        Fact(_("Group code"), unit.group_code),
        Fact(_("Founded on"), unit.founded_on.isoformat() if unit.founded_on else ""),
    ]


def voucher_facts(vouchers: Sequence[VoucherRow], uscc: str, label: str) -> list[Fact]:
    """Return the newest vouchers that a unit holds or sells compute for, and a link to the rest."""
    facts = [
        Fact(
            label if place == 0 else "\u00a0",
            _("{number}, {status}").format(number=row.number, status=status_name("voucher", row.status)),
            "vouchers",
            row.number,
        )
        for place, row in enumerate(vouchers[:_VOUCHERS_SHOWN])
    ]
    if len(vouchers) > _VOUCHERS_SHOWN:
        facts.append(Fact("\u00a0", _("all {count}").format(count=len(vouchers)), "vouchers", uscc))
    return facts


def _application_facts(workspace: Workspace, unit: Organisation, year: int) -> list[Fact]:
    """Return a unit's newest applications of a year, where its papers are, and a link to the rest."""
    # It may be a provider too, and is then found in the applications of others.
    rows = [
        row
        for row in workspace.queries.applications(ListFilter(text=unit.uscc, year=year, sort="id")).rows(0, _ASKED)
        if row.recipient_name == unit.name
    ]
    facts = [
        Fact(
            _("Applications") if place == 0 else "\u00a0",
            _("{number}, {status}").format(number=row.id, status=status_name("application", row.state)),
            "applications",
            str(row.id),
        )
        for place, row in enumerate(rows[:_VOUCHERS_SHOWN])
    ]
    if len(rows) > _VOUCHERS_SHOWN:
        facts.append(Fact("\u00a0", _("more …"), "applications", unit.uscc))
    return facts


def describe_recipient(workspace: Workspace, uscc: str, year: int, operator: Operator | None) -> Details:
    """Read what the panel says about a recipient."""
    found = workspace.queries.recipient(uscc, year)
    unit = found.recipient.organisation
    policies = workspace.queries.policies()
    cap = policies[0].policy.recipient_year_cap if policies else None
    note = _("held of {year}").format(year=year)
    if cap is not None:
        note = _("held of {year}; the cap for one unit is {cap} yuan").format(year=year, cap=cap.in_yuan())
    bans = workspace.queries.bans(uscc)
    return Details(
        title=unit.name,
        figure=f"¥{found.counted.in_yuan()}",
        note=note,
        share=found.counted.fen / cap.fen if cap else None,
        facts=(
            (Fact(_("Class"), kind_name(found.recipient.kind)), *unit_facts(unit, found.region_name)),
            account_facts(unit, operator),
            (*credit_facts(workspace, unit.id), *ban_facts(bans)),
            (Fact(_("Redeemed"), _("{amount} yuan").format(amount=found.redeemed.in_yuan())),),
            voucher_facts(found.vouchers, uscc, _("Vouchers held")),
            _application_facts(workspace, unit, year),
        ),
        history=found.history,
        files_of=f"recipient:{unit.id}",
        warning=ban_in_force(bans, workspace.clock.today()),
        acts=[
            Act(
                _("New application …"),
                "application_submit",
                "applications",
                {"uscc": uscc},
                reasons=role_reasons(operator),
            ),
            Act(
                _("Apply and claim afterwards …"),
                "application_reimburse",
                "redemptions",
                {"uscc": uscc},
                reasons=role_reasons(operator),
            ),
            *unit_acts(workspace, unit, operator, checks_credit=True),
        ],
    )
