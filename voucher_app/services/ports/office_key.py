"""Revocations of office keys as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voucher_app.domain.office_key import KeyRevocation


class KeyRepository(Protocol):
    """Revocations of office keys; the keys themselves are recorded with the office."""

    def row_of(self, key_id: str) -> int:
        """Return the row of a key.

        Raises:
            NotFound: when the office never had such a key.
        """

    def propose(self, key_row: int, *, reason: str, prepared_by: int) -> int:
        """Record a proposal of today to revoke a key; return its row."""

    def get(self, revocation_id: int) -> KeyRevocation:
        """Return one revocation."""

    def live(self, key_id: str) -> KeyRevocation | None:
        """Return the proposal or revocation that stands for a key, or None."""

    def revocations(self) -> list[KeyRevocation]:
        """Return every revocation, oldest first, withdrawn proposals too."""

    def decide(self, revocation_id: int, *, reviewed_by: int) -> None:
        """Record that a second person revoked the key today."""

    def withdraw(self, revocation_id: int, *, withdrawn_by: int) -> None:
        """Record that a proposal was withdrawn today."""
