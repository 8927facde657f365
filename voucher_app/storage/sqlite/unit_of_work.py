"""One transaction and its journal record.

A unit of work takes the write lock first (`BEGIN IMMEDIATE`; a deferred transaction that reads, then writes, fails with
an error that waiting cannot mend). Whatever the repositories write is noted by table and key; at commit the rows are
read back as they are, triggers' work included, and stand in the journal as their after-images.
"""

from __future__ import annotations

import random
import time
from datetime import date
from typing import TYPE_CHECKING, Final, Self

from voucher_app.domain.errors import DomainError, InvalidInput, RulesViolated
from voucher_app.domain.journal import (
    GENESIS,
    HASH_VERSION,
    JournalRecord,
    facts_digest,
    keys_of,
    result_of,
    sealed,
)
from voucher_app.domain.ledger import accounts_of_a_year
from voucher_app.domain.operators import with_role
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import far_ahead
from voucher_app.storage.sqlite import search_index
from voucher_app.storage.sqlite.connection import LIBRARY_ERRORS, identity_of, told
from voucher_app.storage.sqlite.images import images_as_json
from voucher_app.storage.sqlite.repositories.repository_set import RepositorySet
from voucher_app.storage.sqlite.repositories.table import Notebook

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.errors import Violation
    from voucher_app.services.ports.unit_of_work import Act, Clock, Gate
    from voucher_app.storage.sqlite.connection import Connection

_FEWEST_SECONDS, _MOST_SECONDS = 0.0002, 0.002
"""busy_timeout is unfair (one of four writers took nearly all turns); short random sleeps are even (pitfalls.md)."""
_IDENTITY: Final = """
    SELECT (SELECT coalesce(sum(balance_fen), 0) FROM account WHERE id IN (?, ?, ?, ?))
      + outstanding_fen + payable_fen FROM budget_year WHERE id = ?"""
_NUMBERED: Final = ("application", "voucher", "redemption", "transfer")
"""Tables to which nearly every act adds rows: their greatest keys come with the first look."""
_LOOK_UP: Final = f"""
    SELECT seq, hash, business_date, (SELECT seq FROM journal WHERE request_id = ?),
      {", ".join(f"(SELECT coalesce(max(id), 0) FROM {table})" for table in _NUMBERED)}
    FROM journal ORDER BY seq DESC LIMIT 1"""
