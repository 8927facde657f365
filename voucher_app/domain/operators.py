"""The people at the desk: their roles, which role carries out which act, and the two-person rule (R23).

`ACTS` is the whole role matrix: an act that is not in it cannot be carried out by anybody.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput, Violation
from voucher_app.domain.text import parse_line

if TYPE_CHECKING:
    from collections.abc import Sequence


class Role(StrEnum):
    """What an operator is there for (domain.md §4, Operators)."""

    PREPARER = "preparer"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system-admin"
    SECURITY_ADMIN = "security-admin"


READS_ACCOUNTS: Final = frozenset({Role.PREPARER, Role.REVIEWER, Role.FINANCE, Role.AUDITOR})
"""Who may take a whole bank account number out of the window; administrators do not work with the office's business."""


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

_EVERYBODY: Final = frozenset(Role)
_PREPARES: Final = frozenset({Role.PREPARER})
_DECIDES: Final = frozenset({Role.REVIEWER})
_PAYS: Final = frozenset({Role.FINANCE})
_OFFICE: Final = _PREPARES | _DECIDES
"""Where domain.md leaves open who does it; R23 keeps the two of them apart."""

_BUSINESS_ACTS: Final[dict[str, frozenset[Role]]] = {
    "application.accept": _OFFICE,
    "application.approve": _DECIDES,
    "application.decline": _DECIDES,
    "application.draft": _PREPARES,
    "application.refuse": _DECIDES,
    "application.reimburse": _PREPARES,
    "application.resubmit": _PREPARES,
    "application.return": _OFFICE,
    "application.review": _DECIDES,
    "application.submit": _PREPARES,
    "application.withdraw": _OFFICE,
    "attachment.add": _OFFICE | _PAYS,
    "batch.allocate": _OFFICE,
    "batch.close": _OFFICE,
    "batch.finish": _OFFICE,
    "batch.issue": _OFFICE,
    "batch.object": _OFFICE,
    "batch.open": _OFFICE,
    "batch.publicize": _OFFICE,
    "batch.resolve": _DECIDES,
    "calendar.import": _OFFICE,
    "certificate.key": _OFFICE | _PAYS,
    "certificate.keep-key": _OFFICE | _PAYS,
    "certificate.passphrase": _OFFICE | _PAYS,
    "certificate.revoke-key": _OFFICE | _PAYS,
    "number.draw": _OFFICE | _PAYS,
    "number.void": _OFFICE | _PAYS,
    "policy.draft": _OFFICE,
    "policy.publish": _OFFICE,
    "policy.review": _DECIDES,
    "policy.withdraw": _OFFICE,
    "print.begin": _OFFICE | _PAYS,
    "print.cancel": _OFFICE | _PAYS,
    "print.finish": _OFFICE | _PAYS,
    "print.resume": _OFFICE | _PAYS,
    "provider.add": _OFFICE,
    "provider.admit": _DECIDES,
    "provider.check": _OFFICE,
    "provider.expire": _OFFICE,
    "provider.import": _OFFICE,
    "provider.inspect": _OFFICE,
    "provider.link": _OFFICE,
    "provider.object": _OFFICE,
    "provider.price": _OFFICE,
    "provider.publicize": _OFFICE,
    "provider.refuse": _DECIDES,
    "provider.remove": _DECIDES,
    "provider.resolve": _DECIDES,
    "provider.resume": _DECIDES,
    "provider.suspend": _DECIDES,
    "recipient.add": _OFFICE,
    "recipient.ban": _DECIDES,
    "recipient.credit": _OFFICE,
    "recipient.unban": _DECIDES,
    "recovery.decide": _DECIDES,
    "recovery.receive": _PAYS,
    "redemption.claim": _PREPARES,
    "redemption.refuse": _DECIDES,
    "redemption.reverse": _DECIDES,
    "redemption.verify": _DECIDES,
    "settlement.cancel": _OFFICE | _PAYS,
    "settlement.check": _PAYS,
    "settlement.close": _PAYS,
    "settlement.confirm": _DECIDES | _PAYS,
    "settlement.disburse": _PAYS,
    "settlement.draft": _PREPARES | _PAYS,
    "settlement.fail-line": _PAYS,
    "settlement.plan": _PREPARES | _PAYS,
    "settlement.reconcile": _PAYS,
    "settlement.remove-line": _OFFICE | _PAYS,
    "settlement.sample": _OFFICE,
    "voucher.expire": _OFFICE,
    "voucher.freeze": _OFFICE,
    "voucher.issue": _OFFICE,
    "voucher.return": _DECIDES,
    "voucher.unfreeze": _OFFICE,
    "voucher.void": _DECIDES,
    "year.close": _OFFICE | _PAYS,
    "year.decide-raise": _DECIDES,
    "year.open": _OFFICE | _PAYS,
    "year.raise": _PREPARES | _PAYS,
    "year.refuse-raise": _DECIDES,
}
"""Acts on business data. In small-office mode each business role may do all of them; R23 holds all the same."""

