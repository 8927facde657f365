"""结算: settlements, the lines of one of them, and what is taken back after payment."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.settlement import LineStatus, Settlement, SettlementStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services import settlement as use_case
from voucher_app.services.queries.settlement import SettlementRow
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.rules import sentence
from voucher_app.ui.desk import Destination
from voucher_app.ui.dialogs import settlement_steps as steps
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import NewAction
from voucher_app.ui.pages.papers import PapersPage
from voucher_app.ui.pages.possibilities import reasons_against, role_reasons
from voucher_app.ui.pages.recoveries import RecoveryList
from voucher_app.ui.pages.settlement_lines import LinesOf
from voucher_app.ui.pages.tabbed_page import TabbedPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.settlement import SettlementDetails
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.pages.list_page import ListPage
    from voucher_app.ui.pages.panel import Panel

_PAYEES_SHOWN = 12


class SettlementList(PapersPage):
    """The settlements of the year."""

    name: ClassVar[str] = "settlements-list"
    is_embedded: ClassVar[bool] = True
    statuses: ClassVar[tuple[str, ...]] = tuple(SettlementStatus)

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Settlements of the year")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search payee, document number …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("settlement", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("Nothing of {year} is settled yet. A settlement groups what was verified up to a day.").format(
            year=self.desk.year
        )

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} settlement", "{count} settlements", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("New settlement …"), "settlement_draft")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("id", _("No."), lambda row: f"{row.id}", CellKind.COUNT, 60, sort="id"),
            Column(
                "period",
                _("Period"),
                lambda row: steps.period(row.period_from, row.period_until),
                CellKind.DATE,
                184,
                stretches=True,
                sort="until",
            ),
            Column("lines", _("Lines"), lambda row: f"{row.line_count:,}", CellKind.COUNT, 72, gives_way=True),
            Column("amount", _("Amount (yuan)"), lambda row: row.amount.in_yuan(), CellKind.MONEY, 124),
            Column("paid", _("Disbursed (yuan)"), lambda row: row.paid.in_yuan(), CellKind.MONEY, 124, gives_way=True),
            Column("drafted", _("Drafted on"), lambda row: row.drafted_on, CellKind.DATE, 104, gives_way=True),
            Column("prepared", _("Prepared by"), lambda row: row.prepared_by, width=96, gives_way=True),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("settlement", row.status),
                CellKind.STATUS,
                128,
                state=lambda row: ("settlement", row.status),
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number."""
        return int(row.id)

    def key_text(self, key: object) -> str:
        """Return the search for one number."""
        return f"#{key}"

    def key_of_result(self, result: object) -> int | None:
        """Return the key of what was decided here."""
        return result.id if isinstance(result, Settlement) else None

    def source(self, chosen: ListFilter) -> ListSource[SettlementRow]:
        """Return the list."""
        return self.desk.workspace.queries.settlements(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_settlement, self.desk.workspace, row.id, self.desk.operator)

    def do(self, act: Act) -> None:
        """Go to the lines, or open the dialog."""
        if act.dialog == "lines":
            self.desk.go("settlements.lines")
        else:
            super().do(act)

    def selected(self) -> int | None:
        """Return the number of the settlement that is looked at, or None."""
        ranges = self.view.selected_ranges()
        row = self.model.row_at(ranges[0][0]) if ranges else None
        return int(row.id) if isinstance(row, SettlementRow) else None


class SettlementLines(LinesOf):
    """The lines of the settlement that is looked at; with no line selected, the settlement itself."""

    def describe_none(self) -> Callable[[], Details] | None:
        """Return what describes the settlement."""
        if self.settlement_id is None:
            return None
        return partial(
            describe_settlement, self.desk.workspace, self.settlement_id, self.desk.operator, with_lines=False
        )


class SettlementsPage(TabbedPage):
    """The page 结算."""

    name: ClassVar[str] = "settlements"
    lists: ClassVar[Sequence[type[ListPage]]] = (SettlementList, SettlementLines, RecoveryList)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self._settlement: int | None = None
        super().__init__(desk, parent)
        settlements = self.list_at(0)
        assert isinstance(settlements, SettlementList), "the first tab"
        settlements.view.chosen.connect(self._settlement_chosen)
        self._settlement_chosen()

    @classmethod
    def title(cls) -> str:
        """Return the page's name."""
        return _("Settlements")

    def list_at(self, place: int) -> ListPage | Panel:
        """Return a list; the lines, when somebody looks at them, are those of the settlement that was chosen."""
        shown = super().list_at(place)
        if isinstance(shown, SettlementLines) and self._settlement is not None:
            shown.show_settlement(self._settlement)
        return shown

    def _settlement_chosen(self) -> None:
        settlements = self.list_at(0)
        assert isinstance(settlements, SettlementList)
        chosen = settlements.selected()
        if chosen is not None:
            self._settlement = chosen
            self.tabs.setTabText(1, _("Lines of settlement {number}").format(number=chosen))
            self.tabs.setTabToolTip(1, self.tabs.tabText(1))

    def go_to(self, destination: Destination) -> None:
        """Show a list; a payee is looked for among the lines of the settlement that is looked at."""
        if destination.tab == SettlementLines.name:
            destination = Destination(destination.page, str(destination.key or destination.text), tab=destination.tab)
        super().go_to(destination)


