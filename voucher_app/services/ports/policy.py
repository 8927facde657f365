"""Published policy versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.policy import DraftStatus, Policy


@dataclass(frozen=True, slots=True)
class PublishedPolicy:
    """A policy version in the data file.

    Attributes:
        content: the TOML text it was published from.
        drafted_by, published_by: the two people (R23); None where one person published it at once, or who is not known.
    """

    id: int
    version: int
    content: str
    policy: Policy
    published_on: date
    drafted_by: int | None = None
    published_by: int | None = None

    @property
    def label(self) -> str:
        """Name and version, such as `henan-style v2`."""
        return f"{self.policy.code} v{self.version}"

    @property
    def name(self) -> str:
        """Title and version, for people: the code only says with which preset the office began."""
        return f"{self.policy.title} v{self.version}"


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy version that is not published yet.

    Attributes:
        content: its TOML text, which is what another person publishes.
        prepared_by: who drafted it; `reviewed_by`: who reviewed or published it, never the same person (R23).
        policy_id: the version that it became, or None.
    """

    id: int
    content: str
    policy: Policy
    status: DraftStatus
    prepared_by: int
    drafted_on: date
    reviewed_by: int | None = None
    reason: str = ""
    policy_id: int | None = None


class PolicyRepository(Protocol):
    """Published policy versions, frozen, and the drafts of others."""

    def publish(
        self, content: str, policy: Policy, *, drafted_by: int | None = None, published_by: int | None = None
    ) -> int:
        """Record the next version of the policy's code; return its row."""

    def add_draft(self, content: str, policy: Policy, *, prepared_by: int) -> int:
        """Record a draft; return its row."""

    def draft(self, draft_id: int) -> PolicyDraft:
        """Return one draft.

        Raises:
            NotFound: when there is none.
        """

    def open_draft(self, content: str) -> PolicyDraft | None:
        """Return the draft of just this content that is neither published nor withdrawn, or None."""

    def drafts(self) -> list[PolicyDraft]:
        """Return all drafts, newest first."""

    def set_draft(
        self, draft_id: int, *, status: str, reviewed_by: int | None, reason: str, policy_id: int | None = None
    ) -> None:
        """Record where a draft stands."""

    def get(self, policy_id: int) -> PublishedPolicy:
        """Return one version."""

    def current(self) -> PublishedPolicy:
        """Return the version published last.

        Raises:
            NotFound: when none was published yet.
        """
