"""设置 → 文号登记 and 工作日: a number drawn by hand and made void, the year's calendar and a table of another year."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from voucher_app.ui.dialogs.step import StepDialog
from voucher_app.ui.dialogs.table_import import TableImport
from voucher_app.ui.pages.unit_steps import ban_step

from .conftest import settle

YEAR_2027 = "日期,是否工作日,备注\n" + "\n".join(
    f"2027-{month:02d}-{day:02d},否,{note}"
    for month, day, note in ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"), (10, 3, "国庆节"))
)


@pytest.fixture
def settings_at(window, ui_desk):
    """Return what shows a list of the page 设置."""

    def show(name):
        ui_desk.go(f"settings.{name}")
        settle(ui_desk)
        page = window.page("settings")
        assert page.current().name == name
        return page, page.current()

    return show


def opened(window, kind):
    return next(dialog for dialog in window.findChildren(kind) if dialog.isVisible())


def cells(shown):
    model = shown.model
    return [
        [model.columns[place].text(model.row_at(row)) for place in range(len(model.columns))]
        for row in range(model.rowCount())
    ]


def words(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_number_is_drawn_by_hand_and_made_void_and_stays_in_the_register(window, ui_desk, settings_at, qtbot, desk):
    page, shown = settings_at("numbers")
    assert "2026 年尚无文号" in words(shown)
    qtbot.mouseClick(page.main_button, Qt.MouseButton.LeftButton)
    settle(ui_desk)
    dialog = opened(window, StepDialog)
    dialog.answers["kind"].choose("issue-notice")
    dialog.answers["title"].set_text("关于发放算力券的通知")
    dialog.answers["subject"].set_text("batch:1")
    settle(ui_desk)
    dialog.save()
    settle(ui_desk)
    (row,) = cells(shown)
    assert row[0] == "晋算券〔2026〕1号"
    assert (row[2], row[4]) == ("关于发放算力券的通知", "有效")
    assert shown.panel.title.text() == "晋算券〔2026〕1号"

    (act,) = shown.panel.buttons()
    qtbot.mouseClick(act, Qt.MouseButton.LeftButton)
    settle(ui_desk)
    dialog = opened(window, StepDialog)
    dialog.answers["reason"].set_text("文件撤回")
    settle(ui_desk)
    dialog.save()
    settle(ui_desk)
    (row,) = cells(shown)
    assert (row[0], row[4]) == ("晋算券〔2026〕1号", "已作废")
    assert shown.panel.buttons() == []
    assert "文件撤回" in shown.panel.body.toPlainText()
    (number,) = desk.workspace.records().document_numbers.all()
    assert number.void_reason == "文件撤回"


def test_the_year_s_days_off_and_worked_weekends_are_listed(settings_at):
    _page, shown = settings_at("days")
    days = {row[0]: row[4] for row in cells(shown)}
    assert days["2026-10-01"] == "休息日"
    assert "上班" in days.values(), "a year has weekends that are worked"
    shown.view.select_position(0)
    shown.save_state()  # the selected day is remembered over a restart
    assert shown.desk.settings.value(shown._setting("selected")).strip('"') in days


def test_a_year_that_nobody_told_is_filled_from_a_table(window, ui_desk, settings_at, qtbot, tmp_path):
    ui_desk.set_year(2027)
    page, shown = settings_at("days")
    assert "尚无 2027 年" in words(shown)
    qtbot.mouseClick(page.main_button, Qt.MouseButton.LeftButton)
    settle(ui_desk)
    table = tmp_path / "2027.csv"
    table.write_text(YEAR_2027, encoding="utf-8")
    dialog = opened(window, TableImport)
    dialog.take_file(table)
    settle(ui_desk)
    qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    settle(ui_desk)
    assert [row[0] for row in cells(shown)] == ["2027-01-01", "2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03"]
    assert {row[3] for row in cells(shown)} == {"本单位日历"}


def test_a_ban_is_proposed_for_three_whole_years_on_the_last_days_of_a_month_too(desk):
    unit = desk.workspace.records().parties.recipient(desk.recipients[0]).organisation
    for today, last in ((date(2026, 11, 30), date(2029, 11, 29)), (date(2028, 2, 29), date(2031, 2, 28))):
        assert ban_step(unit, today).questions[0].initial == last
