"""What every harness has in common: run alone with a size and a seed, it prints what it saw as one line of JSON."""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voucher_app import i18n
from voucher_app.app import main
from voucher_app.services.wording.errors import describe
from voucher_app.settings import resources_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

SEED = 20261121
Seen = dict[str, Any]


def run_alone(about: str | None, trial: Callable[[Path, int, int], Seen], *, full: int) -> int:
    """Run a trial from the command line, in a folder of its own.

    Args:
        about: the harness's docstring.
        trial: given a folder, a size and a seed, returns what it saw, with `failed`: why it is no success.
        full: the size of the full run.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=full)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    speak_chinese()
    with tempfile.TemporaryDirectory(prefix="trust-") as folder:
        os.environ["VOUCHER_APP_MEMORY"] = str(Path(folder) / "memory")  # not what this person's computer remembers
        begun = time.monotonic()
        seen = trial(Path(folder), given.size, given.seed)
    told = {**seen, "seed": given.seed, "seconds": round(time.monotonic() - begun, 1)}
    print(json.dumps(told, ensure_ascii=False))
    return 1 if seen["failed"] else 0


def speak_chinese() -> None:
    """Speak as the program does at the desk, and keep its log to itself."""
    i18n.use_folder(resources_folder() / "locale")
    i18n.set_language(i18n.CHINESE)
    logging.disable(logging.CRITICAL)
    sys.setswitchinterval(0.005)


def command(database: Path, *words: str, on: date, by: str = "") -> str:
    """Run a command of the program in this process; return what it said.

    Raises:
        RuntimeError: when it was refused.
    """
    given = ["--database", str(database), "--on", on.isoformat(), "--json", *(["--operator", by] if by else [])]
    said, complained = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(complained):
        code = main([*given, *words])
    if code:
        raise RuntimeError(f"{' '.join(words)[:200]}: {code} {said.getvalue()[:500]} {complained.getvalue()[:500]}")
    return said.getvalue()


def is_chinese_advice(error: Exception) -> bool:
    """Return whether an error is told in whole Chinese sentences."""
    try:
        sentences = describe(error)
    except (KeyError, TypeError, AssertionError):
        return False
    return bool(sentences) and all(any("一" <= c <= "鿿" for c in one) and one.endswith("。") for one in sentences)
