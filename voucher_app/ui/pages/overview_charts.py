"""Where a year's money went and what expires: the part of the overview that is made after its figures are painted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from voucher_app.domain.money import ZERO
from voucher_app.i18n import _
from voucher_app.services.wording.names import kind_name
from voucher_app.ui import theme
from voucher_app.ui.widgets.card import Card
from voucher_app.ui.widgets.chart_card import ChartCard
from voucher_app.ui.widgets.charts import Bar, CapChart, Projection, ShareChart, Table
from voucher_app.ui.widgets.figures_table import FiguresTable
from voucher_app.ui.widgets.money_bar import short
from voucher_app.ui.widgets.run_rate import cumulated, months_into, run_rate

if TYPE_CHECKING:
    from voucher_app.services.queries.overview import Overview, Share
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.run_rate import RunRate

_MOST_EXPIRING = 5
_CITIES = 16
"""Eleven cities and their zones: all of them are seen."""


class OverviewCharts(QWidget):
    """Charts by month, city, class and provider, and what expires soon."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.cap = CapChart()
        self.city = ShareChart(_("City"), most=_CITIES)
        self.kind = ShareChart(_("Class"))
        self.provider = ShareChart(_("Provider"), most=6)
        self.expiring = FiguresTable(_("Expiring within 30 days"))
        self._counts = QLabel()
        theme.set_role(self._counts, "soft")
        cap = ChartCard(_("Cumulated issuance and the year's cap"), self.cap, _("10k yuan"))
        city = ChartCard(_("Issued by city"), self.city, _("10k yuan"))
        kind = ChartCard(_("Issued by class"), self.kind, _("10k yuan"))
        provider = ChartCard(_("Issued by provider"), self.provider, _("10k yuan"))
        self._cards = (cap, city, kind, provider)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.GAP)
        grid.addWidget(cap, 0, 0, 1, 2)
        grid.addWidget(city, 0, 2)
        grid.addWidget(kind, 0, 3)
        last = QHBoxLayout()
        last.setSpacing(theme.GAP)
        last.addWidget(provider, 1)
        last.addWidget(self._expiring_card(), 2)
        grid.addLayout(last, 1, 0, 1, 4)
        grid.setRowStretch(0, 1)
        for column in range(4):
            grid.setColumnStretch(column, 1)

    def show_overview(self, overview: Overview, on: date) -> None:
        """Show a year as of a day."""
        money = overview.money
        self.cap.set_figures(
            cumulated(overview.by_month, year=money.year, until=on),
            cap=money.appropriation,
            until=months_into(money.year, on),
            projection=_projection(overview, run_rate(money, overview.by_month, on)),
        )
        self.city.set_bars(_bars(overview.by_city))
        self.provider.set_bars(_bars(overview.by_provider))
        self.kind.set_bars([Bar(kind_name(share.key), share.amount, share.count) for share in overview.by_kind])
        for card in self._cards:
            card.refresh()
        self._show_expiring(overview, on)

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
        self._desk.go("vouchers", key=self.expiring.figures.rows[row][0])

    def _expiring_card(self) -> Card:
        card = Card(_("Expiring within 30 days"))
        card.head.addWidget(self._counts)
        copy = card.add_tool("copy", _("Copy the figures, for a spreadsheet"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.expiring.figures.as_text()))
        self._none_expiring = QLabel(_("No voucher's last day of use lies within 30 days."))
        theme.set_role(self._none_expiring, "soft")
        self.expiring.cellDoubleClicked.connect(lambda row, _column: self._open_expiring(row))
        card.body.addWidget(self._none_expiring, 1, Qt.AlignmentFlag.AlignTop)
        card.body.addWidget(self.expiring, 1)
        return card


def _bars(shares: tuple[Share, ...]) -> list[Bar]:
    if not any(share.count for share in shares):
        return []  # the chart says so in a sentence
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
