"""Batches as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.application import Application
    from voucher_app.domain.batch import Batch
    from voucher_app.domain.money import Money


class BatchRepository(Protocol):
    """Batches."""

    def add(
        self,
        *,
        year: int,
        policy_id: int,
        name: str,
        model: str,
        allocation: str,
        envelope: Money | None,
        intake_from: date,
        intake_until: date,
        document: str,
        prepared_by: int,
    ) -> int:
        """Record an open batch; return its row."""

    def get(self, batch_id: int) -> Batch:
        """Return one batch.

        Raises:
            NotFound: when there is none.
        """

    def set_status(self, batch_id: int, status: str) -> None:
        """Record a new status."""

    def publicize(self, batch_id: int, *, first: date, last: date) -> None:
        """Record that a batch is publicized from a day until a day."""

    def mark_issued(self, batch_id: int, *, issued_by: int) -> None:
        """Record that its vouchers were issued."""

    def applications(self, batch_id: int, *statuses: str) -> list[Application]:
        """Return a batch's applications in some statuses, oldest first."""

    def count(self, batch_id: int, *statuses: str) -> int:
        """Return how many of a batch's applications are in some statuses."""

    def committed(self, year: int, *, besides: int) -> Money:
        """Return what other batches of a year have allocated and not issued yet."""