_INSERT = """
    INSERT INTO journal (seq, recorded_at, business_date, operator_id, operator_name, action, request_id, facts_digest,
      subject, reason, result, changes, hash_version, previous_hash, column_digests, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def take_write_lock(connection: Connection, path: Path, *, patience_seconds: float) -> None:
    """Begin a writing transaction, waiting fairly for other programs.

    Raises:
        StorageError: `locked`, when another program holds the lock all the time.
    """
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except LIBRARY_ERRORS as error:
            busy = str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
            if busy and time.monotonic() < deadline:
                time.sleep(random.uniform(_FEWEST_SECONDS, _MOST_SECONDS))  # noqa: S311 - fairness, no secret
                continue
            with told(path):
                raise
        else:
            return


def write_record(connection: Connection, record: JournalRecord) -> None:
    """Write a journal record with its digests and its hash."""
    content = record.content()
    connection.execute(_INSERT, (*content, *sealed(content)))
    search_index.note_act(connection, record.seq, record.reason)


class SqliteUnitOfWork(RepositorySet):
    """One act on the data file; use as a context manager."""

    def __init__(
        self,
        connection: Connection,
        path: Path,
        turn: threading.Lock,
        act: Act,
        clock: Clock,
        gate: Gate | None = None,
        *,
        patience_seconds: float,
        rehearsed: Callable[[tuple[YearMoney, ...]], None] | None = None,
        opened_as: tuple[int, int] | None = None,
    ) -> None:
        self._notebook = Notebook(search_index.names_something)
        super().__init__(connection, path, clock.today(), self._notebook)
        self._turn = turn
        self._act = act
        self._clock = clock
        self._gate = gate
        self._refused: list[Violation] = []
        self._patience_seconds = patience_seconds
        self._rehearsed = rehearsed
        self._opened_as = opened_as
        self._subject = ""
        self._previous_hash = GENESIS
        self._finished = False
        self.repeats = False
        self.result: list[int] = []
        self.seq = 0

    @property
    def head(self) -> str:
        """Hash of the last journal record before this act."""
        return self._previous_hash

    def __enter__(self) -> Self:
        """Take the write lock, fairly, and look the request up.

        Raises:
            InvalidInput: when the request was used for something else, or the date lies before the last act or far
                ahead of the machine's clock.
            RulesViolated: when the gate lets the person in for no act at all.
            StorageError: when the lock cannot be had or the file cannot be written.
        """
        self._turn.acquire()
        try:
            take_write_lock(self._connection, self._path, patience_seconds=self._patience_seconds)
            if self._gate is not None:
                self._refused = self._gate(self)
            self._look_up()
            if self.repeats:
                self._refuse_by_role()
        except BaseException:
            self._roll_back()
            self._turn.release()
            with told(self._path):
                raise
        return self

    def __exit__(self, *exception: object) -> None:
        """Roll back what was not committed; name what the system raised."""
        try:
            self._roll_back()
        finally:
            self._turn.release()
        error = exception[1]
        if self._refused and isinstance(error, DomainError):
            found = error.violations if isinstance(error, RulesViolated) else []
            if found is not self._refused:
                raise RulesViolated(with_role(found, self._refused)) from error
        if isinstance(error, LIBRARY_ERRORS):
            with told(self._path):
                raise error

    def about(self, subject: str) -> None:
        """Say what the act is about, for the subject's history."""
        self._subject = subject

    def commit(self, result: Sequence[int], *, kept: str = "") -> None:
        """Write the journal record and make everything durable; a rehearsal records nothing.

        Args:
            result: row keys, which a repeated request gets again.
            kept: a JSON object that belongs to the act and has no table of its own, or nothing.

        Raises:
            RulesViolated: when the person's role does not carry out this act.
            StorageError: `commit_unknown` when the outcome is not known.
        """
        self._refuse_by_role()
        assert not self.repeats, "a repeated request writes nothing"
        assert not self._finished, "one commit, last"
        self.result = list(result)
        for year in self._notebook.touched.get("budget_year", ()):
            self._check_identity(year)
        if self._rehearsed is not None:
            # What was written stays to be read until the block is left, and is rolled back there.
            years = sorted(self._notebook.touched.get("budget_year", ()))
            self._rehearsed(tuple(self.years.get(year) for year in years))
            self._finished = True
            return
        record = JournalRecord(
            seq=self.seq,
            recorded_at=self._clock.now().isoformat(timespec="microseconds"),
            business_date=self.today.isoformat(),
            operator_id=self._act.operator.id,
            operator_name=self._act.operator.name,
            action=self._act.action,
            request_id=self._act.request_id,
            facts_digest=self._facts_digest,
            subject=self._subject,
            reason=self._act.reason,
            result=result_of(self.result, kept),
            changes=self._after_images(),
            hash_version=HASH_VERSION,
            previous_hash=self._previous_hash,
        )
        write_record(self._connection, record)
        search_index.note(self._connection, self._notebook.named)
        self._refuse_lost_file()
        try:
            self._connection.execute("COMMIT")
        except LIBRARY_ERRORS as error:
            if str(getattr(error, "sqlite_errorname", "")) == "SQLITE_FULL":
                with told(self._path):
                    raise  # the log could not take the last page, without which a commit does not count
            # A failed COMMIT may be durable all the same: only looking the request up can tell.
            raise StorageError("commit_unknown", self._path, str(error)) from error
        self._finished = True
        self.today = date.fromisoformat(record.business_date)

    def _refuse_lost_file(self) -> None:
        """Refuse to commit into a file that has no name any more: SQLite would, and nobody would ever read it.

        Raises:
            StorageError: `moved`.
        """
        if self._opened_as is not None and identity_of(self._path) != self._opened_as:
            raise StorageError("moved", self._path)

    def _refuse_by_role(self) -> None:
        if self._refused:
            raise RulesViolated(self._refused)

    def _check_identity(self, year: int) -> None:
        """Refuse to build on balances that somebody edited by hand: the money of a year has to add up.

        Raises:
            StorageError: `identity`.
        """
        (total,) = self._connection.execute(_IDENTITY, (*accounts_of_a_year(year).values(), year)).fetchone()
        if total != 0:
            raise StorageError("identity", self._path, str(year))

    def _look_up(self) -> None:
        self._facts_digest = facts_digest(self._act.action, self._act.facts)
        found = self._connection.execute(_LOOK_UP, (self._act.request_id,)).fetchone()
        if found is not None:
            self.seq, self._previous_hash, last_date, earlier, *greatest = found
            if earlier is not None:
                self._repeat(earlier)
                return
            if self._act.keeps_date:
                self.today = date.fromisoformat(last_date)
            else:
                self._check_date(last_date)
            self._notebook.last.update(zip(_NUMBERED, greatest, strict=True))
        self.seq += 1
        self._notebook.seq = self.seq
        if self.seq == 1:
            # The first record also vouches for how the file was made.
            for (key,) in self._connection.execute("SELECT id FROM _sqlite_migrations").fetchall():
                self._notebook.note("_sqlite_migrations", key)

    def _check_date(self, last_date: str) -> None:
        if self.today.isoformat() < last_date:
            raise InvalidInput("date_before_last_act", found=self.today.isoformat(), last=last_date)
        far = far_ahead(self._clock)
        if far is not None and not self._connection.execute("SELECT trial FROM office").fetchone()[0]:
            raise far

    def _repeat(self, earlier: int) -> None:
        self.seq = earlier
        result, digest = self._connection.execute(
            "SELECT result, facts_digest FROM journal WHERE seq = ?", (earlier,)
        ).fetchone()
        if digest != self._facts_digest:
            raise InvalidInput("request_reused", found=self._act.request_id)
        self.repeats, self.result = True, keys_of(result)

    def _after_images(self) -> str:
        touched = self._notebook.touched
        return images_as_json(self._connection, {table: sorted(touched[table]) for table in sorted(touched)})

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
