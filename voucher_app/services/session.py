"""Who is at the desk: sessions that a password opened, and the gate that each act goes through.

Use cases take an `Operator`, which is a value that anybody can make. So the gate asks the records, inside the act's own
transaction, who that person is now, and asks the workspace whether they proved it. Only a trial office asks nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import NotFound, RulesViolated, Violation
from voucher_app.domain.operators import (
    BUSINESS_ROLES,
    RESTORE,
    SENSITIVE,
    OperatorStatus,
    role_may_act,
)

if TYPE_CHECKING:
    from datetime import datetime

    from voucher_app.domain.operators import (
        Operator,
        Standing,
    )
    from voucher_app.services.ports.unit_of_work import Records

LONGEST_SESSION: Final = timedelta(hours=12)
"""A working day; who is still there logs in again. The window's idle lock comes much earlier."""

PROOF_LASTS: Final = timedelta(seconds=60)
"""How long a password given again counts for acts that ask for it again."""


@dataclass(frozen=True, slots=True)
class Session:
    """What one person proved.

    Attributes:
        password_hash: what it was proved against; a password that changed since ends the session.
        opened_at: when the person logged in.
        proved_at: when the password was last given for a sensitive act, or None.
    """

    password_hash: str = field(repr=False)
    opened_at: datetime
    proved_at: datetime | None = None

    def stands(self, password_hash: str, now: datetime) -> bool:
        """Return whether it is still that password, and not too long ago; a clock set back ends the session."""
        return self.password_hash == password_hash and timedelta() <= now - self.opened_at <= LONGEST_SESSION

    def is_proved(self, now: datetime) -> bool:
        """Return whether the password was given again just now."""
        return self.proved_at is not None and timedelta() <= now - self.proved_at <= PROOF_LASTS


class Sessions:
    """The sessions of one program, by operator; nothing of it is ever written to the data file."""

    def __init__(self) -> None:
        self._open: dict[int, Session] = {}

    def of(self, operator_id: int) -> Session | None:
        """Return a person's session, or None."""
        return self._open.get(operator_id)

    def begin(self, operator_id: int, session: Session) -> None:
        """Open a person's session, in place of the one before."""
        self._open[operator_id] = session

    def looked_at(self) -> Sessions:
        """Return a copy: whatever a rehearsal begins or ends there, nobody is let in or out by it."""
        copied = Sessions()
        copied._open.update(self._open)
        return copied

    def end(self, operator_id: int) -> None:
        """End a person's session, where there is one."""
        self._open.pop(operator_id, None)


def admit(
    records: Records, *, sessions: Sessions, operator: Operator, act: str, now: datetime, is_rehearsed: bool
) -> list[Violation]:
    """Let a person begin an act, or not; what the records say counts, not what the caller says of the person.

    A rehearsal records nothing, so nobody has to give a password again for it.

    Returns:
        That the person's role does not carry out this act, when the role has acts of its kind: it is told together with
        whatever else stands in the way, and nothing is written.

    Raises:
        NotFound: when the office has no such person.
        RulesViolated: when the account is locked, the person did not log in, has to change the password first, has to
            give it again, or has no acts of this kind at all.
    """
    standing = records.office.standing(operator.id)
    if standing.operator.name != operator.name:
        raise NotFound("operator", operator.name)
    refusal = _stranger(standing, sessions.of(operator.id), act, now)
    if refusal is not None and not (is_rehearsed and refusal.code == "password_again"):
        raise RulesViolated([refusal])
    violation = role_may_act(standing.operator, act, small_office=standing.in_small_office)
    if violation is None:
        return []
    if standing.operator.role not in BUSINESS_ROLES:
        raise RulesViolated([violation])
    return [violation]


def admit_restore(records: Records, *, sessions: Sessions, operator: Operator, now: datetime) -> None:
    """Let a person put a backup in the records' place, or not; a trial office lets everybody.

    Raises:
        NotFound: when the office has no such person.
        RulesViolated: when the account is locked, the role does not restore, or the password was not given just now.
    """
    standing = records.office.standing(operator.id)
    if standing.in_trial_office:
        return
    violation = role_may_act(standing.operator, RESTORE, small_office=standing.in_small_office)
    refusal = violation or _stranger(standing, sessions.of(operator.id), RESTORE, now)
    if refusal is not None:
        raise RulesViolated([refusal])


def _stranger(  # noqa: PLR0911 - one for each way of not being known
    standing: Standing, session: Session | None, act: str, now: datetime
) -> Violation | None:
    """Return why this is not known to be the person, or None."""
    name, credential = standing.operator.name, standing.credential
    if standing.status is OperatorStatus.LOCKED:
        return Violation("LOGIN", "account_locked", found="locked", allowed="active", subject=name)
    if standing.in_trial_office:
        return None
    if credential is None:
        # Only an office that was upgraded from the first release has people without a password.
        unset = Violation("LOGIN", "password_not_set", found=None, allowed=None, subject=name)
        return None if act == "operator.password" else unset
    if session is None or not session.stands(credential.password_hash, now):
        return Violation("LOGIN", "not_logged_in", found=None, allowed=None, subject=name)
    if credential.must_change and act != "operator.password":
        return Violation("LOGIN", "password_to_change", found=None, allowed=None, subject=name)
    if (act in SENSITIVE or act == RESTORE) and not session.is_proved(now):
        return Violation("LOGIN", "password_again", found=None, allowed=None, subject=name, facts={"action": act})
    return None
