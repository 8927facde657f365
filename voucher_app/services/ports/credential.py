"""How operators prove who they are: what is kept of it, and what computes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date


class PasswordHasher(Protocol):
    """Turns passwords into something that tells nothing of them, slowly on purpose."""

    def hash(self, password: str) -> str:
        """Return a hash with its parameters and its salt, as text."""

    def matches(self, password_hash: str, password: str) -> bool:
        """Return whether a hash was made of this password."""


class CredentialRepository(Protocol):
    """What proves an operator; it is read with the operator's standing."""

    def set(self, operator_id: int, password_hash: str, *, must_change: bool, changed_on: date) -> None:
        """Record a hash in place of the one before; the wrong tries are forgotten."""

    def count_failure(self, operator_id: int, *, failures: int, failed_at: str) -> None:
        """Record a wrong try: how many in a row, and when the last one was."""