def describe_settlement(
    workspace: Workspace, settlement_id: int, operator: Operator | None, *, with_lines: bool = True
) -> Details:
    """Read what the panel says about a settlement."""
    found = workspace.queries.settlement(settlement_id)
    settlement = found.settlement
    notes = _notes(workspace, found)
    amounts = [
        Fact(_("Province share"), _("{amount} yuan").format(amount=found.province.in_yuan())),
        Fact(_("City share"), _("{amount} yuan").format(amount=found.city.in_yuan())),
        *(
            Fact(status_name("settlement-line", status), _of_lines(found, status))
            for status, count in found.line_counts.items()
            if count
        ),
        Fact(_("Samples"), _samples(found)),
    ]
    people = [
        Fact(_("Document"), settlement.document),
        Fact(_("Drafted on"), settlement.drafted_on.isoformat()),
        Fact(_("Prepared by"), found.prepared_by),
        Fact(_("Confirmed by"), found.reviewed_by),
        Fact(_("Checked by"), found.checked_by),
        Fact(_("Paid by"), found.disbursed_by),
    ]
    share = found.paid.fen / found.amount.fen if found.amount.fen else None
    return Details(
        title=_("Settlement {number}").format(number=settlement.id),
        status=("settlement", settlement.status),
        figure=f"¥{found.amount.in_yuan()}",
        note=_("{period} · {amount} yuan paid").format(
            period=steps.period(settlement.period_from, settlement.period_until), amount=found.paid.in_yuan()
        ),
        share=share,
        warning="\n".join(sentence(note) for note in notes),
        facts=(amounts, people),
        headed=((_("Payees"), _payees(found)),),
        history=found.history,
        acts=_acts(workspace, found, operator, with_lines=with_lines),
        subjects=[f"settlement:{settlement.id}"],
        files_of=f"settlement:{settlement.id}",
    )


_PAID = frozenset({SettlementStatus.DISBURSED, SettlementStatus.RECONCILED})
_OVER = frozenset({SettlementStatus.CANCELLED, SettlementStatus.CLOSED})


def _notes(workspace: Workspace, found: SettlementDetails) -> list[Violation]:
    """Return what is told of a settlement: of accounts while something is to be paid, of nothing once it is over."""
    status = found.settlement.status
    if status in _OVER:
        return []
    notes = use_case.notes_on(workspace, found.settlement.id)
    return [note for note in notes if status not in _PAID or note.code != "accounts_missing"]


def _of_lines(found: SettlementDetails, status: str) -> str:
    count = found.line_counts[status]
    amounts = {
        LineStatus.PENDING: found.amount - found.paid,
        LineStatus.PAID: found.paid,
        LineStatus.FAILED: found.failed,
    }
    told = ngettext("{count} line", "{count} lines", count).format(count=f"{count:,}")
    if LineStatus(status) not in amounts:
        return told
    return _("{amount} yuan · {lines}").format(amount=amounts[LineStatus(status)].in_yuan(), lines=told)


def _samples(found: SettlementDetails) -> str:
    if not found.sampled:
        return ""
    return _("{drawn} drawn, {open} without a result").format(
        drawn=f"{found.sampled:,}", open=f"{found.samples_open:,}"
    )


def _payees(found: SettlementDetails) -> list[Fact]:
    shown = [
        Fact(
            ngettext("{count} line", "{count} lines", payee.line_count).format(count=f"{payee.line_count:,}"),
            _("{name}\n{amount} yuan").format(name=payee.name, amount=payee.amount.in_yuan()),
            "settlements.lines",
            payee.uscc,
        )
        for payee in found.payees[:_PAYEES_SHOWN]
    ]
    rest = len(found.payees) - _PAYEES_SHOWN
    return [*shown, Fact("", _("and {count} more").format(count=rest))] if rest > 0 else shown


def _acts(workspace: Workspace, found: SettlementDetails, operator: Operator | None, *, with_lines: bool) -> list[Act]:
    settlement = found.settlement
    nobody = role_reasons(operator) if operator is None else ()
    against = (
        {
            one.act: reasons_against(one.violations)
            for one in use_case.possible_acts(workspace.records(), settlement.id, operator)
        }
        if operator is not None
        else {}
    )
    notes = _notes(workspace, found)
    today = workspace.clock.today()
    # The one main act of the status is told first; the road goes on from there.
    table: tuple[tuple[str, str, str, str, dict[str, object]], ...] = (
        ("confirm", _("Confirm …"), "step", "accent", {"step": steps.confirm(found, notes)}),
        ("plan", _("Plan the funds …"), "step", "", {"step": steps.plan(found)}),
        ("check", _("Finance check …"), "step", "", {"step": steps.check(found)}),
        ("disburse", _("Pay …"), "step", "accent", {"step": steps.disburse(found, notes, today)}),
        ("reconcile", _("Reconcile …"), "settlement_reconcile", "accent", {"settlement_id": settlement.id}),
        ("close", _("Close …"), "step", "accent", {"step": steps.close(found)}),
        ("cancel", _("Call off …"), "step", "danger", {"step": steps.cancel(found)}),
    )
    acts = [
        Act(words, dialog, _ICONS[act], context, kind, against.get(act, nobody))
        for act, words, dialog, kind, context in table
    ]
    looks = [
        Act(_("Statements …"), "settlement_statement", "statement", {"settlement_id": settlement.id}),
    ]
    if with_lines:
        looks.insert(0, Act(_("Lines"), "lines", "list"))
    return [*acts, *looks]


_ICONS = {
    "confirm": "confirm",
    "plan": "plan",
    "check": "check",
    "disburse": "pay",
    "reconcile": "reconcile",
    "close": "archive",
    "cancel": "void",
}
