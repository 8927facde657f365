"""Argon2id (RFC 9106): slow and hungry for memory on purpose, so that guessing from a stolen data file is dear."""

from __future__ import annotations

from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

TIME_COST: Final = 3
MEMORY_COST_KIB: Final = 64 * 1024
PARALLELISM: Final = 4
"""RFC 9106, section 4, the second recommended option; some 120 ms on two cores."""


class Argon2idHasher:
    """Hashes in PHC form: parameters and salt stand in the text, so stronger ones may follow."""

    def __init__(
        self,
        *,
        time_cost: int = TIME_COST,
        memory_cost_kib: int = MEMORY_COST_KIB,
        parallelism: int = PARALLELISM,
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_cost_kib, parallelism=parallelism, type=Type.ID
        )

    def hash(self, password: str) -> str:
        """Return a hash with its parameters and a new salt."""
        return self._hasher.hash(password)

    def matches(self, password_hash: str, password: str) -> bool:
        """Return whether a hash was made of this password; a hash that was damaged matches none."""
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
