"""The desk: what every page and dialog is given. Who works, in which budget year, on which workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from voucher_app.domain.operators import BUSINESS_ROLES, role_may_act
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.operations import OperationRunner

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from PySide6.QtCore import QSettings

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.backup import BackupFiles
    from voucher_app.services.queries.glance import YearGlance
    from voucher_app.services.queries.office import OfficeFacts
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.drafts import Draft, DraftStore
    from voucher_app.ui.first_look import DeskFacts, FirstLook
    from voucher_app.ui.reports import Reports


@dataclass(frozen=True, slots=True)
class Destination:
    """A place in the window: a page, what its list is narrowed to, and the row to select.

    Attributes:
        page: `overview applications vouchers redemptions settlements recipients providers ledger`.
        text: what is searched; `statuses`: narrows the list; `key`: the row's key, such as a voucher number.
        tab: the list of a page that has several.
        for_me: only what whoever is at the desk may decide on (R23).
    """

    page: str
    text: str = ""
    statuses: tuple[str, ...] = ()
    key: object = None
    tab: str = ""
    for_me: bool = False


@dataclass(frozen=True, slots=True)
class FileChange:
    """Another data file to work on.

    Attributes:
        path: the file.
        before: what is done first, on a worker, while no data file is open: a restore.
        told: said once it is open.
    """

    path: Path
    before: Callable[[], object] | None = None
    told: str = ""


class Desk(QObject):
    """State that pages and dialogs share.

    Signals:
        operator_changed: another person works now.
        year_changed: another budget year is looked at.
        facts_changed: the frame's facts were read again.
        notified: a line for the status bar; success is told here, not in a dialog.
        wanted: somebody asked to go to a `Destination`.
        file_wanted: another data file is to be opened, or this one restored first: a `FileChange`.
        look_wanted: another look or language was chosen in the settings.
        leaving: the window closes; what is not written yet is written now.
    """

    operator_changed = Signal(object)
    year_changed = Signal(object)
    facts_changed = Signal()
    notified = Signal(str)
    wanted = Signal(object)
    leaving = Signal()
    file_wanted = Signal(object)
    look_wanted = Signal()

    def __init__(
        self,
        workspace: Workspace,
        facts: DeskFacts,
        *,
        operator: Operator | None = None,
        year: int | None = None,
        settings: QSettings | None = None,
        runner: OperationRunner | None = None,
        first_look: FirstLook | None = None,
        state: Path | None = None,
        make_backups: Callable[[], BackupFiles] | None = None,
        reports: Reports | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Make a desk.

        Args:
            workspace: the open data file and the tools around it.
            facts: what was read of it.
            operator: who works; the first person whose role has business acts when not told.
            year: the budget year looked at; the newest when not told, today's when none was opened.
            settings: where sort, filter and widths survive a restart; None keeps nothing.
            runner: carries calls out off the GUI thread; a new one when not told.
            first_look: what was read of the newest year already.
            state: the person's state folder, where drafts are kept; None keeps none.
            make_backups: returns what makes and restores backups; None for a desk without them.
            reports: the log and the reports of this person's program.
            parent: Qt's.
        """
        super().__init__(parent)
        self.workspace = workspace
        self.settings = settings
        self.state = state
        self.make_backups = make_backups
        self.reports = reports
        self.discarded: list[Draft] = []
        """Drafts thrown away since the program started, the newest first, so that it can be undone."""
        self.runner = runner or OperationRunner(self)
        self._first_look = first_look
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

    def log_out(self) -> None:
        """End the session of whoever works."""
        from voucher_app.services import operator as use_cases  # noqa: PLC0415 - the first paint comes before

        if self._operator is not None:
            use_cases.log_out(self.workspace, operator=self._operator)

    def refusal(self, use_case: str) -> Violation | None:
        """Return why the role of whoever works does not carry out a use case; None where it does, or none is named."""
        if self._operator is None or not use_case:
            return None
        return role_may_act(self._operator, use_case, small_office=self.office.small_office)

    @property
    def drafts(self) -> DraftStore | None:
        """The drafts of whoever works; None where none are kept."""
        from voucher_app.ui.drafts import DraftStore  # noqa: PLC0415 - the first paint comes before

        if self.state is None or self._operator is None:
            return None
        return DraftStore(self.state, file_id=self.office.file_id, person=self._operator.name)

    @property
    def backup_folder(self) -> Path:
        """Where automatic backups of this data file lie: beside it, or where the person chose."""
        from pathlib import Path  # noqa: PLC0415 - the first paint comes before

        from voucher_app.services.backup import backup_folder_of  # noqa: PLC0415 - as above

        chosen = str(self.settings.value(self._backup_key, "")) if self.settings is not None else ""
        return Path(chosen) if chosen else backup_folder_of(self.workspace.data_file.path)

    def choose_backup_folder(self, folder: Path | None) -> None:
        """Keep automatic backups elsewhere from now on; None for beside the data file."""
        if self.settings is not None:
            self.settings.setValue(self._backup_key, str(folder) if folder is not None else "")

    @property
    def _backup_key(self) -> str:
        return f"backups/{self.office.file_id}"

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

    def go(
        self, page: str, *, text: str = "", statuses: tuple[str, ...] = (), key: object = None, for_me: bool = False
    ) -> None:
        """Ask the window to go somewhere; `page.tab` names a list of a page that has several."""
        place, _point, tab = page.partition(".")
        self.wanted.emit(Destination(place, text, statuses, key, tab, for_me))

    def first_glance(self, year: int) -> YearGlance | None:
        """Return the figures of a year where they were read while the window was loaded; only once, they grow old."""
        look, self._first_look = self._first_look, None
        if look is None:
            return None
        if look.bug is not None:
            self.runner.failed.emit(look.bug)
        return look.glance(year)

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
