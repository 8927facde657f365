"""What waits for the person at the desk (待办): a link for each kind of work, with its count, to the list of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton

from voucher_app.domain.operators import Role
from voucher_app.i18n import _, marked
from voucher_app.ui import theme
from voucher_app.ui.widgets.card import Card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voucher_app.services.queries.waiting import Waiting

_IN_A_LINE: Final = 4


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


class WaitingCard(Card):
    """Links to what waits.

    Attributes:
        count: of all that waits.
    """

    def __init__(self, go: Callable[..., None]) -> None:
        super().__init__(_("To do"))
        self._go = go
        self.count = 0
        self.nothing = QLabel(_("Nothing waits for you."))
        theme.set_role(self.nothing, "soft")
        self.nothing.hide()
        self.links: list[QPushButton] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(theme.SPACE)
        self.body.setContentsMargins(theme.PADDING, theme.SPACE * 3, theme.PADDING, theme.SPACE * 3)
        # Beside the title and packed to the left: a day's work is mostly of few kinds, and takes one line then.
        self.head.setStretch(0, 0)
        self.head.insertSpacing(1, theme.GAP)
        self.head.insertWidget(2, self.nothing)
        self.head.insertLayout(3, self._grid)
        self.head.addStretch(1)

    def show_waiting(self, found: Iterable[Waiting], tasks: Iterable[Task]) -> None:
        """Show what of it is the work of whoever is at the desk."""
        counts = {(one.noun, one.status): (one.count, one.decidable) for one in found}
        for link in self.links:
            self._grid.removeWidget(link)
            link.hide()
            link.deleteLater()
        self.links = []
        self.count = 0
        for task in tasks:
            count = sum(counts.get((task.noun, status), (0, 0))[task.decides] for status in task.statuses)
            if not count:
                continue
            self.count += count
            link = QPushButton(_(task.words).format(count=count))
            link.setProperty("kind", "link")
            link.clicked.connect(partial(self._go, task.page, statuses=task.statuses, for_me=task.decides))
            self._grid.addWidget(link, len(self.links) // _IN_A_LINE, len(self.links) % _IN_A_LINE)
            self.links.append(link)
        self.nothing.setVisible(not self.links)
