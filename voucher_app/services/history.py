"""Whether a data file's history goes on from what this computer knows of it, and whether the clock goes on too.

Loaded by every start, so it loads next to nothing itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.history import Mark

if TYPE_CHECKING:
    from voucher_app.services.workspace import Workspace

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""Two computers at one file never agree to the second."""


def origin_of(file_id: str) -> str:
    """Return how checkpoints name a ledger."""
    return f"voucher-office/{file_id}"


def refuse_other_history(workspace: Workspace) -> None:
    """Refuse a file that was rolled back, cut, rewritten or forked since the last checkpoint this computer knows.

    Raises:
        StorageError: `other_history`.
    """
    glance = workspace.data_file.glance
    known = workspace.memory.last(origin_of(glance.office().file_id))
    if known is not None and glance.journal_hash(known.record_count) != known.hash:
        raise StorageError("other_history", workspace.data_file.path, str(known.record_count))


def remember(workspace: Workspace, *, origin: str, record_count: int, digest: str) -> None:
    """Remember a checkpoint that was made here, or shown and found to fit.

    Raises:
        StorageError: `output`.
    """
    try:
        workspace.memory.keep(origin, Mark(record_count, digest))
    except OSError as error:
        raise StorageError("output", error.filename or "", str(error)) from error


def accept_history(workspace: Workspace, *, reason: str) -> Mark | None:
    """Let a file be opened again whose history is another one, because the one that is known is lost for good.

    Raises:
        StorageError: `output`.
    """
    origin = origin_of(workspace.data_file.glance.office().file_id)
    try:
        return workspace.memory.forget(origin, reason=reason, at=workspace.clock.now())
    except OSError as error:
        raise StorageError("output", error.filename or "", str(error)) from error


def clock_behind(workspace: Workspace) -> datetime | None:
    """Return when the last act was recorded, if this computer's clock says that this is still to come."""
    told = workspace.data_file.glance.last_recorded_at()
    last = datetime.fromisoformat(told) if told else None
    return last if last is not None and last > workspace.clock.now() + CLOCKS_DIFFER else None
