"""Backup and restore, killed or failing at each step (trust.md T14): the live file is intact or restored, each time.

Every operation on the file system that a backup or a restore makes is counted; then each of them in turn ends the
process at once (`kill`), or fails (`fail`), before it happens or after. A child does the work on a copy of an office;
the parent then demands that the data file verifies, that its head is the one before or the restored one, and that a
backup that stands under its name verifies too.

`--size N` tries N of the steps, of every kind; 0 tries each.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from trial import run_alone

from voucher_app.services.ports.errors import StorageError
from voucher_app.storage import backups, sealed
from voucher_app.storage.backups import OfficeBackups
from voucher_app.storage.sqlite.backup import verify_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trial import Seen

ROOT = Path(__file__).resolve().parents[2]
WORKS = ("create", "seal", "restore", "restore-sealed")
WATCHED = ("link", "rename", "replace", "unlink", "mkdir", "fsync", "open")
PASSWORD = "a password of nobody"  # noqa: S105 - of an invented office
UNTOLD = 3
WAYS = ("kill", "fail")


@dataclass(frozen=True, slots=True)
class Tried:
    """One operation of one work, counted from 1, and what happens at it; step 0 is none."""

    work: str
    how: str
    step: int


def child(work: str, folder: Path, step: int, how: str) -> None:
    """Do the work, and end or fail at a step; leave how many steps there were."""
    files, data_file = OfficeBackups(patience_seconds=0.1), folder / "office.db"
    counted = 0

    def watch(name: str) -> None:
        nonlocal counted
        counted += 1
        if counted == step:
            if how != "fail":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(5, f"Input/output error at {name}")

    if how == "plant":
        os.__dict__["link"] = os.rename  # a restore that moves the live file away before the other takes its name
    for name in WATCHED:
        _wrap(name, watch)
    with suppress(StorageError):  # an OSError has no sentence, and ends the child with its trace
        if work == "create":
            files.create(data_file, folder / "copy.db")
        elif work == "seal":
            files.create(data_file, folder / "copy.slqbak", password=PASSWORD)
        elif work == "restore":
            files.restore(folder / "before.db", data_file)
        else:
            files.restore(folder / "before.slqbak", data_file, password=PASSWORD)
    (folder / "steps").write_text(str(counted), encoding="ascii")


def _wrap(name: str, watch: Callable[[str], None]) -> None:
    original = getattr(os, name)

    def watched(*facts: object, **more: object) -> object:
        watch(name)
        return original(*facts, **more)

    setattr(os, name, watched)


def try_step(one: Tried, folder: Path) -> int:
    """Let a child do the work; return how many steps it counted.

    Raises:
        RuntimeError: when it ended in a way that has no sentence.
    """
    process = os.fork()  # what is loaded is loaded: a child takes milliseconds
    if not process:
        code = UNTOLD
        try:
            child(one.work, folder, one.step, one.how)
            code = 0
        except BaseException:  # noqa: BLE001 - a child of a fork must never go on as its parent
            traceback.print_exc()
        finally:
            os._exit(code)
    _process, status = os.waitpid(process, 0)
    if os.waitstatus_to_exitcode(status) not in {0, -signal.SIGKILL}:
        raise RuntimeError(f"{one} ended without a sentence")
    steps = folder / "steps"
    return int(steps.read_text(encoding="ascii")) if steps.exists() else 0


def prepare(folder: Path) -> tuple[str, str]:
    """Make an office, its backups, and one more act; return the heads before and now."""
    database = folder / "office.db"
    call = [sys.executable, str(ROOT / "main.py"), "--database", str(database)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "VOUCHER_APP_LANGUAGE": "en"}
    init = ["office", "init", "--name", "演示", "--operator", "张:preparer", "--operator", "李:reviewer", "--trial"]
    subprocess.run([*call, *init], env=environment, check=True, capture_output=True)
    files = OfficeBackups(patience_seconds=1)
    files.create(database, folder / "before.db")
    files.create(database, folder / "before.slqbak", password=PASSWORD)
    before = verify_file(database).head
    year = ["year", "open", "2026", "--amount", "50000000", "--document", "晋财〔2026〕1号", "--operator", "张"]
    subprocess.run([*call, *year], env=environment, check=True, capture_output=True)
    return before, verify_file(database).head


def judge(folder: Path, heads: set[str]) -> str:
    """Return what is wrong after a kill or a failure, or nothing."""
    try:
        found = verify_file(folder / "office.db")
    except StorageError as error:
        return f"the data file: {error}"
    if found.findings or found.head not in heads:
        return f"the data file: {found.findings[:2]} {found.head}"
    files = OfficeBackups(patience_seconds=1)
    for name in ("copy.db", "copy.slqbak"):
        copy = folder / name
        if copy.exists():
            password = PASSWORD if name.endswith("bak") else None
            if files.verify(copy, password=password).findings:
                return f"{name} stands under its name and is broken"
    return ""


def spread(steps: list[Tried], size: int, chance: random.Random) -> list[Tried]:
    """Choose steps of every work and way; all of them where no size is told."""
    if size <= 0 or size >= len(steps):
        return steps
    kinds: dict[tuple[str, str], list[Tried]] = {}
    for one in steps:
        kinds.setdefault((one.work, one.how), []).append(one)
    for some in kinds.values():
        chance.shuffle(some)
    chosen: list[Tried] = []
    while len(chosen) < size:
        for some in kinds.values():
            chosen += [some.pop()] if some else []
    return chosen[:size]


def run(folder: Path, size: int, seed: int, *, works: Sequence[str] = WORKS, ways: Sequence[str] = WAYS) -> Seen:
    """Try so many steps; 0 tries every one."""
    template = folder / "template"
    template.mkdir()
    # The password is not what is tried here: a key that costs nothing.
    with patch.object(backups, "Sealer", partial(sealed.Sealer, n=2**4)):
        heads = set(prepare(template))
        every = []
        for work in works:
            whole = folder / f"{work}-whole"
            shutil.copytree(template, whole)
            steps = try_step(Tried(work, "fail", 0), whole)
            assert steps > 0, f"{work} works when nothing fails"
            every += [Tried(work, how, step) for how in ways for step in range(1, steps + 1)]
        chosen = spread(every, size, random.Random(seed))  # noqa: S311 - to be repeated
        wrong = []
        for one in chosen:
            place = folder / "tried"
            shutil.copytree(template, place)
            try_step(one, place)
            found = judge(place, heads)
            wrong += [f"{one.work}, {one.how} at step {one.step}: {found}"] if found else []
            shutil.rmtree(place)
    return {"steps": len(every), "tried": len(chosen), "wrong": wrong, "failed": judged(len(chosen), wrong)}


def judged(tried: int, wrong: list[str]) -> list[str]:
    """Return why a run failed or proves nothing."""
    return ([f"wrong: {wrong}"] if wrong else []) + ([] if tried else ["void: nothing was tried"])


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=0))
