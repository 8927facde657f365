"""Objections as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.objection import Objection


class ObjectionRepository(Protocol):
    """Objections."""

    def add(
        self,
        *,
        subject: str,
        raised_by: str,
        content: str,
        prepared_by: int,
        batch_id: int | None = None,
        raised_on: date | None = None,
    ) -> int:
        """Record an objection, raised today when no day is told; return its row."""

    def get(self, objection_id: int) -> Objection:
        """Return one objection.

        Raises:
            NotFound: when there is none.
        """

    def of_subject(self, subject: str) -> list[Objection]:
        """Return the objections raised against something, oldest first."""

    def resolve(self, objection_id: int, *, status: str, resolution: str, resolved_by: int) -> None:
        """Record how an objection ended, today."""

    def open_in_batch(self, batch_id: int) -> list[Objection]:
        """Return the objections of a batch that are not resolved, oldest first."""
