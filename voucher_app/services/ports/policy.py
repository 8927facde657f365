"""Published policy versions."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from voucher_app.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class PublishedPolicy:
    """A policy version in the data file; `content` is the TOML text it was published from."""

    id: int
    version: int
    content: str
    policy: Policy
    published_on: date

    @property
    def label(self) -> str:
        """Name and version, such as `henan-style v2`."""
        return f"{self.policy.code} v{self.version}"


class PolicyRepository(Protocol):
    """Published policy versions; frozen."""

    def publish(self, content: str, policy: Policy) -> int:
        """Record the next version of the policy's code; return its row."""

    def get(self, policy_id: int) -> PublishedPolicy:
        """Return one version."""

    def current(self) -> PublishedPolicy:
        """Return the version published last.

        Raises:
            NotFound: when none was published yet.
        """
