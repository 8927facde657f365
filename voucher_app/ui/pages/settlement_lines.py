"""The lines of one settlement: who is paid what for which voucher, and what became of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.money import ZERO
from voucher_app.domain.settlement import LineStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services import settlement as use_case
from voucher_app.services.wording.names import status_name
from voucher_app.ui.dialogs import settlement_steps as steps
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.possibilities import reasons_against, role_reasons
from voucher_app.ui.pages.unit_steps import account_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.settlement import SettlementLineRow
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk


class LinesOf(ListPage):
    """The lines of the settlement that is looked at."""

    name: ClassVar[str] = "lines"
    is_embedded: ClassVar[bool] = True
    is_by_year: ClassVar[bool] = False
    statuses: ClassVar[tuple[str, ...]] = tuple(LineStatus)
    begins_descending: ClassVar[bool] = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.settlement_id: int | None = None
        super().__init__(desk, parent)

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Lines")

    def show_settlement(self, settlement_id: int) -> None:
        """Look at another settlement."""
        if settlement_id != self.settlement_id:
            self.settlement_id = settlement_id
            self.view.clearSelection()
            self.mark_stale()

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search payee, voucher number …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("settlement-line", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("Choose a settlement in the list beside; its lines stand here.")

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} line", "{count} lines", count).format(count=f"{count:,}")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("id", _("Line"), lambda row: f"{row.id}", CellKind.COUNT, 60, sort="id"),
            Column("voucher", _("Voucher number"), lambda row: row.voucher_number, width=148),
            Column("payee", _("Payee"), lambda row: row.payee_name, width=240, stretches=True),
            Column("amount", _("Amount (yuan)"), lambda row: row.amount.in_yuan(), CellKind.MONEY, 116, sort="amount"),
            Column(
                "province", _("Province share"), lambda row: row.province.in_yuan(), CellKind.MONEY, 108, gives_way=True
            ),
            Column("city", _("City share"), lambda row: row.city.in_yuan(), CellKind.MONEY, 108, gives_way=True),
            Column("receipt", _("Receipt number"), lambda row: row.receipt_number, width=112, gives_way=True),
            Column("sample", _("Sample"), _sample_word, width=72, gives_way=True),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("settlement-line", row.status),
                CellKind.STATUS,
                104,
                state=lambda row: ("settlement-line", row.status),
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number."""
        return int(row.id)

    def key_text(self, key: object) -> str:
        """Return the search for one number."""
        return f"#{key}"

    def source(self, chosen: ListFilter) -> ListSource[SettlementLineRow]:
        """Return the list; of no settlement it is empty."""
        return self.desk.workspace.queries.settlement_lines(self.settlement_id or 0, chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        assert self.settlement_id is not None, "a line is one of a settlement"
        return partial(describe_line, self.desk.workspace, self.settlement_id, row, self.desk.operator)

    def describe_many(self, rows: Sequence[Any]) -> Details | None:
        """Return what several lines come to."""
        found = super().describe_many(rows)
        assert found is not None
        total = sum((row.amount for row in rows), ZERO)
        province = sum((row.province for row in rows), ZERO)
        return Details(
            found.title,
            figure=f"¥{total.in_yuan()}",
            note=total.in_capitals(),
            facts=(
                (
                    Fact(_("Province share"), _("{amount} yuan").format(amount=province.in_yuan())),
                    Fact(_("City share"), _("{amount} yuan").format(amount=(total - province).in_yuan())),
                ),
            ),
        )


def _sample_word(row: SettlementLineRow) -> str:
    if not row.is_sampled:
        return ""
    return _("checked") if row.sample_result else _("to be checked")


def describe_line(
    workspace: Workspace, settlement_id: int, line: SettlementLineRow, operator: Operator | None
) -> Details:
    """Read what the panel says about a line."""
    return Details(
        title=_("Line {number}").format(number=line.id),
        status=("settlement-line", line.status),
        figure=f"¥{line.amount.in_yuan()}",
        note=line.amount.in_capitals(),
        warning=line.failure_reason
        or ("" if line.bank_account else _("The payee has filed no bank account; ask for it before paying.")),
        facts=(
            (
                Fact(_("Province share"), _("{amount} yuan").format(amount=line.province.in_yuan())),
                Fact(_("City share"), _("{amount} yuan").format(amount=line.city.in_yuan())),
            ),
            (
                Fact(_("Payee"), line.payee_name),
                Fact(_("Credit code"), line.payee_uscc),
                *account_facts(line, operator),
            ),
            (
                Fact(_("Redemption"), f"{line.redemption_id}", "redemptions", f"{line.redemption_id}"),
                Fact(_("Voucher"), line.voucher_number, "vouchers", line.voucher_number),
                Fact(_("Invoice"), line.invoice_key),
            ),
            (
                Fact(_("Receipt number"), line.receipt_number),
                Fact(_("Paid on"), line.paid_on),
                Fact(_("Reconciled"), _("yes") if line.is_reconciled else ""),
                Fact(
                    _("Sample"),
                    (line.sample_result or _("drawn, without a result yet")) if line.is_sampled else "",
                ),
            ),
        ),
        acts=_acts(workspace, settlement_id, line, operator),
    )


def _acts(workspace: Workspace, settlement_id: int, line: SettlementLineRow, operator: Operator | None) -> list[Act]:
    against: dict[str, tuple[str, ...]] = {}
    nobody = role_reasons(operator) if operator is None else ()
    if operator is not None:
        possible = use_case.possible_line_acts(workspace.records(), settlement_id, line.id, operator)
        against = {one.act: reasons_against(one.violations) for one in possible}
    today = workspace.clock.today()
    table = (
        ("pay", _("Pay this line …"), "pay", "accent", steps.pay_line(settlement_id, line, today)),
        ("fail", _("Payment failed …"), "refuse", "danger", steps.fail_line(settlement_id, line)),
        ("sample", _("Sample's result …"), "sample", "", steps.sample_line(settlement_id, line)),
        ("remove", _("Take out …"), "remove", "danger", steps.remove_line(settlement_id, line)),
    )
    return [
        Act(words, "step", icon, {"step": step}, kind, against.get(act, nobody))
        for act, words, icon, kind, step in table
        if act != "sample" or line.is_sampled
    ]
