"""The people at the desk: their roles, what a role may do, and the two-person rule (R23)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from voucher_app.domain.errors import InvalidInput, Violation
from voucher_app.domain.text import parse_line


class Role(StrEnum):
    """What an operator is there for (domain.md §4, Operators)."""

    PREPARER = "preparer"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system-admin"
    SECURITY_ADMIN = "security-admin"


class OperatorStatus(StrEnum):
    """Whether a person may log in."""

    ACTIVE = "active"
    LOCKED = "locked"


OPERATOR_STEPS: Final[dict[str, dict[str, str]]] = {
    OperatorStatus.ACTIVE: {"lock": OperatorStatus.LOCKED},
    OperatorStatus.LOCKED: {"unlock": OperatorStatus.ACTIVE},
}

BUSINESS_ROLES: Final = frozenset({Role.PREPARER, Role.REVIEWER, Role.FINANCE})
"""The auditor reads everything and changes nothing; the administrators never touch business data."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One person with one role; `id` is the row in the data file."""

    id: int
    name: str
    role: Role


def parse_operator(text: str) -> tuple[str, Role]:
    """Read `NAME:ROLE`, as the command line takes it.

    Raises:
        InvalidInput: when the colon, the name or a known role is missing.
    """
    name, colon, role = text.rpartition(":")
    if not colon or role.strip() not in set(Role):
        raise InvalidInput("operator", found=text, roles=" ".join(Role))
    return parse_line(name, field="operator", longest=40), Role(role.strip())


def role_may_act(operator: Operator) -> Violation | None:
    """Refuse business acts by people whose role has none."""
    if operator.role in BUSINESS_ROLES:
        return None
    return Violation(
        "ROLE", "role_may_not", found=operator.role.value, allowed=sorted(BUSINESS_ROLES), subject=operator.name
    )


def two_persons(*, prepared_by: int, decided_by: Operator, subject: str, noun: str = "") -> Violation | None:
    """Refuse a decision by the person who prepared it (R23); `noun` tells what a bare number is the number of."""
    if prepared_by != decided_by.id:
        return None
    return Violation(
        "R23",
        "same_person",
        found=decided_by.name,
        allowed="another person",
        subject=subject,
        facts={"noun": noun} if noun else {},
    )
