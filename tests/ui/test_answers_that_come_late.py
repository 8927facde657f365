"""What comes late, twice or not at all: nothing is believed undone that was recorded, nothing is recorded twice."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from voucher_app.domain.errors import RulesViolated, Violation
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs import draft_keeper, open_dialog
from voucher_app.ui.dialogs.step import Question, Step
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.operations import OperationRunner

from .conftest import settle


class Slow:
    """A step that goes on only when it is let."""

    def __init__(self):
        self.begun, self.gate, self.taken, self.refusal = threading.Event(), threading.Event(), [], None

    def act(self, workspace, _operator, request_id, answers):
        if not hasattr(workspace, "data_file") or threading.current_thread() is threading.main_thread():
            return None
        if request_id not in self.wanted:
            return None
        self.begun.set()
        assert self.gate.wait(10)
        if self.refusal is not None:
            raise self.refusal
        self.taken.append(answers["name"])
        return answers


@pytest.fixture
def late(desk, qtbot, tmp_path):
    """A desk that keeps drafts, with a dialog whose saving lasts as long as a test wants."""
    window = QWidget()
    qtbot.addWidget(window)
    made = Desk(desk.workspace, read_facts(desk.workspace), operator=desk.preparer, year=2026, state=tmp_path)
    made.told = []
    made.notified.connect(made.told.append)
    slow = Slow()
    slow.wanted = set()
    step = Step("改名", "", act=slow.act, told=lambda _done: "已改", questions=(Question("name", "名称"),))

    def begin():
        dialog = open_dialog("step", made, window, step=step)
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        settle(made)
        field = dialog.answers["name"]
        field.control.setFocus()
        qtbot.keyClicks(field.control, "Jia")
        slow.wanted.add(dialog.request_id)
        dialog._timer.stop()  # only the saving itself goes through the gate
        return dialog

    def save(dialog):
        qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(slow.begun.is_set)

    yield made, slow, begin, save
    slow.gate.set()
    settle(made)
    made.runner.close()


def test_neither_esc_nor_cancel_nor_the_cross_closes_what_is_being_recorded(late, qtbot):
    desk, slow, begin, save = late
    dialog = begin()
    save(dialog)
    for _twice in range(2):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    dialog.close()
    assert dialog.isVisible()
    assert "正在登记" in "".join(one.text() for one in dialog.findChildren(draft_keeper.QLabel))
    slow.gate.set()
    settle(desk)
    assert slow.taken == ["Jia"]
    assert desk.told[-1] == "已改"
    assert desk.drafts.all() == []


def test_a_second_click_while_saving_and_after_it_records_nothing_more(late, qtbot):
    desk, slow, begin, save = late
    dialog = begin()
    save(dialog)
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    slow.gate.set()
    settle_without_deleting = desk.runner.wait_idle
    assert settle_without_deleting(10_000)
    dialog.save()  # as an event that was queued before it closed
    settle(desk)
    assert slow.taken == ["Jia"]


def test_what_is_recorded_after_its_dialog_has_gone_is_told_and_leaves_no_draft(late):
    desk, slow, begin, save = late
    dialog = begin()
    save(dialog)
    dialog.done(QDialog.DialogCode.Rejected)  # as when another person logs in meanwhile
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    slow.gate.set()
    settle(desk)
    assert slow.taken == ["Jia"]
    assert "已登记" in desk.told[-1]
    assert desk.drafts.all() == []


def test_what_is_refused_after_its_dialog_has_gone_is_told_and_its_draft_stays(late):
    desk, slow, begin, save = late
    failed = []
    desk.runner.failed.connect(failed.append)
    slow.refusal = RulesViolated([Violation("R1", "cap", 1, 0)])
    dialog = begin()
    save(dialog)
    dialog.done(QDialog.DialogCode.Rejected)
    slow.gate.set()
    settle(desk)
    assert failed == [slow.refusal]
    assert [draft.texts for draft in desk.drafts.all()] == [{"answers.name": "Jia"}]


def test_an_act_that_cannot_even_begin_leaves_the_dialog_alive(late, monkeypatch, qtbot):
    desk, slow, begin, save = late
    dialog = begin()

    def broken():
        raise RuntimeError("our bug")

    monkeypatch.setattr(dialog, "act", broken)
    with pytest.raises(RuntimeError):
        dialog.save()
    monkeypatch.undo()
    slow.gate.set()
    save(dialog)
    settle(desk)
    assert slow.taken == ["Jia"]


def test_an_enter_that_is_held_down_stops_at_the_button_that_acts(late, qtbot):
    desk, slow, begin, _save = late
    dialog = begin()
    for place in range(6):
        held = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", autorep=place > 0
        )
        QApplication.sendEvent(QApplication.focusWidget(), held)
    assert QApplication.focusWidget() is dialog.act_button
    assert not slow.begun.is_set()
    slow.gate.set()
    QTest.keyClick(dialog.act_button, Qt.Key.Key_Return)
    settle(desk)
    assert slow.taken == ["Jia"]


def test_a_draft_that_is_thrown_away_by_a_double_click_is_thrown_away_once(late, qtbot):
    desk, _slow, begin, _save = late
    dialog = begin()
    dialog.keeper.keep()
    dialog.close()
    settle(desk)
    again = begin()
    _take, drop = again.keeper.offer.buttons
    for _twice in range(2):
        qtbot.mouseClick(drop, Qt.MouseButton.LeftButton)
    settle(desk)
    assert len(desk.discarded) == 1
    again.done(0)


def test_a_draft_that_could_not_be_written_is_tried_again_and_not_called_kept(late, monkeypatch):
    desk, _slow, begin, _save = late
    dialog = begin()
    written = []

    def full(draft):
        written.append(draft)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(dialog.keeper._store), "keep", lambda _store, draft: full(draft))
    for _twice in range(2):
        dialog.keeper.keep()
        settle(desk)
    assert len(written) == 2
    dialog.done(0)


def test_what_a_policy_begins_from_comes_late_and_never_over_what_was_typed(late, qtbot):
    made, slow, _begin, _save = late
    window = QWidget()
    qtbot.addWidget(window)
    made.runner.run(lambda: slow.gate.wait(10), success=lambda _done: None)  # a long search holds the reading up
    dialog = open_dialog("policy_draft", made, window)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    title = dialog.entries["title"].fields[0]
    title.control.setFocus()
    qtbot.keyClicks(title.control, "Ours")
    slow.gate.set()
    settle(made)
    assert title.text() == "Ours"
    assert dialog.entries["code"].fields[0].text(), "what nobody typed is filled in"
    assert 'title = "Ours"' in dialog.content()
    dialog.close()


def test_the_answer_to_a_question_for_a_password_reaches_nobody_who_has_gone(qtbot):
    runner = OperationRunner()
    asked, told, owner = [], [], QWidget()
    refusal = RulesViolated([Violation("SESSION", "password_again", "", "")])
    runner.prover = lambda _error, _again, give_up: asked.append(give_up)

    def refuse():
        raise refusal

    runner.run(refuse, success=id, failure=told.append, owner=owner)
    qtbot.waitUntil(lambda: bool(asked))
    import shiboken6

    shiboken6.delete(owner)
    asked[0]()
    assert told == []
    runner.close()
