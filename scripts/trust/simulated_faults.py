"""What goes wrong in a simulated year, and its time: a disk that fails, fills, loses power or a program, and a clock.

Nothing here sleeps: a program that waits for a lock is told that time went by.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import apsw
from disk import Disk
from disk_faults import IO_CODES
from power_cuts import HeldFile, HeldFolder

from voucher_app.services import workspace as workspaces
from voucher_app.storage.sqlite import unit_of_work

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from disk import Step

CHANGES = ("write", "sync", "truncate", "create", "delete")
WAITED_AS_LONG = 400
"""Each wait for a lock counts as so many: twenty tries are as good as ten thousand."""


@dataclass(slots=True)
class Fault:
    """What happens to the disk during one act.

    Attributes:
        what: `io`, `full`, `cut` (the power) or `kill` (the program).
        kind: the kind of step that an `io` meets; the others meet whatever changes something.
        left: steps, or for a full disk bytes, before it happens.
    """

    what: str
    kind: str
    left: int
    is_lasting: bool = False
    is_met: bool = False


class YearDisk(Disk):
    """One disk under both programs; knows what it would hold after a power cut at any moment."""

    def __init__(self, folder: Path, chance: random.Random, loses: Callable[[Step], bool]) -> None:
        self._folder, self._chance, self._loses = folder, chance, loses
        self.actor = ""
        self.fault: Fault | None = None
        self.dead: set[str] = set()
        self.image: dict[str, bytes] | None = None
        self.begin()

    def begin(self) -> None:
        """Begin with what is in the folder, all of it sure."""
        self.held = HeldFolder({
            file.name: [HeldFile(bytearray(file.read_bytes()))]
            for file in self._folder.iterdir()
            if not file.name.endswith(".pem")
        })  # fmt: skip
        self.image = None

    def before(self, step: Step) -> None:
        """Let a step happen, or not.

        Raises:
            apsw.Error: as the file layer of SQLite reports an error of the disk.
        """
        if self.image is not None or self.actor in self.dead:
            raise _error("write")
        fault = self.fault
        if fault is not None and self._meets(fault, step):
            fault.is_met = True
            if fault.what == "cut":
                self.image = self.held.image(self._chance)
            elif fault.what == "kill":
                self.dead.add(self.actor)
            raise _error("full" if fault.what == "full" else step.kind)
        if step.kind != "read" and not self._loses(step):
            self.held.take(step)

    def cut(self) -> None:
        """Cut the power now, if it is not cut already."""
        if self.image is None:
            self.image = self.held.image(self._chance)

    def _meets(self, fault: Fault, step: Step) -> bool:
        if fault.what == "full":
            fault.left -= len(step.data) if step.kind == "write" else 0
            return step.kind == "write" and fault.left < 0
        if step.kind not in ((fault.kind,) if fault.what == "io" else CHANGES):
            return False
        fault.left -= 1
        return fault.left == -1 or (fault.left < 0 and fault.is_lasting)


def _error(kind: str) -> Any:  # noqa: ANN401 - an error of APSW, with the code that SQLite looks at
    classes: dict[str, Any] = {"create": apsw.CantOpenError, "full": apsw.FullError}
    made = classes.get(kind, apsw.IOError)("planted")
    made.extendedresult = {**IO_CODES, "full": apsw.SQLITE_FULL}[kind]
    return made


def think_of(chance: random.Random) -> Fault:
    """Return a fault of the disk for one act."""
    what = chance.choice(("io", "io", "full", "cut", "cut", "kill", "kill"))
    if what == "full":
        return Fault(what, "write", chance.choice((0, 100, 4_096, 8_192, 20_000, 60_000)), is_lasting=True)
    kind = chance.choice(("read", "write", "write", "write", "sync", "sync", "truncate", "create"))
    most = {"write": 30, "read": 8}.get(kind, 1) if what == "io" else 40
    return Fault(what, kind, chance.randrange(most), is_lasting=chance.random() < 0.3)  # noqa: PLR2004 - one in three


@dataclass(slots=True)
class VirtualTime:
    """The true time, and what the machine's clock makes of it."""

    true: datetime
    skew: timedelta = timedelta()
    waited: float = 0.0
    when_waiting: list[Callable[[], None]] = field(default_factory=list)

    def now(self) -> datetime:
        """Return what the clock shows."""
        return self.true + self.skew

    def monotonic(self) -> float:
        """Return seconds that only go on."""
        return self.waited

    def sleep(self, seconds: float) -> None:
        """Let time go by, for whoever holds a lock as well."""
        self.waited += seconds * WAITED_AS_LONG
        self.true += timedelta(seconds=seconds * WAITED_AS_LONG)
        for told in tuple(self.when_waiting):
            told()


@contextmanager
def living_in(clock: VirtualTime, chance: random.Random) -> Iterator[None]:
    """Let the program take its time, its day and its waiting from here."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return clock.now().astimezone(tz)  # type: ignore[arg-type]

    before = os.environ.get("TZ")
    with (
        patch.object(workspaces, "datetime", Clock),
        patch.object(unit_of_work, "time", clock),
        patch.object(unit_of_work, "random", chance),
    ):
        try:
            yield
        finally:
            set_zone(before)


def set_zone(zone: str | None) -> None:
    """Set the machine's zone."""
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()


EDGE = datetime(2026, 12, 31, 16, tzinfo=UTC)
"""Where the office's year ends."""
