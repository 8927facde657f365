"""What a list shows, as typed cells of a table that is written out: amounts as numbers, days as days, text as text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.services.ports.tables import MILLIONTHS, OutKind

if TYPE_CHECKING:
    from voucher_app.services.ports.tables import OutCell

_COUNT: Final = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})*|-?[0-9]{1,15}", re.ASCII)
_DECIMAL: Final = re.compile(r"[-−+]?[0-9]{1,3}(?:,?[0-9]{3})*\.[0-9]{1,6}", re.ASCII)
_MINUS: Final = "-−"
_SIGNS: Final = f"{_MINUS}+"


def typed(kind: OutKind, text: str) -> OutCell:
    """Return a cell as what it is; a text that is none of its column's kind, such as a dash, stays text.

    Args:
        kind: of the column.
        text: as it is shown: `1,234.50`, `+1,234.50`, `2026-03-05`, `1,234`.
    """
    if not text:
        return None
    if kind is OutKind.MONEY:
        return _fen(text)
    if kind is OutKind.DECIMAL and _DECIMAL.fullmatch(text):
        return int(Decimal(text.replace(",", "").replace("−", "-")) * MILLIONTHS)
    if kind is OutKind.COUNT and _COUNT.fullmatch(text):
        return int(text.replace(",", ""))
    return text


def _fen(text: str) -> OutCell:
    is_negative = text[0] in _MINUS
    try:
        fen = Money.parse(text[1:] if text[0] in _SIGNS else text).fen
    except InvalidInput:
        return text
    return -fen if is_negative else fen
