"""Operators: who is at the desk, as what, and how they prove it.

Two administrators share this, so that neither lets somebody in alone: the system administrator says who is there and as
what; the security administrator unlocks, resets passwords and switches small-office mode. Either may lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import NotFound, RulesViolated, Violation, refuse_if_violated
from voucher_app.domain.lifecycle import step_is_open
from voucher_app.domain.operators import (
    FAILURES_UNTIL_LOCKED,
    LOGIN_ACTS,
    OPERATOR_STEPS,
    OperatorStatus,
    Role,
    check_log_in,
    is_irreplaceable,
    parse_password,
    stays_replaceable,
    without_oneself,
)
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.i18n import _
from voucher_app.services.ports.unit_of_work import Act
from voucher_app.services.possibility import Possibility
from voucher_app.services.session import Session
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from voucher_app.domain.operators import (
        Operator,
        Standing,
    )
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace

LONGEST_OPERATOR_NAME: Final = 40
_NO_REASON: Final = ""


def asks_for_passwords(workspace: Workspace) -> bool:
    """Return whether people prove who they are; only a trial office asks nobody."""
    return not workspace.queries.office().trial


def refuse_in_trial(workspace: Workspace, *, name: str) -> None:
    """Refuse before a new password is asked for, where nobody has one.

    Raises:
        RulesViolated: `LOGIN`, in a trial office.
    """
    if not asks_for_passwords(workspace):
        raise RulesViolated([_no_password_in_trial(name)])


def log_in(workspace: Workspace, *, operator: Operator, password: str, for_an_act: bool = False) -> None:
    """Open a session, or give the password again in an open one.

    The try is made inside a transaction: programs that try passwords side by side wait for each other, so that nobody
    gets more tries than the lock allows. A wrong one is recorded before anything is told.

    Args:
        workspace: the open workspace; its sessions get the new one.
        operator: who says to be there.
        password: as typed.
        for_an_act: it is given for the very next act, so acts that ask for the password again need not.

    Raises:
        RulesViolated: `LOGIN`, when the password is wrong (with the tries left), or the account is locked, or has no
            password yet.
    """
    name = operator.name
    with _try(workspace, "operator.login-failed", operator) as work:
        standing = _standing(work, operator)
        now = workspace.clock.now()
        if standing.in_trial_office:
            return
        people = work.office.standings()
        refuse_if_violated(check_log_in(standing, people, now))
        credential = standing.credential
        assert credential is not None, "the check asks for it"
        if not workspace.hasher().matches(credential.password_hash, parse_password(password, name="", new=False)):
            failures = min(credential.failures + 1, FAILURES_UNTIL_LOCKED)
            work.credentials.count_failure(operator.id, failures=failures, failed_at=now.isoformat())
            work.about(f"operator:{operator.id}")
            work.commit([operator.id])
            wrong = Violation(
                "LOGIN", "wrong_password", found=failures, allowed=FAILURES_UNTIL_LOCKED, subject=name,
                facts={"left": FAILURES_UNTIL_LOCKED - failures},
            )  # fmt: skip
            locks = failures == FAILURES_UNTIL_LOCKED and not is_irreplaceable(standing, people)
        else:
            wrong, locks = None, False
    if locks:
        _lock_after_failures(workspace, operator)
        wrong = Violation("LOGIN", "account_locked", found="locked", allowed="active", subject=name)
    if wrong is not None:
        raise RulesViolated([wrong])
    if credential.failures:
        with _try(workspace, "operator.login", operator) as work:
            work.credentials.count_failure(operator.id, failures=0, failed_at="")
            work.about(f"operator:{operator.id}")
            work.commit([operator.id])
    workspace.sessions.begin(operator.id, Session(credential.password_hash, now, now if for_an_act else None))


def refuse_to_try(workspace: Workspace, *, operator: Operator) -> None:
    """Refuse before a password is asked for, where no password would help.

    Raises:
        RulesViolated: `LOGIN`, when the account is locked, has to wait, or has no password yet.
    """
    office = workspace.records().office
    refuse_if_violated(check_log_in(office.standing(operator.id), office.standings(), workspace.clock.now()))


def log_out(workspace: Workspace, *, operator: Operator) -> None:
    """End a person's session; the next act asks for the password."""
    workspace.sessions.end(operator.id)


def _try(workspace: Workspace, act: str, operator: Operator) -> UnitOfWork:
    """Begin what the log-in itself records; nobody is logged in yet, and no business date moves for it."""
    assert act in LOGIN_ACTS, act
    return workspace.data_file.unit_of_work(
        Act(act, operator, new_request_id(), {"operator": operator.id}, keeps_date=True), workspace.clock
    )


