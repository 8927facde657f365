"""Two charts painted in the theme's colours: cumulated issuance under its cap, and bars by name.

Painted rather than drawn by `reportlab.graphics`: on screen they follow light and dark and every size at once, and
need no SVG. Both know their figures as a table, which the card around them shows instead on request.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QHelpEvent, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from voucher_app.domain.money import FEN_PER_WAN_YUAN, ZERO, Money
from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.clipboard import grid_text
from voucher_app.ui.tips import plain_tip
from voucher_app.ui.widgets.money_bar import short

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtGui import QPaintEvent

_MONTHS: Final = 12
_GRID_LINES: Final = 5
_NAMES_SHARE: Final = 0.45
_AREA_ALPHA: Final = 0.14
_GROUND_ALPHA: Final = 0.8
_FEW_BARS: Final = 8
_STEPS: Final = (10, 20, 25, 50)
"""Round distances between grid lines, in tenths of a power of ten."""


@dataclass(frozen=True, slots=True)
class Table:
    """A chart's figures: a header, and rows of text; `numeric` columns line up at the right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]

    def as_text(self) -> str:
        """Return the table as tab-separated text, which a spreadsheet pastes as the same grid."""
        return grid_text((self.header, *self.rows))


def grid_step(most_fen: int) -> int:
    """Return a round distance between grid lines, in fen, so that about five of them hold an amount."""
    least = max(most_fen // _GRID_LINES, 1)
    power = FEN_PER_WAN_YUAN // 1000
    while True:
        for step in _STEPS:
            if step * power >= least:
                return step * power
        power *= 10


def aligned(amounts: Sequence[Money]) -> list[str]:
    """Return amounts in 万元, exact, with equally many decimals, so that their points stand in one line."""
    texts = [amount.in_wan_yuan().replace("-", "−") for amount in amounts]
    decimals = max((len(text.partition(".")[2]) for text in texts), default=2)
    return [text + "0" * (decimals - len(text.partition(".")[2])) for text in texts]


@dataclass(frozen=True, slots=True)
class Projection:
    """Where the present rate leads: the point in the year, counted in months from January, and the sum issued there."""

    months: float
    amount: Money
    words: str


class Chart(QWidget):
    """What the charts share: fonts, a table of their figures, and their name for a screen reader."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def table(self) -> Table:
        """Return the chart's figures."""
        raise NotImplementedError

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.LABEL_PX)
        return font


