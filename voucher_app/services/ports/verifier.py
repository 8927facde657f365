"""The page with which anybody checks certificates without us, and without a network: what goes into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from voucher_app.services.papers import PublicKey
    from voucher_app.services.queries.voucher import EndedVoucher


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key that the office ever signed with; `revoked_on` is None while it is good."""

    key: PublicKey
    revoked_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What an office publishes, so that its papers can be judged elsewhere.

    Attributes:
        trial: marks 演示.
        as_of: the business date up to which `ended` tells what came to an end.
        journal_seq, journal_hash: the last journal record it was made from.
        keys: newest first.
        ended: by year and sequence.
    """

    office_name: str
    file_id: str
    trial: bool
    as_of: date
    journal_seq: int
    journal_hash: str
    keys: tuple[PublishedKey, ...]
    ended: tuple[EndedVoucher, ...]


class VerifierBuilder(Protocol):
    """Puts the page together; the same records give the same bytes."""

    def build(self, published: Published, file: Path) -> None:
        """Write the page with an office's keys and list, atomically.

        Raises:
            OSError: when the file cannot be written.
        """

    def is_a_verifier(self, file: Path) -> bool:
        """Return whether a file is such a page, of whatever office, so that it may be replaced."""
