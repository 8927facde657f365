"""Every kind of table that can be taken in, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.services.imports.applications import APPLICATIONS
from voucher_app.services.imports.claims import CLAIMS
from voucher_app.services.imports.payments import PAYMENTS
from voucher_app.services.imports.registers import CALENDAR, FACILITIES
from voucher_app.services.imports.units import PROVIDERS, RECIPIENTS

if TYPE_CHECKING:
    from voucher_app.services.imports.kind import ImportKind

KINDS: Final[dict[str, ImportKind]] = {
    kind.name: kind for kind in (RECIPIENTS, PROVIDERS, APPLICATIONS, CLAIMS, PAYMENTS, FACILITIES, CALENDAR)
}
