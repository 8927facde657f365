"""Objections as the use cases need them."""

from typing import Protocol

from voucher_app.domain.objection import Objection


class ObjectionRepository(Protocol):
    """Objections against what is publicized."""

    def add(self, *, subject: str, batch_id: int | None, raised_by: str, content: str, prepared_by: int) -> int:
        """Record an objection; return its row."""

    def get(self, objection_id: int) -> Objection:
        """Return one objection.

        Raises:
            NotFound: when there is none.
        """

    def resolve(self, objection_id: int, *, status: str, resolution: str, resolved_by: int) -> None:
        """Record how it ended."""

    def of_subject(self, subject: str) -> list[Objection]:
        """Return every objection against one record, oldest first."""

    def open_in_batch(self, batch_id: int) -> list[Objection]:
        """Return the objections of a batch that are not resolved, oldest first."""