_PEOPLE_ACTS: Final[dict[str, frozenset[Role]]] = {
    # The system administrator says who is there and as what; the security administrator says who may come in.
    "operator.add": frozenset({Role.SYSTEM_ADMIN}),
    "operator.role": frozenset({Role.SYSTEM_ADMIN}),
    "operator.lock": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "operator.unlock": frozenset({Role.SECURITY_ADMIN}),
    "operator.password-reset": frozenset({Role.SECURITY_ADMIN}),
    "office.small-office": frozenset({Role.SECURITY_ADMIN}),
    # An office that began without administrators names its first one itself; afterwards this is open to nobody.
    "operator.first-admin": BUSINESS_ROLES,
    "operator.password": _EVERYBODY,
}
"""Acts on accounts; small-office mode opens none of them."""

ACTS: Final[dict[str, frozenset[Role]]] = _BUSINESS_ACTS | _PEOPLE_ACTS
"""The role matrix: which roles may carry out which use case."""

SENSITIVE: Final = frozenset({
    "redemption.verify", "redemption.reverse", "settlement.disburse", "recovery.decide", "recovery.receive",
    "policy.publish", "operator.password",
})  # fmt: skip
"""Acts for which the password is asked again, also inside a session: they move money or set rules."""

LOGIN_ACTS: Final = frozenset({"operator.login-failed", "operator.login"})
"""What the log-in itself records, before anybody is known to be there; no role is asked."""

RESTORE: Final = "backup.restore"
"""Putting a backup in the records' place; it leaves no record of its own, since it replaces them all."""

