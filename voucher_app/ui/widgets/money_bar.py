"""A bar of money in the four fixed colours: paid, payable, outstanding, unissued; what a decision moves is hatched.

A hatch, a gap and the legend's words say what the colours say, so the bar can be read in grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from voucher_app.domain.money import FEN_PER_WAN_YUAN, ZERO
from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QPaintEvent

    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.money import Money

PAID: Final = "paid"
PAYABLE: Final = "payable"
OUTSTANDING: Final = "outstanding"
UNISSUED: Final = "unissued"
LAPSED: Final = "lapsed"
OVER: Final = "over"
_PERMILLE: Final = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the bar.

    Attributes:
        kind: one of the constants above; names the colour.
        is_moved: this is what the decision moves; hatched.
        name: words of its own; the kind's when empty.
    """

    kind: str
    amount: Money
    is_moved: bool = False
    name: str = ""

    @property
    def words(self) -> str:
        """What it is called."""
        return self.name or part_name(self.kind)


def short(amount: Money) -> str:
    """Return an amount in 万元 with two decimals, for a chart; the table has the exact figure."""
    wan, fen = divmod(abs(amount.fen), FEN_PER_WAN_YUAN)
    return f"{'−' if amount < ZERO else ''}{wan:,}.{fen * 100 // FEN_PER_WAN_YUAN:02d}"


def share_in_percent(part: Money, whole: Money) -> str:
    """Return a part as a percentage with one decimal, cut, so that 100 % means all of it."""
    permille = part.fen * _PERMILLE // whole.fen if whole else 0
    return f"{permille // 10}.{permille % 10}%"


def part_name(kind: str) -> str:
    """Return the words for a kind of money."""
    return {
        PAID: _("Paid"),
        PAYABLE: _("Payable"),
        OUTSTANDING: _("Outstanding"),
        UNISSUED: _("Unissued"),
        LAPSED: _("Lapsed"),
        OVER: _("Above the limit"),
    }[kind]


def part_color(kind: str) -> QColor:
    """Return the fixed colour of a kind of money."""
    tokens = theme.current()
    return theme.color(
        {
            PAID: tokens.paid,
            PAYABLE: tokens.payable,
            OUTSTANDING: tokens.outstanding,
            UNISSUED: tokens.unissued,
            LAPSED: tokens.line,
            OVER: tokens.bad,
        }[kind]
    )


def year_parts(money: YearMoney) -> list[Part]:
    """Return where a year's money is, in the order of the bar; lapsed money only when there is some."""
    parts = [
        Part(PAID, money.disbursed),
        Part(PAYABLE, money.payable),
        Part(OUTSTANDING, money.outstanding),
        Part(UNISSUED, money.unissued),
    ]
    return [*parts, Part(LAPSED, money.lapsed)] if money.lapsed else parts


def issuing_parts(money: YearMoney, moving: Money) -> list[Part]:
    """Return the bar of an issuance: what it takes out of the unissued money, and what it lacks."""
    fits = min(moving, money.unissued) if moving > ZERO else ZERO
    over = moving - fits
    parts = [
        Part(PAID, money.disbursed),
        Part(PAYABLE, money.payable),
        Part(OUTSTANDING, money.outstanding),
        Part(OUTSTANDING, fits, is_moved=True),
        Part(UNISSUED, money.unissued - fits),
        Part(LAPSED, money.lapsed),
        Part(OVER, over, is_moved=True),
    ]
    return [part for part in parts if part.amount > ZERO]


def ending_parts(money: YearMoney, going_back: Money, *, to_lapsed: bool) -> list[Part]:
    """Return the bar of a voucher's end: what goes back from outstanding to the year."""
    parts = [
        Part(PAID, money.disbursed),
        Part(PAYABLE, money.payable),
        Part(OUTSTANDING, money.outstanding - going_back),
        Part(LAPSED if to_lapsed else UNISSUED, going_back, is_moved=True),
        Part(UNISSUED, money.unissued),
        Part(LAPSED, money.lapsed),
    ]
    return [part for part in parts if part.amount > ZERO]


