"""Policy versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from voucher_app.domain.errors import NotFound
from voucher_app.domain.policy import DraftStatus, parse_policy
from voucher_app.services.ports.policy import PolicyDraft, PublishedPolicy
from voucher_app.storage.sqlite.repositories.table import Table, day

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.policy import Policy
    from voucher_app.storage.sqlite.connection import Connection
    from voucher_app.storage.sqlite.repositories.table import Notebook, Row

_DRAFT = """SELECT id, content, status, prepared_by, drafted_on, reviewed_by, reason, policy_id FROM policy_draft"""


class PolicyTable(Table):
    """Published policy versions, and drafts."""

    _parsed: ClassVar[dict[str, Policy]] = {}
    """A published text never changes, so it is read once per process."""

    def __init__(self, connection: Connection, notebook: Notebook | None, today: date) -> None:
        super().__init__(connection, notebook, today)
        self._rows: dict[int, PublishedPolicy] = {}

    def publish(
        self, content: str, policy: Policy, *, drafted_by: int | None = None, published_by: int | None = None
    ) -> int:
        """Record the next version of the policy's code; return its row."""
        key = self._next("policy")
        row = self._one("SELECT coalesce(max(version), 0) + 1 FROM policy WHERE code = ?", (policy.code,))
        assert row is not None
        self._write(
            "policy",
            key,
            """INSERT INTO policy (id, code, version, content, published_on, drafted_by, published_by)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (key, policy.code, row[0], content, self._today.isoformat(), drafted_by, published_by),
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
        row = self._one(
            f"SELECT id, version, content, published_on, drafted_by, published_by FROM policy {where}", values
        )
        if row is None:
            raise NotFound("policy", key)
        key, version, content, published_on = cast("tuple[int, int, str, str]", row[:4])
        drafted_by, published_by = cast("tuple[int | None, int | None]", row[4:])
        return PublishedPolicy(key, version, content, self._read(content), day(published_on), drafted_by, published_by)

    def _read(self, content: str) -> Policy:
        if content not in self._parsed:
            self._parsed[content] = parse_policy(content)
        return self._parsed[content]

    def add_draft(self, content: str, policy: Policy, *, prepared_by: int) -> int:
        """Record a draft; return its row."""
        key = self._next("policy_draft")
        self._write(
            "policy_draft",
            key,
            """INSERT INTO policy_draft (id, code, content, status, prepared_by, drafted_on)
               VALUES (?, ?, ?, 'draft', ?, ?)""",
            (key, policy.code, content, prepared_by, self._today.isoformat()),
        )
        return key

    def draft(self, draft_id: int) -> PolicyDraft:
        """Return one draft."""
        row = self._one(f"{_DRAFT} WHERE id = ?", (draft_id,))
        if row is None:
            raise NotFound("policy-draft", draft_id)
        return self._draft(row)

    def open_draft(self, content: str) -> PolicyDraft | None:
        """Return the open draft of just this content, or None."""
        row = self._one(
            f"{_DRAFT} WHERE content = ? AND status IN ('draft', 'reviewed') ORDER BY id LIMIT 1", (content,)
        )
        return None if row is None else self._draft(row)

    def drafts(self) -> list[PolicyDraft]:
        """Return all drafts, newest first."""
        return [self._draft(row) for row in self._connection.execute(f"{_DRAFT} ORDER BY id DESC").fetchall()]

    def _draft(self, row: Row) -> PolicyDraft:
        key, content, status, prepared_by, drafted_on = cast("tuple[int, str, str, int, str]", tuple(row[:5]))
        reviewed_by, reason, policy_id = cast("tuple[int | None, str, int | None]", tuple(row[5:]))
        return PolicyDraft(
            key,
            content,
            self._read(content),
            DraftStatus(status),
            prepared_by,
            day(drafted_on),
            reviewed_by,
            reason,
            policy_id,
        )

    def set_draft(
        self, draft_id: int, *, status: str, reviewed_by: int | None, reason: str, policy_id: int | None = None
    ) -> None:
        """Record where a draft stands."""
        self._write(
            "policy_draft",
            draft_id,
            "UPDATE policy_draft SET status = ?, reviewed_by = ?, reason = ?, policy_id = ? WHERE id = ?",
            (str(status), reviewed_by, reason, policy_id, draft_id),
        )
