"""Drafts (experience.md 10): what is typed outlives a kill, is offered again, and can be undone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from voucher_app.domain.money import Money
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs import draft_keeper, open_dialog
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.drafts import Draft, DraftStore
from voucher_app.ui.first_look import read_facts

from .conftest import settle

ROOT = Path(__file__).resolve().parents[2]
MOST_LOST_SECONDS = 2.0


class Typist:
    """A desk that keeps drafts, and somebody who types in its dialogs."""

    def __init__(self, office, qtbot, folder):
        self.office, self.qtbot, self.folder = office, qtbot, folder
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.told = []
        self.desk = self.come()

    def come(self, person=None):
        """Sit down at the desk, as after a start of the program."""
        self.desk = Desk(
            self.office.workspace,
            read_facts(self.office.workspace),
            operator=person or self.office.preparer,
            year=2026,
            state=self.folder / "state",
        )
        self.desk.notified.connect(self.told.append)
        return self.desk

    def open(self, name, /, **context):
        dialog = open_dialog(name, self.desk, self.window, **context)
        dialog.activateWindow()
        self.qtbot.waitUntil(dialog.isActiveWindow)
        settle(self.desk)
        return dialog

    def type(self, field, text):
        field.control.setFocus()
        self.qtbot.waitUntil(field.control.hasFocus)
        self.qtbot.keyClicks(field.control, text)

    def rest(self):
        self.qtbot.wait(draft_keeper.KEPT_EVERY_MS + 50)
        settle(self.desk)

    def kept(self):
        return self.desk.drafts.all()

    def leave(self):
        self.desk.leaving.emit()
        settle(self.desk)
        self.desk.runner.close()


@pytest.fixture
def typist(desk, qtbot, tmp_path):
    made = Typist(desk, qtbot, tmp_path)
    yield made
    made.leave()


def test_what_was_typed_is_offered_again_after_the_program_went_away(typist):
    dialog = typist.open("application_submit")
    typist.type(dialog.asked.contract, "HT-2026-001")
    typist.type(dialog.asked.contract_amount, "120000.00")
    typist.rest()
    typist.leave()  # no dialog was closed: as after a power cut

    typist.come()
    again = typist.open("application_submit")
    assert "HT-2026-001" in again.keeper.offer.findChildren(draft_keeper.QLabel)[1].text()
    typist.qtbot.mouseClick(again.keeper.offer.buttons[0], Qt.MouseButton.LeftButton)
    assert again.asked.contract.text() == "HT-2026-001"
    assert again.asked.contract_amount.value() == Money.yuan(120_000)
    assert again.keeper.offer.isHidden()
    again.close()
    dialog.close()


def test_a_recorded_form_leaves_no_draft_and_a_cancelled_one_can_be_fetched_back(typist, desk):
    dialog = typist.open("recipient_add")
    typist.type(dialog.unit.name, "Taiyuan Test")
    typist.rest()
    assert [draft.summary for draft in typist.kept()] == ["Taiyuan Test"]
    typist.qtbot.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    settle(typist.desk)
    assert typist.kept() == []
    assert typist.told[-1].startswith("填写的内容已丢弃")

    again = typist.open("recipient_add")
    take = again.keeper.offer.buttons[0]
    assert take.text() == "取回"
    typist.qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
    assert again.unit.name.text() == "Taiyuan Test"
    again.unit.uscc.set_text("91140100MA0K3P5X8K")
    again.close()

    step = Step(
        title="改名",
        purpose="",
        act=lambda _workspace, _operator, _request, answers: answers,
        told=lambda _done: "已改",
        questions=(Question("name", "名称"), Question("secret", "口令", Kind.PASSWORD)),
    )
    asked = typist.open("step", step=step)
    typist.type(asked.answers["name"], "A")
    asked.keeper.keep()
    settle(typist.desk)
    assert len(typist.kept()) == 2
    asked._done({})
    settle(typist.desk)
    assert [draft.dialog for draft in typist.kept()] == ["recipient_add"]


def test_a_password_is_never_in_a_draft(typist):
    step = Step(
        title="口令",
        purpose="",
        act=lambda *_facts: None,
        told=lambda _done: "",
        questions=(Question("name", "名称"), Question("secret", "口令", Kind.PASSWORD)),
    )
    dialog = typist.open("step", step=step)
    typist.type(dialog.answers["name"], "someone")
    typist.type(dialog.answers["secret"], "canary-password-91")
    typist.rest()
    (draft,) = typist.kept()
    assert draft.texts == {"answers.name": "someone"}
    assert not [one for one in typist.folder.rglob("*.json") if "canary" in one.read_text(encoding="utf-8")]
    dialog.close()


def test_a_draft_of_one_decision_is_not_offered_for_another_nor_to_another_person(typist, desk):
    first, second = desk.submit(Money.yuan(1_000)), desk.submit(Money.yuan(2_000))
    typist.desk.set_operator(desk.reviewer)
    dialog = typist.open("application_decide", application_ids=[first.id], act="refuse")
    typist.type(dialog.reason, "no contract")
    dialog.close()  # by the cross: kept
    settle(typist.desk)
    assert len(typist.kept()) == 1
    other = typist.open("application_decide", application_ids=[second.id], act="refuse")
    assert other.keeper.offer.isHidden()
    other.close()
    same = typist.open("application_decide", application_ids=[first.id], act="refuse")
    assert same.keeper.offer.isVisible()
    same.close()
    typist.desk.set_operator(desk.preparer)
    assert typist.kept() == []


def test_several_drafts_are_listed_and_one_is_thrown_away_alone(typist):
    for text in ("one", "two", "three", "four"):
        dialog = typist.open("recipient_add")
        typist.type(dialog.unit.name, text)
        dialog.close()
        settle(typist.desk)
    dialog = typist.open("recipient_add")
    assert len(dialog.keeper.offer.buttons) == 6  # three drafts, two buttons each; the fourth is counted
    typist.qtbot.mouseClick(dialog.keeper.offer.buttons[1], Qt.MouseButton.LeftButton)
    settle(typist.desk)
    assert len(typist.kept()) == 3
    dialog.close()


def test_a_cleared_form_comes_back_by_undo(typist):
    dialog = typist.open("recipient_add")
    assert dialog.keeper.clear_button.isHidden()
    typist.type(dialog.unit.name, "Yuncheng")
    typist.qtbot.mouseClick(dialog.keeper.clear_button, Qt.MouseButton.LeftButton)
    assert dialog.unit.name.text() == ""
    assert dialog.keeper.clear_button.text() == "撤销清空"
    typist.qtbot.mouseClick(dialog.keeper.clear_button, Qt.MouseButton.LeftButton)
    assert dialog.unit.name.text() == "Yuncheng"
    typist.qtbot.keyClick(dialog.unit.name.control, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    dialog.close()


def test_further_invoices_come_back_with_their_draft(typist):
    dialog = typist.open("redemption_claim")
    dialog.add_invoice()
    dialog.add_invoice()
    typist.type(dialog.further[1].number, "25142000000012345678")
    dialog.close()
    settle(typist.desk)
    again = typist.open("redemption_claim")
    typist.qtbot.mouseClick(again.keeper.offer.buttons[0], Qt.MouseButton.LeftButton)
    assert [invoice.number.text() for invoice in again.further] == ["", "25142000000012345678"]
    again.close()


def test_the_draft_of_a_policy_comes_back_as_form_and_as_text(typist):
    dialog = typist.open("policy_draft")
    key = next(key for key in dialog.draft_fields() if key.startswith("title"))
    field = dialog.draft_fields()[key]
    typist.type(field, "X")
    changed = field.text()
    dialog.close()
    settle(typist.desk)
    again = typist.open("policy_draft")
    typist.qtbot.mouseClick(again.keeper.offer.buttons[0], Qt.MouseButton.LeftButton)
    assert again.draft_fields()[key].text() == changed
    again.close()


def test_what_cannot_be_written_is_said_and_a_damaged_draft_is_left_alone(typist):
    folder = typist.desk.drafts.folder
    folder.mkdir(parents=True)
    (folder / ("0" * 32 + ".json")).write_text('{"form": 1, "id": "0', encoding="utf-8")
    (folder / ("1" * 32 + ".json")).write_text('{"form": 7}', encoding="utf-8")
    assert typist.kept() == []
    assert len(list(folder.iterdir())) == 2

    typist.desk.state.rename(typist.folder / "gone")
    typist.desk.state.write_text("a file where the folder should be", encoding="utf-8")
    dialog = typist.open("recipient_add")
    typist.type(dialog.unit.name, "Datong")
    typist.rest()
    said = [label.text() for label in dialog.findChildren(draft_keeper.QLabel) if "草稿" in label.text()]
    assert said, "whoever types must know that no draft is kept"
    assert dialog.unit.name.text() == "Datong"
    dialog.close()


def test_only_the_person_may_read_a_draft(tmp_path):
    store = DraftStore(tmp_path, file_id="f", person="张经办")
    store.keep(Draft("a" * 32, "recipient_add", "{}", "t", "s", "2026-11-21T00:00:00+00:00", {"name": "x"}))
    (file,) = tmp_path.rglob("*.json")
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0
        assert file.parent.stat().st_mode & 0o077 == 0
    assert "张经办" not in str(file)
    assert store.all()[0].texts == {"name": "x"}


@pytest.mark.trust
def test_a_kill_while_typing_loses_no_more_than_two_seconds(desk, tmp_path, qtbot):
    path = desk.workspace.data_file.path
    environment = {
        **os.environ,
        "VOUCHER_APP_DATABASE": str(path),
        "VOUCHER_APP_STATE": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
    }
    program = [sys.executable, str(ROOT / "tests" / "ui" / "typing_window.py")]
    typing = subprocess.Popen([*program, "type"], env=environment, stdout=subprocess.PIPE, text=True)
    typed = []
    began = None
    for line in typing.stdout:
        moment, count = line.split()
        typed.append((float(moment), int(count)))
        began = began or typed[0][0]
        if typed[-1][0] - began > 3.1:
            break
    typing.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    typing.wait()
    typing.stdout.close()
    safe = max(count for moment, count in typed if moment < killed - MOST_LOST_SECONDS)

    looked = subprocess.run([*program, "look"], env=environment, capture_output=True, text=True, timeout=60, check=True)
    offered = json.loads(looked.stdout)
    whole = "".join(str(place % 10) for place in range(typed[-1][1] + 50))
    assert len(offered["asked.contract"]) >= safe > 5
    assert whole.startswith(offered["asked.contract"])


@pytest.mark.parametrize("change", [{"saved_at": 5}, {"title": None}, {"context": "x"}, {"texts": {"a": 1}}, None])
def test_a_draft_that_somebody_else_wrote_hides_no_other(tmp_path, change):
    store = DraftStore(tmp_path, file_id="f", person="p")
    mine = Draft("0" * 32, "dialog", "subject", "title", "", "2026-03-02T00:00:00", {})
    store.keep(mine)
    content = json.loads((store.folder / f"{mine.id}.json").read_text(encoding="utf-8"))
    other = "[" * 100_000 if change is None else json.dumps({**content, "id": "1" * 32, **change})
    (store.folder / f"{'1' * 32}.json").write_text(other, encoding="utf-8")
    assert store.all() == [mine]
