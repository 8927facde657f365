"""A policy tried on a year as it was recorded: what would have been issued and paid, who gains and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabBar

from voucher_app.domain.errors import DomainError
from voucher_app.domain.policy import parse_policy
from voucher_app.i18n import _, ngettext
from voucher_app.services.policy import simulate
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.names import kind_name, status_name
from voucher_app.services.wording.rules import sentence
from voucher_app.ui import theme
from voucher_app.ui.dialogs.policy_draft import sources
from voucher_app.ui.dialogs.reading import ReadingDialog
from voucher_app.ui.widgets.charts import Table
from voucher_app.ui.widgets.field import ChoiceField
from voucher_app.ui.widgets.figures_table import FiguresTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.money import Money
    from voucher_app.domain.simulation import Totals
    from voucher_app.services.policy import SimulationReport
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.dialogs.policy_draft import Source

_AMOUNTS = frozenset(range(1, 7))
_SORTS: tuple[Callable[[Totals], int], ...] = (
    lambda one: one.issued.fen,
    lambda one: one.simulated_issued.fen,
    lambda one: one.issued_difference.fen,
    lambda one: one.paid.fen,
    lambda one: one.simulated_paid.fen,
    lambda one: one.paid_difference.fen,
)
_BY_DIFFERENCE = 3


class PolicySimulate(ReadingDialog):
    """What a policy would have made of a year; nothing is recorded by it.

    Args:
        desk: where the year was recorded.
        parent: the window it belongs to.
        key: the policy, a key of `sources`.
    """

    has_tables: ClassVar[bool] = True

    def __init__(self, desk: Desk, parent: QWidget | None, *, key: str) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Simulate a policy"),
            purpose=_(
                "The year's applications and invoices once more, under another policy. Nothing is recorded by it."
            ),
        )
        self._wanted = key
        self._asked = 0
        self._sources: dict[str, Source] = {}
        self._regions: dict[str, str] = {}
        self._sorted_by = (_BY_DIFFERENCE, False)
        self.report: SimulationReport | None = None
        self.policy = ChoiceField(_("Policy"), [])
        years = desk.facts.years or (desk.year,)
        self.year = ChoiceField(_("Year"), [(str(year), str(year)) for year in years])
        self.year.choose(str(desk.year))
        self.headline = QLabel()
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.headline.setWordWrap(True)
        theme.set_role(self.headline, "strong")
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        theme.set_role(self.detail, "soft")
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(_("Tables of the simulation"))
        for words in _tabs():
            self.tabs.addTab(words)
        self.table = FiguresTable(_("Simulation"))
        self.table.horizontalHeader().sectionClicked.connect(self._sort)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self.policy, 4)
        row.addWidget(self.year, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.headline)
        self.body.addWidget(self.detail)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.table, 1)
        self.policy.changed.connect(self._run)
        self.year.changed.connect(self._run)
        self.tabs.currentChanged.connect(lambda _place: self._show_table())
        self.policy.control.setFocus(Qt.FocusReason.OtherFocusReason)
        queries = desk.workspace.queries
        workspace = desk.workspace
        desk.runner.run(lambda: (sources(workspace), queries.regions()), success=self._read, owner=self)

    def _read(self, found: tuple[list[Source], dict[str, str]]) -> None:
        if not self.is_open:
            return
        self._regions = found[1]
        self._sources = {source.key: source for source in found[0]}
        self.policy.box.blockSignals(True)  # noqa: FBT003 - Qt's signature
        for source in found[0]:
            self.policy.box.addItem(source.words, source.key)
        self.policy.choose(self._wanted)
        self.policy.box.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self._run()

    def _run(self) -> None:
        self._asked += 1
        asked, workspace, year = self._asked, self.workspace, int(self.year.value())
        policy = parse_policy(self._sources[self.policy.value()].content)
        self.status.setText(_("Simulating …"))

        def told(report: SimulationReport) -> None:
            if self.is_open and asked == self._asked:
                self._show(report)

        def refused(error: object) -> None:
            if not self.is_open or asked != self._asked:
                return
            if not isinstance(error, DomainError | StorageError):
                self.desk.runner.failed.emit(error)
                return
            self.report = None
            self.status.setText("")
            self.headline.setText("\n".join(describe(error)))
            theme.set_role(self.headline, "bad")
            self.detail.setText("")
            self._show_table()

        self.desk.runner.run(
            lambda: simulate(workspace, policy=policy, year=year), success=told, failure=refused, owner=self, long=True
        )

    # ------------------------------------------------------------------------------------------ showing

    def _show(self, report: SimulationReport) -> None:
        self.report = report
        self.status.setText(_("Nothing was recorded."))
        self.headline.setText(_headline(report))
        theme.set_role(self.headline, "warn" if report.exhausted_on else "strong")
        self.detail.setText(_detail(report))
        self._show_table()

    def _show_table(self) -> None:
        if self.report is None:
            self.table.set_table(Table((), (), frozenset()))
            return
        made = (self._totals, self._fortunes, self._refused)[self.tabs.currentIndex()](self.report)
        self.table.set_table(made, stretch=0 if self.tabs.currentIndex() < 2 else 2)  # noqa: PLR2004 - the last tab

    def _sort(self, column: int) -> None:
        if self.tabs.currentIndex() != 1:
            return
        self._sorted_by = (column, not self._sorted_by[1] if column == self._sorted_by[0] else column > 0)
        self._show_table()

    def _totals(self, report: SimulationReport) -> Table:
        rows = [(_("All"), report.all)]
        if report.waiting.vouchers or report.waiting.simulated_vouchers:
            rows.append((_("of these, approved and never issued"), report.waiting))
        rows += [(kind_name(one.key), one) for one in report.by_kind]
        rows += [(self._regions.get(one.key, one.key), one) for one in report.by_city]
        return Table(_head(_("Part")), tuple(_row(name, one) for name, one in rows), _AMOUNTS)

    def _fortunes(self, report: SimulationReport) -> Table:
        column, descending = self._sorted_by
        found = list(report.fortunes)
        if column:
            found.sort(key=lambda one: _SORTS[column - 1](one.totals), reverse=descending)
        else:
            found.sort(key=lambda one: one.holder.name, reverse=descending)
        return Table(_head(_("Recipient")), tuple(_row(one.holder.name, one.totals) for one in found), _AMOUNTS)

    def _refused(self, report: SimulationReport) -> Table:
        rows = tuple(
            (
                report.holders[one.recipient_id].name,
                one.issued.in_yuan(),
                " ".join(sentence(violation) for violation in one.violations),
            )
            for one in report.refused
        )
        return Table((_("Recipient"), _("Issued (yuan)"), _("Why")), rows, frozenset({1}))

    def sheets(self) -> list[tuple[str, Table]]:
        """Return every table of the simulation."""
        if self.report is None:
            return []
        made = (self._totals(self.report), self._fortunes(self.report), self._refused(self.report))
        return list(zip(_tabs(), made, strict=True))

    def text(self) -> str:
        """Return everything as lines and grids."""
        if self.report is None:
            return self.headline.text()
        tables = [table for _name, table in self.sheets()]
        grids = [table.as_text() for table in tables if table.rows]
        lines = (f"{self.policy.text()} · {self.year.text()}", self.headline.text(), self.detail.text())
        return "\n\n".join(("\n".join(lines), *grids))


def _tabs() -> tuple[str, str, str]:
    return _("Totals"), _("Who gains and who loses"), _("Would have got nothing")


def _head(name: str) -> tuple[str, ...]:
    return (
        name, _("Issued (yuan)"), _("Simulated"), _("Difference"), _("Paid (yuan)"), _("Simulated"), _("Difference"),
    )  # fmt: skip


def _row(name: str, one: Totals) -> tuple[str, ...]:
    return (
        name,
        one.issued.in_yuan(),
        one.simulated_issued.in_yuan(),
        _signed(one.issued_difference),
        one.paid.in_yuan(),
        one.simulated_paid.in_yuan(),
        _signed(one.paid_difference),
    )


def _signed(amount: Money) -> str:
    return f"+{amount.in_yuan()}" if amount.fen > 0 else amount.in_yuan().replace("-", "−")


def _headline(report: SimulationReport) -> str:
    if report.exhausted_on is not None:
        return _("The money would have run out on {day}.").format(day=report.exhausted_on.isoformat())
    return _("The money would have sufficed; {amount} yuan would be left.").format(amount=report.unissued.in_yuan())


def _detail(report: SimulationReport) -> str:
    gains = sum(one.totals.issued_difference.fen > 0 for one in report.fortunes)
    loses = sum(one.totals.issued_difference.fen < 0 for one in report.fortunes)
    parts = [
        _("Appropriation {amount} yuan").format(amount=report.appropriation.in_yuan()),
        ngettext("{count} unit would get more", "{count} units would get more", gains).format(count=gains),
        ngettext("{count} unit would get less", "{count} units would get less", loses).format(count=loses),
    ]
    if report.left_out:
        out = _(", ").join(
            f"{status_name('application', status)} {count}" for status, count in sorted(report.left_out.items())
        )
        parts.append(_("not played again: {applications}").format(applications=out))
    return _("; ").join(parts)