def _lock_after_failures(workspace: Workspace, operator: Operator) -> None:
    reason = _("{count} wrong passwords in a row").format(count=FAILURES_UNTIL_LOCKED)
    act = Act("operator.lock", operator, new_request_id(), {"operator": operator.id}, reason, keeps_date=True)
    with workspace.data_file.unit_of_work(act, workspace.clock) as work:
        if work.office.standing(operator.id).status is OperatorStatus.ACTIVE:
            work.office.set_operator_status(operator.id, OperatorStatus.LOCKED)
            work.about(f"operator:{operator.id}")
            work.commit([operator.id])


def _standing(work: UnitOfWork, operator: Operator) -> Standing:
    standing = work.office.standing(operator.id)
    if standing.operator.name != operator.name:
        raise NotFound("operator", operator.name)
    return standing


def _named(work: UnitOfWork, name: str) -> Standing:
    for standing in work.office.standings():
        if standing.operator.name == name:
            return standing
    raise NotFound("operator", name)


def first_admin_is_missing(workspace: Workspace) -> bool:
    """Return whether the office has no system administrator yet, so that whoever works there may name the first."""
    return all(one.role is not Role.SYSTEM_ADMIN for one in workspace.queries.operators())


def add(
    workspace: Workspace,
    *,
    name: str,
    role: Role,
    password: str | None,
    operator: Operator,
    request_id: str,
) -> Operator:
    """Add a person with one role. The password is a first one: nothing is done with it before it is changed.

    Where an office began without a system administrator, anybody who works there names the first one.

    Args:
        workspace: the open workspace.
        name: unique in the office.
        role: exactly one, so nobody holds two administrators' roles.
        password: the first password; None in a trial office, which asks for none.
        operator: the system administrator.
        request_id: unique per request.

    Raises:
        InvalidInput: for a name or a password that cannot be used.
        RulesViolated: when the name is taken, a password is missing, or a trial office is given one.
    """
    name = parse_line(name, field="operator", longest=LONGEST_OPERATOR_NAME)
    password_hash = _hashed(workspace, password, name=name)
    is_first = role is Role.SYSTEM_ADMIN and first_admin_is_missing(workspace)
    with workspace.unit_of_work(
        "operator.first-admin" if is_first else "operator.add",
        operator=operator,
        request_id=request_id,
        facts={"name": name, "role": role.value},
    ) as work:
        if not work.repeats:
            people = work.office.standings()
            violations = _about_password(people[0], password_hash, subject=name)
            same = [one for one in people if one.operator.name == name]
            if same:
                violations.append(
                    Violation(
                        "UNIQUE", "operator_exists", found=same[0].operator.role.value, allowed=None, subject=name
                    )
                )
            refuse_if_violated(violations)
            added = work.office.add_operator(name, role)
            if password_hash is not None:
                work.credentials.set(added.id, password_hash, must_change=True, changed_on=work.today)
            work.about(f"operator:{added.id}")
            work.commit([added.id])
        return work.office.standing(work.result[0]).operator


def _hashed(workspace: Workspace, password: str | None, *, name: str) -> str | None:
    return None if password is None else workspace.hasher().hash(parse_password(password, name=name))


def _about_password(office: Standing, password_hash: str | None, *, subject: str) -> list[Violation]:
    """Return what stands against giving a password, or none, in such an office."""
    if office.in_trial_office == (password_hash is None):
        return []
    if office.in_trial_office:
        return [_no_password_in_trial(subject)]
    return [Violation("LOGIN", "first_password_missing", found=None, allowed=None, subject=subject)]


def _no_password_in_trial(subject: str) -> Violation:
    return Violation("LOGIN", "trial_asks_no_password", found=None, allowed=None, subject=subject)


