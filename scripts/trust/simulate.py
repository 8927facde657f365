"""Play years of two offices that share a data file, on virtual time, with everything going wrong (issue 6, SIM).

Two programs on one file, each with its own people; at random an act meets a disk that fails or is full, a power cut, a
program that is killed while it acts or before it could say so, another program's lock, the other office reading or
writing in the middle of it, a clock that goes back or ahead, another time zone, the year's edge. Whoever does not know
whether an act was done asks again under the same request id. After each step: the money adds up, no cap is exceeded, no
balance negative, each acknowledged act there, each other one whole or not at all, each status as the ledger says; after
a year `ledger verify` and the stand-alone `verify_ledger.py` are clean, both.

All of a year comes from its seed: the same seed gives the same journal, hash by hash. `--size N` plays the seeds from
`--seed` on; `--seed N` alone plays one year again. A year that fails is told with its last acts and faults.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sys
from collections import Counter, deque
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import insider
from disk import on_disk
from power_cuts import LOG_PAGES
from simulated_checks import Images, check_money
from simulated_faults import EDGE, VirtualTime, YearDisk, living_in, set_zone, think_of
from simulated_office import Desk, Work, make_template
from trial import is_chinese_advice, run_alone

from voucher_app.app import make_workspace
from voucher_app.domain.errors import InvalidInput, RulesViolated
from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite import connection as opening
from voucher_app.storage.sqlite.backup import verify_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from disk import Step
    from simulated_faults import Fault
    from simulated_office import Intent
    from trial import Seen

BEGIN = datetime(2026, 1, 5, 1, tzinfo=UTC)
END = datetime(2027, 2, 1, tzinfo=UTC)
HOURS = 40
"""Between two acts, on average: a year has some 230 of them."""
ZONES = ("Asia/Shanghai", "UTC", "America/Los_Angeles", "Pacific/Kiritimati")
OBSERVER = "observer"
STORY = 25
FEWEST_RECORDS = 60
"""Acts recorded in a year, below which it proves nothing."""


class Year:
    """One year: two desks, a disk, a clock, and what is known about every request."""

    def __init__(self, template: Path, folder: Path, seed: int, loses: Callable[[Step], bool]) -> None:
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        self.database = shutil.copyfile(template, folder / "office.db")
        shutil.copyfile(f"{template}.signing-key.pem", folder / "office.db.signing-key.pem")
        self.chance = random.Random(seed)  # noqa: S311 - to be repeated
        self.clock = VirtualTime(BEGIN)
        self.disk = YearDisk(folder, self.chance, loses)
        self.work = Work(self.chance, self.rows)
        self.acknowledged: dict[str, str] = {}
        self.refused: set[str] = set()
        self.counted: Counter[str] = Counter()
        self.story: deque[str] = deque(maxlen=STORY)
        self.wrong: list[str] = []
        self.desks: list[Desk] = []
        self.statements_left = -1
        self.meanwhile: Callable[[], None] | None = None
        self._connection: Any = None

    # ---------------------------------------------------------------------------------------- programs

    def start(self, place: int) -> Desk:
        """Start a program."""
        with self.acting("甲乙"[place], None):
            workspace = make_workspace(self.database)
            return Desk(place, workspace, tuple(workspace.queries.operators()))

    def restart(self, desk: Desk) -> None:
        """End a program that does not know what became of its act, and start it anew."""
        with self.acting(desk.name, None):
            desk.workspace.data_file.close()
        self.disk.dead.discard(desk.name)
        desk.workspace = self.start(desk.place).workspace

    def open_observer(self) -> None:
        """Open the connection that looks on."""
        with self.acting(OBSERVER, None):
            self._connection = opening.open_for_reading(self.database)
        self.images = Images()
        self.look(is_whole=True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Look into the file, whatever is wrong with the disk for others."""
        with self.acting(OBSERVER, None):
            return [tuple(row) for row in self._connection.execute(sql).fetchall()]

    def lose_power(self) -> None:
        """Leave of the file what the disk holds, and start both programs on it."""
        self.disk.cut()
        image = self.disk.image or {}
        self._connection.close()
        for desk in self.desks:
            desk.workspace.data_file.close()
        for file in self.database.parent.glob("office.db*"):
            if file.suffix != ".pem":
                file.unlink()
        for name, content in image.items():
            self.database.with_name(name).write_bytes(content)
        self.disk.dead.clear()
        self.disk.begin()
        for desk in self.desks:
            desk.workspace = self.start(desk.place).workspace
        self.open_observer()

    @contextmanager
    def acting(self, name: str, fault: Fault | None) -> Iterator[None]:
        """Let what is asked of the disk meanwhile be somebody's doing."""
        before = self.disk.actor, self.disk.fault
        self.disk.actor, self.disk.fault = name, fault
        try:
            yield
        finally:
            self.disk.actor, self.disk.fault = before

    def statement(self, sql: str) -> str:
        """Let something happen in the middle of an act; called before each statement."""
        if self.meanwhile is not None and self.disk.actor != OBSERVER:
            self.statements_left -= 1
            if self.statements_left < 0:
                happens, self.meanwhile = self.meanwhile, None
                happens()
        return sql

    # ---------------------------------------------------------------------------------------- acts

    def ask(self, desk: Desk, intent: Intent, *, fault: Fault | None = None, heard: bool = True, calm: bool) -> None:
        """Let a desk ask for an act, and note what it knows afterwards.

        Args:
            desk: whose.
            intent: what.
            fault: what happens to the disk meanwhile.
            heard: whether the program lives long enough to say what came of it.
            calm: whether nothing may fail, because nothing is wrong.
        """
        there = intent.request_id in self.images.hashes
        told = self._told(desk, intent, fault, calm=calm)
        lost = self.disk.image is not None or desk.name in self.disk.dead or not heard
        desk.pending = [one for one in desk.pending if one.call is not intent.call]
        if intent.is_rehearsed:
            self.refused.add(intent.request_id)
        elif lost or told.startswith("failed"):
            desk.pending.append(intent)
        elif told == "done":
            self.acknowledged[intent.request_id] = ""
        else:
            self.refused.add(intent.request_id)
            if there:
                self.wrong.append(f"{intent.request_id} is recorded, asked for again, and {told}")
        told = f"{told}, and nobody heard" if lost else told
        self.counted[told.split(":")[0]] += 1
        self.tell(f"{desk.name} {intent.request_id}{' looks at' if intent.is_rehearsed else ''} {intent.name}: {told}")
        if not heard:
            self.restart(desk)

    def _told(self, desk: Desk, intent: Intent, fault: Fault | None, *, calm: bool) -> str:
        with self.acting(desk.name, fault):
            try:
                intent.ask(desk.workspace)
            except RulesViolated as refused:
                return f"refused: {', '.join(sorted({one.rule for one in refused.violations}))}"
            except InvalidInput as refused:
                if refused.code != "date_before_last_act":
                    self.wrong.append(f"{intent.name}: {refused}")
                return f"refused: {refused.code}"
            except StorageError as error:
                if calm or not is_chinese_advice(error):
                    self.wrong.append(f"{intent.name}: {error.code} is told, and nothing was wrong: {error}")
                return f"failed: {error.code}"
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                self.wrong.append(f"{intent.name}: {type(error).__name__}: {error}")
                return f"failed: {type(error).__name__}"
        return "done"

    def tell(self, line: str) -> None:
        """Add to the story."""
        self.story.append(f"{self.clock.now():%Y-%m-%d %H:%M}Z {line}")

    def next(self, desk: Desk) -> Intent:
        """Return what a desk wants: what it does not know to be done, or something new."""
        if desk.pending and self.chance.random() < 0.8:  # noqa: PLR2004 - soon, not always next
            return desk.pending[0].again()
        return self.work.next(desk)

    # ---------------------------------------------------------------------------------------- what goes wrong

    def step(self) -> None:
        """Let time go by, and one desk act, whatever happens meanwhile."""
        self._time_goes_by()
        desk = self.chance.choice(self.desks)
        intent = self.next(desk)
        happens = self.chance.choices(
            ("nothing", "disk", "unheard", "lock", "other"), weights=(60, 18, 6, 6, 10)
        )[0]  # fmt: skip
        self.counted[happens] += 1
        if happens == "disk":
            self._with_disk(desk, intent)
        elif happens == "lock":
            self._with_lock(desk, intent)
        elif happens == "other":
            self._with_the_other(desk, intent)
        else:
            self.ask(desk, intent, heard=happens != "unheard", calm=True)
        self.look(is_whole=happens != "nothing")

    def _with_disk(self, desk: Desk, intent: Intent) -> None:
        fault = think_of(self.chance)
        self.tell(f"   {fault.what} at {fault.kind} {fault.left}{' on' if fault.is_lasting else ''}")
        self.ask(desk, intent, fault=fault, calm=False)
        self.counted[f"{fault.what} met"] += fault.is_met
        if fault.what == "cut":
            self.tell("   the power is cut")
            self.lose_power()
        elif fault.what == "kill" or self.chance.random() < 0.3:  # noqa: PLR2004 - some start it anew
            self.restart(desk)

    def _with_lock(self, desk: Desk, intent: Intent) -> None:
        """Let another program hold the lock, for a while or for longer than anybody waits."""
        seconds = self.chance.choice((0.5, 5.0, 1_000.0))
        with self.acting(OBSERVER, None), closing(opening.sqlite3.connect(str(self.database))) as other:
            other.execute("BEGIN IMMEDIATE")
            ends = self.clock.waited + seconds

            def let_go() -> None:
                if self.clock.waited >= ends and other.in_transaction:
                    with self.acting(OBSERVER, None):
                        other.execute("ROLLBACK")

            self.clock.when_waiting.append(let_go)
            self.tell(f"   another program holds the lock for {seconds} s")
            self.ask(desk, intent, calm=seconds < 1)
            self.clock.when_waiting.remove(let_go)

    def _with_the_other(self, desk: Desk, intent: Intent) -> None:
        """Let the other desk act, look at an act, or read, in the middle of this one."""
        other = self.desks[1 - desk.place]
        wanted = self.next(other)

        def happens() -> None:
            self.tell(f"   meanwhile {other.name}:")
            self.ask(other, wanted, calm=False)

        self.statements_left, self.meanwhile = self.chance.randrange(60), happens
        self.ask(desk, intent, calm=True)
        self.meanwhile = None

    def _time_goes_by(self) -> None:
        before = self.clock.true
        self.clock.true += timedelta(hours=self.chance.expovariate(1 / HOURS))
        if before < EDGE - timedelta(seconds=1) <= self.clock.true:
            self.clock.true = EDGE - timedelta(seconds=1)
        elif before == EDGE - timedelta(seconds=1):
            self.clock.true = EDGE
        if self.clock.skew:
            self.clock.skew *= self.chance.choice((0, 0, 1))  # somebody sets it right, or not yet
        elif self.chance.random() < 0.06:  # noqa: PLR2004 - twenty times a year
            self.clock.skew = timedelta(seconds=self.chance.choice((-40_000_000, -864_000, -90_000, -60, 60, 90_000)))
            self.counted["clock jumps"] += 1
            self.tell(f"   the clock jumps by {self.clock.skew}")
        if self.chance.random() < 0.02:  # noqa: PLR2004
            set_zone(self.chance.choice(ZONES))

    # ---------------------------------------------------------------------------------------- what has to be so

    def look(self, *, is_whole: bool) -> None:
        """Demand what has to be so now."""
        self.wrong += self.images.read(self.rows)
        self.wrong += check_money(self.rows)
        hashes = self.images.hashes
        for request_id, digest in self.acknowledged.items():
            if request_id not in hashes:
                self.wrong.append(f"{request_id} was acknowledged and is not there")
            elif digest and hashes[request_id] != digest:
                self.wrong.append(f"{request_id} was acknowledged and is another record now")
            else:
                self.acknowledged[request_id] = hashes[request_id]
        unknown = {one.request_id for desk in self.desks for one in desk.pending}
        strange = {key for key in hashes if not key.startswith("begin-")} - set(self.acknowledged) - unknown
        self.wrong += [f"{key} is recorded, and was {'refused' if key in self.refused else 'never asked for'}"
                       for key in sorted(strange)]  # fmt: skip
        if is_whole:
            with self.acting(OBSERVER, None):
                self.wrong += self.images.compare(self.rows, self._connection)

    def play(self) -> None:
        """Play to the end of the year, or to the first thing that is wrong; then ask for what is not known."""
        self.desks += [self.start(0), self.start(1)]
        self.open_observer()
        while self.clock.true < END and not self.wrong:
            self.step()
        self.clock.skew = timedelta()
        for desk in self.desks:
            for intent in list(desk.pending) if not self.wrong else []:
                self.ask(desk, intent.again(), calm=True)
        if not self.wrong:
            self.look(is_whole=True)

    def close(self) -> None:
        """End both programs."""
        with self.acting(OBSERVER, None):
            for desk in self.desks:
                desk.workspace.data_file.close()
            with suppress(AttributeError):
                self._connection.close()


