"""Numbers of documents (文号): 晋算券〔2026〕n号, from a register without gaps for each kind of document and year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput, Violation

if TYPE_CHECKING:
    from datetime import date

PREFIX: Final = "晋算券"
LONGEST_PREFIX: Final = 20
_KIND: Final = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """One number of a register.

    Attributes:
        kind: of document, such as `publicity-list`; each kind and year counts from 1.
        prefix: what stands before the year (机关代字).
        subject: what the document is about, such as `batch:3`; printed again, it has the same number.
        drawn_seq: the journal record that drew it.
        void_reason: why it is void; empty for a live one. A void number stays and is never given again.
    """

    id: int
    kind: str
    year: int
    sequence: int
    prefix: str
    subject: str
    title: str
    drawn_on: date
    drawn_seq: int
    prepared_by: int
    voided_on: date | None = None
    voided_by: int | None = None
    void_reason: str = ""

    def __str__(self) -> str:
        return self.written(self.prefix, self.year, self.sequence)

    @staticmethod
    def written(prefix: str, year: int, sequence: int) -> str:
        """Return how a number is written: 晋算券〔2026〕12号 (GB/T 9704)."""
        return f"{prefix}〔{year}〕{sequence}号"


def parse_kind(text: str) -> str:
    """Read a kind of document: lower-case letters, digits and hyphens.

    Raises:
        InvalidInput: for anything else.
    """
    kind = text.strip()
    if not _KIND.fullmatch(kind):
        raise InvalidInput("document_kind", found=text)
    return kind


def number_is_live(number: DocumentNumber) -> Violation | None:
    """Refuse to void a number a second time."""
    if number.voided_on is None:
        return None
    return Violation(
        "NUMBER", "number_void", found=number.voided_on.isoformat(), allowed="a live number", subject=str(number)
    )