class MoneyBar(QWidget):
    """Paints the parts in proportion; each part that holds anything can be seen."""

    def __init__(self, parent: QWidget | None = None, *, height: int = theme.BAR) -> None:
        super().__init__(parent)
        self._parts: list[Part] = []
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @called_by_qt
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the bar's height."""
        return QSize(theme.CONTROL * 6, self._height)

    @called_by_qt
    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the least that can be read."""
        return QSize(theme.CONTROL * 3, self._height)

    def set_parts(self, parts: list[Part]) -> None:
        """Show these parts; a screen reader gets them in words."""
        self._parts = [part for part in parts if part.amount > ZERO]
        told = [f"{part.words} {part.amount.in_wan_yuan()}" for part in self._parts]
        self.setAccessibleName(_("Money (10,000 yuan): {parts}").format(parts=_(", ").join(told)))
        self.setToolTip("\n".join(told))
        self.update()

    def _widths(self, width: int) -> list[float]:
        total = sum(part.amount.fen for part in self._parts)
        least = min(3, width)
        widths = [max(width * part.amount.fen / total, least) for part in self._parts]
        too_wide = sum(widths) - width
        widest = widths.index(max(widths))
        widths[widest] -= too_wide
        return widths

    @called_by_qt
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Paint the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        radius = min(theme.RADIUS, self.height() / 2)
        clip = QPainterPath()
        clip.addRoundedRect(whole, radius, radius)
        painter.setClipPath(clip)
        painter.fillRect(whole, part_color(UNISSUED))
        if not self._parts:
            return
        left = whole.left()
        for part, width in zip(self._parts, self._widths(self.width()), strict=True):
            stretch = QRectF(left, whole.top(), width, whole.height())
            painter.fillRect(stretch, part_color(part.kind))
            if part.is_moved:
                self._hatch(painter, stretch, is_pale=part.kind in {UNISSUED, LAPSED})
            left += width
            if part is not self._parts[-1]:
                painter.fillRect(QRectF(left - 1, whole.top(), 1, whole.height()), theme.color(theme.current().surface))

    def _hatch(self, painter: QPainter, stretch: QRectF, *, is_pale: bool) -> None:
        tokens = theme.current()
        painter.save()
        painter.setClipRect(stretch, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(theme.color(tokens.ink_soft if is_pale else tokens.surface), 2))
        step = theme.SPACE * 2
        x = stretch.left() - stretch.height()
        while x < stretch.right():
            painter.drawLine(QPointF(x, stretch.bottom()), QPointF(x + stretch.height(), stretch.top()))
            x += step
        painter.restore()


class Swatch(QWidget):
    """A small square in the colour of a kind of money."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.setFixedSize(theme.SPACE * 3, theme.SPACE * 3)

    @called_by_qt
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Paint the square; the palest colour gets an outline, so that it is seen on a card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_pale = self._kind in {UNISSUED, LAPSED}
        painter.setPen(QPen(theme.color(theme.current().line_strong), 1) if is_pale else Qt.PenStyle.NoPen)
        painter.setBrush(part_color(self._kind))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.SPACE - 1, theme.SPACE - 1)


class MoneyLegend(QWidget):
    """What the colours of a bar stand for, with amounts in 万元 and their share of the whole."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACE * 2)
        self._parts: list[Part] = []
        self._whole = ZERO

    def set_parts(self, parts: list[Part], *, whole: Money) -> None:
        """Show these parts, also those that hold nothing."""
        self._parts, self._whole = parts, whole
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for part in parts:
            name, amount, share = QLabel(part.words), QLabel(part.amount.in_wan_yuan()), QLabel()
            theme.set_role(name, "soft")
            theme.set_role(share, "label")
            share.setText(share_in_percent(part.amount, whole))
            for widget in (Swatch(part.kind), name, amount, share):
                self._row.addWidget(widget)
            self._row.addSpacing(theme.MARGIN)
        self._row.addStretch(1)

    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """Return the figures: what the money is, the amount in 万元, its share of the whole."""
        return tuple(
            (part.words, part.amount.in_wan_yuan(), share_in_percent(part.amount, self._whole)) for part in self._parts
        )