def lock(workspace: Workspace, *, name: str, reason: str, operator: Operator, request_id: str) -> Standing:
    """Lock an account: its person does nothing any more, in any program, until it is unlocked.

    Raises:
        RulesViolated: for one's own account, the last administrator of a kind, or an account locked already.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    return _step(workspace, "lock", name=name, reason=reason, operator=operator, request_id=request_id)


def unlock(workspace: Workspace, *, name: str, operator: Operator, request_id: str) -> Standing:
    """Unlock an account; its wrong tries are forgotten.

    Raises:
        RulesViolated: when it is not locked.
    """
    return _step(workspace, "unlock", name=name, reason=_NO_REASON, operator=operator, request_id=request_id)


def _step(workspace: Workspace, act: str, *, name: str, reason: str, operator: Operator, request_id: str) -> Standing:
    with workspace.unit_of_work(
        f"operator.{act}",
        operator=operator,
        request_id=request_id,
        facts={"name": name, "reason": reason},
        reason=reason,
    ) as work:
        if not work.repeats:
            standing = _named(work, name)
            violations = [
                step_is_open(OPERATOR_STEPS, noun="operator", status=standing.status, act=act, subject=name),
                without_oneself(standing.operator, by=operator),
                stays_replaceable(standing, work.office.standings()) if act == "lock" else None,
            ]
            refuse_if_violated([one for one in violations if one is not None])
            key = standing.operator.id
            work.office.set_operator_status(key, OperatorStatus(OPERATOR_STEPS[standing.status][act]))
            if act == "unlock" and standing.credential is not None:
                work.credentials.count_failure(key, failures=0, failed_at="")
            work.about(f"operator:{key}")
            work.commit([key])
        return work.office.standing(work.result[0])


def change_role(workspace: Workspace, *, name: str, role: Role, operator: Operator, request_id: str) -> Standing:
    """Give a person another role in place of the one before; what they prepared stays theirs (R23).

    Raises:
        RulesViolated: for oneself, the same role, or the last administrator of a kind.
    """
    with workspace.unit_of_work(
        "operator.role", operator=operator, request_id=request_id, facts={"name": name, "role": role.value}
    ) as work:
        if not work.repeats:
            standing = _named(work, name)
            violations = [
                without_oneself(standing.operator, by=operator),
                stays_replaceable(standing, work.office.standings()),
            ]
            if standing.operator.role is role:
                violations.append(Violation("ACCOUNT", "role_same", found=role.value, allowed=None, subject=name))
            refuse_if_violated([one for one in violations if one is not None])
            work.office.set_operator_role(standing.operator.id, role)
            work.about(f"operator:{standing.operator.id}")
            work.commit([standing.operator.id])
        return work.office.standing(work.result[0])


def reset_password(workspace: Workspace, *, name: str, password: str, operator: Operator, request_id: str) -> Standing:
    """Give somebody a first password anew, to be changed before anything is done with it; sessions under the old end.

    Repeated under the same request it returns the first result, whatever password is given then.

    Raises:
        InvalidInput: for a password that cannot be used.
        RulesViolated: for one's own account, and in a trial office.
    """
    password_hash = _hashed(workspace, password, name=name)
    assert password_hash is not None, "a password was given"
    with workspace.unit_of_work(
        "operator.password-reset", operator=operator, request_id=request_id, facts={"name": name}
    ) as work:
        if not work.repeats:
            standing = _named(work, name)
            violations = _about_password(standing, password_hash, subject=name)
            own = without_oneself(standing.operator, by=operator)
            refuse_if_violated(violations + ([own] if own else []))
            work.credentials.set(standing.operator.id, password_hash, must_change=True, changed_on=work.today)
            work.about(f"operator:{standing.operator.id}")
            work.commit([standing.operator.id])
        return work.office.standing(work.result[0])


def change_password(workspace: Workspace, *, password: str, operator: Operator, request_id: str) -> Standing:
    """Change one's own password, having given the old one just now.

    In an office that was upgraded from the first release people have none yet, and set their first one here.

    Raises:
        InvalidInput: for a password that cannot be used.
        RulesViolated: when the old one was not given, the new one is the same, or the office is a trial.
    """
    new = parse_password(password, name=operator.name)
    password_hash = workspace.hasher().hash(new)
    with workspace.unit_of_work(
        "operator.password", operator=operator, request_id=request_id, facts={"operator": operator.id}
    ) as work:
        if not work.repeats:
            standing = work.office.standing(operator.id)
            violations = _about_password(standing, password_hash, subject=operator.name)
            credential = standing.credential
            if credential is not None and workspace.hasher().matches(credential.password_hash, new):
                violations.append(Violation("LOGIN", "password_same", found=None, allowed=None, subject=operator.name))
            refuse_if_violated(violations)
            work.credentials.set(operator.id, password_hash, must_change=False, changed_on=work.today)
            work.about(f"operator:{operator.id}")
            work.commit([operator.id])
            workspace.sessions.begin(operator.id, Session(password_hash, workspace.clock.now()))
        return work.office.standing(work.result[0])


def possible_acts(records: Records, standing: Standing, operator: Operator) -> list[Possibility]:
    """Return what can be done with an account now, and why the rest cannot; roles are asked apart."""
    own = without_oneself(standing.operator, by=operator)
    last = stays_replaceable(standing, records.office.standings())
    trial = _no_password_in_trial(standing.operator.name) if standing.in_trial_office else None

    def step(act: str) -> Violation | None:
        return step_is_open(
            OPERATOR_STEPS, noun="operator", status=standing.status, act=act, subject=standing.operator.name
        )

    found = {
        "role": [own, last],
        "lock": [step("lock"), own, last],
        "unlock": [step("unlock"), own],
        "password-reset": [trial, own],
    }
    return [Possibility(act, [one for one in violations if one]) for act, violations in found.items()]
