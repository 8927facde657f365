"""What proves an operator: an Argon2id hash, the wrong tries in a row, and when the last one was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.storage.sqlite.repositories.table import Table

if TYPE_CHECKING:
    from datetime import date


class CredentialTable(Table):
    """What proves an operator."""

    def set(self, operator_id: int, password_hash: str, *, must_change: bool, changed_on: date) -> None:
        """Record a hash in place of the one before; the wrong tries are forgotten."""
        values = (password_hash, int(must_change), changed_on.isoformat(), operator_id)
        if self._one("SELECT 1 FROM credential WHERE id = ?", (operator_id,)) is None:
            sql = "INSERT INTO credential (password_hash, must_change, changed_on, id) VALUES (?, ?, ?, ?)"
        else:
            sql = (
                "UPDATE credential SET password_hash = ?, must_change = ?, changed_on = ?, failures = 0, "
                "failed_at = '' WHERE id = ?"
            )
        self._write("credential", operator_id, sql, values)

    def count_failure(self, operator_id: int, *, failures: int, failed_at: str) -> None:
        """Record a wrong try: how many in a row, and when the last one was."""
        self._write(
            "credential",
            operator_id,
            "UPDATE credential SET failures = ?, failed_at = ? WHERE id = ?",
            (failures, failed_at, operator_id),
        )
