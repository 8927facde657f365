"""How much compute the vouchers paid for (算力消纳), from invoices and prices of claims: nobody meters it for us."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from voucher_app.domain.money import ZERO
from voucher_app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.money import Money
    from voucher_app.services.queries.documents import ComputeUsed

_TOLD: Final = 5
"""So many items at most, those that cost most; a report is no price list."""
_HUNDREDTHS: Final = 100


def compute_cost(used: Sequence[ComputeUsed]) -> Money:
    """Return what the invoices of verified claims bill for compute."""
    return sum((one.cost for one in used), ZERO)


def compute_words(used: Sequence[ComputeUsed]) -> str:
    """Return cost and quantities in words: a quantity is what was billed divided by the price told with the claim."""
    if not used:
        return _("no claim was verified in the period")
    parts = [
        _("{cost} ten-thousand yuan billed for compute in verified claims, supporting services not counted").format(
            cost=compute_cost(used).in_wan_yuan()
        )
    ]
    quantities = _quantities(used)
    costliest = sorted(quantities, key=lambda key: (-quantities[key][1].fen, key))
    told = [
        _("{item} {quantity} {unit}")
        .format(item=item, unit=unit, quantity=_written(quantities[item, unit][0]))
        .rstrip()
        for item, unit in costliest[:_TOLD]
    ]
    if told:
        parts.append(_("by the prices told, about {quantities}").format(quantities=_(", ").join(told)))
    if len(costliest) > _TOLD:
        parts.append(_("{count} further kinds of compute").format(count=len(costliest) - _TOLD))
    silent = sum(one.claims for one in used if one.unit_price is None)
    if silent:
        parts.append(_("no price was told in {count} claims").format(count=silent))
    return _("; ").join(parts)


def _quantities(used: Sequence[ComputeUsed]) -> dict[tuple[str, str], tuple[Fraction, Money]]:
    """Return quantity and cost of each kind of compute whose price was told."""
    found: dict[tuple[str, str], tuple[Fraction, Money]] = {}
    for one in used:
        if one.unit_price is not None:
            quantity, cost = found.get((one.item, one.unit), (Fraction(0), ZERO))
            found[one.item, one.unit] = quantity + Fraction(one.cost.fen, one.unit_price.fen), cost + one.cost
    return found


def _written(quantity: Fraction) -> str:
    """Write a quantity with two decimals, half up."""
    sign = "-" if quantity < 0 else ""
    whole, hundredths = divmod((2 * _HUNDREDTHS * abs(quantity) + 1) // 2, _HUNDREDTHS)
    return f"{sign}{whole:,}.{hundredths:02d}"
