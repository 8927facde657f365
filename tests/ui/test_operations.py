from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from voucher_app.ui.operations import OperationRunner


@pytest.fixture
def runner(qapp):
    made = OperationRunner()
    yield made
    made.wait_idle(5_000)
    made.close()


def fails(error):
    raise error


def test_a_result_comes_back_on_the_gui_thread(runner):
    home = threading.get_ident()
    seen = {}
    runner.run(threading.get_ident, success=lambda worker: seen.update(worker=worker, here=threading.get_ident()))
    assert runner.wait_idle(5_000)
    assert seen["here"] == home
    assert seen["worker"] != home


def test_writing_calls_keep_their_order_on_one_thread(runner):
    done = []
    for number in range(50):
        runner.run(lambda number=number: done.append((number, threading.get_ident())), success=id, writes=True)
    assert runner.wait_idle(5_000)
    assert [number for number, _ in done] == list(range(50))
    assert len({thread for _, thread in done}) == 1


def test_a_long_batch_never_blocks_a_read(runner):
    gate = threading.Event()
    order = []
    runner.run(gate.wait, success=lambda _: order.append("write"), writes=True)
    runner.run(lambda: 1, success=lambda _: (order.append("read"), gate.set()))
    assert runner.wait_idle(5_000)
    assert order == ["read", "write"]


def test_a_long_look_never_blocks_a_list(runner):
    gate = threading.Event()
    order = []
    runner.run(gate.wait, success=lambda _: order.append("long"), long=True)
    runner.run(lambda: 1, success=lambda _: (order.append("read"), gate.set()))
    assert runner.wait_idle(5_000)
    assert order == ["read", "long"]


def test_only_a_successful_write_says_that_something_changed(runner):
    changes = []
    runner.changed.connect(lambda: changes.append(1))
    runner.run(lambda: 1, success=id)
    runner.run(lambda: fails(ValueError()), success=id, failure=id, writes=True)
    assert runner.wait_idle(5_000)
    assert changes == []
    runner.run(lambda: 1, success=id, writes=True)
    assert runner.wait_idle(5_000)
    assert changes == [1]


def test_a_failure_goes_to_its_handler_or_to_everybody(runner):
    own, common = [], []
    runner.failed.connect(common.append)
    first, second = ValueError("own"), ValueError("common")
    runner.run(lambda: fails(first), success=id, failure=own.append)
    runner.run(lambda: fails(second), success=id)
    assert runner.wait_idle(5_000)
    assert (own, common) == ([first], [second])


def test_the_result_for_a_destroyed_page_is_dropped(runner):
    class Page(QLabel):
        def take(self, _value):
            self.setText("never")

    page, gate = Page(), threading.Event()
    runner.run(gate.wait, success=page.take)
    page.deleteLater()
    QObject().deleteLater()
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gate.set()
    assert runner.wait_idle(5_000)


def test_a_failed_write_is_told_although_its_dialog_has_gone(runner):
    told = []
    runner.failed.connect(told.append)
    owner, gate, error = QObject(), threading.Event(), ValueError("lost?")
    runner.run(lambda: (gate.wait(), fails(error)), success=id, failure=id, writes=True, owner=owner)
    import shiboken6

    shiboken6.delete(owner)
    gate.set()
    assert runner.wait_idle(5_000)
    assert told == [error]


def test_money_of_three_billion_fen_arrives_whole(runner):
    seen = []
    runner.run(lambda: 3_000_000_000, success=seen.append)
    assert runner.wait_idle(5_000)
    assert seen == [3_000_000_000]


def test_busy_is_told_at_the_first_call_and_after_the_last(runner):
    told = []
    runner.busy.connect(told.append)
    for _ in range(3):
        runner.run(lambda: 1, success=id)
    assert runner.wait_idle(5_000)
    assert told == [True, False]


def test_a_closed_runner_takes_no_work(runner):
    seen = []
    runner.close()
    runner.run(lambda: 1, success=seen.append)
    assert runner.in_flight == 0
    assert seen == []
