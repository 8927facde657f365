"""The window: how soon it is usable, and a list of a million rows. Each measurement is a process of its own.

What usable and whole mean stands in `open_window.py`. The program is measured as it is installed: compiled. Where
PYTHONDONTWRITEBYTECODE is set, a checkout would otherwise be compiled anew at every start, and the bare window not.
"""

from __future__ import annotations

import compileall
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desk import measuring_office
from figures import ROUNDS, interleaved

if TYPE_CHECKING:
    from figures import Figure

FOLDER = Path(__file__).resolve().parent
LONGEST_SECONDS = 60
PACKAGE = FOLDER.parent / "voucher_app"


USABLE, WHOLE = 0, 1
"""Which moment of those that `open_window.py` tells."""


def started_within(*words: str, moment: int = USABLE) -> float:
    """Start a process and return the milliseconds until its window is usable, or whole."""
    with tempfile.TemporaryDirectory() as home:
        # Settings of its own: what the person at this machine chose, such as the page to begin with, is left alone.
        environment = {**os.environ, "XDG_CONFIG_HOME": home}
        begun = time.time()
        done = subprocess.run(
            [sys.executable, str(FOLDER / "open_window.py"), *words],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            timeout=LONGEST_SECONDS,
        )
    return (float(done.stdout.split()[moment]) - begun) * 1000


def long_list(database: Path) -> dict[str, float]:
    """Measure the long list in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(FOLDER / "long_list.py"), str(database)], capture_output=True, text=True, check=True
    )
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def measure(folder: Path, *, most: int) -> list[Figure]:
    """Measure the window on 100,000 vouchers and the list on as many as there are."""
    hundred_thousand = folder / f"office-{min(100_000, most)}.db"
    measuring_office(hundred_thousand, min(100_000, most))
    many = folder / f"office-{most}.db"
    measuring_office(many, most)
    assert compileall.compile_dir(PACKAGE, quiet=1)
    subprocess.run([sys.executable, "-m", "voucher_app.ui.compiled_once"], check=True)
    started_within(str(hundred_thousand))
    figures = [
        interleaved(
            "window_start",
            "ms",
            "a bare QMainWindow's process",
            partial(started_within, str(hundred_thousand)),
            partial(started_within, "--bare"),
        ),
        interleaved(
            "window_whole",
            "ms",
            "a bare QMainWindow's process",
            partial(started_within, str(hundred_thousand), moment=WHOLE),
            partial(started_within, "--bare"),
        ),
    ]
    rounds = [long_list(many) for _round in range(ROUNDS)]
    for name, unit, reference, ours, theirs in (
        ("list_first_paint", "ms", "the same view over 256 rows at hand", "first_paint_ms", "plain_paint_ms"),
        ("list_memory", "MB", "all rows held in a list", "memory_mb", "held_mb"),
        ("list_jump", "ms", "the same stretches read without a window", "worst_jump_ms", "worst_direct_ms"),
    ):
        pairs = iter([(one[ours], one[theirs]) for one in rounds for _both in range(2)])
        figures.append(
            interleaved(name, unit, reference, lambda pairs=pairs: next(pairs)[0], lambda pairs=pairs: next(pairs)[1])  # type: ignore[misc]
        )
    return figures
