"""What waits for whom (待办): the kinds of work of each role, and where each is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from voucher_app.domain.operators import Role
from voucher_app.i18n import marked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voucher_app.services.queries.waiting import Waiting


class Task(NamedTuple):
    """A kind of work of a role.

    Attributes:
        words: with `{count}`; `page`: where it is done; `noun`, `statuses`: what is counted and shown.
        decides: it is a decision, which waits for nobody who prepared or reviewed before what is decided on (R23).
    """

    words: str
    page: str
    noun: str
    statuses: tuple[str, ...]
    decides: bool = False


_PRINTS: Final = Task(marked("Prints without an end: {count}"), "ledger.prints", "print", ("begun",))
"""Cut short by a crash, or sent to a printer and never said what came out; whoever prints brings it to its end."""

_OPEN_THE_YEAR: Final = Task(
    marked("Budget years to open: {count}"), "ledger.statement", "budget_year", ("not-opened",)
)
_TASKS: Final = {
    Role.PREPARER: (
        _OPEN_THE_YEAR,
        Task(marked("Returned, to correct: {count}"), "applications", "application", ("returned",)),
        Task(marked("To accept: {count}"), "applications", "application", ("submitted-in-batch",)),
        Task(marked("To issue: {count}"), "applications", "application", ("approved-alone",)),
        Task(marked("Cleared, to issue: {count}"), "applications", "application", ("cleared",)),
        Task(marked("Drafts to submit: {count}"), "applications", "application", ("draft",)),
        _PRINTS,
    ),
    Role.REVIEWER: (
        _OPEN_THE_YEAR,
        Task(marked("To review: {count}"), "applications", "application", ("submitted-alone",), decides=True),
        Task(marked("First review: {count}"), "applications", "application", ("accepted",), decides=True),
        Task(marked("Second review: {count}"), "applications", "application", ("first-reviewed",), decides=True),
        Task(marked("Objections open: {count}"), "applications", "application", ("objected",), decides=True),
        Task(marked("To verify: {count}"), "redemptions", "redemption", ("claimed",), decides=True),
        Task(marked("Settlements to confirm: {count}"), "settlements", "settlement", ("draft",), decides=True),
        Task(marked("Raises to decide: {count}"), "ledger.statement", "cap_change", ("proposed",), decides=True),
        Task(marked("Policy drafts to review: {count}"), "settings.policies", "policy_draft", ("draft",), decides=True),
        Task(marked("Policies to publish: {count}"), "settings.policies", "policy_draft", ("reviewed",), decides=True),
        _PRINTS,
    ),
    Role.FINANCE: (
        _OPEN_THE_YEAR,
        Task(
            marked("Settlements to check: {count}"), "settlements", "settlement", ("confirmed", "planned"), decides=True
        ),
        Task(marked("Settlements to pay: {count}"), "settlements", "settlement", ("checked",), decides=True),
        Task(marked("Failed payments: {count}"), "redemptions", "redemption", ("payment-failed",)),
        Task(marked("Recoveries to receive: {count}"), "settlements.recoveries", "recovery", ("decided",)),
        _PRINTS,
    ),
    Role.AUDITOR: (),
    Role.SYSTEM_ADMIN: (Task(marked("Locked accounts: {count}"), "settings.people", "operator", ("locked",)),),
    Role.SECURITY_ADMIN: (Task(marked("Locked accounts: {count}"), "settings.people", "operator", ("locked",)),),
}
"""The work of each role, in the order in which a day begins."""
_SHARED: Final = (Role.PREPARER, Role.REVIEWER, Role.FINANCE)


def tasks_of(role: Role, *, small_office: bool) -> tuple[Task, ...]:
    """Return the work of a role; in a small office the three business roles stand in for one another."""
    if small_office and role in _SHARED:
        return tuple(dict.fromkeys(task for one in _SHARED for task in _TASKS[one]))
    return _TASKS[role]


def counted(found: Iterable[Waiting], tasks: Iterable[Task]) -> list[tuple[Task, int]]:
    """Return what of the waiting is the work of whoever is asked for, each kind with its count, none with nothing."""
    counts = {(one.noun, one.status): (one.count, one.decidable) for one in found}
    each = [
        (task, sum(counts.get((task.noun, status), (0, 0))[task.decides] for status in task.statuses)) for task in tasks
    ]
    return [(task, count) for task, count in each if count]
