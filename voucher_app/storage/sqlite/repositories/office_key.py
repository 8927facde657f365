"""Revocations of office keys as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.office_key import KeyRevocation, RevocationStatus
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none

if TYPE_CHECKING:
    from voucher_app.storage.sqlite.repositories.table import Row

_REVOCATION: Final = """SELECT key_revocation.id, signing_key.key_id, status, reason, proposed_on, prepared_by,
    decided_on, reviewed_by, withdrawn_by
    FROM key_revocation JOIN signing_key ON signing_key.id = key_revocation.key_id"""


def _revocation(row: Row) -> KeyRevocation:
    key, key_id, status, reason, proposed_on, prepared_by, decided_on, reviewed_by, withdrawn_by = row
    return KeyRevocation(
        id=cast("int", key),
        key_id=cast("str", key_id),
        status=RevocationStatus(cast("str", status)),
        reason=cast("str", reason),
        proposed_on=day(proposed_on),
        prepared_by=cast("int", prepared_by),
        decided_on=day_or_none(decided_on),
        reviewed_by=cast("int | None", reviewed_by),
        withdrawn_by=cast("int | None", withdrawn_by),
    )


class KeyTable(Table):
    """Revocations of office keys."""

    def row_of(self, key_id: str) -> int:
        """Return the row of a key."""
        row = self._one("SELECT id FROM signing_key WHERE key_id = ?", (key_id,))
        if row is None:
            raise NotFound("key", key_id)
        return cast("int", row[0])

    def propose(self, key_row: int, *, reason: str, prepared_by: int) -> int:
        """Record a proposal of today to revoke a key; return its row."""
        key = self._next("key_revocation")
        self._write(
            "key_revocation",
            key,
            """INSERT INTO key_revocation (id, key_id, status, reason, proposed_on, prepared_by)
               VALUES (?, ?, 'proposed', ?, ?, ?)""",
            (key, key_row, reason, self._today.isoformat(), prepared_by),
        )
        return key

    def get(self, revocation_id: int) -> KeyRevocation:
        """Return one revocation."""
        row = self._one(f"{_REVOCATION} WHERE key_revocation.id = ?", (revocation_id,))
        if row is None:
            raise NotFound("key-revocation", revocation_id)
        return _revocation(row)

    def live(self, key_id: str) -> KeyRevocation | None:
        """Return the proposal or revocation that stands for a key, or None."""
        row = self._one(f"{_REVOCATION} WHERE signing_key.key_id = ? AND status <> 'withdrawn'", (key_id,))
        return _revocation(row) if row is not None else None

    def revocations(self) -> list[KeyRevocation]:
        """Return every revocation, oldest first, withdrawn proposals too."""
        rows = self._connection.execute(f"{_REVOCATION} ORDER BY key_revocation.id").fetchall()
        return [_revocation(row) for row in rows]

    def decide(self, revocation_id: int, *, reviewed_by: int) -> None:
        """Record that a second person revoked the key today."""
        self._write(
            "key_revocation",
            revocation_id,
            "UPDATE key_revocation SET status = 'revoked', decided_on = ?, reviewed_by = ? WHERE id = ?",
            (self._today.isoformat(), reviewed_by, revocation_id),
        )

    def withdraw(self, revocation_id: int, *, withdrawn_by: int) -> None:
        """Record that a proposal was withdrawn today."""
        self._write(
            "key_revocation",
            revocation_id,
            "UPDATE key_revocation SET status = 'withdrawn', decided_on = ?, withdrawn_by = ? WHERE id = ?",
            (self._today.isoformat(), withdrawn_by, revocation_id),
        )
