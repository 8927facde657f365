"""Run the trust harnesses and write down what was seen: `docs/trust.json`, and from it `docs/trust.md`.

`trust.py` runs every harness at its full size; `trust.py T2 T6` only those; `--size N` one of them at another size;
`--small` at the size of `make test`; `--at-once 2` two of them at a time. A harness that fails, or proves nothing, does
not stop the others; the exit code is then 1. What was measured before and is not run now stays in the table, with date
and machine. Each also runs alone: `python scripts/trust/power_cuts.py --size 500 --seed 7`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trial import SEED

from voucher_app.storage.sqlite.connection import sqlite3

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[1] / "docs"


@dataclass(frozen=True, slots=True)
class Harness:
    """One row of the table.

    Attributes:
        test: its number in trust.md, with a letter where one test has several runs.
        promise: what has to be so.
        script: beside this file.
        option: names the size; `small` and `full`: the size in `make test` and in `make trust`; 0 is all of it.
    """

    test: str
    promise: str
    script: str
    option: str
    small: int
    full: int


HARNESSES = (
    Harness("T1", "kill -9 while issuing and redeeming: nothing acknowledged is lost, nothing is over the cap",
            "kill_nine.py", "--kills", 25, 10_000),
    Harness("T1b", "kill -9 while printing: register and paper agree", "kill_print.py", "--kills", 16, 200),
    Harness("T2", "power cuts: nothing acknowledged is lost, nothing is corrupt; with synchronous=NORMAL loss is found",
            "power_cuts.py", "--size", 60, 10_000),
    Harness("T3", "8 processes issue exactly the cap, each at least once", "kill_nine.py", "--contend", 8, 8),
    Harness("T3b", "16 processes issue exactly the cap, each at least once", "kill_nine.py", "--contend", 8, 16),
    Harness("T4", "no flipped byte changes what the file says unnoticed", "flip_bytes.py", "--size", 120, 0),
    Harness("T5", "every column of every table changed, five ways of an insider: found and named, by both checks",
            "insider.py", "--size", 12, 0),
    Harness("T6", "every Nth read, write, sync … fails: nothing acknowledged is lost, each failure is told in Chinese",
            "disk_faults.py", "--size", 18, 0),
    Harness("T7", "disk full, read-only, locked, gone, damaged: refused with advice, no part is left, works afterwards",
            "obstacles.py", "--size", 1, 50),
    Harness("T8", "clock back and forth, year's edge, other zones: order and year hold, going back is refused and told",
            "clocks.py", "--size", 40, 2_000),
    Harness("T10", "forged codes are refused, codes of what has ended are told, and scanned pages are read",
            "forged_codes.py", "--size", 3, 1_000),
    Harness("T11", "hostile and spoilt files: a sentence or the content, soon, and the program lives",
            "hostile_files.py", "--size", 30, 2_000),
    Harness("T12", "hostile texts through every field, export, paper and page: no formula, no network, no file read",
            "injections.py", "--size", 12, 0),
    Harness("T13", "passwords, keys, personal numbers: none in log, reports, diagnostics, temporary files, processes",
            "canaries.py", "--size", 1, 10),
    Harness("T17", "random clicks and keys in the window: no exception, no Qt warning, memory grows by less than 10 %",
            "random_clicks.py", "--size", 150, 10_000),
    Harness("T14", "backup and restore killed or failing at each step: the live file intact or restored",
            "kill_restore.py", "--size", 16, 0),
    Harness("T15", "upgrades killed: the old file or the new one, whole", "kill_upgrade.py", "--kills", 80, 1_000),
    Harness("T18", "names with characters of extensions A to F: refused at entry with advice, or back from everywhere",
            "names.py", "--size", 60, 1_000),
    Harness("T9", "random office years against a model: money, statuses, balances, and no change without its record",
            "random_years.py", "--size", 20, 10_000),
    Harness("SIM", "years of two offices on one file, faults and clock jumps: money, caps, statuses and acts hold",
            "simulate.py", "--size", 2, 3_000),
)  # fmt: skip

_HEAD = """# Trust: what was seen

Made by `make trust` (`scripts/trust/trust.py`) from `docs/trust.json`; each row is the last run of a harness, with its
date, seed and machine. `make trust TESTS="T2 T6"` runs some of them again, and every harness runs alone. That each
harness sees a fault when there is one is shown by `tests/trust` and `tests/test_trust.py`, which plant it. A size of 0
means all there are; where a run was smaller than the full size, both are told. T16, the faults planted in the code, has
a page of its own: `docs/mutation.md`. Seconds are of a machine that did other work meanwhile. What chance a killed or
racing process has is not in the seed.

