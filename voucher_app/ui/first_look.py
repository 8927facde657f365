"""What the window shows first, read on a thread of its own while Qt and the window are still being loaded.

Nothing here knows Qt: `app.py` begins the look before it imports any of it, so that SQLite, which works without
Python's lock, counts a hundred thousand vouchers in the meantime. Only `Glance` is asked, whose modules are few.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voucher_app.domain.errors import DomainError
from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.glance import YearGlance
    from voucher_app.services.queries.office import OfficeFacts
    from voucher_app.services.workspace import Workspace


_TO_CONFIRM_OR_PAY = ("draft", "confirmed", "planned", "checked")


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What the frame of the window shows, read off the GUI thread.

    Attributes:
        years: opened budget years, newest first.
        applications_waiting, applications_approved, redemptions_waiting, settlements_waiting: for the badges, over
            all years.
        prints_waiting: prints that were begun and have no end.
    """

    office: OfficeFacts
    operators: tuple[Operator, ...]
    years: tuple[int, ...]
    applications_waiting: int = 0
    applications_approved: int = 0
    redemptions_waiting: int = 0
    settlements_waiting: int = 0
    prints_waiting: int = 0


def read_first_facts(workspace: Workspace) -> DeskFacts:
    """Read what the frame cannot do without; the badges, which count, come later."""
    glance = workspace.data_file.glance
    return DeskFacts(glance.office(), tuple(glance.operators()), tuple(glance.years()))


def read_facts(workspace: Workspace) -> DeskFacts:
    """Read all that the frame shows."""
    from voucher_app.services.queries.lists import ListFilter  # noqa: PLC0415 - the first paint comes before

    queries = workspace.queries
    return replace(
        read_first_facts(workspace),
        applications_waiting=queries.applications(ListFilter(statuses=("submitted",))).count(),
        applications_approved=queries.applications(ListFilter(statuses=("approved",))).count(),
        redemptions_waiting=queries.redemptions(ListFilter(statuses=("claimed",))).count(),
        settlements_waiting=queries.settlements(ListFilter(statuses=_TO_CONFIRM_OR_PAY)).count(),
        prints_waiting=queries.prints(ListFilter(statuses=("begun",))).count(),
    )


class FirstLook:
    """Opens a data file and reads its frame and the figures of its newest year; begins when it is made.

    Attributes:
        is_upgrading: whether the file is of an older version, so that opening it takes longer; known very soon.
        bug: what reading the figures raised that neither a rule nor a disk can cause; None when nothing did.
    """

    def __init__(self, open_file: Callable[[], Workspace], is_older: Callable[[], bool] | None = None) -> None:
        self._open_file = open_file
        self._is_older = is_older
        self.is_upgrading = False
        self.bug: Exception | None = None
        self._opened = threading.Event()
        self._workspace: Workspace | None = None
        self._facts: DeskFacts | None = None
        self._error: Exception | None = None
        self._glance: YearGlance | None = None
        self._thread = threading.Thread(target=self._read, name="first look")
        self._thread.start()

    def _read(self) -> None:
        try:
            self.is_upgrading = self._is_older is not None and self._is_older()
            workspace = self._workspace = self._open_file()
            facts = self._facts = read_first_facts(workspace)
        except Exception as error:  # noqa: BLE001 - not to carry on: it crosses to whoever asks for what was opened
            self._error = error
            return
        finally:
            self._opened.set()
        if facts.years:
            self._look_at(workspace, facts.years[0])

    def _look_at(self, workspace: Workspace, year: int) -> None:
        try:
            self._glance = workspace.data_file.glance.year_glance(year)
        except (DomainError, StorageError):
            return  # the page reads it again, and tells what is wrong
        except Exception as error:  # noqa: BLE001 - not to carry on: the desk tells it, where somebody sees it
            self.bug = error

    @property
    def is_open(self) -> bool:
        """Whether the file was opened or refused already, so that `opened` answers at once."""
        return self._opened.is_set()

    def wait(self, seconds: float) -> None:
        """Wait until the file is open, but no longer than this."""
        self._opened.wait(seconds)

    def opened(self) -> tuple[Workspace, DeskFacts]:
        """Wait for the open data file and what the frame shows of it.

        Raises:
            StorageError: when the file cannot be opened, and whatever else opening raised.
        """
        self._opened.wait()
        if self._error is not None:
            raise self._error
        assert self._workspace is not None, "opened, or an error"
        assert self._facts is not None, "opened, or an error"
        return self._workspace, self._facts

    def glance(self, year: int) -> YearGlance | None:
        """Hand the figures of a year out once; None when they are of another year, not read yet, or had before."""
        if self._thread.is_alive() or self._glance is None or self._glance.money.year != year:
            return None
        found, self._glance = self._glance, None
        return found

    def close(self) -> None:
        """Let the reading come to its end and close the file."""
        self._thread.join()
        if self._workspace is not None:
            self._workspace.data_file.close()
