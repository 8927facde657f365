"""Work off the GUI thread: writing use cases one after another on one thread, reads on a second, long looks on a third.

On a fourth is written what is kept beside the records, such as drafts.
A result comes back by `Signal(object)` to a slot of the runner, which lives on the GUI thread, and from there to the
callback; so a callback may touch widgets. Money travels as an object, never as `Signal(int)`, which has 32 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import shiboken6
from PySide6.QtCore import QDeadlineTimer, QEventLoop, QObject, QRunnable, QThreadPool, QTimer, Signal, Slot

from voucher_app.domain.errors import RulesViolated
from voucher_app.services.ports.errors import StorageError
from voucher_app.ui.called_by_qt import called_by_qt

_FOREVER = -1
_ASKS_FOR_PASSWORD = {"password_again", "not_logged_in"}
Prover = Callable[[Exception, Callable[[], None], Callable[[], None]], None]
"""Asks for a password or the key's passphrase: gets the refusal, what to call once it was right, and when nobody gives
it."""


def _asks_for_a_secret(error: Exception) -> bool:
    if isinstance(error, StorageError):
        return error.code == "key_locked"
    return isinstance(error, RulesViolated) and {one.code for one in error.violations} <= _ASKS_FOR_PASSWORD


class Lane(Enum):
    """Which thread carries a call."""

    WRITE = "write"
    READ = "read"
    LONG = "long"
    KEEP = "keep"


@dataclass(slots=True)
class _Job:
    """One call on its way."""

    call: Callable[[], Any]
    success: Callable[[Any], None]
    failure: Callable[[Exception], None] | None
    owner: QObject | None
    lane: Lane
    result: Any = None
    error: Exception | None = None


def _has_gone(job: _Job) -> bool:
    return job.owner is not None and not shiboken6.isValid(job.owner)


class _Work(QRunnable):
    """Carries a job out on a worker and sends it home."""

    def __init__(self, job: _Job, home: OperationRunner) -> None:
        super().__init__()
        self._carried: tuple[_Job, OperationRunner] | None = (job, home)

    @called_by_qt
    def run(self) -> None:
        """Call, and keep what came of it."""
        assert self._carried is not None, "a pool runs it once"
        # WORKAROUND: PySide6 6.11 keeps every seventh runnable or so for good, by a reference that it loses when the
        # pool deletes it. A runnable that holds nothing costs nothing; with its job it held the rows and the page.
        (job, home), self._carried = self._carried, None
        try:
            job.result = job.call()
        except Exception as error:  # noqa: BLE001 - not to carry on: it crosses to the GUI thread, which decides
            job.error = error
        home.came_home.emit(job)


class OperationRunner(QObject):
    """Runs calls on workers and brings their results back to the GUI thread.

    Signals:
        changed: a writing call succeeded, so what is shown may be stale.
        busy: work began, or the last of it ended.
        failed: a call without a `failure` of its own raised this.
    """

    changed = Signal()
    busy = Signal(bool)
    failed = Signal(object)
    idle = Signal()
    came_home = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {lane: QThreadPool(self) for lane in Lane}
        for pool in self._pools.values():
            pool.setMaxThreadCount(1)
            pool.setExpiryTimeout(_FOREVER)  # a reading connection belongs to its thread, so the thread stays
        self._in_flight = 0
        self._closed = False
        self.prover: Prover | None = None
        """What asks for a secret; the call that wanted it is then made again, under the same request."""
        self.came_home.connect(self._deliver)

    def run(
        self,
        call: Callable[[], Any],
        *,
        success: Callable[[Any], None],
        failure: Callable[[Exception], None] | None = None,
        writes: bool = False,
        long: bool = False,
        keeps: bool = False,
        owner: QObject | None = None,
    ) -> None:
        """Run a call on a worker.

        Args:
            call: runs off the GUI thread; touches no widget.
            success: gets the result, on the GUI thread.
            failure: gets the exception, on the GUI thread; without it `failed` is emitted.
            writes: it changes the records; such calls keep their order, and `changed` follows a success.
            long: it reads for seconds (a verification, a backup) and must not hold up the lists.
            keeps: it writes what is no record, a draft; such calls keep their order, wait for no other, and are not
                dropped when the window closes.
            owner: when this object is destroyed the result is dropped. The object of a bound method counts by itself.
        """
        if self._closed:
            return
        assert writes + long + keeps <= 1, "one lane for each call"
        lane = Lane.WRITE if writes else Lane.LONG if long else Lane.KEEP if keeps else Lane.READ
        if owner is None and isinstance(getattr(success, "__self__", None), QObject):
            owner = success.__self__  # type: ignore[attr-defined]  # the line above looked
        self._start(_Job(call, success, failure, owner, lane))

    def _start(self, job: _Job) -> None:
        self._in_flight += 1
        if self._in_flight == 1:
            self.busy.emit(True)  # noqa: FBT003 - Qt's way
        self._pools[job.lane].start(_Work(job, self))

    def _again(self, job: _Job) -> None:
        """Make a call once more, with the same facts and the same request."""
        if not self._closed:
            job.error = None
            self._start(job)

    @property
    def in_flight(self) -> int:
        """How many calls have not come home yet."""
        return self._in_flight

    def wait_idle(self, timeout_ms: int) -> bool:
        """Let events go on until all work came home; return whether it did in time."""
        deadline = QDeadlineTimer(timeout_ms)
        # Again and again: an event that is handled on the way out of the loop may begin more work.
        while self._in_flight and not deadline.hasExpired():
            loop = QEventLoop()
            self.idle.connect(loop.quit)
            QTimer.singleShot(max(int(deadline.remainingTime()), 1), loop, loop.quit)
            loop.exec()
        return self._in_flight == 0

    def close(self) -> None:
        """Take no more work, finish what writes, drop what only reads, and end the threads."""
        self._closed = True
        self._pools[Lane.READ].clear()
        self._pools[Lane.LONG].clear()
        for pool in self._pools.values():
            pool.waitForDone()

    @Slot(object)
    def _deliver(self, job: _Job) -> None:
        self._in_flight -= 1
        gone = self._closed or _has_gone(job)
        try:
            if job.error is not None:
                self._ask_or_tell(job, gone=gone)
            elif not gone:
                job.success(job.result)
        finally:
            if not self._closed:
                if job.lane is Lane.WRITE and job.error is None:
                    self.changed.emit()
                if self._in_flight == 0:
                    self.busy.emit(False)  # noqa: FBT003
                    self.idle.emit()

    def _ask_or_tell(self, job: _Job, *, gone: bool) -> None:
        error = job.error
        if self.prover is not None and not gone and error is not None and _asks_for_a_secret(error):
            # Whoever asked may have gone before the answer to the question comes.
            self.prover(
                error, lambda: self._again(job), lambda: self._tell_failure(job, gone=self._closed or _has_gone(job))
            )
        else:
            self._tell_failure(job, gone=gone)

    def _tell_failure(self, job: _Job, *, gone: bool) -> None:
        assert job.error is not None
        if job.failure is not None and not gone:
            job.failure(job.error)
        elif (job.failure is None and not gone) or job.lane is Lane.WRITE:
            # A write that failed is told even when its dialog has gone: nobody may believe that it happened.
            self.failed.emit(job.error)
        else:
            import logging  # noqa: PLC0415 - hardly ever needed

            logging.getLogger(__name__).debug(
                "dropped the failure of a read whose owner has gone: %s", type(job.error).__name__
            )
