"""The office, its people and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.operators import Credential, Operator, OperatorStatus, Role, Standing
from voucher_app.storage.sqlite.repositories.table import Table

if TYPE_CHECKING:
    from voucher_app.services.papers import PublicKey
    from voucher_app.storage.sqlite.repositories.table import Row

_STANDING: Final = """
    SELECT operator.id, operator.name, role, status, trial, small_office,
      password_hash, must_change, failures, failed_at
    FROM operator CROSS JOIN office LEFT JOIN credential ON credential.id = operator.id"""


class OfficeTable(Table):
    """The office itself, its people and its keys."""

    def create(self, *, name: str, trial: bool, file_id: str) -> None:
        """Record the office; a data file has one."""
        self._write(
            "office",
            1,
            "INSERT INTO office (id, name, trial, file_id, created_on) VALUES (1, ?, ?, ?, ?)",
            (name, int(trial), file_id, self._today.isoformat()),
        )

    def add_operator(self, name: str, role: Role) -> Operator:
        """Record a person with a role."""
        key = self._next("operator")
        self._write("operator", key, "INSERT INTO operator (id, name, role) VALUES (?, ?, ?)", (key, name, role.value))
        return Operator(key, name, role)

    def declare_small_office(self, *, on: bool) -> None:
        """Switch small-office mode."""
        self._write("office", 1, "UPDATE office SET small_office = ? WHERE id = 1", (int(on),))

    def standing(self, operator_id: int) -> Standing:
        """Return a person as recorded now."""
        row = self._one(f"{_STANDING} WHERE operator.id = ?", (operator_id,))
        if row is None:
            raise NotFound("operator", operator_id)
        return _standing(row)

    def standings(self) -> list[Standing]:
        """Return everybody as recorded now, in the order in which they came."""
        return [_standing(row) for row in self._connection.execute(f"{_STANDING} ORDER BY operator.id").fetchall()]

    def set_operator_status(self, operator_id: int, status: OperatorStatus) -> None:
        """Lock or unlock a person's account."""
        self._write("operator", operator_id, "UPDATE operator SET status = ? WHERE id = ?", (status.value, operator_id))

    def set_operator_role(self, operator_id: int, role: Role) -> None:
        """Give a person another role in place of the one before."""
        self._write("operator", operator_id, "UPDATE operator SET role = ? WHERE id = ?", (role.value, operator_id))

    def add_key(self, key: PublicKey) -> int:
        """Record a public key; return its row."""
        row = self._next("signing_key")
        self._write(
            "signing_key",
            row,
            "INSERT INTO signing_key (id, key_id, algorithm, public_key) VALUES (?, ?, ?, ?)",
            (row, key.key_id, key.algorithm, key.raw.hex()),
        )
        return row

    def is_trial(self) -> bool:
        """Return whether the office only tries the program out (演示)."""
        return self._one("SELECT 1 FROM office WHERE trial = 1") is not None

    def has_key(self, key_id: str) -> bool:
        """Return whether a public key is recorded."""
        return self._one("SELECT 1 FROM signing_key WHERE key_id = ?", (key_id,)) is not None


def _standing(row: Row) -> Standing:
    credential = None
    if row[6] is not None:
        credential = Credential(
            cast("str", row[6]), must_change=bool(row[7]), failures=cast("int", row[8]), failed_at=cast("str", row[9])
        )
    return Standing(
        Operator(cast("int", row[0]), cast("str", row[1]), Role(cast("str", row[2]))),
        OperatorStatus(cast("str", row[3])),
        credential,
        in_trial_office=bool(row[4]),
        in_small_office=bool(row[5]),
    )
