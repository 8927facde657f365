"""What waits for somebody, counted (待办)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one list in one state.

    Attributes:
        noun: `application redemption settlement recovery policy_draft cap_change budget_year print operator`; the year
            itself waits while it is not opened.
        status: of the record; of an application its `state`, which tells whether it is in a batch; of a redemption
            whose payment the bank sent back `payment-failed`.
        count: how many of the year that is looked at; policy drafts, prints and accounts are of no year.
        decidable: how many of them whoever asks did not prepare or review before, so that they may decide (R23).
    """

    noun: str
    status: str
    count: int
    decidable: int
