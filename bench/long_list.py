"""The list of vouchers on a very long file: first paint, memory, jumps. Prints one JSON line.

usage: long_list.py DATABASE
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from voucher_app import app as program
from voucher_app.services.queries.lists import ListFilter
from voucher_app.settings import Settings
from voucher_app.ui import theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.models.table_model import TableModel
from voucher_app.ui.operations import OperationRunner
from voucher_app.ui.pages.list_view import ListView
from voucher_app.ui.pages.vouchers import VouchersPage
from voucher_app.ui.startup import FIRST_FONTS, register_fonts

if TYPE_CHECKING:
    from collections.abc import Callable

JUMPS = 40
HELD = 100_000
PATIENCE_SECONDS = 30


def resident_mb() -> float:
    """Return the memory of this process."""
    gc.collect()
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("Linux tells")


def until(application: QApplication, done: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    begun = time.perf_counter()
    while not done():
        application.processEvents()
        assert time.perf_counter() - begun < PATIENCE_SECONDS, "it never became so"


def measure(database: Path) -> dict[str, float]:
    """Measure one file in one process."""
    settings = Settings.from_environment()
    program.speak(settings)
    application = QApplication([])
    register_fonts(settings.resources, FIRST_FONTS)
    theme.apply(application, dark=False, resources=settings.resources)
    workspace = program.make_workspace(database)
    runner = OperationRunner()
    kept = QSettings(str(database.parent / "bench.ini"), QSettings.Format.IniFormat)
    desk = Desk(workspace, read_facts(workspace), operator=None, year=2026, settings=kept, runner=runner)
    page = VouchersPage(desk)
    page.resize(1100, 800)

    # The reference: the same view over as many rows as one page holds, all of them there.
    rows = workspace.queries.vouchers(ListFilter(year=2026)).rows(0, 256)
    plain_model = TableModel(page.columns(), page.key)
    plain_model.show_rows(rows)
    plain = ListView(plain_model)
    plain.resize(1100, 800)
    begun = time.perf_counter()
    plain.show()
    plain.viewport().grab()
    reference_ms = (time.perf_counter() - begun) * 1000
    plain.close()

    before = resident_mb()
    begun = time.perf_counter()
    page.show()
    until(application, lambda: page.model.rowCount() > 0)
    page.view.viewport().grab()
    first_paint_ms = (time.perf_counter() - begun) * 1000
    until(application, lambda: runner.in_flight == 0)
    count = page.model.rowCount()

    chance = random.Random(7)
    jumps, direct = [], []
    source = workspace.queries.vouchers(ListFilter(year=2026))
    source.count()
    for position in [count - 1, 0, count // 2, *(chance.randrange(count) for _place in range(JUMPS))]:
        begun = time.perf_counter()
        page.view.scrollTo(page.model.index(position, 0))
        until(application, lambda position=position: page.model.row_at(position) is not None)  # type: ignore[misc]
        page.view.viewport().grab()
        jumps.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        source.rows(position, 256)
        direct.append((time.perf_counter() - begun) * 1000)
    after = resident_mb()

    held_before = resident_mb()
    held = list(workspace.queries.vouchers(ListFilter(year=2026)).rows(0, min(HELD, count)))
    held_mb = (resident_mb() - held_before) * count / len(held)
    runner.close()
    workspace.data_file.close()
    return {
        "rows": count,
        "first_paint_ms": first_paint_ms,
        "plain_paint_ms": reference_ms,
        "memory_mb": after - before,
        "held_mb": held_mb,
        "worst_jump_ms": max(jumps),
        "worst_direct_ms": max(direct),
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
