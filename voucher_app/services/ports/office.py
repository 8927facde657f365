"""The office, its people and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.operators import Operator, OperatorStatus, Role, Standing
    from voucher_app.services.papers import PublicKey


class OfficeRepository(Protocol):
    """The office itself, its people and its keys."""

    def create(self, *, name: str, trial: bool, file_id: str) -> None:
        """Record the office; a data file has one."""

    def declare_small_office(self, *, on: bool) -> None:
        """Switch small-office mode."""

    def add_operator(self, name: str, role: Role) -> Operator:
        """Record a person with a role."""

    def standing(self, operator_id: int) -> Standing:
        """Return a person as recorded now.

        Raises:
            NotFound: when the office has no such person.
        """

    def standings(self) -> Sequence[Standing]:
        """Return everybody as recorded now, in the order in which they came."""

    def set_operator_status(self, operator_id: int, status: OperatorStatus) -> None:
        """Lock or unlock a person's account."""

    def set_operator_role(self, operator_id: int, role: Role) -> None:
        """Give a person another role in place of the one before."""

    def add_key(self, key: PublicKey) -> int:
        """Record a public key; return its row."""

    def is_trial(self) -> bool:
        """Return whether the office only tries the program out (演示)."""

    def has_key(self, key_id: str) -> bool:
        """Return whether a public key is recorded."""
