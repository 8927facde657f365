"""The overview (概览): what is left of the year, at what rate it goes, what waits, what expires, where it went."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import ZERO
from voucher_app.i18n import _, ngettext
from voucher_app.services.tasks import tasks_of
from voucher_app.ui import actions, theme
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.first_paint import after_first_paint
from voucher_app.ui.pages.page import Page
from voucher_app.ui.widgets.card import Card
from voucher_app.ui.widgets.figure_card import FigureCard
from voucher_app.ui.widgets.money_bar import MoneyBar, MoneyLegend, share_in_percent, short, year_parts
from voucher_app.ui.widgets.waiting_card import WaitingCard

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.money import Money
    from voucher_app.services.queries.overview import Overview
    from voucher_app.services.queries.waiting import Waiting
    from voucher_app.services.run_rate import RunRate
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.pages.overview_charts import OverviewCharts
    from voucher_app.ui.widgets.charts import Table
    from voucher_app.ui.widgets.first_voucher import FirstVoucherCard


class OverviewPage(Page):
    """A year at a glance."""

    name: ClassVar[str] = "overview"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._asked = 0
        self._waiting: tuple[Waiting, ...] | None = None
        self._heading = QLabel()
        theme.set_role(self._heading, "title")
        self.appropriation = FigureCard(_("Appropriation"))
        self.issued = FigureCard(_("Issued"))
        self.left = FigureCard(_("Left to issue"))
        self.waiting = FigureCard(_("Waiting for me"))
        self.to_do = WaitingCard(desk.go)
        self.first_to_do = WaitingCard(desk.go)
        self.road: FirstVoucherCard | None = None
        self.money_bar = MoneyBar()
        self.legend = MoneyLegend()
        self._build()
        desk.operator_changed.connect(self._operator_changed)

    @classmethod
    def title(cls) -> str:
        """Return the page's name in words."""
        return _("Overview")

    def begin_new(self) -> None:
        """Open the year, where it is not opened yet; otherwise check a certificate: the button that is seen."""
        dialog = "year_open" if self._stack.currentWidget() is self._empty else "certificate_verify"
        open_dialog(dialog, self.desk, self.window())

    # ------------------------------------------------------------------------------------------ reading

    def reload(self) -> None:
        """Read the year anew; what was read while the window was loaded is shown at once, and the rest after it."""
        self._asked += 1
        self._heading.setText(_("Overview of {year}").format(year=self.desk.year))
        glance = self.desk.first_glance(self.desk.year)
        if glance is None:
            self._read()
        else:
            self._show_figures(glance.money, glance.vouchers)
            after_first_paint(self, self._read)

    def _read(self) -> None:
        desk, asked, year, on = self.desk, self._asked, self.desk.year, self.desk.today

        def found(overview: Overview) -> None:
            if asked == self._asked:
                self._show_figures(overview.money, sum(overview.counts.values()))
                self._show_rate(overview, on)
                self.charts.show_overview(overview, on)
                self._read_waiting()
                self._read_road(has_vouchers=any(overview.counts.values()))

        def failed(error: Exception) -> None:
            if asked != self._asked:
                return
            if isinstance(error, NotFound):
                self._read_waiting()
                self._empty_words.setText(
                    _("The budget year {year} is not opened yet. Its appropriation is what can be issued.").format(
                        year=year
                    )
                )
                self._stack.setCurrentWidget(self._empty)
            else:
                self.desk.runner.failed.emit(error)

        desk.runner.run(lambda: desk.workspace.queries.overview(year, on), success=found, failure=failed, owner=self)

    @cached_property
    def charts(self) -> OverviewCharts:
        """The part below the figures; made when they are painted, or when somebody asks for it."""
        from voucher_app.ui.pages.overview_charts import OverviewCharts  # noqa: PLC0415 - see above

        charts = OverviewCharts(self.desk)
        self._grid.addWidget(charts, 3, 0, 1, 4)
        return charts

    def _show_figures(self, money: YearMoney, count: int) -> None:
        issued = money.outstanding + money.payable + money.disbursed
        self.appropriation.show_figure(money.appropriation.in_wan_yuan(), _("10k yuan"), money.document)
        self.issued.show_figure(
            issued.in_wan_yuan(),
            _("10k yuan"),
            ngettext("{count} voucher · {share} of the year", "{count} vouchers · {share} of the year", count).format(
                count=count, share=share_in_percent(issued, money.appropriation)
            ),
        )
        self.left.show_figure(money.unissued.in_wan_yuan(), _("10k yuan"), self.left.note.text())
        parts = year_parts(money)
        self.money_bar.set_parts(parts)
        self.legend.set_parts(parts, whole=money.appropriation)
        self._stack.setCurrentWidget(self._content)

    def _show_rate(self, overview: Overview, on: date) -> None:
        from voucher_app.services.run_rate import run_rate  # noqa: PLC0415 - the figures are painted before

        rate, left = run_rate(overview.money, overview.by_month, on), overview.money.unissued
        self.left.show_figure(left.in_wan_yuan(), _("10k yuan"), *_rate_in_words(rate, left))

    def _operator_changed(self) -> None:
        self._read_waiting()
        if self.road is not None and self.road.isVisible():
            self._read_road(has_vouchers=False)

    def _read_waiting(self) -> None:
        """Count what waits, on the lane of long looks: the window is usable before that is known."""
        desk, asked, year, operator = self.desk, self._asked, self.desk.year, self.desk.operator
        if operator is None:
            return

        def found(waiting: tuple[Waiting, ...]) -> None:
            if asked == self._asked and operator == desk.operator:
                self._waiting = waiting
                self._show_waiting()

        desk.runner.run(lambda: desk.workspace.queries.waiting(year, operator.id), success=found, owner=self, long=True)

    def _show_waiting(self) -> None:
        operator = self.desk.operator
        if self._waiting is None:
            return
        tasks = tasks_of(operator.role, small_office=self.desk.office.small_office) if operator else ()
        for card in (self.to_do, self.first_to_do):
            card.show_waiting(self._waiting, tasks)
        self.waiting.show_figure(f"{self.to_do.count:,}", _("items"), "")

    def _read_road(self, *, has_vouchers: bool) -> None:
        """Show the way to the first voucher, in a year that has none."""
        if has_vouchers:
            if self.road is not None:
                self.road.hide()
            return
        from voucher_app.ui.widgets.first_voucher import (  # noqa: PLC0415 - most years have vouchers
            FirstVoucherCard,
            stages_done,
        )

        desk, year = self.desk, self.desk.year
        if self.road is None:
            self.road = FirstVoucherCard(desk.go)
            self._above.addWidget(self.road)
        card = self.road

        def found(done: tuple[bool, ...]) -> None:
            if year == desk.year:
                card.show_done(done, desk.operator)

        desk.runner.run(lambda: stages_done(desk.workspace.queries, year), success=found, owner=card, long=True)

    # ------------------------------------------------------------------------------------------ shape

    def _build(self) -> None:
        self._content = self._content_widget()
        self._empty = self._empty_widget()
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(QWidget())
        self._stack.addWidget(self._content)
        self._stack.addWidget(self._empty)
        check = QPushButton(theme.icon("verify"), _("Check a certificate …"))
        check.setToolTip(actions.named("new").keys_in_words())
        check.clicked.connect(lambda: open_dialog("certificate_verify", self.desk, self.window()))
        head = QHBoxLayout()
        head.setContentsMargins(theme.MARGIN, theme.MARGIN - theme.SPACE, theme.MARGIN, theme.GAP)
        head.addWidget(self._heading, 1)
        head.addWidget(check)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(holder, 1)

    def _content_widget(self) -> QWidget:
        inside = QWidget()
        inside.setProperty("flat", "true")
        inside.setMinimumWidth(theme.CONTROL * 24)
        scroll = QScrollArea()
        scroll.setProperty("ring", "true")
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        # The bar keeps its place, so that the cards end where the heading's button ends, scrolled or not.
        bar = scroll.verticalScrollBar().sizeHint().width()
        self._grid = grid = QGridLayout(inside)
        grid.setContentsMargins(theme.MARGIN, 0, max(theme.MARGIN - bar, 0), theme.MARGIN)
        grid.setSpacing(theme.GAP)
        for column, card in enumerate((self.appropriation, self.issued, self.left, self.waiting)):
            grid.addWidget(card, 0, column)
        self._above = QVBoxLayout()
        self._above.setSpacing(theme.GAP)
        self._above.addWidget(self.to_do)
        grid.addLayout(self._above, 1, 0, 1, 4)
        grid.addWidget(self._money_card(), 2, 0, 1, 4)
        grid.setRowStretch(3, 1)
        for column in range(4):
            grid.setColumnStretch(column, 1)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        return scroll

    def _money_card(self) -> Card:
        card = Card(_("Where the money is"), _("10k yuan"))
        copy = card.add_tool("copy", _("Copy the figures, for a spreadsheet"))
        copy.clicked.connect(self._copy_money)
        save = card.add_tool("export", _("Save the figures as a table …"))
        save.clicked.connect(self._save_money)
        card.add_picture()
        self.money_card = card
        card.body.addWidget(self.money_bar)
        card.body.addWidget(self.legend)
        return card

    def _money_table(self) -> Table:
        from voucher_app.ui.widgets.charts import Table  # noqa: PLC0415 - the first paint comes before

        return Table((_("Part"), _("10k yuan"), _("Share")), self.legend.rows(), frozenset({1}))

    def _copy_money(self) -> None:
        from voucher_app.ui.clipboard import copy_grid  # noqa: PLC0415 - as above

        table = self._money_table()
        copy_grid((table.header, *table.rows), table.numeric)

    def _save_money(self) -> None:
        from voucher_app.ui.figures_out import save_figures  # noqa: PLC0415 - as above

        save_figures(self.money_card, self.money_card.full_title, self._money_table())

    def _empty_widget(self) -> QWidget:
        empty = QWidget()
        picture = QLabel()
        picture.setPixmap(theme.icon("empty").pixmap(theme.icon_size(theme.CONTROL)))
        self._empty_words = QLabel()
        theme.set_role(self._empty_words, "soft")
        self.open_year_button = QPushButton(_("Open the budget year …"))
        self.open_year_button.setProperty("kind", "accent")
        self.open_year_button.clicked.connect(lambda: open_dialog("year_open", self.desk, self.window()))
        column = QVBoxLayout(empty)
        column.setSpacing(theme.SPACE * 4)
        column.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.MARGIN)
        column.addWidget(self.first_to_do)  # what waits for somebody does not wait for the year
        column.addStretch(2)
        for widget in (picture, self._empty_words, self.open_year_button):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)
        return empty


def _rate_in_words(rate: RunRate | None, unissued: Money) -> tuple[str, str]:
    """Return how long the money lasts, and the role of the sentence."""
    if unissued <= ZERO:
        return _("Nothing is left to issue"), "bad"
    if rate is None:
        return _("No rate yet: nothing was issued this year"), "soft"
    if rate.exhausted_on is not None:
        return _("{rate} a month: used up on {day}").format(
            rate=short(rate.per_month), day=rate.exhausted_on.isoformat()
        ), "warn"
    return _("{rate} a month: about {amount} left at the year's end").format(
        rate=short(rate.per_month), amount=short(rate.year_end_left)
    ), "soft"
