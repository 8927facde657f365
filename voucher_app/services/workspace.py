"""The workspace: what every use case is given, put together once in `app.py`."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.operators import ACTS
from voucher_app.services.ports.unit_of_work import Act
from voucher_app.services.printable import refuse_unprintable
from voucher_app.services.session import Sessions, admit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.services.data_file import DataFile
    from voucher_app.services.documents.facts import DocumentPrinter
    from voucher_app.services.papers import CertificatePrinter, Glyphs, PaperReader, PdfSigner, Signer
    from voucher_app.services.ports.archive import ArchiveFiles
    from voucher_app.services.ports.credential import PasswordHasher
    from voucher_app.services.ports.history import HistoryMemory
    from voucher_app.services.ports.invoices import InvoiceFiles
    from voucher_app.services.ports.printing import PaperTray
    from voucher_app.services.ports.tables import TableFiles
    from voucher_app.services.ports.unit_of_work import Clock, Records, UnitOfWork
    from voucher_app.services.ports.verifier import VerifierBuilder
    from voucher_app.services.queries.reader import Queries

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
MOST_DAYS_AHEAD = 7
"""How far a business date may lie after the machine's day. Acts are recorded in order, so a slip of the year in `--on`
would keep the office from recording anything until then."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock; `on` sets the business date by hand (`--on`)."""

    on: date | None = None

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the day in Asia/Shanghai, or the one set by hand."""
        return self.on or self.now().astimezone(OFFICE_ZONE).date()


def far_ahead(clock: Clock) -> InvalidInput | None:
    """Return why an office that is no trial refuses this business date: it lies too far after the machine's day."""
    today = clock.now().astimezone(OFFICE_ZONE).date()
    last = today + timedelta(days=MOST_DAYS_AHEAD)
    if clock.today() <= last:
        return None
    return InvalidInput(
        "date_far_ahead", found=clock.today().isoformat(), today=today.isoformat(), last=last.isoformat()
    )


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open data file and the tools around it.

    Attributes:
        data_file: transactions, read models, verification and backup of the open file.
        signer, printer, documents, tray, glyphs, reader, hasher, verifier, archives, pdf_signer: made on first use,
            because their libraries are slow to load.
        tables: reads and writes spreadsheets; `invoices`: reads files of invoices.
        memory: the last checkpoints that this computer knows.
        sessions: who proved to be whom; empty at first, and shared by what `on` returns.
        rehearsed: told where the money would be instead of recording anything (see `services.rehearsal`).
    """

    data_file: DataFile
    clock: Clock
    signer: Callable[[], Signer]
    printer: Callable[[], CertificatePrinter]
    glyphs: Callable[[], Glyphs]
    documents: Callable[[], DocumentPrinter]
    tray: Callable[[], PaperTray]
    reader: Callable[[], PaperReader]
    hasher: Callable[[], PasswordHasher]
    tables: Callable[[], TableFiles]
    invoices: Callable[[], InvoiceFiles]
    verifier: Callable[[], VerifierBuilder]
    archives: Callable[[], ArchiveFiles]
    pdf_signer: Callable[[], PdfSigner]
    memory: HistoryMemory
    sessions: Sessions = field(default_factory=Sessions)
    rehearsed: Callable[[tuple[YearMoney, ...]], None] | None = None

    def unit_of_work(
        self,
        action: str,
        *,
        operator: Operator,
        request_id: str,
        facts: dict[str, object],
        reason: str = "",
        printed: dict[str, object] | None = None,
    ) -> UnitOfWork:
        """Begin an act of a person; who they are and what their role may do is asked inside the transaction.

        Args:
            action: the use case's name.
            operator: the person.
            request_id: unique per request.
            facts: what was asked, as JSON-able data.
            reason: written by the person.
            printed: what of the facts may stand on paper, where that is not all of them.

        Raises:
            InvalidInput: when a text among the facts or in the reason could not be printed.
            RulesViolated: on entering, when the person's role has no such acts or the person is not known to be there.
        """
        assert action in ACTS, f"no role carries out {action}: give it a row in domain.operators.ACTS"
        refuse_unprintable({**(facts if printed is None else printed), "reason": reason}, self.glyphs)
        is_rehearsed = self.rehearsed is not None

        def gate(records: Records) -> list[Violation]:
            now = self.clock.now()
            return admit(
                records, sessions=self.sessions, operator=operator, act=action, now=now, is_rehearsed=is_rehearsed
            )

        act = Act(action, operator, request_id, facts, reason)
        return self.data_file.unit_of_work(act, self.clock, gate, rehearsed=self.rehearsed)

    def records(self) -> Records:
        """Return the records for reading, for a preview of what the rules would say."""
        return self.data_file.records(self.clock)

    @property
    def queries(self) -> Queries:
        """The read models."""
        return self.data_file.queries

    def on(self, day: date) -> Workspace:
        """Return the same workspace on a business date set by hand."""
        return replace(self, clock=SystemClock(day))


@contextmanager
def new_data_file(make: Callable[[], Workspace]) -> Iterator[Workspace]:
    """Hand a data file made just now to whoever fills it, and close it; what fails leaves no file behind."""
    workspace = make()
    try:
        yield workspace
    except BaseException:
        workspace.data_file.discard()
        raise
    workspace.data_file.close()


def new_request_id() -> str:
    """Make a request identifier; a dialog makes one when it opens.

    It begins with the time, as UUID version 7 does: the journal's index of requests then grows at its end instead of at
    a random page, which with a million records is neither in memory nor written for any other reason. The 80 random
    bits behind it keep it unique.
    """
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(10).hex()}"


def key_file_of(data_file: Path) -> Path:
    """Return where the private signing key of a data file lies: beside it, never inside."""
    return data_file.with_name(data_file.name + ".signing-key.pem")


def templates_of(data_file: Path) -> Path:
    """Return where an office keeps its own templates of documents: beside its data file; the folder need not be."""
    return data_file.with_name(data_file.name + ".templates")
