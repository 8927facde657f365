"""The office, its people and its keys."""

from typing import Protocol

from voucher_app.domain.operators import Operator, Role
from voucher_app.services.papers import PublicKey


class OfficeRepository(Protocol):
    """The office itself, its people and its keys."""

    def create(self, *, name: str, trial: bool, file_id: str) -> None:
        """Record the office; a data file has one."""

    def add_operator(self, name: str, role: Role) -> Operator:
        """Record a person with a role."""

    def add_key(self, key: PublicKey) -> int:
        """Record a public key; return its row."""

    def is_trial(self) -> bool:
        """Return whether the office only tries the program out (演示)."""

    def has_key(self, key_id: str) -> bool:
        """Return whether a public key is recorded."""
