"""What the search over everything finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One record that was found.

    Attributes:
        kind: of record, one of `services.search.KINDS`.
        key: what the record is known by: a credit code, a voucher number, or its row.
        title: what it is called; `detail`: what tells it from its namesakes.
        noun, status: for the sign of its state; both empty where it has none.
        id: its row.
    """

    kind: str
    key: str
    title: str
    detail: str
    noun: str = ""
    status: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """The records of one kind that were found.

    Attributes:
        hits: the first of them.
        count: how many there are; `has_more`: that there are more than that.
    """

    kind: str
    hits: tuple[SearchHit, ...]
    count: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper that was found: a document number, a printed paper, or the document that opened or raised a year.

    Attributes:
        subject: what it is about, such as `batch:3`; `job`: the print job of a printed paper, or 0.
    """

    id: int
    title: str
    detail: str
    subject: str
    job: int
