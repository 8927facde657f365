"""Where a year's money went and what expires: the part of the overview that is made after its figures are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from voucher_app.domain.money import ZERO
from voucher_app.i18n import _
from voucher_app.services.run_rate import cumulated, run_rate
from voucher_app.services.wording.names import kind_name
from voucher_app.ui import theme
from voucher_app.ui.widgets.chart_card import ChartCard
from voucher_app.ui.widgets.charts import Bar, CapChart, Projection, ShareChart, months_into
from voucher_app.ui.widgets.expiring_card import ExpiringCard
from voucher_app.ui.widgets.money_bar import short

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.services.queries.overview import Overview, Share
    from voucher_app.services.run_rate import RunRate
    from voucher_app.ui.desk import Desk

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
        self.expiring = ExpiringCard(self._go_to_voucher)
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
        last.addWidget(self.expiring, 2)
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
        self.expiring.show_expiring(overview, on)

    def _go_to_voucher(self, number: str) -> None:
        self._desk.go("vouchers", key=number or None)


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
