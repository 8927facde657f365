"""Rehearsing an act: the use case itself, with every rule and every transfer, in a transaction that is rolled back.

A preview made this way says exactly what the click will say, because it is the same code on the same records; nothing
is recorded, and no paper, number or journal record comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from voucher_app.domain.errors import RulesViolated

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.errors import Violation
    from voucher_app.services.workspace import Workspace

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Rehearsal(Generic[Result]):
    """What an act would do.

    Attributes:
        result: what it would return, or None when a rule forbids it.
        violations: every rule that forbids it; empty when it would be recorded.
        before, after: the money of each year that it would move, by year in order; empty when none moves.
    """

    result: Result | None
    violations: list[Violation]
    before: tuple[YearMoney, ...] = ()
    after: tuple[YearMoney, ...] = ()


def rehearse(workspace: Workspace, act: Callable[[Workspace], Result]) -> Rehearsal[Result]:
    """Carry a use case out and take it back; sessions are looked at in a copy, which goes with it.

    Args:
        workspace: the open workspace.
        act: calls one use case on the workspace that it is given.

    Raises:
        InvalidInput, NotFound: when a fact cannot be read or a record does not exist.
        StorageError: when the data file cannot be written now.
    """
    seen: list[tuple[YearMoney, ...]] = []
    try:
        result = act(replace(workspace, rehearsed=seen.append, sessions=workspace.sessions.looked_at()))
    except RulesViolated as refusal:
        return Rehearsal(None, refusal.violations)
    after = seen[-1] if seen else ()
    queries = workspace.queries
    known = set(queries.years())
    before = tuple(queries.year_money(money.year) for money in after if money.year in known)
    return Rehearsal(result, [], before, after if len(before) == len(after) else ())
