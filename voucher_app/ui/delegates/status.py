"""A status as people see it: a shape, a word and a colour, so that none of them has to be told apart by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from voucher_app.ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Sign:
    """How a status looks: one of the shapes below, in the colour of a token."""

    shape: str
    token: str


_SIGNS: Final = {
    ("import-row", "good"): Sign("disc", "good"),
    ("import-row", "reason"): Sign("bars", "warn"),
    ("import-row", "bad"): Sign("cross", "bad"),
    ("application", "submitted"): Sign("ring", "warn"),
    ("application", "submitted-alone"): Sign("ring", "warn"),
    ("application", "submitted-in-batch"): Sign("ring", "warn"),
    ("application", "approved"): Sign("three-quarters", "accent"),
    ("application", "approved-alone"): Sign("three-quarters", "accent"),
    ("application", "approved-in-batch"): Sign("three-quarters", "accent"),
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
    ("redemption", "verified"): Sign("quarter", "good"),
    ("redemption", "refused"): Sign("cross", "bad"),
    ("redemption", "reversed"): Sign("dash", "ink_soft"),
    ("provider", "candidate"): Sign("ring", "ink_soft"),
    ("provider", "registered"): Sign("quarter", "warn"),
    ("provider", "admitted"): Sign("disc", "good"),
    ("provider", "suspended"): Sign("bars", "warn"),
    ("provider", "removed"): Sign("cross", "bad"),
    ("application", "draft"): Sign("dash", "ink_soft"),
    ("application", "accepted"): Sign("quarter", "accent"),
    ("application", "returned"): Sign("back", "warn"),
    ("application", "declined"): Sign("slash", "ink_soft"),
    ("application", "first-reviewed"): Sign("half", "warn"),
    ("application", "allocated"): Sign("hollow-diamond", "accent"),
    ("application", "publicized"): Sign("bars", "accent"),
    ("application", "objected"): Sign("triangle", "bad"),
    ("application", "cleared"): Sign("diamond", "accent"),
    ("application", "withdrawn"): Sign("square", "ink_soft"),
    ("redemption", "settled"): Sign("half", "accent"),
    ("redemption", "disbursed"): Sign("disc", "accent"),
    ("redemption", "payment-failed"): Sign("triangle", "bad"),
    ("redemption", "recovering"): Sign("back", "warn"),
    ("redemption", "recovered"): Sign("square", "ink_soft"),
    ("provider", "checked"): Sign("half", "accent"),
    ("provider", "inspected"): Sign("three-quarters", "accent"),
    ("provider", "publicized"): Sign("diamond", "accent"),
    ("provider", "expired"): Sign("triangle", "bad"),
    ("provider", "refused"): Sign("slash", "ink_soft"),
    ("batch", "open"): Sign("disc", "good"),
    ("batch", "closed"): Sign("bars", "warn"),
    ("batch", "reviewing"): Sign("half", "accent"),
    ("batch", "publicized"): Sign("triangle", "accent"),
    ("batch", "issued"): Sign("ring", "good"),
    ("batch", "finished"): Sign("dash", "ink_soft"),
    ("settlement", "draft"): Sign("dash", "ink_soft"),
    ("settlement", "confirmed"): Sign("quarter", "accent"),
    ("settlement", "planned"): Sign("half", "accent"),
    ("settlement", "checked"): Sign("three-quarters", "accent"),
    ("settlement", "disbursed"): Sign("diamond", "accent"),
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
    ("document-number", "live"): Sign("disc", "good"),
    ("document-number", "void"): Sign("cross", "bad"),
    ("day", "working"): Sign("disc", "accent"),
    ("day", "off"): Sign("ring", "ink_soft"),
    ("year", "open"): Sign("disc", "good"),
    ("year", "closed"): Sign("bars", "ink_soft"),
    ("print", "begun"): Sign("half", "warn"),
    ("print", "done"): Sign("disc", "good"),
    ("print", "cancelled"): Sign("cross", "bad"),
    ("key", "current"): Sign("disc", "good"),
    ("key", "former"): Sign("dash", "ink_soft"),
    ("key", "proposed"): Sign("ring", "warn"),
    ("key", "revoked"): Sign("cross", "bad"),
    ("key-revocation", "proposed"): Sign("ring", "warn"),
    ("key-revocation", "revoked"): Sign("cross", "bad"),
    ("key-revocation", "withdrawn"): Sign("dash", "ink_soft"),
}
_FILLINGS: Final = {"quarter": 90, "half": 180, "three-quarters": 270}
"""Circles filled by so many degrees: how far along the road a record is."""
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


_NEAR, _FAR, _MIDDLE = 1.25, SIDE - 1.25, SIDE / 2
_STROKES: Final[dict[str, tuple[tuple[tuple[float, float], ...], ...]]] = {
    "triangle": (((_MIDDLE, 0.75), (SIDE - 0.5, SIDE - 1), (0.5, SIDE - 1), (_MIDDLE, 0.75)),),
    "cross": (((1.75, 1.75), (SIDE - 1.75, SIDE - 1.75)), ((SIDE - 1.75, 1.75), (1.75, SIDE - 1.75))),
    "dash": (((1, _MIDDLE), (SIDE - 1, _MIDDLE)),),
    "slash": (((2.75, SIDE - 2.75), (SIDE - 2.75, 2.75)),),
    "back": (((SIDE - 2.5, _NEAR), (2.5, _MIDDLE), (SIDE - 2.5, _FAR)),),
    "bars": (
        ((1.5, 1), (4, 1), (4, SIDE - 1), (1.5, SIDE - 1), (1.5, 1)),
        ((SIDE - 4, 1), (SIDE - 1.5, 1), (SIDE - 1.5, SIDE - 1), (SIDE - 4, SIDE - 1), (SIDE - 4, 1)),
    ),
    "diamond": (((_MIDDLE, 0.5), (SIDE - 0.5, _MIDDLE), (_MIDDLE, SIDE - 0.5), (0.5, _MIDDLE), (_MIDDLE, 0.5)),),
    "hollow-diamond": (((_MIDDLE, 1), (SIDE - 1, _MIDDLE), (_MIDDLE, SIDE - 1), (1, _MIDDLE), (_MIDDLE, 1)),),
    "square": (((1.5, 1.5), (SIDE - 1.5, 1.5), (SIDE - 1.5, SIDE - 1.5), (1.5, SIDE - 1.5), (1.5, 1.5)),),
}
_RADII: Final = {"disc": 4.5, "ring": 3.75, "slash": 3.75, **dict.fromkeys(_FILLINGS, 3.75)}
_SOLID: Final = frozenset({"disc", "triangle", "bars", "diamond"})


@cache
def _paths(shape: str) -> tuple[QPainterPath, bool]:
    """Return a shape in a square of `SIDE`, and whether it is filled rather than drawn."""
    path = QPainterPath()
    if shape in _RADII:
        path.addEllipse(QPointF(_MIDDLE, _MIDDLE), _RADII[shape], _RADII[shape])
    for stroke in _STROKES.get(shape, ()):
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in stroke]))
    assert not path.isEmpty(), shape
    return path, shape in _SOLID


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
        if sign.shape in _FILLINGS:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            # From the top, clockwise: Qt counts sixteenths of a degree against the clock.
            painter.drawPie(path.boundingRect(), 90 * 16, -_FILLINGS[sign.shape] * 16)
    painter.restore()
