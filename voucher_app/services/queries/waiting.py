"""What waits for somebody, counted (待办)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one list in one state.

    Attributes:
        noun: `application redemption settlement failed_line recovery policy_draft cap_change operator`.
        status: of the record; an approved application of a batch is `approved-in-batch`: its batch issues it.
        count: how many of the year that is looked at; policy drafts and accounts are of no year.
    """

    noun: str
    status: str
    count: int
