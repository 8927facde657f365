"""The office, its people and its keys."""

from voucher_app.domain.operators import Operator, Role
from voucher_app.services.papers import PublicKey
from voucher_app.storage.sqlite.repositories.table import Table


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
