"""The people at the desk as recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voucher_app.domain.operators import OperatorStatus, Role
    from voucher_app.services.queries.ledger import HistoryEntry


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """A person at the desk.

    Attributes:
        has_password: none is needed in a trial office; `must_change`: somebody else chose it.
        failures: wrong passwords in a row.
    """

    id: int
    name: str
    role: Role
    status: OperatorStatus
    has_password: bool
    must_change: bool
    failures: int


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """A person at the desk, and what was done to the account."""

    row: OperatorRow
    history: tuple[HistoryEntry, ...]