class CapChart(Chart):
    """Cumulated issuance month by month, the cap above it, and where the present rate leads."""

    def __init__(self) -> None:
        super().__init__(_("Cumulated issuance and the year's cap"))
        self._line: list[Money] = []
        self._cap = ZERO
        self._until = 0.0
        self._projection: Projection | None = None
        self.setMinimumHeight(theme.CONTROL * 6)

    @called_by_qt
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size that reads well."""
        return QSize(theme.CONTROL * 16, theme.CONTROL * 7)

    def set_figures(self, line: list[Money], *, cap: Money, until: float, projection: Projection | None) -> None:
        """Show the issuance so far, and where it leads.

        Args:
            line: what was issued up to the end of each month; the last one up to now.
            cap: the most that can be issued.
            until: now, counted in months from January.
            projection: where the present rate leads, or None.
        """
        self._line, self._cap, self._until, self._projection = line, cap, until, projection
        self.setAccessibleDescription(self.table().as_text())
        self.update()

    def table(self) -> Table:
        """Return the cumulated issuance by month."""
        months = [_("Month {month}").format(month=month) for month in range(1, len(self._line) + 1)]
        alone = [amount - before for before, amount in pairwise([ZERO, *self._line])]
        left = [self._cap - amount for amount in self._line]
        return Table(
            (
                _("Month"),
                _("Issued in it (10,000 yuan)"),
                _("Issued so far (10,000 yuan)"),
                _("Left of the cap (10,000 yuan)"),
            ),
            tuple(zip(months, aligned(alone), aligned(self._line), aligned(left), strict=True)),
            frozenset({1, 2, 3}),
        )

    # ------------------------------------------------------------------------------------------ geometry

    def _plot(self) -> QRectF:
        labels = self.fontMetrics().horizontalAdvance("5,000") + theme.SPACE * 3
        return QRectF(self.rect()).adjusted(labels, theme.SPACE * 5, -theme.SPACE * 2, -theme.SPACE * 6)

    def _top(self) -> int:
        highest = max([self._cap, *self._line, self._projection.amount if self._projection else ZERO]).fen
        step = grid_step(highest)
        return -(-highest // step) * step or step

    def _y(self, amount: Money) -> float:
        plot = self._plot()
        return plot.bottom() - plot.height() * amount.fen / self._top()

    def _x(self, months: float) -> float:
        plot = self._plot()
        return plot.left() + plot.width() * months / _MONTHS

    # ------------------------------------------------------------------------------------------ painting

    @called_by_qt
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Paint the chart."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small())
        self._paint_grid(painter)
        if self._line:
            self._paint_line(painter)
        self._paint_cap(painter)

    def _paint_grid(self, painter: QPainter) -> None:
        tokens, plot, top = theme.current(), self._plot(), self._top()
        step = grid_step(top)
        for fen in range(0, top + 1, step):
            y = round(self._y(Money(fen))) + 0.5
            painter.setPen(QPen(theme.color(tokens.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color(tokens.ink_soft))
            where = QRectF(0, y - theme.ROW / 2, plot.left() - theme.SPACE * 2, theme.ROW)
            label = short(Money(fen)).removesuffix(".00")
            painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), label)
        for month in range(1, _MONTHS + 1):
            where = QRectF(self._x(month - 1), plot.bottom() + theme.SPACE, self._x(1) - self._x(0), theme.SPACE * 5)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), _("M{month}").format(month=month))

    def _points(self) -> list[QPointF]:
        """Return the line: from nothing, over the ends of the months, to now."""
        ends = [*range(1, len(self._line)), self._until]
        line = [QPointF(self._x(month), self._y(amount)) for month, amount in zip(ends, self._line, strict=True)]
        return [QPointF(self._x(0), self._y(ZERO)), *line]

    def _paint_line(self, painter: QPainter) -> None:
        tokens, points = theme.current(), self._points()
        area = QPainterPath(points[0])
        for point in points[1:]:
            area.lineTo(point)
        area.lineTo(points[-1].x(), self._y(ZERO))
        fill = theme.color(tokens.outstanding)
        fill.setAlphaF(_AREA_ALPHA)
        painter.fillPath(area, fill)
        if self._projection is not None:
            painter.setPen(QPen(theme.color(tokens.warn), 1.6, Qt.PenStyle.DashLine))
            end = QPointF(self._x(self._projection.months), self._y(self._projection.amount))
            painter.drawLine(points[-1], end)
            beside = self._place_of(painter, points[-1], short(self._line[-1]))
            # Near the year's end the two figures would lie on each other; the one of today is the surer.
            if not self._place_of(painter, end, self._projection.words).intersects(beside):
                self._paint_words(painter, end, self._projection.words, tokens.warn)
        painter.setPen(
            QPen(theme.color(tokens.outstanding), 2.2, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
        )
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(tokens.outstanding))
        painter.drawEllipse(points[-1], 4, 4)
        self._paint_words(painter, points[-1], short(self._line[-1]), tokens.ink)

    def _place_of(self, painter: QPainter, point: QPointF, words: str) -> QRectF:
        """Return where words go: above a point, or below it where the cap's line is near, inside the plot."""
        metrics, plot = painter.fontMetrics(), self._plot()
        width, height = metrics.horizontalAdvance(words) + theme.SPACE * 2, metrics.height()
        left = max(min(point.x() - width / 2, plot.right() - width), plot.left())
        top = point.y() - height - theme.SPACE * 2
        if top < self._y(self._cap) + theme.SPACE / 2 <= point.y() + height:
            top = point.y() + theme.SPACE * 2
        return QRectF(left, top, width, height)

    def _paint_words(self, painter: QPainter, point: QPointF, words: str, colour: str) -> None:
        """Write beside a point, on the card's own ground."""
        where = self._place_of(painter, point, words)
        ground = theme.color(theme.current().surface)
        ground.setAlphaF(_GROUND_ALPHA)
        painter.fillRect(where, ground)
        painter.setPen(theme.color(colour))
        painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), words)

    def _paint_cap(self, painter: QPainter) -> None:
        tokens, plot = theme.current(), self._plot()
        y = round(self._y(self._cap)) + 0.5
        painter.setPen(QPen(theme.color(tokens.bad), 1.6))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        words = _("Cap {amount}").format(amount=short(self._cap).removesuffix(".00"))
        where = QRectF(plot.left() + theme.SPACE * 2, y - theme.SPACE * 5, plot.width(), theme.SPACE * 5)
        painter.drawText(where, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), words)

    @called_by_qt
    def event(self, event: QEvent) -> bool:
        """Tell the month's figure under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            month = int((event.pos().x() - self._x(0)) / (self._x(1) - self._x(0))) + 1
            if 1 <= month <= len(self._line):
                words = _("Up to month {month}: {amount} (10,000 yuan)").format(
                    month=month, amount=self._line[month - 1].in_wan_yuan()
                )
                QToolTip.showText(event.globalPos(), words, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a `ShareChart`."""

    name: str
    amount: Money
    count: int