| test | promise | size (full) | seen | kept? | date, seed, seconds | machine |
|---|---|---|---|---|---|---|
"""


def command(harness: Harness, *, size: int, seed: int) -> list[str]:
    """Return how a harness is run."""
    return [sys.executable, str(HERE / harness.script), harness.option, str(size), "--seed", str(seed)]


def machine() -> str:
    """Return the machine in general words."""
    cores = os.cpu_count()
    system = platform.system()
    return f"{cores} cores, {system}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def outcome(harness: Harness, returncode: int, output: str, error: str) -> dict[str, Any]:
    """Return what a run showed; what ended without a word is a failure too."""
    lines = []
    for line in output.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            error = f"{error}\n{line}"
    failed = [str(reason) for line in lines for reason in line["failed"]]
    if not failed and (returncode or not lines):
        failed = [f"exit {returncode}: {error.strip()[-500:]}"]
    return {"test": harness.test, "lines": lines, "failed": failed}


def run_one(harness: Harness, *, size: int, seed: int) -> dict[str, Any]:
    """Run a harness in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1]), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command(harness, size=size, seed=seed), capture_output=True, text=True, check=False, env=environment
    )
    told = outcome(harness, done.returncode, done.stdout, done.stderr)
    return {**told, "size": size, "seed": seed, "date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine()}


def figures(line: dict[str, Any]) -> str:
    """Return what one line of a harness says, for a person; a list of faults is told by its length."""
    shown = []
    for name, value in line.items():
        if name in {"failed", "seconds", "seed"}:
            continue
        told: object = value
        if isinstance(value, list):
            told = value if value and all(isinstance(one, int) for one in value) and len(value) <= 16 else len(value)  # noqa: PLR2004 - fits a cell
        if isinstance(value, dict):
            told = ", ".join(f"{key} {one}" for key, one in value.items())
            told = f"({told})"
        shown.append(f"{name.replace('_', ' ')} {told}")
    return "; ".join(shown)


def page(results: dict[str, dict[str, Any]], harnesses: Sequence[Harness]) -> str:
    """Return `docs/trust.md`."""
    rows = []
    for harness in harnesses:
        seen = results.get(harness.test)
        if seen is None:
            rows.append(f"| {harness.test} | {harness.promise} | ({harness.full}) | not run yet | – | – | – |")
            continue
        said = " / ".join(figures(line) for line in seen["lines"])
        seconds = round(sum(line.get("seconds", 0) for line in seen["lines"]))
        kept = "no: " + "; ".join(seen["failed"])[:300].replace("|", "/") if seen["failed"] else "yes"
        when = f"{seen['date']}, {seen['seed']}, {seconds} s"
        rows.append(
            f"| {harness.test} | {harness.promise} | {seen['size']} ({harness.full}) | {said} | {kept} | {when} | "
            f"{seen['machine']} |"
        )
    return _HEAD + "\n".join(rows) + "\n"


def write(results: dict[str, dict[str, Any]], harnesses: Sequence[Harness], docs: Path) -> None:
    """Write both files."""
    text = json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True)
    (docs / "trust.json").write_text(f"{text}\n", encoding="utf-8")
    (docs / "trust.md").write_text(page(json.loads(text), harnesses), encoding="utf-8")


def read(docs: Path) -> dict[str, dict[str, Any]]:
    """Return what was seen before."""
    kept = docs / "trust.json"
    return dict(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else {}


def main(arguments: Sequence[str] | None = None, *, harnesses: Sequence[Harness] = HARNESSES, docs: Path = DOCS) -> int:
    """Run what is named, or all, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", metavar="TEST", help=", ".join(one.test for one in harnesses))
    parser.add_argument("--small", action="store_true", help="at the size of make test, written nowhere")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--size", type=int, help="another size than the full one, for one test")
    parser.add_argument("--at-once", type=int, default=1, help="how many run at the same time, each slower")
    given = parser.parse_args(arguments)
    if given.size is not None and len(given.tests) != 1:
        parser.error("--size needs one test")
    unknown = set(given.tests) - {one.test for one in harnesses}
    if unknown:
        parser.error(f"no such test: {', '.join(sorted(unknown))}")
    chosen = [one for one in harnesses if not given.tests or one.test in given.tests]

    def run(harness: Harness) -> tuple[Harness, dict[str, Any]]:
        usual = harness.small if given.small else harness.full
        print(f"{harness.test}: {harness.promise} …", flush=True)
        return harness, run_one(harness, size=usual if given.size is None else given.size, seed=given.seed)

    failed = False
    with ThreadPoolExecutor(given.at_once) as desks:
        for done in as_completed([desks.submit(run, harness) for harness in chosen]):
            harness, seen = done.result()
            failed = failed or bool(seen["failed"])
            print(f"{harness.test}: {'FAILED ' + '; '.join(seen['failed']) if seen['failed'] else 'kept'}", flush=True)
            for line in seen["lines"]:
                print(f"  {figures(line)}", flush=True)
            if not given.small:
                write({**read(docs), harness.test: seen}, harnesses, docs)  # at once: the next may take an hour
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
