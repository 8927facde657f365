"""Policy versions."""

from datetime import date
from typing import ClassVar, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.policy import Policy, parse_policy
from voucher_app.services.ports.policy import PublishedPolicy
from voucher_app.storage.sqlite.connection import Connection
from voucher_app.storage.sqlite.repositories.table import Notebook, Row, Table, day


class PolicyTable(Table):
    """Published policy versions."""

    _parsed: ClassVar[dict[str, Policy]] = {}
    """A published text never changes, so it is read once per process."""

    def __init__(self, connection: Connection, notebook: Notebook | None, today: date) -> None:
        super().__init__(connection, notebook, today)
        self._rows: dict[int, PublishedPolicy] = {}

    def publish(self, content: str, policy: Policy) -> int:
        """Record the next version of the policy's code; return its row."""
        key = self._next("policy")
        row = self._one("SELECT coalesce(max(version), 0) + 1 FROM policy WHERE code = ?", (policy.code,))
        assert row is not None
        self._write(
            "policy",
            key,
            "INSERT INTO policy (id, code, version, content, published_on) VALUES (?, ?, ?, ?, ?)",
            (key, policy.code, row[0], content, self._today.isoformat()),
        )
        return key

    def get(self, policy_id: int) -> PublishedPolicy:
        """Return one version; a row never changes, so it is read once per set of repositories."""
        if policy_id not in self._rows:
            self._rows[policy_id] = self._found("WHERE id = ?", (policy_id,), policy_id)
        return self._rows[policy_id]

    def current(self) -> PublishedPolicy:
        """Return the version published last."""
        return self._found("ORDER BY id DESC LIMIT 1", (), "current")

    def all(self) -> list[PublishedPolicy]:
        """Return all versions, newest first."""
        keys = self._connection.execute("SELECT id FROM policy ORDER BY id DESC").fetchall()
        return [self.get(key) for (key,) in keys]

    def _found(self, where: str, values: Row, key: object) -> PublishedPolicy:
        row = self._one(f"SELECT id, version, content, published_on FROM policy {where}", values)
        if row is None:
            raise NotFound("policy", key)
        content = cast("str", row[2])
        if content not in self._parsed:
            self._parsed[content] = parse_policy(content)
        return PublishedPolicy(cast("int", row[0]), cast("int", row[1]), content, self._parsed[content], day(row[3]))
