"""A step declared as data: asked, rehearsed before the click, taken once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from voucher_app.domain.money import Money
from voucher_app.services import voucher
from voucher_app.services.wording.names import status_name
from voucher_app.ui import theme
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.dialogs.step import Kind, Question, Step


def voiding(number):
    return Step(
        title="作废",
        purpose="余额退回本年度",
        act=lambda workspace, operator, request_id, answers: voucher.void(
            workspace, number=number, reason=answers["reason"], operator=operator, request_id=request_id
        ),
        told=lambda done: f"{done.number}：{status_name('voucher', done.status)}",
        questions=(Question("reason", "原因", Kind.REASON),),
        kind="danger",
        facts=(("券", number),),
    )


@pytest.fixture
def open_step(ui_desk, qtbot, settled):
    window = QWidget()
    qtbot.addWidget(window)
    told = []
    ui_desk.notified.connect(told.append)

    def begin(step):
        dialog = open_dialog("step", ui_desk, window, step=step)
        dialog.told_lines = told
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        qtbot.wait(theme.QUIET_MS + 50)
        settled()
        return dialog

    return begin


def rest(qtbot, settled):
    qtbot.wait(theme.QUIET_MS + 50)
    settled()


def test_a_step_shows_its_effect_on_the_money_before_it_is_taken(desk, ui_desk, open_step, qtbot, settled):
    issued = desk.issued(Money.yuan(30_000))
    before = desk.money()
    ui_desk.set_operator(desk.reviewer)
    dialog = open_step(voiding(str(issued.number)))
    dialog.answers["reason"].set_text("合同解除")
    rest(qtbot, settled)
    effect = dialog.effect.effect
    assert effect.violations == []
    assert {row.name: (row.after - row.before).fen for row in effect.rows if row.before != row.after} == {
        "未兑付": -3_000_000,
        "未发放": 3_000_000,
    }
    assert desk.money() == before
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    settled()
    assert dialog.told_lines == [f"{issued.number}：已作废"]
    assert desk.money().unissued == before.unissued + Money.yuan(30_000)


def test_a_step_names_the_rule_that_stands_against_it_and_changes_nothing(desk, ui_desk, open_step, qtbot, settled):
    issued = desk.issued(Money.yuan(30_000))
    ui_desk.set_operator(desk.preparer)
    dialog = open_step(voiding(str(issued.number)))
    dialog.answers["reason"].set_text("合同解除")
    rest(qtbot, settled)
    assert "R23" in {violation.rule for violation in dialog.effect.effect.violations}
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    settled()
    assert dialog.isVisible()
    assert desk.voucher(issued.number).status == "usable"
    dialog.reject()


def test_a_step_is_not_taken_while_a_question_is_open(desk, ui_desk, open_step, qtbot, settled):
    issued = desk.issued(Money.yuan(30_000))
    ui_desk.set_operator(desk.reviewer)
    dialog = open_step(voiding(str(issued.number)))
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    settled()
    assert dialog.answers["reason"].message.is_error
    assert desk.voucher(issued.number).status == "usable"
    dialog.reject()
