"""What is recorded of an application because of its batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.i18n import _

if TYPE_CHECKING:
    from voucher_app.domain.money import Money


def left_out_reason(*, smallest: Money) -> str:
    """Return the written reason of an application that an allocation left out (R5, R32)."""
    return _("The allocation leaves less than the smallest voucher of {smallest} yuan for it.").format(
        smallest=smallest.in_yuan()
    )
