"""A table of many units with some bad rows, as an office hands it over: small here, 20,000 rows in `make bench`."""

from __future__ import annotations

import sys
from pathlib import Path

import openpyxl
import pytest

from voucher_app.domain.errors import DomainError, Stopped
from voucher_app.exchange.table_files import SpreadsheetFiles
from voucher_app.services.imports.kind import Order
from voucher_app.services.imports.kinds import KINDS
from voucher_app.services.imports.preview import RowStatus, imported_file, preview, refuse, rejected
from voucher_app.services.ports.tables import QUIETLY, Tell
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench"))

from many_units import many_units, write_units

ROWS, BAD = 400, 10
UNITS = KINDS["recipients"]


def looked_at(desk, file, tell=QUIETLY):
    grid = SpreadsheetFiles().read(file, tell=tell)
    order = Order(desk.preparer, new_request_id(), source=imported_file(UNITS, grid), tell=tell)
    return preview(desk.workspace, UNITS, grid, order), order


def units_of(desk):
    return desk.queries.recipients(ListFilter(text="太原第")).count()


@pytest.mark.parametrize("after", [1, 3])
def test_who_cancels_while_it_is_read_or_looked_at_has_recorded_nothing(desk, tmp_path, after):
    rows, _wrong = many_units(ROWS, BAD)
    write_units(tmp_path / "u.xlsx", rows)
    head, asked = desk.queries.journal_head(), []

    def go_on(done):
        asked.append(done)
        return len(asked) < after

    with pytest.raises(Stopped):
        looked_at(desk, tmp_path / "u.xlsx", Tell(go_on))
    assert len(asked) == after, "it is asked again and again, and heard at once"
    assert desk.queries.journal_head() == head


def test_exactly_what_is_wrong_is_told_nothing_is_written_and_corrected_all_go_in_by_one_act(desk, tmp_path):
    rows, wrong = many_units(ROWS, BAD)
    write_units(tmp_path / "u.xlsx", rows)
    head, asked = desk.queries.journal_head(), []
    found, order = looked_at(desk, tmp_path / "u.xlsx", Tell(lambda done: asked.append(done) or True))
    assert max(asked) >= ROWS - 100, "progress is told to the end"
    codes = {row.number: [fault.code for _column, fault in row.faults] for row in found.rows if row.faults}
    assert codes == {number: [code] for number, code in wrong.items()}, "these rows, each with its one fault"
    assert [found.count(status) for status in RowStatus] == [ROWS - BAD, 0, BAD]
    with pytest.raises(DomainError):
        refuse(found)
    assert desk.queries.journal_head() == head
    assert units_of(desk) == 0
    SpreadsheetFiles().write(tmp_path / "back.xlsx", rejected(found))
    back = [[cell.value for cell in row] for row in openpyxl.load_workbook(tmp_path / "back.xlsx").active]
    assert [row[0] for row in back[1:]] == list(wrong)
    assert all(row[1] for row in back[1:]), "each with its reason"
    good, _none = many_units(ROWS, 0)
    write_units(tmp_path / "mended.xlsx", good)
    mended, order = looked_at(desk, tmp_path / "mended.xlsx")
    assert mended.is_good
    assert len(UNITS.carry_out(desk.workspace, mended.entries, order)) == ROWS
    assert units_of(desk) == ROWS
    assert desk.queries.journal_head()[0] == head[0] + 1, "all of them by one act"
