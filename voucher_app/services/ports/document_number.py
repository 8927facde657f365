"""Numbers of documents as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.document_number import DocumentNumber


class DocumentNumberRepository(Protocol):
    """The registers of document numbers."""

    def draw(self, *, kind: str, prefix: str, subject: str, title: str, drawn_seq: int, prepared_by: int) -> int:
        """Record the next number of this kind and of the business date's year; return its row."""

    def get(self, number_id: int) -> DocumentNumber:
        """Return one number.

        Raises:
            NotFound: when there is none.
        """

    def find(self, kind: str, subject: str) -> DocumentNumber | None:
        """Return the live number of a document, or None."""

    def live(self, kind: str, subjects: Sequence[str]) -> dict[str, DocumentNumber]:
        """Return the live numbers of some documents of a kind, by subject; those without one are left out."""

    def at(self, kind: str, subject: str, *, seq: int) -> DocumentNumber | None:
        """Return the number that a document had once a journal record was made, void by now or not; None for none."""

    def next_sequence(self, kind: str, year: int) -> int:
        """Return the sequence that the next number of a kind and year will have."""

    def all(self, kind: str = "", year: int | None = None) -> list[DocumentNumber]:
        """Return the numbers of a kind, of a year, or all; void ones too, in their order."""

    def void(self, number_id: int, *, reason: str, voided_by: int) -> None:
        """Make a number void as of today; it stays in the register."""