class ShareChart(Chart):
    """A bar for each name, largest first; what does not fit is summed up in the last one."""

    def __init__(self, name: str, *, most: int = 8) -> None:
        super().__init__(name)
        self._bars: list[Bar] = []
        self._most = most
        self._name = name

    @called_by_qt
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for every bar."""
        row = theme.ROW - theme.SPACE * (2 if len(self._shown()) <= _FEW_BARS else 3)
        return QSize(theme.CONTROL * 9, max(len(self._shown()), 1) * row)

    @called_by_qt
    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the least that can be read."""
        return QSize(theme.CONTROL * 6, max(len(self._shown()), 1) * theme.SPACE * 6)

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these bars."""
        self._bars = list(bars)
        self.setAccessibleDescription(self.table().as_text() if bars else self._none())
        self.updateGeometry()
        self.update()

    def table(self) -> Table:
        """Return name, number of vouchers and issued value."""
        return Table(
            (self._name, _("Vouchers"), _("Issued (10,000 yuan)")),
            tuple(
                (bar.name, str(bar.count), amount)
                for bar, amount in zip(self._bars, aligned([bar.amount for bar in self._bars]), strict=True)
            ),
            frozenset({1, 2}),
        )

    @called_by_qt
    def event(self, event: QEvent) -> bool:
        """Tell the bar under the pointer, whose name may be cut."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bars = self._shown()
            place = int(event.pos().y() / self._row_height()) if bars else 0
            if place < len(bars):
                bar = bars[place]
                words = _("{name}: {amount} (10,000 yuan), {count} vouchers").format(
                    name=bar.name, amount=bar.amount.in_wan_yuan(), count=bar.count
                )
                QToolTip.showText(event.globalPos(), plain_tip(words), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _say_that_there_is_none(self) -> None:
        painter = QPainter(self)
        painter.setPen(theme.color(theme.current().ink_soft))
        at_top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect(), at_top, self._none())
        painter.end()

    @staticmethod
    def _none() -> str:
        return _("Nothing was issued yet.")

    def _row_height(self) -> float:
        return min(self.height() / max(len(self._shown()), 1), float(theme.ROW))

    def _shown(self) -> list[Bar]:
        if len(self._bars) <= self._most:
            return self._bars
        rest = self._bars[self._most - 1 :]
        others = Bar(
            _("{count} others").format(count=len(rest)),
            sum((bar.amount for bar in rest), ZERO),
            sum(bar.count for bar in rest),
        )
        return [*self._bars[: self._most - 1], others]

    @called_by_qt
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Paint the bars."""
        bars = self._shown()
        if not bars:
            self._say_that_there_is_none()
            return
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small())
        metrics = painter.fontMetrics()
        row = self._row_height()
        longest = max(metrics.horizontalAdvance(bar.name) for bar in bars) + theme.SPACE
        names = min(longest, int(self.width() * _NAMES_SHARE)) + theme.SPACE * 2
        figures = max(metrics.horizontalAdvance(short(bar.amount)) for bar in bars) + theme.SPACE * 2
        room = max(self.width() - names - figures, 1)
        most = max(*(bar.amount.fen for bar in bars), 1)
        for place, bar in enumerate(bars):
            line = QRectF(0, place * row, self.width(), row)
            painter.setPen(theme.color(tokens.ink_soft))
            name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideMiddle, names - theme.SPACE * 2)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
            width = max(room * bar.amount.fen / most, 2.0) if bar.amount else 0.0  # little is seen, nothing is not
            thick = min(float(theme.SPACE * 3), row * 0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(tokens.outstanding))
            painter.drawRoundedRect(QRectF(names, line.center().y() - thick / 2, width, thick), 3, 3)
            painter.setPen(theme.color(tokens.ink))
            where = QRectF(names + width + theme.SPACE * 2, line.top(), figures, row)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), short(bar.amount))


def months_into(year: int, day: date) -> float:
    """Return how far into a year a day lies, counted in months from January: the place of a point, never money."""
    if day.year != year:
        return float(_MONTHS) if day.year > year else 0.0
    return day.month - 1 + day.day / monthrange(day.year, day.month)[1]
