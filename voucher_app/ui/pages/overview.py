"""The overview (概览): what is left of the year, at what rate it goes, what waits, what expires, where it went."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
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
from voucher_app.services.queries.overview import Overview, Share
from voucher_app.services.wording.names import kind_name
from voucher_app.ui import theme
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.pages.page import Page
from voucher_app.ui.widgets.chart_card import Card, ChartCard
from voucher_app.ui.widgets.charts import Bar, CapChart, Projection, ShareChart, Table, short
from voucher_app.ui.widgets.figure_card import FigureCard
from voucher_app.ui.widgets.figures_table import FiguresTable
from voucher_app.ui.widgets.money_bar import MoneyBar, MoneyLegend, share_in_percent, year_parts
from voucher_app.ui.widgets.run_rate import cumulated, months_into, run_rate
from voucher_app.ui.widgets.waiting_card import WaitingCard, tasks_of

if TYPE_CHECKING:
    from voucher_app.domain.money import Money
    from voucher_app.services.queries.overview import Overview, Share
    from voucher_app.services.queries.waiting import Waiting
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.run_rate import RunRate

_MOST_EXPIRING = 5


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
        self.money_bar = MoneyBar()
        self.legend = MoneyLegend()
        self.cap_chart = CapChart()
        self.city_chart = ShareChart(_("City"), most=7)
        self.kind_chart = ShareChart(_("Class"))
        self.provider_chart = ShareChart(_("Provider"), most=6)
        self.expiring = FiguresTable(_("Expiring within 30 days"))
        self._counts = QLabel()
        theme.set_role(self._counts, "soft")
        self._build()
        desk.operator_changed.connect(self._read_waiting)

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
        """Read the year anew."""
        self._asked += 1
        desk, asked, year, on = self.desk, self._asked, self.desk.year, self.desk.today
        self._heading.setText(_("Overview of {year}").format(year=year))

        def found(overview: Overview) -> None:
            if asked == self._asked:
                self._show(overview, on)

        def failed(error: Exception) -> None:
            if asked != self._asked:
                return
            if isinstance(error, NotFound):
                self._waiting = None
                self._empty_words.setText(
                    _("The budget year {year} is not opened yet. Its appropriation is what can be issued.").format(
                        year=year
                    )
                )
                self._stack.setCurrentWidget(self._empty)
            else:
                self.desk.runner.failed.emit(error)

        desk.runner.run(lambda: desk.read_overview(year, on), success=found, failure=failed, owner=self)

    def _show(self, overview: Overview, on: date) -> None:
        money = overview.money
        rate = run_rate(money, overview.by_month, on)
        issued = money.outstanding + money.payable + money.disbursed
        count = sum(overview.counts.values())
        self.appropriation.show_figure(money.appropriation.in_wan_yuan(), _("10k yuan"), money.document)
        self.issued.show_figure(
            issued.in_wan_yuan(),
            _("10k yuan"),
            ngettext("{count} voucher · {share} of the year", "{count} vouchers · {share} of the year", count).format(
                count=count, share=share_in_percent(issued, money.appropriation)
            ),
        )
        self.left.show_figure(money.unissued.in_wan_yuan(), _("10k yuan"), *_rate_in_words(rate, money.unissued))
        QTimer.singleShot(0, self, self._read_waiting)  # after the figures are painted
        parts = year_parts(money)
        self.money_bar.set_parts(parts)
        self.legend.set_parts(parts, whole=money.appropriation)
        self.cap_chart.set_figures(
            cumulated(overview.by_month, year=money.year, until=on),
            cap=money.appropriation,
            until=months_into(money.year, on),
            projection=_projection(overview, rate),
        )
        self.city_chart.set_bars(_bars(overview.by_city))
        self.provider_chart.set_bars(_bars(overview.by_provider))
        self.kind_chart.set_bars([Bar(kind_name(share.key), share.amount, share.count) for share in overview.by_kind])
        for card in self._chart_cards:
            card.refresh()
        self._show_expiring(overview, on)
        self._stack.setCurrentWidget(self._content)

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
        self.to_do.show_waiting(self._waiting, tasks)
        self.waiting.show_figure(f"{self.to_do.count:,}", _("items"), "")

    def _show_expiring(self, overview: Overview, on: date) -> None:
        soon, later, latest = overview.expiring_counts
        self._counts.setText(
            _("Within 30 days {soon} · 60 days {later} · 90 days {latest}").format(
                soon=soon, later=later, latest=latest
            )
        )
        rows = tuple(
            (
                row.number,
                row.recipient_name,
                row.remaining.in_yuan(),
                row.use_by,
                str((date.fromisoformat(row.use_by) - on).days),
            )
            for row in overview.expiring
        )
        header = (
            _("Voucher"),
            _("Recipient"),
            _("Remaining value (yuan)"),
            _("Last day of use"),
            _("Days left"),
        )
        self.expiring.set_table(Table(header, rows, frozenset({2, 4})), stretch=1)
        self.expiring.setVisible(bool(rows))
        self._none_expiring.setVisible(not rows)
        self.expiring.setMinimumHeight(theme.ROW_COMPACT * (min(len(rows), _MOST_EXPIRING) + 1) + theme.SPACE)

    def _open_expiring(self, row: int) -> None:
        self.desk.go("vouchers", key=self.expiring.figures.rows[row][0])

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
        check.setToolTip(_("Ctrl+N"))
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
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        # The bar keeps its place, so that the cards end where the heading's button ends, scrolled or not.
        bar = scroll.verticalScrollBar().sizeHint().width()
        grid = QGridLayout(inside)
        grid.setContentsMargins(theme.MARGIN, 0, max(theme.MARGIN - bar, 0), theme.MARGIN)
        grid.setSpacing(theme.GAP)
        for column, card in enumerate((self.appropriation, self.issued, self.left, self.waiting)):
            grid.addWidget(card, 0, column)
        grid.addWidget(self.to_do, 1, 0, 1, 4)
        grid.addWidget(self._money_card(), 2, 0, 1, 4)
        cap = ChartCard(_("Cumulated issuance and the year's cap (10k yuan)"), self.cap_chart)
        city = ChartCard(_("By city (10k yuan)"), self.city_chart)
        kind = ChartCard(_("By class (10k yuan)"), self.kind_chart)
        provider = ChartCard(_("By provider (10k yuan)"), self.provider_chart)
        self._chart_cards = (cap, city, kind, provider)
        grid.addWidget(cap, 3, 0, 1, 2)
        grid.addWidget(city, 3, 2)
        grid.addWidget(kind, 3, 3)
        last = QHBoxLayout()
        last.setSpacing(theme.GAP)
        last.addWidget(provider, 1)
        last.addWidget(self._expiring_card(), 2)
        grid.addLayout(last, 4, 0, 1, 4)
        grid.setRowStretch(3, 1)
        for column in range(4):
            grid.setColumnStretch(column, 1)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        return scroll

    def _money_card(self) -> Card:
        card = Card(_("Where the money is (10k yuan)"))
        copy = card.add_tool("copy", _("Copy the figures, for a spreadsheet"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.legend.as_text()))
        card.body.addWidget(self.money_bar)
        card.body.addWidget(self.legend)
        return card

    def _expiring_card(self) -> Card:
        card = Card(_("Expiring within 30 days"))
        card.head.addWidget(self._counts)
        copy = card.add_tool("copy", _("Copy the figures, for a spreadsheet"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.expiring.figures.as_text()))
        self._none_expiring = QLabel(_("No voucher's last day of use lies within 30 days."))
        theme.set_role(self._none_expiring, "soft")
        self.expiring.cellDoubleClicked.connect(lambda row, _column: self._open_expiring(row))
        card.body.addWidget(self._none_expiring, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addWidget(self.expiring, 1)
        return card

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
        column.addStretch(2)
        for widget in (picture, self._empty_words, self.open_year_button):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)
        return empty


def _bars(shares: tuple[Share, ...]) -> list[Bar]:
    return [Bar(share.name, share.amount, share.count) for share in shares]


def _projection(overview: Overview, rate: RunRate | None) -> Projection | None:
    """Return where the rate leads: to the cap on the day it is reached, or to the year's end."""
    money = overview.money
    if rate is None or money.unissued <= ZERO:
        return None
    if rate.exhausted_on is not None:
        day = rate.exhausted_on
        words = _("Used up {month}/{day}").format(month=day.month, day=day.day)
        return Projection(months_into(money.year, day), money.appropriation, words)
    issued = sum((share.amount for share in overview.by_month), ZERO) + money.unissued - rate.year_end_left
    return Projection(12.0, issued, _("about {amount}").format(amount=short(issued)))


def _rate_in_words(rate: RunRate | None, unissued: Money) -> tuple[str, str]:
    """Return how long the money lasts, and the role of the sentence."""
    if unissued <= ZERO:
        return _("Nothing is left to issue"), "bad"
    if rate is None:
        return _("No rate yet: nothing was issued this year"), "soft"
    if rate.exhausted_on is not None:
        return _("At this rate used up on {day}").format(day=rate.exhausted_on.isoformat()), "warn"
    return _("At this rate about {amount} left at the year's end").format(amount=short(rate.year_end_left)), "soft"
