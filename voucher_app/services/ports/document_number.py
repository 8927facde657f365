"""Numbers of documents as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
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

    def all(self, kind: str = "", year: int | None = None) -> list[DocumentNumber]:
        """Return the numbers of a kind, of a year, or all; void ones too, in their order."""

    def void(self, number_id: int, *, reason: str, voided_by: int) -> None:
        """Make a number void as of today; it stays in the register."""
