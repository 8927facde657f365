"""`make bench`: every figure with its ratio to a reference measured in the same run, in turn with it.

The machine may be shared and noisy: quote the ratios. The offices to measure on are made once, in out/bench.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

import desk
import figures
import imports
import ledger
import lists
import papers
import search
import settlement
import simulation
import window

from voucher_app.app import speak
from voucher_app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
MOST = 1_000_000


def use_a_desk_screen() -> None:
    """Measure every window on a screen as on a desk; Qt's own without one has 800 × 800 points."""
    if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={ROOT / 'bench' / 'screen.json'}"


def main() -> int:
    """Measure and write bench/results.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vouchers", type=int, default=MOST, help="vouchers in the largest office")
    parser.add_argument(
        "--only",
        choices=("ledger", "settlement", "papers", "lists", "imports", "simulation", "search", "window"),
        help="measure one part, write nothing",
    )
    given = parser.parse_args()
    use_a_desk_screen()
    speak(Settings.from_environment())
    folder = desk.measuring_folder(ROOT / "out" / "bench")
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}\n")
    found: list[figures.Figure] = []
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        if given.only in {None, "ledger"}:
            found += ledger.measure(folder, Path(scratch), most=given.vouchers)
        if given.only in {None, "settlement"}:
            found += settlement.measure(folder, Path(scratch))
        if given.only in {None, "papers"}:
            found += papers.measure(folder, Path(scratch))
        if given.only in {None, "papers", "lists"}:
            found += lists.measure(Path(scratch))
        if given.only in {None, "imports"}:
            found += imports.measure(folder, Path(scratch))
        if given.only in {None, "simulation"}:
            found += simulation.measure(folder)
        if given.only in {None, "search"}:
            found += search.measure(folder, most=given.vouchers)
        if given.only in {None, "window"}:
            found += window.measure(folder, most=given.vouchers)
    if given.only is None:
        figures.write(found, ROOT / "bench" / "results.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
