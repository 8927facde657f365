"""The desk: what every page and dialog is given. Who works, in which budget year, on which workspace."""

from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QObject, QSettings, Signal

from voucher_app.domain.errors import Violation
from voucher_app.domain.operators import BUSINESS_ROLES, Operator, role_may_act
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.queries.office import OfficeFacts
from voucher_app.services.workspace import Workspace
from voucher_app.ui.operations import OperationRunner


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What the frame of the window shows, read off the GUI thread.

    Attributes:
        years: opened budget years, newest first.
        applications_waiting, applications_approved, redemptions_waiting: for the badges, over all years.
    """

    office: OfficeFacts
    operators: tuple[Operator, ...]
    years: tuple[int, ...]
    applications_waiting: int = 0
    applications_approved: int = 0
    redemptions_waiting: int = 0


def read_first_facts(workspace: Workspace) -> DeskFacts:
    """Read what the frame cannot do without; the badges, which count, come later."""
    queries = workspace.queries
    return DeskFacts(queries.office(), tuple(queries.operators()), tuple(queries.years()))


def read_facts(workspace: Workspace) -> DeskFacts:
    """Read all that the frame shows."""
    queries = workspace.queries
    return replace(
        read_first_facts(workspace),
        applications_waiting=queries.applications(ListFilter(statuses=("submitted",))).count(),
        applications_approved=queries.applications(ListFilter(statuses=("approved",))).count(),
        redemptions_waiting=queries.redemptions(ListFilter(statuses=("claimed",))).count(),
    )


@dataclass(frozen=True, slots=True)
class Destination:
    """A place in the window: a page, what its list is narrowed to, and the row to select.

    Attributes:
        page: `overview applications vouchers redemptions recipients providers ledger`.
        text: what is searched; `statuses`: narrows the list; `key`: the row's key, such as a voucher number.
    """

    page: str
    text: str = ""
    statuses: tuple[str, ...] = ()
    key: object = None


class Desk(QObject):
    """State that pages and dialogs share.

    Signals:
        operator_changed: another person works now.
        year_changed: another budget year is looked at.
        facts_changed: the frame's facts were read again.
        notified: a line for the status bar; success is told here, not in a dialog.
        wanted: somebody asked to go to a `Destination`.
    """

    operator_changed = Signal(object)
    year_changed = Signal(object)
    facts_changed = Signal()
    notified = Signal(str)
    wanted = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        facts: DeskFacts,
        *,
        operator: Operator | None = None,
        year: int | None = None,
        settings: QSettings | None = None,
        runner: OperationRunner | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Make a desk.

        Args:
            workspace: the open data file and the tools around it.
            facts: what was read of it.
            operator: who works; the first person whose role has business acts when not told.
            year: the budget year looked at; the newest when not told, today's when none was opened.
            settings: where sort, filter and widths survive a restart; None keeps nothing.
            runner: whose reading thread opened the file; a new one when not told.
            parent: Qt's.
        """
        super().__init__(parent)
        self.workspace = workspace
        self.settings = settings
        self.runner = runner or OperationRunner(self)
        self._facts = facts
        acting = [person for person in facts.operators if person.role in BUSINESS_ROLES]
        self._operator = operator or next(iter(acting or facts.operators), None)
        self._year = year or next(iter(facts.years), self.today.year)

    @property
    def office(self) -> OfficeFacts:
        """The office as recorded."""
        return self._facts.office

    @property
    def facts(self) -> DeskFacts:
        """What the frame shows."""
        return self._facts

    @property
    def operator(self) -> Operator | None:
        """Who works, or None while nobody is recorded."""
        return self._operator

    def set_operator(self, operator: Operator) -> None:
        """Let another person work."""
        if operator != self._operator:
            self._operator = operator
            self.operator_changed.emit(operator)

    def refusal(self, use_case: str) -> Violation | None:
        """Return why the role of whoever works does not carry out a use case; None where it does, or none is named."""
        if self._operator is None or not use_case:
            return None
        return role_may_act(self._operator, use_case, small_office=self.office.small_office)

    @property
    def year(self) -> int:
        """The budget year looked at."""
        return self._year

    def set_year(self, year: int) -> None:
        """Look at another budget year."""
        if year != self._year:
            self._year = year
            self.year_changed.emit(year)

    @property
    def today(self) -> date:
        """The business date."""
        return self.workspace.clock.today()

    def notify(self, text: str) -> None:
        """Tell a success in the status line."""
        self.notified.emit(text)

    def go(self, page: str, *, text: str = "", statuses: tuple[str, ...] = (), key: object = None) -> None:
        """Ask the window to go somewhere."""
        self.wanted.emit(Destination(page, text, statuses, key))

    def reread(self) -> None:
        """Read the frame's facts again, where counting a million rows holds up no list."""
        workspace = self.workspace
        self.runner.run(lambda: read_facts(workspace), success=self._take, long=True)

    def _take(self, facts: DeskFacts) -> None:
        if facts == self._facts:
            return
        opened = set(facts.years) - set(self._facts.years)
        self._facts = facts
        if opened and self._year not in facts.years:
            self._year = facts.years[0]
            self.year_changed.emit(self._year)
        self.facts_changed.emit()
