"""A status as people see it: a shape, a word and a colour, so that none of them has to be told apart by itself."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from voucher_app.ui import theme


@dataclass(frozen=True, slots=True)
class Sign:
    """How a status looks: one of the shapes below, in the colour of a token."""

    shape: str
    token: str


_SIGNS: Final = {
    ("application", "submitted"): Sign("ring", "warn"),
    ("application", "approved"): Sign("half", "accent"),
    ("application", "refused"): Sign("cross", "bad"),
    ("application", "issued"): Sign("disc", "good"),
    ("voucher", "usable"): Sign("disc", "good"),
    ("voucher", "partly-used"): Sign("half", "accent"),
    ("voucher", "used-up"): Sign("ring", "ink_soft"),
    ("voucher", "expired"): Sign("triangle", "bad"),
    ("voucher", "returned"): Sign("dash", "ink_soft"),
    ("voucher", "voided"): Sign("cross", "bad"),
    ("voucher", "frozen"): Sign("bars", "warn"),
    ("redemption", "claimed"): Sign("ring", "warn"),
    ("redemption", "verified"): Sign("disc", "good"),
    ("redemption", "refused"): Sign("cross", "bad"),
    ("redemption", "reversed"): Sign("dash", "ink_soft"),
    ("provider", "candidate"): Sign("ring", "ink_soft"),
    ("provider", "registered"): Sign("half", "warn"),
    ("provider", "admitted"): Sign("disc", "good"),
    ("provider", "suspended"): Sign("bars", "warn"),
    ("provider", "removed"): Sign("cross", "bad"),
    ("application", "draft"): Sign("dash", "ink_soft"),
    ("application", "accepted"): Sign("ring", "accent"),
    ("application", "returned"): Sign("bars", "warn"),
    ("application", "declined"): Sign("cross", "ink_soft"),
    ("application", "first-reviewed"): Sign("half", "warn"),
    ("application", "allocated"): Sign("triangle", "accent"),
    ("application", "publicized"): Sign("bars", "accent"),
    ("application", "objected"): Sign("triangle", "bad"),
    ("application", "cleared"): Sign("disc", "accent"),
    ("application", "withdrawn"): Sign("ring", "ink_soft"),
    ("redemption", "settled"): Sign("half", "accent"),
    ("redemption", "disbursed"): Sign("disc", "accent"),
    ("redemption", "recovering"): Sign("triangle", "warn"),
    ("redemption", "recovered"): Sign("bars", "ink_soft"),
    ("provider", "checked"): Sign("ring", "accent"),
    ("provider", "inspected"): Sign("half", "accent"),
    ("provider", "publicized"): Sign("bars", "accent"),
    ("provider", "expired"): Sign("triangle", "bad"),
    ("provider", "refused"): Sign("cross", "ink_soft"),
    ("batch", "open"): Sign("disc", "good"),
    ("batch", "closed"): Sign("bars", "warn"),
    ("batch", "reviewing"): Sign("half", "accent"),
    ("batch", "publicized"): Sign("triangle", "accent"),
    ("batch", "issued"): Sign("ring", "good"),
    ("batch", "finished"): Sign("dash", "ink_soft"),
    ("settlement", "draft"): Sign("dash", "ink_soft"),
    ("settlement", "confirmed"): Sign("ring", "accent"),
    ("settlement", "planned"): Sign("half", "accent"),
    ("settlement", "checked"): Sign("bars", "accent"),
    ("settlement", "disbursed"): Sign("disc", "accent"),
    ("settlement", "reconciled"): Sign("disc", "good"),
    ("settlement", "closed"): Sign("bars", "ink_soft"),
    ("settlement", "cancelled"): Sign("cross", "bad"),
    ("settlement-line", "pending"): Sign("ring", "warn"),
    ("settlement-line", "paid"): Sign("disc", "good"),
    ("settlement-line", "failed"): Sign("cross", "bad"),
    ("settlement-line", "removed"): Sign("dash", "ink_soft"),
    ("recovery", "decided"): Sign("half", "warn"),
    ("recovery", "received"): Sign("disc", "good"),
    ("objection", "open"): Sign("ring", "warn"),
    ("objection", "dismissed"): Sign("dash", "ink_soft"),
    ("objection", "upheld"): Sign("triangle", "bad"),
    ("policy-draft", "draft"): Sign("dash", "ink_soft"),
    ("policy-draft", "reviewed"): Sign("half", "accent"),
    ("policy-draft", "published"): Sign("disc", "good"),
    ("policy-draft", "withdrawn"): Sign("ring", "ink_soft"),
    ("operator", "active"): Sign("disc", "good"),
    ("operator", "locked"): Sign("bars", "bad"),
    ("cap-change", "proposed"): Sign("ring", "warn"),
    ("cap-change", "decided"): Sign("disc", "good"),
    ("cap-change", "refused"): Sign("cross", "bad"),
    ("year", "open"): Sign("disc", "good"),
    ("year", "closed"): Sign("bars", "ink_soft"),
}
SIDE: Final = 10
"""Pixels of the square a shape is drawn in."""


def sign_of(noun: str, status: str) -> Sign:
    """Return how a status looks."""
    return _SIGNS[noun, status]


def known_states() -> frozenset[tuple[str, str]]:
    """Return every noun and status that has a sign."""
    return frozenset(_SIGNS)


def colour_of(noun: str, status: str) -> QColor:
    """Return a status's colour in the theme in use."""
    return theme.color(getattr(theme.current(), sign_of(noun, status).token))


@cache
def _paths(shape: str) -> tuple[QPainterPath, bool]:
    """Return a shape in a square of `SIDE`, and whether it is filled rather than drawn."""
    path = QPainterPath()
    inset, middle = 1.25, SIDE / 2
    square = QRectF(inset, inset, SIDE - 2 * inset, SIDE - 2 * inset)
    if shape in {"disc", "ring"}:
        path.addEllipse(square if shape == "ring" else square.adjusted(-0.75, -0.75, 0.75, 0.75))
        return path, shape == "disc"
    if shape == "half":
        path.addEllipse(square)
        return path, False
    if shape == "triangle":
        path.moveTo(QPointF(middle, 0.75))
        path.lineTo(QPointF(SIDE - 0.5, SIDE - 1))
        path.lineTo(QPointF(0.5, SIDE - 1))
        path.closeSubpath()
        return path, True
    if shape == "bars":
        path.addRoundedRect(QRectF(1.5, 1, 2.5, SIDE - 2), 0.75, 0.75)
        path.addRoundedRect(QRectF(SIDE - 4, 1, 2.5, SIDE - 2), 0.75, 0.75)
        return path, True
    if shape == "cross":
        path.moveTo(QPointF(1.75, 1.75))
        path.lineTo(QPointF(SIDE - 1.75, SIDE - 1.75))
        path.moveTo(QPointF(SIDE - 1.75, 1.75))
        path.lineTo(QPointF(1.75, SIDE - 1.75))
        return path, False
    assert shape == "dash", shape
    path.moveTo(QPointF(1, middle))
    path.lineTo(QPointF(SIDE - 1, middle))
    return path, False


def paint_sign(painter: QPainter, sign: Sign, *, x: float, y: float) -> None:
    """Paint a shape with its top left corner at a point."""
    colour = theme.color(getattr(theme.current(), sign.token))
    path, is_filled = _paths(sign.shape)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(x, y)
    if is_filled:
        painter.fillPath(path, colour)
    else:
        painter.setPen(QPen(colour, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        if sign.shape == "half":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPie(path.boundingRect(), 90 * 16, 180 * 16)
    painter.restore()
