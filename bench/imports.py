"""A table of 20,000 units with 500 bad rows: read in its own process, each row judged, all that is wrong told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import openpyxl
from desk import TODAY, measuring_office
from figures import interleaved
from many_units import many_units, write_units

from voucher_app.app import make_workspace
from voucher_app.services.imports.kind import Order
from voucher_app.services.imports.kinds import KINDS
from voucher_app.services.imports.preview import RowStatus, imported_file, preview
from voucher_app.services.ports.tables import Tell
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from pathlib import Path

    from figures import Figure

ROWS, BAD = 20_000, 500
ROUNDS = 3
VOUCHERS = 10_000


def measure(folder: Path, scratch: Path) -> list[Figure]:
    """Measure the preview from the file to the last row's verdict; the reference only reads the same file's cells."""
    office, file = folder / f"office-{VOUCHERS}.db", scratch / "units.xlsx"
    measuring_office(office, VOUCHERS)
    rows, wrong = many_units(ROWS, BAD)
    write_units(file, rows)
    workspace = make_workspace(office).on(TODAY)
    kind, operator = KINDS["recipients"], workspace.queries.operators()[0]
    head = workspace.queries.journal_head()

    def ours() -> float:
        told: list[int] = []

        def asked(done: int) -> bool:
            told.append(done)
            return True

        begun = time.perf_counter()
        grid = workspace.tables().read(file, tell=Tell(asked))
        order = Order(operator, new_request_id(), source=imported_file(kind, grid), tell=Tell(asked))
        found = preview(workspace, kind, grid, order)
        seconds = time.perf_counter() - begun
        bad = {row.number for row in found.rows if row.status is RowStatus.BAD}
        assert (len(found.rows), bad) == (ROWS, set(wrong)), "the rows that are wrong, and no others"
        assert len(told) > ROWS // 1_000, "progress is told"
        return seconds

    def theirs() -> float:
        begun = time.perf_counter()
        sheet = openpyxl.load_workbook(file, read_only=True).worksheets[0]
        cells = [row for row in sheet.iter_rows(values_only=True)]  # noqa: C416 - read, as whoever checks them would
        assert len(cells) == ROWS + 1
        return time.perf_counter() - begun

    reference = "openpyxl reads the same file's cells"
    found = interleaved("import_preview_20000", "s", reference, ours, theirs, ROUNDS)
    assert workspace.queries.journal_head() == head, "a preview records nothing"
    workspace.data_file.close()
    return [found]
