"""What belongs into an archive pack (卷) of a voucher or of a year, as the records name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.attachment import AttachmentRow


@dataclass(frozen=True, slots=True)
class ArchiveContents:
    """What a pack is made of.

    Attributes:
        numbers: of its vouchers, by year and sequence; `redemptions`: their claims.
        subjects: everything it is about, such as `voucher:17`.
        touched: by table, the rows whose every journal record belongs to it.
    """

    year: int
    numbers: tuple[str, ...]
    redemptions: tuple[int, ...]
    policies: tuple[PublishedPolicy, ...]
    attachments: tuple[AttachmentRow, ...]
    subjects: frozenset[str]
    touched: dict[str, frozenset[int]]
