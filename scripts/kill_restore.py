"""Backup and restore, killed or failing at each step (trust.md T14): the live file is intact or restored, each time.

Every operation on the file system that a backup or a restore makes is counted; then each of them in turn ends the
process at once (`kill`), or fails (`fail`), before it happens or after. A child does the work on a copy of an office;
the parent then demands that the data file verifies, that its head is the one before or the restored one, and that a
backup that stands under its name verifies too.

    python scripts/kill_restore.py [--every N] [--only WORK] [--plant]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.services.ports.errors import StorageError
from voucher_app.storage import backups, sealed
from voucher_app.storage.backups import OfficeBackups
from voucher_app.storage.sqlite.backup import verify_file

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
WORKS = ("create", "seal", "restore", "restore-sealed")
WATCHED = ("link", "rename", "replace", "unlink", "mkdir", "fsync", "open")
PASSWORD = "a password of nobody"  # noqa: S105 - of an invented office
UNTOLD = 3


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


def run(work: str, folder: Path, step: int, how: str) -> int:
    """Let a child do the work; return how many steps it counted.

    Raises:
        SystemExit: when it ended in a way that has no sentence.
    """
    process = os.fork()  # what is loaded is loaded: a child takes milliseconds
    if not process:
        code = UNTOLD
        try:
            child(work, folder, step, how)
            code = 0
        except BaseException:  # noqa: BLE001 - a child of a fork must never go on as its parent
            traceback.print_exc()
        finally:
            os._exit(code)
    _process, status = os.waitpid(process, 0)
    if os.waitstatus_to_exitcode(status) not in {0, -signal.SIGKILL}:
        raise SystemExit(f"{work} at step {step} ({how}) ended without a sentence")
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


def main() -> int:
    """Try every step; print figures as JSON; 1 when anything was lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1, help="try each Nth step only")
    parser.add_argument("--only", choices=WORKS, action="append", help="only this work")
    parser.add_argument("--plant", action="store_true", help="with a fault put in, which has to be found")
    given = parser.parse_args()
    every: int = given.every
    began = time.monotonic()
    tried, wrong = 0, []
    with tempfile.TemporaryDirectory() as name:
        template = Path(name) / "template"
        template.mkdir()
        before, now = prepare(template)
        for work in given.only or WORKS:
            whole = Path(name) / f"{work}-whole"
            shutil.copytree(template, whole)
            steps = run(work, whole, 0, "fail")
            assert steps > 0, f"{work} works when nothing fails"
            for how in ("plant",) if given.plant else ("kill", "fail"):
                for step in range(1, steps + 1, every):
                    folder = Path(name) / f"{work}-{how}-{step}"
                    shutil.copytree(template, folder)
                    run(work, folder, step, how)
                    found = judge(folder, {before, now})
                    tried += 1
                    if found:
                        wrong.append(f"{work}, {how} at step {step} of {steps}: {found}")
                    shutil.rmtree(folder)
    figures = {"tried": tried, "wrong": wrong, "seconds": round(time.monotonic() - began, 1)}
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    return 1 if wrong or not tried else 0


if __name__ == "__main__":
    # The password is not what is tried here: a key that costs nothing.
    backups.__dict__["Sealer"] = partial(sealed.Sealer, n=2**4)
    sys.exit(main())
