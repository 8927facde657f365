from __future__ import annotations

import threading
import tracemalloc
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt

from voucher_app.domain.money import Money
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.models.table_model import PAGE, PagedModel, TableModel
from voucher_app.ui.operations import OperationRunner
from voucher_app.ui.pages.list_view import ListView

MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    name: str
    amount: Money


COLUMNS = (
    Column("id", "编号", lambda row: str(row.id), CellKind.COUNT, 80, sort="id"),
    Column("name", "单位", lambda row: row.name, stretches=True),
    Column("amount", "金额（元）", lambda row: row.amount.in_yuan(), CellKind.MONEY, 120),
)


class Numbers:
    """A list of any length, each stretch made when asked for."""

    def __init__(self, length):
        self.length = length
        self.asked = []

    def count(self):
        return self.length

    def rows(self, first, count):
        self.asked.append(first)
        return [Row(n, f"单位 {n}", Money(n)) for n in range(first, min(first + count, self.length))]


@pytest.fixture
def runner(qapp):
    made = OperationRunner()
    yield made
    made.wait_idle(5_000)
    made.close()


@pytest.fixture
def model(runner):
    return PagedModel(COLUMNS, runner, lambda row: row.id)


def shown(qtbot, model):
    view = ListView(model)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_rows_are_shown_through_their_columns(qapp):
    model = TableModel(COLUMNS)
    model.show_rows([Row(1, "甲", Money(123_456))])
    assert [model.index(0, column).data() for column in range(3)] == ["1", "甲", "1,234.56"]
    assert model.headerData(2, Qt.Orientation.Horizontal) == "金额（元）"
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    assert model.index(0, 2).data(Qt.ItemDataRole.TextAlignmentRole) == right
    assert model.headerData(2, Qt.Orientation.Horizontal, int(Qt.ItemDataRole.TextAlignmentRole)) == right


def test_the_view_knows_the_full_length_and_holds_little(qtbot, model, runner):
    source = Numbers(MANY)
    view = shown(qtbot, model)
    model.open(lambda: source)
    assert runner.wait_idle(5_000)
    assert model.rowCount() == MANY
    assert model.held() <= 2
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > MANY - 100)


def test_a_jump_shows_empty_rows_and_then_the_right_ones(qtbot, model, runner):
    source = Numbers(MANY)
    view = shown(qtbot, model)
    model.open(lambda: source)
    assert runner.wait_idle(5_000)
    assert model.row_at(765_432) is None
    with qtbot.waitSignal(model.arrived):
        view.scrollTo(model.index(765_432, 0))
    assert model.row_at(765_432).id == 765_432


def test_dragging_through_a_million_rows_asks_only_for_what_was_seen_last(qtbot, model, runner):
    source = Numbers(MANY)
    model.open(lambda: source)
    assert runner.wait_idle(5_000)
    before = len(source.asked)
    for position in range(0, MANY, 1_000):
        model.row_at(position)
    qtbot.waitUntil(lambda: model.row_at(MANY - 1_000) is not None)
    assert runner.wait_idle(5_000)
    assert len(source.asked) - before <= 8


def test_never_more_than_64_pages_are_held(qtbot, model, runner):
    source = Numbers(MANY)
    model.open(lambda: source)
    assert runner.wait_idle(5_000)
    for page in range(100):
        model.row_at(page * PAGE)
        qtbot.waitUntil(lambda page=page: model.row_at(page * PAGE) is not None)
    assert model.held() == 64


def test_a_newer_list_wins_over_one_still_on_its_way(model, runner):
    model.open(lambda: Numbers(10))
    model.open(lambda: Numbers(20))
    assert runner.wait_idle(5_000)
    assert model.rowCount() == 20


def test_however_fast_lists_are_asked_for_one_at_a_time_is_read_and_then_the_last(model, runner):
    read, first_may_end = [], threading.Event()

    def make(length):
        read.append(length)
        if length == 1:
            assert first_may_end.wait(5)
        return Numbers(length)

    for length in range(1, 50):
        model.open(lambda length=length: make(length))
    first_may_end.set()
    assert runner.wait_idle(5_000)
    assert model.rowCount() == 49
    assert read in ([1, 49], [49])


def test_a_list_that_cannot_be_read_is_told_and_the_next_one_is_shown(qtbot, model, runner):
    may_fail = threading.Event()

    def failing():
        assert may_fail.wait(5)
        raise OSError("gone")

    with qtbot.waitSignal(runner.failed) as told:
        model.open(failing)
        may_fail.set()
    assert isinstance(told.args[0], OSError)
    model.open(lambda: Numbers(20))
    assert runner.wait_idle(5_000)
    assert model.rowCount() == 20


def test_a_million_rows_are_shown_and_jumped_over_by_a_few_stretches_and_stay_small(qtbot, model, runner):
    source = Numbers(MANY)
    view = shown(qtbot, model)
    tracemalloc.start()
    model.open(lambda: source)
    assert runner.wait_idle(5_000)
    view.viewport().grab()
    assert len(source.asked) <= 2, "what is seen, and at most what comes next"
    for position in (999_900, 500_000, 123_456, 7):
        before = len(source.asked)
        view.scrollTo(model.index(position, 0))
        view.viewport().grab()
        qtbot.waitUntil(lambda position=position: model.row_at(position) is not None)
        view.viewport().grab()
        assert len(source.asked) - before <= 4
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 60_000_000


def test_selecting_all_of_a_million_rows_walks_none_of_them(qtbot, model, runner):
    view = shown(qtbot, model)
    source = Numbers(MANY)
    model.open(lambda: source)
    assert runner.wait_idle(5_000)
    asked = len(source.asked)
    view.selectAll()
    assert view.selected_count() == MANY
    assert runner.wait_idle(5_000)
    assert len(source.asked) == asked


def test_a_selection_is_copied_as_a_grid(qtbot, model, runner, qapp):
    view = shown(qtbot, model)
    model.open(lambda: Numbers(5))
    assert runner.wait_idle(5_000)
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for position in (1, 3):
        view.selectionModel().select(model.index(position, 0), flags)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert qapp.clipboard().text() == "1\t单位 1\t0.01\n3\t单位 3\t0.03"


def test_a_column_gives_way_while_the_list_is_narrow(qtbot, runner):
    columns = (*COLUMNS, Column("more", "更多", lambda _row: "", width=200, gives_way=True))
    view = shown(qtbot, PagedModel(columns, runner, lambda row: row.id))
    assert not view.isColumnHidden(3)
    view.resize(420, 700)
    assert view.isColumnHidden(3)
    assert view.header.length() <= view.viewport().width()


def test_a_jump_onto_the_border_of_two_pages_reads_one_stretch(qtbot, model, runner):
    source = Numbers(MANY)
    model.open(lambda: source)
    assert runner.wait_idle(5_000)
    source.asked.clear()
    for position in range(500 * PAGE - 10, 500 * PAGE + 10):
        model.row_at(position)
    qtbot.waitUntil(lambda: model.row_at(500 * PAGE) is not None)
    assert source.asked == [499 * PAGE]
    assert [model.row_at(position).id for position in (500 * PAGE - 1, 500 * PAGE)] == [500 * PAGE - 1, 500 * PAGE]
