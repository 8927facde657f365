"""设置 through the real window: policies drafted by one and published by another, compared, tried; people."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel

from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import policy
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.dialogs.policy_draft import PolicyDraft
from voucher_app.ui.dialogs.policy_export import export_policy
from voucher_app.ui.pages.this_desk import ThisDeskPanel
from voucher_app.ui.widgets.field import Field

PRESET = (resources_folder() / "policies" / "qingyang-style.toml").read_text(encoding="utf-8")


@pytest.fixture
def policies(window, settled):
    window.show_page("settings")
    settled()
    return window.pages["settings"].current()


@pytest.fixture
def people(window, settled):
    window.show_page("settings")
    window.pages["settings"].tabs.setCurrentIndex(1)
    settled()
    return window.pages["settings"].current()


@pytest.fixture
def opened(window, qtbot, rest):
    """Return the one dialog that is open, once it has seen its effect."""

    def wait():
        rest()
        (dialog,) = [child for child in window.findChildren(QDialog) if child.isVisible()]
        dialog.activateWindow()
        return dialog

    return wait


def press(page, words, qtbot):
    """Press a button of the panel."""
    button = next(button for button in page.panel.buttons() if button.text().startswith(words))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(page, key, settled):
    page.view.select_position(page.model.position_of(key))
    settled()
    return page.panel.details


def draft(desk, content=PRESET, operator=None):
    return policy.draft(
        desk.workspace, content=content, operator=operator or desk.preparer, request_id=new_request_id()
    )


def reasons(page):
    return {act.words: act.reasons for act in page.panel.details.acts}


# ------------------------------------------------------------------------------------------- from draft to version


def test_a_policy_is_drafted_in_the_form_and_published_by_another_person(
    window, policies, desk, qtbot, rest, settled, opened
):
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = opened()
    assert isinstance(dialog, PolicyDraft)
    assert dialog.source.text().startswith("generous v1")
    ratio = dialog.entries["support.ratio"].fields[0]
    ratio.control.setFocus()
    ratio.edit.selectAll()
    qtbot.keyClicks(ratio.edit, "35%")
    rest()
    assert not dialog.source.control.isEnabled(), "what was typed is not thrown away by another choice"
    effect = dialog.effect.effect
    assert effect.sentence == "与 generous v1 相比，1 项不同"
    assert effect.facts == [("支持比例", "100% → 35%")]
    assert [violation.rule for violation in effect.violations] == ["R27"], "the known risk is told"
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled()
    (drafted,) = desk.queries.policy_drafts()
    assert str(drafted.policy.ratio) == "7/20"
    assert policies.panel.details.status == ("policy-draft", "draft")
    assert "张经办" in reasons(policies)["发布…"][0], "whoever drafted it does not publish it"

    window.desk.set_operator(desk.reviewer)
    settled()
    press(policies, "发布", qtbot)
    publish = opened()
    assert "公平竞争" in " ".join(line.accessibleName() for line in lines_of(publish))
    qtbot.mouseClick(publish.act_button, Qt.MouseButton.LeftButton)
    settled()
    assert desk.queries.policies()[0].label == "generous v2"
    assert policies.panel.details.status == ("policy-draft", "published")
    assert window.status.words.text() == "已发布：generous v2"


def lines_of(dialog):
    from voucher_app.ui.widgets.effect_panel import SignedLine

    return dialog.effect.findChildren(SignedLine)


def test_a_draft_is_reviewed_and_withdrawn_with_a_reason(window, policies, desk, qtbot, rest, settled, opened):
    draft(desk)
    window.desk.set_operator(desk.reviewer)
    policies.mark_stale()
    settled()
    choose(policies, "policy-draft:1", settled)
    assert "仅限购买省内算力" in policies.panel.body.toPlainText()
    press(policies, "审批", qtbot)
    qtbot.mouseClick(opened().act_button, Qt.MouseButton.LeftButton)
    settled()
    assert policies.panel.details.status == ("policy-draft", "reviewed")
    assert reasons(policies)["审批…"] == ("状态为“已审批”。",)
    press(policies, "撤回", qtbot)
    dialog = opened()
    dialog.answers["reason"].set_text("条款有误")
    rest()
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    settled()
    assert desk.queries.policy_draft(1).draft.status == "withdrawn"


def test_the_text_tells_every_fault_with_its_line_and_takes_a_correction(window, policies, qtbot, rest, settled):
    dialog = open_dialog("policy_draft", window.desk, window, source="preset:qingyang-style")
    rest()
    qtbot.mouseClick(dialog.tabs, Qt.MouseButton.LeftButton, pos=dialog.tabs.tabRect(1).center())
    assert dialog.toml.isVisible()
    text = dialog.toml.text()
    dialog.toml.set_text(text.replace('ratio = "0.3"', 'ratio = "x"').replace("use_days", "used_days", 1))
    dialog.toml.judge()
    told = dialog.toml.message.text().splitlines()
    assert [line.partition("：")[0] for line in told[:2]] == ["第 15 行", "第 24 行"]
    assert len(dialog.toml.edit.faulty - {0}) == 2
    dialog.tabs.setCurrentIndex(0)
    assert dialog.tabs.currentIndex() == 1, "a text that cannot be read does not become a form"
    dialog.toml.set_text(text.replace('ratio = "0.3"', 'ratio = "0.4"'))
    dialog.tabs.setCurrentIndex(0)
    assert dialog.entries["support.ratio"].fields[0].text() == "40%"
    dialog.reject()


def test_a_contradiction_between_two_fields_is_told_before_the_click(window, qtbot, rest):
    dialog = open_dialog("policy_draft", window.desk, window, source="preset:henan-style")
    rest()
    dialog.entries["support.recipient_year_cap"].fields[0].set_text("1000")
    rest()
    assert dialog.effect.effect.is_refused
    assert {violation.rule for violation in dialog.effect.effect.violations} == {"R3", "R27"}
    dialog.entries["validity.last_use"].day.set_text("02-30")
    rest()
    assert dialog.effect.effect is None
    dialog.save()
    assert dialog.entries["validity.last_use"].day.message.is_error
    dialog.reject()


def test_no_field_of_the_form_is_left_outside_of_the_dialog(window, rest):
    """A widget without a parent would be destroyed on whatever thread looks for garbage."""
    # Fields that another test left behind are none of this dialog's.
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    dialog = open_dialog("policy_draft", window.desk, window)
    rest()
    fields = dialog.findChildren(Field)
    assert {id(field) for entry in dialog.entries.values() for field in entry.fields} <= {id(field) for field in fields}
    alone = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Field)]
    assert not [widget for widget in alone if id(widget) not in before]
    dialog.reject()


def test_a_file_is_read_and_what_it_lacks_is_told(window, rest, tmp_path):
    file = tmp_path / "policy.toml"
    dialog = open_dialog("policy_draft", window.desk, window)
    rest()
    file.write_text(PRESET.replace('ratio = "0.30"', 'ratio = "0.45"'), encoding="utf-8")
    dialog.read_file(file)
    assert dialog.entries["support.ratio"].fields[0].text() == "45%"
    file.write_text('code = "x"\n', encoding="utf-8")
    dialog.read_file(file)
    assert dialog.tabs.currentIndex() == 1
    assert dialog.toml.message.is_error
    dialog.read_file(tmp_path / "missing.toml")
    assert "missing.toml" in dialog.banner.itemAt(0).widget().accessibleName()
    dialog.reject()


# ------------------------------------------------------------------------------------------- reading


def test_two_policies_stand_side_by_side_with_what_differs_marked(
    window, policies, desk, qtbot, settled, opened, tmp_path
):
    draft(desk, PRESET.replace('ratio = "0.30"', 'ratio = "0.45"'))
    policies.mark_stale()
    settled()
    choose(policies, "policy-draft:1", settled)
    press(policies, "对照", qtbot)
    dialog = opened()
    dialog.second.choose("preset:qingyang-style")
    settled()
    rows = [
        tuple(dialog.table.item(row, column).text() for column in (0, 2, 3, 4))
        for row in range(dialog.table.rowCount())
    ]
    assert [row for row in rows if row[0]] == [("≠", "支持比例", "45%", "30%")]
    assert dialog.status.text() == "1 项不同"
    qtbot.mouseClick(dialog.only, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.only.height() // 2))
    assert dialog.table.rowCount() == 1
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text().splitlines()[1].split("\t") == ["≠", "支持标准", "支持比例", "45%", "30%"]
    assert saved_by(dialog, qtbot, settled, tmp_path / "c.xlsx").active["C2"].value == "支持比例"
    dialog.accept()


def saved_by(dialog, qtbot, settled, file):
    """Save what a dialog shows; return the workbook."""
    qtbot.mouseClick(dialog.table_button, Qt.MouseButton.LeftButton)
    (asking,) = [one for one in dialog.findChildren(QFileDialog) if one.isVisible()]
    asking.fileSelected.emit(str(file))
    asking.close()
    settled()
    return openpyxl.load_workbook(file, data_only=True)


def test_a_simulation_tells_who_gains_and_who_loses_and_records_nothing(
    window, policies, desk, qtbot, settled, opened, tmp_path
):
    draft(desk, PRESET)
    policies.mark_stale()
    settled()
    before = desk.queries.journal_hash(1), desk.money()
    records = len(desk.queries.policies()), desk.queries.overview(2026, desk.today)
    choose(policies, "policy-draft:1", settled)
    press(policies, "试算", qtbot)
    dialog = opened()
    assert dialog.status.text() == "未记录任何内容。"
    assert "不作任何记录" in " ".join(label.text() for label in dialog.findChildren(type(dialog.status)))
    assert dialog.table.figures.rows[0][0] == "全部"
    book = saved_by(dialog, qtbot, settled, tmp_path / "s.xlsx")
    assert len(book.sheetnames) == 3
    whole = dialog.report.all
    assert [cell.value for cell in book.worksheets[0][2]][1:4] == [
        amount.fen / 100 for amount in (whole.issued, whole.simulated_issued, whole.issued_difference)
    ], "signed differences are numbers too"
    dialog.tabs.setCurrentIndex(1)
    names = [row[0] for row in dialog.table.figures.rows]
    assert set(names) <= {"晋阳大模型有限公司", "汾河大学", "太行遥感研究所", "云冈数字有限公司"}
    differences = [one.totals.issued_difference for one in dialog.report.fortunes]
    assert differences == sorted(differences)
    header = dialog.table.horizontalHeader()
    header.sectionClicked.emit(1)
    issued = [row[1] for row in dialog.table.figures.rows]
    assert issued == sorted(issued, key=lambda text: -Money.parse(text).fen)
    dialog.copy()
    assert "全部\t" in QApplication.clipboard().text()
    dialog.accept()
    assert (desk.queries.journal_hash(1), desk.money()) == before
    assert (len(desk.queries.policies()), desk.queries.overview(2026, desk.today)) == records


def test_the_auditor_may_compare_and_simulate_but_not_draft(window, policies, desk, settled):
    window.desk.set_operator(desk.auditor)
    choose(policies, "policy:1", settled)
    told = reasons(policies)
    assert told["对照…"] == told["试算…"] == told["导出…"] == ()
    assert told["据此起草…"]
    policies.begin_new()
    assert not [child for child in window.findChildren(QDialog) if child.isVisible()]


def test_the_text_of_a_version_is_saved_as_it_was_published(window, desk, tmp_path, settled):
    dialog = export_policy(window.desk, window, key="policy:1")
    assert isinstance(dialog, QFileDialog)
    assert dialog.labelText(QFileDialog.DialogLabel.FileName) == "文件名："
    settled()
    file = tmp_path / "政策.toml"
    dialog.fileSelected.emit(str(file))
    settled()
    assert file.read_text(encoding="utf-8") == desk.queries.policies()[0].content
    dialog.deleteLater()


def test_the_version_in_force_says_so_and_shows_every_parameter(policies, settled):
    details = choose(policies, "policy:1", settled)
    assert "现行版本" in details.note
    text = policies.panel.body.toPlainText()
    for words in ("支持比例", "单位年度上限", "公示", "3 张，200,000.00 元"):
        assert words in text


# ------------------------------------------------------------------------------------------- people


def test_people_are_added_locked_and_unlocked_by_their_administrators(
    window, people, desk, qtbot, rest, settled, opened
):
    people.begin_new()
    assert "岗位" in window.status.words.text(), "the preparer adds nobody"
    window.desk.set_operator(desk.system_admin)
    people.begin_new()
    dialog = opened()
    dialog.answers["operator"].set_text("周新人")
    dialog.answers["role"].choose("finance")
    rest()
    assert dialog.effect.effect.violations == []
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    settled()
    assert desk.queries.operator("周新人").role is Role.FINANCE
    assert people.panel.details.title == "周新人"
    press(people, "锁定", qtbot)
    lock = opened()
    lock.answers["reason"].set_text("调离")
    rest()
    qtbot.mouseClick(lock.act_button, Qt.MouseButton.LeftButton)
    settled()
    assert people.panel.details.status == ("operator", "locked")
    assert "安全管理员" in reasons(people)["解锁…"][0]
    window.desk.set_operator(desk.security_admin)
    settled()
    press(people, "解锁", qtbot)
    qtbot.mouseClick(opened().act_button, Qt.MouseButton.LeftButton)
    settled()
    assert people.panel.details.status == ("operator", "active")
    assert reasons(people)["重置口令…"], "a demonstration asks for none"


def test_nobody_locks_their_own_account(window, people, desk, settled):
    window.desk.set_operator(desk.system_admin)
    choose(people, desk.system_admin.name, settled)
    assert desk.system_admin.name in " ".join(reasons(people)["锁定…"])


def test_small_office_mode_is_switched_with_a_reason_and_told(window, people, desk, qtbot, rest, settled, opened):
    window.desk.set_operator(desk.security_admin)
    this_desk = ThisDeskPanel(window.desk)
    qtbot.addWidget(this_desk)
    before = [label.text() for label in this_desk.facts.findChildren(QLabel)]
    people.switch_small_office()
    dialog = opened()
    dialog.answers["reason"].set_text("只有三人")
    rest()
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    settled()
    assert desk.queries.office().small_office
    qtbot.waitUntil(lambda: window.desk.office.small_office)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    after = [label.text() for label in this_desk.facts.findChildren(QLabel)]
    assert [new for old, new in zip(before, after, strict=True) if new != old] == ["已启用"]
    choose(people, desk.preparer.name, settled)
    assert "小型机构模式已开启" in people.panel.note.text()


def test_a_first_password_is_typed_twice(window, rest):
    from voucher_app.ui.pages.people import add_step

    dialog = open_dialog("step", window.desk, window, step=add_step(is_trial=False))
    dialog.answers["operator"].set_text("周新人")
    dialog.answers["password"].set_text("correct horse battery")
    rest()
    assert dialog.effect.effect is None, "the second time is missing"
    again = next(field for field in dialog.fields if field.plain_label == "再次输入同一口令")
    again.set_text("correct horse batter")
    assert not again.judge()
    again.set_text("correct horse battery")
    assert again.judge()
    assert set(dialog._answers()) == {"operator", "role", "password"}
    dialog.reject()
