"""Play random office years against a model in plain numbers, many more than the suite does (trust.md T9).

The machine is `tests/test_ledger_machine.py`: 30 acts a year, and after each the money, every status and every balance
as a small model says, and nothing changed that no journal record tells. `--size N` plays N years.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trial import run_alone

if TYPE_CHECKING:
    from trial import Seen

ROOT: Final = Path(__file__).resolve().parents[2]
MACHINE: Final = ROOT / "tests" / "test_ledger_machine.py"
STEPS: Final = 30


def run(_folder: Path, size: int, seed: int, *, machine: Path = MACHINE) -> Seen:
    """Play so many years in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", "--timeout=0", f"--hypothesis-seed={seed}", "-p",
         "no:cacheprovider", str(machine)],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "MACHINE_YEARS": str(size)},
    )  # fmt: skip
    played = sum(int(one) for one in re.findall(r"(\d+) years were played", done.stdout))
    seen: Seen = {"years": size, "played": played, "steps": STEPS}
    return {**seen, "failed": judged(seen, done.returncode, done.stdout)}


def judged(seen: Seen, code: int, said: str) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = [f"exit {code}: {said.strip()[-1500:]}"] if code else []
    if seen["played"] < seen["years"]:
        reasons.append(f"void: only {seen['played']} years were played to their end")
    return reasons


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=10_000))
