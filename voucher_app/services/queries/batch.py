"""Batches in lists and in detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voucher_app.domain.batch import Batch
    from voucher_app.domain.money import Money
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.ledger import HistoryEntry


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch in a list; `asked` and `granted` over its applications, drafts and ended ones left out."""

    id: int
    year: int
    name: str
    model: str
    status: str
    intake_from: str
    intake_until: str
    publicity_until: str
    application_count: int
    asked: Money
    granted: Money
    prepared_by: str


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection in a list; `application_id` is what it is raised against."""

    id: int
    application_id: int
    recipient_name: str
    raised_on: str
    raised_by: str
    content: str
    status: str
    resolution: str
    resolved_on: str
    prepared_by: str
    resolved_by: str


@dataclass(frozen=True, slots=True)
class BatchDetails:
    """Everything the detail panel says about a batch.

    Attributes:
        counts: its applications by status, every status named.
        asked: what its living applications ask for together; `granted`: what was allocated to them.
        issued: the face value of its vouchers.
        left: what it may still give: of its year, what no other batch has allocated, within its envelope.
    """

    batch: Batch
    policy: PublishedPolicy
    prepared_by: str
    issued_by: str
    counts: dict[str, int]
    asked: Money
    granted: Money
    issued: Money
    left: Money
    objections: tuple[ObjectionRow, ...]
    history: tuple[HistoryEntry, ...]
