"""Every way the domain says no, as facts; the words for a person are made in `services.wording`.

Three kinds reach a person: `RulesViolated` (a rule said no), `InvalidInput` and its like (what was typed cannot be
read), and the storage errors of `services.ports` (the environment). Anything else is our own bug.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class DomainError(Exception):
    """Base of everything the domain refuses."""


class InvalidInput(DomainError):  # noqa: N818 - named after what happened, as a person would say it
    """What was typed cannot be read as the thing it should be.

    Attributes:
        code: what it should have been: `amount`, `date`, `uscc`, `voucher_number` …; key of the sentence.
        found: the text as it was given.
        facts: further values for the sentence.
    """

    def __init__(self, code: str, *, found: object, **facts: object) -> None:
        super().__init__(f"invalid {code}: {found!r}")
        self.code = code
        self.found = found
        self.facts = facts


class InvalidFile(InvalidInput):
    """A file of which several things cannot be read; carries every one of them, not only the first."""

    def __init__(self, faults: list[InvalidInput]) -> None:
        assert len(faults) > 1, "one fault is raised as itself"
        super().__init__("faults", found="; ".join(fault.code for fault in faults))
        self.faults = faults


class NotFound(DomainError):  # noqa: N818
    """No record of this kind has this key."""

    def __init__(self, noun: str, key: object) -> None:
        super().__init__(f"no {noun} {key!r}")
        self.noun = noun
        self.key = key


class Stopped(DomainError):  # noqa: N818
    """The person stopped a long act; nothing of it was recorded."""


class Weight(StrEnum):
    """How heavily a violation weighs on the decision."""

    BLOCK = "block"
    """The act is refused."""
    REASON = "reason"
    """The act needs a written reason, which is recorded."""
    NOTE = "note"
    """The officer is told; the act goes on."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that an act breaks, as facts.

    Attributes:
        rule: the rule's number in domain.md §3, such as `R1`; `TRANSITION` for a step the life cycle does not have.
        code: key of the sentence, such as `cap_exceeded`; unique per situation.
        found: what the act would need or has, as JSON-able data; amounts are whole fen.
        allowed: what the rule allows, likewise.
        subject: what the sentence is about (a voucher number, a name), empty where the act has one subject only.
        weight: whether the act is refused.
        facts: further values for the sentence.
    """

    rule: str
    code: str
    found: object
    allowed: object
    subject: str = ""
    weight: Weight = Weight.BLOCK
    facts: dict[str, object] = field(default_factory=dict)


class RulesViolated(DomainError):  # noqa: N818
    """An act broke rules; carries every one of them, not only the first."""

    def __init__(self, violations: list[Violation]) -> None:
        assert violations, "a refusal names at least one rule"
        super().__init__(", ".join(f"{v.rule} {v.code} (found {v.found!r}, allowed {v.allowed!r})" for v in violations))
        self.violations = violations


class RowsViolated(RulesViolated):
    """Some of several things that were asked for together broke rules.

    Attributes:
        by_row: what each of them broke, by its place among them; those that broke nothing are left out.
    """

    def __init__(self, by_row: dict[int, list[Violation]]) -> None:
        super().__init__([violation for found in by_row.values() for violation in found])
        self.by_row = by_row


def blocks(violations: list[Violation], *, reason: str = "") -> bool:
    """Return whether a violation stands in the way of an act; a written reason answers those that only ask for one."""
    if not violations:
        return False
    standing = {Weight.BLOCK} if reason.strip() else {Weight.BLOCK, Weight.REASON}
    return any(violation.weight in standing for violation in violations)


def refuse_if_violated(violations: list[Violation], *, reason: str = "") -> list[Violation]:
    """Raise when a violation forbids the act; return the ones that were only told or answered by a reason.

    Args:
        violations: everything the rules found.
        reason: the officer's written reason; answers violations of weight `REASON`.

    Raises:
        RulesViolated: with all violations, also the light ones, as soon as one of them stands in the way.
    """
    if blocks(violations, reason=reason):
        raise RulesViolated(violations)
    return violations
