"""What expires soon: within 30, 60 or 90 days, counted for each and listed for the one that is chosen."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton

from voucher_app.i18n import _
from voucher_app.services.queries.overview import SOON_DAYS
from voucher_app.ui import theme
from voucher_app.ui.widgets.charts import Table
from voucher_app.ui.widgets.figures_card import FiguresCard
from voucher_app.ui.widgets.figures_table import FiguresTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.services.queries.overview import Overview

_MOST_SHOWN: Final = 5
"""Rows that the card is at least high enough for; the others are scrolled to."""


class ExpiringCard(FiguresCard):
    """Vouchers by their last day of use, the soonest first.

    Args:
        go: shows a voucher, by its number, or all of them without one.
    """

    def __init__(self, go: Callable[[str], None]) -> None:
        super().__init__(_("Expiring soon"))
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._counts: tuple[int, ...] = tuple(0 for _days in SOON_DAYS)
        self._days = SOON_DAYS[0]
        self.spans: list[QPushButton] = []
        group = QButtonGroup(self)
        for days in SOON_DAYS:
            span = QPushButton()
            span.setProperty("kind", "chip")
            span.setCheckable(True)
            span.setChecked(days == self._days)
            span.clicked.connect(partial(self._choose, days))
            group.addButton(span)
            self.head.addWidget(span, 0, Qt.AlignmentFlag.AlignTop)
            self.head.addSpacing(theme.SPACE)
            self.spans.append(span)
        self.add_ways_out()
        self.table = FiguresTable(self.full_title)
        self.table.cellDoubleClicked.connect(lambda row, _column: go(self.table.figures.rows[row][0]))
        self.none = QLabel()
        theme.set_role(self.none, "soft")
        self.rest = QPushButton()
        self.rest.setProperty("kind", "link")
        self.rest.clicked.connect(lambda: go(""))
        self.body.addWidget(self.none, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.rest, 0, Qt.AlignmentFlag.AlignLeft)
        self._show()

    def show_expiring(self, overview: Overview, on: date) -> None:
        """Show what expires after a day."""
        self._counts = overview.expiring_counts
        self._rows = tuple(
            (
                row.number,
                row.recipient_name,
                row.remaining.in_yuan(),
                row.use_by,
                str((date.fromisoformat(row.use_by) - on).days),
            )
            for row in overview.expiring
        )
        self._show()

    def figures(self) -> Table:
        """Return the vouchers that are listed."""
        header = (
            _("Voucher"), _("Recipient"), _("Remaining (yuan)"), _("Use by"), _("Days left"),
        )  # fmt: skip
        return Table(header, tuple(row for row in self._rows if int(row[-1]) <= self._days), frozenset({2, 4}))

    def _choose(self, days: int, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - the slot of clicked(bool)
        self._days = days
        self._show()

    def _show(self) -> None:
        for span, days, count in zip(self.spans, SOON_DAYS, self._counts, strict=True):
            span.setText(_("{days} days: {count}").format(days=days, count=f"{count:,}"))
        figures, count = self.figures(), self._counts[SOON_DAYS.index(self._days)]
        self.table.set_table(figures, stretch=1)
        self.table.setVisible(bool(figures.rows))
        self.table.setMinimumHeight(theme.ROW_COMPACT * (min(len(figures.rows), _MOST_SHOWN) + 1) + theme.SPACE)
        self.none.setText(_("No voucher's last day of use lies within {days} days.").format(days=self._days))
        self.none.setVisible(not figures.rows)
        self.rest.setText(
            _("The soonest {shown} of {count} are listed; all of them stand under Vouchers").format(
                shown=len(figures.rows), count=f"{count:,}"
            )
        )
        self.rest.setVisible(count > len(figures.rows))