def play(
    template: Path,
    folder: Path,
    seed: int,
    script: Any,  # noqa: ANN401 - the stand-alone check
    *,
    loses: Callable[[Step], bool] = lambda _step: False,
) -> tuple[Year, str]:
    """Play a year; return it, with what was wrong, and the digest of its journal."""
    year = Year(template, folder, seed, loses)
    chance = random.Random(seed + 1)  # noqa: S311 - how long somebody waits for a lock
    with living_in(year.clock, chance), patch.object(opening, "_LOG_PAGES", LOG_PAGES):
        with on_disk(year.disk, changed=year.statement):
            try:
                year.play()
            finally:
                year.close()
        with closing(opening.open_for_reading(year.database)) as reader:
            found = reader.execute("SELECT seq, hash FROM journal ORDER BY seq").fetchall()
        if not year.wrong:
            year.wrong += [f"ledger verify: {one}" for one in verify_file(year.database).findings]
            year.wrong += [f"verify_ledger.py: {one}" for one in insider.report_of(script, year.database).findings]
    if len(found) < FEWEST_RECORDS and not year.wrong:
        year.wrong.append(f"void: only {len(found)} acts in a year")
    return year, hashlib.sha256(repr(found).encode()).hexdigest()


def template_in(folder: Path) -> Path:
    """Make the office with which every year begins."""
    clock = VirtualTime(BEGIN)
    with living_in(clock, random.Random(0)):  # noqa: S311 - nobody waits
        return make_template(folder / "template.db")


def run(folder: Path, size: int, seed: int) -> Seen:
    """Play so many years; return what was seen, and the story of each year that failed."""
    template, script = template_in(folder), insider.load_script()
    counted: Counter[str] = Counter()
    digest = hashlib.sha256()
    failed: list[str] = []
    for one in range(seed, seed + size):
        year, journal = play(template, folder / "year", one, script)
        digest.update(journal.encode())
        counted.update(year.counted)
        counted["records"] += len(year.images.hashes)
        if year.wrong:
            failed.append(f"seed {one}: {'; '.join(year.wrong[:3])}")
            print(told(one, year), file=sys.stderr)
    seen: Seen = {"years": size, "seen": dict(sorted(counted.items())), "journals": digest.hexdigest()[:16]}
    return {**seen, "failed": failed}


def told(seed: int, year: Year) -> str:
    """Return the story of a year that failed, and how it is played again."""
    lines = [f"seed {seed}:", *(f"  wrong: {one}" for one in year.wrong), "  the last of its story:", *year.story]
    return "\n".join([*lines, f"  again: python scripts/trust/simulate.py --seed {seed}"])


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=1))
