"""What the rules say to rows: to each by itself, or, where they change each other, by a rehearsal of them all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput, NotFound, RowsViolated
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.services.imports.kind import Entry, Fault, Order
    from voucher_app.services.workspace import Workspace

_TOLD_EVERY: Final = 50


def each_checked(entries: Sequence[Entry], order: Order, check: Callable[[Entry], list[Fault]]) -> list[list[Fault]]:
    """Return what stands against each entry by itself; whoever waits is told how far it is.

    Raises:
        Stopped: when the person does not want it to go on.
    """
    found = []
    for place, entry in enumerate(entries):
        if place % _TOLD_EVERY == 0:
            order.tell(place)
        found.append(check(entry))
    return found


def rehearsed_rows(
    workspace: Workspace,
    entries: Sequence[Entry],
    order: Order,
    *,
    known: Callable[[Entry], None],
    act: Callable[[Workspace, Sequence[Entry], Order], object],
) -> list[list[Fault]]:
    """Return what stands against each entry: records that it names and are not there, then every rule.

    Args:
        workspace: the open workspace.
        entries: what would be recorded.
        order: who would record it.
        known: looks up what an entry names; raises `NotFound` or `InvalidInput`.
        act: carries the entries out by one use case.

    Raises:
        RulesViolated, InvalidInput: what stands against the act as a whole.
        Stopped: when the person does not want it to go on.
    """

    def look_up(entry: Entry) -> list[Fault]:
        try:
            known(entry)
        except (NotFound, InvalidInput) as error:
            return [error]
        return []

    found = each_checked(entries, order, look_up)
    places = [place for place, faults in enumerate(found) if not faults]
    if not places:
        return found
    # Nobody is asked to write a reason before they see what for; what needs one comes back with that weight.
    asked = replace(order, request_id=new_request_id(), reason="", source=None)
    # Held for as long as the rows take, and rolled back: `services.rehearsal` looks at money, here are only rules.
    quiet = replace(workspace, rehearsed=lambda _years: None, sessions=workspace.sessions.looked_at())
    try:
        act(quiet, [entries[place] for place in places], asked)
    except RowsViolated as refusal:
        for row, violations in refusal.by_row.items():
            found[places[row]] += violations
    return found
