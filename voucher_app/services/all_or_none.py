"""Many records by one act, all or none: every one is checked, so that whoever asked is told of all that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from voucher_app.domain.errors import RowsViolated, blocks
from voucher_app.services.imports.source import register
from voucher_app.services.ports.tables import QUIETLY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.tables import ImportedFile, Tell
    from voucher_app.services.ports.unit_of_work import UnitOfWork

Row = TypeVar("Row")


def record_all(
    work: UnitOfWork,
    rows: Iterable[Row],
    *,
    count: int,
    check: Callable[[Row], list[Violation]],
    record: Callable[[Row], int],
    operator: Operator,
    reason: Callable[[Row], str] = lambda _row: "",
    source: ImportedFile | None = None,
    tell: Tell = QUIETLY,
) -> list[int]:
    """Record each of several things that no rule forbids; return their keys.

    Args:
        work: the act; whoever began it commits.
        rows: what is asked for, each read only once the ones before it are recorded and count for it.
        count: how many they are.
        check: returns what stands against one.
        record: records one; returns its key.
        operator: who acts.
        reason: returns what answers the rules that ask for one.
        source: the file that they came from, which is registered.
        tell: told how many were looked at.

    Raises:
        RowsViolated: with everything that any of them broke, as soon as something forbids one.
        RulesViolated: when the file was taken in before.
        Stopped: when the person does not want it to go on.
    """
    register(work, source, rows=count, operator=operator)
    found: dict[int, list[Violation]] = {}
    added, is_refused = [], False
    for place, row in enumerate(rows):
        tell(place)
        found[place] = check(row)
        if blocks(found[place], reason=reason(row)):
            is_refused = True
        else:
            added.append(record(row))
    if is_refused:
        raise RowsViolated({place: violations for place, violations in found.items() if violations})
    return added