RESTORES: Final = frozenset({Role.REVIEWER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
"""Who may do that in the window: nobody who only prepared takes back alone what another person decided."""

FAILURES_UNTIL_LOCKED: Final = 5
"""So many wrong passwords in a row lock an account."""

IRREPLACEABLE_WAITS: Final = timedelta(minutes=15)
"""An account that nobody else could open again is not locked: it waits so long after each further wrong password."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 128
"""In characters. Length is what counts (NIST SP 800-63B); the longest one keeps hashing from being made a burden."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One person with one role; `id` is the row in the data file."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Credential:
    """What proves an operator.

    Attributes:
        password_hash: never a password; kept out of `repr`, and so out of every log.
        must_change: somebody else chose the password, so it proves nobody before it is changed.
        failures: wrong tries in a row; `failed_at`: the instant of the last one, or empty.
    """

    password_hash: str = field(repr=False)
    must_change: bool
    failures: int
    failed_at: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A person as recorded now, and what the office says about the way people act in it."""

    operator: Operator
    status: OperatorStatus
    credential: Credential | None
    in_trial_office: bool
    in_small_office: bool


def parse_operator(text: str) -> tuple[str, Role]:
    """Read `NAME:ROLE`, as the command line takes it.

    Raises:
        InvalidInput: when the colon, the name or a known role is missing.
    """
    name, colon, role = text.rpartition(":")
    if not colon or role.strip() not in set(Role):
        raise InvalidInput("operator", found=text, roles=" ".join(Role))
    return parse_line(name, field="operator", longest=40), Role(role.strip())


def role_may_act(operator: Operator, act: str = "", *, small_office: bool = False) -> Violation | None:
    """Refuse an act by people whose role does not carry it out (domain.md §4, Operators).

    Args:
        operator: who acts.
        act: the use case's name; without one, the question is whether the role has business acts at all.
        small_office: the office declared small-office mode, so its business roles stand in for one another.
    """
    if not act:
        if operator.role in BUSINESS_ROLES:
            return None
        return Violation(
            "ROLE", "role_may_not", found=operator.role.value, allowed=sorted(BUSINESS_ROLES), subject=operator.name
        )
    if act == RESTORE:
        allowed = RESTORES | (BUSINESS_ROLES if small_office else frozenset())
    else:
        allowed = BUSINESS_ROLES if small_office and act in _BUSINESS_ACTS else ACTS[act]
    if operator.role in allowed:
        return None
    return Violation(
        "ROLE",
        "role_may_not_act",
        found=operator.role.value,
        allowed=[role.value for role in Role if role in allowed],
        subject=operator.name,
        facts={"action": act},
    )


def with_role(found: list[Violation], role: list[Violation]) -> list[Violation]:
    """Return what stands in an act's way, the person's role among it; R23 asks for another person already."""
    return found if any(violation.rule == "R23" for violation in found) else [*found, *role]


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


def parse_password(text: str, *, name: str, new: bool = True) -> str:
    """Return a password in its normal form (NFKC), so that it is the same from every keyboard and input method.

    Args:
        text: as typed.
        name: the operator's, which does not make a password.
        new: it is being chosen; one that is only compared may be anything.

    Raises:
        InvalidInput: too short, too long, or made of the name; what was typed is never told.
    """
    password = unicodedata.normalize("NFKC", text)
    if not new:
        return password[: LONGEST_PASSWORD + 1]
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInput("password_long", found=len(password), most=LONGEST_PASSWORD)
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput("password_short", found=len(password), least=SHORTEST_PASSWORD)
    folded, folded_name = password.casefold(), unicodedata.normalize("NFKC", name).casefold()
    # 张经办张经办张经办1 has ten characters, and nine of them are the name, which does not count.
    counted = len(folded.replace(folded_name, "")) if folded_name else len(password)
    if counted < SHORTEST_PASSWORD:
        raise InvalidInput("password_name", found=counted, name=name, least=SHORTEST_PASSWORD)
    return password


def is_irreplaceable(standing: Standing, people: Sequence[Standing]) -> bool:
    """Return whether nobody else could do for the office what this person does: let people in, or work at all."""
    others = [
        one.operator.role
        for one in people
        if one.operator.id != standing.operator.id and one.status is OperatorStatus.ACTIVE
    ]
    if standing.operator.role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}:
        return standing.operator.role not in others
    return not others


def stays_replaceable(standing: Standing, people: Sequence[Standing]) -> Violation | None:
    """Refuse to lose the last administrator of a kind."""
    if standing.status is OperatorStatus.LOCKED or not is_irreplaceable(standing, people):
        return None
    return Violation(
        "ACCOUNT",
        "last_of_role",
        found=standing.operator.role.value,
        allowed="another person of this role",
        subject=standing.operator.name,
    )


def without_oneself(whom: Operator, *, by: Operator) -> Violation | None:
    """Refuse what an administrator would do to their own account."""
    if whom.id != by.id:
        return None
    return Violation("ACCOUNT", "own_account", found=by.name, allowed="another person", subject=whom.name)


def check_log_in(standing: Standing, people: Sequence[Standing], now: datetime) -> list[Violation]:
    """Return what stands against trying a password at all."""
    name, credential = standing.operator.name, standing.credential
    if standing.status is OperatorStatus.LOCKED:
        return [Violation("LOGIN", "account_locked", found="locked", allowed="active", subject=name)]
    if credential is None:
        return [Violation("LOGIN", "password_not_set", found=None, allowed=None, subject=name)]
    if credential.failures < FAILURES_UNTIL_LOCKED:
        return []
    if not is_irreplaceable(standing, people):
        # The tries are used up; the lock that follows them was not recorded, because the machine failed in between.
        return [Violation("LOGIN", "account_locked", found="locked", allowed="active", subject=name)]
    waited = now - datetime.fromisoformat(credential.failed_at)
    if timedelta() <= waited < IRREPLACEABLE_WAITS:
        left = int((IRREPLACEABLE_WAITS - waited).total_seconds() // 60) + 1
        return [Violation("LOGIN", "too_many_tries", found=left, allowed=0, subject=name)]
    return []
